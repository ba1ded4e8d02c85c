"""Which of the ranked candidates stand in the recall block: as many of the best as its budget holds.

By score; a candidate that does not fit is passed over and a smaller one may still come. A turn next to a chosen one
joins its item, in the order of the conversation. A text too long for its place is shown by the sentences around the
question's words, the rest marked by "…".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from knowledge.index import Kind

Key = tuple[Kind, int]  # the numbers of a conversation's turns grow

ITEM_TOKENS = 8  # what an item costs beside its text: number, date, line ends
LONG_TOKENS = 200  # a turn beyond is shown by an excerpt
_SENTENCE = re.compile(r"[^\n.!?。！？…]*(?:[.!?。！？…]+[\"'”’)\]]*(?=\s|$)|[.!?](?=\S)|\n+|$)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text and the keys of its direct neighbours; `whole` texts are never shown in part."""

    key: Key
    text: str
    joins: tuple[Key, ...]
    whole: bool


@dataclass(slots=True)
class Packed:
    """An item: the keys in it, its best candidate's first; its text; its tokens."""

    keys: list[Key]
    texts: dict[Key, str]
    sizes: dict[Key, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(self.texts[key] for key in sorted(self.keys))

    @property
    def tokens(self) -> int:
        return sum(self.sizes.values())


def pack(
    candidates: Iterable[Candidate],
    k: int | None,
    tokens: int | None,
    count: Callable[[str], int],
    hits: Callable[[str], int],
) -> list[Packed]:
    """At most `k` items and `tokens` tokens (with `ITEM_TOKENS` an item) of the candidates, which come best first."""
    items: list[Packed] = []
    home: dict[Key, Packed] = {}
    used = 0
    for candidate in candidates:
        if tokens is not None and tokens - used <= 0:
            break
        beside = list({id(home[key]): home[key] for key in candidate.joins if key in home}.values())
        if not beside and k is not None and len(items) >= k:
            continue
        text, size = candidate.text, count(candidate.text)
        if not candidate.whole and size > LONG_TOKENS:
            text, size = excerpt(text, LONG_TOKENS, count, hits)
        cost = size + ITEM_TOKENS * (1 - len(beside))
        if tokens is not None and used + cost > tokens:
            continue
        used += cost
        if not beside:
            item = Packed([candidate.key], {candidate.key: text}, {candidate.key: size})
            items.append(item)
        else:
            item = min(beside, key=lambda one: next(n for n, other in enumerate(items) if other is one))
            item.keys.append(candidate.key)
            item.texts[candidate.key], item.sizes[candidate.key] = text, size
            for other in beside:
                if other is not item:
                    item.keys += other.keys
                    item.texts |= other.texts
                    item.sizes |= other.sizes
                    items[:] = [one for one in items if one is not other]
        for key in item.keys:
            home[key] = item
    return items


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
