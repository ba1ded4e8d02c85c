"""Where the sentences of a text stand, in English and Korean.

A sentence ends at its mark (not at an abbreviation's, an initial's or a number's), at a line's end, and in Korean also
where no space follows: "했다.그리고".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(
    r"[.!?…]+[\"'”’)\]*_]*(?:\s*\[\d{1,3}(?:\s*,\s*\d{1,3})*\])*[.!?]?(?=\s|$)"  # a citation may stand behind the mark
    r"|[。！？]+[」』）”’]*"
    r"|(?<=[가-힣][다요죠까음함임됨])[.!?]+[\"'”’)\]*_]*(?=[가-힣“‘\"'(])"
    r"|\n+"
)
_NO_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|vs|etc|e\.g|i\.e|approx|Fig|p|pp|Sen|Gen|Jr|Sr|Inc|Ltd)|\b[A-Z]|^\s*\d{1,3})\.$"
)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """The sentences in order as character ranges, without the white space around them; none is empty."""
    start = 0
    for match in _END.finditer(text):
        before = text[max(start, match.start() - 12) : match.start() + 1]
        if match[0][0] == "." and len(match[0].strip()) == 1 and _NO_END.search(before):
            continue
        yield from _stripped(text, start, match.end())
        start = match.end()
    yield from _stripped(text, start, len(text))


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    if words.strip():
        yield start + len(words) - len(words.lstrip()), start + len(words.rstrip())
