"""The documents as rows of two lines, read as they come into sight."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QCoreApplication, QDateTime, QDir, QLocale, QObject, Qt

from desktop.errors import Failure
from desktop.language import say
from desktop.models.model_rows import Role
from desktop.models.stretches import Reader, Stretches
from desktop.reasons import failures
from knowledge.holdings import Holding

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


class DocumentsModel(Stretches[Holding]):
    """The documents by their numbers."""

    def __init__(self, read: Reader[Holding], parent: QObject | None = None) -> None:
        super().__init__(read, parent)
        self._leaving: frozenset[int] = frozenset()

    def set_leaving(self, ids: Collection[int]) -> None:
        """These are just being forgotten."""
        changed = self._leaving ^ frozenset(ids)
        self._leaving = frozenset(ids)
        self.tell(changed)

    def holding(self, id: int) -> Holding | None:
        """What is known of this document already."""
        return self.known(id)

    def say(self, id: int, matter: Holding, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return matter.name
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(filter(None, (matter.name, self._side(matter), self._caption(matter))))
            case Qt.ItemDataRole.ToolTipRole:
                return "\n".join(filter(None, (matter.path, reason_in_words(matter))))
            case Role.CAPTION:
                return self._caption(matter)
            case Role.SIDE:
                return self._side(matter)
            case Role.TONE:
                return "warn" if matter.status == "refused" else "muted"
            case Role.BADGE:
                return ""
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
