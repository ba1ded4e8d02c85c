"""The worker as a process: ready, killed, cancelled, left alone."""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import pytest

from knowledge import messages as m
from knowledge.embedder import BUNDLED_SHA256
from knowledge.history import History
from knowledge.index import Index
from knowledge.store import Store
from tests.knowledge.conftest import kill_after

FILES = 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Short files, each with a word of its own."""
    place = tmp_path / "한글 폴더"
    place.mkdir()
    for n in range(FILES):
        (place / f"{n}.txt").write_text(f"File{n}word speaks of things such as boats. " * (1 + n % 9), encoding="utf-8")
    return place


def test_ready_then_recalls_what_waited(start: Any, tmp_path: Path) -> None:
    store = Store(tmp_path / "home")
    history = History(store)
    history.say(history.begin().id, "user", "The spare key hangs behind the mirror.", parent=None)
    worker = start()
    cancelled = worker.send(m.Recall, "key")
    worker.pipe.send(m.Cancel(cancelled))
    assert worker.last(cancelled).items == ()
    worker.ask(m.Consolidate)
    found = worker.ask(m.Recall, "Where is the spare key?", relevant_only=True)
    assert "mirror" in found.items[0].text
    assert worker.quit() == 0
    store.close()


def test_killed_at_any_moment_loses_nothing(start: Any, tmp_path: Path, folder: Path) -> None:
    seed = 563073645
    chance = random.Random(seed)
    for _ in range(4):
        worker = start()
        assert isinstance(worker.reply(), m.Ready)
        worker.send(m.IndexPaths, (str(folder),))
        kill_after(worker, chance.uniform(0.0, 1.5)).join()
        worker.process.join()
    worker = start()
    indexed = worker.ask(m.IndexPaths, (str(folder),))
    assert (indexed.files, indexed.refused, indexed.passages) == (FILES, 0, FILES), f"seed {seed}"
    for n in chance.sample(range(FILES), 12):
        items = worker.ask(m.Recall, f"File{n}word", "documents", k=3).items
        assert Path(items[0].path).stem == str(n), f"seed {seed}"
    everything = worker.ask(m.Recall, "boats", "documents", k=FILES * 2).items
    assert len({item.id for item in everything}) == len(everything) == FILES, f"seed {seed}"
    health = worker.ask(m.CheckUp)
    assert (health.passages, health.repaired, health.integrity) == (FILES, (), "ok"), f"seed {seed}"
    assert worker.quit() == 0
    store = Store(tmp_path / "home")
    index = Index(tmp_path / "home" / "chroma", BUNDLED_SHA256[:16])
    assert index.items("passage") == {row[0] for row in store.db.execute("SELECT id FROM passages")}, f"seed {seed}"
    index.close()
    store.close()


def test_cancel_is_answered_at_once_and_recall_goes_on(start: Any, folder: Path) -> None:
    for n in range(300):
        text = f"Entry {n}. " + "Long winded words about rivers and rain. " * 20
        (folder / f"more{n}.txt").write_text(text, encoding="utf-8")
    worker = start()
    assert isinstance(worker.reply(), m.Ready)
    job = worker.send(m.IndexPaths, (str(folder),))
    while not (isinstance(reply := worker.reply(), m.FileProgress) and reply.status == "indexed"):
        pass
    recall = worker.send(m.Recall, "boats", "documents", k=3)
    while not (isinstance(reply := worker.reply(), m.Result) and reply.id == recall):
        assert not (isinstance(reply, m.Result) and reply.id == job), "recall waited for the whole indexing"
    assert reply.value.items
    begin = time.monotonic()
    worker.pipe.send(m.Cancel(job))
    indexed = worker.last(job)
    assert time.monotonic() - begin < 3.0  # the owner kills a worker that takes longer
    assert indexed.cancelled
    assert 0 < indexed.files < FILES + 300
    assert worker.quit() == 0


def test_ends_when_its_owner_is_gone(start: Any, folder: Path) -> None:
    worker = start()
    assert isinstance(worker.reply(), m.Ready)
    worker.send(m.IndexPaths, (str(folder),))
    worker.pipe.close()
    worker.process.join(15)
    assert worker.process.exitcode == 0


def test_a_store_that_cannot_be_opened_is_said(start: Any, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "haema.sqlite").write_bytes(b"not a database, and long enough to be taken for one" * 100)
    worker = start()
    failed = worker.ask(m.Recall, "anything")
    assert isinstance(failed, m.Failed)
    assert failed.error == "StoreDamaged"
    assert isinstance(worker.ask(m.Consolidate), m.Failed)


def test_file_errors_are_told_one_by_one(start: Any, tmp_path: Path, folder: Path) -> None:
    (folder / "empty.txt").write_text("  \n")
    worker = start()
    id = worker.send(m.IndexPaths, (str(folder), str(tmp_path / "nowhere")))
    replies = []
    while not isinstance(reply := worker.reply(), m.Result):
        replies.append(reply)
    refused = {Path(r.path).name: r.error for r in replies if isinstance(r, m.FileProgress) and r.status == "refused"}
    assert refused == {"empty.txt": "FileEmpty", "nowhere": "FileMissing"}
    assert reply.id == id
    assert (reply.value.files, reply.value.refused) == (FILES + 2, 2)
