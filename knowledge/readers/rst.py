"""reStructuredText as text under its headings. Parsed by docutils, which may neither include files nor run anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.reading import Reading, Source
from knowledge.readers.text import decoded

_SILENT = 5  # above every level of docutils' messages
_PARAGRAPHS = frozenset(
    "paragraph literal_block doctest_block line_block math_block term attribution caption rubric field_name".split()
)
_NOT_SAID = frozenset("comment substitution_definition target raw image pending".split())
_LISTS = frozenset("bullet_list enumerated_list definition_list field_list option_list".split())


def read(source: Source) -> Reading:
    import docutils.core
    import docutils.utils

    tree = docutils.core.publish_doctree(
        decoded(source),
        settings_overrides={
            "_disable_config": True,
            "doctitle_xform": False,
            "file_insertion_enabled": False,
            "halt_level": _SILENT,
            "input_encoding": "unicode",
            "line_length_limit": 1_000_000,
            "raw_enabled": False,
            "report_level": _SILENT,
            "syntax_highlight": "none",
            "warning_stream": False,
        },
    )
    found = list(_blocks(tree, 0))
    return Reading(first_heading(found), sections(found))


def _blocks(node: Any, level: int) -> Iterator[Block]:
    for child in node.children:
        match child.tagname:
            case "section":
                yield from _blocks(child, level + 1)
            case "title":
                yield Block(_words(child), max(level, 1) if node.tagname == "section" else None)
            case "table":
                yield from (Block(_words(title)) for title in child.children if title.tagname == "title")
                yield Block("\n".join(_rows(child)))
            case "system_message":  # of an unknown directive: what stands in it may still be text
                yield from (Block(part.astext()) for part in child.children if part.tagname == "literal_block")
            case name if name in _LISTS:
                yield Block("\n".join(block.text for block in _blocks(child, level)))
            case name if name in _PARAGRAPHS:
                yield Block(_words(child))
            case "figure":
                yield from _blocks(child, level)
            case name if name not in _NOT_SAID and child.children:
                yield from _blocks(child, level)


def _words(node: Any) -> str:
    return "\n".join(line.rstrip() for line in node.astext().split("\n"))


def _rows(table: Any) -> Iterator[str]:
    for row in table.findall(lambda node: node.tagname == "row"):
        cells = [" ".join(entry.astext().split()) for entry in row.children]
        if any(cells):
            yield " | ".join(cells)
