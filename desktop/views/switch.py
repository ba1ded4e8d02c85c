"""A switch: on or off, with its words beside it, in the colours of the theme."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.theme import Size, Theme

TRACK_WIDTH, TRACK_HEIGHT, KNOB, GAP = 34, 20, 14, 10


class Switch(QCheckBox):
    """Without words it is as small as its track."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        scale = self._theme.scale
        words = self.fontMetrics().horizontalAdvance(self.text()) + round(GAP * scale) if self.text() else 0
        return QSize(round(TRACK_WIDTH * scale) + words, round((TRACK_HEIGHT + 4) * scale))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, scale = self._theme.tokens, self._theme.scale
        on = self.isChecked()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = TRACK_HEIGHT * scale
        track = QRectF(0, (self.height() - height) / 2, TRACK_WIDTH * scale, height)
        painter.setPen(QPen(QColor(t.accent if on or self.hasFocus() else t.muted), 1))
        painter.setBrush(QColor(t.accent if on else t.raised))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.text if on else t.accent), 2))
            painter.drawRoundedRect(track.adjusted(1, 1, -1, -1), height / 2 - 1, height / 2 - 1)
        knob, inset = KNOB * scale, (TRACK_HEIGHT - KNOB) * scale / 2
        left = track.right() - inset - knob if on else track.left() + inset
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.on_accent if on else t.muted))
        painter.drawEllipse(QRectF(left, track.top() + inset, knob, knob))
        if self.text():
            words = self.rect().adjusted(round(track.right() + GAP * scale), 0, 0, 0)
            painter.setPen(QColor(t.text))
            painter.setFont(self._theme.font(Size.SECONDARY))
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        painter.end()
