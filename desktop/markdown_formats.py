"""The letters, blocks, lists and tables of a rendered text in the theme's type and colours, and a citation's chip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlockFormat,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
    QTextListFormat,
    QTextTableFormat,
)

from desktop.theme import Size, Theme

if TYPE_CHECKING:
    from markdown_it.token import Token

CHIP = QTextFormat.ObjectTypes.UserObject.value + 1
PLACE = QTextFormat.Property.UserProperty.value + 1  # a chip's number
# what is painted behind a block or a piece: one of the words below
GROUND = QTextFormat.Property.UserProperty.value + 2
OWN_WORDS = QTextFormat.Property.UserProperty.value + 3  # set on words that no source says
CODE, RULE, QUOTE, BULLET = "code", "rule", "quote", "bullet"


@dataclass(frozen=True, slots=True)
class Type:
    """The letters of a text, made once for a document; said outright, since a style sheet would change its default."""

    body: QTextCharFormat
    code: QTextCharFormat
    cell: QTextCharFormat
    cell_head: QTextCharFormat
    headings: tuple[QTextCharFormat, ...]
    chip: QFont
    accent: str

    @staticmethod
    def of(theme: Theme) -> Type:
        def letters(size: float, *, bold: bool = False, monospace: bool = False) -> QTextCharFormat:
            format = QTextCharFormat()
            format.setFont(theme.font(round(size), bold=bold, monospace=monospace))
            return format

        return Type(
            body=letters(Size.BODY),
            code=letters(Size.SECONDARY, monospace=True),
            cell=letters(Size.SECONDARY),
            cell_head=letters(Size.SECONDARY, bold=True),
            headings=tuple(letters(Size.TITLE * factor, bold=True) for factor in (1.2, 1.1, 1.0)),
            chip=theme.font(Size.CAPTION - 1, bold=True),
            accent=theme.tokens.accent,
        )


def px(theme: Theme, pixels: float) -> int:
    """Pixels at the system's text size."""
    return round(pixels * theme.scale)


def block_format(theme: Theme, size: int = Size.BODY) -> QTextBlockFormat:
    """Lines a fixed multiple of the type size apart, whichever font a script falls back to."""
    format = QTextBlockFormat()
    height = px(theme, size * Size.LINE_HEIGHT / 100)
    format.setLineHeight(height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return format


def thin(above: int = 0) -> QTextBlockFormat:
    """A block without height, for those that Qt keeps around a table."""
    format = QTextBlockFormat()
    format.setLineHeight(0.01, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    format.setTopMargin(above)
    return format


def list_format(token: Token, depth: int) -> QTextListFormat:
    format = QTextListFormat()
    format.setIndent(depth)
    if token.type == "ordered_list_open":
        format.setStyle(QTextListFormat.Style.ListDecimal)
        format.setStart(int(token.attrs.get("start", 1)))
    else:
        format.setStyle(QTextListFormat.Style.ListStyleUndefined)
        format.setProperty(GROUND, BULLET)
    return format


def table_format(theme: Theme) -> QTextTableFormat:
    format = QTextTableFormat()
    format.setBorder(1)
    format.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
    format.setBorderBrush(QBrush(QColor(theme.tokens.line)))
    format.setBorderCollapse(True)
    format.setCellPadding(px(theme, 6))
    format.setCellSpacing(0)
    format.setHeaderRowCount(1)
    return format


class Chip(QPyTextObject):
    """A citation: its number on a rounded ground, standing in the line like a word."""

    def __init__(self, theme: Theme, font: QFont, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._font = theme, font

    def intrinsicSize(  # noqa: N802
        self,
        document: QTextDocument,  # noqa: ARG002
        position: int,  # noqa: ARG002
        format: QTextFormat,
    ) -> QSizeF:
        words = QFontMetricsF(self._font).horizontalAdvance(str(format.intProperty(PLACE)))
        height = float(px(self._theme, Size.ICON))
        return QSizeF(max(height, words + px(self._theme, 10)) + 4, height)

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,  # noqa: ARG002
        position: int,  # noqa: ARG002
        format: QTextFormat,
    ) -> None:
        tokens = self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.soft))
        ground = QRectF(rect).adjusted(2, 1, -2, -1)
        painter.drawRoundedRect(ground, 5, 5)
        painter.setPen(QColor(tokens.accent))
        painter.setFont(self._font)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, str(format.intProperty(PLACE)))
        painter.restore()
