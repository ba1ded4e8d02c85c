"""Reasoning told from the answer in what a thinking model writes.

Models think aloud between marks of their own family: `<think>…</think>`, Mistral's `[THINK]…[/THINK]`, Gemma 4's
`<|channel>thought…<channel|>`, gpt-oss's channels. `style_of` finds a model's marks in its chat template, and
`ThoughtSplitter` takes them out of the stream: text goes in as it is drawn and comes out as answer or as thought.

The marks may be control tokens, whose text a vocabulary keeps to itself until it is told otherwise: `Vocabulary.show`.
Sources: the templates that the models' makers publish, and OpenAI's "harmony" format for gpt-oss.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

LONGEST_HEADER = 120  # characters; what runs on without a mark is no header but the answer itself
# Names of tags that thoughts stand in: <think>, <seed:think>, <mm:think>, <think:opensource>, <thought>
TAG = re.compile(r"</?((?:\w+:)?(?:think|thought)(?::\w+)?)>")
ASIDE = re.compile(r"analysis|commentary|\bto=(?!user\b)")  # names of channels that are not meant for the user


@dataclass(frozen=True, slots=True)
class Style:
    """The marks that a family of models writes around its thoughts."""

    opens: tuple[str, ...] = ()  # after one of them it thinks
    closes: tuple[str, ...] = ()  # after one of them it answers
    drops: tuple[str, ...] = ()  # marks that are no words
    headers: tuple[str, ...] = ()  # after one of them it names the channel of what follows
    message: str = ""  # ends such a name
    thinking: str = ""  # begins a thought; empty: the first of `opens`
    answering: str = ""  # begins a turn without a thought; empty: `skip` says it
    anywhere: bool = False  # the marks are no words wherever they stand; else only a turn's beginning can be a thought

    @property
    def marks(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(mark for mark in (*self.opens, *self.closes, *self.drops, *self.headers, self.message) if mark)

    @property
    def aside(self) -> str:
        """What a turn begins with when the model thinks in it."""
        return self.thinking or self.opens[0]

    @property
    def skip(self) -> str:
        """What a turn begins with when the model is not to think in it."""
        return self.answering or f"{self.opens[0]}\n\n{self.closes[0]}\n\n"


# Of models whose template says nothing of thoughts: some think all the same.
COMMON = Style(("<think>",), ("</think>",))
# A text that stands in a family's templates (or in what they render), and in no other's; first come, first served.
FAMILIES = {
    "<|channel|>analysis": Style(  # gpt-oss
        drops=("<|channel|>", "<|constrain|>"),
        headers=("<|start|>", "<|end|>"),
        message="<|message|>",
        thinking="<|channel|>analysis<|message|>",
        answering="<|channel|>final<|message|>",
        anywhere=True,
    ),
    "to=self<|message|>": Style(  # Muse
        headers=("<|start|>", "<|eom|>"),
        message="<|message|>",
        thinking=" to=self<|message|>",
        answering=" to=user<|message|>",
        anywhere=True,
    ),
    "assistant<|think|>": Style(  # Solar Open
        ("<|think|>",), ("<|content|>",), headers=("<|begin|>", "<|end|>"), answering="<|content|>", anywhere=True
    ),
    "<|channel>thought": Style(("<|channel>thought",), ("<channel|>",), anywhere=True),  # Gemma 4
    "<|START_THINKING|>": Style(  # Command R
        ("<|START_THINKING|>",),
        ("<|END_THINKING|>",),
        ("<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>"),
        anywhere=True,
    ),
    "<|inner_prefix|>": Style(("<|inner_prefix|>",), ("<|inner_suffix|>",), anywhere=True),  # Apertus
    "<|open|>think<|sep|>": Style(  # Kimi K3
        ("<|open|>think<|sep|>",),
        ("<|close|>think<|sep|>",),
        ("<|open|>response<|sep|>", "<|close|>response<|sep|>"),
        answering="<|close|>think<|sep|><|open|>response<|sep|>",
        anywhere=True,
    ),
    "[THINK]": Style(("[THINK]",), ("[/THINK]",)),  # Magistral, Ministral
    "[BEGIN FINAL RESPONSE]": Style(  # Apriel
        ("Here are my reasoning steps:",), ("[BEGIN FINAL RESPONSE]",), ("[END FINAL RESPONSE]",)
    ),
    "<response></response>": Style(("<think>",), ("</think>",), ("<response>", "</response>")),  # Granite 3
}


def style_of(*templates: str) -> Style | None:
    """The marks in a chat template's source or in what it renders; None for a model that is not known to think."""
    text = "\n".join(templates)
    for sign, style in FAMILIES.items():
        if sign in text:
            return style
    tag = TAG.search(templates[-1]) or TAG.search(text)  # rendered, a tag is whole: Hy3's has a variable in it
    return None if tag is None else Style((f"<{tag[1]}>",), (f"</{tag[1]}>",))


