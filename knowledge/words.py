"""Texts to the terms that the full-text index holds, and queries to weighted terms.

English goes by stems (`english.py`). Korean goes two ways at once: kiwipiepy morphemes, and character bigrams, which
forgive what a morphological analysis gets wrong. Chinese and Japanese go by bigrams alone. Everything is normalised
to NFC first, so that Hangul typed on different systems is the same.

Figures and weights: measured on KorQuAD, AutoRAG-ko and a welfare FAQ; bigrams that grammar only made (particles and
endings) weigh .4, neighbouring content words searched as a phrase .6.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from knowledge import english

log = logging.getLogger(__name__)

PHRASE_WEIGHT = 0.6
GRAMMAR_WEIGHT = 0.4

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_DENSE = (
    "\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"  # scripts for bigrams
)
_DENSE_LETTER = re.compile(f"[{_DENSE}]")
_WORD = re.compile(r"[^\W_]+")

_CONTENT_TAGS = frozenset({"NNG", "NNP", "NR", "VV", "VA", "XR", "SL", "SN", "SH", "MAG"})
_GRAMMAR_TAGS = frozenset({"VCP", "VCN", "XSV", "XSA", "VX", "NP"})
_STOP_MORPHEMES = frozenset(
    "무엇 뭐 무슨 어떤 어떻게 누구 언제 어디 어느 몇 얼마 왜 것 수 등 때 및 위하 대하 관하 따르 통하 의하 경우"
    " 있 없 하 되 이 그 저 같 말 알 알리 설명 주".split()
)
_CHIT_CHAT = frozenset(
    "안녕 고맙 감사 반갑 미안 죄송 좋 그렇 맞 알겠 수고 잘 정말 너무 네 응 아침 저녁 밤 오늘 하루".split()
)


@dataclass(frozen=True, slots=True)
class ItemTerms:
    """What of a text is searched: `terms` in reading order (stems and morphemes), and `grams`, character bigrams."""

    terms: tuple[str, ...]
    grams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """Weights of what is looked for; `phrases` are pairs of neighbouring terms."""

    terms: dict[str, float]
    grams: dict[str, float]
    phrases: dict[tuple[str, str], float]

    def __bool__(self) -> bool:
        return bool(self.terms or self.grams)


@dataclass(frozen=True, slots=True)
class _Morpheme:
    term: str | None  # None: grammar, or a word that says nothing of what is looked for
    stop: bool  # a light word: indexed, but not looked for
    start: int
    end: int


class Words:
    """Splits texts; loads the Korean analyser (1-3 s, 300-500 MB) when the first Hangul comes. Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kiwi: Any = None

    def load_korean(self) -> None:
        """Load the Korean analyser now."""
        with self._guard:
            self._load()

    def of_item(self, text: str) -> ItemTerms:
        """What of a stored text is searched."""
        text = nfc(text)
        if not _DENSE_LETTER.search(text):
            return ItemTerms(tuple(t for word, _, _ in english.words(text) if (t := english.term(word))), ())
        return ItemTerms(tuple(m.term for m in self._morphemes(text) if m.term), tuple(bigrams(text)))

    def of_query(self, text: str) -> QueryTerms:
        """What a question looks for."""
        text = nfc(text)
        if not _DENSE_LETTER.search(text):
            terms = [t for word, _, _ in english.words(text) if (t := english.term(word))]
            return QueryTerms(dict.fromkeys(terms, 1.0), {}, dict.fromkeys(pairwise(terms), PHRASE_WEIGHT))
        morphemes = self._morphemes(text)
        terms = [m.term for m in morphemes if m.term and not m.stop]
        content = list(text)
        for morpheme in morphemes:
            if morpheme.term is None or morpheme.stop:
                content[morpheme.start : morpheme.end] = " " * (morpheme.end - morpheme.start)
        grams = dict.fromkeys(bigrams(text), GRAMMAR_WEIGHT) | dict.fromkeys(bigrams("".join(content)), 1.0)
        return QueryTerms(dict.fromkeys(terms, 1.0), grams, dict.fromkeys(pairwise(terms), PHRASE_WEIGHT))

    def is_chit_chat(self, query: QueryTerms) -> bool:
        """Whether a prompt asks for nothing that could be remembered: greetings, thanks, nods."""
        spoken = _CHIT_CHAT | {english.term(word) for word in english.CHIT_CHAT}
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
        with self._guard:
            tokens = self._load().tokenize(nfc(text))
        return frozenset(token.form.replace(" ", "") for token in tokens if token.tag == "NNP")

    def _morphemes(self, text: str) -> list[_Morpheme]:
        """Every morpheme of a text with Hangul; without it, every word in Latin and the like."""
        if not HANGUL.search(text):
            return [
                _Morpheme(english.term(word), False, start, end)
                for word, start, end in english.words(text)
                if not _DENSE_LETTER.search(word)
            ]
        with self._guard:
            tokens = self._load().tokenize(text)
        found: list[_Morpheme] = []
        for token in tokens:
            tag = str(token.tag).split("-")[0]  # "VV-I": an irregular verb
            start, end = int(token.start), int(token.start + token.len)
            if tag == "SL":
                found.append(_Morpheme(english.term(token.form.lower()), False, start, end))
            elif tag in _CONTENT_TAGS:
                form = token.form.replace(" ", "")
                found.append(_Morpheme(form or None, form in _STOP_MORPHEMES, start, end))
            elif tag[0] in "JES" or tag in _GRAMMAR_TAGS or token.form in _STOP_MORPHEMES:
                found.append(_Morpheme(None, True, start, end))
        return found

    def _load(self) -> Any:
        if self._kiwi is None:
            from kiwipiepy import Kiwi

            begin = time.monotonic()
            self._kiwi = Kiwi(num_workers=1)
            log.info("Korean analyser loaded in %.1f s", time.monotonic() - begin)
        return self._kiwi


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
