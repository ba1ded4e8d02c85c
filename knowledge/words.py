"""Texts to the terms that the full-text index holds, and queries to weighted terms.

English goes by stems (`english.py`). Korean goes two ways at once: morphemes (`korean.py`), and character bigrams,
which forgive what a morphological analysis gets wrong. Chinese and Japanese go by bigrams alone. Everything is
normalised to NFC first, so that Hangul typed on different systems is the same.

Figures and weights: measured on KorQuAD, AutoRAG-ko and a welfare FAQ; bigrams that grammar only made (particles and
endings) weigh .4, neighbouring content words searched as a phrase .6.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge import english, korean
from knowledge.korean import Korean, Morpheme

PHRASE_WEIGHT = 0.6
GRAMMAR_WEIGHT = 0.4

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_DENSE = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"  # scripts for bigrams
)
_DENSE_LETTER = re.compile(f"[{_DENSE}]")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """What of a text is searched: `terms` in reading order (stems and morphemes), and `grams`, character bigrams."""

    terms: tuple[str, ...]
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """Weights of what is looked for; `phrases` are pairs of neighbouring terms, `expansions` words that mean the same
    as a term: each with that term and a weight below 1. `related` are words near in meaning, of the same form: they
    lend to a score, but nothing is found by them, and they answer for nothing."""

    terms: dict[str, float]
    grams: dict[str, float]
    phrases: dict[tuple[str, str], float]
    expansions: dict[str, tuple[str, float]] = field(default_factory=dict)
    related: dict[str, tuple[str, float]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.terms or self.grams)


class Words:
    """Splits texts; loads the Korean analyser (1-3 s, 300-500 MB) when the first Hangul comes. Thread-safe."""

    def __init__(self) -> None:
        self._korean = Korean()

    def load_korean(self) -> None:
        """Load the Korean analyser now."""
        self._korean.load()

    def of_item(self, text: str) -> ItemTerms:
        """What of a stored text is searched."""
        text = nfc(text)
        if not _DENSE_LETTER.search(text):
            return ItemTerms(tuple(t for word, _, _ in english.words(text) if (t := english.term(word))), ())
        return ItemTerms(tuple(m.term for m in self.morphemes(text) if m.term), tuple(bigrams(text)))

    def of_query(self, text: str) -> QueryTerms:
        """What a question looks for."""
        text = nfc(text)
        if not _DENSE_LETTER.search(text):
            terms = [t for word, _, _ in english.words(text) if (t := english.term(word))]
            return QueryTerms(dict.fromkeys(terms, 1.0), {}, dict.fromkeys(pairwise(terms), PHRASE_WEIGHT))
        morphemes = self.morphemes(text)
        terms = [m.term for m in morphemes if m.term and not m.stop]
        content = list(text)
        for morpheme in morphemes:
            if morpheme.term is None or morpheme.stop:
                content[morpheme.start : morpheme.end] = " " * (morpheme.end - morpheme.start)
        grams = dict.fromkeys(bigrams(text), GRAMMAR_WEIGHT) | dict.fromkeys(bigrams("".join(content)), 1.0)
        phrases = dict.fromkeys(pairwise(terms), PHRASE_WEIGHT)
        return QueryTerms(dict.fromkeys(terms, 1.0), grams, phrases, self._korean.expansions(morphemes))

    @property
    def chit_chat(self) -> frozenset[str]:
        """The terms of greetings, thanks and nods."""
        return korean.CHIT_CHAT | {term for word in english.CHIT_CHAT if (term := english.term(word))}

    def is_chit_chat(self, query: QueryTerms) -> bool:
        """Whether a prompt asks for nothing that could be remembered: greetings, thanks, nods."""
        spoken = korean.CHIT_CHAT | {english.term(word) for word in english.CHIT_CHAT}
        return query.terms.keys() <= spoken

    def found(self, text: str, query: QueryTerms) -> tuple[tuple[int, int], ...]:
        """The character ranges of `text` (NFC) that hold the query's words, merged where they touch.

        Korean morphemes are looked for where a word begins: analysing every shown text would cost more than recall.
        """
        ranges = [
            (start, end)
            for word, start, end in english.words(text)
            if not _DENSE_LETTER.search(word) and english.term(word) in query.terms
        ]
        dense = [re.escape(term) for term in query.terms if _DENSE_LETTER.search(term)]
        if dense:
            ranges += [
                m.span()
                for m in re.finditer(rf"(?<![{_DENSE}])(?:{'|'.join(sorted(dense, key=len, reverse=True))})", text)
            ]
        merged: list[tuple[int, int]] = []
        for start, end in sorted(ranges):
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return tuple(merged)

    def names(self, text: str) -> frozenset[str]:
        """The proper nouns that a text with Hangul names."""
        return frozenset(one.term for one in self.morphemes(nfc(text)) if one.term and one.tag == "NNP")

    def morphemes(self, text: str) -> list[Morpheme]:
        """Every morpheme of a text in NFC with Hangul; without it, every word in Latin and the like."""
        if HANGUL.search(text):
            return self._korean.morphemes(text)
        return [
            Morpheme(english.term(word), False, start, end)
            for word, start, end in english.words(text)
            if not _DENSE_LETTER.search(word)
        ]


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def bigrams(text: str) -> list[str]:
    """Character bigrams of the words that hold Hangul, Han or Kana; a word of one letter is itself."""
    return [
        word[n : n + 2]
        for word in _WORD.findall(text.lower())
        if _DENSE_LETTER.search(word)
        for n in range(max(1, len(word) - 1))
    ]
