"""Markdown from a model or an import, which nobody vouches for, as a Qt text document.

Raw HTML stays text, an image is only its name, a link keeps its words and is opened by a click alone, and then
only to http, https or mailto. `[1]` becomes a chip where the answer has a source 1. A growing answer is parsed from its
last block on, so that a repaint costs the same however long the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, cast

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPen,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextLine,
    QTextOption,
)

from desktop.citing import OWN, OWN_END
from desktop.markdown_formats import BULLET, CHIP, CODE, GROUND, OWN_WORDS, PLACE, QUOTE, Chip, Type, block_format, px
from desktop.markdown_tokens import may_open, warm_up
from desktop.markdown_writer import INDENT, PADDING, SOURCE, Mark, Writer
from desktop.theme import Size, Theme

__all__ = ["CHIP", "OWN_WORDS", "SOURCE", "MarkdownDocument", "may_open", "plain_text", "warm_up"]

PLAIN_ABOVE = 50_000  # characters; longer texts are shown as they are, without marks
LONGEST = 1000  # letters without a space after which a line may break: Qt needs seconds for much longer ones

_OVERLONG = re.compile(rf"\S{{{LONGEST}}}")
OWN_BELOW = 4  # pixels from the foot of the letters to the dots below own words: within the line, clear of Hangul
_REACH = 100  # pixels by which a ground may stand out of its text
_AS_TYPED = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\xa0": " "})


class MarkdownDocument(QTextDocument):
    """A document in the theme's type and colours. Loads nothing, neither from the net nor from the disk."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._type = Type.of(theme)
        self._places: frozenset[int] = frozenset()
        self._source = ""
        self._settled = Mark()
        self._chip = Chip(theme, self._type.chip, self)
        self.documentLayout().registerHandler(CHIP, self._chip)
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setIndentWidth(px(theme, INDENT))
        self.setDefaultFont(self._type.body.font())
        option = self.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)  # Qt keeps Korean words whole
        option.setTabStopDistance(4 * QFontMetricsF(self._type.code.font()).horizontalAdvance(" "))
        self.setDefaultTextOption(option)

    def loadResource(self, type: int, name: QUrl | str) -> Any:  # noqa: ARG002, N802 - Qt's
        """Nothing: what a text asks for is never fetched."""
        return None

    def set_plain(self, text: str) -> None:
        """The text as it was typed, without marks."""
        self._source, self._settled, text = text, Mark(), _breakable(text)
        self.clear()
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        cursor.setBlockFormat(block_format(self._theme))
        cursor.insertText(text, self._type.body)
        cursor.endEditBlock()

    def set_markdown(self, markdown: str, places: Collection[int] = ()) -> None:
        """Show `markdown`, with a chip for each citation among `places`; what stands between `OWN` and `OWN_END` is
        marked as the model's own words.

        Where it goes on from the text shown before, only its last block is parsed and written again.
        """
        text = _breakable(markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
        if len(text) > PLAIN_ABOVE:
            self.set_plain(text.replace(OWN, "").replace(OWN_END, ""))
            return
        settled, cited = self._settled, frozenset(places)
        if cited != self._places or text[: settled.source] != self._source[: settled.source]:
            self.clear()
            settled = Mark()
        self._source, self._places = text, cited
        self._settled = Writer(self, self._theme, self._type, cited).write(text, settled)

    def draw_grounds(self, painter: QPainter, clip: QRectF) -> None:
        """What lies behind the text within `clip`: the grounds of code, a quotation's bar, bullets, a rule."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        block = self.begin()
        while block.isValid():
            box = _box(block)
            if box.top() > clip.bottom() + _REACH:
                break
            if box.bottom() >= clip.top() - _REACH:
                self._draw_ground(painter, block, box)
            block = block.next()
        painter.restore()

    def _draw_ground(self, painter: QPainter, block: QTextBlock, box: QRectF) -> None:
        tokens, scale = self._theme.tokens, self._theme.scale
        match block.blockFormat().stringProperty(GROUND):
            case "code":
                painter.setPen(QColor(tokens.line))
                painter.setBrush(QColor(tokens.side))
                painter.drawRoundedRect(self.code_ground(block), Size.BUTTON_RADIUS, Size.BUTTON_RADIUS)
            case "rule":
                painter.fillRect(QRectF(0, box.top(), self.textWidth(), 1), QColor(tokens.line))
            case "quote":
                above = block.previous()
                joined = above.isValid() and above.blockFormat().stringProperty(GROUND) == QUOTE
                top = _box(above).bottom() if joined else box.top()
                left = block.blockFormat().leftMargin() - 14 * scale
                painter.fillRect(QRectF(left, top, 3, box.bottom() - top), QColor(tokens.line))
            case _:
                pass
        painter.setPen(Qt.PenStyle.NoPen)
        if _is_bullet(block):
            painter.setBrush(QColor(tokens.muted))
            line = block.layout().lineAt(0)
            middle = line.y() + line.ascent() - QFontMetricsF(self._type.body.font()).xHeight() / 2
            painter.drawEllipse(box.topLeft() + QPointF(line.x() - 12 * scale, middle), 2.5 * scale, 2.5 * scale)
        painter.setBrush(QColor(tokens.bubble))
        for _, piece in _pieces(block, lambda format: format.stringProperty(GROUND) == CODE):
            painter.drawRoundedRect(piece.translated(box.topLeft()).adjusted(-3, 0, 3, 0), 4, 4)
        self._draw_own(painter, block, box.topLeft())

    def _draw_own(self, painter: QPainter, block: QTextBlock, origin: QPointF) -> None:
        """Dots below own words, as far below the letters as Hangul needs it (Qt's underline runs through its feet)."""
        scale = self._theme.scale
        dots = QPen(QColor(self._theme.tokens.muted), scale, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
        dots.setDashPattern([1.0, 3.0])
        painter.setPen(dots)
        for line, piece in _pieces(block, lambda format: format.boolProperty(OWN_WORDS)):
            y = round(origin.y() + line.y() + line.ascent() + OWN_BELOW * scale) + 0.5  # on whole pixels
            right = min(piece.right(), line.x() + line.naturalTextWidth())  # without the space at a line's end
            painter.drawLine(QPointF(origin.x() + piece.left(), y), QPointF(origin.x() + right, y))
        painter.setPen(Qt.PenStyle.NoPen)

    def code_ground(self, block: QTextBlock) -> QRectF:
        """The panel of a code block, in the document's coordinates."""
        box, pad = _box(block), px(self._theme, PADDING)
        left = block.blockFormat().leftMargin() + block.blockFormat().indent() * self.indentWidth() - pad
        return QRectF(left + 0.5, box.top() - pad + 0.5, self.textWidth() - left - 1, box.height() + 2 * pad - 1)

    def code_blocks(self) -> Iterator[QTextBlock]:
        block = self.begin()
        while block.isValid():
            if block.blockFormat().property(GROUND) == CODE:
                yield block
            block = block.next()


def plain_text(selection: QTextCursor) -> str:
    """The selected words as one would type them: citations as `[1]`, list marks in place, line breaks as such."""
    document = selection.document()
    start, end = selection.selectionStart(), selection.selectionEnd()
    lines: list[str] = []
    block = document.findBlock(start)
    while block.isValid() and block.position() <= end:
        piece = QTextCursor(document)
        piece.setPosition(max(start, block.position()))
        piece.setPosition(min(end, block.position() + block.length() - 1), QTextCursor.MoveMode.KeepAnchor)
        words = _with_citations(piece)
        if block.textList() is not None and start <= block.position():
            words = f"{'•' if _is_bullet(block) else block.textList().itemText(block)} {words}"
        if words or block.length() > 1 or document.blockCount() == 1:
            lines.append(words)
        block = block.next()
    return "\n".join(lines)


def _is_bullet(block: QTextBlock) -> bool:
    """Whether the block is an item whose mark we paint ourselves: Qt's own bullets are coarse."""
    items = block.textList()
    return bool(items) and items.format().stringProperty(GROUND) == BULLET


def _breakable(text: str) -> str:
    """With a place to break in endless words, by a space of no width."""
    return _OVERLONG.sub(lambda found: found[0] + "\u200b", text)


def _with_citations(selection: QTextCursor) -> str:
    text = selection.selectedText().translate(_AS_TYPED)
    if "\ufffc" not in text:
        return text.replace("\u200b", "")
    at = QTextCursor(selection.document())
    position, words = selection.selectionStart(), []
    for character in text:
        position += 2 if ord(character) > 0xFFFF else 1  # Qt counts UTF-16 units
        at.setPosition(position)
        words.append(f"[{at.charFormat().intProperty(PLACE)}]" if character == "\ufffc" else character)
    return "".join(words).replace("\u200b", "")


def _box(block: QTextBlock) -> QRectF:
    """The lines of a block as tall as they are set apart (Qt's own rectangle ends with the letters)."""
    rect = block.document().documentLayout().blockBoundingRect(block)
    return QRectF(rect.topLeft(), QSizeF(rect.width(), block.layout().lineCount() * block.blockFormat().lineHeight()))


def _pieces(block: QTextBlock, chosen: Callable[[QTextCharFormat], bool]) -> Iterator[tuple[QTextLine, QRectF]]:
    """Where the words of a block whose format is chosen lie, line by line."""
    layout, part = block.layout(), block.begin()
    while not part.atEnd():
        fragment = part.fragment()
        part += 1
        if not chosen(fragment.charFormat()):
            continue
        start = fragment.position() - block.position()
        end = start + fragment.length()
        metrics = QFontMetricsF(fragment.charFormat().font())
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
            if first < last:
                left, right, top = _x(line, first), _x(line, last), line.y() + line.ascent() - metrics.ascent()
                yield line, QRectF(left, top, right - left, metrics.height())


def _x(line: QTextLine, position: int) -> float:
    """Where `position` of its block stands in a line (the binding returns it with the position)."""
    return float(cast(tuple[float, int], line.cursorToX(position))[0])
