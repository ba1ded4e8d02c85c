"""The way into a document and back: what an answer names is opened at its place, and the conversation stays as it was.

The view is built when a document is first opened. The process that draws pages is started for the first PDF, and ended
when no document was open for a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget
from shiboken6 import isValid

from desktop.background import Background, Task
from desktop.home import Home
from desktop.language import say
from desktop.theme import Theme
from knowledge.messages import Recalled

if TYPE_CHECKING:
    from desktop.opened_document import OpenedDocument
    from desktop.views.document_view import DocumentView
    from knowledge.readers.page_viewer import PageViewer

IDLE_MS = 60_000  # that the drawing process waits for the next document


class DocumentRoom(QObject):
    """`closed` when the reader went back."""

    closed = Signal()

    def __init__(
        self, home: Home, theme: Theme, background: Background, pages: QStackedLayout, window: QWidget
    ) -> None:
        super().__init__(window)
        self._home, self._theme, self._background = home, theme, background
        self._pages, self._window = pages, window
        self._view: DocumentView | None = None
        self._viewer: PageViewer | None = None
        self._before: QWidget | None = None
        self._focus: QWidget | None = None
        self._task: Task | None = None
        self._idle = QTimer(self, singleShot=True, interval=IDLE_MS)
        self._idle.timeout.connect(self._let_go)
        self._warm = False  # the view's code is imported, while nobody waits for it

    @property
    def is_open(self) -> bool:
        return self._view is not None and self._pages.currentWidget() is self._view

    @property
    def view(self) -> DocumentView | None:
        """What is shown, once a document was opened."""
        return self._view

    def warm_up(self, sources: Mapping[int, Recalled]) -> None:
        """These are shown now, so one of them may be opened soon."""
        if not self._warm and any(source.path is not None for source in sources.values()):
            self._warm = True
            self._background.run(lambda _: import_module("desktop.views.document_view"))

    def open(self, source: Recalled) -> None:
        """Show the document that was recalled, at the words by which it was; Esc leads back."""
        view = self._furnish()
        if not self.is_open:
            self._before, self._focus = self._pages.currentWidget(), self._window.window().focusWidget()
        self._idle.stop()
        view.announce(source.path or "")
        self._pages.setCurrentWidget(view)
        view.take_focus()
        if self._task is not None:
            self._task.forsake()
        from desktop.opened_document import opened

        store = self._home.store
        self._task = self._background.run(lambda _: opened(store, source), on_done=self._show, on_failed=self._tell)

    def close(self) -> None:
        """Back to where the reader came from, with the keyboard where it was."""
        if not self.is_open or self._view is None:
            return
        if self._task is not None:
            self._task.forsake()
            self._task = None
        if self._before is not None:
            self._pages.setCurrentWidget(self._before)
        self._view.clear()
        self._idle.start()
        self.closed.emit()
        if self._focus is not None and isValid(self._focus) and self._focus.isVisible():
            self._focus.setFocus()
        self._focus = None

    def shut(self) -> None:
        """End the process that draws; the window is going away."""
        self._idle.stop()
        if self._viewer is not None:
            self._viewer.close()

    # ------------------------------------------------------------ what the background tells

    def _show(self, document: OpenedDocument) -> None:
        self._task = None
        if self._view is not None and self.is_open:
            self._view.open(document)
            self._view.take_focus()

    def _tell(self, error: Exception) -> None:
        self._task = None
        if self._view is not None:
            self._view.notice.say(say(error), tone="danger")

    def _let_go(self) -> None:
        viewer = self._viewer
        if viewer is not None and not self.is_open:
            self._background.run(lambda _: viewer.close())

    # ------------------------------------------------------------ built once

    def _furnish(self) -> DocumentView:
        if self._view is not None:
            return self._view
        # here, because a window in which no document is opened should not wait for this
        from desktop.opened_document import holds
        from desktop.page_cache import PageCache
        from desktop.pages import Pages
        from desktop.views.document_view import DocumentView
        from knowledge.readers.page_viewer import PageViewer

        home = self._home
        self._viewer = PageViewer()
        cache = PageCache(home.folder / "cache" / "pages", lambda document: holds(home.store, document))
        view = DocumentView(self._theme, Pages(self._viewer, cache, self._background, self), self._background)
        view.closed.connect(self.close)
        self._pages.addWidget(view)
        self._view = view
        return view
