"""One prompt for the model out of system text, history, recalled passages and the new prompt, within a budget.

The layout keeps llama.cpp's cache valid: the recall block stands inside the last user turn, so everything before it
is the same, byte for byte, from turn to turn. Room is given to the answer's reserve first, then to the new prompt,
then to the passages, best first, then to the history, whose oldest turns leave in blocks: after a block has left, the
history begins with the same turn for many turns to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Protocol

from engine import budget
from engine.cache import common
from engine.errors import PromptTooLong
from engine.messages import ContextSplit, Generate, Passage, Prepare, Sampling, Turn
from engine.template import Message, Piece

Pictures = Mapping[bytes, tuple[int, ...]]  # a picture's tokens, by its file's bytes
NO_PICTURES: Pictures = {}
BLOCKS = 3  # the history's room is shared out to so many, and one leaves at a time
GOING_ON = 32  # tokens that an answer that was begun still has room for, at the least
LAST_WORD = re.compile(r"(^|\s)\S{0,24}$")
PROBES = ("a", "1", " a", "가")  # beginnings of what may be written: what they have in common stays

# How to use the notes stands in the system prompt, which is processed once; here a small model would lose its way in
# it. Of eight wordings tried on the starter with 13 questions on a recalled sentence (alone, before and after another),
# this one did best: 33 of 39 right, orders within the block 28 to 30. The label stands last: the first is copied.
RECALL_HEAD = "What I noted before:"
SUMMARY_HEAD = "The conversation so far, in short:"


class Template(Protocol):
    """What a conversation becomes before it is counted: `ChatTemplate`, or what stands for a server's own."""

    def render(
        self, messages: Sequence[Message], *, think: bool | None = None, begun: str = "", begun_thought: str = ""
    ) -> list[Piece]: ...


