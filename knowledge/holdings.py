"""The documents as someone looks through them: found by words, state and collection, in an order; a part at a time.

A list of a hundred thousand is a list of numbers (`find`); what a row says is read for those in sight (`holdings`).
Names of files are made in SQL, so that no Python runs while a large list is sorted.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.store import Store

State = Literal["indexed", "partly", "waiting", "refused"]
Order = Literal["added", "name", "size"]
TOGETHER = 500  # ids in one question to SQLite


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents are looked for: all `words` in name or title; `collection` "" is none, None any; in an order."""

    words: str = ""
    state: State | None = None
    collection: str | None = None
    order: Order = "added"


@dataclass(frozen=True, slots=True)
class Holding:
    """A document as its row shows it. `reason`: why it was refused, or what of it could not be read. Size in bytes,
    `added` in Unix seconds, `pages` where it has some; dates of its own in ISO 8601."""

    id: int
    path: str
    collection: str | None
    title: str | None
    size: int | None
    status: Literal["waiting", "reading", "indexed", "refused"]
    reason: str | None
    added: float
    author: str | None
    created: str | None
    passages: int
    pages: int | None

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]

    @property
    def folder(self) -> str:
        """Where the file is."""
        return os.path.dirname(self.path)  # noqa: PTH120 - as text, as it was stored


@dataclass(frozen=True, slots=True)
class Shares:
    """How many documents there are, and how many of them in each collection; "" is the one without a name."""

    total: int
    collections: tuple[tuple[str, int], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Of the collections that have one."""
        return tuple(name for name, _ in self.collections if name)


# ---------------------------------------------------------------- to look through


def find(store: Store, wanted: Wanted) -> tuple[int, ...]:
    """The numbers of the wanted documents, in their order."""
    where, facts = ["1"], list[str]()
    for word in unicodedata.normalize("NFC", wanted.words).split():
        forms = sorted({word, unicodedata.normalize("NFD", word)})  # a Mac's file names are decomposed
        # the whole path first, which is quicker: few have it
        each = f"(path {_LIKE} AND {_NAME} {_LIKE} OR title {_LIKE})"
        where.append(f"({' OR '.join(each for _ in forms)})")
        for form in forms:
            facts += [f"%{_literally(form)}%"] * 3
    if wanted.state is not None:
        where.append(_STATES[wanted.state])
    if wanted.collection is not None:
        where.append("coalesce(collection, '') = ?")
        facts.append(wanted.collection)
    rows = store.db.execute(
        f"SELECT id FROM documents WHERE {' AND '.join(where)} ORDER BY {_ORDERS[wanted.order]}", facts
    )
    return tuple(id for (id,) in rows)


def holdings(store: Store, ids: Collection[int]) -> dict[int, Holding]:
    """What the rows of these documents say; those that are gone are left out."""
    found: dict[int, Holding] = {}
    for some in _parts(ids):
        rows = store.db.execute(f"{_HOLDINGS} WHERE id IN ({_marks(some)})", some)
        found |= {row["id"]: Holding(**dict(row)) for row in rows}
    return found


def shares(store: Store) -> Shares:
    """How many documents there are, by collection."""
    rows = store.db.execute("SELECT coalesce(collection, ''), count(*) FROM documents GROUP BY 1 ORDER BY 1").fetchall()
    return Shares(sum(count for _, count in rows), tuple((name, count) for name, count in rows))


def collection_names(store: Store) -> tuple[str, ...]:
    """The collections that have a name and a document, or a watched folder, in order."""
    rows = store.db.execute(
        "SELECT collection FROM documents WHERE collection <> '' UNION"
        " SELECT collection FROM watched WHERE collection <> '' ORDER BY 1"
    )
    return tuple(name for (name,) in rows)


# ---------------------------------------------------------------- to put in order


def put_into(store: Store, ids: Collection[int], collection: str) -> None:
    """These documents belong to this collection from now on; "" for none."""
    with store.transaction() as db:
        for some in _parts(ids):
            db.execute(
                f"UPDATE documents SET collection = nullif(?, '') WHERE id IN ({_marks(some)})", (collection, *some)
            )


def rename_collection(store: Store, name: str, new: str) -> None:
    """Call the collection otherwise, in the watched folders and in what conversations may use too. Where there is one
    of the new name already, the two become one."""
    with store.transaction() as db:
        for table in ("documents", "watched"):
            db.execute(f"UPDATE {table} SET collection = nullif(?, '') WHERE collection = ?", (new, name))
        db.execute(
            "UPDATE conversations SET options = json_replace(options, '$.collections', (SELECT json_group_array(name)"
            " FROM (SELECT DISTINCT CASE value WHEN :name THEN :new ELSE value END AS name"
            " FROM json_each(options, '$.collections'))))"
            " WHERE json_type(options, '$.collections') = 'array'"
            " AND EXISTS (SELECT 1 FROM json_each(options, '$.collections') WHERE value = :name)",
            {"name": name, "new": new},
        )


def unknow(store: Store, ids: Collection[int]) -> tuple[str, ...]:
    """Have these files read anew the next time they are named, however they look; what is held of them stays until
    then. Returns the paths of those that are there."""
    there = tuple(holding for holding in holdings(store, ids).values() if Path(holding.path).exists())
    with store.transaction() as db:
        db.executemany(
            "UPDATE documents SET sha256 = NULL, size = NULL, modified = NULL, attempts = 0 WHERE id = ?",
            [(holding.id,) for holding in there],
        )
    return tuple(holding.path for holding in there)


def _parts(ids: Collection[int]) -> list[Sequence[int]]:
    everything = list(ids)
    return [everything[at : at + TOGETHER] for at in range(0, len(everything), TOGETHER)]


def _marks(ids: Sequence[int]) -> str:
    return ",".join("?" * len(ids))


def _literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


_LIKE = "LIKE ? ESCAPE '\\'"
_SEPARATOR = "'\\'" if os.sep == "\\" else "'/'"
_NAME = f"replace(path, rtrim(path, replace(path, {_SEPARATOR}, '')), '')"
_STATES: dict[State, str] = {
    "indexed": "status = 'indexed'",
    "partly": "status = 'indexed' AND reason IS NOT NULL",
    "waiting": "status IN ('waiting', 'reading')",
    "refused": "status = 'refused'",
}
_ORDERS: dict[Order, str] = {
    "added": "added DESC, id DESC",
    "name": f"{_NAME} COLLATE NOCASE, path",
    "size": "coalesce(size, 0) DESC, path",
}
_HOLDINGS = (
    "SELECT id, path, collection, title, size, status, reason, added, author, created,"
    " (SELECT count(*) FROM passages WHERE document = documents.id) AS passages,"
    " (SELECT page FROM passages WHERE document = documents.id ORDER BY ordinal DESC LIMIT 1) AS pages FROM documents"
)
