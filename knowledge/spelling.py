"""Words of a question that nobody wrote, as what they were probably meant to be.

A word is doubted when no passage and no message holds it, and the dictionary does not know it either. It is then read
as typed with the other keyboard layout ("dkssud" for 안녕, "ㅗ디ㅣㅐ" for hello), and otherwise replaced by the word of
the index that is one slip of a finger away, two in a long word: Hangul counted in keys (`jamo.py`), English in letters.
A word that some item holds is never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from knowledge import english
from knowledge.jamo import edits, hangul, keystrokes
from knowledge.lexicon import Lexicon
from knowledge.words import HANGUL, Words, bigrams

LONG_KEYS, LONG_LETTERS = 9, 8  # from here on two slips are forgiven; Hangul has two or three keys a syllable
SHORTEST_LETTERS = 5  # an English word that is shorter is left alone
DOUBTED = 4  # words of one question that are looked at

_PIECE = re.compile(r"[A-Za-z]+|[\uac00-\ud7a3\u3130-\u318f]+")
# What may close a Korean word; a word spelled wrong is often not told from it by the analysis.
_CLOSING = re.compile(
    r"(?:에서는|으로는|에게서|까지는|이라는|에서|에게|으로|부터|까지|처럼|보다|이나|라도|하고|이란|은요|는요"
    r"|은|는|이|가|을|를|의|에|로|와|과|도|만|나|란|요)$"
)


def respelled(text: str, words: Words, lexicons: Sequence[Lexicon], is_word: Callable[[str], bool]) -> str:
    """The question (NFC) with each doubted word replaced, an English one by its stem; `is_word` tells of such a one
    whether it is spelled right."""
    doubted = [piece for piece in _PIECE.finditer(text) if _doubtful(piece.group(), lexicons)][:DOUBTED]
    for piece in reversed(doubted):  # from behind, so that places stay
        if HANGUL.search(piece.group()):
            meant = _korean(piece.group(), words, lexicons)
        else:
            meant = _latin(piece.group(), words, lexicons, is_word)
        if meant is not None:
            text = text[: piece.start()] + meant + text[piece.end() :]
    return text


def _doubtful(piece: str, lexicons: Sequence[Lexicon]) -> bool:
    """Whether a stretch of letters holds something that no item does."""
    if HANGUL.search(piece):
        return len(piece) > 1 and any(not _held("grams", gram, lexicons) for gram in bigrams(piece))
    stem = english.term(piece.lower())
    return stem is not None and len(piece) > 2 and not _held("terms", stem, lexicons)


def _latin(piece: str, words: Words, lexicons: Sequence[Lexicon], is_word: Callable[[str], bool]) -> str | None:
    typed = hangul(piece)
    if typed is not None and len(typed) > 1 and _is_korean(typed, words, lexicons):
        return typed
    if len(piece) < SHORTEST_LETTERS or is_word(piece.lower()):
        return None
    stem = english.term(piece.lower())
    if stem is None:
        return None
    return _nearest(stem, 2 if len(piece) >= LONG_LETTERS else 1, "terms", lexicons)


def _korean(piece: str, words: Words, lexicons: Sequence[Lexicon]) -> str | None:
    """The stretch with its doubted part replaced; None where nothing is near enough."""
    typed = keystrokes(piece)
    if typed.isascii() and any("\u3130" <= letter <= "\u318f" for letter in piece):  # loose letters: no Korean word
        stem = english.term(typed.lower())
        return typed if stem is not None and _held("terms", stem, lexicons) else None
    for start, end in _parts(piece, words, lexicons):
        part = piece[start:end]
        bare = _CLOSING.sub("", part)
        for written in dict.fromkeys((part, bare)):
            if len(bare) < 2 or all(_held("grams", gram, lexicons) for gram in bigrams(written)):
                continue
            keys = keystrokes(written)
            meant = _nearest(keys, 2 if len(keys) >= LONG_KEYS else 1, "keys", lexicons)
            if meant is not None:
                return piece[:start] + meant + part[len(written) :] + piece[end:]
    return None


def _parts(piece: str, words: Words, lexicons: Sequence[Lexicon]) -> list[tuple[int, int]]:
    """The parts of a word that may be spelled wrong: what the dictionary does not know, with the short pieces beside it
    into which a wrong spelling falls; then the whole word. None when all of it is good Korean."""
    morphemes = words.morphemes(piece)
    content = [m for m in morphemes if m.term and not m.stop and m.tag != "NNP"]  # a name may be anybody's
    odd = [m for m in content if not m.known or (m.end - m.start == 1 and not _held("terms", str(m.term), lexicons))]
    if not odd:
        return []
    parts: list[tuple[int, int]] = []
    for morpheme in odd:
        if parts and parts[-1][1] == morpheme.start:
            parts[-1] = parts[-1][0], morpheme.end
        else:
            parts.append((morpheme.start, morpheme.end))
    return list(dict.fromkeys([*parts, (0, len(piece))]))


def _is_korean(typed: str, words: Words, lexicons: Sequence[Lexicon]) -> bool:
    """Whether it is made of words that the dictionary knows, or that some item holds."""
    return all(m.known or (m.term is not None and _held("terms", m.term, lexicons)) for m in words.morphemes(typed))


def _nearest(written: str, most: int, field: Literal["terms", "keys"], lexicons: Sequence[Lexicon]) -> str | None:
    """The index's word with the fewest slips, the one that most items hold among equals; its first letter is right,
    unless only that is wrong."""
    best: tuple[int, int, str] | None = None
    for lexicon in lexicons:
        for word, spelled, number in lexicon.spelled_like(written, most, field):
            distance = edits(written, spelled, most)
            if distance > most or (distance > 1 and word[:1] != written[:1] and spelled[:1] != written[:1]):
                continue
            if best is None or (distance, -number) < best[:2]:
                best = distance, -number, word
    return best[2] if best else None


def _held(field: Literal["terms", "grams"], term: str, lexicons: Sequence[Lexicon]) -> bool:
    return any(lexicon.holds(field, term) for lexicon in lexicons)
