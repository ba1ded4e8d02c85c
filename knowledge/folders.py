"""The folders that the user wants followed: a table, written by the application and read by the worker."""

from __future__ import annotations

import time
from collections.abc import Sequence

from knowledge.store import Store


def watched(store: Store) -> dict[str, str | None]:
    """The watched folders, and the collections that their documents belong to."""
    return {
        row["path"]: row["collection"] for row in store.db.execute("SELECT path, collection FROM watched ORDER BY path")
    }


def watched_projects(store: Store) -> dict[str, str]:
    """By watched folder the project that its documents belong to; those of none are left out."""
    return {
        row["path"]: row["project"] for row in store.db.execute("SELECT path, project FROM watched WHERE project <> ''")
    }


def add_watched(store: Store, folders: Sequence[str], collection: str | None, project: str | None = None) -> None:
    """Follow these folders from now on, once the worker hears of it; collection and project are for their documents,
    None: as they are."""
    with store.transaction() as db:
        db.executemany(
            "INSERT INTO watched (path, collection, project, added) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (path) DO UPDATE SET collection = coalesce(excluded.collection, collection),"
            " project = coalesce(excluded.project, project)",
            [(folder, collection, project, time.time()) for folder in folders],
        )


def remove_watched(store: Store, folders: Sequence[str]) -> int:
    """Follow these no longer; their documents stay. Returns how many of them were followed."""
    with store.transaction() as db:
        return sum(db.execute("DELETE FROM watched WHERE path = ?", (folder,)).rowcount for folder in folders)
