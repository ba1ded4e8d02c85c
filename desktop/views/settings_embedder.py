"""The settings' section on the embedder: which one compares meanings, and how far another one has come."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from desktop.background import Background, Task
from desktop.embedder_download import embedder_download
from desktop.home import Home
from desktop.language import say
from desktop.views.embedder_offer import EmbedderOffer
from desktop.views.stylesheet import mark
from engine.web import host_of
from knowledge.embedder_catalog import IN_USE, NEXT, known_embedders, named

LOOK_MS = 500  # how often the memory is asked how far it is


class EmbedderSection(QWidget):
    """What is in use, a folder to be chosen, the way back to the bundled one, and where others are found."""

    def __init__(self, home: Home, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._home, self._background = home, background
        self._task: Task | None = None
        self._title = mark(QLabel(), tone="title")
        self._intro = mark(QLabel(), tone="caption")
        self.state = QLabel()
        self.trouble = mark(QLabel(), tone="danger")
        for label in (self._intro, self.state, self.trouble):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.choose, self.bundled, self.keep = QPushButton(), QPushButton(), QPushButton()
        self.choose.clicked.connect(self._ask_for_folder)
        self.bundled.clicked.connect(lambda: self.use(None))
        self.keep.clicked.connect(lambda: self.use(named(home.store, IN_USE) or None))
        self._known_title = mark(QLabel(), tone="caption")
        self._known_title.setWordWrap(True)
        self.download = embedder_download(home, background)
        self.offers = [EmbedderOffer(one, home, self.download) for one in known_embedders()]
        for offer in self.offers:
            offer.use_wanted.connect(lambda offer=offer: self.use(offer.folder))
        self.download.changed.connect(self._show_offers)
        self._lay_out()
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self.refresh)
        self.retranslate()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        for button in (self.choose, self.bundled, self.keep):
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for part in (self._title, self._intro, self.state, self.bar, self.trouble):
            layout.addWidget(part)
        layout.addLayout(buttons)
        layout.addWidget(self._known_title)
        for offer in self.offers:
            layout.addWidget(offer)

    # ------------------------------------------------------------ what is in use

    def refresh(self) -> None:
        """Show how things stand with the memory now."""
        memory = self._home.memory
        progress, coming = memory.next_embedder, named(self._home.store, NEXT)
        under_way = coming is not None and self._task is None
        name = memory.embedder or "…"
        if self._task is not None:
            self.state.setText(self.tr("Looking at the model…"))
        elif under_way:
            self.state.setText(
                self.tr("“{next}” gets to know your memory. “{name}” answers until then.").format(
                    next=Path(coming).name if coming else self.tr("The bundled model"), name=name
                )
            )
        else:
            self.state.setText(self.tr("In use: {name}").format(name=name))
        self.bar.setVisible(under_way)
        self.bar.setRange(0, max(1, progress.total) if progress is not None else 0)  # 0, 0: busy, nobody knows how far
        self.bar.setValue(progress.done if progress is not None else 0)
        self.bar.setAccessibleName(self.state.text())
        trouble = memory.embedder_trouble
        if trouble is not None:
            self.trouble.setText(say(trouble))
        self.trouble.setVisible(bool(self.trouble.text()))
        self.keep.setVisible(under_way)
        self.bundled.setVisible(not under_way and bool(named(self._home.store, IN_USE)))
        for button in (self.choose, self.bundled, self.keep):
            button.setEnabled(self._task is None)
        self._show_offers()

    def _show_offers(self) -> None:
        coming = named(self._home.store, NEXT)
        chosen = coming if coming is not None else named(self._home.store, IN_USE)
        for offer in self.offers:
            offer.show_state(chosen=offer.folder == chosen, busy=self._task is not None)

    def use(self, folder: str | None) -> None:
        """Change to the model in `folder`; None is the bundled one."""
        self.trouble.setText("")
        memory = self._home.memory
        self._task = self._background.run(
            lambda _: memory.choose_embedder(folder), on_done=lambda _: self._begun(None), on_failed=self._begun
        )
        self.refresh()

    def _begun(self, error: Exception | None) -> None:
        self._task = None
        if error is not None:
            self.trouble.setText(say(error))
        self.refresh()

    def _ask_for_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose the model's folder"))
        if folder:
            self.use(folder)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look.start()
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._look.stop()
        if self._task is not None:
            self._task.forsake()  # its window goes; what was begun goes on
            self._task = None

    # ------------------------------------------------------------ words

    def retranslate(self) -> None:
        self._title.setText(self.tr("Comparing meanings"))
        self._intro.setText(
            self.tr(
                "A small model finds what means the same in other words. The bundled one reads English; with a "
                "multilingual one, questions in one language find passages in the other."
            )
        )
        self.choose.setText(self.tr("Choose a folder…"))
        self.bundled.setText(self.tr("Back to the bundled one"))
        self.keep.setText(self.tr("Keep the present one"))
        self._known_title.setText(
            self.tr(
                "Models for English and Korean. A download connects to {host}, and then changes to the model; a "
                "folder downloaded by hand can be chosen as well. Only safetensors are loaded, never a program that "
                "comes along."
            ).format(host=host_of(self._home.settings.hub))
        )
        for offer in self.offers:
            offer.retranslate()
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
