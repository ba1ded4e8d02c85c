"""Recall time with a few thousand remembered turns, the pipe and the embedding of the query included."""

from __future__ import annotations

import json
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from desktop.home import open_home
from tests.bench.row import Row

TURNS, THREADS, QUERIES = 2000, 40, 60
SYLLABLES = "ba den fir gol hum jas kel lin mor nus pad rit sol tam vek wun yor zib".split()
WORDS = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:9]]  # 2,916 words
WEIGHTS = [1 / (place + 3) for place in range(len(WORDS))]  # as often as words are (Zipf)


def rows() -> Iterator[Row]:
    chance = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        export = Path(folder) / "conversations.json"
        export.write_text(json.dumps([_thread(n, chance) for n in range(THREADS)]), encoding="utf-8")
        home.memory.start()
        assert home.memory.wait(120)
        begin = time.perf_counter()
        *_, _done = home.memory.import_conversations(str(export), threading.Event())
        yield Row(
            "memory", "turns/s, import to recallable", TURNS / (time.perf_counter() - begin), None, None, None, None
        )
        home.memory.recall("warm")
        taken = []
        for _ in range(QUERIES):
            query = " ".join(chance.choices(WORDS, WEIGHTS, k=8)) + "?"
            begin = time.perf_counter()
            home.memory.recall(query, tokens=1000)
            taken.append((time.perf_counter() - begin) * 1000)
        yield Row("memory", f"recall ms, p50, {TURNS} turns", median(taken), None, None, 40, median(taken) <= 40)
        late = quantiles(taken, n=20)[-1]
        yield Row("memory", f"recall ms, p95, {TURNS} turns", late, None, None, 100, late <= 100)


def _thread(number: int, chance: random.Random) -> dict[str, object]:
    """One thread of a ChatGPT export, its turns one after the other."""
    root = f"root-{number}"
    mapping: dict[str, object] = {root: {"id": root, "message": None, "parent": None, "children": [f"m{number}-0"]}}
    count = TURNS // THREADS
    for n in range(count):
        id = f"m{number}-{n}"
        text = " ".join(chance.choices(WORDS, WEIGHTS, k=chance.randint(8, 40)))
        mapping[id] = {
            "id": id,
            "parent": f"m{number}-{n - 1}" if n else root,
            "children": [f"m{number}-{n + 1}"] if n + 1 < count else [],
            "message": {
                "id": id,
                "author": {"role": "assistant" if n % 2 else "user"},
                "create_time": 1_700_000_000 + 3600 * number + 60 * n,
                "content": {"content_type": "text", "parts": [text]},
            },
        }
    return {
        "id": root,
        "title": f"Thread {number}",
        "create_time": 1_700_000_000,
        "mapping": mapping,
        "current_node": f"m{number}-{count - 1}",
    }
