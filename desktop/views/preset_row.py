"""Which preset a conversation is answered with, and what can be done with presets: save, rename, delete, make usual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop.sampling_options import CONTEXT, PRESET_LABELS, PRESETS
from desktop.settings import Settings
from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

LONGEST_NAME = 40
translate = QCoreApplication.translate


class PresetRow(QWidget):
    """`chosen(key)` when another preset is picked. `values` are what would be saved under a new name."""

    chosen = Signal(str)

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings, self._theme = settings, theme
        self.values: Mapping[str, Any] = {}
        self._renamed: str | None = None
        self._changed = False
        self.choice = Choice(theme)
        self.choice.changed.connect(lambda: self.chosen.emit(self.choice.value))
        self.more = QToolButton()
        self.more.setIconSize(QSize(18, 18))
        self.more.clicked.connect(self._open_menu)
        self.name = mark(_Name(), kind="field")
        self.name.returnPressed.connect(self._take_name)
        self.name.given_up.connect(lambda: self._ask_name(asking=False))
        self.name.setMaxLength(LONGEST_NAME)
        self.save = mark(QPushButton(), kind="link")
        self.save.clicked.connect(self._take_name)
        self.fault = mark(QLabel(), tone="danger")
        self.fault.setWordWrap(True)
        row = QHBoxLayout()
        row.setSpacing(6)
        for part, stretch in ((self.choice, 1), (self.more, 0), (self.name, 1), (self.save, 0)):
            row.addWidget(part, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.fault)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()
        self._ask_name(asking=False)
        self.retranslate()

    def show_preset(self, key: str, *, changed: bool) -> None:
        """`changed`: the conversation has values of its own over the preset's."""
        self._changed = changed
        self._offer(key)
        self.choice.choose(key)

    def label(self, key: str) -> str:
        return translate(CONTEXT, PRESET_LABELS[key]) if key in PRESET_LABELS else key

    def retranslate(self) -> None:
        self.more.setToolTip(self.tr("Save, rename or delete presets"))
        self.more.setAccessibleName(self.more.toolTip())
        self.name.setPlaceholderText(self.tr("Name of the preset"))
        self.name.setAccessibleName(self.tr("Name of the preset"))
        self.save.setText(self.tr("Save"))
        self._offer(self.choice.value)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _offer(self, current: str | None) -> None:
        keys = [*PRESETS, *(key for key in self._settings.presets if key not in PRESETS)]
        altered = self.tr("{preset}, changed")
        words = [
            (key, altered.format(preset=self.label(key)) if self._changed and key == current else self.label(key))
            for key in keys
        ]
        self.choice.offer(words, name=self.tr("Preset"))

    # ------------------------------------------------------------ what can be done with presets

    def _open_menu(self) -> None:
        key = self.choice.value
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Save as a new preset…")).triggered.connect(lambda: self._ask_name(asking=True))
        if key in self._settings.presets:
            overwrite = menu.addAction(self.tr("Save the changes to “{preset}”").format(preset=key))
            overwrite.setEnabled(self._changed)
            overwrite.triggered.connect(lambda: self._keep(key))
            menu.addAction(self.tr("Rename…")).triggered.connect(lambda: self._ask_name(asking=True, renamed=key))
            menu.addAction(self.tr("Delete “{preset}”").format(preset=key)).triggered.connect(lambda: self._delete(key))
        menu.addSeparator()
        usual = menu.addAction(self.tr("Use for new conversations"))
        usual.setCheckable(True)
        usual.setChecked(self._settings.preset == key)
        usual.triggered.connect(lambda on: setattr(self._settings, "preset", key if on else ""))
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))

    def _ask_name(self, *, asking: bool, renamed: str | None = None) -> None:
        self._renamed = renamed
        self.choice.setVisible(not asking)
        self.more.setVisible(not asking)
        self.name.setVisible(asking)
        self.save.setVisible(asking)
        self.fault.hide()
        if asking:
            self.name.setText(renamed or "")
            self.name.selectAll()
            self.name.setFocus()

    def _take_name(self) -> None:
        name = self.name.text().strip()
        taken = {key.casefold() for key in (*PRESETS, *self._settings.presets)}
        taken |= {self.label(key).casefold() for key in PRESETS}
        if not name or (name.casefold() in taken and name != self._renamed):
            self.fault.setText(
                self.tr("There is a preset of this name already; choose another.")
                if name
                else self.tr("Give the preset a name.")
            )
            self.fault.show()
            return
        if self._renamed is None:
            self._keep(name)
        else:
            self._rename(self._renamed, name)
        self._ask_name(asking=False)

    def _keep(self, name: str) -> None:
        self._settings.presets = {**self._settings.presets, name: dict(self.values)}
        self._show(name)

    def _rename(self, old: str, new: str) -> None:
        presets = self._settings.presets
        self._settings.presets = {new if key == old else key: values for key, values in presets.items()}
        if self._settings.preset == old:
            self._settings.preset = new
        self._show(new)

    def _delete(self, key: str) -> None:
        self._settings.presets = {name: values for name, values in self._settings.presets.items() if name != key}
        if self._settings.preset == key:
            self._settings.preset = ""
        self._show("balanced")

    def _show(self, key: str) -> None:
        self._changed = False
        self._offer(key)
        self.choice.choose(key)
        self.chosen.emit(key)

    def _paint_icon(self) -> None:
        self.more.setIcon(icon("dots", self._theme.tokens.muted))


class _Name(QLineEdit):
    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)
