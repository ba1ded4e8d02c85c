"""Dates that a question names, in English and Korean, as intervals of time.

"3 July 2023", "July 3", "2023-07-03", "July 2023", "in July", "2023", "2023년 7월 3일", "7월". Without a year, every
year that the memory spans is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

_MONTHS = "january february march april may june july august september october november december".split()
_NUMBER = {name[:3]: n for n, name in enumerate(_MONTHS, start=1)}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_YEAR}[-./](?P<number>[01]?\d)[-./](?P<day>[0-3]?\d)\b",
        rf"{_YEAR}\s*년(?:\s*(?P<number>[01]?\d)\s*월(?:\s*(?P<day>[0-3]?\d)\s*일)?)?",
        r"(?P<number>\b[01]?\d)\s*월(?:\s*(?P<day>[0-3]?\d)\s*일)?",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}\b",
        rf"\b{_MONTH}\s+{_DAY}\b",
        rf"\b{_MONTH}(?=\W|$)",
        rf"\b{_YEAR}\b",
    )
)
_MONTH_OR_WORD = re.compile(
    r"\b(?:in|since|until|during|of|last|this|next|early|late|mid|before|after|by)\s+$", re.IGNORECASE
)

DAY = 86400.0
DAYS_BEFORE, DAYS_AFTER = 3.0, 15.0  # what is said of a day is mostly said after it


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` until `end`, Unix seconds."""

    start: float
    end: float


def named(question: str, years: Iterable[int]) -> list[Interval]:
    """The intervals that a question names, by this computer's time zone."""
    found: list[Interval] = []
    rest = question
    for pattern in _PATTERNS:
        for match in list(pattern.finditer(rest)):
            if not _is_date(match, rest):
                continue
            found += _intervals(match.groupdict(), years)
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    return found


def closeness(time: float, intervals: Iterable[Interval]) -> float:
    """e^-d for the nearest interval; d is 0 inside, the days before it / 3, the days after it / 15."""
    best = 0.0
    for interval in intervals:
        if time < interval.start:
            distance = (interval.start - time) / DAY / DAYS_BEFORE
        elif time >= interval.end:
            distance = (time - interval.end) / DAY / DAYS_AFTER
        else:
            distance = 0.0
        best = max(best, exp(-distance))
    return best


def _is_date(match: re.Match[str], text: str) -> bool:
    """Whether a bare "may" or "march" is a month: capitalised in mid-sentence, or after "in" and the like."""
    groups = match.groupdict()
    month = groups.get("month")
    if (
        month is None
        or groups.get("day")
        or groups.get("year")
        or month.lower() not in ("may", "march", "mar", "dec", "jan", "sep", "nov")
    ):
        return True
    return bool(_MONTH_OR_WORD.search(text[: match.start()])) or (
        month[0].isupper() and bool(text[: match.start()].strip())
    )


def _intervals(groups: dict[str, str | None], years: Iterable[int]) -> Iterator[Interval]:
    month_name, number = groups.get("month"), groups.get("number")
    month = _NUMBER[month_name[:3].lower()] if month_name else int(number) if number else None
    named_day, year = groups.get("day"), groups.get("year")
    day = int(named_day) if named_day else None
    for each in [int(year)] if year else list(years):
        try:
            start = datetime(each, month or 1, day or 1).astimezone()
            if day:
                end = start + timedelta(days=1)
            elif month:
                end = datetime(each + month // 12, month % 12 + 1, 1).astimezone()
            else:
                end = datetime(each + 1, 1, 1).astimezone()
        except ValueError:  # 31 February, month 0
            continue
        yield Interval(start.timestamp(), end.timestamp())
