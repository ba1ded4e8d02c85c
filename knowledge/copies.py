"""The copies that newer schemas, or restoring a backup, made of the store, and how what is forgotten leaves them too.

They hold the same rows under the same numbers, and whatever was said or read before the copy was made. What is to leave
them is noted in the transaction that deletes it, and cleared right after it; or with the next scrub, should the process
end in between.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from knowledge.remains import note, noted
from knowledge.store import Store
from knowledge.unsaying import Said, delete_said, said

log = logging.getLogger(__name__)

COPIES_DUE = "copies_due"  # name in the settings


def note_for_copies(
    store: Store,
    gone: Said | None = None,
    documents: Mapping[int, str] | None = None,
) -> None:
    """These are to leave the copies too; documents by number, with their paths. Inside a transaction."""
    if not (gone or documents) or not copies(store):
        return
    due = noted(store, COPIES_DUE) or {"messages": [], "facts": [], "conversations": [], "documents": []}
    if gone is not None:
        due["messages"] += gone.messages
        due["facts"] += gone.facts
        due["conversations"] += gone.conversations
    due["documents"] += [[id, path] for id, path in (documents or {}).items()]
    note(store, COPIES_DUE, due)


def clear_copies(store: Store) -> None:
    """Take from the copies what was noted. One that cannot be opened is no use, and goes."""
    due = noted(store, COPIES_DUE)
    if due is None:
        return
    for copy in copies(store):
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as db:
                db.row_factory = sqlite3.Row
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("PRAGMA secure_delete = ON")
                db.execute("PRAGMA journal_mode = MEMORY")  # no journal on the disk that would hold the words once more
                before = db.total_changes
                db.execute("BEGIN")
                delete_said(db, said(db, due["messages"], due["facts"], due["conversations"]))
                db.executemany("DELETE FROM documents WHERE id = ? AND path = ?", due["documents"])
                db.execute("COMMIT")
                if db.total_changes != before:
                    db.execute("VACUUM")
        except sqlite3.Error as error:
            log.warning("a copy of an older store cannot be read (%s) and is deleted", type(error).__name__)
            copy.unlink()
    note(store, COPIES_DUE, None)


def copies(store: Store) -> list[Path]:
    return sorted(store.home.glob(f"{store.path.stem}.before-*{store.path.suffix}"))
