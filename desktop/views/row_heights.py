"""How high the rows of a long list are: estimated until measured, so that only what is seen must be laid out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class RowHeights:
    """Heights in pixels; `top(n)` of one past the last row is the height of all."""

    def __init__(self) -> None:
        self._heights: list[int] = []
        self._measured: list[bool] = []
        self._tops: list[int] | None = None

    def __len__(self) -> int:
        return len(self._heights)

    def reset(self, estimates: Iterable[int]) -> None:
        self._heights = list(estimates)
        self._measured = [False] * len(self._heights)
        self._tops = None

    def append(self, estimate: int) -> None:
        self._heights.append(estimate)
        self._measured.append(False)
        self._tops = None

    def cut(self, rows: int) -> None:
        """Keep the first `rows` rows."""
        del self._heights[rows:], self._measured[rows:]
        self._tops = None

    def measure(self, row: int, height: int) -> None:
        self._measured[row] = True
        if self._heights[row] != height:
            self._heights[row] = height
            self._tops = None

    def is_measured(self, row: int) -> bool:
        return self._measured[row]

    def doubt(self) -> None:
        """What was measured is an estimate from now on (the width changed)."""
        self._measured = [False] * len(self._heights)

    def height(self, row: int) -> int:
        return self._heights[row]

    def top(self, row: int) -> int:
        if self._tops is None:
            self._tops = [0, *accumulate(self._heights)]
        return self._tops[row]

    @property
    def total(self) -> int:
        return self.top(len(self._heights))

    def row_at(self, y: int) -> int:
        """The row that covers `y`, the nearest one outside."""
        self.top(0)
        assert self._tops is not None
        return max(0, min(bisect_right(self._tops, y) - 1, len(self._heights) - 1))
