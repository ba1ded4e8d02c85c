"""First-window time of the app against a bare Qt window, both as separate processes under one Xvfb."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from tests.bench.row import Row, in_turns
from tests.screen import screen

ROUNDS = 7
BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(sys.argv)
window = QMainWindow()
window.setWindowTitle("Haema")
window.resize(1280, 820)
window.show()
app.exec()
"""


def rows() -> Iterator[Row]:
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        yield Row("window", "first window s (needs Xvfb and xdotool)", None, None, None, None, None)
        return
    with tempfile.TemporaryDirectory() as home, screen() as display:
        environment = {**os.environ, "DISPLAY": display, "HAEMA_HOME": home, "QT_QPA_PLATFORM": "xcb"}
        app = [sys.executable, "-m", "desktop"]
        bare = [sys.executable, "-c", BARE]
        _until_window(app, environment), _until_window(bare, environment)  # warm
        haema, plain, quotient = in_turns(
            lambda: _until_window(app, environment), lambda: _until_window(bare, environment), ROUNDS
        )
        yield Row(
            "window", "first window s, against bare Qt (at most 2x)", haema, plain, 1 / quotient, 0.5, quotient <= 2
        )
        yield Row("window", "first window s, at most 1 s", haema, 1.0, 1 / haema, 1.0, haema <= 1)


def _until_window(command: list[str], environment: dict[str, str]) -> float:
    """Seconds from the start of the process until its window is on the screen."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        search = ["xdotool", "search", "--onlyvisible", "--name", "Haema|해마"]
        while subprocess.run(search, env=environment, capture_output=True, check=False).returncode:
            if process.poll() is not None or time.perf_counter() - begin > 60:
                raise RuntimeError(f"no window from {command[:3]} (exit code {process.poll()})")
        return time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()
        time.sleep(0.5)  # its workers see the end of their pipe
