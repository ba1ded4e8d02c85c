"""Another embedder takes over: the present one serves until nothing is missing, also across a kill."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge import messages as m
from knowledge.embedder import Embedder, bundled_folder
from knowledge.embedder_catalog import IN_USE, NEXT, named
from knowledge.embedders import Succession, in_use
from knowledge.errors import EmbedderGone
from knowledge.index import COLLECTIONS, Index
from knowledge.indexer import Indexer
from knowledge.job import Job
from knowledge.recall import Recaller
from knowledge.store import Store
from knowledge.words import Words
from tests.knowledge import models
from tests.knowledge.conftest import Memory

ITEMS = 120  # enough for a kill to hit the middle
QUIET_SECONDS = 3.0  # after the start, in which the next embedder would have gone on
DOCUMENTS = (
    ("lease", "임대차 계약 보증금"),
    ("sea", "해마는 바다에서 헤엄친다"),
    ("train", "기차는 아침에 떠난다"),
    ("doctor", "의사는 밤에 약을 처방한다"),
)


class Present:
    """A memory in this process with the second thread's parts, driven by hand."""

    def __init__(self, home: Path, embedder: Embedder, words: Words) -> None:
        self.memory = Memory(home, embedder, words)
        self.store, self.embedder, self.indexes = self.memory.store, embedder, self.memory.indexes
        self.indexer, self.recaller, self.words = self.memory.indexer, self.memory.recaller, words
        self.told: list[Any] = []
        self.succession = Succession(self.store, self, self.told.append, lambda: None)

    def adopt(self, embedder: Embedder, dense: Index) -> None:
        self.embedder, self.indexes = embedder, self.indexes.with_dense(dense, embedder.fingerprint)
        self.indexer = Indexer(self.store, embedder, self.indexes, self.words)
        self.recaller = Recaller(self.store, embedder, self.indexes, self.words)

    def learn(self) -> None:
        while self.indexer.step():
            pass

    def begin(self, folder: Path | None) -> Job:
        job = Job(m.UseEmbedder(7, str(folder) if folder else None), self.told.append)
        if (value := self.succession.begin(job, str(folder) if folder else None)) is not None:
            job.end(m.Result(7, value))
        return job

    def finish(self) -> None:
        while self.succession.step():
            self.learn()

    def paths(self, query: str) -> list[str | None]:
        request = m.Recall(1, query, "documents", relevant_only=True)
        return [item.path for item in self.recaller.recall(request).items]

    def collections(self) -> set[str]:
        return {collection.name for collection in self.indexes.dense._client.list_collections()}


@pytest.fixture
def two_languages(tmp_path: Path) -> Path:
    return models.word_vectors_of_two_languages(tmp_path / "two languages")


@pytest.fixture
def present(tmp_path: Path, embedder: Embedder, words: Words) -> Iterator[Present]:
    opened = Present(tmp_path / "home", embedder, words)
    for name, text in DOCUMENTS:
        opened.memory.document(f"{name}.txt", text)
    opened.memory.tell("the lease ends in august", "the seahorse swims")
    opened.learn()
    yield opened
    opened.memory.close()


def test_questions_in_one_language_find_passages_in_the_other(present: Present, two_languages: Path) -> None:
    assert present.paths("doctor prescribes medicine") == []  # neither a word in common nor an embedder that reads both
    present.begin(two_languages)
    present.finish()
    assert present.paths("doctor prescribes medicine")[0] == "doctor.txt"
    assert present.paths("seahorse swims in the sea")[0] == "sea.txt"
    found = present.recaller.recall(m.Recall(1, "임대차 끝난다", "conversations")).items
    assert "lease ends" in found[0].text
    assert found[0].why == ("meaning",)


