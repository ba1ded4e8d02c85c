"""A process that consolidates a day of talk and is killed (SIGKILL) at a named place, as often as one likes.

One process loads what is slow to load, without starting a thread; for every run it forks a child that opens the
folder, lives the day, and kills itself where it is told. The day can be lived on from wherever it was broken off:
each step looks first whether it was done.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

RARE = "zyqqoval"
BOAT = (
    "I want to buy an old wooden boat in Busan.",
    "What does a boat like that cost?",
    "The owner of the boat asks 12 million won for it.",
    "Is the wood of the boat still good?",
    f"Behind the boat house lies the {RARE} key.",
    "And the sails of the boat?",
    "The sails of the boat are from 2019.",
    "Then the boat can go to sea.",
)
BREAD = (
    "My sister is Jin.",
    "How old is her yeast?",
    "Her yeast is from 2024, and the flour for the bread is rye.",
    "Rye bread needs sourdough beside yeast.",
    "Then I shall make a sourdough for the bread.",
    "Warm water helps the yeast.",
)
BEGIN, HOUR = 1_780_000_000.0, 3600.0
BINNED = "The sails of the boat are from 2019."


@dataclass(frozen=True, slots=True)
class Point:
    """Where to be killed: before or after the `nth` call of what stands at `place` ("module:name" or
    "module:class.name")."""

    place: str
    nth: int = 1
    after: bool = True

    def arm(self) -> None:
        module, _, path = self.place.partition(":")
        owner: Any = importlib.import_module(module)
        *classes, name = path.split(".")
        for each in classes:
            owner = getattr(owner, each)
        real, calls = getattr(owner, name), 0

        def killing(*args: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == self.nth and not self.after:
                os.kill(os.getpid(), signal.SIGKILL)
            result = real(*args, **options)
            if calls == self.nth:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        setattr(owner, name, killing)


def run(pipe: Connection, cache: str) -> None:
    """The process: answers (folder, point or None, file) by the exit status of the day lived there; None ends it."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["OMP_NUM_THREADS"] = "1"
    import chromadb  # noqa: F401 - so that a child need not
    import tantivy  # noqa: F401

    from knowledge.embedder import bundled

    embedder = bundled(Path(cache), threads=1)
    pipe.send("ready")
    while (asked := pipe.recv()) is not None:
        home, point, file = asked
        child = os.fork()
        if child == 0:
            try:
                if point is not None:
                    point.arm()
                found = live(Path(home), embedder)
                Path(file).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)
        _, status = os.waitpid(child, 0)
        pipe.send(os.waitstatus_to_exitcode(status))


# ---------------------------------------------------------------- the day


def live(home: Path, embedder: Any) -> dict[str, Any]:
    """Live the day to its end, or on from where it was broken off; returns what is there in the evening."""
    from knowledge import bin, facts, forgetting  # noqa: A004
    from knowledge.checkup import Indexes
    from knowledge.indexer import Indexer
    from knowledge.store import Store
    from knowledge.words import Words

    store, words = Store(home), Words()
    indexes = Indexes(store, embedder.fingerprint)
    indexer = Indexer(store, embedder, indexes, words)

    def learn() -> None:
        while indexer.step():
            pass

    def reflect() -> None:
        from knowledge import episodes

        learn()
        facts.consider_waiting(store, lambda: False)
        learn()
        while episodes.step(store, indexes.dense, words, embedder.count, lambda: False, BEGIN + 99 * HOUR):
            pass
        learn()

    def clear() -> None:
        learn()
        if forgetting.is_due(store):
            assert forgetting.scrub(store, indexes)

    def once(step: str, do: Callable[[], None]) -> None:
        """A step that is marked when it is done; killed in between it is done again."""
        if not store.db.execute("SELECT 1 FROM settings WHERE name = ?", (step,)).fetchone():
            do()
            with store.transaction() as db:
                db.execute("INSERT INTO settings (name, value) VALUES (?, 'true')", (step,))

    def put_in_bin() -> None:
        if found := _id_of(store, BINNED):
            forgetting.forget_said(store, messages=[found], bin_days=30)

    def bring_back() -> None:
        for entry in bin.contents(store):
            bin.restore(store, entry.id)

    def forget() -> None:
        if found := _id_of(store, f"%{RARE}%"):
            forgetting.forget_said(store, messages=[found])

    once("said", lambda: _say(store))
    once("copied", lambda: _copy(store))
    once("reflected", reflect)
    once("binned", put_in_bin)
    once("learnt", learn)
    once("back", bring_back)
    once("forgotten", forget)
    clear()
    reflect()
    evening = _evening(store, indexes)
    indexes.close()
    store.close()
    return evening


