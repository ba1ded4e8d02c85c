"""Which items may be recalled: those of a scope, in the chosen collections, that hold now.

Each limit is a condition of SQL on the tables an item is stored in. A few thousand items are compared one by one; more
are found by looking further and leaving out the others. (Chroma takes thirty times as long with a condition on what it
knows of an item.) Whatever an index found, the condition has the last word.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from knowledge.index import Kind
from knowledge.messages import Scope
from knowledge.turns import AT_ONCE

FEW = 4000  # items, up to which each of them is compared
# The tables behind items, in the order in which SQLite is to go through them: from what they belong to down to all of
# them, and from given ones up. (Left to itself it goes through a whole project to find a few of its turns.)
DOWN: dict[Kind, str] = {
    "message": "conversations c CROSS JOIN messages i ON i.conversation = c.id",
    "passage": "documents d CROSS JOIN passages i ON i.document = d.id",
    "fact": "facts i",
    "episode": "conversations c CROSS JOIN episodes i ON i.conversation = c.id",
}
UP: dict[Kind, str] = {
    "message": "messages i CROSS JOIN conversations c ON c.id = i.conversation",
    "passage": "passages i CROSS JOIN documents d ON d.id = i.document",
    "fact": "facts i",
    "episode": "episodes i CROSS JOIN conversations c ON c.id = i.conversation",
}


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on the rows behind items: `i` is the item itself, `c` its conversation, `d` its document."""

    sql: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items may be found: those `within`, or those that `keep` picks from what it is given; else all."""

    within: Collection[int] | None = None
    keep: Callable[[Collection[int]], set[int]] | None = None

    def of(self, items: Iterable[int]) -> set[int]:
        """Those of the items that may be found."""
        every = set(items)
        if self.within is not None:
            every &= set(self.within)
        return every if self.keep is None else self.keep(every)


def only(db: sqlite3.Connection, kind: Kind, *limits: Where | None) -> Filter:
    """The items of a kind for which all the limits hold; None is no limit."""
    held = [limit for limit in limits if limit is not None]
    if not held:
        return Filter()
    condition = " AND ".join(f"({limit.sql})" for limit in held)
    values = tuple(value for limit in held for value in limit.values)
    every_one = f"SELECT i.id FROM {DOWN[kind]} WHERE {condition} LIMIT ?"
    if db.execute(f"SELECT count(*) FROM ({every_one})", (*values, FEW + 1)).fetchone()[0] <= FEW:
        return Filter(within=[row[0] for row in db.execute(every_one, (*values, FEW))])

    def keep(items: Collection[int]) -> set[int]:
        kept: set[int] = set()
        every = list(items)
        for at in range(0, len(every), AT_ONCE):
            part = every[at : at + AT_ONCE]
            given = f"SELECT i.id FROM {UP[kind]} WHERE i.id IN ({','.join('?' * len(part))}) AND {condition}"
            found = db.execute(given, (*part, *values))
            kept |= {row[0] for row in found}
        return kept

    return Filter(keep=keep)


# ---------------------------------------------------------------- the limits


def in_scope(db: sqlite3.Connection, kind: Kind, scope: Scope | None) -> Where | None:
    """What belongs to the scope. Outside all projects that is no limit at all while nothing is set apart."""
    if scope is None:
        return None
    match kind:
        case "passage":
            if scope.conversation is not None:
                return Where("0")  # a sealed conversation sees itself alone
            return _of_project(db, scope, "d", "SELECT 1 FROM documents WHERE project IS NOT NULL LIMIT 1")
        case "fact":
            if scope.conversation is not None:
                return Where("i.conversation = ?", (scope.conversation,))
            apart = "SELECT 1 FROM facts WHERE project IS NOT NULL OR conversation IS NOT NULL LIMIT 1"
            return _and(_of_project(db, scope, "i", apart), "i.conversation IS NULL")
        case "message" | "episode":
            if scope.conversation is not None:
                return Where("c.id = ?", (scope.conversation,))
            apart = (
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM conversations WHERE project IS NOT NULL)"
                " OR EXISTS (SELECT 1 FROM conversations WHERE sealed = 1)"
            )
            return _and(_of_project(db, scope, "c", apart), "c.sealed = 0")


def in_collections(collections: Collection[str] | None) -> Where | None:
    """The documents of these collections; "" is the one without a name, None is all of them."""
    if collections is None:
        return None
    names = tuple(collections)
    return Where(f"coalesce(d.collection, '') IN ({','.join('?' * len(names))})", names)


def that_hold(now: float, *, past: bool) -> Where:
    """Facts that were kept and hold at `now`; with `past` also those that held once."""
    if past:
        return Where("i.state = 'kept'")
    return Where("i.state = 'kept' AND (i.valid_until IS NULL OR i.valid_until > ?)", (now,))


def _of_project(db: sqlite3.Connection, scope: Scope, table: str, apart: str) -> Where | None:
    if scope.project is None:
        return Where(f"{table}.project IS NULL") if db.execute(apart).fetchone() is not None else None
    if scope.beyond:
        return Where(f"({table}.project = ? OR {table}.project IS NULL)", (scope.project,))
    return Where(f"{table}.project = ?", (scope.project,))


def _and(where: Where | None, sql: str) -> Where | None:
    return None if where is None else Where(f"{where.sql} AND {sql}", where.values)
