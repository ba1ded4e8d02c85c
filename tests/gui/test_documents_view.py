"""The room of the documents over a real store: found, told, put in order, paused, followed, and removed for good."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.memory_process import Memory
from desktop.models.model_rows import Role
from desktop.reasons import failures
from desktop.views.collections_choice import CollectionsChoice
from desktop.views.documents_detail import Act
from desktop.views.documents_questions import Naming
from desktop.views.question import Question
from knowledge import errors, holdings
from knowledge.folders import add_watched, watched
from knowledge.holdings import Wanted
from knowledge.library import Library, documents

LEASE = "The lease of the Busan office ends on 31 August 2027. Subletting needs the landlord's consent."


@pytest.fixture
def papers(home, tmp_path) -> dict[str, int]:
    """Three documents and one that was left out, read by the real library; their numbers by name."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "lease.md").write_text(f"# Office lease\n\n{LEASE}\n", encoding="utf-8")
    (folder / "임대차 계약서.txt").write_text("계약은 2027년 8월 31일에 끝난다.", encoding="utf-8")
    (folder / "long.txt").write_text("\n\n".join(f"Paragraph {n} of the minutes." * 20 for n in range(30)), "utf-8")
    (folder / "empty.txt").write_text("", encoding="utf-8")
    library = Library(home.store, count_tokens=lambda text: len(text.split()), passage_tokens=200)
    list(library.index_paths([str(folder)], None, lambda: False))
    return {Path(document.path).name: document.id for document in documents(home.store)}


@pytest.fixture
def page(window, qtbot, papers):
    """The open room, its list read."""
    window.holdings.open()
    page = window.holdings._page
    qtbot.waitUntil(lambda: page.model.rowCount() == len(papers))
    return page


def names(page) -> list[str]:
    return [page.model.index(row).data() for row in range(page.model.rowCount())]


def said(widget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def answer(qtbot, kind, do) -> None:
    """Once a dialog of this kind is open, do something with it."""

    def look() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, kind) and widget.isVisible():
                do(widget)
                return
        QTimer.singleShot(20, look)

    QTimer.singleShot(20, look)


# ---------------------------------------------------------------- what is shown


def test_a_row_says_what_a_document_is_and_how_it_stands(page, qtbot, papers):
    qtbot.waitUntil(lambda: "" not in names(page))
    rows = {index.data(): index for index in map(page.model.index, range(page.model.rowCount()))}
    assert rows["lease.md"].data(Role.SIDE) == "1 passage"
    assert "Office lease" in rows["lease.md"].data(Role.CAPTION)
    assert rows["long.txt"].data(Role.SIDE).endswith(" passages")
    assert rows["empty.txt"].data(Role.SIDE) == "left out"
    assert rows["empty.txt"].data(Role.CAPTION) == (
        "“empty.txt” has no text in it. If it is a scan, run text recognition on it first."
    )


def test_the_list_narrows_to_words_a_state_and_a_collection(page, qtbot, home, papers):
    qtbot.keyClicks(page.filter.words, "office")
    qtbot.waitUntil(lambda: names(page) == ["lease.md"])  # by its title
    page.filter.words.setText("임대차")
    qtbot.waitUntil(lambda: names(page) == ["임대차 계약서.txt"])
    page.filter.show_all()
    page.filter.state.choose("refused")
    page.filter.state.changed.emit()
    qtbot.waitUntil(lambda: names(page) == ["empty.txt"])
    page.filter.show_all()
    holdings.put_into(home.store, [papers["lease.md"]], "Contracts")
    page.filter.show_collection("Contracts")
    qtbot.waitUntil(lambda: names(page) == ["lease.md"])


def test_words_are_taken_literally_and_all_of_them_count(home, papers):
    assert holdings.find(home.store, Wanted("%")) == ()
    assert holdings.find(home.store, Wanted("_")) == ()
    assert holdings.find(home.store, Wanted("lease office")) == (papers["lease.md"],)
    assert holdings.find(home.store, Wanted("lease absent")) == ()
    decomposed = "임대차"
    assert holdings.find(home.store, Wanted(decomposed)) == (papers["임대차 계약서.txt"],)


