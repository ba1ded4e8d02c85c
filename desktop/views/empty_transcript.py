"""What an empty conversation says: the next step in one sentence, and three first words to choose from."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.views.stylesheet import mark


class EmptyTranscript(QWidget):
    """`suggested` carries the words a click puts into the composer, to be finished by the user."""

    suggested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._sentence = mark(QLabel(), tone="title")
        self._more = mark(QLabel(), tone="muted")
        self._starts = [mark(QPushButton(), kind="pill") for _ in range(3)]
        layout = QVBoxLayout(self)
        layout.setSpacing(8)
        layout.addStretch(2)
        for label in (self._sentence, self._more):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(round(12 * theme.scale))
        for button in self._starts:
            button.clicked.connect(self._suggest)
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)
        self._say()

    def _say(self) -> None:
        self._sentence.setText(self.tr("Ask anything, or drop files here to remember them."))
        self._more.setText(self.tr("What you say stays on this computer and is remembered."))
        starts = (
            self.tr("Remember that "),
            self.tr("What did I say about "),
            self.tr("What do my documents say about "),
        )
        for button, start in zip(self._starts, starts, strict=True):
            button.setText(start.strip() + " …")
            button.setProperty("start", start)

    def _suggest(self) -> None:
        self.suggested.emit(str(self.sender().property("start")))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
