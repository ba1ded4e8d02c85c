"""Markdown as tokens: CommonMark with tables and strike-through, and what a text from outside may not do.

Raw HTML stays text, and a link leads nowhere but to http, https or mailto.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

SCHEMES = ("http", "https", "mailto")
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")
_ALIGNMENTS = {"text-align:right": Qt.AlignmentFlag.AlignRight, "text-align:center": Qt.AlignmentFlag.AlignHCenter}


def may_open(link: str) -> bool:
    """Whether a click may hand `link` to the system: only web and mail addresses."""
    url = QUrl(link)
    return url.isValid() and url.scheme() in SCHEMES


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables and strike-through; imported late, since it takes some 30 ms."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline.emphasis import tokenize

    def emphasis(state: StateInline, silent: bool) -> bool:
        """`**"이름"**은` is bold: CommonMark wants a space after closing marks behind punctuation, Korean has none.

        As https://github.com/tats-u/markdown-cjk-friendly proposes for the standard.
        """
        known = len(state.delimiters)
        start = state.pos
        done = tokenize(state, silent)
        before = state.src[start - 1] if start else " "
        after = state.src[state.pos] if state.pos < state.posMax else " "
        for mark in state.delimiters[known:]:
            if chr(mark.marker) == "*" and not before.isspace() and not after.isspace():
                mark.open = mark.open or bool(_CJK.match(before))
                mark.close = mark.close or bool(_CJK.match(after))
        return done

    made = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    made.enable(["table", "strikethrough"])
    made.disable("reference")  # a model's "[1]: …" is a list of sources that must be seen, not a definition
    made.inline.ruler.at("emphasis", emphasis)
    made.validateLink = may_open  # type: ignore[assignment, method-assign] # markdown-it's own way to say it
    return made


def warm_up() -> None:
    """Have the parser at hand before the first word comes."""
    parser()


def chunks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of one top-level block after the other."""
    chunk: list[Token] = []
    for token in tokens:
        chunk.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield chunk
            chunk = []


def rows(tokens: list[Token]) -> list[list[tuple[Token, Qt.AlignmentFlag]]]:
    """A table's cells with their alignment, the header first."""
    made: list[list[tuple[Token, Qt.AlignmentFlag]]] = []
    alignment = Qt.AlignmentFlag.AlignLeft
    for token in tokens:
        match token.type:
            case "tr_open":
                made.append([])
            case "th_open" | "td_open":
                alignment = _ALIGNMENTS.get(str(token.attrs.get("style", "")), Qt.AlignmentFlag.AlignLeft)
            case "inline":
                made[-1].append((token, alignment))
            case _:
                pass
    return made
