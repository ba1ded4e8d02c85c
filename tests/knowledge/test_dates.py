"""Which time a question means: dates as they are named, and times counted from when it is asked."""

from __future__ import annotations

import math
from datetime import datetime

import pytest

from knowledge.dates import Interval, closeness
from knowledge.relative_dates import named

NOW = datetime(2026, 11, 19, 15).astimezone()  # a Thursday
YEARS = range(2024, 2027)


def days(question: str, now: datetime = NOW) -> list[str]:
    """The first and the last day of each interval, "11-18" in the year of `now`."""
    found = []
    for interval in named(question, YEARS, now.timestamp()):
        start, end = (datetime.fromtimestamp(time).astimezone() for time in (interval.start, interval.end - 1))
        found.append(" ".join(_day(each, now) for each in ((start,) if start.date() == end.date() else (start, end))))
    return found


def _day(time: datetime, now: datetime) -> str:
    return time.strftime("%m-%d" if time.year == now.year else "%Y-%m-%d")


@pytest.mark.parametrize(
    ("questions", "expected"),
    [
        ("What did I eat yesterday?|어제 뭐 먹었지?", ["11-18"]),
        ("the day before yesterday|그저께 뭐 했어|그제 뭐 했더라|two days ago|이틀 전에", ["11-17"]),
        ("three days ago|사흘 전|3일 전에 간 데", ["11-16"]),
        ("last week|지난주에 무슨 일이 있었어?|저번 주", ["11-09 11-15"]),
        ("the week before last|지지난주", ["11-02 11-08"]),
        ("Tuesday last week|지난주 화요일에|저번 주 화요일", ["11-10"]),
        ("last Tuesday|지난 화요일", ["11-17", "11-10"]),
        ("last Friday|지난 금요일", ["11-13"]),
        ("this week|이번 주에", ["11-16 11-22"]),
        ("last weekend|지난 주말에|저번주말", ["11-14 11-15"]),
        ("last month|지난달에|저번 달", ["10-01 10-31"]),
        ("지난달 말에|the end of last month", ["10-21 10-31"]),
        ("지난 7월에|last July", ["07-01 07-31"]),
        ("last year|작년에|지난해", ["2025-01-01 2025-12-31"]),
        ("재작년|the year before last", ["2024-01-01 2024-12-31"]),
        ("작년 여름에|summer last year", ["2025-06-01 2025-08-31"]),
        ("last summer|지난여름", ["06-01 08-31"]),
        ("last winter|지난 겨울", ["2025-12-01 02-28"]),
        ("in July last year|작년 7월", ["2025-07-01 2025-07-31"]),
        ("작년 7월 3일", ["2025-07-03"]),
        ("early this year|올해 초", ["01-01 03-31"]),
        ("two weeks ago|2주 전에", ["11-02 11-09"]),
        ("in the last two weeks|최근 2주 동안", ["11-05 11-19"]),
        ("a few days ago|며칠 전에", ["11-13 11-18"]),
        ("3 July 2025|July 3, 2025|2025-07-03|2025년 7월 3일", ["2025-07-03"]),
        ("early March 2025|2025년 3월 초", ["2025-03-01 2025-03-10"]),
    ],
)
def test_a_time_in_both_languages(questions: str, expected: list[str]) -> None:
    for question in questions.split("|"):
        assert days(question) == expected, question


@pytest.mark.parametrize(
    "question", ["in the spring", "봄에 심은 거", "over Christmas", "크리스마스에", "in March", "3월에"]
)
def test_without_a_year_every_year_is_meant(question: str) -> None:
    assert len(days(question)) == len(YEARS)


@pytest.mark.parametrize(
    "question",
    [
        "Where do I live?",
        "I fall in love; may I march on?",
        "그제야 알았다는 게 뭐야",
        "출장 3일 전주에서 먹은 것",
        "매주 화요일에 하는 일",
        "말해 봐",
        "the week after",
        "내일 뭐 하지",
        "next week",
    ],
)
def test_no_time_is_heard_where_none_is_named(question: str) -> None:
    assert days(question) == []


def test_lately_and_a_bare_weekday_weigh_less() -> None:
    weights = [named(question, YEARS, NOW.timestamp())[0].weight for question in ("요즘", "recently", "on Friday")]
    assert weights == [0.3, 0.3, 0.5]


def test_on_the_first_of_january_and_on_a_leap_day() -> None:
    assert days("last month", datetime(2026, 1, 1, 0, 30).astimezone()) == ["2025-12-01 2025-12-31"]
    assert days("지난주", datetime(2026, 1, 1, 0, 30).astimezone()) == ["2025-12-22 2025-12-28"]
    assert days("yesterday", datetime(2024, 3, 1, 9).astimezone()) == ["02-29"]
    assert days("last February", datetime(2024, 3, 1, 9).astimezone()) == ["02-01 02-29"]


@pytest.mark.parametrize("now", [-1e12, 0.0, 1e12, 1e18])
def test_a_clock_that_is_wrong_breaks_nothing(now: float) -> None:
    for question in (
        "yesterday",
        "last summer",
        "지난달",
        "재작년",
        "10 years ago",
        "last Tuesday",
        "this morning",
        "요즘",
    ):
        named(question, YEARS, now)


def test_the_nearer_to_now_the_sharper() -> None:
    """A day beside "yesterday" is another day; a day beside one of last year may be meant."""
    (yesterday,) = named("yesterday", YEARS, NOW.timestamp())
    (long_ago,) = named("3 July 2025", YEARS, NOW.timestamp())
    assert closeness(yesterday.start, [yesterday]) == closeness(long_ago.start, [long_ago]) == 1.0
    assert closeness(yesterday.start - 86400, [yesterday]) < 0.2
    assert closeness(long_ago.start - 86400, [long_ago]) > 0.7
    assert math.isclose(closeness(86400.0, [Interval(0.0, 0.0)]), math.exp(-1 / 15))
