"""How a step of the set-up shows itself: its name, what it does just now, how long it took, and why it failed."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

PIP_VARIABLES = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PYTHONUTF8": "1"}
STILL_SECONDS = 60  # without a terminal to rewrite a line on, say this often that work goes on


class SetupError(Exception):
    """The set-up cannot go on; its text says what to do."""


@contextmanager
def shown(title: str) -> Iterator[None]:
    """Print the step and, at its end, how long it took."""
    started = time.monotonic()
    print(f"{title} …", flush=True)
    yield
    if time.monotonic() - started >= 1:
        print(f"{' ' * title.index(']')}  done in {_clock(time.monotonic() - started)}", flush=True)


def run_logged(command: Sequence[str | Path], more: Mapping[str, str] | None = None) -> None:
    """Run `command` to its end, with the variables `more` set, and show the newest line of what it says.

    Raises `SetupError` with the end of what it said if it fails.
    """
    words = [str(word) for word in command]
    variables = {**os.environ, **PIP_VARIABLES, **(more or {})}
    try:
        process = subprocess.Popen(
            words,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise SetupError(f"“{words[0]}” could not be started ({error.strerror}).") from error
    tail: deque[str] = deque(maxlen=25)
    reader = threading.Thread(target=_collect, args=(process, tail), daemon=True)
    reader.start()
    try:
        _watch(process, tail)
    except BaseException:
        process.kill()
        raise
    finally:
        process.wait()
        reader.join()
    if process.returncode:
        told = "\n".join(f"  {line}" for line in tail)
        raise SetupError(f"This step failed; the same command tries it again.\n  $ {' '.join(words)}\n{told}")


def _collect(process: subprocess.Popen[str], tail: deque[str]) -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        tail.extend(line.rstrip() for line in lines if line.strip())


def _watch(process: subprocess.Popen[str], tail: deque[str]) -> None:
    """Show the newest line of output until the process ends."""
    started, told = time.monotonic(), time.monotonic()
    terminal = sys.stdout.isatty()
    while process.poll() is None:
        time.sleep(0.1)
        now = tail[-1].strip() if tail else ""
        if terminal:
            print(f"\r\033[K     {_clock(time.monotonic() - started)}  {now[:90]}", end="", flush=True)
        elif time.monotonic() - told > STILL_SECONDS:
            told = time.monotonic()
            print(f"     {_clock(told - started)}  {now[:90]}", flush=True)
    if terminal:
        print("\r\033[K", end="", flush=True)


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
