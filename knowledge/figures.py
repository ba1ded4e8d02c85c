"""The numbers that a text names, as values: "1,450", "3.2 million", "twelve", "2억 4천만", "이틀", "17시 40분"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TEENS = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_ENGLISH = {word: n for n, word in enumerate(f"{_TEENS} eighteen nineteen twenty".split(), start=2)}
_ENGLISH |= {
    word: 10 * n for n, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), start=3)
} | {"hundred": 100, "twice": 2, "thrice": 3, "dozen": 12}
_TIMES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3}
_MONTHS = "january february march april may june july august september october november december".split()

_NATIVE = {"두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "스무": 20}
_DAYS = {"이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "열흘": 10, "보름": 15}
_COUNTERS = "개월|개|명|번|달|살|시간|시|마리|잔|권|대|주|해|가지|곳|채|병|장|사람|배|층"
_SINO = {digit: n for n, digit in enumerate("일이삼사오육칠팔구", start=1)}
_SINO_COUNTERS = "분|일|년|개월|원|퍼센트|명|세기|주|월|층|회|미터|킬로"
_POWERS = {"십": 1e1, "백": 1e2, "천": 1e3, "만": 1e4, "십만": 1e5, "백만": 1e6, "천만": 1e7, "억": 1e8, "조": 1e12}

_CLOCK = re.compile(r"(\d{1,2})\s*시\s*(\d{1,2})\s*분")
_KOREAN_MIXED = re.compile(
    r"\d[\d,.]*\s*(?:조|억|천만|백만|십만|만|천|백)(?:\s*\d[\d,.]*\s*(?:조|억|천만|백만|십만|만|천|백))*"
)
_KOREAN_PART = re.compile(r"(\d[\d,.]*)\s*(조|억|천만|백만|십만|만|천|백)")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*(?:\s?(thousand|million|billion|trillion|k)\b)?", re.IGNORECASE)
_WORDS = re.compile(
    rf"\b(?:({'|'.join(_ENGLISH)})(?:[- ](one|two|three|four|five|six|seven|eight|nine))?)\b", re.IGNORECASE
)
_KOREAN_NATIVE = re.compile(rf"(?<![가-힣])({'|'.join(_NATIVE)})\s?(?={_COUNTERS})")
_KOREAN_DAYS = re.compile(rf"(?<![가-힣])({'|'.join(_DAYS)})(?![가-힣]{{3}})")
_KOREAN_SINO = re.compile(
    rf"(?<![가-힣])([일이삼사오육칠팔구십백천만억]*[십백천만억][일이삼사오육칠팔구]?)\s?(?={_SINO_COUNTERS})"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: its value as it is compared ("3200000", "17:40"), and where it stands."""

    value: str
    start: int
    end: int


def figures(text: str) -> list[Figure]:
    """The numbers of a text in order."""
    rest = _CLOCK.sub(lambda m: f"{m[1]}:{m[2]:0>2}".ljust(len(m[0])), text)
    found: list[Figure] = []
    for pattern, values in (
        (_KOREAN_MIXED, _mixed),
        (_DIGITS, _digits),
        (_WORDS, _english),
        (_KOREAN_DAYS, lambda m: [_shown(_DAYS[m[1]])]),
        (_KOREAN_NATIVE, lambda m: [_shown(_NATIVE[m[1]])]),
        (_KOREAN_SINO, lambda m: [_shown(_sino(m[1]))]),
    ):
        for match in list(pattern.finditer(rest)):
            found += [Figure(value, *match.span()) for value in values(match)]
            rest = rest[: match.start()] + " " * len(match[0]) + rest[match.end() :]
    return sorted(found, key=lambda figure: figure.start)


def months(text: str) -> Iterator[str]:
    """The English months that a text names, as numbers: "March" may stand as 2024-03-01 elsewhere."""
    for number, name in enumerate(_MONTHS, start=1):
        if re.search(rf"\b{name}\b", text, re.IGNORECASE):
            yield str(number)


def is_month(word: str) -> str | None:
    """The number of a month's English name in lower case; None for other words."""
    return str(_MONTHS.index(word) + 1) if word in _MONTHS else None


def _shown(value: float) -> str:
    return f"{value:.10g}" if value < 1e10 else str(round(value))


def _plain(number: str) -> float:
    """A number's value, its thousands set apart by commas or not."""
    number = number.rstrip(",.:")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", number):
        return float(number.replace(",", ""))
    whole, _, part = number.replace(",", ".").partition(".")
    return float(f"{whole}.{part.replace('.', '')}" if part else whole)


def _digits(match: re.Match[str]) -> list[str]:
    times = (match[1] or "").lower()
    number = match[0][: len(match[0]) - len(times)].strip() if times else match[0]
    if ":" in number:
        return [":".join(part.lstrip("0") or "0" for part in number.split(":"))]
    if number.count(".") > 1:  # 2024.3.1, a version, a section
        return [_shown(float(part)) for part in re.split(r"[.,]", number)]
    return [_shown(_plain(number) * _TIMES.get(times, 1))]


def _english(match: re.Match[str]) -> list[str]:
    value = _ENGLISH[match[1].lower()]
    if match[2] and 20 <= value < 100:
        value += {"one": 1, **_ENGLISH}[match[2].lower()]
    return [_shown(value)]


def _mixed(match: re.Match[str]) -> list[str]:
    return [_shown(sum(_plain(number) * _POWERS[power] for number, power in _KOREAN_PART.findall(match[0])))]


def _sino(word: str) -> float:
    """이십 → 20, 삼백오 → 305, 만 → 10000."""
    total = group = digit = 0.0
    for letter in word:
        if letter in _SINO:
            digit = _SINO[letter]
        elif (power := _POWERS[letter]) < 1e4:
            group += (digit or 1) * power
            digit = 0
        else:
            total += (group + digit or 1) * power
            group = digit = 0
    return total + group + digit
