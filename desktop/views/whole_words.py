"""How far a reading of whole documents is, how much an answer covers, and what to do when it was unclear, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.whole.job import Coverage, ReadingAll

translate = QCoreApplication.translate


def reading_words(event: ReadingAll) -> str:
    """The line that stands at the growing answer."""
    match event.phase:
        case "searching":
            words = translate("whole", "Searching “{name}”: {done} of {total} passages")
        case "reading":
            words = translate("whole", "Reading “{name}”: {done} of {total} passages")
        case "joining":
            words = translate("whole", "Summing up: {done} of {total} passages read")
    words = words.format(name=event.document, done=event.done, total=event.total)
    return words if event.seconds_left is None else f"{words}, {_left(event.seconds_left)}"


def coverage_words(coverage: Coverage) -> str:
    """How much of the documents an answer rests on."""
    if coverage.by == "rules" and coverage.kind in ("list", "count"):
        words = translate("whole", "{read} of {total} passages searched, word by word")
    else:
        words = translate("whole", "{read} of {total} passages read")
    words = words.format(read=coverage.read, total=coverage.total)
    if coverage.documents > 1:
        return translate("whole", "{documents} documents: {words}").format(documents=coverage.documents, words=words)
    return words


def unclear_words() -> str:
    """For an answer from a few passages to a prompt that wanted a whole document read."""
    return translate(
        "whole",
        "This answer did not read a whole document: it was not clear which one. Name its file to have all of it read.",
    )


def summary_prompt(name: str) -> str:
    """What the button "Summarise" asks, in the reader's language."""
    return translate("whole", "Summarise “{name}”").format(name=name)


def _left(seconds: float) -> str:
    if seconds < 60:
        return translate("whole", "{count} s left").format(count=max(1, round(seconds)))
    if seconds < 5400:
        return translate("whole", "{count} min left").format(count=round(seconds / 60))
    return translate("whole", "{count} h left").format(count=round(seconds / 3600))
