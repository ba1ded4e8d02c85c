"""The documents of the memory: which files there are, what they say, and what changed since they were read.

`Library.index_paths` finds the files, notes in the store that they wait, reads those that are new or changed, and
commits the passages of each in one transaction; triggers tell the outbox, and the indexer does the rest. A passage that
says the same as before keeps its number, so only what has changed is told. A reading is announced in the store before
it begins, so that a file that kills the process is known by name afterwards; and what still waits when the process is
gone is taken up by `index_waiting`.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
import unicodedata
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.errors import FileEmpty, FileMissing, FileTooHarmful, FileTypeUnknown, FileUnreadable, KnowledgeError
from knowledge.messages import FileStatus
from knowledge.passages import Draft, opening, split
from knowledge.readers import SUFFIXES, Section, Whole, read
from knowledge.readers.reading import BAD_NAME, NOT_A_FILE, NOT_ALLOWED
from knowledge.readers.sandbox import Cancelled
from knowledge.store import Store

NOT_DOCUMENTS = frozenset(("node_modules", "__pycache__", "__MACOSX"))  # folders that programs fill for themselves
QUEUED_AT_ONCE = 2_000  # files in one transaction
DEADLY = 2  # readings begun and not finished, after which a file is not read again


@dataclass(frozen=True, slots=True)
class LibraryStep:
    """News of one file. First "reading", for files that are read at all; then "indexed", "unchanged" or "refused".

    `passages` is what the store now holds of the file. `error` is why it was refused; or, with "indexed", what of it
    could not be read though the rest was. `done` counts the files that are through, of `total`; `size` is the
    file's, and `left` that of all files after it, in bytes.
    """

    path: str
    document: int | None
    status: FileStatus
    passages: int
    error: KnowledgeError | None
    done: int
    total: int
    size: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    id: int
    path: str
    collection: str | None
    title: str | None
    size: int | None  # bytes
    modified: float | None  # Unix seconds, of the file
    status: Literal["waiting", "reading", "indexed", "refused"]
    reason: str | None  # why it was refused; or, when indexed, what of it could not be read
    added: float
    author: str | None  # what the document says about itself, as the next three; dates in ISO 8601
    created: str | None
    changed: str | None
    language: str | None
    passages: int


@dataclass(frozen=True, slots=True)
class Passage:
    id: int
    ordinal: int
    text: str
    page: int | None
    heading: str | None
    start: int


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was found, as it was then; or why there is nothing to read at this path."""

    path: str
    size: int = 0
    modified: float = 0.0
    error: KnowledgeError | None = None


