"""While the user reads and types, the model already reads: a pause in typing prepares what is typed so far."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

PAUSE_MS = 600  # a pause in typing that long is a chance


class TypingAhead(QObject):
    """`prepare(conversation, text)` is the use case's, which returns at once."""

    def __init__(self, prepare: Callable[[str | None, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prepare = prepare
        self._wish: tuple[str | None, str] = (None, "")  # the conversation, and what is typed so far
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._begin)

    def opened(self, conversation: str | None) -> None:
        """A conversation is looked at: prepare it at once."""
        self._pause.stop()
        self._prepare(conversation, "")

    def typed(self, conversation: str | None, text: str) -> None:
        """The text changed: prepare it when the next pause comes."""
        self._wish = (conversation, text)
        self._pause.start()

    def drop(self) -> None:
        """The prompt was sent: nothing more is to be prepared."""
        self._pause.stop()

    def _begin(self) -> None:
        self._prepare(*self._wish)
