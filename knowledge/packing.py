"""Which of the ranked candidates stand in the recall block: as many of the best as its budget holds.

By score; a candidate that does not fit is passed over and a smaller one may still come. A turn next to a chosen one
joins its item, in the order of the conversation, and so does a passage next to a chosen one; turns that stand a little
apart in the same talk make one item as well, with a line of "…" for what was said between them. A text too long for its
place is shown by the sentences around the question's words, the rest marked by "…". When the hits have their places,
`widen` gives what is left of the budget to what stands around them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.index import Kind

Key = tuple[Kind, int]

ITEM_TOKENS = 8  # what an item costs beside its text: number, date, line ends
GAP_TOKENS = 2  # what the line costs that stands for the turns between two of an item's
LONG_TOKENS = 200  # a turn beyond is shown by an excerpt
PASSED_OVER = 64  # candidates in a row for which there was no room: the block is full
WIDENED = 0.5  # of the budget at most, for what stands around the hits
SHORT_TOKENS = 100  # an item below this is widened before the others
_SENTENCE = re.compile(r"[^\n.!?。！？…]*(?:[.!?。！？…]+[\"'”’)\]]*(?=\s|$)|[.!?](?=\S)|\n+|$)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text, its `place` in the order of its conversation or document, and the keys of its direct neighbours.

    `near`: the keys of those a little before it in the same talk, with which it can share an item. `limit`: the tokens
    beyond which it is shown by an excerpt (None: never). `start`: where the text stands in its document, in characters,
    None where that is unknown.
    """

    key: Key
    text: str
    joins: tuple[Key, ...]
    limit: int | None
    place: int
    start: int | None = None
    near: tuple[Key, ...] = ()


@dataclass(slots=True)
class Packed:
    """An item: the candidates in it, its best one first, each with its text as it is shown and that text's tokens."""

    members: list[Candidate]
    sizes: dict[Key, int]
    texts: dict[Key, str] = field(default_factory=dict)  # of those that are shown by an excerpt

    @property
    def best(self) -> Key:
        return self.members[0].key

    @property
    def keys(self) -> list[Key]:
        """In reading order."""
        return [member.key for member in self._in_order()]

    @property
    def tokens(self) -> int:
        return sum(self.sizes.values())

    @property
    def text(self) -> str:
        shown, before = "", None
        for member in self._in_order():
            if before is not None and _apart(before, member):
                shown += "\n…\n"
            elif before is not None:
                shown += "\n" if {before.key, member.key} & self.texts.keys() else _between(before, member)
            shown += self.texts.get(member.key, member.text)
            before = member
        return shown

    def _in_order(self) -> list[Candidate]:
        return sorted(self.members, key=lambda member: member.place)


def _apart(one: Candidate, other: Candidate) -> bool:
    """Whether something was said between two turns of an item."""
    return one.key[0] == "message" and one.key not in other.joins and other.key not in one.joins


def _gaps(members: Iterable[Candidate]) -> int:
    return sum(_apart(*two) for two in pairwise(sorted(members, key=lambda member: member.place)))


def _between(one: Candidate, other: Candidate) -> str:
    """What stood between two neighbours: a passage may end within a paragraph, even within a word."""
    if one.start is None or other.start is None:
        return "\n"
    return {0: "", 1: " "}.get(other.start - one.start - len(one.text), "\n")


