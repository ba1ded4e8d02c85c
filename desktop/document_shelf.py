"""The documents of the memory as the window sees them: which there are, what each says, and what can be done with them.

Everything runs in the background, for a list may be long and forgetting thorough; `changed` tells that there is
something new to show. While files are indexed the list is read again now and then, not with every file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.attach import Attaching, AttachState
from desktop.background import Background, Task
from desktop.home import Home
from knowledge import holdings
from knowledge.folders import remove_watched, watched
from knowledge.holdings import Holding, Shares, Wanted
from knowledge.library import under

AGAIN_MS = 700  # between two readings of the list while files come in


@dataclass(frozen=True, slots=True)
class Followed:
    """A watched folder, the collection of its documents, and how many there are of them."""

    path: str
    collection: str
    documents: int
    there: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    ids: tuple[int, ...]
    shares: Shares
    collections: tuple[str, ...]


class DocumentShelf(QObject):
    """`changed` carries nothing: look at `ids`, `shares`, `collections` and `folders`. `failed` carries an exception,
    `removed` how many documents are gone. `visible` says whether somebody looks: else nothing is read."""

    changed = Signal()
    failed = Signal(object)
    removed = Signal(int)

    def __init__(self, home: Home, attaching: Attaching, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._attaching, self._background = home, attaching, background
        self.ids: tuple[int, ...] | None = None  # None: not read yet
        self.shares = Shares(0, ())
        self.collections: tuple[str, ...] = ()
        self.folders: tuple[Followed, ...] = ()
        self.leaving: frozenset[int] = frozenset()  # being forgotten
        self.wanted = Wanted()
        self.visible = False
        self._reading: Task | None = None
        self._looking: Task | None = None
        self._look_again = False  # the folders have changed since that began
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.refresh)
        attaching.changed.connect(self._follow)

    # ------------------------------------------------------------ what is there

    def look_for(self, wanted: Wanted) -> None:
        """Have `ids` be the documents like this."""
        self.wanted = wanted
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        store, wanted = self._home.store, self.wanted

        def read(_: threading.Event) -> _Seen:
            return _Seen(holdings.find(store, wanted), holdings.shares(store), holdings.collection_names(store))

        if self._reading is not None:
            self._reading.forsake()  # what it found is older than what is asked for now
        self._reading = self._background.run(read, on_done=self._show, on_failed=self._fail)
        self._look_at_folders()

    def hear(self) -> None:
        """Something came in, or went, that nobody asked for."""
        if self.visible and not self._again.isActive():
            self._again.start()

    def read(self, ids: tuple[int, ...], told: Callable[[Mapping[int, Holding]], None]) -> None:
        """What the rows of these documents say."""
        store = self._home.store
        self._background.run(lambda _: holdings.holdings(store, ids), on_done=told, on_failed=self.failed.emit)

    def _show(self, seen: _Seen) -> None:
        self._reading = None
        self.ids, self.shares, self.collections = seen.ids, seen.shares, seen.collections
        self.changed.emit()

    def _look_at_folders(self) -> None:
        """By itself, for a drive that does not answer may take its time."""
        store = self._home.store

        def look(_: threading.Event) -> tuple[Followed, ...]:
            return tuple(
                Followed(path, collection or "", len(under(store, path)), Path(path).is_dir())
                for path, collection in watched(store).items()
            )

        def show(folders: tuple[Followed, ...]) -> None:
            self._looking = None
            self.folders = folders
            self.changed.emit()
            if self._look_again:
                self._look_again = False
                self._look_at_folders()

        if self._looking is not None:
            self._look_again = True
            return
        self._looking = self._background.run(look, on_done=show, on_failed=self._fail_to_look)

    def _fail_to_look(self, error: Exception) -> None:
        self._looking = None
        self.failed.emit(error)

    def _fail(self, error: Exception) -> None:
        self._reading = None
        self.failed.emit(error)

    def _follow(self, state: AttachState) -> None:
        """Files come in: read the list again soon, and once more at their end."""
        if not self.visible:
            return
        if state.phase in {"done", "stopped", "failed"}:
            self.refresh()
        else:
            self.hear()

    # ------------------------------------------------------------ what can be done

    def remove(self, ids: Sequence[int]) -> None:
        """Forget these documents; `removed` when nothing is left of them. What is being indexed holds meanwhile."""
        gone = tuple(id for id in ids if id not in self.leaving)
        if not gone:
            return
        self.leaving |= frozenset(gone)
        self.changed.emit()
        job = self._attaching.hold()

        def work(_: threading.Event) -> None:
            self._home.memory.remove_documents(gone)

        def done(_: object) -> None:
            self._attaching.let_go(job)
            self.leaving -= frozenset(gone)
            self.removed.emit(len(gone))
            self.refresh()

        def failed(error: Exception) -> None:
            self._attaching.let_go(job)
            self.leaving -= frozenset(gone)
            self.changed.emit()
            self.failed.emit(error)

        self._background.run(work, on_done=done, on_failed=failed)

    def put_into(self, ids: Sequence[int], collection: str) -> None:
        """These documents belong to this collection from now on; "" for none."""
        self._write(partial(holdings.put_into, self._home.store, tuple(ids), collection))

    def rename(self, collection: str, new: str) -> None:
        """Call a collection otherwise, everywhere."""
        if self.wanted.collection == collection:
            self.wanted = Wanted(self.wanted.words, self.wanted.state, new, self.wanted.order)
        self._write(partial(holdings.rename_collection, self._home.store, collection, new))

    def read_again(self, ids: Sequence[int]) -> None:
        """Read these files anew, even if they look as they did; they keep their collections."""
        store = self._home.store

        def done(paths: tuple[str, ...]) -> None:
            self._attaching.add(paths)
            self.refresh()

        self._background.run(lambda _: holdings.unknow(store, tuple(ids)), on_done=done, on_failed=self.failed.emit)

    def follow(self, folders: Sequence[str], collection: str = "") -> None:
        """Index these folders, and follow what changes in them from now on."""
        self._attaching.add(folders, collection or None)
        self._attaching.follow(folders, collection or None, then=self.refresh)

    def stop_following(self, folder: str, *, keep: bool) -> None:
        """Follow the folder no longer; without `keep` its documents are forgotten."""
        store, memory = self._home.store, self._home.memory

        def work(_: threading.Event) -> tuple[int, ...]:
            remove_watched(store, [folder])
            memory.watch()
            return () if keep else tuple(under(store, folder))

        def done(gone: tuple[int, ...]) -> None:
            self.remove(gone)
            self.refresh()

        self._background.run(work, on_done=done, on_failed=self.failed.emit)

    def _write(self, write: Callable[[], None]) -> None:
        self._background.run(lambda _: write(), on_done=lambda _: self.refresh(), on_failed=self.failed.emit)
