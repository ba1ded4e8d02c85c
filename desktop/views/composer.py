"""The composer: the prompt on a card, with attach, progress, the context meter, and Send, which is also Stop."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from desktop.theme import Size, Theme
from desktop.views.icons import icon
from desktop.views.prompt import Prompt
from desktop.views.stylesheet import mark
from engine.messages import ContextSplit


class Composer(QFrame):
    """`sent(text)` when a prompt is ready, `stop_wanted`, `attach_wanted`, and `files` for what is pasted as files."""

    sent = Signal(str)
    stop_wanted = Signal()
    attach_wanted = Signal()
    files = Signal(list)

    def __init__(self, theme: Theme, progress: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._answering = False
        self._split: ContextSplit | None = None
        self.setObjectName("card")

        self.prompt = Prompt()
        self.prompt.setFont(theme.font(Size.BODY))
        self.prompt.sent.connect(self._send)
        self.prompt.files.connect(self.files)
        self.prompt.textChanged.connect(self._show_button)
        self.setFocusProxy(self.prompt)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # anywhere on the card
        self._attach = QToolButton()
        self._attach.clicked.connect(self.attach_wanted)
        self._meter = mark(QLabel(), tone="caption")
        self._button = QToolButton()
        self._button.setObjectName("send")
        self._button.setFixedSize(32, 32)
        self._button.clicked.connect(lambda: self.stop_wanted.emit() if self._answering else self._send())

        below = QHBoxLayout()
        below.setSpacing(10)
        below.addWidget(self._attach)
        below.addWidget(progress, 1)
        below.addWidget(self._meter)
        below.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 11, 12, 11)
        layout.setSpacing(10)
        layout.addWidget(self.prompt)
        layout.addLayout(below)

        theme.changed.connect(self._show_button)
        self.retranslate()

    @property
    def text(self) -> str:
        return self.prompt.toPlainText()

    def set_text(self, text: str) -> None:
        self.prompt.setPlainText(text)
        self.prompt.moveCursor(self.prompt.textCursor().MoveOperation.End)

    def set_answering(self, answering: bool) -> None:
        """While an answer is written the button stops it, and Enter keeps the text."""
        self._answering = answering
        self._show_button()

    def set_split(self, split: ContextSplit | None) -> None:
        """How full the model's context is."""
        self._split = split
        self._meter.setVisible(split is not None)
        if split is None:
            return
        used = split.system + split.history + split.recall + split.prompt
        locale = QLocale()
        self._meter.setText(
            self.tr("context {used} of {context}").format(used=short(used), context=short(split.context))
        )
        parts = [
            self.tr("instructions {n}").format(n=locale.toString(split.system)),
            self.tr("conversation {n}").format(n=locale.toString(split.history)),
            self.tr("recalled {n}").format(n=locale.toString(split.recall)),
            self.tr("your prompt {n}").format(n=locale.toString(split.prompt)),
            self.tr("kept free for the answer {n}").format(n=locale.toString(split.reserve)),
        ]
        if split.dropped_turns:
            parts.append(self.tr("older turns left out {n}").format(n=locale.toString(split.dropped_turns)))
        self._meter.setToolTip("\n".join([self.tr("Tokens the model reads at once:"), *parts]))

    def retranslate(self) -> None:
        self.prompt.setPlaceholderText(self.tr("Ask anything. Drop files here."))
        self.prompt.setAccessibleName(self.tr("Your prompt"))
        self._attach.setToolTip(self.tr("Add files to the memory"))
        self._attach.setAccessibleName(self.tr("Add files to the memory"))
        self.set_split(self._split)
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
        self._attach.setIcon(icon("attach", t.muted))
        self._attach.setIconSize(QSize(18, 18))
        self._button.setCursor(Qt.CursorShape.PointingHandCursor if ready else Qt.CursorShape.ArrowCursor)


def short(tokens: int) -> str:
    """A count as the meter says it: 640, 2.1k, 8k."""
    if tokens < 1000:
        return str(tokens)
    if tokens % 1024 == 0:
        return f"{tokens // 1024}k"  # contexts are sold in powers of two
    return f"{tokens / 1000:.1f}".removesuffix(".0") + "k" if tokens < 10_000 else f"{round(tokens / 1000)}k"
