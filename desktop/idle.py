"""What the model does while nobody waits for it, so that nobody has to wait for it later.

After an answer it processes the next prompt's beginning; while the user types, their words and what the memory recalls
on them; and before the conversation outgrows the context, it sums up the oldest turns. One thing at a time: the newest
wins, and a question ends it. Whatever goes wrong here is logged and shows in nothing but time.
"""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace

from desktop import proposing
from desktop.beginning import Beginning
from desktop.engine_process import Engine
from desktop.errors import Failure
from engine import budget
from engine.messages import ContextSplit, Generated, Passage, Sampling, Token
from knowledge.errors import ConversationMissing
from knowledge.history import History, Message
from knowledge.private import is_private

log = logging.getLogger(__name__)

SUMMARISE = (
    "You keep the minutes of a conversation. Write down in short sentences what its two sides must still know: facts, "
    "names, numbers, wishes, decisions, open questions. Write in the language of the conversation, without any "
    "introduction."
)
SUMMARY = Sampling(max_tokens=256, temperature=0.0)
CHUNK_SHARE = 0.5  # of the context, for the turns that are summed up in one go
LEAST_CHUNK = 400  # characters
CLOSE_SECONDS = 3.0

Recall = Callable[[str, str | None, threading.Event], tuple[Passage, ...]]
Job = Callable[[threading.Event], None]


