"""Where the letters of a text stand in another one that says the same in other line breaks, hyphens or order.

A passage was cleaned when it was read: lines were joined, broken words made whole, ligatures taken apart, columns put
one after the other. So only letters are compared, in runs: a run of `RUN` letters that both have is followed as far as
it goes; what is left between two runs is looked for once more in shorter ones, in that gap alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

RUN = 12  # letters (a Hangul syllable has two or three) that are no accident
SHORT_RUN = 3
MOST_PLACES = 64  # of one run that are tried
WIDEST_GAP = 400  # letters

_DROPPED = frozenset("\x02\u00ad\u200b\u2060\ufeff\ufffe\uffff-‐‑‒–—−")  # hyphens come and go at line ends
NOWHERE = -1


def places(text: str, other: str) -> list[int]:
    """For each character of `text` the index in `other` of the same one, `NOWHERE` where there is none."""
    letters, origins = _letters(text)
    wanted, targets = _letters(other)
    found = _aligned(letters, wanted)
    result = [NOWHERE] * len(text)
    for letter, place in enumerate(found):
        if place != NOWHERE and result[origins[letter]] == NOWHERE:
            result[origins[letter]] = targets[place]
    return result


def occurrences(words: str, text: str) -> list[tuple[int, int]]:
    """The ranges of `text` that say `words`, whatever their case, white space, hyphens and accents."""
    wanted, _ = _letters(words)
    letters, origins = _letters(text)
    found: list[tuple[int, int]] = []
    at = letters.find(wanted) if wanted else NOWHERE
    while at != NOWHERE:
        found.append((origins[at], origins[at + len(wanted) - 1] + 1))
        at = letters.find(wanted, at + len(wanted))
    return found


def _letters(text: str) -> tuple[str, list[int]]:
    """What is compared of `text`, and which of its characters each letter comes from."""
    letters: list[str] = []
    origins: list[int] = []
    for index, character in enumerate(text):
        for letter in _folded(character):
            letters.append(letter)
            origins.append(index)
    return "".join(letters), origins


@lru_cache(maxsize=16_384)
def _folded(character: str) -> str:
    """Without case, accents and ligatures; a Hangul syllable as its jamo; nothing for white space and hyphens."""
    if character in _DROPPED or character.isspace():
        return ""
    parts = unicodedata.normalize("NFKD", character)
    return "".join(part for part in parts if unicodedata.category(part) not in {"Mn", "Cc", "Zs"}).casefold()


def _aligned(text: str, other: str) -> list[int]:
    result = [NOWHERE] * len(text)
    _align(text, other, RUN, result, 0, 0)
    at = 0
    while at < len(text):  # the gaps between two runs that follow each other in both
        if result[at] != NOWHERE:
            at += 1
            continue
        end = next((place for place in range(at, len(text)) if result[place] != NOWHERE), len(text))
        before = result[at - 1] + 1 if at else None
        after = result[end] if end < len(text) else None
        low = before if before is not None else max(0, (after or 0) - (end - at) * 2)
        high = after if after is not None else low + (end - at) * 2
        if (before is not None or after is not None) and 0 < high - low <= WIDEST_GAP and end - at <= WIDEST_GAP:
            _align(text[at:end], other[low:high], SHORT_RUN, result, at, low)
        at = end
    return result


def _align(text: str, other: str, run: int, result: list[int], shift: int, other_shift: int) -> None:
    """Note in `result` which letters of `text` stand where in `other`; both are parts that begin at their shifts."""
    run = min(run, len(text))
    if not run:
        return
    index: dict[str, list[int]] = {}
    for place in range(len(other) - run + 1):
        index.setdefault(other[place : place + run], []).append(place)
    at, last = 0, NOWHERE
    while at <= len(text) - run:
        candidates = index.get(text[at : at + run])
        if not candidates:
            at += 1
            continue
        place = _best(text, other, at, candidates, last)
        length = _common(text, other, at, place)
        for step in range(length):
            result[shift + at + step] = other_shift + place + step
        at, last = at + length, place + length


def _best(text: str, other: str, at: int, candidates: Sequence[int], last: int) -> int:
    """The candidate that goes on longest; among equals the first one after the run before."""
    if len(candidates) == 1:
        return candidates[0]
    return max(
        candidates[:MOST_PLACES],
        key=lambda place: (_common(text, other, at, place), place >= last, -abs(place - last)),
    )


def _common(text: str, other: str, at: int, place: int) -> int:
    most = min(len(text) - at, len(other) - place)
    length = 0
    while length < most and text[at + length] == other[place + length]:
        length += 1
    return length
