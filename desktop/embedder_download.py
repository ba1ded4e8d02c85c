"""The embedder on its way to this computer: fetched in the background, then chosen. It outlives the settings window."""

from __future__ import annotations

import threading
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop import embedder_fetch
from desktop.background import Background, Task
from desktop.home import Home
from engine.download import Progress
from knowledge.embedder_catalog import KnownEmbedder


class EmbedderDownload(QObject):
    """One at a time; `one` is the last that was asked for. `changed` after every step."""

    changed = Signal()
    _told = Signal(object)  # from the downloading thread

    def __init__(self, home: Home, background: Background) -> None:
        super().__init__(background)
        self._home, self._background = home, background
        self._task: Task | None = None
        self.one: KnownEmbedder | None = None
        self.progress: Progress | None = None
        self.stopping = False
        self.error: Exception | None = None
        self._told.connect(self._hear)

    @property
    def running(self) -> bool:
        return self._task is not None

    def begin(self, one: KnownEmbedder) -> None:
        """Fetch it, or go on with it, and change to it; the only thing here that connects."""
        if self.running:
            return
        self.one, self.progress, self.stopping, self.error = one, None, False, None
        folder, address, memory = self._home.folder, self._home.settings.hub, self._home.memory

        def work(stop: threading.Event) -> Path | None:
            fetched = embedder_fetch.fetch(folder, one, address, stop=stop, progress=self._told.emit)
            if fetched is not None and not stop.is_set():
                memory.choose_embedder(str(fetched))
            return fetched

        self._task = self._background.run(work, on_done=lambda _: self._end(None), on_failed=self._end)
        self.changed.emit()

    def stop(self) -> None:
        """What has arrived stays."""
        if self._task is not None:
            self.stopping = True
            self._task.stop()
            self.changed.emit()

    def _hear(self, progress: Progress) -> None:
        if self.running:
            self.progress = progress
            self.changed.emit()

    def _end(self, error: Exception | None) -> None:
        self._task, self.error, self.stopping = None, error, False
        self.changed.emit()


def embedder_download(home: Home, background: Background) -> EmbedderDownload:
    """The one of this window, which lives as long as its background work."""
    return background.findChild(EmbedderDownload) or EmbedderDownload(home, background)
