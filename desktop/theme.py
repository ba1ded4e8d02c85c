"""The look's tokens: the one place in code that names a colour, a radius or a type size (see `Tokens` and `Size`).

`Theme` follows the system's light or dark scheme (or the user's choice) and tells views when it switches.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour scheme; every text colour has at least 4.5:1 on its ground."""

    dark: bool
    bg: str
    side: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    soft: str
    on_accent: str
    bubble: str
    mark: str
    warn: str
    danger: str


LIGHT = Tokens(
    dark=False, bg="#FCFBF9", side="#F4F2EE", raised="#FFFFFF", line="#E4E0D9", text="#1E2226", muted="#666B73",
    accent="#0E6F67", soft="#DCEFEC", on_accent="#FFFFFF", bubble="#ECE9E3",
    mark="#FFF0B8", warn="#9A5B00", danger="#B42318",
)  # fmt: skip
DARK = Tokens(
    dark=True, bg="#15181B", side="#1B1F23", raised="#22272C", line="#30363C", text="#E9E7E3", muted="#9BA2AA",
    accent="#5CC4B6", soft="#17352F", on_accent="#0B1F1C", bubble="#262C32",
    mark="#4A4015", warn="#E0A64B", danger="#F0796B",
)  # fmt: skip


class Size:
    """Pixels at 100 % text size; multiply type sizes by `Theme.scale`."""

    ROW_RADIUS, BUTTON_RADIUS, CARD_RADIUS, BUBBLE_RADIUS = 6, 8, 10, 14
    BODY, SECONDARY, CAPTION, TITLE = 15, 13, 12, 15
    LINE_HEIGHT = 160  # per cent: Hangul needs the air
    COLUMN = 640  # reading column; up to COLUMN_MAX
    COLUMN_MAX = 720
    LEFT_PANE, RIGHT_PANE = 248, 296
    ICON = 18


FAMILIES = ["Pretendard", "Inter", "Noto Sans CJK KR", "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic"]
MONOSPACE = ["D2Coding", "Noto Sans Mono CJK KR", "Cascadia Mono", "Menlo", "Consolas"]


class Theme(QObject):
    """The tokens in force. `changed` is emitted when the system, or the user, switches."""

    changed = Signal()

    def __init__(self, choice: Literal["", "light", "dark"] = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: str = choice
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self.changed.emit())
        # the system's text size, as a factor of the usual 9-10 points
        self.scale: float = (
            max(1.0, QGuiApplication.font().pointSizeF() / 10) if QGuiApplication.font().pointSizeF() > 0 else 1.0
        )

    @property
    def tokens(self) -> Tokens:
        if self._choice:
            return DARK if self._choice == "dark" else LIGHT
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def choose(self, choice: Literal["", "light", "dark"]) -> None:
        self._choice = choice
        self.changed.emit()

    def font(self, size: int = Size.BODY, *, bold: bool = False, monospace: bool = False) -> QFont:
        """A font of `size` pixels at 100 % text size."""
        font = QFont()
        font.setFamilies(MONOSPACE + ["monospace"] if monospace else [*FAMILIES, QGuiApplication.font().family()])
        font.setPixelSize(round(size * self.scale))
        font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
        return font

    def palette(self) -> QPalette:
        """The tokens as Qt's own roles, so that plain widgets and menus agree with ours."""
        t, palette = self.tokens, QPalette()
        roles = {
            QPalette.ColorRole.Window: t.bg,
            QPalette.ColorRole.WindowText: t.text,
            QPalette.ColorRole.Base: t.raised,
            QPalette.ColorRole.AlternateBase: t.side,
            QPalette.ColorRole.Text: t.text,
            QPalette.ColorRole.Button: t.raised,
            QPalette.ColorRole.ButtonText: t.text,
            QPalette.ColorRole.ToolTipBase: t.raised,
            QPalette.ColorRole.ToolTipText: t.text,
            QPalette.ColorRole.PlaceholderText: t.muted,
            QPalette.ColorRole.Highlight: t.accent,
            QPalette.ColorRole.HighlightedText: t.on_accent,
            QPalette.ColorRole.Link: t.accent,
        }
        for role, colour in roles.items():
            palette.setColor(role, QColor(colour))
        return palette
