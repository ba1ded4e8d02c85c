"""Word documents (DOCX): body, tables, text boxes, notes and comments in reading order; headers and footers at the end.

The package is opened by `package.py`, the XML walked here: libraries for writing Word files leave out what stands in
content controls, text boxes, tracked insertions and notes, and give up on packages that lack a part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.readers.drawing import chart, described, diagram
from knowledge.readers.numbering import WORD_KINDS, Numbering, Outline
from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.package import Package, local, parsed
from knowledge.readers.properties import office_details
from knowledge.readers.reading import DAMAGED, Reading, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SKIPPED = frozenset((f"{_COMPATIBILITY}Fallback", f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}rt"))
_WORDS = frozenset((f"{_W}t", f"{_MATH}t"))
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-", f"{_W}ptab": "\t"}
_PICTURE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes", "commentReference": "comments"}
_STRICT = (  # the namespaces of ISO's strict variant, and those that everyone writes
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)


def read(source: Source) -> Reading:
    with Package(source) as package:
        title, details = office_details(package)
        main = next((target for _, kind, target in package.relations("") if kind == "officeDocument"), "")
        main = main if main in package else "word/document.xml"
        document = _part(package, main)
        body = document.find(f"{_W}body") if document is not None else None
        if body is None:
            raise source.refused(DAMAGED)
        found = list(_blocks(package, main, body))
    return Reading(title or first_heading(found), sections(found), details)


def _part(package: Package, name: str) -> _Element | None:
    data = package.read(name) or b""
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    return parsed(data, package.source) if data else None


@dataclass(slots=True)
class _Walk:
    """What is looked up while the body is walked: heading levels by style, and notes by kind and id."""

    levels: Mapping[str, int]
    parts: dict[str, _Element] = field(default_factory=dict)  # charts and diagrams, by the relation's id
    notes: dict[tuple[str, str], _Element] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, int]] = field(default_factory=dict)  # by style: the numbering and the level
    numberings: Mapping[str, tuple[str, Outline]] = field(default_factory=dict)  # by its id: what counts, and how
    counters: Numbering = field(default_factory=Numbering)
    cited: int = 0  # notes so far
    marks: dict[_Element, str] = field(default_factory=dict)  # of notes


def _blocks(package: Package, main: str, body: _Element) -> Iterator[Block]:
    walk = _Walk({})
    related: dict[str, list[_Element]] = {}
    for id, kind, target in package.relations(main):
        if kind in ("styles", "numbering", "header", "footer", "chart", "diagramData", *_NOTES.values()):
            root = _part(package, target)
            if root is not None:
                related.setdefault(kind, []).append(root)
                walk.parts[id] = root
    for styles in related.get("styles", ()):
        walk.levels = _heading_levels(styles)
        walk.lists = _lists_of_styles(styles)
    for numbering in related.get("numbering", ()):
        walk.numberings = _numberings(numbering)
    for kind in _NOTES.values():
        for root in related.get(kind, ()):
            walk.notes |= {
                (kind, note.get(f"{_W}id", "")): note for note in root if note.get(f"{_W}type") is None
            }  # those with a type are the lines drawn above notes
    yield from _container(body, walk)
    seen: set[str] = set()
    for root in [*related.get("header", ()), *related.get("footer", ())]:
        for block in _container(root, walk):
            if block.text.strip() and block.text not in seen:  # a first and an even page repeat much
                seen.add(block.text)
                yield Block(block.text)


def _container(element: _Element, walk: _Walk) -> Iterator[Block]:
    for child in _nearest(element, frozenset((f"{_W}p", f"{_W}tbl"))):
        if child.tag == f"{_W}p":
            yield from _paragraph(child, walk)
        else:
            yield Block("\n".join(_rows(child, walk)))


def _paragraph(paragraph: _Element, walk: _Walk) -> Iterator[Block]:
    """The paragraph; behind it the text boxes anchored in it and the notes it refers to."""
    boxes: list[_Element] = []
    text = "".join(_text(paragraph, walk, boxes)).strip()
    number = _number(paragraph, walk) if text else ""
    yield Block(f"{number} {text}" if number else text, _level(paragraph, walk.levels))
    for box in boxes:
        match local(box):
            case "chartSpace":
                yield Block("\n".join(chart(box)))
            case "dataModel":
                yield Block("\n".join(diagram(box)))
            case _ if box in walk.marks:
                first, *rest = list(_container(box, walk)) or [Block("")]
                yield from (Block(f"{walk.marks[box]} {first.text.strip()}"), *rest)
            case _:
                yield from _container(box, walk)


def _text(element: _Element, walk: _Walk, boxes: list[_Element]) -> Iterator[str]:
    """The words of a paragraph. The depth of recursion is bounded by libxml2, which refuses 256 levels."""
    for child in element:
        tag = child.tag
        if tag in _WORDS:
            yield child.text or ""
        elif tag in _CHARACTERS:
            yield _CHARACTERS[tag]
        elif tag == _PICTURE:
            yield described(child)
        elif tag == f"{_W}txbxContent":
            boxes.append(child)
        elif tag.removeprefix(_W) in _NOTES:
            note = walk.notes.pop((_NOTES[tag.removeprefix(_W)], child.get(f"{_W}id", "")), None)
            if note is not None:
                boxes.append(note)
                if tag != f"{_W}commentReference":
                    walk.cited += 1
                    walk.marks[note] = mark = f"[{walk.cited}]"
                    yield mark
        elif local(child) in ("chart", "relIds"):
            boxes += [walk.parts[id] for id in child.attrib.values() if id in walk.parts]
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


def _number(paragraph: _Element, walk: _Walk) -> str:
    """The number that Word shows before the paragraph, by its own numbering or its style's; "" for a bullet."""
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    id, level = walk.lists.get(style.get(f"{_W}val", "") if style is not None else "", ("", 0))
    for own in paragraph.iterfind(f"{_W}pPr/{_W}numPr"):
        id, level = _value(own, "numId") or id, int(_value(own, "ilvl") or level)
    name, outline = walk.numberings.get(id, ("", None))
    return walk.counters.next(outline, name, level)


