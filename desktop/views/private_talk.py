"""A private conversation in the window: it lasts as long as it is looked at, and is gone when the user leaves it."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject

from desktop.answering import Answering
from desktop.background import Background
from desktop.home import Home
from knowledge.private import is_private

log = logging.getLogger(__name__)


class PrivateTalk(QObject):
    """At most one at a time."""

    def __init__(self, home: Home, answering: Answering, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._home, self._answering, self._background = home, answering, background
        self._left = False
        answering.ended.connect(self._end)

    def begin(self) -> str:
        """The id of a new one."""
        return self._home.history.begin_private().id

    def leave(self) -> None:
        """The user went elsewhere: an answer that is written in it is stopped, then nothing of it is left."""
        self._left = True
        if self._answering.busy and is_private(self._answering.conversation):
            self._answering.stop()
        else:
            self._end()

    def _end(self, _error: Exception | None = None) -> None:
        if self._left:
            self._left = False
            self._background.run(lambda _: self._home.chat.end_private(), on_failed=_complain)


def _complain(error: Exception) -> None:
    log.error("a private conversation was not ended properly: %s", type(error).__name__)
