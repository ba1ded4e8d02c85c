"""How the two legs' scores become one, as named parts that can be shown.

Each leg's scores are divided by their maximum and added by weight, the meaning's weight times r(query), the share of
the question that the embedder can read: a Korean question asked of an English embedder rests on words alone. To that
comes .3 of the best in the same conversation or document. Weights and constants were measured on the development half
of LoCoMo and on Cranfield, SciFact, XQuAD, KorQuAD and AutoRAG-ko.

A turn is understood with those beside it, so half of its meaning's weight goes by the mean of its vector and its two
neighbours' ("around"): on LoCoMo's development half .3 to .5 points of evidence recall at every budget.

What is alike answers the same questions (van Rijsbergen's cluster hypothesis, 1979), so .3 of an item's score is what
the four of its kind score that are most like it, as Diaz 2005 regularises scores: "kindred". Cranfield's nDCG@10 rises
from .597 to .607, SciFact's from .729 to .735; moving the question's vector towards the best passages gains less, and
costs XQuAD some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.index import Kind
from knowledge.lexicon import Hit
from knowledge.telling import telling

MEANING: Mapping[Kind, float] = {"message": 0.65, "passage": 0.55, "fact": 0.6}  # the rest is the words'
GROUP = 0.3
AROUND, LOOKED_AROUND = 0.5, 100  # the share of a message's meaning; the best by themselves, of which it is looked at
KINDRED, KIN = 0.3, 4  # the share, of how many
AMONG: Mapping[Kind, int] = {"message": 100, "passage": 50}  # the best that lend and gain: 50 messages lose .4 points
COMPANION: Mapping[Kind, str] = {"message": "session", "passage": "beside", "fact": "fact"}
COMPANY = ("session", "beside", "kindred", "around")  # the parts that are owed to other items
TELLING = 100  # the best messages, which are read for what they tell
# What is relevant by itself, not merely the best of what there is: near enough in meaning, or holding enough of the
# question's words (by idf), or enough of both.
COSINE_FLOOR, COVERAGE_FLOOR = 0.42, 0.6
BOTH_FLOOR = (0.27, 0.34)
# Where the embedder cannot read the question: of one that wants to know something, and of any other prompt. Of 48
# Korean questions reworded by hand (tests/bench/reworded.json) 29 % then find their text, of 200 questions
# on other things 3 % find any.
ASKING_FLOOR, WORDS_ONLY_FLOOR = 0.25, 0.5

PINNED_FLOOR = 0.7  # of these floors, for what the user pinned


@dataclass(slots=True)
class Found:
    """A candidate on its way: `group` is its conversation or its document; `around` is the cosine of the mean of a
    message's vector and its neighbours', None where that is not known."""

    kind: Kind
    item: int
    group: str | int
    cosine: float
    hit: Hit
    parts: dict[str, float] = field(default_factory=dict)
    around: float | None = None

    @property
    def score(self) -> float:
        return sum(self.parts.values())


def fuse(found: Iterable[Found], reads: float) -> None:
    """Both legs on one scale, over all kinds alike."""
    every = list(found)
    nearest = max((one.cosine for one in every), default=0.0)
    strongest = max((one.hit.score for one in every), default=0.0)
    nearest_message = max((one.cosine for one in every if one.around is not None), default=0.0)
    nearest_around = max((one.around for one in every if one.around is not None), default=0.0)
    for one in every:
        meaning = MEANING[one.kind] * reads
        words = 1 - MEANING[one.kind]
        whole = meaning + words
        if nearest > 0 and one.cosine > 0:
            one.parts["meaning"] = meaning / whole * one.cosine / nearest
        if one.around is not None and nearest > 0 and nearest_around > 0:
            one.parts["meaning"] = one.parts.get("meaning", 0.0) * (1 - AROUND)
            if one.around > 0:  # on the scale of the messages' cosines
                scale = AROUND * meaning / whole * max(0.0, nearest_message) / nearest
                one.parts["around"] = scale * one.around / nearest_around
        if strongest > 0 and one.hit.score > 0:
            one.parts["words"] = words / whole * one.hit.score / strongest


def look_around(
    found: Iterable[Found],
    query: Any,
    beside: Callable[[Sequence[int]], Mapping[int, Sequence[int]]],
    vectors: Callable[[Sequence[int]], Mapping[int, Any]],
) -> None:
    """Compare the question's vector with the mean of each of the best messages' and its neighbours'; `beside` tells
    which these are, `vectors` fetches vectors of length 1 by item. The others go by their own vector alone."""
    import numpy as np

    read = [one for one in found if one.kind == "message" and one.cosine]
    if not read:
        return
    nearest, strongest = max(one.cosine for one in read), max(one.hit.score for one in read)
    read.sort(key=lambda one: (-one.cosine / max(1e-6, nearest) - one.hit.score / max(1e-6, strongest), one.item))
    for one in read:
        one.around = one.cosine
    read = read[:LOOKED_AROUND]
    near = beside([one.item for one in read])
    known = vectors(list(dict.fromkeys([item for one in read for item in (one.item, *near.get(one.item, ()))])))
    for one in read:
        together = [known[item] for item in (one.item, *near.get(one.item, ())) if item in known]
        if together:
            mean = np.sum(together, axis=0)
            one.around = float(mean @ query) / max(1e-6, float(np.sqrt(mean @ mean)))


def add_kindred(
    found: Iterable[Found],
    reads: float,
    vectors: Callable[[Sequence[int]], Mapping[int, Any]],
    kind: Kind = "passage",
) -> None:
    """Give each item of a kind a share of the score of those most like it; `vectors` fetches vectors of length 1.

    What each had before shrinks by the same share, so that neither kind gains over the other. One without a vector
    that says something counts as its own kin.
    """
    import numpy as np

    share = KINDRED * reads
    ranked = sorted((one for one in found if one.kind == kind), key=lambda one: (-one.score, one.item))
    best = ranked[: AMONG[kind]]
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
    for place, one in enumerate(ranked):
        own = one.score
        one.parts = {name: value * (1 - share) for name, value in one.parts.items()}
        if place < AMONG[kind]:
            one.parts["kindred"] = share * kin.get(one.item, own)


def add_telling(found: Iterable[Found], text: Callable[[int], str]) -> None:
    """Let the best messages gain or lose by how much they tell ("tells"); `text` gives a message's."""
    ranked = sorted((one for one in found if one.kind == "message"), key=lambda one: (-one.score, one.item))
    for one in ranked[:TELLING]:
        if told := telling(text(one.item)):
            one.parts["tells"] = told


