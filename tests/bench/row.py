"""One line of the benchmark table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is Haema's share of the bare part's speed or quality, so more is better; None: not measured."""

    bench: str
    measure: str
    haema: float | None
    bare: float | None
    ratio: float | None
    goal: float | None
    met: bool | None

    def line(self) -> str:
        def number(value: float | None) -> str:
            return "-" if value is None else f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"

        met = {True: "yes", False: "NO", None: "-"}[self.met]
        return (
            f"{self.bench:11}{self.measure:46}{number(self.haema):>10}{number(self.bare):>10}"
            f"{number(self.ratio):>8}{number(self.goal):>8}  {met}"
        )


def in_turns(haema: Callable[[], float], bare: Callable[[], float], rounds: int) -> tuple[float, float, float]:
    """Measure both in turns, so that a machine that slows down slows both.

    Returns the medians of each and the median of the paired quotients haema / bare.
    """
    pairs = []
    for turn in range(rounds):
        if turn % 2:
            second, first = bare(), haema()
        else:
            first, second = haema(), bare()
        pairs.append((first, second))
    return median(h for h, _ in pairs), median(b for _, b in pairs), median(h / b for h, b in pairs)


def speed(bench: str, measure: str, figures: tuple[float, float, float], goal: float) -> Row:
    """More is better: tokens/s, passages/s, a share."""
    haema, bare, quotient = figures
    return Row(bench, measure, haema, bare, quotient, goal, quotient >= goal)


def duration(bench: str, measure: str, figures: tuple[float, float, float], goal: float) -> Row:
    """Less is better: the ratio is bare / haema."""
    haema, bare, quotient = figures
    return Row(bench, measure, haema, bare, 1 / quotient, goal, 1 / quotient >= goal)
