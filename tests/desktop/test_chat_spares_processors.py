"""While an answer is written the memory is told so, with or without recall, and however the answer ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.chat import Chat, Piece, Stored
from desktop.memory_process import Memory
from knowledge import messages as m
from knowledge.history import History
from knowledge.store import Store
from tests.desktop.test_citing import Scripted


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Chat, list[bool]]]:
    """A chat, and what its memory's process would be told."""
    store, sent = Store(tmp_path), []
    memory, engine = Memory(tmp_path, tmp_path / "logs"), Scripted()
    engine.text = "Tea."
    monkeypatch.setattr(memory._worker, "tell", sent.append)
    chat = Chat(History(store), memory, engine)  # type: ignore[arg-type]
    yield chat, sent
    chat.close()
    store.close()


def writing(sent: list[Any]) -> list[bool]:
    return [message.writing for message in sent if isinstance(message, m.Answering)]


def test_an_answer_without_memory_holds_the_rest_back_until_its_end(told) -> None:
    chat, sent = told
    conversation = chat.history.begin().id
    events = chat.answer("What shall I drink?", conversation, stop=threading.Event(), remember=False)
    assert writing(sent) == []
    for event in events:
        if isinstance(event, Stored | Piece):
            assert writing(sent) == [True]
    assert writing(sent) == [True, False]
    question = chat.history.messages(conversation)[0]
    list(chat.answer_again(question, stop=threading.Event(), remember=False))
    assert writing(sent) == [True, False] * 2


def test_an_answer_that_breaks_off_lets_go_as_well(told, monkeypatch) -> None:
    chat, sent = told
    events = chat.answer("What shall I drink?", chat.history.begin().id, stop=threading.Event(), remember=False)
    assert isinstance(next(events), Stored)
    events.close()
    assert writing(sent) == [True, False]

    def fails(**_) -> Iterator[object]:
        raise RuntimeError
        yield

    monkeypatch.setattr(chat.engine, "generate", fails)
    with pytest.raises(RuntimeError):
        list(chat.answer("And to eat?", chat.history.begin().id, stop=threading.Event(), remember=False))
    assert writing(sent) == [True, False] * 2
