"""Files on their way into the memory: one request after the other, in the background, told in numbers."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Task
from desktop.home import Home
from desktop.models.files import FilesModel
from knowledge.messages import FileProgress, Indexed

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


class Attaching(QObject):
    """`changed` tells each new state; `model` has a row for each file."""

    changed = Signal(object)

    def __init__(self, home: Home, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._background = home, background
        self._queue: deque[tuple[str, ...]] = deque()
        self._task: Task | None = None
        self.model = FilesModel(self)
        self.state = AttachState()
        self._fresh: list[str] = []  # files that are in the memory since `take` was called last

    def take(self) -> tuple[str, ...]:
        """The files that were attached since this was asked last."""
        fresh, self._fresh = tuple(self._fresh), []
        return fresh

    def add(self, paths: Sequence[str]) -> None:
        """Index these files and folders, after those under way."""
        if not paths:
            return
        self._queue.append(tuple(paths))
        if self._task is None:
            self.model.clear()
            self._next()

    def cancel(self) -> None:
        """Leave out what is not indexed yet."""
        self._queue.clear()
        if self._task is not None:
            self._task.stop()
            self._tell("stopping", seconds_left=None)

    def dismiss(self) -> None:
        """The reader has seen the outcome."""
        if self._task is None:
            self._set(AttachState())

    def _next(self) -> None:
        paths = self._queue.popleft()
        first = Path(paths[0])
        self._set(AttachState("running", first.name + ("/" if first.is_dir() else ""), len(paths) - 1))

        def work(stop: threading.Event) -> Iterator[FileProgress | Indexed]:
            return self._home.memory.index(paths, None, stop)

        self._task = self._background.run(
            work,
            on_event=self._hear,
            on_done=lambda _: self._end(),
            on_failed=self._fail,
        )

    def _hear(self, event: FileProgress | Indexed) -> None:
        match event:
            case FileProgress():
                self.model.tell(event)
                if event.status in ("indexed", "unchanged"):
                    self._fresh.append(event.path)
                phase: Phase = "stopping" if self.state.phase == "stopping" else "running"
                self._set(
                    AttachState(
                        phase,
                        self.state.name,
                        self.state.more,
                        event.done,
                        event.total,
                        self.model.refused,
                        event.seconds_left,
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
                    )
                )

    def _end(self) -> None:
        self._task = None
        if self._queue:
            self._next()

    def _fail(self, error: Exception) -> None:
        self._task = None
        self._tell("failed", seconds_left=None, error=error)
        if self._queue:
            self._next()

    def _tell(self, phase: Phase, *, seconds_left: float | None, error: Exception | None = None) -> None:
        s = self.state
        self._set(AttachState(phase, s.name, s.more, s.done, s.total, s.refused, seconds_left, error))

    def _set(self, state: AttachState) -> None:
        self.state = state
        self.changed.emit(state)
