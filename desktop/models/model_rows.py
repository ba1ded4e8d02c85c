"""Models as rows of two lines: on this computer, in the catalogue, on the hub. Whoever knows them makes the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.fit_words import Tone

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    KEY = Qt.ItemDataRole.UserRole
    CAPTION = Qt.ItemDataRole.UserRole + 1  # the second line
    SIDE = Qt.ItemDataRole.UserRole + 2  # at the right: how it fits
    TONE = Qt.ItemDataRole.UserRole + 3  # of the side
    BADGE = Qt.ItemDataRole.UserRole + 4  # behind the title
    IS_HEADING = Qt.ItemDataRole.UserRole + 5
    MATTER = Qt.ItemDataRole.UserRole + 6  # what the row is made of


@dataclass(frozen=True, slots=True)
class Row:
    """`key` is unique among the rows; a heading has a title only."""

    key: str
    title: str
    caption: str = ""
    side: str = ""
    tone: Tone = "muted"
    badge: str = ""
    heading: bool = False
    matter: Any = None


class RowsModel(QAbstractListModel):
    """New rows with the keys of the old ones change in place, so that selection and scroll position stay."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[Row]) -> None:
        if [row.key for row in rows] == [row.key for row in self._rows]:
            before, self._rows = self._rows, tuple(rows)
            for number, (old, new) in enumerate(zip(before, self._rows, strict=True)):
                if old != new:
                    self.dataChanged.emit(self.index(number), self.index(number))
            return
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row_of(self, key: str | None) -> QModelIndex:
        """The row with this key; invalid when there is none."""
        for number, row in enumerate(self._rows):
            if row.key == key and not row.heading:
                return self.index(number)
        return QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return row.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(part for part in (row.title, row.badge, row.caption, row.side) if part)
            case Qt.ItemDataRole.ToolTipRole:
                return None if row.heading else "\n".join(part for part in (row.title, row.caption) if part)
            case Role.KEY:
                return None if row.heading else row.key
            case Role.CAPTION:
                return row.caption
            case Role.SIDE:
                return row.side
            case Role.TONE:
                return row.tone
            case Role.BADGE:
                return row.badge
            case Role.IS_HEADING:
                return row.heading
            case Role.MATTER:
                return row.matter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._rows[index.row()].heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
