"""Dates that a question names, in English and Korean, as intervals of time.

"3 July 2023", "July 3", "2023-07-03", "in July", "late 2023", "in the spring", "over Christmas", "2023년 7월 3일",
"7월 초", "2025년 여름에". Without a year, every year that the memory spans is meant. What counts from the moment it is
asked ("yesterday", "지난주 화요일") is in `relative_dates.py`. Feasts of the lunar calendar (추석, 설) are not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import exp

_MONTHS = "january february march april may june july august september october november december".split()
_NUMBER = {name[:3]: n for n, name in enumerate(_MONTHS, start=1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PART = r"(?P<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of)[\s-]+(?:in\s+)?"
_KOREAN_PART = r"(?:\s*(?P<part>초|중순|중반|말|상반기|하반기)(?![가-힣]{3}))"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_KOREAN_SEASON = r"(?P<season>봄|여름|가을|겨울)(?=에|철|의|은|이|부터|까지|쯤|동안|내내|방학|휴가|날|[\s?.!,]|$)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}[-./](?P<number>[01]?\d)[-./](?P<day>[0-3]?\d)\b",
        rf"(?:{_YEAR}\s*년\s*|(?<![가-힣])){_KOREAN_SEASON}",
        rf"{_YEAR}\s*년\s*(?P<number>[01]?\d)\s*월{_KOREAN_PART}",
        rf"{_YEAR}\s*년(?:\s*(?P<number>[01]?\d)\s*월(?:\s*(?P<day>[0-3]?\d)\s*일)?)?{_KOREAN_PART}?",
        rf"(?P<number>\b[01]?\d)\s*월{_KOREAN_PART}",
        r"(?P<number>\b[01]?\d)\s*월(?:\s*(?P<day>[0-3]?\d)\s*일)?",
        rf"\b{_SEASON}(?:\s+of|,)?\s+{_YEAR}\b",
        rf"\b(?:in|over|during|since|until|by|that|for)\s+(?:the\s+)?(?:early\s+|late\s+|whole\s+)?{_SEASON}\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+(?:of\s+|in\s+)?{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY},?\s+(?:of\s+|in\s+)?{_YEAR}\b",
        rf"\b{_PART}{_MONTH},?\s+(?:of\s+)?{_YEAR}\b",
        rf"\b{_MONTH},?\s+(?:of\s+|in\s+)?{_YEAR}\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}\b",
        rf"\b{_MONTH}\s+{_DAY}\b",
        rf"\b{_PART}{_MONTH}(?=\W|$)",
        rf"\b{_MONTH}(?=\W|$)",
        rf"\b{_PART}{_YEAR}\b",
        r"(?P<feast>\bchristmas\b|\bxmas\b|크리스마스|성탄절|(?<![가-힣])연말)(?:\s+(?:of\s+)?(?P<year>(?:19|20)\d\d)\b)?",
        r"(?P<feast>\bnew year['’]?s(?: day| eve)?\b|(?<![가-힣])연초)",
        rf"\b{_YEAR}\b",
    )
)
_MONTH_OR_WORD = re.compile(
    r"\b(?:in|since|until|during|of|last|this|next|early|late|mid|before|after|by)\s+$", re.IGNORECASE
)
# Which part of a month, in days, or of a year, in months.
_PARTS = {
    **dict.fromkeys(("early", "beginning", "start", "초"), ((1, 10), (1, 3))),
    **dict.fromkeys(("mid", "middle", "중순", "중반"), ((11, 20), (5, 8))),
    **dict.fromkeys(("late", "end", "말"), ((21, 31), (10, 12))),
    "상반기": ((1, 15), (1, 6)),
    "하반기": ((16, 31), (7, 12)),
}
_SEASONS = {"spring": 3, "봄": 3, "summer": 6, "여름": 6, "autumn": 9, "fall": 9, "가을": 9, "winter": 12, "겨울": 12}

DAY = 86400.0
DAYS_BEFORE, DAYS_AFTER = 3.0, 15.0  # what is said of a day is mostly said after it


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` until `end`, Unix seconds; beyond them it fades within `before` and `after` days.

    `weight` below 1: it is not quite sure that this time is meant ("lately", "on Tuesday").
    """

    start: float
    end: float
    before: float = DAYS_BEFORE
    after: float = DAYS_AFTER
    weight: float = 1.0


