"""The words of a source around what was asked for: a few lines, with the matches marked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import Size, Theme

LINES = 4
LETTERS = 480  # more than four lines ever hold
BEFORE = 24  # letters kept before the first match
ELLIPSIS = "…"

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Running text and the ranges of it that match."""

    text: str
    matches: Ranges


def excerpt_of(text: str, matches: Sequence[tuple[int, int]], letters: int = LETTERS) -> Excerpt:
    """At most `letters` of `text`, beginning between words shortly before where most matches stand together."""
    flat, at = _flat(text)
    marks = sorted((at[start], at[end]) for start, end in matches if 0 <= start < end <= len(text))
    start = _start(flat, marks, letters // 3)
    words = flat[start : start + letters]
    if start + letters < len(flat) and " " in words[letters // 2 :]:
        words = words[: words.rindex(" ")]
    lead = ELLIPSIS if start else ""
    shift, end = len(lead) - start, start + len(words)
    inside = tuple((first + shift, min(last, end) + shift) for first, last in marks if start <= first < end)
    return Excerpt(lead + words + (ELLIPSIS if end < len(flat) else ""), inside)


def _flat(text: str) -> tuple[str, list[int]]:
    """`text` with each run of white space as one space, and where each of its positions went."""
    at, pieces, length = [0] * (len(text) + 1), [], 0
    for found in re.finditer(r"(\s+)|\S+", text):
        word = found[0] if found[1] is None else ("" if length == 0 else " ")
        for position in range(found.start(), found.end()):
            at[position] = length + min(position - found.start(), max(0, len(word) - 1))
        pieces.append(word)
        length += len(word)
    at[len(text)] = length
    flat = "".join(pieces)
    return flat.rstrip(), at


def _start(flat: str, marks: Sequence[tuple[int, int]], span: int) -> int:
    """The beginning of a word shortly before the `span` letters that hold the most matched letters."""
    if not marks:
        return 0
    firsts = [first for first, _ in marks]

    def held(first: int) -> int:
        return sum(end - start for start, end in marks[bisect_left(firsts, first) :] if end <= first + span)

    best = max(firsts, key=lambda first: (held(first), -first))
    start = max(0, best - BEFORE)
    if start == 0:
        return 0
    space = flat.find(" ", start, best)
    return space + 1 if space >= 0 else best


class ExcerptView(QWidget):
    """Paints an excerpt in at most `LINES` lines; its height is that of the lines it needs."""

    def __init__(self, theme: Theme, excerpt: Excerpt, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._excerpt = theme, excerpt
        self._font: QFont = theme.font(Size.SECONDARY)
        self._line = round(20 * theme.scale)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(excerpt.text)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._laid_out(width)[0].lineCount() * self._line

    def sizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def _laid_out(self, width: int) -> tuple[QTextLayout, str]:
        """The lines and their text, shortened between words until they are few enough."""
        text = self._excerpt.text
        layout = self._lines(text, width)
        while layout.lineCount() > LINES:
            last = layout.lineAt(LINES - 1)
            words = _head(text, last.textStart() + last.textLength()).rstrip(ELLIPSIS + " ")
            text = (words.rsplit(" ", 1)[0] if " " in words else words[:-1]) + ELLIPSIS
            layout = self._lines(text, width)
        return layout, text

    def _lines(self, text: str, width: int) -> QTextLayout:
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, (layout.lineCount() - 1) * self._line + (self._line - line.height()) / 2))
        layout.endLayout()
        return layout

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        layout, text = self._laid_out(self.width())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.mark))
        for start, end in self._excerpt.matches:
            if start < len(text) - 1:
                for ground in grounds(layout, units(text[:start]), units(text[:end])):
                    painter.drawRoundedRect(ground, 3, 3)
        painter.setPen(QColor(tokens.text))
        layout.draw(painter, QPointF(0, 0))
        painter.end()


def grounds(layout: QTextLayout, start: int, end: int) -> Iterator[QRectF]:
    """Where the letters from `start` to `end` stand, line by line."""
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
        if first < last:
            left, right = (cast(tuple[float, int], line.cursorToX(at))[0] for at in (first, last))
            right = min(right, line.x() + line.naturalTextWidth())  # without the space at the line's end
            yield QRectF(left - 1, line.y() + 1, right - left + 2, line.height() - 1)


def units(text: str) -> int:
    """The length of `text` as Qt counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _head(text: str, units: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")
