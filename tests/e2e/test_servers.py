"""Answers from a server: memory, sources and conversations work as with a model here, and their origin is said."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop import chat
from desktop.cli_server import KEY as KEY_VARIABLE
from desktop.errors import Failure
from desktop.home import Home, open_home
from engine.messages import Sampling
from tests.e2e.conftest import Haema, records
from tests.e2e.papers import LEASE, write_pdf
from tests.engine.servers import EVENT, KEY, own_server, scripted_server, streams, words

GREEDY = Sampling(max_tokens=32, temperature=0.0)


def ask(home: Home, prompt: str, conversation: str, **more: bool) -> chat.Answer:
    *_, answer = home.chat.answer(prompt, conversation, stop=threading.Event(), sampling=GREEDY, **more)
    assert isinstance(answer, chat.Answer)
    return answer


def test_a_document_is_recalled_for_a_server_and_cited(folder: Path, haema: Haema, tmp_path: Path, monkeypatch) -> None:
    lease = write_pdf(tmp_path / "임대차 계약서.pdf", LEASE)
    with own_server(tmp_path) as server:
        with open_home(folder) as home:
            home.settings.server = {"url": server.url, "key": server.key}
            home.engine.start()
            home.memory.start()
            *_, indexed = home.memory.index((str(lease),), None, threading.Event())
            assert (indexed.files, indexed.refused) == (1, 0)
            conversation = home.history.begin().id
            answer = ask(home, "When does the lease of the Busan office end?", conversation)
            assert answer.sources[0].path == str(lease)
            assert answer.sources[0].page == 2
            assert answer.origin == "documents"
            assert "2027" in answer.text
            assert answer.timings["generated_tokens"] > 1
            again = ask(home, "Thank you.", conversation)
            assert again.text
            assert [turn.role for turn in home.history.messages(conversation)] == ["user", "assistant"] * 2
            info = home.engine.state.info
            assert info is not None
            assert (info.remote, info.name) == (True, "starter")
            assert home.engine.inspect(None).layers > 1, "a model here can still be looked at"
            home.settings.server = {}
        monkeypatch.setenv(KEY_VARIABLE, KEY)
        options = ("--server", server.url, "--no-memory", "--max-tokens", "4", "--json")
        done = haema("ask", "Name one colour.", *options, "--server-model", "starter")
        assert records(done)[0]["answer"]
        assert done.stderr == f"haema: answers come from {server.url[7:-3]}\n"
        monkeypatch.setenv(KEY_VARIABLE, "another")
        done = haema("ask", "Name one colour.", *options)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith(f"haema: “{server.url[7:-3]}” wants a key")
    assert haema("ask", "Well?", "--server", "ftp://here").returncode == 2


def test_what_a_server_wrote_stays_when_it_goes_away(folder: Path) -> None:
    with scripted_server() as scripted, open_home(folder, server=scripted.server) as home:
        home.chat.consolidate = lambda: None
        home.engine.start()
        conversation = home.history.begin().id
        scripted.chats = [streams(EVENT, end=b""), words("All ", "is well.")]
        with pytest.raises(Failure, match="broke off") as raised:
            ask(home, "How are you?", conversation, remember=False)
        assert raised.value.error == "ServerLost"
        assert home.history.messages(conversation)[-1].text == "So far"
        assert ask(home, "And now?", conversation, remember=False).text == "All is well."


def test_a_server_that_comes_later_answers_when_asked_again(folder: Path) -> None:
    with scripted_server() as scripted, open_home(folder, server=scripted.server) as home:
        home.chat.consolidate = lambda: None
        models = scripted.told.pop("/v1/models")
        scripted.told["/v1/models"] = (503, {})
        home.engine.start()
        conversation = home.history.begin().id
        with pytest.raises(Failure, match="still loads its model"):
            ask(home, "How are you?", conversation, remember=False)
        scripted.told["/v1/models"] = models
        scripted.chats = [words("Well.")]
        assert ask(home, "And now?", conversation, remember=False).text == "Well."
