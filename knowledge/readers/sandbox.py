"""Reads files in a process of their own, so that a hostile or broken one costs one sentence and nothing else.

One process reads many files, for starting one takes as long as reading several. It is watched while it reads: by the
clock, by its memory, and by the system's own limits where there are some. When it ends, it is replaced; a file at
which it ends twice is refused.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

from knowledge.errors import (
    FileEmpty,
    FileMissing,
    FileTypeUnknown,
    FileUnreadable,
    KnowledgeError,
    PagesNotRecognised,
    PagesWithoutText,
    PartsLeftOut,
)
from knowledge.readers import MOST_CHARACTERS, Whole
from knowledge.readers.reading import FATAL, TOO_HUNGRY, TOO_LARGE, TOO_SLOW, Details, Section

log = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")

START_SECONDS: Final = 60.0  # for a process to be there, on the slowest of disks
LOOK_SECONDS: Final = 0.05  # how often the memory and `cancelled` are looked at
LARGEST_FRAME: Final = 4 * MOST_CHARACTERS  # bytes
FRAMES_AHEAD: Final = 16
TRIES: Final = 2  # a process may be killed for reasons that are not the file's

_ROOT = Path(__file__).resolve().parents[2]
_ERRORS = {
    kind.__name__: kind
    for kind in (
        FileEmpty,
        FileMissing,
        FileTypeUnknown,
        FileUnreadable,
        PagesNotRecognised,
        PagesWithoutText,
        PartsLeftOut,
    )
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Of reading one file; `files` and `idle_memory`: after so many, or left with so much, the process is replaced.

    A `patient` process runs behind everything else.
    """

    seconds: float = 420.0  # in all: recognising text on pictures of pages may take 300 of them
    silent_seconds: float = 120.0  # from one piece of news to the next: recognising one page may take 60 of them
    memory: int = 2 * 1024**3  # bytes in use
    address_space: int = 6 * 1024**3  # bytes, used or only reserved; Linux
    files: int = 2_000
    idle_memory: int = 768 * 1024**2
    patient: bool = True


class _Ended(Exception):
    """The process did not finish the file: why, as a reason of `FileUnreadable`."""


class Cancelled(Exception):
    """The reading was given up because nobody wants it any more."""


