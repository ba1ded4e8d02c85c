"""The files that are being indexed, one row each, with their status and, where refused, the sentence that says why."""

from __future__ import annotations

from enum import IntEnum
from pathlib import PurePath
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.errors import Failure
from desktop.language import say
from knowledge.messages import FileProgress

Index = QModelIndex | QPersistentModelIndex


class Role(IntEnum):
    STATUS = Qt.ItemDataRole.UserRole  # in words
    REASON = Qt.ItemDataRole.UserRole + 1  # the sentence, empty unless refused
    REFUSED = Qt.ItemDataRole.UserRole + 2


class FilesModel(QAbstractListModel):
    """Rows in the order in which the files were met."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._files: list[FileProgress] = []
        self._rows: dict[str, int] = {}
        self.refused = 0

    def clear(self) -> None:
        self.beginResetModel()
        self._files, self._rows, self.refused = [], {}, 0
        self.endResetModel()

    def tell(self, progress: FileProgress) -> None:
        """One file's newest state."""
        row = self._rows.get(progress.path)
        if row is None:
            row = len(self._files)
            self.beginInsertRows(QModelIndex(), row, row)
            self._files.append(progress)
            self._rows[progress.path] = row
            self.endInsertRows()
            self.refused += progress.status == "refused"
        else:
            self.refused += (progress.status == "refused") - (self._files[row].status == "refused")
            self._files[row] = progress
            self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._files)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        file = self._files[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return PurePath(file.path).name
            case Qt.ItemDataRole.ToolTipRole:
                return file.path
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (PurePath(file.path).name, self._status(file), self._reason(file))))
            case Role.STATUS:
                return self._status(file)
            case Role.REASON:
                return self._reason(file)
            case Role.REFUSED:
                return file.status == "refused"
        return None

    def _status(self, file: FileProgress) -> str:
        match file.status:
            case "waiting":
                return self.tr("waiting")
            case "reading":
                return self.tr("being read")
            case "indexing":
                return self.tr("being remembered")
            case "indexed" if file.passages == 1:
                return self.tr("1 passage")
            case "indexed":
                return self.tr("{count} passages").format(count=file.passages)
            case "unchanged":
                return self.tr("known already")
            case "refused":
                return self.tr("left out")

    @staticmethod
    def _reason(file: FileProgress) -> str:
        if file.status not in ("refused", "indexed"):  # of an indexed one, what could not be read
            return ""
        if file.error is None or file.template is None:
            return file.reason or ""
        return say(Failure(file.error, file.template, file.facts))
