"""Rows of a table as text that stands for itself: each value with its column's name, a stretch of rows at a time.

A passage cut from the middle of a large table must still say what its numbers are; so the names in the first row are
repeated with each value, where the table has such a row and the names are short.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from knowledge.readers.outline import BETWEEN, in_one_line
from knowledge.readers.reading import Section

STRETCH = 800  # characters of rows in one section, about a passage's length
LONGEST_NAME = 40  # characters of a column's name that is worth repeating
MOST_COLUMNS = 40  # of which the names are repeated

_NUMBER = re.compile(r"[\s\d.,:%+()₩$€£¥/-]*\d[\s\d.,:%+()₩$€£¥/-]*")


def sheet(name: str, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Section]:
    """Sections of about `STRETCH` characters with the sheet's name and the range of cells as heading.

    `rows` are those that hold something, with their numbers from 1.
    """
    lines: list[str] = []
    first = last = width = length = 0
    for number, text, columns in _lines(rows):
        if lines and length + len(text) > STRETCH:
            yield _section(name, lines, first, last, width)
            lines, length, width = [], 0, 0
        first = number if not lines else first
        last, width, length = number, max(width, columns), length + len(text)
        lines.append(text)
    if lines:
        yield _section(name, lines, first, last, width)


def _section(name: str, lines: list[str], first: int, last: int, width: int) -> Section:
    cells = f"A{first}:{column(width)}{last}"
    return Section("\n".join(lines), heading=BETWEEN.join(filter(None, (in_one_line(name), cells))))


def _lines(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, str, int]]:
    """Each row's number, text and width."""
    rows = iter(rows)
    start = list(islice(rows, 2))
    names = _names(start)
    for number, cells in chain(start, rows):
        alone = sum(map(bool, cells)) == 1  # a title or a remark between the rows, rather than a value of a column
        if names is None or alone or (start and cells is start[0][1]):
            yield number, " | ".join(cell for cell in cells if cell), len(cells)
        else:
            named = (
                f"{names[place]}: {cell}" if place < len(names) and names[place] else cell
                for place, cell in enumerate(cells)
                if cell
            )
            yield number, " | ".join(named), len(cells)


def _names(start: Sequence[tuple[int, Sequence[str]]]) -> Sequence[str] | None:
    """The first row, if it looks like the names of columns: short, different, no numbers, none missing, data below."""
    if len(start) < 2:
        return None
    names, data = start[0][1], start[1][1]
    if not 2 <= len(names) <= MOST_COLUMNS or len(data) > len(names) or len(set(names)) < len(names):
        return None
    if any(not name or len(name) > LONGEST_NAME or _NUMBER.fullmatch(name) for name in names):
        return None
    return names


def column(number: int) -> str:
    """A spreadsheet's letters for a column, counted from 1: A, B … Z, AA …"""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters or "A"
