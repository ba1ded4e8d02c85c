"""What a model needs against what is free, on the GPU and in main memory: two bars with their numbers in words."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from desktop.fit_words import in_words
from desktop.theme import Size, Theme
from engine.messages import Fit

BAR = 4


class MemoryBars(QWidget):
    """Hidden parts: the GPU's bar where there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._gpu, self._main = _Bar(theme), _Bar(theme)
        self._fit: Fit | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._gpu)
        layout.addWidget(self._main)
        self._gpu.hide()
        self.show_fit(None)

    def show_fit(self, fit: Fit | None) -> None:
        """Show a prediction; None while it is being made keeps the bars' place, so that nothing jumps."""
        self._fit = fit
        if fit is not None:
            self._gpu.setVisible(fit.have_gpu > 0 or fit.need_gpu > 0)
        self._gpu.say(self.tr("GPU memory"), fit.need_gpu if fit else 0, fit.have_gpu if fit else 0)
        self._main.say(self.tr("Memory"), fit.need_main if fit else 0, fit.have_main if fit else 0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.show_fit(self._fit)


class _Bar(QWidget):
    """A name, "needs X, Y free", and the bar below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._name, self._words = "", ""
        self._need = self._have = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def say(self, name: str, need: int, have: int) -> None:
        self._name, self._need, self._have = name, need, have
        self._words = (
            self.tr("needs {need}, {have} free").format(need=in_words(need), have=in_words(have))
            if have or need
            else ""
        )
        self.setAccessibleName(f"{name}: {self._words}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, QFontMetrics(self._theme.font(Size.CAPTION)).height() + BAR + 6)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = self._theme.tokens, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font(Size.CAPTION))
        line = self.rect().adjusted(0, 0, 0, -BAR - 6)
        short = self._need > self._have
        painter.setPen(QColor(t.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(QColor(t.danger if short else t.text))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._words)
        track = QRectF(0, self.height() - BAR, self.width(), BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(t.line))
        painter.drawRoundedRect(track, BAR / 2, BAR / 2)
        filled = min(1.0, self._need / max(self._have, 1)) * track.width()
        if self._need:
            painter.setBrush(QColor(t.danger if short else t.accent))
            painter.drawRoundedRect(QRectF(0, track.top(), max(filled, BAR), BAR), BAR / 2, BAR / 2)
        painter.end()