class Library:
    """Reads files into the store. `count_tokens` counts as the embedder does, without opening and closing tokens.

    `read_file` reads one file, in this process or, as a `Sandbox` does, in another; it may raise `Cancelled`. `apart`:
    in another one, so that a file that kills its reader does not kill this process, and what does is not its fault.
    """

    def __init__(
        self,
        store: Store,
        count_tokens: Callable[[str], int],
        passage_tokens: int,
        read_file: Callable[[Path, Callable[[], bool]], Whole] = lambda path, cancelled: read(path),
        *,
        apart: bool = False,
    ) -> None:
        self._store, self._count_tokens, self._passage_tokens = store, count_tokens, passage_tokens
        self._read_file, self._apart = read_file, apart

    # ------------------------------------------------------------ what there is

    def documents(self) -> list[Document]:
        """All documents by path, those that were refused included."""
        return documents(self._store)

    def document(self, id: int) -> Document | None:
        row = self._store.db.execute(f"{_DOCUMENTS} WHERE id = ?", (id,)).fetchone()
        return Document(**dict(row)) if row is not None else None

    def passages(self, document: int) -> list[Passage]:
        """The document's passages in reading order."""
        rows = self._store.db.execute(
            "SELECT id, ordinal, text, page, heading, start FROM passages WHERE document = ? ORDER BY ordinal",
            (document,),
        )
        return [Passage(**dict(row)) for row in rows]

    def remove(self, document: int) -> bool:
        """Forget the document and its passages; the outbox takes them out of the indexes. False when it was unknown."""
        with self._store.transaction() as db:
            return db.execute("DELETE FROM documents WHERE id = ?", (document,)).rowcount > 0

    # ------------------------------------------------------------ reading

    def index_paths(
        self,
        paths: Sequence[str],
        collection: str | None,
        cancelled: Callable[[], bool],
        leave_out: Callable[[str], bool] = lambda path: False,
        project: str | None = None,
    ) -> Generator[LibraryStep, None, None]:
        """Read the files at `paths`, and those in the folders at `paths`, as far as they are not known already.

        They come into the collection and belong to the project from now on; None: they stay where they are.
        What cannot be read is refused with its error in the step, and never ends the whole. Raises only what
        concerns the store (`DiskFull`, `FolderReadOnly`, `StoreDamaged`). Ends early, without a step for the file
        in hand, when `cancelled()` turns true: what still waits then is no longer meant to be read. Files that are
        gone are left alone.
        """
        found = (file for file in _find(paths, self._store.home, cancelled) if not leave_out(file.path))
        files = self._in_order(found)
        self._queue(files, collection, project)
        finished = False
        try:
            finished = yield from self._read_all(files, collection, cancelled)
        finally:
            if not finished:
                self._unqueue(files)

    def waiting(self) -> int:
        """How many files wait to be read, because a process or a program ended on the way to them."""
        return int(
            self._store.db.execute("SELECT count(*) FROM documents WHERE status IN ('waiting', 'reading')").fetchone()[
                0
            ]
        )

    def index_waiting(self, cancelled: Callable[[], bool]) -> Generator[LibraryStep, None, None]:
        """Read the files that wait. Ends early when `cancelled()` turns true; the others go on waiting."""
        rows = self._store.db.execute("SELECT path FROM documents WHERE status IN ('waiting', 'reading')").fetchall()
        files = self._in_order(_look_at(row["path"]) for row in rows)
        for step in self._read_all(files, None, cancelled):
            if isinstance(step.error, FileMissing):
                self._unqueue([_File(step.path)])
            yield step

    def under(self, path: str) -> dict[int, str]:
        """The documents at `path`, or in the folder of that name, and their paths."""
        return under(self._store, path)

    def _in_order(self, files: Iterable[_File]) -> list[_File]:
        """Small ones first, so that much can soon be asked for; and last those at which a process ended: the others
        shall not wait for them once more, nor they be in hand again when someone ends the process early."""
        rows = self._store.db.execute("SELECT path FROM documents WHERE attempts > 0 OR status = 'reading'")
        met = {row["path"] for row in rows}
        return sorted(files, key=lambda file: (file.path in met, file.size))

    def _queue(self, files: Sequence[_File], collection: str | None, project: str | None) -> None:
        """Note that files wait to be read, so that they are even if this process should not live to do it."""
        now = time.time()
        for at in range(0, len(files), QUEUED_AT_ONCE):
            with _survives_a_crash_only(self._store), self._store.transaction() as db:
                db.executemany(
                    "INSERT INTO documents (path, collection, size, modified, status, added)"
                    " VALUES (?, ?, ?, ?, 'waiting', ?)"
                    " ON CONFLICT (path) DO UPDATE SET status = 'waiting'"
                    " WHERE status = 'indexed' AND (size IS NOT excluded.size OR modified IS NOT excluded.modified)",
                    [
                        (file.path, collection, file.size, file.modified, now)
                        for file in files[at : at + QUEUED_AT_ONCE]
                        if file.error is None
                    ],
                )
                if project is not None:  # before a word of them can be recalled
                    places = [(project, file.path) for file in files[at : at + QUEUED_AT_ONCE]]
                    db.executemany("UPDATE documents SET project = ? WHERE path = ?", places)

    def _unqueue(self, files: Sequence[_File]) -> None:
        """Let files wait no longer: new ones are forgotten again, changed ones keep what was read of them before."""
        for at in range(0, len(files), QUEUED_AT_ONCE):
            paths = [(file.path,) for file in files[at : at + QUEUED_AT_ONCE]]
            with _survives_a_crash_only(self._store), self._store.transaction() as db:
                db.executemany(
                    "UPDATE documents SET status = 'indexed' WHERE path = ? AND status = 'waiting'"
                    " AND EXISTS (SELECT 1 FROM passages WHERE document = documents.id)",
                    paths,
                )
                db.executemany("DELETE FROM documents WHERE path = ? AND status = 'waiting'", paths)

    def _read_all(
        self, files: Sequence[_File], collection: str | None, cancelled: Callable[[], bool]
    ) -> Generator[LibraryStep, None, bool]:
        """Returns whether it came to the end, and was not cancelled."""
        left, total = sum(file.size for file in files), len(files)
        for done, file in enumerate(files, start=1):
            if cancelled():
                return False
            left -= file.size
            if file.error is not None:
                yield LibraryStep(file.path, None, "refused", 0, file.error, done, total, file.size, left)
                continue
            document: int | None = None
            try:
                known = self._known(file, collection)
                if known is None:
                    yield LibraryStep(file.path, None, "reading", 0, None, done - 1, total, file.size, left)
                    sha256 = _hash(file.path)
                    known = self._known_by_content(file, sha256, collection)
                if known is not None:
                    passages = self._size(known)
                    yield LibraryStep(file.path, known, "unchanged", passages, None, done, total, file.size, left)
                    continue
                document = self._begin(file, sha256, collection)
                notes = self._read(document, file, cancelled)
                if notes is None:
                    return False
                note = notes[0] if notes else None
                passages = self._size(document)
                yield LibraryStep(file.path, document, "indexed", passages, note, done, total, file.size, left)
            except (FileMissing, FileUnreadable, FileEmpty, FileTooHarmful) as error:
                yield LibraryStep(file.path, document, "refused", 0, error, done, total, file.size, left)
        return True

    def _known(self, file: _File, collection: str | None) -> int | None:
        """The document, when size and time say that the file is as it was read."""
        row = self._store.db.execute(
            "SELECT id, collection FROM documents WHERE path = ? AND size = ? AND modified = ? AND status = 'indexed'",
            (file.path, file.size, file.modified),
        ).fetchone()
        if row is None:
            return None
        if collection is not None and row["collection"] != collection:
            with self._store.transaction() as db:
                db.execute("UPDATE documents SET collection = ? WHERE id = ?", (collection, row["id"]))
        return int(row["id"])

    def _known_by_content(self, file: _File, sha256: str, collection: str | None) -> int | None:
        """The document with this content: at this path, or at one where there is no file any more (it was renamed)."""
        db = self._store.db
        here = db.execute("SELECT id, sha256, status, project FROM documents WHERE path = ?", (file.path,)).fetchone()
        if here is not None and here["sha256"] is not None:
            found = here["id"] if here["status"] in _READ and here["sha256"] == sha256 else None
        else:
            same = db.execute("SELECT id, path FROM documents WHERE sha256 = ? AND status = 'indexed'", (sha256,))
            found = next((row["id"] for row in same.fetchall() if not is_there(row["path"])), None)
        if found is not None:
            with self._store.transaction():
                if here is not None and here["id"] != found:  # it only waited to be read
                    db.execute("DELETE FROM documents WHERE id = ?", (here["id"],))
                db.execute(
                    "UPDATE documents SET path = ?, size = ?, modified = ?, collection = coalesce(?, collection),"
                    " project = coalesce(?, project), status = 'indexed', attempts = 0 WHERE id = ?",
                    (file.path, file.size, file.modified, collection, here["project"] if here else None, found),
                )
        return found

    def _begin(self, file: _File, sha256: str, collection: str | None) -> int:
        """Note that a reading begins, and commit it. Raises `FileTooHarmful` when earlier ones killed the process.

        A reading apart counts only from when the text is there (`_take_in`).
        """
        with _survives_a_crash_only(self._store), self._store.transaction() as db:
            row = db.execute("SELECT id, sha256, attempts FROM documents WHERE path = ?", (file.path,)).fetchone()
            attempts = row["attempts"] if row is not None and row["sha256"] == sha256 else 0
            if attempts < DEADLY:
                return int(
                    db.execute(
                        "INSERT INTO documents (path, collection, sha256, size, modified, status, attempts, added)"
                        " VALUES (?, ?, ?, ?, ?, 'reading', ?, ?)"
                        " ON CONFLICT (path) DO UPDATE SET collection = coalesce(excluded.collection, collection),"
                        " sha256 = excluded.sha256, size = excluded.size, modified = excluded.modified,"
                        " status = excluded.status, attempts = excluded.attempts"
                        " RETURNING id",
                        (
                            file.path,
                            collection,
                            sha256,
                            file.size,
                            file.modified,
                            attempts + (not self._apart),
                            time.time(),
                        ),
                    ).fetchone()[0]
                )
        error = FileTooHarmful(path=file.path)
        self._refuse(row["id"], error, attempts=attempts)
        raise error

    def _read(self, document: int, file: _File, cancelled: Callable[[], bool]) -> list[KnowledgeError] | None:
        """Read, split and store the file; returns what of it could not be read, and None when it was cancelled.

        On any error the reading counts as finished.
        """
        try:
            reading = self._read_file(Path(file.path), cancelled)
            sections: list[Section] = []
            for section in reading.sections:
                if cancelled():
                    self._put_back(document)
                    return None
                sections.append(section)
            if self._apart:
                self._take_in(document)
            before = self.passages(document)
            known = [passage.text for passage in before]
            drafts = split(sections, self._count_tokens, self._passage_tokens, known)
            title = reading.title or next((section.heading for section in sections if section.heading), None)
            self._write(document, title, reading, before, drafts)
        except Cancelled:
            self._put_back(document)
            return None
        except (FileUnreadable, FileEmpty) as error:
            if error.facts.get("reason") == NOT_ALLOWED:  # a program that holds it now will let go of it
                self._put_back(document)
            else:
                self._refuse(document, error)
            raise
        except BaseException:
            self._put_back(document)
            raise
        return reading.notes

    def _take_in(self, document: int) -> None:
        """Note that this process begins to work on the text that another one read."""
        with _survives_a_crash_only(self._store), self._store.transaction() as db:
            db.execute("UPDATE documents SET attempts = attempts + 1 WHERE id = ?", (document,))

    def _write(
        self, document: int, title: str | None, reading: Whole, before: Sequence[Passage], drafts: Sequence[Draft]
    ) -> None:
        """Store the passages. One that says the same as an earlier one is that one, wherever it now stands."""
        details = reading.details
        same: dict[tuple[str, str | None], list[Passage]] = {}
        for passage in reversed(before):
            same.setdefault((passage.text, passage.heading), []).append(passage)
        kept: list[tuple[Passage, Draft]] = []
        new: list[Draft] = []
        for draft in drafts:
            if earlier := same.get((draft.text, draft.heading)):
                kept.append((earlier.pop(), draft))
            else:
                new.append(draft)
        moved = [
            (draft.ordinal, draft.page, draft.start, passage.id)
            for passage, draft in kept
            if (draft.ordinal, draft.page, draft.start) != (passage.ordinal, passage.page, passage.start)
        ]
        with self._store.transaction() as db:
            gone = {passage.id for passage in before} - {passage.id for passage, _ in kept}
            db.executemany("DELETE FROM passages WHERE id = ?", [(id,) for id in gone])
            # In two steps: two passages of a document never have the same place, not even for a moment.
            db.executemany("UPDATE passages SET ordinal = -1 - ordinal WHERE id = ?", [(id,) for *_, id in moved])
            db.executemany("UPDATE passages SET ordinal = ?, page = ?, start = ? WHERE id = ?", moved)
            db.executemany(
                "INSERT INTO passages (document, ordinal, text, page, heading, start) VALUES (?, ?, ?, ?, ?, ?)",
                [(document, draft.ordinal, draft.text, draft.page, draft.heading, draft.start) for draft in new],
            )
            if kept and opening(before[0].text) != opening(drafts[0].text):  # every passage is found by it
                add = "INSERT INTO outbox (kind, item, change) VALUES ('passage', ?, 'add')"
                db.executemany(add, [(passage.id,) for passage, _ in kept])
            db.execute(
                "UPDATE documents SET status = 'indexed', title = ?, reason = ?, attempts = 0,"
                " author = ?, created = ?, changed = ?, language = ? WHERE id = ?",
                (
                    title,
                    " ".join(map(str, reading.notes)) or None,
                    details.author,
                    details.created,
                    details.changed,
                    details.language,
                    document,
                ),
            )

    def _refuse(self, document: int, error: KnowledgeError, attempts: int = 0) -> None:
        """Keep the reason, and nothing of what an earlier version of the file said."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM passages WHERE document = ?", (document,))
            db.execute(
                "UPDATE documents SET status = 'refused', reason = ?, attempts = ? WHERE id = ?",
                (str(error), attempts, document),
            )

    def _put_back(self, document: int) -> None:
        """The file waits to be read, and is not to blame; passages of an earlier reading stay."""
        with self._store.transaction() as db:
            db.execute(f"{_PUT_BACK} WHERE id = ?", (document,))

    def _size(self, document: int) -> int:
        return int(
            self._store.db.execute("SELECT count(*) FROM passages WHERE document = ?", (document,)).fetchone()[0]
        )


def documents(store: Store) -> list[Document]:
    """All documents by path, those that were refused or wait to be read included."""
    return [Document(**dict(row)) for row in store.db.execute(f"{_DOCUMENTS} ORDER BY path")]


def under(store: Store, path: str) -> dict[int, str]:
    """The documents at `path`, or in the folder of that name, and their paths."""
    inside = path.rstrip(os.sep) + os.sep
    rows = store.db.execute(
        "SELECT id, path FROM documents WHERE path = ? OR substr(path, 1, ?) = ? ORDER BY path",
        (path, len(inside), inside),
    )
    return {row["id"]: row["path"] for row in rows}


def excuse(store: Store) -> None:
    """To be called before a process that may be reading is ended on purpose: that is not the file's fault."""
    with store.transaction() as db:
        db.execute(f"{_PUT_BACK} WHERE status = 'reading'")


