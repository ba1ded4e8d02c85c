"""Rows of which there may be very many: the model knows the numbers of all of them and reads only those in sight.

What a row says is asked for when the view first wants it, a stretch of rows at a time; until it is there, an empty row
stands in its place. So a list of 100,000 opens as quickly as one of ten.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt, QTimer

from desktop.models.model_rows import Index, Role

STRETCH = 100  # rows read at once, around the one that is wanted
UNREAD: Mapping[int, str] = {
    Qt.ItemDataRole.DisplayRole: "",
    Role.CAPTION: "",
    Role.SIDE: "",
    Role.TONE: "muted",
    Role.BADGE: "",
}
Matter = TypeVar("Matter")
Reader = Callable[[tuple[int, ...], Callable[[Mapping[int, Matter]], None]], None]


class Stretches(QAbstractListModel, Generic[Matter]):
    """`read(ids, told)` reads what rows say, in the background, and then calls `told` in the window's thread."""

    def __init__(self, read: Reader[Matter], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids: tuple[int, ...] = ()
        self._rows: Mapping[int, int] = {}
        self._known: dict[int, Matter] = {}
        self._stale: set[int] = set()  # known, but as it was before
        self._asked: set[int] = set()
        self._wanted: set[int] = set()  # rows that the view asked for since the last reading
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read_wanted)

    @abstractmethod
    def say(self, id: int, matter: Matter, role: int) -> Any:
        """What the row of `matter` shows."""

    @property
    def ids(self) -> tuple[int, ...]:
        return self._ids

    def set_ids(self, ids: tuple[int, ...], rows: Mapping[int, int] | None = None) -> None:
        """These in this order (`rows`: where each stands, where that is known already); what was read of them before
        is shown until it is read again."""
        self._stale = set(self._known)
        self._asked.clear()
        if ids == self._ids:
            self.retranslate()
            return
        self.beginResetModel()
        self._ids = ids
        self._rows = rows if rows is not None else {id: row for row, id in enumerate(ids)}
        self._known = {id: matter for id, matter in self._known.items() if id in self._rows}
        self._stale &= self._known.keys()
        self.endResetModel()

    def known(self, id: int) -> Matter | None:
        """What is known of this one already."""
        return self._known.get(id)

    def place_of(self, id: int) -> int | None:
        """In which row it stands."""
        return self._rows.get(id)

    def row_of(self, id: int) -> QModelIndex:
        row = self._rows.get(id)
        return QModelIndex() if row is None else self.index(row)

    def retranslate(self) -> None:
        """Say all of it anew."""
        if self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))

    def tell(self, ids: Iterable[int]) -> None:
        """The rows of these have changed."""
        rows = sorted(row for id in ids if (row := self._rows.get(id)) is not None)
        if rows:
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]))

    # ------------------------------------------------------------ reading

    def _want(self, row: int) -> None:
        self._wanted.add(row)
        if not self._soon.isActive():
            self._soon.start()

    def _read_wanted(self) -> None:
        rows: set[int] = set()
        for row in self._wanted:
            if row not in rows:
                begin = row - row % STRETCH
                rows.update(range(begin, min(begin + STRETCH, len(self._ids))))
        self._wanted.clear()
        ids = tuple(
            id
            for row in sorted(rows)
            if (id := self._ids[row]) not in self._asked and (id not in self._known or id in self._stale)
        )
        if ids:
            self._asked.update(ids)
            self._read(ids, lambda found: self._keep(ids, found))

    def _keep(self, ids: Iterable[int], found: Mapping[int, Matter]) -> None:
        kept = {id: matter for id, matter in found.items() if id in self._rows}
        changed = [id for id, matter in kept.items() if self._known.get(id) != matter]
        self._known |= kept
        self._stale.difference_update(ids)
        self._asked.difference_update(ids)
        self.tell(changed)

    # ------------------------------------------------------------ rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        id = self._ids[index.row()]
        if role == Role.KEY:
            return id
        if role == Role.IS_HEADING:
            return False
        matter = self._known.get(id)
        if matter is None or id in self._stale:
            self._want(index.row())
        if matter is None:
            return UNREAD.get(role)
        return matter if role == Role.MATTER else self.say(id, matter, role)
