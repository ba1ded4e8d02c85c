"""Projects in the conversations' pane: its menus make, rename and remove them, and move conversations in and out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.answering import Answering
from desktop.background import Background
from desktop.home import Home
from desktop.removing_project import remove_project
from desktop.views.conversations import ConversationsPane
from knowledge import projects
from knowledge.errors import KnowledgeError


class ProjectsMenu(QObject):
    """`changed` when conversations stand elsewhere now, `begin_wanted(project)` for a conversation in a project,
    `private_wanted` for one of which nothing is kept, `leaving(conversation)` before one goes with its project,
    `failed(error)` when something could not be done."""

    changed = Signal()
    begin_wanted = Signal(str)
    private_wanted = Signal()
    leaving = Signal(str)
    failed = Signal(object)

    def __init__(
        self, home: Home, answering: Answering, background: Background, pane: ConversationsPane, window: QWidget
    ) -> None:
        super().__init__(window)
        self._home, self._answering, self._background, self._window = home, answering, background, window
        pane.menu_opening.connect(self._fill)
        pane.more_opening.connect(self._fill_more)

    # ------------------------------------------------------------ the menus

    def _fill_more(self, menu: QMenu) -> None:
        private = menu.addAction(self.tr("Private conversation"))
        private.triggered.connect(self.private_wanted)
        private.setToolTip(self.tr("Nothing of it is kept (Ctrl+Shift+N)"))
        menu.setToolTipsVisible(True)
        menu.addAction(self.tr("New project…")).triggered.connect(partial(self._make, None))

    def _fill(self, menu: QMenu, conversation: str | None, project: str | None) -> None:
        if conversation is not None:
            self._offer_places(menu.addMenu(self.tr("Move to")), conversation, project)
            return
        if project is None:
            menu.addAction(self.tr("New project…")).triggered.connect(partial(self._make, None))
            return
        menu.addAction(self.tr("New conversation in this project")).triggered.connect(
            lambda: self.begin_wanted.emit(project)
        )
        menu.addAction(self.tr("Rename project…")).triggered.connect(lambda: self._rename(project))
        removing = menu.addAction(self.tr("Remove project…"))
        removing.setEnabled(not self._answering.busy)  # an answer in it would go on without its place
        removing.triggered.connect(lambda: self._remove(project))

    def _offer_places(self, menu: QMenu, conversation: str, now: str | None) -> None:
        places = [(one.id, one.name) for one in projects.projects(self._home.store)]
        for id, name in (*places, (None, self.tr("No project"))) if places else ():
            action = menu.addAction(name.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(id == now)
            action.triggered.connect(partial(self._move, conversation, id))
        menu.addAction(self.tr("New project…")).triggered.connect(partial(self._make, conversation))

    # ------------------------------------------------------------ what they do

    def _move(self, conversation: str, to: str | None, _on: bool = False) -> None:
        try:
            projects.move_conversation(self._home.store, conversation, to)
        except KnowledgeError as error:
            self.failed.emit(error)
        self.changed.emit()

    def _make(self, conversation: str | None, _on: bool = False) -> None:
        name = self._ask_name(self.tr("New project"), self.tr("Create"), "")
        if name is None:
            return
        try:
            made = projects.add(self._home.store, name)
        except KnowledgeError as error:
            self.failed.emit(error)
            return
        if conversation is not None:
            self._move(conversation, made.id)
        else:
            self.changed.emit()

    def _rename(self, id: str) -> None:
        name = self._ask_name(self.tr("Rename project"), self.tr("Rename"), projects.project(self._home.store, id).name)
        if name is None:
            return
        try:
            projects.rename(self._home.store, id, name)
        except KnowledgeError as error:
            self.failed.emit(error)
        self.changed.emit()

    def _remove(self, id: str) -> None:
        from desktop.views.projects_questions import how_to_remove

        one = projects.project(self._home.store, id)
        how = how_to_remove(one, self._window)
        if how is None:
            return

        with_content = how == "forget"
        for conversation in projects.content(self._home.store, id).conversations if with_content else ():
            self.leaving.emit(conversation)

        def remove(_stop: object) -> None:
            remove_project(self._home, id, with_content=with_content)

        self._background.run(remove, on_done=lambda _: self.changed.emit(), on_failed=self._tell)

    def _tell(self, error: Exception) -> None:
        self.failed.emit(error)
        self.changed.emit()

    def _ask_name(self, title: str, yes: str, name: str) -> str | None:
        from desktop.views.projects_questions import project_name

        return project_name(title, yes, name, self._window)
