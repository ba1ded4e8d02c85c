"""What stands around a passage comes with it, as far as the budget allows and without costing a hit its place."""

from __future__ import annotations

import pytest

from knowledge.embedder import Embedder
from knowledge.packing import ITEM_TOKENS, Candidate, Packing
from tests.knowledge.conftest import Memory

CHAPTER = (
    "The committee met in the old library on Tuesday.",
    "Its members first read the minutes aloud.",
    "The lighthouse keeper is paid nine hundred crowns a month.",
    "He also gets coal and two pairs of boots.",
    "The last item was the repair of the pier.",
)


def test_a_hit_brings_its_neighbours_in_reading_order(memory: Memory) -> None:
    memory.document("minutes.txt", *CHAPTER)
    memory.document("bread.txt", "Knead the dough for ten minutes and let it rest.")
    memory.learn()
    question = "How much is the lighthouse keeper paid a month?"
    (item,) = memory.recall(question, "documents", tokens=400, relevant_only=True)
    assert item.text == "\n".join(CHAPTER[1:4])
    stored = dict(memory.store.db.execute("SELECT id, ordinal FROM passages").fetchall())
    assert [stored[id] for id in item.passages] == [1, 2, 3]
    assert item.id == f"passage:{item.passages[1]}"
    assert "lighthouse" in [item.text[start:end] for start, end in item.matches]
    one = memory.recall(question, "documents", k=1)[0]  # a search for passages shows passages
    assert (one.text, len(one.passages)) == (CHAPTER[2], 1)


def test_widening_takes_no_hit_its_place(memory: Memory, embedder: Embedder) -> None:
    for n in range(4):
        memory.document(f"{n}.txt", f"Report {n} begins.", f"Ship {n} carried tea, silk and pepper.", f"End of {n}.")
    memory.learn()
    for tokens in (40, 70, 100, 400):
        narrow = {item.id for item in memory.recall("Which ship carried tea?", "documents", k=4)}
        items = memory.recall("Which ship carried tea?", "documents", tokens=tokens, relevant_only=True)
        assert sum(embedder.count(item.text) + ITEM_TOKENS for item in items) <= tokens
        assert all(item.tokens == embedder.count(item.text) for item in items)
        fitting = tokens // (embedder.count("Ship 1 carried tea, silk and pepper.") + ITEM_TOKENS)
        assert sum("Ship" in item.text for item in items) == min(4, fitting)
        if tokens == 400:
            assert {item.id for item in items} == narrow
            assert all(len(item.passages) == 3 for item in items)


def test_adjacent_hits_are_one_item(memory: Memory) -> None:
    memory.document("tea.txt", "Tea was carried by the first ship.", "The second ship carried tea as well.")
    memory.learn()
    (item,) = memory.recall("Which ship carried tea?", "documents", tokens=400)
    assert item.text.count("ship") == 2


def test_a_passage_longer_than_the_block_is_shown_by_its_relevant_part(memory: Memory, embedder: Embedder) -> None:
    filler = "이 조항은 일반적인 절차와 서류 제출 방법을 설명한다. " * 12  # a Hangul syllable is some three tokens
    memory.document("규정.txt", f"{filler}철분제는 보건소에서 무료로 지원한다. {filler}")
    memory.learn()
    (item,) = memory.recall("철분제는 어디에서 지원하나요?", "documents", tokens=500, relevant_only=True)
    assert "철분제는 보건소에서" in item.text
    assert embedder.count(item.text) + ITEM_TOKENS <= 500


@pytest.mark.parametrize(("gap", "text"), [(0, "onetwo"), (1, "one two"), (2, "one\ntwo"), (None, "one\ntwo")])
def test_passages_are_joined_as_they_stood(gap: int | None, text: str) -> None:
    packing = Packing(None, 100, lambda text: len(text.split()), lambda text: 0)
    packing.pack(
        [
            Candidate(("passage", 9), "two", (("passage", 4),), None, 8, None if gap is None else 3 + gap),
            Candidate(("passage", 4), "one", (("passage", 9),), None, 7, 0),
        ]
    )
    (item,) = packing.items
    assert (item.text, item.best, item.keys) == (text, ("passage", 9), [("passage", 4), ("passage", 9)])
