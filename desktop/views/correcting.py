"""Saying what is right in place of an answer: a line to write it in, and what became of it in a notice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop.background import Background
from desktop.home import Home
from desktop.language import say
from desktop.views.notice import Notice
from knowledge.private import is_private

if TYPE_CHECKING:
    from knowledge.facts import Fact


class Correcting(QObject):
    """`conversation` tells which one is open."""

    def __init__(
        self,
        home: Home,
        background: Background,
        notice: Notice,
        conversation: Callable[[], str | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._home, self._background, self._notice = home, background, notice
        self._conversation, self._pane = conversation, parent

    def ask(self, answer: int) -> None:
        """Ask what is right in place of this answer, and keep it."""
        from desktop.views.memory_questions import right_answer

        conversation = self._conversation()
        if conversation is None:
            return
        if is_private(conversation):
            self._notice.say(self.tr("What is said in a private conversation is not remembered."), tone="muted")
            return
        history, chat = self._home.history, self._home.chat
        turn = next((turn for turn in history.messages(conversation) if turn.id == answer), None)
        words = right_answer(self._pane) if turn is not None else None
        if turn is not None and words is not None:
            self._background.run(lambda _: chat.correct(turn, words), on_done=self._tell, on_failed=self._fail)

    def _tell(self, fact: Fact) -> None:
        self._notice.say(
            self.tr("Remembered. It outranks what the model believes."),
            tone="muted",
            button=self.tr("Undo"),
            act=lambda: self._undo(fact),
        )

    def _undo(self, fact: Fact) -> None:
        chat = self._home.chat
        self._background.run(lambda _: chat.forget(facts=(fact.id,)), on_failed=self._fail)

    def _fail(self, error: Exception) -> None:
        self._notice.say(say(error), tone="danger")
