"""Forgetting so that nothing is left: not in the store, nor in its copies, caches and indexes.

Deleting a row leaves words behind in many places: the write-ahead log, free pages, index segments in which items are
only marked as deleted, the vector graph, copies of the store that a newer schema left, rendered pages, KV states.
`forget` (documents) and `forget_said` (messages, facts, conversations) clear what is cheap to clear at once, `scrub`
writes anew what holds deleted items; it takes seconds for a large memory, and the worker does it when it was asked to
forget, or in idle time. KV states are the engine's: `remains.states_due` names them to whoever has an engine.

What was said can go to the bin first (`bin.py`): then it leaves recall at once, and the disk when its time is over.

A document that was removed from a watched folder must not come back with the next look at it. So a digest of its path,
of which nobody can tell the path, is kept until the file is named again.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from knowledge.bin import expired, leave_out, of_conversations, put, take_out
from knowledge.copies import clear_copies, note_for_copies
from knowledge.index import KINDS
from knowledge.messages import Forgotten
from knowledge.remains import DUE, is_due, note, note_states, noted, set_due, settle_log
from knowledge.store import Store
from knowledge.unsaying import Said, consider_again, delete_said, said

if TYPE_CHECKING:
    from knowledge.checkup import Indexes

__all__ = ["empty_bin", "forget", "forget_said", "is_due", "left_out", "let_in", "scrub", "set_due", "settle_log"]

log = logging.getLogger(__name__)

LEFT_OUT = "left_out"  # name in the settings


# ---------------------------------------------------------------- at once


def forget(store: Store, documents: Sequence[int], *, keep_out: bool = True) -> None:
    """Delete the documents with all that belongs to them; the outbox takes their passages out of the indexes.

    `keep_out`: those in watched folders shall not come back.
    """
    if not documents:
        return
    paths = {
        row["id"]: row["path"]
        for id in documents
        for row in store.db.execute("SELECT id, path FROM documents WHERE id = ?", (id,))
    }
    with store.transaction() as db:
        if keep_out:
            _keep_out(store, [path for path in paths.values() if _is_watched(store, path)])
        db.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in documents])
        db.executemany(  # what an unfinished reading of whole documents has noted of them
            "UPDATE messages SET details = json_remove(details, '$.whole.notes') WHERE instr(details, '\"whole\"')"
            " AND ? IN (SELECT value FROM json_each(details, '$.whole.ids'))",
            [(id,) for id in documents],
        )
        leave_out(db, Said(), documents=documents)
        note_for_copies(store, documents=paths)
        set_due(store)
    for id in documents:
        shutil.rmtree(store.home / "cache" / "pages" / str(id), ignore_errors=True)
    clear_copies(store)


def forget_said(
    store: Store,
    *,
    messages: Iterable[int] = (),
    facts: Iterable[int] = (),
    conversations: Iterable[str] = (),
    bin_days: int = 0,
    now: float | None = None,
) -> Forgotten:
    """Delete messages, facts and whole conversations with all that quotes or sums them up, in one transaction; the
    outbox takes them out of the indexes. Facts that rest on a forgotten message go with it.

    `bin_days`: they can be brought back for so long (`bin.restore`). Of those not there any more nothing is said.
    """
    with store.transaction() as db:
        named = tuple(conversations)
        written = set(facts)
        gone = said(db, messages, written, named)
        binned: list[int] = []
        from_bin = Said()
        if bin_days > 0:
            binned = put(db, gone, bin_days, time.time() if now is None else now)
        else:
            from_bin = take_out(db, of_conversations(db, named))
            note_for_copies(store, from_bin)
            note_for_copies(store, gone)
        consider_again(db, set(gone.facts) - written, gone.messages)
        touched = delete_said(db, gone)
        if not bin_days:
            leave_out(db, gone, touched)
        note_states(store, touched)
        if gone or from_bin:
            set_due(store, at_once=not bin_days)
    clear_copies(store)
    return Forgotten(len(gone.messages), len(gone.facts), tuple(sorted(touched)), tuple(binned))


def empty_bin(store: Store, ids: Iterable[int] | None = None, *, now: float | None = None) -> int:
    """Delete what the bin holds: these entries, or those whose time is over; returns how many."""
    if ids is None:
        ids = expired(store, time.time() if now is None else now)
    if not (every := list(ids)):
        return 0
    with store.transaction() as db:
        note_for_copies(store, take_out(db, every))
        set_due(store, at_once=True)
    clear_copies(store)
    return len(every)


# ---------------------------------------------------------------- thoroughly


def scrub(store: Store, indexes: Indexes, stopped: Callable[[], bool] = lambda: False) -> bool:
    """Write anew whatever still holds deleted items; the outbox must be empty. False when it was stopped.

    Each part is replaced at once when it is ready; recall reads the old one until then.
    """
    begin = time.monotonic()
    clear_copies(store)
    for kind in KINDS:
        if not indexes.lexicons[kind].scrub(stopped):
            return False
    if not indexes.dense.scrub(stopped):
        return False
    if not settle_log(store):
        return False
    note(store, DUE, None)  # last, or a process killed in between would leave the log as it is
    log.info("what was deleted is gone from the indexes (%.1f s)", time.monotonic() - begin)
    return True


# ---------------------------------------------------------------- not to come back


def left_out(store: Store) -> Callable[[str], bool]:
    """Whether the document at a path was removed, and has not been named again since."""
    digests = _digests(store)
    return lambda path: bool(digests) and _digest(store, path) in digests


def let_in(store: Store, paths: Iterable[str]) -> None:
    """These files were named again."""
    digests = _digests(store)
    if digests and (named := digests & {_digest(store, path) for path in paths}):
        _write(store, digests - named)


def _keep_out(store: Store, paths: Sequence[str]) -> None:
    if paths:
        _write(store, _digests(store) | {_digest(store, path) for path in paths})


def _is_watched(store: Store, path: str) -> bool:
    return any(
        path.startswith(row["path"].rstrip(os.sep) + os.sep) for row in store.db.execute("SELECT path FROM watched")
    )


def _digests(store: Store) -> set[str]:
    return set(noted(store, LEFT_OUT) or ())


def _write(store: Store, digests: set[str]) -> None:
    note(store, LEFT_OUT, sorted(digests))


def _digest(store: Store, path: str) -> str:
    row = store.db.execute("SELECT value FROM settings WHERE name = 'store_id'").fetchone()
    key = (row["value"] if row is not None else "").encode()[:64]
    return hashlib.blake2b(path.encode("utf-8", "surrogateescape"), key=key, digest_size=16).hexdigest()
