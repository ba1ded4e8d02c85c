"""The worker process seen from its owner: replies, cancel, death and return, with real processes and signals."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import pytest

from desktop import worker as worker_module
from desktop.worker import Died, Worker


@dataclass(frozen=True)
class Ask:
    id: int
    what: str


@dataclass(frozen=True)
class Cancel:
    id: int


@dataclass(frozen=True)
class Step:
    id: int
    value: int


@dataclass(frozen=True)
class Last:
    id: int
    value: Any


def serve(pipe: Connection) -> None:
    """A worker that counts, waits to be cancelled, ignores cancels, or crashes."""
    while True:
        try:
            request = pipe.recv()
        except EOFError:
            return
        match request:
            case Ask(id, "count"):
                for n in range(3):
                    pipe.send(Step(id, n))
                pipe.send(Last(id, os.getpid()))
            case Ask(id, "wait"):
                while not (pipe.poll(0.01) and isinstance(pipe.recv(), Cancel)):
                    pass
                pipe.send(Last(id, "cancelled"))
            case Ask(id, "hang"):
                time.sleep(600)
            case Ask(id, "crash"):
                os.kill(os.getpid(), signal.SIGSEGV)
            case None:
                return


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("test worker", serve, (), last=(Last,), cancel=Cancel, quit=None)
    worker.start()
    yield worker
    worker.close()
    assert worker.pid is not None
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)


def test_replies_come_in_order_up_to_the_last(worker: Worker) -> None:
    replies = list(worker.ask(lambda id: Ask(id, "count")))
    assert [reply.value for reply in replies[:-1]] == [0, 1, 2]
    assert replies[-1].value == worker.pid


def test_a_cancel_ends_the_request(worker: Worker) -> None:
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    (reply,) = worker.ask(lambda id: Ask(id, "wait"), stop=stop)
    assert reply.value == "cancelled"


def test_a_worker_that_ignores_a_cancel_is_killed_and_comes_back(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "CANCEL_SECONDS", 0.3)
    stop = threading.Event()
    stop.set()
    before = worker.pid
    (reply,) = worker.ask(lambda id: Ask(id, "hang"), stop=stop)
    assert isinstance(reply, Died)
    *_, last = worker.ask(lambda id: Ask(id, "count"))
    assert last.value == worker.pid != before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSEGV")
def test_a_crash_is_told_with_its_signal_and_the_worker_comes_back(worker: Worker) -> None:
    (reply,) = worker.ask(lambda id: Ask(id, "crash"))
    assert reply == Died(-signal.SIGSEGV)
    *_, last = worker.ask(lambda id: Ask(id, "count"))
    assert isinstance(last, Last)


def test_silence_is_a_timeout_and_leaves_the_worker_usable(worker: Worker) -> None:
    with pytest.raises(TimeoutError):
        list(worker.ask(lambda id: Ask(id, "wait"), timeout=0.3))
    *_, last = worker.ask(lambda id: Ask(id, "count"))
    assert isinstance(last, Last)
