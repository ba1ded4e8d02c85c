"""Own words and citations as a reader sees them: dots, a line below the answer, a tooltip, the clipboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QGuiApplication, QHelpEvent, QImage, QPainter, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QToolTip

from desktop.citing import OWN, OWN_END
from desktop.render import OWN_WORDS, MarkdownDocument, plain_text
from desktop.theme import DARK, LIGHT, Theme
from desktop.views.turn import AnswerTurn
from knowledge.messages import Recalled

LEASE = Recalled(
    "document", "passage:1", "The lease ends on 31 August 2027.", 1.0, {}, ("words",), (), 1, path="/a.txt"
)


def last_answer(window) -> AnswerTurn:
    return max(window.findChildren(AnswerTurn), key=lambda turn: turn.y())


def said(turn: AnswerTurn) -> list[str]:
    return [label.text() for label in turn.findChildren(QLabel) if not label.isHidden() and label.text()]


def own_in(document: MarkdownDocument) -> str:
    """The words of the document that are marked."""
    at, words = QTextCursor(document), ""
    for position in range(1, document.characterCount()):
        at.setPosition(position)
        if at.charFormat().boolProperty(OWN_WORDS):
            words += document.characterAt(position - 1)
    return words


def everything(document: MarkdownDocument) -> str:
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    return plain_text(cursor)


@pytest.fixture
def answered(qtbot, window, home, ask):
    """An answer of two sentences, of which no source says the second."""
    home.memory.items, home.memory.own = (LEASE,), ["Landlords"]
    home.engine.pieces = ["The lease ends on 31 August 2027 [4]. ", "**Landlords** like tea."]
    ask("When does the lease end?")
    return window


def test_own_words_are_dotted_and_counted_and_the_missing_chip_is_there(answered, home):
    turn = last_answer(answered)
    page = turn.words.document()
    assert everything(page) == "The lease ends on 31 August 2027 [1]. Landlords like tea."
    assert own_in(page) == "Landlords like tea."
    assert "1 sentence is the model's own words." in said(turn)
    assert "From your documents and the model" in said(turn)
    assert "Landlords" in turn.words.accessibleDescription()
    stored = home.history.messages(home.history.conversations()[0].id)[-1]
    assert stored.text.endswith("2027 [4]. **Landlords** like tea."), "the model's text is kept as it is"


def test_it_looks_the_same_when_it_is_opened_again(answered, home, qtbot):
    answered.chat.open(None) if hasattr(answered.chat, "open") else None
    from desktop.models.turns import turns_of

    (conversation,) = home.history.conversations()
    before = last_answer(answered)
    text = everything(before.words.document())
    answered.chat.transcript.set_turns(turns_of(home.history.messages(conversation.id)))
    QApplication.processEvents()
    again = last_answer(answered)
    assert everything(again.words.document()) == text
    assert own_in(again.words.document()) == "Landlords like tea."
    assert "1 sentence is the model's own words." in said(again)


def test_the_copy_has_the_citations_that_are_shown(answered):
    last_answer(answered)._copy_text()
    assert QGuiApplication.clipboard().text() == "The lease ends on 31 August 2027 [1]. **Landlords** like tea."


def test_the_pointer_is_told_what_dots_mean(answered, qtbot):
    words = last_answer(answered).words
    cursor = words.document().find("Landlords")
    spot = words.cursorRect(cursor).center()
    QApplication.sendEvent(words.viewport(), QHelpEvent(QEvent.Type.ToolTip, spot, words.mapToGlobal(spot)))
    assert QToolTip.text() == "No source says this: the model's own words"
    QToolTip.hideText()


def test_an_unchecked_answer_is_not_marked_and_says_so(window, home, ask):
    home.memory.items, home.memory.late = (LEASE,), True
    ask("When does the lease end?")
    turn = last_answer(window)
    assert own_in(turn.words.document()) == ""
    assert "Which source says what was not checked this time." in said(turn)


def test_nothing_found_is_said_where_documents_are_and_something_was_asked(window, home, ask, monkeypatch):
    home.engine.pieces = ["Ada Lovelace was born in London."]
    note = "Nothing about this in your memory; this is what the model knows."
    ask("Where was Ada Lovelace born?")
    assert note not in said(last_answer(window)), "there is no document yet"
    with home.store.transaction() as db:
        db.execute("INSERT INTO documents (path, status, added) VALUES ('/a.txt', 'indexed', 0)")
    ask("Where was Ada Lovelace born?")
    assert note in said(last_answer(window))
    ask("Write a haiku about rain.")
    assert note not in said(last_answer(window))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dots_stand_within_the_last_line_and_are_legible(qtbot, scheme):
    theme = Theme(scheme)
    page = MarkdownDocument(theme)
    page.set_markdown(f"{OWN}집주인은 차를 좋아합니다.{OWN_END}")
    page.setTextWidth(400)
    height = round(page.size().height())
    image = QImage(400, height, QImage.Format.Format_RGB32)
    image.fill(QColor(theme.tokens.bg))
    painter = QPainter(image)
    page.draw_grounds(painter, image.rect().toRectF())
    painter.end()
    dotted = {y for y in range(height) for x in range(400) if image.pixelColor(x, y) != QColor(theme.tokens.bg)}
    assert dotted, "the document's end would cut them off"
    for tokens in (LIGHT, DARK):
        assert contrast(tokens.muted, tokens.bg) >= 4.5


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""

    def luminance(name: str) -> float:
        def linear(part: float) -> float:
            return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

        colour = QColor(name)
        return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
