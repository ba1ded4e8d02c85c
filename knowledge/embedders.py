"""Which embedder the memory uses, and how another takes its place while the present one serves.

The choice is a row of the settings: a folder, or "" for the bundled one; another row names the one that is on its way.
Its vectors grow in collections of their own, a little at a time and only when nothing else is to be done; what is
new meanwhile goes to both. When nothing is missing, the first row is written, and from the next question on
the new one is asked. A process killed anywhere in between finds the rows, and goes on where it was.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from knowledge import messages as m
from knowledge.checkup import Indexes
from knowledge.embedder import Embedder, bundled, chosen
from knowledge.embedder_catalog import IN_USE, NEXT, named
from knowledge.errors import EmbedderGone, KnowledgeError
from knowledge.forgetting import set_due
from knowledge.index import KINDS, Index, Kind
from knowledge.indexer import Indexer, Target
from knowledge.job import Job
from knowledge.store import Store

log = logging.getLogger(__name__)

STEP_SECONDS = 1.0  # what the items embedded at a time should take
LEAST_ITEMS, MOST_ITEMS = 4, 256  # at a time


class Present(Protocol):
    """What recall and indexing work with; `adopt` puts another embedder and its vectors in the present one's place."""

    embedder: Embedder
    indexes: Indexes
    indexer: Indexer

    def adopt(self, embedder: Embedder, dense: Index) -> None: ...


def in_use(store: Store) -> tuple[Embedder, KnowledgeError | None]:
    """The embedder that the user chose; the bundled one, and why, when that cannot be loaded any more.

    Raises `EmbedderBroken` when not even the bundled one can be.
    """
    folder = named(store, IN_USE)
    if not folder:
        return bundled(store.home), None
    try:
        return chosen(store.home, Path(folder)), None
    except KnowledgeError as error:
        log.warning("the chosen embedder cannot be loaded (%s): the bundled one serves", type(error).__name__)
        reason = error.facts.get("file") or error.facts.get("part") or error.facts.get("reason") or type(error).__name__
        return bundled(store.home), EmbedderGone(path=folder, reason=reason)


