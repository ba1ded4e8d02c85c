"""Recall in a big memory: 25,000, 50,000 and 100,000 passages, and as many turns, each in a store of its own.

What is asked goes the whole road: worker process, pipe, embedding of the question, both legs, packing, and back. What
is stored is real but for two things, because 100,000 texts take a quarter of an hour to embed. Texts are recombined
from sentences: of the public sets, English and Korean (`public.py`), or where these are not there, of invented words
that are as frequent as words are. Some 4,000 texts are embedded; the others get the vector of one of
these, moved by noise to a cosine of about .8 to it. `HAEMA_SCALE_EMBED=100000` embeds all of them, and
`HAEMA_SCALE=25000` ends at that size.

Sizes in a row give the growth; the figures for 1,000,000 are the straight line through them, on paper, and say so.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Literal

import psutil

from desktop.home import open_home
from knowledge.checkup import Indexes
from knowledge.embedder import Embedder, bundled
from knowledge.index import Kind
from knowledge.indexer import REACH, SELF_WEIGHT
from knowledge.lexicon import Entry
from knowledge.store import Store
from knowledge.words import Words
from tests.bench.memory import WEIGHTS, WORDS
from tests.bench.public import public_set
from tests.bench.row import Row

SIZES = (25_000, 50_000, 100_000)
EMBEDDED = 4_000
NOISE = 0.75  # length of what is added to a unit vector: cosine 1 / sqrt(1 + .75²) = .8
PART = 5_000  # items written at once
SENTENCES: dict[Kind, tuple[int, int]] = {"passage": (3, 8), "message": (1, 3)}
GROUP: dict[Kind, int] = {"passage": 20, "message": 50}  # passages of a document, turns of a conversation
QUERIES, WARM = 150, 10
TOKENS = 1000  # a recall block's budget
SETS = ("cranfield", "scifact", "xquad-en", "korquad", "welfare-ko")
MILLION = 1_000_000
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def rows() -> Iterator[Row]:
    largest = int(os.environ.get("HAEMA_SCALE", SIZES[-1]))
    for kind, name in (("passage", "passages"), ("message", "turns")):
        with tempfile.TemporaryDirectory() as folder:
            taken: list[Measured] = []
            writer = Writer(Path(folder) / "home", kind)
            for size in [*(size for size in SIZES if size < largest), largest]:
                writer.grow_to(size)
                taken.append(measure(Path(folder) / "home", kind, size))
            last = taken[-1]
            what = f"{last.size:,} {name}"
            yield _row(f"recall ms, p50, {what}", last.p50, 40)
            yield _row(f"recall ms, p95, {what}", last.p95, 100)
            yield _row(f"memory's process MB, {what}", last.megabytes)
            yield _row(f"indexes MB on disk, {what}", last.disk)
            if len(taken) > 1:
                yield _row(f"recall ms, p50, 1,000,000 {name} (paper)", _drawn_out(taken, "p50"))
                yield _row(f"process MB, 1,000,000 {name} (paper)", _drawn_out(taken, "megabytes"))
                yield _row(f"indexes MB, 1,000,000 {name} (paper)", _drawn_out(taken, "disk"))


@dataclass(frozen=True, slots=True)
class Measured:
    """Milliseconds of a recall, the worker's resident memory and both indexes on the disk in MB."""

    size: int
    p50: float
    p95: float
    megabytes: float
    disk: float


def measure(home_folder: Path, kind: Kind, size: int) -> Measured:
    """Ask a fresh worker `QUERIES` different questions."""
    chance = random.Random(size)
    with open_home(home_folder) as home:
        home.memory.start()
        assert home.memory.wait(600)
        process = psutil.Process(home.memory.pid)
        asked = questions(WARM + QUERIES, chance)
        taken = []
        for n, question in enumerate(asked):
            begin = time.perf_counter()
            found = home.memory.recall(question, kind=_KINDS[kind], tokens=TOKENS, relevant_only=True)
            if n >= WARM:
                taken.append((time.perf_counter() - begin) * 1000)
        del found
        megabytes = process.memory_info().rss / 1e6
    disk = sum(
        path.stat().st_size
        for part in ("chroma", "lexicon")
        for path in (home_folder / part).rglob("*")
        if path.is_file()
    )
    return Measured(size, median(taken), quantiles(taken, n=20)[-1], megabytes, disk / 1e6)


_KINDS: dict[Kind, Literal["documents", "conversations"]] = {"passage": "documents", "message": "conversations"}


def _row(measure: str, figure: float, goal: float | None = None) -> Row:
    return Row("scale", measure, figure, None, None, goal, None if goal is None else figure <= goal)


def _drawn_out(taken: Sequence[Measured], what: str) -> float:
    """The straight line through the first and the last size, at a million."""
    first, last = taken[0], taken[-1]
    slope = (getattr(last, what) - getattr(first, what)) / (last.size - first.size)
    return float(getattr(last, what) + slope * (MILLION - last.size))


# ---------------------------------------------------------------- texts


