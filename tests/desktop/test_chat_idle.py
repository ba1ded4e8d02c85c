"""What the model does while nobody waits, over the real engine: settling, preparing, summing up, and giving way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop import idle
from desktop.chat import Answer, LaidOut
from desktop.home import Home, open_home
from desktop.idle import chunks, is_full, leavers
from engine.messages import ContextSplit, Sampling
from knowledge.history import Message

SHORT = Sampling(max_tokens=12, temperature=0)
WAIT = 60.0


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Iterator[Home]:
    """The engine alone, with a context in which few turns fit."""
    with open_home(tmp_path_factory.mktemp("home 집")) as home:
        home.settings.load_options = {"": {"context": 1024, "threads": 1}}
        home.engine.start()
        assert home.engine.wait() is not None
        yield home


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle, "SUMMARY", Sampling(max_tokens=40, temperature=0))


def ask(home: Home, conversation: str, prompt: str) -> tuple[LaidOut, Answer]:
    laid_out, answer = None, None
    for event in home.chat.answer(prompt, conversation, stop=threading.Event(), remember=False, sampling=SHORT):
        match event:
            case LaidOut():
                laid_out = event
            case Answer():
                answer = event
    assert laid_out is not None
    assert answer is not None
    return laid_out, answer


def rest(home: Home) -> None:
    assert home.chat.idle.wait(WAIT)
    assert home.engine.rest(WAIT)


def states(home: Home) -> list[Path]:
    return list((home.folder / "cache").rglob("*.kv"))


def tale(number: int) -> str:
    return f"Chapter {number}. My sister Jin of Daegu keeps {number + 3} seahorses in a tank, and tells me daily. " * 5


def test_after_an_answer_only_the_next_prompt_is_left_to_process(home):
    conversation = home.history.begin().id
    ask(home, conversation, tale(1))
    rest(home)
    laid_out, answer = ask(home, conversation, "What does Jin keep?")
    new = answer.timings["prompt_tokens"] - answer.timings["reused_tokens"]
    assert new < 20
    assert laid_out.split.history > 100


def test_what_is_typed_and_where_one_is_are_prepared(home):
    conversation = home.history.begin().id
    ask(home, conversation, tale(1))
    rest(home)
    other = home.history.begin().id
    ask(home, other, "Hello.")
    rest(home)
    prompt = "What does my sister keep in the tank that she has told me of so often these days, and how many are they?"
    home.chat.prepare(other, "Never")  # the newest wins
    home.chat.prepare(conversation)
    home.chat.prepare(conversation, prompt[:-4], remember=False)
    rest(home)
    _, answer = ask(home, conversation, prompt)
    assert answer.timings["prompt_tokens"] - answer.timings["reused_tokens"] < 20
    home.chat.prepare(None, "A new conversation", remember=False)
    home.chat.prepare("deleted long ago", "Hm")
    rest(home)


def test_what_must_leave_the_context_is_summed_up_and_nothing_is_dropped_in_silence(home, caplog, brief):
    caplog.set_level(logging.INFO, "desktop.idle")
    conversation = home.history.begin().id
    splits = []
    for number in range(1, 6):
        laid_out, _ = ask(home, conversation, tale(number))
        splits.append(laid_out.split)
        rest(home)
    summed = [split for split in splits if split.summary]
    assert summed, splits
    assert all(split.dropped_turns == 0 for split in splits)
    assert "summed up" in caplog.text
    assert "Jin" not in caplog.text

    turns = home.history.messages(conversation)
    covered, words = home.history.summary(turns)
    assert 0 < covered < len(turns)
    assert turns[covered].role == "user"
    assert len(words) > 20
    shorter, _ = home.history.summary(turns[: covered - 1])
    assert shorter < covered, "a branch that ends before it has an older summary or none"
    home.history.delete(conversation)
    (left,) = home.store.db.execute("SELECT count(*) FROM summaries").fetchone()
    assert left == 0


def test_a_question_interrupts_a_summary_which_is_made_after_the_next_answer(home, brief):
    conversation = home.history.begin().id
    for number in range(1, 4):
        ask(home, conversation, tale(number))
        home.chat.idle.interrupt()
    laid_out, answer = ask(home, conversation, tale(4))  # full now: the summary is begun
    _, answer = ask(home, conversation, "Who is Jin?")  # at once
    assert answer.finish != "stopped"
    rest(home)
    assert home.history.summary(home.history.messages(conversation))[1]
    laid_out, _ = ask(home, conversation, "And where does she live?")
    assert laid_out.split.summary > 0
    assert laid_out.split.dropped_turns == 0


def test_deleting_a_conversation_erases_its_state(home):
    conversation = home.history.begin().id
    ask(home, conversation, tale(1) + tale(2))
    rest(home)
    home.chat.prepare(None)
    rest(home)
    before = states(home)
    home.chat.delete(conversation)
    assert len(states(home)) == len(before) - 1
    assert conversation not in [one.id for one in home.history.conversations()]


def test_idle_work_without_an_engine_is_no_error(tmp_path):
    with open_home(tmp_path) as home:
        conversation = home.history.begin().id
        home.chat.prepare(conversation, "Hello")
        assert home.chat.idle.wait(WAIT)
        home.chat.close()
        home.chat.prepare(conversation)
        assert home.chat.idle.wait(WAIT)


# ---------------------------------------------------------------- what is summed up


def said(id: int, text: str) -> Message:
    return Message(id, "c", None, "user" if id % 2 else "assistant", None, text, 0.0, "complete", None, {})


def test_the_oldest_leave_until_the_rest_has_room_and_whole_exchanges_stay():
    messages = tuple(said(n, "x" * 100) for n in range(1, 9))
    assert [message.id for message in leavers(messages, 450)] == [1, 2, 3, 4]
    assert leavers(messages, 10_000) == ()
    assert [message.id for message in leavers(messages, 50)] == [1, 2, 3, 4, 5, 6], "the last exchange stays"


def test_portions_hold_everything_once_and_tell_where_messages_end():
    messages = (said(1, "a" * 30), said(2, "b" * 30), said(3, "c" * 250), said(4, "d" * 10))
    portions = list(chunks(messages, 100))
    assert "".join(text for text, _ in portions).count("c") == 250
    assert [last.id if last else None for _, last in portions] == [2, None, None, 4]
    assert all(len(text) <= 130 for text, _ in portions)


@pytest.mark.parametrize("history, dropped, full", [(100, 0, False), (1700, 0, True), (100, 2, True), (1500, 0, False)])
def test_it_is_time_when_four_fifths_are_taken_or_turns_were_dropped(history, dropped, full):
    split = ContextSplit(100, history, 0, 20, 512, 4096, dropped)  # room: 4096 - 512 - 100 - 1024 = 2460
    assert is_full(split, 300) == full
