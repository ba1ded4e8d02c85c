"""An answer's document opens at its page with the words marked, in the window and with the real drawing process."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QDesktopServices, QGuiApplication, QImage
from PySide6.QtTest import QTest

from desktop import page_cache
from desktop.opened_document import Hit, find, opened
from desktop.page_cache import PageCache
from desktop.theme import LIGHT
from desktop.views.document_header import PAGES, TEXT
from desktop.views.document_view import DocumentView
from knowledge.library import Library
from knowledge.messages import Recalled
from knowledge.passages import split
from knowledge.readers import Section
from tests.e2e.papers import LEASE, write_pdf

SENTENCE = "The lease of the Busan office ends on 31 August 2027."


def library(home) -> Library:
    return Library(home.store, count_tokens=lambda text: len(text.split()), passage_tokens=200)


def add(home, path: Path) -> int:
    """Read a file into the store; the document's id."""
    [step] = [step for step in library(home).index_paths([str(path)], None, lambda: False) if step.status != "reading"]
    return step.document or 0


def recalled(home, document: int, words: Sequence[str], row: int = 0, **changes) -> Recalled:
    """What the memory would recall: a passage and where its words are."""
    passage = library(home).passages(document)[row]
    known = library(home).document(document)
    matches = tuple((passage.text.index(word), passage.text.index(word) + len(word)) for word in words)
    fields = {
        "kind": "document", "id": f"passage:{passage.id}", "text": passage.text, "score": 1.0, "parts": {},
        "why": ("words",), "matches": matches, "tokens": 20, "document": document, "path": known.path,
        "page": passage.page, "heading": passage.heading,
    }  # fmt: skip
    return Recalled(**{**fields, **changes})


@pytest.fixture
def lease(home, tmp_path) -> int:
    return add(home, write_pdf(tmp_path / "임대차 계약서.pdf", LEASE))


@pytest.fixture
def notes(home, tmp_path) -> int:
    path = tmp_path / "회의록.md"
    chapters = [
        f"# 제{number}장 보고\n\n" + f"이 장에서는 {number}번째 안건을 다룬다. " * 40 + f"\n\n담당자 서명 {number}\n"
        for number in range(1, 31)
    ]
    path.write_text("\n".join(chapters), encoding="utf-8")
    return add(home, path)


@pytest.fixture
def show(window, qtbot):
    """Open a recalled item and wait until it is shown with all its marks."""

    def open_and_wait(source: Recalled) -> DocumentView:
        window.documents.open(source)
        view = window.documents.view
        assert view is not None
        wait_for(qtbot, view)
        return view

    return open_and_wait


def wait_for(qtbot, view: DocumentView) -> None:
    def shown() -> bool:
        if view._document is None or view._search is not None or view.find_bar._typing.isActive():
            return False
        drawing = view._pages._task is not None or view.pages._settle.isActive()
        return view._stack.currentIndex() == TEXT or (view.pages.pages > 0 and not drawing)

    qtbot.waitUntil(shown, timeout=30_000)


def colours(image: QImage, colour: str) -> int:
    """How many pixels have this colour."""
    wanted = QColor(colour).rgb()
    return sum(image.pixel(x, y) == wanted for y in range(image.height()) for x in range(image.width()))


# ---------------------------------------------------------------- pages


def test_a_citation_opens_the_page_with_the_words_marked(window, home, lease, ask, qtbot):
    home.memory.items = (recalled(home, lease, ["31 August 2027"], row=1),)
    ask("When does the lease end?")
    answer = next(turn.id for turn in window.chat.transcript.turns if turn.kind == "answer")
    window.chat.transcript.source_clicked.emit(answer, 1)
    view = window.documents.view
    assert window.documents.is_open
    wait_for(qtbot, view)
    assert view.pages.page == 2
    [[mark]] = view._pages.marks(2).matches
    place = view.pages._place(2)
    middle = QPoint(
        round(place.left() + (mark[0] + mark[2]) / 2 * place.width()),
        round(place.top() + (mark[1] + mark[3]) / 2 * place.height()),
    )
    assert view.pages.viewport().rect().contains(middle), "the words are in sight"
    picture = view.pages.viewport().grab().toImage()
    words = picture.copy(middle.x() - 40, middle.y() - 12, 80, 24)
    assert colours(words, LIGHT.mark) > 300, "marked with the pen"
    assert any(words.pixelColor(x, y).lightness() < 100 for y in range(24) for x in range(80)), "and still to be read"
    assert colours(picture.copy(middle.x() - 40, middle.y() + 60, 80, 24), LIGHT.mark) == 0
    QTest.keyClick(view.pages, Qt.Key.Key_Escape)
    assert not window.documents.is_open