def test_the_order_is_by_name_age_or_size(home, papers):
    by_name = holdings.find(home.store, Wanted(order="name"))
    assert [name for id in by_name for name in papers if papers[name] == id] == sorted(papers)
    assert holdings.find(home.store, Wanted(order="size"))[0] == papers["long.txt"]


def test_of_a_long_list_only_what_is_in_sight_is_read(window, qtbot, home):
    with home.store.transaction() as db:
        db.executemany(
            "INSERT INTO documents (path, status, added) VALUES (?, 'indexed', ?)",
            [(f"/papers/{n:06d}.pdf", float(n)) for n in range(30_000)],
        )
    window.holdings.open()
    page = window.holdings._page
    qtbot.waitUntil(lambda: page.model.rowCount() == 30_000)
    qtbot.waitUntil(lambda: page.model.index(0).data() == "029999.pdf")
    page.list.verticalScrollBar().setValue(page.list.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: page.model.index(29_999).data() == "000000.pdf")
    assert len(page.model._known) < 1000
    page.list.selectAll()
    assert len(page.list.selected) == 30_000
    assert page.detail._name.text() == "30,000 documents chosen"


def test_what_is_chosen_stays_chosen_when_the_list_changes(page, qtbot, home, papers):
    page.list.select([papers["lease.md"], papers["long.txt"]])
    with home.store.transaction() as db:
        db.execute("INSERT INTO documents (path, status, added) VALUES ('/new.pdf', 'waiting', ?)", (time.time() + 9,))
    page._shelf.refresh()
    qtbot.waitUntil(lambda: names(page)[:1] == ["new.pdf"])
    assert set(page.list.selected) == {papers["lease.md"], papers["long.txt"]}


def test_an_empty_memory_says_what_to_do_with_the_control_beside_it(window, qtbot):
    window.holdings.open()
    page = window.holdings._page
    qtbot.waitUntil(lambda: "Drop files or folders" in said(page))
    (button,) = (each for each in page.list.findChildren(QPushButton) if each.isVisible())
    assert button.text() == "Add files…"
    assert not page.filter.isVisible()


@pytest.mark.parametrize(
    "error",
    [
        errors.FileUnreadable(path="/a/b (1).pdf", reason="it is encrypted. Ask for it"),
        errors.FileEmpty(path="/a/b (1).pdf"),
        errors.FileTooHarmful(path="/a/b (1).pdf"),
        errors.PagesWithoutText(path="/a/b (1).pdf", pages="3-7, 9"),
        errors.PartsLeftOut.naming("/a/b (1).pdf", ["x.exe", "y.bin"]),
    ],
)
def test_a_stored_reason_is_taken_apart_again(error):
    second = errors.PagesWithoutText(path="/a/b (1).pdf", pages="12")
    found = failures(f"{error} {second}", "/a/b (1).pdf")
    assert [(each.error, each.facts) for each in found] == [
        (type(error).__name__, error.facts),
        (type(second).__name__, second.facts),
    ]
    assert str(failures("Nobody knows {this}.", "/a")[0]) == "Nobody knows {this}."


# ---------------------------------------------------------------- what is done


def test_the_room_opens_and_closes_by_key_and_a_document_leads_back_to_it(window, page, qtbot, papers):
    window.activateWindow()
    page.list.select([papers["lease.md"]])
    page.list.setFocus()
    qtbot.waitUntil(lambda: page.model.holding(papers["lease.md"]) is not None)
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.documents.is_open)
    window.documents.close()
    assert window.holdings.is_open
    qtbot.keyClick(page.list, Qt.Key.Key_Escape)
    assert not window.holdings.is_open
    QTest.keySequence(window, QKeySequence("Ctrl+D"))
    assert window.holdings.is_open
    QTest.keySequence(window, QKeySequence("Ctrl+D"))
    assert not window.holdings.is_open


def test_delete_asks_once_and_enter_keeps(page, qtbot, home, papers):
    page.list.select([papers["lease.md"], papers["long.txt"]])
    asked = []
    answer(qtbot, Question, lambda box: (asked.append(box.question.text()), box.no.click()))
    qtbot.keyClick(page.list, Qt.Key.Key_Delete)
    assert asked == ["Remove 2 documents from the memory?"]
    assert len(documents(home.store)) == len(papers)


