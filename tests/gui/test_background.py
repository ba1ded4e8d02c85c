"""Background work: events in order, in the window's thread, and nothing after its end."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from PySide6.QtCore import QObject, Signal

from desktop.background import Background


@pytest.fixture
def background(qapp):
    made = Background()
    yield made
    assert made.close()


def test_events_come_in_order_in_the_callers_thread(background, qtbot):
    heard, threads = [], set()

    def hear(event):
        heard.append(event)
        threads.add(threading.current_thread())

    done = []
    background.run(lambda stop: iter(range(2000)), on_event=hear, on_done=done.append)
    qtbot.waitUntil(lambda: done == [None])
    assert heard == list(range(2000))
    assert threads == {threading.current_thread()}


def test_a_result_and_an_error(background, qtbot):
    done, failed = [], []
    background.run(lambda stop: 42, on_done=done.append)
    background.run(lambda stop: 1 // 0, on_failed=failed.append)
    qtbot.waitUntil(lambda: done == [42] and len(failed) == 1)
    assert isinstance(failed[0], ZeroDivisionError)


def test_an_error_in_the_middle_comes_after_its_events(background, qtbot):
    heard = []

    def work(stop):
        yield "one"
        raise ValueError

    background.run(work, on_event=heard.append, on_failed=lambda error: heard.append(type(error)))
    qtbot.waitUntil(lambda: heard == ["one", ValueError])


def test_stop_is_seen_by_the_work(background, qtbot):
    done = []
    task = background.run(lambda stop: stop.wait(10), on_done=done.append)
    task.stop()
    qtbot.waitUntil(lambda: done == [True], timeout=2000)


def test_a_flood_does_not_hold_the_loop(background, qtbot):
    """Events that are slow to show are handed over in batches, with room for the rest of the window between them."""
    ticks, heard = [], []
    from PySide6.QtCore import QTimer

    timer = QTimer(interval=1)
    timer.timeout.connect(lambda: ticks.append(1))
    timer.start()

    def slow(event):
        time.sleep(0.002)
        heard.append(event)

    background.run(lambda stop: iter(range(100)), on_event=slow)
    qtbot.waitUntil(lambda: len(heard) == 100)
    assert len(ticks) >= 10


def test_nothing_is_told_after_close(qapp, qtbot):
    background = Background()
    heard = []

    def work(stop):
        stop.wait(10)
        yield "late"

    background.run(work, on_event=heard.append, on_done=heard.append)
    assert background.close(2)
    qtbot.wait(50)
    assert heard == []


def test_threads_are_used_again(background, qtbot):
    """A thread that reads the store keeps a connection: a hundred answers must not leave a hundred of them."""
    names = set()
    for _ in range(50):
        done = []
        background.run(lambda stop: threading.current_thread().name, on_done=done.append)
        qtbot.waitUntil(lambda done=done: bool(done))
        names.add(done[0])
    assert len(names) <= 8


def test_a_signal_costs_no_reference_to_true(qapp):
    """PySide6 6.12.0 gives away a reference to True with each `emit`, and Python before 3.12 dies when none is left."""

    class Bell(QObject):
        rung = Signal(int)

    bell = Bell()
    before = sys.getrefcount(True)
    for number in range(50):
        bell.rung.emit(number)
    assert sys.getrefcount(True) >= before - 5
