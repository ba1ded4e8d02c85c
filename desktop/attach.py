"""Files on their way into the memory: one request after the other, in the background, told in numbers."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Task
from desktop.home import Home
from desktop.models.files import FilesModel
from knowledge.folders import add_watched, watched
from knowledge.messages import FileProgress, Indexed
from knowledge.store import Store

Phase = Literal["idle", "running", "stopping", "done", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class AttachState:
    """What the progress line says: `name` of what was dropped (a folder ends in "/"), `more` things beside it."""

    phase: Phase = "idle"
    name: str = ""
    more: int = 0
    done: int = 0
    total: int = 0
    refused: int = 0
    seconds_left: float | None = None
    error: Exception | None = None
    files_per_second: float | None = None
    current: str = ""  # the name of the file in hand
    paused: bool = False
    unfollowed: tuple[str, ...] = ()  # folders among what was dropped that could be followed

    @property
    def under_way(self) -> bool:
        return self.phase in {"running", "stopping"}


class Attaching(QObject):
    """`changed` tells each new state; `model` has a row for each file. `followed` carries the folders that are followed
    from now on, `failed` why they cannot be."""

    changed = Signal(object)
    followed = Signal(object)
    failed = Signal(object)

    def __init__(self, home: Home, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._background = home, background
        self._queue: deque[tuple[tuple[str, ...], str | None, str | None]] = deque()
        self._task: Task | None = None
        self._collection: str | None = None  # of what is indexed now
        self._project: str | None = None
        self._job: int | None = None  # the worker's number for it, once it has told something
        self.model = FilesModel(self)
        self.state = AttachState()
        self._fresh: list[str] = []  # files that are in the memory since `take` was called last

    def take(self) -> tuple[str, ...]:
        """The files that were attached since this was asked last."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh

    def add(self, paths: Sequence[str], collection: str | None = None, project: str | None = None) -> None:
        """Index these files and folders, after those under way; into a collection and a project, or leave them in
        theirs."""
        if not paths:
            return
        self._queue.append((tuple(paths), collection, project))
        if self._task is None:
            self.model.clear()
            self._next()

    def pause(self, *, paused: bool) -> None:
        """Hold the indexing, or go on with it; `state.paused` tells when it does."""
        if self._job is not None:
            self._home.memory.pause(self._job, paused)

    def hold(self) -> int | None:
        """Hold the indexing for something shorter, if it does not hold already; give what this returns to `let_go`."""
        if self._job is None or self.state.paused:
            return None
        self._home.memory.pause(self._job, paused=True)
        return self._job

    def let_go(self, job: int | None) -> None:
        if job is not None and job == self._job:
            self._home.memory.pause(job, paused=False)

    def follow(
        self,
        folders: Sequence[str],
        collection: str | None = None,
        then: Callable[[], None] = lambda: None,
        project: str | None = None,
    ) -> None:
        """Follow what changes in these folders from now on."""
        store, memory = self._home.store, self._home.memory
        places = [os.path.abspath(folder) for folder in folders]  # noqa: PTH100 - as the worker names them, links and all

        def work(_: threading.Event) -> None:
            add_watched(store, places, collection, project)
            memory.watch()

        def done(_: object) -> None:
            self._set(replace(self.state, unfollowed=()))
            self.followed.emit(tuple(places))
            then()

        self._background.run(work, on_done=done, on_failed=self.failed.emit)

    def follow_dropped(self) -> None:
        """Follow the folders that were dropped."""
        self.follow(self.state.unfollowed, self._collection, project=self._project)

    def cancel(self) -> None:
        """Leave out what is not indexed yet."""
        self._queue.clear()
        if self._task is not None:
            self._task.stop()
            self._tell("stopping")

    def dismiss(self) -> None:
        """The reader has seen the outcome."""
        if self._task is None:
            self._set(AttachState())

    def _next(self) -> None:
        paths, collection, project = self._queue.popleft()
        self._collection, self._project = collection, project
        first, self._job = Path(paths[0]), None
        self._set(
            AttachState(
                "running",
                first.name + ("/" if first.is_dir() else ""),
                len(paths) - 1,
                unfollowed=tuple(path for path in paths if Path(path).is_dir()),
            )
        )

        store, folders = self._home.store, self.state.unfollowed

        def work(stop: threading.Event) -> Iterator[FileProgress | Indexed | _Unfollowed]:
            yield _Unfollowed(tuple(folder for folder in folders if not _is_followed(store, folder)))
            yield from self._home.memory.index(paths, collection, stop, project)

        self._task = self._background.run(
            work,
            on_event=self._hear,
            on_done=lambda _: self._end(),
            on_failed=self._fail,
        )

    def _hear(self, event: FileProgress | Indexed | _Unfollowed) -> None:
        match event:
            case _Unfollowed():
                self._set(replace(self.state, unfollowed=event.folders))
            case FileProgress():
                self._job = event.id
                self.model.tell(event)
                if event.status in ("indexed", "unchanged"):
                    self._fresh.append(event.path)
                self._set(
                    replace(
                        self.state,
                        phase="stopping" if self.state.phase == "stopping" else "running",
                        done=event.done,
                        total=event.total,
                        refused=self.model.refused,
                        seconds_left=event.seconds_left,
                        files_per_second=event.files_per_second,
                        current=PurePath(event.path).name,
                        paused=event.paused,
                    )
                )
            case Indexed():
                self._set(
                    AttachState(
                        "stopped" if event.cancelled else "done",
                        self.state.name,
                        self.state.more,
                        event.files,
                        event.files,
                        event.refused,
                        unfollowed=() if event.cancelled else self.state.unfollowed,
                    )
                )

    def _end(self) -> None:
        self._task, self._job = None, None
        if self._queue:
            self._next()

    def _fail(self, error: Exception) -> None:
        self._task, self._job = None, None
        self._tell("failed", error=error)
        if self._queue:
            self._next()

    def _tell(self, phase: Phase, *, error: Exception | None = None) -> None:
        self._set(replace(self.state, phase=phase, seconds_left=None, error=error, paused=False))

    def _set(self, state: AttachState) -> None:
        self.state = state
        self.changed.emit(state)


@dataclass(frozen=True, slots=True)
class _Unfollowed:
    """Folders among those that are indexed now, which are not followed yet, nor lie in one that is."""

    folders: tuple[str, ...]


def _is_followed(store: Store, folder: str) -> bool:
    place = os.path.abspath(folder)  # noqa: PTH100 - as the worker names it, links and all
    return any(place == one or place.startswith(one.rstrip(os.sep) + os.sep) for one in watched(store))
