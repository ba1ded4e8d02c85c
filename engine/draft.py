"""A small model that guesses ahead for a large one with the same vocabulary.

It goes along with the large one's text in a context of its own, and guesses its own likeliest tokens, as long as it is
sure enough of them. What makes vocabularies the same is llama.cpp's own rule (common/speculative.cpp).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import DraftUnsuitable
from engine.llama import llama
from engine.messages import Sampling
from engine.vocabulary import Vocabulary

if TYPE_CHECKING:
    from engine.model import Model

LEAST_CHANCE = 0.4  # by the small model's own account
GREEDY = Sampling(temperature=0, repeat_penalty=1)
SIZES_MAY_DIFFER = 128  # tokens, unused ones at the end
FIRST_COMPARED = 5  # of tokens: those before are control tokens, whose texts may differ


class Draft:
    """Guesses with `small` for texts of a larger model; in step with the text that it was given last."""

    def __init__(self, small: Model, *, large: Model) -> None:
        """Raises `DraftUnsuitable` when the two do not go together."""
        alike = _alike(small.vocabulary, large.vocabulary)
        if not alike or small.cache.one_way:
            raise DraftUnsuitable(draft=str(small.facts.path), model=large.facts.name)
        self._small = small
        self._size = min(small.vocabulary.size, large.vocabulary.size)

    def follow(self, text: Sequence[int]) -> bool:
        """Process `text` as far as that is not done yet; False when interrupted, or when it cannot be."""
        small = self._small
        if len(text) >= small.context:
            return False
        same = min(len(small.cached), len(text) - 1)
        if small.cached[:same] != text[:same]:
            same = small.cache.common(text[:-1])
        missing = text[small.cache.cut(same) :]
        return all(0 <= token < self._size for token in missing) and small.evaluate(missing)

    def guess(self, text: Sequence[int], count: int) -> list[int]:
        """At most so many tokens that may come after `text`: as many as the small model is sure of."""
        guessed: list[int] = []
        count = min(count, self._small.context - len(text) - 1)
        if not self.follow(text):
            return guessed
        with self._small.sampler(GREEDY) as draw:
            while len(guessed) < count:
                token = draw(-1)
                logits = draw.logits(-1)
                if token >= self._size or 1 / float(np.exp(logits - logits[token]).sum()) < LEAST_CHANCE:
                    break
                guessed.append(token)
                if len(guessed) < count and not self._small.evaluate([token]):
                    break
        return guessed


def _alike(one: Vocabulary, other: Vocabulary) -> bool:
    """Whether the same text is the same tokens in both."""
    lib = llama()
    ours, theirs = one.handle, other.handle
    for ask in (lib.llama_vocab_type, lib.llama_vocab_get_add_bos, lib.llama_vocab_get_add_eos):
        if ask(ours) != ask(theirs):
            return False
    if one.bos != other.bos or one.eos != other.eos or abs(one.size - other.size) > SIZES_MAY_DIFFER:
        return False
    text = lib.llama_vocab_get_text
    return all(text(ours, token) == text(theirs, token) for token in range(FIRST_COMPARED, min(one.size, other.size)))
