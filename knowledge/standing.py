"""Facts on their way through recall: what each says, on which scale it is measured, and what it stands before.

A fact and the turn that says it are one thing said twice, so one of the two is recalled: the fact, for it is shorter,
unless the turn says much more. A correction stands before all else on its subject, and before what the model believes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge.fusion import Found, relevant
from knowledge.subjects import naming, subjects
from knowledge.turns import AT_ONCE, Turn

CORRECTION = 2.0  # above the best that anything else can score
SUBJECT_COSINE, SUBJECT_COVERAGE = 0.55, 0.5  # from which a correction is about what is asked
SAYS_MORE = 2.5  # times the letters of its fact, from which a turn is recalled in the fact's place


@dataclass(frozen=True, slots=True)
class Standing:
    """A fact with where it is from: its turn's conversation, and all turns that say so, the first one first; each with
    its id in an export where it came in one."""

    id: int
    text: str
    kind: str
    project: str | None
    valid_from: float
    valid_until: float | None
    turns: tuple[tuple[int, str | None], ...]
    conversation: str | None
    title: str | None
    author: str | None


def standing(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Standing]:
    """Those of the given facts that are there."""
    every = list(ids)
    found: dict[int, Standing] = {}
    for at in range(0, len(every), AT_ONCE):
        part = every[at : at + AT_ONCE]
        marks = ",".join("?" * len(part))
        said: dict[int, list[tuple[int, str | None]]] = {}
        for fact, turn, external_id in db.execute(_TURNS.format(marks, marks), (*part, *part)):
            said.setdefault(fact, []).append((turn, external_id))
        for row in db.execute(f"{_STANDING} WHERE f.id IN ({marks})", part):
            found[row["id"]] = Standing(**dict(row), turns=tuple(said.get(row["id"], ())))
    return found


def on_their_scale(facts: Sequence[Found], others: Iterable[Found]) -> None:
    """Measure the facts' words as those of the turns and passages are.

    BM25 of a few facts is no measure beside that of many turns: a word is rare in neither. So the best fact counts as
    the best of the others, less where it holds less of the question.
    """
    strongest = max((one.hit.score for one in facts), default=0.0)
    beside = list(others)
    best = max((one.hit.score for one in beside), default=0.0)
    if strongest <= 0 or best <= 0:
        return
    covered = max(one.hit.coverage for one in facts), max(one.hit.coverage for one in beside)
    share = min(1.0, covered[0] / covered[1]) if covered[1] > 0 else 1.0
    for one in facts:
        one.hit = replace(one.hit, score=best * share * one.hit.score / strongest)


def put_corrections_first(
    facts: Iterable[Found],
    said: Mapping[int, Standing],
    question: str,
    reads: float,
    names: Callable[[str], Collection[str]],
) -> None:
    """What the user corrected comes before all else, where it is about what is asked: where it names what the question
    names, or, of a question that names nothing, says nearly the same. `names` knows those of Korean texts."""
    corrections = [one for one in facts if said[one.item].kind == "correction"]
    about = subjects(question, names) if corrections else ()
    for one in corrections:
        near = one.cosine >= SUBJECT_COSINE or one.hit.coverage >= SUBJECT_COVERAGE
        if relevant(one, reads, asking=True) and (naming(said[one.item].text, about) != "no" if about else near):
            one.parts["correction"] = CORRECTION


def said_once(found: Sequence[Found], facts: Mapping[int, Standing], turns: Mapping[int, Turn]) -> list[Found]:
    """The candidates without turns that a fact says as well, and without facts whose turn says much more; which stays
    takes the better place of the two."""
    messages = {one.item: one for one in found if one.kind == "message"}
    gone: set[tuple[str, int]] = set()
    for one in found:
        for item, _ in facts[one.item].turns if one.kind == "fact" else ():
            if (turn := messages.get(item)) is None:
                continue
            fact = facts[one.item]
            labelled = fact.kind == "correction" or fact.valid_until is not None  # what its turn does not say
            more = len(turns[item].text) > SAYS_MORE * len(fact.text)
            stays, leaves = (turn, one) if more and not labelled else (one, turn)
            if leaves.score > stays.score:
                stays.parts["origin"] = stays.parts.get("origin", 0.0) + leaves.score - stays.score
            gone.add((leaves.kind, leaves.item))
    return [one for one in found if (one.kind, one.item) not in gone]


_STANDING = (
    "SELECT f.id, f.text, f.kind, f.project, f.valid_from, f.valid_until, m.conversation, c.title, m.author"
    " FROM facts f LEFT JOIN messages m ON m.id = f.origin LEFT JOIN conversations c ON c.id = m.conversation"
)
_TURNS = (
    "SELECT f.id, m.id, m.external_id FROM facts f JOIN messages m ON m.id = f.origin WHERE f.id IN ({}) UNION ALL"
    " SELECT t.fact, m.id, m.external_id FROM fact_turns t JOIN facts f ON f.id = t.fact AND t.value = f.value"
    " JOIN messages m ON m.id = t.message WHERE f.origin IS NOT t.message AND t.fact IN ({})"
)
