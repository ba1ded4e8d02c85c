"""The documents of the memory: a list that can be searched and narrowed, the followed folders, and beside them what is
chosen."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop.attach import Attaching
from desktop.document_shelf import DocumentShelf
from desktop.language import say
from desktop.models.documents import DocumentsModel
from desktop.theme import Size, Theme
from desktop.views.documents_detail import Act, DocumentsDetail
from desktop.views.documents_filter import DocumentsFilter
from desktop.views.documents_folders import DocumentsFolders, FolderDetail
from desktop.views.documents_list import DocumentsList
from desktop.views.documents_progress import DocumentsProgress
from desktop.views.notice import Notice
from desktop.views.room_header import MARGIN, RoomHeader, detail_width
from desktop.views.stylesheet import mark
from desktop.views.tab_order import order_tabs
from knowledge.holdings import Holding

Tab = Literal["documents", "folders"]
TABS: tuple[Tab, ...] = ("documents", "folders")
MOST_SUMMED = 1000  # chosen documents whose passages are added up


class DocumentsPage(QWidget):
    """`closed` when the user goes back; the other signals are for its owner to do. `wanted` carries an `Act` and the
    chosen documents' numbers."""

    closed = Signal()
    wanted = Signal(object, object)
    files_wanted = Signal()
    folder_wanted = Signal()
    follow_wanted = Signal()
    new_collection_wanted = Signal()
    collection_wanted = Signal(object, object)  # the chosen documents, and a name or None
    rename_wanted = Signal(str)
    stop_wanted = Signal(object)
    show_wanted = Signal(object)

    def __init__(self, shelf: DocumentShelf, attaching: Attaching, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._theme = shelf, theme
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = DocumentsModel(shelf.read, self)
        self.list = DocumentsList(self.model, theme)
        self.filter = DocumentsFilter(theme)
        self.folders = DocumentsFolders(theme)
        self.detail, self.folder = DocumentsDetail(theme), FolderDetail(theme)
        self.notice, self.progress = Notice(theme), DocumentsProgress(attaching, theme)
        self._lay_out()
        self._wire()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.retranslate()
        self.show_tab("documents")

    @property
    def tab(self) -> Tab:
        return TABS[self.header.tabs.checkedId()]

    @property
    def collection(self) -> str:
        """The collection that is looked at: what is added now belongs to it; "" for none."""
        return self.filter.wanted.collection or ""

    def show_tab(self, tab: Tab) -> None:
        self.header.tabs.button(TABS.index(tab)).setChecked(True)
        self._stack.setCurrentIndex(TABS.index(tab))
        self._show_detail()
        self.take_focus()

    def take_focus(self) -> None:
        (self.list if self.tab == "documents" else self.folders.list).setFocus()

    def take_words(self) -> None:
        """The keyboard goes to the words that are looked for."""
        self.show_tab("documents")
        self.filter.words.setFocus()
        self.filter.words.selectAll()

    # ------------------------------------------------------------ set-up

    def _lay_out(self) -> None:
        self.header = RoomHeader(self._theme, len(TABS))

        documents = QWidget()
        column = QVBoxLayout(documents)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.filter)
        column.addWidget(self.list, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(documents)
        self._stack.addWidget(self.folders)
        left = QVBoxLayout()
        left.setContentsMargins(MARGIN, 14, MARGIN, 16)
        left.setSpacing(10)
        for widget, stretch in ((self.notice, 0), (self._stack, 1), (self.progress, 0)):
            left.addWidget(widget, stretch)
        self._column = QWidget()
        self._column.setLayout(left)
        self._column.setMaximumWidth(round((Size.COLUMN_MAX + 260) * self._theme.scale))
        self._pane = QStackedWidget()
        self._pane.setObjectName("side")
        self._pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        for detail in (self.detail, self.folder):
            self._pane.addWidget(_scrolled(detail))
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
        filters = (self.filter.words, self.filter.collection, self.filter.state, self.filter.order)
        order_tabs([self.header.back, *self.header.tabs.buttons(), self.header.action, *filters, self.list])

    def _wire(self) -> None:
        shelf = self._shelf
        self.header.back.clicked.connect(self.closed)
        QShortcut(QKeySequence.StandardKey.Find, self, self.take_words, Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.header.tabs.idClicked.connect(lambda number: self.show_tab(TABS[number]))
        self.header.action.clicked.connect(self._show_ways)
        self.filter.changed.connect(shelf.look_for)
        self.filter.rename_wanted.connect(self.rename_wanted)
        self.list.chosen.connect(self._show_detail)
        self.model.dataChanged.connect(lambda *_: self._show_detail())
        self.list.opened.connect(lambda id: self.wanted.emit(Act.OPEN, (id,)))
        self.list.remove_wanted.connect(lambda: self.wanted.emit(Act.REMOVE, self.list.selected))
        self.list.menu_wanted.connect(self._show_menu)
        self.list.add_wanted.connect(self._help_out)
        self.detail.wanted.connect(lambda act: self.wanted.emit(act, self.list.selected))
        self.detail.collection_wanted.connect(lambda name: self.collection_wanted.emit(self.list.selected, name))
        self.folders.add_wanted.connect(self.follow_wanted)
        self.folders.stop_wanted.connect(self.stop_wanted)
        self.folders.chosen.connect(self._show_detail)
        self.folder.stop_wanted.connect(self.stop_wanted)
        self.folder.open_wanted.connect(self.show_wanted)
        shelf.changed.connect(self._renew)
        shelf.failed.connect(lambda error: self.notice.say(say(error), tone="danger"))

    # ------------------------------------------------------------ what is shown

    def chosen(self) -> tuple[Holding, ...]:
        """What is known of the chosen documents."""
        return tuple(holding for id in self.list.selected if (holding := self.model.holding(id)) is not None)

    def _renew(self) -> None:
        shelf = self._shelf
        self.filter.show_shares(shelf.shares, shelf.collections)
        self.model.set_leaving(shelf.leaving)
        if shelf.ids is not None:
            self.model.set_ids(shelf.ids)
        self.folders.show_folders(shelf.folders)
        self.filter.setVisible(shelf.shares.total > 0 or bool(self.collection))
        self._say_empty()
        self._show_detail()

    def _show_detail(self) -> None:
        if self.tab == "folders":
            if (folder := self.folders.current) is not None:
                self.folder.show_followed(folder)
            self._pane.setCurrentIndex(1 if folder is not None else 2)
        else:
            count = self.list.count
            if count:
                known = self.chosen() if count <= MOST_SUMMED else ()
                self.detail.show_chosen(known, count, self._shelf.collections)
            self._pane.setCurrentIndex(0 if count else 2)
        some = self._shelf.shares.total > 0 if self.tab == "documents" else bool(self._shelf.folders)
        for part in (self._edge, self._pane):
            part.setVisible(some)

    def _say_empty(self) -> None:
        if self._shelf.ids is None:
            self.list.say_empty(self.tr("Looking for documents…"), "")
        elif self._shelf.shares.total == 0 and not self.collection:
            self.list.say_empty(
                self.tr("Drop files or folders anywhere on this window, and ask about what they say."),
                self.tr("Add files…"),
            )
        elif self._is_empty_collection:
            words = self.tr("“{name}” is empty. What you drop here or add now comes into it.")
            self.list.say_empty(words.format(name=self.collection), self.tr("Add files…"))
        else:
            self.list.say_empty(self.tr("No document is like this."), self.tr("Show all documents"))

    def _help_out(self) -> None:
        """What the button of the empty list says."""
        if self._shelf.shares.total == 0 or self._is_empty_collection:
            self.files_wanted.emit()
        else:
            self.filter.show_all()

    @property
    def _is_empty_collection(self) -> bool:
        wanted = self._shelf.wanted
        return bool(wanted.collection) and not wanted.words.strip() and wanted.state is None

    # ------------------------------------------------------------ menus

    def _show_ways(self) -> None:
        menu = self._menu()
        menu.addAction(self.tr("Files…"), self.files_wanted.emit)
        menu.addAction(self.tr("Folder…"), self.folder_wanted.emit)
        menu.addAction(self.tr("Folder, and follow it…"), self.follow_wanted.emit)
        menu.addSeparator()
        menu.addAction(self.tr("New collection…"), self.new_collection_wanted.emit)
        corner = self.header.action.mapToGlobal(self.header.action.rect().bottomRight())
        menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y()))

    def _show_menu(self, place: QPoint) -> None:
        """What can be done with the chosen documents."""
        chosen, words, selected = self.chosen(), self.detail.words(), self.list.selected
        one = chosen[0] if len(selected) == 1 and chosen else None
        acts = [Act.READ, Act.REMOVE]
        if one is not None:
            acts = [Act.PROGRAM, Act.FOLDER, *acts]
            acts = [Act.OPEN, Act.SUMMARISE, *acts] if one.passages else acts
        menu = self._menu()
        for act in acts:
            if act is Act.REMOVE:
                self._add_collections(menu, selected)
                menu.addSeparator()
            menu.addAction(words[act], partial(self.wanted.emit, act, selected))
        menu.popup(place)

    def _add_collections(self, menu: QMenu, selected: tuple[int, ...]) -> None:
        into = menu.addMenu(self.tr("Put into a collection"))
        for name in self._shelf.collections:
            into.addAction(name, partial(self.collection_wanted.emit, selected, name))
        into.addAction(self.tr("No collection"), lambda: self.collection_wanted.emit(selected, ""))
        into.addAction(self.tr("New collection…"), lambda: self.collection_wanted.emit(selected, None))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    # ------------------------------------------------------------ words and Qt events

    def retranslate(self) -> None:
        self.header.back.setToolTip(self.tr("Back to the conversation (Esc)"))
        self.header.back.setAccessibleName(self.tr("Back to the conversation"))
        self.header.title.setText(self.tr("Documents"))
        for number, words in enumerate((self.tr("Files"), self.tr("Followed folders"))):
            self.header.tabs.button(number).setText(words)
        self.header.action.setText(self.tr("Add…"))
        self._nothing.setText(self.tr("Choose a document to see what can be done with it."))
        self.header.action.setToolTip(self.tr("Or drop files and folders anywhere on the window"))
        self.list.setAccessibleName(self.tr("Documents"))
        self.model.retranslate()
        self._renew()

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


def _scrolled(detail: QWidget) -> QWidget:
    """A detail with air around it."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(20, 18, 20, 18)
    column.addWidget(detail)
    scroll = QScrollArea()
    scroll.setObjectName("plain")
    scroll.setWidget(inside)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.viewport().setAutoFillBackground(False)
    inside.setAutoFillBackground(False)  # `setWidget` has switched it on
    return scroll
