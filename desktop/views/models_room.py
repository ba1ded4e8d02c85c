"""The way into the models and back: the page is built when first opened, and its downloads go on when it is closed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedLayout, QWidget

from desktop.background import Background
from desktop.engine_process import EngineState
from desktop.home import Home
from desktop.language import say
from desktop.theme import Theme
from engine.errors import CatalogueBroken

if TYPE_CHECKING:
    from desktop.downloads import Download, Downloads
    from desktop.model_library import Item
    from desktop.model_shelf import ModelShelf
    from desktop.views.models_page import ModelsPage
    from engine.catalog import Entry

    Catalogue = tuple[tuple[Entry, ...], CatalogueBroken | None]

SUFFIX = ".gguf"


class ModelsRoom(QObject):
    """`closed` when the user went back; `chosen` when they chose a model to answer."""

    closed = Signal()
    chosen = Signal()
    downloading = Signal(str, object)  # a model's name and how much of it is here; None when none is under way
    arrived = Signal(str, str, object)  # a download, while nobody looks at the models: words, a button's, and its act

    def __init__(
        self, home: Home, theme: Theme, background: Background, pages: QStackedLayout, window: QWidget
    ) -> None:
        super().__init__(window)
        self._home, self._theme, self._background = home, theme, background
        self._pages, self._window = pages, window
        self._state = home.engine.state
        self._page: ModelsPage | None = None
        self._shelf: ModelShelf | None = None
        self._downloads: Downloads | None = None
        self._before: QWidget | None = None
        self._warm = False  # the page's code is imported, and the catalogue read, while nobody waits for it
        self._catalogue: Catalogue | None = None

    @property
    def is_open(self) -> bool:
        return self._page is not None and self._pages.currentWidget() is self._page

    def open(self) -> None:
        """Show the models; Esc leads back."""
        page, shelf = self._furnish()
        if not self.is_open:
            self._before = self._pages.currentWidget()
            shelf.refresh()
            page.show_tab(page.tab)
        self._pages.setCurrentWidget(page)

    def close(self) -> None:
        """Back to where the user came from."""
        if self._before is not None:
            self._pages.setCurrentWidget(self._before)
        self.closed.emit()

    def toggle(self) -> None:
        if self.is_open:
            self.close()
        else:
            self.open()

    def show_engine(self, state: EngineState) -> None:
        """A new state of the engine, in the window's thread."""
        if state.phase == "ready" and not self._warm:
            self._warm = True
            self._background.run(_warm_up, on_done=self._keep_catalogue)
        self._state = state
        if self._shelf is not None and self._page is not None:
            self._shelf.show_engine(state)
            self._page.show_care(state)

    def show_item(self, item: Item) -> None:
        """Open the models at one of them."""
        page, shelf = self._furnish()
        self.open()
        shelf.refresh(lambda: page.show_item(item.name))

    def _tell_arrived(self, item: Item) -> None:
        from desktop.models.local_models import title_of

        if not self.is_open:
            words = self.tr("“{model}” is downloaded.").format(model=title_of(item))
            self.arrived.emit(words, self.tr("Show it"), lambda: self.show_item(item))

    def _tell_download(self, downloads: Downloads) -> None:
        one = downloads.running
        if one is None:
            self.downloading.emit("", None)
        else:
            total = one.progress.total if one.progress is not None else None
            self.downloading.emit(one.wanted.title, one.progress.done / total if one.progress and total else 0.0)

    def _keep_catalogue(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    # ------------------------------------------------------------ models from the disk

    def add(self, paths: Sequence[str]) -> None:
        """Take GGUF files that were dropped or brought by a second start into the list, and show them."""
        if paths:
            page, shelf = self._furnish()
            self.open()
            page.show_tab("here")
            shelf.add(paths)

    def choose_file(self) -> None:
        """Add models by a dialog."""
        files, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Add models from disk"), "", self.tr("GGUF models (*.gguf)")
        )
        self.add(files)

    # ------------------------------------------------------------ what needs a question first

    def _remove(self, item: Item) -> None:
        from desktop.views.models_questions import may_remove

        if self._shelf is not None and may_remove(item, self._window):
            self._shelf.remove(item)

    def _cancel(self, one: Download) -> None:
        from desktop.views.models_questions import may_discard

        if self._downloads is not None and may_discard(one, self._window):
            self._downloads.cancel(one.id)

    @staticmethod
    def _show_folder(item: Item) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(item.path.parent)))

    # ------------------------------------------------------------ built once

    def _furnish(self) -> tuple[ModelsPage, ModelShelf]:
        if self._page is not None and self._shelf is not None:
            return self._page, self._shelf
        # here, because a window that never shows its models should not wait for this
        from desktop.downloads import Downloads
        from desktop.hub_search import HubSearch
        from desktop.model_shelf import ModelShelf
        from desktop.views.models_page import ModelsPage

        home, settings = self._home, self._home.settings
        shelf = ModelShelf(home, self._background, self)
        downloads = Downloads(home.library, settings, self._background, self)
        entries, broken = self._catalogue or _catalogue()
        page = ModelsPage(shelf, downloads, HubSearch(settings, self._background, self), entries, self._theme)
        if broken is not None:
            page.notice.say(say(broken), tone="danger")
        self._pages.addWidget(page)
        self._page, self._shelf, self._downloads = page, shelf, downloads
        page.closed.connect(self.close)
        page.add_wanted.connect(self.choose_file)
        page.remove_wanted.connect(self._remove)
        page.folder_wanted.connect(self._show_folder)
        page.cancel_wanted.connect(self._cancel)
        shelf.used.connect(self.chosen)
        shelf.added.connect(lambda item: page.show_item(item.name))
        downloads.finished.connect(lambda _: shelf.refresh())
        downloads.finished.connect(self._tell_arrived)
        downloads.changed.connect(lambda: self._tell_download(downloads))
        shelf.show_engine(self._state)
        page.show_care(self._state)
        return page, shelf


def _warm_up(_: Event) -> Catalogue:
    import_module("desktop.views.models_page")
    return _catalogue()


def _catalogue() -> Catalogue:
    """All entries; where the file has a mistake, none, and what it is: models from the disk do without it."""
    from engine import catalog

    try:
        return catalog.load(), None
    except CatalogueBroken as error:
        return (), error


def is_model(path: str) -> bool:
    """Whether a dropped file is a model, not a document."""
    return path.lower().endswith(SUFFIX) and Path(path).is_file()
