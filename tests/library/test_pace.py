"""Time left is told by bytes, at the pace of late, and not by what was known already."""

from __future__ import annotations

import pytest

from knowledge.pace import FILE_BYTES, MOST_BYTES, WINDOW_SECONDS, Pace


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_large_files_take_longer_than_their_number_says() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.seconds_left(3, 10) is None
    assert pace.files_per_second is None
    for _ in range(10):
        clock.now += 1.0
        pace.passed(0, read=True)
    assert pace.files_per_second == 1.0
    assert pace.seconds_left(5, 0) == 5.0
    assert pace.seconds_left(1, 99 * FILE_BYTES) == 100.0
    assert pace.seconds_left(1, 10**12) == (FILE_BYTES + MOST_BYTES) / FILE_BYTES  # pictures are not read
    assert pace.seconds_left(0, 0) == 0.0


def test_known_files_and_rests_say_nothing_about_the_pace() -> None:
    clock = Clock()
    pace = Pace(clock)
    for _ in range(100):
        clock.now += 0.01
        pace.passed(0, read=False)
    assert pace.seconds_left(100, 0) is not None
    clock.now += 9.0
    pace.passed(0, read=True)
    assert pace.seconds_left(2, 0) == pytest.approx(20.0)
    clock.now += 3600.0
    pace.rest(3600.0)
    assert pace.seconds_left(2, 0) == pytest.approx(20.0)
    clock.now += WINDOW_SECONDS + 1.0
    pace.passed(0, read=True)
    assert pace.files_per_second == pytest.approx(1 / WINDOW_SECONDS)
