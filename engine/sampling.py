"""How the next token is drawn: llama.cpp's samplers, chained in the order of its own tools."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.llama import llama
from engine.messages import Sampling
from engine.vocabulary import Vocabulary

PENALTY_WINDOW = 64  # tokens, of the answer only: to quote the prompt is no repetition
RANDOM_SEED = 0xFFFFFFFF  # LLAMA_DEFAULT_SEED


@contextmanager
def sampler(context: Any, vocabulary: Vocabulary, sampling: Sampling) -> Iterator[Callable[[int], int]]:
    """A function that draws a token from the logits of one position of the last batch (-1: its last token)."""
    chain = llama().llama_sampler_chain_init(llama().llama_sampler_chain_default_params())
    try:
        for link in _links(vocabulary, sampling):
            llama().llama_sampler_chain_add(chain, link)
        yield lambda position: llama().llama_sampler_sample(chain, context, position)
    finally:
        llama().llama_sampler_free(chain)


def _links(vocabulary: Vocabulary, sampling: Sampling) -> Iterator[Any]:
    """The samplers in the order of llama.cpp's own default chain (common/sampling.cpp)."""
    if sampling.repeat_penalty != 1:
        yield llama().llama_sampler_init_penalties(vocabulary.size, PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0)
    if sampling.temperature <= 0:
        yield llama().llama_sampler_init_greedy()
        return
    yield llama().llama_sampler_init_top_k(sampling.top_k)
    yield llama().llama_sampler_init_top_p(sampling.top_p, 1)
    yield llama().llama_sampler_init_min_p(sampling.min_p, 1)
    yield llama().llama_sampler_init_temp(sampling.temperature)
    yield llama().llama_sampler_init_dist(RANDOM_SEED if sampling.seed is None else sampling.seed % RANDOM_SEED)
