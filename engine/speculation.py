"""Guessing ahead: several tokens that may come next are evaluated at once, and kept as far as they are what is drawn.

A guess costs nothing but the time of its evaluation, for each token is drawn from the model's own logits all the same.
`Lookup` guesses what followed the last tokens when they stood in the prompt or in the answer before: an answer that
quotes is found out within some tokens. Where nothing is found, a small model of the same vocabulary may guess
(`draft.py`).

Whether and how far it pays to guess is decided anew at every token, from what a batch costs here (measured against
single tokens in the same minutes) and from how often such guesses were right. Lookups are scored even when they are
not tried, which costs nothing: so a guess is tried again as soon as it would have been right often enough.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from statistics import median
from typing import Protocol

SIZES = (4, 6, 8, 12, 16)  # tokens evaluated at once: the last one drawn, and those guessed
MOST_DRAFT = SIZES[-1] - 1  # tokens
LEAST_GAIN = 1.1  # tokens per time, against one at a time
PRIOR_EXPONENT = 0.8  # n tokens at once cost n ** 0.8 single ones, until it is measured
SAMPLES, SINGLES = 5, 9  # of a batch's time, and of a single token's: the least counts, the machine has other work too
HOPE = 0.85  # a size that was not tried is hoped to cost so much less than it should, or it would never be tried
FORGETTING = 64  # single tokens after which one sample of each size is dropped, to try again
MEMORY = 0.97  # what a score keeps of itself at each further guess: some 33 guesses count
PRIOR_WEIGHT = 4.0  # guesses
CARRIED = 0.25  # of a score, into the next answer: one that quotes says little about one that does not

PAIR = 2  # tokens by which a place is found again
PLACES = 32  # of one pair that are compared
LONGEST_MATCH = 32  # tokens
# By how many tokens before a place are the same as the last ones: how likely the next one is the same, to begin with.
# Measured on the starter over free and quoting answers; only where to start from, each answer corrects it.
MATCHES = {2: 0.3, 3: 0.45, 4: 0.6, 6: 0.75, 9: 0.85, 16: 0.93, 32: 0.97}
DRAFTED = 0.6  # the same for a token that a small model guessed
RETRY = 64  # single tokens after which a small model that did not pay is asked again


class Draft(Protocol):
    """A small model that guesses (`draft.py`)."""

    def follow(self, text: Sequence[int]) -> bool:
        """Process `text`; whether that was possible."""

    def guess(self, text: Sequence[int], count: int) -> list[int]:
        """At most so many tokens that may come after `text`."""


class Lookup:
    """The text so far, and the place in it whose continuation is the guess."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self.text: list[int] = []
        self._places: dict[tuple[int, int], list[int]] = defaultdict(list)  # positions after a pair
        self._at = 0  # of the token that is guessed to come next; 0: none
        self.match = 0  # how many tokens before that place are the same as the last ones
        for token in tokens:
            self._append(token)
        self._find()

    @property
    def next(self) -> int | None:
        """The token that is guessed to come next."""
        return self.text[self._at] if self._at else None

    def guess(self, count: int) -> list[int]:
        """At most so many tokens that may come next."""
        return self.text[self._at : self._at + count] if self._at else []

    def add(self, token: int) -> None:
        """The next token of the text."""
        follows = self.next == token
        self._append(token)
        if follows:
            self._at += 1
            self.match += 1
        else:
            self._find()

    def _append(self, token: int) -> None:
        if self.text:
            self._places[self.text[-1], token].append(len(self.text) + 1)
        self.text.append(token)

    def _find(self) -> None:
        """The place with the longest match, of several the last."""
        tokens, end = self.text, len(self.text)
        self._at = self.match = 0
        if end <= PAIR:
            return
        for at in reversed(self._places[tokens[-2], tokens[-1]][-PLACES - 1 : -1]):
            same = PAIR
            while same < min(LONGEST_MATCH, at) and tokens[at - 1 - same] == tokens[end - 1 - same]:
                same += 1
            if same > self.match:
                self._at, self.match = at, same


@dataclass(slots=True)
class Score:
    """How often guesses of one kind were right of late."""

    prior: float
    right: float = 0.0
    seen: float = 0.0

    def add(self, right: bool) -> None:
        self.right = self.right * MEMORY + right
        self.seen = self.seen * MEMORY + 1

    @property
    def chance(self) -> float:
        return (self.right + PRIOR_WEIGHT * self.prior) / (self.seen + PRIOR_WEIGHT)


