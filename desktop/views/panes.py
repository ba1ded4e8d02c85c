"""Three panes side by side: the outer two fold away, keep their widths, and step aside in a narrow window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.theme import Size

LEFT, CHAT, RIGHT = range(3)
NARROWEST = 180  # of a side pane
ENOUGH = {LEFT: 720, RIGHT: 980}  # of the window's width, for a pane beside the chat
USUAL = {LEFT: Size.LEFT_PANE, RIGHT: Size.RIGHT_PANE}


class Panes(QSplitter):
    """`widths` are what the user gave the side panes; 0 is folded."""

    def __init__(self, panes: Sequence[QWidget], scale: float) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._panes, self._scale = tuple(panes), scale
        self._narrow = {LEFT: False, RIGHT: False}
        self._widths = {side: round(width * scale) for side, width in USUAL.items()}
        self.setHandleWidth(1)
        for pane in self._panes:
            self.addWidget(pane)
        for side in USUAL:
            self._panes[side].setMinimumWidth(NARROWEST)
        self.setStretchFactor(CHAT, 1)
        self.setCollapsible(CHAT, False)

    @property
    def widths(self) -> tuple[int, int]:
        """Of the left and the right pane, as they are where there is room for them."""
        sizes = self.sizes()
        left, right = (self._widths[side] if self._narrow[side] else sizes[side] for side in USUAL)
        return left, right

    def set_widths(self, left: int, right: int, whole: int) -> None:
        """Lay the panes out in a window `whole` pixels wide."""
        self._widths = {LEFT: left, RIGHT: right}
        self.setSizes([left, max(1, whole - left - right - 2), right])

    def is_shown(self, side: int) -> bool:
        return not self._panes[side].isHidden() and self.sizes()[side] > 0

    def toggle(self, side: int) -> None:
        """Fold a side pane away, or bring it back."""
        shown, width = self.is_shown(side), self.sizes()[side]
        if self._narrow[side]:
            self._panes[side].setVisible(not shown)
        elif shown:
            self._widths[side] = width
        if not shown:
            self._set_width(side, self._widths[side] or round(USUAL[side] * self._scale))
        elif not self._narrow[side]:
            self._set_width(side, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for side, enough in ENOUGH.items():
            narrow = self.width() < enough * self._scale
            if narrow == self._narrow[side]:
                continue
            self._narrow[side] = narrow
            if narrow:
                self._widths[side] = self.sizes()[side]
            self._panes[side].setVisible(not narrow)
            if not narrow:
                self._set_width(side, self._widths[side])

    def _set_width(self, side: int, width: int) -> None:
        sizes = self.sizes()
        sizes[CHAT] += sizes[side] - width
        sizes[side] = width
        self.setSizes(sizes)
