"""How this conversation is answered: preset, persona, thinking, documents and sampling, on a card above the composer.

Built from `OPTIONS`. What is changed is told at once as a whole `Manner`; nothing needs to be confirmed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.manner import Manner
from desktop.sampling_options import BY_NAME, CONTEXT, OPTIONS, Option, differences, preset_values, sampling_of
from desktop.settings import Settings
from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.collections_choice import CollectionsChoice
from desktop.views.icons import icon
from desktop.views.option_fields import NumberField, SchemaField, WordsField
from desktop.views.preset_row import PresetRow
from desktop.views.quiet_button import QuietButton
from desktop.views.recall_choice import RecallChoice
from desktop.views.stylesheet import mark

WIDTH, PAD, GAP = 380, 16, 8
TOP = 48  # the pane's header stays in sight
PERSONA_LINES = 3
TYPING_MS = 400  # after the last letter of the persona
AnyField = NumberField | WordsField | SchemaField
translate = QCoreApplication.translate


class OptionsPanel(QFrame):
    """An overlay of its parent, closed by Esc, by its cross, or by a click elsewhere. `changed` carries a `Manner`."""

    changed = Signal(object)
    left = Signal()  # by a key or its cross: the keyboard is to go on elsewhere

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings, self._theme = settings, theme
        self._manner = Manner()
        self._collections: tuple[str, ...] = ()
        self._opener: QWidget | None = None
        self.setObjectName("popup")

        self._title = mark(QLabel(), tone="title")
        self._cross = QToolButton()
        self._cross.setIconSize(QSize(14, 14))
        self._cross.clicked.connect(self.leave)
        self.presets = PresetRow(settings, theme)
        self.presets.chosen.connect(self._take_preset)
        self.persona = QPlainTextEdit()
        self.persona.setTabChangesFocus(True)
        self.persona.setFixedHeight(self.persona.fontMetrics().lineSpacing() * PERSONA_LINES + 16)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._typing.timeout.connect(self._tell)
        self.persona.textChanged.connect(self._typing.start)
        self._persona_label = mark(QLabel(), tone="muted")
        self.think = Choice(theme)
        self.think.changed.connect(self._tell)
        self._think_row, self._think_label = _row(QLabel(), self.think)
        self.collections = CollectionsChoice(theme)
        self.collections.changed.connect(self._tell)
        self._collections_row, self._collections_label = _row(QLabel(), self.collections)
        self.recall = RecallChoice(theme)
        self.recall.changed.connect(self._tell)
        self._recall_row, self._recall_label = _row(QLabel(), self.recall)
        self._in_project = False
        self.fields: dict[str, AnyField] = {}
        self._labels: dict[str, QLabel] = {}
        self._fold = QuietButton(theme, "")
        self._fold.clicked.connect(self._toggle_rest)
        self._back = mark(QPushButton(), kind="link")
        self._back.clicked.connect(lambda: self._take_preset(self.presets.choice.value))
        self._main = self._grid(lambda option: option.main)
        self._rest = self._grid(lambda option: not option.main)
        self._lay_out()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self._unfold(on=False)
        self.retranslate()
        self.hide()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self._cross)
        inside = QWidget()
        inside.setObjectName("popupInside")
        self._column = column = QVBoxLayout(inside)
        column.setContentsMargins(PAD, 0, PAD, PAD)
        column.setSpacing(GAP)
        rows = (self._think_row, self._recall_row, self._collections_row)
        for part in (self.presets, self._main, *rows, self._persona_label):
            column.addWidget(part)
        column.addWidget(self.persona)
        foot = QHBoxLayout()
        foot.addWidget(self._fold)
        foot.addStretch(1)
        foot.addWidget(self._back)
        column.addLayout(foot)
        column.addWidget(self._rest)
        column.addStretch(1)
        self._inside = inside
        self._scroll = QScrollArea()
        self._scroll.setWidget(inside)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, PAD - 4, 1, 1)
        layout.setSpacing(GAP)
        head.setContentsMargins(PAD, 0, PAD - 6, 0)
        layout.addLayout(head)
        layout.addWidget(self._scroll)

    def _grid(self, wanted: Callable[[Option], bool]) -> QWidget:
        """The fields of some of the options, each beside its label."""
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        for row, option in enumerate(option for option in OPTIONS if wanted(option)):
            field = self.fields[option.name] = _field(option, self._theme)
            field.edited.connect(self._tell)
            if isinstance(field, SchemaField):
                grid.addWidget(field, row, 0, 1, 2)
                continue
            label = self._labels[option.name] = mark(QLabel(), tone="muted")
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignRight)
        return made

    # ------------------------------------------------------------ what is shown

    def offer_collections(self, names: Sequence[str]) -> None:
        """The collections of documents that there are."""
        self._collections = tuple(names)

    def offer_recall(self, *, in_project: bool, private: bool) -> None:
        """Where the conversation belongs decides what it may recall."""
        self._in_project = in_project
        self._recall_row.setVisible(not private)

    def show_manner(self, manner: Manner, *, thinks: bool) -> None:
        """The values of a conversation; whether thinking can be switched is the model's."""
        self._manner = manner
        self._typing.stop()
        sampling = manner.sampling(self._settings)
        for name, field in self.fields.items():
            field.show_value(getattr(sampling, name))
        self.presets.values = differences(sampling, {})
        self.presets.show_preset(manner.key(self._settings), changed=bool(manner.changes))
        self._back.setVisible(bool(manner.changes))
        self._think_row.setVisible(thinks)
        self.think.choose(manner.think)
        self.collections.offer(self._collections, manner.collections)
        self.recall.offer_for(manner, in_project=self._in_project, by_default=self._settings.memory)
        if self.persona.toPlainText() != manner.persona:
            blocked = self.persona.blockSignals(True)
            self.persona.setPlainText(manner.persona)
            self.persona.blockSignals(blocked)
        if any(not BY_NAME[name].main for name in manner.changes):
            self._unfold(on=True)

    def open_above(self, opener: QWidget) -> None:
        """Appear above `opener`, whose parent pane this one lies over."""
        self._opener = opener
        self.place()
        self.show()
        self.raise_()
        self.presets.choice.setFocus()

    def leave(self) -> None:
        """Close, and let the keyboard go on elsewhere."""
        self.left.emit()
        self.hide()

    def place(self) -> None:
        """Stand above the card that the opener is on, as high as there is room for."""
        pane = self.parentWidget()
        if self._opener is None or pane is None:
            return
        card = self._opener.parentWidget() or self._opener
        corner = card.mapTo(pane, card.rect().topLeft())
        width = min(round(WIDTH * self._theme.scale), pane.width() - 2 * GAP)
        room = corner.y() - TOP - 2 * GAP
        wish = PAD - 4 + self._cross.sizeHint().height() + GAP + self._inside.sizeHint().height() + 2
        bar = self._scroll.verticalScrollBar().sizeHint().width() if wish > room else 0
        self._column.setContentsMargins(PAD, 0, PAD - bar, PAD)  # the fields stay where they are beside it
        height = min(wish, room)
        left = max(GAP, min(corner.x(), pane.width() - width - GAP))
        self.setGeometry(QRect(left, corner.y() - GAP - height, width, height))

    def _toggle_rest(self) -> None:
        self._unfold(on=self._rest.isHidden())

    def _unfold(self, *, on: bool) -> None:
        self._rest.setVisible(on)
        self._fold.setText(("▾  " if on else "▸  ") + self.tr("More settings"))
        self._fold.setAccessibleName(self.tr("More settings"))
        self._fold.updateGeometry()
        self._place_soon()

    def _place_soon(self) -> None:
        """What is shown changed its height."""
        if self.isVisible():
            QTimer.singleShot(0, self, self.place)

    # ------------------------------------------------------------ what is changed

    def _take_preset(self, key: str) -> None:
        self._set(replace(self._manner, preset=key, changes={}))

    def _tell(self) -> None:
        """Read all fields: what differs from the preset is the conversation's own."""
        sampling = sampling_of({name: _value(field) for name, field in self.fields.items()})
        key = self._manner.key(self._settings)
        changes = differences(sampling, preset_values(key, self._settings.presets) or {})
        # a preset is named once something was chosen; before that the conversation goes with the usual one
        preset = key if changes else self._manner.preset
        persona = self.persona.toPlainText().strip()
        self._set(self.recall.taken(Manner(preset, changes, persona, self.think.value, self.collections.chosen)))

    def _set(self, manner: Manner) -> None:
        if manner != self._manner:
            self.show_manner(manner, thinks=not self._think_row.isHidden())
            self.changed.emit(manner)

    # ------------------------------------------------------------ words

    def retranslate(self) -> None:
        self._title.setText(self.tr("How this conversation is answered"))
        self.setAccessibleName(self._title.text())
        self._cross.setToolTip(self.tr("Close (Esc)"))
        self._cross.setAccessibleName(self.tr("Close"))
        self._persona_label.setText(self.tr("Instructions for this conversation"))
        self.persona.setAccessibleName(self._persona_label.text())
        self.persona.setPlaceholderText(self.tr("Such as: Answer as a patient teacher, in short sentences."))
        self._think_label.setText(self.tr("Thinking"))
        self.think.offer(
            [
                (None, self.tr("As the model does")),
                (True, self.tr("Think first")),
                (False, self.tr("Answer at once")),
            ],
            name=self.tr("Thinking"),
        )
        self._collections_label.setText(self.tr("Documents"))
        self._recall_label.setText(self.tr("Recalls"))
        self.recall.retranslate()
        self.collections.retranslate()
        self._back.setText(self.tr("Back to the preset"))
        for name, label in self._labels.items():
            label.setText(translate(CONTEXT, BY_NAME[name].label))
            label.setToolTip(translate(CONTEXT, BY_NAME[name].help))
        for field in self.fields.values():
            field.retranslate()
        self._unfold(on=not self._rest.isHidden())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _paint_icons(self) -> None:
        self._cross.setIcon(icon("close", self._theme.tokens.muted, 14))

    # ------------------------------------------------------------ coming and going

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        application = QApplication.instance()
        assert application is not None
        application.installEventFilter(self)

    def hideEvent(self, event: Any) -> None:
        super().hideEvent(event)
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        if self._typing.isActive():
            self._typing.stop()
            self._tell()
        for field in self.fields.values():
            if isinstance(field, SchemaField):
                field.forget()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click elsewhere in the window closes; one in a menu, which is a window of its own, does not."""
        if event.type() == QEvent.Type.LayoutRequest and watched is self._inside:
            self._place_soon()
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            assert isinstance(event, QMouseEvent)
            inside = watched is self or self.isAncestorOf(watched)
            opener = self._opener is not None and (watched is self._opener or self._opener.isAncestorOf(watched))
            if watched.window() is self.window() and not inside and not opener:
                self.leave()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)


def _field(option: Option, theme: Theme) -> AnyField:
    match option.kind:
        case "words":
            return WordsField(option)
        case "text":
            return SchemaField(option, theme)
        case "number" | "count":
            return NumberField(option)


def _value(field: AnyField) -> Any:
    match field:
        case NumberField():
            return field.number
        case WordsField():
            return field.words
        case SchemaField():
            return field.schema


def _row(label: QLabel, field: QWidget) -> tuple[QWidget, QLabel]:
    made = QWidget()
    line = QHBoxLayout(made)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(mark(label, tone="muted"), 1)
    line.addWidget(field)
    return made, label
