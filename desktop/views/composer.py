"""The composer: pictures and prompt on a card, with attach, settings, progress, the context meter, and Send or Stop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from desktop.theme import Size, Theme
from desktop.views.context_meter import ContextMeter
from desktop.views.icons import icon
from desktop.views.picture_strip import PictureStrip
from desktop.views.prompt import Prompt
from engine.messages import ContextSplit


class Composer(QFrame):
    """`sent(text)` when a prompt is ready (its `pictures` are still here), `files` and `picture` for what is pasted as
    files or as a picture."""

    sent = Signal(str)
    stop_wanted = Signal()
    attach_wanted = Signal()
    options_wanted = Signal()
    files = Signal(list)
    picture = Signal(QImage)

    def __init__(self, theme: Theme, progress: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answering = False
        self.setObjectName("card")

        self.prompt = Prompt()
        self.prompt.setFont(theme.font(Size.BODY))
        self.prompt.sent.connect(self._send)
        self.prompt.files.connect(self.files)
        self.prompt.picture.connect(self.picture)
        self.prompt.textChanged.connect(self._show_button)
        self._attach = QToolButton()
        self._attach.clicked.connect(self.attach_wanted)
        self.pictures = PictureStrip(theme)
        self.options = QToolButton()
        self.options.clicked.connect(self.options_wanted)
        self._meter = ContextMeter(theme)
        self._button = QToolButton()
        self._button.setObjectName("send")
        self._button.setFixedSize(32, 32)
        self._button.clicked.connect(lambda: self.stop_wanted.emit() if self._answering else self._send())

        below = QHBoxLayout()
        below.setSpacing(10)
        left = QHBoxLayout()
        left.setSpacing(2)
        left.addWidget(self._attach)
        left.addWidget(self.options)
        below.addLayout(left)
        below.addWidget(progress, 1)
        below.addWidget(self._meter)
        below.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 11, 12, 11)
        layout.setSpacing(10)
        above = QVBoxLayout()
        above.setContentsMargins(6, 0, 0, 0)  # the words stand above the icons, not above their buttons' edges
        above.setSpacing(10)
        above.addWidget(self.pictures)
        above.addWidget(self.prompt)
        layout.addLayout(above)
        layout.addLayout(below)

        theme.changed.connect(self._show_button)
        self.retranslate()

    def take_focus(self) -> None:
        """The keyboard goes to the prompt. No focus proxy: Qt leaves those out when Tab is pressed."""
        self.prompt.setFocus()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.take_focus()  # anywhere on the card
        super().mousePressEvent(event)

    @property
    def text(self) -> str:
        return self.prompt.toPlainText()

    def set_text(self, text: str) -> None:
        self.prompt.setPlainText(text)
        self.prompt.moveCursor(self.prompt.textCursor().MoveOperation.End)

    def tab_chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [self.prompt, self._attach, self.options, self._meter, self._button]

    def set_answering(self, answering: bool) -> None:
        """While an answer is written the button stops it, and Enter keeps the text."""
        self._answering = answering
        self._show_button()

    def set_split(self, split: ContextSplit | None) -> None:
        """How full the model's context is."""
        self._meter.set_split(split)

    def retranslate(self) -> None:
        self.prompt.setPlaceholderText(self.tr("Ask anything. Drop files here."))
        self.prompt.setAccessibleName(self.tr("Your prompt"))
        for button, words in (
            (self._attach, self.tr("Add files to the memory, or pictures to the prompt (Ctrl+O)")),
            (self.options, self.tr("How this conversation is answered (Ctrl+J)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self._show_button()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _send(self) -> None:
        text = self.text.strip()
        if text and not self._answering:
            self.prompt.clear()
            self.sent.emit(text)

    def _show_button(self) -> None:
        t = self._theme.tokens
        ready = self._answering or bool(self.text.strip())
        self._button.setEnabled(ready)
        self._button.setIcon(
            icon(
                "stop" if self._answering else "arrow-up",
                t.on_accent if ready else t.muted,
                14 if self._answering else 18,
            )
        )
        self._button.setIconSize(QSize(18, 18))
        self._button.setToolTip(self.tr("Stop (Ctrl+.)") if self._answering else self.tr("Send (Enter)"))
        self._button.setAccessibleName(self.tr("Stop") if self._answering else self.tr("Send"))
        for tool, name in ((self._attach, "attach"), (self.options, "sliders")):
            tool.setIcon(icon(name, t.muted))
            tool.setIconSize(QSize(18, 18))
        self._button.setCursor(Qt.CursorShape.PointingHandCursor if ready else Qt.CursorShape.ArrowCursor)
