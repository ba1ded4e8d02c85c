"""A line to write in, with a cross in our own lines that empties it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from desktop.theme import Theme
from desktop.views.icons import icon


class ClearableField(QLineEdit):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setClearButtonEnabled(True)
        theme.changed.connect(self._dress)
        self._dress()
        self._name()

    def _dress(self) -> None:
        for action in self.findChildren(QAction):
            action.setIcon(icon("close", self._theme.tokens.muted, 14))

    def _name(self) -> None:
        for button in self.findChildren(QToolButton):
            button.setAccessibleName(self.tr("Empty the field"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()
