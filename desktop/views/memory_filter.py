"""What is shown of the memory: words, kind, time, conversation and project."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QLocale, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.clearable_field import ClearableField
from knowledge.memories import Held, Looked

TYPING_MS = 250  # after the last letter: a recall costs more than a look into a table
NARROW = 460  # pixels of the row
TITLE_LETTERS = 28  # of a conversation, in its choice
Span = tuple[float | None, float | None]
ANY: Span = (None, None)


class MemoryFilter(QWidget):
    """`changed` carries what the user wants to see (`Looked`)."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._held = Held(0, 0, 0, 0, (), ())
        self._span: Span = ANY
        self._span_name = ""
        self._conversation: tuple[str, str] | None = None  # id and title of one that is not among the latest
        self.words = ClearableField(theme)
        self.kind, self.time, self.conversation, self.project = (Choice(theme) for _ in range(4))
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.words.textChanged.connect(self._typing.start)
        self.words.returnPressed.connect(self._tell)
        for choice in (self.kind, self.conversation, self.project):
            choice.changed.connect(self._tell)
        self.time.changed.connect(self._choose_time)
        self._above, self._below = QHBoxLayout(), QHBoxLayout()
        for row in (self._above, self._below):
            row.setSpacing(8)
        for choice in (self.kind, self.time, self.conversation, self.project):
            self._above.addWidget(choice)
        self._above.addStretch(1)
        self._narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.words)
        layout.addLayout(self._above)
        layout.addLayout(self._below)
        self.retranslate()

    @property
    def looked(self) -> Looked:
        since, until = self._span if self.time.value == "span" else _since(self.time.value)
        return Looked(
            self.words.text(), self.kind.value, since, until, self.conversation.value or None, self.project.value
        )

    @property
    def narrows(self) -> bool:
        """Whether anything is left out."""
        return self.looked != Looked()

    def chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [self.words, self.kind, self.time, self.conversation, self.project]

    def show_held(self, held: Held) -> None:
        """What there is to choose from."""
        if held != self._held:
            self._held = held
            self._offer()

    def show_span(self, since: float, until: float, name: str) -> None:
        """Look at a month or a week."""
        self._span, self._span_name = (since, until), name
        self._offer()
        self.time.choose("span")
        self._tell()

    def show_conversation(self, id: str, title: str) -> None:
        """Look at what was said in one conversation."""
        self._conversation = (id, title)
        self._offer()
        self.conversation.choose(id)
        self._tell()

    def show_open(self) -> None:
        """Look at the facts that wait for the user's word."""
        self.show_all(tell=False)
        self.kind.choose("open")
        self._tell()

    def show_all(self, *, tell: bool = True) -> None:
        """Narrow nothing."""
        self.words.clear()
        for choice in (self.kind, self.time, self.conversation, self.project):
            choice.choose(None)
        if tell:
            self._tell()

    def _choose_time(self) -> None:
        if self.time.value != "span":
            self._span, self._span_name = ANY, ""
            self._offer()
        self._tell()

    def _tell(self) -> None:
        self._typing.stop()
        self.changed.emit(self.looked)

    # ------------------------------------------------------------ words

    def _offer(self) -> None:
        held, locale = self._held, QLocale()
        kinds: list[tuple[object, str]] = [
            (None, self.tr("Everything")),
            ("facts", self.tr("Facts")),
            ("said", self.tr("Said")),
            ("documents", self.tr("From documents")),
            ("pinned", self.tr("Pinned")),
        ]
        if held.open or self.kind.value == "open":
            kinds.append(("open", self.tr("To be confirmed ({count})").format(count=locale.toString(held.open))))
        self.kind.offer(kinds, name=self.tr("Kind"))
        times: list[tuple[object, str]] = [
            (None, self.tr("Any time")),
            ("day", self.tr("Today")),
            ("week", self.tr("Last 7 days")),
            ("month", self.tr("Last 30 days")),
            ("year", self.tr("Last 12 months")),
        ]
        if self._span_name:
            times.append(("span", self._span_name))
        self.time.offer(times, name=self.tr("Time"))
        conversations = dict(held.conversations)
        if self._conversation is not None:
            conversations.setdefault(*self._conversation)
        talks: list[tuple[object, str]] = [(None, self.tr("Any conversation"))]
        talks += [(id, _short(title) or self.tr("Untitled")) for id, title in conversations.items()]
        self.conversation.offer(talks, name=self.tr("Conversation"))
        self.conversation.setVisible(len(talks) > 1)
        projects: list[tuple[object, str]] = [(None, self.tr("Any project")), ("", self.tr("No project"))]
        self.project.offer([*projects, *held.projects], name=self.tr("Project"))
        self.project.setVisible(bool(held.projects))

    def retranslate(self) -> None:
        self.words.setPlaceholderText(self.tr("Search by meaning and words"))
        self.words.setAccessibleName(self.tr("Search the memory"))
        self._offer()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all in one row, the conversation and the project have one of their own."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW * self._theme.scale
        if narrow != self._narrow:
            self._narrow = narrow
            for place, choice in enumerate((self.conversation, self.project)):
                (self._above if narrow else self._below).removeWidget(choice)
                (self._below if narrow else self._above).insertWidget(place if narrow else 2 + place, choice)
            if narrow:
                self._below.addStretch(1)
            else:
                self._below.takeAt(0)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _since(name: str | None) -> Span:
    """From when on, in Unix seconds."""
    if name is None:
        return ANY
    today = datetime.fromtimestamp(time.time()).replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ006 - local
    days = {"day": 0, "week": 6, "month": 29, "year": 364}[name]
    return (today - timedelta(days=days)).timestamp(), None


def _short(title: str) -> str:
    return title if len(title) <= TITLE_LETTERS else f"{title[: TITLE_LETTERS - 1].rstrip()}…"