def _say(store: Any) -> None:
    from knowledge.history import History

    history = History(store)
    talks = history.conversations()
    talk = talks[0].id if talks else history.begin("Talk").id
    said = history.messages(talk)
    for n, text in list(enumerate((*BOAT, *BREAD)))[len(said) :]:
        parent = said[-1].id if said else None
        at = BEGIN + 60 * n + (9 * HOUR if n >= len(BOAT) else 0)
        with store.transaction() as db:
            told = history.say(talk, "assistant" if n % 2 else "user", text, parent=parent)
            db.execute("UPDATE messages SET created = ? WHERE id = ?", (at, told.id))
        said.append(told)


def _copy(store: Any) -> None:
    """As a newer schema would."""
    from knowledge.remains import settle_log

    settle_log(store)
    shutil.copy2(store.path, store.home / "haema.before-schema-5.sqlite")


def _id_of(store: Any, like: str) -> int | None:
    row = store.db.execute("SELECT id FROM messages WHERE text LIKE ?", (like,)).fetchone()
    return None if row is None else int(row[0])


def _evening(store: Any, indexes: Any) -> dict[str, Any]:
    """What must be the same however often the day was broken off."""
    db = store.db
    kinds = {"message": "messages", "fact": "facts", "episode": "episodes"}
    texts = {
        kind: {row[0]: row[1] for row in db.execute(f"SELECT id, text FROM {table}")} for kind, table in kinds.items()
    }
    found = {kind: sorted(texts[kind][id] for id in indexes.dense.items(kind)) for kind in kinds}
    worded = {kind: sorted(texts[kind][id] for id in indexes.lexicons[kind].items()) for kind in kinds}
    branch = db.execute(
        "SELECT m.text, p.text FROM messages m LEFT JOIN messages p ON p.id = m.parent ORDER BY m.id"
    ).fetchall()
    covered = db.execute(
        "SELECT m.text, e.level, count(*) FROM episode_turns t JOIN episodes e ON e.id = t.episode"
        " JOIN messages m ON m.id = t.message GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    files = [file for file in store.home.rglob("*") if file.is_file()]
    return {
        "messages": [tuple(row) for row in branch],
        "facts": sorted(texts["fact"].values()),
        "episodes": sorted(texts["episode"].values()),
        "covered": [tuple(row) for row in covered],
        "by meaning": found,
        "by words": worded,
        "waiting": [tuple(row) for row in db.execute("SELECT kind, item, change FROM outbox")],
        "unconsidered": db.execute("SELECT count(*) FROM unconsidered").fetchone()[0],
        "bin": db.execute("SELECT count(*) FROM bin").fetchone()[0],
        "integrity": db.execute("PRAGMA integrity_check").fetchone()[0],
        "dangling": len(db.execute("PRAGMA foreign_key_check").fetchall()),
        "notes": [row[0] for row in db.execute("SELECT name FROM settings WHERE name LIKE '%_due' ORDER BY 1")],
        "traces": sorted(file.name for file in files if RARE.encode() in file.read_bytes()),
        "year": time.gmtime(BEGIN).tm_year,
    }
