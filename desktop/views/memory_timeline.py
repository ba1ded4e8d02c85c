"""The time line: a row for each month or week from which something is remembered, with a bar for how much."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop.models.documents import passages_in_words
from desktop.models.memories import day, month
from desktop.models.model_rows import Index, Role, Row, RowsModel
from desktop.theme import Size, Theme
from desktop.views.models_list import ModelsList
from desktop.views.stylesheet import mark
from knowledge.memories import Step, Stretch

STEPS: tuple[Step, ...] = ("month", "week")
ROW, BAR, INSET, NAME = 34, 8, 10, 138
NUMBERS, WIDE = 230, 560  # room for the numbers, in a list at least so wide
LEAST = 3  # pixels of a bar
translate = QCoreApplication.translate  # under this name the extractor of texts knows it


class MemoryTimeline(QWidget):
    """`chosen(since, until, name)` when a stretch is to be looked at; `wanted` a `Step` to be read."""

    chosen = Signal(float, float, str)
    wanted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stretches: tuple[Stretch, ...] = ()
        self.model = RowsModel(self)
        self.list = ModelsList(self.model, theme)
        self.list.setItemDelegate(_Bars(theme, self.list))
        self.list.clicked.connect(lambda index: self._choose(index.data(Role.KEY)))
        self.list.opened.connect(self._choose)
        self._told = mark(QLabel(), tone="muted")
        self._told.setWordWrap(True)
        self.steps = QButtonGroup(self)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._told, 1)
        for number in range(len(STEPS)):
            button = mark(QPushButton(), kind="tab")
            button.setCheckable(True)
            self.steps.addButton(button, number)
            head.addWidget(button)
        self.steps.button(0).setChecked(True)
        self.steps.idClicked.connect(lambda number: self.wanted.emit(STEPS[number]))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self.retranslate()

    @property
    def step(self) -> Step:
        return STEPS[self.steps.checkedId()]

    def show_stretches(self, stretches: Sequence[Stretch]) -> None:
        """These, the newest first."""
        self._stretches = tuple(stretches)
        self.model.set_rows(
            [
                Row(str(number), self._name(one), side=in_words(one), matter=(one, greatest))
                for greatest in [max((one.total for one in stretches), default=1)]
                for number, one in enumerate(stretches)
            ]
        )

    def _name(self, one: Stretch) -> str:
        return month(one.since) if self.step == "month" else self.tr("Week of {day}").format(day=day(one.since))

    def _choose(self, key: str | None) -> None:
        if key is not None:
            one = self._stretches[int(key)]
            self.chosen.emit(one.since, one.until, self._name(one))

    def retranslate(self) -> None:
        self._told.setText(self.tr("Choose a stretch of time to see what is remembered from it."))
        for number, words in enumerate((self.tr("Months"), self.tr("Weeks"))):
            self.steps.button(number).setText(words)
        self.list.setAccessibleName(self.tr("Time line"))
        self.list.say_empty(self.tr("Nothing is remembered yet. What you say and add will stand here by its time."))
        self.show_stretches(self._stretches)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def in_words(one: Stretch) -> str:
    """How much of each kind there is."""
    locale, parts = QLocale(), []
    if one.said:
        words = translate("memory", "1 turn") if one.said == 1 else translate("memory", "{count} turns")
        parts.append(words.format(count=locale.toString(one.said)))
    if one.facts:
        words = translate("memory", "1 fact") if one.facts == 1 else translate("memory", "{count} facts")
        parts.append(words.format(count=locale.toString(one.facts)))
    if one.passages:
        parts.append(passages_in_words(one.passages))
    return " · ".join(parts)


class _Bars(QStyledItemDelegate):
    """The name of a stretch, its bar (what was said and learned, then what was read), and its numbers."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, round(ROW * self._theme.scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t, scale, rect = self._theme.tokens, self._theme.scale, option.rect
        state: QStyle.StateFlag = option.state
        one, greatest = index.data(Role.MATTER)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(t.soft if selected else t.side))
            painter.drawRoundedRect(rect, Size.BUTTON_RADIUS, Size.BUTTON_RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(t.accent), 1))
            painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), Size.BUTTON_RADIUS, Size.BUTTON_RADIUS)
        inside = rect.adjusted(INSET, 0, -INSET, 0)
        painter.setFont(self._theme.font(Size.SECONDARY))
        painter.setPen(QColor(t.accent if selected else t.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        name = max(round(NAME * scale), painter.fontMetrics().horizontalAdvance(index.data()) + 12)
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | middle, index.data())
        painter.setFont(self._theme.font(Size.CAPTION))
        metrics = painter.fontMetrics()
        words = metrics.elidedText(index.data(Role.SIDE), Qt.TextElideMode.ElideRight, (inside.width() - name) // 2)
        painter.setPen(QColor(t.muted))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | middle, words)
        numbers = round(NUMBERS * scale) if inside.width() > WIDE * scale else inside.width() // 3
        room = inside.adjusted(name, 0, -numbers, 0)
        painter.setPen(Qt.PenStyle.NoPen)
        x = float(room.left())
        for count, colour in ((one.said + one.facts, t.accent), (one.passages, t.muted)):
            if count and room.width() > 0:
                width = max(float(LEAST), room.width() * count / greatest)
                painter.setBrush(QColor(colour))
                painter.drawRoundedRect(QRectF(x, room.center().y() - BAR / 2 + 1, width, BAR), 2, 2)
                x += width + 1
        painter.restore()
