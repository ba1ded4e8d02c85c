"""What the worker does of its own accord: in idle time, in its order, and never while an answer is written."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from knowledge import messages as m
from knowledge.history import History
from knowledge.remains import is_due, states_due
from knowledge.store import Store
from tests.knowledge.test_episodes import BOAT, BREAD

RARE = "zyqqoval"
WAIT_SECONDS = 60.0


def test_facts_and_episodes_wait_for_the_answer_and_what_is_forgotten_leaves_the_folder(
    start: Any, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    store = Store(home)
    history = History(store)
    talk, said = history.begin().id, list[int]()
    for text in ["My sister is Jin.", *BOAT[1:], *BREAD, f"The {RARE} key is blue."]:
        said.append(history.say(talk, "user", text, parent=said[-1] if said else None).id)
    with store.transaction() as db:
        db.execute("UPDATE messages SET created = created - 100000")

    def count(table: str) -> int:
        return int(store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    worker = start()
    worker.send(m.Answering, writing=True)
    assert isinstance(worker.reply(), m.Ready)
    time.sleep(2.5)  # the idle work looks every second
    assert worker.ask(m.Recall, "the key", "conversations").items == (), "not even what was said is indexed"
    assert (count("unconsidered"), count("episodes"), count("outbox")) == (13, 0, 13)

    worker.send(m.Answering, writing=False)
    deadline = time.monotonic() + WAIT_SECONDS
    while (count("unconsidered") or count("episodes") < 2 or count("outbox")) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert (count("unconsidered"), count("outbox")) == (0, 0)
    assert count("facts") >= 1
    assert RARE in worker.ask(m.Recall, f"the {RARE} key", "conversations").items[0].text

    forgotten = worker.ask(m.Forget, messages=(said[-1],))
    assert forgotten == m.Forgotten(1, 0, (talk,))
    assert states_due(store) == (talk,)
    assert not is_due(store)
    holding = [file.name for file in home.rglob("*") if file.is_file() and RARE.encode() in file.read_bytes()]
    assert holding == []
    (binned,) = worker.ask(m.Forget, messages=(said[0],), bin_days=30).binned
    assert binned
    assert worker.ask(m.Consolidate) is not None
    assert all("sister is Jin" not in item.text for item in worker.ask(m.Recall, "Who is my sister?").items)
    assert worker.quit() == 0
    store.close()
