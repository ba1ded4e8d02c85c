"""The conversation: turns in a reading column, laid out only near what is seen, following an answer as it grows.

Rows are estimated until they are measured. One row stays where the reader looks at it (the anchor), so that a
correction of another never moves the words being read.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from desktop.chat import Answer, RecallReport
from desktop.models.turns import TurnsModel, TurnView
from desktop.render import warm_up
from desktop.theme import Size, Theme
from desktop.views.empty_transcript import EmptyTranscript
from desktop.views.row_heights import RowHeights
from desktop.views.to_end import ToEnd
from desktop.views.turn import AnswerTurn, QuestionTurn, Turn
from knowledge.messages import Recalled

REPAINT_MS = 50  # of a growing answer, at most this often
REPAINT_SHARE = 6  # and never more than one part in this many of the time
MARGIN = 48  # beside the reading column, at least
NARROW_MARGIN = 20  # where the window leaves less than the column
END_GAP = 24  # below the last turn
NEAR_END = 8  # pixels from the end that count as being there
EDGE = 24  # a selecting pointer this near the edge scrolls

SourcesOf = Callable[[int], Mapping[int, Recalled]]


@dataclass(slots=True)
class _Writing:
    """The answer that is being written: what came since the last repaint, and what happened around it."""

    answer: int
    pieces: list[str]
    places: frozenset[int] = frozenset()


class Transcript(QAbstractScrollArea):
    """Shows the turns of one conversation. `sources_of` finds what a stored answer used, by number."""

    again = Signal(int)  # a question's id
    source_hovered = Signal(int)  # a source's number, 0 for none any more
    source_clicked = Signal(int, int)  # an answer's id, a source's number
    link_clicked = Signal(str)
    answer_selected = Signal(int)
    suggested = Signal(str)  # words for the composer, chosen in the empty state

    def __init__(self, theme: Theme, sources_of: SourcesOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._sources_of = theme, sources_of
        self.turns = TurnsModel(self)
        self._heights = RowHeights()
        self._shown: dict[int, Turn] = {}
        self._width = 0  # of the column, when its rows were measured
        self._value = 0  # the scroll bar's, as laid out
        self._anchor = (0, 0)  # a row and where its top stands in the viewport
        self._following = True
        self._writing: _Writing | None = None
        self._waiting = ""
        self._trouble: dict[int, str] = {}
        self._selected: int | None = None
        self._chained: tuple[int, ...] = ()

        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setAcceptDrops(False)
        self.verticalScrollBar().setSingleStep(round(24 * theme.scale))
        self._repaint = QTimer(self, singleShot=True)
        self._repaint.timeout.connect(self._write_pieces)
        self._prefetch = QTimer(self, singleShot=True, interval=0)
        self._prefetch.timeout.connect(self._measure_ahead)
        self._to_end = ToEnd(theme, self.viewport())
        self._to_end.clicked.connect(self.scroll_to_end)
        self._empty = EmptyTranscript(theme, self.viewport())
        self._empty.suggested.connect(self.suggested)
        theme.changed.connect(self._show_anew)
        self.setAccessibleName(self.tr("Conversation"))

    # ------------------------------------------------------------ what is shown

    def set_turns(self, turns: Sequence[TurnView]) -> None:
        """Show a conversation from its end."""
        self._stop_writing()
        self._trouble.clear()
        self._waiting = ""
        self.turns.set_turns(turns)
        self._discard(self._shown)
        self._heights.reset(self._estimate(turn) for turn in turns)
        self._following = True
        answers = [turn.id for turn in turns if turn.kind == "answer"]
        self._selected = answers[-1] if answers else None
        self._arrange()

    def begin(self, question: str, question_id: int, answer_id: int) -> None:
        """A question was asked, or asked again: it is the last one, and its answer is being written."""
        self._stop_writing()
        row = self.turns.row_of(question_id)
        if row is None:
            self._append(TurnView(question_id, "question", question))
        else:
            self.turns.cut_after(row)
            self._heights.cut(row + 1)
            self._discard([shown for shown in self._shown if shown > row])
        self._append(TurnView(answer_id, "answer", "", "writing", question_id))
        self._writing = _Writing(answer_id, [])
        self._selected = answer_id
        self._following = True
        self._arrange()
        QTimer.singleShot(0, self, warm_up)

    def set_waiting(self, words: str | None) -> None:
        """What happens while the answer has no word yet."""
        if words != self._waiting:
            self._waiting = words or ""
            self._change_answer()

    def lay_out(self, sources: Sequence[Recalled], recall: RecallReport) -> None:
        """The answer's sources are known, numbered from 1."""
        if self._writing is not None:
            self._writing.places = frozenset(range(1, len(sources) + 1))
            self._change_answer(recall=recall.decision)

    def add_piece(self, text: str) -> None:
        """The next piece of the answer; painted at once, then at most every `REPAINT_MS`."""
        if self._writing is not None:
            self._writing.pieces.append(text)
            if not self._repaint.isActive():
                self._write_pieces()

    def finish(self, answer: Answer) -> None:
        """The answer is complete, or was stopped."""
        row = self.turns.row_of(answer.message)
        if row is None:
            return
        if self._writing is not None and self._writing.answer == answer.message:
            self._writing.places = frozenset(range(1, len(answer.sources) + 1))
        self._repaint.stop()
        self.turns.change(
            row,
            text=answer.text,
            state="stopped" if answer.finish == "stopped" else "complete",
            origin=answer.origin,
            recall=answer.recall.decision,
            finish=answer.finish,
        )
        self._refresh(row)
        self._writing = None

    def break_off(self, sentence: str) -> None:
        """The answer ended in an error, which `sentence` explains; what was written is kept."""
        if self._writing is None:
            return
        self._write_pieces()
        self._repaint.stop()
        row = self.turns.row_of(self._writing.answer)
        if row is not None:
            self._trouble[self._writing.answer] = sentence
            self.turns.change(row, state="broken", text=self.turns[row].text.strip())
            self._refresh(row)
        self._writing = None

    def show_turn(self, message: int) -> None:
        """Bring a turn into sight and point at it."""
        row = self.turns.row_of(message)
        if row is not None:
            self._following = False
            self._anchor = (row, END_GAP)
            self._arrange()
            self._shown[row].flash()

    def scroll_to_end(self) -> None:
        self._following = True
        self._arrange()

    @property
    def following(self) -> bool:
        """Whether the view goes along with a growing answer."""
        return self._following

    # ------------------------------------------------------------ the growing answer

    def _write_pieces(self) -> None:
        if self._writing is None or not self._writing.pieces:
            return
        begin = time.perf_counter()
        row = self.turns.row_of(self._writing.answer)
        if row is not None:
            text = self.turns[row].text + "".join(self._writing.pieces)
            self.turns.change(row, text=text if self.turns[row].text else text.lstrip())
            self._refresh(row)
        self._writing.pieces.clear()
        cost = (time.perf_counter() - begin) * 1000
        self._repaint.start(max(REPAINT_MS, round(cost * REPAINT_SHARE)))

    def _change_answer(self, **fields: object) -> None:
        row = self.turns.row_of(self._writing.answer) if self._writing is not None else None
        if row is not None:
            self.turns.change(row, **fields)
            self._refresh(row)

    def _stop_writing(self) -> None:
        self._repaint.stop()
        self._writing = None

    def _append(self, turn: TurnView) -> None:
        self.turns.append(turn)
        self._heights.append(self._estimate(turn))

    # ------------------------------------------------------------ rows

    def _refresh(self, row: int) -> None:
        """A turn's content changed: show it, and make room."""
        widget = self._shown.get(row)
        if widget is not None:
            self._fill(widget, self.turns[row])
            self._heights.measure(row, widget.fit(self._column_width()))
        self._arrange()

    def _measure(self, row: int) -> None:
        """Have the row's widget, laid out at the present width."""
        widget = self._shown.get(row)
        if widget is None:
            widget = self._shown[row] = self._make(self.turns[row])
        elif self._heights.is_measured(row):
            return
        self._heights.measure(row, widget.fit(self._column_width()))

    def _make(self, turn: TurnView) -> Turn:
        widget: Turn
        if turn.kind == "question":
            widget = QuestionTurn(self._theme, self.viewport())
        else:
            widget = answer = AnswerTurn(self._theme, self.viewport())
            answer.again.connect(lambda: self.again.emit(turn.question))
            answer.pressed.connect(lambda: self._select(turn.id))
            answer.words.cited.connect(lambda place: self.source_clicked.emit(turn.id, place))
        widget.words.hovered.connect(self.source_hovered)
        widget.words.link_clicked.connect(self.link_clicked)
        widget.words.dragged.connect(self._scroll_while_selecting)
        widget.selected.connect(lambda: self._keep_one_selection(widget))
        self._fill(widget, turn)
        return widget

    def _fill(self, widget: Turn, turn: TurnView) -> None:
        if isinstance(widget, QuestionTurn):
            widget.show_turn(turn)
        elif isinstance(widget, AnswerTurn):
            widget.show_turn(turn, self._places_of(turn.id), self._waiting, self._trouble.get(turn.id, ""))

    def _places_of(self, answer: int) -> frozenset[int]:
        if self._writing is not None and self._writing.answer == answer:
            return self._writing.places
        return frozenset(self._sources_of(answer))

    def _discard(self, rows: Sequence[int] | Mapping[int, Turn]) -> None:
        for row in list(rows):
            widget = self._shown.pop(row)
            widget.hide()
            widget.deleteLater()

    def _show_anew(self) -> None:
        """The theme or the language changed: what is shown is made again."""
        self._discard(self._shown)
        self._heights.doubt()
        self._arrange()
        self.viewport().update()

    def _estimate(self, turn: TurnView) -> int:
        """A row's height without laying it out, from how much is in it (a Hangul syllable is two letters wide)."""
        line = Size.BODY * Size.LINE_HEIGHT / 100 * self._theme.scale
        letters = len(turn.text) + sum(1 for letter in turn.text if letter > "\u1100")
        lines = turn.text.count("\n") + letters / max(20, self._column_width() / (7.4 * self._theme.scale)) + 0.5
        return round(line * (max(1, lines) + (2 if turn.kind == "answer" else 1.5)))

    # ------------------------------------------------------------ geometry

    def _column_width(self) -> int:
        room = self.width()  # not the viewport's: a scroll bar that appears must not move the words
        margin = MARGIN if room - 2 * MARGIN >= Size.COLUMN * 0.8 else NARROW_MARGIN
        return max(120, min(round(Size.COLUMN_MAX * self._theme.scale), room - 2 * margin))

    def _arrange(self) -> None:
        """Put every row where it belongs, measuring those that are seen."""
        rows, room = len(self._heights), self.viewport().height()
        self._empty.setVisible(not rows)
        if not rows:
            self._empty.setGeometry(self.viewport().rect())
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
            if (top + height < -room or top > 2 * room) and not widget.is_held() and not self._is_writing(row):
                far.append(row)
                continue
            if not self._heights.is_measured(row):
                continue
            widget.setGeometry(left, top, width, height)
            widget.setVisible(top + height >= -room and top <= 2 * room)
        self._discard(far)
        self._chain_focus()

    def _is_writing(self, row: int) -> bool:
        return self._writing is not None and self.turns[row].id == self._writing.answer

    def _measure_ahead(self) -> None:
        """In an idle moment, lay out one more row that the next scroll may show."""
        room = self.viewport().height()
        first, last = (
            self._heights.row_at(self._value - room // 2),
            self._heights.row_at(self._value + room + room // 2),
        )
        for row in range(first, min(last + 1, len(self._heights))):
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
        chain = [widget for row in order for widget in self._shown[row].focus_chain()]
        for one, other in pairwise(chain):
            QWidget.setTabOrder(one, other)

    # ------------------------------------------------------------ scrolling

    def _set_scroll_bar(self, value: int, most: int) -> None:
        bar = self.verticalScrollBar()
        with QSignalBlocker(bar):
            bar.setRange(0, most)
            bar.setPageStep(max(1, self.viewport().height() - END_GAP))
            bar.setValue(value)
        self._value = value

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """The reader scrolls: what was seen and still is moves by exactly that much."""
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

    # ------------------------------------------------------------ choosing

    def _select(self, answer: int) -> None:
        if answer != self._selected:
            self._selected = answer
            self.answer_selected.emit(answer)

    def _keep_one_selection(self, chosen: Turn) -> None:
        for widget in self._shown.values():
            if widget is not chosen:
                widget.words.clear_selection()

    # ------------------------------------------------------------ Qt events

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._column_width() != self._width:
            self._width = self._column_width()
            self._heights.doubt()
        self._arrange()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.tr("Conversation"))
            self._show_anew()
