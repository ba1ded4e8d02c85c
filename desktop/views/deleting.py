"""Deleting a conversation: the user is asked, an answer that is written in it is stopped and stored, then it goes."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.answering import Answering
from desktop.background import Background
from desktop.home import Home
from desktop.models.conversations import ConversationsModel


class Deleting(QObject):
    """`leaving(id)` before a conversation goes, `gone` after it, `failed(error)` when it could not."""

    leaving = Signal(str)
    gone = Signal()
    failed = Signal(object)

    def __init__(
        self, home: Home, answering: Answering, background: Background, model: ConversationsModel, window: QWidget
    ) -> None:
        super().__init__(window)
        self._home, self._answering, self._background, self._window = home, answering, background, window
        self._model = model
        self._doomed: str | None = None

    def ask(self, id: str) -> None:
        from desktop.views.dialogs import may_delete

        conversation = self._model.conversation(id)
        if conversation is None or not may_delete(conversation.title, self._window, self._home.chat.bin_days()):
            return
        self._model.remove(id)
        self.leaving.emit(id)
        if self._answering.busy and self._answering.conversation == id:
            self._doomed = id  # once its answer is stopped and stored
            self._answering.stop()
        else:
            self._forget(id)

    def settle(self) -> bool:
        """An answer is stored: whether it was in a conversation that goes now."""
        doomed, self._doomed = self._doomed, None
        if doomed is not None:
            self._forget(doomed)
        return doomed is not None

    def _forget(self, id: str) -> None:
        def done(_: object) -> None:
            self._home.consolidate_soon()
            self.gone.emit()

        self._background.run(lambda _: self._home.chat.delete(id), on_done=done, on_failed=self.failed.emit)
