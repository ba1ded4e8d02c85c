"""Looking for models on the hub, when the user asks for it and never else."""

from __future__ import annotations

from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Task
from desktop.settings import Settings
from engine.hub import Found, Hub, HubFile


class HubSearch(QObject):
    """`changed` when there is something new to show: results, a repository's files, or why there are none."""

    changed = Signal()

    def __init__(self, settings: Settings, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._background = settings, background
        self._task: Task | None = None
        self._listing: dict[str, Task] = {}
        self.words = ""  # last searched for; empty before the first search
        self.searching = False
        self.error: Exception | None = None
        self.results: tuple[Found, ...] = ()
        self.files: dict[str, tuple[HubFile, ...] | Exception] = {}

    @property
    def host(self) -> str:
        """Where a search connects to."""
        return host_of(self._settings)

    def search(self, words: str) -> None:
        """Ask the hub for repositories with these words in their names; the search before is given up."""
        words = " ".join(words.split())
        if not words:
            return
        if self._task is not None:
            self._task.forsake()
        self.words, self.searching, self.error, self.results = words, True, None, ()
        address = self._settings.hub
        self._task = self._background.run(
            lambda _: Hub(address).search(words), on_done=self._show, on_failed=self._fail
        )
        self.changed.emit()

    def list_files(self, repository: str) -> None:
        """Ask the hub what a repository holds, if that is not known yet."""
        if repository in self._listing or isinstance(self.files.get(repository), tuple):
            return
        self.files.pop(repository, None)
        address = self._settings.hub

        def told(files: list[HubFile] | Exception) -> None:
            self._listing.pop(repository, None)
            self.files[repository] = files if isinstance(files, Exception) else tuple(files)
            self.changed.emit()

        self._listing[repository] = self._background.run(
            lambda _: Hub(address).files(repository), on_done=told, on_failed=told
        )
        self.changed.emit()

    def _show(self, results: list[Found]) -> None:
        self._task, self.searching, self.results = None, False, tuple(results)
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._task, self.searching, self.error = None, False, error
        self.changed.emit()


def host_of(settings: Settings) -> str:
    """The hub's name for people: "huggingface.co"."""
    address: str = settings.hub
    return urlsplit(address).netloc or address
