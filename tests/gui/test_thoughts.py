"""A thinking model's reasoning: folded above the answer, kept with it, never given to the model again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.chat import Answer, RecallReport
from desktop.models.turns import TurnView, turns_of
from desktop.theme import Theme
from desktop.views.transcript import Transcript
from desktop.views.turn import AnswerTurn
from engine.messages import Reading


@pytest.fixture
def transcript(qtbot) -> Transcript:
    made = Transcript(Theme("light"), lambda answer: {})
    qtbot.addWidget(made)
    made.resize(737, 600)
    made.show()
    qtbot.waitExposed(made)
    return made


def last(transcript: Transcript) -> AnswerTurn:
    view = transcript._shown[len(transcript.turns) - 1]
    assert isinstance(view, AnswerTurn)
    return view


def answer(text: str, thought: str, seconds: float) -> Answer:
    return Answer(
        2, "c", text, (), "model", None, RecallReport("nothing"), "stop", {}, thought=thought, thought_seconds=seconds
    )


def test_while_it_thinks_there_is_one_line(transcript):
    transcript.begin("Why?", 1, 2)
    transcript.add_thought("First, ")
    view = last(transcript)
    assert view.thoughts.isVisible()
    assert view.thoughts.fold.text() == "▸  Thinking…"
    assert not view.thoughts.words.isVisible()
    assert not view.words.isVisible()


def test_it_unfolds_live_and_grows(transcript, qtbot):
    transcript.begin("Why?", 1, 2)
    transcript.add_thought("First, ")
    qtbot.mouseClick(last(transcript).thoughts.fold, Qt.MouseButton.LeftButton)
    assert last(transcript).thoughts.words.toPlainText() == "First,"
    transcript.add_thought("**second**.")
    qtbot.waitUntil(lambda: last(transcript).thoughts.words.toPlainText() == "First, second.")


def test_then_it_says_how_long(transcript, qtbot):
    transcript.begin("Why?", 1, 2)
    transcript.add_thought("First.")
    transcript.add_piece("Because.")
    transcript.finish(answer("Because.", "First.", 12.4))
    assert last(transcript).thoughts.fold.text() == "▸  Thought for 12 s"
    transcript.finish(answer("Because.", "First.", 95.0))
    assert last(transcript).thoughts.fold.text() == "▸  Thought for 1 min 35 s"
    assert last(transcript).words.toPlainText() == "Because."


def test_folding_out_makes_room_and_keeps_the_place(transcript, qtbot):
    turns = [TurnView(n, "question", f"Question {n}?") for n in range(1, 30)]
    transcript.set_turns([*turns, TurnView(40, "answer", "Yes.", thought="A long thought. " * 60, thought_seconds=9)])
    view = last(transcript)
    top, before = view.y(), view.height()
    qtbot.mouseClick(view.thoughts.fold, Qt.MouseButton.LeftButton)
    assert last(transcript).height() > before + 60
    assert last(transcript).y() == top
    assert last(transcript).thoughts.words.isVisible()
    qtbot.mouseClick(view.thoughts.fold, Qt.MouseButton.LeftButton)
    assert last(transcript).height() == before


def test_without_thoughts_there_is_nothing(transcript):
    transcript.set_turns([TurnView(1, "question", "Q"), TurnView(2, "answer", "A", question=1)])
    assert not last(transcript).thoughts.isVisible()


def test_hostile_markup_in_thoughts_stays_words(transcript, qtbot):
    thought = '<img src="file:///etc/passwd"> [x](javascript:alert(1)) <script>1</script>'
    transcript.set_turns([TurnView(2, "answer", "A", thought=thought, thought_seconds=2)])
    qtbot.mouseClick(last(transcript).thoughts.fold, Qt.MouseButton.LeftButton)
    assert "<script>" in last(transcript).thoughts.words.toPlainText()


# ---------------------------------------------------------------- through the window


def test_thoughts_are_kept_with_the_answer_and_not_told_to_the_model_again(window, ask, home):
    home.engine.thoughts = ["The user ", "asks about the lease."]
    ask("When does the lease end?")
    stored = home.history.messages(window.chat.current)[-1]
    assert stored.details["thought"] == "The user asks about the lease."
    assert "The user asks" not in stored.text
    assert turns_of([stored])[0].thought == "The user asks about the lease."
    assert last(window.chat.transcript).thoughts.isVisible()
    home.engine.thoughts = []
    histories = []
    generate = home.engine.generate
    home.engine.generate = lambda **wish: histories.append(wish["history"]) or generate(**wish)
    ask("And then?")
    assert [turn.text for turn in histories[0]] == ["When does the lease end?", stored.text]


def test_a_stopped_answer_keeps_its_thoughts(window, home, qtbot):
    home.engine.thoughts = ["Hm."]
    home.engine.gate.clear()
    window.chat.ask("a long question")
    qtbot.waitUntil(lambda: window.answering.text != "")
    window.answering.stop()
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert home.history.messages(window.chat.current)[-1].details["thought"] == "Hm."


def test_coming_back_shows_the_thoughts_of_the_running_answer(window, home, qtbot):
    home.engine.thoughts = ["Hm."]
    home.engine.gate.clear()
    window.chat.ask("first")
    qtbot.waitUntil(lambda: window.answering.text != "")
    asked_in = window.chat.current
    window.new_conversation()
    window.open_conversation(asked_in)
    assert window.chat.transcript.turns[1].thought == "Hm."
    home.engine.gate.set()
    qtbot.waitUntil(lambda: not window.answering.busy)


def test_a_long_prompt_says_how_far_it_is_read(window, home, qtbot):
    home.engine.read = Reading(1, 450, 1000)
    home.engine.begin.clear()
    window.chat.ask("a long prompt")
    qtbot.waitUntil(lambda: len(window.chat.transcript.turns) == 2)
    qtbot.waitUntil(lambda: last(window.chat.transcript)._waiting.text() == "Reading the prompt… 45 %", timeout=3000)
    home.engine.begin.set()
    qtbot.waitUntil(lambda: not window.answering.busy)
    assert last(window.chat.transcript)._waiting.text() == ""
