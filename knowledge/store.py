"""The SQLite store: the truth of the data folder, shared by the window's process and the knowledge worker.

One `Store` serves all threads of a process: each thread gets its own connection. Writes go through
`transaction()`, which turns a full disk or a read-only folder into a sentence and rolls back.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import DiskFull, FolderReadOnly, KnowledgeError, StoreBusy, StoreDamaged, StoreTooNew
from knowledge.migrations import STEPS

FILE_NAME = "haema.sqlite"
BUSY_SECONDS = 30.0  # how long a writer waits for the other process's commit


class Store:
    """The database of one data folder, migrated to this version's schema.

    Raises `FolderReadOnly`, `DiskFull`, `StoreTooNew` or `StoreDamaged`.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.path = home / FILE_NAME
        self._threads = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        try:
            home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self.in_words(error) from error
        if not os.access(home, os.W_OK) or (self.path.exists() and not os.access(self.path, os.W_OK)):
            raise FolderReadOnly(path=str(home))
        try:
            migrate(self.db, self.path)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise self.in_words(error) from error
        except KnowledgeError:
            self.close()
            raise

    @property
    def db(self) -> sqlite3.Connection:
        """This thread's connection, for reading; write inside `transaction()`."""
        db: sqlite3.Connection | None = getattr(self._threads, "db", None)
        if db is None:
            db = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # a message once shown survives a power cut
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA secure_delete = ON")  # what is forgotten is overwritten
            self._threads.db = db
            with self._guard:
                self._open.append(db)
        return db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One atomic write; a transaction inside a transaction joins it."""
        db = self.db
        if db.in_transaction:
            yield db
            return
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        except BaseException as error:
            if db.in_transaction:
                db.execute("ROLLBACK")
            if isinstance(error, sqlite3.Error | OSError):
                raise self.in_words(error) from error
            raise

    def close(self) -> None:
        """Close the connections of all threads; none of them may be in use."""
        with self._guard:
            for db in self._open:
                db.close()
            self._open.clear()
        self._threads = threading.local()

    def in_words(self, error: sqlite3.Error | OSError) -> Exception:
        """What a failed write into the data folder means for the user; `error` itself where it is a bug of ours."""
        if isinstance(error, OSError):
            return DiskFull(path=str(self.home)) if error.errno == errno.ENOSPC else FolderReadOnly(path=str(self.home))
        # Python 3.11's `sqlite_errorcode` holds SQLite's extended result code; its low byte is the primary one
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_FULL:
                return DiskFull(path=str(self.home))
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
                return FolderReadOnly(path=str(self.home))
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreBusy(path=str(self.path))
            case sqlite3.SQLITE_IOERR if self._disk_is_full():
                return DiskFull(path=str(self.home))
            case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_IOERR:
                return StoreDamaged(path=str(self.path), reason=str(error))
            case _:
                return error  # a constraint or a wrong statement: our bug, to be seen as one

    def _disk_is_full(self) -> bool:
        return shutil.disk_usage(self.home).free < 1_000_000


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Take the steps this store has not taken, all in one transaction, after a backup beside it."""
    have = _version(db)
    if have > len(STEPS):
        raise StoreTooNew(path=str(path.parent), have=str(have), known=str(len(STEPS)))
    if have == len(STEPS):
        return
    if have:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy2(path, path.with_name(f"{path.stem}.before-schema-{len(STEPS)}{path.suffix}"))
    db.execute("BEGIN IMMEDIATE")
    try:
        for number, step in enumerate(STEPS[_version(db) :], start=_version(db) + 1):
            for statement in _statements(step):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> Iterator[str]:
    """The script's statements one by one: `executescript` would commit the transaction around them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
