"""The stored row of an answer while it grows: saved again and again, so that a crash costs little of it."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Any

from desktop.answer import Answer, RecallReport
from desktop.citing import Check, as_details, origin, sentences_of
from desktop.whole.job import Work
from desktop.whole.noticing import Kind
from knowledge.history import History, Message, State
from knowledge.messages import Recalled
from knowledge.private import is_private
from knowledge.strength import note_uses

SAVE_SECONDS = 1.0  # how much of an answer a power cut may cost


class Writing:
    """The answer as it grows, saved at its end and every `SAVE_SECONDS` before."""

    def __init__(self, history: History, answer: Message) -> None:
        self._history, self._answer = history, answer
        self._pieces: list[str] = []
        self._saved = time.monotonic()
        self._thoughts: list[str] = []
        self._thinking = (0.0, 0.0)  # from when to when
        self.timings: dict[str, float] = {}
        self.finish = "stopped"
        self.unclear: Kind | None = None

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def thought(self) -> str:
        return "".join(self._thoughts).strip()

    @property
    def thought_seconds(self) -> float:
        begin, end = self._thinking
        return round(end - begin, 1)

    def think(self, piece: str) -> None:
        now = time.monotonic()
        self._thinking = (self._thinking[0] if self._thoughts else now, now)
        self._thoughts.append(piece)

    def add(self, piece: str) -> None:
        self._pieces.append(piece)
        if time.monotonic() - self._saved > SAVE_SECONDS:
            self._history.write(self._answer.id, self.text, "writing")
            self._saved = time.monotonic()

    def close(
        self, sources: tuple[Recalled, ...], recall: RecallReport, checked: Check, confidence: float | None = None
    ) -> Answer:
        answer = Answer(
            message=self._answer.id,
            conversation=self._answer.conversation,
            text=self.text.strip(),
            sources=sources,
            origin=origin(checked, sources),
            confidence=confidence,
            recall=recall,
            finish=self.finish,
            timings=self.timings,
            thought=self.thought,
            thought_seconds=self.thought_seconds,
            unclear=self.unclear,
            sentences=sentences_of(checked),
            checked=checked.decision,
        )
        details: dict[str, Any] = {
            "origin": answer.origin,
            "confidence": answer.confidence,
            "finish": answer.finish,
            "timings": answer.timings,
            "recall": asdict(answer.recall),
            **as_details(checked),
            **({"unclear": self.unclear} if self.unclear else {}),
            **self._thought_details(),
        }
        self._history.write(
            self._answer.id, answer.text, "stopped" if self.finish == "stopped" else "complete", details
        )
        rested_on = (sources[one.source - 1] for one in checked.sentences if one.source is not None)
        if not is_private(answer.conversation):
            note_uses(self._history.store, rested_on, time.time())
        return answer

    def break_off(self) -> None:
        self._history.write(self._answer.id, self.text.strip(), "broken", self._thought_details() or None)

    def _thought_details(self) -> dict[str, Any]:
        return {"thought": self.thought, "thought_seconds": self.thought_seconds} if self.thought else {}


class Growing:
    """The answer of a reading of whole documents, saved with each step: text, sources, and how far it came."""

    def __init__(self, history: History, answer: Message, work: Work) -> None:
        self._history, self._answer, self._work = history, answer, work
        self._cited = 0
        self._begun = time.monotonic()

    def save(self) -> None:
        self._write("writing")

    def break_off(self) -> None:
        self._write("broken")

    def close(self) -> Answer:
        work, finish = self._work, "stopped" if self._work.stopped else "stop"
        self._write("stopped" if work.stopped else "complete", finish)
        return Answer(
            message=self._answer.id,
            conversation=self._answer.conversation,
            text=work.text,
            sources=tuple(work.sources),
            origin="documents",
            confidence=None,
            recall=self._recall,
            finish=finish,
            timings={},
            coverage=work.coverage,
        )

    @property
    def _recall(self) -> RecallReport:
        taken = round((time.monotonic() - self._begun) * 1000, 1)
        return RecallReport("recalled", milliseconds=taken, why="whole documents were read")

    def _write(self, state: State, finish: str = "") -> None:
        work = self._work
        with self._history.store.transaction():
            self._history.cite(self._answer.id, work.sources[self._cited :], first=self._cited + 1)
            details = {"origin": "documents", "finish": finish, "timings": {}, "recall": asdict(self._recall)}
            self._history.write(self._answer.id, work.text, state, {**details, "whole": work.record()})
        self._cited = len(work.sources)
