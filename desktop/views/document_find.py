"""The line in which words are looked for in an open document."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from desktop.opened_document import MOST_HITS
from desktop.theme import Size, Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

TYPING_MS = 150  # after the last letter, words are looked for
WIDTH = 260


class FindBar(QWidget):
    """`looked_for` carries the words, empty when the line is closed; `step_wanted` 1 or -1."""

    looked_for = Signal(str)
    step_wanted = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = mark(QLineEdit(), kind="field")
        self.field.setFixedWidth(round(WIDTH * theme.scale))
        self._count = mark(QLabel(), tone="muted")
        self._previous, self._next, self._close = QToolButton(), QToolButton(), QToolButton()
        self._previous.clicked.connect(lambda: self.step_wanted.emit(-1))
        self._next.clicked.connect(lambda: self.step_wanted.emit(1))
        self._close.clicked.connect(self.leave)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 6, 16, 6)
        layout.setSpacing(6)
        layout.addStretch(1)
        for widget in (self.field, self._count, self._previous, self._next, self._close):
            layout.addWidget(widget)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(lambda: self.looked_for.emit(self.words))
        self.field.textChanged.connect(lambda _: self._typing.start())
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.retranslate()
        self.hide()

    @property
    def words(self) -> str:
        """What is looked for now; empty while the line is closed."""
        return "" if self.isHidden() else self.field.text().strip()

    def enter(self) -> None:
        """Show the line, with the keyboard in it."""
        if self.isHidden():
            self.show()
            self._typing.start()
        self.field.setFocus()
        self.field.selectAll()

    def leave(self) -> None:
        if not self.isHidden():
            self.hide()
            self._typing.stop()
            self.show_count(0, 0)
            self.looked_for.emit("")

    def show_count(self, current: int, hits: int | None) -> None:
        """Which of how many places is shown; None while they are looked for."""
        if not self.words or hits is None:
            words, hits = "", 0
        elif not hits:
            words = self.tr("Not in this document")
        else:
            many = QLocale().toString(hits) + ("+" if hits >= MOST_HITS else "")
            words = self.tr("{number} of {hits}").format(number=QLocale().toString(current), hits=many)
        self._count.setText(words)
        self._previous.setEnabled(hits > 1)
        self._next.setEnabled(hits > 1)

    def retranslate(self) -> None:
        self.field.setPlaceholderText(self.tr("Find in the document"))
        for button, name in (
            (self._previous, self.tr("Previous place")),
            (self._next, self.tr("Next place")),
            (self._close, self.tr("Close")),
        ):
            button.setToolTip(name)
            button.setAccessibleName(name)

    def _paint_icons(self) -> None:
        for button, name in ((self._previous, "up"), (self._next, "down"), (self._close, "close")):
            button.setIconSize(QSize(Size.ICON - 2, Size.ICON - 2))
            button.setIcon(icon(name, self._theme.tokens.muted, Size.ICON - 2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            if self._typing.isActive():
                self._typing.stop()
                self.looked_for.emit(self.words)
            else:
                self.step_wanted.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
