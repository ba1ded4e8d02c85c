"""The pages of the document that is open, drawn in the background: those that are seen first, one after the other."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Event

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from desktop.background import Background, Task
from desktop.page_cache import PageCache
from knowledge.readers.page_viewer import Marks, PageViewer, Picture

KEPT = 128 * 1024**2  # bytes of pictures in memory

_FORMATS = {1: QImage.Format.Format_Grayscale8, 3: QImage.Format.Format_BGR888, 4: QImage.Format.Format_RGB32}


class Pages(QObject):
    """`sized` when the pages' sizes are known; `drawn` and `marked` name a page, from 1; `failed` carries the error of
    a document that cannot be shown by pages. A page that cannot be drawn is in `broken`."""

    sized = Signal()
    drawn = Signal(int)
    marked = Signal(int)
    failed = Signal(object)

    def __init__(
        self, viewer: PageViewer, cache: PageCache, background: Background, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._viewer, self._cache, self._background = viewer, cache, background
        self._path, self._document = Path(), 0
        self._text, self._words = "", ""
        self._ranges: Sequence[tuple[int, int]] = ()
        self.sizes: Sequence[tuple[float, float]] = ()
        self.broken: set[int] = set()
        self._pictures: OrderedDict[int, tuple[int, QImage]] = OrderedDict()  # by page: the width asked for, and it
        self._marks: dict[int, tuple[str, Marks]] = {}  # by page: the words looked for, and where they are
        self._wanted: Mapping[int, int] = {}
        self._task: Task | None = None

    def open(self, path: Path, document: int, text: str, ranges: Sequence[tuple[int, int]]) -> None:
        """Another document: `text` and `ranges` of it are marked on its pages."""
        self.close()
        self._path, self._document, self._text, self._ranges = path, document, text, ranges
        self._run(lambda stop: self._viewer.sizes(path, stop.is_set), self._take_sizes, self.failed.emit)

    def close(self) -> None:
        """Let go of the document, and of what is drawn of it just now."""
        if self._task is not None:
            self._task.forsake()
            self._task = None
        self.sizes, self._words, self._wanted = (), "", {}
        self.broken.clear()
        self._pictures.clear()
        self._marks.clear()

    def want(self, widths: Mapping[int, int]) -> None:
        """Draw these pages next, the first one first, so many pixels wide; those wanted before are not any more."""
        self._wanted = dict(widths)
        self._go_on()

    def look_for(self, words: str) -> None:
        """Mark these words on the pages, too."""
        self._words = words
        self._go_on()

    def picture(self, page: int) -> QImage | None:
        """The page as it was drawn last, in whatever width."""
        return self._pictures[page][1] if page in self._pictures else None

    def marks(self, page: int) -> Marks:
        """What is marked on the page, as far as it is known; `found` belongs to the words looked for now."""
        words, marks = self._marks.get(page, ("", Marks()))
        return marks if words == self._words else Marks(marks.passage, marks.matches)

    def knows_marks(self, page: int) -> bool:
        """Whether what is to be marked on the page was looked for already."""
        return page in self._marks and self._marks[page][0] == self._words

    # ------------------------------------------------------------ one piece of work at a time

    def _go_on(self) -> None:
        if self._task is not None or not self.sizes:
            return
        for page, width in self._wanted.items():
            if page in self.broken:
                continue
            if page not in self._pictures or self._pictures[page][0] != width:
                self._run(
                    partial(self._draw, self._path, self._document, page, width),
                    partial(self._take_picture, page, width),
                    lambda _, page=page: self._take_broken(page),  # type: ignore[misc]
                )
                return
            if not self.knows_marks(page):
                self._run(
                    partial(self._find_marks, self._path, page, self._words),
                    partial(self._take_marks, page, self._words),
                    lambda _, page=page: self._take_marks(page, self._words, Marks()),  # type: ignore[misc]
                )
                return

    def _find_marks(self, path: Path, page: int, words: str, stop: Event) -> Marks:
        """In the background."""
        return self._viewer.marks(path, page, self._text, self._ranges, words, stop.is_set)

    def _draw(self, path: Path, document: int, page: int, width: int, stop: Event) -> QImage:
        """In the background."""
        kept = self._cache.get(document, path, page, width)
        if kept is not None:
            return kept.convertToFormat(QImage.Format.Format_RGB32)
        image = as_image(self._viewer.picture(path, page, width, stop.is_set))
        self._cache.keep(document, path, page, width, image)
        return image

    def _run(
        self,
        work: Callable[[Event], object],
        on_done: Callable[[object], None],
        on_failed: Callable[[Exception], None],
    ) -> None:
        def ended(tell: Callable[[object], None], what: object) -> None:
            self._task = None
            tell(what)
            self._go_on()

        self._task = self._background.run(
            work,
            on_done=lambda result: ended(on_done, result),
            on_failed=lambda error: ended(on_failed, error),  # type: ignore[arg-type]
        )

    # ------------------------------------------------------------ what came of it

    def _take_sizes(self, sizes: object) -> None:
        assert isinstance(sizes, list)
        self.sizes = sizes
        self.sized.emit()

    def _take_picture(self, page: int, width: int, image: object) -> None:
        assert isinstance(image, QImage)
        self._pictures[page] = (width, image)
        self._pictures.move_to_end(page)
        while len(self._pictures) > 1 and sum(one.sizeInBytes() for _, one in self._pictures.values()) > KEPT:
            self._pictures.popitem(last=False)
        self.drawn.emit(page)

    def _take_marks(self, page: int, words: str, marks: object) -> None:
        assert isinstance(marks, Marks)
        self._marks[page] = (words, marks)
        self.marked.emit(page)

    def _take_broken(self, page: int) -> None:
        self.broken.add(page)
        self.drawn.emit(page)


def as_image(picture: Picture) -> QImage:
    """A copy of the pixels that Qt owns."""
    form = _FORMATS[picture.channels]
    return QImage(picture.pixels, picture.width, picture.height, picture.stride, form).convertToFormat(
        QImage.Format.Format_RGB32
    )
