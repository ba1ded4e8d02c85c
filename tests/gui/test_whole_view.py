"""Whole documents in the window: the button, the progress at the answer, Stop, and what was covered in words."""

from __future__ import annotations

import time

import pytest
from PySide6.QtWidgets import QLabel

from desktop.views.quiet_button import QuietButton
from desktop.views.source_card import SourceCard
from desktop.views.whole_words import coverage_words, reading_words
from desktop.whole.job import Coverage, ReadingAll
from engine.messages import ModelInfo

SENTENCE = "The lease ends on 31 August 2027."
PASSAGES = 30


@pytest.fixture
def lease(home, monkeypatch) -> int:
    """A stored document, and a model that can be asked about it."""
    info = ModelInfo("Tiny", "/tiny.gguf", 2048, 2, 0, "CPU", 1, "fast", starter=False)
    monkeypatch.setattr(home.engine, "wait", lambda stop=None: info, raising=False)
    with home.store.transaction() as db:
        (id,) = db.execute(
            "INSERT INTO documents (path, status, added) VALUES ('/papers/lease.pdf', 'indexed', ?) RETURNING id",
            (time.time(),),
        ).fetchone()
        db.executemany(
            "INSERT INTO passages (document, ordinal, text, page, start) VALUES (?, ?, ?, ?, 0)",
            [(id, n, f"{SENTENCE} Paragraph {n} is about the garden.", n // 5 + 1) for n in range(PASSAGES)],
        )
    return int(id)


def said(widget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_a_document_is_read_whole_from_its_card(window, qtbot, lease):
    window.chat.summarise(lease, "lease.pdf")
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert "30 of 30 passages read" in said(window.chat.transcript)
    assert "From your documents" in said(window.chat.transcript)
    assert window.chat.transcript.turns[0].text == "Summarise “lease.pdf”"
    assert "31 August 2027" in window.chat.transcript.turns[1].text
    (card, *_) = window.right.findChildren(SourceCard)
    (button,) = (button for button in card.findChildren(QuietButton) if button.text() == "Summarise")
    button.click()
    qtbot.waitUntil(lambda: not window.answering.busy and len(window.chat.transcript.turns) == 4)
    assert window.chat.transcript.turns[3].coverage.complete


def test_the_progress_is_said_and_stop_ends_it(window, home, qtbot, lease):
    home.engine.gate.clear()
    home.engine.read = None
    window.chat.summarise(lease, "lease.pdf")
    qtbot.waitUntil(lambda: "Reading “lease.pdf”: 0 of 30 passages" in said(window.chat.transcript))
    window.chat.show_conversation(None)
    window.chat.show_conversation(window.answering.conversation)
    assert "Reading “lease.pdf”: 0 of 30 passages" in said(window.chat.transcript), "as it was left"
    window.answering.stop()
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert "0 of 30 passages read · stopped" in said(window.chat.transcript)
    assert "Read 0 of 30 passages (stopped)." in window.chat.transcript.turns[1].text


def test_what_was_just_attached_is_this_file(window, home, qtbot, lease, ask):
    window.add_files(["/papers/lease.pdf"])
    qtbot.waitUntil(lambda: window.attaching.state.phase == "done")
    ask("Summarise this file")
    assert window.chat.transcript.turns[1].coverage is not None
    assert window.chat.transcript.turns[1].coverage.read == PASSAGES


def test_an_answer_that_could_not_know_which_document_says_what_to_do(window, ask):
    ask("Summarise this file")
    assert "Name its file to have all of it read" in said(window.chat.transcript)
    window.chat.show_conversation(window.chat.current)
    assert "Name its file to have all of it read" in said(window.chat.transcript), "when it is opened again, too"


def test_words_for_every_state():
    event = ReadingAll("reading", 120, 212, "a.pdf", 95.0, None)
    assert reading_words(event) == "Reading “a.pdf”: 120 of 212 passages, 2 min left"
    coverage = Coverage("count", "rules", 9, 9, 9, 5, stopped=False)
    assert coverage_words(coverage) == "5 documents: 9 of 9 passages searched, word by word"
