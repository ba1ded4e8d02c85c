"""One worker process as its owner sees it: start it, ask it, be told when it dies, and have it back.

`Worker.ask(request)` sends a request and yields its replies up to the last. A thread reads the pipe and hands
each reply to the request it belongs to, so any number of threads may ask at once. When the process ends
without being told to, every open request gets `Died`, and the process is started again.
"""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

log = logging.getLogger(__name__)

CANCEL_SECONDS = 3.0  # a worker that does not answer a cancel in this time is killed
QUIT_SECONDS = 5.0
LOOK_SECONDS = 0.02  # how often a waiting asker looks at `stop` and the clock
HEALTHY_SECONDS = 10.0  # a worker that lived this long may be restarted without limit
RESTARTS = 3  # in a row, of a worker that dies young


class Request(Protocol):
    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Died:
    """The process ended in mid-work: `exit_code` as multiprocessing has it (-11 is SIGSEGV)."""

    exit_code: int | None


class Worker:
    """`target(connection, *args)` in a spawned process; replies that end a request are of `last` types."""

    def __init__(
        self,
        name: str,
        target: Callable[..., None],
        args: tuple[Any, ...],
        *,
        last: tuple[type, ...],
        cancel: Callable[[int], Any],
        quit: Any,
        unasked: Callable[[Any], None] = lambda reply: None,
        restarted: Callable[[int | None], None] = lambda exit_code: None,
    ) -> None:
        self.name, self._target, self._args = name, target, args
        self._last, self._cancel, self._quit = last, cancel, quit
        self._unasked, self._restarted = unasked, restarted
        self._ids = itertools.count(1)
        self._guard = threading.Lock()
        self._waiting: dict[int, queue.SimpleQueue[Any]] = {}
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._reader: threading.Thread | None = None
        self._closing = False
        self._young_deaths = 0

    # ------------------------------------------------------------ life

    def start(self) -> None:
        """Spawn the process; returns at once."""
        with self._guard:
            if self._closing or self._pipe is not None:  # a dead process keeps its pipe until `_read` has told everyone
                return
            context = multiprocessing.get_context("spawn")
            ours, theirs = context.Pipe()
            process = context.Process(target=self._target, args=(theirs, *self._args), name=self.name, daemon=True)
            process.start()
            theirs.close()
            self._process, self._pipe = process, ours
            self._reader = threading.Thread(
                target=self._read, args=(process, ours, time.monotonic()), name=f"{self.name} replies"
            )
            self._reader.daemon = True
            self._reader.start()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """Tell the process to quit, wait a little, and kill it if it does not."""
        with self._guard:
            self._closing = True
            process, pipe, reader = self._process, self._pipe, self._reader
        if process is None or pipe is None:
            return
        self._send(self._quit)
        process.join(QUIT_SECONDS)
        if process.is_alive():
            log.warning("%s did not quit in %.0f s and was killed", self.name, QUIT_SECONDS)
            process.kill()
            process.join()
        if reader is not None and reader is not threading.current_thread():
            reader.join(QUIT_SECONDS)

    # ------------------------------------------------------------ questions

    def ask(
        self, request: Callable[[int], Request], *, timeout: float | None = None, stop: threading.Event | None = None
    ) -> Iterator[Any]:
        """Send `request(id)`; yield its replies, the last included.

        `stop` may be set from any thread: the request is cancelled and its last reply still comes, or the
        process is killed. Raises `TimeoutError` when no reply at all came within `timeout` seconds of the one before.
        """
        id = next(self._ids)
        replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        with self._guard:
            self._waiting[id] = replies
        cancelled: float | None = None
        ended = False
        try:
            self.start()
            if not self._send(request(id)):
                ended = True
                yield Died(self._process.exitcode if self._process else None)
                return
            heard = time.monotonic()
            while True:
                if stop is not None and stop.is_set() and cancelled is None:
                    cancelled = time.monotonic()
                    self._send(self._cancel(id))
                if cancelled is not None and time.monotonic() - cancelled > CANCEL_SECONDS:
                    log.warning("%s did not answer a cancel in %.0f s and is killed", self.name, CANCEL_SECONDS)
                    self.kill()
                    cancelled = float("inf")
                try:
                    reply = replies.get(timeout=LOOK_SECONDS)
                except queue.Empty:
                    if timeout is not None and time.monotonic() - heard > timeout:
                        raise TimeoutError(f"{self.name} did not answer in {timeout:.1f} s") from None
                    continue
                heard = time.monotonic()
                ended = isinstance(reply, (Died, *self._last))
                yield reply
                if ended:
                    return
        finally:
            with self._guard:
                self._waiting.pop(id, None)
            if not ended and cancelled is None:
                self._send(self._cancel(id))

    def kill(self) -> None:
        """End the process at once; it is restarted, and open requests get `Died`."""
        process = self._process
        if process is not None and process.is_alive():
            process.kill()

    # ------------------------------------------------------------ the pipe

    def _send(self, message: Any) -> bool:
        with self._guard:
            if self._pipe is None:
                return False
            try:
                self._pipe.send(message)
            except (BrokenPipeError, OSError):
                return False
            return True

    def _read(self, process: BaseProcess, pipe: Connection, born: float) -> None:
        while True:
            try:
                reply = pipe.recv()
            except (EOFError, OSError):
                break
            waiting = self._waiting.get(reply.id)
            if waiting is not None:
                waiting.put(reply)
            elif reply.id == 0:
                self._unasked(reply)
        process.join(QUIT_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        with self._guard:
            pipe.close()
            self._pipe = None
            closing = self._closing
            orphans = list(self._waiting.values())
        died = Died(process.exitcode)
        for orphan in orphans:
            orphan.put(died)
        if closing:
            return
        log.error("%s ended with exit code %s", self.name, process.exitcode)
        self._young_deaths = 0 if time.monotonic() - born > HEALTHY_SECONDS else self._young_deaths + 1
        if self._young_deaths < RESTARTS:
            self.start()
        self._restarted(process.exitcode)
