"""The one screen of the first run: the language, something to remember, and Start."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from desktop.language import Language
from desktop.theme import Theme
from desktop.views.icons import seahorse
from desktop.views.stylesheet import mark

WIDTH = 460


class Welcome(QWidget):
    """`language_chosen("en" or "ko")` takes effect at once; `folder_chosen(paths)` and `started` are the window's."""

    language_chosen = Signal(str)
    folder_chosen = Signal(list)
    started = Signal()

    def __init__(self, theme: Theme, language: Language, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._added: list[str] = []
        self._seahorse = QLabel()
        self._title = mark(QLabel(), tone="display")
        self._what = mark(QLabel(), tone="body")
        self._what.setWordWrap(True)
        self._which = mark(QLabel(), tone="caption")
        self._languages = QButtonGroup(self)
        tongues = QHBoxLayout()
        tongues.setSpacing(8)
        for code, name in (("en", "English"), ("ko", "한국어")):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setChecked(code == language.code)
            button.clicked.connect(lambda _, code=code: self.language_chosen.emit(code))
            self._languages.addButton(button)
            tongues.addWidget(button, 1)
        self._drop = QFrame()
        self._drop.setObjectName("welcomeDrop")
        self._invite = QLabel()
        self._invite.setWordWrap(True)
        self._invite.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._choose = mark(QPushButton(), kind="link")
        self._choose.clicked.connect(self._choose_folder)
        self._drop.setMinimumHeight(round(112 * theme.scale))
        inside = QVBoxLayout(self._drop)
        inside.setContentsMargins(20, 22, 20, 18)
        inside.setSpacing(8)
        inside.addWidget(self._invite)
        inside.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignHCenter)
        self._start = mark(QPushButton(), kind="primary")
        self._start.setMinimumHeight(38)
        self._start.clicked.connect(self.started)
        self._private = mark(QLabel(), tone="caption")
        self._private.setWordWrap(True)

        column = QWidget()
        column.setFixedWidth(round(WIDTH * theme.scale))
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget, gap in (
            (self._seahorse, 16),
            (self._title, 8),
            (self._what, 28),
            (self._which, 6),
        ):
            layout.addWidget(widget)
            layout.addSpacing(gap)
        layout.addLayout(tongues)
        layout.addSpacing(16)
        layout.addWidget(self._drop)
        layout.addSpacing(20)
        layout.addWidget(self._start)
        layout.addSpacing(14)
        layout.addWidget(self._private)
        centred = QHBoxLayout()  # an alignment would forget that wrapped lines need height
        centred.addStretch()
        centred.addWidget(column)
        centred.addStretch()
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(centred)
        outer.addStretch(3)

        theme.changed.connect(self._paint)
        self._paint()
        self.retranslate()

    def take_focus(self) -> None:
        """Enter starts at once."""
        self._start.setFocus()

    def show_added(self, paths: Sequence[str]) -> None:
        """Say what was dropped: it is indexed while the reader goes on."""
        self._added += [Path(path).name + ("/" if Path(path).is_dir() else "") for path in paths]
        self._say_invite()

    def retranslate(self) -> None:
        self._title.setText(self.tr("An assistant that remembers"))
        self._what.setText(
            self.tr("Haema keeps what you tell it and what you give it to read, and recalls it when it answers.")
        )
        self._which.setText(self.tr("Language"))
        self._choose.setText(self.tr("Choose a folder…"))
        self._start.setText(self.tr("Start"))
        self._private.setText(
            self.tr(
                "Everything stays on this computer. Haema starts with a small model; you can choose a larger one later."
            )
        )
        self._say_invite()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            chosen = self.focusWidget()
            (chosen if isinstance(chosen, QPushButton) else self._start).click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _say_invite(self) -> None:
        self._invite.setText(
            self.tr("Reading {names}").format(names=", ".join(self._added))
            if self._added
            else self.tr("Drop a folder with your documents here")
        )

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"))
        if folder:
            self.folder_chosen.emit([folder])

    def _paint(self) -> None:
        t = self._theme.tokens
        self._seahorse.setPixmap(seahorse(t.accent, 56).pixmap(QSize(56, 56), self.devicePixelRatioF()))
