"""Opens the derived indexes, and makes them agree with the store.

Each index folder carries a marker that names the format and the store it belongs to; it is written only after the
outbox holds every item, so a folder without its marker is built anew. What is missing or too much in a sound index goes
through the outbox as well: one road for all repairs, and a crash on it loses nothing. Only Chroma's collections depend
on the embedder; another one's stand beside them in the same folder.
"""

from __future__ import annotations

import copy
import json
import logging
import shutil
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from knowledge import index
from knowledge.errors import IndexServerUnreachable, KnowledgeError
from knowledge.index import KINDS, Index, Kind
from knowledge.lexicon import Lexicon
from knowledge.store import Store
from knowledge.turns import RECALLABLE

log = logging.getLogger(__name__)

T = TypeVar("T")

MARKER = "haema.json"
# Of the folders' contents; raise it when they change, and they are rebuilt.
FORMATS = {"chroma": 3, "lexicon": 2}
FOLDERS: dict[Kind, str] = {"message": "messages", "passage": "documents", "fact": "facts", "episode": "episodes"}
BM25: dict[Kind, tuple[float, float]] = {  # k1, b
    "message": (0.9, 0.4),
    "passage": (1.2, 0.75),
    "fact": (0.9, 0.4),
    "episode": (0.9, 0.4),
}
ITEMS: dict[Kind, str] = {
    "message": f"SELECT id FROM messages WHERE {RECALLABLE}",
    "passage": "SELECT id FROM passages",
    "fact": "SELECT id FROM facts WHERE state = 'kept'",
    "episode": "SELECT id FROM episodes",
}


class Indexes:
    """The open indexes of one store and embedder. `repaired` says, in a line each, what had to be mended."""

    def __init__(self, store: Store, fingerprint: str) -> None:
        self._store, self._fingerprint = store, fingerprint
        self.repaired: list[str] = []
        self.dense = self._open_dense()
        self.lexicons = {kind: self._open_lexicon(kind) for kind in KINDS}
        self._compare()

    # ------------------------------------------------------------ another embedder's

    def beside(self, fingerprint: str) -> Index:
        """The collections of another embedder, in the same folder; empty ones where there are none yet."""
        return self._index(fingerprint)

    def with_dense(self, dense: Index, fingerprint: str) -> Indexes:
        """These indexes with another embedder's vectors; who still reads from these is not disturbed."""
        other = copy.copy(self)
        vars(other).update(dense=dense, _fingerprint=fingerprint)
        return other

    def drop_others(self, fingerprints: Sequence[str] = ()) -> int:
        """Remove the vectors of all embedders but the one in use and those given; returns in how many collections."""
        return self.dense.drop_others((self._fingerprint, *fingerprints))

    # ------------------------------------------------------------ agreement

    def missing(self, kind: Kind, dense: Index) -> set[int]:
        """What of the store is not in `dense`."""
        return {row[0] for row in self._store.db.execute(ITEMS[kind])} - dense.items(kind)

    def count(self) -> int:
        """How many items of the store can be recalled once all are indexed."""
        return sum(self._store.db.execute(f"SELECT count(*) FROM ({ITEMS[kind]})").fetchone()[0] for kind in KINDS)

    def check(self) -> None:
        """Reopen what has broken meanwhile, and compare what the indexes hold with the store."""
        if _server(self._store) or not _answers(self.dense.probe) or _marker(self._store.home / "chroma") is None:
            self.dense = self._open_dense()
        for kind in KINDS:
            if not _answers(self.lexicons[kind].items) or _marker(self._store.home / "lexicon" / FOLDERS[kind]) is None:
                self.lexicons[kind].close()
                self.lexicons[kind] = self._open_lexicon(kind)
        self._compare()

    def _open_dense(self) -> Index:
        folder = self._store.home / "chroma"
        if _server(self._store):
            if folder.exists():  # what is forgotten from now on must not stay there
                index.forget_folder(folder)
            return self._index(self._fingerprint)
        return self._open(
            folder, list(KINDS), partial(self._index, self._fingerprint, probed=True), index.forget_folder
        )

    def _index(self, fingerprint: str, *, probed: bool = False) -> Index:
        """An embedder's vectors; `probed`: proven able to answer, for Chroma opens its files only when it must."""
        own = f"{_store_id(self._store)[:16]}-{FORMATS['chroma']}"
        opened = Index(self._store.home / "chroma", fingerprint, _server(self._store), own)
        if probed:
            opened.probe()
        return opened

    def _open_lexicon(self, kind: Kind) -> Lexicon:
        folder = self._store.home / "lexicon" / FOLDERS[kind]
        return self._open(folder, [kind], partial(_probed_lexicon, folder, kind), _forget)

    def _compare(self) -> None:
        """Send what an index lacks, or has too much, through the outbox."""
        for kind in KINDS:
            db = self._store.db
            waiting = {row[0] for row in db.execute("SELECT item FROM outbox WHERE kind = ?", (kind,))}
            stored = {row[0] for row in db.execute(ITEMS[kind])}
            held = {"lexicon": self.lexicons[kind].items()}
            try:
                held["chroma"] = self.dense.items(kind)
            except IndexServerUnreachable as error:
                self._note(f"not compared: {error}")
            for name, have in held.items():
                missing, surplus = stored - have - waiting, have - stored - waiting
                if missing or surplus:
                    self._note(f"{name}: {len(missing)} {FOLDERS[kind]} missing, {len(surplus)} too many")
                    _announce(self._store, kind, missing, "add")
                    _announce(self._store, kind, surplus, "remove")
                    waiting |= missing | surplus

    def close(self) -> None:
        for each in self.lexicons.values():
            each.close()
        self.dense.close()

    def _open(self, folder: Path, kinds: list[Kind], build: Callable[[], T], forget: Callable[[Path], None]) -> T:
        """The index in `folder`; a missing, foreign or broken one is built anew."""
        own = folder.relative_to(self._store.home)
        wanted = {"format": FORMATS[own.parts[0]], "store": _store_id(self._store)}
        existed = folder.exists() and (not folder.is_dir() or any(folder.iterdir()))
        marker = _marker(folder)
        if isinstance(marker, dict) and {name: marker.get(name) for name in wanted} == wanted:
            opened: T | None = None

            def try_to() -> None:
                nonlocal opened
                opened = build()

            if _answers(try_to) and opened is not None:
                return opened
        forget(folder)
        opened = build()
        items = 0
        for kind in kinds:
            everything = {row[0] for row in self._store.db.execute(ITEMS[kind])}
            _announce(self._store, kind, everything, "add")
            items += len(everything)
        (folder / MARKER).write_text(json.dumps(wanted), encoding="utf-8")
        if items or existed:
            self._note(f"{own.as_posix()}: rebuilt from {items} items")
        return opened

    def _note(self, line: str) -> None:
        log.warning("repaired %s", line)
        self.repaired.append(line)


