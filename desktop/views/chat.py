"""The middle pane: header, transcript, composer; asks, shows what the answer in the background tells, and stops it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.answering import Answering
from desktop.attach import Attaching, AttachState
from desktop.background import Background
from desktop.chat import Answer, Event, LaidOut, Piece, Stored, Thought
from desktop.engine_process import EngineState
from desktop.home import Home
from desktop.language import say
from desktop.models.turns import turns_of
from desktop.theme import Size, Theme
from desktop.thumbnails import Thumbnails
from desktop.typing_ahead import TypingAhead
from desktop.views.answer_status import AnswerStatus
from desktop.views.chat_options import ChatOptions
from desktop.views.composer import Composer
from desktop.views.correcting import Correcting
from desktop.views.header import Header
from desktop.views.notice import Notice
from desktop.views.picture_intake import PictureIntake
from desktop.views.picture_strip import Shown
from desktop.views.private_talk import PrivateTalk
from desktop.views.progress import FilesPanel, ProgressLine
from desktop.views.stylesheet import mark
from desktop.views.transcript import Transcript
from desktop.views.whole_words import reading_words, summary_prompt
from desktop.whole.job import ReadingAll
from engine.messages import ContextSplit, Reading
from knowledge.private import is_private
from knowledge.projects import Place

WAITING_MS = 200  # how often the words of a waiting answer are renewed
MARGIN = 28


class ChatPane(QWidget):
    """One conversation at a time. `sources_shown` carries an answer's sources by number; `moved` follows a new
    conversation's first prompt; `settled` is emitted when an answer is stored or broken off."""

    sources_shown = Signal(object)
    moved = Signal(str)
    stored = Signal()
    settled = Signal()
    eyes_wanted = Signal()

    def __init__(
        self,
        home: Home,
        answering: Answering,
        attaching: Attaching,
        background: Background,
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._home, self._answering, self._attaching, self._theme = home, answering, attaching, theme
        self.current: str | None = None
        self._asked_in: str | None = None
        self._drafts: dict[str | None, tuple[str, tuple[Shown, ...]]] = {}
        self._sent: tuple[str, tuple[Shown, ...]] = ("", ())
        self._splits: dict[str | None, ContextSplit] = {}
        self._engine = EngineState("loading")
        self._memory_ready = False
        self.setObjectName("chat")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

        self.header = Header(theme)
        self._thumbnails = Thumbnails(home.history, background, self)
        self.transcript = Transcript(theme, home.history.sources, self._thumbnails)
        self.progress = ProgressLine(theme)
        self.composer = Composer(theme, self.progress)
        self.notice = Notice(theme)
        self.files = FilesPanel(attaching.model, theme)
        self.files.hide()
        self._status = AnswerStatus()
        self.private = PrivateTalk(home, answering, background, self)

        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.notice, self.files, self.composer):
            column.addWidget(widget)
        below = QHBoxLayout()
        below.setContentsMargins(MARGIN, 8, MARGIN, 8)
        below.addWidget(self._column)
        self._rule = QWidget()
        self._rule.setObjectName("headerRule")
        self._rule.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 12)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._rule)
        layout.addWidget(self.transcript, 1)
        layout.addLayout(below)
        layout.addWidget(self._status)

        self.options = ChatOptions(home, theme, self.composer.options, self)
        self._pictures = PictureIntake(self.composer.pictures, background, self)
        self._ahead = TypingAhead(self._prepare, self)
        self.composer.options_wanted.connect(self.options.toggle)
        self.options.panel.left.connect(self.composer.take_focus)
        self.composer.picture.connect(self.add_picture)
        self.composer.prompt.textChanged.connect(self._type_ahead)
        self.options.changed.connect(self._type_ahead)
        self.options.placed.connect(self.header.set_place)
        self._pictures.refused.connect(self.notice.say)
        self.composer.sent.connect(self.ask)
        self.composer.stop_wanted.connect(answering.stop)
        self.transcript.suggested.connect(self._suggest)
        self.transcript.again.connect(self._again)
        self._correcting = Correcting(home, background, self.notice, lambda: self.current, self)
        self.transcript.correct.connect(self._correcting.ask)
        self.transcript.answer_selected.connect(self._show_sources_of)
        answering.happened.connect(self._hear)
        answering.ended.connect(self._end)
        self.progress.set_memory_ready(False)
        attaching.changed.connect(self._follow_files)
        self.progress.cancel_wanted.connect(attaching.cancel)
        self.progress.pause_wanted.connect(lambda on: attaching.pause(paused=on))
        self.progress.follow_wanted.connect(attaching.follow_dropped)
        self.progress.dismissed.connect(attaching.dismiss)
        self.progress.details_wanted.connect(lambda: self.files.setVisible(self.files.isHidden()))
        self._waiting = QTimer(self, interval=WAITING_MS)
        self._waiting.timeout.connect(self._say_waiting)

    def tab_chain(self) -> list[QWidget]:
        """What Tab visits, in order."""
        return [*self.header.tab_chain(), self.transcript, *self.composer.tab_chain()]

    # ------------------------------------------------------------ which conversation

    def show_conversation(self, id: str | None) -> None:
        """Open a conversation, or None for a new one; the draft of the one before is kept."""
        if is_private(self.current) and id != self.current:
            self._splits.pop(self.current, None)
            self.private.leave()
        else:
            self._drafts[self.current] = (self.composer.text, self.composer.pictures.pictures)
        self.current = id
        self.notice.hide()
        self.options.show_conversation(id)
        text, pictures = self._drafts.pop(id, ("", ()))
        self.composer.set_text(text)
        self.composer.pictures.set_pictures(pictures)
        self.composer.set_split(self._splits.get(id))
        self.header.set_title(self._home.history.conversation(id).title if id else "")
        self.header.set_private(private=is_private(id))
        mark(self._rule, private=str(is_private(id)).lower())
        messages = self._home.history.messages(id) if id else []
        running = self._answering.stored if self._shown_is_running() else None
        if running is not None:
            kept = [message.id for message in messages].index(running.question.id)
            messages = messages[:kept]
        self.transcript.set_turns(turns_of(messages))
        if running is not None:
            self._hear(running)
            if self._answering.laid_out is not None:
                self._hear(self._answering.laid_out)
            if self._answering.reading_all is not None:
                self._hear(self._answering.reading_all)
            if self._answering.thought:
                self._hear(Thought(self._answering.thought))
            if self._answering.text:
                self._hear(Piece(self._answering.text))
            return
        if not self._answering.busy:
            self._ahead.opened(id)
        self._waiting.stop()
        answers = [message for message in messages if message.role == "assistant"]
        self._status.show_answer(None)
        self._show_sources_of(answers[-1].id if answers else None)

    def forget(self, id: str) -> None:
        """A conversation was deleted: drop what was kept for it."""
        self._drafts.pop(id, None)
        self._splits.pop(id, None)
        if id == self.current:
            self.current = None
            self._drafts.pop(None, None)
            self.show_conversation(None)

    # ------------------------------------------------------------ asking

    def ask(self, prompt: str) -> None:
        """Answer `prompt` and the pictures beside it in the open conversation."""
        images = self.composer.pictures.images
        if self._answering.busy or (images and not self._may_see()):
            self.composer.set_text(prompt)
            return
        self.notice.hide()
        self._sent = (prompt, self.composer.pictures.pictures)
        self.composer.pictures.set_pictures(())
        self._begin()
        self._answering.ask(
            prompt, self.current, images, self.options.unbegun, self._attaching.take(), self.options.place
        )

    def _again(self, question: int) -> None:
        if not self._answering.busy and self.current is not None:
            self._begin()
            self._answering.again(question, self.current)

    def summarise(self, document: int, name: str) -> None:
        """Have one document read whole."""
        if not self._answering.busy:
            self._begin()
            self._answering.whole((document,), "summary", summary_prompt(name), self.current)
        else:
            self.notice.say(self.tr("An answer is being written. Ask for the summary when it is done."))

    def keeps_out_files(self) -> bool:
        """Whether files may not be added here, for they would be remembered; the reader is told."""
        if is_private(self.current):
            self.notice.say(self.tr("Files are remembered, so a private conversation takes none. Pictures are fine."))
        return is_private(self.current)

    def add_pictures(self, paths: list[str]) -> None:
        """Show these files with the next prompt."""
        if paths and self._may_see():
            self._pictures.add_files(paths)

    def add_picture(self, image: QImage) -> None:
        if self._may_see():
            self._pictures.add_image(image)

    def _may_see(self) -> bool:
        """Whether the model takes pictures, as far as it is known yet; if not, the reader is told what to do."""
        info = self._engine.info
        if info is None or info.sees:
            return True
        self.notice.say(
            self.tr("“{model}” cannot see pictures. Choose a model with vision.").format(model=info.name),
            button=self.tr("Choose a model…"),
            act=self.eyes_wanted.emit,
        )
        return False

    def _prepare(self, conversation: str | None, text: str) -> None:
        """Let the model read ahead; a conversation not yet begun has no options stored that it could go by."""
        if conversation is not None or not (self.options.unbegun or self.options.place != Place()):
            remember = self._home.remembers(conversation) if conversation else self._home.settings.memory
            self._home.chat.prepare(conversation, text, remember=remember)

    def _type_ahead(self) -> None:
        if not self._answering.busy:
            self._ahead.typed(self.current, self.composer.text.strip())

    def _suggest(self, words: str) -> None:
        self.composer.set_text(words)
        self.composer.take_focus()

    def _begin(self) -> None:
        self._asked_in = self.current
        self._ahead.drop()
        self._status.show_answer(None)
        self.composer.set_answering(True)

    # ------------------------------------------------------------ what the answer tells

    def _shown_is_running(self) -> bool:
        return self._answering.busy and self.current is not None and self._answering.conversation == self.current

    def _hear(self, event: Event) -> None:
        if isinstance(event, Stored):
            if self._asked_in is None and self.current is None:
                self.current = event.question.conversation
                self.options.begun(self.current)
                self.moved.emit(self.current)
            self._asked_in = event.question.conversation
            self.stored.emit()
        if isinstance(event, LaidOut):
            self._splits[self._answering.conversation] = event.split
        if not self._shown_is_running():
            return
        match event:
            case Stored():
                question = event.question
                self.transcript.begin(question.text, question.id, event.answer.id, question.images)
                self.sources_shown.emit({})
                self._say_waiting()
                self._waiting.start()
            case LaidOut():
                self.composer.set_split(event.split)
                self.transcript.lay_out(event.sources, event.recall)
                self.sources_shown.emit(dict(enumerate(event.sources, start=1)))
                self._say_waiting()
            case Reading():
                self._say_waiting()
            case ReadingAll():
                self._waiting.stop()
                self.transcript.grow_whole(event)
                self.transcript.set_waiting(reading_words(event))
                if event.text is not None:
                    self.sources_shown.emit(dict(enumerate(event.sources, start=1)))
            case Thought():
                self._waiting.stop()
                self.transcript.set_waiting(None)
                self.transcript.add_thought(event.text)
            case Piece():
                if self._waiting.isActive():
                    self._waiting.stop()
                    self.transcript.set_waiting(None)
                self.transcript.add_piece(event.text)
            case Answer():
                self._waiting.stop()
                self.transcript.set_waiting(None)
                self.transcript.finish(event)
                if event.coverage is not None:
                    self.sources_shown.emit(dict(enumerate(event.sources, start=1)))
                self._status.show_answer(event)

    def _end(self, error: Exception | None) -> None:
        shown = self._answering.conversation in {self.current, None}
        self.composer.set_answering(False)
        self._waiting.stop()
        if error is not None and shown:
            self.transcript.set_waiting(None)
            if self._answering.stored is None:
                self.notice.say(say(error), tone="danger")  # not even the question could be stored
                self._take_back()
            else:
                self.transcript.break_off(say(error))
        self.settled.emit()

    def _take_back(self) -> None:
        """Put the prompt that came to nothing into the composer again, unless another is begun there."""
        if not self.composer.text:
            self.composer.set_text(self._sent[0])
            self.composer.pictures.set_pictures(self._sent[1])

    def _show_sources_of(self, message: int | None) -> None:
        self.sources_shown.emit(self._home.history.sources(message) if message is not None else {})

    # ------------------------------------------------------------ states in words

    def set_engine(self, state: EngineState) -> None:
        self._engine = state
        self.header.set_engine(state)
        self.options.set_thinks(thinks=state.info is not None and state.info.thinks)
        if state.phase == "ready" and not self._answering.busy:
            self._ahead.opened(self.current)
        self._say_waiting()

    def _follow_files(self, state: AttachState) -> None:
        """How far the indexing is; what broke it off needs a whole sentence, which the composer has no room for."""
        if state.phase == "failed" and state.error is not None:
            self.notice.say(say(state.error), tone="danger")
            self._attaching.dismiss()
            return
        self.progress.show_state(state)
        if state.phase == "idle":
            self.files.hide()

    def set_memory_ready(self, ready: bool) -> None:
        self._memory_ready = ready
        self.progress.set_memory_ready(ready)
        self._say_waiting()

    def _say_waiting(self) -> None:
        reading = self._answering.reading
        if not self._shown_is_running() or self._answering.text or self._answering.thought:
            return
        if self._answering.reading_all is not None:  # which says more
            return
        if reading is not None and reading.total:
            words = self.tr("Reading the prompt… {percent} %").format(percent=round(100 * reading.done / reading.total))
        elif self._answering.laid_out is not None:
            words = self.tr("Reading…")
        elif self._engine.phase == "loading":
            words = self.tr("Loading the model… {percent} %").format(percent=round(self._engine.fraction * 100))
        elif not self._memory_ready and self._home.settings.memory:
            words = self.tr("Opening the memory…")
        else:
            words = self.tr("Recalling…")
        self.transcript.set_waiting(words)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say_waiting()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._column.setMaximumWidth(round((Size.COLUMN + 40) * self._theme.scale))
        if self.options.panel.isVisible():
            QTimer.singleShot(0, self, self.options.panel.place)
