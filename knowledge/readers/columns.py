"""Columns of a PDF's page read one after the other, where the page draws its lines across all of them.

PDFium gives text in the order in which it is drawn. Most programs draw column by column; some draw line by line, and
what PDFium then gives jumps from column to column. Such pages show by lines with a wide gap, at the same place and
between stretches as long as prose has them. Only they are put in order here; tables, whose stretches are short, stay
by rows.
"""

from __future__ import annotations

import ctypes
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage

GAP = 0.8  # of a line's height: a space wider than this is none between words
LEAST_LINES = 6  # with a gap at the same place
LEAST_SHARE = 0.15  # of the lines of the page, or of the column that is looked at
MOST_COLUMNS = 8
PROSE = 14  # characters that the stretches beside the gap have at least, in the middle

_LINE_ENDS = frozenset("\r\n")


@dataclass(slots=True)
class _Stretch:
    """What stands between two gaps or line ends."""

    text: str
    line: int
    left: float
    right: float


def by_columns(page: PdfTextPage) -> str | None:
    """The page's text with columns one after the other; None when it is not drawn across columns."""
    if not _may_have_columns(page):
        return None
    stretches = list(_stretches(page))
    ordered = _ordered(stretches)
    if ordered is None:
        return None
    parts: list[str] = []
    before: _Stretch | None = None
    for stretch in ordered:
        if before is not None:
            parts.append(" " if stretch.line == before.line and stretch.left >= before.right else "\r\n")
        parts.append(stretch.text)
        before = stretch
    return "".join(parts)


def _may_have_columns(page: PdfTextPage) -> bool:
    """A cheap look: whether often a rectangle of text follows another in the same line at a distance."""
    wide = 0
    rectangles = (page.get_rect(index) for index in range(page.count_rects()))
    for (_, bottom, right, top), (left, low, _, high) in pairwise(rectangles):
        beside = low < top and bottom < high
        wide += beside and left - right > GAP * (high - low) > 0
    return wide >= LEAST_LINES


def _stretches(page: PdfTextPage) -> Iterator[_Stretch]:
    import pypdfium2.raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    units: list[int] = []
    start = end = last = low = high = 0.0
    line = 0
    fresh = True  # no sign with a place yet

    def stretch() -> _Stretch:
        text = b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le", "replace")
        return _Stretch(text, line, start, end)

    for index in range(page.count_chars()):
        unit = pdfium.FPDFText_GetUnicode(page, index)
        if unit > 0xFFFF:
            unit = 0xFFFD
        sign = chr(unit)
        if sign in _LINE_ENDS:
            if not fresh:
                yield stretch()
            if units:
                line += 1
            units, fresh = [], True
            continue
        if not sign.isspace():
            pdfium.FPDFText_GetCharBox(page, index, left, right, bottom, top)
            height = max(top.value - bottom.value, high - low)
            elsewhere = top.value <= low or bottom.value >= high or left.value < last - 2 * height
            if not fresh and (elsewhere or left.value - last > GAP * height):
                yield stretch()
                line += elsewhere
                units, fresh = [], True
            if fresh:
                start, end, low, high, fresh = left.value, right.value, bottom.value, top.value, False
            start, end, last = min(start, left.value), max(end, right.value), right.value
            low, high = min(low, bottom.value), max(high, top.value)
        units.append(unit)
    if not fresh:
        yield stretch()


def _ordered(stretches: Sequence[_Stretch], most: int = MOST_COLUMNS) -> list[_Stretch] | None:
    """Left of the gap, then right of it, between the lines that run across; None when there is no gap."""
    gutter = _gutter(stretches) if most > 1 else None
    if gutter is None:
        return None
    ordered: list[_Stretch] = []
    left: list[_Stretch] = []
    right: list[_Stretch] = []

    def settle() -> None:
        for column in (left, right):
            ordered.extend(_ordered(column, most - 1) or column)
            column.clear()

    for stretch in stretches:
        if stretch.left < gutter < stretch.right:
            settle()
            ordered.append(stretch)
        else:
            (left if stretch.right <= gutter else right).append(stretch)
    settle()
    return ordered


def _gutter(stretches: Sequence[_Stretch]) -> float | None:
    """The place that most lines leave free, if prose stands on both sides of it."""
    gaps = [
        (before.right, after.left, min(len(before.text.strip()), len(after.text.strip())))
        for before, after in pairwise(stretches)
        if before.line == after.line and after.left > before.right
    ]
    lines = len({stretch.line for stretch in stretches})
    least = max(LEAST_LINES, LEAST_SHARE * lines)
    edges = sorted({edge for begin, end, _ in gaps for edge in (begin, end)})
    best: tuple[int, float] | None = None
    for low, high in pairwise(edges):
        middle = (low + high) / 2
        here = [length for begin, end, length in gaps if begin < middle < end]
        if len(here) >= least and statistics.median(here) >= PROSE and (best is None or len(here) > best[0]):
            best = (len(here), middle)
    return best[1] if best else None
