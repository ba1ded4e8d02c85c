"""From what sums up a part of a conversation down to its words: a summary that answers the question lends to its turns.

A turn may say little by itself ("yes, the blue one"); what the talk around it was about is in the words of its summary.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from knowledge.fusion import Found
from knowledge.lexicon import Hit

SUMMARIES = 12  # the best, that lend
SUMMARY = 0.1  # what the best of them lends
MEANING = 0.6  # of a summary's score; the rest is the words'
DOWN = 3  # the best, whose turns come among the candidates whatever they say themselves


def are_there(db: sqlite3.Connection) -> bool:
    """Whether anything is summed up at all."""
    return db.execute("SELECT 1 FROM episodes LIMIT 1").fetchone() is not None


def best(legs: Mapping[int, tuple[float, Hit]], reads: float) -> dict[int, float]:
    """How well the summaries answer the question, from 0 to 1, best first."""
    nearest = max((cosine for cosine, _ in legs.values()), default=0.0)
    strongest = max((hit.score for _, hit in legs.values()), default=0.0)
    meaning, words = MEANING * reads, 1 - MEANING
    scores = {
        item: (
            (meaning * cosine / nearest if nearest > 0 else 0.0) + (words * hit.score / strongest if strongest else 0.0)
        )
        / (meaning + words)
        for item, (cosine, hit) in legs.items()
    }
    return dict(sorted(scores.items(), key=lambda one: (-one[1], one[0]))[:SUMMARIES])


def turns_of(db: sqlite3.Connection, scores: Mapping[int, float]) -> tuple[dict[int, float], list[int]]:
    """By turn the score of the best summary of it; and the turns of the `DOWN` best episodes."""
    marks = ",".join("?" * len(scores))
    rows = db.execute(
        "SELECT t.episode, t.message, e.level FROM episode_turns t JOIN episodes e ON e.id = t.episode"
        f" WHERE t.episode IN ({marks})",
        tuple(scores),
    ).fetchall()
    lent: dict[int, float] = {}
    episodes = [item for item in scores if any(row["episode"] == item and row["level"] == "episode" for row in rows)]
    down = set(episodes[:DOWN])
    for row in rows:
        lent[row["message"]] = max(lent.get(row["message"], 0.0), scores[row["episode"]])
    return lent, [row["message"] for row in rows if row["episode"] in down]


def lend(found: Iterable[Found], lent: Mapping[int, float]) -> None:
    """Give the turns their summaries' share."""
    for one in found:
        if one.kind == "message" and (score := lent.get(one.item, 0.0)) > 0:
            one.parts["summary"] = SUMMARY * score
