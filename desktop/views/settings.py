"""The settings window: what the declared table asks for, and other computers that may answer. Nothing to confirm."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.background import Background
from desktop.home import Home
from desktop.language import Language
from desktop.settings import CONTEXT, DECLARED, Setting
from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.settings_embedder import EmbedderSection
from desktop.views.settings_port import PortSection
from desktop.views.settings_servers import ServersSection
from desktop.views.stylesheet import mark
from desktop.views.switch import Switch

WIDTH, HEIGHT, PAD, FIELD_WIDTH = 560, 640, 24, 180
translate = QCoreApplication.translate


class SettingsWindow(QDialog):
    """`elsewhere_changed` when another computer was set to answer, or taken away."""

    elsewhere_changed = Signal()

    def __init__(
        self, home: Home, theme: Theme, language: Language, background: Background, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._home, self._theme, self._language = home, theme, language
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields: dict[str, Choice | Switch | QDoubleSpinBox] = {}
        self._labels: dict[str, tuple[QLabel, QLabel]] = {}
        self._title = mark(QLabel(), tone="name")
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(0, 1)
        for name, setting in DECLARED.items():
            if setting.label:
                self._add(grid, name, setting)
        self.servers = ServersSection(home, theme, background)
        self.servers.changed.connect(self.elsewhere_changed)
        self.embedder = EmbedderSection(home, background)
        self.port = PortSection(home, background)

        inside = QWidget()
        inside.setObjectName("popupInside")
        column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, PAD - 4, PAD, PAD)
        column.setSpacing(16)
        column.addWidget(self._title)
        column.addLayout(grid)
        for section in (self.embedder, self.port, self.servers):
            rule = QFrame()
            rule.setObjectName("rule")
            column.addWidget(rule)
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setObjectName("plain")
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.resize(round(WIDTH * theme.scale), round(HEIGHT * theme.scale))
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(False)  # Enter in a field takes the field, and presses nothing
        self.retranslate()

    def _add(self, grid: QGridLayout, name: str, setting: Setting) -> None:
        """A row: what it is and what it means on the left, the field on the right."""
        row = 2 * len(self.fields)
        label, help = QLabel(), mark(QLabel(), tone="caption")
        help.setWordWrap(True)
        field = self.fields[name] = self._field(name, setting)
        label.setBuddy(field)
        self._labels[name] = (label, help)
        if row:
            grid.setRowMinimumHeight(row, 36)
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignBottom)
        grid.addWidget(help, row + 1, 0)
        grid.addWidget(field, row, 1, 2, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _field(self, name: str, setting: Setting) -> Choice | Switch | QDoubleSpinBox:
        now = getattr(self._home.settings, name)
        match setting.kind:
            case "choice":
                choice = Choice(self._theme)
                choice.setFixedWidth(round(FIELD_WIDTH * self._theme.scale))
                choice.offer(_words(setting))
                choice.choose(now)
                choice.changed.connect(lambda: self._set(name, choice.value))
                return choice
            case "switch":
                switch = Switch(self._theme)
                switch.setChecked(bool(now))
                switch.toggled.connect(lambda on: self._set(name, on))
                return switch
            case "number":
                number = QDoubleSpinBox()
                number.setRange(setting.least, setting.most)
                number.setSingleStep(setting.step)
                number.setDecimals(1)
                number.setSuffix(f" {setting.unit}" if setting.unit else "")
                number.setAlignment(Qt.AlignmentFlag.AlignRight)
                number.lineEdit().setTextMargins(0, 0, 5, 0)
                number.setKeyboardTracking(False)
                number.setFixedWidth(round(FIELD_WIDTH * self._theme.scale / 2))
                number.setValue(float(now))
                number.valueChanged.connect(lambda value: self._set(name, value))
                return number

    def _set(self, name: str, value: Any) -> None:
        setattr(self._home.settings, name, value)
        match name:
            case "language":
                self._language.choose(value)
            case "theme":
                self._theme.choose(value)

    def retranslate(self) -> None:
        self.setWindowTitle(self.tr("Settings"))
        self._title.setText(self.tr("Settings"))
        for name, (label, help) in self._labels.items():
            setting, field = DECLARED[name], self.fields[name]
            label.setText(translate(CONTEXT, setting.label))
            help.setText(translate(CONTEXT, setting.help))
            field.setAccessibleDescription(help.text())
            if isinstance(field, Choice):
                field.offer(_words(setting), name=label.text())
            else:
                field.setAccessibleName(label.text())
            if isinstance(field, QDoubleSpinBox):
                field.setLocale(QLocale())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _words(setting: Setting) -> list[tuple[Any, str]]:
    return [(value, translate(CONTEXT, words)) for value, words in setting.choices]
