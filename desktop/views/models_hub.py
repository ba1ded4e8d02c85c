"""Looking for models on the hub: the line to write in, and one repository with its files."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QLocale, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.downloads import Downloads, Wanted
from desktop.fit_words import in_words
from desktop.hub_search import HubSearch
from desktop.language import say
from desktop.model_shelf import ModelShelf
from desktop.models.hub_results import file_rows
from desktop.models.model_rows import RowsModel
from desktop.theme import Theme
from desktop.views.clearable_field import ClearableField
from desktop.views.models_list import ModelsList
from desktop.views.models_local import wrapped
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from engine.hub import Found, HubFile

USUAL = "Q4_K_M"
STAYS_MS = 300  # with one repository, before the hub is asked what is in it


class SearchBar(QWidget):
    """Searches when Enter or the button is pressed; says where that connects to."""

    def __init__(self, hub: HubSearch, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hub = hub
        self._words = ClearableField(theme)
        self._words.returnPressed.connect(self._search)
        self._button = QPushButton()
        self._button.clicked.connect(self._search)
        self._sentence = mark(QLabel(), tone="caption")
        self._sentence.setWordWrap(True)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._words, 1)
        line.addWidget(self._button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(line)
        layout.addWidget(self._sentence)
        self.retranslate()

    def take_focus(self) -> None:
        """The keyboard goes to the words."""
        self._words.setFocus()

    def retranslate(self) -> None:
        host = self._hub.host
        self._words.setPlaceholderText(self.tr("Name of a model or its maker"))
        self._words.setAccessibleName(self.tr("Search {host} for models").format(host=host))
        self._button.setText(self.tr("Search"))
        self._sentence.setText(
            self.tr("Searching connects to {host} and sends these words, nothing else.").format(host=host)
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _search(self) -> None:
        self._hub.search(self._words.text())


class HubDetail(QWidget):
    """One repository; its files are asked for when it is opened, which the user does by a key or a click."""

    download_wanted = Signal(object)

    def __init__(
        self, hub: HubSearch, shelf: ModelShelf, downloads: Downloads, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._hub, self._shelf, self._downloads = hub, shelf, downloads
        self._found: Found | None = None
        self._name = mark(wrapped(), tone="name")
        self._facts = mark(wrapped(), tone="muted")
        self._warning = mark(wrapped(), tone="warn")
        self._page = QuietButton(theme, "", tone="accent")
        self._page.clicked.connect(self._open_page)
        self._model = RowsModel(self)
        self.list = ModelsList(self._model, theme)
        self.list.chosen.connect(lambda _: self._say_button())
        self.list.opened.connect(lambda _: self.act())
        self._again = QuietButton(theme, "", tone="accent")
        self._again.clicked.connect(self._list_files)
        self._with = mark(wrapped(), tone="caption")
        self._stays = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._stays.timeout.connect(self._list_files)
        self._get = mark(QPushButton(), kind="primary")
        self._get.setMinimumHeight(32)
        self._get.clicked.connect(self.act)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._name, self._facts, self._warning):
            layout.addWidget(widget)
        links = QHBoxLayout()
        links.setSpacing(14)
        links.addWidget(self._page)
        links.addWidget(self._again)
        links.addStretch(1)
        layout.addLayout(links)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._with)
        layout.addWidget(self._get)
        layout.addStretch(0)  # takes the room where there is no list of files
        hub.changed.connect(self._say)
        downloads.changed.connect(self._say)
        shelf.changed.connect(self._say)
        self.retranslate()

    def show_found(self, found: Found) -> None:
        """Show a repository; its files are asked for when the reader stays with it."""
        self._found = found
        self._stays.start()
        self._say()

    def act(self) -> None:
        """Download the chosen file."""
        file = self._file()
        if file is not None and self._get.isEnabled():
            title = file.repository.rpartition("/")[2]
            words = " ".join(part for part in (title, file.quantisation) if part)
            eyes = self._eyes_for(file)
            projector = eyes.path if eyes is not None else None
            self.download_wanted.emit(Wanted(words, file.repository, file.path, projector, file.sha256))

    def _list_files(self) -> None:
        if self._found is not None and not self._found.gated:
            self._hub.list_files(self._found.repository)

    def _say(self) -> None:
        found = self._found
        if found is None:
            return
        self._name.setText(found.repository)
        licence = (
            self.tr("Licence: {licence}").format(licence=found.licence)
            if found.licence
            else self.tr("No licence is named; look at its page before you use it.")
        )
        counts = self.tr("{downloads} downloads a month · ♥ {likes}").format(
            downloads=QLocale().toString(found.downloads), likes=QLocale().toString(found.likes)
        )
        self._facts.setText(f"{licence}\n{counts}")
        files = self._hub.files.get(found.repository)
        warning = ""
        if found.gated:
            warning = self.tr(
                "Its publisher wants a log-in and a yes to their terms. Download it on its page, then add it from disk."
            )
        elif isinstance(files, Exception):
            warning = say(files)
        self._warning.setText(warning)
        self._warning.setVisible(bool(warning))
        self._again.setVisible(isinstance(files, Exception))
        self.list.setVisible(not warning)
        self._get.setVisible(not warning)
        self._with.setVisible(not warning)
        self.list.say_empty(self.tr("It has no GGUF file.") if files == () else self.tr("Asking for its files…"))
        shown = files if isinstance(files, tuple) else ()
        key = self.list.key
        here = {
            item.path.name
            for item in self._shelf.items or ()
            if item.provenance is not None and item.provenance.repository == found.repository
        }
        self._model.set_rows(
            file_rows(
                shown,
                self._shelf.hardware,
                here=frozenset(file.path for file in shown if file.path.rpartition("/")[2] in here),
                coming={
                    one.wanted.path: one.phase
                    for one in self._downloads.items
                    if one.wanted.repository == found.repository
                },
            )
        )
        self.list.show_key(key if self._model.row_of(key).isValid() else _usual(shown))
        self._say_button()

    def _say_button(self) -> None:
        file = self._file()
        coming = self._downloads.of(file.repository, file.path) if file is not None else None
        self._get.setEnabled(file is not None and (coming is None or coming.phase in {"paused", "failed", "done"}))
        eyes = self._eyes_for(file) if file is not None else None
        if file is None:
            self._get.setText(self.tr("Choose a file"))
        else:
            size = file.size + (eyes.size if eyes is not None else 0)
            self._get.setText(self.tr("Download {size}").format(size=in_words(size)))
        if eyes is not None:
            self._with.setText(self.tr("With {file}, which lets it see images.").format(file=eyes.path))
        self._with.setVisible(eyes is not None)

    def _file(self) -> HubFile | None:
        files = self._hub.files.get(self._found.repository) if self._found is not None else None
        return next((file for file in files if file.path == self.list.key), None) if isinstance(files, tuple) else None

    def _eyes_for(self, file: HubFile) -> HubFile | None:
        """The projector that is fetched with a model: the 16 bit one where there are several, as its makers tell."""
        files = self._hub.files.get(file.repository)
        if file.projector or not isinstance(files, tuple):
            return None
        projectors = [one for one in files if one.projector]
        return next((one for one in projectors if one.quantisation == "F16"), projectors[0] if projectors else None)

    def _open_page(self) -> None:
        if self._found is not None:
            QDesktopServices.openUrl(QUrl(f"https://{self._hub.host}/{self._found.repository}"))

    def retranslate(self) -> None:
        self._page.setText(self.tr("Its page"))
        self._page.setToolTip(self.tr("Opens in your browser"))
        self._again.setText(self.tr("Try again"))
        self.list.setAccessibleName(self.tr("Files of the repository"))
        self._say()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def _usual(files: Sequence[HubFile]) -> str | None:
    """The file that most people want: 4 bits, of even quality."""
    return next((file.path for file in files if file.quantisation == USUAL and not file.projector), None)
