"""Messages as recall sees them: turns with a speaker, each with the turns before and after it in its branch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.words import nfc

SPEAKERS = {"user": "User", "assistant": "Haema"}
AT_ONCE = 10_000  # below SQLite's limit on variables
A_LITTLE = 5  # turns
SAME_TALK = 6 * 3600.0  # seconds
RECALLABLE = "role IN ('user', 'assistant') AND state <> 'writing'"


@dataclass(frozen=True, slots=True)
class Turn:
    id: int
    conversation: str
    role: str
    author: str | None
    text: str
    created: float
    external_id: str | None

    @property
    def speaker(self) -> str:
        return self.author or SPEAKERS[self.role]

    @property
    def line(self) -> str:
        """The turn as it is indexed and recalled."""
        return self.shown(self.text)

    def shown(self, text: str) -> str:
        """The line with another text of the turn's."""
        return nfc(f"{self.speaker}: {text}")


def turns(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Turn]:
    """Those of the given messages that can be recalled."""
    every = list(ids)
    found: dict[int, Turn] = {}
    for at in range(0, len(every), AT_ONCE):
        part = every[at : at + AT_ONCE]
        rows = db.execute(
            "SELECT id, conversation, role, author, text, created, external_id FROM messages"
            f" WHERE id IN ({','.join('?' * len(part))}) AND {RECALLABLE}",
            part,
        )
        found |= {row["id"]: Turn(**dict(row)) for row in rows}
    return found


def neighbours(db: sqlite3.Connection, conversations: Iterable[str], reach: int) -> dict[int, list[int]]:
    """For each recallable message of the conversations: up to `reach` messages before it (its parents, nearest first),
    then up to `reach` after it (by the newest child each time)."""
    found: dict[int, list[int]] = {}
    for conversation in conversations:
        rows = db.execute(
            f"SELECT id, parent, {RECALLABLE} AS recallable FROM messages WHERE conversation = ? ORDER BY id",
            (conversation,),
        ).fetchall()
        parents = {row["id"]: row["parent"] for row in rows}
        children = {row["parent"]: row["id"] for row in rows if row["parent"] is not None}  # the newest wins
        recallable = {row["id"] for row in rows if row["recallable"]}
        for item in recallable:
            found[item] = _walk(item, parents, recallable, reach) + _walk(item, children, recallable, reach)
    return found


def beside(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, list[int]]:
    """For each of the given messages the recallable ones directly before and after it, as `neighbours` has them."""
    every = set(ids)
    found: dict[int, list[int]] = {id: [] for id in every}
    for step in (_PARENT, _CHILD):
        at = {id: id for id in every}  # where the walk from each message has come
        while at:
            places = sorted(set(at.values()))
            next_: dict[int, tuple[int, bool]] = {}
            for n in range(0, len(places), AT_ONCE):
                part = places[n : n + AT_ONCE]
                rows = db.execute(step.format(",".join("?" * len(part))), part)
                next_ |= {row[0]: (row[1], bool(row[2])) for row in rows}
            walking: dict[int, int] = {}
            for id, place in at.items():
                if place in next_:
                    other, recallable = next_[place]
                    if recallable:
                        found[id].append(other)
                    else:
                        walking[id] = other
            at = walking
    return found


def a_little_before(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, list[int]]:
    """For each of the given messages those two to `A_LITTLE` before it in its branch, said in the same talk."""
    every = list(ids)
    found: dict[int, list[int]] = {}
    for at in range(0, len(every), AT_ONCE):
        part = every[at : at + AT_ONCE]
        rows = db.execute(_ABOVE.format(",".join("?" * len(part))), (*part, A_LITTLE, SAME_TALK))
        for id, above in rows:
            found.setdefault(id, []).append(above)
    return found


_ABOVE = (
    "WITH RECURSIVE up (begin, at, created, steps) AS ("
    " SELECT id, parent, created, 1 FROM messages WHERE id IN ({}) AND parent IS NOT NULL"
    " UNION ALL SELECT up.begin, m.parent, up.created, steps + 1 FROM up JOIN messages m ON m.id = up.at"
    " WHERE m.parent IS NOT NULL AND steps < ?)"
    " SELECT begin, at FROM up JOIN messages m ON m.id = up.at WHERE steps > 1 AND abs(up.created - m.created) <= ?"
)
_PARENT = (
    "SELECT m.id, p.id, p.role IN ('user', 'assistant') AND p.state <> 'writing'"
    " FROM messages m JOIN messages p ON p.id = m.parent WHERE m.id IN ({})"
)
_CHILD = (  # the newest child; SQLite takes the other columns from the row that has the maximum
    "SELECT parent, max(id), role IN ('user', 'assistant') AND state <> 'writing'"
    " FROM messages WHERE parent IN ({}) GROUP BY parent"
)


def _walk(item: int, step: dict[int, int | None] | dict[int, int], recallable: set[int], reach: int) -> list[int]:
    """Up to `reach` recallable messages along `step`, passing over the others."""
    met: list[int] = []
    seen = {item}
    at = step.get(item)
    while at is not None and at not in seen and len(met) < reach:
        seen.add(at)
        if at in recallable:
            met.append(at)
        at = step.get(at)
    return met
