"""A model's own chat template, rendered so that what people wrote can always be told from what the template wrote.

`ChatTemplate.render(messages)` gives pieces, each marked as the template's or as content. The template never sees the
contents: it gets a mark for each, and the marks are replaced after rendering. So a template, which comes out of
an untrusted file, cannot read what is said, and a content cannot pose as a part of the template.

The environment has what chat templates expect from Hugging Face transformers
(`transformers.utils.chat_template_utils`): a sandbox, `raise_exception`, `strftime_now`, `tojson`, loop controls, and
the block `generation`. Whether the model is to think first is told in the variables of its family (`thinking.py`).
"""

from __future__ import annotations

import json
import logging
import math
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from types import FrameType
from typing import Any, NoReturn

import jinja2
from jinja2.ext import Extension
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from engine import thinking
from engine.errors import TemplateBroken
from engine.messages import Role

log = logging.getLogger(__name__)

# For models without a template of their own: ChatML, the layout most instruction models of unknown origin can follow.
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CHATML_STOP = "<|im_end|>"  # plain text to a vocabulary that does not know it

RENDER_SECONDS = 2.0  # real templates take milliseconds; one that loops on purpose is ended
MOST_MULTIPLIED = 100_000  # characters of "-" * 40, or 2 ** 10
WIDE = re.compile(r"%[-+ #0]*(\d{4,}|\*|\.\d{4,})")  # a format that fills up to thousands of characters
REASON_LENGTH = 120  # characters of a template's complaint that are shown
OPEN, CLOSE = "\ue000", "\ue001"  # private use: in no template, and unchanged by upper, title and the like
EDGE = "\u2003"  # white space around a mark: a template that trims its contents takes it away
MARK = re.compile(f"({EDGE}?){OPEN}([0-9]+){CLOSE}({EDGE}?)")
NO_FUNCTIONS = {"functions": "[]", "datetime": "today"}  # Firefunction has them in every conversation


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    text: str
    media: tuple[tuple[int, ...], ...] = ()  # the tokens of each picture, which stand before the text


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the rendered conversation: the template's own words, or a message's."""

    text: str
    content: bool
    tokens: tuple[int, ...] = ()  # a picture's, ready made; `text` is empty then


class ChatTemplate:
    """`source` is a Jinja template, or None for a model without; `bos` and `eos` are those tokens' texts."""

    def __init__(self, source: str | None, *, model: str, bos: str, eos: str) -> None:
        """Compile, and try which messages the template takes. Raises `TemplateBroken`."""
        self.own = source is not None
        self.stop = () if self.own else (CHATML_STOP,)  # texts that end an answer
        self._model, self._tokens = model, {"bos_token": bos, "eos_token": eos}
        if source is None:
            log.warning("the model has no chat template; ChatML is used")
        with self._complaints():
            self._template = _environment().from_string(CHATML if source is None else source)
        # A template may refuse system messages (Gemma), lose them, or want contents as a list of parts.
        complaint: TemplateBroken | None = None
        talk = [Message(role, "-") for role in ("system", "user", "assistant", "user")]
        self._told: dict[bool | None, dict[str, Any]] = {None: {}}  # by whether the model is to think
        extras = ({}, NO_FUNCTIONS) if "functions" in (source or "") else ({},)
        for self._extras, self._system, self._parts in product(extras, (True, False), (False, True)):
            try:
                pieces = self._rendered(talk, None)
                break
            except TemplateBroken as error:
                complaint = complaint or error
                if isinstance(error.__cause__, TimeoutError):
                    raise
        else:
            assert complaint is not None
            raise complaint
        self.style = thinking.style_of(source or CHATML, _tail(pieces))
        rendered = {None: pieces, True: pieces, False: pieces}
        for think in (True, False) if self.style is not None else ():
            self._told[think] = thinking.variables(source or CHATML, think)
            try:
                rendered[think] = self._rendered(talk, think)
            except TemplateBroken as error:
                log.warning("the chat template does not take thinking=%s: %s", think, error.facts["reason"])
                self._told[think] = {}
        self._tails = {think: _tail(pieces) for think, pieces in rendered.items()}
        self._has_switch = rendered[True] != rendered[False]

    def splitter(self, think: bool | None, *, begun: str = "", begun_thought: str = "") -> thinking.ThoughtSplitter:
        """What tells thought from answer in what follows `render` with the same arguments."""
        style = self.style or thinking.COMMON
        if begun_thought and not begun:
            return thinking.ThoughtSplitter(style, thinking=True, midst=True)
        if begun or self._skip(think, begun=""):
            return thinking.ThoughtSplitter(style, thinking=False)
        return thinking.ThoughtSplitter(style, thinking=thinking.opened(style, self._tails[think]) or None)

    @property
    def marks(self) -> tuple[str, ...]:
        """Texts that `splitter` must see, though they may be control tokens (`Vocabulary.show`)."""
        return (self.style or thinking.COMMON).marks

    def render(
        self, messages: Sequence[Message], *, think: bool | None = None, begun: str = "", begun_thought: str = ""
    ) -> list[Piece]:
        """The conversation up to where the assistant's next turn begins, or goes on after what it has `begun`.

        Takes an optional system message, then user and assistant in turn, a user last. `think` is for a thinking
        model: whether it does; None: as its template has it. Of what was begun, a thought that led to an answer is
        left out, as in the turns before. Raises `TemplateBroken`.
        """
        pieces = self._rendered(messages, think)
        if begun_thought and not begun:
            style = self.style or thinking.COMMON
            if not thinking.opened(style, self._tails[think]):
                pieces.append(Piece(style.aside, content=False))
            return [*pieces, Piece(begun_thought, content=True)]
        if skip := self._skip(think, begun=begun):
            pieces.append(Piece(skip, content=False))
        if begun:
            pieces.append(Piece(begun, content=True))
        return pieces

    def _skip(self, think: bool | None, *, begun: str) -> str:
        """What the template leaves to be said so that no thought comes first, where none is to come."""
        style = self.style
        if style is None or not (begun or think is False):
            return ""
        tail = self._tails[think]
        if thinking.opened(style, tail):
            return style.answering or (style.closes[0] if style.anywhere else f"\n{style.closes[0]}\n\n")
        if any(mark in tail for mark in style.closes):
            return ""
        if style.headers:
            return style.answering
        # A tag is only said where the template has no word for it: it would be strange to a model that has a switch.
        return "" if begun or self._has_switch else style.skip

    def _rendered(self, messages: Sequence[Message], think: bool | None) -> list[Piece]:
        if not self._system:
            messages = _without_system(messages)
        with self._complaints(), _deadline(RENDER_SECONDS):
            rendered = self._template.render(
                messages=[{"role": m.role, "content": self._mark(i, m)} for i, m in enumerate(messages)],
                add_generation_prompt=True,
                **self._tokens,
                **self._extras,
                **self._told.get(think, {}),
            )
        pieces = list(_pieces(rendered, messages))
        kept = [int(mark[2]) for mark in MARK.finditer(rendered)]
        if kept != [i for i, message in enumerate(messages) if message.text or message.media]:
            raise TemplateBroken(model=self._model, reason="it drops, repeats or moves messages")
        return pieces

    def _mark(self, index: int, message: Message) -> str | list[dict[str, str]]:
        mark = f"{EDGE}{OPEN}{index}{CLOSE}{EDGE}" if message.text or message.media else ""
        return [{"type": "text", "text": mark}] if self._parts else mark

    @contextmanager
    def _complaints(self) -> Iterator[None]:
        """Whatever a template raises is its own fault: it is code out of the model's file."""
        try:
            yield
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
            raise TemplateBroken(model=self._model, reason=reason) from error


