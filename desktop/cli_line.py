"""How far a download is, as one line of a terminal that is written over."""

from __future__ import annotations

import sys

from engine.download import Progress
from engine.gguf import in_words


class Line:
    """One line on a terminal's stderr that is written over; nothing where stderr is a file or a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        total = f" of {in_words(progress.total)}" if progress.total else ""
        speed = f", {in_words(round(progress.speed))}/s" if progress.speed else ""
        left = f", {_duration(progress.seconds_left)} left" if progress.seconds_left is not None else ""
        self._write(
            f"{progress.step} {_bar(progress.done, progress.total)}{in_words(progress.done)}{total}{speed}{left}"
        )

    def check(self, done: int, total: int) -> None:
        self._write(f"checking {_bar(done, total)}{in_words(done)} of {in_words(total)}")

    def clear(self) -> None:
        self._write("")

    def _write(self, text: str) -> None:
        if self._shown:
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def _bar(done: int, total: int | None, width: int = 24) -> str:
    if not total:
        return ""
    filled = min(width, width * done // total)
    return f"[{'█' * filled}{'·' * (width - filled)}] "


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else f"{rest} s"
