"""One worker process as its owner sees it: start it, ask it, be told when it dies, and have it back.

`Worker.ask(request)` sends a request and yields its replies up to the last. A thread reads the pipe and hands
each reply to the request it belongs to, so any number of threads may ask at once. When the process ends
without being told to, every open request gets `Died`, and the process is started again. One that shows no sign of life
for a while (no reply to anything) is ended, which is then told in the same way.
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
# A moment of silence counts for no more than this between two looks: whoever was asleep (a closed lid) or starved of
# the processor was not listening, and cannot say that nothing was said.
LISTENED_SECONDS = 0.25
BUSY_SHARE = 0.01  # a silent process that used so much of one processor meanwhile is slow rather than hung…
BUSY_PATIENCE = 4  # …and is given so many times as long


class Request(Protocol):
    @property
    def id(self) -> int: ...


class Flag(Protocol):
    """What can be looked at like a `threading.Event`."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Died:
    """The process ended in mid-work: `exit_code` as multiprocessing has it (-11 is SIGSEGV)."""

    exit_code: int | None
    hung: bool = False  # it showed no sign of life and was ended for it


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
        ended: Callable[[Died], None] = lambda died: None,
        restarted: Callable[[int | None], None] = lambda exit_code: None,
    ) -> None:
        """`unasked` gets replies to no request; `ended` hears of a death before any open request does, `restarted`
        after the process was started again. All are called in a background thread.
        """
        self.name, self._target, self._args = name, target, args
        self._last, self._cancel, self._quit = last, cancel, quit
        self._unasked, self._ended, self._restarted = unasked, ended, restarted
        self._ids = itertools.count(1)
        self._guard = threading.Lock()
        self._waiting: dict[int, queue.SimpleQueue[Any]] = {}
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._reader: threading.Thread | None = None
        self._closing = False
        self._young_deaths = 0
        self._heard = 0  # replies of any kind, ever
        self._hung: BaseProcess | None = None  # ended for its silence

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
        self,
        request: Callable[[int], Request],
        *,
        timeout: float | None = None,
        silence: float | None = None,
        stop: Flag | None = None,
    ) -> Iterator[Any]:
        """Send `request(id)`; yield its replies, the last included.

        `stop` may be set from any thread: the request is cancelled and its last reply still comes, or the process is
        killed. After `silence` seconds without a sign of life of the process (of any request) it is taken for hung and
        killed. Raises `TimeoutError` when no reply at all came within `timeout` seconds of the one before.
        """
        id = next(self._ids)
        replies: queue.SimpleQueue[Any] = queue.SimpleQueue()
        with self._guard:
            self._waiting[id] = replies
        cancelled: float | None = None
        ended = False
        try:
            self.start()
            if not self._send(request(id)) and self._closing:
                ended = True
                yield Died(self._process.exitcode if self._process else None)
                return
            # a pipe that was broken otherwise has a reader which is about to tell every open request
            heard = time.monotonic()
            watch = self._watch(silence) if silence is not None else None
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
                    if watch is not None:
                        next(watch)
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

    def tell(self, message: Any) -> None:
        """Send what is not answered."""
        self._send(message)

    def kill(self, *, wait: bool = False) -> None:
        """End the process at once; it is restarted, and open requests get `Died`. `wait`: return when that is done."""
        process, reader = self._process, self._reader
        if process is not None and process.is_alive():
            process.kill()
            if wait and reader is not None:
                reader.join(QUIT_SECONDS)

    def _watch(self, silence: float) -> Iterator[None]:
        """To be stepped through while waiting: ends the process when it has been silent for too long."""
        process, heard = self._process, self._heard
        quiet, looked = 0.0, time.monotonic()
        used: float | None = None
        while True:
            now = time.monotonic()
            quiet, looked = quiet + min(now - looked, LISTENED_SECONDS), now
            if process is not self._process or heard != self._heard:
                process, heard, quiet, used = self._process, self._heard, 0.0, None
            elif used is None and quiet > silence / 10:
                used = _processor_seconds(process)
            elif used is not None and quiet > silence:
                busy = _processor_seconds(process) - used > BUSY_SHARE * quiet
                if process is not None and process.is_alive() and (not busy or quiet > BUSY_PATIENCE * silence):
                    log.error("%s showed no sign of life for %.0f s and is killed", self.name, quiet)
                    self._hung = process
                    process.kill()
            yield

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
            self._heard += 1
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
        died = Died(process.exitcode, hung=process is self._hung)
        if not closing:
            log.error("%s ended with exit code %s", self.name, process.exitcode)
            self._ended(died)
        for orphan in orphans:
            orphan.put(died)
        if closing:
            return
        self._young_deaths = 0 if time.monotonic() - born > HEALTHY_SECONDS else self._young_deaths + 1
        if self._young_deaths < RESTARTS:
            self.start()
        self._restarted(process.exitcode)


def _processor_seconds(process: BaseProcess | None) -> float:
    """What the process has used of processors so far; 0 when it is gone."""
    import psutil

    try:
        times = psutil.Process(process.pid).cpu_times() if process is not None else None
    except psutil.Error:
        return 0.0
    return float(times.user + times.system) if times is not None else 0.0
