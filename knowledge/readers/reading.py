"""What a reader gives back: a title and sections, and the reasons for which a file cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

# The `reason` of a `FileUnreadable`: few and fixed, so that the window can translate them.
PROTECTED: Final = "it is protected by a password"
DAMAGED: Final = "it is damaged, or not what its name says"
NOT_TEXT: Final = "it holds no text but binary data"
TOO_LARGE: Final = "it is too large"
NOT_A_FILE: Final = "it is no ordinary file"
BAD_NAME: Final = "its name has characters that no encoding knows"
NOT_ALLOWED: Final = "it may not be opened, or another program holds it"


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text on one page and under one heading; paragraphs are parted by an empty line.

    `page` counts from 1. `heading` is the path of headings down to this text ("Install › Linux"); the innermost
    heading is also the first line of the section's text, for people search by it.
    """

    text: str
    page: int | None = None
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as its reader sees it. Sections come one by one, so that a long file can be left half-way."""

    title: str | None
    sections: Iterator[Section]
