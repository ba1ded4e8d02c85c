"""Models on their way to this computer: one after the other, in the background, told in numbers.

The list outlives the view that shows it and, in the settings, the window: what was not finished stands there paused
the next time, because nothing connects before the user asks for it.
"""

from __future__ import annotations

import itertools
import logging
import threading
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Task
from desktop.model_library import Item, Library
from desktop.settings import Settings
from engine import download
from engine.download import File, Progress, Source

log = logging.getLogger(__name__)

Phase = Literal["waiting", "running", "pausing", "paused", "failed", "done"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a repository on the hub, as the catalogue or a search named it."""

    title: str
    repository: str
    path: str  # in the repository; of a split model the first shard's
    projector: str | None = None  # the file that gives it eyes, fetched with it
    sha256: str | None = None  # that the catalogue knows
    revision: str | None = None  # the commit that has it; None: the newest


@dataclass(frozen=True, slots=True)
class Download:
    """One line of the list."""

    id: int
    wanted: Wanted
    phase: Phase
    progress: Progress | None = None
    source: Source | None = None  # known once the hub was asked
    error: Exception | None = None
    item: Item | None = None  # what it became

    @property
    def unfinished(self) -> bool:
        return self.phase != "done"


class Downloads(QObject):
    """`changed` after every step; `finished` carries the `Item` that has arrived."""

    changed = Signal()
    finished = Signal(object)
    _told = Signal(int, object)  # from the downloading thread

    def __init__(
        self, library: Library, settings: Settings, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._library, self._settings, self._background = library, settings, background
        self._ids = itertools.count(1)
        self._task: Task | None = None
        self._discarded: set[int] = set()
        self.items: tuple[Download, ...] = tuple(
            Download(next(self._ids), wanted, "paused", source=source) for wanted, source in _remembered(settings)
        )
        self._told.connect(self._hear)

    @property
    def running(self) -> Download | None:
        """The one under way; there is one at a time."""
        return next((one for one in self.items if one.phase in {"running", "pausing"}), None)

    def of(self, repository: str, path: str) -> Download | None:
        """The download of this file, if it is in the list."""
        return next((one for one in self.items if (one.wanted.repository, one.wanted.path) == (repository, path)), None)

    def add(self, wanted: Wanted) -> None:
        """Download this after those in the list; what is in the list already goes on."""
        known = self.of(wanted.repository, wanted.path)
        if known is not None and known.phase != "done":
            self.resume(known.id)
            return
        kept = tuple(one for one in self.items if one is not known)
        self.items = (*kept, Download(next(self._ids), wanted, "waiting"))
        self._keep()
        self._next()

    def pause(self, id: int) -> None:
        """Stop here; the part stays and is gone on with."""
        one = self._one(id)
        if one is None:
            return
        if one.phase == "running" and self._task is not None:
            self._task.stop()
            self._set(id, phase="pausing")
        elif one.phase == "waiting":
            self._set(id, phase="paused")

    def resume(self, id: int) -> None:
        """Go on, or try again, when those before it are done."""
        one = self._one(id)
        if one is not None and one.phase in {"paused", "failed"}:
            self._set(id, phase="waiting", error=None)
            self._next()

    def cancel(self, id: int) -> None:
        """Take it off the list and remove what there is of it; the caller has asked the user."""
        one = self._one(id)
        if one is None:
            return
        if one.phase in {"running", "pausing"} and self._task is not None:
            self._discarded.add(id)
            self._task.stop()
            self._set(id, phase="pausing")
        else:
            self._drop(one)

    # ------------------------------------------------------------ one after the other

    def _next(self) -> None:
        one = next((one for one in self.items if one.phase == "waiting"), None)
        if self._task is not None or one is None:
            self.changed.emit()
            return
        wanted, id, address = one.wanted, one.id, self._settings.hub
        before = one.progress
        self._set(id, phase="running", progress=before or Progress("connecting", 0, None))

        def work(stop: threading.Event) -> Item | None:
            from engine.hub import Hub  # its client takes a while to import, and most windows never download

            source = Hub(address).source(
                wanted.repository,
                wanted.path,
                projector=wanted.projector,
                sha256=wanted.sha256,
                revision=wanted.revision,
            )
            self._told.emit(id, source)
            return self._library.fetch(source, stop=stop, progress=lambda progress: self._told.emit(id, progress))

        self._task = self._background.run(
            work, on_done=lambda item: self._end(id, item), on_failed=lambda error: self._fail(id, error)
        )

    def _hear(self, id: int, news: Progress | Source) -> None:
        one = self._one(id)
        if one is None or one.phase not in {"running", "pausing"}:
            return
        if isinstance(news, Source):
            self._set(id, source=news)
            self._keep()
        else:
            self._set(id, progress=news)

    def _end(self, id: int, item: Item | None) -> None:
        self._task = None
        one = self._one(id)
        if one is not None and id in self._discarded:
            self._discarded.discard(id)
            if item is None:
                self._drop(one)
            else:  # it had arrived before it could be stopped: it is a model now, and only `remove` removes those
                self._arrive(id, item)
        elif item is None:
            self._set(id, phase="paused")
        else:
            self._arrive(id, item)
        self._next()

    def _arrive(self, id: int, item: Item) -> None:
        self._set(id, phase="done", item=item)
        self._keep()
        self.finished.emit(item)

    def _fail(self, id: int, error: Exception) -> None:
        self._task = None
        one = self._one(id)
        if one is not None and id in self._discarded:
            self._discarded.discard(id)
            self._drop(one)
        else:
            self._set(id, phase="failed", error=error)
        self._next()

    # ------------------------------------------------------------ the list

    def _one(self, id: int) -> Download | None:
        return next((one for one in self.items if one.id == id), None)

    def _set(self, id: int, **changes: Any) -> None:
        self.items = tuple(replace(one, **changes) if one.id == id else one for one in self.items)
        self.changed.emit()

    def _drop(self, gone: Download) -> None:
        self.items = tuple(one for one in self.items if one.id != gone.id)
        self._keep()
        self.changed.emit()
        source = gone.source
        if source is not None and gone.unfinished:
            self._background.run(lambda _: download.discard(source, self._library.place(source)))

    def _keep(self) -> None:
        """Remember what is not finished."""
        self._settings.downloads = [
            {"wanted": asdict(one.wanted), "source": asdict(one.source) if one.source else None}
            for one in self.items
            if one.unfinished
        ]


def _remembered(settings: Settings) -> list[tuple[Wanted, Source | None]]:
    """What a window before left unfinished; a record of another version is left out, and logged."""
    found: list[tuple[Wanted, Source | None]] = []
    for record in settings.downloads:
        try:
            source = record["source"]
            if source is not None:
                source = Source(**{**source, "files": tuple(File(**file) for file in source["files"])})
            found.append((Wanted(**record["wanted"]), source))
        except (KeyError, TypeError) as error:
            log.warning("an unfinished download is not understood and left out: %s", type(error).__name__)
    return found
