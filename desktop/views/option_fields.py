"""The fields of a panel that is built from `OPTIONS`: a number, words, or a checked text, each telling its changes."""

from __future__ import annotations

import json
from typing import Any, Protocol

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.sampling_options import CONTEXT, Option
from desktop.theme import Theme
from desktop.views.stylesheet import mark
from desktop.views.switch import Switch

FIELD_WIDTH, WORDS_WIDTH, SCHEMA_LINES = 116, 200, 6
ANY_OBJECT = '{"type": "object"}'
translate = QCoreApplication.translate


class Field(Protocol):
    """What the panel asks of a field: `value` as `Sampling` has it; `show_value` is no change of the user's."""

    @property
    def value(self) -> Any: ...

    def show_value(self, value: Any) -> None: ...


class NumberField(QDoubleSpinBox):
    """A number of the option's range; at the value that does nothing it says "off", and without a seed "random"."""

    edited = Signal()

    def __init__(self, option: Option, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._option = option
        self._none = option.default is None
        fractions = option.kind == "number"
        self.setDecimals(2 if fractions else 0)
        self.setRange(option.least - (1 if self._none else 0), option.most)
        self.setSingleStep(option.step)
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(not fractions and not self._none)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedWidth(FIELD_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.lineEdit().setTextMargins(0, 0, 5, 0)
        self.retranslate()
        self.valueChanged.connect(lambda _: self.edited.emit())

    @property
    def number(self) -> Any:
        value = super().value()
        if self._none and value < self._option.least:
            return None
        return round(value, 4) if self._option.kind == "number" else round(value)

    def show_value(self, value: Any) -> None:
        blocked = self.blockSignals(True)
        self.setValue(self.minimum() if value is None else value)
        self.blockSignals(blocked)

    def retranslate(self) -> None:
        self.setAccessibleName(translate(CONTEXT, self._option.label))
        self.setToolTip(translate(CONTEXT, self._option.help))
        self.setSpecialValueText(self.tr("random") if self._none else "")
        self.setValue(super().value())

    def textFromValue(self, value: float) -> str:
        if self._option.off is not None and abs(value - self._option.off) < 1e-9:
            return self.tr("off")
        if self._option.kind == "number":
            return QLocale().toString(value, "f", 2).rstrip("0").rstrip(QLocale().decimalPoint()) or "0"
        return super().textFromValue(value)

    def valueFromText(self, text: str) -> float:
        if text.strip() == self.tr("off") and self._option.off is not None:
            return self._option.off
        if not text.strip() or text.strip() == self.tr("random"):
            return self.minimum() if self._none else (self._option.default or 0)
        return super().valueFromText(text)

    def validate(self, text: str, place: int) -> object:  # type: ignore[override]  # the stubs want a State alone
        if not text.strip() or text.strip() in {self.tr("off"), self.tr("random")}:
            return QValidator.State.Acceptable, text, place
        return super().validate(text, place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the panel scrolls; a number must not change under a passing pointer


class WordsField(QLineEdit):
    """Words separated by commas; `\\n` stands for a line's end."""

    edited = Signal()

    def __init__(self, option: Option, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._option = option
        mark(self, kind="field").setFixedWidth(WORDS_WIDTH)
        self.editingFinished.connect(self.edited)
        self.retranslate()

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(word.strip().replace("\\n", "\n") for word in self.text().split(",") if word.strip())

    def show_value(self, value: Any) -> None:
        self.setText(", ".join(word.replace("\n", "\\n") for word in value))

    def retranslate(self) -> None:
        self.setAccessibleName(translate(CONTEXT, self._option.label))
        self.setToolTip(translate(CONTEXT, self._option.help))
        self.setPlaceholderText(self.tr("none"))


class SchemaField(QWidget):
    """A switch, and a box for a JSON schema that says at once what is wrong with it; a wrong one changes nothing."""

    edited = Signal()

    def __init__(self, option: Option, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._option = option
        self._good: str | None = None
        self.switch = Switch(theme)
        self.box = QPlainTextEdit()
        self.box.setTabChangesFocus(True)
        self.box.setFixedHeight(self.box.fontMetrics().lineSpacing() * SCHEMA_LINES)
        self.verdict = mark(QLabel(), tone="caption")
        self.verdict.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for part in (self.switch, self.box, self.verdict):
            layout.addWidget(part)
        self.switch.toggled.connect(self._judge)
        self.box.textChanged.connect(self._judge)
        self.retranslate()
        self._show_parts()

    @property
    def schema(self) -> str | None:
        """The last schema without a fault; None where none is wanted."""
        return self._good

    def show_value(self, value: Any) -> None:
        blocked = [part.blockSignals(True) for part in (self.switch, self.box)]
        self._good = value
        self.switch.setChecked(value is not None)
        if value is not None and value != (self.box.toPlainText().strip() or ANY_OBJECT):
            self.box.setPlainText("" if value == ANY_OBJECT else value)  # else the caret stays where it is
        for part, was in zip((self.switch, self.box), blocked, strict=True):
            part.blockSignals(was)
        self._show_parts()

    def forget(self) -> None:
        """The panel closes: what was written and switched off again is not for the next conversation."""
        if not self.switch.isChecked():
            blocked = self.box.blockSignals(True)
            self.box.clear()
            self.box.blockSignals(blocked)

    def retranslate(self) -> None:
        self.switch.setText(translate(CONTEXT, self._option.label))
        self.box.setAccessibleName(translate(CONTEXT, self._option.help))
        self.box.setToolTip(translate(CONTEXT, self._option.help))
        self.box.setPlaceholderText(self.tr('A JSON schema, such as {"type": "object", "properties": {…}}'))
        self._show_parts()

    def _judge(self) -> None:
        wanted = (self.box.toPlainText().strip() or ANY_OBJECT) if self.switch.isChecked() else None
        self._show_parts()
        if wanted != self._good and (wanted is None or not self._fault(wanted)):
            self._good = wanted
            self.edited.emit()

    def _show_parts(self) -> None:
        on, written = self.switch.isChecked(), self.box.toPlainText().strip()
        fault = self._fault(written) if written else ""
        self.box.setVisible(on)
        self.verdict.setVisible(on)
        mark(self.verdict, tone="danger" if fault else "caption")
        if fault:
            self.verdict.setText(fault)
        elif written:
            self.verdict.setText(self.tr("The schema is well formed."))
        else:
            self.verdict.setText(self.tr("Without a schema any JSON object may be the answer."))

    def _fault(self, text: str) -> str:
        """What is wrong with a schema, in one sentence; the engine checks it again when it makes a grammar of it."""
        if len(text) > 20_000:
            return self.tr("This schema is too long; 20,000 letters are the most.")
        try:
            schema = json.loads(text)
        except json.JSONDecodeError as error:
            return self.tr("This is not JSON yet: line {line}, letter {column}.").format(
                line=error.lineno, column=error.colno
            )
        except RecursionError:
            return self.tr("This schema is nested too deeply.")
        if not isinstance(schema, dict):
            return self.tr("A schema is a JSON object: it begins with { and ends with }.")
        return ""
