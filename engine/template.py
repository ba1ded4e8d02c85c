"""A model's own chat template, rendered so that what people wrote can always be told from what the template wrote.

`ChatTemplate.render(messages)` gives pieces, each marked as the template's or as content. The template never sees the
contents: it gets a mark for each, and the marks are replaced after rendering. So a template, which comes out of
an untrusted file, cannot read what is said, and a content cannot pose as a part of the template.

The environment has what chat templates expect from Hugging Face transformers
(`transformers.utils.chat_template_utils`): a sandbox, `raise_exception`, `strftime_now`, `tojson`, loop controls, and
the block `generation`.
"""

from __future__ import annotations

import json
import logging
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
from jinja2.sandbox import ImmutableSandboxedEnvironment

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
REASON_LENGTH = 120  # characters of a template's complaint that are shown
OPEN, CLOSE = "\ue000", "\ue001"  # private use: in no template, and unchanged by upper, title and the like
EDGE = "\u2003"  # white space around a mark: a template that trims its contents takes it away
MARK = re.compile(f"({EDGE}?){OPEN}([0-9]+){CLOSE}({EDGE}?)")


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the rendered conversation: the template's own words, or a message's."""

    text: str
    content: bool


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
        for self._system, self._parts in product((True, False), (False, True)):
            try:
                self.render([Message(role, "-") for role in ("system", "user", "assistant", "user")])
            except TemplateBroken as error:
                complaint = complaint or error
            else:
                return
        assert complaint is not None
        raise complaint

    def render(self, messages: Sequence[Message]) -> list[Piece]:
        """The conversation up to where the assistant's next turn begins.

        Takes an optional system message, then user and assistant in turn, a user last. Raises `TemplateBroken`.
        """
        if not self._system:
            messages = _without_system(messages)
        with self._complaints(), _deadline(RENDER_SECONDS):
            rendered = self._template.render(
                messages=[{"role": m.role, "content": self._mark(i, m)} for i, m in enumerate(messages)],
                add_generation_prompt=True,
                **self._tokens,
            )
        pieces = list(_pieces(rendered, messages))
        kept = [int(mark[2]) for mark in MARK.finditer(rendered)]
        if kept != [i for i, message in enumerate(messages) if message.text]:
            raise TemplateBroken(model=self._model, reason="it drops, repeats or moves messages")
        return pieces

    def _mark(self, index: int, message: Message) -> str | list[dict[str, str]]:
        mark = f"{EDGE}{OPEN}{index}{CLOSE}{EDGE}" if message.text else ""
        return [{"type": "text", "text": mark}] if self._parts else mark

    @contextmanager
    def _complaints(self) -> Iterator[None]:
        """Whatever a template raises is its own fault: it is code out of the model's file."""
        try:
            yield
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"[:REASON_LENGTH]
            raise TemplateBroken(model=self._model, reason=reason) from error


def _without_system(messages: Sequence[Message]) -> Sequence[Message]:
    """`messages` with the system's words at the head of the first user turn."""
    if len(messages) < 2 or messages[0].role != "system":
        return messages
    system, first, *others = messages
    text = "\n\n".join(part for part in (system.text, first.text) if part)
    return [Message("user", text), *others]


def _pieces(rendered: str, messages: Sequence[Message]) -> Iterator[Piece]:
    at = 0
    for mark in MARK.finditer(rendered):
        if mark.start() > at:
            yield Piece(rendered[at : mark.start()], content=False)
        text = messages[int(mark[2])].text
        text = text if mark[1] else text.lstrip()
        text = text if mark[3] else text.rstrip()
        yield Piece(text, content=True)
        at = mark.end()
    if at < len(rendered):
        yield Piece(rendered[at:], content=False)


# ---------------------------------------------------------------- the sandbox


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols", _Generation]
    )
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
