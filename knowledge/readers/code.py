"""Source code and configuration: the text as it stands, a section for each definition at the outermost level."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.readers.reading import Enclosed, Reading, Section, Source
from knowledge.readers.text import decoded

SUFFIXES = frozenset(
    ".py .pyi .pyw .js .mjs .cjs .jsx .ts .tsx .vue .svelte .java .kt .kts .scala .groovy .gradle .c .h .cc .cpp "
    ".cxx .hh .hpp .hxx .m .mm .cs .vb .fs .go .rs .swift .dart .rb .php .pl .pm .lua .r .jl .hs .ml .mli .ex .exs "
    ".erl .clj .lisp .el .scm .f .f90 .pas .asm .s .sh .bash .zsh .fish .ps1 .bat .cmd .sql .css .scss .sass .less "
    ".xml .xsd .xsl .yaml .yml .toml .ini .cfg .conf .properties .proto .graphql .tf .cmake .mk .diff .patch".split()
)

_DEFINITION = re.compile(  # at the start of a line: words that introduce, then the name
    r"^(?:(?:export|default|public|private|protected|internal|static|final|abstract|sealed|async|pub(?:\([a-z]+\))?|unsafe"
    r"|open|override|data|inline|extern|local|create|or|replace)\s+)*"
    r"(?:def|class|function\*?|func|fn|fun|struct|interface|impl|enum|trait|module|namespace|object|protocol|extension"
    r"|type|procedure|sub|table|view|message|service)\s+(?:\([^)\n]*\)\s*)?([\w$.:]+)",
    re.IGNORECASE | re.MULTILINE,
)


def read(source: Source) -> Reading:
    return Reading(None, _sections(decoded(source)))


def _sections(text: str) -> Iterator[Section | Enclosed]:
    """Comments and decorators right above a definition go with it."""
    start, name = 0, None
    for found in _DEFINITION.finditer(text):
        begin = _with_what_is_above(text, found.start())
        if begin > start:
            yield Section(text[start:begin], heading=name)
        start, name = max(begin, start), found[1].rstrip(":.")
    yield Section(text[start:], heading=name)


def _with_what_is_above(text: str, place: int) -> int:
    """The start of the lines without indentation that stand above, up to an empty one or an end of something."""
    while place > 0:
        above = text.rfind("\n", 0, place - 1) + 1
        line = text[above : place - 1]
        if not line.startswith(("#", "//", "/*", " *", "*", "@", "--", ";", '"""')):
            break
        place = above
    return place