def test_the_present_embedder_serves_until_nothing_is_missing(
    present: Present, two_languages: Path, embedder: Embedder
) -> None:
    job = present.begin(two_languages)
    steps = 0
    while present.embedder is embedder:
        if steps == 1:
            present.memory.document("late.txt", "기차는 역에서 떠난다")
            present.store.db.execute("DELETE FROM documents WHERE path = 'sea.txt'")
            present.learn()
        assert not job.cancelled
        assert named(present.store, IN_USE) is None
        assert named(present.store, NEXT) == str(two_languages)
        assert present.paths("임대차 계약")[0] == "lease.txt"
        present.succession.step()
        steps += 1
    assert steps > 2
    assert named(present.store, IN_USE) == str(two_languages)
    assert named(present.store, NEXT) is None
    progress = [reply for reply in present.told if isinstance(reply, m.Progress)]
    assert [reply.id for reply in progress] == [7] * len(progress)
    assert progress[-1].done == progress[-1].total == 6
    assert present.told[-1] == m.Result(7, m.EmbedderInUse("two languages", present.embedder.fingerprint))
    assert present.paths("train leaves station")[0] == "late.txt"
    assert "sea.txt" not in present.paths("seahorse swims")
    assert present.collections() == {f"{kind}-{present.embedder.fingerprint}" for kind in COLLECTIONS.values()}


def test_back_to_the_bundled_one(present: Present, two_languages: Path, embedder: Embedder) -> None:
    present.begin(two_languages)
    present.finish()
    present.begin(None)
    present.finish()
    assert named(present.store, IN_USE) == ""
    assert present.embedder.fingerprint == embedder.fingerprint
    assert present.collections() == {f"{kind}-{embedder.fingerprint}" for kind in COLLECTIONS.values()}


def test_nothing_of_a_dropped_embedder_stays_on_the_disk(present: Present, two_languages: Path) -> None:
    folder = present.store.home / "chroma"

    def graphs() -> set[str]:
        return {each.name for each in folder.iterdir() if each.is_dir()}

    def held(vector: Any) -> bool:
        """Whether a graph has a vector like it: each brings them to length 1 once more, which may turn the last bit."""
        for file in folder.rglob("data_level0.bin"):
            numbers = np.frombuffer(file.read_bytes(), dtype=np.float32)
            places = np.lib.stride_tricks.sliding_window_view(numbers, 16)
            if np.isclose(places, vector[:16], rtol=0, atol=1e-6).all(axis=1).any():
                return True
        return False

    present.indexes.dense.scrub(lambda: False)  # writes the graphs, as a thousand changes do
    first = graphs()
    items = sorted(present.indexes.dense.items("message"))
    vector = present.indexes.dense.vectors("message", items)[items[0]]
    assert len(first) == 2
    assert held(vector)
    kept = folder / "not-a-graph"
    kept.mkdir()
    present.begin(two_languages)
    present.finish()
    assert kept.is_dir()
    assert not first & graphs()
    assert not held(vector)
    present.indexes.dense.scrub(lambda: False)
    assert len(graphs()) == 2 + 1
    assert present.paths("doctor prescribes medicine")[0] == "doctor.txt"
    present.begin(None)
    present.finish()
    assert present.paths("임대차 계약")[0] == "lease.txt"
    assert not present.indexes.missing("message", present.indexes.dense)


def test_a_chosen_embedder_that_is_gone_is_told_and_the_bundled_one_serves(
    present: Present, two_languages: Path, embedder: Embedder
) -> None:
    present.begin(two_languages)
    present.finish()
    (two_languages / "model.safetensors").unlink()
    found, trouble = in_use(present.store)
    assert found.fingerprint == embedder.fingerprint
    assert isinstance(trouble, EmbedderGone)
    before = present.collections()
    present.succession.resume(trouble)
    assert present.told[-1].error == "EmbedderGone"
    assert present.collections() == before  # kept for when it is back


def test_a_wrong_folder_changes_nothing(present: Present, tmp_path: Path, embedder: Embedder) -> None:
    from knowledge.errors import EmbedderFolderWrong

    with pytest.raises(EmbedderFolderWrong):
        present.begin(tmp_path)
    assert not present.succession.is_under_way
    assert named(present.store, NEXT) is None
    assert present.embedder is embedder


def test_what_is_cancelled_leaves_nothing(present: Present, two_languages: Path, embedder: Embedder) -> None:
    job = present.begin(two_languages)
    present.succession.step()
    job.cancel()
    assert present.told[-1] == m.Result(7, m.EmbedderInUse(embedder.name, embedder.fingerprint))
    present.finish()
    assert present.embedder is embedder
    assert named(present.store, NEXT) is None
    assert present.collections() == {f"{kind}-{embedder.fingerprint}" for kind in COLLECTIONS.values()}


