"""The numbers that a document gives its paragraphs ("제1장", "가.", "3.2 (a)"), which its text does not hold.

HWP, HWPX, DOCX and ODT number alike: a numbering has up to ten levels, each with a format in which "^1" to "^9" stand
for the numbers of the levels, and with a kind of number. The kinds go by Hancom's numbers for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

WORD_KINDS = {  # Word's names of the kinds; bullets have no number
    "decimal": 0,
    "decimalZero": 0,
    "decimalEnclosedCircle": 1,
    "upperRoman": 2,
    "lowerRoman": 3,
    "upperLetter": 4,
    "lowerLetter": 5,
    "ganada": 8,
    "chosung": 10,
    "koreanDigital": 12,
    "koreanCounting": 12,
    "koreanDigital2": 13,
    "ideographDigital": 13,
}
OPEN_KINDS = {
    "1": 0,
    "I": 2,
    "i": 3,
    "A": 4,
    "a": 5,
    "①, ②, ③, ...": 1,
    "가, 나, 다, ...": 8,
    "ㄱ, ㄴ, ㄷ, ...": 10,
}  # OpenDocument's

_LEVEL = re.compile(r"\^([1-9nN])")
_SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호"
_LETTERS = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_STEMS = "갑을병정무기경신임계"
_STEMS_HANJA = "甲乙丙丁戊己庚辛壬癸"
_DIGITS = "일이삼사오육칠팔구"
_DIGITS_HANJA = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Outline:
    """One numbering: of each level the kind of number, the format and the first number."""

    kinds: tuple[int, ...]
    formats: tuple[str, ...]
    starts: tuple[int, ...]


@dataclass(slots=True)
class Numbering:
    """Counts on, paragraph by paragraph; each numbering for itself."""

    _counts: dict[int | str, list[int]] = field(default_factory=dict)

    def restart(self, name: int | str) -> None:
        """The numbering `name` begins anew."""
        self._counts.pop(name, None)

    def next(self, outline: Outline | None, name: int | str, level: int) -> str:
        """The number of the next paragraph at `level` (from 0) of the numbering `name`; "" where there is none."""
        if outline is None or not 0 <= level < len(outline.formats):
            return ""
        counts = self._counts.setdefault(name, [])
        del counts[level + 1 :]
        while len(counts) <= level:
            start = outline.starts[len(counts)] if len(counts) < len(outline.starts) else 1
            counts.append(start if len(counts) < level else start - 1)
        counts[level] += 1

        def number(found: re.Match[str]) -> str:
            place = level if found[1] in "nN" else int(found[1]) - 1
            count = counts[place] if place < len(counts) else 1
            return shaped(count, outline.kinds[place] if place < len(outline.kinds) else 0)

        return _LEVEL.sub(number, outline.formats[level])


def shaped(number: int, kind: int) -> str:
    """The number as Hancom's kinds of numbers write it, as far as they are in use; digits otherwise."""
    match kind:
        case 1 if 1 <= number <= 20:
            return chr(0x2460 + number - 1)
        case 2 | 3:
            roman = _roman(number)
            return roman if kind == 2 else roman.lower()
        case 4 | 5:
            letters = ""
            while number > 0:
                number, rest = divmod(number - 1, 26)
                letters = chr(ord("A") + rest) + letters
            return letters if kind == 4 else letters.lower()
        case 6 if 1 <= number <= 26:
            return chr(0x24B6 + number - 1)
        case 7 if 1 <= number <= 26:
            return chr(0x24D0 + number - 1)
        case 8 if number >= 1:
            return _SYLLABLES[(number - 1) % len(_SYLLABLES)]
        case 9 if 1 <= number <= 14:
            return chr(0x326E + number - 1)
        case 10 if number >= 1:
            return _LETTERS[(number - 1) % len(_LETTERS)]
        case 11 if 1 <= number <= 14:
            return chr(0x3260 + number - 1)
        case 12 if 1 <= number < 100:
            return _spelled(number, _DIGITS, "십")
        case 13 if 1 <= number < 100:
            return _spelled(number, _DIGITS_HANJA, "十")
        case 15 if 1 <= number <= 10:
            return _STEMS[number - 1]
        case 16 if 1 <= number <= 10:
            return _STEMS_HANJA[number - 1]
    return str(number)


def _roman(number: int) -> str:
    if not 1 <= number < 4000:
        return str(number)
    letters = ""
    for value, letter in (
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        times, number = divmod(number, value)
        letters += letter * times
    return letters


def _spelled(number: int, digits: str, ten: str) -> str:
    tens, ones = divmod(number, 10)
    return (digits[tens - 1] if tens > 1 else "") + (ten if tens else "") + (digits[ones - 1] if ones else "")
