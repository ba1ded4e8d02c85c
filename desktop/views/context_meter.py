"""How full the model's context is: a line and a slim bar in the composer; in words, part by part, on a click."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from desktop.theme import Size, Theme
from desktop.views.stylesheet import mark
from engine.messages import ContextSplit

BAR, BAR_HEIGHT, GAP = 40, 4, 8
POPUP_WIDTH = 300


class ContextMeter(QAbstractButton):
    """Hidden until the first prompt of a conversation is laid out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._split: ContextSplit | None = None
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.clicked.connect(self.show_parts)
        theme.changed.connect(self.update)
        self.hide()

    def set_split(self, split: ContextSplit | None) -> None:
        self._split = split
        self.setVisible(split is not None)
        if split is None:
            return
        words = self.tr("context {used} of {context}")
        self.setText(words.format(used=short(used_of(split)), context=short(split.context)))
        lines = [f"{label} {QLocale().toString(tokens)}" for label, tokens in self._parts(split)]
        notes = [note for note, _ in self._notes(split)]
        told = "\n".join([self.tr("What the model reads, in tokens"), *lines, *notes])
        self.setToolTip(told)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(told)
        self.updateGeometry()
        self.update()

    def show_parts(self) -> None:
        """The parts as a small table above the meter; it goes with the next click or Esc."""
        if self._split is None:
            return
        popup = QFrame(self, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setObjectName("popup")
        popup.setFixedWidth(round(POPUP_WIDTH * self._theme.scale))
        locale, grid = QLocale(), QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for row, (label, tokens) in enumerate(self._parts(self._split)):
            grid.addWidget(mark(QLabel(label), tone="muted"), row, 0)
            grid.addWidget(QLabel(locale.toString(tokens)), row, 1, Qt.AlignmentFlag.AlignRight)
        layout = QVBoxLayout(popup)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(10)
        layout.addWidget(mark(QLabel(self.tr("What the model reads, in tokens")), tone="title"))
        layout.addLayout(grid)
        for note, tone in self._notes(self._split):
            told = mark(QLabel(note), tone=tone)
            told.setWordWrap(True)
            layout.addWidget(told)
        popup.setAccessibleName(self.toolTip())
        popup.adjustSize()
        card = self.parentWidget() or self
        right = self.mapToGlobal(QPoint(self.width(), 0)).x()
        popup.move(right - popup.width(), card.mapToGlobal(QPoint(0, 0)).y() - popup.height() - GAP)
        popup.show()

    def _parts(self, split: ContextSplit) -> list[tuple[str, int]]:
        free = split.context - used_of(split) - split.reserve
        parts = [
            (self.tr("Instructions"), split.system),
            (self.tr("Summary of what was said before"), split.summary),
            (self.tr("Conversation"), split.history),
            (self.tr("Recalled"), split.recall),
            (self.tr("Your prompt"), split.prompt),
            (self.tr("Kept free for the answer"), split.reserve),
            (self.tr("Free"), max(0, free)),
            (self.tr("In all"), split.context),
        ]
        return [part for part in parts if part[1] or part[0] != self.tr("Summary of what was said before")]

    def _notes(self, split: ContextSplit) -> list[tuple[str, str]]:
        """What became of turns that are not in the prompt as they were said, each with its tone."""
        notes = []
        if split.summary:
            words = self.tr("The oldest turns are summarised; the model reads the summary in their place.")
            notes.append((words, "caption"))
        if split.dropped_turns == 1:
            notes.append((self.tr("The oldest turn is not in view of the model."), "warn"))
        elif split.dropped_turns:
            words = self.tr("The oldest {count} turns are not in view of the model.")
            notes.append((words.format(count=QLocale().toString(split.dropped_turns)), "warn"))
        return notes

    # ------------------------------------------------------------ Qt events

    def sizeHint(self) -> QSize:
        width = QFontMetrics(self._theme.font(Size.CAPTION)).horizontalAdvance(self.text())
        return QSize(width + BAR + GAP + 8, round(24 * self._theme.scale))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._split is None:
            return
        t, split = self._theme.tokens, self._split
        near = self.underMouse() or self.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(2, (self.height() - BAR_HEIGHT) / 2, BAR, BAR_HEIGHT)
        full = min(1.0, used_of(split) / max(1, split.context))
        for part, colour in ((1.0, t.line), (full, t.warn if split.dropped_turns else t.accent)):
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(QRectF(bar.x(), bar.y(), max(BAR_HEIGHT, BAR * part), BAR_HEIGHT), 2, 2)
        painter.setFont(self._theme.font(Size.CAPTION))
        painter.setPen(QColor(t.text if near else t.muted))
        words = self.rect().adjusted(BAR + GAP, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(t.accent))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.set_split(self._split)


def used_of(split: ContextSplit) -> int:
    """The tokens of the prompt, all its parts together."""
    return split.system + split.summary + split.history + split.recall + split.prompt


def short(tokens: int) -> str:
    """A count as the meter says it: 640, 2.1k, 8k."""
    if tokens < 1000:
        return str(tokens)
    if tokens % 1024 == 0:
        return f"{tokens // 1024}k"  # contexts are sold in powers of two
    return f"{tokens / 1000:.1f}".removesuffix(".0") + "k" if tokens < 10_000 else f"{round(tokens / 1000)}k"
