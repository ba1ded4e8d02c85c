"""The models: those on this computer, those to download, those on the hub; a list, and beside it the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.downloads import Downloads
from desktop.engine_process import EngineState
from desktop.hub_search import HubSearch
from desktop.language import say
from desktop.model_library import Elsewhere, Item
from desktop.model_shelf import ModelShelf
from desktop.models.catalogue import Filter, catalogue_rows
from desktop.models.hub_results import result_rows
from desktop.models.local_models import entry_of, local_rows
from desktop.models.model_rows import Role, RowsModel
from desktop.theme import Size, Theme
from desktop.views.models_catalogue import CatalogueDetail, FilterBar
from desktop.views.models_downloads import DownloadsPanel
from desktop.views.models_hint import StarterHint
from desktop.views.models_hub import HubDetail, SearchBar
from desktop.views.models_list import ModelsList
from desktop.views.models_local import LocalDetail
from desktop.views.notice import Notice
from desktop.views.room_header import DETAIL, MARGIN, RoomHeader, detail_width
from desktop.views.stylesheet import mark
from engine.catalog import Entry

Tab = Literal["here", "catalogue", "hub"]
TABS: tuple[Tab, ...] = ("here", "catalogue", "hub")


class ModelsPage(QWidget):
    """`closed` when the user goes back to the conversation; the other signals are for its owner to do."""

    closed = Signal()
    add_wanted = Signal()
    remove_wanted = Signal(object)
    folder_wanted = Signal(object)
    cancel_wanted = Signal(object)

    def __init__(
        self,
        shelf: ModelShelf,
        downloads: Downloads,
        hub: HubSearch,
        entries: Sequence[Entry],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._shelf, self._downloads, self._hub, self._theme = shelf, downloads, hub, theme
        self._entries = tuple(entries)
        self._wanted = Filter()
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

        self._models: dict[Tab, RowsModel] = {tab: RowsModel(self) for tab in TABS}
        self.lists: dict[Tab, ModelsList] = {tab: ModelsList(self._models[tab], theme) for tab in TABS}
        self.local = LocalDetail(shelf, entries, theme)
        self.offer = CatalogueDetail(hub.host)
        self.found = HubDetail(hub, shelf, downloads, theme)
        self._details: dict[Tab, QWidget] = {"here": self.local, "catalogue": self.offer, "hub": self.found}
        self.filter, self.search = FilterBar(theme), SearchBar(hub, theme)
        self.notice, self._hint = Notice(theme), StarterHint()
        self.panel = DownloadsPanel(downloads)
        self._lay_out()
        self._wire()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.retranslate()
        self.show_tab("here")

    @property
    def tab(self) -> Tab:
        return TABS[self.header.tabs.checkedId()]

    def show_tab(self, tab: Tab) -> None:
        self.header.tabs.button(TABS.index(tab)).setChecked(True)
        self._stack.setCurrentIndex(TABS.index(tab))
        if tab == "catalogue" and self.lists[tab].key is None:
            self.lists[tab].show_first()
        self._show_detail()
        if tab == "hub" and not self._hub.results:
            self.search.take_focus()
        else:
            self.lists[tab].setFocus()

    def _focus_list(self) -> None:
        self.lists[self.tab].setFocus()

    def show_item(self, name: str) -> None:
        """Bring one model of this computer into sight."""
        self.show_tab("here")
        self.lists["here"].show_key(name)

    def show_care(self, state: EngineState) -> None:
        """Say why the model runs more carefully than it could, with the way back."""
        if state.phase != "ready" or state.given_up is None:
            return
        reason = {
            "crashed": self.tr("This model crashed here"),
            "memory": self.tr("This model ran out of memory here"),
            "hung": self.tr("This model stopped answering here"),
            "wrong": self.tr("This model calculated wrongly here"),
        }[state.given_up]
        self.notice.say(
            self.tr("{reason}, so it runs in a more careful, slower way.").format(reason=reason),
            button=self.tr("Try the fast way again"),
            act=self._shelf.try_fast,
        )

    # ------------------------------------------------------------ set-up

    def _lay_out(self) -> None:
        self.header = RoomHeader(self._theme, len(TABS))

        self._stack = QStackedWidget()
        above_list: dict[Tab, QWidget] = {"catalogue": self.filter, "hub": self.search}
        for tab in TABS:
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(10)
            if tab in above_list:
                column.addWidget(above_list[tab])
            column.addWidget(self.lists[tab], 1)
            if tab == "here":
                column.addWidget(self._hint)
            self._stack.addWidget(page)
        left = QVBoxLayout()
        left.setContentsMargins(MARGIN, 14, MARGIN, 16)
        left.setSpacing(10)
        left.addWidget(self.notice)
        left.addWidget(self._stack, 1)
        left.addWidget(self.panel)
        self._column = QWidget()
        self._column.setLayout(left)
        self._column.setMaximumWidth(round((Size.COLUMN_MAX + 260) * self._theme.scale))

        self._pane = QStackedWidget()
        self._pane.setObjectName("side")
        self._pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._pane.setFixedWidth(round(DETAIL * self._theme.scale))
        for tab in TABS:
            self._pane.addWidget(self._scrolled(self._details[tab], stretched=tab == "hub"))
        self._nothing = mark(QLabel(), tone="muted")
        self._nothing.setWordWrap(True)
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._nothing.setMargin(20)
        self._pane.addWidget(self._nothing)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addStretch(0)
        body.addWidget(self._column, 1)
        body.addStretch(0)
        edge = QFrame()
        edge.setObjectName("edge")
        edge.setFixedWidth(1)
        body.addWidget(edge)
        body.addWidget(self._pane)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addLayout(body, 1)

    @staticmethod
    def _scrolled(detail: QWidget, *, stretched: bool) -> QWidget:
        """A detail with air around it, which scrolls unless it has a list of its own."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(20, 18, 20, 18)
        column.addWidget(detail)
        if stretched:
            return inside
        scroll = QScrollArea()
        scroll.setWidget(inside)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)  # `setWidget` has switched it on
        return scroll

    def _wire(self) -> None:
        self.header.back.clicked.connect(self.closed)
        self._hint.wanted.connect(lambda: self.show_tab("catalogue"))
        self.header.action.clicked.connect(self.add_wanted)
        self.header.tabs.idClicked.connect(lambda number: self.show_tab(TABS[number]))
        for tab in TABS:
            self.lists[tab].chosen.connect(lambda _: self._show_detail())
            self._models[tab].modelReset.connect(self._show_detail)
        self.lists["here"].opened.connect(lambda _: self.local.act())
        self.lists["catalogue"].opened.connect(lambda _: self.offer.act())
        self.lists["hub"].opened.connect(lambda _: self.found.list.setFocus())
        self.local.remove_wanted.connect(self.remove_wanted)
        self.local.folder_wanted.connect(self.folder_wanted)
        self.local.link_wanted.connect(lambda one: self._shelf.add([one.path]))
        self.offer.download_wanted.connect(self._downloads.add)
        self.offer.local_wanted.connect(self._show_local)
        self.found.download_wanted.connect(self._downloads.add)
        for asked in (self.offer.download_wanted, self.found.download_wanted, self._shelf.used):
            asked.connect(self._focus_list)  # the button that was pressed goes out of use
        self.filter.changed.connect(self._narrow)
        self.panel.cancel_wanted.connect(self.cancel_wanted)
        self._shelf.changed.connect(self._renew)
        self._shelf.failed.connect(lambda error: self.notice.say(say(error), tone="danger"))
        self._downloads.changed.connect(self._renew_catalogue)
        self._hub.changed.connect(self._renew_hub)

    # ------------------------------------------------------------ what is shown

    def _renew(self) -> None:
        self._renew_local()
        self._renew_catalogue()

    def _renew_local(self) -> None:
        shelf, rows = self._shelf, self.lists["here"]
        key = rows.key
        used = next((item.name for item in shelf.models if shelf.is_in_use(item)), None)
        loading = shelf.state.phase == "loading"
        if shelf.items is not None:
            shown = local_rows(shelf.items, shelf.elsewhere, shelf.fits, self._entries, in_use=used, loading=loading)
            self._models["here"].set_rows(shown)
            self._hint.setVisible(len(shown) == 1 and all(item.starter for item in shelf.models))
        rows.show_key(key if self._models["here"].row_of(key).isValid() else used)

    def _renew_catalogue(self) -> None:
        rows = self.lists["catalogue"]
        key = rows.key
        here = {entry.id for item in self._shelf.items or () if (entry := entry_of(item, self._entries)) is not None}
        coming = {
            entry.id: one.phase
            for entry in self._entries
            if (one := self._downloads.of(entry.repository, entry.file)) is not None
        }
        shown = catalogue_rows(self._entries, self._wanted, self._shelf.hardware, here=frozenset(here), coming=coming)
        self._models["catalogue"].set_rows(shown)
        rows.show_key(key)
        self._show_detail()

    def _renew_hub(self) -> None:
        hub, rows = self._hub, self.lists["hub"]
        key = rows.key
        if hub.searching:
            sentence = self.tr("Searching for “{words}”…").format(words=hub.words)
        elif hub.error is not None:
            sentence = say(hub.error)
        elif hub.words:
            sentence = self.tr("Nothing on {host} is called “{words}”. Try fewer or other words.")
            sentence = sentence.format(host=hub.host, words=hub.words)
        else:
            sentence = self.tr("Every model in the GGUF format can be used, if it fits this computer.")
        rows.say_empty(sentence)
        self._models["hub"].set_rows(result_rows(hub.results))
        rows.show_key(key)
        self._show_detail()

    def _narrow(self, wanted: Filter) -> None:
        self._wanted = wanted
        self._renew_catalogue()

    def _show_detail(self) -> None:
        """Beside the list: the chosen row, or a word about what would stand there."""
        tab = self.tab
        matter = self.lists[tab].currentIndex().data(Role.MATTER)
        match matter:
            case Item():
                self.local.show_item(matter)
            case Elsewhere():
                self.local.show_elsewhere(matter)
            case Entry():
                one = self._downloads.of(matter.repository, matter.file)
                here = any(entry_of(item, self._entries) == matter for item in self._shelf.items or ())
                self.offer.show_entry(matter, self._shelf.hardware, one, here=here)
            case None:
                self._pane.setCurrentWidget(self._nothing)
                return
            case _:
                self.found.show_found(matter)
        self._pane.setCurrentIndex(TABS.index(tab))

    def _show_local(self, repository: str, file: str) -> None:
        for item in self._shelf.items or ():
            entry = entry_of(item, self._entries)
            if entry is not None and (entry.repository, entry.file) == (repository, file):
                self.show_item(item.name)
                return

    # ------------------------------------------------------------ words and Qt events

    def retranslate(self) -> None:
        self.header.back.setToolTip(self.tr("Back to the conversation (Esc)"))
        self.header.back.setAccessibleName(self.tr("Back to the conversation"))
        self.header.title.setText(self.tr("Models"))
        names = (self.tr("On this computer"), self.tr("To download"), self.tr("Search"))
        for number, words in enumerate(names):
            self.header.tabs.button(number).setText(words)
            self.lists[TABS[number]].setAccessibleName(words)
        self.header.action.setText(self.tr("Add from disk…"))
        self.header.action.setToolTip(self.tr("Or drop a .gguf file anywhere on the window"))
        self._nothing.setText(self.tr("Choose a model to see what it needs."))
        self.lists["here"].say_empty(self.tr("Looking for models…"))
        self.lists["catalogue"].say_empty(self.tr("No model is like this. Choose less."))
        self._renew_local()
        self._renew_catalogue()
        self._renew_hub()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._pane.setFixedWidth(detail_width(self._theme, self.width()))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _paint_icons(self) -> None:
        self.header.dress()
