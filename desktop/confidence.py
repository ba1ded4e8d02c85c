"""How sure the model was of an answer, from the probabilities of its tokens.

What counts are the words that the question did not bring along, of the first sentence that holds any: the answer's
opening repeats the question, and a small model rambles on after its first sentence. Their mean probability (geometric)
is the confidence. It tells how firmly the model chose its words, not whether they are true; how well it tells right
answers from wrong ones is measured by `dev.py bench adaptive`.

Answers of servers that tell no probabilities, and those read from whole documents, have none.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from engine.messages import Logprob, Sampling

Sureness = Literal["sure", "fairly sure", "unsure"]

# From which, and below which. Of the bundled model's answers to PopQA, 15 that it invented had .20 to .40, 17 that it
# took from a told fact had .49 to .87; `dev.py bench adaptive` measures more.
SURE, UNSURE = 0.75, 0.45
ROUNDED = 3  # decimals

_WORD = re.compile(r"\w+")
_END = re.compile(r"[.!?。…]\s*$|\n")


def with_probabilities(sampling: Sampling) -> Sampling:
    """The same, telling the probability of each token drawn."""
    return replace(sampling, logprobs=0) if sampling.logprobs is None else sampling


def confidence(logprobs: Sequence[Logprob], question: str) -> float | None:
    """From 0 to 1; None where no probabilities were told."""
    if not logprobs:
        return None
    known = {word.casefold() for word in _WORD.findall(question)}
    told: list[float] = []
    every: list[float] = []
    for word, each in _words(logprobs):
        every += each
        if _WORD.search(word) and _WORD.findall(word.casefold())[0] not in known:
            told += each
        if told and _END.search(word):
            break
    chosen = told or every
    return round(math.exp(sum(chosen) / len(chosen)), ROUNDED)


def sureness(confidence: float | None) -> Sureness | None:
    """A confidence in a word."""
    if confidence is None:
        return None
    return "sure" if confidence >= SURE else "unsure" if confidence < UNSURE else "fairly sure"


def _words(logprobs: Sequence[Logprob]) -> Iterator[tuple[str, list[float]]]:
    """The words of an answer, each with the log probabilities of the tokens that spell it."""
    spelt, told = b"", list[float]()
    for one in logprobs:
        if spelt and (one.token[:1].isspace() or spelt[-1:].isspace()):
            yield spelt.decode("utf-8", "replace"), told
            spelt, told = b"", []
        spelt += one.token
        told.append(one.logprob)
    if spelt:
        yield spelt.decode("utf-8", "replace"), told
