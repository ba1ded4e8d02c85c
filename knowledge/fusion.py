"""How the two legs' scores become one, as named parts that can be shown.

Each leg's scores are divided by their maximum and added by weight, the meaning's weight times r(query), the share of
the question that the embedder can read: a Korean question asked of an English embedder rests on words alone. To that
comes .3 of the best in the same conversation or document. Weights and constants were measured on the development half
of LoCoMo and on Cranfield, SciFact, XQuAD, KorQuAD and AutoRAG-ko.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.index import Kind
from knowledge.lexicon import Hit

MEANING: Mapping[Kind, float] = {"message": 0.5, "passage": 0.55}  # the rest is the words'
GROUP = 0.3
COMPANY = ("session", "beside")  # the names of the group's part, in conversations and in documents
# What is relevant by itself, not merely the best of what there is: near enough in meaning, or holding enough of the
# question's words (by idf), or enough of both.
COSINE_FLOOR, COVERAGE_FLOOR = 0.42, 0.6
BOTH_FLOOR = (0.27, 0.34)
WORDS_ONLY_FLOOR = 0.4  # where the embedder cannot read the question


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


def add_groups(found: Iterable[Found]) -> None:
    """A share of the best score in the same conversation ("session") or document ("beside")."""
    every = list(found)
    best: dict[tuple[Kind, str | int], float] = {}
    for one in every:
        best[one.kind, one.group] = max(best.get((one.kind, one.group), 0.0), one.score)
    for one in every:
        one.parts["session" if one.kind == "message" else "beside"] = GROUP * best[one.kind, one.group]


def relevant(one: Found, reads: float) -> bool:
    """Whether an item would be worth showing if it stood alone."""
    if reads < 0.5:
        return one.hit.coverage >= WORDS_ONLY_FLOOR
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