@cache
def _public() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sentences and questions of the public sets that are there."""
    sentences: dict[str, None] = {}
    asked: dict[str, None] = {}
    for found in filter(None, map(public_set, SETS)):
        asked |= dict.fromkeys(question for question, _ in found.questions)
        for text in found.paragraphs.values():
            for sentence in _SENTENCE_END.split(text):
                if 20 <= len(sentence := " ".join(sentence.split())) <= 400:
                    sentences[sentence] = None
    return tuple(sentences), tuple(asked)


def _invented(chance: random.Random, least: int, most: int) -> str:
    return " ".join(chance.choices(WORDS, WEIGHTS, k=chance.randint(least, most)))


@cache
def _stock() -> tuple[str, ...]:
    chance = random.Random(5)
    return _public()[0] or tuple(_invented(chance, 8, 25).capitalize() + "." for _ in range(20_000))


def questions(number: int, chance: random.Random) -> list[str]:
    """Different questions of the public sets, or invented ones."""
    public = _public()[1]
    if public:
        return chance.sample(public, number)
    return [_invented(chance, 5, 10) + "?" for _ in range(number)]


# ---------------------------------------------------------------- a store of any size


class Writer:
    """Fills a data folder's store and indexes with one kind of item, as the worker would leave them."""

    def __init__(self, home: Path, kind: Kind) -> None:
        self._home, self._kind = home, kind
        self._chance = random.Random(kind)
        self._embedder: Embedder = bundled(home)
        self._words = Words()
        self._split: dict[str, Any] = {}
        self._vectors: list[Any] = []
        self._written = 0

    def grow_to(self, size: int) -> None:
        store = Store(self._home)
        indexes = Indexes(store, self._embedder.fingerprint)
        while self._written < size:
            self._write(store, indexes, min(PART, size - self._written))
        indexes.close()
        store.close()

    def _write(self, store: Store, indexes: Indexes, number: int) -> None:
        stock, span = _stock(), SENTENCES[self._kind]
        texts = [self._chance.choices(stock, k=self._chance.randint(*span)) for _ in range(number)]
        insert = self._insert_passages if self._kind == "passage" else self._insert_messages
        items = insert(store, [" ".join(text) for text in texts])
        with store.transaction() as db:
            db.execute("DELETE FROM outbox")
        entries = self._entries(items, texts)
        readable = [sum(self._split[part][1] for part in text) / len(text) for text in texts]
        vectors = self._vectors_of([" ".join(text) for text in texts])
        indexes.dense.put(self._kind, items, vectors, [str(item) for item in items], readable)
        indexes.lexicons[self._kind].write(entries, [])
        self._written += number

    def _insert_passages(self, store: Store, texts: Sequence[str]) -> list[int]:
        items = []
        with store.transaction() as db:
            for n, text in enumerate(texts):
                ordinal = n % GROUP["passage"]
                if not ordinal:
                    document = db.execute(
                        "INSERT INTO documents (path, status, title, modified, added) VALUES (?, 'indexed', ?, 0, 0)",
                        (f"/documents/{self._written + n}.txt", f"Document {self._written + n}"),
                    ).lastrowid
                item = db.execute(
                    "INSERT INTO passages (document, ordinal, text, start) VALUES (?, ?, ?, ?)",
                    (document, ordinal, text, ordinal * 1000),
                ).lastrowid
                items.append(int(item or 0))
        return items

    def _insert_messages(self, store: Store, texts: Sequence[str]) -> list[int]:
        items: list[int] = []
        with store.transaction() as db:
            for n, text in enumerate(texts):
                place = n % GROUP["message"]
                name, created = f"c{self._written + n - place}", 1_600_000_000.0 + 1000 * (self._written + n)
                if not place:
                    db.execute(
                        "INSERT INTO conversations (id, title, created, updated) VALUES (?, ?, ?, ?)",
                        (name, f"Thread {self._written + n}", created, created),
                    )
                item = db.execute(
                    "INSERT INTO messages (conversation, parent, role, text, created, state)"
                    " VALUES (?, ?, ?, ?, ?, 'complete')",
                    (name, items[-1] if place else None, "assistant" if place % 2 else "user", text, created),
                ).lastrowid
                items.append(int(item or 0))
        return items

    def _entries(self, items: Sequence[int], texts: Sequence[Sequence[str]]) -> list[Entry]:
        """Each sentence is split once, however many items it stands in; a turn holds its neighbours' words too."""
        for sentence in {sentence for text in texts for sentence in text} - self._split.keys():
            self._split[sentence] = (self._words.of_item(sentence), self._embedder.readable(sentence))
        entries = []
        for n, text in enumerate(texts):
            parts = [*text] * (SELF_WEIGHT if self._kind == "message" else 1)
            around = []
            if self._kind == "message":
                first = n - n % GROUP["message"]
                for other in range(max(first, n - REACH), min(first + GROUP["message"], n + REACH + 1, len(texts))):
                    if other != n:
                        around.append(items[other])
                        parts += texts[other]
            entries.append(
                Entry(
                    items[n],
                    [term for part in parts for term in self._split[part][0].terms],
                    [gram for part in parts for gram in self._split[part][0].grams],
                    around,
                )
            )
        return entries

    def _vectors_of(self, texts: Sequence[str]) -> list[Any]:
        import numpy as np

        embed = max(0, int(os.environ.get("HAEMA_SCALE_EMBED", EMBEDDED)) - len(self._vectors))
        new = [each.vectors[:1] for each in self._embedder.embed(texts[:embed])] if embed else []
        self._vectors += new
        random_ = np.random.default_rng(self._written)
        for _ in texts[embed:]:
            near = self._vectors[self._chance.randrange(len(self._vectors))]
            moved = near + NOISE / near.shape[1] ** 0.5 * random_.standard_normal(near.shape)
            new.append((moved / np.linalg.norm(moved)).astype(np.float32))
        return new
