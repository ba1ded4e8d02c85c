"""The left pane: a new conversation, a filter, the list, and below it how much the memory holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.models.conversations import ConversationsModel, Role
from desktop.theme import Size, Theme
from desktop.views.clearable_field import ClearableField
from desktop.views.icons import icon, seahorse
from desktop.views.stylesheet import mark

ROW, GAP, HEADING = 34, 4, 36
INSET = 8
Index = QModelIndex | QPersistentModelIndex


class ConversationsPane(QWidget):
    """`chosen(id)`, `new_wanted`, `rename_wanted(id, title)`, `delete_wanted(id)`, `settings_wanted`,
    `documents_wanted` and `memory_wanted` are its owner's."""

    chosen = Signal(str)
    new_wanted = Signal()
    rename_wanted = Signal(str, str)
    delete_wanted = Signal(str)
    settings_wanted = Signal()
    documents_wanted = Signal()
    menu_opening = Signal(object, object, object)  # the menu of a row: its conversation or None, its project or None
    more_opening = Signal(object)  # the menu beside the button for a new conversation
    memory_wanted = Signal()

    def __init__(self, model: ConversationsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._memory: tuple[int, int] | None = None
        self.setObjectName("side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

        self._seahorse = QLabel()
        self._name = mark(QLabel("Haema"), tone="name")
        self._new = mark(QPushButton(), kind="primary")
        self._new.setObjectName("new")
        self._new.clicked.connect(self.new_wanted)
        self._more = QToolButton()
        self._more.setIconSize(QSize(16, 16))
        self._more.clicked.connect(self._open_more)
        self.filter = ClearableField(theme)
        self.filter.textChanged.connect(self._narrow)
        self.list = _List(model)
        self.list.setItemDelegate(_Delegate(theme, self.list))
        self.list.opened.connect(self.chosen)
        self.list.delete_wanted.connect(self.delete_wanted)
        self.list.menu_wanted.connect(self._menu)
        self._empty = mark(QLabel(), tone="caption")
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(INSET, INSET, INSET, 0)
        self._rule = QFrame()
        self._rule.setObjectName("rule")
        self._counts = mark(QLabel(), tone="caption")
        self._counts.setContentsMargins(INSET, 0, 0, 0)
        self._settings = QToolButton()
        self._settings.setIconSize(QSize(18, 18))
        self._settings.clicked.connect(self.settings_wanted)
        self._documents = mark(QPushButton(), kind="row")
        self._documents.setIconSize(QSize(18, 18))
        self._documents.clicked.connect(self.documents_wanted)
        self._remembered = mark(QPushButton(), kind="row")
        self._remembered.setIconSize(QSize(18, 18))
        self._remembered.clicked.connect(self.memory_wanted)
        model.renamed.connect(self.rename_wanted)
        model.modelReset.connect(self._say_empty)

        head = QHBoxLayout()
        head.setContentsMargins(6, 4, 0, 2)
        head.setSpacing(10)
        head.addWidget(self._seahorse)
        head.addWidget(self._name)
        head.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 8)
        layout.setSpacing(8)
        layout.addLayout(head)
        begin = QHBoxLayout()
        begin.setSpacing(4)
        begin.addWidget(self._new, 1)
        begin.addWidget(self._more)
        layout.addLayout(begin)
        layout.addWidget(self.filter)
        layout.addWidget(self._empty)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._rule)
        layout.addWidget(self._remembered)
        layout.addWidget(self._documents)
        foot = QHBoxLayout()
        foot.addWidget(self._counts, 1)
        foot.addWidget(self._settings)
        layout.addLayout(foot)

        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.retranslate()

    def tab_chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [self._new, self._more, self.filter, self.list, self._remembered, self._documents, self._settings]

    def show_current(self, id: str | None) -> None:
        """Mark the conversation that is open; None when a new one is."""
        row = self._model.row_of(id)
        if row.isValid():
            self.list.setCurrentIndex(row)
        else:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())

    def show_counts(self, memories: int, documents: int) -> None:
        self._memory = (memories, documents)
        locale = QLocale()
        said = (
            self.tr("1 memory")
            if memories == 1
            else self.tr("{count} memories").format(count=locale.toString(memories))
        )
        held = (
            self.tr("1 document")
            if documents == 1
            else self.tr("{count} documents").format(count=locale.toString(documents))
        )
        self._counts.setText(f"{said}, {held}")

    def edit_current(self) -> None:
        """Rename the open conversation in its row."""
        if self.list.currentIndex().isValid():
            self.list.edit(self.list.currentIndex())

    def retranslate(self) -> None:
        self._new.setText(self.tr("New conversation"))
        self._new.setToolTip(self.tr("New conversation (Ctrl+N)"))
        self._more.setToolTip(self.tr("Private conversation, new project"))
        self._more.setAccessibleName(self._more.toolTip())
        self.filter.setPlaceholderText(self.tr("Search conversations"))
        self.filter.setAccessibleName(self.tr("Search conversations"))
        self.filter.setToolTip(self.tr("Search the titles of your conversations (Ctrl+K)"))
        self.list.setAccessibleName(self.tr("Conversations"))
        self._settings.setToolTip(self.tr("Settings (Ctrl+,)"))
        self._settings.setAccessibleName(self.tr("Settings"))
        self._remembered.setToolTip(self.tr("Memory (Ctrl+Shift+M)"))
        self._remembered.setText(self.tr("Memory"))
        self._documents.setToolTip(self.tr("Documents (Ctrl+D)"))
        self._documents.setText(self.tr("Documents"))
        self._model.retranslate()
        self._say_empty()
        if self._memory is not None:
            self.show_counts(*self._memory)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _narrow(self, text: str) -> None:
        current = self.list.currentIndex().data(Role.ID)
        self._model.set_filter(text)
        self.show_current(current)

    def _say_empty(self) -> None:
        nothing = self._model.rowCount() == 0
        self._empty.setVisible(nothing)
        if nothing:
            self._empty.setText(
                self.tr("No conversation has these words in its title.")
                if self.filter.text().strip()
                else self.tr("Your conversations will stand here.")
            )

    def _menu(self, index: Index, place: object) -> None:
        id = index.data(Role.ID)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if id is not None:
            menu.addAction(self.tr("Rename")).triggered.connect(lambda: self.list.edit(self._model.row_of(id)))
        self.menu_opening.emit(menu, id, index.data(Role.PROJECT))
        if id is not None:
            menu.addAction(self.tr("Delete…")).triggered.connect(lambda: self.delete_wanted.emit(id))
        menu.popup(self.list.viewport().mapToGlobal(place))  # type: ignore[call-overload]

    def _open_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.more_opening.emit(menu)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _paint_icons(self) -> None:
        t = self._theme.tokens
        self._more.setIcon(icon("down", t.muted, 16))
        self._seahorse.setPixmap(seahorse(t.accent, 24).pixmap(QSize(24, 24), self.devicePixelRatioF()))
        self._new.setIcon(icon("plus", t.on_accent, 16))
        self._settings.setIcon(icon("gear", t.muted))
        self._documents.setIcon(icon("documents", t.muted))
        self._remembered.setIcon(icon("memory", t.muted))


