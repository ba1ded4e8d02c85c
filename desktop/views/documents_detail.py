"""The document that is chosen, or several: what it is, how it stands, and what can be done with it."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.fit_words import in_words
from desktop.models.documents import day, pages_in_words, passages_in_words, reason_in_words, shown_folder
from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.models_local import wrapped
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from knowledge.holdings import Holding

NEW = ("new",)  # no collection's name


class Act(Enum):
    """What can be done with the chosen documents."""

    OPEN = "open"
    PROGRAM = "program"
    FOLDER = "folder"
    SUMMARISE = "summarise"
    READ = "read"
    REMOVE = "remove"


class DocumentsDetail(QWidget):
    """`wanted` carries an `Act`; `collection_wanted` a name, or None where a new one is to be named."""

    wanted = Signal(object)
    collection_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: tuple[Holding, ...] = ()
        self._count = 0
        self._names: tuple[str, ...] = ()
        self._name = mark(wrapped(), tone="name")
        self._title = wrapped()
        self._state = mark(wrapped(), tone="muted")
        self._reason = wrapped()
        self._about = mark(wrapped(), tone="muted")
        self._place = mark(wrapped(), tone="caption")
        self._label = mark(QLabel(), tone="muted")
        self.collection = Choice(theme)
        self.collection.changed.connect(self._choose)
        self.open = mark(QPushButton(), kind="primary")
        self.open.setMinimumHeight(32)
        self.open.clicked.connect(lambda: self.wanted.emit(Act.OPEN))
        self.quiet = {act: QuietButton(theme, "", tone="accent") for act in Act if act is not Act.OPEN}
        for act, button in self.quiet.items():
            button.clicked.connect(lambda _=False, act=act: self.wanted.emit(act))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._name, self._title, self._state, self._reason, self._about, self._place):
            layout.addWidget(widget)
        layout.addSpacing(6)
        layout.addWidget(self.open)
        layout.addSpacing(2)
        for button in self.quiet.values():
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addSpacing(10)
        layout.addWidget(self._label)
        layout.addWidget(self.collection)
        layout.addStretch(1)
        self.retranslate()

    def show_chosen(self, chosen: tuple[Holding, ...], count: int, names: tuple[str, ...]) -> None:
        """`count` documents are chosen, of which these are known already; `names` are the collections there are."""
        self._chosen, self._count, self._names = chosen, count, names
        self._say()

    def _say(self) -> None:
        one = self._chosen[0] if self._count == 1 and self._chosen else None
        for widget in (self._title, self._reason, self._about, self._place, self.open):
            widget.hide()
        for act in (Act.PROGRAM, Act.FOLDER, Act.SUMMARISE):
            self.quiet[act].setVisible(one is not None)
        if one is not None:
            self._say_one(one)
        else:
            count = QLocale().toString(self._count)
            self._name.setText(self.tr("{count} documents chosen").format(count=count))
            passages = sum(holding.passages for holding in self._chosen)
            self._state.setText(passages_in_words(passages) if len(self._chosen) == self._count else "")
        self._state.setVisible(bool(self._state.text()))
        self._offer()

    def _say_one(self, one: Holding) -> None:
        self._name.setText(one.name)
        self._show(self._title, one.title if one.title and one.title.strip() != one.name else "")
        match one.status:
            case "indexed":
                size = in_words(one.size) if one.size is not None else ""
                parts = (pages_in_words(one.pages), passages_in_words(one.passages), size)
                self._state.setText(" · ".join(part for part in parts if part))
            case "waiting":
                self._state.setText(self.tr("Waits to be read."))
            case "reading":
                self._state.setText(self.tr("Is being read."))
            case "refused":
                self._state.setText(self.tr("Left out of the memory."))
        mark(self._reason, tone="warn")
        self._show(self._reason, reason_in_words(one))
        by = self.tr("By {author}").format(author=one.author) if one.author else ""
        added = self.tr("Added {day}").format(day=day(one.added))
        self._show(self._about, " · ".join(part for part in (by, added) if part))
        self._show(self._place, shown_folder(one.folder))
        self._place.setToolTip(one.path)
        self.open.setVisible(one.passages > 0)
        self.quiet[Act.SUMMARISE].setVisible(one.passages > 0)

    def _offer(self) -> None:
        """The collections, and the one that all of the chosen are in; where they differ, that is said."""
        held = {holding.collection or "" for holding in self._chosen}
        options: list[tuple[object, str]] = [("", self.tr("No collection"))]
        options += [(name, name) for name in sorted({*self._names, *held} - {""})]
        options.append((NEW, self.tr("New collection…")))
        if len(held) > 1:
            options.insert(0, (None, self.tr("Different ones")))
        self.collection.offer(options, name=self.tr("Collection"))
        self.collection.choose(next(iter(held)) if len(held) == 1 else None)

    def _choose(self) -> None:
        value = self.collection.value
        if value == NEW:
            self._offer()  # until it has a name
            self.collection_wanted.emit(None)
        elif value is not None:
            self.collection_wanted.emit(value)

    @staticmethod
    def _show(label: QLabel, words: str) -> None:
        label.setText(words)
        label.setVisible(bool(words))

    # ------------------------------------------------------------ words

    def words(self) -> dict[Act, str]:
        """What each act is called; for the menu too."""
        return {
            Act.OPEN: self.tr("Open"),
            Act.PROGRAM: self.tr("Open in its program"),
            Act.FOLDER: self.tr("Show its folder"),
            Act.SUMMARISE: self.tr("Summarise"),
            Act.READ: self.tr("Read again"),
            Act.REMOVE: self.tr("Remove from the memory…"),
        }

    def retranslate(self) -> None:
        words = self.words()
        self.open.setText(words[Act.OPEN])
        for act, button in self.quiet.items():
            button.setText(words[act])
            button.setAccessibleName(words[act])
            button.updateGeometry()
        self._label.setText(self.tr("Collection"))
        if self._count:
            self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
