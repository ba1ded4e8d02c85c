"""Document readers: from a file to its text with structure. One file per format; `read` picks it by the suffix.

To add a format: write `read(path) -> Reading` in a file named after it, and list its suffixes below. A reader
fetches nothing, executes nothing, and raises `FileUnreadable` for whatever its library cannot do.
"""

from __future__ import annotations

import logging
import re
import traceback
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from knowledge.errors import FileEmpty, FileMissing, FileTypeUnknown, FileUnreadable, KnowledgeError
from knowledge.readers import docx, html, markdown, pdf, text
from knowledge.readers.outline import in_one_line
from knowledge.readers.reading import DAMAGED, NOT_ALLOWED, TOO_LARGE, Reading, Section

log = logging.getLogger(__name__)

__all__ = ["SUFFIXES", "Reading", "Section", "read"]

SUFFIXES: Mapping[str, Callable[[Path], Reading]] = MappingProxyType(
    {
        ".txt": text.read,
        ".text": text.read,
        ".log": text.read,
        ".md": markdown.read,
        ".markdown": markdown.read,
        ".html": html.read,
        ".htm": html.read,
        ".pdf": pdf.read,
        ".docx": docx.read,
    }
)
MOST_CHARACTERS = 50_000_000  # of one document: some 25,000 pages
LARGEST_FILE = 2 * 1024**3  # bytes

_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
_LINE_END = re.compile(r"\r\n?|\x0b|\x0c|\x85|\u2028|\u2029")
_SPACE_AT_END = re.compile(r"[^\S\n]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")


def read(path: Path) -> Reading:
    """The document's title and its sections, cleaned: NFC, "\\n" at line ends, nothing invisible.

    Raises `FileMissing`, `FileTypeUnknown`, `FileUnreadable` or `FileEmpty`; the last two also while sections are
    taken, because pages are read one by one.
    """
    reader = SUFFIXES.get(path.suffix.lower())
    if reader is None:
        raise FileTypeUnknown(path=str(path))
    with _failures_in_words(path):
        size = path.stat().st_size
        if size == 0:
            raise FileEmpty(path=str(path))
        if size > LARGEST_FILE:
            raise FileUnreadable(path=str(path), reason=TOO_LARGE)
        reading = reader(path)
    title = in_one_line(cleaned(reading.title or "")) or None
    return Reading(title, _checked(reading.sections, path))


def cleaned(text: str) -> str:
    """The text in NFC, with plain line ends, at most one empty line in a row, and no invisible characters."""
    text = _INVISIBLE.sub("", _LINE_END.sub("\n", text))
    text = _EMPTY_LINES.sub("\n\n", _SPACE_AT_END.sub("", text))
    return unicodedata.normalize("NFC", text).strip("\n")


def _checked(sections: Iterator[Section], path: Path) -> Iterator[Section]:
    characters = 0
    with _failures_in_words(path):
        for section in sections:
            text = cleaned(section.text)
            if not text.strip():
                continue
            characters += len(text)
            if characters > MOST_CHARACTERS:
                raise FileUnreadable(path=str(path), reason=TOO_LARGE)
            yield Section(text, section.page, section.heading and cleaned(section.heading))
    if not characters:
        raise FileEmpty(path=str(path))


@contextmanager
def _failures_in_words(path: Path) -> Iterator[None]:
    """A broken file takes a library to places that its authors did not foresee; whatever it raises, blame the file.

    The log gets the kind of the failure and where it was, but not its message, which may quote the file.
    """
    try:
        yield
    except KnowledgeError:
        raise
    except FileNotFoundError as error:
        raise FileMissing(path=str(path)) from error
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=NOT_ALLOWED) from error
    except Exception as error:
        where = "".join(traceback.format_tb(error.__traceback__)[-2:]).rstrip()
        log.warning("a %s file could not be read: %s\n%s", path.suffix.lower(), type(error).__name__, where)
        raise FileUnreadable(path=str(path), reason=DAMAGED) from error
