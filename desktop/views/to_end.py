"""The round button that brings the reader back to the newest words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from desktop.theme import Theme

DIAMETER = 36


class ToEnd(QAbstractButton):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._name()
        self.hide()

    def _name(self) -> None:
        self.setToolTip(self.tr("To the end"))
        self.setAccessibleName(self.tr("To the end"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._name()

    def sizeHint(self) -> QSize:
        return QSize(DIAMETER, DIAMETER)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        near = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.accent if near else tokens.line))
        painter.setBrush(QColor(tokens.raised))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.setPen(
            QPen(QColor(tokens.accent if near else tokens.muted), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        centre = QRectF(self.rect()).center()
        tip = centre + QPointF(0, 6)
        for start in (centre - QPointF(0, 6), tip + QPointF(-5, -5), tip + QPointF(5, -5)):
            painter.drawLine(start, tip)
        painter.end()
