"""A list of models in rows of two lines: name and mark, what it is, and at the right how it fits this computer."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.models.model_rows import Index, Role, RowsModel
from desktop.theme import Size, Theme
from desktop.views.stylesheet import mark

ROW, HEADING, GAP, INSET = 56, 34, 2, 12
BADGE_PAD = 6


class ModelsList(QListView):
    """`chosen(key)` follows the selection, the keyboard's too; `opened(key)` is a double click or Enter."""

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, model: RowsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(RowDelegate(theme, self))
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._empty = mark(QLabel(self.viewport()), tone="muted")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.selectionModel().currentChanged.connect(self._choose)
        self.doubleClicked.connect(self._open)
        model.modelReset.connect(self._place_empty)

    @property
    def key(self) -> str | None:
        """Of the selected row."""
        key: str | None = self.currentIndex().data(Role.KEY)
        return key

    def show_key(self, key: str | None) -> None:
        """Select this row; where it is not there, none."""
        index = self._model.row_of(key)
        if index != self.currentIndex():
            self.setCurrentIndex(index)
            if index.isValid():
                self.scrollTo(index)

    def show_first(self) -> None:
        """Select the first row there is."""
        self.show_key(next((row.key for row in self._model.rows if not row.heading), None))

    def say_empty(self, sentence: str) -> None:
        """What stands here while there is no row."""
        self._empty.setText(sentence)
        self._place_empty()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def _choose(self, current: QModelIndex) -> None:
        # the row that Tab makes the current one is not selected by Qt
        self.selectionModel().select(current, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        key = current.data(Role.KEY)
        if key is not None:
            self.chosen.emit(key)

    def _open(self, index: QModelIndex) -> None:
        key = index.data(Role.KEY)
        if key is not None:
            self.opened.emit(key)

    def _place_empty(self) -> None:
        self._empty.setVisible(self._model.rowCount() == 0)
        room = self.viewport().rect()
        self._empty.setGeometry(room.adjusted(24, max(24, room.height() // 4), -24, 0))


class RowDelegate(QStyledItemDelegate):
    """A row of two lines as `Role` tells it. The selected row lies on the accent's soft ground."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, round((HEADING if index.data(Role.IS_HEADING) else ROW + GAP) * self._theme.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, rect = self._theme.tokens, option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if index.data(Role.IS_HEADING):
            painter.setFont(self._theme.font(Size.CAPTION))
            painter.setPen(QColor(t.muted))
            line = rect.adjusted(INSET, 0, -INSET, -6)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, index.data())
            painter.restore()
            return
        state: QStyle.StateFlag = option.state
        ground = rect.adjusted(0, 0, 0, -GAP)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(t.soft if selected else t.side))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(ground, Size.BUTTON_RADIUS, Size.BUTTON_RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 1))
            painter.drawRoundedRect(
                QRectF(ground).adjusted(0.5, 0.5, -0.5, -0.5), Size.BUTTON_RADIUS, Size.BUTTON_RADIUS
            )
        inside = ground.adjusted(INSET, 0, -INSET, 0)
        half = inside.height() // 2
        above = QRect(inside.left(), inside.top() + 7, inside.width(), half - 5)
        below = QRect(inside.left(), inside.top() + half + 1, inside.width(), half - 7)
        room = self._paint_side(painter, index, above)
        self._paint_title(painter, index, room, selected=selected)
        painter.setFont(self._theme.font(Size.CAPTION))
        painter.setPen(QColor(t.muted))
        caption = painter.fontMetrics().elidedText(index.data(Role.CAPTION), Qt.TextElideMode.ElideRight, below.width())
        painter.drawText(below, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, caption)
        painter.restore()

    def _paint_side(self, painter: QPainter, index: Index, line: QRect) -> QRect:
        """How it fits, at the right; returns the room that is left of it."""
        t = self._theme.tokens
        colours = {"accent": t.accent, "plain": t.muted, "danger": t.danger, "muted": t.muted, "warn": t.warn}
        painter.setFont(self._theme.font(Size.CAPTION))
        painter.setPen(QColor(colours[index.data(Role.TONE)]))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(index.data(Role.SIDE), Qt.TextElideMode.ElideRight, line.width() * 55 // 100)
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        return line.adjusted(0, 0, -(metrics.horizontalAdvance(words) + 16) if words else 0, 0)

    def _paint_title(self, painter: QPainter, index: Index, room: QRect, *, selected: bool) -> None:
        t, badge = self._theme.tokens, index.data(Role.BADGE)
        small = self._theme.font(Size.CAPTION - 1, bold=True)
        taken = QFontMetrics(small).horizontalAdvance(badge) + 2 * BADGE_PAD + 10 if badge else 0
        painter.setFont(self._theme.font(Size.BODY - 1, bold=True))
        painter.setPen(QColor(t.accent if selected else t.text))
        metrics = painter.fontMetrics()
        title = metrics.elidedText(index.data(), Qt.TextElideMode.ElideMiddle, room.width() - taken)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        if not badge:
            return
        height = QFontMetrics(small).height() + 2
        place = QRect(
            room.left() + metrics.horizontalAdvance(title) + 10, room.center().y() - height // 2, taken - 10, height
        )
        painter.setPen(QPen(QColor(t.accent), 1))
        painter.setBrush(QColor(t.soft))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.setFont(small)
        painter.setPen(QColor(t.accent))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, badge)
