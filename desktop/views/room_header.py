"""The line at the top of a room: the way back, its name, a tab for each of its parts, and its one action."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

HEIGHT = 47  # of the line, without the rule below it
MARGIN = 24  # of a room
DETAIL = 376  # width of what stands beside a room's list
NARROW = 760  # of the room: below, the list gives room to the detail


def detail_width(theme: Theme, room: int) -> int:
    """How wide what stands beside the list is, in pixels, in a room of this width."""
    return room // 2 if room < NARROW * theme.scale else round(DETAIL * theme.scale)


class RoomHeader(QWidget):
    """Its parts are `back`, `title`, `tabs` (one button for each of `tabs`, by its number) and `action`; whoever owns
    it puts their words in."""

    def __init__(self, theme: Theme, tabs: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.back, self.title = QToolButton(), mark(QLabel(), tone="title")
        self.back.setIconSize(QSize(18, 18))
        self.tabs = QButtonGroup(self)
        self.action = QPushButton()
        line = QHBoxLayout()
        line.setContentsMargins(12, 0, MARGIN, 0)
        line.setSpacing(8)
        line.addWidget(self.back)
        line.addWidget(self.title)
        line.addSpacing(20)
        for number in range(tabs):
            button = mark(QPushButton(), kind="tab")
            button.setCheckable(True)
            self.tabs.addButton(button, number)
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.action)
        top = QWidget()
        top.setLayout(line)
        top.setFixedHeight(round(HEIGHT * theme.scale))
        rule = QWidget()
        rule.setFixedHeight(1)
        rule.setObjectName("headerRule")
        rule.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(top)
        layout.addWidget(rule)

    def dress(self) -> None:
        """Draw the way back in the colours of the scheme in use."""
        self.back.setIcon(icon("arrow-left", self._theme.tokens.muted))
