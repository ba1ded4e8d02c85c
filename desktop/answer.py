"""An answer, and the events on its way: what `Chat.answer` yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from desktop.citing import CheckDecision, Origin, Sentence
from desktop.whole.job import Coverage, ReadingAll
from desktop.whole.noticing import Kind
from engine.messages import ContextSplit, Reading
from knowledge.history import Message
from knowledge.messages import Depth, PromptKind, Recalled

Decision = Literal["recalled", "nothing", "off", "late", "failed"]


@dataclass(frozen=True, slots=True)
class Stored:
    """The question is committed, and a row for the answer stands ready."""

    question: Message
    answer: Message


@dataclass(frozen=True, slots=True)
class RecallReport:
    """What recall decided, how much it put into the prompt, and why (for "late" and "failed": what went wrong).

    `missed`: the prompt asked for something, and the documents hold nothing on it. `words_only`: meanings were not
    compared, because the index server did not answer. `empty`: it asked for something, and nothing was recalled.
    """

    decision: Decision
    tokens: int = 0
    milliseconds: float = 0.0
    why: str = ""
    missed: bool = False
    words_only: bool = False
    prompt: PromptKind | None = None  # of which kind the prompt was
    depth: Depth = "everything"  # how deep recall went
    because: str = ""  # a word for the reason (`knowledge/deciding.py`)
    empty: bool = False


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The prompt is assembled: the sources that are in it, numbered from 1 in this order."""

    sources: tuple[Recalled, ...]
    split: ContextSplit
    recall: RecallReport


@dataclass(frozen=True, slots=True)
class Thought:
    """The next words of the reasoning before the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """The next words of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The stored answer; `sentences` is None where they were not checked.

    `confidence` is how sure the model was of its words (`confidence.py`), None where no probabilities were told.
    """

    message: int
    conversation: str
    text: str
    sources: tuple[Recalled, ...]
    origin: Origin
    confidence: float | None
    recall: RecallReport
    finish: str
    timings: dict[str, float]
    thought: str = ""  # the reasoning before it, which is neither indexed nor given to the model again
    thought_seconds: float = 0.0
    sentences: tuple[Sentence, ...] | None = None
    checked: CheckDecision = "none"
    coverage: Coverage | None = None  # of an answer that comes from reading whole documents
    unclear: Kind | None = None  # it was asked like one that needs whole documents, but not of which


Event = Stored | Reading | ReadingAll | LaidOut | Thought | Piece | Answer
