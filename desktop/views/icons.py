"""The line icons of assets/icons/ui and the seahorse, drawn in any colour of the theme."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.paths import assets
from desktop.theme import Size

INKS = ("#000", "currentColor")  # what the files are drawn in
SCALES = (1, 2, 3)


@lru_cache(maxsize=128)
def icon(name: str, colour: str, size: int = Size.ICON) -> QIcon:
    """The icon `name` in `colour`, `size` pixels at 100 % display scale."""
    return _drawn(assets() / "icons" / "ui" / f"{name}.svg", colour, size)


@lru_cache(maxsize=8)
def seahorse(colour: str, size: int) -> QIcon:
    """Haema's mark in one colour."""
    return _drawn(assets() / "icons" / "haema-mark.svg", colour, size)


def _drawn(file: Path, colour: str, size: int) -> QIcon:
    drawing = file.read_text(encoding="utf-8")
    for ink in INKS:
        drawing = drawing.replace(ink, colour)
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
