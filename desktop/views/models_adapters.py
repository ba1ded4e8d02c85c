"""LoRA adapters on a model: pick files, stack them, and slide how strongly each is applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.model_library import Item
from desktop.models.local_models import title_of
from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark
from engine.messages import Adapter

STEPS = 20  # of the slider, from 0 to 1; as many again beyond, for who wants more than the adapter was trained to give
MOST = 2.0


class Adapters(QWidget):
    """`changed` carries the adapters with their scales, in the order in which they were added."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chosen: tuple[Adapter, ...] = ()
        self._offered: tuple[Item, ...] = ()
        self._rows: list[_AdapterRow] = []
        self._title = QLabel()
        self._add = mark(QPushButton(), kind="link")
        self._add.clicked.connect(self._choose)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(head)
        self.retranslate()

    def offer(self, adapters: Sequence[Item]) -> None:
        """The adapters known on this computer."""
        self._offered = tuple(adapters)

    def show_chosen(self, adapters: Sequence[Adapter]) -> None:
        """Show these without telling them as the user's choice."""
        if [one.path for one in adapters] != [one.path for one in self._chosen]:
            for row in self._rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = [self._row(number, adapter) for number, adapter in enumerate(adapters)]
        else:
            for row, adapter in zip(self._rows, adapters, strict=True):
                row.show_scale(adapter.scale)
        self._chosen = tuple(adapters)

    def add(self, path: str) -> None:
        """Put one more on top, fully applied; one that is there already stays as it is."""
        if path not in [one.path for one in self._chosen]:
            self._tell((*self._chosen, Adapter(path)))

    def _row(self, number: int, adapter: Adapter) -> _AdapterRow:
        name = next((title_of(item) for item in self._offered if str(item.path) == adapter.path), None)
        row = _AdapterRow(self._theme, name or Path(adapter.path).stem, adapter)
        row.scaled.connect(lambda scale: self._scale(number, scale))
        row.removed.connect(lambda: self._remove(number))
        self._column.addWidget(row)
        return row

    def _scale(self, number: int, scale: float) -> None:
        chosen = list(self._chosen)
        chosen[number] = replace(chosen[number], scale=scale)
        self._tell(tuple(chosen))

    def _remove(self, number: int) -> None:
        self._tell(tuple(one for place, one in enumerate(self._chosen) if place != number))

    def _tell(self, chosen: tuple[Adapter, ...]) -> None:
        self.show_chosen(chosen)
        self.changed.emit(chosen)

    def _choose(self) -> None:
        """From the adapters known here, or from the disk where none is known."""
        taken = {one.path for one in self._chosen}
        free = [item for item in self._offered if str(item.path) not in taken]
        if not free:
            self._choose_file()
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for item in free:
            path = str(item.path)
            menu.addAction(title_of(item)).triggered.connect(lambda _=False, path=path: self.add(path))
        menu.addSeparator()
        menu.addAction(self.tr("Choose a file…")).triggered.connect(self._choose_file)
        menu.popup(self._add.mapToGlobal(self._add.rect().bottomLeft()))

    def _choose_file(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Choose LoRA adapters"), "", self.tr("GGUF adapters (*.gguf)")
        )
        for file in files:
            self.add(file)

    def retranslate(self) -> None:
        self._title.setText(self.tr("LoRA adapters"))
        self._title.setToolTip(self.tr("Small files that change how a model answers; several work together."))
        self._add.setText(self.tr("Add…"))
        self._add.setAccessibleName(self.tr("Add a LoRA adapter"))
        for row in self._rows:
            row.retranslate()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class _AdapterRow(QWidget):
    """Name, slider, the scale in numbers, and a cross."""

    scaled = Signal(float)
    removed = Signal()

    def __init__(self, theme: Theme, name: str, adapter: Adapter) -> None:
        super().__init__()
        self._theme, self._name = theme, name
        label = QLabel(name)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setToolTip(adapter.path)
        label.setText(label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, round(130 * theme.scale)))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, round(STEPS * MOST))
        self._slider.setFixedWidth(round(96 * theme.scale))
        self._number = mark(QLabel(), tone="caption")
        self._number.setFixedWidth(round(30 * theme.scale))
        self._number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._cross = QToolButton()
        self._cross.setIconSize(QSize(14, 14))
        self._cross.setIcon(icon("close", theme.tokens.muted, 14))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(label, 1)
        layout.addWidget(self._slider)
        layout.addWidget(self._number)
        layout.addWidget(self._cross)
        self.show_scale(adapter.scale)
        self.retranslate()
        self._slider.valueChanged.connect(self._slide)
        self._cross.clicked.connect(self.removed)

    def show_scale(self, scale: float) -> None:
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(round(scale * STEPS))
        self._slider.blockSignals(blocked)
        self._number.setText(QLocale().toString(scale, "f", 2))

    def retranslate(self) -> None:
        self._slider.setAccessibleName(self.tr("How strongly {name} is applied").format(name=self._name))
        self._cross.setToolTip(self.tr("Take off"))
        self._cross.setAccessibleName(self.tr("Take {name} off").format(name=self._name))

    def _slide(self, value: int) -> None:
        self._number.setText(QLocale().toString(value / STEPS, "f", 2))
        self.scaled.emit(value / STEPS)
