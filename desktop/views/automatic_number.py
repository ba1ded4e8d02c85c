"""A number that Haema chooses by itself, shown as "Automatic (4,096)", until the user types or steps to another."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QSpinBox, QWidget

INSET = 7


class AutomaticNumber(QSpinBox):
    """From `low` to `high`; `number` is None while it is left to Haema. An emptied field is left to Haema too."""

    def __init__(self, low: int, high: int, step: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = low
        self._chosen: int | None = None
        self.setRange(low - 1, max(low, high))  # the value below the lowest stands for "automatic"
        self.setSingleStep(step)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().setTextMargins(INSET, 0, INSET, 0)  # which a style sheet cannot give it
        self.show_chosen(None)

    @property
    def number(self) -> int | None:
        return None if self.value() < self._low else self.value()

    def set_number(self, number: int | None) -> None:
        """Show `number` without telling it as the user's."""
        if number == self.number:
            return  # setting it again would undo what is being typed
        blocked = self.blockSignals(True)
        self.setValue(self._low - 1 if number is None else number)
        self.blockSignals(blocked)

    def set_most(self, high: int) -> None:
        """The largest number that makes sense for this model."""
        blocked = self.blockSignals(True)
        self.setMaximum(max(self._low, high))
        self.blockSignals(blocked)

    def show_chosen(self, chosen: int | None) -> None:
        """What Haema chose by itself; None while that is not known."""
        self._chosen = chosen
        words = self.tr("Automatic")
        text = words if chosen is None else f"{words} ({QLocale().toString(chosen)})"
        if text != self.specialValueText():
            self.setSpecialValueText(text)

    def stepBy(self, steps: int) -> None:
        """From "automatic" the steps begin at what was chosen; larger steps land on their multiples."""
        if self.number is None and self._chosen is not None:
            self.setValue(min(max(self._low, self._chosen + steps * self.singleStep()), self.maximum()))
        elif self.number is not None and steps < 0 and self.value() + steps * self.singleStep() < self._low:
            self.setValue(self._low)
        else:
            super().stepBy(steps)

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        if not text.strip():
            return QValidator.State.Acceptable, text, place
        return super().validate(text, place)

    def valueFromText(self, text: str) -> int:
        return self._low - 1 if not text.strip() else super().valueFromText(text)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the pane scrolls; a number must not change under a passing pointer
