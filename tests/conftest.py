"""For all tests: no window on the screen, nobody's real data folder, no worker process left behind."""

from __future__ import annotations

import multiprocessing
import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def nobodys_home(tmp_path_factory):
    """A test that names no data folder gets an empty one, never the user's."""
    os.environ["HAEMA_HOME"] = str(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module", autouse=True)
def no_process_left():
    """What a test module starts, it ends."""
    yield
    left = multiprocessing.active_children()
    for process in left:
        process.kill()
    assert not left, f"left running: {[process.name for process in left]}"
