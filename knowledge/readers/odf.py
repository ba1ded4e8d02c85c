"""OpenDocument (ODT, ODS, ODP): text under its headings, tables row by row, slides by their pages, notes in place.

The package is opened by `package.py`, the XML walked here. What the author deleted under change tracking is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from knowledge.readers.numbering import OPEN_KINDS, Numbering, Outline
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
        root = parsed(source.read(), source)
        objects: dict[str, _Element] = {}
        body, (title, details), styles = root, dublin_core(root), root
    else:
        with Package(source) as package:
            manifest = package.read("META-INF/manifest.xml") or b""
            if b"encryption-data" in manifest:
                raise source.refused(PROTECTED)
            objects = {
                name.rpartition("/")[0]: root
                for name in package.names
                if name.endswith("/content.xml") and (root := package.xml(name)) is not None
            }
            content, meta, styles = (package.xml(name) for name in ("content.xml", "meta.xml", "styles.xml"))
        if content is None:
            raise source.refused(DAMAGED)
        body, (title, details) = content, dublin_core(meta) if meta is not None else (None, Details())
    kind = next((child for part in body.iter("{*}body") for child in part), None)
    if kind is None:
        raise source.refused(DAMAGED)
    match local(kind):
        case "spreadsheet":
            return Reading(title, _sheets(kind, _Walk(objects=objects)), details)
        case "presentation" | "drawing":
            found = list(_slides(kind, _Walk(objects=objects)))
            return Reading(title or next((s.heading for s in found if s.heading), None), iter(found), details)
        case _:
            walk = _Walk(objects=objects)
            for root in (styles, body):
                walk.learn(root)
            blocks = [*_blocks(kind, walk), *(_furniture(styles, walk) if styles is not None else ())]
            return Reading(title or first_heading(blocks), sections(blocks), details)


@dataclass(slots=True)
class _Walk:
    """How lists and headings are numbered, and how far the counting has come."""

    styles: dict[str, Outline] = field(default_factory=dict)  # of lists
    lists_of: dict[str, str] = field(default_factory=dict)  # the list style that a paragraph style names
    outline: Outline | None = None  # of headings
    counters: Numbering = field(default_factory=Numbering)
    open: list[str] = field(default_factory=list)  # the styles of the lists that are open
    cited: int = 0  # notes so far
    marks: dict[_Element, str] = field(default_factory=dict)  # of notes
    objects: dict[str, _Element] = field(default_factory=dict)  # formulas and charts in the package, by their names

    def learn(self, root: _Element | None) -> None:
        for style in root.iter("{*}list-style", "{*}outline-style", "{*}style") if root is not None else ():
            if local(style) == "outline-style":
                self.outline = _outline(style)
            elif local(style) == "list-style":
                self.styles[attribute(style, "name") or ""] = _outline(style)
            elif named := attribute(style, "list-style-name"):
                self.lists_of[attribute(style, "name") or ""] = named


def _outline(style: _Element) -> Outline:
    """A style's levels; one without a kind of number shows none."""
    kinds, formats, starts = [0] * 10, [""] * 10, [1] * 10
    for level in style:
        place = _times(level, "level") - 1
        kind = attribute(level, "num-format") or ""
        if place < len(kinds) and kind:
            shown = range(max(place + 2 - _times(level, "display-levels"), 1), place + 2)
            numbers = ".".join(f"^{number}" for number in shown if number < 10)
            kinds[place] = OPEN_KINDS.get(kind, 0)
            formats[place] = f"{attribute(level, 'num-prefix') or ''}{numbers}{attribute(level, 'num-suffix') or ''}"
            starts[place] = _times(level, "start-value")
    return Outline(tuple(kinds), tuple(formats), tuple(starts))


def _furniture(styles: _Element, walk: _Walk) -> Iterator[Block]:
    """Headers and footers, each once: letterheads say who wrote."""
    seen: set[str] = set()
    for page in styles.iter("{*}master-page"):
        for part in page:
            if local(part).startswith(("header", "footer")):
                for block in _blocks(part, walk):
                    if block.text.strip() and block.text not in seen:
                        seen.add(block.text)
                        yield Block(block.text)


def _slides(presentation: _Element, walk: _Walk) -> Iterator[Section]:
    pages = [child for child in presentation if local(child) == "page"]
    for number, page in enumerate(pages, start=1):
        title: list[Block] = []
        rest: list[Block] = []
        for shape in page:
            is_title = attribute(shape, "class") == "title" and not title
            for block in _blocks(shape, walk) if local(shape) not in _PARAGRAPHS else _paragraph(shape, walk):
                (title if is_title else rest).append(block)
        name = in_one_line(" ".join(block.text for block in title))
        blocks = [Block(name, 1), *(Block(block.text) for block in rest)]
        yield from (replace(section, page=number) for section in sections(blocks))


