"""Hangul word processor files (HWPX, KS X 6101): a ZIP of XML, read like HWP: everything in order, tables by rows.

The package is opened by `package.py`, the XML walked here.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.readers.numbering import Numbering, Outline
from knowledge.readers.outline import LONGEST_HEADING, Block, first_heading, in_one_line, sections
from knowledge.readers.package import Package, local
from knowledge.readers.properties import iso_date
from knowledge.readers.reading import DAMAGED, PROTECTED, Details, Reading, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_SECTION = re.compile(r"(?i)(?:.*/)?section(\d+)\.xml")
_HEADING_STYLE = re.compile(r"(?:개요|outline|제목|heading)\s*(\d)", re.IGNORECASE)
_KINDS = {  # names of numbers by Hancom's numbers for them
    name: number
    for number, name in enumerate(
        "DIGIT CIRCLED_DIGIT ROMAN_CAPITAL ROMAN_SMALL LATIN_CAPITAL LATIN_SMALL CIRCLED_LATIN_CAPITAL "
        "CIRCLED_LATIN_SMALL HANGUL_SYLLABLE CIRCLED_HANGUL_SYLLABLE HANGUL_JAMO CIRCLED_HANGUL_JAMO HANGUL_PHONETIC "
        "IDEOGRAPH CIRCLED_IDEOGRAPH DECAGON_CIRCLE DECAGON_CIRCLE_HANJA".split()
    )
}
_SKIPPED = frozenset(("linesegarray", "secPr", "shapeComment", "parameters", "metaTag", "imgRect", "renderingInfo"))


@dataclass(slots=True)
class _Styles:
    """What the header part tells of paragraphs, by their ids."""

    levels: dict[str, int] = field(default_factory=dict)  # of styles
    shapes: dict[str, tuple[str, int, str]] = field(default_factory=dict)  # kind of head, level from 0, numbering
    numberings: dict[str, Outline] = field(default_factory=dict)
    outline: str = ""  # the numbering of this section's headings
    counters: Numbering = field(default_factory=Numbering)


def read(source: Source) -> Reading:
    with Package(source) as package:
        if b"encryption-data" in (package.read("META-INF/manifest.xml") or b""):
            raise source.refused(PROTECTED)
        root_file = next((name for name in package.names if name.lower().endswith(".hpf")), "Contents/content.hpf")
        content = package.xml(root_file)
        title, details = _details(content) if content is not None else (None, Details())
        header = next((name for name in package.names if posixpath.basename(name).lower() == "header.xml"), "")
        styles = _styles(root) if header and (root := package.xml(header)) is not None else _Styles()
        found: list[Block] = []
        names = _sections(package, content, posixpath.dirname(root_file))
        for name in names:
            if (section := package.xml(name)) is not None:
                found += _blocks(section, styles)
    if not names:
        raise source.refused(DAMAGED)
    return Reading(title or first_heading(found), sections(found), details)


def _sections(package: Package, content: _Element | None, folder: str) -> list[str]:
    """The sections in the order of the spine; by their numbers where it does not tell."""
    there = sorted(
        (name for name in package.names if _SECTION.fullmatch(name)),
        key=lambda name: int(_SECTION.fullmatch(name)[1]),  # type: ignore[index] # matched just before
    )
    if content is None:
        return there
    files = {item.get("id", ""): item.get("href", "").lstrip("/") for item in content.iter("{*}item")}
    spine = [files.get(item.get("idref", ""), "") for item in content.iter("{*}itemref")]
    named = [name if name in package else posixpath.join(folder, name) for name in spine if _SECTION.fullmatch(name)]
    named = [name for name in named if name in package]
    return [*named, *(name for name in there if name not in named)]


def _details(content: _Element) -> tuple[str | None, Details]:
    found: dict[str, str] = {}
    for element in content.iter("{*}title", "{*}language", "{*}meta"):
        name = element.get("name", "") if local(element) == "meta" else local(element)
        found.setdefault(name, in_one_line(element.text or ""))
    return found.get("title") or None, Details(
        author=found.get("creator") or None,
        created=iso_date(found.get("CreatedDate")),
        changed=iso_date(found.get("ModifiedDate")),
        language=found.get("language") or None,
    )


def _styles(header: _Element) -> _Styles:
    styles = _Styles()
    for style in header.iter("{*}style"):
        names = (style.get("name", ""), style.get("engName", ""))
        level = next((int(match[1]) for name in names if (match := _HEADING_STYLE.match(name))), None)
        if level is not None:
            styles.levels[style.get("id", "")] = level
    for shape in header.iter("{*}paraPr"):
        for heading in shape.iter("{*}heading"):
            level = heading.get("level", "0")
            styles.shapes[shape.get("id", "")] = (
                heading.get("type", ""),
                int(level) if level.isdecimal() else 0,
                heading.get("idRef", "0"),
            )
            break
    for numbering in header.iter("{*}numbering"):
        heads = list(numbering.iter("{*}paraHead"))
        styles.numberings[numbering.get("id", "")] = Outline(
            tuple(_KINDS.get(head.get("numFormat", ""), 0) for head in heads),
            tuple(head.text or "" for head in heads),
            tuple(int(head.get("start", "1")) if head.get("start", "1").isdecimal() else 1 for head in heads),
        )
    return styles


def _blocks(parent: _Element, styles: _Styles) -> Iterator[Block]:
    for child in parent:
        match local(child):
            case "p":
                yield from _paragraph(child, styles)
            case "tbl":
                yield from _table(child, styles)
            case name if name not in _SKIPPED:
                yield from _blocks(child, styles)


def _paragraph(paragraph: _Element, styles: _Styles) -> Iterator[Block]:
    """The paragraph; behind it what is anchored in it."""
    boxes: list[_Element] = []
    text = "".join(_words(paragraph, boxes, styles))
    level = styles.levels.get(paragraph.get("styleIDRef", ""))
    kind, depth, outline = styles.shapes.get(paragraph.get("paraPrIDRef", ""), ("", 0, "0"))
    if kind == "OUTLINE" and level is None:
        level = depth + 1
    number = ""
    if kind in ("OUTLINE", "NUMBER") and text.strip():
        name = outline if kind == "NUMBER" else styles.outline
        number = styles.counters.next(styles.numberings.get(name), name, depth)
    if len(text.strip()) > LONGEST_HEADING:
        level = None  # outline numbers are given to whole paragraphs, too
    yield Block(f"{number} {text.strip()}" if number else text, level)
    for box in boxes:
        if local(box) == "tbl":
            yield from _table(box, styles)
        else:
            yield from _blocks(box, styles)


def _words(element: _Element, boxes: list[_Element], styles: _Styles) -> Iterator[str]:
    """The words of a paragraph; what holds paragraphs of its own is put aside."""
    for child in element:
        match local(child):
            case "t":
                yield from _text(child)
            case "equation":
                yield " ".join(script.text or "" for script in child.iter("{*}script"))
                boxes += child.iter("{*}caption")
            case "autoNum" if child.get("numType") != "PAGE":
                yield _auto_number(child)
            case "compose":
                yield child.get("composeText", "")
            case "dutmal":
                main, gloss = (
                    "".join(part.itertext()) if (part := next(child.iter(f"{{*}}{name}"), None)) is not None else ""
                    for name in ("mainText", "subText")
                )
                yield f"{main}({gloss})" if gloss else main
            case "run" | "ctrl" | "insertBegin" | "insertEnd":
                yield from _words(child, boxes, styles)
            case "secPr":
                styles.outline = child.get("outlineShapeIDRef", "")
            case name if name not in _SKIPPED:
                boxes.append(child)
                if local(element) == "run":  # a table or a picture, and no note: words around it are two
                    yield " "


def _text(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        match local(child):
            case "tab":
                yield "\t"
            case "lineBreak":
                yield "\n"
            case "nbSpace" | "fwSpace":
                yield " "
            case "hyphen":
                yield "-"
        yield child.tail or ""


def _auto_number(element: _Element) -> str:
    before = after = ""
    for shape in element.iter("{*}autoNumFormat"):
        before, after = shape.get("prefixChar", ""), shape.get("suffixChar", "")
    return f"{before}{element.get('num', '')}{after}"


def _table(table: _Element, styles: _Styles) -> Iterator[Block]:
    """A line for each row; the caption stands before."""
    for caption in table.iterchildren("{*}caption"):
        yield from _blocks(caption, styles)
    lines = []
    for row in table.iterchildren("{*}tr"):
        cells = [
            " ".join(" ".join(block.text for block in _blocks(cell, styles)).split())
            for cell in row.iterchildren("{*}tc")
        ]
        if any(cells):
            lines.append(" | ".join(cells))
    yield Block("\n".join(lines))
