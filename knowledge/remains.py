"""What deleting a row leaves behind outside its table, and the notes of what is still to be cleared.

The write-ahead log holds it until it is emptied, the model's KV states hold its tokens, the indexes keep it until they
are scrubbed (`forgetting.scrub`). What cannot be cleared in the transaction that deletes is noted in it, so that a
process killed in between finds the note.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterable
from typing import Any

from knowledge.store import Store

log = logging.getLogger(__name__)

DUE, STATES_DUE = "scrub_due", "states_due"  # names in the settings
AT_ONCE = "at once"
CHECKPOINT_TRIES, CHECKPOINT_SECONDS = 40, 0.25  # another process may just be reading


# ---------------------------------------------------------------- the indexes


def set_due(store: Store, *, at_once: bool = False) -> None:
    """Note that something was deleted, so that the next `scrub` has something to do; `at_once`: the user asked for it,
    so it waits for nothing but an answer that is being written."""
    with store.transaction():
        if at_once or not is_due(store):
            note(store, DUE, AT_ONCE if at_once else True)


def is_due(store: Store) -> bool:
    return noted(store, DUE) is not None


def is_due_at_once(store: Store) -> bool:
    return bool(noted(store, DUE) == AT_ONCE)


# ---------------------------------------------------------------- the model's KV states


def note_states(store: Store, conversations: Iterable[str]) -> None:
    """The KV states of these conversations hold tokens of what is forgotten, and are to be erased."""
    if every := set(conversations):
        note(store, STATES_DUE, sorted(every | set(states_due(store))))


def states_due(store: Store) -> tuple[str, ...]:
    """The conversations whose KV states are to be erased."""
    return tuple(noted(store, STATES_DUE) or ())


def states_erased(store: Store, conversations: Iterable[str]) -> None:
    """They are."""
    with store.transaction():
        note(store, STATES_DUE, sorted(set(states_due(store)) - set(conversations)))


# ---------------------------------------------------------------- notes, and the log


def note(store: Store, name: str, value: Any) -> None:
    """Write a note into the settings; an empty one is taken away."""
    with store.transaction() as db:
        db.execute("DELETE FROM settings WHERE name = ?", (name,))
        if value:
            db.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (name, json.dumps(value)))


def noted(store: Store, name: str) -> Any:
    """What a note says; None where there is none."""
    row = store.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return json.loads(row["value"]) if row is not None else None


def settle_log(store: Store) -> bool:
    """Bring the write-ahead log into the database and empty it; False where another process reads too long."""
    for _ in range(CHECKPOINT_TRIES):
        if not store.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            return True
        time.sleep(CHECKPOINT_SECONDS)
    log.warning("the store's log is in use and is emptied later")
    return False
