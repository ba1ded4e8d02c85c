"""kill -9 of each process in mid-work: everything stored is there, and the work goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from desktop import chat
from desktop.errors import Failure
from desktop.home import Home, open_home
from engine.messages import Sampling
from tests.e2e.conftest import folder, home  # noqa: F401 (fixtures)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
LONG = Sampling(max_tokens=400, temperature=0.0)
SHORT = Sampling(max_tokens=8, temperature=0.0)


def test_the_engine_is_killed_in_mid_answer_again_and_again(home: Home) -> None:  # noqa: F811
    """Once or twice the answer carries on (test_answers_survive.py); then it is told, and what was written is kept."""
    conversation = home.history.begin().id
    pieces: list[str] = []
    killed: set[int] = set()
    with pytest.raises(Failure) as failed:
        for event in home.chat.answer(
            "Tell me a very long story.", conversation, stop=threading.Event(), sampling=LONG
        ):
            if isinstance(event, chat.Piece):
                pieces.append(event.text)
                pid = home.engine.pid
                assert pid is not None
                if len(pieces) % 5 == 0 and pid not in killed:
                    killed.add(pid)
                    os.kill(pid, signal.SIGKILL)
    assert failed.value.error == "EngineDied"
    assert len(killed) == 3
    kept = home.history.messages(conversation)[-1]
    assert (kept.state, kept.text) == ("broken", "".join(pieces).strip())
    *_, answer = home.chat.answer("Say hello.", conversation, stop=threading.Event(), sampling=SHORT)
    assert isinstance(answer, chat.Answer)
    assert answer.text


def test_the_memory_is_killed_while_it_indexes(home: Home, tmp_path: Path) -> None:  # noqa: F811
    papers = tmp_path / "papers"
    papers.mkdir()
    for n in range(120):
        (papers / f"{n}.txt").write_text(
            f"Report number {n}: the seahorse with the code word zebra{n} was seen by the harbour wall."
        )
    assert home.memory.wait(120)
    with pytest.raises(Failure) as failed:
        for n, _ in enumerate(home.memory.index((str(papers),), None, threading.Event())):
            if n == 60:
                assert home.memory.pid is not None
                os.kill(home.memory.pid, signal.SIGKILL)
    assert failed.value.error == "MemoryDied"
    assert home.memory.wait(120)
    *_, indexed = home.memory.index((str(papers),), None, threading.Event())
    assert indexed.refused == 0
    for n in (0, 61, 119):
        found = home.memory.recall(f"zebra{n}", kind="documents", k=3)
        assert Path(found.items[0].path or "").name == f"{n}.txt"
        assert len({item.id for item in found.items}) == len(found.items)
    rows = home.store.db.execute("SELECT count(*), count(DISTINCT document) FROM passages").fetchone()
    assert tuple(rows) == (120, 120)
    assert home.memory.check_up().repaired == ()


SCRIPT = """
import sys, threading
from pathlib import Path
from desktop.home import open_home
if __name__ == "__main__":
    with open_home(Path(sys.argv[1])) as home:
        home.engine.start(); home.memory.start()
        home.memory.wait(120); home.engine.wait()
        print(home.engine.pid, home.memory.pid, flush=True)
        for event in home.chat.answer("Tell me a very long story.", home.history.begin().id, stop=threading.Event()):
            print("event", flush=True)
"""


def test_the_application_is_killed_and_leaves_no_orphan(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    script = tmp_path / "app.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    app = subprocess.Popen(
        [sys.executable, str(script), str(folder)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert app.stdout is not None
    workers = [int(pid) for pid in app.stdout.readline().split()]
    for _ in range(4):
        app.stdout.readline()
    app.kill()
    app.wait()
    app.stdout.close()
    deadline = time.monotonic() + 10
    while any(_alive(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in workers if _alive(pid)]

    with open_home(folder) as again:  # the folder's lock is free, and the question is kept
        (conversation,) = again.history.conversations()
        turns = again.history.messages(conversation.id)
        assert [turn.role for turn in turns] == ["user", "assistant"]
        assert turns[1].state == "broken"


def test_an_interrupt_at_the_terminal_ends_a_command_cleanly(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    papers = tmp_path / "papers"
    papers.mkdir()
    for n in range(600):
        (papers / f"{n}.txt").write_text(
            f"Report {n}. " + f"The seahorse number {n} was seen by the harbour wall. " * 12
        )
    command = [sys.executable, "-m", "desktop", "index", str(papers), "--home", str(folder), "--json"]
    indexing = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert indexing.stdout is not None
    assert json.loads(indexing.stdout.readline())["status"] == "indexed"
    os.killpg(indexing.pid, signal.SIGINT)  # as a terminal does: to the command and its workers alike
    _, complaints = indexing.communicate(timeout=60)
    assert indexing.returncode == 130
    assert "Traceback" not in complaints


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
