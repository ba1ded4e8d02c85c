"""Forgetting documents so that nothing of them is left: not in the store, nor in its copies, caches and indexes.

Deleting a row leaves words behind in many places: the write-ahead log, free pages, index segments in which items are
only marked as deleted, the vector graph, copies of the store that a newer schema left, rendered pages. `forget` clears
what is cheap to clear at once, `scrub` writes anew what holds deleted items; it takes seconds for a large memory, and
the worker does it when it was asked to forget, or in idle time after files have changed.

A document that was removed from a watched folder must not come back with the next look at it. So a digest of its path,
of which nobody can tell the path, is kept until the file is named again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path

from knowledge.checkup import Indexes
from knowledge.index import KINDS
from knowledge.store import Store

log = logging.getLogger(__name__)

LEFT_OUT, DUE = "left_out", "scrub_due"  # names in the settings
CHECKPOINT_TRIES, CHECKPOINT_SECONDS = 40, 0.25  # another process may just be reading


# ---------------------------------------------------------------- at once


def forget(store: Store, documents: Sequence[int], *, keep_out: bool = True) -> None:
    """Delete the documents with all that belongs to them; the outbox takes their passages out of the indexes.

    `keep_out`: those in watched folders shall not come back.
    """
    if not documents:
        return
    paths = {
        row["id"]: row["path"]
        for id in documents
        for row in store.db.execute("SELECT id, path FROM documents WHERE id = ?", (id,))
    }
    with store.transaction() as db:
        if keep_out:
            _keep_out(store, [path for path in paths.values() if _is_watched(store, path)])
        db.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in documents])
        set_due(store)
    for id in documents:
        shutil.rmtree(store.home / "cache" / "pages" / str(id), ignore_errors=True)
    for copy in sorted(store.home.glob(f"{store.path.stem}.before-schema-*{store.path.suffix}")):
        _forget_in_copy(copy, paths)


def _forget_in_copy(copy: Path, paths: dict[int, str]) -> None:
    """An old schema's copy holds the same documents under the same numbers. One that cannot be opened is no use."""
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as db:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")
            db.execute("PRAGMA journal_mode = MEMORY")  # no journal on the disk that would hold the words once more
            found = [
                id
                for id, path in paths.items()
                if db.execute("SELECT 1 FROM documents WHERE id = ? AND path = ?", (id, path)).fetchone()
            ]
            if found:
                db.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in found])
                db.execute("VACUUM")
    except sqlite3.Error as error:
        log.warning("a copy of an older store cannot be read (%s) and is deleted", type(error).__name__)
        copy.unlink()


# ---------------------------------------------------------------- thoroughly


def set_due(store: Store) -> None:
    """Note that something was deleted, so that the next `scrub` has something to do."""
    with store.transaction() as db:
        db.execute("INSERT OR IGNORE INTO settings (name, value) VALUES (?, 'true')", (DUE,))


def is_due(store: Store) -> bool:
    return store.db.execute("SELECT 1 FROM settings WHERE name = ?", (DUE,)).fetchone() is not None


def scrub(store: Store, indexes: Indexes, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Write anew whatever still holds deleted items; the outbox must be empty. False when it was stopped.

    Each part is replaced at once when it is ready; recall reads the old one until then.
    """
    begin = time.monotonic()
    for kind in KINDS:
        if not indexes.lexicons[kind].scrub(stopped):
            return False
    if not indexes.dense.scrub(stopped):
        return False
    with store.transaction() as db:
        db.execute("DELETE FROM settings WHERE name = ?", (DUE,))
    settle_log(store)
    log.info("what was deleted is gone from the indexes (%.1f s)", time.monotonic() - begin)
    return True


def settle_log(store: Store) -> None:
    """Bring the write-ahead log into the database and empty it."""
    for _ in range(CHECKPOINT_TRIES):
        if not store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            return
        time.sleep(CHECKPOINT_SECONDS)
    log.warning("the store's log is in use and is emptied later")
    set_due(store)


# ---------------------------------------------------------------- not to come back


def left_out(store: Store) -> Callable[[str], bool]:
    """Whether the document at a path was removed, and has not been named again since."""
    digests = _digests(store)
    return lambda path: bool(digests) and _digest(store, path) in digests


def let_in(store: Store, paths: Iterable[str]) -> None:
    """These files were named again."""
    digests = _digests(store)
    if digests and (named := digests & {_digest(store, path) for path in paths}):
        _write(store, digests - named)


def _keep_out(store: Store, paths: Sequence[str]) -> None:
    if paths:
        _write(store, _digests(store) | {_digest(store, path) for path in paths})


def _is_watched(store: Store, path: str) -> bool:
    return any(
        path.startswith(row["path"].rstrip(os.sep) + os.sep) for row in store.db.execute("SELECT path FROM watched")
    )


def _digests(store: Store) -> set[str]:
    row = store.db.execute("SELECT value FROM settings WHERE name = ?", (LEFT_OUT,)).fetchone()
    return set(json.loads(row["value"])) if row is not None else set()


def _write(store: Store, digests: set[str]) -> None:
    with store.transaction() as db:
        db.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (LEFT_OUT, json.dumps(sorted(digests))),
        )


def _digest(store: Store, path: str) -> str:
    row = store.db.execute("SELECT value FROM settings WHERE name = 'store_id'").fetchone()
    key = (row["value"] if row is not None else "").encode()[:64]
    return hashlib.blake2b(path.encode("utf-8", "surrogateescape"), key=key, digest_size=16).hexdigest()
