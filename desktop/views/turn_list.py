"""A column of turns of which only those near what is seen are made and laid out.

Rows are estimated until they are measured. One row stays where the reader looks at it (the anchor), so that a
correction of another never moves the words being read.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QFrame, QWidget

from desktop.theme import Size, Theme
from desktop.views.row_heights import RowHeights
from desktop.views.tab_order import order_tabs
from desktop.views.to_end import ToEnd
from desktop.views.turn import PAD_X, PAD_Y, QuestionTurn, Turn
from desktop.views.turn_text import TurnText

MARGIN = 48  # beside the reading column, at least
NARROW_MARGIN = 20  # where the window leaves less than the column
END_GAP = 24  # below the last turn
NEAR_END = 8  # pixels from the end that count as being there
RING = 4  # pixels between words and the ring that shows the keyboard is there; a bubble's ring goes around it
RING_X, RING_Y = PAD_X + 3, PAD_Y + 3
EDGE = 24  # a selecting pointer this near the edge scrolls


class TurnList(QAbstractScrollArea):
    """Knows rows and pixels, not what turns say: `make_turn` makes a row's widget, `fill_turn` gives it its words."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._heights = RowHeights()
        self._shown: dict[int, Turn] = {}
        self._chained: tuple[int, ...] = ()
        self._width = 0  # of the column, when its rows were measured
        self._value = 0  # the scroll bar's, as laid out
        self._arranging = False
        self._anchor = (0, 0)  # a row and where its top stands in the viewport
        self._following = True

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAcceptDrops(False)
        self.verticalScrollBar().setSingleStep(round(24 * theme.scale))
        self._prefetch = QTimer(self, singleShot=True, interval=0)
        self._prefetch.timeout.connect(self._measure_ahead)
        self._to_end = ToEnd(theme, self.viewport())
        self._to_end.clicked.connect(self.scroll_to_end)
        theme.changed.connect(self.show_anew)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._show_focus)

    # ------------------------------------------------------------ what a list of something says

    def make_turn(self, row: int) -> Turn:
        """A new widget for the row, with its words."""
        raise NotImplementedError

    def fill_turn(self, row: int, widget: Turn) -> None:
        """Give the row's widget its words as they are now."""
        raise NotImplementedError

    def _must_stay(self, row: int) -> bool:
        """Whether the row's widget is needed even out of sight."""
        raise NotImplementedError

    # ------------------------------------------------------------ rows

    def reset_rows(self, estimates: Iterable[int]) -> None:
        """Other rows; the view goes to their end."""
        self._discard(list(self._shown))
        self._heights.reset(estimates)
        self.scroll_to_end()

    def append_row(self, estimate: int) -> None:
        self._heights.append(estimate)
        self._arrange()

    def cut_rows(self, rows: int) -> None:
        """Keep the first `rows` rows."""
        self._heights.cut(rows)
        self._discard([row for row in self._shown if row >= rows])
        self._arrange()

    def refresh_row(self, row: int) -> None:
        """A turn's content changed: show it, and make room."""
        widget = self._shown.get(row)
        if widget is not None:
            self.fill_turn(row, widget)
            self._heights.measure(row, widget.fit(self._column_width()))
        self._arrange()

    def point_at(self, row: int) -> None:
        """Bring a row into sight and show which it is."""
        self._following = False
        self._anchor = (row, END_GAP)
        self._arrange()
        self._shown[row].flash()

    def keep_place(self, row: int) -> None:
        """What follows changes the row's height at the reader's wish: its top stays where it is seen."""
        self._following = False
        self._anchor = (row, self._heights.top(row) - self._value)

    def show_anew(self) -> None:
        """The theme or the language changed: what is shown is made again."""
        self._discard(list(self._shown))
        self._heights.doubt()
        self._arrange()

    def scroll_to_end(self) -> None:
        self._following = True
        self._arrange()

    @property
    def following(self) -> bool:
        """Whether the view goes along with a growing answer."""
        return self._following

    def _measure(self, row: int) -> None:
        """Have the row's widget, laid out at the present width."""
        widget = self._shown.get(row)
        if widget is None:
            widget = self._shown[row] = self.make_turn(row)
            widget.words.dragged.connect(self._scroll_while_selecting)
        elif self._heights.is_measured(row):
            return
        self._heights.measure(row, widget.fit(self._column_width()))

    def _discard(self, rows: list[int]) -> None:
        for row in rows:
            widget = self._shown.pop(row)
            widget.hide()
            widget.deleteLater()

    def estimate(self, letters: int, breaks: int) -> int:
        """About how high a text is, given its letters (a Hangul syllable counts as two) and its line breaks."""
        scale = self._theme.scale
        lines = breaks + letters / max(20.0, self._column_width() / (7.4 * scale)) + 2.5
        return round(Size.BODY * Size.LINE_HEIGHT / 100 * scale * lines)

    # ------------------------------------------------------------ geometry

    def _column_width(self) -> int:
        room = self.width()  # not the viewport's: a scroll bar that appears must not move the words
        margin = MARGIN if room - 2 * MARGIN >= Size.COLUMN * 0.8 else NARROW_MARGIN
        return max(120, min(round(Size.COLUMN_MAX * self._theme.scale), room - 2 * margin))

    def _arrange(self) -> None:
        """Put every row where it belongs, measuring those that are seen."""
        rows, room = len(self._heights), self.viewport().height()
        if not rows:
            self._set_scroll_bar(0, 0)
            self._to_end.hide()
            return
        self._measure_seen(rows, room)
        most = max(0, self._heights.total + END_GAP - room)
        row, y = self._anchor
        value = most if self._following else self._heights.top(row) - y
        if not 0 <= value <= most:  # beyond an end: stand at that end
            value = max(0, min(value, most))
            row = self._heights.row_at(value)
            self._anchor = (row, self._heights.top(row) - value)
            self._measure_seen(rows, room)
            most = max(0, self._heights.total + END_GAP - room)
            value = max(0, min(self._heights.top(row) - self._anchor[1], most))
        row = self._heights.row_at(value)
        self._anchor = (row, self._heights.top(row) - value)
        self._set_scroll_bar(value, most)
        self._place(value, room)
        self._show_to_end(value, most)
        self._prefetch.start()

    def _measure_seen(self, rows: int, room: int) -> None:
        """Measure the rows that fill the viewport from the anchor on, or from the end when following it."""
        if self._following:
            row, y = rows - 1, room - END_GAP
            while row >= 0 and y > 0:
                self._measure(row)
                y -= self._heights.height(row)
                row -= 1
            return
        row, y = min(self._anchor[0], rows - 1), self._anchor[1]
        self._anchor = (row, y)
        below, bottom = row, y
        while below < rows and bottom < room:
            self._measure(below)
            bottom += self._heights.height(below)
            below += 1
        while row > 0 and y > 0:
            row -= 1
            self._measure(row)
            y -= self._heights.height(row)

    def _place(self, value: int, room: int) -> None:
        """Move the widgets of the rows around the viewport, and let go of those far from it."""
        width = self._column_width()
        left = (self.width() - width) // 2
        far = []
        for row, widget in self._shown.items():
            top, height = self._heights.top(row) - value, self._heights.height(row)
            if (top + height < -room or top > 2 * room) and not widget.is_held() and not self._must_stay(row):
                far.append(row)
                continue
            measured = self._heights.is_measured(row)  # else it is out of sight
            if measured:
                widget.setGeometry(left, top, width, height)
            widget.setVisible(measured and top + height >= -room and top <= 2 * room)
        self._discard(far)
        self._chain_focus()

    def _measure_ahead(self) -> None:
        """In an idle moment, lay out one more row that the next scroll may show, the nearest first."""
        if not len(self._heights):
            return
        room, top = self.viewport().height(), self._value
        first, middle, last = (self._heights.row_at(y) for y in (top - room // 2, top + room // 2, top + room * 3 // 2))
        for row in sorted(range(first, last + 1), key=lambda row: abs(row - middle)):
            if not self._heights.is_measured(row) or row not in self._shown:
                self._measure(row)
                self._arrange()
                return

    def _chain_focus(self) -> None:
        """Tab goes from turn to turn in their order, not in that of their making."""
        order = tuple(sorted(self._shown))
        if order == self._chained:
            return
        self._chained = order
        order_tabs([self, *(widget for row in order for widget in self._shown[row].focus_chain())])

    def _show_focus(self, left: QWidget | None, now: QWidget | None) -> None:
        if any(widget is not None and self.isAncestorOf(widget) for widget in (left, now)):
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring around the words that the keyboard has reached: they have no frame of their own."""
        words = QApplication.focusWidget()
        if not (isinstance(words, TurnText) and words.reached_by_key and self.isAncestorOf(words)):
            return
        x, y = (RING_X, RING_Y) if isinstance(words.parent(), QuestionTurn) else (RING_Y, RING)
        place = QRectF(words.rect().translated(words.mapTo(self.viewport(), QPoint(0, 0)))).adjusted(-x, -y, x, y)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.tokens.accent), 2))
        painter.drawRoundedRect(place, Size.CARD_RADIUS, Size.CARD_RADIUS)
        painter.end()

    # ------------------------------------------------------------ scrolling

    def _set_scroll_bar(self, value: int, most: int) -> None:
        bar = self.verticalScrollBar()
        self._arranging, self._value = True, value
        bar.setRange(0, most)
        bar.setPageStep(max(1, self.viewport().height() - END_GAP))
        bar.setValue(value)
        self._arranging = False

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """The reader scrolls: what was seen and still is moves by exactly that much."""
        if self._arranging:
            return
        bar = self.verticalScrollBar()
        moved = bar.value() - self._value
        self._following = bar.value() >= bar.maximum() - NEAR_END
        room = self.viewport().height()
        for row in sorted(self._shown):
            top = self._heights.top(row) - bar.value()
            if self._heights.is_measured(row) and moved and -self._heights.height(row) < top < room:
                self._anchor = (row, top)
                break
        else:
            row = self._heights.row_at(bar.value())
            self._anchor = (row, self._heights.top(row) - bar.value())
        self._arrange()

    def _show_to_end(self, value: int, most: int) -> None:
        far = most - value > self.viewport().height() // 3
        self._to_end.setVisible(far and not self._following)
        if far:
            size = self._to_end.sizeHint()
            x, y = (self.viewport().width() - size.width()) // 2, self.viewport().height() - size.height() - 12
            self._to_end.setGeometry(x, y, size.width(), size.height())
            self._to_end.raise_()

    def _scroll_while_selecting(self, pointer: QPoint) -> None:
        y, bar = self.viewport().mapFromGlobal(pointer).y(), self.verticalScrollBar()
        if y < EDGE:
            bar.setValue(bar.value() - bar.singleStep())
        elif y > self.viewport().height() - EDGE:
            bar.setValue(bar.value() + bar.singleStep())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_Home:
                bar.setValue(0)
            case Qt.Key.Key_End:
                self.scroll_to_end()
            case Qt.Key.Key_Space:
                bar.setValue(bar.value() + bar.pageStep())
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._arranging:
            return  # the scroll bar came or went, which moves nothing
        if self._column_width() != self._width:
            self._width = self._column_width()
            self._heights.doubt()
        self._arrange()