class Sandbox:
    """Starts its process when there is something to read. Used by one thread at a time; to be closed."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._process: _Process | None = None
        self._read = 0  # files, by this process

    def read(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> Whole:
        """As `knowledge.readers.read`, with all sections there. Raises also `Cancelled`, once `cancelled()` is true."""
        return self._tried(path, lambda process: _answer(process, path, self._limits, cancelled))

    def ask(self, request: dict[str, Any], cancelled: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """The frame that answers a request about the PDF at `request["path"]` (`pages.py`).

        Raises `FileMissing`, `FileUnreadable` or `Cancelled`.
        """
        return self._tried(Path(request["path"]), lambda process: _frame(process, request, self._limits, cancelled))

    def _tried(self, path: Path, work: Callable[[_Process], _Answer]) -> _Answer:
        """What `work` gets from the process; a new one is tried where that one broke at the file."""
        for left in reversed(range(TRIES)):
            process = self._ready()
            try:
                answer = work(process)
            except _Ended as ended:
                reason = str(ended)
                log.warning("the reader's process ended at a %s file: %s", path.suffix.lower(), reason)
                self.close()
                if left and reason == FATAL:
                    continue
                raise FileUnreadable(path=str(path), reason=reason) from ended
            except Cancelled:
                self.close()
                raise
            self._read += 1
            return answer
        raise AssertionError

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.end()
            self._process = None

    def _ready(self) -> _Process:
        process = self._process
        if process is not None and (self._read >= self._limits.files or process.memory() > self._limits.idle_memory):
            self.close()
        if self._process is None:
            self._process = _Process(self._limits)
            self._read = 0
        return self._process


def _frame(process: _Process, request: dict[str, Any], limits: Limits, cancelled: Callable[[], bool]) -> dict[str, Any]:
    """The one frame that answers. Raises `KnowledgeError`, `_Ended` or `Cancelled`."""
    process.ask(request)
    frame, _ = process.news(limits, limits.seconds, cancelled)
    if not isinstance(frame, dict):
        raise _Ended(FATAL)
    if "error" not in frame:
        return frame
    try:
        name, facts = frame["error"]
        error = _error(name, facts)
    except (TypeError, ValueError, LookupError, AttributeError) as wrong:  # no answer of ours
        raise _Ended(FATAL) from wrong
    raise error


def _answer(process: _Process, path: Path, limits: Limits, cancelled: Callable[[], bool]) -> Whole:
    """What the process has to say of the file. Raises `KnowledgeError`, `_Ended` or `Cancelled`."""
    process.ask(str(path))
    title: str | None = None
    details = Details()
    sections: list[Section] = []
    characters = 0
    waited = 0.0
    while True:
        frame, seconds = process.news(limits, limits.seconds - waited, cancelled)
        waited += seconds
        try:
            match frame:
                case {"head": dict(head)}:
                    title = _text(head.pop("title", None))
                    details = Details(**{name: _text(value) for name, value in head.items()})
                case {"sections": list(batch)}:
                    for text, page, heading in batch:
                        sections.append(Section(_text(text) or "", int(page) if page else None, _text(heading)))
                        characters += len(text)
                    if characters > MOST_CHARACTERS:
                        raise _Ended(TOO_LARGE)
                case {"end": list(notes)}:
                    return Whole(title, iter(sections), details, [_error(*note) for note in notes])
                case {"error": [str(name), dict(facts)]}:
                    raise _error(name, facts)
        except (TypeError, ValueError, LookupError) as error:  # no answer of ours: the process is no longer itself
            raise _Ended(FATAL) from error


def _text(value: Any) -> str | None:
    """A text that can be stored, or None."""
    return str(value).encode("utf-8", "replace").decode() if value is not None else None


def _error(name: str, facts: dict[str, Any]) -> KnowledgeError:
    return _ERRORS[name](**{key: _text(value) or "" for key, value in facts.items()})


class _Process:
    """The reading process as its owner sees it."""

    def __init__(self, limits: Limits) -> None:
        import psutil

        command = (
            [sys.executable, "--read-files"]
            if getattr(sys, "frozen", False)
            else [sys.executable, "-m", "knowledge.readers.child"]
        )
        paths = filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))
        self._popen = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"},
            creationflags=_WINDOWS_FLAGS | (_WINDOWS_BEHIND if limits.patient else 0),
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._in, out = self._popen.stdin, self._popen.stdout
        self._watched = psutil.Process(self._popen.pid)
        self._frames: queue.Queue[Any] = queue.Queue(FRAMES_AHEAD)
        self._reader = threading.Thread(target=self._take, args=(out,), name="reader's frames", daemon=True)
        self._reader.start()
        self._write(
            {
                "address_space": limits.address_space,
                "processor_seconds": int(limits.seconds),
                "patient": limits.patient,
            }
        )
        frame, _ = self.news(
            Limits(silent_seconds=START_SECONDS, memory=limits.memory), START_SECONDS, cancelled=lambda: False
        )
        if frame != {"ready": True}:
            raise _Ended(FATAL)

    def ask(self, request: str | dict[str, Any]) -> None:
        self._write(request)

    def _write(self, request: Any) -> None:
        try:
            self._in.write(json.dumps(request).encode() + b"\n")
            self._in.flush()
        except OSError as error:
            raise _Ended(FATAL) from error

    def news(self, limits: Limits, seconds: float, cancelled: Callable[[], bool]) -> tuple[Any, float]:
        """The next frame, and how long it was waited for. Raises `_Ended` or `Cancelled`, the process still there."""
        begin = time.monotonic()
        while True:
            try:
                frame = self._frames.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                waited = time.monotonic() - begin
                if waited > min(seconds, limits.silent_seconds):
                    raise _Ended(TOO_SLOW) from None
                if self.memory() > limits.memory:
                    raise _Ended(TOO_HUNGRY) from None
                if cancelled():
                    raise Cancelled from None
                continue
            if frame is None:
                raise _Ended(self._why())
            if "log" in frame:
                level, name, message = frame["log"]
                logging.getLogger(str(name)).log(int(level), "%s", message)
                continue
            return frame, time.monotonic() - begin

    def _why(self) -> str:
        """The reason by which the process ended, by its exit code."""
        try:
            code = self._popen.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return FATAL
        return TOO_SLOW if hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU else FATAL

    def memory(self) -> int:
        """Bytes in use."""
        import psutil

        try:
            return int(self._watched.memory_info().rss)
        except psutil.Error:
            return 0

    def _take(self, out: BinaryIO) -> None:
        """Put the frames into the queue; None, when there are no more."""
        with out:
            while len(head := out.read(4)) == 4:
                length = struct.unpack(">I", head)[0]
                data = out.read(length) if length <= LARGEST_FRAME else b""
                try:
                    frame = json.loads(data) if len(data) == length else None
                except ValueError:
                    frame = None
                if not isinstance(frame, dict):
                    break
                self._frames.put(frame)
        self._frames.put(None)

    def end(self) -> None:
        """Kill it, with what it started, and forget what it was about to say."""
        import psutil

        try:
            below = self._watched.children(recursive=True)
        except psutil.Error:
            below = []
        self._popen.kill()
        for process in below:
            try:
                process.kill()
            except psutil.Error:
                continue
        while self._reader.is_alive():
            try:
                self._frames.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
        with suppress(OSError):
            self._in.close()
        self._popen.wait()


_WINDOWS_FLAGS = 0x08000000 if sys.platform == "win32" else 0  # no window
_WINDOWS_BEHIND = 0x00004000 if sys.platform == "win32" else 0  # below normal priority
