"""The memory that is chosen, or several: all it says, where it is from, what it was before, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.memory_shelf import Whole
from desktop.models.memories import day, moment, origin, uses_in_words
from desktop.theme import Theme
from desktop.views.memory_text import MemoryText
from desktop.views.memory_why import matched_words, show_why
from desktop.views.models_local import wrapped
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from knowledge.facts import Fact
from knowledge.memories import Remembered
from knowledge.messages import Recalled

MOST_VERSIONS = 6  # of a fact, the latest


class Act(Enum):
    """What can be done with the chosen memories."""

    OPEN = "open"
    KEEP = "keep"
    DECLINE = "decline"
    EDIT = "edit"
    PIN = "pin"
    UNPIN = "unpin"
    ALL = "all"  # of its conversation
    FORGET = "forget"


class MemoryDetail(QWidget):
    """`wanted` carries an `Act`; `written` the new words of the fact that is shown."""

    wanted = Signal(object)
    written = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._whole: Whole | None = None
        self._found: Recalled | None = None
        self._chosen: tuple[Remembered, ...] = ()
        self._count = 0
        self.editing = False
        self._name = mark(wrapped(), tone="name")
        self._about = mark(wrapped(), tone="muted")
        self._question = mark(wrapped(), tone="warn")
        self.text = MemoryText(theme)
        self._why = QuietButton(theme, "", tone="accent")
        self._why.clicked.connect(self._explain)
        self._history = QGridLayout()
        self._history.setHorizontalSpacing(12)
        self._history.setVerticalSpacing(4)
        self._history.setColumnStretch(0, 1)
        self._before = mark(QLabel(), tone="caption")
        self.primary = {act: mark(QPushButton(), kind="primary") for act in (Act.KEEP, Act.OPEN)}
        self.quiet = {
            act: QuietButton(theme, "", tone="accent")
            for act in (Act.DECLINE, Act.EDIT, Act.PIN, Act.UNPIN, Act.ALL, Act.FORGET)
        }
        for act, button in (*self.primary.items(), *self.quiet.items()):
            button.clicked.connect(lambda _=False, act=act: self._press(act))
        for button in self.primary.values():
            button.setMinimumHeight(32)
        self.save, self.cancel = mark(QPushButton(), kind="primary"), QPushButton()
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(lambda: self.edit(on=False))
        self._lay_out()
        self.retranslate()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 18)
        layout.setSpacing(8)
        for widget in (self._name, self._about, self._question):
            layout.addWidget(widget)
        layout.addWidget(self.text, 1)
        layout.addWidget(self._why, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._before)
        layout.addLayout(self._history)
        layout.addSpacing(4)
        writing = QHBoxLayout()
        writing.setSpacing(8)
        writing.addWidget(self.save)
        writing.addWidget(self.cancel)
        writing.addStretch(1)
        layout.addLayout(writing)
        for button in self.primary.values():
            layout.addWidget(button)
        layout.addSpacing(2)
        for quiet in self.quiet.values():
            layout.addWidget(quiet, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(0)

    # ------------------------------------------------------------ what is shown

    def show_one(self, whole: Whole, found: Recalled | None) -> None:
        """All of one memory; `found`: why it was recalled for the words that are looked for."""
        same = self._whole is not None and self._whole.memory.key == whole.memory.key
        self._whole, self._found, self._chosen, self._count = whole, found, (whole.memory,), 1
        if not (same and self.editing):  # what the user is just writing stays
            self.editing = False
            self._say()

    def show_many(self, known: Sequence[Remembered], count: int) -> None:
        """`count` are chosen, of which these are known already."""
        self._whole, self._found, self._chosen, self._count = None, None, tuple(known), count
        self.editing = False
        self._say()

    def edit(self, *, on: bool) -> None:
        """Give the fact that is shown other words, or leave it as it is."""
        self.editing = on and self._whole is not None
        self._say()
        self.text.set_editing(on=self.editing)

    def acts(self) -> tuple[Act, ...]:
        """What can be done with what is chosen."""
        if not self._chosen:
            return (Act.FORGET,) if self._count else ()
        facts = all(one.kind == "fact" for one in self._chosen)
        waiting = facts and all(one.state in {"proposed", "sensitive"} for one in self._chosen)
        one = self._chosen[0] if self._count == 1 else None
        acts = [Act.KEEP, Act.DECLINE] if waiting else []
        if one is not None and (one.conversation is not None or one.kind == "passage"):
            acts.append(Act.OPEN)
        if one is not None and facts:
            acts.append(Act.EDIT)
        if not waiting:
            acts += [Act.PIN] if not all(each.pinned for each in self._chosen) else []
            acts += [Act.UNPIN] if any(each.pinned for each in self._chosen) else []
        if one is not None and one.kind == "message":
            acts.append(Act.ALL)
        return (*acts, Act.FORGET)

    def _say(self) -> None:
        acts, whole = self.acts(), self._whole
        self._name_acts()
        for act, button in (*self.primary.items(), *self.quiet.items()):
            button.setVisible(act in acts and not self.editing)
        mark(self.primary[Act.OPEN], kind="primary" if Act.KEEP not in acts else "plain")
        for widget in (self.save, self.cancel):
            widget.setVisible(self.editing)
        self.text.setVisible(whole is not None)
        self._why.setVisible(self._found is not None and not self.editing)
        self._show_history(whole.history if whole is not None else ())
        if whole is None:
            count = QLocale().toString(self._count)
            self._name.setText(self.tr("{count} memories chosen").format(count=count))
            self._about.hide()
            self._question.hide()
            return
        one = whole.memory
        self._name.setText(origin(one))
        about = [moment(one.time) if one.kind == "message" else self._since(one), one.project, uses_in_words(one.uses)]
        self._about.setText(" · ".join(part for part in about if part))
        self._about.show()
        self._question.setText(self._asked(one))
        self._question.setVisible(bool(self._question.text()))
        if not self.editing:
            self.text.set_editing(on=False)
            self.text.show_text(whole.text, matched_words(self._found) if self._found is not None else ())

    def _since(self, one: Remembered) -> str:
        if one.kind == "passage":
            return self.tr("Added {day}").format(day=day(one.time))
        if one.valid_until is not None:
            return self.tr("Held from {first} until {last}").format(first=day(one.time), last=day(one.valid_until))
        return self.tr("Since {day}").format(day=day(one.time))

    def _asked(self, one: Remembered) -> str:
        match one.state:
            case "proposed":
                return self.tr("Is this right? Haema uses it only if you say so.")
            case "sensitive":
                return self.tr("Shall I remember this? It is private, so Haema asks first.")
            case _:
                return ""

    def _show_history(self, history: Sequence[Fact]) -> None:
        while (item := self._history.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        shown = history[-MOST_VERSIONS:] if len(history) > 1 and not self.editing else ()
        self._before.setVisible(bool(shown))
        for row, fact in enumerate(reversed(shown)):
            words = wrapped()
            words.setText(fact.text)
            now = fact.valid_until is None
            when = self.tr("since {day}") if now else self.tr("until {day}")
            self._history.addWidget(mark(words, tone="plain" if now else "muted"), row, 0)
            turned = fact.valid_from if fact.valid_until is None else fact.valid_until
            label = mark(QLabel(when.format(day=day(turned))), tone="caption")
            self._history.addWidget(label, row, 1, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)

    # ------------------------------------------------------------ what is done

    def _press(self, act: Act) -> None:
        if act is Act.EDIT:
            self.edit(on=True)
        else:
            self.wanted.emit(act)

    def _save(self) -> None:
        words = " ".join(self.text.toPlainText().split())
        self.edit(on=False)
        if self._whole is not None and words and words != self._whole.text:
            self.written.emit(words)

    def _explain(self) -> None:
        if self._found is not None:
            show_why(self._found, "", self._theme, self._why)

    # ------------------------------------------------------------ words

    def words(self) -> dict[Act, str]:
        """What each act is called; for the menu too."""
        one = self._chosen[0] if self._count == 1 and self._chosen else None
        document = one is not None and one.kind == "passage"
        return {
            Act.OPEN: self.tr("Open the document") if document else self.tr("Open the conversation"),
            Act.KEEP: self.tr("Keep"),
            Act.DECLINE: self.tr("Not this"),
            Act.EDIT: self.tr("Put into other words"),
            Act.PIN: self.tr("Pin"),
            Act.UNPIN: self.tr("Unpin"),
            Act.ALL: self.tr("Show all of this conversation"),
            Act.FORGET: self.tr("Forget the document…") if document else self.tr("Forget…"),
        }

    def retranslate(self) -> None:
        self.quiet[Act.PIN].setToolTip(self.tr("What is pinned is recalled before other things"))
        self._why.setText(self.tr("Why was this found?"))
        self._why.updateGeometry()
        self._before.setText(self.tr("Over time"))
        self.text.setAccessibleName(self.tr("What it says"))
        self.save.setText(self.tr("Save"))
        self.cancel.setText(self.tr("Cancel"))
        self._name_acts()
        if self._count:
            self._say()

    def _name_acts(self) -> None:
        words = self.words()
        for act, button in (*self.primary.items(), *self.quiet.items()):
            button.setText(words[act])
            button.setAccessibleName(words[act])
            button.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
