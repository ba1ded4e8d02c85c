"""The soft overlay that says, while files are dragged over the window, what dropping them does."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.pictures import is_picture
from desktop.theme import Size, Theme
from desktop.views.icons import icon
from desktop.views.models_room import is_model
from desktop.views.prompt import local_files

MARGIN = 16
VEIL = 228  # of 255: what is below stays guessable
PICTURE = 40


class DropOverlay(QWidget):
    """Covers its parent and takes what is dropped there: `dropped` carries the files' paths."""

    dropped = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._under = theme, parent
        self._words = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        parent.setAcceptDrops(True)
        parent.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The drags over the parent."""
        match event:
            case QDragEnterEvent():  # before `QDropEvent`, of which it is one
                if files := local_files(event.mimeData()):
                    event.setDropAction(Qt.DropAction.CopyAction)
                    event.accept()
                    self.appear(models=all(map(is_model, files)), pictures=all(map(is_picture, files)))
                return True
            case QDropEvent() if event.type() == QEvent.Type.Drop:
                self.hide()
                if files := local_files(event.mimeData()):
                    event.setDropAction(Qt.DropAction.CopyAction)
                    event.accept()
                    self.dropped.emit(files)
                return True
        if event.type() == QEvent.Type.DragLeave:
            self.hide()
        return False

    def appear(self, *, models: bool = False, pictures: bool = False) -> None:
        """`models`, `pictures`: what is dragged is to answer with, or to be asked about, not something to remember."""
        self._words = self.tr("Drop to add the model") if models else self.tr("Drop to remember")
        if pictures:
            self._words = self.tr("Drop to show it to the model")
        self.setGeometry(self._under.rect())
        self.setAccessibleName(self._words)
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(t.soft)
        veil.setAlpha(VEIL)
        painter.fillRect(self.rect(), veil)
        painter.setPen(QPen(QColor(t.accent), 1.5, Qt.PenStyle.DashLine))
        frame = self.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        painter.drawRoundedRect(frame, Size.BUBBLE_RADIUS, Size.BUBBLE_RADIUS)
        middle = self.rect().center()
        drawing = icon("drop", t.accent, PICTURE).pixmap(QSize(PICTURE, PICTURE), self.devicePixelRatioF())
        painter.drawPixmap(middle.x() - PICTURE // 2, middle.y() - PICTURE, drawing)
        painter.setFont(self._theme.font(Size.TITLE + 2, bold=True))
        painter.setPen(QColor(t.accent))
        below = QRect(frame.left(), middle.y() + 12, frame.width(), 40)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self._words)
