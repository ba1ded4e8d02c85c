"""The vectors on a real Chroma server on loopback: the same memory, and words alone while the server is away."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from knowledge import messages as m
from knowledge import served
from knowledge.embedder import Embedder
from knowledge.errors import IndexServerUnreachable
from knowledge.store import Store
from knowledge.words import Words
from tests.knowledge.conftest import Memory

START_SECONDS = 60.0
FACTS = (
    "My sister Jin moved to Busan last spring.",
    "Our cat is called Nabi.",
    "The rent is paid on the first of May.",
)


class Server:
    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        chroma = shutil.which("chroma", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
        assert chroma is not None
        self._command = [chroma, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
        self._port = port
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                assert time.monotonic() < until, "the server did not start"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Server(tmp_path / "server", port)
    yield running
    running.stop()


def home_on(server: str, home: Path) -> Path:
    store = Store(home)
    with store.transaction() as db:
        db.execute("INSERT INTO settings (name, value) VALUES ('index_server', ?)", (json.dumps(server),))
    store.close()
    return home


def test_memory_on_a_server(
    server: Server, tmp_path: Path, embedder: Embedder, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "REST_SECONDS", 0.0)
    here, there = (
        Memory(tmp_path / "here", embedder, words),
        Memory(home_on(server.address, tmp_path / "there"), embedder, words),
    )
    other = Memory(home_on(server.address, tmp_path / "other"), embedder, words)  # a second user's of the same server
    for memory in (here, there):
        for fact in FACTS:
            memory.tell(fact)
        memory.document("garden.txt", "Tomatoes need six hours of sun a day.", "Water them in the morning.")
        memory.learn()
    other.tell("The safe is behind the bookcase.")
    other.learn()
    for question in ("Where does my sister live?", "the pet's name", "How much sun do tomatoes need?"):
        found = [[(item.id, round(item.score, 4)) for item in memory.recall(question)] for memory in (here, there)]
        assert found[0] == found[1], question
    assert not (tmp_path / "there" / "chroma").exists()
    (item,) = other.recall("Where is the safe?")
    assert "bookcase" in item.text

    there.indexes.drop_others()  # of other embedders: not the other user's
    assert other.indexes.dense.items("message")
    with there.store.transaction() as db:
        db.execute("DELETE FROM documents")
    there.learn()
    assert there.indexes.dense.items("passage") == set()

    server.stop()
    answer = there.recaller.recall(m.Recall(1, "Where did my sister Jin move to?"))
    assert "Busan" in answer.items[0].text
    assert "meaning" not in answer.items[0].parts
    assert answer.error == IndexServerUnreachable.__name__
    assert server.address in str(answer.template).format(**answer.facts)
    there.tell("Jin's new flat has a balcony.")
    with pytest.raises(IndexServerUnreachable):
        there.learn()

    server.start()
    there.learn()  # what waited is indexed now
    answer = there.recaller.recall(m.Recall(1, "Has Jin's flat a balcony?"))
    assert "balcony" in answer.items[0].text
    assert answer.items[0].parts["meaning"] > 0
    assert answer.error is None
    for memory in (here, there, other):
        memory.close()


def test_a_memory_opens_while_its_server_is_away(tmp_path: Path, embedder: Embedder, words: Words) -> None:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    memory = Memory(home_on(address, tmp_path / "home"), embedder, words)
    answer = memory.recaller.recall(m.Recall(1, "anything"))
    assert (answer.items, answer.error) == ((), "IndexServerUnreachable")
    assert any("does not answer" in line for line in memory.indexes.repaired)
    memory.close()
