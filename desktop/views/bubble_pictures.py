"""The pictures of a question, as a row of squares above its words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme import Size, Theme

SIDE, ONE, GAP = 96, 160, 6  # pixels: of a square, of a single one, between them


class BubblePictures(QWidget):
    """Empty squares until the pictures are there, so that nothing moves when they come."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._count = 0
        self._images: Sequence[QImage] = ()

    def show_pictures(self, count: int, images: Sequence[QImage]) -> None:
        self._count, self._images = count, images
        name = self.tr("1 picture") if count == 1 else self.tr("{count} pictures").format(count=count)
        self.setAccessibleName(name if count else "")
        self.update()

    def fit(self, width: int) -> QSize:
        """The room it takes in `width` pixels; none without pictures."""
        if not self._count:
            return QSize(0, 0)
        side, gap = self._side(), round(GAP * self._theme.scale)
        columns = max(1, min(self._count, (width + gap) // (side + gap)))
        rows = -(-self._count // columns)
        return QSize(columns * (side + gap) - gap, rows * (side + gap) - gap)

    def paintEvent(self, event: QPaintEvent) -> None:
        side, gap = self._side(), round(GAP * self._theme.scale)
        columns = max(1, (self.width() + gap) // (side + gap))
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for n in range(self._count):
            place = QRectF((n % columns) * (side + gap), (n // columns) * (side + gap), side, side)
            path = QPainterPath()
            path.addRoundedRect(place, Size.CARD_RADIUS, Size.CARD_RADIUS)
            painter.fillPath(path, QColor(self._theme.tokens.line))
            if n < len(self._images) and not self._images[n].isNull():
                painter.save()
                painter.setClipPath(path)
                painter.drawImage(place, self._images[n])
                painter.restore()
            elif n < len(self._images):
                _cross_out(painter, place.center(), QColor(self._theme.tokens.muted))
        painter.end()

    def _side(self) -> int:
        return round((ONE if self._count == 1 else SIDE) * self._theme.scale)


def _cross_out(painter: QPainter, middle: QPointF, colour: QColor) -> None:
    """A picture that cannot be read."""
    painter.setPen(colour)
    painter.drawText(QRectF(middle.x() - 20, middle.y() - 20, 40, 40), Qt.AlignmentFlag.AlignCenter, "×")
