"""One passage of a document as lines: a quiet word where a page or a heading begins, then its text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QTextCharFormat, QTextLayout, QTextOption

from desktop.theme import Size, Theme
from desktop.views.excerpt import grounds, units
from knowledge.library import Passage

LABEL_ABOVE, LABEL_BELOW = 20, 4
BETWEEN = 10  # pixels after a passage
_LINE = "\u2028"


class PassageLayout:
    """Laid out once for a width; positions are Qt's, in UTF-16 units."""

    def __init__(self, theme: Theme, passage: Passage, label: str, width: int, *, is_code: bool) -> None:
        self._theme = theme
        self._text = passage.text
        self.length = units(passage.text)  # in Qt's units
        self.label = label
        self._pitch = round((Size.SECONDARY if is_code else Size.BODY) * theme.scale * Size.LINE_HEIGHT / 100)
        self.text_top = round((LABEL_ABOVE + Size.CAPTION * 1.5 + LABEL_BELOW) * theme.scale) if label else 0
        font = theme.font(Size.SECONDARY if is_code else Size.BODY, monospace=is_code)
        self.layout = self._lines(font, width, _heading_length(passage))
        self.space_below = round(BETWEEN * theme.scale)
        self.height = self.text_top + self.layout.lineCount() * self._pitch + self.space_below

    def _lines(self, font: QFont, width: int, heading: int) -> QTextLayout:
        layout = QTextLayout(self._text.replace("\n", _LINE), font)
        option = QTextOption()
        option.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        if heading:
            bold = QTextLayout.FormatRange()
            bold.start, bold.length = 0, heading
            bold.format = QTextCharFormat()
            bold.format.setFontWeight(QFont.Weight.DemiBold)
            layout.setFormats([bold])
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(
                QPointF(0, self.text_top + (layout.lineCount() - 1) * self._pitch + (self._pitch - line.height()) / 2)
            )
        layout.endLayout()
        return layout

    # ------------------------------------------------------------ places

    def unit(self, index: int) -> int:
        """Where the character `index` of the passage's text is for Qt."""
        return index if self.length == len(self._text) else units(self._text[:index])

    def at(self, point: QPointF) -> int:
        """The position nearest to a point of the row."""
        for number in range(self.layout.lineCount()):
            line = self.layout.lineAt(number)
            if point.y() < self.text_top + (number + 1) * self._pitch or number == self.layout.lineCount() - 1:
                return int(line.xToCursor(point.x()))
        return 0

    def word_at(self, position: int) -> tuple[int, int]:
        """Begin and end of the word at a position."""
        mode = QTextLayout.CursorMode.SkipWords
        end = self.layout.nextCursorPosition(position, mode)
        start = self.layout.previousCursorPosition(end, mode)
        return start, start + len(self.words(start, end).rstrip())

    def words(self, start: int, end: int) -> str:
        """The text between two positions, as it is copied."""
        data = self._text.encode("utf-16-le", "surrogatepass")
        return data[2 * start : 2 * end].decode("utf-16-le", "replace")

    def y_of(self, index: int) -> float:
        """The height at which a character's line begins, below the row's top."""
        line = self.layout.lineForTextPosition(self.unit(index))
        return line.y() if line.isValid() else 0.0

    # ------------------------------------------------------------ painting

    def paint(
        self,
        painter: QPainter,
        origin: QPointF,
        marks: Sequence[tuple[int, int]],
        current: tuple[int, int] | None,
        selection: tuple[int, int] | None,
    ) -> None:
        """Draw at `origin`: `marks` and `current` are characters of the text, `selection` positions."""
        tokens = self._theme.tokens
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.label:
            painter.setPen(QColor(tokens.muted))
            painter.setFont(self._theme.font(Size.CAPTION))
            room = QRectF(
                origin.x(), origin.y(), self.layout.lineAt(0).width(), self.text_top - LABEL_BELOW * self._theme.scale
            )
            painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, self.label)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.mark))
        for start, end in marks:
            for ground in grounds(self.layout, self.unit(start), self.unit(end)):
                painter.drawRoundedRect(ground.translated(origin), 3, 3)
        if current is not None:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(tokens.accent))
            for ground in grounds(self.layout, self.unit(current[0]), self.unit(current[1])):
                painter.drawRoundedRect(ground.translated(origin).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.setPen(QColor(tokens.text))
        self.layout.draw(painter, origin, [self._selected(*selection)] if selection is not None else [])

    def _selected(self, start: int, end: int) -> QTextLayout.FormatRange:
        tokens = self._theme.tokens
        selected = QTextLayout.FormatRange()
        selected.start, selected.length = start, end - start
        selected.format = QTextCharFormat()
        selected.format.setBackground(QColor(tokens.accent))
        selected.format.setForeground(QColor(tokens.on_accent))
        return selected


def _heading_length(passage: Passage) -> int:
    """Of the text's first line, when it is the heading that the passage stands under."""
    first = passage.text.partition("\n")[0]
    last = (passage.heading or "").rsplit("›", 1)[-1].strip()
    return units(first) if last and first.strip() == last else 0


def estimated_heights(theme: Theme, extents: Iterable[tuple[int, int, bool]], width: int) -> list[int]:
    """About how high passages will be, by their letters (of Hangul two), their line breaks, and whether labelled."""
    line = Size.BODY * Size.LINE_HEIGHT / 100 * theme.scale
    per_letter = line / max(20.0, width / (7.4 * theme.scale))
    label = (LABEL_ABOVE + Size.CAPTION * 1.5 + LABEL_BELOW) * theme.scale
    rest = line + BETWEEN * theme.scale
    return [
        round(letters * per_letter + breaks * line * 0.6 + labelled * label + rest)
        for letters, breaks, labelled in extents
    ]
