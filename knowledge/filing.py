"""Files on their way into the memory: read by the library, made recallable by the indexer, told as they go.

Some are read before what they said is embedded, so that full batches come together. Each file's last state is told;
those on the way to it only as often as a person could read them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from knowledge import messages as m
from knowledge.library import LibraryStep
from knowledge.pace import Pace

PENDING = 128  # passages that may wait in the outbox before reading goes on
TELL_SECONDS = 0.05  # from one state on the way to the next

_LAST = ("indexed", "unchanged", "refused")


class Filing:
    """One request's files, told under its `id`. Used by one thread.

    `settle` makes recallable what was read, or ends early when `stopped()` is true; `hold` is called between files and
    may take as long as it likes. `done` is what has come of it so far.
    """

    def __init__(
        self,
        id: int,
        tell: Callable[[m.FileProgress], None],
        settle: Callable[[], None],
        stopped: Callable[[], bool],
        hold: Callable[[], None] = lambda: None,
        unchanged: bool = True,
    ) -> None:
        """Without `unchanged`, what was known already is not told."""
        self._id, self._tell, self._settle, self._stopped, self._hold = id, tell, settle, stopped, hold
        self._tell_unchanged = unchanged
        self.done = m.Indexed(0, 0, 0, cancelled=False)
        self.news = m.DiskFollowed(0, 0, 0, 0)  # what was not known before
        self._written: list[LibraryStep] = []  # read and stored, not yet recallable
        self._pace = Pace()
        self._told_at = 0.0
        self._late: m.FileProgress | None = None  # a state on the way that was too early to tell
        self._last: m.FileProgress | None = None
        self._paused_at: float | None = None

    def run(self, steps: Iterator[LibraryStep]) -> m.Indexed:
        """Take all steps; returns what became of the files. Raises what concerns the store."""
        pending = 0
        for step in steps:
            if step.status == "indexed":
                self._written.append(step)
                pending += step.passages
                self._say(step, "indexing")
                if pending >= PENDING:
                    self._make_recallable()
                    pending = 0
            elif step.status in _LAST:
                self._through(step, step.status)
            else:
                self._say(step, step.status)
            if self._stopped():
                break
            self._hold()
        self._make_recallable()
        return self.done

    def look(self) -> bool:
        """Whether to stop; to be called often, for it also tells what was too early to tell."""
        if self._late is not None and time.monotonic() - self._told_at >= TELL_SECONDS:
            self._send(self._late)
        return self._stopped()

    def pause(self, first: str) -> None:
        """Tell that nothing is done for now; `first` stands for a file, when none was met yet."""
        self._paused_at = time.monotonic()
        last = self._late or self._last or m.FileProgress(self._id, first, "waiting", 0, None, 0, 0, None)
        self._send(_changed(last, paused=True))

    def resume(self) -> None:
        """Tell that it goes on."""
        if self._paused_at is not None and self._last is not None:
            self._pace.rest(time.monotonic() - self._paused_at)
            self._send(_changed(self._last, paused=False))
        self._paused_at = None

    def _make_recallable(self) -> None:
        self._settle()
        if self._stopped():
            return
        for step in self._written:
            self._through(step, "indexed")
        self._written.clear()

    def _through(self, step: LibraryStep, status: m.FileStatus) -> None:
        done, news = self.done, self.news
        refused = status == "refused"
        self.done = m.Indexed(done.files + 1, done.refused + refused, done.passages + step.passages, cancelled=False)
        if status != "unchanged":
            self.news = m.DiskFollowed(0, news.read + (not refused), 0, news.refused + refused)
        self._pace.passed(step.size, read=status == "indexed")
        self._say(step, status)

    def _say(self, step: LibraryStep, status: m.FileStatus) -> None:
        error, files = step.error, step.total - self.done.files
        if status == "unchanged" and not self._tell_unchanged:
            return
        told = m.FileProgress(
            id=self._id,
            path=step.path,
            status=status,
            passages=step.passages,
            reason=str(error) if error else None,
            done=self.done.files,
            total=step.total,
            seconds_left=self._pace.seconds_left(files, step.left + sum(each.size for each in self._written)),
            error=type(error).__name__ if error else None,
            template=error.sentence if error else None,
            facts=error.facts if error else {},
            files_per_second=self._pace.files_per_second,
        )
        if status in _LAST or time.monotonic() - self._told_at >= TELL_SECONDS:
            self._send(told)
        else:
            self._late = told

    def _send(self, told: m.FileProgress) -> None:
        self._late, self._last, self._told_at = None, told, time.monotonic()
        self._tell(told)


def _changed(told: m.FileProgress, *, paused: bool) -> m.FileProgress:
    return replace(told, paused=paused, seconds_left=None if paused else told.seconds_left)