def test_back_is_where_the_reader_was(window, home, lease, ask, qtbot):
    home.memory.items = (recalled(home, lease, ["31 August 2027"], row=1),)
    home.engine.pieces = ["A long answer.\n\n" * 120 + "[1]"]
    ask("When does the lease end?")
    bar = window.chat.transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    window.right.setFocus()
    [card] = window.right._cards.values()
    card._open.setFocus()
    QTest.keyClick(card._open, Qt.Key.Key_Space)
    wait_for(qtbot, window.documents.view)
    assert window.focusWidget() is window.documents.view.pages
    QTest.mouseClick(window.documents.view.header.back, Qt.MouseButton.LeftButton)
    assert (bar.value(), window.focusWidget()) == (before, card._open)


def test_keys_turn_pages_change_the_size_and_copy(show, home, lease, qtbot, qapp):
    view = show(recalled(home, lease, ["31 August 2027", "renewed"], row=1))
    assert (view.header._field.text(), view.header._of.text()) == ("2", "of 3")
    QTest.keyClick(view.pages, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert view.pages.page == 3
    QTest.keyClick(view.pages, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(view.pages, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert view.pages.page == 1
    width = view.pages._place(1).width()
    QTest.keyClick(view.pages, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert view.pages._place(1).width() > width
    wait_for(qtbot, view)
    assert view._pages.picture(1).width() == round(view.pages._place(1).width()), "drawn anew, not just stretched"
    QTest.keyClick(view.pages, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert view.pages._place(1).width() == width
    QTest.keyClick(view.pages, Qt.Key.Key_F3)
    assert view.header._which.text() == "Mark 2 of 2"
    assert view.pages.page == 2
    QTest.keyClick(view.pages, Qt.Key.Key_F3)
    assert view.header._which.text() == "Mark 1 of 2"
    QTest.keyClick(view.pages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert SENTENCE in QGuiApplication.clipboard().text()
    QTest.keyClick(view.pages, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert QGuiApplication.clipboard().text().endswith("임대차 계약서.pdf")
    view.header.take_page()
    QTest.keyClicks(view.header._field, "3\r")
    assert view.pages.page == 3


def test_words_are_looked_for_across_pages(show, home, lease, qtbot):
    view = show(recalled(home, lease, ["31 August 2027"], row=1))
    QTest.keyClick(view.pages, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert view.window().focusWidget() is view.find_bar.field
    QTest.keyClicks(view.find_bar.field, "landlord")
    wait_for(qtbot, view)
    assert view.find_bar._count.text() == "2 of 2", "from the page that is read on"
    assert view.pages.page == 3
    assert len(view._pages.marks(3).found) == 1
    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Return)
    wait_for(qtbot, view)
    assert (view.find_bar._count.text(), view.pages.page) == ("1 of 2", 1)
    QTest.keyClicks(view.find_bar.field, "xyz")
    wait_for(qtbot, view)
    assert view.find_bar._count.text() == "Not in this document"
    QTest.keyClick(view.find_bar.field, Qt.Key.Key_Escape)
    assert view.find_bar.isHidden()
    assert view.isVisible(), "Esc closes the nearest thing first"


def test_pages_and_text_show_the_same_place(show, home, lease, qtbot):
    view = show(recalled(home, lease, ["Subletting"], row=2))
    view.header._modes.button(TEXT).click()
    assert (view._stack.currentIndex(), view.text.page) == (TEXT, 3)
    view._turn(-1)
    view.header._modes.button(PAGES).click()
    assert view.pages.page == 2


def test_a_hostile_pdf_shows_its_text_and_one_sentence(show, home, tmp_path, lease, qtbot):
    path = tmp_path / "임대차 계약서.pdf"
    source = recalled(home, lease, ["31 August 2027"], row=1)
    path.write_bytes(b"%PDF-1.7\n" + b"garbage " * 1000)
    view = show(source)
    qtbot.waitUntil(lambda: view._stack.currentIndex() == TEXT, timeout=20_000)
    assert "cannot be read (it is damaged, or not what its name says)" in view.notice.sentence
    assert not view.header._modes.button(PAGES).isVisible()
    assert view.text._marks == {1: list(source.matches)}


# ---------------------------------------------------------------- text


def test_a_text_opens_at_the_passage_with_its_words_marked(show, home, notes, window):
    view = show(recalled(home, notes, ["담당자 서명 17"], row=_row(home, notes, "담당자 서명 17")))
    assert view._stack.currentIndex() == TEXT
    picture = view.text.viewport().grab().toImage()
    assert colours(picture, LIGHT.mark) > 200
    assert colours(picture, LIGHT.raised) > 5_000, "the passage has a ground of its own"
    layout = view.text._shown[view._document.recalled[0]]
    assert "담당자 서명 17" in layout.layout.text()
    assert view.header._name.text() == "회의록.md"


def test_words_are_selected_across_passages_and_copied(show, home, notes):
    view = show(recalled(home, notes, []))
    column = view.text
    top = column.viewport()
    left = (column.width() - column._width) // 2
    second = column._top(1) + column._shown[1].text_top + 30
    QTest.mousePress(top, Qt.MouseButton.LeftButton, pos=QPoint(left, column._top(0) + 8))
    QTest.mouseMove(top, QPoint(left + 300, second))
    QTest.mouseRelease(top, Qt.MouseButton.LeftButton, pos=QPoint(left + 300, second))
    QTest.keyClick(column, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    words = QGuiApplication.clipboard().text()
    passages = library(home).passages(notes)
    assert words.startswith(passages[0].text)
    assert passages[1].text.startswith(words.split("\n\n")[-1][:10])
    QTest.keyClick(column, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert column.selected == "\n\n".join(passage.text for passage in passages)


def test_a_very_long_document_is_there_at_once(show, home, window, tmp_path, qtbot):
    """Of 2,000 pages only those in sight are laid out; a step takes no time that a reader would notice."""
    sections = [Section(f"Page {page} says this. " * 60, page=page) for page in range(1, 2001)]
    drafts = split(sections, lambda text: len(text.split()), 120)
    (tmp_path / "long.txt").write_text("long")
    document = add(home, tmp_path / "long.txt")
    with home.store.transaction() as db:
        db.execute("DELETE FROM passages WHERE document = ?", (document,))
        db.executemany(
            "INSERT INTO passages (document, ordinal, text, page, heading, start) VALUES (?, ?, ?, ?, ?, ?)",
            [(document, draft.ordinal, draft.text, draft.page, draft.heading, draft.start) for draft in drafts],
        )
    assert len(drafts) > 3000
    view = show(recalled(home, document, ["Page 1500"], row=_row(home, document, "Page 1500 ")))
    assert view.text.page == 1500
    assert view.header._of.text() == "of 2,000"
    assert len(view.text._shown) < 30
    begin = time.perf_counter()
    for _ in range(20):
        QTest.keyClick(view.text, Qt.Key.Key_Space)
    assert view.text.page > 1502
    assert len(view.text._shown) < 30
    assert time.perf_counter() - begin < 5, "not the whole document each time"
    QTest.keyClick(view.text, Qt.Key.Key_End)
    assert view.text.page == 2000


def test_a_passage_without_shared_words_is_pointed_at(show, home, notes):
    view = show(recalled(home, notes, [], row=9))
    assert view._stops == (Hit(9, 0, 0),)
    assert 0 <= view.text._top(9) < view.text.viewport().height()


def _row(home, document: int, words: str) -> int:
    return next(row for row, passage in enumerate(library(home).passages(document)) if words in passage.text)


# ---------------------------------------------------------------- files that are not as they were


def test_a_missing_file_is_said_and_its_text_shown(show, home, lease, tmp_path):
    source = recalled(home, lease, ["31 August 2027"], row=1)
    (tmp_path / "임대차 계약서.pdf").unlink()
    view = show(source)
    assert view.notice.sentence.startswith("The file is no longer where it was: ")
    assert view._stack.currentIndex() == TEXT
    assert colours(view.text.viewport().grab().toImage(), LIGHT.mark) > 200
    view.open_elsewhere()
    assert view.notice.sentence.startswith("There is no file or folder")


def test_a_changed_file_is_said(show, home, notes, tmp_path):
    source = recalled(home, notes, [])
    with (tmp_path / "회의록.md").open("a") as file:
        file.write("one more line")
    assert "has changed since Haema read it" in show(source).notice.sentence


def test_a_removed_document_is_said_and_the_answers_words_stay(show, home, lease):
    source = recalled(home, lease, ["31 August 2027"], row=1)
    library(home).remove(lease)
    view = show(source)
    assert view.notice.sentence == "Haema's memory no longer holds this document."
    assert view.text._marks == {0: list(source.matches)}


def test_a_refused_document_says_why(show, home, tmp_path):
    (tmp_path / "empty.txt").write_text("  ")
    document = add(home, tmp_path / "empty.txt")
    path = str(tmp_path / "empty.txt")
    view = show(Recalled("document", "passage:9", "", 1.0, {}, (), (), 0, document=document, path=path))
    assert "has no text in it" in view.notice.sentence


def test_it_opens_in_its_program(show, home, notes, tmp_path, monkeypatch):
    urls = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: urls.append(url.toLocalFile()) or len(urls) == 1)
    view = show(recalled(home, notes, []))
    view.open_elsewhere()
    assert urls == [str(tmp_path / "회의록.md")]
    assert view.notice.sentence == ""
    view.open_elsewhere()
    assert view.notice.sentence == "No program on this computer opens “회의록.md”."


def test_the_shortcuts_of_the_conversation_lead_back_to_it(show, window, home, notes, qtbot):
    show(recalled(home, notes, []))
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not window.documents.is_open
    assert window.focusWidget() is window.chat.composer.prompt


def test_the_drawing_process_ends_with_the_window(show, window, home, lease):
    show(recalled(home, lease, ["31 August 2027"], row=1))
    viewer = window.documents._viewer
    assert viewer._sandbox._process is not None
    process = viewer._sandbox._process._popen
    window.close()
    assert process.poll() is not None


def test_a_page_wider_than_the_others_fits_too(show, home, tmp_path):
    path = write_pdf(tmp_path / "wide.pdf", LEASE)
    pdf = pypdfium2.PdfDocument(path)
    pdf[1].set_rotation(90)
    pdf.save(tmp_path / "turned.pdf")
    pdf.close()
    view = show(recalled(home, add(home, tmp_path / "turned.pdf"), ["31 August 2027"], row=1))
    portrait, landscape = view.pages._place(1), view.pages._place(2)
    assert landscape.width() > portrait.width()
    assert landscape.width() <= view.pages.viewport().width()
    assert view.pages.horizontalScrollBar().maximum() == 0


# ---------------------------------------------------------------- without a window


def test_an_item_of_several_passages_marks_the_words_in_each(home, notes):
    passages = library(home).passages(notes)
    text = "\n".join(passage.text for passage in passages[3:5])
    words = [passages[3].text[-9:], passages[4].text[:6]]
    at = [text.index(words[0]), len(passages[3].text) + 1]
    matches = tuple((start, start + len(word)) for start, word in zip(at, words, strict=True))
    source = recalled(home, notes, [], row=3, text=text, matches=matches, passages=(passages[3].id, passages[4].id))
    document = opened(home.store, source)
    assert document.recalled == (3, 4)
    assert [document.passages[hit.row].text[hit.start : hit.end] for hit in document.hits] == words
    assert document.first_stop() == 0
    other = opened(home.store, dataclasses.replace(source, id=f"passage:{passages[4].id}"))
    assert (other.best, other.first_stop()) == (4, 1), "reading begins with the passage that was recalled for itself"


def test_a_document_read_again_is_opened_where_it_says_the_same(home, notes):
    source = recalled(home, notes, ["담당자 서명 7"], row=_row(home, notes, "담당자 서명 7"), id="passage:999999")
    document = opened(home.store, source)
    [hit] = document.hits
    assert document.passages[hit.row].text[hit.start : hit.end] == "담당자 서명 7"


def test_finding_minds_neither_case_nor_lines(home, notes):
    passages = library(home).passages(notes)
    assert [passages[hit.row].text[hit.start : hit.end] for hit in find(passages, "담당자   서명 30")] == [
        "담당자 서명 30"
    ]
    assert find(passages, " ") == []
    assert find(passages, "(((") == []


@pytest.fixture
def picture() -> QImage:
    image = QImage(64, 64, QImage.Format.Format_RGB32)
    image.fill(QColor("#0E6F67"))
    return image


def test_drawn_pages_are_kept_until_the_document_is_forgotten(tmp_path, picture, monkeypatch):
    file, known = write_pdf(tmp_path / "a.pdf", LEASE), {7}
    cache = PageCache(tmp_path / "pages", known.__contains__)
    cache.keep(7, file, 1, 64, picture)
    assert cache.get(7, file, 1, 64).convertToFormat(picture.format()) == picture
    assert cache.get(7, file, 2, 64) is None
    file.write_bytes(file.read_bytes() + b"\n")
    assert cache.get(7, file, 1, 64) is None, "a changed file is drawn anew"
    cache.keep(8, file, 1, 64, picture)
    assert not (tmp_path / "pages" / "8").exists(), "of a forgotten document nothing is kept"


def test_the_kept_pages_are_bounded(tmp_path, picture, monkeypatch):
    monkeypatch.setattr(page_cache, "LARGEST", 2000)
    file = write_pdf(tmp_path / "a.pdf", LEASE)
    cache = PageCache(tmp_path / "pages", lambda _: True)
    for page in range(1, 2 * page_cache.TIDY_EVERY + 2):
        cache.keep(page % 3, file, page, 64, picture)
    left = list((tmp_path / "pages").glob("*/*.png"))
    assert 0 < sum(path.stat().st_size for path in left) <= 2000
