"""The use case with real workers: what was told or dropped is recalled, and trouble in the memory is said."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from desktop import chat
from desktop.home import Home, open_home
from engine.messages import Sampling
from tests.e2e.papers import LEASE, write_pdf

GREEDY = Sampling(max_tokens=48, temperature=0.0)


def ask(home: Home, prompt: str, conversation: str | None = None) -> tuple[chat.Answer, list[chat.Event]]:
    events = list(
        home.chat.answer(prompt, conversation or home.history.begin().id, stop=threading.Event(), sampling=GREEDY)
    )
    answer = events[-1]
    assert isinstance(answer, chat.Answer)
    return answer, events


def test_a_fact_told_in_one_conversation_is_recalled_in_another_after_a_restart(folder: Path) -> None:
    with open_home(folder) as home:
        home.engine.start()
        home.memory.start()
        ask(home, "Please remember: the wifi password of the Busan office is marigold.")
        home.memory.consolidate()
    with open_home(folder) as home:
        home.engine.start()
        home.memory.start()
        answer, events = ask(home, "What is the wifi password of the Busan office?")
        assert any("marigold" in item.text for item in answer.sources)
        assert answer.origin == "memory"
        assert "marigold" in answer.text
        pieces = [event for event in events if isinstance(event, chat.Piece)]
        assert len(pieces) > 1, "the answer is streamed"
        assert "".join(piece.text for piece in pieces).strip() == answer.text
        assert answer.timings["generated_tokens"] > 0
        assert answer.recall.decision == "recalled"
        assert home.history.sources(answer.message)[1].text == answer.sources[0].text


def test_a_document_answers_with_the_page_it_stands_on(home: Home, tmp_path: Path) -> None:
    lease = write_pdf(tmp_path / "임대차 계약서.pdf", LEASE)
    *_, indexed = home.memory.index((str(lease),), None, threading.Event())
    assert (indexed.files, indexed.refused) == (1, 0)
    answer, _ = ask(home, "When does the lease of the Busan office end?")
    assert answer.sources[0].path == str(lease)
    assert answer.sources[0].page == 2
    assert "2027" in answer.text
    assert answer.origin == "documents"


def test_the_same_conversation_goes_on_with_what_was_said(home: Home) -> None:
    first, _ = ask(home, "My name is Jin.")
    second, _ = ask(home, "What is my name?", first.conversation)
    turns = home.history.messages(first.conversation)
    assert [turn.role for turn in turns] == ["user", "assistant", "user", "assistant"]
    assert turns[-1].id == second.message
    assert second.timings["reused_tokens"] > 0
    assert home.history.conversation(first.conversation).title == "My name is Jin."


def test_another_answer_stands_beside_the_first(home: Home) -> None:
    first, events = ask(home, "Name one colour.")
    question = next(event.question for event in events if isinstance(event, chat.Stored))
    *_, again = home.chat.answer_again(question, stop=threading.Event(), sampling=GREEDY)
    assert isinstance(again, chat.Answer)
    assert again.message != first.message
    assert [turn.id for turn in home.history.messages(first.conversation)] == [question.id, again.message]


def test_stop_keeps_what_was_written(home: Home) -> None:
    stop, pieces = threading.Event(), 0
    sampling = Sampling(max_tokens=400, temperature=0.0)
    conversation = home.history.begin().id
    for event in home.chat.answer(
        "Tell me a very long story about the sea.", conversation, stop=stop, sampling=sampling
    ):
        if isinstance(event, chat.Piece):
            pieces += 1
            if pieces == 5:
                stop.set()
        if isinstance(event, chat.Answer):
            answer = event
    assert answer.finish == "stopped"
    assert answer.text
    assert home.history.messages(conversation)[-1].state == "stopped"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_when_recall_is_late_the_answer_comes_without_it_and_says_so(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.memory.wait(120)
    monkeypatch.setattr(chat, "RECALL_SECONDS", 0.5)
    assert home.memory.pid is not None
    os.kill(home.memory.pid, signal.SIGSTOP)
    try:
        answer, _ = ask(home, "Say hello.")
    finally:
        os.kill(home.memory.pid, signal.SIGCONT)
    assert answer.recall.decision == "late"
    assert "0" in answer.recall.why
    assert answer.text


def test_small_talk_recalls_nothing(home: Home, tmp_path: Path) -> None:
    lease = write_pdf(tmp_path / "lease.pdf", LEASE)
    list(home.memory.index((str(lease),), None, threading.Event()))
    answer, _ = ask(home, "Hi!")
    assert answer.sources == ()
    assert (answer.recall.decision, answer.origin) == ("nothing", "model")
