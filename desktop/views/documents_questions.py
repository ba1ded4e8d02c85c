"""What is asked before documents go, or a folder is followed no longer, and what a collection is to be called."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCompleter, QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop.views.question import PAD, WIDTH, asked, fit
from desktop.views.stylesheet import mark

translate = QCoreApplication.translate  # under this name the extractor of texts knows it

MOST_LETTERS = 80  # of a collection's name


def may_remove(names: list[str], count: int, parent: QWidget) -> bool:
    """Whether the user, asked once, wants these documents out of the memory; `names` of the first of them."""
    question = (
        translate("documents", "Remove “{name}” from the memory?").format(name=names[0] if names else "")
        if count == 1
        else translate("documents", "Remove {count} documents from the memory?").format(count=QLocale().toString(count))
    )
    return asked(
        translate("documents", "Remove from the memory"),
        question,
        translate(
            "documents",
            "Haema forgets every word of it, in the sources of answers too. The files themselves stay where they are.",
        ),
        yes=translate("documents", "Remove"),
        no=translate("documents", "Keep"),
        parent=parent,
    )


def how_to_stop(folder: str, documents: int, parent: QWidget) -> Literal["keep", "forget"] | None:
    """How to stop following a folder: with or without its documents; None: go on following."""
    dialog = _StopFollowing(folder, documents, parent)
    dialog.exec()
    dialog.deleteLater()
    return dialog.answer


def collection_name(title: str, yes: str, name: str, others: tuple[str, ...], parent: QWidget) -> str | None:
    """What the user calls a collection; None when they thought better of it."""
    dialog = Naming(title, yes, name, others, parent)
    given = dialog.name if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return given


class Naming(QDialog):
    """Accepted with a name that is not empty."""

    def __init__(self, title: str, yes: str, name: str, others: tuple[str, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._before = name
        self.field = QLineEdit(name)
        self.field.setMaxLength(MOST_LETTERS)
        self.field.setAccessibleName(translate("documents", "Name of the collection"))
        self.field.setPlaceholderText(translate("documents", "Such as: Contracts"))
        self.field.setCompleter(QCompleter(sorted(others), self))
        self.field.textChanged.connect(self._judge)
        self.yes, no = QPushButton(yes), QPushButton(translate("documents", "Cancel"))
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
        self.field.selectAll()
        self.field.setFocus()
        self._judge()

    @property
    def name(self) -> str:
        return " ".join(self.field.text().split())

    def _judge(self) -> None:
        self.yes.setEnabled(bool(self.name) and self.name != self._before)


class _StopFollowing(QDialog):
    """Three ways out; Esc goes on following."""

    def __init__(self, folder: str, documents: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.answer: Literal["keep", "forget"] | None = None
        title = translate("documents", "Stop following this folder?")
        self.setWindowTitle(title)
        told = translate("documents", "{folder}: what changes there is not read any more.").format(folder=folder)
        if documents:
            told += " " + translate(
                "documents", "Its {count} documents can stay in the memory, or leave it. The files stay where they are."
            ).format(count=QLocale().toString(documents))
        keep = QPushButton(
            translate("documents", "Keep the documents") if documents else translate("documents", "Stop following")
        )
        forget = mark(QPushButton(translate("documents", "Remove them")), kind="danger")
        cancel = QPushButton(translate("documents", "Go on following"))
        keep.setDefault(True)
        keep.clicked.connect(lambda: self._end("keep"))
        forget.clicked.connect(lambda: self._end("forget"))
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD - 4, PAD, PAD - 4)
        layout.setSpacing(8)
        for label in (mark(QLabel(title), tone="title"), mark(QLabel(told), tone="muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(8)
        for button in (keep, forget, cancel):
            button.setAutoDefault(False)
            layout.addWidget(button)
        forget.setVisible(documents > 0)
        keep.setDefault(True)
        self.setFixedWidth(WIDTH)
        keep.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        fit(self)
        super().showEvent(event)

    def _end(self, answer: Literal["keep", "forget"]) -> None:
        self.answer = answer
        self.accept()