def test_another_choice_while_one_is_on_its_way(present: Present, two_languages: Path, tmp_path: Path) -> None:
    first = present.begin(two_languages)
    present.succession.step()
    other = models.word_vectors_of_two_languages(tmp_path / "prompted", {"query": "doctor "})
    present.begin(other)
    assert first.cancelled
    present.finish()
    assert present.embedder.name == "prompted"
    assert len(present.collections()) == len(COLLECTIONS)


def test_equal_texts_are_embedded_once(present: Present, monkeypatch: pytest.MonkeyPatch) -> None:
    embedded: list[str] = []
    embed = Embedder.embed

    def noting(self: Embedder, texts: Any, **options: Any) -> Any:
        embedded.extend(texts)
        return embed(self, texts, **options)

    monkeypatch.setattr(Embedder, "embed", noting)
    text = "The bridge over the river was closed in March."
    first = present.memory.document("a.txt", text, "Something else stands here.")
    present.memory.document("b.txt", text)
    present.learn()
    present.memory.document("c.txt", text)
    present.learn()
    assert embedded.count(text) == 1
    with present.store.transaction() as db:
        db.execute("DELETE FROM documents WHERE id = ?", (first,))
    present.learn()
    assert {"b.txt", "c.txt"} <= set(present.paths("When was the bridge closed?"))
    assert not present.indexes.missing("passage", present.indexes.dense)


# ---------------------------------------------------------------- the whole process


def test_killed_on_the_way_it_goes_on_and_serves_throughout(
    tmp_path: Path, embedder: Embedder, start: Callable[[], Any]
) -> None:
    home = tmp_path / "home"
    store = Store(home)
    with store.transaction() as db:
        db.execute("INSERT INTO documents (id, path, status, added) VALUES (1, 'drawers.txt', 'indexed', 0)")
        db.executemany(
            "INSERT INTO passages (document, ordinal, text, start) VALUES (1, ?, ?, 0)",
            [(n, f"In drawer {n} lies the letter of {n} words about harbour {n % 7}.") for n in range(ITEMS)],
        )
    store.close()
    other = models.shortened(bundled_folder(), tmp_path / "two layers")
    worker = start()
    assert worker.reply().embedder == embedder.name
    worker.ask(m.Consolidate)
    worker.send(m.UseEmbedder, str(other))
    while not (isinstance(reply := worker.reply(), m.Progress) and reply.done > 20):
        assert isinstance(reply, m.Progress)
    assert reply.total == ITEMS
    assert "drawer 112" in worker.ask(m.Recall, "What lies in drawer 112?").items[0].text
    worker.kill()
    assert _row(home, IN_USE) is None
    assert _row(home, NEXT) is not None

    worker = start()
    worker.send(m.Answering, writing=True)
    assert worker.reply().embedder == embedder.name
    worker.ask(m.Consolidate)
    assert not worker.pipe.poll(QUIET_SECONDS)  # the processors are the answer's
    assert "drawer 112" in worker.ask(m.Recall, "What lies in drawer 112?").items[0].text
    worker.send(m.Answering, writing=False)
    done: list[int] = []
    asked = {worker.send(m.Recall, "What lies in drawer 112?")}
    changed: m.EmbedderInUse | None = None
    while changed is None or asked:
        match worker.reply():
            case m.Progress(id=0) as progress:
                done.append(progress.done)
                asked.add(worker.send(m.Recall, "What lies in drawer 112?"))
            case m.Result(id=0, value=m.EmbedderInUse() as changed):
                pass
            case m.Result(value=m.Recollection() as found) as reply:
                asked.remove(reply.id)
                assert "drawer 112" in found.items[0].text
                assert found.items[0].parts["meaning"] > 0
    assert changed.name == "two layers"
    assert done[0] > 20  # what was embedded before the kill was not embedded again
    health = worker.ask(m.CheckUp)
    assert (health.passages, health.waiting, health.repaired) == (ITEMS, 0, ())
    assert health.embedder == "two layers"
    assert "drawer 112" in worker.ask(m.Recall, "What lies in drawer 112?").items[0].text
    worker.quit()
    store = Store(home)
    assert in_use(store)[0].name == "two layers"
    store.close()


def _row(home: Path, name: str) -> str | None:
    db = sqlite3.connect(home / "haema.sqlite")
    found = db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    db.close()
    return str(found[0]) if found else None
