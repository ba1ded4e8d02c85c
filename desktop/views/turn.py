"""One turn of the conversation: a question is a bubble, an answer is plain text with a line on what it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.citing import own_words, shown
from desktop.models.turns import TurnView
from desktop.theme import Size, Theme
from desktop.views.bubble_pictures import BubblePictures
from desktop.views.origin_mark import OriginMark, is_unsure, unsure_words
from desktop.views.quiet_button import QuietButton
from desktop.views.stylesheet import mark
from desktop.views.thoughts import Thoughts
from desktop.views.turn_text import TurnText
from desktop.views.whole_words import unclear_words

QUESTION_GAP, ANSWER_GAP, FOOTER_GAP = 26, 22, 12  # above a bubble, above an answer, above its last line
BUBBLE_PART = 0.85  # of the column's width, at most
PAD_X, PAD_Y = 14, 9  # within a bubble
PICTURES_GAP = 8  # between pictures and words
TAIL_RADIUS = 4  # the bubble's corner towards its speaker
ACTION_GAP = 14
OWN_NEARER = 6  # pixels by which the line on own words stands nearer to the last line
GLANCE_MS = 1500  # how long "Copied" and a flash stay


class Turn(QWidget):
    """What both kinds share: the words, and how the transcript asks for their height."""

    selected = Signal()  # some of its words were selected

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.words = TurnText(theme, self)
        self.words.selected.connect(self.selected)
        self.flashing = False

    def fit(self, width: int) -> int:
        """Lay the turn out `width` pixels wide; returns the height it needs."""
        raise NotImplementedError

    def focus_chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [self.words]

    def is_held(self) -> bool:
        """Whether the reader is at work in it, so that it must stay as it is."""
        focus = QApplication.focusWidget()
        return self.words.textCursor().hasSelection() or (focus is not None and self.isAncestorOf(focus))

    def flash(self) -> None:
        """Point the reader here, for as long as a glance takes."""
        self.flashing = True
        self.update()
        QTimer.singleShot(GLANCE_MS, self, self._calm)

    def _calm(self) -> None:
        self.flashing = False
        self.update()


class QuestionTurn(Turn):
    """What the user said."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._bubble = QRectF()
        self._pictures = BubblePictures(theme, self)

    def show_turn(self, turn: TurnView, pictures: Sequence[QImage] = ()) -> None:
        self._pictures.show_pictures(turn.images, pictures)
        self.words.set_plain(turn.text)
        name = self.tr("{author} said").format(author=turn.author) if turn.author else self.tr("You said")
        self.words.setAccessibleName(name)
        self.setAccessibleName(f"{name}: {turn.text}")

    def fit(self, width: int) -> int:
        scale = self.theme.scale
        pad_x, pad_y = round(PAD_X * scale), round(PAD_Y * scale)
        most, top = round(width * BUBBLE_PART) - 2 * pad_x, round(QUESTION_GAP * scale)
        pictures = self._pictures.fit(most)
        self._pictures.setGeometry(width - pictures.width(), top, pictures.width(), pictures.height())
        top += pictures.height() + round(PICTURES_GAP * scale) if pictures.height() else 0
        inside = self.words.ideal_width(most)
        height = self.words.fit(inside)
        left = width - inside - 2 * pad_x
        self._bubble = QRectF(left, top, inside + 2 * pad_x, height + 2 * pad_y)
        self.words.setGeometry(left + pad_x, top + pad_y, inside, height)
        return top + height + 2 * pad_y

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.tokens.soft if self.flashing else self.theme.tokens.bubble))
        painter.drawPath(_bubble(self._bubble))
        painter.end()


