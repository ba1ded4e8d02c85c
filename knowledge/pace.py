"""How fast files are read, and how long the rest will take: by their bytes, at the pace of the last half minute.

Small files come first, so their number says little about the time that the large ones will take. A file costs some time
by itself and some for its bytes; beyond a few megabytes these are mostly pictures, which are not read.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_SECONDS = 30.0
LEAST_SECONDS = 0.5  # of watching, before anything is said
FILE_BYTES = 16_000  # as many bytes as a file costs by being one
MOST_BYTES = 4_000_000  # of a file, that cost time


class Pace:
    """Used by one thread. `clock` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._rested = 0.0
        self._begin = clock()
        self._passed: deque[tuple[float, int]] = deque()  # when, and the weight: 0 of one that was known already

    def passed(self, size: int, *, read: bool) -> None:
        """A file of `size` bytes is through; `read`: it was not known already."""
        self._passed.append((self._now(), FILE_BYTES + min(size, MOST_BYTES) if read else 0))

    def rest(self, seconds: float) -> None:
        """Nothing was done for so long, on purpose: that says nothing about the pace."""
        self._rested += seconds

    @property
    def files_per_second(self) -> float | None:
        """None: not to be said yet."""
        seconds = self._window()
        return len(self._passed) / seconds if seconds >= LEAST_SECONDS and self._passed else None

    def seconds_left(self, files: int, size: int) -> float | None:
        """For so many files of `size` bytes together; None: not to be said yet."""
        seconds = self._window()
        weight = sum(each for _, each in self._passed)
        if not files:
            return 0.0
        if seconds < LEAST_SECONDS or not self._passed:
            return None
        if not weight:  # all known so far
            return files * seconds / len(self._passed)
        return (files * FILE_BYTES + min(size, files * MOST_BYTES)) * seconds / weight

    def _window(self) -> float:
        """Forget what is long past; how many seconds the rest took."""
        now = self._now()
        while self._passed and self._passed[0][0] < now - WINDOW_SECONDS:
            self._passed.popleft()
        return min(now - self._begin, WINDOW_SECONDS)

    def _now(self) -> float:
        return self._clock() - self._rested
