"""How a context's tokens are shared out: the answer's reserve, what the next turn may bring, and the history's room.

The history's room does not depend on what a turn really brings, or the turns that are kept would change with every
prompt, and the cache of all that follows them with it.
"""

from __future__ import annotations

from engine.messages import ContextSplit

RESERVE_SHARE = 4  # at most one part in so many of the context is kept free for the answer
TURN_TOKENS, TURN_SHARE = 1280, 4  # for the recall block and the new prompt, at most one part in so many
HISTORY_FULL = 0.8  # of its room: time to summarise
HISTORY_AFTER = 0.5  # of its room is left in the turns' own words when the older ones have been summarised


def reserve(max_tokens: int, context: int) -> int:
    """Tokens kept free for an answer of at most `max_tokens`."""
    return min(max_tokens, context // RESERVE_SHARE)


def turn(context: int) -> int:
    """Tokens set aside for what a turn brings; one that brings more takes them from the history."""
    return min(TURN_TOKENS, context // TURN_SHARE)


def history_room(split: ContextSplit) -> int:
    """Tokens that the history of a laid-out prompt may take before its oldest turns leave."""
    return max(0, split.context - split.reserve - split.system - split.summary - turn(split.context))
