"""Messages as recall sees them: turns with a speaker, each with the turns before and after it in its branch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.words import nfc

SPEAKERS = {"user": "User", "assistant": "Haema"}
AT_ONCE = 10_000  # below SQLite's limit on variables
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
