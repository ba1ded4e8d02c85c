"""Document readers: from a file to its text with structure. One file per format; `read` picks it.

To add a format: write `read(source) -> Reading` in a file named after it, and list its suffixes in `formats.py`. A
reader fetches nothing, executes nothing, and raises `FileUnreadable` for whatever its library cannot do. The memory's
worker has files read in a process of their own (`sandbox.py`), whose end costs nothing.
"""

from __future__ import annotations

import logging
import re
import traceback
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.errors import (
    FileEmpty,
    FileMissing,
    FileTypeUnknown,
    KnowledgeError,
    PartsLeftOut,
)
from knowledge.readers.formats import SUFFIXES, is_known, reader_of
from knowledge.readers.outline import BETWEEN, in_one_line
from knowledge.readers.reading import (
    DAMAGED,
    NOT_ALLOWED,
    TOO_HUNGRY,
    TOO_LARGE,
    Details,
    Enclosed,
    Reading,
    Section,
    Source,
)

log = logging.getLogger(__name__)

__all__ = ["SUFFIXES", "Details", "Reading", "Section", "Whole", "read"]

MOST_CHARACTERS = 50_000_000  # of one document: some 25,000 pages
LARGEST_FILE = 2 * 1024**3  # bytes
DEEPEST = 4  # documents within one another: a mail in a mail in an archive in an archive
MOST_ENCLOSED = 20_000  # documents within one

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_SPACE_AT_END = re.compile(r"[^\S\n]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Whole:
    """A document of which nothing but sections is left: what lies in it was read as well."""

    title: str | None
    sections: Iterator[Section]
    details: Details
    notes: list[KnowledgeError]  # complete after the last section


def read(path: Path) -> Whole:
    """The document's title, details and sections, cleaned: NFC, "\\n" at line ends, nothing invisible.

    Raises `FileMissing`, `FileTypeUnknown`, `FileUnreadable` or `FileEmpty`; the last two also while sections are
    taken, because pages are read one by one.
    """
    source = Source(str(path))
    reading = _opened(source)
    title = in_one_line(cleaned(reading.title or "")) or None
    return Whole(title, _checked(reading, source), _cleaned_details(reading.details), reading.notes)


def _opened(source: Source) -> Reading:
    if not is_known(source):
        raise FileTypeUnknown(path=source.name)
    with _failures_in_words(source):
        size = source.size
        if size == 0:
            raise FileEmpty(path=source.name)
        if size > LARGEST_FILE:
            raise source.refused(TOO_LARGE)
        reader, source = reader_of(source)
        return reader(source)


def cleaned(text: str) -> str:
    """The text in NFC, with plain line ends, at most one empty line in a row, and no invisible characters."""
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    text = _EMPTY_LINES.sub("\n\n", _SPACE_AT_END.sub("", text))
    return unicodedata.normalize("NFC", text).strip("\n")


def _cleaned_details(details: Details) -> Details:
    def clean(text: str | None) -> str | None:
        return in_one_line(cleaned(text or "")) or None

    return Details(clean(details.author), details.created, details.changed, clean(details.language))


def _checked(reading: Reading, source: Source) -> Iterator[Section]:
    characters = 0
    for section in _flat(reading, source, [0]):
        characters += len(section.text)
        if characters > MOST_CHARACTERS:
            raise source.refused(TOO_LARGE)
        yield section
    if not characters:
        if reading.notes and all(isinstance(note, PartsLeftOut) for note in reading.notes):
            raise source.refused(DAMAGED)
        raise FileEmpty(path=source.name)


def _flat(reading: Reading, source: Source, enclosed: list[int]) -> Iterator[Section]:
    """The sections that say something, cleaned; what lies in the document is read where it stands.

    `enclosed` holds one number: how many documents there were so far. What of them cannot be read is noted.
    """
    left_out: list[str] = []
    with _failures_in_words(source):
        for item in reading.sections:
            if isinstance(item, Section):
                text = cleaned(item.text)
                if text.strip():
                    yield Section(text, item.page, (item.heading and cleaned(item.heading)) or None)
                continue
            if not is_known(item.source):
                continue
            enclosed[0] += 1
            if item.source.depth > DEEPEST or enclosed[0] > MOST_ENCLOSED:
                left_out.append(item.heading)
                continue
            yield from _inside(item, reading, left_out, enclosed)
    if left_out:
        reading.notes.append(PartsLeftOut.naming(source.name, left_out))


def _inside(item: Enclosed, outer: Reading, left_out: list[str], enclosed: list[int]) -> Iterator[Section]:
    try:
        inner = _opened(item.source)
        for section in _flat(inner, item.source, enclosed):
            heading = BETWEEN.join(part for part in (in_one_line(item.heading), section.heading) if part)
            yield replace(section, heading=heading)
        outer.notes.extend(inner.notes)
    except FileEmpty:
        pass
    except KnowledgeError:
        left_out.append(item.heading)


@contextmanager
def _failures_in_words(source: Source) -> Iterator[None]:
    """A broken file takes a library to places that its authors did not foresee; whatever it raises, blame the file.

    The log gets the kind of the failure and where it was, but not its message, which may quote the file.
    """
    try:
        yield
    except KnowledgeError:
        raise
    except FileNotFoundError as error:
        raise FileMissing(path=source.name) from error
    except OSError as error:
        raise source.refused(NOT_ALLOWED if source.data is None else DAMAGED) from error
    except MemoryError as error:
        raise source.refused(TOO_HUNGRY) from error
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-2:]).rstrip()
        log.warning("a %s file could not be read: %s\n%s", source.suffix, type(error).__name__, where)
        raise source.refused(DAMAGED) from error
