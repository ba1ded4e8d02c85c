"""One recalled item as a card: its number, what and where it is, the words, why it was recalled, and Open.

Behind its dots: the score's parts, and the ways to pin or forget it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QDateTime, QEvent, QLocale, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop.theme import Size, Theme
from desktop.views.excerpt import ExcerptView, excerpt_of
from desktop.views.icons import icon
from desktop.views.memory_why import show_why
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from knowledge.messages import Recalled

PAD = 12
GAP = 4


class SourceCard(QWidget):
    """A card's place in the answer is its number."""

    open_requested = Signal()
    summary_requested = Signal()
    pin_requested = Signal()
    forget_requested = Signal()

    def __init__(
        self, theme: Theme, place: int, item: Recalled, because: Callable[[], str] = str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._item, self._because, self._lit = theme, item, because, False
        title, where, why = self._title(), self._where(), self._why()

        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(_Number(theme, place))
        name = _Elided(title, theme.font(Size.SECONDARY, bold=True))
        name.setToolTip(item.path or title)
        head.addWidget(name, 1)
        self._more = QToolButton()
        self._more.setIcon(icon("dots", theme.tokens.muted, 14))
        self._more.setIconSize(QSize(14, 14))
        self._more.setStyleSheet("padding: 1px")
        self._more.setToolTip(self.tr("Why it was recalled, pin, forget"))
        self._more.setAccessibleName(self.tr("More about {title}").format(title=title))
        self._more.clicked.connect(self._show_menu)
        head.addWidget(self._more)
        foot = QHBoxLayout()
        reasons = mark(_Reasons(why, theme.font(Size.CAPTION)), tone="caption")
        reasons.setToolTip(self.tr("Why was this recalled?"))
        reasons.clicked.connect(self.show_why)
        foot.addWidget(reasons, 1)
        self._open = QuietButton(theme, self.tr("Open"), tone="accent", size=Size.CAPTION)
        self._open.setAccessibleName(self.tr("Open {title}").format(title=title))
        self._open.clicked.connect(self.open_requested)
        if item.document is not None:
            sum_up = QuietButton(theme, self.tr("Summarise"), size=Size.CAPTION)
            sum_up.setToolTip(self.tr("Read the whole document and sum it up"))
            sum_up.setAccessibleName(self.tr("Summarise {title}").format(title=title))
            sum_up.clicked.connect(self.summary_requested)
            foot.addWidget(sum_up)
        foot.addWidget(self._open)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(PAD, PAD - 2, PAD, PAD - 2)
        layout.setSpacing(GAP)
        layout.addLayout(head)
        if where:
            layout.addWidget(mark(_Elided(where, theme.font(Size.CAPTION)), tone="caption"))
        layout.addWidget(ExcerptView(theme, excerpt_of(item.text, item.matches)))
        layout.addLayout(foot)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        words = self.tr("Source {number}: {title}").format(number=place, title=title)
        self.setAccessibleName(", ".join(part for part in (words, where) if part))
        self.setAccessibleDescription(why)
        self._open.installEventFilter(self)

    def set_lit(self, lit: bool) -> None:
        """Its citation is pointed at."""
        if lit != self._lit:
            self._lit = lit
            self.update()

    def show_why(self) -> None:
        """The parts of its score, beside the card."""
        show_why(self._item, self._because(), self._theme, self._more)

    def _show_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Why was this recalled?"), self.show_why)
        menu.addAction(self.tr("Pin"), self.pin_requested.emit)
        menu.addAction(self.tr("Forget…"), self.forget_requested.emit)
        menu.popup(self._more.mapToGlobal(QPoint(0, self._more.height())))

    # ------------------------------------------------------------ in words

    def _title(self) -> str:
        item = self._item
        if item.kind == "document":
            return (item.path or "").replace("\\", "/").rsplit("/", 1)[-1] or item.title or self.tr("A document")
        if item.kind == "fact":
            return self.tr("A fact you keep")
        who = item.author or (self.tr("Haema") if item.role == "assistant" else self.tr("You"))
        if item.title:
            return self.tr("{who}, in “{title}”").format(who=who, title=item.title)
        return self.tr("{who}, in an earlier conversation").format(who=who)

    def _where(self) -> str:
        """The page and heading of a document, the time of what was said."""
        item = self._item
        if item.kind == "document":
            page = self.tr("page {page}").format(page=item.page) if item.page else ""
            heading = self.tr("§ {heading}").format(heading=item.heading) if item.heading else ""
            return ", ".join(part for part in (page, heading) if part)
        if item.time is None:
            return ""
        when = QDateTime.fromSecsSinceEpoch(int(item.time))
        #: Date and time as QLocale.toString takes them; in Korean: yyyy년 M월 d일 (ddd) AP h:mm
        return QLocale().toString(when, self.tr("d MMMM yyyy, HH:mm"))

    def _why(self) -> str:
        reasons = {
            "words": self.tr("words"),
            "meaning": self.tr("meaning"),
            "name": self.tr("names"),
            "date": self.tr("date"),
            "session": self.tr("same conversation"),
            "around": self.tr("the turns around it"),
            "beside": self.tr("beside a match"),
            "kindred": self.tr("like other matches"),
            "recency": self.tr("recent"),
            "use": self.tr("often of use"),
            "pin": self.tr("pinned"),
            "correction": self.tr("your correction"),
            "asked": self.tr("the fact you ask for"),
            "summary": self.tr("its summary"),
        }
        return ", ".join(reasons[reason] for reason in self._item.why if reason in reasons)

    # ------------------------------------------------------------ Qt events

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        near = self._lit or self._open.hasFocus()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(tokens.accent if near else tokens.line))
        painter.setBrush(QColor(tokens.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), Size.CARD_RADIUS, Size.CARD_RADIUS)
        painter.end()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.FocusIn, QEvent.Type.FocusOut}:
            self.update()
        return False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.open_requested.emit()


class _Number(QWidget):
    """The citation's number, as it stands in the answer."""

    def __init__(self, theme: Theme, place: int) -> None:
        super().__init__()
        self._theme, self._words, self._font = theme, str(place), theme.font(Size.CAPTION - 1, bold=True)
        side = round(Size.ICON * theme.scale)
        self.setFixedSize(
            max(side, QFontMetrics(self._font).horizontalAdvance(self._words) + round(10 * theme.scale)), side
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.soft))
        painter.drawRoundedRect(self.rect(), 5, 5)
        painter.setPen(QColor(tokens.accent))
        painter.setFont(self._font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._words)
        painter.end()


class _Elided(QLabel):
    """One line that gives way in its middle where the pane is narrow; the whole stands in the tooltip."""

    def __init__(self, words: str, font: QFont) -> None:
        super().__init__(words)
        self._words, self._font = words, font
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(words)

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._font)
        return QSize(metrics.horizontalAdvance(self._words), metrics.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._font)
        painter.setPen(self.palette().color(self.foregroundRole()))
        words = QFontMetrics(self._font).elidedText(self._words, Qt.TextElideMode.ElideMiddle, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()


class _Reasons(_Elided):
    """Why it was recalled, in a few words; a click tells more. (By key the same stands behind the dots.)"""

    clicked = Signal()

    def __init__(self, words: str, font: QFont) -> None:
        super().__init__(words, font)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.clicked.emit()
