"""Conversations from elsewhere into the memory: exports of ChatGPT, Claude, Open WebUI and LibreChat, and Haema's own.

What a file is shows in its records, not in its name; the ZIP as it was downloaded, the folder it was unpacked to and a
JSON file in it will all do. It is read as a stream, record by record, and each is one transaction together with the
note of how far the import has come. So its size does not matter, an import that was killed goes on where it was, and
one that is repeated stores nothing twice: conversations and messages are known by their ids.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import sqlite3
import time
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.chats import chatgpt, claude, librechat, open_webui
from knowledge.chats.archive import Archive, Part, open_archive
from knowledge.chats.json_stream import NotJson, RecordTooLarge, records
from knowledge.errors import ExportUnknown, FileMissing, FileUnreadable
from knowledge.messages import Imported
from knowledge.passages import Draft, split
from knowledge.readers.reading import NOT_ALLOWED, TOO_LARGE, Section
from knowledge.returning import Returning
from knowledge.store import Store
from knowledge.threads import Arrivals, Split

log = logging.getLogger(__name__)

THREADS = (chatgpt.thread, claude.thread, open_webui.thread, librechat.thread)
WRAPPED = ("conversations", "chats", "data")  # keys under which a single object may hold the records
BLOCK = 256 * 1024  # bytes
CHARACTERS_PER_TOKEN, TOKENS = 4, 200  # of passages, where no tokenizer counts

_BROKEN = (NotJson, RecordTooLarge, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


def by_length(text: str) -> list[Draft]:
    """A text's passages, its tokens estimated from its length."""
    return split([Section(text)], lambda words: len(words) // CHARACTERS_PER_TOKEN, TOKENS)


def import_conversations(
    path: Path,
    store: Store,
    cancelled: Callable[[], bool],
    *,
    project: str | None = None,
    passages: Split = by_length,
) -> Generator[tuple[int, int], None, Imported]:
    """Store what the export holds, record by record; yields (bytes read, bytes in all) after each.

    `project`: what all of it is to belong to. Returns what was stored, also when `cancelled()` ended it early. Raises
    `FileMissing`, `FileUnreadable` (no permission, or unpacking beyond all measure) or `ExportUnknown`; what was stored
    before stays, and the next import of the same file goes on from there.
    """
    with _in_words(path), open_archive(path) as archive:
        arrivals = Arrivals(passages, archive.picture, project)
        reading = _Reading(path, store, archive, arrivals, Returning(arrivals, archive.picture), cancelled)
        digest = _digest(path, project, cancelled)
        if digest is None:
            return _imported(arrivals)
        reading.begin(digest)
        yield from reading.run()
        if not cancelled():
            if not reading.known:
                raise ExportUnknown(path=str(path))
            reading.finish()
    return _imported(arrivals)


class _Reading:
    """The reading of one export; `known` counts the records that were recognised."""

    def __init__(
        self,
        path: Path,
        store: Store,
        archive: Archive,
        arrivals: Arrivals,
        returning: Returning,
        cancelled: Callable[[], bool],
    ) -> None:
        self._path, self._store, self._archive, self._cancelled = path, store, archive, cancelled
        self._arrivals, self._returning = arrivals, returning
        self._digest = ""
        self._total = max(1, sum(part.size for part in archive.parts))
        self._bytes = self._place = self._since = 0
        self.known = 0

    def begin(self, digest: str) -> None:
        """Go on where an earlier import of the same file ended before its end."""
        self._digest = digest
        row = self._store.db.execute("SELECT place, finished FROM imports WHERE digest = ?", (digest,)).fetchone()
        self._since = row["place"] if row is not None and row["finished"] is None else 0

    def finish(self) -> None:
        with self._store.transaction() as db:
            self._note(db, time.time())

    def run(self) -> Iterator[tuple[int, int]]:
        for part in self._archive.parts:
            before = self._bytes
            try:
                with part.open() as file:
                    for record in records(file, self._count):
                        if self._cancelled():
                            return
                        self._take(part, record)
                        yield max(1, min(self._bytes, self._total)), self._total
            except _BROKEN as error:
                if part.holds_conversations or len(self._archive.parts) == 1:
                    raise
                log.info("a part of the export cannot be read (%s)", type(error).__name__)
                self._arrivals.left_out["unreadable"] += 1
            self._bytes = before + part.size

    def _count(self, count: int) -> None:
        self._bytes += count

    def _take(self, part: Part, record: object) -> None:
        """Store one record, with the note that it is done; those that an earlier import stored are passed over."""
        if isinstance(record, dict) and len(record) <= 3:
            for key in WRAPPED:
                if isinstance(record.get(key), list):
                    for inner in record[key]:
                        self._take(part, inner)
                    return
        if not isinstance(record, dict) or not (store := self._storing(record)):
            return
        self.known += 1
        self._place += 1
        if self._place <= self._since:
            return
        with self._store.transaction() as db:
            store(db)
            self._note(db, None)

    def _storing(self, record: dict[str, Any]) -> Callable[[sqlite3.Connection], None] | None:
        """What is to be done with a record; None for one that is unknown."""
        arrivals = self._arrivals
        if (own := self._returning.storing(record)) is not None:
            return own
        for read in THREADS:
            if (thread := read(record)) is not None:
                return lambda db: arrivals.take(thread, db)
        if (project := claude.project(record)) is not None:
            return lambda db: arrivals.take_project(claude.PROGRAM, project, db)
        if (notes := claude.notes(record)) is not None:
            account = str(record.get("account_uuid") or "account")
            return lambda db: arrivals.take_notes(claude.PROGRAM, notes, account, db)
        return None

    def _note(self, db: sqlite3.Connection, finished: float | None) -> None:
        db.execute(
            "INSERT INTO imports (digest, place, finished) VALUES (?, ?, ?)"
            " ON CONFLICT (digest) DO UPDATE SET place = excluded.place, finished = excluded.finished",
            (self._digest, self._place, finished),
        )


def _digest(path: Path, project: str | None, cancelled: Callable[[], bool]) -> str | None:
    """What an import is known by when it is taken up again; None when it was cancelled. Of a folder, its files' names,
    sizes and times."""
    digest = hashlib.sha256((project or "").encode())
    if path.is_dir():
        for place, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                about = (Path(place) / name).lstat()
                digest.update(
                    f"{place}/{name}\0{about.st_size}\0{about.st_mtime_ns}\0".encode("utf-8", "surrogateescape")
                )
        return digest.hexdigest()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if cancelled():
                return None
            digest.update(block)
    return digest.hexdigest()


def _imported(arrivals: Arrivals) -> Imported:
    return Imported(
        arrivals.conversations,
        arrivals.messages,
        arrivals.known,
        arrivals.documents,
        arrivals.facts,
        tuple(sorted(arrivals.left_out.items())),
    )


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(path=str(path)) from error
    except (PermissionError, IsADirectoryError) as error:
        raise FileUnreadable(path=str(path), reason=NOT_ALLOWED) from error
    except RecordTooLarge as error:
        raise FileUnreadable(path=str(path), reason=TOO_LARGE) from error
    except _BROKEN as error:
        raise ExportUnknown(path=str(path)) from error


# ---------------------------------------------------------------- before it is opened


_NAMES = re.compile(r"(?:^|/)(?:conversations(?:-\d+)?|haema)\.json$")
_SIGNS = re.compile(
    rb'"mapping"\s*:\s*\{|"chat_messages"\s*:\s*\[|"currentId"\s*:|"isCreatedByUser"\s*:|^\s*\[?\s*\{\s*"haema"\s*:\s*"'
)
_HEAD = 64 * 1024  # bytes


def looks_like_export(path: Path) -> bool:
    """Whether `path` is probably an export, by the names in a ZIP or a folder, or by a JSON file's beginning."""
    try:
        if path.is_dir():
            return any(_NAMES.search(file.name) for file in path.glob("*.json"))
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as package:
                return any(_NAMES.search(name) for name in package.namelist())
        if path.suffix.lower() == ".json":
            with path.open("rb") as file:
                return _SIGNS.search(file.read(_HEAD)) is not None
    except (OSError, zipfile.BadZipFile, NotImplementedError):
        return False
    return False
