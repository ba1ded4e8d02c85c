"""What is on its way to this computer: a line each, with bytes, speed and time left in words, to pause and to go on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.downloads import Download, Downloads
from desktop.fit_words import in_words
from desktop.language import say
from desktop.views.stylesheet import mark

MOST_HEIGHT = 190  # of the lines together; then they scroll
STEPS = 1000  # of a bar; bytes of a large model are too many for Qt's integers


class DownloadsPanel(QFrame):
    """Hidden while nothing is on its way. `cancel_wanted(Download)` asks its owner, who asks the user."""

    cancel_wanted = Signal(object)

    def __init__(self, downloads: Downloads, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._downloads = downloads
        self._lines: dict[int, _Line] = {}
        self.setObjectName("notice")
        self._title = mark(QLabel(), tone="caption")
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(8)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        self._inside.setAutoFillBackground(False)  # `setWidget` has switched it on
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 10, 10)
        layout.setSpacing(8)
        layout.addWidget(self._title)
        layout.addWidget(self._scroll)
        downloads.changed.connect(self._renew)
        self._renew()

    def _renew(self) -> None:
        shown = [one for one in self._downloads.items if one.unfinished]
        for id in set(self._lines) - {one.id for one in shown}:
            line = self._lines.pop(id)
            line.hide()
            self._column.removeWidget(line)
            line.deleteLater()
        for one in shown:
            if one.id not in self._lines:
                line = _Line()
                line.paused.connect(lambda id=one.id: self._downloads.pause(id))
                line.resumed.connect(lambda id=one.id: self._downloads.resume(id))
                line.cancelled.connect(lambda id=one.id: self._ask_to_cancel(id))
                self._lines[one.id] = line
                self._column.addWidget(line)
            self._lines[one.id].show_download(one)
        self._title.setText(self.tr("Downloads"))
        self.setAccessibleName(self.tr("Downloads"))
        self.setVisible(bool(shown))
        self._fit()
        QTimer.singleShot(0, self, self._fit)  # when the lines know how high their new words are

    def _fit(self) -> None:
        """As high as the lines need, up to `MOST_HEIGHT`."""
        width = self._scroll.viewport().width()
        needed = self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else 0
        self._scroll.setFixedHeight(min(max(needed, self._column.sizeHint().height()), MOST_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _ask_to_cancel(self, id: int) -> None:
        one = next((one for one in self._downloads.items if one.id == id), None)
        if one is not None:
            self.cancel_wanted.emit(one)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._renew()


class _Line(QWidget):
    """Name, words, bar; pause or go on, and cancel."""

    paused = Signal()
    resumed = Signal()
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._phase = ""
        self._name = QLabel()
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setWordWrap(True)
        self._words = mark(QLabel(), tone="caption")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._go = mark(QPushButton(), kind="link")
        self._go.clicked.connect(self._toggle)
        self._cancel = mark(QPushButton(), kind="link")
        self._cancel.clicked.connect(self.cancelled)
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._name, 1)
        head.addWidget(self._go)
        head.addWidget(self._cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        layout.addWidget(self._words)

    def show_download(self, one: Download) -> None:
        self._phase = one.phase
        name = one.wanted.title
        self._name.setText(name)
        self._bar.setVisible(one.phase not in {"failed", "waiting"})
        known = one.progress is not None and bool(one.progress.total)
        busy = one.phase == "running" and not known
        self._bar.setRange(0, 0 if busy else STEPS)
        if one.progress is not None and one.progress.total:
            self._bar.setValue(min(STEPS, one.progress.done * STEPS // one.progress.total))
        elif not busy:
            self._bar.setValue(0)
        words = self._in_words(one)
        mark(self._words, tone="danger" if one.phase == "failed" else "caption").setText(words)
        self._bar.setAccessibleName(f"{name}: {words}")
        self._go.setText(
            {
                "running": self.tr("Pause"),
                "pausing": self.tr("Pause"),
                "waiting": self.tr("Pause"),
                "failed": self.tr("Try again"),
            }.get(one.phase, self.tr("Go on"))
        )
        self._go.setEnabled(one.phase != "pausing")
        self._go.setAccessibleName(f"{self._go.text()}: {name}")
        self._cancel.setText(self.tr("Cancel"))
        self._cancel.setAccessibleName(f"{self._cancel.text()}: {name}")

    def _toggle(self) -> None:
        (self.paused if self._phase in {"running", "waiting"} else self.resumed).emit()

    def _in_words(self, one: Download) -> str:
        match one.phase:
            case "failed":
                return say(one.error) if one.error is not None else ""
            case "waiting":
                return self.tr("Waits for the one before")
            case "pausing":
                return self.tr("Stopping…")
            case "paused":
                return (
                    self.tr("Paused · {amount}").format(amount=self._amount(one)) if one.progress else self.tr("Paused")
                )
        if one.progress is None:
            return self.tr("Connecting…")
        match one.progress.step:
            case "connecting":
                return self.tr("Connecting…")
            case "waiting":
                return self.tr("The connection was lost; trying again… · {amount}").format(amount=self._amount(one))
            case "checking":
                return self.tr("Checking that it arrived unharmed…")
        parts = [self._amount(one)]
        if one.progress.speed > 0:
            parts.append(self.tr("{amount} a second").format(amount=in_words(round(one.progress.speed))))
        if one.progress.seconds_left is not None:
            parts.append(self._left(one.progress.seconds_left))
        return " · ".join(parts)

    def _amount(self, one: Download) -> str:
        assert one.progress is not None
        if not one.progress.total:
            return in_words(one.progress.done)
        return self.tr("{done} of {total}").format(done=in_words(one.progress.done), total=in_words(one.progress.total))

    def _left(self, seconds: float) -> str:
        if seconds < 60:
            return self.tr("{count} s left").format(count=max(1, round(seconds)))
        if seconds < 5400:
            return self.tr("{count} min left").format(count=round(seconds / 60))
        return self.tr("{count} h left").format(count=QLocale().toString(seconds / 3600, "f", 1))
