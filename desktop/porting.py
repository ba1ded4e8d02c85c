"""Conversations in, everything out, in the background of a window: one thing at a time, told in numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Task
from desktop.home import Home
from knowledge.backups import back_up
from knowledge.exports import Exported, export_everything
from knowledge.messages import Imported, Progress

What = Literal["import", "export", "backup"]


@dataclass(frozen=True, slots=True)
class PortState:
    """What is under way, or was last. `stage` "reading": `done` of `total` bytes of an export are read."""

    what: What | None = None
    phase: Literal["idle", "running", "stopping", "done", "stopped", "failed"] = "idle"
    path: str = ""
    done: int = 0
    total: int = 0
    stage: str = ""
    imported: Imported | None = None
    error: Exception | None = None

    @property
    def under_way(self) -> bool:
        return self.phase in {"running", "stopping"}


class Porting(QObject):
    """`changed` tells each new state, `arrived` that conversations have come."""

    changed = Signal(object)
    arrived = Signal()
    _told = Signal(int, int)

    def __init__(self, home: Home, background: Background) -> None:
        super().__init__(background)
        self._home, self._background = home, background
        self._task: Task | None = None
        self.state = PortState()
        self._told.connect(lambda done, total: self._progress(done, total, ""))

    def bring_in(self, path: str) -> None:
        """Import an export, if nothing else is under way."""
        memory = self._home.memory

        def work(stop: threading.Event) -> Iterator[Progress | Imported]:
            yield from memory.import_conversations(path, stop)

        self._begin("import", path, work)

    def export(self, path: str) -> None:
        """Write everything to a ZIP or a new folder, if nothing else is under way."""
        store, told = self._home.store, self._told.emit

        def work(stop: threading.Event) -> Exported | None:
            steps = export_everything(store, Path(path), stop.is_set)
            while True:
                try:
                    told(*next(steps))
                except StopIteration as end:
                    exported: Exported | None = end.value
                    return exported

        self._begin("export", path, work)

    def back_up(self, path: str) -> None:
        """Write a copy of the whole memory, if nothing else is under way."""
        store, told = self._home.store, self._told.emit
        self._begin("backup", path, lambda stop: back_up(store, Path(path), stop.is_set, told))

    def stop(self) -> None:
        """What has been taken in stays; what was being written leaves nothing."""
        if self._task is not None:
            self._task.stop()
            self._set(replace(self.state, phase="stopping"))

    def dismiss(self) -> None:
        """The reader has seen the outcome."""
        if not self.state.under_way:
            self._set(PortState())

    def _begin(self, what: What, path: str, work: Callable[[threading.Event], object]) -> None:
        if self._task is not None:
            return
        self._set(PortState(what, "running", path))
        self._task = self._background.run(work, on_event=self._hear, on_done=self._end, on_failed=self._fail)

    def _hear(self, event: Progress | Imported) -> None:
        match event:
            case Progress():
                if self.state.stage and not event.stage:
                    self.arrived.emit()  # all is stored, and becomes recallable from now on
                self._progress(event.done, event.total, event.stage)
            case Imported():
                self._set(replace(self.state, imported=event))

    def _progress(self, done: int, total: int, stage: str) -> None:
        if self.state.under_way:
            self._set(replace(self.state, done=done, total=total, stage=stage))

    def _end(self, result: object) -> None:
        stopped = self.state.phase == "stopping" and result is None
        self._task = None
        self._set(replace(self.state, phase="stopped" if stopped else "done"))
        if self.state.what == "import":
            self.arrived.emit()

    def _fail(self, error: Exception) -> None:
        self._task = None
        self._set(replace(self.state, phase="failed", error=error))
        if self.state.what == "import":
            self.arrived.emit()

    def _set(self, state: PortState) -> None:
        self.state = state
        self.changed.emit(state)


def porting(home: Home, background: Background) -> Porting:
    """The one of this window, which lives as long as its background work."""
    return background.findChild(Porting) or Porting(home, background)
