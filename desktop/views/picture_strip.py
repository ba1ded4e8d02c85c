"""The pictures that go with the next prompt: a row of squares on the composer's card, each with a cross."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from desktop.theme import Size, Theme
from desktop.views.icons import icon
from knowledge.history import Image

SIDE, CROSS = 56, 18
Shown = tuple[Image, QImage]  # a picture and its thumbnail


class PictureStrip(QWidget):
    """Hidden while there is none. `changed` when one came or went."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: list[_Chip] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(2, 2, 2, 0)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self.hide()

    @property
    def pictures(self) -> tuple[Shown, ...]:
        return tuple((chip.image, chip.small) for chip in self._chips)

    @property
    def images(self) -> tuple[Image, ...]:
        return tuple(chip.image for chip in self._chips)

    def set_pictures(self, pictures: Sequence[Shown]) -> None:
        """These and no others."""
        for chip in list(self._chips):
            self._drop(chip)
        for picture in pictures:
            self.add(picture)
        self.changed.emit()

    def add(self, picture: Shown) -> None:
        chip = _Chip(self._theme, *picture)
        chip.cross.clicked.connect(lambda: self._remove(chip))
        self._chips.append(chip)
        self._row.insertWidget(self._row.count() - 1, chip)
        self.setVisible(True)
        self.changed.emit()

    def _remove(self, chip: _Chip) -> None:
        self._drop(chip)
        self.changed.emit()

    def _drop(self, chip: _Chip) -> None:
        self._chips.remove(chip)
        self._row.removeWidget(chip)
        chip.hide()
        chip.deleteLater()
        self.setVisible(bool(self._chips))


class _Chip(QWidget):
    """One picture; the cross stands in its corner, and Delete takes it away too."""

    def __init__(self, theme: Theme, image: Image, small: QImage) -> None:
        super().__init__()
        self._theme, self.image, self.small = theme, image, small
        side = round(SIDE * theme.scale)
        self.setFixedSize(side, side)
        self.setToolTip(image.name)
        self.cross = QToolButton(self)
        self.cross.setObjectName("chipCross")
        self.cross.setFixedSize(CROSS, CROSS)
        self.cross.setIconSize(QSize(10, 10))
        self.cross.setCursor(Qt.CursorShape.PointingHandCursor)
        self.cross.move(side - CROSS - 3, 3)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self.retranslate()

    def retranslate(self) -> None:
        name = self.image.name or self.tr("a picture")
        self.setAccessibleName(self.tr("Picture: {name}").format(name=name))
        self.cross.setAccessibleName(self.tr("Take out {name}").format(name=name))
        self.cross.setToolTip(self.tr("Take out this picture"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), Size.BUTTON_RADIUS, Size.BUTTON_RADIUS)
        painter.fillPath(path, QColor(self._theme.tokens.line))
        painter.setClipPath(path)
        painter.drawImage(QRectF(self.rect()), self.small)
        painter.end()

    def _paint_icon(self) -> None:
        self.cross.setIcon(icon("close", self._theme.tokens.text, 10))
