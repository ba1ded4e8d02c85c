"""The answer to a laid-out prompt, token by token, as text that never holds half a character or half a stop word."""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable, Sequence

from engine.messages import Finish, Generated, Sampling, Timings
from engine.model import Model


def generate(
    model: Model,
    tokens: Sequence[int],
    sampling: Sampling,
    *,
    arrived: float,
    emit: Callable[[str], None],
) -> Generated:
    """Evaluate `tokens` as far as the cache does not hold them, and draw an answer.

    `arrived` is when the request came (`time.monotonic()`), `emit` gets each new piece of text.
    """
    reused = model.keep_prefix(tokens)
    drawn = 0
    first = last = arrived
    text = TextStream(sampling.stop)
    finish: Finish = "length"
    if not model.evaluate(tokens[reused:]):
        finish = "stopped"
    else:
        with model.sampler(sampling) as draw:
            limit = min(sampling.max_tokens, model.context - len(tokens))
            while drawn < limit:
                token = draw(-1)
                last = time.monotonic()
                first = last if drawn == 0 else first
                drawn += 1
                if model.vocabulary.ends(token):
                    finish = "stop"
                    break
                if new := text.feed(model.vocabulary.piece(token)):
                    emit(new)
                if text.stopped:
                    finish = "stop"
                    break
                if drawn < limit and not model.evaluate([token]):
                    finish = "stopped"
                    break
    if rest := text.end():
        emit(rest)
    timings = Timings(
        ttft_ms=1000 * (first - arrived),
        prompt_tokens=len(tokens),
        reused_tokens=reused,
        generated_tokens=drawn,
        tokens_per_s=(drawn - 1) / (last - first) if drawn > 1 else 0.0,
    )
    return Generated(text.whole, finish, timings)


class TextStream:
    """Bytes of tokens in, text out: held back as long as it may be part of a character or of a stop word."""

    def __init__(self, stop: Sequence[str] = ()) -> None:
        self.stopped = False  # a stop word came; it and what follows is not given out
        self._stop = tuple(word for word in stop if word)
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._held = ""
        self._given: list[str] = []

    @property
    def whole(self) -> str:
        """All text given out so far."""
        return "".join(self._given)

    def feed(self, data: bytes) -> str:
        """The text that is certain now that `data` came."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(data)
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
        if not self._given:
            text = text.lstrip()  # many vocabularies begin every text with a space
        if text:
            self._given.append(text)
        return text


def _overlap(text: str, word: str) -> int:
    """How many characters at the end of `text` could be the beginning of `word`."""
    return next((n for n in range(min(len(word) - 1, len(text)), 0, -1) if text.endswith(word[:n])), 0)
