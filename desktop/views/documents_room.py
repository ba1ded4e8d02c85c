"""The way into the documents and back: the page is built when first opened, and what it wants is done here."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QStackedLayout, QWidget
from shiboken6 import isValid

from desktop.attach import Attaching, AttachState
from desktop.background import Background
from desktop.home import Home
from desktop.theme import Theme
from desktop.views.room import Room
from knowledge.messages import DiskFollowed, FileProgress, Recalled

if TYPE_CHECKING:
    from desktop.document_shelf import DocumentShelf, Followed
    from desktop.views.documents_detail import Act
    from desktop.views.documents_page import DocumentsPage
    from knowledge.holdings import Holding

NAMED = 1  # of the documents that are to go


class Viewer(Protocol):
    """What shows a document."""

    def open(self, source: Recalled) -> None: ...


class DocumentsRoom(Room["DocumentsPage", "DocumentShelf"]):
    """`closed` when the user went back. `summary_wanted` carries a document's number and name. `changed`: there may be
    more documents now, or fewer."""

    summary_wanted = Signal(int, str)
    changed = Signal()
    _news = Signal(object)  # from the memory's thread

    def __init__(
        self,
        home: Home,
        attaching: Attaching,
        theme: Theme,
        background: Background,
        pages: QStackedLayout,
        viewer: Viewer,
        window: QWidget,
    ) -> None:
        super().__init__(pages, window)
        self._home, self._attaching, self._theme, self._background = home, attaching, theme, background
        self._viewer = viewer
        self._warm = False
        attaching.changed.connect(self._follow_files)
        self._news.connect(self._hear)
        home.memory.files_changed = self._tell

    @property
    def collection(self) -> str | None:
        """What is dropped now belongs to the collection that is looked at; None where none is."""
        return (self._page.collection or None) if self._page is not None and self.is_open else None

    def warm_up(self) -> None:
        """Import the page's code while nobody waits for it."""
        if not self._warm:
            self._warm = True
            self._background.run(lambda _: import_module("desktop.views.documents_page"))

    def _follow_files(self, state: AttachState) -> None:
        if state.phase in {"done", "stopped", "failed"}:
            self.changed.emit()

    def _tell(self, news: FileProgress | DiskFollowed) -> None:
        """In the memory's thread, which may outlive the window."""
        if isValid(self):
            self._news.emit(news)

    def _hear(self, news: FileProgress | DiskFollowed) -> None:
        if isinstance(news, DiskFollowed):
            self.changed.emit()
        if self._shelf is not None:
            self._shelf.hear()

    # ------------------------------------------------------------ what is done with documents

    def _do(self, act: Act, ids: Sequence[int]) -> None:
        from desktop.views.documents_detail import Act

        if self._page is None or self._shelf is None or not ids:
            return
        one = self._page.model.holding(ids[0])
        match act:
            case Act.OPEN if one is not None and one.passages:
                self._viewer.open(_as_source(one))
            case Act.OPEN | Act.PROGRAM if one is not None:
                self._show(one.path, self.tr("“{path}” is not there any more.").format(path=one.path))
            case Act.FOLDER if one is not None:
                self._show(one.folder, self.tr("“{path}” is not there any more.").format(path=one.folder))
            case Act.SUMMARISE if one is not None:
                self.summary_wanted.emit(one.id, one.name)
            case Act.READ:
                self._shelf.read_again(ids)
            case Act.REMOVE:
                self._remove(ids)

    def _remove(self, ids: Sequence[int]) -> None:
        from desktop.views.documents_questions import may_remove

        if self._page is None or self._shelf is None:
            return
        known = (self._page.model.holding(id) for id in ids[:NAMED])
        if may_remove([one.name for one in known if one is not None], len(ids), self._window):
            self._shelf.remove(ids)

    def _collect(self, ids: Sequence[int], name: str | None) -> None:
        """Put documents into a collection; None: into one that is to be named."""
        if self._page is None or self._shelf is None or not ids:
            return
        name = self._name("") if name is None else name
        if name is not None:
            self._shelf.put_into(ids, name)

    def _rename(self, name: str) -> None:
        if self._page is None or self._shelf is None:
            return
        new = self._name(name)
        if new is not None:
            self._shelf.rename(name, new)
            self._page.filter.forget_name(name)
            self._page.filter.show_collection(new)

    def _begin_collection(self) -> None:
        name = self._name("")
        if name is not None and self._page is not None:
            self._page.show_tab("documents")
            self._page.filter.show_collection(name)

    def _name(self, name: str) -> str | None:
        from desktop.views.documents_questions import collection_name

        title = self.tr("Rename the collection") if name else self.tr("New collection")
        yes = self.tr("Rename") if name else self.tr("Go on")
        others = self._shelf.collections if self._shelf is not None else ()
        return collection_name(title, yes, name, others, self._window)

    # ------------------------------------------------------------ what comes in, and what is followed

    def _add_files(self) -> None:
        files, _ = QFileDialog.getOpenFileNames(self._window, self.tr("Add files to the memory"))
        self._attaching.add(files, self.collection)

    def _add_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Add a folder to the memory"))
        self._attaching.add([folder] if folder else [], self.collection)

    def _follow(self) -> None:
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Follow a folder"))
        if folder and self._shelf is not None:
            self._shelf.follow([os.path.abspath(folder)], self.collection or "")  # noqa: PTH100 - links stay

    def _stop_following(self, folder: Followed) -> None:
        from desktop.views.documents_questions import how_to_stop

        answer = how_to_stop(folder.path, folder.documents, self._window)
        if answer is not None and self._shelf is not None:
            self._shelf.stop_following(folder.path, keep=answer == "keep")

    def _show(self, path: str, missing: str) -> None:
        """Open a file or a folder in its program."""
        shown = Path(path).exists() and QDesktopServices.openUrl(QUrl.fromLocalFile(path))
        if not shown and self._page is not None:
            self._page.notice.say(missing)

    def _told_removed(self, count: int) -> None:
        if self._page is not None:
            words = self.tr("1 document is forgotten.") if count == 1 else self.tr("{count} documents are forgotten.")
            self._page.notice.say(words.format(count=count), tone="muted")

    # ------------------------------------------------------------ built once

    def _furnish(self) -> tuple[DocumentsPage, DocumentShelf]:
        if self._page is not None and self._shelf is not None:
            return self._page, self._shelf
        # here, because a window that never shows its documents should not wait for this
        from desktop.document_shelf import DocumentShelf
        from desktop.views.documents_page import DocumentsPage

        shelf = DocumentShelf(self._home, self._attaching, self._background, self)
        page = DocumentsPage(shelf, self._attaching, self._theme)
        self._page, self._shelf = page, shelf
        self._pages.addWidget(page)
        page.closed.connect(self.close)
        page.wanted.connect(self._do)
        page.collection_wanted.connect(self._collect)
        page.rename_wanted.connect(self._rename)
        page.new_collection_wanted.connect(self._begin_collection)
        page.files_wanted.connect(self._add_files)
        page.folder_wanted.connect(self._add_folder)
        page.follow_wanted.connect(self._follow)
        page.stop_wanted.connect(self._stop_following)
        page.show_wanted.connect(lambda folder: self._show(folder.path, folder.path))
        shelf.removed.connect(self._told_removed)
        shelf.removed.connect(lambda _: self.changed.emit())
        return page, shelf


def _as_source(one: Holding) -> Recalled:
    """The document from its beginning, as the viewer opens it."""
    return Recalled(
        kind="document",
        id="passage:0",
        text="",
        score=0.0,
        parts={},
        why=(),
        matches=(),
        tokens=0,
        document=one.id,
        path=one.path,
        title=one.title,
        collection=one.collection,
    )
