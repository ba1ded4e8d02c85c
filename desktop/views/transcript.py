"""The conversation in the middle pane: its turns, and the answer that is growing at its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from desktop.chat import Answer, RecallReport
from desktop.models.turns import TurnsModel, TurnView
from desktop.render import warm_up
from desktop.theme import Theme
from desktop.thumbnails import Thumbnails
from desktop.views.empty_transcript import EmptyTranscript
from desktop.views.turn import AnswerTurn, QuestionTurn, Turn
from desktop.views.turn_list import TurnList
from desktop.whole.job import ReadingAll
from knowledge.messages import Recalled

REPAINT_MS = 50  # of a growing answer, at most this often
REPAINT_SHARE = 6  # and never more than one part in this many of the time

SourcesOf = Callable[[int], Mapping[int, Recalled]]


@dataclass(slots=True)
class _Writing:
    """The answer that is being written: what came since the last repaint, and what happened around it."""

    answer: int
    pieces: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    thinking_since: float = 0.0
    places: frozenset[int] = frozenset()


class Transcript(TurnList):
    """Shows the turns of one conversation. `sources_of` finds what a stored answer used, by number; `thumbnails` the
    pictures of a question."""

    again = Signal(int)  # a question's id
    correct = Signal(int)  # an answer's id
    source_hovered = Signal(int)  # a source's number, 0 for none any more
    source_clicked = Signal(int, int)  # an answer's id, a source's number
    link_clicked = Signal(str)
    answer_selected = Signal(int)
    suggested = Signal(str)  # words for the composer, chosen in the empty state

    def __init__(
        self, theme: Theme, sources_of: SourcesOf, thumbnails: Thumbnails | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(theme, parent)
        self._sources_of, self._thumbnails = sources_of, thumbnails
        if thumbnails is not None:
            thumbnails.ready.connect(self._show_pictures)
        self.turns = TurnsModel(self)
        self._writing: _Writing | None = None
        self._waiting = ""
        self._trouble: dict[int, str] = {}
        self._unfolded: set[int] = set()  # the answers whose thoughts the reader looks at
        self._selected: int | None = None
        self._repaint = QTimer(self, singleShot=True)
        self._repaint.timeout.connect(self._write_pieces)
        self._empty = EmptyTranscript(theme, self)
        self._empty.suggested.connect(self.suggested)
        self.setAccessibleName(self.tr("Conversation"))

    @property
    def selected(self) -> int | None:
        """The answer whose sources are shown."""
        return self._selected

    # ------------------------------------------------------------ what is shown

    def set_turns(self, turns: Sequence[TurnView]) -> None:
        """Show a conversation from its end."""
        self._stop_writing()
        self._trouble.clear()
        self._unfolded.clear()
        self._waiting = ""
        self.turns.set_turns(turns)
        answers = [turn.id for turn in turns if turn.kind == "answer"]
        self._selected = answers[-1] if answers else None
        self.reset_rows(self._estimate(turn) for turn in turns)
        self._empty.setVisible(not turns)

    def begin(self, question: str, question_id: int, answer_id: int, images: int = 0) -> None:
        """A question was asked, or asked again: it is the last one, and its answer is being written."""
        self._stop_writing()
        row = self.turns.row_of(question_id)
        if row is None:
            self._append(TurnView(question_id, "question", question, images=images))
        else:
            self.turns.cut_after(row)
            self.cut_rows(row + 1)
        self._writing = _Writing(answer_id)
        self._selected = answer_id
        self._append(TurnView(answer_id, "answer", "", "writing", question_id))
        self._empty.hide()
        self.scroll_to_end()
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

    def add_thought(self, text: str) -> None:
        """The next piece of the reasoning; painted like the answer's."""
        if self._writing is not None:
            self._writing.thinking_since = self._writing.thinking_since or time.monotonic()
            self._writing.thoughts.append(text)
            if not self._repaint.isActive():
                self._write_pieces()

    def add_piece(self, text: str) -> None:
        """The next piece of the answer; painted at once, then at most every `REPAINT_MS`."""
        if self._writing is not None:
            self._writing.pieces.append(text)
            if not self._repaint.isActive():
                self._write_pieces()

    def grow_whole(self, event: ReadingAll) -> None:
        """The answer of a reading of whole documents as it is now, in the place of what it was."""
        if self._writing is not None and event.text is not None:
            self._writing.places = frozenset(range(1, len(event.sources) + 1))
            self._change_answer(text=event.text, whole=True)

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
            thought=answer.thought,
            thought_seconds=answer.thought_seconds,
            sentences=answer.sentences,
            unchecked=answer.checked in ("late", "failed"),
            missed=answer.recall.missed,
            confidence=answer.confidence,
            asked=answer.recall.prompt in ("about_user", "about_world"),
            empty=answer.recall.empty,
            coverage=answer.coverage,
            unclear=answer.unclear is not None,
        )
        self.refresh_row(row)
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
            self.refresh_row(row)
        self._writing = None

    def show_turn(self, message: int) -> None:
        """Bring a turn into sight and point at it."""
        row = self.turns.row_of(message)
        if row is not None:
            self.point_at(row)

    # ------------------------------------------------------------ the growing answer

    def _write_pieces(self) -> None:
        writing = self._writing
        if writing is None or not (writing.pieces or writing.thoughts):
            return
        begin = time.perf_counter()
        row = self.turns.row_of(writing.answer)
        if row is not None:
            turn = self.turns[row]
            text, thought = turn.text + "".join(writing.pieces), turn.thought + "".join(writing.thoughts)
            seconds = time.monotonic() - writing.thinking_since if writing.thoughts else turn.thought_seconds
            text, thought = (text if turn.text else text.lstrip()), (thought if turn.thought else thought.lstrip())
            self.turns.change(row, text=text, thought=thought, thought_seconds=seconds)
            self.refresh_row(row)
        writing.pieces.clear()
        writing.thoughts.clear()
        cost = (time.perf_counter() - begin) * 1000
        self._repaint.start(max(REPAINT_MS, round(cost * REPAINT_SHARE)))

    def _change_answer(self, **fields: object) -> None:
        row = self.turns.row_of(self._writing.answer) if self._writing is not None else None
        if row is not None:
            self.turns.change(row, **fields)
            self.refresh_row(row)

    def _stop_writing(self) -> None:
        self._repaint.stop()
        self._writing = None

    def _append(self, turn: TurnView) -> None:
        self.turns.append(turn)
        self.append_row(self._estimate(turn))

    # ------------------------------------------------------------ turns as widgets

    def make_turn(self, row: int) -> Turn:
        turn = self.turns[row]
        widget: Turn
        if turn.kind == "question":
            widget = QuestionTurn(self._theme, self.viewport())
        else:
            widget = answer = AnswerTurn(self._theme, self.viewport())
            answer.again.connect(lambda: self.again.emit(turn.question))
            answer.correct.connect(lambda: self.correct.emit(turn.id))
            answer.pressed.connect(lambda: self._select(turn.id))
            answer.fold_toggled.connect(lambda: self._toggle_thoughts(turn.id))
            answer.thoughts.words.dragged.connect(self._scroll_while_selecting)
            answer.thoughts.words.link_clicked.connect(self.link_clicked)
            answer.words.cited.connect(lambda place: self.source_clicked.emit(turn.id, place))
        widget.words.hovered.connect(self.source_hovered)
        widget.words.link_clicked.connect(self.link_clicked)
        widget.selected.connect(lambda: self._keep_one_selection(widget))
        self.fill_turn(row, widget)
        return widget

    def fill_turn(self, row: int, widget: Turn) -> None:
        turn = self.turns[row]
        if isinstance(widget, QuestionTurn):
            widget.show_turn(turn, self._thumbnails.of(turn.id) if self._thumbnails and turn.images else ())
        elif isinstance(widget, AnswerTurn):
            trouble, unfolded = self._trouble.get(turn.id, ""), turn.id in self._unfolded
            widget.show_turn(turn, self._places_of(turn.id), self._waiting, trouble, unfolded=unfolded)

    def _show_pictures(self, message: int) -> None:
        row = self.turns.row_of(message)
        if row is not None:
            self.refresh_row(row)

    def _toggle_thoughts(self, answer: int) -> None:
        self._unfolded ^= {answer}
        row = self.turns.row_of(answer)
        if row is not None:
            if not self._must_stay(row):  # else the reader watches it grow
                self.keep_place(row)
            self.refresh_row(row)

    def _must_stay(self, row: int) -> bool:
        return self._writing is not None and self.turns[row].id == self._writing.answer

    def _places_of(self, answer: int) -> frozenset[int]:
        if self._writing is not None and self._writing.answer == answer:
            return self._writing.places
        return frozenset(self._sources_of(answer))

    def _estimate(self, turn: TurnView) -> int:
        return self.estimate(len(turn.text) + sum(letter > "\u1100" for letter in turn.text), turn.text.count("\n"))

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
        self._empty.setGeometry(self.rect())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setAccessibleName(self.tr("Conversation"))
            self.show_anew()
