"""Where texts mention some words, found by the words themselves, so that a count is a count and no guess.

English goes by stems: "indemnify" is mentioned by "indemnified". In Korean the words must stand at the beginning of
a word and be followed by nothing but particles and endings; where they are only a part of a longer word ("보증금" in
"임대보증금") that is told apart. The morphological analyser is not asked: it may not be loaded in this process.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from desktop.whole.naming import JOSA
from knowledge import english

_DENSE = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_CAPITALS = re.compile(r"[A-Z]{2,}s")
_HANGUL_RUN = re.compile(r"[가-힣]*")
_ENDING = re.compile(
    rf"(?:들)?(?:(?:{JOSA}|께서|께|한테|보다|처럼|마다|조차|마저|밖에|뿐|이나|나|든지|이든|든|이며|며|이고|고"
    rf"|입니다|이다|이란|란|인|이라|라"
    r"|이라고|라고|이었다|였다|이지만|이므로|임|및|등|등의|등을|등이|등은|상|별|별로|용|적|적인|적으로))*"
    r"|(?:하|되|했|됐|될|할|한|된|함|됨|시키|받)[가-힣]{0,4}"
)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Character ranges: `own` of the words themselves, `inside` of longer words that they are a part of."""

    own: tuple[tuple[int, int], ...] = ()
    inside: tuple[tuple[int, int], ...] = ()


class Sought:
    """Some words that are looked for; texts are taken as they stand in the store."""

    def __init__(self, words: str) -> None:
        self.words = " ".join(unicodedata.normalize("NFC", words).split())

    def mentions(self, text: str) -> Mentions:
        """Where `text` mentions the words."""
        if self._dense:
            return self._dense_mentions(text)
        return Mentions(own=tuple(self._stem_mentions(text if text.isascii() else _DENSE.sub(" ", text))))

    # ------------------------------------------------------------ by stems

    @cached_property
    def _terms(self) -> tuple[str, ...]:
        spoken = [word for word, _, _ in english.words(self.words)]
        return tuple(term for word in spoken if (term := english.term(word))) or tuple(spoken)

    @cached_property
    def _only_stop_words(self) -> bool:
        return not any(english.term(word) for word, _, _ in english.words(self.words))

    @cached_property
    def _beginnings(self) -> re.Pattern[str]:
        """A cheap sieve: what any form of the first word begins with."""
        first = self._terms[0] if self._terms else ""
        forms = {form for form in english.IRREGULAR if english.term(form) == first}
        forms.add(first[:-1] if len(first) > 2 else first)
        return re.compile("|".join(re.escape(form) for form in sorted(forms)), re.IGNORECASE)

    def _stem_mentions(self, text: str) -> list[tuple[int, int]]:
        if not self._terms or (text.isascii() and not self._beginnings.search(text)):
            return []
        keep_all = self._only_stop_words
        run = [
            (term, start, end)
            for word, start, end in english.words(text)
            if (term := word if keep_all else _term(word, text[start:end])) is not None
        ]
        terms, count = self._terms, len(self._terms)
        found: list[tuple[int, int]] = []
        for index in range(len(run) - count + 1):
            if run[index][0] == terms[0] and all(run[index + n][0] == terms[n] for n in range(1, count)):
                start, end = run[index][1], run[index + count - 1][2]
                if not found or start >= found[-1][1]:
                    found.append((start, end))
        return found

    # ------------------------------------------------------------ scripts without stems

    @cached_property
    def _dense(self) -> bool:
        return _DENSE.search(self.words) is not None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        parts = [re.escape(part) for part in re.split(r"[\s·・]+", self.words) if part]
        return re.compile(r"[\s·・]*".join(parts), re.IGNORECASE)

    def _dense_mentions(self, text: str) -> Mentions:
        own: list[tuple[int, int]] = []
        inside: list[tuple[int, int]] = []
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        for match in self._pattern.finditer(text):
            before = text[match.start() - 1] if match.start() else " "
            behind = _HANGUL_RUN.match(text, match.end())
            rest = behind.group() if behind else ""
            whole = not before.isalnum() and (
                not _DENSE.match(text[match.end() - 1]) or _ENDING.fullmatch(rest) is not None
            )
            (own if whole else inside).append(match.span())
        return Mentions(tuple(own), tuple(inside))


def _term(word: str, spelt: str) -> str | None:
    """The stem of a word; "GPUs" is the plural of "GPU", which a stemmer does not know."""
    return english.term(word[:-1] if _CAPITALS.fullmatch(spelt) else word)
