"""Which source says what a sentence says, if any does: words and meaning must agree, and nothing may contradict.

A sentence is compared with every stretch of one or two sentences of each source. Its score there is the share of its
content words that the stretch holds (a word that stands elsewhere in the same source counts .3), mixed with the cosine
of the two where the embedder reads both. Whatever the score, a sentence is not supported where

- a number or a name of it stands nowhere in the source, or the number counts something else there,
- the source denies what it says, or says what it denies,
- the source says another one of words that exclude each other (before and after, Monday and Friday),
- a part of it (between commas and the like) is about something that the source does not mention.

Thresholds: chosen on one half of a sample of 189 English and Korean sentences labelled by hand before the first run,
and measured on the other half (tests/knowledge/test_support.py). On questions of XQuAD, KorQuAD and LoCoMo turned into
statements by putting the answer in place of the question word, .75, .73 and .65 are supported by the paragraph they are
from, and .01, .01 and .08 by the most similar other one. Not seen is a wrong answer whose words stand in the right
paragraph (half of them pass): what relates to what is compared by neighbourhood, not understood.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from knowledge.claims import Claim, Claims, Clause, exclusive, speakers
from knowledge.embedder import Embedder
from knowledge.figures import Figure
from knowledge.messages import SentenceSupport, Support, Supported
from knowledge.sentences import sentence_spans
from knowledge.words import Words, bigrams

MEANING = 0.4  # the cosine's part of the score, where both are readable; the rest is the words'
ENOUGH = 0.62  # of the score
ENOUGH_OF_WORDS = 0.62  # of the words alone, where the embedder does not read the script
ENOUGH_OF_PART = 0.34  # of a part's words
ELSEWHERE = 0.3  # what a word counts that stands in the source, but not in the stretch
COSINE_NONE, COSINE_FULL = 0.25, 0.85  # between them the cosine's part goes from nothing to all
READABLE = 0.5
SUBJECT = 2  # sentences (the label is one) that tell what a source is about
NEAR = 0.05  # of the best score: so near, another stretch may speak for the claim
MOST_SENTENCES, MOST_STRETCHES = 60, 160  # more than an answer and its sources hold


@dataclass(frozen=True, slots=True)
class _Stretch:
    """One or two neighbouring sentences of a source."""

    claims: tuple[Claim, ...]
    text: str
    terms: frozenset[str]
    grams: frozenset[str]
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Source:
    """`subject` are the words it opens with; `names` are all that are named or speak in it; `holding` counts the
    clauses that hold a term."""

    stretches: tuple[_Stretch, ...]
    terms: frozenset[str]
    grams: frozenset[str]
    values: frozenset[str]
    subject: frozenset[str]
    names: frozenset[str]
    speakers: frozenset[str]
    holding: Counter[str]


class Supporter:
    """Answers `Support` requests."""

    def __init__(self, words: Words, embedder: Embedder) -> None:
        self._claims, self._embedder = Claims(words), embedder

    def support(self, request: Support) -> Supported:
        """For each sentence the source that says most of it."""
        sources = [self._source(text) for text in request.sources]
        some = [self._claims.of(sentence) for sentence in request.sentences[:MOST_SENTENCES]]
        cosines = self._cosines(some, sources)
        found = [_best(claim, sources, cosines) for claim in some]
        rest = len(request.sentences) - len(found)
        return Supported((*found, *(SentenceSupport(None, 0.0, supported=False) for _ in range(rest))))

    def _source(self, text: str) -> _Source:
        turns = speakers(text)
        claims = []
        for start, end in sentence_spans(text):
            speaker = next((name for at, name in reversed(turns) if at < end), None)
            claims.append(self._claims.of(text[start:end], speaker=speaker))
        single = [_stretch(claim) for claim in claims]
        double = [_stretch(*pair) for pair in pairwise(claims)]
        speaking = frozenset().union(*(claim.speaker for claim in claims))
        return _Source(
            (*single, *double),
            frozenset().union(*(one.terms for one in single)),
            frozenset().union(*(one.grams for one in single)),
            frozenset().union(*(one.values for one in single)),
            frozenset().union(*(one.terms for one in single[:SUBJECT])),
            speaking.union(*(claim.names for claim in claims)),
            speaking,
            Counter(term for claim in claims for clause in claim.clauses for term in clause.terms),
        )

    def _cosines(self, claims: Sequence[Claim], sources: Iterable[_Source]) -> Mapping[tuple[str, str], float]:
        """The cosine of each sentence to each stretch, where the embedder reads both."""
        ours = [claim.text for claim in claims if self._embedder.readable(claim.text) >= READABLE]
        theirs = list(dict.fromkeys(one.text for source in sources for one in source.stretches))[:MOST_STRETCHES]
        theirs = [text for text in theirs if self._embedder.readable(text) >= READABLE]
        if not ours or not theirs:
            return {}
        vectors: list[Any] = [one.vectors[0] for one in self._embedder.embed([*ours, *theirs], windows=1)]
        return {
            (sentence, text): float(vectors[n] @ vectors[len(ours) + m])
            for n, sentence in enumerate(ours)
            for m, text in enumerate(theirs)
        }


def _stretch(*claims: Claim) -> _Stretch:
    text = " ".join(claim.text for claim in claims)
    return _Stretch(
        claims,
        text,
        frozenset().union(*(claim.terms | claim.speaker for claim in claims)),
        frozenset(bigrams(text)),
        frozenset().union(*(claim.values | claim.months for claim in claims)),
    )


# ---------------------------------------------------------------- agreement


def _best(claim: Claim, sources: Sequence[_Source], cosines: Mapping[tuple[str, str], float]) -> SentenceSupport:
    if not claim.terms and not claim.values:
        return SentenceSupport(None, 0.0, supported=False, claims=False)
    verdicts = [(*_verdict(claim, source, cosines), number) for number, source in enumerate(sources)]
    supported, score, number = max(verdicts, key=lambda one: one[:2], default=(False, 0.0, 0))
    by = tuple(number for supported, _, number in verdicts if supported)
    return SentenceSupport(number if score > 0 else None, round(score, 3), supported, by)


def _verdict(claim: Claim, source: _Source, cosines: Mapping[tuple[str, str], float]) -> tuple[bool, float]:
    """Whether a source supports a claim, and how much of it the source says."""
    scored = [(*_score(claim, one, source, cosines.get((claim.text, one.text))), one) for one in source.stretches]
    top = max((score for score, _, _ in scored), default=0.0)
    # What speaks against the claim stands where its words do, not in the next best place.
    supporting = [
        score
        for score, enough, stretch in scored
        if enough and score >= top - NEAR and not _contradicts(claim, stretch, source)
    ]
    return bool(supporting), max(supporting, default=top)


def _score(claim: Claim, stretch: _Stretch, source: _Source, cosine: float | None) -> tuple[float, bool]:
    """How much of the claim the stretch says, from 0 to 1, and whether that is enough."""
    words = _coverage(claim.terms, claim.values | claim.months, stretch, source)
    if cosine is None:
        return words, words >= ENOUGH_OF_WORDS
    meaning = min(1.0, max(0.0, (cosine - COSINE_NONE) / (COSINE_FULL - COSINE_NONE)))
    score = (1 - MEANING) * words + MEANING * meaning
    return score, score >= ENOUGH


def _coverage(terms: Iterable[str], values: Iterable[str], stretch: _Stretch, source: _Source) -> float:
    held = [_held(term, stretch, source) for term in terms]
    held += [1.0 if value in stretch.values else ELSEWHERE * (value in source.values) for value in values]
    return sum(held) / len(held) if held else 0.0


def _held(term: str, stretch: _Stretch, source: _Source) -> float:
    if _in(term, stretch.terms, stretch.grams):
        return 1.0
    return ELSEWHERE if _in(term, source.terms, source.grams) else 0.0


def _in(term: str, terms: frozenset[str], grams: frozenset[str]) -> bool:
    """A Korean word also counts when its letters stand there within longer ones."""
    if term in terms:
        return True
    return not term.isascii() and len(term) > 1 and all(gram in grams for gram in bigrams(term))


# ---------------------------------------------------------------- contradiction


def _contradicts(claim: Claim, stretch: _Stretch, source: _Source) -> bool:
    names = claim.names | ({claim.opening} & source.names if claim.opening else set())
    if not all(_in(name, source.terms | source.names, source.grams) for name in names):
        return True
    if not claim.months <= stretch.values or _leaves_out(claim, stretch, source):
        return True
    for part in claim.clauses:
        clause, sentence = _aligned(part, stretch, source)
        if (
            _of_another(names & part.terms, claim, sentence, stretch, source)
            or not all(_counts(part, figure, clause, stretch) for figure in part.figures)
            or _excludes(part, clause)
            or _denies(part, clause, stretch)
        ):
            return True
    return False


def _aligned(part: Clause, stretch: _Stretch, source: _Source) -> tuple[Clause, Claim]:
    """The clause that shares most with a part of the claim, rare words before common ones, and its sentence."""

    def shared(clause: Clause) -> float:
        words = sum(1 / source.holding[term] for term in part.terms & clause.terms)
        values = {figure.value for figure in part.figures} & {figure.value for figure in clause.figures}
        return words + 0.3 * len(values)

    pairs = [(clause, claim) for claim in stretch.claims for clause in claim.clauses]
    return max(pairs, key=lambda pair: shared(pair[0]), default=(NOTHING, stretch.claims[0]))


def _of_another(names: Iterable[str], claim: Claim, sentence: Claim, stretch: _Stretch, source: _Source) -> bool:
    """The sentence does not name whom the claim names, and cannot mean them: it is by or about somebody else."""
    named = sentence.terms | sentence.names | sentence.speaker
    letters = frozenset(bigrams(sentence.text))
    first = {sentence.opening} & source.names if sentence.opening else set()
    others = (sentence.about | first) - claim.terms - claim.names
    for name in names:
        if _in(name, named, letters):
            continue
        if sentence.speaker and name in source.speakers:
            return True
        if name == claim.opening or name in claim.about:  # "it" or nobody: whom the source has spoken of
            if others:
                return True
        elif not _in(name, stretch.terms | source.subject, stretch.grams):
            return True
    return False


def _counts(part: Clause, figure: Figure, clause: Clause, stretch: _Stretch) -> bool:
    """The number stands there, and the clause does not count another number of the same thing."""
    if figure.value == "1" and not part.text[figure.start].isdigit():
        return True
    if figure.value not in stretch.values:
        return False
    unit = _counted(part.text, figure)
    same = [known.value for known in clause.figures if unit is not None and _counted(clause.text, known) == unit]
    return not same or figure.value in same


def _counted(text: str, figure: Figure) -> str | None:
    """The word behind a number: what it counts."""
    rest = text[figure.end :].lstrip(" -").split(maxsplit=1)
    if not rest:
        return None
    word = "".join(letter for letter in rest[0].lower() if letter.isalpha())
    return (word.removesuffix("s") if word.isascii() else word[:1]) or None


def _excludes(part: Clause, clause: Clause) -> bool:
    """The clause says another one of words that exclude each other."""
    sets = exclusive()
    return any(
        term not in clause.words and (clause.words & members) - part.words
        for term in part.words & sets.keys()
        for members in sets[term]
    )


def _denies(part: Clause, clause: Clause, stretch: _Stretch) -> bool:
    """One says "not" where the other does not: of the same predicate, else in the clause that shares most."""
    if part.last is not None and not part.last.isascii():
        same = {known.denies for claim in stretch.claims for known in claim.clauses if known.last == part.last}
        if same:
            return part.denies not in same
    much = bool(part.terms) and len(part.terms & clause.terms) >= len(part.terms) / 2
    return much and part.denies != clause.denies


def _leaves_out(claim: Claim, stretch: _Stretch, source: _Source) -> bool:
    """A piece of the claim is about something else."""
    pieces = [piece for piece in claim.pieces if len(piece) > 1]
    return len(claim.pieces) > 1 and any(_coverage(piece, (), stretch, source) < ENOUGH_OF_PART for piece in pieces)


NOTHING = Clause("", frozenset(), frozenset(), (), denies=False, last=None)
