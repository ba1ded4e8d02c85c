"""The documents as the application reads them: what they are called, and their passages in reading order.

Only reads, and only the store: reading and forgetting files is the worker's (`library.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from knowledge.messages import Scope
from knowledge.scoping import Where, in_scope
from knowledge.store import Store

TOGETHER = 500  # ids in one question to SQLite


@dataclass(frozen=True, slots=True)
class Shelved:
    """A document that has passages. `passages` is how many."""

    id: int
    path: str
    title: str | None
    collection: str | None
    passages: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One passage: its place in the document, its text, its page (from 1) and heading where it has them."""

    id: int
    ordinal: int
    text: str
    page: int | None
    heading: str | None


class Shelf:
    """Of one store; may be asked from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def documents(self, ids: Iterable[int] | None = None) -> list[Shelved]:
        """These documents in this order, or all by path; those without passages are left out."""
        if ids is None:
            return [_shelved(row) for row in self._store.db.execute(f"{_SHELVED} GROUP BY documents.id ORDER BY path")]
        wanted = list(dict.fromkeys(ids))
        found: dict[int, Shelved] = {}
        for start in range(0, len(wanted), TOGETHER):
            some = wanted[start : start + TOGETHER]
            marks = ",".join("?" * len(some))
            rows = self._store.db.execute(f"{_SHELVED} WHERE documents.id IN ({marks}) GROUP BY documents.id", some)
            found |= {row["id"]: _shelved(row) for row in rows}
        return [found[id] for id in wanted if id in found]

    def names(self, scope: Scope | None = None) -> list[tuple[int, str, str | None, str | None]]:
        """Of every document of the scope (None: of all) that has passages: its id, path, title and collection; quicker
        than `documents`."""
        inside = in_scope(self._store.db, "passage", scope) or Where("1")
        rows = self._store.db.execute(
            "SELECT id, path, title, collection FROM documents d"
            f" WHERE {inside.sql} AND EXISTS (SELECT 1 FROM passages WHERE document = d.id) ORDER BY path",
            inside.values,
        )
        return [tuple(row) for row in rows]

    def leaves(self, document: int) -> list[Leaf]:
        """The document's passages in reading order; none when it was forgotten."""
        rows = self._store.db.execute(
            "SELECT id, ordinal, text, page, heading FROM passages WHERE document = ? ORDER BY ordinal", (document,)
        )
        return [Leaf(**dict(row)) for row in rows]

    def ids(self, paths: Iterable[str]) -> tuple[int, ...]:
        """The documents of these files, as far as they are known."""
        find = "SELECT id FROM documents WHERE path = ?"
        rows = (self._store.db.execute(find, (path,)).fetchone() for path in dict.fromkeys(paths))
        return tuple(row["id"] for row in rows if row is not None)


_SHELVED = (
    "SELECT documents.id, path, title, collection, count(*) AS passages FROM documents"
    " JOIN passages ON passages.document = documents.id"
)


def _shelved(row: sqlite3.Row) -> Shelved:
    return Shelved(**dict(row))
