"""What a reader gets and gives: a source of bytes; a title, details and sections; and the words for why it cannot."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import BinaryIO, Final

from knowledge.errors import FileUnreadable, KnowledgeError

# The `reason` of a `FileUnreadable`: few and fixed, so that the window can translate them.
PROTECTED: Final = "it is protected by a password"
DISTRIBUTED: Final = "it is a distribution copy that only its maker's programs may open"
RIGHTS: Final = "it is locked by rights management"
DAMAGED: Final = "it is damaged, or not what its name says"
OUTDATED: Final = "it is of an old version of its format"
NOT_TEXT: Final = "it holds no text but binary data"
TOO_LARGE: Final = "it is too large"
TOO_SLOW: Final = "reading it takes too long"
TOO_HUNGRY: Final = "reading it takes too much memory"
FATAL: Final = "it stops the program that reads it"
NOT_A_FILE: Final = "it is no ordinary file"
BAD_NAME: Final = "its name has characters that no encoding knows"
NOT_ALLOWED: Final = "it may not be opened, or another program holds it"

LARGEST_WHOLE: Final = 256 * 1024**2  # bytes of a file whose reader needs all of it at once


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document's bytes are: in the file `name`, or, for what lies in an archive or a mail, in `data`."""

    name: str  # the path; below the outermost file, the path of that and then the name inside
    data: bytes | None = field(default=None, repr=False)
    depth: int = 0  # how many documents it lies in
    kind: str = ""  # the suffix that it should have, where its bytes contradict its name

    @property
    def suffix(self) -> str:
        return self.kind or PurePath(self.name).suffix.lower()

    @property
    def size(self) -> int:
        return Path(self.name).stat().st_size if self.data is None else len(self.data)

    def open(self) -> BinaryIO:
        return Path(self.name).open("rb") if self.data is None else io.BytesIO(self.data)

    def start(self, length: int) -> bytes:
        """The first bytes."""
        with self.open() as file:
            return file.read(length)

    def read(self, largest: int = LARGEST_WHOLE) -> bytes:
        """All bytes. Raises `FileUnreadable` when there are more than `largest`."""
        if self.size > largest:
            raise self.refused(TOO_LARGE)
        if self.data is not None:
            return self.data
        with self.open() as file:
            data = file.read(largest + 1)
        if len(data) > largest:  # it grew meanwhile, or told no size
            raise self.refused(TOO_LARGE)
        return data

    def refused(self, reason: str) -> FileUnreadable:
        return FileUnreadable(path=self.name, reason=reason)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text on one page and under one heading; paragraphs are parted by an empty line.

    `page` counts from 1; of a presentation it is the slide. `heading` is the path of headings down to this text
    ("Install › Linux"); the innermost heading is also the first line of the section's text, for people search by it. In
    a spreadsheet it is the sheet and the range ("Prices › A2:F21"), in subtitles the time.
    """

    text: str
    page: int | None = None
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A document inside another (in an archive, attached to a mail), to be read by the reader of its own format."""

    source: Source
    heading: str  # its name, under which its text stands


@dataclass(frozen=True, slots=True)
class Details:
    """What a document says about itself. Dates are ISO 8601, as far as known ("2024-05-01T09:30:00+09:00")."""

    author: str | None = None
    created: str | None = None
    changed: str | None = None
    language: str | None = None  # BCP 47, as the document has it ("ko-KR")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as its reader sees it. Sections come one by one, so that a long file can be left half-way.

    `notes` tell what of the document could not be read though the rest was; complete after the last section.
    """

    title: str | None
    sections: Iterator[Section | Enclosed]
    details: Details = Details()
    notes: list[KnowledgeError] = field(default_factory=list)