@contextmanager
def _survives_a_crash_only(store: Store) -> Iterator[None]:
    """Commits that outlive this process, but perhaps not a power cut, and so need not wait for the disk."""
    before = store.db.execute("PRAGMA synchronous").fetchone()[0]
    store.db.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        store.db.execute(f"PRAGMA synchronous = {before:d}")


_READ = ("indexed", "waiting")  # statuses of a document whose content, if it is known, is the one that was read
# What was noted of the file when its reading began is not what the passages were read from.
_PUT_BACK = "UPDATE documents SET status = 'waiting', attempts = 0, sha256 = NULL, size = NULL, modified = NULL"

_DOCUMENTS = (
    "SELECT id, path, collection, title, size, modified, status, reason, added, author, created, changed, language,"
    " (SELECT count(*) FROM passages WHERE document = documents.id) AS passages FROM documents"
)


def _find(paths: Sequence[str], home: Path, cancelled: Callable[[], bool]) -> Iterator[_File]:
    """The files at and below `paths`, each once however many ways lead to it; none of our own data folder's."""
    seen: set[str] = {os.path.realpath(home)}
    for path in paths:
        given = os.path.abspath(path)  # noqa: PTH100 - `resolve` would follow links, and show other names
        if not os.path.lexists(given):
            yield _File(given, error=FileMissing(path=_printable(given)))
        elif Path(given).is_dir():
            yield from _find_in(given, seen, cancelled)
        elif _first_time(given, seen):
            yield _look_at(given)


