"""Markdown as plain text under its headings; parsed by markdown-it-py (CommonMark and tables), never rendered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from knowledge.readers.html import plain
from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.properties import iso_date
from knowledge.readers.reading import Details, Reading, Source
from knowledge.readers.text import decoded

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NAMED = re.compile(r"""^(title|author|date|lang(?:uage)?):[ \t]*["']?(.+?)["']?[ \t]*$""", re.MULTILINE)


def read(source: Source) -> Reading:
    text = decoded(source).replace("\r\n", "\n")
    named: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        text = text[front.end() :]
        named = dict(reversed(_NAMED.findall(front[1])))
    found = list(blocks(text))
    return Reading(
        named.get("title") or first_heading(found),
        sections(found),
        Details(
            author=named.get("author"),
            created=iso_date(named.get("date")),
            language=named.get("lang") or named.get("language"),
        ),
    )


def blocks(text: str) -> Iterator[Block]:
    """Headings, paragraphs, list items, code and table rows as they follow one another."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").parse(text)
    pending: list[str] = []  # lines of the list or table that is open
    row: list[str] | None = None
    opened = 0
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        match token.type:
            case "inline" if row is not None:
                row.append(_words(token.children).replace("\n", " "))
            case "inline" if following is not None and following.type == "heading_close":
                yield Block(_words(token.children), level=int(following.tag[1]))
            case "inline" if opened:
                pending.append(_words(token.children))
            case "inline":
                yield Block(_words(token.children))
            case "fence" | "code_block":
                pending.append(token.content.rstrip())
            case "html_block":
                pending.append(plain(token.content))
            case "tr_open":
                row = []
            case "tr_close":
                pending.append(" | ".join(row or ()))
                row = None
            case "bullet_list_open" | "ordered_list_open" | "table_open":
                opened += 1
            case "bullet_list_close" | "ordered_list_close" | "table_close":
                opened -= 1
        if pending and not opened:
            yield Block("\n".join(line for line in pending if line))
            pending = []


def _words(tokens: Sequence[Token] | None) -> str:
    """The text of inline tokens: link texts, descriptions of pictures, no markup and no tags."""
    parts: list[str] = []
    for token in tokens or ():
        match token.type:
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "html_inline":
                parts.append("\n" if token.content.lower().startswith("<br") else "")
            case "image":
                parts.append(_words(token.children))
            case _:
                parts.append(token.content)
    return "".join(parts)
