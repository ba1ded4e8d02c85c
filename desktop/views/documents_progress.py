"""The indexing, told at length: how many files, how fast, how long still, which one; to be held, or stopped."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.attach import Attaching, AttachState
from desktop.language import say
from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.progress import time_left
from desktop.views.stylesheet import mark


class DocumentsProgress(QFrame):
    """Hidden while nothing is indexed, and once the outcome was seen."""

    def __init__(self, attaching: Attaching, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._attaching, self._theme = attaching, theme
        self.setObjectName("notice")
        self.words, self._current = QLabel(), mark(_Line(), tone="caption")
        for label in (self.words, self._current):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.pause, self.stop = mark(QPushButton(), kind="link"), mark(QPushButton(), kind="link")
        self.follow = mark(QPushButton(), kind="link")
        self._close = QToolButton()
        self._close.setIconSize(QSize(14, 14))
        self.pause.clicked.connect(lambda: attaching.pause(paused=not attaching.state.paused))
        self.stop.clicked.connect(attaching.cancel)
        self.follow.clicked.connect(attaching.follow_dropped)
        self._close.clicked.connect(attaching.dismiss)
        above = QHBoxLayout()
        above.addWidget(self.words, 1)
        above.addWidget(self._close)
        below = QHBoxLayout()
        below.addWidget(self._current, 1)
        below.addStretch(0)
        for button in (self.follow, self.pause, self.stop):
            below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(above)
        layout.addWidget(self._bar)
        layout.addLayout(below)
        attaching.changed.connect(self._show)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._show(attaching.state)

    def _show(self, state: AttachState) -> None:
        self.setVisible(state.phase != "idle")
        self.words.setText(self._in_words(state))
        self._bar.setVisible(state.under_way)
        self._bar.setRange(0, state.total)
        self._bar.setValue(state.done)
        self._current.show_words(state.current)
        self._current.setVisible(state.under_way and bool(state.current))
        self.pause.setText(self.tr("Go on") if state.paused else self.tr("Pause"))
        self.pause.setVisible(state.phase == "running" and state.total > 0)
        self.stop.setText(self.tr("Stop"))
        self.stop.setVisible(state.phase == "running")
        self.follow.setText(self.tr("Follow this folder"))
        self.follow.setVisible(state.phase == "done" and bool(state.unfollowed))
        self._close.setToolTip(self.tr("Close"))
        self._close.setAccessibleName(self.tr("Close"))
        self._close.setVisible(not state.under_way)

    def _in_words(self, state: AttachState) -> str:
        locale = QLocale()
        kept, refused = locale.toString(state.done - state.refused), locale.toString(state.refused)
        match state.phase:
            case "idle":
                return ""
            case "failed":
                return say(state.error) if state.error is not None else ""
            case "stopping":
                return self.tr("Stopping…")
            case "running" if not state.total:
                return self.tr("Counting the files in {name}…").format(name=state.name)
            case "running":
                parts = [
                    self.tr("{done} of {total} files").format(
                        done=locale.toString(state.done), total=locale.toString(state.total)
                    )
                ]
                if state.paused:
                    parts.append(self.tr("paused"))
                else:
                    parts += self._pace(state)
                return " · ".join(parts)
            case "stopped":
                return self.tr("Stopped: {kept} files remembered.").format(kept=kept)
            case "done" if state.refused:
                return self.tr("{kept} files remembered, {refused} left out.").format(kept=kept, refused=refused)
            case "done":
                return self.tr("{kept} files remembered.").format(kept=kept)

    def _pace(self, state: AttachState) -> list[str]:
        parts = []
        if state.files_per_second:
            speed = QLocale().toString(state.files_per_second, "f", 1 if state.files_per_second < 10 else 0)
            parts.append(self.tr("{speed} files/s").format(speed=speed))
        if state.seconds_left is not None:
            parts.append(time_left(state.seconds_left))
        return parts

    def _paint_icon(self) -> None:
        self._close.setIcon(icon("close", self._theme.tokens.muted, 14))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show(self._attaching.state)


class _Line(QLabel):
    """A file's name, which gives way in its middle."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str) -> None:
        self._words = words
        self.setText(self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, max(40, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.show_words(self._words)
