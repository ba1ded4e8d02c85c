"""The words of one turn: selectable, with links and citations that act on a click, as high as they need."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlock,
    QTextCursor,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QTextBrowser, QToolTip, QWidget

from desktop.render import OWN_WORDS, SOURCE, MarkdownDocument, may_open, plain_text
from desktop.theme import Theme
from desktop.views.quiet_button import QuietButton

# Keys that move through the conversation rather than within one turn's words
PASSED_ON = {
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Space,
}


class TurnText(QTextBrowser):
    """Shows a `MarkdownDocument`. `cited` and `hovered` carry a source's number (`hovered` 0: none any more)."""

    cited = Signal(int)
    hovered = Signal(int)
    link_clicked = Signal(str)
    selected = Signal()
    pressed = Signal()
    dragged = Signal(QPoint)  # the pointer while it selects, in global coordinates

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._page = MarkdownDocument(theme, self)
        self.setDocument(self._page)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setLineWrapMode(QTextBrowser.LineWrapMode.FixedPixelWidth)  # else Qt wraps at the widget's former width
        self.setAcceptDrops(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setPalette(_palette(theme))
        self.anchorClicked.connect(self._follow)
        self.highlighted.connect(self._hover)
        self.copyAvailable.connect(lambda some: self.selected.emit() if some else None)
        self._copy_code: QuietButton | None = None
        self._pointed: QTextBlock | None = None
        self.reached_by_key = False  # so that the reader must be shown where the keyboard is

    # ------------------------------------------------------------ content

    def set_markdown(self, text: str, places: frozenset[int]) -> None:
        """Show an answer; where it grew, the selection stays on its words."""
        cursor = self.textCursor()
        anchor, position, words = cursor.anchor(), cursor.position(), cursor.selectedText()
        self._page.set_markdown(text, places)
        if not words:
            return
        last = self._page.characterCount() - 1
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        if cursor.selectedText() == words:
            self.setTextCursor(cursor)

    def set_plain(self, text: str) -> None:
        self._page.set_plain(text)

    def fit(self, width: int) -> int:
        """Set the words `width` wide; returns their height."""
        self.setLineWrapColumnOrWidth(width)
        return round(self._page.size().height())

    def ideal_width(self, most: int) -> int:
        """The least width, at most `most`, that needs no more lines."""
        self.setLineWrapColumnOrWidth(most)
        return min(most, int(self._page.idealWidth()) + 1)

    def clear_selection(self) -> None:
        cursor = self.textCursor()
        cursor.clearSelection()
        self.setTextCursor(cursor)

    def createMimeDataFromSelection(self) -> QMimeData:
        mime = QMimeData()
        mime.setText(plain_text(self.textCursor()))
        return mime

    # ------------------------------------------------------------ links

    def _follow(self, url: QUrl) -> None:
        if url.scheme() == SOURCE:
            self.cited.emit(int(url.path()))
        elif may_open(url.toString()):
            self.link_clicked.emit(url.toString())

    def _hover(self, url: QUrl) -> None:
        cited = url.scheme() == SOURCE
        self.hovered.emit(int(url.path()) if cited else 0)
        self.viewport().setToolTip("" if cited else url.toDisplayString())  # where a link really goes

    # ------------------------------------------------------------ Qt events

    def viewportEvent(self, event: QEvent) -> bool:
        """Own words say what they are."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and self._is_own(event.pos()):
            QToolTip.showText(event.globalPos(), self.tr("No source says this: the model's own words"), self.viewport())
            return True
        return super().viewportEvent(event)

    def _is_own(self, point: QPoint) -> bool:
        at = self.cursorForPosition(point)
        return not self.anchorAt(point) and bool(at.charFormat().boolProperty(OWN_WORDS))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        self._page.draw_grounds(painter, QRectF(event.rect()))
        painter.end()
        super().paintEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.reached_by_key = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the conversation scrolls, not the turn

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in PASSED_ON and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(event.globalPosition().toPoint())
        else:
            self._point_at(event.position().toPoint())

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.hovered.emit(0)
        if self._copy_code is not None and not self._copy_code.underMouse():
            self._copy_code.hide()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        copy = QAction(self.tr("Copy"), menu)
        copy.setShortcut(QKeySequence.StandardKey.Copy)
        copy.setEnabled(self.textCursor().hasSelection())
        copy.triggered.connect(self.copy)
        everything = QAction(self.tr("Select all"), menu)
        everything.setShortcut(QKeySequence.StandardKey.SelectAll)
        everything.triggered.connect(self.selectAll)
        menu.addActions([copy, everything])
        link = self.anchorAt(event.pos())
        if may_open(link):
            address = QAction(self.tr("Copy link"), menu)
            address.triggered.connect(lambda: QGuiApplication.clipboard().setText(link))
            menu.addAction(address)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    # ------------------------------------------------------------ code blocks

    def _point_at(self, point: QPoint) -> None:
        """Offer to copy the code block under the pointer."""
        for block in self._page.code_blocks():
            ground = self._page.code_ground(block)
            if ground.contains(point.toPointF()):
                self._offer_copy(block, ground)
                return
        if self._copy_code is not None:
            self._copy_code.hide()

    def _offer_copy(self, block: QTextBlock, ground: QRectF) -> None:
        if self._copy_code is None:
            self._copy_code = QuietButton(self._theme, self.tr("Copy"), parent=self.viewport())
            self._copy_code.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._copy_code.clicked.connect(self._copy_pointed)
        self._pointed = block
        button = self._copy_code
        button.resize(button.sizeHint())
        button.move(round(ground.right()) - button.width() - 10, round(ground.top()) + 6)
        button.show()

    def _copy_pointed(self) -> None:
        if self._pointed is not None and self._pointed.isValid():
            QGuiApplication.clipboard().setText(self._pointed.text().replace("\u2028", "\n"))


def _palette(theme: Theme) -> QPalette:
    """A soft selection: words stay as legible as before."""
    palette, tokens = theme.palette(), theme.tokens
    palette.setColor(QPalette.ColorRole.Highlight, QColor(tokens.soft))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor(tokens.text))
    return palette