class _List(QListView):
    """Click or Enter opens, F2 renames, Delete asks to delete; arrows pass over the headings."""

    opened = Signal(str)
    delete_wanted = Signal(str)
    menu_wanted = Signal(QModelIndex, object)

    def __init__(self, model: ConversationsModel) -> None:
        super().__init__()
        self.setModel(model)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.clicked.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        id = self.currentIndex().data(Role.ID)
        editing = self.state() == QAbstractItemView.State.EditingState
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and id is not None and not editing:
            self.opened.emit(id)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and id is not None and not editing:
            self.delete_wanted.emit(id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.RightButton:  # its menu is for any row, the mark for the open one
            super().mousePressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = (
            self.currentIndex() if event.reason() == QContextMenuEvent.Reason.Keyboard else self.indexAt(event.pos())
        )
        self.menu_wanted.emit(index, event.pos())

    def _open(self, index: QModelIndex) -> None:
        id = index.data(Role.ID)
        if id is not None:
            self.opened.emit(id)


class _Delegate(QStyledItemDelegate):
    """Rows of one line; the open one on the accent's soft ground."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        height = HEADING if index.data(Role.IS_HEADING) else ROW + GAP
        return QSize(10, round(height * self._theme.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = self._theme.tokens
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        words = index.data() or ""
        if index.data(Role.IS_HEADING):
            painter.setFont(self._theme.font(Size.CAPTION))
            painter.setPen(QColor(t.muted))
            line = rect.adjusted(INSET, 0, -INSET, -6)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, words)
            painter.restore()
            return
        ground = rect.adjusted(0, GAP // 2, 0, -(GAP - GAP // 2))
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(t.soft if selected else t.line))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(ground, Size.ROW_RADIUS, Size.ROW_RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 1))
            painter.drawRoundedRect(ground.adjusted(0, 0, -1, -1), Size.ROW_RADIUS, Size.ROW_RADIUS)
        painter.setFont(self._theme.font(Size.BODY - 1))
        painter.setPen(QColor(t.accent if selected else t.text))
        line = ground.adjusted(INSET, 0, -INSET, 0)
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setFont(self._theme.font(Size.BODY - 1))
        editor.setStyleSheet("padding: 2px 6px;")
        editor.setAccessibleName(self.tr("Title of the conversation"))
        return editor