class Succession:
    """The embedder on its way, if there is one. Used by one thread.

    `tell` sends what nobody asked for: after a restart the request is gone, and its progress goes under the id 0.
    """

    def __init__(
        self,
        store: Store,
        present: Present,
        tell: Callable[[m.Progress | m.Result | m.Failed], None],
        breathe: Callable[[], None],
    ) -> None:
        self._store, self._present, self._tell, self._breathe = store, present, tell, breathe
        self._folder = ""
        self._next: Target | None = None
        self._job: Job | None = None
        self._pending: list[tuple[Kind, int]] = []
        self._items = LEAST_ITEMS

    @property
    def is_under_way(self) -> bool:
        return self._next is not None

    # ------------------------------------------------------------ beginning

    def resume(self, trouble: KnowledgeError | None) -> None:
        """Go on with what an earlier process began; to be called before anything is indexed.

        `trouble` is why the chosen embedder is not the one in use; its vectors are kept for when it is back.
        """
        folder = named(self._store, NEXT)
        if folder is not None:
            try:
                self._grow(folder, self._open(folder))
            except KnowledgeError as error:
                log.warning("the next embedder cannot be loaded (%s): the present one stays", type(error).__name__)
                self._write({NEXT: None})
                self._tell(m.Failed(0, type(error).__name__, error.sentence, error.facts))
        if trouble is not None:
            self._tell(m.Failed(0, type(trouble).__name__, trouble.sentence, trouble.facts))
        else:
            self._drop_others()

    def begin(self, job: Job, folder: str | None, *, wait: bool = True) -> m.EmbedderInUse | None:
        """Change to the embedder in `folder`; None when the job is answered later. Raises `KnowledgeError`."""
        folder = str(Path(folder).expanduser().absolute()) if folder else ""
        embedder = self._open(folder)
        former, self._job = self._job, None
        if former is not None:
            former.end(m.Result(former.request.id, self._said()))
        if embedder.fingerprint == self._present.embedder.fingerprint:
            self._give_up(keep={IN_USE: folder})
            self._tell(m.Result(0, self._said()))
            return self._said()
        if self._next is None or self._next.embedder.fingerprint != embedder.fingerprint:
            self._give_up()
            self._grow(folder, embedder)
        self._write({NEXT: folder})
        if not wait:
            return self._said()
        self._job = job
        job.so_far = self._said()
        return None

    def reopen(self) -> None:
        """The index folder was repaired: what is open of it must be opened again."""
        if self._next is not None:
            self._grow(self._folder, self._next.embedder)

    def _open(self, folder: str) -> Embedder:
        return chosen(self._store.home, Path(folder)) if folder else bundled(self._store.home)

    def _grow(self, folder: str, embedder: Embedder) -> None:
        self._folder = folder
        self._next = Target(embedder, self._present.indexes.beside(embedder.fingerprint))
        self._present.indexer.beside = self._next
        self._items = LEAST_ITEMS
        self._look()

    def _look(self) -> None:
        """What of the store the next embedder's index lacks."""
        assert self._next is not None
        self._pending = [
            (kind, item)
            for kind in reversed(KINDS)
            for item in sorted(self._present.indexes.missing(kind, self._next.dense), reverse=True)
        ]

    def scrub(self, stopped: Callable[[], bool]) -> bool:
        """Have what was deleted leave the disk here as well; False when it was stopped."""
        return self._next is None or self._next.dense.scrub(stopped)

    # ------------------------------------------------------------ one step after the other

    def step(self) -> bool:
        """Embed a little more, or change over when nothing is missing; whether there is more to do. Raises what
        concerns the store and the index."""
        if self._next is None:
            return False
        if self._job is not None and self._job.cancelled:
            self._job = None
            self._give_up()
            return False
        if self._pending:
            try:
                self._embed_some(self._next)
            except KnowledgeError as error:
                if self._job is not None:
                    self._job.end(m.Failed(self._job.request.id, type(error).__name__, error.sentence, error.facts))
                    self._job = None  # tried again later, unasked
                raise
        else:
            self._look()  # what was said while the last were embedded, or was lost
            if not self._pending and not self._present.indexer.waiting():
                self._change_over(self._next)
        return self._next is not None

    def _embed_some(self, target: Target) -> None:
        kind = self._pending[-1][0]
        some: list[int] = []
        while self._pending and self._pending[-1][0] == kind and len(some) < self._items:
            some.append(self._pending.pop()[1])
        begin = time.monotonic()
        self._present.indexer.grow(kind, some, target, self._breathe)
        seconds = time.monotonic() - begin
        if seconds < STEP_SECONDS / 2:
            self._items = min(MOST_ITEMS, self._items * 2)
        elif seconds > STEP_SECONDS * 1.5:
            self._items = max(LEAST_ITEMS, self._items // 2)
        everything = self._present.indexes.count()
        done = max(0, everything - len(self._pending))
        if self._job is not None:
            self._job.tell(m.Progress(self._job.request.id, done, everything))
        else:
            self._tell(m.Progress(0, done, everything))

    def _change_over(self, target: Target) -> None:
        self._write({IN_USE: self._folder, NEXT: None})
        former = self._present.indexes.dense
        self._present.adopt(target.embedder, target.dense)
        self._next, job, self._job = None, self._job, None
        former.close()
        self._drop_others()
        if job is not None:
            job.end(m.Result(job.request.id, self._said()))
        else:
            self._tell(m.Result(0, self._said()))
        log.info("another embedder is in use: %s", target.embedder.fingerprint)

    def _give_up(self, keep: dict[str, str] | None = None) -> None:
        """The present embedder stays; nothing is left of the next one."""
        self._write({NEXT: None, **(keep or {})})
        if self._next is not None:
            self._present.indexer.beside = None
            self._next.dense.close()
            self._next, self._pending = None, []
            self._drop_others()

    def _drop_others(self) -> None:
        also = [self._next.embedder.fingerprint] if self._next is not None else []
        if self._present.indexes.drop_others(also):
            set_due(self._store)  # what was dropped stays in free pages until Chroma's database is vacuumed

    def _said(self) -> m.EmbedderInUse:
        return m.EmbedderInUse(self._present.embedder.name, self._present.embedder.fingerprint)

    def _write(self, rows: dict[str, str | None]) -> None:
        """Write rows of the settings in one transaction; None takes one away."""
        with self._store.transaction() as db:
            for name, value in rows.items():
                db.execute("DELETE FROM settings WHERE name = ?", (name,))
                if value is not None:
                    db.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (name, json.dumps(value)))