def variables(source: str, think: bool | None) -> dict[str, Any]:
    """What the chat template in `source` is told, in the words of all families, to make a model think or not."""
    if think is None:
        return {}
    told: dict[str, Any] = {
        "enable_thinking": think,  # Qwen, GLM, SmolLM, Nemotron, Gemma …
        "thinking": think,  # DeepSeek, Granite, Kimi
        "reasoning": think,  # Command A
        "thinking_mode": "enabled" if think else "disabled",  # MiniMax
    }
    if not think:
        told["thinking_budget"] = 0  # Seed
    if "no_think" in source and "reasoning_effort" in source:  # Hunyuan
        told["reasoning_effort"] = "high" if think else "no_think"
    elif not think and not re.search(r"\b(enable_thinking|thinking)\s+(is|and|else)\b", source):
        told["reasoning_effort"] = "low"  # gpt-oss cannot do without; to Solar it means none
    return told


def opened(style: Style, tail: str) -> bool:
    """Whether a thought is open at the end of the prompt, whose last words, written by the template, are `tail`."""
    last_open = max((tail.rfind(mark) for mark in style.opens), default=-1)
    return last_open > max((tail.rfind(mark) for mark in style.closes), default=-1)


class ThoughtSplitter:
    """Text in as it is drawn, answer and thought out, each piece with whether it is `thought`; never half a mark."""

    def __init__(self, style: Style, *, thinking: bool | None = None, midst: bool = False) -> None:
        """`thinking`: whether the prompt ends inside a thought (True) or inside the answer; None: before both.

        With `midst`, some of it was given out before.
        """
        self._style = style
        self._state: Literal["start", "header", "thought", "answer"]
        if thinking is False:
            self._state = "answer"
        elif thinking:
            self._state = "thought"
        else:
            self._state = "header" if style.headers else "start"
        self._held = ""  # may be the beginning of a mark
        self._header = ""
        self._space = ""  # at a thought's end, until more of it comes
        self._marked = bool(thinking)  # a mark came
        self._given = {False: False, True: midst}  # whether some answer, some thought was given out
        self._fresh = not midst  # nothing of this stretch was given out

    @property
    def thinking(self) -> bool:
        """Whether what comes next is no part of the answer."""
        return self._state in ("thought", "header")

    @property
    def openings(self) -> tuple[str, ...]:
        """The marks of which one may come next and begin a thought, where none is open."""
        return self._style.opens if self._state == "start" else ()

    def feed(self, text: str) -> list[tuple[str, bool]]:
        """What is certain now that `text` came: stretches of it, each with whether it is a thought."""
        self._held += text
        return list(self._certain())

    def end(self) -> list[tuple[str, bool]]:
        """What was held back for a mark that did not come."""
        rest, self._held = self._held, ""
        given = list(self._give(rest))
        if self._state == "header" and not self._marked:  # the model knows no channels
            self._state = "answer"
            given += self._give(self._header)
        return given

    def _certain(self) -> Iterator[tuple[str, bool]]:
        while True:
            marks = self._active()
            found = [(at, -len(mark), mark) for mark in marks if (at := self._held.find(mark)) >= 0]
            if not found:
                break
            at, _, mark = min(found)
            before, self._held = self._held[:at], self._held[at + len(mark) :]
            yield from self._give(before)
            if mark in self._active():  # no longer, where words came before it
                self._pass(mark)
            else:
                yield from self._give(mark)
        safe = len(self._held) - max((_overlap(self._held, mark) for mark in marks), default=0)
        given, self._held = self._held[:safe], self._held[safe:]
        yield from self._give(given)

    def _active(self) -> tuple[str, ...]:
        """The marks that mean something here."""
        return self._style.drops if self._state == "answer" and not self._style.anywhere else self._style.marks

    def _pass(self, mark: str) -> None:
        style = self._style
        self._marked = True
        if mark in style.drops:
            return
        before = self._state
        if mark in style.opens:
            self._state = "thought"
        elif mark in style.closes:
            self._state = "answer"
        elif mark in style.headers:
            self._state = "header"
        else:
            self._state = "thought" if ASIDE.search(self._header) else "answer"
        self._header = self._space = ""
        self._fresh = self._fresh or self._state != before

    def _give(self, text: str) -> Iterator[tuple[str, bool]]:
        if self._state == "header":
            self._header += text
            if len(self._header) <= LONGEST_HEADER:
                return
            text, self._header, self._state = self._header, "", "answer"
        if self._state == "start":
            self._space += text
            if not self._space.strip():
                return
            text, self._space, self._state = self._space, "", "answer"
        thought = self._state == "thought"
        if self._fresh and (thought or self._marked):
            text = text.lstrip()
        if thought:
            text = self._space + text
            self._space = text[len(text.rstrip()) :]
            text = text.rstrip()
        if not text:
            return
        if self._fresh and self._given[thought]:
            text = f"\n\n{text}"
        self._fresh, self._given[thought] = False, True
        yield text, thought


def _overlap(text: str, mark: str) -> int:
    """How many characters at the end of `text` could be the beginning of `mark`."""
    return next((n for n in range(min(len(mark) - 1, len(text)), 0, -1) if text.endswith(mark[:n])), 0)
