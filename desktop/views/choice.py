"""A value out of a few, as a button that says it and opens the others; the arrow keys step through them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QPushButton, QSizePolicy, QWidget

from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark


class Choice(QPushButton):
    """`changed` tells the user's own choice, never one that `choose` made."""

    changed = Signal()

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name = theme, name
        self._options: list[tuple[Any, str]] = []
        self._value: Any = None
        mark(self, kind="choice")
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the arrow stands behind the words
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(12, 12))
        self.clicked.connect(self._open)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    @property
    def value(self) -> Any:
        return self._value

    def offer(self, options: Sequence[tuple[Any, str]], *, name: str | None = None) -> None:
        """These values with their words; what is chosen stays chosen as long as it is offered."""
        self._options = list(options)
        self._name = name if name is not None else self._name
        if self._value not in [value for value, _ in self._options] and self._options:
            self._value = self._options[0][0]
        self._say()

    def choose(self, value: Any) -> None:
        """Show `value`; one that is not offered is taken as the first."""
        offered = [option for option, _ in self._options]
        self._value = value if value in offered else offered[0] if offered else None
        self._say()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not self._options:
            super().keyPressEvent(event)
            return
        place = [value for value, _ in self._options].index(self._value) + step
        if 0 <= place < len(self._options):
            self._pick(self._options[place][0])

    def _open(self) -> None:
        menu = QMenu(self)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setMinimumWidth(self.width())
        for value, words in self._options:
            action = menu.addAction(words)
            action.triggered.connect(lambda _=False, value=value: self._pick(value))
            if value == self._value:
                menu.setActiveAction(action)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _pick(self, value: Any) -> None:
        if value != self._value:
            self._value = value
            self._say()
            self.changed.emit()

    def _say(self) -> None:
        words = next((words for value, words in self._options if value == self._value), "")
        self.setText(words)
        self.setAccessibleName(f"{self._name}: {words}" if self._name else words)

    def _paint_icon(self) -> None:
        self.setIcon(icon("down", self._theme.tokens.muted, 12))
