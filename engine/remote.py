"""A model that runs on a server of the user's choice, and answers as one that was loaded here would.

The prompt is laid out and budgeted as for a model of our own (`prompt.py`): the server's messages stand in for the
rendered template. Tokens are counted by the server where it offers that; elsewhere they are estimated from above, and
each answer whose true count it tells corrects the estimate. Should a prompt still be too long, what the server says of
its context is learnt and the prompt laid out once more.
"""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from engine import dialects, structure, thinking
from engine.dialects import GOES_ON, Dialect
from engine.errors import (
    ModelHasNoEyes,
    ServerAnswerBroken,
    ServerBusy,
    ServerHasNoModel,
    ServerLost,
    ServerRefused,
)
from engine.generation import AnswerText, Emit
from engine.loading import Interrupted
from engine.messages import Finish, Generate, Generated, Logprob, ModelInfo, Server, Timings
from engine.prompt import Layout, assemble
from engine.sampling import check
from engine.server_line import ANSWER_SECONDS, Line, Refused
from engine.template import Message, Piece
from engine.thinking import COMMON, ThoughtSplitter

log = logging.getLogger(__name__)

USUAL_CONTEXT = 4096  # tokens, of a server that does not say
LEAST_CONTEXT, MOST_CONTEXT = 256, 1 << 24  # tokens; what a server says beyond them is not believed
FRAME_TOKENS = 8  # that a chat template writes around a message, at most as a rule
PICTURE_TOKENS = 1024  # a picture takes, as a rule at most
KNOWN_TEXTS = 2048  # whose tokens are remembered
TRIES = 3  # of one prompt
WORD = re.compile(r"[A-Za-z]+")
LETTERS = 3  # of a Latin word to a token, at least as a rule; all else counts a token each byte and a half
CAUTION = 1.1  # an estimate is kept above what was counted by this factor
PIECES = 8  # to a token at most; a server that goes on beyond what was asked for is left


