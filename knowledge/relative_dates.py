"""When a question means by "yesterday", "last Tuesday", "two months ago", "지난주 금요일", "사흘 전": from now.

Years and months that are named by their distance ("last year", "지난달") are written out as numbers first, so that
`dates.py` reads "작년 7월 3일" and "in July last year" as it reads any date; days, weeks and stretches become intervals
here. People round: "three weeks ago" is a week wide, "two months ago" a month. "Lately" and "on Tuesday" may mean
something else, so they weigh less. What is to come ("tomorrow", "다음 주") is left alone: it was spoken of before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from knowledge import dates
from knowledge.dates import DAY, DAYS_AFTER, DAYS_BEFORE, Interval, midnight

UNSURE, LATELY = 0.5, 0.3  # weights: of a weekday without "last", of "lately"
LATELY_DAYS = 30

_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_KOREAN_WEEKDAYS = "월화수목금토일"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_KOREAN_WEEKDAY = r"(?P<weekday>[월화수목금토일])요일"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_KOREAN_SEASON = r"(?P<season>봄|여름|가을|겨울)"
_MONTH = (
    r"(?P<month>january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_UNITS = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_KOREAN_UNITS = {"일": "day", "주": "week", "달": "month", "개월": "month", "년": "year", "해": "year"}
_FEW = 0  # "a few": 2 to 6 of them
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_NUMBERS |= {"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "few": _FEW, "several": _FEW}
_NUMBERS |= {"한": 1, "두": 2, "세": 3, "석": 3, "서": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8}
_NUMBERS |= {"아홉": 9, "열": 10, "열한": 11, "열두": 12, "몇": _FEW, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5}
_KOREAN_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "닷새": 5, "엿새": 6, "이레": 7, "여드레": 8, "아흐레": 9}
_KOREAN_DAYS |= {"열흘": 10, "보름": 15, "며칠": _FEW}
_COUNT = (
    r"(?P<count>\d{1,3}|an?(?:\s+(?P<some>few|couple))?|few|several|couple"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:\s+of)?\s+(?P<unit>day|week|month|year)s?"
)
_KOREAN_COUNT = (
    r"(?<![가-힣\d])(?:(?P<days>하루|이틀|사흘|나흘|닷새|엿새|이레|여드레|아흐레|열흘|보름|며칠)"
    r"|(?P<count>\d{1,3}|한|두|세|석|서|네|넉|다섯|여섯|일곱|여덟|아홉|열한|열두|열|몇|일|이|삼|사|오)"
    r"\s*(?P<unit>개월|일|주|달|년|해)(?:일|간)?)"
)

# What holds none of these names no time: most questions are done with here.
_HINT = re.compile(
    r"\d|day|night|week|month|year|spring|summer|autumn|fall|winter|morning|evening|afternoon|recent|lately|earlier"
    r"|christmas|xmas|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"|[월주달년해]|어제|어젯|그제|그저께|간밤|엊|봄|여름|가을|겨울|전|저번|요즘|요새|최근|근래|아까|오늘|요일"
    r"|연말|연초|크리스마스|성탄절|그러께",
    re.IGNORECASE,
)

# Years and months by their distance, as numbers: the words, how many years or months ago.
_YEARS = (
    (r"\bthe year before last\b|재작년|그러께", 2),
    (r"\blast year\b|(?<![가-힣])작년|(?<![가-힣])지난\s*해|(?<![가-힣])저번\s*해", 1),
    (r"\bthis year\b|(?<![가-힣])올해|(?<![가-힣])금년|(?<![가-힣])올(?=\s*(?:봄|여름|가을|겨울))", 0),
)
_MONTHS_AGO = (
    (r"\bthe month before last\b|지지난\s*달|저저번\s*달", 2),
    (r"\blast month\b|(?<![가-힣])지난\s*달|(?<![가-힣])저번\s*달", 1),
    (r"\bthis month\b|(?<![가-힣])이번\s*달|(?<![가-힣])이달", 0),
)


def named(question: str, years: Iterable[int], now: float) -> list[Interval]:
    """All intervals that a question asked at `now` (Unix seconds) names, by this computer's time zone."""
    if not _HINT.search(question):
        return []
    today = _today(now)
    rest = _written_out(question, today)
    found: list[Interval] = []
    for pattern, means in _PATTERNS:
        for match in list(pattern.finditer(rest)):
            found += means(_Asked(match.groupdict(), today, now))
            rest = rest[: match.start()] + " " * len(match.group()) + rest[match.end() :]
    return found + dates.named(rest, years)