def named(question: str, years: Iterable[int]) -> list[Interval]:
    """The intervals that a question names, by this computer's time zone."""
    found: list[Interval] = []
    spanned = list(years)
    rest = question
    for pattern in _PATTERNS:
        for match in list(pattern.finditer(rest)):
            if not _is_date(match, rest):
                continue
            found += _intervals(match.groupdict(), spanned)
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    return found


def closeness(time: float, intervals: Iterable[Interval]) -> float:
    """e^-d for the nearest interval, times its weight; d is 0 inside, the days before or after it by their measure."""
    best = 0.0
    for interval in intervals:
        if time < interval.start:
            distance = (interval.start - time) / DAY / interval.before
        elif time >= interval.end:
            distance = (time - interval.end) / DAY / interval.after
        else:
            distance = 0.0
        best = max(best, interval.weight * exp(-distance))
    return best


def midnight(day: date) -> float:
    """When a day begins in this computer's time zone, Unix seconds."""
    return datetime(day.year, day.month, day.day).astimezone().timestamp()


def season(name: str, year: int) -> tuple[date, date]:
    """The days from which, and before which, a season of a year is; a winter by the year in which it begins."""
    first = _SEASONS[name.lower()]
    return date(year, first, 1), date(year + (first == 12), (first + 2) % 12 + 1, 1)


def feast(name: str, year: int) -> tuple[date, date]:
    """The days around a feast at which people speak of it."""
    if name.lower().startswith("new") or name == "연초":
        return date(year, 1, 1), date(year, 1, 21 if name == "연초" else 4)
    return date(year, 12, 10 if name == "연말" else 20), date(year + 1, 1, 1)


def _is_date(match: re.Match[str], text: str) -> bool:
    """Whether a bare "may" or "march" is a month: capitalised in mid-sentence, or after "in" and the like."""
    groups = match.groupdict()
    month = groups.get("month")
    if (
        month is None
        or groups.get("day")
        or groups.get("year")
        or groups.get("part")
        or month.lower() not in ("may", "march", "mar", "dec", "jan", "sep", "nov")
    ):
        return True
    return bool(_MONTH_OR_WORD.search(text[: match.start()])) or (
        month[0].isupper() and bool(text[: match.start()].strip())
    )


def _intervals(groups: dict[str, str | None], years: Iterable[int]) -> Iterator[Interval]:
    year = groups.get("year")
    for each in [int(year)] if year else years:
        try:
            start, end = _days(groups, each)
            yield Interval(midnight(start), midnight(end))
        except (ValueError, OverflowError):  # 31 February, month 0; a year that no clock of this computer knows
            continue


def _days(groups: dict[str, str | None], year: int) -> tuple[date, date]:
    """The first day, and the first one after. Raises `ValueError` where the calendar has no such day."""
    if name := groups.get("season"):
        return season(name, year)
    if name := groups.get("feast"):
        return feast(name, year)
    month_name, number, day = groups.get("month"), groups.get("number"), groups.get("day")
    month = _NUMBER[month_name[:3].lower()] if month_name else int(number) if number else None
    part = (groups.get("part") or "").lower().removeprefix("the ").removesuffix(" of")
    if day:
        start = date(year, month or 1, int(day))
        return start, start + timedelta(days=1)
    if month:
        first, last = _PARTS[part][0] if part else (1, 31)
        after = date(year + month // 12, month % 12 + 1, 1)
        return date(year, month, first), min(after, date(year, month, 1) + timedelta(days=last))
    opens, closes = _PARTS[part][1] if part else (1, 12)
    return date(year, opens, 1), date(year + closes // 12, closes % 12 + 1, 1)
