"""The progress of indexing: a line in the composer's card, and a list of the files that folds out above it."""

from __future__ import annotations

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QLocale,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop.attach import AttachState
from desktop.language import say
from desktop.models.files import FilesModel, Role
from desktop.theme import Size, Theme
from desktop.views.icons import icon
from desktop.views.stylesheet import mark

SEEN_MS = 6000  # how long a finished line without refusals stays
PAD, LINE = 5, 18
LIST_HEIGHT = 200
BAR_ROOM = 260  # a line narrower than this has words only
Index = QModelIndex | QPersistentModelIndex
translate = QCoreApplication.translate  # under this name the extractor of texts knows it


class ProgressLine(QWidget):
    """A bar, a sentence that folds the files out, and a cross that stops or puts it away. `pause_wanted(on)` holds the
    indexing or goes on with it; at the end of a folder's, `follow_wanted` is offered."""

    details_wanted = Signal()
    pause_wanted = Signal(bool)
    follow_wanted = Signal()
    cancel_wanted = Signal()
    dismissed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = AttachState()
        self._memory_ready = True
        self._sentence = ""
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(90)
        self._words = mark(QPushButton(), kind="link")
        self._words.setCursor(Qt.CursorShape.PointingHandCursor)
        self._words.clicked.connect(self.details_wanted)
        self.follow = mark(QPushButton(), kind="link")
        self.follow.clicked.connect(self.follow_wanted)
        self.pause = QToolButton()
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(not self._state.paused))
        self._cross = QToolButton()
        self._cross.clicked.connect(self._put_away)
        self._seen = QTimer(self, singleShot=True, interval=SEEN_MS)
        self._seen.timeout.connect(self.dismissed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._bar)
        layout.addWidget(self._words)
        layout.addWidget(self.follow)
        layout.addWidget(self.pause)
        layout.addWidget(self._cross)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        theme.changed.connect(lambda: self.show_state(self._state))
        self.show_state(self._state)

    def show_state(self, state: AttachState) -> None:
        before, self._state = self._state, state
        for part in (self._words, self._cross):
            part.setVisible(state.phase != "idle")
        # a range of nothing is drawn as "busy" while the files are counted
        self._bar.setRange(0, state.total)
        self._bar.setValue(state.done)
        self._sentence = self._in_words(state)
        self._words.setToolTip(self.tr("Show the files") if state.phase != "failed" else self._sentence)
        self.follow.setText(self.tr("Follow this folder"))
        self.follow.setToolTip(self.tr("Read what changes in it from now on, and forget what is deleted there"))
        self.follow.setVisible(state.phase == "done" and bool(state.unfollowed))
        name = self.tr("Go on") if state.paused else self.tr("Pause")
        self.pause.setIcon(icon("play" if state.paused else "pause", self._theme.tokens.muted, 14))
        self.pause.setToolTip(name)
        self.pause.setAccessibleName(name)
        self.pause.setVisible(state.phase == "running" and state.total > 0)
        self._words.setAccessibleName(self._sentence)
        refused = state.phase in {"done", "stopped"} and state.refused
        colour = "danger" if state.phase == "failed" else "warn" if refused else "muted"
        self._words.setStyleSheet(f"text-align: left; color: {getattr(self._theme.tokens, colour)};")
        self._fit()
        self._cross.setIcon(icon("close", self._theme.tokens.muted, 14))
        tip = self.tr("Stop indexing") if state.phase == "running" else self.tr("Close")
        self._cross.setToolTip(tip)
        self._cross.setAccessibleName(tip)
        self._cross.setEnabled(state.phase != "stopping")
        if state.phase in {"done", "stopped"} and not state.refused and not state.unfollowed:
            if before.phase != state.phase:
                self._seen.start()
        else:
            self._seen.stop()

    def set_memory_ready(self, ready: bool) -> None:
        """Until it is, the files wait for the memory."""
        self._memory_ready = ready
        self.show_state(self._state)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.show_state(self._state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _put_away(self) -> None:
        (self.cancel_wanted if self._state.phase == "running" else self.dismissed).emit()

    def _fit(self) -> None:
        """As much of the sentence as there is room for: without the names first, which the list has, then cut."""
        self._bar.setVisible(self._state.phase in {"running", "stopping"} and self.width() > BAR_ROOM)
        taken = 0 if self._bar.isHidden() else self._bar.width()
        taken += sum(part.sizeHint().width() for part in (self.follow, self.pause) if not part.isHidden())
        room, metrics = max(60, self.width() - taken - 60), self._words.fontMetrics()
        without_names = self._sentence.rpartition(" — ")[2]
        words = self._sentence if metrics.horizontalAdvance(self._sentence) <= room else without_names
        self._words.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))

    def _in_words(self, state: AttachState) -> str:
        name = (
            state.name if not state.more else self.tr("{name} and {more} more").format(name=state.name, more=state.more)
        )
        kept = QLocale().toString(state.done - state.refused)
        match state.phase:
            case "idle":
                return ""
            case "running" if not state.total and not self._memory_ready:
                return self.tr("{name} — opening the memory…").format(name=name)
            case "running" if not state.total:
                return self.tr("{name} — counting the files…").format(name=name)
            case "running":
                words = self.tr("{name} — {done} of {total} files").format(
                    name=name, done=QLocale().toString(state.done), total=QLocale().toString(state.total)
                )
                if state.paused:
                    return self.tr("{words}, paused").format(words=words)
                return words if state.seconds_left is None else f"{words}, {time_left(state.seconds_left)}"
            case "stopping":
                return self.tr("{name} — stopping…").format(name=name)
            case "failed":
                return say(state.error) if state.error is not None else ""
            case "stopped":
                return self.tr("{name} — stopped, {kept} files remembered").format(name=name, kept=kept)
            case "done" if state.refused:
                return self.tr("{name} — {kept} files remembered, {refused} left out").format(
                    name=name, kept=kept, refused=QLocale().toString(state.refused)
                )
            case "done" if state.done == 1:
                return self.tr("{name} — remembered").format(name=name)
            case "done":
                return self.tr("{name} — {kept} files remembered").format(name=name, kept=kept)


