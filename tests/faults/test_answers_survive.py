"""The worker is killed, stopped and starved at random points of answers: not one of them is lost.

Each answer goes through the use case with the starter model. It must end complete, and what the reader saw, piece after
piece, must be what is stored. Drawn greedily, most answers are also those of a run in peace, to the letter; the others
part from it at a near tie between two tokens, as any change of batch size makes them (the pieces still fit together).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop import chat
from desktop.home import Home, open_home
from desktop.load_options import keep_options
from engine.messages import LoadOptions, Sampling

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals and limits of Linux")

SILENCE = 2.0  # seconds, so that a stopped worker is not waited for as long as a user's would be
GREEDY = Sampling(max_tokens=16, temperature=0.0)
ONE_THREAD = LoadOptions(context=1024, threads=1)  # more of them spin, and rob each other on a busy machine
SUBJECTS = "heron seahorse harbour lighthouse crab tide boat island storm pearl".split()
TASKS = "Describe a {} in one sentence.|Where would I find a {}?|What is a {} good for?|Tell a story about a {}."
LONG = "The ferry left at nine and came back at five, and nobody on board had seen the seahorse. " * 4
POINTS = ("load", "prefill", "generation", "settle")


def test_fifteen_answers_survive(tmp_path: Path) -> None:
    survive(15, tmp_path, seed=1)


@pytest.mark.slow
def test_two_hundred_answers_survive(tmp_path: Path) -> None:
    survive(200, tmp_path, seed=2)


def survive(count: int, folder: Path, *, seed: int) -> None:
    chance = random.Random(seed)
    tally = Tally()
    with open_home(folder / "home") as home:
        home.chat.consolidate = lambda: None  # the memory has its own faults test
        home.engine._silence = home.engine._loading._silence = SILENCE
        keep_options(home.settings, None, ONE_THREAD)
        home.engine.start()
        for number in range(count):
            # Every kind comes at every point before any comes there again.
            does, point = KINDS[number % len(KINDS)], POINTS[(number + number // 12) % len(POINTS)]
            prompt = prompt_of(number)
            peaceful = answer(home, prompt, lambda piece: None)
            trouble = Trouble(home, does, chance)
            disturbed = answer(home, prompt, trouble.at(point, chance))
            trouble.join()
            check(home, disturbed)
            tally.add(home, trouble, point, same=disturbed.text == peaceful.text)
    print(json.dumps(tally.figures()))
    assert tally.answers == count
    assert tally.same >= count // 2


def prompt_of(number: int) -> str:
    tasks = TASKS.split("|")
    task = tasks[number % len(tasks)].format(SUBJECTS[number // len(tasks) % len(SUBJECTS)])
    return f"{LONG}\n\n{task} (Question {number}.)"


# ---------------------------------------------------------------- answers


@dataclass(slots=True)
class Read:
    """What the reader of one answer saw."""

    conversation: str
    text: str = ""
    end: chat.Answer | None = None


def answer(home: Home, prompt: str, meanwhile: Callable[[str], None]) -> Read:
    """Ask; `meanwhile` is told "load" before, "prefill" when the question is stored, "generation" at each piece."""
    read = Read(home.history.begin().id)
    meanwhile("load")
    for event in home.chat.answer(prompt, read.conversation, stop=threading.Event(), remember=False, sampling=GREEDY):
        match event:
            case chat.Stored():
                meanwhile("prefill")
            case chat.Piece():
                read.text += event.text
                meanwhile("generation")
            case chat.Answer():
                read.end = event
    meanwhile("settle")
    return read


def check(home: Home, read: Read) -> None:
    assert read.end is not None
    assert read.end.finish in ("stop", "length")
    assert read.text.strip() == read.end.text != ""
    stored = home.history.messages(read.conversation)[-1]
    assert (stored.state, stored.text) == ("complete", read.end.text)


# ---------------------------------------------------------------- what befalls the worker


class Trouble:
    """Something that befalls the worker once, at one of the points of an answer."""

    def __init__(self, home: Home, does: Callable[[int, random.Random], None], chance: random.Random) -> None:
        self.does, self.happened = does, 0
        self._home, self._chance = home, chance
        self._thread: threading.Thread | None = None

    def at(self, point: str, chance: random.Random) -> Callable[[str], None]:
        """What to call at every point; the trouble comes a random moment after the one that is meant."""
        pieces = iter(range(chance.randrange(1, 8), -1, -1))  # not at the first one

        def come(where: str) -> None:
            if where != point or self._thread is not None or (point == "generation" and next(pieces) > 0):
                return
            if point == "load":
                self._home.engine.reload()
            delay = 0.0 if point == "generation" else self._chance.uniform(0, 0.6)
            self._thread = threading.Thread(target=self._befall, args=(delay,))
            self._thread.start()

        return come

    def join(self) -> None:
        assert self._thread is None or self._thread.join() is None

    def _befall(self, delay: float) -> None:
        time.sleep(delay)
        pid = self._home.engine.pid
        if pid is not None:
            try:
                self.does(pid, self._chance)
            except ProcessLookupError:
                return
            self.happened += 1


def killed(pid: int, chance: random.Random) -> None:
    os.kill(pid, signal.SIGKILL)


def crashed(pid: int, chance: random.Random) -> None:
    os.kill(pid, signal.SIGSEGV)


def stopped_for_a_while(pid: int, chance: random.Random) -> None:
    os.kill(pid, signal.SIGSTOP)
    time.sleep(chance.uniform(0.2, SILENCE / 2))
    os.kill(pid, signal.SIGCONT)


def stopped_for_good(pid: int, chance: random.Random) -> None:
    os.kill(pid, signal.SIGSTOP)


def starved_of_memory(pid: int, chance: random.Random) -> None:
    """From now on it gets next to no more memory from the system."""
    import resource

    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + (1 << 20)
    resource.prlimit(pid, resource.RLIMIT_AS, (limit, limit))


def starved_of_processors(pid: int, chance: random.Random) -> None:
    """Others take the processors, and it is served last."""
    os.setpriority(os.PRIO_PROCESS, pid, 19)
    with hogs(2 * (os.cpu_count() or 1)):
        time.sleep(chance.uniform(1, 2))


@contextmanager
def hogs(count: int) -> Iterator[None]:
    spinning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


KINDS = (killed, stopped_for_a_while, starved_of_memory, stopped_for_good, starved_of_processors, crashed)


# ---------------------------------------------------------------- figures


@dataclass(slots=True)
class Tally:
    answers: int = 0
    same: int = 0  # to the letter as in peace
    troubles: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    workers: set[int | None] = field(default_factory=set)

    def add(self, home: Home, trouble: Trouble, point: str, *, same: bool) -> None:
        self.answers += 1
        self.same += same
        self.troubles[trouble.does.__name__] += trouble.happened
        self.points[point] += trouble.happened
        self.workers.add(home.engine.pid)

    def figures(self) -> dict[str, object]:
        return {
            "answers": self.answers,
            "lost": 0,  # or `check` would not have come to its end
            "as in peace": self.same,
            "workers": len(self.workers),
            "troubles": dict(self.troubles),
            "points": dict(self.points),
        }
