"""Korean words to search terms: kiwipiepy's morphemes, light ones known as such, and others that mean the same.

A word of a question also looks for those nearest in meaning (`alike.py`), at half their cosine. On questions asked in
other words than the text's ("호텔 값" for "숙박료") twice as many texts are among the first five, and questions in the
text's own words lose nothing (tests/bench/reworded.py).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from knowledge import alike, english

log = logging.getLogger(__name__)

ALIKE_WEIGHT = 0.5  # of a word that means the same, times its cosine

_CONTENT_TAGS = frozenset({"NNG", "NNP", "NR", "VV", "VA", "XR", "SL", "SN", "SH", "MAG"})
_GRAMMAR_TAGS = frozenset({"VCP", "VCN", "XSV", "XSA", "VX", "NP"})
_STOP_MORPHEMES = frozenset(
    "무엇 뭐 무슨 어떤 어떻게 누구 언제 어디 어느 몇 얼마 왜 것 수 등 때 및 위하 대하 관하 따르 통하 의하 경우"
    " 있 없 하 되 이 그 저 같 말 알 알리 설명 주".split()
)
CHIT_CHAT = frozenset(
    "안녕 고맙 감사 반갑 미안 죄송 좋 그렇 맞 알겠 수고 잘 정말 너무 네 응 아침 저녁 밤 오늘 하루".split()
)
_LAST_TAG = 64  # kiwipiepy numbers unknown words by their tag, known ones from here on


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A piece of a text: `term` is None for grammar, and for a word that says nothing of what is looked for; `stop` is
    a light word, indexed but not looked for; `known` when the dictionary has it."""

    term: str | None
    stop: bool
    start: int
    end: int
    tag: str = ""
    known: bool = True


class Korean:
    """The analyser; loads when it is first asked (1-3 s, 300-500 MB). Thread-safe."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kiwi: Any = None

    def load(self) -> None:
        """Load the analyser and the table of words now."""
        with self._guard:
            self._load()
        alike.shipped()

    def morphemes(self, text: str) -> list[Morpheme]:
        """The morphemes of a text in NFC, grammar included, in order."""
        with self._guard:
            tokens = self._load().tokenize(text)
        found: list[Morpheme] = []
        for token in tokens:
            tag = str(token.tag).split("-")[0]  # "VV-I": an irregular verb
            start, end = int(token.start), int(token.start + token.len)
            if tag == "SL":
                found.append(Morpheme(english.term(token.form.lower()), False, start, end, tag))
            elif tag in _CONTENT_TAGS:
                form, known = token.form.replace(" ", ""), int(token.id) >= _LAST_TAG
                found.append(Morpheme(form or None, form in _STOP_MORPHEMES, start, end, tag, known))
            elif tag[0] in "JES" or tag in _GRAMMAR_TAGS or token.form in _STOP_MORPHEMES:
                found.append(Morpheme(None, True, start, end, tag))
        return found

    def expansions(self, morphemes: Iterable[Morpheme]) -> dict[str, tuple[str, float]]:
        """Words that mean the same as those looked for: each with the word it stands for, and its weight."""
        looked_for = [one for one in morphemes if one.term and not one.stop and one.tag in alike.TAGS]
        own = {one.term for one in looked_for}
        found: dict[str, tuple[str, float]] = {}
        for one in looked_for:
            assert one.term is not None
            for other, cosine in alike.shipped().near(one.term, one.tag):
                weight = ALIKE_WEIGHT * cosine
                if other in own or other in _STOP_MORPHEMES or weight <= found.get(other, ("", 0.0))[1]:
                    continue
                found[other] = (one.term, weight)
        return found

    def _load(self) -> Any:
        if self._kiwi is None:
            from kiwipiepy import Kiwi

            begin = time.monotonic()
            self._kiwi = Kiwi(num_workers=1)
            log.info("Korean analyser loaded in %.1f s", time.monotonic() - begin)
        return self._kiwi
