"""The knowledge room with its real parts: embedder, Chroma, tantivy, SQLite; a worker as a real process."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from knowledge import messages as m
from knowledge.checkup import Indexes
from knowledge.embedder import Embedder, bundled
from knowledge.history import History
from knowledge.indexer import Indexer
from knowledge.recall import Recaller
from knowledge.store import Store
from knowledge.words import Words

REPLY_SECONDS = 120.0


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return bundled(tmp_path_factory.mktemp("embedder"), threads=2)


@pytest.fixture(scope="session")
def words() -> Words:
    return Words()


class Memory:
    """A data folder's memory in this process."""

    def __init__(self, home: Path, embedder: Embedder, words: Words) -> None:
        self.store = Store(home)
        self.history = History(self.store)
        self.indexes = Indexes(self.store, embedder.fingerprint)
        self.indexer = Indexer(self.store, embedder, self.indexes, words)
        self.recaller = Recaller(self.store, embedder, self.indexes, words)

    def learn(self) -> None:
        while self.indexer.step():
            pass

    def tell(self, *texts: str, conversation: str | None = None) -> tuple[str, list[int]]:
        """One conversation of the user's texts, each the parent of the next."""
        id = conversation or self.history.begin().id
        parent, said = None, []
        for text in texts:
            parent = self.history.say(id, "user", text, parent=parent).id
            said.append(parent)
        return id, said

    def document(self, path: str, *passages: str) -> int:
        with self.store.transaction() as db:
            id = db.execute("INSERT INTO documents (path, status, added) VALUES (?, 'indexed', 0)", (path,)).lastrowid
            assert id is not None
            db.executemany(
                "INSERT INTO passages (document, ordinal, text, start) VALUES (?, ?, ?, 0)",
                [(id, n, text) for n, text in enumerate(passages)],
            )
        return id

    def recall(self, query: str, kind: m.RecallKind = "all", **options: Any) -> list[m.Recalled]:
        return list(self.recaller.recall(m.Recall(1, query, kind, **options)).items)

    def close(self) -> None:
        self.indexes.close()
        self.store.close()


@pytest.fixture
def memory(tmp_path: Path, embedder: Embedder, words: Words) -> Iterator[Memory]:
    opened = Memory(tmp_path / "home", embedder, words)
    yield opened
    opened.close()


class Process:
    """The worker as the application sees it."""

    def __init__(self, home: Path) -> None:
        from knowledge.worker import run

        context = multiprocessing.get_context("spawn")
        self.pipe: Connection
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=run, args=(theirs, str(home), str(home / "logs")), daemon=True)
        self.process.start()
        theirs.close()
        self._ids = iter(range(1, 10_000))

    def send(self, request: Any, *args: Any, **options: Any) -> int:
        id = next(self._ids)
        self.pipe.send(request(id, *args, **options))
        return id

    def reply(self) -> Any:
        assert self.pipe.poll(REPLY_SECONDS), "the worker did not answer"
        return self.pipe.recv()

    def last(self, id: int) -> Any:
        """The value that ends request `id`; replies to others are passed over."""
        while True:
            reply = self.reply()
            if reply.id == id and isinstance(reply, m.Result | m.Failed):
                return reply.value if isinstance(reply, m.Result) else reply

    def ask(self, request: Any, *args: Any, **options: Any) -> Any:
        return self.last(self.send(request, *args, **options))

    def kill(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()

    def quit(self) -> int | None:
        self.pipe.send(m.Quit())
        self.process.join(20)
        self.pipe.close()
        return self.process.exitcode


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Any]:
    """Starts workers on one data folder; ends those that still run."""
    started: list[Process] = []

    def begin(home: Path | None = None) -> Process:
        started.append(Process(home or tmp_path / "home"))
        return started[-1]

    yield begin
    for each in started:
        if each.process.is_alive():
            each.kill()


def kill_after(process: Process, seconds: float) -> threading.Timer:
    """SIGKILL (TerminateProcess on Windows) from another thread."""
    timer = threading.Timer(seconds, process.process.kill)
    timer.start()
    return timer


os.environ.setdefault("HF_HUB_OFFLINE", "1")
