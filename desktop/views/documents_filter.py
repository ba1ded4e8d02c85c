"""What is shown of the documents: words, their state, their collection, and the order."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.clearable_field import ClearableField
from knowledge.holdings import Shares, Wanted

TYPING_MS = 150  # after the last letter
NARROW = 420  # pixels of the row
ALL, RENAME = None, ("rename",)


class DocumentsFilter(QWidget):
    """`changed` carries what the user wants to see (`Wanted`); `rename_wanted` the collection to rename."""

    changed = Signal(object)
    rename_wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shares = Shares(0, ())
        self._collection: str | None = None
        self._new: tuple[str, ...] = ()
        self.words = ClearableField(theme)
        self.state, self.collection, self.order = Choice(theme), Choice(theme), Choice(theme)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.words.textChanged.connect(self._typing.start)
        self.state.changed.connect(self._tell)
        self.order.changed.connect(self._tell)
        self.collection.changed.connect(self._choose_collection)
        self._above, self._below = QHBoxLayout(), QHBoxLayout()
        for row in (self._above, self._below):
            row.setSpacing(8)
        self._above.addWidget(self.collection)
        self._above.addWidget(self.state)
        self._above.addStretch(1)
        self._above.addWidget(self.order)
        self._narrow = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.words)
        layout.addLayout(self._above)
        layout.addLayout(self._below)
        self.retranslate()

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.words.text(), self.state.value, self._collection, self.order.value)

    def show_shares(self, shares: Shares, names: tuple[str, ...]) -> None:
        """The collections there are; one that was just named and is still empty is offered too."""
        self._shares = shares
        self._new = tuple(dict.fromkeys((*names, *self._new)))
        self._offer_collections()

    def show_collection(self, name: str | None) -> None:
        """Look at this collection; one that is still empty too."""
        if name and name not in self._shares.names:
            self._new = (*self._new, name)
        self._collection = name
        self._offer_collections()
        self._tell()

    def forget_name(self, name: str) -> None:
        """There is no collection of this name any more."""
        self._new = tuple(one for one in self._new if one != name)

    def show_all(self) -> None:
        """Narrow nothing."""
        self.words.clear()
        self._typing.stop()
        self.state.choose(None)
        self.show_collection(None)

    def _choose_collection(self) -> None:
        if self.collection.value == RENAME:
            self.collection.choose(self._collection)
            self.rename_wanted.emit(self._collection)
            return
        self._collection = self.collection.value
        self._offer_collections()
        self._tell()

    def _tell(self) -> None:
        self._typing.stop()
        self.changed.emit(self.wanted)

    def _offer_collections(self) -> None:
        counts = dict(self._shares.collections)
        locale = QLocale()
        total = self.tr("All collections ({count})").format(count=locale.toString(self._shares.total))
        options: list[tuple[object, str]] = [(ALL, total)]
        names = sorted({*self._shares.names, *self._new, *filter(None, (self._collection,))})
        options += [(name, f"{name} ({locale.toString(counts.get(name, 0))})") for name in names]
        if len(options) > 1:
            words = self.tr("Without a collection ({count})").format(count=locale.toString(counts.get("", 0)))
            options.append(("", words))
        if self._collection:
            options.append((RENAME, self.tr("Rename “{name}”…").format(name=self._collection)))
        self.collection.offer(options, name=self.tr("Collection"))
        self.collection.choose(self._collection)
        self.collection.setVisible(len(options) > 1)

    def retranslate(self) -> None:
        self.words.setPlaceholderText(self.tr("Search by name or title"))
        self.words.setAccessibleName(self.tr("Search by name or title"))
        self.state.offer(
            [
                (None, self.tr("In any state")),
                ("indexed", self.tr("In the memory")),
                ("partly", self.tr("With pages missing")),
                ("waiting", self.tr("Waiting or being read")),
                ("refused", self.tr("Left out")),
            ],
            name=self.tr("State"),
        )
        self.order.offer(
            [
                ("added", self.tr("Newest first")),
                ("name", self.tr("By name")),
                ("size", self.tr("Largest first")),
            ],
            name=self.tr("Order"),
        )
        self._offer_collections()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is no room for all in one row, the collection has one of its own."""
        super().resizeEvent(event)
        narrow = self.width() < NARROW * self._theme.scale
        if narrow != self._narrow:
            self._narrow = narrow
            for choice in (self.state, self.order):
                (self._above if narrow else self._below).removeWidget(choice)
            if narrow:
                self._below.addWidget(self.state)
                self._below.addStretch(1)
                self._below.addWidget(self.order)
            else:
                self._below.takeAt(0)
                self._above.insertWidget(1, self.state)
                self._above.addWidget(self.order)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
