"""What is asked before a memory is forgotten for good, and the line in which the user writes a fact."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.memory_shelf import Load
from desktop.settings import BIN_DAYS
from desktop.views.question import PAD, WIDTH, asked
from desktop.views.stylesheet import mark

MOST_LETTERS = 400
translate = QCoreApplication.translate  # under this name the extractor of texts knows it


def may_forget(load: Load, parent: QWidget, *, binned: bool) -> bool:
    """Whether the user, asked once, wants these forgotten."""
    told = []
    if load.messages:
        told.append(translate("memory", "Facts that rest on these turns are forgotten with them."))
    if load.documents:
        told.append(
            translate("memory", "A passage cannot be forgotten alone: {names} leaves the memory.").format(
                names=_named(load)
            )
        )
    if binned and (load.messages or load.facts):
        told.append(translate("memory", "For {count} days you can bring it back from the bin.").format(count=BIN_DAYS))
    else:
        told.append(translate("memory", "Nothing of it stays on the disk. This cannot be undone."))
    if load.messages:
        told.append(translate("memory", "Answers that repeat it in their own words stay: look for them too."))
    return asked(
        translate("memory", "Forget"),
        translate("memory", "Forget {what}?").format(what=in_words(load)),
        " ".join(told),
        yes=translate("memory", "Forget"),
        no=translate("memory", "Keep"),
        parent=parent,
    )


def may_empty(count: int, parent: QWidget) -> bool:
    """Whether the user wants the bin empty."""
    return asked(
        translate("memory", "Empty the bin"),
        translate("memory", "Empty the bin?"),
        translate("memory", "{count} memories leave the disk for good. This cannot be undone.").format(
            count=QLocale().toString(count)
        ),
        yes=translate("memory", "Empty"),
        no=translate("memory", "Keep"),
        parent=parent,
    )


def in_words(load: Load) -> str:
    """What goes, counted."""
    locale, parts = QLocale(), []
    if facts := len(load.facts):
        words = translate("memory", "1 fact") if facts == 1 else translate("memory", "{count} facts")
        parts.append(words.format(count=locale.toString(facts)))
    if turns := len(load.messages):
        words = translate("memory", "1 turn") if turns == 1 else translate("memory", "{count} turns")
        parts.append(words.format(count=locale.toString(turns)))
    if documents := len(load.documents):
        words = translate("memory", "1 document") if documents == 1 else translate("memory", "{count} documents")
        parts.append(words.format(count=locale.toString(documents)))
    return ", ".join(parts)


def _named(load: Load) -> str:
    names = [f"“{path.replace(chr(92), '/').rsplit('/', 1)[-1]}”" for path in load.paths]
    return ", ".join(names) + (" …" if len(load.documents) > len(names) else "")


def written_fact(parent: QWidget) -> str | None:
    """A fact in the user's words; None when they thought better of it."""
    example = translate("memory", "Such as: My sister Jin lives in Busan.")
    return _written(FactLine(translate("memory", "What shall I remember?"), example, parent))


def right_answer(parent: QWidget) -> str | None:
    """What is right in place of an answer; None when they thought better of it."""
    example = translate("memory", "Such as: The lease ends on 31 August 2027.")
    return _written(FactLine(translate("memory", "What is right?"), example, parent))


def _written(dialog: FactLine) -> str | None:
    given = dialog.words if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return given


class FactLine(QDialog):
    """Accepted with words that are not empty."""

    def __init__(self, title: str, example: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.field = QLineEdit()
        self.field.setMaxLength(MOST_LETTERS)
        self.field.setAccessibleName(title)
        self.field.setPlaceholderText(example)
        self.field.textChanged.connect(self._judge)
        self.yes, no = QPushButton(translate("memory", "Remember")), QPushButton(translate("memory", "Cancel"))
        self.yes.setDefault(True)
        no.setAutoDefault(False)
        self.yes.clicked.connect(self.accept)
        no.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(no)
        buttons.addWidget(self.yes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD - 4, PAD, PAD - 4)
        layout.setSpacing(10)
        layout.addWidget(mark(QLabel(title), tone="title"))
        layout.addWidget(self.field)
        layout.addSpacing(4)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)
        self.field.setFocus()
        self._judge()

    @property
    def words(self) -> str:
        return " ".join(self.field.text().split())

    def _judge(self) -> None:
        self.yes.setEnabled(bool(self.words))
