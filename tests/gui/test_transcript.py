"""The transcript: bubbles and answers, a growing answer, scrolling, selecting, and what is said in words."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.chat import Answer, RecallReport
from desktop.citing import Sentence
from desktop.models.turns import TURN, TurnView, turns_of
from desktop.theme import Theme
from desktop.views.quiet_button import QuietButton
from desktop.views.transcript import Transcript
from desktop.views.turn import AnswerTurn, QuestionTurn
from desktop.views.turn_list import END_GAP
from knowledge.history import Message
from knowledge.messages import Recalled

ITEM = Recalled("document", "passage:1", "text", 1.0, {}, ("words",), (), 1, path="/a.txt")


@pytest.fixture
def transcript(qtbot) -> Transcript:
    made = Transcript(Theme("light"), lambda answer: {1: ITEM, 2: ITEM} if answer == 2 else {})
    qtbot.addWidget(made)
    made.resize(737, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def conversation(turns: int, text: str = "Some words of an answer. " * 20) -> list[TurnView]:
    return [
        TurnView(n, "answer", text, question=n - 1, origin="model")
        if n % 2
        else TurnView(n, "question", f"Question {n}?")
        for n in range(turns)
    ]


def answer_view(transcript: Transcript, id: int) -> AnswerTurn:
    row = transcript.turns.row_of(id)
    assert row is not None
    view = transcript._shown[row]
    assert isinstance(view, AnswerTurn)
    return view


def said(widget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden() and label.text())


def finished(id: int, text: str, **fields) -> Answer:
    facts = {"sources": (), "origin": "model", "recall": RecallReport("nothing"), "finish": "stop", **fields}
    return Answer(message=id, conversation="c", text=text, confidence=None, timings={}, **facts)


def bottom(transcript: Transcript) -> bool:
    bar = transcript.verticalScrollBar()
    return bar.value() == bar.maximum()


# ---------------------------------------------------------------- what is shown


def test_stored_messages_become_turns():
    def message(id, role, text, parent=None, state="complete", details=None) -> Message:
        return Message(id, "c", parent, role, None, text, 0.0, state, None, details or {})

    turns = turns_of(
        [
            message(1, "system", "be brief"),
            message(2, "user", "Hi", 1),
            message(
                3,
                "assistant",
                "Hello",
                2,
                "stopped",
                {"origin": "mixed", "finish": "stopped", "recall": {"decision": "late"}},
            ),
            message(4, "assistant", "imported", 3, details={"origin": "nonsense", "recall": "x"}),
        ]
    )
    assert [turn.kind for turn in turns] == ["question", "answer", "answer"]
    assert (turns[1].question, turns[1].state, turns[1].origin, turns[1].recall) == (2, "stopped", "mixed", "late")
    assert (turns[2].question, turns[2].origin, turns[2].recall) == (None, None, None)


def test_an_empty_conversation_says_the_next_step(transcript, qtbot):
    transcript.set_turns([])
    assert transcript._empty.isVisible()
    button = transcript._empty._starts[0]
    with qtbot.waitSignal(transcript.suggested) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == ["Remember that "]
    transcript.begin("Hi", 1, 2)
    assert not transcript._empty.isVisible()


def test_a_question_is_a_bubble_as_wide_as_its_words_at_the_right(transcript):
    transcript.set_turns([TurnView(1, "question", "Hi"), TurnView(3, "question", "many words " * 40)])
    short, long = transcript._shown[0], transcript._shown[1]
    assert isinstance(short, QuestionTurn)
    assert isinstance(long, QuestionTurn)
    assert short._bubble.width() < 80
    assert 500 < long._bubble.width() <= long.width() * 0.85 + 1
    assert short._bubble.right() == long._bubble.right() == short.width()


def test_the_reading_column_stays_readable_and_centred(transcript, qtbot):
    transcript.set_turns(conversation(2))
    for width in (360, 737, 1600):
        transcript.resize(width, 600)
        qtbot.wait(1)
        row = transcript._shown[1]
        assert row.width() <= 720
        assert abs(row.x() * 2 + row.width() - width) <= 1
        assert row.x() >= 20


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"origin": "documents"}, "From your documents"),
        ({"origin": "memory"}, "From your memory"),
        ({"origin": "mixed"}, "From your memory and your documents"),
        ({"origin": "model", "recall": "nothing"}, "From the model itself"),
        ({"origin": "model", "recall": "off"}, "From the model itself · memory was off"),
        ({"origin": "model", "recall": "late"}, "without your memory"),
        ({"origin": "model", "recall": "failed"}, "Recall failed"),
        ({"origin": "memory", "confidence": 0.9, "asked": True}, "From your memory · sure"),
        ({"origin": "memory", "sentences": (Sentence(0, 1, None, 0.0, own=True),)}, "From your memory and the model"),
        ({"origin": "model", "confidence": 0.6, "asked": True}, "From the model itself · fairly sure"),
        ({"origin": "model", "confidence": 0.6}, "From the model itself"),
        ({"origin": "model", "confidence": 0.2, "empty": True}, "Not in your memory, and the model is unsure."),
        ({"origin": "model", "confidence": 0.2, "missed": True}, "Nothing about this in your memory"),
        ({"origin": "model", "finish": "length"}, "cut at the length limit"),
        ({"origin": "model", "state": "stopped"}, "stopped"),
        ({"state": "broken"}, "broke off"),
    ],
)
def test_origin_and_trouble_are_said_in_words(transcript, fields, words):
    transcript.set_turns([TurnView(1, "question", "Q"), TurnView(2, "answer", "A", question=1, **fields)])
    assert words in said(transcript._shown[1])


def test_every_turn_has_an_accessible_text(transcript):
    transcript.set_turns(
        [TurnView(1, "question", "When?"), TurnView(2, "answer", "Soon.", question=1, origin="memory")]
    )
    assert transcript._shown[0].accessibleName() == "You said: When?"
    assert transcript._shown[1].accessibleName() == "Answer. From your memory: Soon."
    assert transcript.accessibleName()


def test_copy_and_again(transcript, qtbot):
    transcript.set_turns([TurnView(1, "question", "Q"), TurnView(2, "answer", "The **bold** answer [1].", question=1)])
    copy, again = (b for b in transcript._shown[1].findChildren(QuietButton) if b.text() in {"Copy", "Again"})
    qtbot.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "The **bold** answer [1]."
    assert copy.text() == "Copied"
    with qtbot.waitSignal(transcript.again) as asked:
        qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    assert asked.args == [1]


# ---------------------------------------------------------------- a growing answer


def test_an_answer_grows_and_is_finished(transcript, qtbot):
    transcript.begin("Q", 1, 2)
    transcript.set_waiting("Recalling…")
    assert "Recalling…" in said(answer_view(transcript, 2))
    transcript.lay_out((ITEM,), RecallReport("recalled"))
    for piece in ["  The lease ", "ends ", "[1]", "."]:
        transcript.add_piece(piece)
    qtbot.waitUntil(lambda: transcript.turns[1].text == "The lease ends [1].")
    assert "Recalling…" not in said(answer_view(transcript, 2))
    assert answer_view(transcript, 2).words.toPlainText() == "The lease ends \ufffc."
    transcript.finish(finished(2, "The lease ends [1].", sources=(ITEM,), origin="documents"))
    assert "From your documents" in said(answer_view(transcript, 2))
    assert transcript.turns.index(1).data(TURN).state == "complete"


def test_pieces_are_painted_on_a_timer_not_each(transcript, qtbot, monkeypatch):
    transcript.begin("Q", 1, 2)
    painted = []
    monkeypatch.setattr(transcript, "refresh_row", lambda row: painted.append(transcript.turns[row].text))
    for _ in range(200):
        transcript.add_piece("word ")
    assert painted == ["word "]  # the first at once, the rest wait
    qtbot.waitUntil(lambda: transcript.turns[1].text.count("word") == 200)
    assert len(painted) == 2


def test_the_finished_text_wins_over_pieces_still_waiting(transcript, qtbot):
    transcript.begin("Q", 1, 2)
    transcript.add_piece("Hel")
    transcript.add_piece("lo")
    transcript.finish(finished(2, "Hello"))
    qtbot.wait(120)
    assert transcript.turns[1].text == "Hello"


def test_a_broken_answer_keeps_its_words_and_says_why(transcript):
    transcript.begin("Q", 1, 2)
    transcript.add_piece("Half an ")
    transcript.add_piece("answer")
    transcript.break_off("The model stopped unexpectedly.")
    view = answer_view(transcript, 2)
    assert transcript.turns[1].text == "Half an answer"
    assert "The model stopped unexpectedly." in said(view)
    assert not view._again.isHidden()


def test_asking_again_replaces_the_answer_below_the_question(transcript):
    transcript.set_turns(conversation(4))
    transcript.begin("Question 0?", 0, 9)
    assert [transcript.turns[row].id for row in range(len(transcript.turns))] == [0, 9]
    transcript.add_piece("New")
    assert answer_view(transcript, 9).words.toPlainText() == "New"


def test_pieces_after_another_conversation_opened_go_nowhere(transcript, qtbot):
    transcript.begin("Q", 1, 2)
    transcript.add_piece("one ")
    transcript.add_piece("two ")
    transcript.set_turns(conversation(2))
    transcript.add_piece("three")
    qtbot.wait(120)
    assert transcript.turns[1].text == conversation(2)[1].text


def test_a_selection_survives_the_growth_of_its_answer(transcript, qtbot):
    transcript.begin("Q", 1, 2)
    transcript.add_piece("The first paragraph stands.\n\nThe second one gr")
    view = answer_view(transcript, 2)
    for chosen in ("first paragraph", "second"):
        cursor = view.words.document().find(chosen)
        view.words.setTextCursor(cursor)
        for piece in ("ows ", "and **gro", "ws**.\n\n"):
            transcript.add_piece(piece)
            qtbot.wait(60)
        assert view.words.textCursor().selectedText() == chosen
    view.words.copy()
    assert QGuiApplication.clipboard().text() == "second"


# ---------------------------------------------------------------- scrolling


def test_the_view_follows_only_a_reader_at_the_end(transcript, qtbot):
    transcript.set_turns(conversation(20))
    assert bottom(transcript)
    transcript.begin("Q", 100, 101)
    for _ in range(5):
        transcript.add_piece("A line of words.\n\n" * 5)
        qtbot.wait(60)
        assert bottom(transcript)
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.value() - 700)
    assert not transcript.following
    seen, value = answer_top(transcript), bar.value()
    transcript.add_piece("More words.\n\n" * 20)
    qtbot.wait(400)
    assert answer_top(transcript) == seen
    assert bar.value() == value
    assert transcript._to_end.isVisible()
    qtbot.mouseClick(transcript._to_end, Qt.MouseButton.LeftButton)
    assert bottom(transcript)
    assert not transcript._to_end.isVisible()


def answer_top(transcript: Transcript) -> dict[int, int]:
    """Where the rows in sight stand."""
    room = transcript.viewport().height()
    return {
        row: view.y()
        for row, view in transcript._shown.items()
        if view.y() < room and view.y() + view.height() > 0 and transcript.turns[row].state != "writing"
    }


def test_only_rows_near_the_viewport_are_made(transcript, qtbot):
    transcript.set_turns(conversation(1000))
    qtbot.wait(100)
    assert len(transcript._shown) < 30
    bar = transcript.verticalScrollBar()
    for value in (0, bar.maximum() // 2, bar.maximum(), bar.maximum() // 3):
        bar.setValue(value)
        qtbot.wait(20)
    assert len(transcript._shown) < 30
    assert covered(transcript)


def covered(transcript: Transcript) -> bool:
    """The rows in sight leave no hole and do not overlap."""
    room = transcript.viewport().height()
    spans = sorted((view.y(), view.y() + view.height()) for view in transcript._shown.values() if view.isVisible())
    spans = [(top, end) for top, end in spans if top < room and end > 0]
    joined = all(end == start for (_, end), (start, _) in pairwise(spans))
    return joined and spans[0][0] <= 0 and spans[-1][1] >= min(room, room - END_GAP)


def test_scrolling_through_unmeasured_rows_never_jumps(transcript, qtbot):
    """Rows far from their estimates: what was in sight moves by just what was scrolled."""
    turns = [TurnView(n, "answer", ("- x\n" * (n % 37 + 1)), origin="model") for n in range(300)]
    transcript.set_turns(turns)
    bar = transcript.verticalScrollBar()
    for _ in range(120):
        before = {row: view.y() for row, view in transcript._shown.items() if view.isVisible()}
        bar.setValue(bar.value() - 70)
        after = {row: view.y() for row, view in transcript._shown.items() if view.isVisible()}
        both = before.keys() & after.keys()
        assert both
        assert {after[row] - before[row] for row in both} == {70}
        assert covered(transcript)
        qtbot.wait(1)


def test_a_resize_keeps_the_reader_in_place(transcript, qtbot):
    transcript.set_turns(conversation(60))
    bar = transcript.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    qtbot.wait(10)
    row = min(row for row, view in transcript._shown.items() if view.y() + view.height() > 0)
    y = transcript._shown[row].y()
    for width in (600, 900, 737):
        transcript.resize(width, 600)
        qtbot.wait(5)
        assert abs(transcript._shown[row].y() - y) <= 1
        assert covered(transcript)


def test_keys_move_through_the_conversation(transcript, qtbot):
    transcript.set_turns(conversation(40))
    bar = transcript.verticalScrollBar()
    transcript.setFocus()
    qtbot.keyClick(transcript, Qt.Key.Key_Home)
    assert bar.value() == 0
    qtbot.keyClick(transcript, Qt.Key.Key_PageDown)
    assert bar.value() > 300
    qtbot.keyClick(transcript, Qt.Key.Key_End)
    assert bottom(transcript)
    transcript._shown[39].words.setFocus()
    qtbot.keyClick(transcript._shown[39].words, Qt.Key.Key_PageUp)  # a clicked turn passes such keys on
    assert not bottom(transcript)


def test_the_wheel_scrolls_the_conversation_not_a_turn(transcript, qtbot):
    transcript.set_turns(conversation(40))
    value = transcript.verticalScrollBar().value()
    QTest.wheelEvent(transcript.windowHandle(), QPointF(300, 300), QPoint(0, 120))
    assert transcript.verticalScrollBar().value() < value


def test_a_turn_can_be_brought_into_sight(transcript):
    transcript.set_turns(conversation(200))
    transcript.show_turn(50)
    view = transcript._shown[50]
    assert 0 <= view.y() < 100
    assert view.flashing
    transcript.show_turn(12345)  # not here: nothing happens


# ---------------------------------------------------------------- pointing and choosing


def chip_point(view: AnswerTurn) -> QPoint:
    """The middle of the first chip, in the viewport of the words."""
    cursor = QTextCursor(view.words.document())
    cursor.setPosition(view.words.toPlainText().index("\ufffc"))
    left = view.words.cursorRect(cursor)
    return QPoint(left.right() + 10, left.center().y())


def test_a_citation_lights_and_opens_its_source(transcript, qtbot):
    transcript.set_turns([TurnView(1, "question", "Q"), TurnView(2, "answer", "Ends soon [2].", question=1)])
    view = answer_view(transcript, 2)
    point = chip_point(view)
    with qtbot.waitSignal(transcript.source_hovered) as hovered:
        QTest.mouseMove(view.words.viewport(), point)
    assert hovered.args == [2]
    with qtbot.waitSignal(transcript.source_clicked) as clicked:
        qtbot.mouseClick(view.words.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert clicked.args == [2, 2]


def test_a_link_is_handed_out_and_never_opened_here(transcript, qtbot):
    transcript.set_turns([TurnView(1, "question", "Q"), TurnView(2, "answer", "https://example.org", question=1)])
    words = answer_view(transcript, 2).words
    with qtbot.waitSignal(transcript.link_clicked) as clicked:
        qtbot.mouseClick(words.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, 12))
    assert clicked.args == ["https://example.org"]
    assert words.source().isEmpty()


def test_clicking_another_answer_selects_it_once(transcript, qtbot):
    transcript.set_turns(conversation(4, "short"))
    chosen = []
    transcript.answer_selected.connect(chosen.append)
    for id in (3, 1, 1, 3):
        qtbot.mousePress(answer_view(transcript, id).words.viewport(), Qt.MouseButton.LeftButton)
    assert chosen == [1, 3]


def test_only_one_turn_has_a_selection(transcript):
    transcript.set_turns(conversation(4, "short words"))
    one, other = answer_view(transcript, 1).words, answer_view(transcript, 3).words
    one.selectAll()
    other.selectAll()
    assert not one.textCursor().hasSelection()
    assert other.textCursor().hasSelection()


def test_the_theme_switches_live(transcript, qtbot):
    transcript.set_turns(conversation(4, "A [link](https://example.org)"))
    light = transcript.grab().toImage()
    transcript._theme.choose("dark")
    qtbot.wait(20)
    assert transcript.grab().toImage() != light
    assert covered(transcript) or len(transcript.turns) == 4