def time_left(seconds: float) -> str:
    """About how long it will take still."""
    if seconds < 60:
        return translate("ProgressLine", "{count} s left").format(count=max(1, round(seconds)))
    if seconds < 5400:
        return translate("ProgressLine", "{count} min left").format(count=round(seconds / 60))
    return translate("ProgressLine", "{count} h left").format(count=round(seconds / 3600))


class FilesPanel(QFrame):
    """The files that are being indexed, each with its status or why it was left out."""

    def __init__(self, model: FilesModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._title = mark(QLabel(), tone="caption")
        self.list = QListView()
        self.list.setObjectName("files")
        self.list.setModel(model)
        self.list.setItemDelegate(_FileDelegate(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        for changed in (model.rowsInserted, model.modelReset, model.dataChanged):
            changed.connect(self._fit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.addWidget(self._title)
        layout.addWidget(self.list)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as the files need, up to `LIST_HEIGHT`."""
        if self.isHidden():
            return
        height = 0
        for row in range(self.list.model().rowCount()):
            height += self.list.sizeHintForRow(row)
            if height >= LIST_HEIGHT:
                break
        self.list.setFixedHeight(min(height + 2, LIST_HEIGHT))

    def retranslate(self) -> None:
        self._title.setText(self.tr("Files for the memory"))
        self.list.setAccessibleName(self.tr("Files for the memory"))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class _FileDelegate(QStyledItemDelegate):
    """Name left, status right; the sentence of a refused file below."""

    def __init__(self, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._theme, self._list = theme, parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        width = self._list.viewport().width()
        height = round(LINE * self._theme.scale) + PAD
        reason = index.data(Role.REASON)
        if reason:
            height += self._reason_rect(QRect(0, 0, width, 10_000), reason).height()
        return QSize(width, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        t = self._theme.tokens
        rect: QRect = option.rect
        painter.save()
        painter.setFont(self._theme.font(Size.CAPTION))
        metrics = painter.fontMetrics()
        line = QRect(rect.left(), rect.top(), rect.width(), round(LINE * self._theme.scale))
        status = index.data(Role.STATUS)
        room = line.width() - metrics.horizontalAdvance(status) - 16
        painter.setPen(QColor(t.text))
        name = metrics.elidedText(index.data(), Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setPen(QColor(t.warn if index.data(Role.REFUSED) else t.muted))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, status)
        reason = index.data(Role.REASON)
        if reason:
            below = QRect(rect.left(), line.bottom() + 1, rect.width(), rect.height() - line.height())
            painter.setPen(QColor(t.muted))
            painter.drawText(below, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap), reason)
        painter.restore()

    def _reason_rect(self, rect: QRect, reason: str) -> QRect:
        metrics = QFontMetrics(self._theme.font(Size.CAPTION))
        return metrics.boundingRect(rect, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap), reason)
