"""The documents as rows of two lines. The model knows the numbers of all rows and reads only those in sight.

What a row says is asked for when the view first wants it, a stretch of rows at a time; until it is there, an empty row
stands in its place. So a list of 100,000 documents opens as quickly as one of ten.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QDateTime,
    QDir,
    QLocale,
    QModelIndex,
    QObject,
    Qt,
    QTimer,
)

from desktop.errors import Failure
from desktop.language import say
from desktop.models.model_rows import Index, Role
from desktop.reasons import failures
from knowledge.holdings import Holding

STRETCH = 100  # rows read at once, around the one that is wanted
translate = QCoreApplication.translate  # under this name the extractor of texts knows it
Reader = Callable[[tuple[int, ...], Callable[[Mapping[int, Holding]], None]], None]


class DocumentsModel(QAbstractListModel):
    """`read(ids, told)` reads what rows say, in the background, and then calls `told` in the window's thread."""

    def __init__(self, read: Reader, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._ids: tuple[int, ...] = ()
        self._rows: dict[int, int] = {}
        self._known: dict[int, Holding] = {}
        self._stale: set[int] = set()  # known, but as it was before
        self._asked: set[int] = set()
        self._wanted: set[int] = set()  # rows that the view asked for since the last reading
        self._leaving: frozenset[int] = frozenset()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._read_wanted)

    @property
    def ids(self) -> tuple[int, ...]:
        return self._ids

    def set_ids(self, ids: tuple[int, ...]) -> None:
        """These documents in this order; what was read of them before is shown until it is read again."""
        self._stale = set(self._known)
        self._asked.clear()
        if ids == self._ids:
            if ids:
                self.dataChanged.emit(self.index(0), self.index(len(ids) - 1))
            return
        self.beginResetModel()
        self._ids = ids
        self._rows = {id: row for row, id in enumerate(ids)}
        self._known = {id: holding for id, holding in self._known.items() if id in self._rows}
        self._stale &= self._known.keys()
        self.endResetModel()

    def set_leaving(self, ids: Collection[int]) -> None:
        """These are just being forgotten."""
        changed = self._leaving ^ frozenset(ids)
        self._leaving = frozenset(ids)
        self._tell(changed)

    def holding(self, id: int) -> Holding | None:
        """What is known of this document already."""
        return self._known.get(id)

    def place_of(self, id: int) -> int | None:
        """In which row the document stands."""
        return self._rows.get(id)

    def row_of(self, id: int) -> QModelIndex:
        row = self._rows.get(id)
        return QModelIndex() if row is None else self.index(row)

    def retranslate(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))

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

    def _keep(self, ids: Iterable[int], found: Mapping[int, Holding]) -> None:
        kept = {id: holding for id, holding in found.items() if id in self._rows}
        changed = [id for id, holding in kept.items() if self._known.get(id) != holding]
        self._known |= kept
        self._stale.difference_update(ids)
        self._asked.difference_update(ids)
        self._tell(changed)

    def _tell(self, ids: Iterable[int]) -> None:
        rows = sorted(row for id in ids if (row := self._rows.get(id)) is not None)
        if rows:
            self.dataChanged.emit(self.index(rows[0]), self.index(rows[-1]))

    # ------------------------------------------------------------ rows

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        id = self._ids[index.row()]
        if role == Role.KEY:
            return id
        holding = self._known.get(id)
        if holding is None or id in self._stale:
            self._want(index.row())
        if holding is None:
            return _UNREAD.get(role)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return holding.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (holding.name, self._side(holding), self._caption(holding))))
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (holding.path, reason_in_words(holding))))
            case Role.CAPTION:
                return self._caption(holding)
            case Role.SIDE:
                return self._side(holding)
            case Role.TONE:
                return "warn" if holding.status == "refused" else "muted"
            case Role.BADGE:
                return ""
            case Role.IS_HEADING:
                return False
            case Role.MATTER:
                return holding
        return None

    def _side(self, holding: Holding) -> str:
        if holding.id in self._leaving:
            return self.tr("being forgotten…")
        match holding.status:
            case "waiting":
                return self.tr("waiting")
            case "reading":
                return self.tr("being read")
            case "refused":
                return self.tr("left out")
            case "indexed":
                return passages_in_words(holding.passages)

    def _caption(self, holding: Holding) -> str:
        """Where it is from and how long it is; or what is wrong with it."""
        if holding.reason:
            return reason_in_words(holding)
        title = holding.title if holding.title and holding.title.strip() != holding.name else ""
        parts = (
            title,
            holding.collection,
            pages_in_words(holding.pages),
            day(holding.added),
            shown_folder(holding.folder),
        )
        return " · ".join(part for part in parts if part)


_UNREAD: dict[int, str] = {
    Qt.ItemDataRole.DisplayRole: "",
    Role.CAPTION: "",
    Role.SIDE: "",
    Role.TONE: "muted",
    Role.BADGE: "",
}


def passages_in_words(count: int) -> str:
    """How many there are of them."""
    if count == 1:
        return translate("documents", "1 passage")
    return translate("documents", "{count} passages").format(count=QLocale().toString(count))


def pages_in_words(pages: int | None) -> str:
    """How many there are of them; empty where there are none."""
    if not pages:
        return ""
    if pages == 1:
        return translate("documents", "1 page")
    return translate("documents", "{count} pages").format(count=QLocale().toString(pages))


def reason_in_words(holding: Holding) -> str:
    """Why it was left out, or what of it could not be read, and what to do; empty when all is well."""
    return " ".join(say(_named_shortly(each)) for each in failures(holding.reason or "", holding.path))


def _named_shortly(failure: Failure) -> Failure:
    """Where the file is stands beside it already."""
    facts = dict(failure.facts)
    if "path" in facts:
        facts["path"] = facts["path"].replace("\\", "/").rpartition("/")[2]
    return Failure(failure.error, failure.template, facts)


def shown_folder(folder: str) -> str:
    """A folder's path, from the user's own one on as "~"."""
    home = QDir.homePath()
    native = QDir.toNativeSeparators(home)
    return f"~{folder[len(native) :]}" if folder == native or folder.startswith(native + QDir.separator()) else folder


def day(seconds: float) -> str:
    """A day, as the user's country writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), translate("documents", "d MMMM yyyy"))
