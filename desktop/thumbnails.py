"""Small squares of the pictures in a conversation, decoded in the background and kept while they are looked at."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.background import Background
from desktop.pictures import thumbnail
from knowledge.history import History

KEPT = 64  # messages
SIDE = 360  # pixels: enough for a square of 120 at three times the scale


class Thumbnails(QObject):
    """`ready` names a message whose pictures can be painted now."""

    ready = Signal(int)

    def __init__(self, history: History, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history, self._background = history, background
        self._kept: OrderedDict[int, list[QImage]] = OrderedDict()
        self._asked: set[int] = set()

    def of(self, message: int) -> list[QImage]:
        """The message's pictures; empty until they are `ready`. One that cannot be read is null."""
        if message in self._kept:
            self._kept.move_to_end(message)
            return self._kept[message]
        if message not in self._asked:
            self._asked.add(message)
            self._background.run(
                lambda _: [thumbnail(image.data, SIDE) for image in self._history.images(message)],
                on_done=lambda images: self._keep(message, images),
                on_failed=lambda _: self._asked.discard(message),
            )
        return []

    def _keep(self, message: int, images: list[QImage]) -> None:
        self._asked.discard(message)
        self._kept[message] = images
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.ready.emit(message)