def _find_in(folder: str, seen: set[str], cancelled: Callable[[], bool]) -> Iterator[_File]:
    """Folders and links to folders are entered once each, so that links in a circle come to an end."""
    waiting = [folder]
    while waiting and not cancelled():
        folder = waiting.pop()
        if not _first_time(folder, seen):
            continue
        try:
            with os.scandir(folder) as entries:
                inside = sorted(entries, key=lambda entry: entry.name)
        except OSError:
            yield _File(folder, error=FileUnreadable(path=_printable(folder), reason=NOT_ALLOWED))
            continue
        for entry in inside:
            if _is_hidden(entry):
                continue
            if entry.is_dir():
                if entry.name not in NOT_DOCUMENTS:
                    waiting.append(entry.path)
            elif _first_time(entry.path, seen):
                yield _look_at(entry.path)


def _first_time(path: str, seen: set[str]) -> bool:
    real = os.path.realpath(path)
    if real in seen:
        return False
    seen.add(real)
    return True


def _is_hidden(entry: os.DirEntry[str]) -> bool:
    """By its name, by Windows' attribute, or as the lock file that an office program puts beside an open document."""
    if entry.name.startswith((".", "~$")):
        return True
    try:
        attributes = getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0)
    except OSError:
        return False
    return bool(attributes & stat.FILE_ATTRIBUTE_HIDDEN)


