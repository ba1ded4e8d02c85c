"""The public sets of questions and paragraphs, and how a ranking of them is scored.

They lie beside the project, in `../shared/eval`, or in the folder that HAEMA_EVAL names; the project holds no copy.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BEST = 10  # a ranking's places that count


@dataclass(frozen=True, slots=True)
class PublicSet:
    """Paragraphs by name; questions, each with the names of the paragraphs that answer it."""

    name: str
    paragraphs: Mapping[str, str]
    questions: Sequence[tuple[str, frozenset[str]]]


def eval_folder() -> Path:
    """Where the public sets are, if they are there."""
    named = os.environ.get("HAEMA_EVAL")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "eval"


def public_set(name: str) -> PublicSet | None:
    """The development half of a set; None where it is not there."""
    file = eval_folder() / f"{name}-dev.jsonl"
    if not file.is_file():
        return None
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return PublicSet(
        name,
        {str(row["paragraph"]): row["text"] for row in rows if "paragraph" in row},
        [(row["question"], frozenset(map(str, row["answers_in"]))) for row in rows if "question" in row],
    )


def ndcg(rankings: Sequence[Sequence[str]], right: Sequence[frozenset[str]]) -> float:
    """nDCG@10 with every right paragraph worth the same (Järvelin and Kekäläinen 2002), the mean over the questions."""
    gained = 0.0
    for ranking, answers in zip(rankings, right, strict=True):
        ideal = sum(_discount(place) for place in range(min(BEST, len(answers))))
        gained += sum(_discount(place) for place, name in enumerate(ranking[:BEST]) if name in answers) / ideal
    return gained / len(rankings)


def first_right(rankings: Sequence[Sequence[str]], right: Sequence[frozenset[str]]) -> float:
    """R@1: how often the first paragraph answers the question."""
    hits = sum(bool(ranking) and ranking[0] in answers for ranking, answers in zip(rankings, right, strict=True))
    return hits / len(rankings)


def _discount(place: int) -> float:
    return 1 / math.log2(place + 2)
