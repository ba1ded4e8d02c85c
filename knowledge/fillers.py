"""A turn without its fillers: "Wow, that's awesome! I adopted a dog." is recalled as "I adopted a dog."

A filler is a sentence that greets, thanks, praises or takes leave. It holds no other word, and nothing that could
be an answer: no digit, no yes or no, nobody who is spoken of, nothing past; nor is it a question. A turn of nothing
else keeps its first sentence. English only: a sentence in another script is never one. The stored turn keeps all words.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from knowledge import english
from knowledge.sentences import sentence_spans


@lru_cache(maxsize=64)
def _terms(words: str) -> frozenset[str | None]:
    return frozenset(english.term(word) for word in words.split())


_FILLERS = """
hi hello hey hiya greetings good nice great fine cool thank thanks thankyou thx please welcome sorry bye goodbye cheers
wow whoa haha lol oh ah aw awesome amazing glad wonderful fantastic incredible lovely hope luck best chat congrats
congratulations appreciate keep worries let sound sounds hear
"""
_BESIDE_THEM = """
morning afternoon evening night day man guys bud buddy friend kind know tell talk see take care catch look forward
later soon well much lot really super pretty ya up
"""
_LONGEST = 80  # characters; what is longer says something
_SAYS_MORE = re.compile(
    r"\d|\?\W*$|n['’]t\b"
    r"|\b(?:no|not|nor|none|nope|never|yes|yeah|yep|yup|sure|right|true|ok|okay|course|was|were|been|he|she|we|they)\b",
    re.IGNORECASE,
)


def without_fillers(text: str, names: Collection[str]) -> str:
    """The text's other sentences in one line; as it is where there are no fillers. `names`: of the people present."""
    spans = list(sentence_spans(text))
    present = _terms(" ".join(sorted(names)).lower())
    kept = [text[start:end] for start, end in spans if not _is_filler(text[start:end], present)]
    if len(kept) == len(spans):
        return text
    return " ".join(kept) if kept else text[slice(*spans[0])]


def _is_filler(sentence: str, names: Collection[str | None]) -> bool:
    if len(sentence) > _LONGEST:
        return False
    fillers, beside_them, met = _terms(_FILLERS), _terms(_BESIDE_THEM), False
    for word, _, _ in english.words(sentence):
        term = english.term(word)
        if term in fillers:
            met = met or term is not None
        elif term is not None and term not in beside_them and term not in names:
            return False
    return met and not _SAYS_MORE.search(sentence)
