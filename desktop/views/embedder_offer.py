"""One known embedder in the settings: what it is good for, and the button that fetches it or changes to it."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop import embedder_fetch
from desktop.embedder_download import EmbedderDownload
from desktop.fit_words import in_words
from desktop.home import Home
from desktop.language import say
from desktop.views.stylesheet import mark
from engine.download import Progress
from knowledge.embedder_catalog import KnownEmbedder


class EmbedderOffer(QWidget):
    """`use_wanted` when it is here already and shall be used."""

    use_wanted = Signal()

    def __init__(self, one: KnownEmbedder, home: Home, download: EmbedderDownload) -> None:
        super().__init__()
        self.one, self._home, self._download = one, home, download
        self.page = mark(QLabel(), tone="caption")
        self.page.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.words = QLabel()
        for label in (self.page, self.words):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.button = mark(QPushButton(), kind="link")
        self.button.clicked.connect(self._act)
        below = QHBoxLayout()
        below.addWidget(self.button)
        below.addWidget(self.words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.page)
        layout.addLayout(below)

    @property
    def folder(self) -> str:
        """Where it is when it is here."""
        return str(embedder_fetch.place(self._home.folder, self.one))

    @property
    def _coming(self) -> bool:
        return self._download.running and self._download.one == self.one

    def _act(self) -> None:
        if self._coming:
            self._download.stop()
        elif embedder_fetch.place(self._home.folder, self.one).is_dir():
            self.use_wanted.emit()
        else:
            self._download.begin(self.one)

    def show_state(self, *, chosen: bool, busy: bool) -> None:
        """`chosen`: it is in use or on its way to be; `busy`: the memory looks at a model just now."""
        here = embedder_fetch.place(self._home.folder, self.one).is_dir()
        kept = 0 if here or self._coming else embedder_fetch.begun(self._home.folder, self.one)
        size = in_words(self.one.megabytes * 1_000_000)
        if self._coming:
            action = self.tr("Stop")
        elif here:
            action = self.tr("Use")
        elif kept:
            action = self.tr("Go on with the download ({size})").format(size=size)
        else:
            action = self.tr("Download ({size})").format(size=size)
        self.button.setText(action)
        self.button.setAccessibleName(f"{action}: {self.one.name}")
        self.button.setVisible(not (here and chosen) or self._coming)
        arriving = self._coming and not here  # what is here is being looked at, which is not to be stopped
        self.button.setEnabled(
            arriving and not self._download.stopping if self._coming else not self._download.running and not busy
        )
        failed = self._download.error if self._download.one == self.one and not self._coming and not chosen else None
        if failed is not None:
            words = say(failed)
        elif self._coming:
            words = self._progress(self._download.progress, here=here)
        else:
            words = self.tr("Stopped at {amount}").format(amount=in_words(kept)) if kept else ""
        mark(self.words, tone="danger" if failed is not None else "caption").setText(words)

    def _progress(self, progress: Progress | None, *, here: bool) -> str:
        if here:
            return self.tr("Looking at the model…")
        if self._download.stopping:
            return self.tr("Stopping…")
        if progress is None or (progress.step == "connecting" and not progress.done):
            return self.tr("Connecting…")
        amount = in_words(progress.done)
        if progress.total:
            amount = self.tr("{done} of {total}").format(done=amount, total=in_words(progress.total))
        match progress.step:
            case "waiting":
                return self.tr("The connection was lost; trying again… · {amount}").format(amount=amount)
            case "checking":
                return self.tr("Checking that it arrived unharmed…")
        if progress.seconds_left is None:
            return amount
        if progress.seconds_left < 60:
            return f"{amount} · {self.tr('less than a minute left')}"
        return f"{amount} · {self.tr('{count} min left').format(count=round(progress.seconds_left / 60))}"

    def retranslate(self) -> None:
        korean = QLocale().language() == QLocale.Language.Korean
        self.page.setText(
            self.tr("{name}: {good_for}. {size} MB, {licence}.\n{page}").format(
                name=self.one.name,
                good_for=self.one.good_for_ko if korean else self.one.good_for,
                size=QLocale().toString(self.one.megabytes),
                licence=self.one.licence,
                page=self.one.page,
            )
        )
