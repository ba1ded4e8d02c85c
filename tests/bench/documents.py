"""Indexing speed from files to recallable passages, against a bare encode of the same passages."""

from __future__ import annotations

import multiprocessing
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from desktop.home import open_home
from knowledge.embedder import bundled_folder
from knowledge.messages import Indexed
from tests.bench.row import Row, in_turns, speed

FILES = 150
ROUNDS = 3
WORDS = (
    "harbour lease contract tenant deposit window engine model memory passage river mountain letter summer question "
    "answer doctor salary insurance meeting garden kitchen bridge station library teacher student paper result method "
    "figure"
).split()


def rows() -> Iterator[Row]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_bare_encode, args=(theirs, str(bundled_folder())))
    process.start()
    assert ours.recv() == "ready"
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        home.memory.start()
        assert home.memory.wait(120)
        written: list[list[str]] = []

        def haema() -> float:
            texts, place = _write_files(Path(folder) / f"files-{len(written)}", seed=len(written))
            written.append(texts)
            begin = time.perf_counter()
            *_, indexed = home.memory.index((str(place),), None, threading.Event())
            seconds = time.perf_counter() - begin
            assert isinstance(indexed, Indexed)
            assert indexed.passages == len(texts)
            return len(texts) / seconds

        def bare() -> float:
            ours.send(written[-1] if written else _texts(0))
            return float(ours.recv())

        haema(), bare()  # warm
        figures = in_turns(haema, bare, ROUNDS)
        ours.send(None)
        process.join()
        yield speed("documents", "passages/s, files to recallable", figures, 0.97)


def _texts(seed: int) -> list[str]:
    """Paragraphs of 20 to 150 words, one passage each."""
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=chance.randint(20, 150))).capitalize() + "." for _ in range(FILES)]


def _write_files(place: Path, seed: int) -> tuple[list[str], Path]:
    place.mkdir()
    texts = _texts(seed)
    for number, text in enumerate(texts):
        (place / f"{number}.txt").write_text(text, encoding="utf-8")
    return texts, place


def _bare_encode(pipe: Connection, folder: str) -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(folder, device="cpu")
    model.encode(["warm"] * 32, show_progress_bar=False)
    pipe.send("ready")
    while (texts := pipe.recv()) is not None:
        begin = time.perf_counter()
        model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        pipe.send(len(texts) / (time.perf_counter() - begin))
