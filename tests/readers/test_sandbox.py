"""Reading in a process of its own: the same as here, and what kills, hangs or fills that process costs one sentence."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from knowledge.errors import FileEmpty, FileMissing, FileTypeUnknown, FileUnreadable
from knowledge.library import Library
from knowledge.readers import read, sandbox
from knowledge.readers.reading import FATAL, NOT_ALLOWED, TOO_HUNGRY, TOO_SLOW
from knowledge.readers.sandbox import Cancelled, Limits, Sandbox
from knowledge.store import Store

# A reader's process that breaks at certain files, as a library's bug or an attacker would have it.
BREAKING = """
import os, signal, sys, time
from knowledge.readers import child, formats, text
SUFFIXES = dict(formats.SUFFIXES)
def kill(source): os.kill(os.getpid(), signal.SIGSEGV)
def hang(source): time.sleep(600)
def spin(source):
    while True: pass
def fill(source):
    hoard = []
    while True: hoard.append(bytes(1) * 400_000_000)
def lie(source):
    os.write(FRAMES, b"\\0\\0\\0\\5hello")
    time.sleep(600)
def call(source):
    import socket
    socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    os.kill(os.getpid(), signal.SIGSEGV)  # it can reach the network
def write(source):
    with open(source.name + ".written", "w") as file:
        file.write("words")
for name in ("kill", "hang", "spin", "fill", "lie", "call", "write"):
    SUFFIXES["." + name] = globals()[name]
formats.SUFFIXES = SUFFIXES
dup = os.dup
def noted(fd):
    global FRAMES
    FRAMES = dup(fd)
    return FRAMES
os.dup = noted
sys.exit(child.main())
"""
LIMITS = Limits(seconds=20, silent_seconds=3, memory=700 * 1024**2)


@pytest.fixture
def reader() -> Iterator[Sandbox]:
    reader = Sandbox(LIMITS)
    yield reader
    reader.close()


@pytest.fixture
def breaking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    script = tmp_path / "breaking.py"
    script.write_text(BREAKING)
    start = sandbox.subprocess.Popen
    monkeypatch.setattr(
        sandbox.subprocess, "Popen", lambda command, **options: start([sys.executable, str(script)], **options)
    )
    reader = Sandbox(LIMITS)
    yield reader
    reader.close()


def written(tmp_path: Path, name: str, text: str = "The seahorse. 해마.") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def reason(reader: Sandbox, path: Path) -> str:
    with pytest.raises(FileUnreadable) as error:
        reader.read(path)
    return error.value.facts["reason"]


def test_the_same_as_in_this_process(reader: Sandbox, tmp_path: Path) -> None:
    path = written(
        tmp_path, "보고서.md", "---\ntitle: 제목\nauthor: 진\n---\n# 하나\n\n글\n\n# 둘\n\n" + "긴 글. " * 50_000
    )
    here, there = read(path), reader.read(path)
    assert (there.title, there.details) == (here.title, here.details)
    assert list(there.sections) == list(here.sections)
    for name, text, error in (
        ("a.txt", " ", FileEmpty),
        ("b.pdf", "%PDF-", FileUnreadable),
        ("c.jpg", "", FileTypeUnknown),
    ):
        with pytest.raises(error):
            reader.read(written(tmp_path, name, text))
    with pytest.raises(FileMissing):
        reader.read(tmp_path / "gone.txt")


def test_one_process_reads_many_files_until_it_is_replaced(tmp_path: Path) -> None:
    reader = Sandbox(Limits(files=3))
    processes = []
    for number in range(5):
        reader.read(written(tmp_path, f"{number}.txt"))
        assert reader._process is not None
        processes.append(reader._process._popen.pid)
    reader.close()
    assert processes[0] == processes[2] != processes[3] == processes[4]
    assert not any(psutil.pid_exists(pid) for pid in processes)


@pytest.mark.skipif(sys.platform == "win32", reason="the breaking files use POSIX")
def test_what_breaks_the_process_costs_one_sentence(breaking: Sandbox, tmp_path: Path) -> None:
    fine = written(tmp_path, "fine.txt")
    for name, expected in (("a.kill", FATAL), ("a.hang", TOO_SLOW), ("a.fill", TOO_HUNGRY), ("a.lie", FATAL)):
        assert reason(breaking, written(tmp_path, name)) == expected, name
        assert next(breaking.read(fine).sections).text.startswith("The seahorse")


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such limits")
def test_processor_time_has_an_end(breaking: Sandbox, tmp_path: Path) -> None:
    breaking._limits = Limits(seconds=1, silent_seconds=30)
    begin = time.monotonic()
    assert reason(breaking, written(tmp_path, "a.spin")) == TOO_SLOW
    assert time.monotonic() - begin < 20


@pytest.mark.skipif(sys.platform != "linux", reason="the network is taken away on Linux")
def test_a_reader_has_no_network_and_writes_no_file(breaking: Sandbox, tmp_path: Path) -> None:
    for name in ("a.call", "a.write"):
        path = written(tmp_path, name)
        assert reason(breaking, path) == NOT_ALLOWED
        assert not list(tmp_path.glob("*.written")) or (tmp_path / f"{name}.written").stat().st_size == 0
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM):  # this process still may
        pass


def test_a_reading_nobody_wants_any_more_is_given_up(breaking: Sandbox, tmp_path: Path) -> None:
    breaking._limits = Limits()
    over = threading.Event()
    threading.Timer(0.3, over.set).start()
    begin = time.monotonic()
    with pytest.raises(Cancelled):
        breaking.read(written(tmp_path, "a.hang"), over.is_set)
    assert time.monotonic() - begin < 10


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_killed_process_is_no_fault_of_the_file(reader: Sandbox, tmp_path: Path) -> None:
    path = written(tmp_path, "a.txt")
    reader.read(path)
    assert reader._process is not None
    os.kill(reader._process._popen.pid, signal.SIGKILL)
    assert next(reader.read(path).sections).text.startswith("The seahorse")


def test_no_process_is_left_when_the_owner_dies(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from knowledge.readers.sandbox import Sandbox; reader = Sandbox();"
        "reader.read(Path(sys.argv[1])); print(reader._process._popen.pid, flush=True); time.sleep(60)"
    )
    root = Path(sandbox.__file__).parents[2]
    command = [sys.executable, "-c", script, str(written(tmp_path, "a.txt"))]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        assert psutil.pid_exists(pid)
        owner.kill()
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform == "win32", reason="the breaking files use POSIX")
def test_the_rest_of_a_folder_is_indexed(breaking: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge import library as shelf

    monkeypatch.setattr(shelf, "SUFFIXES", {**shelf.SUFFIXES, ".kill": None})
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in ("a.txt", "b.kill", "c.txt"):
        written(folder, name, f"words of {name}")
    store = Store(tmp_path / "home")
    library = Library(store, lambda text: len(text.split()), 50, breaking.read)
    steps = [step for step in library.index_paths([str(folder)], None, lambda: False) if step.status != "reading"]
    assert {Path(step.path).name: step.status for step in steps} == {
        "a.txt": "indexed",
        "b.kill": "refused",
        "c.txt": "indexed",
    }
    assert {document.status: document.reason for document in library.documents()}["refused"]
    store.close()
