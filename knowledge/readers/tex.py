"""TeX and LaTeX as text under its sections: macros by what they print, formulas readable, comments gone. By pylatexenc.

Only this one file is read: what it includes is a document of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from knowledge.readers.outline import Block, first_heading, in_one_line, sections
from knowledge.readers.reading import Details, Reading, Source
from knowledge.readers.text import decoded

_LEVELS = {
    "part": 1,
    "chapter": 1,
    "section": 2,
    "subsection": 3,
    "subsubsection": 4,
    "paragraph": 5,
    "subparagraph": 6,
}
_MARK, _CLOSE = "\ue000", "\ue001"  # around "level:heading", in characters that no text holds
_HEADING = re.compile(f"{_MARK}(\\d):([^{_CLOSE}]*){_CLOSE}")
_DEFINITIONS = re.compile(
    r"\\(?:usepackage|documentclass|input|include|bibliographystyle|RequirePackage)\s*(?:\[[^\]]*\]\s*)?\{[^{}]*\}"
)
_END = re.compile(r"(?m)^[^%\n]*\\endinput\b")


def read(source: Source) -> Reading:
    text = decoded(source)
    end = _END.search(text)
    plain, named = _plain(text[: end.end()] if end else text)
    found = list(_blocks(plain))
    title, author = named.get("title"), named.get("author")
    return Reading(title or first_heading(found), sections(found), Details(author=author))


def _plain(text: str) -> tuple[str, dict[str, str]]:
    """The printed text, with marks around headings; and the title and the author."""
    from pylatexenc import latex2text, latexwalker, macrospec

    named: dict[str, str] = {}

    def words(node: Any, converter: Any) -> str:
        arguments = node.nodeargd.argnlist if node.nodeargd is not None else []
        last = next((argument for argument in reversed(arguments) if argument is not None), None)
        return str(converter.node_arg_to_text(node, arguments.index(last))) if last is not None else ""

    def heading(node: Any, l2tobj: Any) -> str:
        return f"\n\n{_MARK}{_LEVELS[node.macroname]}:{in_one_line(words(node, l2tobj))}{_CLOSE}\n\n"

    def name(node: Any, l2tobj: Any) -> str:
        named[node.macroname] = in_one_line(words(node, l2tobj).replace("\\and", ","))
        return f"{words(node, l2tobj)}\n\n"

    def note(node: Any, l2tobj: Any) -> str:
        return f" ({words(node, l2tobj).strip()})"

    parsing = latexwalker.get_default_latex_context_db()
    parsing.add_context_category(
        "haema",
        macros=[
            *(macrospec.std_macro(name, "*[{") for name in _LEVELS),
            macrospec.std_macro("caption", "*[{"),
            macrospec.std_macro("footnote", "[{"),
            macrospec.std_macro("title", "[{"),
            macrospec.std_macro("author", "[{"),
            *(macrospec.std_macro(name, "[{") for name in ("label", "cite", "citep", "citet", "includegraphics")),
        ],
        prepend=True,
    )
    printing = latex2text.get_default_latex_context_db()
    printing.add_context_category(
        "haema",
        macros=[
            *(latex2text.MacroTextSpec(macro, simplify_repl=heading) for macro in _LEVELS),
            latex2text.MacroTextSpec("caption", simplify_repl=lambda node, l2tobj: f"\n{words(node, l2tobj)}\n"),
            latex2text.MacroTextSpec("footnote", simplify_repl=note),
            latex2text.MacroTextSpec("title", simplify_repl=name),
            latex2text.MacroTextSpec("author", simplify_repl=name),
            *(latex2text.MacroTextSpec(macro, simplify_repl="") for macro in ("label", "maketitle", "includegraphics")),
        ],
        prepend=True,
    )
    nodes, _, _ = latexwalker.LatexWalker(
        _DEFINITIONS.sub("", text), latex_context=parsing, tolerant_parsing=True
    ).get_latex_nodes()
    converter = latex2text.LatexNodes2Text(latex_context=printing, math_mode="text", strict_latex_spaces=False)
    return str(converter.nodelist_to_text(nodes)), named


def _blocks(plain: str) -> Iterator[Block]:
    place = 0
    for found in _HEADING.finditer(plain):
        yield from _paragraphs(plain[place : found.start()])
        yield Block(found[2], int(found[1]))
        place = found.end()
    yield from _paragraphs(plain[place:])


def _paragraphs(text: str) -> Iterator[Block]:
    for paragraph in re.split(r"\n[^\S\n]*\n", text):
        yield Block("\n".join(line.strip() for line in paragraph.split("\n") if line.strip()))
