"""The bin: what was forgotten and can still be brought back, until when, and the way to empty it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.models.memories import day
from desktop.models.model_rows import Row, RowsModel
from desktop.theme import Theme
from desktop.views.models_list import ModelsList
from desktop.views.stylesheet import mark
from knowledge.bin import Binned

DAY_SECONDS = 86_400.0


class MemoryBin(QWidget):
    """`back_wanted` and `empty_wanted` carry the entries' numbers."""

    back_wanted = Signal(object)
    empty_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Binned, ...] = ()
        self.model = RowsModel(self)
        self.list = ModelsList(self.model, theme)
        self.list.opened.connect(lambda key: self.back_wanted.emit((int(key),)))
        self.list.chosen.connect(lambda _: self._follow())
        self._told = mark(QLabel(), tone="muted")
        self._told.setWordWrap(True)
        self.back, self.empty = mark(QPushButton(), kind="primary"), mark(QPushButton(), kind="danger")
        self.back.clicked.connect(lambda: self.back_wanted.emit(self._chosen()))
        self.empty.clicked.connect(lambda: self.empty_wanted.emit(self.entries))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._told)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        self.retranslate()

    @property
    def entries(self) -> tuple[int, ...]:
        """The numbers of all of them."""
        return tuple(one.id for one in self._entries)

    def show_entries(self, entries: Sequence[Binned]) -> None:
        """These, the latest first."""
        self._entries = tuple(entries)
        self.model.set_rows([Row(str(one.id), one.title, self._when(one), self._left(one)) for one in entries])
        self._follow()

    def _chosen(self) -> tuple[int, ...]:
        return (int(self.list.key),) if self.list.key is not None else ()

    def _follow(self) -> None:
        self.back.setEnabled(self.list.key is not None)
        for widget in (self.back, self.empty):
            widget.setVisible(bool(self._entries))

    def _when(self, one: Binned) -> str:
        return self.tr("Forgotten on {day}").format(day=day(one.deleted))

    def _left(self, one: Binned) -> str:
        days = max(0, -int(-(one.until - time.time()) // DAY_SECONDS))
        words = self.tr("1 day left") if days == 1 else self.tr("{count} days left")
        return words.format(count=QLocale().toString(days))

    def retranslate(self) -> None:
        self._told.setText(self.tr("What you forget can be brought back for 30 days. Then it is gone from the disk."))
        self.back.setText(self.tr("Bring back"))
        self.empty.setText(self.tr("Empty the bin…"))
        self.list.setAccessibleName(self.tr("Bin"))
        self.list.say_empty(self.tr("The bin is empty."))
        self.show_entries(self._entries)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
