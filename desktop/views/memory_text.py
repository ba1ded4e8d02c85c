"""The whole text of a memory: read, searched for words, and, where it is a fact, put into other words."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QTextEdit, QWidget

from desktop.theme import Size, Theme
from desktop.views.stylesheet import mark

MOST_MARKS = 60
LEAST_LINES, MOST_LETTERS = 2, 20_000  # the height of a longer text is not reckoned: it fills the pane


class MemoryText(QPlainTextEdit):
    """As high as its text where there is room, else it scrolls. Only what is in sight is laid out."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._marked: tuple[str, ...] = ()
        mark(self, kind="reading")
        self.setFont(theme.font(Size.BODY))
        self.setReadOnly(True)
        self.document().setDocumentMargin(0)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        theme.changed.connect(self._mark)
        self.textChanged.connect(self.updateGeometry)

    def show_text(self, text: str, words: Iterable[str] = ()) -> None:
        """Show all of it, these words marked."""
        if text != self.toPlainText():
            self.setPlainText(text)
        self._marked = tuple(words)
        self._mark()
        self.updateGeometry()

    def set_editing(self, *, on: bool) -> None:
        """Let the user write in it, or read it."""
        self.setReadOnly(not on)
        mark(self, kind="writing" if on else "reading")
        if on:
            self.setTextInteractionFlags(Qt.TextInteractionFlag.TextEditorInteraction)
            self.setExtraSelections([])
            self.setFocus()
            self.moveCursor(QTextCursor.MoveOperation.End)
        else:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )

    def sizeHint(self) -> QSize:
        metrics, text = self.fontMetrics(), self.toPlainText()
        width = max(80, self.viewport().width() - 2 * round(self.document().documentMargin()))
        if len(text) > MOST_LETTERS:
            return QSize(super().sizeHint().width(), 100_000)
        lines = sum(
            max(1, -(-metrics.horizontalAdvance(line) * 21 // (20 * width))) for line in text.split("\n")
        )  # a twentieth more, for lines end between words
        height = max(LEAST_LINES, lines + (1 if lines > 1 else 0)) * metrics.lineSpacing() + 12
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, min(self.sizeHint().height(), 4 * self.fontMetrics().lineSpacing() + 12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def _mark(self) -> None:
        """Lay the recalled words on the colour of a marker."""
        marks: list[QTextEdit.ExtraSelection] = []
        for word in self._marked:
            cursor = QTextCursor(self.document())
            while len(marks) < MOST_MARKS:
                cursor = self.document().find(word, cursor, QTextDocument.FindFlag.FindCaseSensitively)
                if cursor.isNull():
                    break
                one = QTextEdit.ExtraSelection()
                one.cursor = cursor
                one.format.setBackground(QColor(self._theme.tokens.mark))
                marks.append(one)
        self.setExtraSelections(marks)
