"""The pages of a PDF as a column: drawn where they are seen, with the words looked for marked like with a pen."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop.opened_document import OpenedDocument
from desktop.pages import Pages
from desktop.theme import LIGHT, Size, Theme
from knowledge.readers.page_viewer import Marks, Share, Shares

GAP, MARGIN = 16, 24  # between and beside pages
WIDEST = 860  # pixels of a page that is as wide as the window, at 100 % text size
STEPS = (0.25, 0.33, 0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)  # of that
SETTLED_MS = 120  # after the last step of a zoom or a resize, pages are drawn anew
EYE = 0.28  # of the height: where a mark is brought to
BAR = 3  # pixels: the line beside the passage
BESIDE = 9  # pixels from it to the words
AROUND = 1.5  # pixels that a mark is larger than its words
SIDE_BY_SIDE = 0.3  # of a line's width
SCRAP = 0.15  # of the page's width: a narrower block gets no line of its own


class PageColumn(QAbstractScrollArea):
    """`moved` names the page that is read; `zoomed` how large it is, 1.0 being as wide as fits."""

    moved = Signal(int)
    zoomed = Signal(float)

    def __init__(self, theme: Theme, pages: Pages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._pages = theme, pages
        self._zoom = 1.0
        self._tops: list[int] = [0]
        self._sizes: list[tuple[int, int]] = []
        self._page = 1
        self._sought: tuple[int, int, bool] | None = None  # a page, which of its marks, and whether of those found
        self._current: tuple[int, int, bool] | None = None
        self._grip: QPointF | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.verticalScrollBar().setSingleStep(round(40 * theme.scale))
        self.horizontalScrollBar().setSingleStep(round(40 * theme.scale))
        self._settle = QTimer(self, singleShot=True, interval=SETTLED_MS)
        self._settle.timeout.connect(self._want)
        pages.sized.connect(self._lay_out_first)
        pages.drawn.connect(self._show_drawn)
        pages.marked.connect(self._show_marked)
        theme.changed.connect(self.viewport().update)

    # ------------------------------------------------------------ what is shown

    def open(self, document: OpenedDocument) -> None:
        """The document's pages, as soon as their sizes are known."""
        assert document.id is not None
        assert document.source is not None
        self._tops, self._sizes, self._page = [0], [], document.page_of(document.best) or 1
        self._sought = self._current = None
        self._pages.open(Path(document.path), document.id, document.source.text, document.source.matches)
        self.viewport().update()

    @property
    def page(self) -> int:
        """The page that is read, from 1."""
        return self._page

    @property
    def pages(self) -> int:
        return len(self._sizes)

    def go_to_page(self, page: int) -> None:
        """Bring the page's beginning to the top."""
        if self._sizes:
            self._sought = None
            page = max(1, min(page, len(self._sizes)))
            self.verticalScrollBar().setValue(self._tops[page - 1] - GAP // 2)
            self._set_page(page)

    def go_to(self, page: int, nth: int, *, found: bool) -> None:
        """Bring a mark into sight: the `nth` of those on the page, among the words found or among the answer's.

        It is gone to when the page's marks are known; until then the page is shown.
        """
        self._sought = self._current = (page, nth, found)
        if self._sizes and not self._reach():
            sought = self._sought
            self.go_to_page(page)
            self._sought = sought
        self._want()

    def _reach(self) -> bool:
        """Scroll to what is sought, if the page's marks are known."""
        if self._sought is None:
            return True
        page, nth, found = self._sought
        if not self._pages.knows_marks(page) or not 1 <= page <= len(self._sizes):
            return False
        self._sought = None
        mark = _mark(self._pages.marks(page), nth, found=found)
        if not mark:
            self.go_to_page(page)
            return True
        place, room = self._place(page), self.viewport().size()
        area = _on(place, mark[0])
        vertical, across = self.verticalScrollBar(), self.horizontalScrollBar()
        if area.top() < 0 or area.bottom() > room.height():
            vertical.setValue(round(vertical.value() + area.top() - EYE * room.height()))
        if area.left() < 0 or area.right() > room.width():
            across.setValue(round(across.value() + area.center().x() - room.width() / 2))
        self._set_page(page)
        self.viewport().update()
        return True

    # ------------------------------------------------------------ size

    def zoom(self, steps: int) -> None:
        """Larger or smaller by a step; 0: as wide as fits."""
        if not steps:
            self._set_zoom(1.0)
            return
        further = [step for step in STEPS if (step > self._zoom + 0.01 if steps > 0 else step < self._zoom - 0.01)]
        if further:
            self._set_zoom(further[0] if steps > 0 else further[-1])

    def _set_zoom(self, zoom: float) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self._lay_out()
            self.zoomed.emit(zoom)

    def _lay_out_first(self) -> None:
        page = self._page
        self._lay_out()
        self._page = 0
        self._set_page(max(1, min(page, self.pages)))
        sought = self._sought
        self.go_to_page(page)
        self._sought = sought
        self._reach()
        self._want()

    def _lay_out(self) -> None:
        """Place all pages; the point at the eye stays where it is."""
        sizes = self._pages.sizes
        if not sizes:
            return
        eye = self.viewport().height() * EYE
        row, share = self._at(eye)
        usual = sorted(wide for wide, _ in sizes)[len(sizes) // 2]
        room = max(80.0, self.viewport().width() - 2 * MARGIN)
        most = min(WIDEST * self._theme.scale, room) / usual
        scales = (min(most, room / wide) * self._zoom for wide, _ in sizes)  # a page wider than usual fits, too
        self._sizes = [
            (max(1, round(wide * scale)), max(1, round(high * scale)))
            for (wide, high), scale in zip(sizes, scales, strict=True)
        ]
        self._tops = list(accumulate((high + GAP for _, high in self._sizes), initial=GAP))
        shown = self.viewport().size()
        vertical, across = self.verticalScrollBar(), self.horizontalScrollBar()
        widest = max(wide for wide, _ in self._sizes) + 2 * MARGIN
        vertical.setPageStep(shown.height())
        across.setPageStep(shown.width())
        across.setRange(0, max(0, widest - shown.width()))
        across.setValue(across.maximum() // 2)
        vertical.setRange(0, max(0, self._tops[-1] - shown.height()))
        if row is not None:
            vertical.setValue(round(self._tops[row] + share * self._sizes[row][1] - eye))
        self._settle.start()
        self.viewport().update()

    def _at(self, y: float) -> tuple[int | None, float]:
        """The row (a page less one) at a height of the viewport, and which share of it lies above."""
        if not self._sizes:
            return None, 0.0
        value = self.verticalScrollBar().value() + y
        row = max(0, min(bisect_right(self._tops, value) - 1, len(self._sizes) - 1))
        return row, (value - self._tops[row]) / self._sizes[row][1]

    def _place(self, page: int) -> QRectF:
        """Where the page is in the viewport now."""
        wide, high = self._sizes[page - 1]
        across = self.horizontalScrollBar()
        left = (self.viewport().width() + across.maximum() - wide) / 2 - across.value()
        return QRectF(QPointF(round(left), self._tops[page - 1] - self.verticalScrollBar().value()), QSizeF(wide, high))

    def _seen(self) -> range:
        """The pages in the viewport."""
        if not self._sizes:
            return range(0)
        first, _ = self._at(0)
        last, _ = self._at(self.viewport().height())
        assert first is not None
        assert last is not None
        return range(first + 1, last + 2)

    def _want(self) -> None:
        """Have drawn what is seen, then what is sought, then the neighbours."""
        seen = self._seen()
        if not seen or not self.isVisible():
            return
        pages = [*seen, *([self._sought[0]] if self._sought else []), seen[-1] + 1, seen[0] - 1]
        ratio = self.viewport().devicePixelRatioF()
        self._pages.want(
            {page: round(self._sizes[page - 1][0] * ratio) for page in pages if 1 <= page <= len(self._sizes)}
        )

    def _show_drawn(self, page: int) -> None:
        if page in self._seen():
            self.viewport().update()

    def _show_marked(self, page: int) -> None:
        if self._sought is not None and self._sought[0] == page:
            self._reach()
        if page in self._seen():
            self.viewport().update()

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._seen():
            self._paint_page(painter, page)
        painter.end()

    def _paint_page(self, painter: QPainter, page: int) -> None:
        tokens, place = self._theme.tokens, self._place(page)
        painter.fillRect(place, QColor(LIGHT.raised))  # paper is white in the dark, too
        picture = self._pages.picture(page)
        if picture is not None:
            painter.drawImage(place, picture)
        else:
            broken = page in self._pages.broken
            painter.setPen(QColor(LIGHT.danger if broken else LIGHT.muted))
            painter.setFont(self._theme.font(Size.SECONDARY))
            words = self.tr("This page cannot be shown.") if broken else self.tr("Page {page}").format(page=page)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
        self._paint_marks(painter, page, place)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.drawRect(place.adjusted(-0.5, -0.5, 0.5, 0.5))

    def _paint_marks(self, painter: QPainter, page: int, place: QRectF) -> None:
        marks = self._pages.marks(page)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)  # as a pen marks paper
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(LIGHT.accent))
        for block in _wide(_blocks(marks.passage)):
            area = _on(place, block)
            painter.drawRoundedRect(
                QRectF(max(place.left() + 2, area.left() - BESIDE), area.top(), BAR, area.height()), 1.5, 1.5
            )
        painter.setBrush(QColor(LIGHT.mark))
        for words in (*marks.matches, *marks.found):
            for one in words:
                painter.drawRoundedRect(_on(place, one).adjusted(-AROUND, -AROUND, AROUND, AROUND), 3, 3)
        if self._current is not None and self._current[0] == page:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(LIGHT.accent), 1.5))
            for one in _mark(marks, self._current[1], found=self._current[2], words_only=True):
                painter.drawRoundedRect(_on(place, one).adjusted(-AROUND, -AROUND, AROUND, AROUND), 3, 3)
        painter.restore()

    # ------------------------------------------------------------ moving

    def _set_page(self, page: int) -> None:
        if page != self._page:
            self._page = page
            self.moved.emit(page)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        bar = self.verticalScrollBar()
        row, _ = self._at(self.viewport().height() * (EYE if bar.value() < bar.maximum() else 1))
        if row is not None and self._page:
            self._set_page(row + 1)
        self._want()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Home:
                bar.setValue(0)
            case Qt.Key.Key_End:
                bar.setValue(bar.maximum())
            case Qt.Key.Key_Space:
                back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
                bar.setValue(bar.value() + (-1 if back else 1) * (bar.pageStep() - GAP))
            case Qt.Key.Key_Left | Qt.Key.Key_Right if not self.horizontalScrollBar().maximum():
                self.go_to_page(self._page + (1 if event.key() == Qt.Key.Key_Right else -1))
            case _:
                super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            moved, self._grip = event.position() - self._grip, event.position()
            for bar, pixels in ((self.verticalScrollBar(), moved.y()), (self.horizontalScrollBar(), moved.x())):
                bar.setValue(bar.value() - round(pixels))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grip = None
        self.viewport().unsetCursor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()


