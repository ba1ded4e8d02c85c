"""The options of the conversation in the middle pane: its panel is opened, filled, and what it tells is stored."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
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
from knowledge.private import is_private
from knowledge.projects import Place, place, project, seal

log = logging.getLogger(__name__)


class ChatOptions(QObject):
    """A conversation not yet begun keeps its options here until its first prompt. `changed` after each change."""

    changed = Signal()
    placed = Signal(str)  # where the conversation belongs, and what it may recall, in words

    def __init__(self, home: Home, theme: Theme, button: QToolButton, pane: QWidget) -> None:
        super().__init__(pane)
        self._home, self._button = home, button
        self._conversation: str | None = None
        self._unbegun = Manner()
        self._project: str | None = None  # of a conversation not yet begun
        self._thinks = False
        self.panel = OptionsPanel(home.settings, theme, pane)
        self.panel.changed.connect(self._keep)

    @property
    def unbegun(self) -> Mapping[str, Any]:
        """What a conversation that begins now is to be stored with."""
        return self._unbegun.as_options()

    @property
    def place(self) -> Place:
        """Where the open conversation belongs, or is to belong when it begins."""
        if self._conversation is None:
            return Place(self._project, self._unbegun.sealed)
        return Place() if is_private(self._conversation) else place(self._home.store, self._conversation)

    def begin_in(self, project: str | None) -> None:
        """The conversation not yet begun is to belong to a project."""
        self._project = project
        self._mark()

    def show_conversation(self, id: str | None) -> None:
        """Another conversation is open; None: one not yet begun."""
        if id is None or id != self._conversation:
            self.panel.hide()
        self._conversation, self._unbegun, self._project = id, Manner(), None
        self._mark()

    def begun(self, id: str) -> None:
        """The first prompt of the open conversation was stored, and its options with it."""
        self._conversation, self._unbegun, self._project = id, Manner(), None
        self._mark()

    def set_thinks(self, *, thinks: bool) -> None:
        """Whether the model can think before it answers."""
        self._thinks = thinks

    def toggle(self) -> None:
        if self.panel.isVisible():
            self.panel.leave()
            return
        self.panel.offer_collections(collection_names(self._home.store))
        self.panel.offer_recall(in_project=self.place.project is not None, private=is_private(self._conversation))
        self.panel.show_manner(self._manner(), thinks=self._thinks)
        self.panel.open_above(self._button)

    def _manner(self) -> Manner:
        if self._conversation is None:
            return self._unbegun
        return replace(manner_of(self._home.history.options(self._conversation)), sealed=self.place.sealed)

    def _keep(self, manner: Manner) -> None:
        if self._conversation is None:
            self._unbegun = manner
        else:
            try:
                self._home.history.set_options(self._conversation, manner.as_options())
                if not is_private(self._conversation) and manner.sealed != self.place.sealed:
                    seal(self._home.store, self._conversation, sealed=manner.sealed)
            except ConversationMissing:
                log.info("the options of a conversation that is deleted are let go")
                return
        self._mark()
        self.changed.emit()

    def _mark(self) -> None:
        """A conversation with a manner of its own says so on its button, and above it where it belongs."""
        manner = self._manner()
        mark(self._button, own=str(manner != Manner()).lower())
        remembers = self._home.settings.memory if manner.memory is None else manner.memory
        words = [project(self._home.store, at).name] if (at := self.place.project) is not None else []
        if not remembers:
            words.append(self.tr("recalls nothing"))
        elif manner.sealed:
            words.append(self.tr("recalls only itself"))
        elif manner.alone and words:
            words.append(self.tr("recalls only this project"))
        self.placed.emit(" · ".join(words))
