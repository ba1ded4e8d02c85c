"""What is told of files on their way: every last state, and the states before it as often as one can read."""

from __future__ import annotations

import time

from knowledge import messages as m
from knowledge.filing import PENDING, Filing
from knowledge.library import LibraryStep


def test_every_last_state_is_told_and_few_of_those_before() -> None:
    told: list[m.FileProgress] = []
    settled: list[int] = []
    files = 500

    def steps():
        for n in range(files):
            yield LibraryStep(f"{n}.txt", None, "reading", 0, None, n, files, 10, (files - n - 1) * 10)
            yield LibraryStep(f"{n}.txt", n, "indexed", 1, None, n + 1, files, 10, (files - n - 1) * 10)

    filing = Filing(7, told.append, lambda: settled.append(len(told)), lambda: False)
    begin = time.monotonic()
    assert filing.run(steps()) == m.Indexed(files, 0, files, cancelled=False)
    seconds = time.monotonic() - begin
    last = [reply for reply in told if reply.status == "indexed"]
    assert [reply.path for reply in last] == [f"{n}.txt" for n in range(files)]
    assert [reply.done for reply in last] == list(range(1, files + 1))
    assert len(told) - files <= 2 + seconds * 20
    assert len(settled) == files // PENDING + 1


def test_a_state_that_came_too_early_is_told_when_it_lasts() -> None:
    told: list[m.FileProgress] = []
    filing = Filing(7, told.append, lambda: None, lambda: False)

    def steps():
        yield LibraryStep("a.txt", None, "reading", 0, None, 0, 2)
        yield LibraryStep("a.txt", 1, "unchanged", 1, None, 1, 2)
        yield LibraryStep("long.pdf", None, "reading", 0, None, 1, 2)
        assert told[-1].path == "a.txt"
        time.sleep(0.1)
        assert filing.look() is False
        assert (told[-1].path, told[-1].status) == ("long.pdf", "reading")
        filing.pause("")
        assert told[-1].paused
        assert told[-1].path == "long.pdf"
        filing.resume()
        assert not told[-1].paused

    filing.run(steps())
