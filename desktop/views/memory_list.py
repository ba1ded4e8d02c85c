"""The list of memories: what each says in one line, where it is from in another; keys and a menu act on them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QWidget

from desktop.models.memories import MemoriesModel
from desktop.models.model_rows import Index, Role
from desktop.theme import Size, Theme
from desktop.views.documents_list import DocumentsList
from desktop.views.models_list import BADGE_PAD, RowDelegate

BADGE_GAP = 10


class MemoryList(DocumentsList):
    """As the documents' list, over memories by their keys."""

    def __init__(self, model: MemoriesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(model, theme, parent)
        self.setItemDelegate(MemoryRow(theme, self))


class MemoryRow(RowDelegate):
    """The first line is a sentence, not a name: not bold, and cut at its end."""

    def _paint_title(self, painter: QPainter, index: Index, room: QRect, *, selected: bool) -> None:
        t, badge = self._theme.tokens, index.data(Role.BADGE)
        small = self._theme.font(Size.CAPTION - 1, bold=True)
        taken = QFontMetrics(small).horizontalAdvance(badge) + 2 * BADGE_PAD + BADGE_GAP if badge else 0
        if badge:
            height = QFontMetrics(small).height() + 2
            place = QRect(room.left(), room.center().y() - height // 2, taken - BADGE_GAP, height)
            painter.setPen(QPen(QColor(t.accent), 1))
            painter.setBrush(QColor(t.soft))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
            painter.setFont(small)
            painter.setPen(QColor(t.accent))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge)
        painter.setFont(self._theme.font(Size.BODY - 1))
        painter.setPen(QColor(t.accent if selected else t.text))
        line = room.adjusted(taken, 0, 0, 0)
        words = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
