"""Word documents (DOCX): body, tables, text boxes and notes in reading order. Opened by python-docx.

python-docx's own paragraphs leave out what stands in content controls, text boxes, tracked insertions and notes;
so the package and its styles are python-docx's, and the text is collected from the XML here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import FileUnreadable
from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.reading import DAMAGED, PROTECTED, TOO_LARGE, Reading

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

LARGEST_UNPACKED = 1024**3  # bytes of all parts together
LARGEST_XML = 256 * 1024**2  # bytes of one XML part
MOST_PARTS = 20_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an OLE container: a DOCX under a password, or a renamed DOC
_SKIPPED = frozenset((f"{_COMPATIBILITY}Fallback", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}rt"))
_WORDS = frozenset((f"{_W}t", f"{_MATH}t"))
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}
_NOTES = ("footnotes", "endnotes")


def read(path: Path) -> Reading:
    import docx

    _look_before_opening(path)
    document = docx.Document(str(path))
    found = list(_blocks(document))
    title = document.core_properties.title.strip()
    return Reading(title or first_heading(found), sections(found))


def _look_before_opening(path: Path) -> None:
    """Refuse what is no ZIP, is encrypted, or would unpack to more than memory should hold."""
    with path.open("rb") as file:
        if file.read(len(_OLD_OFFICE)) == _OLD_OFFICE:
            raise FileUnreadable(path=str(path), reason=PROTECTED)
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise FileUnreadable(path=str(path), reason=DAMAGED) from error
    if any(part.flag_bits & 1 for part in parts):
        raise FileUnreadable(path=str(path), reason=PROTECTED)
    largest = max((part.file_size for part in parts if part.filename.endswith((".xml", ".rels"))), default=0)
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED or largest > LARGEST_XML:
        raise FileUnreadable(path=str(path), reason=TOO_LARGE)


@dataclass(slots=True)
class _Walk:
    """What is looked up while the body is walked: heading levels by style, and notes by kind and id."""

    levels: Mapping[str, int]
    notes: dict[tuple[str, str], _Element] = field(default_factory=dict)


def _blocks(document: Document) -> Iterator[Block]:
    walk = _Walk(_heading_levels(document.styles.element))
    for kind in _NOTES:
        walk.notes |= {(kind, id): note for id, note in _notes(document, kind)}
    yield from _container(document.element.body, walk)


def _container(element: _Element, walk: _Walk) -> Iterator[Block]:
    for child in _nearest(element, frozenset((f"{_W}p", f"{_W}tbl"))):
        if child.tag == f"{_W}p":
            yield from _paragraph(child, walk)
        else:
            yield Block("\n".join(_rows(child, walk)))


def _paragraph(paragraph: _Element, walk: _Walk) -> Iterator[Block]:
    """The paragraph; behind it the text boxes anchored in it and the notes it refers to."""
    boxes: list[_Element] = []
    yield Block("".join(_text(paragraph, walk, boxes)), _level(paragraph, walk.levels))
    for box in boxes:
        yield from _container(box, walk)


def _text(element: _Element, walk: _Walk, boxes: list[_Element]) -> Iterator[str]:
    """The words of a paragraph. The depth of recursion is bounded by libxml2, which refuses 256 levels."""
    for child in element:
        tag = child.tag
        if tag in _WORDS:
            yield child.text or ""
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            note = walk.notes.pop(
                (f"{tag.removeprefix(_W).removesuffix('Reference')}s", child.get(f"{_W}id", "")), None
            )
            if note is not None:
                boxes.append(note)
        elif tag not in _SKIPPED:
            yield from _text(child, walk, boxes)


def _rows(table: _Element, walk: _Walk) -> Iterator[str]:
    for row in _nearest(table, frozenset((f"{_W}tr",))):
        cells = [
            " ".join(" ".join(block.text.split()) for block in _container(cell, walk)).strip()
            for cell in _nearest(row, frozenset((f"{_W}tc",)))
        ]
        if any(cells):
            yield " | ".join(cells)


def _nearest(element: _Element, tags: frozenset[str]) -> Iterator[_Element]:
    """Descendants with one of the tags, not looking inside them: content controls and insertions lie between."""
    for child in element:
        if child.tag in tags:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _nearest(child, tags)


def _level(paragraph: _Element, levels: Mapping[str, int]) -> int | None:
    own = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if own is not None:
        return _outline_level(own)
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return levels.get(style.get(f"{_W}val", "")) if style is not None else None


def _heading_levels(styles: _Element) -> dict[str, int]:
    """The heading level of each paragraph style that has one: by its outline level or name, or those of its base."""
    bases: dict[str, str] = {}
    levels: dict[str, int | None] = {}
    for style in styles.iterfind(f"{_W}style"):
        id, name, base, outline = (
            style.get(f"{_W}styleId", ""),
            style.find(f"{_W}name"),
            style.find(f"{_W}basedOn"),
            style.find(f"{_W}pPr/{_W}outlineLvl"),
        )
        called = name.get(f"{_W}val", "").lower() if name is not None else ""
        if base is not None:
            bases[id] = base.get(f"{_W}val", "")
        if outline is not None:
            levels[id] = _outline_level(outline)
        elif called == "title":
            levels[id] = 1
        elif called.startswith("heading ") and called[8:].isdecimal():
            levels[id] = int(called[8:])
    found: dict[str, int] = {}
    for id in {*levels, *bases}:
        chain = [id]
        while chain[-1] not in levels and chain[-1] in bases and bases[chain[-1]] not in chain:
            chain.append(bases[chain[-1]])
        level = levels.get(chain[-1])
        if level is not None:
            found[id] = level
    return found


def _outline_level(outline: _Element) -> int | None:
    """Word counts outline levels from 0; 9 is body text."""
    value = outline.get(f"{_W}val", "")
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else None


def _notes(document: Document, kind: str) -> Iterator[tuple[str, _Element]]:
    from docx.oxml.parser import parse_xml

    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(f"/{kind}"):
            for note in parse_xml(relation.target_part.blob):
                if note.get(f"{_W}type") is None:  # the others are the lines drawn above notes
                    yield note.get(f"{_W}id", ""), note
