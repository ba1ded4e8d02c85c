"""Work for the engine's idle time, one after the other in a thread of its own: the newest wins."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

from engine.messages import Prepare

CLOSE_SECONDS = 5.0


class Preparing:
    """`work(request, stop)` is called in a background thread; it ends soon after `stop` is set."""

    def __init__(self, work: Callable[[Prepare, threading.Event], None]) -> None:
        self._work = work
        self._news = threading.Condition()
        self._next: Prepare | None = None
        self._running: Prepare | None = None
        self._stop = threading.Event()  # of what is running
        self._pauses = 0
        self._closing = False
        self._thread: threading.Thread | None = None

    def put(self, request: Prepare) -> None:
        """Do this soon, instead of anything that waits or runs; returns at once."""
        with self._news:
            self._next = request
            self._stop.set()
            if self._thread is None and not self._closing:
                self._thread = threading.Thread(target=self._run, name="haema-engine idle", daemon=True)
                self._thread.start()
            self._news.notify_all()

    def drop(self) -> None:
        """Do nothing of what waits, and end what runs; returns at once."""
        with self._news:
            self._next = None
            self._stop.set()

    @contextmanager
    def paused(self, gone: Collection[str]) -> Iterator[None]:
        """Nothing runs meanwhile, and what waits for these conversations never will."""
        with self._news:
            self._pauses += 1
            self._stop.set()
            if self._next is not None and self._next.conversation in gone:
                self._next = None
            while self._running is not None and not self._closing:
                self._news.wait()
        try:
            yield
        finally:
            with self._news:
                self._pauses -= 1
                self._news.notify_all()

    def rest(self, seconds: float) -> bool:
        """Whether everything is done within so many seconds."""
        with self._news:
            return self._news.wait_for(lambda: self._next is None and self._running is None, seconds)

    def close(self) -> None:
        """Do nothing more."""
        with self._news:
            self._closing = True
            self._stop.set()
            self._news.notify_all()

    def join(self) -> None:
        """Wait for the thread, once the worker is closed."""
        if self._thread is not None:
            self._thread.join(CLOSE_SECONDS)

    def _run(self) -> None:
        while True:
            with self._news:
                while (self._next is None or self._pauses) and not self._closing:
                    self._news.wait()
                if self._closing or self._next is None:
                    return
                request, self._next = self._next, None
                self._running, self._stop = request, threading.Event()
                stop = self._stop
            try:
                self._work(request, stop)
            finally:
                with self._news:
                    self._running = None
                    self._news.notify_all()
