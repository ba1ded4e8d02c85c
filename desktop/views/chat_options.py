"""The options of the conversation in the middle pane: its panel is opened, filled, and what it tells is stored."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.home import Home
from desktop.manner import Manner, manner_of
from desktop.theme import Theme
from desktop.views.options_panel import OptionsPanel
from desktop.views.stylesheet import mark
from knowledge.errors import ConversationMissing
from knowledge.holdings import collection_names

log = logging.getLogger(__name__)


class ChatOptions(QObject):
    """A conversation not yet begun keeps its options here until its first prompt. `changed` after each change."""

    changed = Signal()

    def __init__(self, home: Home, theme: Theme, button: QToolButton, pane: QWidget) -> None:
        super().__init__(pane)
        self._home, self._button = home, button
        self._conversation: str | None = None
        self._unbegun = Manner()
        self._thinks = False
        self.panel = OptionsPanel(home.settings, theme, pane)
        self.panel.changed.connect(self._keep)

    @property
    def unbegun(self) -> Mapping[str, Any]:
        """What a conversation that begins now is to be stored with."""
        return self._unbegun.as_options()

    def show_conversation(self, id: str | None) -> None:
        """Another conversation is open; None: one not yet begun."""
        if id is None or id != self._conversation:
            self.panel.hide()
        self._conversation, self._unbegun = id, Manner()
        self._mark()

    def begun(self, id: str) -> None:
        """The first prompt of the open conversation was stored, and its options with it."""
        self._conversation, self._unbegun = id, Manner()

    def set_thinks(self, *, thinks: bool) -> None:
        """Whether the model can think before it answers."""
        self._thinks = thinks

    def toggle(self) -> None:
        if self.panel.isVisible():
            self.panel.leave()
            return
        self.panel.offer_collections(collection_names(self._home.store))
        self.panel.show_manner(self._manner(), thinks=self._thinks)
        self.panel.open_above(self._button)

    def _manner(self) -> Manner:
        if self._conversation is None:
            return self._unbegun
        return manner_of(self._home.history.options(self._conversation))

    def _keep(self, manner: Manner) -> None:
        if self._conversation is None:
            self._unbegun = manner
        else:
            try:
                self._home.history.set_options(self._conversation, manner.as_options())
            except ConversationMissing:
                log.info("the options of a conversation that is deleted are let go")
                return
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        """A conversation with a manner of its own says so on its button."""
        mark(self._button, own=str(self._manner() != Manner()).lower())
