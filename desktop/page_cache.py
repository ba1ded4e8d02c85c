"""Pages that were drawn, kept on the disk: a folder for each document, which goes when the document is forgotten.

The files are written by this process from pixels it checked, so they may be read without suspicion.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QImage

log = logging.getLogger(__name__)

LARGEST = 200 * 1024**2  # bytes of all documents' pages
TIDY_EVERY = 40  # pages kept


class PageCache:
    """Pages under `folder`/<document>/; a page is known by the file it was drawn from, its number and its width.

    `is_known` tells whether the memory still holds a document: of one that was forgotten nothing is kept.
    """

    def __init__(self, folder: Path, is_known: Callable[[int], bool]) -> None:
        self._folder, self._is_known = folder, is_known
        self._kept = 0

    def get(self, document: int, file: Path, page: int, width: int) -> QImage | None:
        """The page's picture, if it was kept."""
        path = self._path(document, file, page, width)
        if path is None or not path.is_file():
            return None
        image = QImage(str(path))
        if image.isNull():
            return None
        with suppress(OSError):
            path.touch()  # it is the oldest that go
        return image

    def keep(self, document: int, file: Path, page: int, width: int, image: QImage) -> None:
        """A full disk costs nothing but the next drawing of the page."""
        path = self._path(document, file, page, width)
        if path is None or not self._is_known(document):
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            image.save(str(path), quality=80)
            if not self._is_known(document):  # forgotten meanwhile
                path.unlink(missing_ok=True)
            self._kept += 1
            if self._kept % TIDY_EVERY == 1:
                self._tidy()
        except OSError as error:
            log.warning("a page could not be kept: %s", type(error).__name__)

    def _path(self, document: int, file: Path, page: int, width: int) -> Path | None:
        try:
            found = file.stat()
        except OSError:
            return None
        return self._folder / str(document) / f"{found.st_size:x}-{found.st_mtime_ns:x}-{page}-{width}.png"

    def _tidy(self) -> None:
        """Remove the pages that were not looked at for longest, until the rest is small enough."""
        files = [(path, path.stat()) for path in self._folder.glob("*/*.png")]
        files.sort(key=lambda file: file[1].st_mtime)
        size = sum(stat.st_size for _, stat in files)
        for path, stat in files:
            if size <= LARGEST:
                break
            path.unlink(missing_ok=True)
            size -= stat.st_size
