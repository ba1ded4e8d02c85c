"""What a project is to be called, and what is to become of its conversations and documents when it is removed."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QCoreApplication, QLocale, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.views.documents_questions import Naming
from desktop.views.question import PAD, WIDTH, fit
from desktop.views.stylesheet import mark
from knowledge.projects import Project

translate = QCoreApplication.translate  # under this name the extractor of texts knows it

How = Literal["keep", "forget"]


def project_name(title: str, yes: str, name: str, parent: QWidget) -> str | None:
    """What the user calls a project; None when they thought better of it."""
    dialog = Naming(title, yes, name, (), parent)
    dialog.field.setAccessibleName(translate("projects", "Name of the project"))
    dialog.field.setPlaceholderText(translate("projects", "Such as: Moving house"))
    given = dialog.name if dialog.exec() == QDialog.DialogCode.Accepted else None
    dialog.deleteLater()
    return given


def how_to_remove(project: Project, parent: QWidget) -> How | None:
    """With or without what belongs to it; None: not at all."""
    dialog = RemovingProject(project, parent)
    dialog.exec()
    dialog.deleteLater()
    return dialog.answer


class RemovingProject(QDialog):
    """Three ways out; Esc keeps the project."""

    def __init__(self, project: Project, parent: QWidget) -> None:
        super().__init__(parent)
        self.answer: How | None = None
        title = translate("projects", "Remove the project “{name}”?").format(name=project.name)
        self.setWindowTitle(title)
        held = project.conversations + project.documents
        told = translate("projects", "Nothing belongs to it.")
        if held:
            locale = QLocale()
            told = translate(
                "projects",
                "Conversations in it: {conversations}. Documents in it: {documents}. "
                "They can stay, and are then recalled everywhere; or Haema forgets them. The files themselves stay.",
            ).format(conversations=locale.toString(project.conversations), documents=locale.toString(project.documents))
        self.keep = QPushButton(
            translate("projects", "Remove the project, keep what is in it")
            if held
            else translate("projects", "Remove the project")
        )
        self.forget = mark(QPushButton(translate("projects", "Forget all of it")), kind="danger")
        cancel = QPushButton(translate("projects", "Keep the project"))
        self.keep.clicked.connect(lambda: self._end("keep"))
        self.forget.clicked.connect(lambda: self._end("forget"))
        cancel.clicked.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD - 4, PAD, PAD - 4)
        layout.setSpacing(8)
        for label in (mark(QLabel(title), tone="title"), mark(QLabel(told), tone="muted")):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(8)
        for button in (self.keep, self.forget, cancel):
            button.setAutoDefault(False)
            layout.addWidget(button)
        self.forget.setVisible(held > 0)
        cancel.setDefault(True)
        self.setFixedWidth(WIDTH)
        cancel.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        fit(self)
        super().showEvent(event)

    def _end(self, answer: How) -> None:
        self.answer = answer
        self.accept()