@dataclass(slots=True)
class Speculation:
    """What was learnt of a model on this machine: the costs of batches, and how good guesses are."""

    matches: dict[int, Score] = field(
        default_factory=lambda: {least: Score(chance) for least, chance in MATCHES.items()}
    )
    drafted: Score = field(default_factory=lambda: Score(DRAFTED))
    _single: deque[float] = field(default_factory=lambda: deque(maxlen=SINGLES))  # seconds
    _batches: dict[int, deque[float]] = field(default_factory=lambda: {size: deque(maxlen=SAMPLES) for size in SIZES})
    _draft_token: float = 0.3  # of a small model, in single tokens of the large one
    _singles: int = 0  # since samples were dropped
    _untried: int = 0  # single tokens since a small model was asked

    # ------------------------------------------------------------ deciding

    def lookup_length(self, match: int, most: int) -> int:
        """How many tokens to guess, at most `most`, where so many before the guess are the same; 0: none."""
        return self._best([self._score(match + ahead).chance for ahead in range(min(most, MOST_DRAFT))], 0.0)

    def draft_length(self, most: int) -> int:
        """How many tokens to have guessed by a small model, at most `most`; 0: none."""
        length = self._best([self.drafted.chance] * min(most, MOST_DRAFT), self._draft_token)
        if length == 0 and self._untried >= RETRY:
            return min(most, SIZES[0] - 1)
        return length

    def _best(self, chances: Sequence[float], cost: float) -> int:
        """The number of guesses of these chances, each at the further `cost`, that gains most; 0: none gains."""
        best, gain = 0, LEAST_GAIN
        for size in SIZES:
            guessed = size - 1
            if guessed > len(chances):
                break
            expected = reached = 1.0
            for chance in chances[:guessed]:
                reached *= chance
                expected += reached
            if (here := expected / (self._ratio(size) + guessed * cost)) > gain:
                best, gain = guessed, here
        return best

    def _score(self, match: int) -> Score:
        return next(score for least, score in reversed(self.matches.items()) if match >= least)

    def _ratio(self, size: int) -> float:
        """What a batch of this size costs, in single tokens."""
        if self._single and (samples := self._batches[size]):
            return min(samples) / min(self._single)
        known = [self._ratio(other) / other**PRIOR_EXPONENT for other in SIZES if self._single and self._batches[other]]
        return float(HOPE * size**PRIOR_EXPONENT * (median(known) if known else 1.0))

    # ------------------------------------------------------------ learning

    def begin(self) -> None:
        """Another answer begins."""
        for score in (*self.matches.values(), self.drafted):
            score.right *= CARRIED
            score.seen *= CARRIED

    def saw(self, match: int, right: bool) -> None:
        """Whether the token that was found after such a match was the next one."""
        self._score(match).add(right)

    def took(self, size: int, seconds: float) -> None:
        """An evaluation of `size` tokens, with the drawing, took so long."""
        if size == 1:
            self._single.append(seconds)
            self._singles += 1
            self._untried += 1
            if self._singles >= FORGETTING:
                self._singles = 0
                for samples in self._batches.values():
                    if samples:
                        samples.popleft()
        elif size in self._batches:
            self._batches[size].append(seconds)

    def drafted_in(self, count: int, seconds: float) -> None:
        """A small model took so long for so many tokens."""
        self._untried = 0
        if count and self._single:
            self._draft_token = 0.8 * self._draft_token + 0.2 * seconds / count / min(self._single)


class Guesser:
    """Guesses how one text goes on: from the text itself, or with a small model."""

    def __init__(
        self,
        text: Sequence[int],
        learnt: Speculation,
        *,
        barred: AbstractSet[int],
        lookup: bool,
        draft: Draft | None = None,
    ) -> None:
        """`barred` are the tokens that are never guessed: those that end an answer, and all that is no text."""
        self._lookup = Lookup(text)
        learnt.begin()
        self._learnt, self._barred = learnt, barred
        self._looks, self._draft = lookup, draft
        self._follows = False  # the small model has processed the text
        self._drafted = False  # the last guess is the small model's

    def add(self, token: int) -> None:
        """The next token of the text."""
        if (guessed := self._lookup.next) is not None:
            self._learnt.saw(self._lookup.match, guessed == token)
        self._lookup.add(token)

    def guess(self, most: int) -> list[int]:
        """The tokens that may come next, at most `most`; none where it would not pay."""
        if self._looks and self._lookup.next is not None:
            length = self._learnt.lookup_length(self._lookup.match, most)
            if guess := self._allowed(self._lookup.guess(length)):
                return guess
        if self._draft is not None and (length := self._learnt.draft_length(most)):
            if not self._follows:  # a whole prompt, whose time says nothing about guessing
                self._follows = self._draft.follow(self._lookup.text)
            began = time.monotonic()
            guess = self._allowed(self._draft.guess(self._lookup.text, length))
            self._learnt.drafted_in(len(guess), time.monotonic() - began)
            self._drafted = True
            return guess
        return []

    def took(self, guessed: int, accepted: int, seconds: float) -> None:
        """The evaluation with so many guesses, of which so many were drawn, took so long."""
        self._learnt.took(1 + guessed, seconds)
        if self._drafted:
            self._drafted = False
            for at in range(min(accepted + 1, guessed)):
                self._learnt.drafted.add(at < accepted)

    def _allowed(self, guess: list[int]) -> list[int]:
        ends = (at for at, token in enumerate(guess) if token < 0 or token in self._barred)
        return guess[: next(ends, len(guess))]
