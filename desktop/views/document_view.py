"""An open document: its header, a sentence where something about it must be said, and its pages or its text.

The places to go to are ranges of its passages, whichever of the two shows them: the words by which it was recalled, or
those that are looked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.background import Background, Task
from desktop.language import say
from desktop.opened_document import Hit, OpenedDocument, find
from desktop.pages import Pages
from desktop.theme import Size, Theme
from desktop.views.document_find import FindBar
from desktop.views.document_header import PAGES, TEXT, DocumentHeader
from desktop.views.document_pages import PageColumn
from desktop.views.document_text import PassageColumn
from desktop.views.notice import Notice
from desktop.views.tab_order import order_tabs
from knowledge.errors import FileMissing


class DocumentView(QWidget):
    """`closed` when the reader goes back."""

    closed = Signal()

    def __init__(self, theme: Theme, pages: Pages, background: Background, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._pages, self._background = theme, pages, background
        self._document: OpenedDocument | None = None
        self._stops: Sequence[Hit] = ()
        self._found: Sequence[Hit] = ()
        self._at, self._at_found = 0, 0
        self._search: Task | None = None  # the looking for words
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

        self.header, self.find_bar, self.notice = DocumentHeader(theme), FindBar(theme), Notice(theme)
        self.pages, self.text = PageColumn(theme, pages), PassageColumn(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.pages)
        self._stack.addWidget(self.text)
        rule = QWidget()
        rule.setFixedHeight(1)
        rule.setObjectName("headerRule")
        rule.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        above = QHBoxLayout()
        above.setContentsMargins(24, 10, 24, 2)
        above.addWidget(self.notice)
        self.notice.setMaximumWidth(round((Size.COLUMN_MAX + 40) * theme.scale))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(rule)
        layout.addWidget(self.find_bar)
        layout.addLayout(above)
        layout.addWidget(self._stack, 1)
        self._wire()
        self._add_shortcuts()
        order_tabs([*self.header.tab_chain(), self.find_bar.field, self.pages, self.text])

    def _wire(self) -> None:
        header = self.header
        header.back_wanted.connect(self.closed)
        header.mode_chosen.connect(self._choose_mode)
        header.page_wanted.connect(self._go_to_page)
        header.step_wanted.connect(self._turn)
        header.zoom_wanted.connect(self.pages.zoom)
        header.mark_wanted.connect(self.step)
        header.find_wanted.connect(self.find_bar.enter)
        header.path_wanted.connect(self.copy_path)
        header.program_wanted.connect(self.open_elsewhere)
        self.find_bar.looked_for.connect(self._look_for)
        self.find_bar.step_wanted.connect(self.step)
        self.pages.moved.connect(lambda _: self._say_place())
        self.pages.zoomed.connect(header.show_zoom)
        self.text.moved.connect(lambda _: self._say_place())
        self._pages.sized.connect(self._say_place)
        self._pages.failed.connect(self._do_without_pages)
        self._pages.marked.connect(self._tell_of_pictures)

    def _add_shortcuts(self) -> None:
        acts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("F3", lambda: self.step(1)),
            ("Shift+F3", lambda: self.step(-1)),
            ("Ctrl+F", self.find_bar.enter),
            ("Ctrl+G", self.header.take_page),
            ("Ctrl+PgUp", lambda: self._turn(-1)),
            ("Ctrl+PgDown", lambda: self._turn(1)),
            ("Ctrl++", lambda: self.pages.zoom(1)),
            ("Ctrl+=", lambda: self.pages.zoom(1)),
            ("Ctrl+-", lambda: self.pages.zoom(-1)),
            ("Ctrl+0", lambda: self.pages.zoom(0)),
            ("Ctrl+Shift+C", self.copy_path),
        )
        for keys, act in acts:
            QShortcut(QKeySequence(keys), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)

    # ------------------------------------------------------------ what is shown

    def announce(self, path: str) -> None:
        """The document is being fetched: its name stands there at once, and nothing of another one."""
        self.clear()
        name = path.replace("\\", "/").rsplit("/", 1)[-1]
        self.header.show_document(name, path, has_pages=False)
        self.header.show_mode(TEXT)
        self._stack.setCurrentIndex(TEXT)

    def open(self, document: OpenedDocument) -> None:
        """Show the document at the first of its marked words."""
        self._document, self._stops, self._at = document, document.stops(), document.first_stop()
        self.header.show_document(document.name, document.path, has_pages=document.has_pages)
        self.text.open(document)
        if document.has_pages:
            self.pages.open(document)
        self._say_state(document)
        self._show_mode(PAGES if document.has_pages else TEXT)
        self._go_on()

    def clear(self) -> None:
        """Let go of the document."""
        self.find_bar.leave()
        self.notice.hide()
        self._pages.close()
        self._document, self._stops, self._found = None, (), ()
        self.text.open(OpenedDocument(None, "", (), "removed"))
        self.header.show_page(0, 0)
        self.header.show_marks(0, 0)

    def take_focus(self) -> None:
        (self.pages if self._stack.currentIndex() == PAGES else self.text).setFocus()

    def _say_state(self, document: OpenedDocument) -> None:
        match document.state:
            case "missing":
                words = self.tr("The file is no longer where it was: {path}. This is what Haema has read of it.")
            case "changed" if document.has_pages:
                words = self.tr("The file has changed since Haema read it, so the marks may be missing or misplaced.")
            case "changed":
                words = self.tr("The file has changed since Haema read it. This is what it said then.")
            case "refused":
                words = "{reason}"
            case "removed":
                words = self.tr("Haema's memory no longer holds this document.")
            case _ if not document.passages:
                words = self.tr("Haema has read no text in this document yet.")
            case _:
                return
        self.notice.say(words.format(path=document.path, reason=document.reason))

    def _do_without_pages(self, error: Exception) -> None:
        document = self._document
        if document is None:
            return
        self.header.show_document(document.name, document.path, has_pages=False)
        self.notice.say(say(error), tone="danger")
        self._show_mode(TEXT)
        self._go_on()

    def _tell_of_pictures(self, page: int) -> None:
        """Words that were recognised on a picture have no place on it."""
        document, marks = self._document, self._pages.marks(page)
        if document is None or document.state != "here" or page != document.page_of(document.best):
            return
        if not marks.passage and document.recalled and self._stack.currentIndex() == PAGES:
            self.notice.say(
                self.tr("The words cannot be marked on this page, which may be a picture. The text shows them."),
                tone="muted",
                button=self.tr("Show the text"),
                act=lambda: self._choose_mode(TEXT),
            )

    # ------------------------------------------------------------ pages or text

    def _show_mode(self, mode: int) -> None:
        self.header.show_mode(mode)
        self._stack.setCurrentIndex(mode)
        self._say_place()

    def _choose_mode(self, mode: int) -> None:
        if self._document is None or mode == self._stack.currentIndex():
            return
        page = self._page
        self._show_mode(mode)
        hits, at = self._places
        if hits and self._document.page_of(hits[at].row) == page:
            self._go_on()
        elif page:
            self._go_to_page(page)
        self.take_focus()

    @property
    def _page(self) -> int:
        return self.pages.page if self._stack.currentIndex() == PAGES else self.text.page

    def _go_to_page(self, page: int) -> None:
        if self._stack.currentIndex() == PAGES:
            self.pages.go_to_page(page)
        else:
            self.text.go_to_page(page)
        self.take_focus()

    def _turn(self, pages: int) -> None:
        if self._page:
            self._go_to_page(self._page + pages)

    def _say_place(self) -> None:
        if self._document is None:
            return
        last = max((passage.page or 0 for passage in self._document.passages[-1:]), default=0)
        pages = self.pages.pages if self._document.has_pages else 0
        self.header.show_page(self._page if pages or last else 0, pages or last)

    # ------------------------------------------------------------ marks

    @property
    def _places(self) -> tuple[Sequence[Hit], int]:
        """Where F3 goes, and which of them is shown: the words looked for, else the answer's."""
        return (self._found, self._at_found) if self.find_bar.words else (self._stops, self._at)

    def step(self, steps: int) -> None:
        """Go to the next mark, or to one before; after the last comes the first."""
        hits, at = self._places
        if hits:
            if self.find_bar.words:
                self._at_found = (at + steps) % len(hits)
            else:
                self._at = (at + steps) % len(hits)
            self._go_on()

    def _go_on(self) -> None:
        """Show the mark that it is the turn of."""
        hits, at = self._places
        looking = bool(self.find_bar.words)
        self.find_bar.show_count(at + 1, len(self._found) if self._search is None else None)
        self.header.show_marks(self._at + 1, 0 if looking else len(self._stops))
        if not hits or self._document is None:
            return
        hit = hits[at]
        page = self._document.page_of(hit.row)
        if self._stack.currentIndex() == TEXT:
            self.text.go_to(hit)
        elif page is not None:
            nth = sum(self._document.page_of(other.row) == page for other in hits[:at])
            self.pages.go_to(page, nth, found=looking)

    def _look_for(self, words: str) -> None:
        document = self._document
        if self._search is not None:
            self._search.forsake()
            self._search = None
        if document is None:
            return
        self._pages.look_for(words)
        if words:
            passages = document.passages
            self._found = ()
            self._search = self._background.run(lambda _: find(passages, words), on_done=self._show_found)
            self.find_bar.show_count(0, None)
        else:
            self._found = ()
            self.text.mark(document.hits)
            self._go_on()
            self.take_focus()

    def _show_found(self, found: Sequence[Hit]) -> None:
        """Begin with the first place from where the reader is on."""
        self._search = None
        if self._document is None or not self.find_bar.words:
            return
        here = self._page
        pages = [self._document.page_of(hit.row) or 0 for hit in found]
        self._found = found
        self._at_found = next((at for at, page in enumerate(pages) if page >= here), 0)
        self.text.mark([*self._document.hits, *found])
        self._go_on()

    # ------------------------------------------------------------ what can be done with it

    def copy_path(self) -> None:
        if self._document is not None:
            QGuiApplication.clipboard().setText(self._document.path)
            self.notice.say(self.tr("The path is copied."), tone="muted")

    def copy(self) -> None:
        """The words that are selected; without any, the passage that the answer rests on."""
        document = self._document
        if document is None:
            return
        selected = self.text.selected if self._stack.currentIndex() == TEXT else ""
        words = selected or "\n\n".join(document.passages[row].text for row in document.recalled)
        if words:
            QGuiApplication.clipboard().setText(words)
            if not selected:
                self.notice.say(self.tr("The passage is copied."), tone="muted")

    def open_elsewhere(self) -> None:
        """Hand the file to the system's program for it."""
        if self._document is None:
            return
        path = Path(self._document.path)
        if not path.exists():
            self.notice.say(say(FileMissing(path=str(path))))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.notice.say(self.tr("No program on this computer opens “{name}”.").format(name=path.name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange and self._document is not None:
            self.text.show_anew()
            self.notice.hide()
            self._say_state(self._document)