def _probed_lexicon(folder: Path, kind: Kind) -> Lexicon:
    k1, b = BM25[kind]
    opened = Lexicon(folder, k1=k1, b=b)
    opened.items()
    return opened


def _answers(call: Callable[[], object]) -> bool:
    """Whether an index can still be read."""
    try:
        call()
    except (KeyboardInterrupt, SystemExit, MemoryError, KnowledgeError):
        raise
    except BaseException as error:  # noqa: BLE001 - Rust panics in chromadb and tantivy derive from BaseException
        log.warning("an index cannot be read (%s)", type(error).__name__)
        return False
    return True


def _announce(store: Store, kind: Kind, items: set[int], change: str) -> None:
    """Put into the outbox what is not waiting there already."""
    with store.transaction() as db:
        waiting = {row[0] for row in db.execute("SELECT item FROM outbox WHERE kind = ?", (kind,))}
        db.executemany(
            "INSERT INTO outbox (kind, item, change) VALUES (?, ?, ?)",
            [(kind, item, change) for item in sorted(items - waiting)],
        )


def _store_id(store: Store) -> str:
    """A random name that tells this store's indexes from another's."""
    with store.transaction() as db:
        db.execute(
            "INSERT OR IGNORE INTO settings (name, value) VALUES ('store_id', ?)", (json.dumps(uuid.uuid4().hex),)
        )
        return str(json.loads(db.execute("SELECT value FROM settings WHERE name = 'store_id'").fetchone()[0]))


def _server(store: Store) -> str:
    """The Chroma server that keeps the vectors, as the settings have it; empty for none."""
    row = store.db.execute("SELECT value FROM settings WHERE name = 'index_server'").fetchone()
    return str(json.loads(row[0])) if row is not None else ""


def _marker(folder: Path) -> Any:
    try:
        return json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _forget(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
    elif folder.exists():
        folder.unlink()
