"""Forgetting what was said, whoever asks for it: from the store at once, from the disk while nobody waits.

The rows go in one transaction, so from that moment nothing of it can be recalled. Then the model drops what it keeps of
the conversations that held it, and the memory's worker writes the indexes anew. A process killed in between finds notes
of what is left to be done.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from desktop.engine_process import Engine
from desktop.errors import Failure
from engine import states
from knowledge.forgetting import forget_said
from knowledge.messages import Forgotten
from knowledge.remains import states_due, states_erased
from knowledge.store import Store

log = logging.getLogger(__name__)


def forget(
    store: Store,
    engine: Engine,
    *,
    messages: Iterable[int] = (),
    facts: Iterable[int] = (),
    conversations: Iterable[str] = (),
    bin_days: int = 0,
) -> Forgotten:
    """Take it out of the store and the model's KV states; the indexes follow with the next look at the outbox.

    Answers that repeat words of it are messages of their own, and stay. Raises `KnowledgeError`.
    """
    forgotten = forget_said(store, messages=messages, facts=facts, conversations=conversations, bin_days=bin_days)
    erase_states(store, engine)
    return forgotten


def erase_states(store: Store, engine: Engine | None = None) -> None:
    """Erase the KV states of the conversations of which something was forgotten; `engine` None: it does not run."""
    due = states_due(store)
    if not due:
        return
    try:
        if engine is not None and engine.pid is not None:
            engine.forget(due)
        else:
            states.forget(store.home / "cache" / "states", due)
    except Failure as error:
        log.warning("the KV states of what was forgotten are erased later: %s", error.error)
        return
    states_erased(store, due)