class AnswerTurn(Turn):
    """What the model said: words, what went wrong in words, and the line of origin and actions."""

    again = Signal()
    correct = Signal()
    pressed = Signal()
    fold_toggled = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self._turn: TurnView | None = None
        self._places: frozenset[int] = frozenset()
        self.thoughts = Thoughts(theme, self)
        self.thoughts.toggled.connect(self.fold_toggled)
        self._waiting = mark(QLabel(self), tone="muted")
        self._note = mark(QLabel(self), tone="warn")
        self._note.setWordWrap(True)
        self._note.setTextFormat(Qt.TextFormat.PlainText)
        self._own = mark(QLabel(self), tone="muted")
        self._own.setWordWrap(True)
        self._own.setTextFormat(Qt.TextFormat.PlainText)
        self.origin = OriginMark(theme, self)
        self._copy = QuietButton(theme, self.tr("Copy"), parent=self)
        self._again = QuietButton(theme, self.tr("Again"), parent=self)
        self._correct = QuietButton(theme, self.tr("Correct"), parent=self)
        self._copy.setToolTip(self.tr("Copy this answer"))
        self._again.setToolTip(self.tr("Answer the question again"))
        self._correct.setToolTip(self.tr("Say what is right, and have it remembered"))
        self._copy.clicked.connect(self._copy_text)
        self._again.clicked.connect(self.again)
        self._correct.clicked.connect(self.correct)
        self.words.pressed.connect(self.pressed)

    # ------------------------------------------------------------ content

    def show_turn(
        self, turn: TurnView, places: frozenset[int], waiting: str, trouble: str, *, unfolded: bool = False
    ) -> None:
        """`waiting` stands where no word is yet; `trouble` is why a broken answer broke."""
        self._turn = turn
        self._places = places
        self.thoughts.show_turn(turn, unfolded=unfolded)
        self.words.set_markdown(shown(turn.text, turn.sentences, places), places)
        self._waiting.setText(waiting if turn.state == "writing" and (turn.whole or not turn.text) else "")
        self._note.setText(self._note_of(turn, trouble))
        mark(self._note, tone="danger" if turn.state == "broken" else "warn")
        writing = turn.state == "writing"
        self.origin.show_turn(turn)
        self._own.setText("" if writing else self._own_of(turn))
        self._copy.setVisible(bool(turn.text) and not writing)
        self._again.setVisible(turn.question is not None and not writing)
        self._correct.setVisible(bool(turn.text) and turn.question is not None and not writing)
        origin = self.origin.text()
        name = self.tr("Answer. {origin}").format(origin=origin) if origin else self.tr("Answer")
        self.words.setAccessibleName(name)
        self.words.setAccessibleDescription(self._own_aloud(turn))
        self.setAccessibleName(f"{name}: {turn.text}")
        self.update()

    def _note_of(self, turn: TurnView, trouble: str) -> str:
        """What the reader must know before trusting the words, one sentence a line."""
        notes = []
        if turn.state == "broken":
            notes.append(trouble or self.tr("This answer broke off. What was written is kept; ask again to go on."))
        elif turn.state != "writing" and not turn.text:
            notes.append(
                self.tr("Stopped before the first word.")
                if turn.state == "stopped"
                else self.tr("The model wrote nothing. Try again, or ask differently.")
            )
        if turn.recall == "late":
            notes.append(self.tr("Recall took too long, so this answer is without your memory."))
        elif turn.recall == "failed":
            notes.append(self.tr("Recall failed, so this answer is without your memory."))
        elif turn.words_only:
            notes.append(self.tr("The index server did not answer, so your memory was searched by words alone."))
        if turn.unclear:
            notes.append(unclear_words())
        return "\n".join(notes)

    def _own_of(self, turn: TurnView) -> str:
        """What of the answer no source says, in a line."""
        own, claims = own_words(turn.sentences)
        if is_unsure(turn):
            return unsure_words()
        if turn.missed:
            return self.tr("Nothing about this in your memory; this is what the model knows.")
        if turn.unchecked:
            return self.tr("Which source says what was not checked this time.")
        if own and own == claims:
            return self.tr("No source says this: all of it is the model's own words.")
        if own == 1:
            return self.tr("1 sentence is the model's own words.")
        return self.tr("{count} sentences are the model's own words.").format(count=own) if own else ""

    def _own_aloud(self, turn: TurnView) -> str:
        """For those who cannot see the dots: the sentences themselves."""
        own = [turn.text[one.start : one.end] for one in turn.sentences or () if one.own]
        return self.tr("The model's own words: {words}").format(words=" ".join(own)) if own else ""

    def _copy_text(self) -> None:
        if self._turn is not None:
            text = shown(self._turn.text, self._turn.sentences, self._places, marks=False)
            QGuiApplication.clipboard().setText(text)
            self._copy.setText(self.tr("Copied"))
            self._place_actions()
            QTimer.singleShot(GLANCE_MS, self, self._offer_copy)

    def _offer_copy(self) -> None:
        self._copy.setText(self.tr("Copy"))
        self._place_actions()

    # ------------------------------------------------------------ geometry

    def fit(self, width: int) -> int:
        scale = self.theme.scale
        line = round(Size.BODY * Size.LINE_HEIGHT / 100 * scale)
        y = round(ANSWER_GAP * scale)
        has_words = self._turn is not None and bool(self._turn.text)
        self.words.setVisible(has_words)
        self._waiting.setVisible(bool(self._waiting.text()))
        self._note.setVisible(bool(self._note.text()))
        has_thoughts = self._turn is not None and bool(self._turn.thought)
        self.thoughts.setVisible(has_thoughts)
        if has_thoughts:
            height = self.thoughts.fit(width)
            self.thoughts.setGeometry(0, y, width, height)
            y += height
        if has_words:
            height = self.words.fit(width)
            self.words.setGeometry(0, y, width, height)
            y += height
        if self._waiting.text():
            y += round(FOOTER_GAP * scale) if has_words else 0
            self._waiting.setGeometry(0, y, width, line)
            y += line
        if self._note.text():
            y += round(FOOTER_GAP * scale) if has_words else 0
            height = self._note.heightForWidth(width)
            self._note.setGeometry(0, y, width, height)
            y += height
        self._own.setVisible(bool(self._own.text()))
        if self._own.text():
            y += round(FOOTER_GAP * scale)
            height = self._own.heightForWidth(width)
            self._own.setGeometry(0, y, width, height)
            y += height - round(OWN_NEARER * scale)
        y += round(FOOTER_GAP * scale)
        self.resize(width, y + line)
        self._place_actions()
        return y + line

    def _place_actions(self) -> None:
        """Actions at the right end of the last line, the origin in what is left."""
        scale = self.theme.scale
        line = round(Size.BODY * Size.LINE_HEIGHT / 100 * scale)
        x, y = self.width(), self.height() - line
        for button in (self._correct, self._again, self._copy):
            if button.isHidden():
                continue
            size = button.sizeHint()
            x -= size.width()
            button.setGeometry(x, y + (line - size.height()) // 2, size.width(), size.height())
            x -= round(ACTION_GAP * scale)
        self.origin.setGeometry(0, y, max(0, x), line)

    def focus_chain(self) -> list[QWidget]:
        return [self.thoughts.fold, self.thoughts.words, self.words, self._copy, self._again, self._correct]

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        tokens = self.theme.tokens
        if self.flashing:
            painter.setBrush(QColor(tokens.soft))
            painter.drawRoundedRect(self.rect().adjusted(0, ANSWER_GAP // 2, 0, 0), Size.CARD_RADIUS, Size.CARD_RADIUS)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)


def _bubble(rect: QRectF) -> QPainterPath:
    """A rounded rectangle whose corner at the speaker's side is nearly square."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.WindingFill)
    path.addRoundedRect(rect, Size.BUBBLE_RADIUS, Size.BUBBLE_RADIUS)
    corner = QRectF(0, 0, 2 * Size.BUBBLE_RADIUS, 2 * Size.BUBBLE_RADIUS)
    corner.moveBottomRight(rect.bottomRight())
    path.addRoundedRect(corner, TAIL_RADIUS, TAIL_RADIUS)
    return path