def test_chosen_documents_are_put_into_a_collection_that_is_named_then(page, qtbot, home, papers):
    page.list.select([papers["lease.md"], papers["long.txt"]])
    qtbot.waitUntil(lambda: len(page.chosen()) == 2)
    answer(qtbot, Naming, lambda box: (box.field.setText("  My   contracts "), box.yes.click()))
    page.detail.collection_wanted.emit(None)
    qtbot.waitUntil(lambda: "My contracts" in page._shelf.collections)
    held = {document.id: document.collection for document in documents(home.store)}
    assert {id for id, name in held.items() if name == "My contracts"} == {papers["lease.md"], papers["long.txt"]}
    page.detail.collection_wanted.emit("")
    qtbot.waitUntil(lambda: page._shelf.collections == ())


def test_a_renamed_collection_is_renamed_everywhere(home, papers):
    holdings.put_into(home.store, [papers["lease.md"]], "Old")
    add_watched(home.store, ["/followed"], "Old")
    one = home.history.begin(options={"collections": ["Old", "Tax"], "persona": "x"})
    other = home.history.begin(options={"persona": "y"})
    holdings.rename_collection(home.store, "Old", "New")
    assert holdings.collection_names(home.store) == ("New",)
    assert watched(home.store) == {"/followed": "New"}
    assert home.history.options(one.id) == {"collections": ["New", "Tax"], "persona": "x"}
    assert home.history.options(other.id) == {"persona": "y"}


def test_what_is_dropped_on_a_collection_comes_into_it(window, page, qtbot, tmp_path, monkeypatch):
    given = []
    before = window._home.memory.index
    monkeypatch.setattr(
        window._home.memory, "index", lambda paths, into, *rest: (given.append(into), before(paths, into, *rest))[1]
    )
    page.filter.show_collection("Contracts")
    window.add_files([str(tmp_path / "a.txt")])
    qtbot.waitUntil(lambda: window.attaching.state.phase == "done")
    window.holdings.close()
    window.add_files([str(tmp_path / "b.txt")])
    qtbot.waitUntil(lambda: len(given) == 2)
    assert given == ["Contracts", None]


def test_a_file_is_read_again_though_it_looks_as_before(page, qtbot, home, papers):
    page.wanted.emit(Act.READ, (papers["empty.txt"], papers["lease.md"]))
    qtbot.waitUntil(lambda: len(home.memory.indexed) == 2)
    library = Library(home.store, count_tokens=lambda text: len(text.split()), passage_tokens=200)
    statuses = [step.status for step in library.index_paths(home.memory.indexed, None, lambda: False)]
    assert "unchanged" not in statuses
    assert "indexed" in statuses


def test_a_summary_is_written_in_a_conversation_of_its_own(window, page, qtbot, home, papers, monkeypatch):
    asked = []
    monkeypatch.setattr(window.answering, "whole", lambda *wish: asked.append(wish))
    qtbot.waitUntil(lambda: page.model.holding(papers["lease.md"]) is not None)
    window.chat.current = home.history.begin().id
    page.wanted.emit(Act.SUMMARISE, (papers["lease.md"],))
    assert not window.holdings.is_open
    assert asked == [((papers["lease.md"],), "summary", "Summarise “lease.md”", None)]


# ---------------------------------------------------------------- while files come in


def test_indexing_is_held_and_goes_on(window, page, qtbot, home, tmp_path):
    home.memory.gate.clear()
    window.add_files([str(tmp_path / f"{n}.txt") for n in range(4)])
    qtbot.waitUntil(lambda: window.attaching.state.total == 4)
    assert "0 of 4 files" in said(page.progress)
    assert "0.txt" in said(page.progress)
    page.progress.pause.click()
    assert home.memory.pauses == [(1, True)]
    window.holdings.close()
    assert window.chat.progress.pause.isVisible()
    window.chat.progress.pause.click()
    assert home.memory.pauses[-1] == (1, True)  # the worker has not said yet that it holds
    home.memory.gate.set()
    qtbot.waitUntil(lambda: window.attaching.state.phase == "done")