class Idle:
    """`beginning` says what a conversation's next prompt begins with, `recall` what the memory adds to some words."""

    def __init__(
        self, history: History, engine: Engine, beginning: Callable[[str | None], Beginning], recall: Recall
    ) -> None:
        self._history, self._engine, self._beginning, self._recall = history, engine, beginning, recall
        self._news = threading.Condition()
        self._next: Job | None = None
        self._stop = threading.Event()  # of what is being done
        self._busy = self._closing = False
        self._thread: threading.Thread | None = None

    # ------------------------------------------------------------ what there is to do

    def settle(self, conversation: str, split: ContextSplit | None, answered: int, *, max_tokens: int) -> None:
        """An answer of so many tokens, of at most `max_tokens`, is stored: make ready for the next; returns at once."""
        self._put(lambda stop: self._settle(conversation, split, answered, max_tokens, stop))

    def prepare(self, conversation: str | None, prompt: str, *, remember: bool) -> None:
        """Make ready for a prompt that begins with `prompt`; returns at once."""
        self._put(lambda stop: self._prepare(conversation, prompt, remember, stop))

    def interrupt(self) -> None:
        """A question comes: drop everything; returns at once."""
        with self._news:
            self._next = None
            self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Whether all is done within so many seconds."""
        with self._news:
            return self._news.wait_for(lambda: self._next is None and not self._busy, seconds)

    def close(self) -> None:
        """Drop everything, for good."""
        with self._news:
            self._closing, self._next = True, None
            self._stop.set()
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    # ------------------------------------------------------------ the thread

    def _put(self, job: Job) -> None:
        with self._news:
            if self._closing:
                return
            self._next = job
            self._stop.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="haema idle", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def _run(self) -> None:
        while True:
            with self._news:
                self._busy = False
                self._news.notify_all()
                self._news.wait_for(lambda: self._next is not None or self._closing)
                if self._closing or self._next is None:
                    return
                job, self._next = self._next, None
                self._stop = stop = threading.Event()
                self._busy = True
            try:
                job(stop)
            except Failure as error:
                log.warning("idle work failed: %s", error.error)
            except ConversationMissing:
                log.info("idle work was for a conversation that is deleted")
            except Exception as error:  # noqa: BLE001 (a bug of ours: it must not end all idle work)
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("idle work failed: %s in\n%s", type(error).__name__, where)  # noqa: TRY400

    # ------------------------------------------------------------ ahead of the next prompt

    def _prepare(self, conversation: str | None, prompt: str, remember: bool, stop: threading.Event) -> None:
        begin = self._beginning(conversation)
        recalled = self._recall(prompt, conversation, stop) if prompt.strip() and remember else ()
        if not stop.is_set():
            self._hand_over(conversation, begin, prompt, recalled)

    def _hand_over(
        self, conversation: str | None, begin: Beginning, prompt: str = "", recalled: tuple[Passage, ...] = ()
    ) -> None:
        self._engine.prepare(
            system=begin.system,
            history=begin.history,
            recalled=recalled,
            prompt=prompt,
            conversation=None if is_private(conversation) else conversation,
            summary=begin.summary,
            max_tokens=begin.max_tokens,
            think=begin.think,
        )

    def _settle(
        self, conversation: str, split: ContextSplit | None, answered: int, max_tokens: int, stop: threading.Event
    ) -> None:
        begin = self._beginning(conversation)
        if split is not None and is_full(split, answered):
            self._summarise(begin, split, answered, stop)
            begin = self._beginning(conversation)
        if not stop.is_set():
            self._hand_over(conversation, replace(begin, max_tokens=max_tokens))
        if proposing.is_able(self._engine.state.info) and not stop.wait(proposing.QUIET_SECONDS):
            asked = proposing.propose(self._history.store, self._engine, stop)
            if asked and not stop.is_set():  # the model has read something else meanwhile
                self._hand_over(conversation, replace(begin, max_tokens=max_tokens))

    # ------------------------------------------------------------ the summary

    def _summarise(self, begin: Beginning, split: ContextSplit, answered: int, stop: threading.Event) -> None:
        """Sum up the oldest turns, as many as must leave; what is summed up is stored piece by piece."""
        held = begin.messages[split.dropped_turns :]  # by the prompt just answered, and since
        tokens = split.history + split.prompt + answered
        per_token = max(1.0, sum(len(message.text) for message in held) / max(1, tokens))  # characters
        leaving = leavers(begin.messages, int(per_token * budget.HISTORY_AFTER * budget.history_room(split)))
        longest = max(LEAST_CHUNK, int(per_token * CHUNK_SHARE * split.context))
        summary = begin.summary
        for chunk, last in chunks(leaving, longest):
            words = self._summary(summary, chunk, stop)
            if not words:
                return
            summary = words
            if last is not None and (last.role == "assistant" or last is leaving[-1]):  # between two exchanges
                self._history.summarise(last.id, summary)
                log.info("%d turns are summed up", sum(message.id <= last.id for message in leaving))

    def _summary(self, before: str, chunk: str, stop: threading.Event) -> str:
        """A summary of what was said; empty when a question came in between, or the model had no words."""
        parts = [f"The minutes so far:\n{before}"] if before else []
        parts += [f"What was said then:\n{chunk}", "Write the minutes of all of it, in at most 150 words."]
        words, finish = "", "stopped"
        for reply in self._engine.generate(
            system=SUMMARISE,
            history=(),
            recalled=(),
            prompt="\n\n".join(parts),
            sampling=SUMMARY,
            stop=stop,
            think=False,
        ):
            match reply:
                case Token(thought=False):
                    words += reply.text
                case Generated():
                    finish = reply.finish
        if finish == "stopped":
            return ""
        if not words.strip():
            log.warning("the model had no words for a summary")
        return words.strip()


def is_full(split: ContextSplit, answered: int) -> bool:
    """Whether turns were left out of the prompt just answered, or will soon be."""
    held = split.history + split.prompt + answered
    return split.dropped_turns > 0 or held > budget.HISTORY_FULL * budget.history_room(split)


def leavers(messages: tuple[Message, ...], room: int) -> tuple[Message, ...]:
    """The oldest messages, all but those of the last questions and answers that fit into `room` characters."""
    stays = len(messages)
    for index in range(len(messages) - 1, -1, -1):
        room -= len(messages[index].text)
        if room < 0 and stays < len(messages):
            break
        if messages[index].role == "user":
            stays = index
    return messages[:stays]


def chunks(messages: tuple[Message, ...], longest: int) -> Iterator[tuple[str, Message | None]]:
    """What was said, in portions; with each the last message it holds the end of, where it ends with one's end."""
    text, last = "", None
    for message in messages:
        line = f"{'Assistant' if message.role == 'assistant' else 'User'}: {message.text}"
        if text and len(text) + len(line) > longest:
            yield text, last
            text, last = "", None
        while len(line) > longest:
            yield line[:longest], None
            line = line[longest:]
        text, last = (f"{text}\n{line}" if text else line), message
    if text:
        yield text, last
