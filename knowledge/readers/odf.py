"""OpenDocument (ODT, ODS, ODP): text under its headings, tables row by row, slides by their pages, notes in place.

The package is opened by `package.py`, the XML walked here. What the author deleted under change tracking is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.readers.outline import Block, first_heading, in_one_line, sections
from knowledge.readers.package import Package, attribute, local, parsed
from knowledge.readers.properties import dublin_core
from knowledge.readers.reading import DAMAGED, PROTECTED, Details, Reading, Section, Source
from knowledge.readers.rows import sheet

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_REPEATED = 1_000  # cells or rows that one element may stand for
MOST_COLUMNS = 16_384

_SKIPPED = frozenset(
    ("tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "forms", "event-listeners", "bookmark")
    + ("soft-page-break", "desc", "title", "thumbnail", "settings", "calculation-settings", "ruby-text", "script")
    + ("table-of-content-source", "alphabetical-index-source", "illustration-index-source", "annotation-end")
)
_PARAGRAPHS = frozenset(("p", "h"))


def read(source: Source) -> Reading:
    if source.suffix in (".fodt", ".fods", ".fodp"):
        root = parsed(source.read())
        if root is None:
            raise source.refused(DAMAGED)
        body, (title, details), furniture = root, dublin_core(root), list(_furniture(root))
    else:
        with Package(source) as package:
            manifest = package.read("META-INF/manifest.xml") or b""
            if b"encryption-data" in manifest:
                raise source.refused(PROTECTED)
            content, meta, styles = (package.xml(name) for name in ("content.xml", "meta.xml", "styles.xml"))
        if content is None:
            raise source.refused(DAMAGED)
        body, (title, details) = content, dublin_core(meta) if meta is not None else (None, Details())
        furniture = list(_furniture(styles)) if styles is not None else []
    kind = next((child for part in body.iter("{*}body") for child in part), None)
    if kind is None:
        raise source.refused(DAMAGED)
    match local(kind):
        case "spreadsheet":
            return Reading(title, _sheets(kind), details)
        case "presentation" | "drawing":
            found = list(_slides(kind))
            return Reading(title or next((s.heading for s in found if s.heading), None), iter(found), details)
        case _:
            blocks = [*_blocks(kind), *furniture]
            return Reading(title or first_heading(blocks), sections(blocks), details)


def _furniture(styles: _Element) -> Iterator[Block]:
    """Headers and footers, each once: letterheads say who wrote."""
    seen: set[str] = set()
    for page in styles.iter("{*}master-page"):
        for part in page:
            if local(part).startswith(("header", "footer")):
                for block in _blocks(part):
                    if block.text.strip() and block.text not in seen:
                        seen.add(block.text)
                        yield Block(block.text)


def _slides(presentation: _Element) -> Iterator[Section]:
    pages = [child for child in presentation if local(child) == "page"]
    for number, page in enumerate(pages, start=1):
        title, rest = [], []
        for shape in page:
            is_title = attribute(shape, "class") == "title" and not title
            for block in _blocks(shape) if local(shape) not in _PARAGRAPHS else _paragraph(shape):
                (title if is_title else rest).append(block)
        name = in_one_line(" ".join(block.text for block in title))
        blocks = [Block(name, 1), *(Block(block.text) for block in rest)]
        yield from (replace(section, page=number) for section in sections(blocks))


def _sheets(spreadsheet: _Element) -> Iterator[Section]:
    for table in spreadsheet.iterchildren("{*}table"):
        yield from sheet(attribute(table, "name") or "", ((n, cells) for n, cells in _cells(table)))
        for shapes in table.iterchildren("{*}shapes"):
            yield from sections(_blocks(shapes))


def _cells(table: _Element) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, with their numbers from 1."""
    number = 1
    for row in _inside(table, "table-row"):
        cells: list[str] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                text = " ".join(" ".join(block.text for block in _blocks(cell)).split())
                times = min(_times(cell, "number-columns-repeated"), MOST_REPEATED)
                cells += [text] * (times if len(cells) < MOST_COLUMNS else 0)
        times = _times(row, "number-rows-repeated")
        if any(cells):
            while not cells[-1]:
                cells.pop()
            for repeated in range(min(times, MOST_REPEATED)):
                yield number + repeated, cells
        number += times


def _times(element: _Element, name: str) -> int:
    value = attribute(element, name) or "1"
    return max(1, int(value)) if value.isdecimal() and len(value) < 10 else 1


def _inside(table: _Element, wanted: str) -> Iterator[_Element]:
    """The table's own rows, also those grouped as headers; not those of tables in its cells."""
    for child in table:
        if local(child) == wanted:
            yield child
        elif local(child) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _inside(child, wanted)


def _blocks(parent: _Element) -> Iterator[Block]:
    for child in parent:
        match local(child):
            case "p" | "h":
                yield from _paragraph(child)
            case "list":
                yield Block("\n".join(_items(child)))
            case "table":
                yield Block("\n".join(_rows(child)))
            case "tracked-changes" | "annotation-end":
                pass
            case "object" | "object-ole" | "image" | "plugin":
                yield from _blocks(child)
            case name if name not in _SKIPPED:
                yield from _blocks(child)


def _paragraph(paragraph: _Element) -> Iterator[Block]:
    """The paragraph; behind it the notes, frames and comments that are anchored in it."""
    boxes: list[_Element] = []
    text = "".join(_text(paragraph, boxes))
    level = attribute(paragraph, "outline-level") or "1"
    yield Block(text, int(level) if local(paragraph) == "h" and level.isdecimal() else None)
    for box in boxes:
        yield from _blocks(box)


def _text(element: _Element, boxes: list[_Element]) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        match local(child):
            case "s":
                yield " " * min(_times(child, "c"), 100)
            case "tab":
                yield "\t"
            case "line-break":
                yield "\n"
            case "note":
                boxes += [part for part in child if local(part) == "note-body"]
            case "annotation":
                boxes.append(_without_details(child))
            case "frame" | "g" | "custom-shape" | "rect" | "a" if local(child) != "a" or _holds_frame(child):
                boxes.append(child)
            case name if name not in _SKIPPED:
                yield from _text(child, boxes)
        yield child.tail or ""


def _holds_frame(link: _Element) -> bool:
    return any(local(child) == "frame" for child in link)


def _without_details(annotation: _Element) -> _Element:
    """A comment without who wrote it when."""
    for child in list(annotation):
        if local(child) in ("creator", "date", "date-string", "creator-initials"):
            annotation.remove(child)
    return annotation


def _items(list_: _Element) -> Iterator[str]:
    for item in list_:
        lines = [line for block in _blocks(item) for line in block.text.split("\n") if line.strip()]
        yield from lines


def _rows(table: _Element) -> Iterator[str]:
    for row in _inside(table, "table-row"):
        cells = [
            " ".join(" ".join(block.text for block in _blocks(cell)).split())
            for cell in row
            if local(cell) == "table-cell"
        ]
        if any(cells):
            yield " | ".join(cells)
