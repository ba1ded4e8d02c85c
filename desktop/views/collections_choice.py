"""Which documents a conversation may use: all, none, or those of some collections, as a button that opens a menu.

A collection is ticked on and off while the menu stays open.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

Chosen = tuple[str, ...] | None


class CollectionsChoice(QPushButton):
    """`changed` tells the user's own choice; `chosen` is None for all, "" in it for documents without a collection."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._names: tuple[str, ...] = ()
        self.chosen: Chosen = None
        mark(self, kind="choice")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(12, 12))
        self.clicked.connect(self._open)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.retranslate()

    def offer(self, names: Sequence[str], chosen: Chosen) -> None:
        """The collections there are, and what is chosen of them; one that is gone is offered as long as it is."""
        self.chosen = chosen
        self._names = tuple(sorted({*names, *filter(None, chosen or ())}))
        self.retranslate()

    def _open(self) -> None:
        menu = _StayingMenu(self)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(self.width())
        menu.addAction(self.tr("All documents")).triggered.connect(lambda: self._choose(None))
        menu.addAction(self.tr("No documents")).triggered.connect(lambda: self._choose(()))
        if self._names:
            menu.addSeparator()
        for name in (*self._names, *(("",) if self._names else ())):
            action = menu.addAction(name or self.tr("Without a collection"))
            action.setCheckable(True)
            action.setChecked(self.chosen is not None and name in self.chosen)
            action.toggled.connect(lambda on, name=name: self._tick(name, on=on))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _choose(self, chosen: Chosen) -> None:
        if chosen != self.chosen:
            self.chosen = chosen
            self.retranslate()
            self.changed.emit()

    def _tick(self, name: str, *, on: bool) -> None:
        """Ticking the first one leaves out the others; unticking the last one means all again, not nothing."""
        ticked = [*(self.chosen or ()), name] if on else [one for one in self.chosen or () if one != name]
        self._choose(tuple(sorted(set(ticked))) or None)

    def retranslate(self) -> None:
        match self.chosen:
            case None:
                words = self.tr("All documents")
            case ():
                words = self.tr("No documents")
            case (one,):
                words = one or self.tr("Without a collection")
            case (first, *rest):
                words = self.tr("{name} and {more} more").format(
                    name=first or self.tr("Without a collection"), more=len(rest)
                )
        self.setText(words)
        self.setAccessibleName(self.tr("Documents: {words}").format(words=words))

    def _paint_icon(self) -> None:
        self.setIcon(icon("down", self._theme.tokens.muted, 12))


class _StayingMenu(QMenu):
    """What is ticked in it does not close it."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._tick(self.actionAt(event.position().toPoint())):
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ticks = event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if not (ticks and self._tick(self.activeAction())):
            super().keyPressEvent(event)

    @staticmethod
    def _tick(action: QAction | None) -> bool:
        if action is None or not action.isCheckable():
            return False
        action.toggle()
        return True
