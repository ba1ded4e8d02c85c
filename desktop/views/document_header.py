"""The line above an open document: what it is, where the reader is in it, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QIntValidator, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from desktop.theme import Size, Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

HEIGHT = 47
NARROW, NARROWER = 860, 620  # pixels: below, the size is left to its keys; and then the arrows to theirs
PAGES, TEXT = 0, 1


class DocumentHeader(QWidget):
    """Says what the user wants; `mode_chosen` is `PAGES` or `TEXT`, the others' numbers are steps (a page's number)."""

    back_wanted = Signal()
    mode_chosen = Signal(int)
    page_wanted = Signal(int)
    step_wanted = Signal(int)
    zoom_wanted = Signal(int)
    mark_wanted = Signal(int)
    find_wanted = Signal()
    path_wanted = Signal()
    program_wanted = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._full_name = ""
        self._has_pages = self._can_zoom = False
        self._marks = (0, 0)
        self._page, self._pages = 0, 0
        self.setFixedHeight(round(HEIGHT * theme.scale))

        self.back = self._button("arrow-left", self.back_wanted.emit)
        self._name = mark(_Name(), tone="title")
        self._modes = QButtonGroup(self)
        for number in (PAGES, TEXT):
            button = mark(QPushButton(), kind="tab")
            button.setCheckable(True)
            self._modes.addButton(button, number)
        self._modes.idClicked.connect(self.mode_chosen)
        self._field = mark(QLineEdit(), kind="field")
        self._field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._field.setValidator(QIntValidator(1, 99_999, self))
        self._field.setFixedWidth(
            QFontMetrics(theme.font(Size.SECONDARY)).horizontalAdvance("00000") + round(20 * theme.scale)
        )
        self._field.returnPressed.connect(self._ask_for_page)
        self._of = mark(QLabel(), tone="muted")
        self._before = self._button("left", lambda: self.step_wanted.emit(-1))
        self._after = self._button("right", lambda: self.step_wanted.emit(1))
        self._smaller = self._button("minus", lambda: self.zoom_wanted.emit(-1))
        self._size = mark(QPushButton(), kind="tab")
        self._size.clicked.connect(lambda: self.zoom_wanted.emit(0))
        self._larger = self._button("plus", lambda: self.zoom_wanted.emit(1))
        self._which = mark(QLabel(), tone="muted")
        self._previous = self._button("up", lambda: self.mark_wanted.emit(-1))
        self._next = self._button("down", lambda: self.mark_wanted.emit(1))
        self._find = self._button("find", self.find_wanted.emit)
        self._more = self._button("dots", self._show_menu)
        self._lay_out()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()
        self.retranslate()
        self.show_zoom(1.0)

    def _button(self, name: str, act: Callable[..., object]) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"document-{name}")
        button.setProperty("picture", name)
        button.setIconSize(QSize(Size.ICON, Size.ICON))
        button.clicked.connect(act)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(4)
        layout.addWidget(self.back)
        layout.addSpacing(4)
        layout.addWidget(self._name, 1)
        groups: tuple[tuple[QWidget, ...], ...] = (
            (self._modes.button(PAGES), self._modes.button(TEXT)),
            (self._before, self._field, self._of, self._after),
            (self._smaller, self._size, self._larger),
            (self._which, self._previous, self._next),
            (self._find, self._more),
        )
        for group in groups:
            layout.addSpacing(10)
            for widget in group:
                layout.addWidget(widget)

    def tab_chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [
            self.back,
            *self._modes.buttons(),
            self._before,
            self._field,
            self._after,
            self._smaller,
            self._size,
            self._larger,
            self._previous,
            self._next,
            self._find,
            self._more,
        ]

    # ------------------------------------------------------------ what is shown

    def show_document(self, name: str, path: str, *, has_pages: bool) -> None:
        self._full_name, self._has_pages = name, has_pages
        self._name.setText(name)
        self._name.setToolTip(path)
        self.setAccessibleName(name)
        self._fit()

    def show_mode(self, mode: int) -> None:
        self._modes.button(mode).setChecked(True)
        self._can_zoom = mode == PAGES
        self._fit()

    def show_page(self, page: int, pages: int) -> None:
        """0 pages: the document has none."""
        self._page, self._pages = page, pages
        if not self._field.hasFocus() or self._field.text() in {"", str(page)}:
            self._field.setText(str(page))
        self._of.setText(self.tr("of {pages}").format(pages=QLocale().toString(pages)))
        self._before.setEnabled(page > 1)
        self._after.setEnabled(page < pages)
        self._fit()

    def show_zoom(self, zoom: float) -> None:
        self._size.setText(self.tr("{percent} %").format(percent=round(zoom * 100)))

    def show_marks(self, current: int, marks: int) -> None:
        """The mark that is shown (from 1; 0 for none of them) of how many."""
        self._marks = (current, marks)
        words = self.tr("Mark {number} of {marks}").format(number=max(current, 1), marks=marks)
        self._which.setText(words if marks > 1 else "")
        self._fit()

    def take_page(self) -> None:
        """The keyboard goes to the page's number."""
        if self._field.isVisible():
            self._field.setFocus()
            self._field.selectAll()

    def _ask_for_page(self) -> None:
        if self._field.text():
            self.page_wanted.emit(int(self._field.text()))

    def _fit(self) -> None:
        """Leave out what there is no use or no room for; every one of them has a key."""
        width = self.width() / self._theme.scale
        for button in self._modes.buttons():
            button.setVisible(self._has_pages)
        has_size, several = self._can_zoom and width >= NARROW, self._marks[1] > 1
        arrows = bool(self._pages) and width >= NARROWER
        shown: tuple[tuple[QWidget, bool], ...] = (
            (self._before, arrows),
            (self._field, bool(self._pages)),
            (self._of, bool(self._pages)),
            (self._after, arrows),
            (self._smaller, has_size),
            (self._size, has_size),
            (self._larger, has_size),
            (self._which, several and width >= NARROW),
            (self._previous, several),
            (self._next, several),
        )
        for widget, use in shown:
            widget.setVisible(use)

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("Open in its program"), self.program_wanted.emit)
        menu.addAction(self.tr("Copy the path"), self.path_wanted.emit)
        if self._can_zoom:
            menu.addSeparator()
            menu.addAction(self.tr("Larger"), lambda: self.zoom_wanted.emit(1))
            menu.addAction(self.tr("Smaller"), lambda: self.zoom_wanted.emit(-1))
            menu.addAction(self.tr("As wide as fits"), lambda: self.zoom_wanted.emit(0))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        corner = self._more.mapToGlobal(self._more.rect().bottomRight())
        corner.setX(corner.x() - menu.sizeHint().width())
        menu.popup(corner)

    # ------------------------------------------------------------ words and Qt events

    def retranslate(self) -> None:
        for button, name, keys in (
            (self.back, self.tr("Back to the conversation"), "Esc"),
            (self._before, self.tr("Previous page"), "Ctrl+PgUp"),
            (self._after, self.tr("Next page"), "Ctrl+PgDown"),
            (self._smaller, self.tr("Smaller"), "Ctrl+-"),
            (self._size, self.tr("As wide as fits"), "Ctrl+0"),
            (self._larger, self.tr("Larger"), "Ctrl++"),
            (self._previous, self.tr("Previous mark"), "Shift+F3"),
            (self._next, self.tr("Next mark"), "F3"),
            (self._find, self.tr("Find in the document"), "Ctrl+F"),
            (self._more, self.tr("More"), ""),
        ):
            button.setToolTip(f"{name} ({keys})" if keys else name)
            button.setAccessibleName(name)
        self._field.setAccessibleName(self.tr("Page"))
        self._field.setToolTip(self.tr("Go to a page (Ctrl+G)"))
        for number, words in ((PAGES, self.tr("Pages")), (TEXT, self.tr("Text"))):
            self._modes.button(number).setText(words)
        self.show_page(self._page, self._pages)
        self.show_marks(*self._marks)

    def _paint_icons(self) -> None:
        for button in self.findChildren(QToolButton):
            button.setIcon(icon(str(button.property("picture")), self._theme.tokens.muted))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class _Name(QLabel):
    """A file's name in one line, which gives way in its middle."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, words: str) -> None:
        self._words = words
        self._elide()

    def _elide(self) -> None:
        super().setText(self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideMiddle, self.width()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()
