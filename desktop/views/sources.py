"""The right pane: what the answer used, one card a source, in the order of its citations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.views.source_card import SourceCard
from desktop.views.stylesheet import mark
from knowledge.messages import Recalled

MARGIN, CARD_GAP = 14, 10


class SourcesPane(QWidget):
    """Shows the sources of one answer; `open_requested` carries the `Recalled` to open."""

    open_requested = Signal(object)
    summary_requested = Signal(int, str)  # a document, and what its file is called
    pin_requested = Signal(object)
    forget_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sources: dict[int, Recalled] = {}
        self._cards: dict[int, SourceCard] = {}
        self.because_of: Callable[[], str] = str  # why these were recalled for this prompt, in words
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

        self._title = QLabel()
        self._title.setStyleSheet("font-weight: 600")
        self._empty = mark(QLabel(), tone="muted")
        self._empty.setWordWrap(True)
        inside = QWidget()
        inside.setObjectName("cards")
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(MARGIN, 2, MARGIN, MARGIN)
        self._column.setSpacing(CARD_GAP)
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._title.setContentsMargins(MARGIN + 2, 16, MARGIN, 12)
        layout.addWidget(self._title)
        layout.addWidget(self._scroll, 1)
        self._say()
        theme.changed.connect(self._show_anew)

    def set_sources(self, sources: Mapping[int, Recalled]) -> None:
        """Show these, by their number in the answer; none: say what will stand here."""
        if dict(sources) != self._sources:
            self._sources = dict(sources)
            self._show_anew()
            self._scroll.verticalScrollBar().setValue(0)

    def highlight(self, place: int | None) -> None:
        """Light the card of a citation that is pointed at, and bring it into sight."""
        for number, card in self._cards.items():
            card.set_lit(number == place)
        if place in self._cards:
            self._scroll.ensureWidgetVisible(self._cards[place], 0, CARD_GAP)

    def _show_anew(self) -> None:
        for card in self._cards.values():
            card.hide()
            self._column.removeWidget(card)
            card.deleteLater()
        self._cards = {}
        self._empty.setVisible(not self._sources)
        for row, (place, item) in enumerate(sorted(self._sources.items()), start=1):
            card = SourceCard(self._theme, place, item, self.because_of)
            card.open_requested.connect(lambda item=item: self.open_requested.emit(item))
            card.summary_requested.connect(lambda item=item: self._ask_for_summary(item))
            card.pin_requested.connect(lambda item=item: self.pin_requested.emit(item))
            card.forget_requested.connect(lambda item=item: self.forget_requested.emit(item))
            self._column.insertWidget(row, card)
            self._cards[place] = card

    def _ask_for_summary(self, item: Recalled) -> None:
        if item.document is not None:
            name = (item.path or "").replace("\\", "/").rsplit("/", 1)[-1]
            self.summary_requested.emit(item.document, name or item.title or "")

    def _say(self) -> None:
        self._title.setText(self.tr("What this answer used"))
        self._empty.setText(self.tr("When an answer rests on your documents or past chats, they are listed here."))
        self.setAccessibleName(self.tr("What this answer used"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
            self._show_anew()
