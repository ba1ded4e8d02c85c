"""The catalogue as rows, narrowed by language, size and what fits this computer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale

from desktop.downloads import Phase
from desktop.fit_words import guess, in_words
from desktop.models.local_models import good_for
from desktop.models.model_rows import Row
from engine.catalog import Entry
from engine.messages import Hardware

translate = QCoreApplication.translate  # under this name the extractor of texts knows it

SMALL, LARGE = 4.0, 10.0  # billions of parameters: up to the first is small, from the second on large


@dataclass(frozen=True, slots=True)
class Filter:
    """What is wanted; the empty one lets everything through."""

    language: Literal["", "en", "ko"] = ""
    size: Literal["", "small", "middle", "large"] = ""
    words: str = ""
    fitting: bool = False

    def lets_through(self, entry: Entry, hardware: Hardware | None) -> bool:
        if self.language and self.language not in entry.languages:
            return False
        if self.size and self.size != size_class(entry):
            return False
        named = f"{entry.name} {entry.family} {entry.licence}".casefold()
        if not all(word in named for word in self.words.casefold().split()):
            return False
        return not self.fitting or hardware is None or guess(entry.about_memory, hardware)[1] != "danger"


def size_class(entry: Entry) -> str:
    if entry.parameters <= SMALL:
        return "small"
    return "large" if entry.parameters >= LARGE else "middle"


def catalogue_rows(
    entries: Sequence[Entry],
    wanted: Filter,
    hardware: Hardware | None,
    *,
    here: frozenset[str],
    coming: Mapping[str, Phase],
) -> list[Row]:
    """Those that the filter lets through; `here` and `coming` are the ids on this computer, and on their way."""
    rows = []
    for entry in entries:
        if not wanted.lets_through(entry, hardware):
            continue
        side, tone = guess(entry.about_memory, hardware) if hardware is not None else ("", "muted")
        badge = badge_of(entry.id, here, coming)
        parts = [size_in_words(entry), licence_in_words(entry), good_for(entry)]
        caption = " · ".join(part for part in parts if part)
        rows.append(Row(entry.id, entry.name, caption, side, tone, badge, matter=entry))
    return rows


def badge_of(key: str, here: frozenset[str], coming: Mapping[str, Phase]) -> str:
    """Whether something to download is here already, or how far on its way."""
    if key in here:
        return translate("models", "on this computer")
    match coming.get(key):
        case None | "done":
            return ""
        case "running":
            return translate("models", "downloading")
        case "waiting":
            return translate("models", "in the queue")
        case "failed":
            return translate("models", "not downloaded")
        case "paused" | "pausing":
            return translate("models", "paused")


def size_in_words(entry: Entry) -> str:
    """The size, said to be a guess where it is one."""
    if entry.size is not None:
        return in_words(entry.size)
    return translate("models", "about {size}").format(size=in_words(entry.about_bytes))


def licence_in_words(entry: Entry) -> str:
    if entry.non_commercial:
        return translate("models", "not for commercial use")
    return entry.licence


def languages_in_words(entry: Entry) -> str:
    names = {
        "en": translate("models", "English"),
        "ko": translate("models", "Korean"),
    }
    return ", ".join(names[code] for code in entry.languages if code in names)


def number(value: float) -> str:
    """Without a decimal where there is none to say."""
    return QLocale().toString(value, "f", 0 if value == round(value) else 1)
