"""A ZIP that holds an office document's parts, opened with care: none encrypted, none that unpacks beyond measure.

XML is parsed by lxml without entities and without the network.
"""

from __future__ import annotations

import logging
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self
from urllib.parse import unquote, urlsplit

from knowledge.readers.reading import DAMAGED, PROTECTED, TOO_LARGE, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

log = logging.getLogger(__name__)

LARGEST_UNPACKED = 1024**3  # bytes of all parts together
LARGEST_XML = 256 * 1024**2  # bytes of one XML part
MOST_PARTS = 20_000
ENCRYPTED = 1  # bit of a ZIP entry's flags

_XML = (".xml", ".rels", ".opf", ".hpf", ".xhtml", ".html", ".htm", ".ncx")
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError)


class Package:
    """The parts of one document by name. To be closed, or used in a `with`."""

    def __init__(self, source: Source) -> None:
        """Raises `FileUnreadable` for what is no ZIP, is encrypted, or would unpack to more than memory should hold."""
        self.source = source
        self._file: BinaryIO = source.open()
        try:
            self._zip = zipfile.ZipFile(self._file)
        except _BROKEN as error:
            self._file.close()
            raise source.refused(DAMAGED) from error
        parts = self._zip.infolist()
        self._names = {part.filename.replace("\\", "/").lstrip("/"): part for part in parts}
        self._folded = {name.lower(): part for name, part in self._names.items()}
        refused = None
        if any(part.flag_bits & ENCRYPTED for part in parts):
            refused = PROTECTED
        largest = max((part.file_size for part in parts if part.filename.lower().endswith(_XML)), default=0)
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED or largest > LARGEST_XML:
            refused = TOO_LARGE
        if refused:
            self.close()
            raise source.refused(refused)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    @property
    def names(self) -> list[str]:
        return list(self._names)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._folded

    def read(self, name: str) -> bytes | None:
        """The part's bytes; None when there is none of this name (case aside). Raises `FileUnreadable`."""
        part = self._names.get(name) or self._folded.get(name.lower())
        if part is None:
            return None
        try:
            with self._zip.open(part) as file:
                data = file.read(LARGEST_XML + 1)  # the size that the entry tells may be false
        except _BROKEN as error:
            raise self.source.refused(DAMAGED) from error
        if len(data) > LARGEST_XML:
            raise self.source.refused(TOO_LARGE)
        return data

    def xml(self, name: str) -> _Element | None:
        """The part's root; None when it is missing or empty. Raises `FileUnreadable` for what is no XML."""
        data = self.read(name)
        return parsed(data, self.source) if data else None

    def relations(self, part: str) -> Iterator[tuple[str, str, str]]:
        """Of an OOXML part: the id, the last word of the type ("slide", "notesSlide") and the target part's name."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        for relation in root if root is not None else ():
            if local(relation) == "Relationship" and relation.get("TargetMode") != "External":
                target = unquote(urlsplit(relation.get("Target", "")).path).replace("\\", "/")
                target = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                kind = relation.get("Type", "").rpartition("/")[2]
                yield relation.get("Id", ""), kind, posixpath.normpath(target).lstrip("./")


def parsed(data: bytes, source: Source) -> _Element:
    """The root of an XML text. Raises `FileUnreadable` where it is not well-formed: half a document would mislead."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        log.warning("a part of a %s file is not well-formed: %s", source.suffix, type(error).__name__)
        raise source.refused(DAMAGED) from error


def local(element: _Element) -> str:
    """The element's name without its namespace: OOXML comes in two sets of namespaces, HWPX in several."""
    return str(element.tag).rpartition("}")[2]


def attribute(element: _Element, name: str) -> str | None:
    """The attribute of this name, in whatever namespace."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None
