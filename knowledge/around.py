"""Passages as recall sees them: with their document, and with the passages before and after them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.packing import Candidate, Key
from knowledge.turns import AT_ONCE
from knowledge.words import nfc


@dataclass(frozen=True, slots=True)
class Stored:
    """A passage: `before` and `after` are the numbers of its neighbours, `modified` is its file's time."""

    id: int
    text: str
    page: int | None
    heading: str | None
    ordinal: int
    start: int
    document: int
    path: str
    title: str | None
    modified: float | None
    collection: str | None
    before: int | None
    after: int | None

    def candidate(self, *, limit: int | None, joins: bool) -> Candidate:
        """For the recall block: `joins` its neighbours or stands alone."""
        beside = [other for other in (self.before, self.after) if other is not None] if joins else []
        keys = tuple[Key, ...](("passage", other) for other in beside)
        return Candidate(("passage", self.id), nfc(self.text), keys, limit, self.ordinal, self.start)


def stored(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, Stored]:
    """Those of the given passages that are there."""
    every = list(ids)
    found: dict[int, Stored] = {}
    for at in range(0, len(every), AT_ONCE):
        part = every[at : at + AT_ONCE]
        rows = db.execute(f"{_PASSAGES} WHERE p.id IN ({','.join('?' * len(part))})", part)
        found |= {row["id"]: Stored(**dict(row)) for row in rows}
    return found


_PASSAGES = (
    "SELECT p.id, p.text, p.page, p.heading, p.ordinal, p.start,"
    " d.id AS document, d.path, d.title, d.modified, d.collection, b.id AS before, a.id AS after"
    " FROM passages p JOIN documents d ON d.id = p.document"
    " LEFT JOIN passages b ON b.document = p.document AND b.ordinal = p.ordinal - 1"
    " LEFT JOIN passages a ON a.document = p.document AND a.ordinal = p.ordinal + 1"
)
