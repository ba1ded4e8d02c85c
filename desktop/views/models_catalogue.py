"""The catalogue: what to narrow it by, and one of its models with its licence, its languages and its download."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.downloads import Download, Wanted
from desktop.fit_words import guess
from desktop.models.catalogue import LARGE, SMALL, Filter, languages_in_words, number, size_in_words
from desktop.models.local_models import good_for, sentence
from desktop.theme import Theme
from desktop.views.choice import Choice
from desktop.views.clearable_field import ClearableField
from desktop.views.models_local import wrapped
from desktop.views.stylesheet import mark
from engine.catalog import Entry
from engine.messages import Hardware

LEAST_WORDS = 180  # pixels of the field for words beside the choices


class FilterBar(QWidget):
    """`changed` carries the new `Filter`."""

    changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = ClearableField(theme)
        self._language, self._size = Choice(theme), Choice(theme)
        self._fitting = QCheckBox()
        choices = QHBoxLayout()
        choices.setSpacing(8)
        choices.addWidget(self._language)
        choices.addWidget(self._size)
        choices.addStretch(0)
        self._choices = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._choices.setSpacing(8)
        self._choices.addLayout(choices)
        self._choices.addWidget(self._fitting)
        self._choices.addStretch(0)
        self._lines = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(8)
        self._lines.addWidget(self._words, 1)
        self._lines.addLayout(self._choices)
        self.setMinimumWidth(1)  # where there is no room for one line there are two or three
        self._words.textChanged.connect(self._tell)
        self._language.changed.connect(self._tell)
        self._size.changed.connect(self._tell)
        self._fitting.toggled.connect(self._tell)
        self.retranslate()

    @property
    def wanted(self) -> Filter:
        return Filter(
            self._language.value or "", self._size.value or "", self._words.text().strip(), self._fitting.isChecked()
        )

    def retranslate(self) -> None:
        self._words.setPlaceholderText(self.tr("Name or maker"))
        self._words.setAccessibleName(self.tr("Narrow the catalogue by name or maker"))
        self._language.offer(
            [("", self.tr("All languages")), ("en", self.tr("English")), ("ko", self.tr("Korean"))],
            name=self.tr("Language"),
        )
        sizes = (
            ("", self.tr("All sizes")),
            ("small", self.tr("Small (up to {count}B)").format(count=number(SMALL))),
            ("middle", self.tr("Middle")),
            ("large", self.tr("Large ({count}B and more)").format(count=number(LARGE))),
        )
        self._size.offer(sizes, name=self.tr("Size"))
        self._fitting.setText(self.tr("Only what fits"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        choices = sum(part.sizeHint().width() + 8 for part in (self._language, self._size, self._fitting))
        room, ways = event.size().width(), QBoxLayout.Direction
        self._lines.setDirection(ways.LeftToRight if room >= LEAST_WORDS + choices else ways.TopToBottom)
        self._choices.setDirection(ways.LeftToRight if room >= choices else ways.TopToBottom)

    def _tell(self) -> None:
        self.changed.emit(self.wanted)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class CatalogueDetail(QWidget):
    """`download_wanted(Wanted)` and `local_wanted(repository, file)` are for its owner to do."""

    download_wanted = Signal(object)
    local_wanted = Signal(str, str)

    def __init__(self, host: str, parent: QWidget | None = None) -> None:
        """`host` is the hub that a download connects to."""
        super().__init__(parent)
        self._host = host
        self._entry: Entry | None = None
        self._hardware: Hardware | None = None
        self._download: Download | None = None
        self._here = False
        self._name = mark(wrapped(), tone="name")
        self._good = wrapped()
        self._facts = mark(wrapped(), tone="muted")
        self._fit = wrapped()
        self._licence = wrapped()
        self._terms = mark(QPushButton(), kind="link")
        self._terms.clicked.connect(self._open_terms)
        self._where = mark(wrapped(), tone="caption")
        self._checked = mark(wrapped(), tone="caption")
        self._get = mark(QPushButton(), kind="primary")
        self._get.setMinimumHeight(32)
        self._get.clicked.connect(self.act)
        self._leaves = mark(wrapped(), tone="caption")
        terms = QHBoxLayout()
        terms.addWidget(self._licence, 1)
        terms.addWidget(self._terms)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._name, self._good, self._facts):
            layout.addWidget(widget)
        layout.addWidget(self._fit)
        layout.addLayout(terms)
        layout.addSpacing(6)
        layout.addWidget(self._get)
        layout.addWidget(self._leaves)
        layout.addSpacing(6)
        layout.addWidget(self._where)
        layout.addWidget(self._checked)
        layout.addStretch(1)

    def show_entry(self, entry: Entry, hardware: Hardware | None, download: Download | None, *, here: bool) -> None:
        """`download` is the one of this entry, if any; `here`: it is on this computer already."""
        self._entry, self._hardware, self._download, self._here = entry, hardware, download, here
        self._say()

    def act(self) -> None:
        """What the one button says."""
        entry = self._entry
        if entry is None:
            return
        if self._here:
            self.local_wanted.emit(entry.repository, entry.file)
        elif self._get.isEnabled():
            self.download_wanted.emit(
                Wanted(entry.name, entry.repository, entry.file, entry.projector, entry.sha256, entry.revision)
            )

    def _say(self) -> None:
        entry = self._entry
        if entry is None:
            return
        self._name.setText(entry.name)
        self._good.setText(sentence(good_for(entry)))
        parts = [
            size_in_words(entry),
            self.tr("{count} billion parameters").format(count=number(entry.parameters)),
            entry.quantisation,
            languages_in_words(entry),
            self.tr("sees images") if entry.sees else "",
            self.tr("thinks before it answers") if entry.thinks else "",
        ]
        self._facts.setText(" · ".join(part for part in parts if part))
        if self._hardware is not None:
            words, tone = guess(entry.about_memory, self._hardware)
            mark(self._fit, tone=tone).setText(words)
        self._fit.setVisible(self._hardware is not None)
        words = self.tr("Licence: {licence}").format(licence=entry.licence)
        if entry.non_commercial:
            words = self.tr("{licence}. It forbids commercial use.").format(licence=words)
        mark(self._licence, tone="warn" if entry.non_commercial else "plain").setText(words)
        self._terms.setText(self.tr("Read it"))
        self._terms.setToolTip(entry.licence_url)
        self._terms.setVisible(bool(entry.licence_url))
        self._where.setText(f"{self._host}/{entry.repository}\n{entry.file}")
        self._checked.setText(
            self.tr("The file is checked against the SHA-256 that Haema knows.")
            if entry.pinned
            else self.tr("Haema knows no checksum of this file; it is checked against the one the hub publishes.")
        )
        self._say_button(entry)

    def _say_button(self, entry: Entry) -> None:
        phase = self._download.phase if self._download is not None else None
        self._get.setEnabled(self._here or phase in {None, "paused", "failed", "done"})
        self._leaves.setVisible(not self._here and phase is None)
        self._leaves.setText(self.tr("This connects to {host}. Nothing you wrote is sent.").format(host=self._host))
        if self._here:
            self._get.setText(self.tr("Show it on this computer"))
        elif phase == "paused":
            self._get.setText(self.tr("Go on with the download"))
        elif phase == "failed":
            self._get.setText(self.tr("Try again"))
        elif phase in {"running", "pausing"}:
            self._get.setText(self.tr("Downloading…"))
        elif phase == "waiting":
            self._get.setText(self.tr("Waits for the one before"))
        else:
            self._get.setText(self.tr("Download {size}").format(size=size_in_words(entry)))

    def _open_terms(self) -> None:
        if self._entry is not None:
            QDesktopServices.openUrl(QUrl(self._entry.licence_url))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()
