"""From one conversation to the next without losing what was processed: the cache of the one is kept on the disk, that
of the other is taken from there when it holds more of the prompt than the memory does.

What is kept of a conversation ends where the user's next turn begins: nothing of a recall block, of an unfinished
answer, or of words that were typed and never sent.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from engine.cache import Cache, common
from engine.states import States

log = logging.getLogger(__name__)

LEAST_KEPT = 256  # tokens; fewer are processed sooner than read
LEAST_NEWS = 64  # tokens by which a state must have grown to be written anew
CHEAP_BYTES = 64 << 20  # a larger state is written only when a good part of it is new
NEWS_SHARE = 4  # one part in so many


class Resuming:
    """Whose tokens the cache holds, and how many of them will not change any more."""

    def __init__(self, cache: Cache, states: States | None) -> None:
        self._cache, self._states = cache, states
        self._conversation: str | None = None
        self._settled = 0
        self._kept: tuple[int, ...] = ()  # what the conversation's file holds

    def turn_to(self, conversation: str | None, tokens: Sequence[int], settled: int) -> None:
        """The next tokens to be processed are `tokens` of `conversation`, the first `settled` of them to stay.

        None stands for a conversation that leaves nothing behind.
        """
        if conversation != self._conversation:
            self.keep()
            self._conversation, self._kept = conversation, ()
        self._settled = settled
        if conversation is None or self._states is None:
            return
        here = self._cache.common(tokens)
        if here >= settled and self._kept:
            return
        state = self._states.find(conversation)
        if state is None:
            return
        self._kept = state.tokens
        there = common(state.tokens, tokens)
        if there < max(here + LEAST_NEWS, LEAST_KEPT) or (there < len(state.tokens) and not self._cache.goes_back):
            return
        if self._states.whole(state):
            if self._cache.load(state.path, state.tokens):
                log.info("a conversation goes on from its KV state: %d tokens", len(state.tokens))
                if self._cache.needs_checkpoint(len(state.tokens)):
                    self._cache.checkpoint()
            else:
                self._states.drop(state, "llama.cpp did not take it")
                self._kept = ()

    def settle(self) -> None:
        """The cache holds the settled tokens, and there is time: keep them on the disk if it pays."""
        count = self._cache.common(self._kept)
        news = self._settled - count
        cheap = self._cache.size() <= CHEAP_BYTES
        if news >= LEAST_NEWS and (cheap or news >= self._settled // NEWS_SHARE):
            self.keep()

    def keep(self) -> None:
        """Put the settled tokens on the disk, if there are any new ones; the others leave the cache."""
        if self._conversation is None or self._states is None:
            return
        settled = min(self._settled, len(self._cache.tokens))
        if settled < LEAST_KEPT or settled - self._cache.common(self._kept) < LEAST_NEWS:
            return
        if self._cache.cut(settled) < LEAST_KEPT:
            return
        tokens = tuple(self._cache.tokens)
        if self._states.keep(self._conversation, tokens, self._cache.size(), self._cache.save):
            self._kept = tokens

    def forget(self, conversations: Sequence[str]) -> None:
        """Take these conversations out of the cache, and what belongs to none; their files are erased by
        `states.forget`."""
        if self._conversation is None or self._conversation in conversations:
            self._cache.clear()
            self._conversation, self._settled, self._kept = None, 0, ()