class Packing:
    """The block as it fills up: at most `k` items and `tokens` tokens, with `ITEM_TOKENS` an item."""

    def __init__(
        self, k: int | None, tokens: int | None, count: Callable[[str], int], hits: Callable[[str], int]
    ) -> None:
        self.items: list[Packed] = []
        self._k, self._tokens, self._count, self._hits = k, tokens, count, hits
        self._home: dict[Key, Packed] = {}
        self._later: dict[Key, list[Key]] = {}  # the placed ones that come a little after one
        self._used = 0

    def pack(self, candidates: Iterable[Candidate]) -> None:
        """Place what fits of the candidates, which come best first and are not all asked for."""
        passed_over = 0
        for candidate in candidates:
            left = self._left()
            if left <= 1 or passed_over == PASSED_OVER:
                return
            beside = self._beside(candidate)
            if not beside and self._k is not None and len(self.items) >= self._k:
                if all(len(item.members) == 1 and not item.members[0].joins for item in self.items) and not self._later:
                    return  # nothing that comes could join one
                continue
            if _words(candidate.text) > left and (candidate.limit is None or _words(candidate.text) <= candidate.limit):
                passed_over += 1
                continue  # no need to count
            text, size = candidate.text, self._count(candidate.text)
            if candidate.limit is not None and size > candidate.limit:
                text, size = excerpt(text, candidate.limit, self._count, self._hits)
            passed_over = 0 if self._place(candidate, text, size, beside) else passed_over + 1

    def widen(self, around: Callable[[Packed], Iterable[Candidate]]) -> None:
        """Give the rest of the budget, or `WIDENED` of all of it, to the candidates `around` the items, whole, items of
        few words first, then by score. A hit keeps its place; items that come to touch become one."""
        if self._tokens is None:
            return
        may = self._tokens * WIDENED
        for item in sorted(self.items, key=lambda item: item.tokens >= SHORT_TOKENS):
            if not any(item is one for one in self.items):
                continue  # part of another by now
            for candidate in around(item):
                if candidate.key in self._home or _words(candidate.text) > min(may, self._left() + ITEM_TOKENS):
                    continue
                size = self._count(candidate.text)
                if size <= may and self._place(candidate, candidate.text, size, self._beside(candidate)):
                    may -= size

    def _left(self) -> float:
        return float("inf") if self._tokens is None else self._tokens - self._used

    def _beside(self, candidate: Candidate) -> list[Packed]:
        keys = (*candidate.joins, *candidate.near, *self._later.get(candidate.key, ()))
        return list({id(self._home[key]): self._home[key] for key in keys if key in self._home}.values())

    def _place(self, candidate: Candidate, text: str, size: int, beside: list[Packed]) -> bool:
        """Put the text into the best of the items `beside` it, which become one, or into a new one, if it fits."""
        members = [member for item in beside for member in item.members]
        cost = size + ITEM_TOKENS * (1 - len(beside))
        cost += GAP_TOKENS * (_gaps([*members, candidate]) - sum(_gaps(item.members) for item in beside))
        if cost > self._left():
            return False
        self._used += cost
        if not beside:
            item = Packed([], {})
            self.items.append(item)
        else:
            item = next(one for one in self.items if any(one is other for other in beside))
        item.members.append(candidate)
        item.sizes[candidate.key] = size
        if text != candidate.text:
            item.texts[candidate.key] = text
        for other in beside:
            if other is not item:
                item.members += other.members
                item.sizes |= other.sizes
                item.texts |= other.texts
                self.items[:] = [one for one in self.items if one is not other]
        for member in item.members:
            self._home[member.key] = item
        for key in candidate.near:
            self._later.setdefault(key, []).append(candidate.key)
        return True


def _words(text: str) -> int:
    """A lower bound of a text's tokens that costs next to nothing: each word is a token at least."""
    return len(text.split())


def excerpt(text: str, limit: int, count: Callable[[str], int], hits: Callable[[str], int]) -> tuple[str, int]:
    """The run of sentences of at most `limit` tokens around the one with the most hits, and its tokens."""
    sentences = [s for s in (m.group() for m in _SENTENCE.finditer(text)) if s.strip()]
    if len(sentences) < 2:
        return text, count(text)
    sizes = [count(s) for s in sentences]
    best = max(range(len(sentences)), key=lambda n: (hits(sentences[n]), -n))
    first = last = best
    used = sizes[best]
    while True:
        after = sizes[last + 1] if last + 1 < len(sentences) else None
        before = sizes[first - 1] if first > 0 else None
        if after is not None and used + after <= limit:
            last += 1
            used += after
        elif before is not None and used + before <= limit:
            first -= 1
            used += before
        else:
            break
    shown = "".join(sentences[first : last + 1]).strip()
    shown = ("… " if first > 0 else "") + shown + (" …" if last + 1 < len(sentences) else "")
    return shown, count(shown)
