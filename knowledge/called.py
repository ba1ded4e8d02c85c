"""Where a Korean text calls people by their names: "민지야", "민지 씨가", "민지네", and 김민지 as "민지".

Names take particles and titles without a space, and a morphological analysis cuts unknown ones to pieces: 서준 becomes
서 and 준, 하은 becomes 하 and 은, and such pieces are found everywhere. The names of those who speak in the memory are
known, so they are taken out of a question before it is analysed, and looked for as they stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache

from knowledge.words import HANGUL, QueryTerms, Words, bigrams, nfc

FULL_NAME = 3  # syllables of a family name and a given one: 김민지 is called 민지
_TITLE = r"(?:\s?(?:씨|님|형|누나|언니|오빠|선배|선배님|쌤|선생님|군|양))?"
_PARTICLE = (
    r"(?:은|는|이|가|을|를|의|와|과|랑|이랑|하고|에게|한테|께|께서|도|만|야|아|여|로|으로|보다|처럼|들|까지|부터|마저|조차"
    r"|이나|나|라고|이라고|서|에|에서|네)"
)
_AFTER = rf"(?:이(?={_PARTICLE}))?{_TITLE}{_PARTICLE}{{0,3}}(?![가-힣])"


def is_called(text: str, name: str) -> bool:
    """Whether a text calls somebody of this name, in Hangul."""
    return bool(HANGUL.search(name)) and _calling(nfc(name)).search(text) is not None


def of_query(words: Words, query: str, names: Collection[str]) -> QueryTerms:
    """What a question looks for, each of `names` that it calls as one word; as `Words.of_query` where it calls none."""
    rest, called = query, []
    for name in names:
        if is_called(rest, name):
            called += [match["name"] for match in _calling(nfc(name)).finditer(rest)]
            rest = _calling(nfc(name)).sub(" ", rest)
    if not called:
        return words.of_query(query)
    terms = words.of_query(rest)
    if not terms.terms:  # a question of nothing but names
        return words.of_query(query)
    return replace(terms, grams=terms.grams | {gram: 1.0 for name in called for gram in bigrams(name)})


@lru_cache(maxsize=1024)
def _calling(name: str) -> re.Pattern[str]:
    parts = "|".join(re.escape(part) for part in sorted(_parts(name), key=len, reverse=True))
    return re.compile(rf"(?<![가-힣])(?P<name>{parts}){_AFTER}" if parts else r"(?!)(?P<name>)")


def _parts(name: str) -> Iterator[str]:
    """A name and what its bearer is called by; single syllables are other words too often."""
    for part in (name, *name.split()):
        if HANGUL.search(part) and len(part) > 1:
            yield part
            if len(part) == FULL_NAME and " " not in part:
                yield part[1:]
