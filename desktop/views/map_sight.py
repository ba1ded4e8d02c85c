"""How near one looks at a map, and at which part of it: from its unit square to the widget's pixels and back."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QTransform

PAD = 28  # pixels around the map
CLOSEST = 60.0  # how far one can go in


class Sight:
    """All of the map at first."""

    def __init__(self) -> None:
        self.zoom, self.centre = 1.0, QPointF(0.5, 0.5)

    def see_all(self) -> None:
        """As far away as one can go."""
        self.zoom, self.centre = 1.0, QPointF(0.5, 0.5)

    def zoom_by(self, factor: float, about: QPointF, widget: QRect) -> None:
        """Nearer or farther; what lies under `about` stays there."""
        before, _ = self.transform(widget).inverted()
        fixed = before.map(about)
        self.zoom = min(CLOSEST, max(1.0, self.zoom * factor))
        after, _ = self.transform(widget).inverted()
        self.move_by(fixed - after.map(about))

    def move_by(self, step: QPointF) -> None:
        """Look at another part, never past the edge; the step is one of the unit square."""
        reach = 0.5 / self.zoom
        self.centre = QPointF(
            min(1 - reach, max(reach, self.centre.x() + step.x())),
            min(1 - reach, max(reach, self.centre.y() + step.y())),
        )

    def transform(self, widget: QRect) -> QTransform:
        """From the map's unit square to the widget."""
        room = QRectF(widget).adjusted(PAD, PAD, -PAD, -PAD)
        made = QTransform()
        made.translate(room.center().x(), room.center().y())
        made.scale(max(1.0, room.width()) * self.zoom, max(1.0, room.height()) * self.zoom)
        made.translate(-self.centre.x(), -self.centre.y())
        return made
