"""What a search on the hub found, and a repository's files, as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from PySide6.QtCore import QCoreApplication, QDate, QLocale, Qt

from desktop.downloads import Phase
from desktop.fit_words import Tone, guess, in_words
from desktop.models.catalogue import badge_of
from desktop.models.model_rows import Row
from engine.catalog import MEMORY_OVER_FILE
from engine.hub import Found, HubFile
from engine.messages import Hardware

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


def result_rows(results: Sequence[Found]) -> list[Row]:
    """One row a repository: its maker behind its name, how often it is taken, and under which licence."""
    rows = []
    for found in results:
        maker, _, name = found.repository.partition("/")
        parts = [
            maker,
            translate("models", "{count} downloads a month").format(count=QLocale().toString(found.downloads)),
            found.licence,
            _day(found.updated),
        ]
        side = translate("models", "wants a log-in") if found.gated else ""
        rows.append(
            Row(
                found.repository, name or maker, " · ".join(part for part in parts if part), side, "muted", matter=found
            )
        )
    return rows


def file_rows(
    files: Sequence[HubFile], hardware: Hardware | None, *, here: frozenset[str], coming: Mapping[str, Phase]
) -> list[Row]:
    """One row a file, by size; `here` and `coming` are paths in the repository."""
    rows = []
    for file in files:
        parts = [
            in_words(file.size),
            translate("models", "gives a model eyes") if file.projector else "",
            translate("models", "{count} parts").format(count=file.shards) if file.shards > 1 else "",
        ]
        side, tone = _guess(file, hardware)
        badge = badge_of(file.path, here, coming)
        title = file.quantisation if file.quantisation and not file.projector else PurePosixPath(file.path).name
        caption = " · ".join(part for part in parts if part)
        rows.append(Row(file.path, title, caption, side, tone, badge, matter=file))
    return rows


def _guess(file: HubFile, hardware: Hardware | None) -> tuple[str, Tone]:
    if file.projector or hardware is None:
        return "", "muted"
    return guess(round(file.size * MEMORY_OVER_FILE), hardware)


def _day(updated: str) -> str:
    day = QDate.fromString(updated[:10], Qt.DateFormat.ISODate)
    return QLocale().toString(day, QLocale.FormatType.ShortFormat) if day.isValid() else ""
