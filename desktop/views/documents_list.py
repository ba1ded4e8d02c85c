"""The list of documents: rows of two lines, several may be chosen; keys and a menu act on them.

It is a table of one column, for that one asks only about the rows in sight; a list would go through all 100,000
whenever one of them changes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.models.model_rows import Role
from desktop.models.stretches import Stretches
from desktop.theme import Theme
from desktop.views.models_list import GAP, ROW, RowDelegate
from desktop.views.stylesheet import mark


class DocumentsList(QTableView):
    """`chosen` follows the selection; `opened(id)` is a double click or Enter, `remove_wanted` Delete, `menu_wanted` a
    right click or the menu key, with its place on the screen."""

    chosen = Signal()
    opened = Signal(int)
    remove_wanted = Signal()
    menu_wanted = Signal(QPoint)
    add_wanted = Signal()

    def __init__(self, model: Stretches[Any], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._kept: tuple[frozenset[int], int | None, int] = (frozenset(), None, 0)
        self.setModel(model)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(round((ROW + GAP) * theme.scale))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.doubleClicked.connect(lambda index: self._open(index.data(Role.KEY)))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        self._empty = EmptyWords(self.viewport())
        self._empty.button.clicked.connect(self.add_wanted)
        model.modelAboutToBeReset.connect(self._keep)
        model.modelReset.connect(self._restore)

    @property
    def count(self) -> int:
        """How many are chosen."""
        return sum(last - first + 1 for first, last in self._chosen_spans())

    @property
    def selected(self) -> tuple[int, ...]:
        """The chosen documents, from above to below."""
        ids = self._model.ids
        return tuple(id for first, last in sorted(self._chosen_spans()) for id in ids[first : last + 1])

    def _chosen_spans(self) -> list[tuple[int, int]]:
        chosen = self.selectionModel().selection()
        return [(span.top(), span.bottom()) for span in (chosen.at(n) for n in range(chosen.count()))]

    def select(self, ids: Sequence[int]) -> None:
        """Choose just these; the first of them is brought into sight."""
        self._choose(ids)
        if ids and (index := self._model.row_of(ids[0])).isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index)

    def say_empty(self, sentence: str, button: str) -> None:
        """What stands here while there is no row, with what to do about it."""
        self._empty.say(sentence, button)
        self._place_empty()

    # ------------------------------------------------------------ through a new list

    def _keep(self) -> None:
        self._kept = (frozenset(self.selected), self.currentIndex().data(Role.KEY), self.verticalScrollBar().value())

    def _restore(self) -> None:
        """The same documents stay chosen, where they now are, and the list stays where it was."""
        ids, current, place = self._kept
        if current is not None and (index := self._model.row_of(current)).isValid():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._choose(ids)
        self.verticalScrollBar().setValue(place)
        self._place_empty()
        self.chosen.emit()

    def _choose(self, ids: Collection[int]) -> None:
        selection = QItemSelection()
        for first, last in _spans(sorted(row for id in ids if (row := self._model.place_of(id)) is not None)):
            selection.select(self._model.index(first), self._model.index(last))
        self.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # ------------------------------------------------------------ keys and the menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.currentIndex().isValid():
                self._open(self.currentIndex().data(Role.KEY))
            case Qt.Key.Key_Delete | Qt.Key.Key_Backspace if self.count:
                self.remove_wanted.emit()
            case Qt.Key.Key_Home | Qt.Key.Key_End:  # of the list, where a table goes to the end of its row
                keys = event.modifiers() | Qt.KeyboardModifier.ControlModifier
                super().keyPressEvent(QKeyEvent(event.type(), event.key(), keys))
            case _:
                super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        if self.count:
            self.menu_wanted.emit(place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def _open(self, id: int | None) -> None:
        if id is not None:
            self.opened.emit(id)

    def _place_empty(self) -> None:
        self._empty.setVisible(self._model.rowCount() == 0 and self._empty.says_something)
        room = self.viewport().rect()
        self._empty.setGeometry(room.adjusted(24, max(24, room.height() // 4), -24, 0))


class EmptyWords(QWidget):
    """What stands where there is nothing: a sentence, and below it the control."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sentence = mark(QLabel(), tone="muted")
        self._sentence.setWordWrap(True)
        self._sentence.setTextFormat(Qt.TextFormat.PlainText)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.button = mark(QPushButton(), kind="primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self._sentence)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)

    @property
    def says_something(self) -> bool:
        return bool(self._sentence.text())

    def say(self, sentence: str, button: str) -> None:
        self._sentence.setText(sentence)
        self.button.setText(button)
        self.button.setVisible(bool(button))


def _spans(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending rows as first and last of each unbroken stretch."""
    spans: list[tuple[int, int]] = []
    for row in rows:
        if spans and spans[-1][1] == row - 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return spans
