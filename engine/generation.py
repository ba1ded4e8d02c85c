"""The answer to a laid-out prompt, token by token, as text that never holds half a character or half a stop word.

With each evaluation the model may be given guesses of the tokens that come next (`speculation.py`). What is drawn is
drawn from its logits all the same; the guesses that were not drawn are taken back.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Sequence

from engine.messages import Finish, Generated, Logprob, Sampling, Timings
from engine.model import Model
from engine.sampling import Drawer
from engine.thinking import ThoughtSplitter

Emit = Callable[[str, bool], None]  # a piece of text, and whether it is a thought


def generate(
    model: Model,
    tokens: Sequence[int],
    sampling: Sampling,
    *,
    arrived: float,
    emit: Emit,
    splitter: ThoughtSplitter | None = None,
    ends: Sequence[str] = (),
    begun: bool = False,
    said: Sequence[int] = (),
) -> Generated:
    """Evaluate `tokens` as far as the cache does not hold them, and draw an answer.

    `arrived` is when the request came (`time.monotonic()`), `emit` gets each new piece of text, `splitter` tells
    thoughts from the answer. The texts in `ends` end it wherever they come, `sampling.stop` only in the answer itself.
    With `begun`, the prompt ends with the answer's beginning, the tokens `said`: its text goes on from there as it is,
    and they count as drawn.
    Raises `BadSampling`, `BadSchema`, `BadGrammar`, `FormatTooComplex`, `FormatImpossible`.
    """
    with model.sampler(sampling) as draw:
        reused = model.keep_prefix(tokens)
        text = AnswerText(sampling.stop, ends, splitter, emit, begun=begun)
        draw.resume(said, thought=text.thinking)
        answer = _Drawing(model, draw, sampling, text, len(tokens), len(said))
        ready = model.evaluate(tokens[reused:])
        finish = answer.go(tokens) if ready else "stopped"
    text.end()
    first, last, drawn = answer.first or arrived, answer.last or arrived, answer.drawn
    timings = Timings(
        ttft_ms=1000 * (first - arrived),
        prompt_tokens=len(tokens),
        reused_tokens=reused,
        generated_tokens=drawn,
        tokens_per_s=(drawn - 1) / (last - first) if drawn > 1 else 0.0,
        drafted_tokens=answer.drafted,
        accepted_tokens=answer.accepted,
    )
    return Generated(text.answer, finish, timings, text.thought, tuple(answer.logprobs))


class _Drawing:
    """The tokens of one answer, as they are drawn."""

    def __init__(
        self, model: Model, draw: Drawer, sampling: Sampling, text: AnswerText, prompt: int, said: int
    ) -> None:
        self.drawn = self.drafted = self.accepted = 0
        self.first = self.last = 0.0  # when a token was drawn
        self.logprobs: list[Logprob] = []
        self._model, self._draw, self._sampling, self._text = model, draw, sampling, text
        self._limit = min(sampling.max_tokens - said, model.context - prompt)
        self._prompt = prompt
        if draw.formed and text.splitter is not None:
            draw.openings = {model.vocabulary.opening(mark) for mark in text.splitter.openings} - {-1}

    def go(self, prompt: Sequence[int]) -> Finish:
        """Draw until the answer ends; the cache then holds `prompt` and all that was drawn but the last token."""
        if self._limit <= 0:
            return "length"
        model = self._model
        token, finish = self._next(-1)
        guesser = model.guesser(prompt)
        while finish is None:
            guess = []
            if guesser is not None:
                guesser.add(token)
                guess = guesser.guess(self._limit - self.drawn - 1)
            began = time.monotonic()
            if not model.evaluate_all([token, *guess]):
                return "stopped"
            right = 0
            for at in range(len(guess) + 1):
                token, finish = self._next(at if guess else -1)
                if finish is not None or at == len(guess) or token != guess[at]:
                    break
                right += 1
                if guesser is not None:
                    guesser.add(token)
            self.drafted += len(guess)
            self.accepted += right
            if guesser is not None:
                guesser.took(len(guess), right, time.monotonic() - began)
            if guess and not model.take_back(self._prompt + self.drawn - 1):
                return finish or "stopped"
        return finish

    def _next(self, position: int) -> tuple[int, Finish | None]:
        """Draw the next token from the logits at `position`, and tell it; how the answer ends, if it does."""
        vocabulary, draw, text = self._model.vocabulary, self._draw, self._text
        draw.free = text.thinking or (draw.opened and text.undecided)
        token = draw(position)
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.drawn += 1
        if vocabulary.ends(token):
            return token, "stop"
        if self._sampling.logprobs is not None and not draw.free:
            self.logprobs.append(draw.logprob(token, position, self._sampling.logprobs))
        text.feed(vocabulary.piece(token))
        if text.stopped:
            return token, "stop"
        return token, "length" if self.drawn >= self._limit else None


class AnswerText:
    """Tokens' bytes in; text out to `emit`, told apart into answer and thought, and ended by stop words."""

    def __init__(
        self,
        stop: Sequence[str],
        ends: Sequence[str],
        splitter: ThoughtSplitter | None,
        emit: Emit,
        *,
        begun: bool = False,
    ) -> None:
        self.splitter = splitter
        self._emit = emit
        self._all = TextStream(ends, begun=True)
        self._answer = TextStream(stop, begun=begun)
        self._thought: list[str] = []

    @property
    def answer(self) -> str:
        return self._answer.whole

    @property
    def thought(self) -> str:
        return "".join(self._thought)

    @property
    def stopped(self) -> bool:
        """Whether a text came that ends the answer."""
        return self._all.stopped or self._answer.stopped

    @property
    def thinking(self) -> bool:
        """Whether what comes next is no part of the answer."""
        return self.splitter is not None and self.splitter.thinking

    @property
    def undecided(self) -> bool:
        """Whether what came so far may yet turn out to open a thought."""
        return self.splitter is not None and bool(self.splitter.openings)

    def feed(self, data: bytes) -> None:
        """The next token's bytes."""
        self._give(self._split(self._all.feed(data)))

    def think(self, text: str) -> None:
        """Reasoning that a server has told apart itself."""
        self._give([(text, True)])

    def end(self) -> None:
        """No token will come."""
        self._give(self._split(self._all.end()))
        if self.splitter is not None:
            self._give(self.splitter.end())
        if not self._answer.stopped and (rest := self._answer.end()):
            self._emit(rest, False)

    def _split(self, text: str) -> Sequence[tuple[str, bool]]:
        return [(text, False)] if self.splitter is None else self.splitter.feed(text)

    def _give(self, stretches: Sequence[tuple[str, bool]]) -> None:
        for text, thought in stretches:
            if self._answer.stopped:
                return
            if thought:
                self._thought.append(text)
                self._emit(text, True)
            elif new := self._answer.feed_text(text):
                self._emit(new, False)