class RemoteModel:
    """A server that was reached, and one of its models."""

    def __init__(self, server: Server, interrupted: Callable[[], bool]) -> None:
        """Reach the server and find out what it offers.

        Raises what `Line.ask` does, `ServerHasNoModel`, `ServerBusy`, or `ServerRefused`.
        """
        self._line = Line(server, interrupted)
        self._url, self.host = server.url, self._line.host
        try:
            entry = self._offered(server.model)
            self.name = str(entry["id"])
            self._learn(entry, server.context)
        except BaseException:
            self._line.close()
            raise
        self._extras = True
        log.info("a server of the kind %s answers, %d tokens of context", self.dialect, self.context)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    @property
    def info(self) -> ModelInfo:
        return ModelInfo(
            name=self.name,
            path=self._url,
            context=self.context,
            layers=0,
            gpu_layers=0,
            device=self.host,
            threads=0,
            profile="fast",
            starter=False,
            thinks=self.thinks,
            sees=self.sees,
            remote=True,
        )

    # ------------------------------------------------------------ what it offers

    def _offered(self, wished: str) -> dict[str, Any]:
        """The server's own word on the model that is wished for; by default its first."""
        status, told = self._line.ask("/models")
        if status != 200:
            raise self._in_words(Refused(status, told))
        listed = told.get("data") if isinstance(told, dict) else None
        if not isinstance(listed, list):
            raise ServerAnswerBroken(host=self.host, reason="/models")
        entries = [entry for entry in listed if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
        for entry in entries:
            if not wished or entry["id"] == wished:
                return entry
        raise ServerHasNoModel(host=self.host, model=wished)

    def _learn(self, entry: dict[str, Any], wished_context: int | None) -> None:
        """Which kind of server it is, and what its model can do."""
        self.dialect: Dialect = "openai"
        context, self.thinks, self.sees = None, False, True  # a server that cannot see will refuse a picture
        props = self._line.probe("/props")
        settings = props.get("default_generation_settings") if isinstance(props, dict) else None
        if isinstance(props, dict) and isinstance(settings, dict):
            self.dialect, context = "llama-server", settings.get("n_ctx")
            modalities = props.get("modalities")
            self.sees = isinstance(modalities, dict) and modalities.get("vision") is True
            self.thinks = thinking.style_of(str(props.get("chat_template"))) is not None
        elif "max_model_len" in entry:
            self.dialect, context = "vllm", entry["max_model_len"]
        self.vocabulary = ServerVocabulary(self._line, self.name, self.dialect)
        if self.dialect == "openai" and self.vocabulary.is_counted_as("llama-cpp-python"):
            self.dialect, self.sees = "llama-cpp-python", False  # it would read a picture as words
        said = context if isinstance(context, int) and LEAST_CONTEXT <= context <= MOST_CONTEXT else None
        self.context = wished_context or said or USUAL_CONTEXT

    # ------------------------------------------------------------ answering

    def answer(self, request: Generate, *, arrived: float, emit: Emit, accepted: Callable[[Layout], None]) -> Generated:
        """Lay out `request` and have it answered; `accepted` gets the layout when the server sets out to answer.

        Raises `PromptTooLong`, `BadSampling`, `BadSchema`, `BadGrammar`, `ImageUnreadable`, `ModelHasNoEyes`,
        `ServerHoldsNoGrammar`, what `Line.stream` does, and what the server's refusal means.
        """
        check(request.sampling)
        structure.grammar_of(request.sampling)
        if request.images and not self.sees:
            raise ModelHasNoEyes(model=self.name)
        if request.sampling.max_tokens <= 0:
            return _nothing("length")
        if request.begun and self.dialect not in GOES_ON:
            return _nothing("stopped")  # it would begin anew: what is written stays as it is
        heard = _Heard(request, emit, self.host)
        layout: Layout | None = None
        try:
            for tries_left in reversed(range(TRIES)):
                layout = self._laid_out(request)
                try:
                    heard.accepted = partial(accepted, layout)
                    self._have_answered(self._question(request, layout), heard)
                    break
                except Refused as refusal:
                    if not tries_left or not self._has_learnt(refusal, layout):
                        raise self._in_words(refusal, images=bool(request.images)) from refusal
        except Interrupted:
            heard.finish = "stopped"
        finally:
            heard.text.end()
        counted = len(layout.tokens) if layout is not None else 0
        if layout is not None and heard.prompt_tokens and not request.images:
            self.vocabulary.correct(counted=counted, true=heard.prompt_tokens, parts=len(layout.messages))
        return heard.generated(arrived, counted)

    def _have_answered(self, question: dict[str, Any], heard: _Heard) -> None:
        done = self._line.stream("/chat/completions", question, heard.hear)
        if heard.finish is None and not done:
            if not heard.anything:  # as llama-cpp-python's server says in a stream that there was an error
                whole = {name: said for name, said in question.items() if name != "stream_options"}
                whole |= {"stream": False, "max_tokens": 1}
                status, told = self._line.ask("/chat/completions", whole, patience=ANSWER_SECONDS)
                if status != 200:
                    raise Refused(status, told)
            raise ServerLost(host=self.host)
        heard.finish = heard.finish or "stop"

    def _laid_out(self, request: Generate) -> Layout:
        wanted = replace(request, begun_thought="")  # reasoning that broke off begins anew
        seen = min(PICTURE_TOKENS, self.context // 4)
        pictures = tuple((-number,) * seen for number in range(1, len(request.images) + 1))
        return assemble(
            wanted, context=self.context, template=Messages(), vocabulary=self.vocabulary, pictures=pictures
        )

    def _question(self, request: Generate, layout: Layout) -> dict[str, Any]:
        room = max(1, self.context - len(layout.tokens))
        return dialects.question(
            self.dialect,
            self.name,
            layout.messages,
            replace(request.sampling, max_tokens=min(request.sampling.max_tokens, room)),
            host=self.host,
            images=request.images,
            think=request.think,
            begun=request.begun,
            extras=self._extras,
        )

    def _has_learnt(self, refusal: Refused, layout: Layout) -> bool:
        """Whether the same request, put in another way, may be answered."""
        said = dialects.overflow(refusal.told)
        if said is not None:
            context, prompt = said
            before = self.context
            self.context = max(LEAST_CONTEXT, min(context, self.context))
            shorter = self.context < before
            if prompt > len(layout.tokens):
                self.vocabulary.correct(counted=len(layout.tokens), true=prompt, parts=len(layout.messages))
                shorter = True
            log.info("the server's context is %d tokens long, and the prompt is laid out anew", self.context)
            return shorter
        if refusal.status in (400, 422) and self.dialect == "openai" and self._extras:
            log.info("the server is asked without what OpenAI has no word for")
            self._extras = False
            return True
        return False

    def _in_words(self, refusal: Refused, *, images: bool = False) -> Exception:
        status = str(refusal.status)
        if refusal.status in (429, 503):
            return ServerBusy(host=self.host, status=status)
        if images and refusal.status in (400, 415, 422, 500):
            return ModelHasNoEyes(model=self.name)
        if refusal.status in (404, 405):
            return ServerAnswerBroken(host=self.host, reason=f"HTTP {status}")
        return ServerRefused(host=self.host, status=status)


def _nothing(finish: Finish) -> Generated:
    return Generated("", finish, Timings(0.0, 0, 0, 0, 0.0))


# ---------------------------------------------------------------- what comes


class _Heard:
    """The events of one answer as they come."""

    def __init__(self, request: Generate, emit: Emit, host: str) -> None:
        splitter = ThoughtSplitter(COMMON, thinking=False if request.begun else None)
        self.text = AnswerText(request.sampling.stop, (), splitter, emit, begun=bool(request.begun))
        self.accepted: Callable[[], None] = lambda: None  # called when the server sets out to answer
        self.anything = False
        self.finish: Finish | None = None
        self.prompt_tokens = self._reused = self._drawn = 0  # as the server counts them
        self._pieces = 0
        self._first = self._last = 0.0
        self._logprobs: list[Logprob] = []
        self._most = PIECES * request.sampling.max_tokens
        self._wants_logprobs = request.sampling.logprobs is not None
        self._host = host

    def hear(self, event: Any) -> bool:
        """Take the next event; whether more is wanted. Raises `ServerRefused`."""
        if not isinstance(event, dict):
            raise ServerAnswerBroken(host=self._host, reason="JSON")
        if event.get("error"):
            code = event["error"].get("code") if isinstance(event["error"], dict) else None
            raise ServerRefused(host=self._host, status=str(_number(code) or 500))
        if not self.anything:
            self.anything = True
            self.accepted()
        self._count(event.get("usage"))
        choices = event.get("choices")
        choice = choices[0] if isinstance(choices, list) and choices else None
        if isinstance(choice, dict):
            self._take(choice)
        if self.text.stopped:
            self.finish = "stop"
            return False
        if self._pieces > self._most:
            self.finish = "length"
            return False
        return True

    def _take(self, choice: dict[str, Any]) -> None:
        delta = choice.get("delta")
        if isinstance(delta, dict):
            thought = delta.get("reasoning_content") or delta.get("reasoning")
            words = delta.get("content")
            for piece, feed in ((thought, self.text.think), (words, self._feed)):
                if isinstance(piece, str) and piece:
                    self._last = time.monotonic()
                    self._first = self._first or self._last
                    self._pieces += 1
                    feed(piece)
        if self._wants_logprobs and isinstance(choice.get("logprobs"), dict):
            self._logprobs += _logprobs(choice["logprobs"])
        ending = choice.get("finish_reason")
        if isinstance(ending, str) and self.finish is None:
            self.finish = "length" if ending == "length" else "stop"

    def _feed(self, words: str) -> None:
        self.text.feed(words.encode("utf-8", "replace"))

    def _count(self, usage: Any) -> None:
        if not isinstance(usage, dict):
            return
        self.prompt_tokens = _number(usage.get("prompt_tokens"))
        self._drawn = _number(usage.get("completion_tokens"))
        details = usage.get("prompt_tokens_details")
        self._reused = _number(details.get("cached_tokens")) if isinstance(details, dict) else 0

    def generated(self, arrived: float, laid_out: int) -> Generated:
        """The whole answer; counted here where the server does not."""
        assert self.finish is not None
        drawn = self._drawn or self._pieces
        first, last = self._first or arrived, self._last or arrived
        prompt = self.prompt_tokens or laid_out
        timings = Timings(
            ttft_ms=1000 * (first - arrived),
            prompt_tokens=prompt,
            reused_tokens=min(self._reused, prompt),
            generated_tokens=drawn,
            tokens_per_s=(drawn - 1) / (last - first) if drawn > 1 and last > first else 0.0,
        )
        return Generated(self.text.answer, self.finish, timings, self.text.thought, tuple(self._logprobs))


def _number(value: Any) -> int:
    """A count that a server tells; 0 where it is none."""
    return value if isinstance(value, int) and 0 < value <= MOST_CONTEXT else 0


def _logprobs(told: dict[str, Any]) -> list[Logprob]:
    content = told.get("content")
    found = []
    for entry in content if isinstance(content, list) else ():
        one = _logprob(entry)
        if one is not None:
            top = entry.get("top_logprobs")
            others = [_logprob(other) for other in top] if isinstance(top, list) else []
            found.append(Logprob(*one, tuple(other for other in others if other is not None)))
    return found


def _logprob(entry: Any) -> tuple[bytes, float] | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("token"), str):
        return None
    number = entry.get("logprob")
    if not isinstance(number, int | float) or not math.isfinite(number):
        return None
    spelt = entry.get("bytes")
    try:
        return bytes(spelt) if isinstance(spelt, list) else entry["token"].encode("utf-8", "replace"), float(number)
    except (TypeError, ValueError):
        return None


# ---------------------------------------------------------------- what is counted


class Messages:
    """In the place of a chat template, which the server has: each message is a frame of some tokens with its text."""

    def render(
        self,
        messages: Sequence[Message],
        *,
        think: bool | None = None,  # noqa: ARG002 (told in the request)
        begun: str = "",
        begun_thought: str = "",  # noqa: ARG002 (never sent)
    ) -> list[Piece]:
        pieces: list[Piece] = []
        for message in messages:
            pieces.append(Piece("", content=False))
            pieces += [Piece("", content=True, tokens=tokens) for tokens in message.media]
            pieces.append(Piece(message.text, content=True))
        return [*pieces, Piece("", content=False), Piece(begun, content=True)]


class ServerVocabulary:
    """Counts tokens as the server would: by asking it where it can be asked, else from above."""

    def __init__(self, line: Line, model: str, dialect: Dialect) -> None:
        self._line, self._model = line, model
        self._known: dict[str, int] = {}
        self._ratio = 1.0  # of true tokens to estimated ones, with caution
        self._frame = FRAME_TOKENS
        self._asked: Dialect | None = None  # how the server is asked
        self.is_counted_as(dialect)

    def is_counted_as(self, dialect: Dialect) -> bool:
        """Whether the server counts tokens when asked as one of this dialect; if so, it is asked from now on."""
        if self._told("Two words", dialect):
            self._asked = dialect
        return self._asked == dialect

    def count(self, text: str) -> int:
        if not text:
            return 0
        known = self._known.get(text)
        if known is None:
            known = self._told(text, self._asked) if self._asked is not None else None
            if known is None:
                self._asked = None  # it does so no longer
                known = math.ceil(estimate(text) * self._ratio)
            if len(self._known) >= KNOWN_TEXTS:
                del self._known[next(iter(self._known))]
            self._known[text] = known
        return known

    def encode(self, pieces: Iterable[Piece]) -> list[int]:
        """As many numbers as there are tokens; a picture has its own, all others are alike."""
        tokens: list[int] = []
        for piece in pieces:
            tokens += piece.tokens or [0] * (self.count(piece.text) if piece.content else self._frame)
        return tokens

    def correct(self, *, counted: int, true: int, parts: int) -> None:
        """A prompt of so many messages that was counted here has, as the server says, `true` tokens."""
        frames = self._frame * (parts + 1)
        if self._asked is not None:
            self._frame = max(self._frame, -(-(true - counted + frames) // (parts + 1)))
        elif counted > frames:
            ratio = CAUTION * self._ratio * max(1, true - frames) / (counted - frames)
            self._ratio = ratio if ratio > self._ratio else max(1 / LETTERS, (self._ratio + ratio) / 2)
            self._known.clear()

    def _told(self, text: str, dialect: Dialect | None) -> int | None:
        """What the server says, asked in this dialect; None where it says nothing."""
        if dialect == "llama-server":
            question = {"content": text, "add_special": False, "parse_special": False}
            told = self._line.probe("/tokenize", question)
            tokens = told.get("tokens") if isinstance(told, dict) else None
            return len(tokens) if isinstance(tokens, list) and tokens else None
        if dialect == "vllm":
            told = self._line.probe("/tokenize", {"model": self._model, "prompt": text, "add_special_tokens": False})
        elif dialect == "llama-cpp-python":
            told = self._line.probe("/extras/tokenize/count", {"model": self._model, "input": text})
        else:
            return None
        return (_number(told.get("count")) or None) if isinstance(told, dict) else None


def estimate(text: str) -> int:
    """Tokens of `text` in a vocabulary that is not known, from above as a rule.

    Latin words have some four letters to a token, other scripts two to three bytes, and numbers and signs one each.
    """
    letters = sum(-(-len(word) // LETTERS) for word in WORD.findall(text))
    others = WORD.sub("", text)
    spaces = others.count(" ")  # they are part of the word after them, as a rule
    wide = sum(len(sign.encode("utf-8", "replace")) for sign in others if not sign.isascii())
    plain = len(others) - spaces - sum(not sign.isascii() for sign in others)
    return letters + plain + -(-2 * wide // 3) + spaces // 8 + 1
