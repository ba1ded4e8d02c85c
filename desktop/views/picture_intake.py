"""Pictures on their way to the composer: dropped, pasted or chosen, read in the background, refused in a sentence."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.background import Background
from desktop.pictures import MOST_PICTURES, Refused, pasted, read_picture, thumbnail
from desktop.views.picture_strip import SIDE, PictureStrip, Shown
from knowledge.history import Image


class PictureIntake(QObject):
    """Fills `strip`; `refused` carries why a picture is not in it."""

    refused = Signal(str)

    def __init__(self, strip: PictureStrip, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._strip, self._background = strip, background

    def add_files(self, paths: Sequence[str]) -> None:
        def work(stop: threading.Event) -> Iterator[Shown | Refused]:
            for path in paths[: MOST_PICTURES + 1]:
                if not stop.is_set():
                    yield _with_thumbnail(read_picture(path))

        self._background.run(work, on_event=self._take)

    def add_image(self, image: QImage) -> None:
        """A picture from the clipboard."""

        def work(_: threading.Event) -> Iterator[Shown | Refused]:
            yield _with_thumbnail(pasted(image))

        self._background.run(work, on_event=self._take)

    def _take(self, read: Shown | Refused) -> None:
        if isinstance(read, Refused):
            self.refused.emit(self._in_words(read))
        elif len(self._strip.pictures) >= MOST_PICTURES:
            words = self.tr("{count} pictures are the most with one prompt. Take one out first.")
            self.refused.emit(words.format(count=MOST_PICTURES))
        else:
            self._strip.add(read)

    def _in_words(self, refused: Refused) -> str:
        match refused.reason:
            case "too_large":
                words = self.tr("The picture “{name}” is too large. Make it smaller and try again.")
            case "missing":
                words = self.tr("The picture “{name}” cannot be opened. Check whether it is still there.")
            case "unreadable":
                words = self.tr("“{name}” is not a picture that can be read. Use PNG, JPEG, WebP, GIF or BMP.")
        return words.format(name=refused.name or self.tr("clipboard"))


def _with_thumbnail(read: Image | Refused) -> Shown | Refused:
    return read if isinstance(read, Refused) else (read, thumbnail(read.data, SIDE * 3))