def test_a_dropped_folder_may_be_followed(window, qtbot, home, tmp_path):
    folder = tmp_path / "contracts"
    folder.mkdir()
    window.add_files([str(folder)])
    qtbot.waitUntil(window.chat.progress.follow.isVisible)
    window.chat.progress.follow.click()
    qtbot.waitUntil(lambda: watched(home.store) == {str(folder): None})
    qtbot.waitUntil(lambda: not window.chat.progress.follow.isVisible())
    assert home.memory.watches == 1
    window.attaching.dismiss()
    window.add_files([str(folder)])
    qtbot.waitUntil(lambda: window.attaching.state.phase == "done")
    assert not window.chat.progress.follow.isVisible()  # it is followed already


def test_followed_folders_are_told_with_their_state_and_may_be_left(page, qtbot, home, papers, tmp_path):
    add_watched(home.store, [str(tmp_path / "papers"), str(tmp_path / "gone")], None)
    page._shelf.refresh()
    page.show_tab("folders")
    qtbot.waitUntil(lambda: page.folders._model.rowCount() == 2)
    sides = {row.title: row.side for row in page.folders._model.rows}
    assert sides == {"papers": "4 documents", "gone": "is not there"}
    page._shelf.stop_following(str(tmp_path / "papers"), keep=True)
    qtbot.waitUntil(lambda: list(watched(home.store)) == [str(tmp_path / "gone")])
    qtbot.waitUntil(lambda: home.memory.watches == 1)
    assert len(documents(home.store)) == len(papers)


# ---------------------------------------------------------------- what a conversation may use


def test_a_conversation_uses_the_collections_that_were_chosen_for_it(window, qtbot, ask, home, papers):
    holdings.put_into(home.store, [papers["lease.md"]], "Contracts")
    ask("When does the lease end?")
    assert home.memory.asked[-1]["collections"] is None
    window.chat.options.toggle()
    choice: CollectionsChoice = window.chat.options.panel.collections
    assert choice.text() == "All documents"
    choice._tick("Contracts", on=True)
    choice._tick("", on=True)
    assert choice.text() == "Without a collection and 1 more"
    assert home.history.options(window.chat.current) == {"collections": ["", "Contracts"]}
    window.chat.options.toggle()
    ask("And the rent?")
    assert home.memory.asked[-1]["collections"] == ("", "Contracts")
    window.chat.options.toggle()
    choice._choose(())
    ask("And now?")
    assert home.memory.asked[-1]["collections"] == ()
    choice._choose(None)
    assert home.history.options(window.chat.current) == {}


def test_a_new_conversation_begins_with_what_was_chosen(window, qtbot, ask, home, papers):
    window.chat.options.toggle()
    window.chat.options.panel.collections._choose(())
    ask("When does the lease end?")
    assert home.memory.asked[-1]["collections"] == ()
    row = home.store.db.execute("SELECT options FROM conversations").fetchone()
    assert json.loads(row["options"]) == {"collections": []}


# ---------------------------------------------------------------- for good


def test_a_removed_document_is_really_gone(window, page, qtbot, home, papers, monkeypatch, tmp_path):
    memory = Memory(home.folder, tmp_path / "logs")
    memory.start()
    try:
        assert memory.wait(120)
        memory.consolidate()
        assert memory.recall("Busan office lease", kind="documents").items
        monkeypatch.setattr(home, "memory", memory)
        page.list.select([papers["lease.md"]])
        qtbot.waitUntil(lambda: len(page.chosen()) == 1)
        answer(qtbot, Question, lambda box: box.yes.click())
        qtbot.keyClick(page.list, Qt.Key.Key_Delete)
        assert page.model.row_of(papers["lease.md"]).data(Role.SIDE) == "being forgotten…"
        qtbot.waitUntil(lambda: "lease.md" not in names(page), timeout=60_000)
        assert page.notice.sentence == "1 document is forgotten."
        found = memory.recall("Busan office lease", kind="documents").items
        assert all("Busan" not in item.text for item in found)
    finally:
        memory.close()
    assert b"Subletting needs" not in home.store.path.read_bytes()
