"""Projects: conversations and documents that belong together, and what is set apart in one conversation alone.

What belongs to a project is never recalled outside it; a sealed conversation gives nothing away and takes nothing in.
Facts go with the conversation that says them. SQLite only: nothing is indexed anew when something moves, for recall
asks the store where an item belongs.
"""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from knowledge import facts
from knowledge.errors import ConversationMissing, ProjectNameEmpty, ProjectNameTaken, ProjectUnknown
from knowledge.store import Store
from knowledge.turns import AT_ONCE


@dataclass(frozen=True, slots=True)
class Project:
    """A project, and how many conversations and documents belong to it."""

    id: str
    name: str
    created: float
    conversations: int = 0
    documents: int = 0


class Content(NamedTuple):
    """The numbers of what belongs to a project."""

    conversations: tuple[str, ...]
    documents: tuple[int, ...]
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a conversation belongs: to a project, or to none; and whether it is sealed."""

    project: str | None = None
    sealed: bool = False


# ---------------------------------------------------------------- projects


def projects(store: Store) -> list[Project]:
    """All projects, by name."""
    return [Project(**dict(row)) for row in store.db.execute(f"{_PROJECTS} ORDER BY name COLLATE NOCASE, id")]


def project(store: Store, id: str) -> Project:
    """Raises `ProjectUnknown`."""
    row = store.db.execute(f"{_PROJECTS} WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise ProjectUnknown(project=id)
    return Project(**dict(row))


def named(store: Store, name: str) -> Project:
    """The project of that name, however its letters are written. Raises `ProjectUnknown`."""
    found = [one for one in projects(store) if _folded(one.name) == _folded(name)]
    if not found:
        raise ProjectUnknown(project=name)
    return found[0]


def add(store: Store, name: str) -> Project:
    """A new project. Raises `ProjectNameEmpty` or `ProjectNameTaken`."""
    with store.transaction() as db:
        made = Project(uuid.uuid4().hex, _free(store, name), time.time())
        db.execute("INSERT INTO projects (id, name, created) VALUES (?, ?, ?)", (made.id, made.name, made.created))
    return made


def rename(store: Store, id: str, name: str) -> None:
    """Raises `ProjectUnknown`, `ProjectNameEmpty` or `ProjectNameTaken`."""
    with store.transaction() as db:
        project(store, id)
        db.execute("UPDATE projects SET name = ? WHERE id = ?", (_free(store, name, but=id), id))


def content(store: Store, id: str) -> Content:
    """What belongs to a project. Raises `ProjectUnknown`."""
    project(store, id)
    conversations, documents, own = (
        tuple(row[0] for row in store.db.execute(f"SELECT id FROM {table} WHERE project = ?", (id,)).fetchall())
        for table in ("conversations", "documents", "facts")
    )
    return Content(conversations, documents, own)


def dissolve(store: Store, id: str) -> None:
    """Remove the project; what belonged to it belongs to none from now on. Raises `ProjectUnknown`."""
    with store.transaction() as db:
        project(store, id)
        for table in ("conversations", "documents", "watched"):
            db.execute(f"UPDATE {table} SET project = NULL WHERE project = ?", (id,))
        own = [row[0] for row in db.execute("SELECT id FROM facts WHERE project = ?", (id,)).fetchall()]
        facts.move(db, own, project=None)
        db.execute("DELETE FROM projects WHERE id = ?", (id,))


# ---------------------------------------------------------------- what belongs where


def place(store: Store, conversation: str) -> Place:
    """Raises `ConversationMissing`."""
    row = store.db.execute("SELECT project, sealed FROM conversations WHERE id = ?", (conversation,)).fetchone()
    if row is None:
        raise ConversationMissing(conversation=conversation)
    return Place(row["project"], bool(row["sealed"]))


def places(store: Store) -> dict[str, str]:
    """By conversation the project it belongs to; those that belong to none are left out."""
    rows = store.db.execute("SELECT id, project FROM conversations WHERE project IS NOT NULL")
    return {row["id"]: row["project"] for row in rows}


def move_conversation(store: Store, conversation: str, to: str | None) -> None:
    """Have a conversation and the facts said in it belong to a project; None: to none. Raises `ConversationMissing` or
    `ProjectUnknown`."""
    with store.transaction() as db:
        place(store, conversation)
        if to is not None:
            project(store, to)
        db.execute("UPDATE conversations SET project = ? WHERE id = ?", (to, conversation))
        facts.move(db, _said_in(db, conversation), project=to)


def seal(store: Store, conversation: str, *, sealed: bool) -> None:
    """Set a conversation apart from all others, or no longer; the facts said in it with it. Raises
    `ConversationMissing`."""
    with store.transaction() as db:
        there = place(store, conversation)
        db.execute("UPDATE conversations SET sealed = ? WHERE id = ?", (int(sealed), conversation))
        own = _said_in(db, conversation)
        facts.move(db, own, project=there.project, conversation=conversation if sealed else None)


def move_documents(store: Store, documents: Collection[int], to: str | None) -> None:
    """Have documents belong to a project; None: to none. Raises `ProjectUnknown`."""
    every = list(documents)
    with store.transaction() as db:
        if to is not None:
            project(store, to)
        for at in range(0, len(every), AT_ONCE):
            part = every[at : at + AT_ONCE]
            db.execute(f"UPDATE documents SET project = ? WHERE id IN ({','.join('?' * len(part))})", (to, *part))


def _said_in(db: sqlite3.Connection, conversation: str) -> list[int]:
    """The facts whose turn is in the conversation."""
    rows = db.execute(
        "SELECT f.id FROM facts f JOIN messages m ON m.id = f.origin WHERE m.conversation = ?", (conversation,)
    )
    return [row[0] for row in rows.fetchall()]


def _free(store: Store, name: str, but: str | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise ProjectNameEmpty
    if any(_folded(one.name) == _folded(name) and one.id != but for one in projects(store)):
        raise ProjectNameTaken(name=name)
    return name


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


_PROJECTS = (
    "SELECT id, name, created, (SELECT count(*) FROM conversations WHERE project = projects.id) AS conversations,"
    " (SELECT count(*) FROM documents WHERE project = projects.id) AS documents FROM projects"
)