class Vocabulary(Protocol):
    """What counts tokens: a model's `Vocabulary`, or what stands for a server's."""

    def encode(self, pieces: Iterable[Piece]) -> list[int]: ...

    def count(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Layout:
    """The tokens to evaluate, the recalled passages among them in the order of their numbers, and the budget."""

    tokens: list[int]
    used: tuple[int, ...]  # indexes into `Generate.recalled`
    split: ContextSplit
    settled: int  # so many of the first tokens stay, whatever this turn brings
    messages: tuple[Message, ...] = ()  # what was laid out, for a server that makes the tokens itself


def assemble(
    request: Generate,
    *,
    context: int,
    template: Template,
    vocabulary: Vocabulary,
    pictures: tuple[tuple[int, ...], ...] = (),
    earlier: Pictures = NO_PICTURES,
) -> Layout:
    """Lay out `request` in a context of so many tokens, with the tokens of each of its pictures before the prompt.

    `earlier` are the tokens of the pictures in its history, those that the model is to see again.
    Raises `PromptTooLong` when the prompt alone does not fit.
    """
    return _Assembly(request, context, template, vocabulary, pictures, earlier).layout()


def beginning(
    request: Prepare, *, context: int, template: Template, vocabulary: Vocabulary, earlier: Pictures = NO_PICTURES
) -> Layout:
    """What the next prompt of a conversation will begin with, whatever more is typed. Raises `PromptTooLong`."""
    asked = Generate(
        request.id,
        request.system,
        request.history,
        request.recalled if request.prompt else (),
        request.prompt,
        Sampling(max_tokens=request.max_tokens),
        summary=request.summary,
        think=request.think,
    )
    assembly = _Assembly(asked, context, template, vocabulary, earlier=earlier)
    layout = assembly.layout()
    if not request.prompt:
        return replace(layout, tokens=layout.tokens[: layout.settled])
    return replace(layout, tokens=layout.tokens[: assembly.typed(layout)])


class _Assembly:
    """A request on its way into a layout: what is left out is decided from the first choice to the last."""

    def __init__(
        self,
        request: Generate,
        context: int,
        template: Template,
        vocabulary: Vocabulary,
        pictures: tuple[tuple[int, ...], ...] = (),
        earlier: Pictures = NO_PICTURES,
    ) -> None:
        self._request, self._context = request, context
        self._template, self._vocabulary = template, vocabulary
        self._pictures, self._earlier = pictures, earlier
        self._system, self._summary = _system(request), request.summary.strip()
        self._exchanges = _exchanges(request.history)
        self._used: list[int] = []
        self._start = len(self._exchanges)  # the first exchange that is kept

    def layout(self) -> Layout:
        # What is chosen by the sum of its parts is then laid out and counted: parts do not always add up to the token.
        count, request = self._vocabulary.count, self._request
        reserve = budget.reserve(request.sampling.max_tokens, self._context)
        if words := request.begun or request.begun_thought:
            reserve = min(self._context, max(reserve, count(words) + GOING_ON))
        room = self._context - reserve
        bare = len(self._tokens())
        if bare > room and self._summary:
            self._summary = ""
            bare = len(self._tokens())
        own = count(request.prompt) + sum(len(picture) for picture in self._pictures)
        if bare > room:
            raise PromptTooLong(have=str(own), room=str(max(0, room - (bare - own))))

        self._used = self._passages_that_fit(room - bare)
        recalled = len(self._tokens())
        while recalled > room:
            self._used = self._used[:-1]
            recalled = len(self._tokens())

        turn = bare - own + budget.turn(self._context)
        tokens = []
        for start in self._starts(room - max(recalled, turn), block=(room - turn) // BLOCKS):
            self._start = start
            tokens = self._tokens()
            if len(tokens) <= room:
                break

        system = min(count(self._system), bare)
        summary = min(count(self._told()), bare) - system if self._summary else 0
        split = ContextSplit(
            system=system,
            history=len(tokens) - recalled,
            recall=recalled - bare,
            prompt=bare - system - summary,
            reserve=reserve,
            context=self._context,
            dropped_turns=sum(turn.role != "system" for turn in request.history)
            - sum(len(exchange) for exchange in self._exchanges[self._start :]),
            summary=summary,
        )
        settled = min(common(tokens, self._tokens(probe=probe)) for probe in PROBES[:2])
        if request.begun or request.begun_thought:
            tokens = self._tokens(begun=request.begun, begun_thought=request.begun_thought)
        return Layout(tokens, tuple(self._used), split, settled, tuple(self._laid_out()))

    def typed(self, layout: Layout) -> int:
        """How many of the layout's tokens stay when more is typed behind the prompt: all before its last word."""
        prompt = self._request.prompt
        word = LAST_WORD.search(prompt)
        stays = min(common(layout.tokens, self._tokens(prompt=prompt + probe)) for probe in PROBES)
        if word is None:  # in a script without spaces
            return max(layout.settled, stays - 2)
        return min(stays, common(layout.tokens, self._tokens(prompt=prompt[: word.start()])))

    def _tokens(
        self, *, prompt: str | None = None, probe: str | None = None, begun: str = "", begun_thought: str = ""
    ) -> list[int]:
        """The prompt as chosen so far; with `prompt` in the place of the request's, or `probe` in that of the turn."""
        request = self._request
        messages = self._laid_out(prompt=prompt, probe=probe)
        rendered = self._template.render(messages, think=request.think, begun=begun, begun_thought=begun_thought)
        return self._vocabulary.encode(rendered)

    def _laid_out(self, *, prompt: str | None = None, probe: str | None = None) -> list[Message]:
        """The messages that `_tokens` makes tokens of."""
        request = self._request
        words = request.prompt if prompt is None else prompt
        text = with_recall(words, [request.recalled[index] for index in self._used]) if probe is None else probe
        last = Message("user", text, self._pictures if probe is None else ())
        turns = [self._message(turn) for exchange in self._exchanges[self._start :] for turn in exchange]
        return _messages(self._told(), turns, last)

    def _message(self, turn: Turn) -> Message:
        return Message(
            turn.role, turn.text, tuple(self._earlier[image] for image in turn.images if image in self._earlier)
        )

    def _told(self) -> str:
        """The system text, and what was said before the history."""
        if not self._summary:
            return self._system
        return "\n\n".join(text for text in (self._system, f"{SUMMARY_HEAD}\n{self._summary}") if text)

    # ------------------------------------------------------------ what fits

    def _passages_that_fit(self, room: int) -> list[int]:
        """Best first; one that is too long is skipped, and the next may still fit."""
        used: list[int] = []
        room -= self._vocabulary.count(RECALL_HEAD + "\n\n\n")
        for index, passage in enumerate(self._request.recalled):
            cost = self._vocabulary.count(_quotation(len(used) + 1, passage) + "\n")
            if cost <= room:
                used.append(index)
                room -= cost
        return used

    def _starts(self, room: int, *, block: int) -> Iterator[int]:
        """With which exchange the history may begin: first the borders of blocks, then any, then none is left.

        Borders are counted from the conversation's beginning, so that they do not move as it goes on.
        """
        costs = self._costs()
        before = [0, *accumulate(costs)]  # tokens, of each exchange and of all
        fitting = [start for start in range(len(costs)) if before[-1] - before[start] <= room]
        blocks = [at // max(1, block) for at in before]
        borders = [start for start in fitting if start == 0 or blocks[start] != blocks[start - 1]]
        yield from borders
        yield from (start for start in fitting if not borders or start > borders[-1])
        yield len(costs)

    def _costs(self) -> list[int]:
        """The tokens of each exchange."""
        if not self._exchanges:
            return []
        words = [Message("user", PROBES[0]), Message("assistant", PROBES[0])]
        two = _messages("", words * 2, Message("user", PROBES[0]))
        one = _messages("", words, Message("user", PROBES[0]))
        long, short = (self._vocabulary.encode(self._template.render(messages)) for messages in (two, one))
        frame = len(long) - len(short) - 2  # the template's own words
        return [frame + sum(self._cost(turn) for turn in turns) for turns in self._exchanges]

    def _cost(self, turn: Turn) -> int:
        return self._vocabulary.count(turn.text) + sum(len(self._earlier.get(image, ())) for image in turn.images)


def with_recall(prompt: str, passages: Sequence[Passage]) -> str:
    """`prompt` with the numbered passages before it; just `prompt` when there are none."""
    if not passages:
        return prompt
    quotations = (_quotation(number, passage) for number, passage in enumerate(passages, start=1))
    return "\n".join((RECALL_HEAD, *quotations, "", prompt))


def _quotation(number: int, passage: Passage) -> str:
    return f"[{number}] {passage.text} ({passage.label})"


# ---------------------------------------------------------------- turns to messages


def _exchanges(history: Iterable[Turn]) -> list[list[Turn]]:
    """The history in whole exchanges, each from a user's turn on: templates want the user to speak first."""
    exchanges: list[list[Turn]] = []
    for turn in history:
        if turn.role == "user" and (not exchanges or exchanges[-1][-1].role != "user"):
            exchanges.append([turn])
        elif turn.role != "system" and exchanges:
            exchanges[-1].append(turn)
    return exchanges


def _system(request: Generate) -> str:
    """The system text, with the system turns that a history brings along: templates take only one, at the head."""
    texts = [request.system, *(turn.text for turn in request.history if turn.role == "system")]
    return "\n\n".join(text for text in texts if text)


def _messages(system: str, turns: Iterable[Message], last: Message) -> list[Message]:
    """User and assistant in turn, as templates want it: neighbours of one role (an unanswered question) are joined."""
    messages = [Message("system", system)] if system else []
    for message in (*turns, last):
        if messages and messages[-1].role == message.role:
            joined = f"{messages[-1].text}\n\n{message.text}"
            messages[-1] = Message(message.role, joined, (*messages[-1].media, *message.media))
        else:
            messages.append(message)
    return messages
