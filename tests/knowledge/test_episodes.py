"""Conversations are summed up word for word, stretch by stretch; what stays as it was is not written again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from knowledge import episodes
from knowledge.forgetting import forget_said
from knowledge.history import History
from tests.knowledge.conftest import Memory

HOUR = 3600.0
BEGIN = 1_780_000_000.0
BOAT = [
    "I want to buy an old wooden boat in Busan harbour.",
    "What does a boat like that cost?",
    "The owner of the boat, Mister Han, asks 12 million won for it.",
    "Is the wood of the boat still good?",
    "A carpenter looked at the hull of the boat on Monday.",
    "And the sails of the boat?",
]
BREAD = [
    "Now to something else: my bread does not rise.",
    "How old is your yeast?",
    "My yeast is from 2024, and the flour for the bread is rye.",
    "Rye bread needs sourdough beside yeast.",
    "Then I shall make a sourdough for the bread with Jin.",
    "Warm water helps the yeast.",
]
KOREAN = [
    "지난 3월에 제주도로 이사했어.",
    "제주도 집은 어때?",
    "제주도 집에는 귤나무가 네 그루 있어.",
    "귤나무는 누가 돌봐?",
    "옆집에 사는 박 선생님이 귤나무를 돌봐 주셔.",
    "고마운 분이네.",
]


def talk(
    memory: Memory, *texts: str, at: float = BEGIN, after: int | None = None, talk: str | None = None
) -> list[int]:
    """A conversation of two, a minute from turn to turn."""
    history, said = memory.history, list[int]()
    id = talk or history.begin("Talk").id
    for n, text in enumerate(texts):
        role = "assistant" if n % 2 else "user"
        after = history.say(id, role, text, parent=after).id  # type: ignore[arg-type]
        said.append(after)
        with memory.store.transaction() as db:
            db.execute("UPDATE messages SET created = ? WHERE id = ?", (at + 60 * n, after))
    return said


def sum_up(memory: Memory, now: float = BEGIN + 90 * HOUR, stopped: Callable[[], bool] = lambda: False) -> int:
    steps = 0
    memory.learn()
    while episodes.step(
        memory.store, memory.indexes.dense, memory.recaller._words, lambda text: len(text.split()), stopped, now
    ):
        steps += 1
        if stopped():
            break
    return steps


def written(memory: Memory, level: str) -> dict[int, tuple[str, list[int]]]:
    rows = memory.store.db.execute("SELECT id, text FROM episodes WHERE level = ? ORDER BY id", (level,)).fetchall()
    turns = "SELECT message FROM episode_turns WHERE episode = ? ORDER BY message"
    return {row["id"]: (row["text"], [t[0] for t in memory.store.db.execute(turns, (row["id"],))]) for row in rows}


def test_a_long_sitting_is_split_where_its_topic_changes_and_summed_up_in_its_own_words(memory: Memory) -> None:
    texts = [*BOAT, *BOAT[::-1], *BREAD, *BREAD[::-1]]
    said = talk(memory, *texts)
    assert sum_up(memory) == 1
    parts = list(written(memory, "episode").values())
    assert len(parts) >= 2
    assert [turn for _, turns in parts for turn in turns] == said
    assert said[12] in {turns[0] for _, turns in parts}, "where the boat ends and the bread begins"
    assert any("12 million" in text for text, _ in parts)
    ((whole, linked),) = written(memory, "conversation").values()
    assert linked == said
    assert "boat" in whole
    assert "yeast" in whole
    for text, _ in [*parts, (whole, linked)]:
        words = text.split(") ", 1)[1].replace("User: ", "|").replace("Haema: ", "|").split("|")
        assert all(any(sentence.strip() in turn for turn in texts) for sentence in words if sentence.strip()), text
        assert len(text.split()) <= 120
    assert sum_up(memory) == 0
    memory.learn()
    assert (
        memory.indexes.dense.items("episode")
        == memory.indexes.lexicons["episode"].items()
        == {
            *written(memory, "episode"),
            *written(memory, "conversation"),
        }
    )


def test_summaries_lead_to_their_turns_where_the_whole_is_asked_for_and_are_silent_elsewhere(memory: Memory) -> None:
    said = talk(memory, *BOAT, *BREAD)
    sum_up(memory)
    memory.learn()

    def lent(question: str) -> set[int]:
        found = memory.recall(question, "conversations", k=50)
        return {turn for item in found if "summary" in item.parts for turn in item.messages}

    assert lent("What did we talk about when we spoke of the boat?") >= set(said[:3])
    assert lent("우리 무슨 얘기 했지?") <= set(said)
    assert lent("How much does the boat cost?") == set()


def test_korean_talk_is_summed_up_too_and_hours_part_two_episodes(memory: Memory) -> None:
    first = talk(memory, *KOREAN)
    id = memory.store.db.execute("SELECT conversation FROM messages").fetchone()[0]
    second = talk(memory, *KOREAN[::-1], at=BEGIN + 9 * HOUR, after=first[-1], talk=id)
    sum_up(memory)
    (one, its), (two, others) = written(memory, "episode").values()
    assert (its, others) == (first, second)
    assert "귤나무" in one
    assert "User: 지난 3월에 제주도로 이사했어." in one
    assert two.startswith("(2026-")


def test_only_what_changed_is_written_again(memory: Memory) -> None:
    said = talk(memory, *BOAT)
    id = memory.store.db.execute("SELECT conversation FROM messages").fetchone()[0]
    more = talk(memory, *BREAD, at=BEGIN + 9 * HOUR, after=said[-1], talk=id)
    sum_up(memory)
    (boat, bread), (whole,) = written(memory, "episode"), written(memory, "conversation")
    last = talk(memory, "It rose!", at=BEGIN + 9 * HOUR + 600, after=more[-1], talk=id)
    sum_up(memory)
    kept, new = written(memory, "episode")
    assert kept == boat
    assert new != bread
    assert written(memory, "episode")[new][1] == more + last
    assert whole not in written(memory, "conversation")

    forget_said(memory.store, messages=[said[2]])
    assert not any("Han" in text for text, _ in written(memory, "episode").values())
    assert written(memory, "conversation") == {}
    sum_up(memory)
    assert list(written(memory, "episode")) == sorted([new, *written(memory, "episode")][1:])
    assert "Han" not in str(written(memory, "episode")) + str(written(memory, "conversation"))
    assert not any(said[2] in turns for _, turns in written(memory, "conversation").values())


@pytest.mark.parametrize(
    ("turns", "now", "summed"), [(11, 9 * HOUR, 0), (12, 60, 0), (12, 9 * HOUR, 1), (12, -9 * HOUR, 1), (42, 60, 1)]
)
def test_short_talk_and_talk_that_goes_on_wait(memory: Memory, turns: int, now: float, summed: int) -> None:
    """Also where the clock has jumped back since."""
    talk(memory, *([*BOAT, *BREAD] * 4)[:turns])
    assert sum_up(memory, BEGIN + 60 * turns + now) == summed


def test_it_stops_at_once_and_goes_on_where_it_was(memory: Memory) -> None:
    first = talk(memory, *BOAT)
    id = memory.store.db.execute("SELECT conversation FROM messages").fetchone()[0]
    talk(memory, *BREAD, at=BEGIN + 9 * HOUR, after=first[-1], talk=id)
    assert sum_up(memory, stopped=lambda: bool(written(memory, "episode"))) == 1
    before = written(memory, "episode")
    assert len(before) == 1
    assert written(memory, "conversation") == {}
    sum_up(memory)
    assert next(iter(written(memory, "episode"))) in before
    assert len(written(memory, "episode")) == 2
    assert len(written(memory, "conversation")) == 1


def test_another_branch_of_the_talk_takes_the_place_of_the_old_one(memory: Memory) -> None:
    said = talk(memory, *BOAT, *BREAD)
    sum_up(memory)
    id = memory.store.db.execute("SELECT conversation FROM messages").fetchone()[0]
    again = History(memory.store).say(id, "assistant", "Cold water helps the yeast of Bora.", parent=said[-2])
    sum_up(memory)
    ((_, turns),) = written(memory, "conversation").values()
    assert turns == [*said[:-1], again.id]


def test_a_clock_that_jumps_back_leaves_the_turns_in_their_order(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer "said" a year before its question: both are there, side by side, and summed up."""
    history, clock = memory.history, iter([BEGIN + 60 * n - (0 if n < 7 else 365 * 24 * HOUR) for n in range(99)])
    talk = history.begin().id
    monkeypatch.setattr("knowledge.history.time.time", lambda: next(clock))
    said: list[int] = []
    for text in [*BOAT, *BREAD]:
        said.append(history.say(talk, "user", text, parent=said[-1] if said else None).id)
    monkeypatch.undo()
    assert [turn.id for turn in history.messages(talk)] == said
    assert sum_up(memory) == 1
    (_, first), (_, second) = written(memory, "episode").values()
    assert (first, second) == (said[:7], said[7:])
    (found, *_) = memory.recall("How old is the yeast?", "conversations", tokens=200)
    assert "yeast" in found.text
    assert BREAD[0] in memory.recall("What about my bread in 2025?", "conversations", tokens=500)[0].text
