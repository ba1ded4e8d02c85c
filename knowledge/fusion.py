"""How the two legs' scores become one, as named parts that can be shown.

Each leg's scores are divided by their maximum and added by weight, the meaning's weight times r(query), the share of
the question that the embedder can read: a Korean question asked of an English embedder rests on words alone. To that
comes .3 of the best in the same conversation or document. Weights and constants were measured on the development half
of LoCoMo and on Cranfield, SciFact, XQuAD, KorQuAD and AutoRAG-ko.

What is alike answers the same questions (van Rijsbergen's cluster hypothesis, 1979), so .3 of a passage's score is what
the four candidates score that are most like it, as Diaz 2005 regularises scores: "kindred". Cranfield's nDCG@10 rises
from .597 to .607; moving the question's vector towards the best passages gains less there, and costs XQuAD some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.index import Kind
from knowledge.lexicon import Hit

MEANING: Mapping[Kind, float] = {"message": 0.5, "passage": 0.55}  # the rest is the words'
GROUP = 0.3
KINDRED, KIN, AMONG = 0.3, 4, 50  # the share, of how many, among the best how many
COMPANY = ("session", "beside", "kindred")  # the parts that are owed to other items
# What is relevant by itself, not merely the best of what there is: near enough in meaning, or holding enough of the
# question's words (by idf), or enough of both.
COSINE_FLOOR, COVERAGE_FLOOR = 0.42, 0.6
BOTH_FLOOR = (0.27, 0.34)
# Where the embedder cannot read the question: of one that wants to know something, and of any other prompt. Of 48
# Korean questions reworded by hand (tests/bench/reworded.json) 29 % are then answered from their text, of 200 questions
# on other things 3 % from any.
ASKING_FLOOR, WORDS_ONLY_FLOOR = 0.25, 0.5


@dataclass(slots=True)
class Found:
    """A candidate on its way: `group` is its conversation or its document."""

    kind: Kind
    item: int
    group: str | int
    cosine: float
    hit: Hit
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        return sum(self.parts.values())


def fuse(found: Iterable[Found], reads: float) -> None:
    """Both legs on one scale, over all kinds alike."""
    every = list(found)
    nearest = max((one.cosine for one in every), default=0.0)
    strongest = max((one.hit.score for one in every), default=0.0)
    for one in every:
        meaning = MEANING[one.kind] * reads
        words = 1 - MEANING[one.kind]
        whole = meaning + words
        if nearest > 0 and one.cosine > 0:
            one.parts["meaning"] = meaning / whole * one.cosine / nearest
        if strongest > 0 and one.hit.score > 0:
            one.parts["words"] = words / whole * one.hit.score / strongest


def add_kindred(found: Iterable[Found], reads: float, vectors: Callable[[Sequence[int]], Mapping[int, Any]]) -> None:
    """Give each passage a share of the score of those most like it; `vectors` fetches vectors of length 1 by item.

    What each passage had before shrinks by the same share, so that passages gain nothing over messages. One without a
    vector that says something counts as its own kin.
    """
    import numpy as np

    share = KINDRED * reads
    passages = sorted((one for one in found if one.kind == "passage"), key=lambda one: (-one.score, one.item))
    best = passages[:AMONG]
    if not share or not best:
        return
    known = vectors([one.item for one in best if one.cosine])
    read = [one for one in best if one.item in known]
    kin: dict[int, float] = {}
    if len(read) > 1:
        each = np.stack([known[one.item] for one in read])
        scores = np.array([one.score for one in read])
        alike = np.maximum(each @ each.T, 0.0)
        np.fill_diagonal(alike, 0.0)
        if len(read) > KIN + 1:
            least = np.partition(alike, -KIN, axis=1)[:, -KIN]
            alike[alike < least[:, None]] = 0.0
        for one, own, row in zip(read, scores, alike, strict=True):
            weight = float(row.sum())
            kin[one.item] = float(row @ scores) / weight if weight else float(own)
    for place, one in enumerate(passages):
        own = one.score
        one.parts = {name: value * (1 - share) for name, value in one.parts.items()}
        if place < AMONG:
            one.parts["kindred"] = share * kin.get(one.item, own)


def add_groups(found: Iterable[Found]) -> None:
    """A share of the best score in the same conversation ("session") or document ("beside")."""
    every = list(found)
    best: dict[tuple[Kind, str | int], float] = {}
    for one in every:
        best[one.kind, one.group] = max(best.get((one.kind, one.group), 0.0), one.score)
    for one in every:
        one.parts["session" if one.kind == "message" else "beside"] = GROUP * best[one.kind, one.group]


def relevant(one: Found, reads: float, *, asking: bool) -> bool:
    """Whether an item would be worth showing if it stood alone, for a prompt that is `asking` for something or not."""
    if reads < 0.5:
        return one.hit.coverage >= (ASKING_FLOOR if asking else WORDS_ONLY_FLOOR)
    return (
        one.cosine >= COSINE_FLOOR
        or one.hit.coverage >= COVERAGE_FLOOR
        or (one.cosine >= BOTH_FLOOR[0] and one.hit.coverage >= BOTH_FLOOR[1])
    )


def why_recalled(one: Found) -> tuple[str, ...]:
    """The parts that speak for the item, the largest first; its company only where that says more than itself."""
    own = {name: value for name, value in one.parts.items() if name not in COMPANY}
    alone = sum(own.values())
    strong = [(value, name) for name, value in one.parts.items() if value >= (alone if name in COMPANY else 0.05)]
    return tuple(name for _, name in sorted(strong, reverse=True))
