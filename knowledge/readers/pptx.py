"""Presentations (PPTX), slide by slide: titles, texts, tables, charts, diagrams, comments and speaker's notes.

The package is opened by `package.py`, the XML walked here: a shape's text counts wherever it stands, in groups and
in content that PowerPoint keeps twice for older versions, which is taken once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from knowledge.readers.drawing import chart, described, diagram, paragraphs
from knowledge.readers.outline import Block, first_heading, in_one_line, sections
from knowledge.readers.package import Package, attribute, local
from knowledge.readers.properties import office_details
from knowledge.readers.reading import DAMAGED, Reading, Section, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

MOST_SLIDES = 10_000

_TITLES = frozenset(("title", "ctrTitle"))
_FURNITURE = frozenset(("sldNum",))  # the slide's number is its page
_NUMBER = re.compile(r"(\d+)\.xml$")


def read(source: Source) -> Reading:
    with Package(source) as package:
        slides = list(_slides(package))
        if not slides and "ppt/presentation.xml" not in package:
            raise source.refused(DAMAGED)
        title, details = office_details(package)
        found: list[Section] = []
        headings: list[Block] = []
        for number, part in enumerate(slides[:MOST_SLIDES], start=1):
            blocks = list(_slide(package, part))
            headings += [block for block in blocks if block.level is not None][:1]
            found += [replace(section, page=number) for section in sections(blocks)]
    return Reading(title or first_heading(headings), iter(found), details)


def _slides(package: Package) -> Iterator[str]:
    """The slides' parts as they are shown; by their numbers when the presentation does not tell."""
    main = next((target for _, kind, target in package.relations("") if kind == "officeDocument"), "")
    main = main if main in package else "ppt/presentation.xml"
    root = package.xml(main)
    targets = {id: target for id, kind, target in package.relations(main) if kind == "slide"}
    shown: list[str] = []
    for slide in root.iter("{*}sldId") if root is not None else ():
        for key, value in slide.attrib.items():
            if str(key).endswith("}id") and targets.get(str(value), "") in package:
                shown.append(targets[str(value)])
    if not shown:
        shown = [name for name in package.names if re.fullmatch(r"ppt/slides/[^/]+\.xml", name)]
        shown.sort(key=lambda name: int(number[1]) if (number := _NUMBER.search(name)) else 0)
    yield from dict.fromkeys(shown)


def _slide(package: Package, part: str) -> Iterator[Block]:
    """The title first, then the shapes in their order, then what belongs to the slide but is not shown on it."""
    root = package.xml(part)
    if root is None:
        return
    related = list(package.relations(part))
    targets = {id: target for id, _, target in related}
    tree = next(root.iter("{*}spTree"), None)
    title: list[Block] = []
    rest: list[Block] = []
    for block in _shapes(package, tree, targets) if tree is not None else ():
        (title if block.level is not None and not title else rest).append(block)
    yield from (*title, *(Block(block.text) for block in rest))
    for kind, words in (("notesSlide", _notes), ("comments", _comments)):
        for _, type, target in related:
            if type == kind and (root := package.xml(target)) is not None:
                yield from words(root)


def _shapes(package: Package, parent: _Element, targets: dict[str, str]) -> Iterator[Block]:
    for shape in parent:
        match local(shape):
            case "sp" | "cxnSp":
                kind = _placeholder(shape)
                if kind in _FURNITURE:
                    continue
                text = "\n".join(paragraphs(shape))
                if kind in _TITLES and text.strip():
                    yield Block(in_one_line(text), 1)
                else:
                    yield Block(text)
            case "graphicFrame":
                yield from _graphic(package, shape, targets)
            case "pic":
                yield from (Block(described(properties)) for properties in shape.iter("{*}cNvPr"))
            case "AlternateContent":
                choice = next((child for child in shape if local(child) == "Choice"), None)
                if choice is not None:
                    yield from _shapes(package, choice, targets)
            case "grpSp" | "contentPart":
                yield from _shapes(package, shape, targets)


def _placeholder(shape: _Element) -> str | None:
    """The kind of placeholder that the shape fills: "title", "body", "ftr" …; None for a shape of its own."""
    for child in shape:
        if local(child).startswith("nv"):
            for mark in child.iter("{*}ph"):
                return str(mark.get("type", "obj"))
    return None


def _graphic(package: Package, frame: _Element, targets: dict[str, str]) -> Iterator[Block]:
    for table in frame.iter("{*}tbl"):
        yield Block("\n".join(_rows(table)))
    for data in frame.iter("{*}graphicData"):
        for child in data:
            wanted = {"chart": "id", "relIds": "dm"}.get(local(child))
            target = targets.get(attribute(child, wanted) or "") if wanted else None
            root = package.xml(target) if target else None
            if root is not None:
                yield Block("\n".join(chart(root) if wanted == "id" else diagram(root)))


def _rows(table: _Element) -> Iterator[str]:
    for row in table.iter("{*}tr"):
        cells = [" ".join(" ".join(paragraphs(cell)).split()) for cell in row.iterchildren("{*}tc")]
        if any(cells):
            yield " | ".join(cells)


def _notes(root: _Element) -> Iterator[Block]:
    for shape in root.iter("{*}sp"):
        if _placeholder(shape) in ("body", None):
            yield Block("\n".join(paragraphs(shape)))


def _comments(root: _Element) -> Iterator[Block]:
    for comment in root.iter("{*}cm"):
        yield Block("\n".join(text.text or "" for text in comment.iter("{*}text")) or "\n".join(paragraphs(comment)))
