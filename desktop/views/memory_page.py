"""What is remembered: a list that can be searched and narrowed, a time line, a map, and beside them what is chosen."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QLocale, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.language import say
from desktop.memory_shelf import MemoryShelf, Whole
from desktop.models.memories import MemoriesModel
from desktop.theme import Size, Theme
from desktop.views.memory_bin import MemoryBin
from desktop.views.memory_detail import Act, MemoryDetail
from desktop.views.memory_filter import MemoryFilter
from desktop.views.memory_list import MemoryList
from desktop.views.memory_map import MemoryMapView
from desktop.views.memory_timeline import MemoryTimeline
from desktop.views.notice import Notice
from desktop.views.room_header import MARGIN, RoomHeader, detail_width
from desktop.views.stylesheet import mark
from desktop.views.tab_order import order_tabs
from knowledge.memories import Remembered

Tab = Literal["list", "time", "map", "bin"]
TABS: tuple[Tab, ...] = ("list", "time", "map", "bin")
MOST_TOLD = 1000  # chosen memories that are looked at for what can be done with all of them


class MemoryPage(QWidget):
    """`closed` when the user goes back; the other signals are for its owner to do. `wanted` carries an `Act` and the
    chosen memories' keys, `written` a fact's key and its new words."""

    closed = Signal()
    wanted = Signal(object, object)
    written = Signal(int, str)
    fact_wanted = Signal()
    talk_wanted = Signal()

    def __init__(self, shelf: MemoryShelf, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._theme = shelf, theme
        self._single: int | None = None  # the key that the detail shows, or is to show when it is read
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = MemoriesModel(shelf.read, self)
        self.list = MemoryList(self.model, theme)
        self.filter, self.detail = MemoryFilter(theme), MemoryDetail(theme)
        self.timeline, self.map, self.bin = MemoryTimeline(theme), MemoryMapView(theme), MemoryBin(theme)
        self.notice = Notice(theme)
        self.asking = mark(QPushButton(), kind="link")
        self._told = mark(QLabel(), tone="caption")
        self._told.setWordWrap(True)
        self._lay_out()
        self._wire()
        theme.changed.connect(self.header.dress)
        self.header.dress()
        self.retranslate()
        self.show_tab("list")

    @property
    def tab(self) -> Tab:
        return TABS[self.header.tabs.checkedId()]

    def show_tab(self, tab: Tab) -> None:
        self.header.tabs.button(TABS.index(tab)).setChecked(True)
        self._stack.setCurrentIndex(TABS.index(tab))
        self._read_tab()
        self._show_detail()
        self.take_focus()

    def take_focus(self) -> None:
        match self.tab:
            case "list":
                self.filter.words.setFocus()
            case "time":
                self.timeline.list.setFocus()
            case "map":
                self.map.setFocus()
            case "bin":
                self.bin.list.setFocus()

    def take_words(self) -> None:
        """The keyboard goes to the words that are looked for."""
        self.show_tab("list")
        self.filter.words.selectAll()

    # ------------------------------------------------------------ set-up

    def _lay_out(self) -> None:
        self.header = RoomHeader(self._theme, len(TABS))
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.filter)
        column.addWidget(self.asking, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._told)
        column.addWidget(self.list, 1)
        self._stack = QStackedWidget()
        for page in (listed, self.timeline, self.map, self.bin):
            self._stack.addWidget(page)
        left = QVBoxLayout()
        left.setContentsMargins(MARGIN, 14, MARGIN, 16)
        left.setSpacing(10)
        left.addWidget(self.notice)
        left.addWidget(self._stack, 1)
        self._column = QWidget()
        self._column.setLayout(left)
        self._pane = QStackedWidget()
        self._pane.setObjectName("side")
        self._pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._pane.addWidget(self.detail)
        self._nothing = mark(QLabel(), tone="muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.setMargin(20)
        self._pane.addWidget(self._nothing)
        self._edge = QFrame()
        self._edge.setObjectName("edge")
        self._edge.setFixedWidth(1)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addStretch(0)
        body.addWidget(self._column, 1)
        body.addStretch(0)
        body.addWidget(self._edge)
        body.addWidget(self._pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(body, 1)
        buttons = [self.header.back, *self.header.tabs.buttons(), self.header.action]
        order_tabs([*buttons, *self.filter.chain(), self.asking, self.list])

    def _wire(self) -> None:
        shelf = self._shelf
        self.header.back.clicked.connect(self.closed)
        QShortcut(QKeySequence.StandardKey.Find, self, self.take_words, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.header.tabs.idClicked.connect(lambda number: self.show_tab(TABS[number]))
        self.header.action.clicked.connect(self.fact_wanted)
        self.filter.changed.connect(shelf.look_for)
        self.asking.clicked.connect(self.filter.show_open)
        self.list.chosen.connect(self._show_detail)
        self.model.dataChanged.connect(lambda *_: self._show_detail())
        self.list.opened.connect(lambda key: self.wanted.emit(Act.OPEN, (key,)))
        self.list.remove_wanted.connect(lambda: self.wanted.emit(Act.FORGET, self.list.selected))
        self.list.menu_wanted.connect(self._show_menu)
        self.list.add_wanted.connect(self._help_out)
        self.detail.wanted.connect(lambda act: self.wanted.emit(act, self._chosen_keys()))
        self.detail.written.connect(lambda words: self.written.emit(self._single or 0, words))
        self.timeline.chosen.connect(self._look_at)
        self.timeline.wanted.connect(lambda _: self._read_tab())
        self.map.chosen.connect(lambda _: self._show_detail())
        self.map.opened.connect(lambda key: self.wanted.emit(Act.OPEN, (key,)))
        self.map.again_wanted.connect(self._draw_map)
        self.map.stop_wanted.connect(shelf.stop_drawing)
        self.bin.back_wanted.connect(shelf.bring_back)
        shelf.changed.connect(self._renew)
        shelf.failed.connect(lambda error: self.notice.say(say(error), tone="danger"))

    # ------------------------------------------------------------ what is shown

    def chosen(self) -> tuple[Remembered, ...]:
        """What is known of the chosen memories."""
        return tuple(one for key in self.list.selected[:MOST_TOLD] if (one := self.model.known(key)) is not None)

    def _renew(self) -> None:
        shelf = self._shelf
        self.filter.show_held(shelf.held)
        self.model.set_leaving(shelf.leaving)
        if shelf.listing is not None:
            self.model.set_ids(shelf.listing.keys, shelf.listing.rows)
        self.header.tabs.button(TABS.index("bin")).setVisible(shelf.has_bin)
        if self.tab == "bin" and not shelf.has_bin:
            self.show_tab("list")
        waiting = shelf.held.open
        self.asking.setVisible(waiting > 0 and shelf.looked.group != "open")
        words = self.tr("1 fact waits for your word") if waiting == 1 else self.tr("{count} facts wait for your word")
        self.asking.setText(words.format(count=QLocale().toString(waiting)))
        self._told.setText(self.tr("The memory is still starting, so only the very words were looked for."))
        self._told.setVisible(shelf.words_only)
        empty = shelf.listing is not None and shelf.held.total == 0 and waiting == 0
        self.filter.setVisible(not empty)
        self._say_empty(nothing=empty)
        self._read_tab()
        self._show_detail()

    def _read_tab(self) -> None:
        """What another part shows is read when it is looked at."""
        match self.tab:
            case "time":
                self._shelf.stretches(self.timeline.step, self.timeline.show_stretches)
            case "bin":
                self._shelf.read_bin(self.bin.show_entries)
            case "map":
                self._draw_map()
            case "list":
                pass

    def _draw_map(self) -> None:
        if self._shelf.draw_map(self.map.show_map, self.map.show_trouble, self.map.show_progress):
            self.map.show_waiting()

    def _look_at(self, since: float, until: float, name: str) -> None:
        self.filter.show_span(since, until, name)
        self.show_tab("list")

    def _chosen_keys(self) -> tuple[int, ...]:
        if self.tab == "map":
            return (self.map.key,) if self.map.key is not None else ()
        return self.list.selected

    def _show_detail(self) -> None:
        keys = self._chosen_keys() if self.tab in {"list", "map"} else ()
        some = (self.tab == "map" and self.map.has_points) or (self.tab == "list" and self.model.rowCount() > 0)
        for part in (self._edge, self._pane):
            part.setVisible(some)
        self._pane.setCurrentIndex(0 if keys else 1)
        self._single = keys[0] if len(keys) == 1 else None
        if self._single is not None:
            self._shelf.read_whole(self._single, partial(self._show_whole, self._single))
        elif keys:
            self.detail.show_many(self.chosen() if len(keys) <= MOST_TOLD else (), len(keys))

    def _show_whole(self, key: int, whole: Whole | None) -> None:
        if key != self._single:
            return  # another is chosen by now
        if whole is None:
            self._pane.setCurrentIndex(1)
        else:
            self.detail.show_one(whole, self._shelf.found.get(key))

    def _say_empty(self, *, nothing: bool) -> None:
        if self._shelf.listing is None:
            self.list.say_empty(self.tr("Looking through the memory…"), "")
        elif nothing:
            self.list.say_empty(
                self.tr("What you say and the documents you add are remembered, and stand here."),
                self.tr("Begin a conversation"),
            )
        elif self._shelf.looked.group == "pinned" and not self.filter.words.text().strip():
            self.list.say_empty(
                self.tr("Nothing is pinned. Pin what shall be recalled before other things."),
                self.tr("Show everything"),
            )
        else:
            self.list.say_empty(self.tr("Nothing that is remembered is like this."), self.tr("Show everything"))

    def _help_out(self) -> None:
        """What the button of the empty list says."""
        if self.filter.narrows:
            self.filter.show_all()
        else:
            self.talk_wanted.emit()

    # ------------------------------------------------------------ the menu

    def _show_menu(self, place: QPoint) -> None:
        """What can be done with the chosen memories."""
        words, selected = self.detail.words(), self.list.selected
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for act in self.detail.acts():
            if act is Act.FORGET:
                menu.addSeparator()
            do = partial(self.detail.edit, on=True) if act is Act.EDIT else partial(self.wanted.emit, act, selected)
            menu.addAction(words[act], do)
        menu.popup(place)

    # ------------------------------------------------------------ words and Qt events

    def retranslate(self) -> None:
        self.header.back.setToolTip(self.tr("Back to the conversation (Esc)"))
        self.header.back.setAccessibleName(self.tr("Back to the conversation"))
        self.header.title.setText(self.tr("Memory"))
        for number, words in enumerate((self.tr("List"), self.tr("Time line"), self.tr("Map"), self.tr("Bin"))):
            self.header.tabs.button(number).setText(words)
        self.header.action.setText(self.tr("Write a fact…"))
        self._nothing.setText(self.tr("Choose a memory to read it and to see what can be done with it."))
        self.list.setAccessibleName(self.tr("Memories"))
        self.model.retranslate()
        self._renew()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.detail.editing:
            self.detail.edit(on=False)
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pane.setFixedWidth(detail_width(self._theme, self.width()))
        wide = self.tab == "map"
        self._column.setMaximumWidth(16_777_215 if wide else round((Size.COLUMN_MAX + 260) * self._theme.scale))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
