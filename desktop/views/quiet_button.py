"""A word that acts: no frame and no ground until the pointer or the focus is near."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.theme import Size, Theme

FOCUS_LINE = 2
Tone = Literal["muted", "accent"]


class QuietButton(QAbstractButton):
    """Its words stand at the widget's edges without padding, so that columns of words align."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        tone: Tone = "muted",
        size: int = Size.SECONDARY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._tone, self._font = theme, tone, theme.font(size)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font)
        return QSize(metrics.horizontalAdvance(self.text()) + 2, round(20 * self._theme.scale))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        near = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self._font
        font.setUnderline(self._tone == "accent" and self.underMouse() and not self.hasFocus())
        painter.setFont(font)
        painter.setPen(QColor(tokens.accent if near or self._tone == "accent" else tokens.muted))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():  # a line, since a frame would touch the words
            painter.fillRect(QRectF(0, self.height() - FOCUS_LINE, self.width(), FOCUS_LINE), QColor(tokens.accent))
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)
