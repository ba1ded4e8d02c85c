"""A room of the window: a page that takes the conversation's place until the user goes back to where they came from.

The page is built when the room is first entered; its shelf, which fetches what the page lists, works while it is seen.
"""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedLayout, QWidget


class Page(Protocol):
    """What a room shows; a `QWidget`."""

    def take_focus(self) -> None: ...


class Shelf(Protocol):
    """What fetches the rows: `visible` while somebody looks."""

    visible: bool

    def refresh(self) -> None: ...


P = TypeVar("P", bound=Page)
S = TypeVar("S", bound=Shelf)


class Room(QObject, Generic[P, S]):
    """`closed` when the user went back."""

    closed = Signal()

    def __init__(self, pages: QStackedLayout, window: QWidget) -> None:
        super().__init__(window)
        self._pages, self._window = pages, window
        self._page: P | None = None
        self._shelf: S | None = None
        self._before: QWidget | None = None
        pages.currentChanged.connect(self._look)

    def _furnish(self) -> tuple[P, S]:
        """The page and its shelf, built when first asked for."""
        raise NotImplementedError

    @property
    def is_open(self) -> bool:
        return self._page is not None and cast(Any, self._pages.currentWidget()) is self._page

    def open(self) -> None:
        """Show the room; Esc leads back."""
        page, shelf = self._furnish()
        if not self.is_open:
            self._before = self._pages.currentWidget()
            self._pages.setCurrentWidget(cast(QWidget, page))
            shelf.refresh()
        page.take_focus()

    def close(self) -> None:
        """Back to where the user came from."""
        if self.is_open and self._before is not None:
            self._pages.setCurrentWidget(self._before)
            self.closed.emit()

    def toggle(self) -> None:
        if self.is_open:
            self.close()
        else:
            self.open()

    def _look(self) -> None:
        """Somebody looks, or does not any more; back from a document, the list may be another."""
        if self._shelf is not None:
            self._shelf.visible = self.is_open
            if self.is_open:
                self._shelf.refresh()
