"""Passages cut into steps that the model can read at once, without knowing its tokenizer.

Tokens are estimated from the characters; each prompt that the engine lays out tells how many there really were, and
the estimate follows. A pack keeps to one document. A passage that is too long for a step is read in parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from knowledge.sentences import sentence_spans
from knowledge.shelf import Leaf, Shelved

PACK_TOKENS = 3000  # more is read carelessly, and a step that is stopped or breaks off is lost
STARTER_PACK_TOKENS = 700  # the bundled model loses its way in more
LEAST_TOKENS = 120
CHARACTERS_PER_TOKEN = 3.6  # of scripts with words
TOKENS_PER_SYLLABLE = 1.2  # of Hangul, Han and Kana; a model not made for them needs up to three
SPARE = 1.08  # of an estimate, for a pack of harder words than those before

_DENSE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff]")


class Gauge:
    """Estimates tokens, better with each prompt that was counted."""

    def __init__(self) -> None:
        self._factor = {False: 1.0, True: 1.0}  # of plain and of dense scripts

    def estimate(self, text: str) -> float:
        """About how many tokens `text` has."""
        bare = _bare(text)
        return bare * self._factor[_is_dense(text)]

    def learn(self, text: str, tokens: int) -> None:
        """`text` had so many tokens."""
        bare = _bare(text)
        if bare > 20:
            self._factor[_is_dense(text)] = max(0.3, tokens / bare * SPARE)

    def doubt(self, text: str, tokens: int, room: int) -> None:
        """`text` had too many tokens for the room there was."""
        self.learn(text, max(tokens, round(1.3 * room)))


@dataclass(frozen=True, slots=True)
class Pack:
    """What one step reads. `finishes`: the passages that are read to their end with it."""

    book: Shelved
    leaves: tuple[Leaf, ...]
    texts: tuple[str, ...]  # of these passages, or the parts of them that are in it
    finishes: tuple[int, ...]

    @property
    def text(self) -> str:
        return "\n\n".join(self.texts)


def next_pack(
    book: Shelved, leaves: Sequence[Leaf], part: str | None, room: int, gauge: Gauge
) -> tuple[Pack, str | None]:
    """As many of these passages as fit into so many tokens; and what is left of the last one, where it is cut.

    `part` is what an earlier pack left of the first passage.
    """
    chosen: list[Leaf] = []
    texts: list[str] = []
    used = 0.0
    for leaf in leaves:
        text = part if part is not None and not chosen else leaf.text
        cost = gauge.estimate(text) + 2
        if used + cost > room:
            if chosen:
                break
            head, rest = _cut(text, room, gauge)
            return Pack(book, (leaf,), (head,), () if rest else (leaf.id,)), rest or None
        chosen.append(leaf)
        texts.append(text)
        used += cost
    return Pack(book, tuple(chosen), tuple(texts), tuple(leaf.id for leaf in chosen)), None


def _cut(text: str, room: int, gauge: Gauge) -> tuple[str, str]:
    """The first sentences of a text that fit; a sentence too long for the room is cut between its letters."""
    end = 0
    for _, stop in sentence_spans(text):
        if gauge.estimate(text[:stop]) > room:
            break
        end = stop
    if end == 0:
        end = max(1, int(len(text) * room / max(1.0, gauge.estimate(text))))
    return text[:end], text[end:].lstrip()


def batches(texts: Sequence[str], room: int, gauge: Gauge) -> Iterator[list[int]]:
    """The places of these texts in groups that fit into so many tokens; each group has at least two where it can."""
    group: list[int] = []
    used = 0.0
    for index, text in enumerate(texts):
        cost = gauge.estimate(text) + 2
        if group and used + cost > room and len(group) > 1:
            yield group
            group, used = [], 0.0
        group.append(index)
        used += cost
    if group:
        yield group


def _is_dense(text: str) -> bool:
    return len(_DENSE.findall(text[:2000])) * 4 > min(len(text), 2000)


def _bare(text: str) -> float:
    dense = len(_DENSE.findall(text))
    return dense * TOKENS_PER_SYLLABLE + (len(text) - dense) / CHARACTERS_PER_TOKEN
