"""A thinking model's reasoning, folded into one line above its answer: live while it thinks, its duration after."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.models.turns import TurnView
from desktop.theme import Theme
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from desktop.views.turn_text import TurnText

GAP, INDENT, RULE = 8, 14, 2  # below the line, before the words, the line beside them


class Thoughts(QWidget):
    """`toggled` asks to fold the reasoning out or in; nothing at all is shown of a turn without any."""

    toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._open = False
        self._rule = QRectF()
        self.fold = QuietButton(theme, "", parent=self)
        self.fold.clicked.connect(self.toggled)
        self.words = mark(TurnText(theme, self), tone="muted")
        self.words.setAccessibleName(self.tr("What the model thought"))

    def show_turn(self, turn: TurnView, *, unfolded: bool) -> None:
        self._open = unfolded
        self.fold.setText(f"{'▾' if unfolded else '▸'}  {self._in_words(turn)}")
        self.fold.setAccessibleName(self._in_words(turn))
        self.fold.setToolTip(self.tr("Hide the thoughts") if unfolded else self.tr("Show the thoughts"))
        if unfolded:
            self.words.set_markdown(turn.thought, frozenset())

    def fit(self, width: int) -> int:
        """Lay it out `width` pixels wide; returns the height it needs."""
        scale = self._theme.scale
        size = self.fold.sizeHint()
        self.fold.setGeometry(0, 0, min(width, size.width()), size.height())
        self.words.setVisible(self._open)
        gap = round(GAP * scale)
        if not self._open:
            return size.height() + gap
        indent, top = round(INDENT * scale), size.height() + gap
        height = self.words.fit(width - indent)
        self.words.setGeometry(indent, top, width - indent, height)
        self._rule = QRectF(0, top, RULE, height)
        return top + height + 2 * gap

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._open:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.tokens.line))
        painter.drawRoundedRect(self._rule, RULE / 2, RULE / 2)
        painter.end()

    def _in_words(self, turn: TurnView) -> str:
        if turn.state == "writing" and not turn.text:
            return self.tr("Thinking…")
        seconds = round(turn.thought_seconds)
        if seconds < 1:
            return self.tr("Thoughts")
        if seconds < 60:
            return self.tr("Thought for {seconds} s").format(seconds=seconds)
        return self.tr("Thought for {minutes} min {seconds} s").format(minutes=seconds // 60, seconds=seconds % 60)
