"""From what sums up a part of a conversation down to its words: a summary that answers the question lends to its turns.

It does so where somebody asks for the whole of what was said ("What did we talk about last week?"): no single turn
answers that. On questions about one thing it costs more than it gives (on a conversation of LoCoMo's, a weight of .1
cost 1.8, .6 and 1.9 points of evidence recall at 500, 1,000 and 1,500 tokens), so there the summaries stay silent.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping

from knowledge.fusion import Found
from knowledge.lexicon import Hit

SUMMARIES = 12  # the best, that lend
SUMMARY = 0.3  # what the best of them lends
MEANING = 0.6  # of a summary's score; the rest is the words'
DOWN = 3  # the best, whose turns come among the candidates whatever they say themselves


_TALK = r"(?:conversation|talk|chat|discussion)s?"
_OVERVIEW = re.compile(
    r"\bwhat (?:did|have|had|were) (?:we|you and i|i and you)\b"
    r".*\b(?:talk(?:ed|ing)?|discuss(?:ed|ing)?|chatt?(?:ed|ing)?|speak|spoken|gone over|go over)\b"
    rf"|\b(?:summar(?:y|i[sz]e)|recap|overview|sum up|gist)\b.*\b(?:{_TALK}|said|we)\b"
    rf"|\bwhat (?:was|were) (?:our|the|that|those) (?:last |recent )?{_TALK} about\b"
    r"|(?:무슨|어떤|뭔) (?:얘기|이야기|대화)|(?:얘기|이야기|대화).*(?:요약|정리|간추)",
    re.IGNORECASE,
)


def asks_for_overview(question: str) -> bool:
    """Whether a question asks what was talked about as a whole."""
    return bool(_OVERVIEW.search(question))


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
