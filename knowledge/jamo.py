"""Hangul as the keys it is typed with on the usual Korean keyboard (2-beolsik), and back.

Counted in keys, a slip of one finger is one change wherever it falls: "병웝비" (quddnjqql) is one key from "병원비"
(quddnjsql), though the syllable differs, and "할인" one from "하린". What was typed with the wrong layout switched on
("dkssud", "ㅗ디ㅣㅐ") is the same keys.
"""

from __future__ import annotations

import unicodedata

_LEADING = ("r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g")
_VOWELS = (
    *("k", "o", "i", "O", "j", "p", "u", "P", "h", "hk", "ho", "hl", "y"),
    *("n", "nj", "np", "nl", "b", "m", "ml", "l"),
)
_TRAILING = (
    *("", "r", "R", "rt", "s", "sw", "sg", "e", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "qt"),
    *("t", "T", "d", "w", "c", "z", "x", "v", "g"),
)
_FIRST, _LAST = 0xAC00, 0xD7A3
_JAMO = "ㄱㄲㄳㄴㄵㄶㄷㄸㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅃㅄㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_JAMO_KEYS = (
    *("r", "R", "rt", "s", "sw", "sg", "e", "E", "f", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "a", "q", "Q", "qt"),
    *("t", "T", "d", "w", "W", "c", "z", "x", "v", "g"),
    *_VOWELS,
)
_KEY_OF = dict(zip(_JAMO, _JAMO_KEYS, strict=True))
_CONSONANTS = frozenset(_LEADING)
_VOWEL_KEYS = frozenset(_VOWELS)
# With shift, most keys type what they type without.
_SHIFTED = str.maketrans("ABCDFGHIJKLMNSUVXYZ", "abcdfghijklmnsuvxyz")


def keystrokes(text: str) -> str:
    """The keys that type a text's Hangul (NFC); other characters stay."""
    keys = []
    for character in unicodedata.normalize("NFC", text):
        code = ord(character)
        if _FIRST <= code <= _LAST:
            syllable = code - _FIRST
            keys += [_LEADING[syllable // 588], _VOWELS[syllable % 588 // 28], _TRAILING[syllable % 28]]
        else:
            keys.append(_KEY_OF.get(character, character))
    return "".join(keys)


def hangul(keys: str) -> str | None:
    """What these Latin letters type with the Korean layout on; None unless whole syllables come of it."""
    keys = keys.translate(_SHIFTED)
    syllables: list[str] = []
    at = 0
    while at < len(keys):
        if keys[at] not in _CONSONANTS:
            return None
        vowel = _longest(keys, at + 1, _VOWEL_KEYS)
        if not vowel:
            return None
        after = at + 1 + len(vowel)
        trailing = _trailing(keys, after)
        code = _LEADING.index(keys[at]) * 588 + _VOWELS.index(vowel) * 28 + _TRAILING.index(trailing)
        syllables.append(chr(_FIRST + code))
        at = after + len(trailing)
    return "".join(syllables)


def edits(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many, or swapped with their neighbour; `most` + 1 when more than `most`.

    Damerau's distance in its restricted form: no letter is edited twice.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _trailing(keys: str, at: int) -> str:
    """The consonants that close a syllable: as many as leave one for a vowel behind them."""
    for length in (2, 1):
        some = keys[at : at + length]
        if len(some) == length and some in _TRAILING and keys[at + length : at + length + 1] not in _VOWEL_KEYS:
            return some
    return ""


def _longest(keys: str, at: int, known: frozenset[str]) -> str:
    return next((keys[at : at + length] for length in (2, 1) if keys[at : at + length] in known), "")