def _look_at(path: str) -> _File:
    name = _printable(path)
    if name != path:
        return _File(name, error=FileUnreadable(path=name, reason=BAD_NAME))
    if Path(path).suffix.lower() not in SUFFIXES:
        return _File(path, error=FileTypeUnknown(path=path))
    try:
        found = Path(path).stat()
    except FileNotFoundError:  # a link to nothing
        return _File(path, error=FileMissing(path=path))
    except OSError:
        return _File(path, error=FileUnreadable(path=path, reason=NOT_ALLOWED))
    if not stat.S_ISREG(found.st_mode):
        return _File(path, error=FileUnreadable(path=path, reason=NOT_A_FILE))
    return _File(path, found.st_size, found.st_mtime)


def is_there(path: str) -> bool:
    """Whether there is a file of just this name: where capitals do not count, a renamed one answers to its old name."""
    if not os.path.lexists(path):
        return False
    try:
        names = os.listdir(os.path.dirname(path))  # noqa: PTH120, PTH208 - as text, as it was stored
    except OSError:
        return True
    name = unicodedata.normalize("NFC", os.path.basename(path))  # noqa: PTH119
    return any(unicodedata.normalize("NFC", other) == name for other in names)


def _printable(path: str) -> str:
    """The path in characters that can be stored and shown: a name on Linux may be any bytes."""
    return path.encode("utf-8", "replace").decode("utf-8")


def _hash(path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise FileMissing(path=path) from error
    except OSError as error:
        raise FileUnreadable(path=path, reason=NOT_ALLOWED) from error