class TextStream:
    """Bytes of tokens in, text out: held back as long as it may be part of a character or of a stop word."""

    def __init__(self, stop: Sequence[str] = (), *, begun: bool = False) -> None:
        """`begun`: white space at the beginning is part of the text, which goes on from another."""
        self.stopped = False  # a stop word came; it and what follows is not given out
        self._stop = tuple(word for word in stop if word)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        self._given: list[str] = []
        self._begun = begun

    @property
    def whole(self) -> str:
        """All text given out so far."""
        return "".join(self._given)

    def feed(self, data: bytes) -> str:
        """The text that is certain now that `data` came."""
        return "" if self.stopped else self.feed_text(self._decoder.decode(data))

    def feed_text(self, text: str) -> str:
        """The same for a text."""
        if self.stopped:
            return ""
        self._held += text
        ends = [at for word in self._stop if (at := self._held.find(word)) >= 0]
        if ends:
            self.stopped = True
            self._held = self._held[: min(ends)]
            return self._give(len(self._held))
        return self._give(len(self._held) - max((_overlap(self._held, word) for word in self._stop), default=0))

    def end(self) -> str:
        """What was held back for a stop word that did not come; half a character at the end is dropped."""
        return self._give(len(self._held))

    def _give(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        if not self._given and not self._begun:
            text = text.lstrip()  # many vocabularies begin every text with a space
        if text:
            self._given.append(text)
        return text


def _overlap(text: str, word: str) -> int:
    """How many characters at the end of `text` could be the beginning of `word`."""
    return next((n for n in range(min(len(word) - 1, len(text)), 0, -1) if text.endswith(word[:n])), 0)
