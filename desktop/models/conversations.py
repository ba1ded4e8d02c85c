"""The conversations as rows, filtered by title: each project's under its name, then the others under headings of time
(today, yesterday, this week …)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QDateTime,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from knowledge.history import Conversation
from knowledge.projects import Project

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    ID = Qt.ItemDataRole.UserRole
    IS_HEADING = Qt.ItemDataRole.UserRole + 1
    PROJECT = Qt.ItemDataRole.UserRole + 2  # of a heading or of a conversation, by its id


class Age(IntEnum):
    TODAY = 0
    YESTERDAY = 1
    WEEK = 2
    MONTH = 3
    EARLIER = 4


@dataclass(frozen=True, slots=True)
class Heading:
    of: Age | Project


Row = Heading | Conversation


class ConversationsModel(QAbstractListModel):
    """Headings and conversations in one list. `renamed` asks the owner to store a new title."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[Conversation] = []
        self._projects: tuple[Project, ...] = ()
        self._places: Mapping[str, str] = {}
        self._filter = ""
        self._rows: list[Row] = []

    def set_conversations(
        self,
        conversations: Sequence[Conversation],
        projects: Sequence[Project] = (),
        places: Mapping[str, str] | None = None,
    ) -> None:
        """Show these, the latest first; `places` says by conversation in which of the projects it is."""
        self._all, self._projects, self._places = list(conversations), tuple(projects), places or {}
        self._lay_out()

    def set_filter(self, text: str) -> None:
        """Show only titles that hold all words of `text`."""
        self._filter = text
        self._lay_out()

    def remove(self, id: str) -> None:
        self._all = [one for one in self._all if one.id != id]
        self._lay_out()

    def row_of(self, id: str | None) -> QModelIndex:
        """The row of a conversation; invalid when it is not shown."""
        for number, row in enumerate(self._rows):
            if isinstance(row, Conversation) and row.id == id:
                return self.index(number)
        return QModelIndex()

    def conversation(self, id: str) -> Conversation | None:
        return next((one for one in self._all if one.id == id), None)

    # ------------------------------------------------------------ Qt

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return self._heading(row) if isinstance(row, Heading) else row.title or self.tr("New conversation")
            case Qt.ItemDataRole.EditRole if isinstance(row, Conversation):
                return row.title
            case Qt.ItemDataRole.ToolTipRole if isinstance(row, Conversation):
                when = QLocale().toString(QDateTime.fromSecsSinceEpoch(round(row.updated)), self._day_format())
                return f"{row.title}\n{when}"
            case Role.ID:
                return row.id if isinstance(row, Conversation) else None
            case Role.IS_HEADING:
                return isinstance(row, Heading)
            case Role.PROJECT:
                if isinstance(row, Conversation):
                    return self._places.get(row.id)
                return row.of.id if isinstance(row.of, Project) else None
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self._rows[index.row()]
        title = " ".join(str(value).split())
        if role != Qt.ItemDataRole.EditRole or not isinstance(row, Conversation) or not title or title == row.title:
            return False
        named = replace(row, title=title)
        self._rows[index.row()] = named
        self._all = [named if one.id == row.id else one for one in self._all]
        self.dataChanged.emit(index, index)
        self.renamed.emit(row.id, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self._rows[index.row()], Heading):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def retranslate(self) -> None:
        self._lay_out()

    # ------------------------------------------------------------ rows

    def _lay_out(self) -> None:
        self.beginResetModel()
        wanted = self._filter.casefold().split()
        shown = [one for one in self._all if all(word in one.title.casefold() for word in wanted)]
        self._rows = [*self._of_projects(shown), *self._by_time(shown)]
        self.endResetModel()

    def _of_projects(self, shown: Sequence[Conversation]) -> Iterator[Row]:
        """An empty project is shown too, but not where something is looked for."""
        for project in self._projects:
            inside = [one for one in shown if self._places.get(one.id) == project.id]
            if inside or not self._filter.strip():
                yield Heading(project)
                yield from inside

    def _by_time(self, shown: Sequence[Conversation]) -> Iterator[Row]:
        today = datetime.now(UTC).astimezone().date()
        known, last = {project.id for project in self._projects}, None
        for one in shown:
            if self._places.get(one.id) in known:
                continue
            age = age_of(datetime.fromtimestamp(one.updated, UTC).astimezone().date(), today)
            if age != last:
                yield Heading(age)
                last = age
            yield one

    def _heading(self, heading: Heading) -> str:
        if isinstance(heading.of, Project):
            return heading.of.name
        return {
            Age.TODAY: self.tr("Today"),
            Age.YESTERDAY: self.tr("Yesterday"),
            Age.WEEK: self.tr("This week"),
            Age.MONTH: self.tr("This month"),
            Age.EARLIER: self.tr("Earlier"),
        }[heading.of]

    def _day_format(self) -> str:
        return self.tr("d MMMM yyyy, hh:mm")


def age_of(day: date, today: date) -> Age:
    """Under which heading a day stands; weeks begin on Monday."""
    if day >= today:
        return Age.TODAY
    if day == today - timedelta(days=1):
        return Age.YESTERDAY
    if day >= today - timedelta(days=today.weekday()):
        return Age.WEEK
    if (day.year, day.month) == (today.year, today.month):
        return Age.MONTH
    return Age.EARLIER