def _value(parent: _Element, name: str) -> str:
    child = parent.find(f"{_W}{name}")
    value = child.get(f"{_W}val", "") if child is not None else ""
    return value if value.isdecimal() and len(value) < 10 else ""


def _lists_of_styles(styles: _Element) -> dict[str, tuple[str, int]]:
    """Of each style whose paragraphs are numbered: the numbering's id and the level; from its base, if need be."""
    own: dict[str, tuple[str, int]] = {}
    bases: dict[str, str] = {}
    for style in styles.iterfind(f"{_W}style"):
        id = style.get(f"{_W}styleId", "")
        base = style.find(f"{_W}basedOn")
        bases[id] = base.get(f"{_W}val", "") if base is not None else ""
        for numbered in style.iterfind(f"{_W}pPr/{_W}numPr"):
            own[id] = (_value(numbered, "numId"), int(_value(numbered, "ilvl") or 0))
    found = {}
    for id in bases:
        chain = [id]
        while chain[-1] not in own and bases.get(chain[-1]) and bases[chain[-1]] not in chain:
            chain.append(bases[chain[-1]])
        if chain[-1] in own:
            found[id] = own[chain[-1]]
    return found


def _numberings(root: _Element) -> dict[str, tuple[str, Outline]]:
    """By the id that paragraphs use: the name under which is counted, and the shape. Some share their counts."""
    shapes = {
        shape.get(f"{_W}abstractNumId", ""): {level.get(f"{_W}ilvl", ""): level for level in shape.iterfind(f"{_W}lvl")}
        for shape in root.iterfind(f"{_W}abstractNum")
    }
    found = {}
    for number in root.iterfind(f"{_W}num"):
        id, shape = number.get(f"{_W}numId", ""), _value(number, "abstractNumId")
        levels = dict(shapes.get(shape, {}))
        starts: dict[str, int] = {}
        for change in number.iterfind(f"{_W}lvlOverride"):
            place = change.get(f"{_W}ilvl", "")
            for level in change.iterfind(f"{_W}lvl"):
                levels[place] = level
            if start := _value(change, "startOverride"):
                starts[place] = int(start)
        kinds, formats, first = [], [], []
        for place in map(str, range(9)):
            level = levels.get(place)
            kind = level.find(f"{_W}numFmt") if level is not None else None
            text = level.find(f"{_W}lvlText") if level is not None else None
            name = kind.get(f"{_W}val", "decimal") if kind is not None else "decimal"
            kinds.append(WORD_KINDS.get(name, 0))
            shown = text.get(f"{_W}val", "") if text is not None and name not in ("bullet", "none") else ""
            formats.append(shown.replace("%", "^"))
            first.append(starts.get(place, int(_value(level, "start") or 1) if level is not None else 1))
        found[id] = (f"{shape}/{id}" if starts else shape, Outline(tuple(kinds), tuple(formats), tuple(first)))
    return found


def _outline_level(outline: _Element) -> int | None:
    """Word counts outline levels from 0; 9 is body text."""
    value = outline.get(f"{_W}val", "")
    return int(value) + 1 if value.isdecimal() and int(value) < 9 else None
