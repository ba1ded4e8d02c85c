"""One sentence above the composer that the reader should see, with the button that does something about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark


class Notice(QFrame):
    """Hidden while there is nothing to say; the newest sentence replaces the one before."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._act: Callable[[], None] = lambda: None
        self.setObjectName("notice")
        self._sentence = QLabel()
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = mark(QPushButton(), kind="link")
        self._button.clicked.connect(self._press)
        self._close = QToolButton()
        self._close.setIconSize(QSize(14, 14))
        self._close.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._button)
        layout.addWidget(self._close)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.hide()

    @property
    def sentence(self) -> str:
        """What is said now; empty while hidden."""
        return self._sentence.text() if not self.isHidden() else ""

    def say(
        self,
        sentence: str,
        *,
        tone: Literal["warn", "danger", "muted"] = "warn",
        button: str = "",
        act: Callable[[], None] = lambda: None,
    ) -> None:
        mark(self._sentence, tone=tone).setText(sentence)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._act = act
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close"))
        self.setAccessibleName(sentence)
        self.show()

    def _press(self) -> None:
        self.hide()
        self._act()

    def _paint_icon(self) -> None:
        self._close.setIcon(icon("close", self._theme.tokens.muted, 14))