def add_groups(found: Iterable[Found]) -> None:
    """A share of the best score in the same conversation ("session") or document ("beside"); a fact stands for itself
    ("fact"), level with the best turn of a conversation."""
    every = list(found)
    best: dict[tuple[Kind, str | int], float] = {}
    for one in every:
        best[one.kind, one.group] = max(best.get((one.kind, one.group), 0.0), one.score)
    for one in every:
        one.parts[COMPANION[one.kind]] = GROUP * best[one.kind, one.group]


def relevant(one: Found, reads: float, *, asking: bool) -> bool:
    """Whether an item would be worth showing if it stood alone, for a prompt that is `asking` for something or not."""
    if "asked" in one.parts:  # a fact that the question asks for by what it is of
        return True
    floor = PINNED_FLOOR if "pin" in one.parts else 1.0
    if reads < 0.5:
        return one.hit.coverage >= floor * (ASKING_FLOOR if asking else WORDS_ONLY_FLOOR)
    return (
        one.cosine >= floor * COSINE_FLOOR
        or one.hit.coverage >= floor * COVERAGE_FLOOR
        or (one.cosine >= floor * BOTH_FLOOR[0] and one.hit.coverage >= floor * BOTH_FLOOR[1])
    )


def why_recalled(one: Found) -> tuple[str, ...]:
    """The parts that speak for the item, the largest first; its company only where that says more than itself."""
    parts = {name: value for name, value in one.parts.items() if name != "tells"}  # which has no say in the question
    alone = sum(value for name, value in parts.items() if name not in COMPANY)
    strong = [(value, name) for name, value in parts.items() if (value > alone if name in COMPANY else value >= 0.05)]
    return tuple(name for _, name in sorted(strong, reverse=True))
