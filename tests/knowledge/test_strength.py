"""Recency, use and pins: named parts of a score, small beside a match, and read from what answers rested on."""

from __future__ import annotations

import pytest

from desktop.answer import RecallReport
from desktop.citing import Check, Sentence
from desktop.writing import Writing
from knowledge.fusion import Found, relevant
from knowledge.lexicon import Hit
from knowledge.strength import DAY, LASTS, PIN, RECENCY, USE, note_uses, pinned, strengthen
from tests.knowledge.conftest import Memory

NOW = 1_790_000_000.0


def parts(memory: Memory, item: int, *, age_days: float | None) -> dict[str, float]:
    one = Found("message", item, "c", 0.5, Hit(item, 1.0, 0.5))
    strengthen([one], memory.store.db, {} if age_days is None else {("message", item): NOW - age_days * DAY}, NOW)
    return one.parts


def use(memory: Memory, item: int, count: int, last: float) -> None:
    with memory.store.transaction() as db:
        db.execute("INSERT OR REPLACE INTO uses VALUES ('message', ?, ?, ?)", (item, count, last))


def pin(memory: Memory, kind: str, item: int) -> None:
    with memory.store.transaction() as db:
        db.execute("INSERT INTO pins VALUES (?, ?, ?)", (kind, item, NOW))


def test_a_memory_fades_and_what_is_of_use_lasts(memory: Memory) -> None:
    assert parts(memory, 1, age_days=0) == {"recency": RECENCY}
    assert parts(memory, 1, age_days=LASTS)["recency"] == pytest.approx(RECENCY / 2.71828, rel=1e-3)
    assert parts(memory, 1, age_days=10 * LASTS) == {}
    assert parts(memory, 1, age_days=None) == {}  # a document
    use(memory, 1, 1, NOW - 60 * DAY)
    once = parts(memory, 1, age_days=90)
    use(memory, 1, 5, NOW - 60 * DAY)
    often = parts(memory, 1, age_days=90)
    assert 0 < once["recency"] < often["recency"] < RECENCY
    assert once["use"] == USE / 2 < often["use"] < USE


@pytest.mark.parametrize("age", [-1.0, -4000.0])
def test_a_clock_that_was_set_back_breaks_nothing(memory: Memory, age: float) -> None:
    use(memory, 1, 1, NOW - 1000 * age * DAY)
    assert parts(memory, 1, age_days=age)["recency"] == RECENCY


def test_a_pin_weighs_most_and_lowers_the_floor(memory: Memory) -> None:
    pin(memory, "message", 1)
    assert parts(memory, 1, age_days=None) == {"pin": PIN}
    assert pinned(memory.store.db, "message") == [1]
    for coverage, kept in ((0.5, True), (0.1, False)):
        of_no_pin, one = (Found("message", 1, "c", 0.1, Hit(1, 1.0, coverage)) for _ in range(2))
        one.parts["pin"] = PIN
        assert not relevant(of_no_pin, 1.0, asking=True)
        assert relevant(one, 1.0, asking=True) is kept


def test_of_two_turns_as_near_the_fresher_and_the_pinned_come_first_and_the_parts_sum_up(memory: Memory) -> None:
    turns = [memory.tell("The plumber's number is 555 0199.")[1][0] for _ in range(2)]
    other = memory.tell("My cousin keeps bees on the roof of the old mill.")[1][0]
    with memory.store.transaction() as db:
        db.executemany(
            "UPDATE messages SET created = ? WHERE id = ?", [(NOW - 50 * DAY, turns[0]), (NOW - DAY, turns[1])]
        )
    memory.learn()

    def order() -> list[int]:
        items = memory.recall("What is the number of the plumber?", "conversations", now=NOW)
        assert all(item.score == pytest.approx(sum(item.parts.values())) for item in items)
        return [item.messages[0] for item in items]

    assert order()[:2] == [turns[1], turns[0]]
    pin(memory, "message", turns[0])
    pin(memory, "message", other)
    assert order()[:2] == turns  # and what has nothing to do with it stays behind


def test_a_use_is_counted_where_a_sentence_rests_on_it(memory: Memory) -> None:
    conversation, (turn, unused) = memory.tell("My sister lives in Utrecht.", "The weather was fine in Utrecht.")
    memory.learn()
    sources = memory.recall("Where does my sister live?", "conversations", k=2)
    place = (
        next(n for n, item in enumerate(sources, start=1) if item.id == f"message:{turn}") if len(sources) > 1 else 1
    )
    answer = memory.history.say(conversation, "assistant", "", parent=unused, state="writing")
    writing = Writing(memory.history, answer)
    writing.add("She lives in Utrecht. I am sure of it.")
    checked = Check("checked", (Sentence(0, 21, place, 0.9, own=False), Sentence(22, 37, None, 0.1, own=True)))
    writing.close(tuple(sources), RecallReport("recalled", milliseconds=1.0), checked)
    rows = [tuple(row) for row in memory.store.db.execute("SELECT kind, item, count FROM uses")]
    assert rows == [("message", int(sources[place - 1].id.partition(":")[2]), 1)]
    note_uses(memory.store, [sources[place - 1]], NOW)
    assert memory.store.db.execute("SELECT count FROM uses").fetchone()[0] == 2
    memory.history.delete(conversation)  # what was forgotten leaves no count behind
    note_uses(memory.store, sources, NOW)
    assert memory.store.db.execute("SELECT count(*) FROM uses").fetchone()[0] == 0
