"""An import of 200,000 turns: how fast it is stored, in how much memory, and what the window notices of it.

The export is written from invented words that are as frequent as words are. Storing all of it is measured, in a process
of its own, against a loop that only parses the same JSON. Becoming recallable takes an embedder's time, so it is
measured on `PART` turns, through the worker; beside it stands how long a turn waits that is said in the meantime.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import psutil

from desktop.home import open_home
from knowledge.history import History
from knowledge.imports import import_conversations
from knowledge.messages import Progress
from knowledge.store import Store
from tests.bench.memory import WEIGHTS, WORDS
from tests.bench.row import Row

TURNS, TALK = 200_000, 40  # turns in all, and in a conversation
PART = 2_000
LENGTH = (12, 50)  # words of a turn
MEMORY_GOAL = 200  # MB that the import may add to its process
READ_GOAL = 50  # ms, in which the window's list of conversations is read meanwhile


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        export = write_export(folder / "conversations.json", TURNS)
        begin = time.perf_counter()
        with export.open(encoding="utf-8") as file:
            json.load(file)
        bare = TURNS / (time.perf_counter() - begin)
        reads: list[float] = []
        seconds, megabytes = _in_a_process(export, folder / "home", reads)
        stored = TURNS / seconds
        yield Row("import", f"turns/s stored, {TURNS:,} turns", stored, bare, stored / bare, None, None)
        yield Row("import", "MB more at its peak", megabytes, None, None, MEMORY_GOAL, megabytes <= MEMORY_GOAL)
        size = (folder / "home" / "haema.sqlite").stat().st_size / 1e6
        yield Row("import", f"MB of store from {export.stat().st_size / 1e6:.0f} MB", size, None, None, None, None)
        read = median(reads)
        yield Row("import", "ms to read the list meanwhile, p50", read, None, None, READ_GOAL, read <= READ_GOAL)
        speed, wait = _recallable(write_export(folder / "part.json", PART), folder / "part")
        yield Row("import", f"turns/s recallable, {PART:,} turns", speed, None, None, None, None)
        yield Row("import", "s until a turn said meanwhile is recallable", wait, None, None, None, None)


def write_export(path: Path, turns: int) -> Path:
    """A ChatGPT-style export of that many turns."""
    dice = random.Random(5)
    with path.open("w", encoding="utf-8") as file:
        for talk in range(turns // TALK):
            nodes = {}
            before = None
            for number in range(TALK):
                id = f"{talk}-{number}"
                text = " ".join(dice.choices(WORDS, WEIGHTS, k=dice.randint(*LENGTH)))
                author = {"role": "assistant" if number % 2 else "user", "name": None, "metadata": {}}
                content = {"content_type": "text", "parts": [text]}
                when = 1_600_000_000 + 60 * (talk * TALK + number)
                message = {"id": id, "author": author, "create_time": when, "content": content, "weight": 1.0}
                nodes[id] = {"id": id, "message": message, "parent": before, "children": []}
                before = id
            whole = {"id": f"t{talk}", "conversation_id": f"t{talk}", "title": f"Talk {talk}", "mapping": nodes}
            file.write(("," if talk else "[") + json.dumps({**whole, "current_node": before}))
        file.write("]")
    return path


def _in_a_process(export: Path, home: Path, reads: list[float]) -> tuple[float, float]:
    """Seconds to store all of it and the MB more at the peak; `reads` takes the times of the window's reads."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    store = Store(home)
    process = context.Process(target=_store, args=(str(export), str(home), there))
    process.start()
    try:
        here.recv()  # all is imported and open
        about = psutil.Process(process.pid)
        before = peak = about.memory_info().rss
        here.send(None)
        while not here.poll(0.1):
            peak = max(peak, about.memory_info().rss)
            begin = time.perf_counter()
            History(store).conversations()
            reads.append(1000 * (time.perf_counter() - begin))
        seconds = here.recv()
        process.join()
    finally:
        store.close()
    return seconds, (peak - before) / 1e6


def _store(export: str, home: str, end: Connection) -> None:
    store = Store(Path(home))
    end.send(None)
    end.recv()
    begin = time.perf_counter()
    for _ in import_conversations(Path(export), store, lambda: False):
        pass
    end.send(time.perf_counter() - begin)
    store.close()


def _recallable(export: Path, folder: Path) -> tuple[float, float]:
    """Turns a second that become recallable, and the seconds for which a turn said halfway through had to wait."""
    with open_home(folder) as home:
        home.memory.start()
        home.memory.wait(120)
        begin = time.perf_counter()
        said = 0.0
        waited = 0.0
        for step in home.memory.import_conversations(str(export), threading.Event()):
            if isinstance(step, Progress) and not step.stage and step.done * 2 >= step.total:
                if not said:
                    talk = home.history.begin("Now").id
                    home.history.say(talk, "user", "The xylophone stands in the attic", parent=None)
                    said = time.perf_counter()
                elif not waited:
                    found = home.memory.recall("xylophone in the attic", k=1).items
                    if found and "xylophone" in found[0].text:
                        waited = time.perf_counter() - said
        return PART / (time.perf_counter() - begin), waited
