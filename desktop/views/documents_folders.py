"""The watched folders: which they are, whether they are there, how many documents they hold; more, or one less."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop.document_shelf import Followed
from desktop.models.documents import shown_folder
from desktop.models.model_rows import Row, RowsModel
from desktop.theme import Theme
from desktop.views.documents_list import EmptyWords
from desktop.views.models_list import ModelsList
from desktop.views.models_local import wrapped
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


class DocumentsFolders(QWidget):
    """The list, and what stands below it. `stop_wanted` carries the chosen folder, `chosen` follows the selection."""

    add_wanted = Signal()
    stop_wanted = Signal(object)
    chosen = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folders: tuple[Followed, ...] = ()
        self._model = RowsModel(self)
        self.list = ModelsList(self._model, theme)
        self.list.chosen.connect(lambda _: self.chosen.emit())
        self._model.modelReset.connect(self.chosen)
        self.list.installEventFilter(self)
        self.add = QPushButton()
        self.add.clicked.connect(self.add_wanted)
        self._about = mark(wrapped(), tone="caption")
        self._empty = EmptyWords()
        self._empty.setContentsMargins(24, 96, 24, 0)
        self._empty.button.clicked.connect(self.add_wanted)
        foot = QHBoxLayout()
        foot.addWidget(self._about, 1)
        foot.addWidget(self.add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        layout.addWidget(self._empty, 1)
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)
        self.retranslate()

    @property
    def current(self) -> Followed | None:
        """The chosen folder."""
        return next((folder for folder in self._folders if folder.path == self.list.key), None)

    def show_folders(self, folders: Sequence[Followed]) -> None:
        key = self.list.key
        self._folders = tuple(folders)
        self._model.set_rows(tuple(self._row(folder) for folder in folders))
        self._empty.setVisible(not folders)
        for part in (self.list, self.add, self._about):
            part.setVisible(bool(folders))
        self.list.show_key(key if self._model.row_of(key).isValid() else (folders[0].path if folders else None))
        self.chosen.emit()

    def _row(self, folder: Followed) -> Row:
        parts = (folder.collection, shown_folder(folder.path))
        return Row(
            folder.path,
            folder.path.rstrip("/\\").replace("\\", "/").rsplit("/", 1)[-1] or folder.path,
            " · ".join(part for part in parts if part),
            documents_in_words(folder.documents) if folder.there else self.tr("is not there"),
            "muted" if folder.there else "warn",
            matter=folder,
        )

    def retranslate(self) -> None:
        self.list.setAccessibleName(self.tr("Followed folders"))
        self.add.setText(self.tr("Follow a folder…"))
        self._empty.say(
            self.tr("No folder is followed yet. What is in one is read, and kept up as files change."), self.add.text()
        )
        self._about.setText(self.tr("Folders are followed while Haema is open; what changed before is caught up."))
        self.show_folders(self._folders)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.key() if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress else None
        if watched is self.list and pressed in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and self.current is not None:
            self.stop_wanted.emit(self.current)
            return True
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class FolderDetail(QWidget):
    """One watched folder, and what can be done with it. The signals carry it."""

    stop_wanted = Signal(object)
    open_wanted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder: Followed | None = None
        self._name, self._state = mark(wrapped(), tone="name"), wrapped()
        self._place, self._about = mark(wrapped(), tone="caption"), mark(QLabel(), tone="muted")
        self.show_folder_button, self.stop = (
            QuietButton(theme, "", tone="accent"),
            QuietButton(theme, "", tone="accent"),
        )
        self.show_folder_button.clicked.connect(lambda: self.open_wanted.emit(self._folder))
        self.stop.clicked.connect(lambda: self.stop_wanted.emit(self._folder))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for widget in (self._name, self._state, self._about, self._place):
            layout.addWidget(widget)
        layout.addSpacing(6)
        for button in (self.show_folder_button, self.stop):
            layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(1)

    def show_followed(self, folder: Followed) -> None:
        self._folder = folder
        self._name.setText(shown_folder(folder.path).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1])
        self._place.setText(folder.path)
        if folder.there:
            words = self.tr("Followed: what changes in it is read, what is deleted is forgotten.")
        else:
            words = self.tr("It is not there now. Nothing is forgotten; when it comes back, it is followed again.")
        mark(self._state, tone="plain" if folder.there else "warn").setText(words)
        held = documents_in_words(folder.documents)
        into = self.tr("in the collection “{name}”").format(name=folder.collection) if folder.collection else ""
        self._about.setText(" · ".join(part for part in (held, into) if part))
        self.show_folder_button.setText(self.tr("Show the folder"))
        self.show_folder_button.setVisible(folder.there)
        self.stop.setText(self.tr("Stop following…"))
        for button in (self.show_folder_button, self.stop):
            button.updateGeometry()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._folder is not None:
            self.show_followed(self._folder)


def documents_in_words(count: int) -> str:
    """How many there are of them."""
    if count == 1:
        return translate("documents", "1 document")
    return translate("documents", "{count} documents").format(count=QLocale().toString(count))