def _written_out(question: str, today: date) -> str:
    """ "작년 여름" in 2026 becomes "2025년 여름", and "last month" becomes "October 2026"."""
    text = question
    for words, ago in _YEARS:
        text = _replaced(text, words, f"{today.year - ago}", f"{today.year - ago}년")
    for words, ago in _MONTHS_AGO:
        at = _months_before(today, ago)
        text = _replaced(text, words, at.strftime("%B %Y"), f"{at.year}년 {at.month}월")
    return text


def _replaced(text: str, words: str, english: str, korean: str) -> str:
    return re.sub(words, lambda match: english if match.group().isascii() else korean, text, flags=re.IGNORECASE)


# ---------------------------------------------------------------- what each pattern means


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a pattern matched, by the names of its groups, and when: `now` is Unix seconds on the day `today`."""

    groups: dict[str, str | None]
    today: date
    now: float


_Means = Callable[[_Asked], Iterator[Interval]]


def _ago(asked: _Asked) -> Iterator[Interval]:
    """ "three weeks ago": as wide as its unit."""
    count, unit = _count(asked.groups)
    if count == _FEW:
        yield _near(
            asked.now,
            asked.now - 6 * _UNITS[unit] * DAY,
            asked.now - (1 if unit == "day" else 1.5) * _UNITS[unit] * DAY,
        )
        return
    if unit == "day":
        yield from _days_ago(asked.today, asked.now, count)
        return
    half = _UNITS[unit] / 2 * DAY
    at = asked.now - count * _UNITS[unit] * DAY
    yield _near(asked.now, at - half, at + half)


def _within(asked: _Asked) -> Iterator[Interval]:
    """ "in the last two weeks"."""
    count, unit = _count(asked.groups)
    yield _near(asked.now, asked.now - (count or 6) * _UNITS[unit] * DAY, asked.now)


def _day(count: int) -> _Means:
    def means(asked: _Asked) -> Iterator[Interval]:
        yield from _days_ago(asked.today, asked.now, count)

    return means


def _hours(days_ago: int, first: int, last: int) -> _Means:
    """Hours of a day, beyond 24 those of the next."""

    def means(asked: _Asked) -> Iterator[Interval]:
        begin = midnight(asked.today - timedelta(days=days_ago))
        yield _near(asked.now, begin + first * 3600, begin + last * 3600)

    return means


def _stretch(days: int, until: int, weight: float = 1.0) -> _Means:
    """From `days` ago until `until` days ago."""

    def means(asked: _Asked) -> Iterator[Interval]:
        yield _near(asked.now, asked.now - days * DAY, asked.now - until * DAY, weight)

    return means


def _week(ago: int) -> _Means:
    """A week, from Monday on, or the day of it that is named."""

    def means(asked: _Asked) -> Iterator[Interval]:
        monday = asked.today - timedelta(days=asked.today.weekday() + 7 * ago)
        if weekday := asked.groups.get("weekday"):
            yield _whole_days(asked.now, monday + timedelta(days=_weekday(weekday)), 1)
        elif asked.groups.get("weekend"):
            yield _whole_days(asked.now, monday + timedelta(days=5), 2)
        else:
            yield _whole_days(asked.now, monday, 7)

    return means


def _last_weekday(asked: _Asked) -> Iterator[Interval]:
    """ "last Tuesday" on a Thursday: two days ago to some, nine to others."""
    weekday = _weekday(asked.groups["weekday"] or "")
    back = (asked.today.weekday() - weekday) % 7 or 7
    yield _whole_days(asked.now, asked.today - timedelta(days=back), 1)
    if back <= asked.today.weekday():
        yield _whole_days(asked.now, asked.today - timedelta(days=back + 7), 1)


def _some_weekday(asked: _Asked) -> Iterator[Interval]:
    back = (asked.today.weekday() - _weekday(asked.groups["weekday"] or "")) % 7
    yield _whole_days(asked.now, asked.today - timedelta(days=back), 1, UNSURE)


def _weekend(weight: float) -> _Means:
    """The latest one that is over, or is now."""

    def means(asked: _Asked) -> Iterator[Interval]:
        back = (asked.today.weekday() - 5) % 7
        yield _whole_days(asked.now, asked.today - timedelta(days=back), 2, weight)

    return means


def _last_weekend(asked: _Asked) -> Iterator[Interval]:
    back = (asked.today.weekday() - 5) % 7
    yield _whole_days(asked.now, asked.today - timedelta(days=back if asked.today.weekday() < 5 else back + 7), 2)


def _last(kind: str) -> _Means:
    """The latest season, feast or month of that name that has begun and is not now."""

    def means(asked: _Asked) -> Iterator[Interval]:
        name = asked.groups[kind] or ""
        for year in range(asked.today.year, asked.today.year - 3, -1):
            if kind == "month":
                number = _month(name)
                start, end = date(year, number, 1), date(year + number // 12, number % 12 + 1, 1)
            else:
                start, end = dates.season(name, year) if kind == "season" else dates.feast(name, year)
            if end <= asked.today:
                yield Interval(midnight(start), midnight(end))
                return

    return means


def _this_season(asked: _Asked) -> Iterator[Interval]:
    """That of this year; in January and February the winter that is now."""
    name = asked.groups["season"] or ""
    start, end = dates.season(name, asked.today.year)
    if start > asked.today and start.month == 12 and asked.today.month < 3:
        start, end = dates.season(name, asked.today.year - 1)
    yield Interval(midnight(start), midnight(end))


_PATTERNS: tuple[tuple[re.Pattern[str], _Means], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), means)
    for pattern, means in (
        (rf"\b(?:in|over|within|during|for) the (?:last|past)\s+{_COUNT}\b", _within),
        (r"\b(?:in|over|within|during|for) the (?:last|past)\s+(?P<unit>day|week|month|year)\b", _within),
        (rf"(?:지난|최근|요)\s*{_KOREAN_COUNT}(?:\s*(?:동안|간|사이|새))?", _within),
        (rf"\b{_COUNT}\s+(?:ago|back)\b", _ago),
        (rf"{_KOREAN_COUNT}(?:\s*(?:쯤|정도|인가))?\s*전(?=에|쯤|부터|까지|의|이|인|[\s?.!,]|$)", _ago),
        (r"\bthe day before yesterday\b|(?<![가-힣])그저께|(?<![가-힣])그제(?!야|서야)", _day(2)),
        (r"(?<![가-힣])(?:엊그제|엊그저께)", _stretch(4, 1)),
        (r"\bthe other day\b|(?<![가-힣])(?:요전|저번)에(?![가-힣])|(?<![가-힣])얼마 전", _stretch(21, 1, UNSURE)),
        (r"\blast night\b|어젯밤|간밤|(?<![가-힣])어제\s*(?:저녁|밤)|엊저녁", _hours(1, 17, 30)),
        (r"\byesterday\b|(?<![가-힣])어제", _day(1)),
        (r"\bthis morning\b|(?<![가-힣])오늘\s*(?:아침|새벽|오전)", _hours(0, 0, 12)),
        (r"\bthis (?:afternoon|evening)\b|\btonight\b|(?<![가-힣])오늘\s*(?:오후|저녁|낮|밤)", _hours(0, 12, 24)),
        (r"\b(?:earlier )?today\b|(?<![가-힣])오늘|(?<![가-힣])아까", _day(0)),
        (rf"\b{_WEEKDAY} last week\b", _week(1)),
        (rf"\blast week(?: on)? {_WEEKDAY}\b", _week(1)),
        (rf"(?<![가-힣])(?:지지난|저저번)\s*주(?!일)(?:\s*(?:{_KOREAN_WEEKDAY}|(?P<weekend>주말)))?", _week(2)),
        (rf"(?<![가-힣])(?:지난|저번)\s*주(?![일말])(?:\s*(?:{_KOREAN_WEEKDAY}|(?P<weekend>주말)))?", _week(1)),
        (rf"(?<![가-힣])(?:이번|금)\s*주(?![일말])(?:\s*(?:{_KOREAN_WEEKDAY}|(?P<weekend>주말)))?", _week(0)),
        (r"\bthe week before last\b", _week(2)),
        (r"\blast week\b(?!end)", _week(1)),
        (rf"\bthis (?:week\b(?!end)|{_WEEKDAY}\b)|\bearlier this week\b", _week(0)),
        (r"\blast weekend\b|(?<![가-힣])(?:지난|저번)\s*주말", _last_weekend),
        (r"\b(?:this|over the|at the|on the) weekend\b|(?<![가-힣])이번\s*주말", _weekend(1.0)),
        (r"(?<![가-힣])주말에", _weekend(UNSURE)),
        (rf"\b(?:last|this past|past) {_WEEKDAY}\b", _last_weekday),
        (rf"(?<![가-힣])(?:지난|저번)\s*{_KOREAN_WEEKDAY}", _last_weekday),
        (rf"\b(?:last|this past|past) {_SEASON}\b", _last("season")),
        (rf"(?<![가-힣])(?:지난|저번)\s*{_KOREAN_SEASON}", _last("season")),
        (rf"\bthis {_SEASON}\b", _this_season),
        (rf"(?<![가-힣])이번\s*{_KOREAN_SEASON}", _this_season),
        (r"\blast (?P<feast>christmas|xmas|new year['’]?s(?: day| eve)?)\b", _last("feast")),
        (r"(?<![가-힣])지난\s*(?P<feast>크리스마스|성탄절|연말|연초)", _last("feast")),
        (rf"\blast {_MONTH}\b", _last("month")),
        (r"(?<![가-힣])지난\s*(?P<month>1[0-2]|[1-9])월(?!\s*\d)", _last("month")),
        (rf"(?<!every )\bon {_WEEKDAY}\b(?! (?:mornings|evenings|nights))", _some_weekday),
        (rf"(?<!매주 )(?<!다음 주 )(?<!다음주 )(?<![가-힣]){_KOREAN_WEEKDAY}에", _some_weekday),
        (
            r"\b(?:recently|lately|these days)\b|(?<![가-힣])(?:요즘|요새|최근|근래)",
            _stretch(LATELY_DAYS, 0, LATELY),
        ),
    )
)


# ---------------------------------------------------------------- the calendar


def _today(now: float) -> date:
    try:
        return datetime.fromtimestamp(now, UTC).astimezone().date()
    except (ValueError, OverflowError, OSError):  # a clock far outside the calendar
        return date(1970, 1, 1)


def _days_ago(today: date, now: float, count: int) -> Iterator[Interval]:
    yield _whole_days(now, today - timedelta(days=count), 1)


def _whole_days(now: float, first: date, count: int, weight: float = 1.0) -> Interval:
    return _near(now, midnight(first), midnight(first + timedelta(days=count)), weight)


def _near(now: float, start: float, end: float, weight: float = 1.0) -> Interval:
    """The nearer to now, the better people know when it was, so the faster it fades outside."""
    age = max(0.0, now - end) / DAY
    before = min(DAYS_BEFORE, max(0.5, age / 4))
    after = min(DAYS_AFTER, max(0.5, age / 2))
    return Interval(start, end, before, after, weight)


def _count(groups: dict[str, str | None]) -> tuple[int, str]:
    """How many of which unit."""
    if days := groups.get("days"):
        return _KOREAN_DAYS[days], "day"
    unit = (groups["unit"] or "").lower()
    count = groups.get("some") or groups.get("count") or "one"
    number = int(count) if count.isdigit() else _NUMBERS[count.lower().split()[0]]
    return number, _KOREAN_UNITS.get(unit, unit)


def _weekday(name: str) -> int:
    return _KOREAN_WEEKDAYS.index(name) if name in _KOREAN_WEEKDAYS else _WEEKDAYS.index(name.lower())


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    return "jan feb mar apr may jun jul aug sep oct nov dec".split().index(name[:3].lower()) + 1


def _months_before(today: date, count: int) -> date:
    months = today.year * 12 + today.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
