"""The line icons of assets/icons/ui, drawn in any colour of the theme."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.paths import assets
from desktop.theme import Size

INK = "#000"  # what the files are drawn in
SCALES = (1, 2, 3)


@lru_cache(maxsize=128)
def icon(name: str, colour: str, size: int = Size.ICON) -> QIcon:
    """The icon `name` in `colour`, `size` pixels at 100 % display scale."""
    drawing = (assets() / "icons" / "ui" / f"{name}.svg").read_text(encoding="utf-8").replace(INK, colour)
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    made = QIcon()
    for scale in SCALES:
        pixmap = QPixmap(size * scale, size * scale)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
        painter.end()
        pixmap.setDevicePixelRatio(scale)
        made.addPixmap(pixmap)
    return made
