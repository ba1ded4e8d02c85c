"""The worker process seen from its owner: replies, cancel, death, silence, return, with real processes and signals."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import SimpleNamespace
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
            case Ask(id, "toil"):  # without a word
                until = time.monotonic() + 1.5
                while time.monotonic() < until:
                    pass
                pipe.send(Last(id, "done"))
            case Ask(id, "beat"):
                for n in range(8):
                    time.sleep(0.2)
                    pipe.send(Step(id, n))
                pipe.send(Last(id, "done"))
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


# ---------------------------------------------------------------- silence


def test_a_worker_without_a_sign_of_life_is_killed_and_comes_back(worker: Worker) -> None:
    before = worker.pid
    (reply,) = worker.ask(lambda id: Ask(id, "hang"), silence=0.5)
    assert isinstance(reply, Died)
    assert reply.hung
    *_, last = worker.ask(lambda id: Ask(id, "count"), silence=30)
    assert last.value == worker.pid != before


def test_one_that_is_silent_and_at_work_is_given_more_time(worker: Worker) -> None:
    *_, last = worker.ask(lambda id: Ask(id, "toil"), silence=0.5)
    assert last == Last(last.id, "done")


def test_what_another_request_hears_is_a_sign_of_life(worker: Worker) -> None:
    other = threading.Thread(target=lambda: list(worker.ask(lambda id: Ask(id, "beat"))))
    other.start()
    time.sleep(0.1)  # that one is worked on, and ours waits in line for much longer than it is patient
    *_, last = worker.ask(lambda id: Ask(id, "count"), silence=0.8)
    assert isinstance(last, Last)
    other.join()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_stopped_worker_that_goes_on_in_time_goes_on_as_if_nothing_had_been(worker: Worker) -> None:
    list(worker.ask(lambda id: Ask(id, "count")))
    pid = worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    threading.Timer(1.0, os.kill, (pid, signal.SIGCONT)).start()
    replies = list(worker.ask(lambda id: Ask(id, "count"), silence=3))
    assert [reply.value for reply in replies] == [0, 1, 2, pid]


def test_time_in_which_nobody_listened_is_no_silence(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed lid: the clock jumps by hours between two looks."""
    list(worker.ask(lambda id: Ask(id, "count")))
    pid, now = worker.pid, 0.0
    monkeypatch.setattr(worker_module, "time", SimpleNamespace(monotonic=lambda: now))
    watch = worker._watch(30)
    for hours in (0, 8, 16, 24):
        now = 3600.0 * hours
        next(watch)
    monkeypatch.undo()
    *_, last = worker.ask(lambda id: Ask(id, "count"))
    assert last.value == pid


def test_a_death_is_told_to_the_owner_before_it_is_told_to_those_who_wait() -> None:
    heard: list[str] = []
    worker = Worker(
        "test worker",
        serve,
        (),
        last=(Last,),
        cancel=Cancel,
        quit=None,
        ended=lambda died: heard.append(f"ended {died.exit_code}"),
        restarted=lambda exit_code: heard.append("restarted"),
    )
    (reply,) = worker.ask(lambda id: Ask(id, "crash"))
    assert isinstance(reply, Died)
    assert heard[0] == f"ended {reply.exit_code}"
    worker.close()
