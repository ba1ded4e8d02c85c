"""The turns of the conversation on the screen, as a Qt model that the transcript shows.

A `TurnView` is what a reader needs of one message; the model holds them oldest first and says which rows change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.chat import Decision
from desktop.citing import Origin, Sentence, from_details
from desktop.whole.job import Coverage, coverage_of
from knowledge.history import Message, State

Kind = Literal["question", "answer"]
TURN = Qt.ItemDataRole.UserRole.value + 1  # the row's TurnView


@dataclass(frozen=True, slots=True)
class TurnView:
    """One message as it is shown. `recall` and `origin` are None where they were never said (imported answers)."""

    id: int
    kind: Kind
    text: str
    state: State = "complete"
    question: int | None = None  # of an answer: the question that can be answered again
    author: str | None = None
    origin: Origin | None = None
    recall: Decision | None = None
    finish: str = ""  # "length" when the answer was cut at its limit
    thought: str = ""  # of an answer: the reasoning before it
    thought_seconds: float = 0.0
    images: int = 0  # of a question: how many pictures were shown with it
    sentences: tuple[Sentence, ...] | None = None  # of an answer: what was checked of it; None: nothing was
    unchecked: bool = False  # the check came late or failed
    confidence: float | None = None  # of an answer: how sure the model was of its words
    asked: bool = False  # it was asked a question, neither a task nor small talk
    empty: bool = False  # it asked for something, and nothing was recalled
    missed: bool = False  # the memory was asked for something that it does not hold
    words_only: bool = False  # meanings were not compared: the index server did not answer
    coverage: Coverage | None = None  # of an answer that comes from reading whole documents
    unclear: bool = False  # it was asked for whole documents, but not for which
    whole: bool = False  # while it is written: whole documents are being read for it


def turns_of(messages: Iterable[Message]) -> list[TurnView]:
    """What a stored conversation shows: its questions and answers; system and tool messages are left out."""
    turns: list[TurnView] = []
    questions: set[int] = set()
    for message in messages:
        if message.role == "user":
            questions.add(message.id)
            turns.append(TurnView(message.id, "question", message.text, author=message.author, images=message.images))
        elif message.role == "assistant":
            question = message.parent if message.parent in questions else None
            turns.append(_answer(message, question))
    return turns


def _answer(message: Message, question: int | None) -> TurnView:
    details = message.details
    recall, check = details.get("recall"), details.get("check")
    return TurnView(
        message.id,
        "answer",
        message.text,
        message.state,
        question,
        message.author,
        _one_of(details.get("origin"), Origin),
        _one_of(recall.get("decision") if isinstance(recall, dict) else None, Decision),
        str(details.get("finish") or ""),
        str(details.get("thought") or ""),
        _seconds(details.get("thought_seconds")),
        sentences=from_details(details, len(message.text)),
        unchecked=isinstance(check, dict) and check.get("decision") in ("late", "failed"),
        confidence=_share(details.get("confidence")),
        asked=isinstance(recall, dict) and recall.get("prompt") in ("about_user", "about_world"),
        empty=isinstance(recall, dict) and recall.get("empty") is True,
        missed=isinstance(recall, dict) and recall.get("missed") is True,
        words_only=isinstance(recall, dict) and recall.get("words_only") is True,
        coverage=coverage_of(details),
        unclear=bool(details.get("unclear")),
    )


def _seconds(number: Any) -> float:
    return float(number) if isinstance(number, int | float) else 0.0


def _share(number: Any) -> float | None:
    return float(number) if isinstance(number, int | float) and 0 <= number <= 1 else None


def _one_of(word: Any, words: Any) -> Any:
    return word if word in get_args(words) else None


class TurnsModel(QAbstractListModel):
    """Rows are turns, oldest first; `TURN` is the row's `TurnView`, the display role its text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turns: list[TurnView] = []

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._turns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._turns):
            return None
        turn = self._turns[index.row()]
        if role == TURN:
            return turn
        return turn.text if role == Qt.ItemDataRole.DisplayRole else None

    def __getitem__(self, row: int) -> TurnView:
        return self._turns[row]

    def __len__(self) -> int:
        return len(self._turns)

    def row_of(self, id: int) -> int | None:
        """The row of a message, from the newest back; None when it is not shown."""
        return next((row for row in range(len(self._turns) - 1, -1, -1) if self._turns[row].id == id), None)

    def set_turns(self, turns: Sequence[TurnView]) -> None:
        self.beginResetModel()
        self._turns = list(turns)
        self.endResetModel()

    def append(self, *turns: TurnView) -> None:
        first = len(self._turns)
        self.beginInsertRows(QModelIndex(), first, first + len(turns) - 1)
        self._turns.extend(turns)
        self.endInsertRows()

    def cut_after(self, row: int) -> None:
        """Leave `row` as the last one (another answer to it follows)."""
        if row + 1 < len(self._turns):
            self.beginRemoveRows(QModelIndex(), row + 1, len(self._turns) - 1)
            del self._turns[row + 1 :]
            self.endRemoveRows()

    def change(self, row: int, **fields: Any) -> None:
        """Replace fields of one turn."""
        self._turns[row] = replace(self._turns[row], **fields)
        index = self.index(row)
        self.dataChanged.emit(index, index)
