"""A question before something is lost: what goes, what that means, and two buttons; the harmless one is the default."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.views.stylesheet import mark

WIDTH, PAD = 400, 24


class Question(QDialog):
    """Accepted when the user says yes; Enter and Esc keep things as they are."""

    def __init__(self, title: str, question: str, consequence: str, *, yes: str, no: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.question = mark(QLabel(question), tone="title")
        told = mark(QLabel(consequence), tone="muted")
        self.yes, self.no = mark(QPushButton(yes), kind="danger"), QPushButton(no)
        self.yes.setAutoDefault(False)
        self.no.setDefault(True)
        self.yes.clicked.connect(self.accept)
        self.no.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD - 4, PAD, PAD - 4)
        layout.setSpacing(8)
        for label in (self.question, told):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.addSpacing(8)
        layout.addLayout(buttons)
        self.setAccessibleDescription(consequence)
        self.setFixedWidth(WIDTH)
        self.no.setFocus()

    def showEvent(self, event: QShowEvent) -> None:
        fit(self)
        super().showEvent(event)


def fit(dialog: QDialog) -> None:
    """As high as its sentences need in its width, whose fonts are known only now."""
    layout = dialog.layout()
    if layout is not None:
        layout.invalidate()
        dialog.setFixedHeight(layout.totalHeightForWidth(dialog.width()))


def asked(title: str, question: str, consequence: str, *, yes: str, no: str, parent: QWidget) -> bool:
    """Whether the user says yes."""
    dialog = Question(title, question, consequence, yes=yes, no=no, parent=parent)
    answer = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return answer
