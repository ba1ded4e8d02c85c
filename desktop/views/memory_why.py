"""Why something was recalled: the parts of its score as bars, what of the question it answers, and what was decided."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.models.memories import moment
from desktop.theme import Theme
from desktop.views.stylesheet import mark
from knowledge.history import History
from knowledge.messages import Recalled

WIDTH, BAR_HEIGHT, BAR_WIDTH = 320, 6, 96
LEAST = 0.0005  # a part that is less says nothing
MOST_WORDS = 12
translate = QCoreApplication.translate  # under this name the extractor of texts knows it


def parts_in_words() -> dict[str, str]:
    """What each part of a score means."""
    return {
        "meaning": translate("why", "Alike in meaning"),
        "words": translate("why", "Holds your words"),
        "session": translate("why", "Other matches in the same conversation"),
        "around": translate("why", "The turns around it fit"),
        "beside": translate("why", "Stands beside a match"),
        "kindred": translate("why", "Like the other matches"),
        "name": translate("why", "Said by whom you name"),
        "tells": translate("why", "Tells of something that happened"),
        "date": translate("why", "From the time you name"),
        "recency": translate("why", "Recent"),
        "use": translate("why", "Often of use"),
        "pin": translate("why", "Pinned by you"),
        "correction": translate("why", "Your correction"),
        "asked": translate("why", "The question asks for this fact"),
        "summary": translate("why", "The summary around it fits"),
        "origin": translate("why", "The turn it comes from fits"),
        "fact": translate("why", "A fact you keep"),
    }


def reason_of(history: History, conversation: str | None, answer: int | None) -> str:
    """What was decided on the prompt of an answer, in words; empty where nothing was."""
    turns = history.messages(conversation) if conversation is not None else ()
    details = next((turn.details for turn in turns if turn.id == answer), {})
    recall = details.get("recall")
    because = recall.get("because", "") if isinstance(recall, dict) else ""
    return {
        "names it": translate("why", "It names what you asked about."),
        "near": translate("why", "It is near enough to your question."),
        "a fact says it": translate("why", "A fact you keep answers it."),
    }.get(because, "")


def matched_words(item: Recalled) -> tuple[str, ...]:
    """The words of the item that answer the question, each once, in their order."""
    found = (item.text[start:end].strip() for start, end in item.matches if 0 <= start < end <= len(item.text))
    return tuple({word.casefold(): word for word in found if word}.values())[:MOST_WORDS]


def show_why(item: Recalled, because: str, theme: Theme, near: QWidget) -> WhyRecalled:
    """The explanation beside `near`; it goes with the next click or Esc."""
    popup = WhyRecalled(item, because, theme, near)
    popup.place(near)
    popup.show()
    return popup


class WhyRecalled(QFrame):
    """`because`: what was decided about this prompt, in words; empty where nothing was."""

    def __init__(self, item: Recalled, because: str, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("popup")
        self.setFixedWidth(round(WIDTH * theme.scale))
        locale, names = QLocale(), parts_in_words()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 14)
        layout.setSpacing(8)
        layout.addWidget(mark(QLabel(translate("why", "Why this was recalled")), tone="title"))
        if because:
            layout.addWidget(_told(because))
        parts = sorted((part for part in item.parts.items() if abs(part[1]) >= LEAST), key=lambda part: -part[1])
        greatest = max((abs(value) for _, value in parts), default=1.0)
        grid = QGridLayout()
        grid.setVerticalSpacing(6)
        grid.setHorizontalSpacing(10)
        grid.setColumnStretch(0, 1)
        told: list[str] = []
        for row, (name, value) in enumerate((*parts, ("", item.score))):
            label = names.get(name, name) if name else translate("why", "In all")
            number = locale.toString(value, "f", 2)
            words = mark(QLabel(label), tone="muted" if name else "plain")
            words.setWordWrap(True)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            grid.addWidget(words, row, 0)
            if name:
                grid.addWidget(_Bar(theme, value / greatest), row, 1)
            grid.addWidget(QLabel(number), row, 2, Qt.AlignmentFlag.AlignRight)
            told.append(f"{label} {number}")
        layout.addLayout(grid)
        if words_found := matched_words(item):
            layout.addWidget(_told(translate("why", "In common: {words}").format(words=", ".join(words_found))))
        if item.time is not None and item.kind != "document":
            layout.addWidget(_told(moment(item.time)))
        self.setAccessibleName(translate("why", "Why this was recalled"))
        self.setAccessibleDescription(". ".join(filter(None, (because, *told))))

    def place(self, near: QWidget) -> None:
        """Below `near`, or above where there is no room, and on the screen."""
        layout = self.layout()
        height = layout.totalHeightForWidth(self.width()) if layout is not None else self.sizeHint().height()
        self.setFixedHeight(height)
        screen = near.screen().availableGeometry()
        below = near.mapToGlobal(QPoint(0, near.height() + 4))
        y = below.y() if below.y() + height <= screen.bottom() else near.mapToGlobal(QPoint(0, -4 - height)).y()
        x = min(below.x(), screen.right() - self.width())
        self.move(max(screen.left(), x), max(screen.top(), y))


class _Bar(QWidget):
    """How large a part is beside the largest; a negative one is drawn in the colour of warnings."""

    def __init__(self, theme: Theme, share: float) -> None:
        super().__init__()
        self._theme, self._share = theme, share
        self.setFixedSize(round(BAR_WIDTH * theme.scale), round(16 * theme.scale))

    def paintEvent(self, event: QPaintEvent) -> None:
        t = self._theme.tokens
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(0, (self.height() - BAR_HEIGHT) / 2, self.width(), BAR_HEIGHT)
        painter.setBrush(QColor(t.line))
        painter.drawRoundedRect(whole, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        painter.setBrush(QColor(t.accent if self._share >= 0 else t.warn))
        length = max(float(BAR_HEIGHT), whole.width() * min(1.0, abs(self._share)))
        part = QRectF(whole.left(), whole.top(), length, BAR_HEIGHT)
        painter.drawRoundedRect(part, BAR_HEIGHT / 2, BAR_HEIGHT / 2)
        painter.end()


def _told(words: str) -> QLabel:
    label = mark(QLabel(words), tone="caption")
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
