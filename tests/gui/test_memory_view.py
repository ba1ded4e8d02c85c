"""The room of the memory over a real store: found, read, pinned, put right, forgotten and brought back."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from desktop.models.model_rows import Role
from desktop.views.memory_detail import Act
from desktop.views.memory_questions import FactLine
from desktop.views.question import Question
from desktop.views.turn import AnswerTurn
from knowledge import facts, memories
from knowledge.memories import Looked, key_of
from knowledge.messages import MapCluster, MapPoint, MemoryMap, Progress, Recalled

DAY = 86_400.0


@pytest.fixture
def told(home) -> dict[str, int]:
    """Two conversations, three facts and two passages; their keys by a name."""
    talk, other = home.history.begin("Lease"), home.history.begin("제주 여행")
    first = home.history.say(talk.id, "user", "The lease of the Busan office ends in August.", parent=None)
    second = home.history.say(talk.id, "assistant", "I will keep that in mind.", parent=first.id)
    third = home.history.say(other.id, "user", "제주도에는 봄에 가고 싶어.", parent=None)
    old = facts.write(home.store, "I live in Busan.")
    new = facts.write(home.store, "I live in Seoul.")
    now = time.time()
    with home.store.transaction() as db:
        db.execute("UPDATE facts SET valid_from = ?, valid_until = ? WHERE id = ?", (now - 90 * DAY, now, old.id))
        db.execute("UPDATE facts SET successor = ? WHERE id = ?", (new.id, old.id))
        db.execute("UPDATE messages SET created = ? WHERE id = ?", (now - 40 * DAY, third.id))
        asked = db.execute(
            "INSERT INTO facts (text, kind, state, valid_from, created) VALUES ('My dog is Bori.', 'noticed',"
            " 'proposed', ?, ?)",
            (now, now),
        ).lastrowid
        paper = db.execute(
            "INSERT INTO documents (path, status, added) VALUES ('/papers/계약서.pdf', 'indexed', ?)", (now - DAY,)
        ).lastrowid
        page = db.execute(
            "INSERT INTO passages (document, ordinal, text, page, start) VALUES (?, 0, ?, 3, 0)",
            (paper, "Subletting needs consent."),
        ).lastrowid
        db.execute("INSERT INTO uses (kind, item, count, last) VALUES ('message', ?, 3, ?)", (first.id, now))
    return {
        "lease": key_of("message", first.id),
        "reply": key_of("message", second.id),
        "jeju": key_of("message", third.id),
        "old": key_of("fact", old.id),
        "new": key_of("fact", new.id),
        "dog": key_of("fact", asked or 0),
        "page": key_of("passage", page or 0),
    }


@pytest.fixture
def page(window, qtbot, told):
    """The open room, its list read."""
    window.memories.open()
    page = window.memories._page
    qtbot.waitUntil(lambda: page.model.rowCount() == 6)
    return page


def keys(page) -> list[int]:
    return list(page.model.ids)


def said(widget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def choose(page, qtbot, key) -> None:
    page.list.select([key])
    qtbot.waitUntil(lambda: page.detail._whole is not None and page.detail._whole.memory.key == key)


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


def test_its_key_opens_the_room_and_leads_back(window, qtbot, told):
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.memories.is_open)
    qtbot.keyClick(window.memories._page, Qt.Key.Key_Escape)
    assert not window.memories.is_open


def test_a_row_says_what_where_and_when(page, qtbot, told):
    qtbot.waitUntil(lambda: page.model.known(told["lease"]) is not None)
    row = page.model.row_of(told["lease"])
    assert row.data() == "The lease of the Busan office ends in August."
    assert row.data(Role.CAPTION) == "You, in “Lease” · used in 3 answers"
    assert "page 3" in page.model.row_of(told["page"]).data(Role.CAPTION)
    assert page.model.row_of(told["old"]).data(Role.SIDE).startswith("until ")
    assert told["dog"] not in keys(page)  # it waits for the user's word
    assert keys(page)[-1] == told["old"]  # the oldest


def test_the_list_narrows_to_words_a_kind_a_time_and_a_conversation(page, qtbot, home, told):
    page.filter.words.setText("office lease")
    qtbot.waitUntil(lambda: keys(page) == [told["lease"]])
    page.filter.words.setText("%")
    qtbot.waitUntil(lambda: keys(page) == [])
    page.filter.show_all()
    page.filter.kind.choose("facts")
    page.filter.kind.changed.emit()
    qtbot.waitUntil(lambda: set(keys(page)) == {told["old"], told["new"]})
    page.filter.show_all()
    page.filter.time.choose("month")
    page.filter.time.changed.emit()
    qtbot.waitUntil(lambda: told["jeju"] not in keys(page) and told["lease"] in keys(page))
    page.filter.show_all(tell=False)
    page.filter.show_conversation(home.history.conversations()[0].id, "제주 여행")
    qtbot.waitUntil(lambda: len(keys(page)) in {1, 2} and told["page"] not in keys(page))


def test_what_is_recalled_stands_before_what_only_holds_the_words(page, qtbot, home, told):
    home.memory.items = (
        Recalled(
            "conversation",
            f"message:{told['jeju'] // 4}",
            "제주도에는 봄에 가고 싶어.",
            0.9,
            {"meaning": 0.6, "words": 0.3},
            ("meaning", "words"),
            ((0, 3),),
            9,
        ),
    )
    page.filter.words.setText("lease")
    qtbot.waitUntil(lambda: keys(page) == [told["jeju"], told["lease"]])
    assert home.memory.asked[-1]["scope"] is None  # everywhere: it is the user who looks
    choose(page, qtbot, told["jeju"])
    assert page.detail._why.isVisible()
    page.detail._explain()
    (popup,) = (each for each in QApplication.topLevelWidgets() if each.objectName() == "popup" and each.isVisible())
    assert "Alike in meaning" in said(popup)
    assert "0.60" in said(popup)
    assert "In common: 제주도" in said(popup)
    popup.close()


def test_of_a_long_memory_only_what_is_in_sight_is_read(window, qtbot, home):
    talk = home.history.begin("Long")
    with home.store.transaction() as db:
        db.executemany(
            "INSERT INTO messages (conversation, role, text, created, state) VALUES (?, 'user', ?, ?, 'complete')",
            [(talk.id, f"turn {n:05d}", float(n)) for n in range(30_000)],
        )
    window.memories.open()
    page = window.memories._page
    qtbot.waitUntil(lambda: page.model.rowCount() == 30_000, timeout=10_000)
    qtbot.waitUntil(lambda: page.model.index(0).data() == "turn 29999")
    page.list.verticalScrollBar().setValue(page.list.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: page.model.index(29_999).data() == "turn 00000")
    assert len(page.model._known) < 1000
    page.list.selectAll()
    assert page.detail._name.text() == "30,000 memories chosen"


def test_an_empty_memory_says_what_to_do_with_the_control_beside_it(window, qtbot):
    window.memories.open()
    page = window.memories._page
    qtbot.waitUntil(lambda: "are remembered, and stand here" in said(page))
    (button,) = (each for each in page.list.findChildren(QPushButton) if each.isVisible())
    assert button.text() == "Begin a conversation"
    button.click()
    assert not window.memories.is_open


def test_the_detail_tells_where_a_memory_is_from_and_what_it_was(page, qtbot, told):
    choose(page, qtbot, told["new"])
    assert page.detail.text.toPlainText() == "I live in Seoul."
    qtbot.waitUntil(lambda: "I live in Busan." in said(page.detail))
    assert Act.OPEN not in page.detail.acts()  # written down, in no conversation
    choose(page, qtbot, told["lease"])
    assert page.detail._name.text() == "You, in “Lease”"


# ---------------------------------------------------------------- what is done


def test_the_conversation_opens_at_the_turn(page, qtbot, window, home, told):
    window.refresh()
    choose(page, qtbot, told["lease"])
    page.detail.primary[Act.OPEN].click()
    qtbot.waitUntil(lambda: not window.memories.is_open)
    assert home.history.conversation(window.chat.current).title == "Lease"


def test_what_is_pinned_says_so_and_is_found_among_the_pinned(page, qtbot, home, told):
    choose(page, qtbot, told["lease"])
    page.detail.quiet[Act.PIN].click()
    qtbot.waitUntil(lambda: page.model.row_of(told["lease"]).data(Role.BADGE) == "Pinned")
    page.filter.kind.choose("pinned")
    page.filter.kind.changed.emit()
    qtbot.waitUntil(lambda: keys(page) == [told["lease"]])
    qtbot.waitUntil(lambda: Act.UNPIN in page.detail.acts())
    page.detail.quiet[Act.UNPIN].click()
    qtbot.waitUntil(lambda: keys(page) == [])


def test_a_fact_is_put_into_other_words(page, qtbot, home, told):
    choose(page, qtbot, told["new"])
    page.detail.quiet[Act.EDIT].click()
    page.detail.text.setPlainText("I live in Incheon.")
    page.detail.save.click()
    qtbot.waitUntil(lambda: facts.fact(home.store, told["new"] // 4).text == "I live in Incheon.")


def test_a_fact_is_written_down(page, qtbot, home):
    def write(dialog) -> None:
        dialog.field.setText("My sister Jin lives in Daegu.")
        dialog.yes.click()

    answer(qtbot, FactLine, write)
    page.header.action.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 7)
    assert "My sister Jin lives in Daegu." in {one.text for one in facts.facts(home.store, everywhere=True)}


@pytest.mark.parametrize(("act", "state"), [(Act.KEEP, "kept"), (Act.DECLINE, "declined")])
def test_a_proposed_fact_waits_for_the_users_word(page, qtbot, home, told, act, state):
    assert page.asking.isVisible()
    assert page.asking.text() == "1 fact waits for your word"
    page.asking.click()
    qtbot.waitUntil(lambda: keys(page) == [told["dog"]])
    choose(page, qtbot, told["dog"])
    assert "Is this right?" in page.detail._question.text()
    button = page.detail.primary[act] if act is Act.KEEP else page.detail.quiet[act]
    button.click()
    qtbot.waitUntil(lambda: keys(page) == [])
    (now,) = home.store.db.execute("SELECT state FROM facts WHERE id = ?", (told["dog"] // 4,)).fetchone()
    assert now == state


def test_forgetting_asks_once_and_is_done_for_good(page, qtbot, home, told):
    choose(page, qtbot, told["lease"])
    asked: list[str] = []

    def yes(dialog) -> None:
        asked.append(said(dialog))
        dialog.yes.click()

    answer(qtbot, Question, yes)
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: told["lease"] not in keys(page), timeout=10_000)
    assert "Forget 1 turn?" in asked[0]
    assert "Nothing of it stays on the disk" in asked[0]
    assert home.store.db.execute("SELECT 1 FROM messages WHERE id = ?", (told["lease"] // 4,)).fetchone() is None
    assert page.notice.sentence == "Forgotten."
    assert not page.notice._button.isVisible()  # nothing to undo
    assert not page.header.tabs.button(3).isVisible()  # no bin


def test_with_the_bin_it_can_be_brought_back(page, qtbot, home, told):
    home.settings.forget_bin = True
    choose(page, qtbot, told["jeju"])
    answer(qtbot, Question, lambda dialog: dialog.yes.click())
    page.detail.quiet[Act.FORGET].click()
    qtbot.waitUntil(lambda: told["jeju"] not in keys(page), timeout=10_000)
    qtbot.waitUntil(page.header.tabs.button(3).isVisible)
    page.show_tab("bin")
    qtbot.waitUntil(lambda: page.bin.model.rowCount() == 1)
    assert page.bin.model.index(0).data(Role.SIDE) == "30 days left"
    page.notice._button.click()
    qtbot.waitUntil(lambda: page.bin.model.rowCount() == 0)
    page.show_tab("list")
    qtbot.waitUntil(lambda: told["jeju"] in keys(page))


def test_a_choice_of_time_is_looked_at_in_the_list(page, qtbot, told):
    page.show_tab("time")
    qtbot.waitUntil(lambda: page.timeline.model.rowCount() >= 2)
    assert "turns" in page.timeline.model.index(0).data(Role.SIDE)
    last = page.timeline.model.index(page.timeline.model.rowCount() - 1)
    page.timeline._choose(last.data(Role.KEY))
    assert page.tab == "list"
    qtbot.waitUntil(lambda: keys(page) == [told["old"]])


# ---------------------------------------------------------------- the reading below it


def test_months_and_weeks_hold_all_there_is(home, told):
    for step in ("month", "week"):
        found = memories.stretches(home.store, step)
        assert sum(one.total for one in found) == 6
        assert all(one.since < one.until for one in found)
        assert [one.since for one in found] == sorted((one.since for one in found), reverse=True)


def test_a_project_is_looked_at_by_itself(home, told):
    with home.store.transaction() as db:
        db.execute("INSERT INTO projects (id, name, created) VALUES ('p', 'House', 0)")
        db.execute("UPDATE conversations SET project = 'p' WHERE title = 'Lease'")
    assert set(memories.find(home.store, Looked(project="p")).keys) == {told["lease"], told["reply"]}
    assert told["lease"] not in memories.find(home.store, Looked(project="")).keys
    assert memories.remembered(home.store, (told["lease"],))[told["lease"]].project == "House"


# ---------------------------------------------------------------- the map


@pytest.fixture
def mapped(page, qtbot, home, told):
    """The map of a memory of four, drawn at once."""
    points = [
        MapPoint("conversation", told["lease"] // 4, 0.2, 0.5, 0, "The lease of the Busan office", 1.0),
        MapPoint("conversation", told["jeju"] // 4, 0.8, 0.5, -1, "제주도에는", 2.0),
        MapPoint("fact", told["new"] // 4, 0.2, 0.9, 0, "I live in Seoul.", 3.0),
        MapPoint("document", told["page"] // 4, 0.5, 0.1, -1, "Subletting needs consent.", None),
    ]
    drawn = MemoryMap(tuple(points), (MapCluster("busan · lease", 0.2, 0.6, 2),))
    home.memory.draw_map = lambda stop: iter((Progress(1, 1, 2), drawn))
    page.show_tab("map")
    qtbot.waitUntil(lambda: page.map.has_points)
    return page.map


def test_the_map_is_walked_by_keys_and_leads_to_the_detail(mapped, page, qtbot, told):
    heard: list[object] = []
    mapped.chosen.connect(heard.append)
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Down):  # the nearest, then on from there
        qtbot.keyClick(mapped, key)
    assert heard[-1] == told["new"]
    assert "I live in Seoul." in mapped.accessibleName()
    assert "busan · lease (2)" in mapped.accessibleDescription()
    qtbot.waitUntil(lambda: page.detail._whole is not None and page.detail._whole.memory.key == told["new"])
    qtbot.keyClick(mapped, Qt.Key.Key_Up)
    assert heard[-1] == told["lease"]


def test_the_map_is_zoomed_about_the_pointer_and_a_click_chooses(mapped, page, qtbot, told):
    place = mapped._sight.transform(mapped.rect()).map(QPointF(0.8, 0.5))
    mapped._zoom_by(4.0, place)
    again = mapped._sight.transform(mapped.rect()).map(QPointF(0.8, 0.5))
    assert (place - again).manhattanLength() < 40  # as far as the edge lets it
    qtbot.mouseClick(mapped, Qt.MouseButton.LeftButton, pos=again.toPoint())
    assert mapped.key == told["jeju"]
    qtbot.keyClick(mapped, Qt.Key.Key_0)
    assert mapped._sight.zoom == 1.0


# ---------------------------------------------------------------- from the conversation


def test_a_source_tells_why_and_can_be_pinned(window, qtbot, home, told, ask):
    home.memory.items = (
        Recalled(
            "conversation",
            f"message:{told['lease'] // 4}",
            "The lease of the Busan office ends in August.",
            0.8,
            {"meaning": 0.5, "words": 0.3},
            ("meaning",),
            ((4, 9),),
            10,
        ),
    )
    ask("When does the lease end?")
    qtbot.waitUntil(lambda: bool(window.right._cards))
    (card,) = window.right._cards.values()
    card.show_why()
    (popup,) = (each for each in QApplication.topLevelWidgets() if each.objectName() == "popup" and each.isVisible())
    assert "Holds your words" in said(popup)
    popup.close()
    card.pin_requested.emit()
    qtbot.waitUntil(lambda: memories.held(home.store).pinned == 1)


def test_a_wrong_answer_is_put_right_and_that_can_be_undone(window, qtbot, home, ask):
    ask("When does the lease end?")
    turn = next(turn for turn in window.chat.transcript.viewport().findChildren(AnswerTurn))

    def write(dialog) -> None:
        dialog.field.setText("The lease ends on 30 June 2028.")
        dialog.yes.click()

    answer(qtbot, FactLine, write)
    turn._correct.click()
    qtbot.waitUntil(lambda: window.chat.notice.sentence.startswith("Remembered."))
    (kept,) = facts.facts(home.store, everywhere=True)
    assert (kept.kind, kept.state) == ("correction", "kept")
    window.chat.notice._button.click()
    qtbot.waitUntil(lambda: facts.facts(home.store, everywhere=True) == [])
