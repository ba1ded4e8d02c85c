"""How long the window's event loop is held up at worst while a thousand small files are indexed.

Beside it runs a bare loop in a process of its own, so that a processor busy with the files delays both alike.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench.row import Row

FILES = 1_000
TICK_MILLISECONDS = 4
FRAME_MILLISECONDS = 50.0
PATIENCE_SECONDS = 1_200.0
WORDS = "boats rivers rain copper harbour letters bread winter music maps bridges wool clocks".split()


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "files"
        folder.mkdir()
        chance = random.Random(7)
        for number in range(FILES):
            text = f"File {number}. " + " ".join(chance.choices(WORDS, k=chance.randint(20, 120)))
            (folder / f"{number}.txt").write_text(text, encoding="utf-8")
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        bare = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.smooth", "bare"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            told = subprocess.run(
                [sys.executable, "-m", "tests.bench.smooth", "window", str(Path(place) / "home"), str(folder)],
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=True,
            )
            plain, _ = bare.communicate("\n")
        finally:
            bare.kill()
            bare.wait()
        window, beside = json.loads(told.stdout.splitlines()[-1]), json.loads(plain)
    begin, end = window["begin"], window["end"]
    longest = max(gap for at, gap in window["gaps"] if begin <= at <= end)
    longest_bare = max((gap for at, gap in beside["gaps"] if begin <= at <= end), default=0.0)
    yield Row(
        "window",
        f"longest held up ms, {FILES} files index",
        longest,
        longest_bare,
        longest_bare / longest,
        FRAME_MILLISECONDS,
        longest <= FRAME_MILLISECONDS,
    )
    yield Row("window", f"files/s, {FILES} small ones", FILES / (end - begin), None, None, None, None)


class _Gaps:
    """The longest waits between two ticks of an event loop: when they ended, and milliseconds."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[tuple[float, float]] = []
        self._last = time.time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MILLISECONDS)

    def _tick(self) -> None:
        now = time.time()
        self.gaps.append((now, (now - self._last) * 1000))
        self._last = now


def _bare() -> None:
    """A loop that does nothing, until a line comes in."""
    import threading

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication([])
    window = QMainWindow()
    window.show()
    gaps = _Gaps()
    told = threading.Event()

    def listen() -> None:
        sys.stdin.readline()
        told.set()

    def look() -> None:  # the loop is ended from its own thread: asked from another one, it goes on
        if told.is_set():
            app.quit()

    threading.Thread(target=listen, daemon=True).start()
    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(100)
    app.exec()
    print(json.dumps({"gaps": gaps.gaps}))


def _window(place: str, folder: str) -> None:
    """The app with its real workers: files are dropped on it once the memory is ready."""
    from contextlib import ExitStack

    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from desktop.background import Background
    from desktop.home import open_home
    from desktop.inside import Bell, ring, start
    from desktop.language import Language
    from desktop.theme import Theme
    from desktop.views.window import Window

    app = QApplication([])
    with ExitStack() as stack:
        home = stack.enter_context(open_home(Path(place)))
        home.settings.welcomed = True
        bell, background = Bell(), Background()
        stack.callback(background.close)
        window = Window(home, Theme("light"), Language("en"), background)
        ring(bell, home, window)
        window.resize(1280, 820)
        window.show()
        start(home, window, [])
        gaps = _Gaps()
        begin = 0.0

        def look() -> None:
            nonlocal begin
            phase = window.attaching.state.phase
            if not begin and home.memory.wait(0.01) and home.engine.state.phase != "loading":
                begin = time.time() + 1.0
                QTimer.singleShot(1000, lambda: window.add_files([folder]))
            elif begin and phase in ("done", "stopped", "failed"):
                print(json.dumps({"gaps": gaps.gaps, "begin": begin, "end": time.time(), "phase": phase}))
                app.quit()

        timer = QTimer()
        timer.timeout.connect(look)
        timer.start(100)
        app.exec()
        window.close()


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        _bare()
    else:
        _window(sys.argv[2], sys.argv[3])
