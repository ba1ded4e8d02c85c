"""The window: conversations | chat | sources, with drops anywhere, shortcuts, and a remembered shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDesktopServices,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QStackedLayout, QVBoxLayout, QWidget

from desktop.answering import Answering
from desktop.attach import Attaching
from desktop.background import Background
from desktop.elsewhere import elsewhere
from desktop.engine_process import EngineState
from desktop.home import Home
from desktop.language import Language, say
from desktop.models.conversations import ConversationsModel
from desktop.pictures import pictures_and_others
from desktop.porting import porting
from desktop.theme import Theme
from desktop.views import shape
from desktop.views.chat import ChatPane
from desktop.views.conversations import ConversationsPane
from desktop.views.deleting import Deleting
from desktop.views.document_room import DocumentRoom
from desktop.views.documents_room import DocumentsRoom
from desktop.views.drop import DropOverlay
from desktop.views.engine_words import notable
from desktop.views.memory_room import MemoryRoom
from desktop.views.memory_why import reason_of
from desktop.views.models_room import ModelsRoom, is_model
from desktop.views.panes import LEFT, RIGHT, Panes
from desktop.views.port_words import follow, without_exports
from desktop.views.projects_menu import ProjectsMenu
from desktop.views.sources import SourcesPane
from desktop.views.stylesheet import stylesheet
from desktop.views.tab_order import order_tabs
from knowledge.errors import MemoryDied
from knowledge.messages import Recalled
from knowledge.projects import places, projects

if TYPE_CHECKING:
    from desktop.views.welcome import Welcome

# The dialogs and the first-run screen are imported when they are shown: each costs the first window 10 to 20 ms.


class Window(QWidget):
    """`painted` is emitted once, after the first paint: the time to start what is slow."""

    painted = Signal()

    def __init__(
        self, home: Home, theme: Theme, language: Language, background: Background, frame: QWidget | None = None
    ) -> None:
        super().__init__(frame)
        self._home, self._theme, self._language, self._background = home, theme, language, background
        self._first_paint = True
        self._first_run: Welcome | None = None
        self.setObjectName("window")
        self.setWindowTitle("Haema")
        self.setMinimumSize(QSize(480, 420))

        self.porting = porting(home, background)
        self.answering = Answering(home, background, self)
        self.attaching = Attaching(home, background, self)
        self._model = ConversationsModel(self)
        self.left = ConversationsPane(self._model, theme)
        self.chat = ChatPane(home, self.answering, self.attaching, background, theme)
        self.right = SourcesPane(theme)
        self._projects = ProjectsMenu(home, self.answering, background, self.left, self)
        self._deleting = Deleting(home, self.answering, background, self._model, self)
        self._splitter = Panes((self.left, self.chat, self.right), theme.scale)
        self._overlay = DropOverlay(theme, self)
        self._pages = QStackedLayout()
        self._pages.addWidget(self._splitter)
        self.models = ModelsRoom(home, theme, background, self._pages, self)
        self.documents = DocumentRoom(home, theme, background, self._pages, self)
        self.holdings = DocumentsRoom(home, self.attaching, theme, background, self._pages, self.documents, self)
        self.memories = MemoryRoom(home, self.attaching, theme, background, self._pages, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._pages)

        self._wire()
        self._add_shortcuts()
        order_tabs([*self.left.tab_chain(), *self.chat.tab_chain()])
        self._dress()
        theme.changed.connect(self._dress)
        shape.restore(self, self._splitter, home.settings)
        self.chat.header.set_elsewhere(elsewhere(home.settings))
        self.refresh()
        self.chat.show_conversation(None)
        if not home.settings.welcomed:
            self._welcome()
        self.take_focus()

    # ------------------------------------------------------------ set-up

    def _wire(self) -> None:
        home = self._home
        self.left.chosen.connect(self.open_conversation)
        self.left.new_wanted.connect(self.new_conversation)
        self.left.rename_wanted.connect(self._rename)
        self.left.delete_wanted.connect(self._deleting.ask)
        self._deleting.leaving.connect(self.chat.forget)
        self._projects.leaving.connect(self.chat.forget)
        self._projects.changed.connect(self._renew_after_forgetting)
        self._projects.begin_wanted.connect(self._begin_in)
        self._projects.private_wanted.connect(self._begin_private)
        self._projects.failed.connect(self._keep_after_all)
        self._deleting.gone.connect(self._count)
        self._deleting.failed.connect(self._keep_after_all)
        self.left.settings_wanted.connect(self._show_settings)
        self.left.documents_wanted.connect(lambda: self._show(self.holdings))
        self.left.memory_wanted.connect(lambda: self._show(self.memories))
        self._overlay.dropped.connect(self.add_files)
        follow(self.porting, self.chat.notice, self.refresh)
        self.holdings.closed.connect(self.take_focus)
        self.memories.closed.connect(self.take_focus)
        self.memories.open_wanted.connect(self._open_source)
        self.memories.talk_wanted.connect(lambda: self._in_conversation(self.new_conversation))
        self.memories.changed.connect(self._renew_after_forgetting)
        self.holdings.summary_wanted.connect(self._summarise)
        self.chat.eyes_wanted.connect(self.models.open)
        self.chat.header.left_toggled.connect(lambda: self._splitter.toggle(LEFT))
        self.chat.header.right_toggled.connect(lambda: self._splitter.toggle(RIGHT))
        self.chat.header.models_wanted.connect(self.models.open)
        self.models.closed.connect(self.take_focus)
        self.models.downloading.connect(self.chat.header.set_download)
        self.models.arrived.connect(
            lambda words, button, act: self.chat.notice.say(words, tone="muted", button=button, act=act)
        )
        self.models.chosen.connect(self.chat.notice.hide)
        self.models.chosen.connect(lambda: self.chat.header.set_elsewhere(elsewhere(home.settings)))
        self.chat.composer.attach_wanted.connect(self._choose_files)
        self.chat.composer.files.connect(self.add_files)
        self.chat.sources_shown.connect(self.right.set_sources)
        self.chat.sources_shown.connect(self.documents.warm_up)
        self.chat.moved.connect(self._follow)
        self.chat.stored.connect(self.refresh)
        self.chat.settled.connect(self._settle)
        self.chat.transcript.source_hovered.connect(lambda place: self.right.highlight(place or None))
        self.chat.transcript.source_clicked.connect(self._open_place)
        self.chat.transcript.link_clicked.connect(lambda url: QDesktopServices.openUrl(QUrl(url)))
        self.right.open_requested.connect(self._open_source)
        self.right.summary_requested.connect(self.chat.summarise)
        self.right.because_of = lambda: reason_of(home.history, self.chat.current, self.chat.transcript.selected)
        self.right.pin_requested.connect(self.memories.pin)
        self.right.forget_requested.connect(self.memories.forget)
        self.holdings.changed.connect(self._count)

    def _add_shortcuts(self) -> None:
        for keys, act in (
            ("Ctrl+.", self.answering.stop),
            ("Ctrl+O", self._choose_files),
            ("Ctrl+,", self._show_settings),
            ("Ctrl+M", self.models.toggle),
            ("Ctrl+D", lambda: self._show(self.holdings)),
            ("Ctrl+Shift+M", lambda: self._show(self.memories)),
            ("F1", self._show_keys),
        ):
            QShortcut(QKeySequence(keys), self, act)
        for keys, act in (
            ("Ctrl+N", self.new_conversation),
            ("Ctrl+Shift+N", self._begin_private),
            ("Ctrl+K", self._find),
            ("Ctrl+L", self.chat.composer.prompt.setFocus),
            ("Ctrl+J", self.chat.options.toggle),
            ("Ctrl+B", lambda: self._splitter.toggle(LEFT)),
            ("Ctrl+Shift+B", lambda: self._splitter.toggle(RIGHT)),
            ("F2", self.left.edit_current),
        ):
            QShortcut(QKeySequence(keys), self, lambda act=act: self._in_conversation(act))

    def _in_conversation(self, act: Callable[[], object]) -> None:
        """These keys lead to the conversation from wherever the user is, but not past the first-run screen."""
        if self._first_run is None:
            if self.models.is_open:
                self.models.close()
            self.documents.close()
            self.holdings.close()
            self.memories.close()
            act()

    def _dress(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.setPalette(self._theme.palette())
        app.setStyleSheet(stylesheet(self._theme))

    def _show_keys(self) -> None:
        from desktop.views.dialogs import show_keys

        show_keys(self)

    def _show_settings(self) -> None:
        from desktop.views.settings import SettingsWindow

        for shown in self.findChildren(SettingsWindow):
            if shown.isVisible():
                shown.activateWindow()
                return
        window = SettingsWindow(self._home, self._theme, self._language, self._background, self)
        window.elsewhere_changed.connect(lambda: self.chat.header.set_elsewhere(elsewhere(self._home.settings)))
        window.show()

    def _show(self, room: DocumentsRoom | MemoryRoom) -> None:
        """Or, where it is shown, lead back; not past the first-run screen."""
        if room.is_open:
            room.close()
        else:
            self._in_conversation(room.open)

    def _summarise(self, document: int, name: str) -> None:
        """Have the document read whole, in a conversation of its own."""
        self._in_conversation(lambda: None if self.answering.busy else self.new_conversation())
        self.chat.summarise(document, name)

    def _welcome(self) -> None:
        from desktop.views.welcome import Welcome

        page = Welcome(self._theme, self._language)
        self._pages.addWidget(page)
        self._pages.setCurrentWidget(page)
        page.language_chosen.connect(self._speak)
        page.folder_chosen.connect(self.add_files)
        page.started.connect(lambda: self._start(page))
        self._first_run = page

    def _start(self, page: QWidget) -> None:
        self._home.settings.welcomed = True
        self._pages.setCurrentWidget(self._splitter)
        page.deleteLater()
        self._first_run = None
        self.chat.composer.take_focus()

    def _speak(self, code: str) -> None:
        self._home.settings.language = code
        self._language.choose("ko" if code == "ko" else "en")

    # ------------------------------------------------------------ what the workers say

    def show_engine(self, state: EngineState) -> None:
        """A new state of the engine, in the window's thread."""
        self.chat.set_engine(state)
        self.models.show_engine(state)
        if state.error is not None:
            self.chat.notice.say(
                say(state.error), tone="danger", button=self.tr("Choose a model…"), act=self.models.open
            )
        elif words := notable(state):
            way_back = self.tr("Models…") if state.healed is not None else ""
            self.chat.notice.say(words, button=way_back, act=self.models.open)

    def show_memory(self, ready: bool) -> None:
        """The memory's worker became ready, or died and is started again."""
        self.chat.set_memory_ready(ready)
        self.holdings.warm_up()
        self.memories.warm_up()
        if not ready:
            self.chat.notice.say(say(MemoryDied()))
        self._count()

    # ------------------------------------------------------------ conversations

    def refresh(self) -> None:
        """Read the list of conversations again, and what the memory holds."""
        store = self._home.store
        self._model.set_conversations(self._home.history.conversations(), projects(store), places(store))
        self.left.show_current(self.chat.current)
        self._count()

    def _renew_after_forgetting(self) -> None:
        """What was forgotten, or came back, may stand in the open conversation."""
        self.refresh()
        if not self.answering.busy:
            self.chat.show_conversation(self.chat.current)

    def new_conversation(self) -> None:
        self.open_conversation(None)

    def _begin_private(self) -> None:
        self.open_conversation(self.chat.private.begin())

    def _begin_in(self, project: str) -> None:
        self.new_conversation()
        self.chat.options.begin_in(project)

    def open_conversation(self, id: str | None) -> None:
        if id != self.chat.current or id is None:
            self.chat.show_conversation(id)
        self.left.show_current(id)
        self.chat.composer.take_focus()

    def _follow(self, id: str) -> None:
        self.chat.header.set_title(self._home.history.conversation(id).title)

    def _rename(self, id: str, title: str) -> None:
        self._home.history.rename(id, title)
        if id == self.chat.current:
            self.chat.header.set_title(title)

    def _keep_after_all(self, error: Exception) -> None:
        self.chat.notice.say(say(error), tone="danger")
        self.refresh()

    def _settle(self) -> None:
        if not self._deleting.settle():
            self.refresh()

    def _count(self) -> None:
        self.memories.hear()
        self.left.show_counts(*self._home.history.counts())

    def _find(self) -> None:
        if not self._splitter.is_shown(LEFT):
            self._splitter.toggle(LEFT)
        self.left.filter.setFocus()
        self.left.filter.selectAll()

    # ------------------------------------------------------------ sources

    def _open_place(self, message: int, place: int) -> None:
        source = self._home.history.sources(message).get(place)
        if source is not None:
            self._open_source(source)

    def _open_source(self, source: Recalled) -> None:
        if source.path is not None:
            self.documents.open(source)
        elif source.conversation is not None and self._model.conversation(source.conversation) is not None:
            self.memories.close()
            self.open_conversation(source.conversation)
            if source.messages:
                self.chat.transcript.show_turn(source.messages[0])
        else:
            self.chat.notice.say(self.tr("That conversation is not here any more."))

    # ------------------------------------------------------------ files and models

    def add_files(self, paths: Sequence[str]) -> None:
        """Index files and folders that were dropped, chosen, or brought by a second start.

        Pictures are shown to the model, and GGUF files are models.
        """
        models = [path for path in paths if is_model(path)]
        pictures, others = pictures_and_others([path for path in paths if path not in models])
        self.chat.add_pictures(pictures)
        others = without_exports(others, self.porting, self)
        if not (others and self.chat.keeps_out_files()):
            project = None if self.holdings.is_open else self.chat.options.place.project
            self.attaching.add(others, self.holdings.collection, project)
        if self._first_run is not None:
            self._first_run.show_added([*pictures, *others])
        self.models.add(models)

    def _choose_files(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self, self.tr("Add files to the memory"))
        self.add_files(files)

    # ------------------------------------------------------------ shape

    def take_focus(self) -> None:
        """The keyboard goes to the composer, or to the first-run screen while that is shown."""
        (self._first_run or self.chat.composer).take_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.answering.busy:
            self.answering.stop()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._first_paint:
            self._first_paint = False
            QTimer.singleShot(0, self, self.painted.emit)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.left.show_current(self.chat.current)

    def closeEvent(self, event: QCloseEvent) -> None:
        shape.keep(self, self._splitter, self._home.settings)
        self.hide()
        self._background.close()
        self.documents.shut()
        super().closeEvent(event)
