"""The whole house with its real workers, for tests from the outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.home import Home, open_home

Haema = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder whose name has a space and Hangul, as a Korean user's may."""
    return tmp_path / "해마 자료"


@pytest.fixture
def home(folder: Path) -> Iterator[Home]:
    with open_home(folder) as home:
        home.engine.start()
        home.memory.start()
        yield home


@pytest.fixture
def haema(folder: Path) -> Haema:
    """The `haema` command on the test's data folder, as a process of its own."""

    def run(*arguments: str, stdin: str | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "HAEMA_HOME": str(folder), "QT_QPA_PLATFORM": "offscreen"}
        command = [sys.executable, "-m", "desktop", *arguments]
        return subprocess.run(
            command,
            input=stdin,
            text=True,
            capture_output=True,
            env=environment,
            timeout=300,
            check=False,
            encoding="utf-8",
            **options,
        )

    return run


def records(done: subprocess.CompletedProcess[str]) -> list[Any]:
    """The JSON lines a successful command printed."""
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
