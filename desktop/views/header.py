"""The line above the transcript: what is talked about, which model answers, and that nothing leaves the computer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from desktop.elsewhere import Elsewhere
from desktop.engine_process import EngineState
from desktop.language import say
from desktop.theme import Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

HEIGHT = 47
LONGEST_BADGE = 240  # pixels of a host's name
LONGEST_PLACE = 220  # pixels of where a conversation belongs
PILL_SIDES = 24  # padding and border


class Header(QWidget):
    """`models_wanted` and the two panes' toggles are for the window to do."""

    models_wanted = Signal()
    left_toggled = Signal()
    right_toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = EngineState("loading")
        self._full_title = ""
        self._words = ""
        self._elsewhere = Elsewhere()
        self.setFixedHeight(round(HEIGHT * theme.scale))

        self._left, self._right = QToolButton(), QToolButton()
        self._left.clicked.connect(self.left_toggled)
        self._right.clicked.connect(self.right_toggled)
        self._title = mark(_Elided(), tone="title")
        self.model = mark(QPushButton(), kind="pill")
        self.model.clicked.connect(self.models_wanted)
        self._download = mark(QPushButton(), kind="pill")
        self._download.clicked.connect(self.models_wanted)
        self._download.hide()
        self._offline = mark(QLabel(), kind="badge")
        self._place = mark(QLabel(), tone="caption")  # where the conversation belongs, and what it may recall
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._private = False
        self._belongs = ""
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(8)
        layout.addWidget(self._left)
        layout.addWidget(self._title, 1)
        layout.addWidget(self._place)
        layout.addWidget(self._download)
        layout.addWidget(self.model)
        layout.addWidget(self._offline)
        layout.addWidget(self._right)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.retranslate()

    def tab_chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [self._left, self._download, self.model, self._right]

    def set_title(self, title: str) -> None:
        self._full_title = title
        self._show_title()

    def set_private(self, *, private: bool) -> None:
        """Whether nothing of the open conversation is kept."""
        self._private = private
        self._show_place()

    def set_place(self, words: str) -> None:
        """Where the conversation belongs, and what it may recall, where that is not the usual."""
        self._belongs = words
        self._show_place()

    def _show_place(self) -> None:
        words = self.tr("nothing of it is kept") if self._private else self._belongs
        tip = self.tr("Nothing of this conversation is kept, and it is gone when you leave it.")
        room = round(LONGEST_PLACE * self._theme.scale)
        self._place.setText(self._place.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room))
        self._place.setToolTip(tip if self._private else words)
        self._place.setAccessibleName(words)
        self._place.setVisible(bool(words))
        self._show_title()

    def set_engine(self, state: EngineState) -> None:
        """What the pill says about the model."""
        self._state = state
        tip = self.tr("Which model answers (Ctrl+M)")
        if state.phase == "loading":
            words = self.tr("Loading the model… {percent} %").format(percent=round(state.fraction * 100))
        elif state.phase == "failed" or state.info is None:
            words = self.tr("No model")
            tip = say(state.error) if state.error is not None else tip
        else:
            name, server = state.info.name, state.info.remote and state.info.fit is None
            device = "CPU" if state.info.gpu_layers == 0 else "GPU"
            words = self.tr("{name} · starter · {device}") if state.info.starter else "{name} · {device}"
            words = name if server else words.format(name=name, device=device)
            context = self.tr("reads {context} tokens at once").format(context=QLocale().toString(state.info.context))
            tip = f"{state.info.path}\n{context}"
            tip = (
                tip
                if server
                else "\n".join(
                    (
                        tip,
                        self.tr("{on} of {layers} layers on the GPU").format(
                            on=state.info.gpu_layers,
                            layers=state.info.fit.layers if state.info.fit is not None else state.info.layers,
                        )
                        if state.info.gpu_layers
                        else self.tr("runs on the processor, {threads} threads").format(threads=state.info.threads),
                    )
                )
            )
        self._words = words
        self._show_model()
        self.model.setToolTip(tip)
        self.model.setAccessibleName(self.tr("Model: {words}").format(words=words))
        mark(self.model, broken=str(state.phase == "failed").lower())

    def set_download(self, name: str, part: float | None) -> None:
        """A model that is on its way; None when none is."""
        self._download.setVisible(part is not None)
        if part is not None:
            percent = round(100 * part)
            self._download.setText(f"↓ {percent} %")
            words = self.tr("Downloading {name}: {percent} %").format(name=name, percent=percent)
            self._download.setToolTip(words)
            self._download.setAccessibleName(words)

    def set_elsewhere(self, elsewhere: Elsewhere) -> None:
        """Whether anything leaves this computer, and where it goes."""
        self._elsewhere = elsewhere
        self._show_elsewhere()

    def _show_elsewhere(self) -> None:
        where = self._elsewhere
        if where.server:
            words = self.tr("Answers come from {host}").format(host=where.server)
            tip = self.tr(
                "Your prompts, the conversation, what is recalled for them and your pictures are sent to {host}.\n"
                "Documents and the memory itself stay on this computer. Change it in the settings (Ctrl+,)."
            ).format(host=where.server)
        elif where.lenders:
            hosts = ", ".join(where.lenders)
            words = (
                self.tr("Computes with {host}").format(host=hosts)
                if len(where.lenders) == 1
                else self.tr("Computes with {count} others").format(count=len(where.lenders))
            )
            tip = self.tr(
                "Parts of the model run on {hosts}; what is computed from your prompts goes there unencrypted.\n"
                "Change it in the settings (Ctrl+,)."
            ).format(hosts=hosts)
        else:
            words, tip = self.tr("Offline"), self.tr("Nothing you write or drop here leaves this computer.")
        room = round(LONGEST_BADGE * self._theme.scale)
        self._offline.setText(self._offline.fontMetrics().elidedText(words, Qt.TextElideMode.ElideMiddle, room))
        self._offline.setAccessibleName(words)
        self._offline.setToolTip(tip)
        self._offline.setAccessibleDescription(tip)
        mark(self._offline, away=str(where.anywhere).lower())
        self._show_model()

    def retranslate(self) -> None:
        self._show_elsewhere()
        for button, words in (
            (self._left, self.tr("Conversations (Ctrl+B)")),
            (self._right, self.tr("Sources (Ctrl+Shift+B)")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.set_engine(self._state)
        self._show_place()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_model()

    def _show_model(self) -> None:
        """The pill leaves half of the line to the title."""
        room = max(60, self.width() // 2 - PILL_SIDES - self._offline.sizeHint().width())
        self.model.setText(self.model.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room))

    def _show_title(self) -> None:
        private = self.tr("Private conversation") if self._private else ""
        self._title.show_words(private or self._full_title or self.tr("New conversation"))

    def _paint_icons(self) -> None:
        for button, name in ((self._left, "pane-left"), (self._right, "pane-right")):
            button.setIcon(icon(name, self._theme.tokens.muted))
            button.setIconSize(QSize(18, 18))


class _Elided(QLabel):
    """One line that takes what room there is; what does not fit is in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_words(self, words: str) -> None:
        self._words = words
        self.setToolTip(words)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width()))
