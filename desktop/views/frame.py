"""The window's frame: on the screen before its inside is imported, in the colours and places of the three panes."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.settings import Settings
from desktop.theme import Size, Theme

HEADER, FOOT, COMPOSER, MARGIN = 48, 40, 92, 28  # pixels, as the real ones come out


class Frame(QWidget):
    """`painted` is emitted once, after the first paint: the time to import and build what goes in."""

    painted = Signal()

    def __init__(self, theme: Theme, settings: Settings) -> None:
        super().__init__()
        self._theme = theme
        self._inside: QWidget | None = None
        self._widths = (settings.left_width, settings.right_width)
        self._first_paint = True
        self.setWindowTitle("Haema")
        if not (settings.window and self.restoreGeometry(QByteArray.fromBase64(settings.window.encode()))):
            self.resize(QSize(1280, 820).boundedTo(self.screen().availableSize() * 0.95))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)

    def fill(self, inside: QWidget) -> None:
        """Put the real window into the frame."""
        self._inside = inside
        self._layout.addWidget(inside)
        inside.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._inside is not None:
            super().paintEvent(event)
            return
        t, (left, right), painter = self._theme.tokens, self._widths, QPainter(self)
        painter.fillRect(self.rect(), QColor(t.bg))
        painter.fillRect(0, 0, left, self.height(), QColor(t.side))
        painter.fillRect(self.width() - right, 0, right, self.height(), QColor(t.side))
        painter.setPen(QPen(QColor(t.line), 1))
        painter.drawLine(left, 0, left, self.height())
        painter.drawLine(self.width() - right, 0, self.width() - right, self.height())
        painter.drawLine(left, HEADER, self.width() - right, HEADER)
        room = self.width() - left - right
        width = min(room - 2 * MARGIN, Size.COLUMN + 40)
        place = QRectF(left + (room - width) / 2, self.height() - FOOT - COMPOSER, width, COMPOSER)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(t.raised))
        painter.drawRoundedRect(place, Size.BUBBLE_RADIUS, Size.BUBBLE_RADIUS)
        painter.end()
        if self._first_paint:
            self._first_paint = False
            QTimer.singleShot(0, self, self.painted.emit)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._inside is not None:
            self._inside.close()
        super().closeEvent(event)
