"""The small mark under an answer: a dot and a few words on what it rests on, and how sure the model was.

The dot is full in the accent where it rests on what the user said or gave, half of it where the model added words of
its own, and grey where all of it is the model's. The figure behind "fairly sure" stands in the tooltip.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from desktop.citing import own_words
from desktop.confidence import sureness
from desktop.models.turns import TurnView
from desktop.theme import Theme
from desktop.views.stylesheet import mark
from desktop.views.whole_words import coverage_words

DOT, DOT_GAP = 7, 8


class OriginMark(QWidget):
    """One line; empty while the answer is written."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._turn: TurnView | None = None
        self._words = mark(QLabel(self), tone="muted")
        self._words.setTextFormat(Qt.TextFormat.PlainText)

    def show_turn(self, turn: TurnView) -> None:
        self._turn = turn if turn.state != "writing" else None
        self._words.setText(self._text(turn) if self._turn is not None else "")
        self.setToolTip(self._figure(turn) if self._turn is not None else "")
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(self.toolTip())
        self._place()
        self.update()

    def text(self) -> str:
        """What it says."""
        return self._words.text()

    def _text(self, turn: TurnView) -> str:
        words = [self._origin(turn)] if turn.origin is not None else []
        match sureness(turn.confidence) if turn.asked and turn.coverage is None else None:  # a poem is never sure
            case "sure":
                words.append(self.tr("sure"))
            case "fairly sure":
                words.append(self.tr("fairly sure"))
            case "unsure":
                words.append(self.tr("unsure"))
            case None:
                pass
        if turn.coverage is not None:
            words.append(coverage_words(turn.coverage))
        if turn.recall == "off":
            words.append(self.tr("memory was off"))
        if turn.state == "stopped" and turn.text:
            words.append(self.tr("stopped"))
        elif turn.finish == "length":
            words.append(self.tr("cut at the length limit"))
        return " · ".join(words)

    def _origin(self, turn: TurnView) -> str:
        mixed = _own_share(turn) > 0
        match turn.origin:
            case "documents":
                return self.tr("From your documents and the model") if mixed else self.tr("From your documents")
            case "memory":
                return self.tr("From your memory and the model") if mixed else self.tr("From your memory")
            case "mixed" if mixed:
                return self.tr("From your memory, your documents and the model")
            case "mixed":
                return self.tr("From your memory and your documents")
            case _:
                return self.tr("From the model itself")

    def _figure(self, turn: TurnView) -> str:
        if turn.confidence is None or turn.coverage is not None:
            return ""
        words = self.tr("The model gave the words it chose a probability of {percent} % on average.")
        return words.format(percent=round(100 * turn.confidence))

    # ------------------------------------------------------------ geometry

    def _place(self) -> None:
        left = round((DOT + DOT_GAP) * self._theme.scale) if self._turn is not None and self._turn.origin else 0
        self._words.setGeometry(left, 0, max(0, self.width() - left), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._turn is None or self._turn.origin is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        size, tokens = DOT * self._theme.scale, self._theme.tokens
        dot = QRectF(0, (self.height() - size) / 2, size, size)
        from_memory = self._turn.origin != "model"
        painter.setBrush(QColor(tokens.accent if from_memory else tokens.muted))
        painter.drawEllipse(dot)
        if from_memory and _own_share(self._turn) > 0:  # its lower half is the model's
            painter.setBrush(QColor(tokens.muted))
            painter.drawPie(dot, 180 * 16, 180 * 16)
        painter.end()


def unsure_words() -> str:
    """Of an answer from the model itself, which it chose with little confidence, where the memory holds nothing."""
    return QCoreApplication.translate("OriginMark", "Not in your memory, and the model is unsure.")


def is_unsure(turn: TurnView) -> bool:
    """Whether that is to be said of it."""
    return turn.empty and turn.origin == "model" and sureness(turn.confidence) == "unsure"


def _own_share(turn: TurnView) -> float:
    own, claims = own_words(turn.sentences)
    return own / claims if claims else 0.0
