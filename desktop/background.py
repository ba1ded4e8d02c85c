"""The window's one door to background work: a function runs in a thread, what it tells arrives in the window's thread.

Threads are kept and used again, because each one that reads the store holds a connection to it. Events are
handed over in batches of at most `BATCH_SECONDS`, so a flood of them never stops the window from painting.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from desktop.errors import is_known

log = logging.getLogger(__name__)

BATCH_SECONDS = 0.006
THREADS = 8

Work = Callable[[threading.Event], Any]
Told = tuple[Literal["event", "done", "failed"], Any]


class Task(QObject):
    """One piece of work. `stop` asks it to end; its last word is `done` or `failed`, unless it is forsaken."""

    _told = Signal()

    def __init__(
        self,
        on_event: Callable[[Any], None],
        on_done: Callable[[Any], None],
        on_failed: Callable[[Exception], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._on_event, self._on_done, self._on_failed = on_event, on_done, on_failed
        self._news: deque[Told] = deque()
        self._woken = False
        self._stop = threading.Event()
        self._forsaken = False
        self._told.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def stop(self) -> None:
        """Ask the work to end soon; what it has done is kept and it still tells its end."""
        self._stop.set()

    def forsake(self) -> None:
        """Ask the work to end, and hear no more of it."""
        self._forsaken = True
        self._stop.set()

    def _run(self, work: Work) -> None:
        """In the background thread: an iterator's items are events, a plain result is the end."""
        try:
            result = work(self._stop)
            if isinstance(result, Iterator):
                for event in result:
                    self._tell(("event", event))
                result = None
            self._tell(("done", result))
        except Exception as error:  # noqa: BLE001 (all of them are told)
            if not is_known(error):
                # frames and the kind, not the message: it may hold the user's words
                frames = "".join(traceback.format_tb(error.__traceback__))
                log.error("background work failed: %s\n%s", type(error).__name__, frames)  # noqa: TRY400
            self._tell(("failed", error))

    def _tell(self, news: Told) -> None:
        if self._forsaken:
            return
        self._news.append(news)
        if not self._woken:
            self._woken = True
            self._told.emit()

    def _deliver(self) -> None:
        self._woken = False  # before the news is read: what comes after this line wakes us again
        begin = time.monotonic()
        while self._news and not self._forsaken:
            kind, what = self._news.popleft()
            match kind:
                case "event":
                    self._on_event(what)
                case "done":
                    self._on_done(what)
                    self.deleteLater()
                    return
                case "failed":
                    self._on_failed(what)
                    self.deleteLater()
                    return
            if time.monotonic() - begin > BATCH_SECONDS:
                QTimer.singleShot(1, self, self._deliver)
                return


class Background(QObject):
    """All background work of one window; `close` ends it before the store is closed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="haema task")
        self._running: dict[Future[None], Task] = {}
        self._closed = False

    def run(
        self,
        work: Work,
        *,
        on_event: Callable[[Any], None] = lambda event: None,
        on_done: Callable[[Any], None] = lambda result: None,
        on_failed: Callable[[Exception], None] = lambda error: None,
    ) -> Task:
        """Run `work(stop)` in a thread. The callbacks are called in this object's thread, in order.

        After `close` nothing is run any more: a timer may still fire in a window that is going away.
        """
        task = Task(on_event, on_done, on_failed, self)
        if self._closed:
            task.forsake()
            return task
        future = self._pool.submit(task._run, work)  # noqa: SLF001
        self._running = {running: told for running, told in self._running.items() if not running.done()}
        self._running[future] = task
        return task

    def close(self, seconds: float = 8.0) -> bool:
        """Stop everything and wait for it; whether all of it ended in `seconds`. Nothing is told any more."""
        self._closed = True
        for task in self._running.values():
            task.forsake()
        self._pool.shutdown(wait=False, cancel_futures=True)
        late = wait(list(self._running), timeout=seconds).not_done
        if late:
            log.warning("%d background tasks did not end in %.0f s", len(late), seconds)
        return not late
