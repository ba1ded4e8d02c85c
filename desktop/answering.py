"""The answer that is being written: at most one at a time, in the background, in the conversation it was asked in.

The window may look at another conversation meanwhile; what was told so far is kept here, so that it can be shown
again when the reader comes back.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Task
from desktop.chat import Answer, Event, LaidOut, Piece, Stored, Thought
from desktop.home import Home
from desktop.whole.job import ReadingAll
from desktop.whole.noticing import Kind
from engine.messages import Reading
from knowledge.history import Image
from knowledge.projects import Place


class Answering(QObject):
    """`happened` tells each event of the use case in order, then `ended` tells the error, or None."""

    happened = Signal(object)
    ended = Signal(object)

    def __init__(self, home: Home, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._background = home, background
        self._task: Task | None = None
        self._pieces: list[str] = []
        self._thoughts: list[str] = []
        self.stored: Stored | None = None
        self.laid_out: LaidOut | None = None
        self.reading: Reading | None = None  # how much of the prompt the model has read
        self.reading_all: ReadingAll | None = None  # how much of whole documents; its text is the latest there was

    @property
    def busy(self) -> bool:
        return self._task is not None

    @property
    def conversation(self) -> str | None:
        """Where the answer belongs; None when none is written, or its question is not yet stored."""
        return self.stored.question.conversation if self.stored else None

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def thought(self) -> str:
        """The reasoning so far."""
        return "".join(self._thoughts)

    def ask(
        self,
        prompt: str,
        conversation: str | None,
        images: Sequence[Image] = (),
        options: Mapping[str, Any] | None = None,
        files: Sequence[str] = (),
        place: Place = Place(),  # noqa: B008 - it is frozen
    ) -> None:
        """Answer `prompt`; without a conversation a new one begins at `place`, with these options.

        `files` were attached just before: "this file" is one of them.
        """

        def work(stop: threading.Event) -> Iterator[Event]:
            begin = self._home.history.begin
            where = conversation or begin(options=options, project=place.project, sealed=place.sealed).id
            yield from self._home.chat.answer(
                prompt,
                where,
                stop=stop,
                remember=self._home.remembers(where),
                images=images,
                documents=self._home.chat.whole.shelf.ids(files),
            )

        self._run(work)

    def whole(self, documents: Sequence[int], kind: Kind, prompt: str, conversation: str | None) -> None:
        """Read these documents whole, to sum them up or compare them; `prompt` is what stands as the question."""

        def work(stop: threading.Event) -> Iterator[Event]:
            where = conversation or self._home.history.begin().id
            yield from self._home.chat.answer(prompt, where, stop=stop, documents=documents, kind=kind)

        self._run(work)

    def again(self, question: int, conversation: str) -> None:
        """Answer a question of `conversation` once more."""

        def work(stop: threading.Event) -> Iterator[Event]:
            for message in self._home.history.messages(conversation):
                if message.id == question:
                    yield from self._home.chat.answer_again(
                        message, stop=stop, remember=self._home.remembers(conversation)
                    )

        self._run(work)

    def stop(self) -> None:
        """End the answer soon; what is written is kept."""
        if self._task is not None:
            self._task.stop()

    def _run(self, work: object) -> None:
        assert self._task is None
        assert callable(work)
        self._task = self._background.run(
            work, on_event=self._hear, on_done=lambda _: self._end(None), on_failed=self._end
        )

    def _hear(self, event: Event) -> None:
        match event:
            case Stored():
                self.stored = event
            case LaidOut():
                self.laid_out = event
            case Reading():
                self.reading = event
            case ReadingAll():
                before = self.reading_all
                text, sources = (before.text, before.sources) if before and event.text is None else (None, ())
                self.reading_all = replace(event, text=text, sources=sources) if text is not None else event
            case Thought():
                self._thoughts.append(event.text)
            case Piece():
                self._pieces.append(event.text)
            case Answer():
                pass
        self.happened.emit(event)

    def _end(self, error: Exception | None) -> None:
        self._task = None
        self.ended.emit(error)  # while `stored` still says whose end it is
        self.stored, self.laid_out, self.reading, self.reading_all = None, None, None, None
        self._pieces, self._thoughts = [], []
