"""A private conversation leaves no byte on the disk: words, titles, pictures, KV states, indexes, logs."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from desktop.chat import Answer
from desktop.errors import Failure
from desktop.home import open_home
from engine.messages import Sampling
from knowledge.history import Image
from knowledge.private import is_private

LONG = " ".join(
    f"The {n}th lamp on the quay is lit at dusk and put out at dawn." for n in range(30)
)  # worth a KV state
SHORT = Sampling(max_tokens=12, temperature=0.0)
NOISE = os.urandom(4096)


def _holding(folder: Path, *sought: bytes) -> list[str]:
    """The files below the folder that hold any of it, in any of the spellings of text on a disk."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(each in (data := path.read_bytes()) or each in data.lower() for each in sought)
    ]


def _spelled(word: str) -> tuple[bytes, ...]:
    return word.encode(), word.lower().encode(), word.encode("utf-16-le"), word.lower().encode("utf-16-le")


def test_nothing_of_a_private_conversation_is_kept(folder: Path) -> None:
    stop = threading.Event()
    with open_home(folder) as home:
        home.engine.start()
        home.memory.start()

        def ask(prompt: str, conversation: str, **options) -> Answer:
            *_, answer = home.chat.answer(prompt, conversation, stop=stop, sampling=SHORT, **options)
            assert isinstance(answer, Answer)
            home.chat.idle.wait(60)
            return answer

        open_ = home.history.begin().id
        ask("My boat is called Quxtarine.", open_)
        ask(LONG, open_)
        home.memory.consolidate()
        private = home.history.begin_private().id
        assert is_private(private)
        ask(f"My other boat is called Zyvolanth. {LONG}", private)
        picture = Image("Zyvolanth.png", b"\x89PNG\r\n\x1a\n" + NOISE)
        with pytest.raises(Failure, match="cannot see"):  # the bundled model; the turn and its picture are there
            ask("And this is a picture of the Zyvolanth.", private, remember=False, images=(picture,))
        recalled = ask("What is my boat called?", private)
        if recalled.recall.decision == "recalled":  # and was not late on a busy machine
            assert any("Quxtarine" in item.text for item in recalled.sources), "it may recall what is remembered"
            assert home.history.sources(recalled.message)
        said = home.history.messages(private)
        assert len(said) == 6
        assert home.history.images(said[2].id) == [picture]
        assert "Zyvolanth" in home.history.conversation(private).title
        ask("Now in the open again: how are boats named?", open_)
        home.memory.consolidate()
        found = home.memory.recall("Zyvolanth boat picture", scope=None)
        assert all("Zyvolanth" not in item.text for item in found.items)
        assert not _holding(folder, *_spelled("Zyvolanth"), NOISE[:64])
        assert home.store.db.execute("SELECT count(*) FROM uses").fetchone()[0] <= 1
        home.chat.end_private()
        assert home.history.messages(private) == []
    assert _holding(folder, *_spelled("Quxtarine")), "what is not private is found by this search"
    assert list(folder.rglob("*.kv")), "and its KV state is kept"
    assert not _holding(folder, *_spelled("Zyvolanth"), NOISE[:64])
