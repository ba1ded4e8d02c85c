"""The text field of the composer: grows with its text, and sends on Enter without losing a syllable.

With a Korean input method the last syllable is still being composed (preedit) when Enter comes, and its commit may
arrive before the key, after it, or never. One rule covers every order: Enter while Hangul is composed asks the
input method to commit and sends once nothing is composed any more; what is not committed in `COMMIT_MS` is taken
as it stands. A preedit that is not Hangul is a conversion (Japanese, Chinese), and Enter only confirms it.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragMoveEvent,
    QGuiApplication,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QTextEdit, QWidget

MAX_LINES = 8
COMMIT_MS = 120  # input methods that answer over D-Bus or Wayland take a few ms, a loaded machine tens
ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xD7B0, 0xD7FF))


def is_hangul(text: str) -> bool:
    """Whether `text` is of syllables and jamo alone, as a Korean input method composes them."""
    return bool(text) and all(any(first <= ord(letter) <= last for first, last in HANGUL) for letter in text)


class Prompt(QTextEdit):
    """Plain text; `sent` when Enter means it, `files` and `picture` for what is pasted as files or as a picture."""

    sent = Signal()
    files = Signal(list)
    picture = Signal(QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("prompt")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().setDocumentMargin(2)  # or the caret hides the first letter
        self._preedit = ""
        self._sending = False
        self._taken = ""  # committed by us; the input method's own late commit of it is dropped
        self._patience = QTimer(self, singleShot=True, interval=COMMIT_MS)
        self._patience.timeout.connect(self._take_and_send)
        self._forget = QTimer(self, singleShot=True, interval=3 * COMMIT_MS)
        self._forget.timeout.connect(self._forget_taken)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self.updateGeometry())

    # ------------------------------------------------------------ size

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().lineSpacing()
        height = min(max(self.document().size().height(), line), MAX_LINES * line)
        return QSize(200, round(height) + 2)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    # ------------------------------------------------------------ Enter and the input method

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in ENTER:
            if self._sending and event.text():
                self._take_and_send()  # someone types on: what Enter was pressed for goes first
            super().keyPressEvent(event)
            return
        event.accept()
        breaks = bool(event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier))
        if breaks:
            self._commit()
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        elif not self._preedit:
            self._send()
        elif is_hangul(self._preedit):
            self._sending = True
            self._patience.start()
            QGuiApplication.inputMethod().commit()
        else:
            QGuiApplication.inputMethod().commit()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self._taken and event.commitString() == self._taken:
            event.setCommitString("")
            self._forget_taken()
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)
        if not self._sending:
            return
        if self._preedit:
            self._patience.start()  # still composing
        else:
            # after the events that the input method has queued behind this one
            QTimer.singleShot(0, self, self._send_if_wanted)

    def _commit(self) -> None:
        """Make what is composed part of the text now."""
        if not self._preedit:
            return
        QGuiApplication.inputMethod().commit()
        if self._preedit:  # the input method did not answer at once
            self._taken = self._preedit
            self._forget.start()
            event = QInputMethodEvent("", [])
            event.setCommitString(self._preedit)
            self._preedit = ""
            super().inputMethodEvent(event)
            QGuiApplication.inputMethod().reset()

    def _take_and_send(self) -> None:
        if self._sending:
            self._commit()
            self._send()

    def _send_if_wanted(self) -> None:
        if self._sending and not self._preedit:
            self._send()

    def _send(self) -> None:
        self._sending = False
        self._patience.stop()
        self.sent.emit()

    def _forget_taken(self) -> None:
        self._taken = ""

    # ------------------------------------------------------------ paste and drop

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return bool(local_files(source)) or source.hasText() or source.hasImage()

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = local_files(source)
        if files:
            self.files.emit(files)
        elif source.hasText():  # before a picture: a spreadsheet's cells are offered as both
            self.insertPlainText(source.text())
        elif source.hasImage():
            self.picture.emit(QImage(source.imageData()))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if local_files(event.mimeData()):
            event.ignore()  # files go to the window, which shows where they may be dropped
        else:
            super().dragEnterEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if local_files(event.mimeData()):
            event.ignore()
        else:
            super().dragMoveEvent(event)


def local_files(mime: QMimeData) -> list[str]:
    """The paths of this computer's files and folders in what is dropped or pasted."""
    return [QUrl.toLocalFile(url) for url in mime.urls() if url.isLocalFile()] if mime.hasUrls() else []