def _sheets(spreadsheet: _Element, walk: _Walk) -> Iterator[Section]:
    for table in spreadsheet.iterchildren("{*}table"):
        yield from sheet(attribute(table, "name") or "", _cells(table, walk))
        for shapes in table.iterchildren("{*}shapes"):
            yield from sections(_blocks(shapes, walk))


def _cells(table: _Element, walk: _Walk) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, with their numbers from 1."""
    number = 1
    for row in _inside(table, "table-row"):
        cells: list[str] = []
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                text = " ".join(" ".join(block.text for block in _blocks(cell, walk)).split())
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


def _blocks(parent: _Element, walk: _Walk) -> Iterator[Block]:
    for child in parent:
        match local(child):
            case "p" | "h":
                yield from _paragraph(child, walk)
            case "list":
                yield Block("\n".join(_items(child, walk)))
            case "table":
                yield Block("\n".join(_rows(child, walk)))
            case "tracked-changes" | "annotation-end":
                pass
            case "object":
                root = walk.objects.get((attribute(child, "href") or "").removeprefix("./"))
                if root is not None and local(root) == "math":
                    yield Block(_formula(root))
                elif root is not None:
                    yield from _blocks(root, walk)
                yield from _blocks(child, walk)
            case "math":
                yield Block(_formula(child))
            case name if name not in _SKIPPED:
                yield from _blocks(child, walk)


def _paragraph(paragraph: _Element, walk: _Walk) -> Iterator[Block]:
    """The paragraph; behind it the notes, frames and comments that are anchored in it."""
    boxes: list[_Element] = []
    text = "".join(_text(paragraph, boxes, walk))
    level = _times(paragraph, "outline-level")
    if local(paragraph) == "h":
        number = walk.counters.next(walk.outline, "", level - 1) if text.strip() and not walk.open else ""
        yield Block(f"{number} {text.strip()}" if number else text, level)
    else:
        yield Block(text)
    for box in boxes:
        found = list(_blocks(box, walk))
        if box in walk.marks and found:
            found[0] = Block(f"{walk.marks[box]} {found[0].text.strip()}")
        yield from found


def _text(element: _Element, boxes: list[_Element], walk: _Walk) -> Iterator[str]:
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
                walk.cited += 1
                yield f"[{walk.cited}]"
                for body in (part for part in child if local(part) == "note-body"):
                    walk.marks[body] = f"[{walk.cited}]"
                    boxes.append(body)
            case "annotation":
                boxes.append(_without_details(child))
            case "frame" | "g" | "custom-shape" | "rect" | "a" if local(child) != "a" or _holds_frame(child):
                boxes.append(child)
            case name if name not in _SKIPPED:
                yield from _text(child, boxes, walk)
        yield child.tail or ""


def _formula(math: _Element) -> str:
    """The signs of a formula, one after the other."""
    signs = (part.text or "" for part in math.iter("{*}mi", "{*}mn", "{*}mo", "{*}mtext", "{*}ms"))
    return " ".join(" ".join(signs).split())


def _holds_frame(link: _Element) -> bool:
    return any(local(child) == "frame" for child in link)


def _without_details(annotation: _Element) -> _Element:
    """A comment without who wrote it when."""
    for child in list(annotation):
        if local(child) in ("creator", "date", "date-string", "creator-initials"):
            annotation.remove(child)
    return annotation


def _items(list_: _Element, walk: _Walk) -> Iterator[str]:
    """The lines of a list, each item's first with the number that it is shown with."""
    level = len(walk.open)
    inherited = walk.open[-1] if walk.open else ""
    style = attribute(list_, "style-name") or inherited
    if not level and attribute(list_, "continue-numbering") != "true" and attribute(list_, "continue-list") is None:
        walk.counters.restart(style)
    walk.open.append(style)
    for item in list_:
        numbered = local(item) == "list-item" and any(local(child) in _PARAGRAPHS for child in item)
        number = walk.counters.next(walk.styles.get(style), style, level) if numbered else ""
        lines = [line for block in _blocks(item, walk) for line in block.text.split("\n") if line.strip()]
        if lines and number:
            lines[0] = f"{number} {lines[0].lstrip()}"
        yield from lines
    walk.open.pop()


def _rows(table: _Element, walk: _Walk) -> Iterator[str]:
    for row in _inside(table, "table-row"):
        cells = [
            " ".join(" ".join(block.text for block in _blocks(cell, walk)).split())
            for cell in row
            if local(cell) == "table-cell"
        ]
        if any(cells):
            yield " | ".join(cells)
