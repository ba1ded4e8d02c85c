"""Memories as rows of two lines: what it says, and where it is from; at the right when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QObject, Qt

from desktop.models.model_rows import Role
from desktop.models.stretches import Reader, Stretches
from knowledge.memories import Remembered

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


class MemoriesModel(Stretches[Remembered]):
    """Memories by their keys."""

    def __init__(self, read: Reader[Remembered], parent: QObject | None = None) -> None:
        super().__init__(read, parent)
        self._leaving: frozenset[int] = frozenset()

    def set_leaving(self, keys: Collection[int]) -> None:
        """These are just being forgotten."""
        changed = self._leaving ^ frozenset(keys)
        self._leaving = frozenset(keys)
        self.tell(changed)

    def say(self, id: int, matter: Remembered, role: int) -> Any:
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return " ".join(matter.text.split())
            case Qt.ItemDataRole.AccessibleTextRole:
                words = (" ".join(matter.text.split()), self._badge(matter), self._caption(matter), self._side(matter))
                return ", ".join(filter(None, words))
            case Role.CAPTION:
                return self._caption(matter)
            case Role.SIDE:
                return self._side(matter)
            case Role.TONE:
                return {"proposed": "accent", "sensitive": "warn"}.get(matter.state or "", "muted")
            case Role.BADGE:
                return self._badge(matter)
        return None

    def _badge(self, matter: Remembered) -> str:
        return self.tr("Pinned") if matter.pinned else ""

    def _side(self, matter: Remembered) -> str:
        if matter.key in self._leaving:
            return self.tr("being forgotten…")
        match matter.state:
            case "proposed":
                return self.tr("Is this right?")
            case "sensitive":
                return self.tr("Shall I remember this?")
        if matter.valid_until is not None:
            return self.tr("until {day}").format(day=day(matter.valid_until))
        return day(matter.time)

    def _caption(self, matter: Remembered) -> str:
        return " · ".join(part for part in (origin(matter), matter.project, uses_in_words(matter.uses)) if part)


def origin(one: Remembered) -> str:
    """Who said it and where, or what stands in which document."""
    if one.kind == "passage":
        page = translate("memories", "page {page}").format(page=one.page) if one.page else ""
        return ", ".join(part for part in (one.name, page, one.heading) if part)
    if one.kind == "fact":
        kind = kind_in_words(one)
        if one.title:
            return translate("memories", "{kind}, from “{title}”").format(kind=kind, title=one.title)
        return kind
    who = one.author or (translate("memories", "Haema") if one.role == "assistant" else translate("memories", "You"))
    if one.title:
        return translate("memories", "{who}, in “{title}”").format(who=who, title=one.title)
    return who


def kind_in_words(one: Remembered) -> str:
    """What kind of fact it is."""
    match one.fact_kind:
        case "correction":
            return translate("memories", "Your correction")
        case "written":
            return translate("memories", "Written by you")
        case "noticed":
            return translate("memories", "Learned from what was said")
        case _:
            return translate("memories", "Told by you")


def uses_in_words(uses: int) -> str:
    """How many answers rested on it; empty for none."""
    if not uses:
        return ""
    if uses == 1:
        return translate("memories", "used in 1 answer")
    return translate("memories", "used in {count} answers").format(count=QLocale().toString(uses))


def day(seconds: float) -> str:
    """A day, as the user's country writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), translate("memories", "d MMMM yyyy"))


def moment(seconds: float) -> str:
    """A day and its time."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    #: Date and time as QLocale.toString takes them; in Korean: yyyy년 M월 d일 (ddd) AP h:mm
    return QLocale().toString(when, translate("memories", "d MMMM yyyy, HH:mm"))


def month(seconds: float) -> str:
    """A month and its year."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(seconds)), translate("memories", "MMMM yyyy"))
