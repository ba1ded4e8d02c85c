"""The next step for who has only the small model that comes with Haema: a sentence, and the way to larger ones."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.views.stylesheet import mark


class StarterHint(QFrame):
    """`wanted` when the way is taken."""

    wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._sentence = mark(QLabel(), tone="muted")
        self._sentence.setWordWrap(True)
        self._way = mark(QPushButton(), kind="link")
        self._way.clicked.connect(self.wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.addWidget(self._sentence, 1)
        layout.addWidget(self._way)
        self.retranslate()
        self.hide()

    def retranslate(self) -> None:
        self._sentence.setText(self.tr("The model that comes with Haema is small. A larger one answers better."))
        self._way.setText(self.tr("See larger ones"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
