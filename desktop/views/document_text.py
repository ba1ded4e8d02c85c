"""A document's text by its passages, as the memory holds it: only what is seen is laid out, however long it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop.opened_document import Hit, OpenedDocument, by_row
from desktop.theme import Size, Theme
from desktop.views.passage_layout import PassageLayout, estimated_heights
from desktop.views.row_heights import RowHeights

MARGIN, NARROW_MARGIN = 48, 20
ABOVE, BELOW = 16, 32  # the first passage, the last one
EYE = 0.28  # of the height: where words are brought to
BAR, PAD = 3, 10  # the line beside a recalled passage, and the air inside its ground
EDGE = 24  # a selecting pointer this near the edge scrolls
SCROLL_MS = 40

Place = tuple[int, int]  # a row, and a position in Qt's units


class PassageColumn(QAbstractScrollArea):
    """`moved` names the page on which the reader is, as far as the document has pages."""

    moved = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._document: OpenedDocument | None = None
        self._heights = RowHeights()
        self._shown: dict[int, PassageLayout] = {}
        self._marks: dict[int, list[tuple[int, int]]] = {}
        self._current: Hit | None = None
        self._anchor = (0, ABOVE)  # a row and where its top stands in the viewport
        self._width, self._page = 0, 0
        self._arranging = False
        self._begun: Place | None = None  # where a selection was begun, and where it ends now
        self._ended: Place | None = None
        self._pointer: QPointF | None = None
        self._beyond = QTimer(self, interval=SCROLL_MS)
        self._beyond.timeout.connect(self._scroll_to_pointer)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)
        self.verticalScrollBar().setSingleStep(round(Size.BODY * Size.LINE_HEIGHT / 100 * theme.scale))
        theme.changed.connect(self.show_anew)

    # ------------------------------------------------------------ what is shown

    def open(self, document: OpenedDocument) -> None:
        """Show the document at the place where reading begins."""
        self._document = document
        self._begun = self._ended = None
        self._page = 0
        self._marks, self._current = {**by_row(document.hits)}, None
        self._width = self._column_width()
        self._shown.clear()
        self._heights.reset(estimated_heights(self._theme, document.extents, self._width))
        first = document.best
        self._anchor = (first, round(EYE * self.viewport().height()) if first else ABOVE)
        self._arrange()

    def mark(self, hits: Sequence[Hit]) -> None:
        """Mark these words, besides none."""
        self._marks = {**by_row(hits)}
        self.viewport().update()

    def go_to(self, hit: Hit) -> None:
        """Bring words into sight, and show which they are."""
        if self._document is None or hit.row >= len(self._heights):
            return
        self._current = hit if hit.end > hit.start else None
        below = self._laid_out(hit.row).y_of(hit.start)
        top = self._heights.top(hit.row) + ABOVE - self.verticalScrollBar().value() + below
        if not 0 <= top <= self.viewport().height() - 2 * Size.BODY * self._theme.scale or hit.row not in self._shown:
            self._anchor = (hit.row, round(EYE * self.viewport().height() - below))
        self._arrange()
        self._tell_page(hit.row)

    def go_to_page(self, page: int) -> None:
        """Bring the page's first passage to the top; the next page's, where this one has no text."""
        rows = enumerate(self._document.passages) if self._document is not None else ()
        row = next((row for row, passage in rows if (passage.page or 0) >= page), None)
        if row is not None:
            self._anchor = (row, 0)
            self._arrange()
            self._tell_page(row)

    @property
    def page(self) -> int:
        """The page that is read; 0 where the document has none."""
        return self._page

    @property
    def selected(self) -> str:
        """The words that are selected, an empty line between passages."""
        if self._begun is None or self._ended is None or self._begun == self._ended:
            return ""
        (first, start), (last, end) = sorted((self._begun, self._ended))
        assert self._document is not None
        if first == last:
            return self._laid_out(first).words(start, end)
        head, tail = self._laid_out(first), self._laid_out(last)
        between = (passage.text for passage in self._document.passages[first + 1 : last])
        return "\n\n".join((head.words(start, head.length), *between, tail.words(0, end)))

    def show_anew(self) -> None:
        """The theme or the language changed."""
        self._shown.clear()
        self._heights.doubt()
        self._arrange()

    # ------------------------------------------------------------ rows

    def _label(self, row: int) -> str:
        """Where a passage stands, said when it is elsewhere than the one before."""
        assert self._document is not None
        passage = self._document.passages[row]
        before = self._document.passages[row - 1] if row else None
        page = "" if before is not None and before.page == passage.page else passage.page
        heading = passage.heading if before is None or before.heading != passage.heading else None
        if heading and passage.text.startswith(heading):
            heading = None  # it is the first line
        parts = (self.tr("Page {page}").format(page=page) if page else "", heading or "")
        return " · ".join(part for part in parts if part)

    def _laid_out(self, row: int) -> PassageLayout:
        layout = self._shown.get(row)
        if layout is None:
            assert self._document is not None
            caption = QFontMetrics(self._theme.font(Size.CAPTION))
            label = caption.elidedText(self._label(row), Qt.TextElideMode.ElideMiddle, self._width)
            layout = self._shown[row] = PassageLayout(
                self._theme, self._document.passages[row], label, self._width, is_code=self._document.is_code
            )
            self._heights.measure(row, layout.height)
        return layout

    def _column_width(self) -> int:
        room = self.width()  # not the viewport's: a scroll bar that appears must not move the words
        margin = MARGIN if room - 2 * MARGIN >= Size.COLUMN * 0.8 else NARROW_MARGIN
        return max(120, min(round(Size.COLUMN_MAX * self._theme.scale), room - 2 * margin))

    def _arrange(self) -> None:
        """Lay out what the anchor brings into sight; the anchor stays where it is unless there is nothing beyond."""
        rows, room = len(self._heights), self.viewport().height()
        if not rows:
            self._set_bar(0, 0)
            self.viewport().update()
            return
        self._fill(rows, room)
        most = max(0, self._heights.total + ABOVE + BELOW - room)
        value = self._heights.top(self._anchor[0]) + ABOVE - self._anchor[1]
        if not 0 <= value <= most:  # stand at that end
            value = max(0, min(value, most))
            self._anchor_at(value)
            self._fill(rows, room)
            most = max(0, self._heights.total + ABOVE + BELOW - room)
            value = max(0, min(self._heights.top(self._anchor[0]) + ABOVE - self._anchor[1], most))
        self._anchor_at(value)
        self._set_bar(value, most)
        far = [row for row in self._shown if not -room < self._top(row) < 2 * room]
        for row in far:
            if self._top(row) + self._heights.height(row) < -room or self._top(row) > room:
                del self._shown[row]
        eye = round(EYE * room) if value < most else room
        self._tell_page(self._heights.row_at(value - ABOVE + eye))
        self.viewport().update()

    def _fill(self, rows: int, room: int) -> None:
        """Lay out the rows that fill the viewport from the anchor on, in both directions."""
        row, y = min(self._anchor[0], rows - 1), self._anchor[1]
        self._anchor = (row, y)
        below, bottom = row, y
        while below < rows and bottom < room:
            self._laid_out(below)
            bottom += self._heights.height(below)
            below += 1
        while row > 0 and y > 0:
            row -= 1
            self._laid_out(row)
            y -= self._heights.height(row)

    def _anchor_at(self, value: int) -> None:
        row = self._heights.row_at(value - ABOVE)
        self._anchor = (row, self._heights.top(row) + ABOVE - value)

    def _top(self, row: int) -> int:
        """Of a row, in the viewport."""
        return self._heights.top(row) + ABOVE - self.verticalScrollBar().value()

    def _set_bar(self, value: int, most: int) -> None:
        bar = self.verticalScrollBar()
        self._arranging = True
        bar.setRange(0, most)
        bar.setPageStep(max(1, self.viewport().height() - ABOVE))
        bar.setValue(value)
        self._arranging = False

    def _tell_page(self, row: int) -> None:
        """The reader is at this passage."""
        assert self._document is not None
        page = self._document.passages[row].page or 0
        if page != self._page:
            self._page = page
            self.moved.emit(page)

    # ------------------------------------------------------------ painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._document is None or not len(self._heights):
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room, left = self.viewport().height(), (self.width() - self._width) // 2
        row = self._heights.row_at(self.verticalScrollBar().value() - ABOVE)
        while row < len(self._heights) and self._top(row) < room:
            layout, top = self._laid_out(row), self._top(row)
            if row in self._document.recalled:
                self._paint_ground(painter, QRectF(left, top, self._width, layout.height), layout)
            current = self._current
            layout.paint(
                painter,
                QPointF(left, top),
                self._marks.get(row, ()),
                (current.start, current.end) if current is not None and current.row == row else None,
                self._selection_in(row, layout),
            )
            row += 1
        painter.end()

    def _paint_ground(self, painter: QPainter, place: QRectF, layout: PassageLayout) -> None:
        """The passage that was recalled: a soft ground, and a line beside it."""
        tokens = self._theme.tokens
        ground = place.adjusted(-PAD, layout.text_top - 3, PAD, 3 - layout.space_below)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(ground, Size.ROW_RADIUS, Size.ROW_RADIUS)
        painter.setBrush(QColor(tokens.accent))
        painter.drawRoundedRect(QRectF(ground.left() - BAR, ground.top(), BAR, ground.height()), 1.5, 1.5)

    def _selection_in(self, row: int, layout: PassageLayout) -> tuple[int, int] | None:
        if self._begun is None or self._ended is None or self._begun == self._ended:
            return None
        (first, start), (last, end) = sorted((self._begun, self._ended))
        if not first <= row <= last:
            return None
        return (start if row == first else 0), (end if row == last else layout.length)

    # ------------------------------------------------------------ selecting and scrolling

    def _place_at(self, point: QPointF) -> Place | None:
        if not len(self._heights):
            return None
        value = self.verticalScrollBar().value()
        row = self._heights.row_at(round(point.y()) + value - ABOVE)
        left = (self.width() - self._width) // 2
        return row, self._laid_out(row).at(QPointF(point.x() - left, point.y() - self._top(row)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place_at(event.position())
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier or self._begun is None:
                self._begun = place
            self._ended = place
            self._pointer = event.position()
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pointer is not None:
            self._pointer = event.position()
            self._ended = self._place_at(event.position())
            near = not EDGE <= event.position().y() <= self.viewport().height() - EDGE
            if near and not self._beyond.isActive():
                self._beyond.start()
            elif not near:
                self._beyond.stop()
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer = None
        self._beyond.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place is not None:
            start, end = self._laid_out(place[0]).word_at(place[1])
            self._begun, self._ended = (place[0], start), (place[0], end)
            self.viewport().update()

    def _scroll_to_pointer(self) -> None:
        if self._pointer is None:
            return
        bar, up = self.verticalScrollBar(), self._pointer.y() < EDGE
        bar.setValue(bar.value() + (-1 if up else 1) * bar.singleStep())
        self._ended = self._place_at(self._pointer)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        if not self._arranging and len(self._heights):
            self._anchor_at(self.verticalScrollBar().value())
            self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        if event.matches(QKeySequence.StandardKey.SelectAll) and len(self._heights):
            last = len(self._heights) - 1
            self._begun, self._ended = (0, 0), (last, self._laid_out(last).length)
            self.viewport().update()
        elif event.matches(QKeySequence.StandardKey.Copy) and self.selected:
            QGuiApplication.clipboard().setText(self.selected)
        elif event.key() == Qt.Key.Key_Home:
            bar.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            bar.setValue(bar.maximum())
        elif event.key() == Qt.Key.Key_Space:
            back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            bar.setValue(bar.value() + (-1 if back else 1) * bar.pageStep())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._arranging:
            return  # the scroll bar came or went, which moves nothing
        if self._column_width() != self._width:
            self._width = self._column_width()
            self._shown.clear()
            self._heights.doubt()
        self._arrange()
