"""A copy of the whole memory in one file, and back.

The copy is made by SQLite's own backup, page by page, so it is one state of the store however busy the window is. It
lies in a ZIP with a note that names its schema, its size and its SHA-256. Models are not in it, nor what can be made
again: the indexes are, from the store, after it was put back. The store that was there stands beside the new one until
that one has been opened.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge.errors import BackupUnknown, DiskFull, FileMissing, FolderReadOnly, PlaceNotWritable, StoreTooNew
from knowledge.migrations import STEPS
from knowledge.store import FILE_NAME, Store

NOTE, VERSION = "backup.json", 1
DERIVED = ("chroma", "lexicon", "cache")  # folders that are made again from the store
PAGES = 2_000  # copied between two looks whether to stop
BLOCK = 1024**2  # bytes


def back_up(
    store: Store,
    path: Path,
    cancelled: Callable[[], bool] = lambda: False,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> int | None:
    """Write the backup to `path`; `tell` hears (pages done, in all). Returns its size in bytes; None, with nothing
    written, when `cancelled()`. Raises `DiskFull` or `PlaceNotWritable`."""
    copy, begun = path.with_name(f"{path.name}.copy"), path.with_name(f"{path.name}.part")

    def progress(_status: int, remaining: int, total: int) -> None:
        tell(total - remaining, total)
        if cancelled():
            raise _Cancelled

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(copy)) as target:
            target.execute("PRAGMA journal_mode = MEMORY")
            store.db.backup(target, pages=PAGES, progress=progress)
        with copy.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        note = {
            "haema": "backup",
            "version": VERSION,
            "schema": len(STEPS),
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "size": copy.stat().st_size,
            "sha256": sha256,
        }
        with zipfile.ZipFile(begun, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as package:
            package.writestr(NOTE, json.dumps(note, indent=1))
            package.write(copy, FILE_NAME)
        begun.replace(path)
        return path.stat().st_size
    except _Cancelled:
        return None
    except OSError as error:
        raise _in_words(error, path) from error
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            raise DiskFull(path=str(path)) from error
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise PlaceNotWritable(path=str(path)) from error
        raise store.in_words(error) from error
    finally:
        for rest in (copy, begun):
            if rest.exists():
                rest.unlink()


class _Cancelled(Exception):
    pass


def restore(home: Path, path: Path) -> None:
    """Put the backup at `path` in the place of the store in `home`, whose lock the caller holds.

    Nothing is changed before the backup was found whole. Raises `FileMissing`, `BackupUnknown`, `StoreTooNew`,
    `DiskFull` or `FolderReadOnly`.
    """
    new, old = home / "haema.restoring.sqlite", home / "haema.before-restore.sqlite"
    place = home / FILE_NAME
    try:
        home.mkdir(parents=True, exist_ok=True)
        _unpack(path, new)
        _check(path, new)
        _set_aside(place, old)
        new.replace(place)
        try:
            Store(home).close()  # takes the steps to this version's schema
        except BaseException:
            if old.exists():
                _without_log(place)
                old.replace(place)
            raise
        for folder in DERIVED:
            shutil.rmtree(home / folder, ignore_errors=True)
        _everything_to_index(home)
        old.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise FileMissing(path=str(path)) from error
    except OSError as error:
        full = error.errno == errno.ENOSPC
        raise (DiskFull(path=str(home)) if full else FolderReadOnly(path=str(home))) from error
    finally:
        if home.is_dir() and os.access(home, os.W_OK):
            new.unlink(missing_ok=True)


def _unpack(path: Path, new: Path) -> None:
    """The store in the backup, compared with its note."""
    try:
        with zipfile.ZipFile(path) as package:
            note = _note(package, path)
            digest, left = hashlib.sha256(), int(note["size"])
            with package.open(FILE_NAME) as source, new.open("wb") as target:
                while left >= 0 and (block := source.read(BLOCK)):
                    left -= len(block)
                    digest.update(block)
                    target.write(block)
            if left != 0 or digest.hexdigest() != note["sha256"]:
                raise BackupUnknown(path=str(path))
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise BackupUnknown(path=str(path)) from error


def _note(package: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    with package.open(NOTE) as file:
        try:
            note = json.loads(file.read(BLOCK))
        except (ValueError, RecursionError) as error:
            raise BackupUnknown(path=str(path)) from error
    if not isinstance(note, dict) or note.get("haema") != "backup" or not isinstance(note.get("size"), int):
        raise BackupUnknown(path=str(path))
    if not isinstance(note.get("schema"), int) or note["schema"] > len(STEPS):
        raise StoreTooNew(path=str(path), have=str(note.get("schema"))[:20], known=str(len(STEPS)))
    return note


def _check(path: Path, new: Path) -> None:
    """Whether it is a store at all, and a sound one; what a stranger put into the file cannot run anything."""
    try:
        with closing(sqlite3.connect(new)) as db:
            db.execute("PRAGMA trusted_schema = OFF")
            sound = [row[0] for row in db.execute("PRAGMA integrity_check(1)")] == ["ok"]
            tables = {row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    except sqlite3.Error as error:
        raise BackupUnknown(path=str(path)) from error
    if not sound or not {"conversations", "messages", "documents", "settings"} <= tables:
        raise BackupUnknown(path=str(path))


def _set_aside(place: Path, old: Path) -> None:
    """Keep what is in `place` under another name, its log written into it; a damaged one as it is."""
    if not place.exists():
        return
    try:
        with closing(sqlite3.connect(place, isolation_level=None)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error:
        pass  # damaged: that may be why it is restored
    old.unlink(missing_ok=True)
    try:
        os.link(place, old)  # so that there is a store in its place at every moment
    except OSError:
        shutil.copy2(place, old)
    _without_log(place)


def _without_log(place: Path) -> None:
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)


def _everything_to_index(home: Path) -> None:
    """The indexes are gone, and what the old outbox says with them; the worker finds all that it is to index."""
    with closing(Store(home)) as store, store.transaction() as db:
        db.execute("DELETE FROM outbox")


def _in_words(error: OSError, path: Path) -> Exception:
    return DiskFull(path=str(path)) if error.errno == errno.ENOSPC else PlaceNotWritable(path=str(path))