def _mark(marks: Marks, nth: int, *, found: bool, words_only: bool = False) -> Shares:
    """The rectangles of the `nth` mark that stands on the page; of the passage, where none of its words does."""
    groups = [group for group in (marks.found if found else marks.matches) if group]
    if groups:
        return groups[min(nth, len(groups) - 1)]
    return () if words_only else marks.passage


def _on(place: QRectF, share: Share) -> QRectF:
    left, top, right, bottom = share
    return QRectF(
        QPointF(place.left() + left * place.width(), place.top() + top * place.height()),
        QPointF(place.left() + right * place.width(), place.top() + bottom * place.height()),
    )


def _wide(blocks: Iterable[Share]) -> list[Share]:
    """Without the scraps of text in drawings, as far as there is anything else."""
    every = list(blocks)
    return [block for block in every if block[2] - block[0] >= SCRAP] or every


def _blocks(lines: Sequence[Share]) -> Iterator[Share]:
    """Lines below each other as one block, a block for each column."""
    block: Share | None = None
    for line in lines:
        if block is not None:
            shared = min(block[2], line[2]) - max(block[0], line[0])
            near = line[1] - block[3] < 2 * (line[3] - line[1]) and line[3] > block[1]
            if near and (shared > 0 or line[1] < block[3]) and shared > -SIDE_BY_SIDE * (block[2] - block[0]):
                block = (
                    min(block[0], line[0]),
                    min(block[1], line[1]),
                    max(block[2], line[2]),
                    max(block[3], line[3]),
                )
                continue
            yield block
        block = line
    if block is not None:
        yield block