def _tail(pieces: Sequence[Piece]) -> str:
    """The template's words after the last content: where the assistant's turn begins."""
    return "" if not pieces or pieces[-1].content else pieces[-1].text


def _without_system(messages: Sequence[Message]) -> Sequence[Message]:
    """`messages` with the system's words at the head of the first user turn."""
    if len(messages) < 2 or messages[0].role != "system":
        return messages
    system, first, *others = messages
    text = "\n\n".join(part for part in (system.text, first.text) if part)
    return [Message("user", text, first.media), *others]


def _pieces(rendered: str, messages: Sequence[Message]) -> Iterator[Piece]:
    at = 0
    for mark in MARK.finditer(rendered):
        if mark.start() > at:
            yield Piece(rendered[at : mark.start()], content=False)
        message = messages[int(mark[2])]
        yield from (Piece("", content=True, tokens=tokens) for tokens in message.media)
        text = message.text if mark[1] else message.text.lstrip()
        text = text if mark[3] else text.rstrip()
        yield Piece(text, content=True)
        at = mark.end()
    if at < len(rendered):
        yield Piece(rendered[at:], content=False)


# ---------------------------------------------------------------- the sandbox


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's own, and no number or text made huge by one operation: that would be one long step, out of reach."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        numbers = isinstance(left, int | float) and isinstance(right, int | float)
        if operator == "%" and WIDE.search(str(left)):
            raise jinja2.exceptions.SecurityError("“%” makes too much")
        sizes = [abs(value) if isinstance(value, int | float) else len(str(value)) for value in (left, right)]
        huge = operator == "**" or (operator == "*" and not numbers)
        if huge and math.prod(sizes) > MOST_MULTIPLIED:
            raise jinja2.exceptions.SecurityError(f"“{operator}” makes too much")
        return super().call_binop(context, operator, left, right)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = _Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", _Generation])
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = lambda form: datetime.now().astimezone().strftime(form)
    return environment


class _Generation(Extension):
    """`{% generation %}…{% endgeneration %}` marks the assistant's words for training; here they just pass."""

    tags = {"generation"}  # noqa: RUF012 (as in the base class)

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None, **options: Any) -> str:
    """Plain JSON: Jinja's own filter would escape it for HTML."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, **options)


def _raise_exception(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


@contextmanager
def _deadline(seconds: float) -> Iterator[None]:
    """End Python code that is still running after `seconds`; a loop of a template is Python code."""
    end = time.monotonic() + seconds

    def trace(_frame: FrameType, _event: str, _argument: object) -> Any:
        if time.monotonic() > end:
            raise TimeoutError("it takes too long")
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)
