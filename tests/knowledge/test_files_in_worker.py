"""Files in the worker's hands: held, gone on with after it was killed, and followed on the disk."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from knowledge import messages as m
from knowledge.folders import add_watched
from knowledge.library import documents
from knowledge.store import Store

FILES = 240


def until(worker: Any, kind: type, true: Any = lambda reply: True) -> Any:
    while not (isinstance(reply := worker.reply(), kind) and true(reply)):
        pass
    return reply


def test_held_killed_gone_on_with_and_followed(start: Any, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    for n in range(FILES):
        (folder / f"{n}.txt").write_text(f"File{n}word speaks of things such as boats. " * (1 + n % 9))
    worker = start()
    job = worker.send(m.IndexPaths, (str(folder),), "work")
    first = until(worker, m.FileProgress, lambda reply: reply.status == "indexed")
    assert first.total == FILES
    worker.send(m.Pause, job, True)
    held = until(worker, m.FileProgress, lambda reply: reply.paused)
    assert held.id == job
    assert 0 < held.done < FILES
    assert worker.ask(m.Recall, "boats", "documents", k=3).items
    assert isinstance(worker.ask(m.Consolidate), m.Consolidated)  # whoever says something meanwhile is remembered
    later = worker.send(m.IndexPaths, (str(folder / "0.txt"),))
    assert not worker.pipe.poll(1.0)
    worker.send(m.Pause, job, False)
    assert until(worker, m.FileProgress, lambda reply: not reply.paused).id == job != later
    worker.kill()

    store = Store(tmp_path / "home")
    left = [each for each in documents(store) if each.status != "indexed"]
    assert left
    worker = start()
    told = [until(worker, m.FileProgress)]
    while told[-1].status != "indexed" or told[-1].done < told[-1].total:
        told.append(until(worker, m.FileProgress))
    assert {reply.id for reply in told} == {0}
    assert {each.path for each in left} <= {reply.path for reply in told}
    every = documents(store)
    assert {(each.status, each.collection, each.passages) for each in every} == {("indexed", "work", 1)}
    assert len(every) == FILES

    add_watched(store, [str(folder), str(tmp_path / "missing")], None)
    assert worker.ask(m.Watch) == m.Watching(2, (str(tmp_path / "missing"),))
    time.sleep(2.0)
    (folder / "1.txt").write_text("Here a narwhal sang of the tide.")
    (folder / "2.txt").rename(folder / "two.txt")
    (folder / "3.txt").unlink()
    changes = [until(worker, m.DiskFollowed)]
    while sum(each.removed for each in changes) < 1 or sum(each.read for each in changes) < 1:
        changes.append(until(worker, m.DiskFollowed))
    assert (sum(each.read for each in changes), sum(each.removed for each in changes)) == (1, 1)
    assert "narwhal" in worker.ask(m.Recall, "narwhal", "documents", k=1).items[0].text
    assert len(documents(store)) == FILES - 1
    assert worker.quit() == 0
    store.close()
