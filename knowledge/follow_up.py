"""A question that leans on what was said just before ("And the second one?", "그건 언제예요?"), widened by it.

No model is asked. Whether a question leans is told by its own words: it begins with "and" or "what about", says "it",
"they", "그 회사" or "거기" without naming what is meant, or holds hardly a word that could be looked for. How much is
told by what it lacks, from 0 to 1; a question that stands by itself is not touched. A leaning question is looked for
with the words of the question before it, of the one before that, and of the beginning of the last answer, each
weighing less than its own; "the second one" takes the second of the things that the answer lists.

The cues and weights were chosen by hand and tried on two-turn questions made from XQuAD and KorQuAD
(`tests/bench/follow_ups.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge.words import QueryTerms

BEFORE, EARLIER, ANSWERED, LISTED = 0.6, 0.3, 0.2, 0.8  # weights of what is lent: questions, the answer, a thing listed
ANSWER_WORDS = 40  # of an answer: what it is about stands at its beginning
FEW = 2  # words to look for: a question with no more of them hardly stands by itself

# What opens a question that goes on with another.
_OPENING = re.compile(
    r"\s*(?:(?:and|but|or|so)\b|(?:ok(?:ay)?|well|then)\b[, ]|(?:what|how) about\b"
    r"|(?:what|who|where|how|anything) else\b"
    r"|why(?: not)?\s*[?!.]*$|(?:그리고|그럼|그러면|그렇다면|그런데|근데|그래서|왜요|왜)(?![가-힣]))",
    re.IGNORECASE,
)
# What stands for a thing that was named before.
_STANDS_FOR = re.compile(
    r"\b(?:it|its|itself|they|them|their|theirs|he|him|his|she|her|hers|these|those|this|that)\b"
    r"|\bthe (?:same|former|latter|others?|rest)\b"
    r"|(?<![가-힣])(?:그|이|저)(?:것|거|건|게|걸|곳|때|분|들|녀|중|쪽)(?![가-힣]{3})"
    r"|(?<![가-힣])(?:그|저) [가-힣]|(?<![가-힣])(?:거기|그곳|여기서|걔|얘|쟤|나머지|다른 (?:것|거|건|하나))",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"\b(?P<en>first|second|third|fourth|fifth|last)(?: one| point| item)?\b"
    r"|(?P<ko>첫|두|세|네|다섯|마지막)\s*(?:번째|것|거|건)?(?![가-힣]{2})",
    re.IGNORECASE,
)
_PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_PLACES |= {"첫": 0, "두": 1, "세": 2, "네": 3, "다섯": 4, "마지막": -1}
# "that" and "this" mostly stand for nothing: "the year that …", "this is about …". They count with a name missing only.
_WEAK = frozenset({"this", "that", "these", "those"})
_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w.-]+|\b[A-Z]{2,}\b|\d{2,}")
_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*•])\s+(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Widened:
    """What is looked for instead of the question: its words and those it leans on; `by` are the texts that lent them,
    nearest first, none where the question stands by itself."""

    terms: QueryTerms
    by: tuple[str, ...]


def widened(query: str, own: QueryTerms, context: Sequence[str], of_query: Callable[[str], QueryTerms]) -> Widened:
    """The question as it is looked for after `context`: questions and answers in turns, oldest first, an answer last.

    `own` are the question's own terms, `of_query` tells those of other texts.
    """
    degree = leaning(query, own) if context else 0.0
    if not degree:
        return Widened(own, ())
    answer, questions = context[-1], list(context[-2::-2])
    lenders = [(question, BEFORE if n == 0 else EARLIER) for n, question in enumerate(questions[:2])]
    listed = _listed(query, answer)
    lenders += [(listed, LISTED)] if listed else [(" ".join(answer.split()[:ANSWER_WORDS]), ANSWERED)]
    terms = own
    for text, weight in lenders:
        terms = _joined(terms, of_query(text), weight * degree)
    return Widened(terms, tuple(text for text, _ in lenders if text))


def leaning(query: str, own: QueryTerms) -> float:
    """How much a question leans on what was said before it, from 0 to 1."""
    looked_for = len(own.terms)
    if looked_for == 0:
        return 1.0
    says_much = 0.5 if looked_for <= 2 * FEW else 0.0  # enough to mean its own "it" and "their" by
    named = bool(_NAME.search(query))
    if _OPENING.match(query):
        return says_much if named else 1.0 if looked_for <= FEW else 0.5
    stands = {found.group().lower() for found in _STANDS_FOR.finditer(query)}
    if stands - _WEAK:
        return says_much if named else 1.0 if says_much else 0.5
    if (stands or _NTH.search(query)) and not named:
        return 1.0 if looked_for <= FEW else says_much
    return 0.5 if looked_for == 1 and not named else 0.0


def _listed(query: str, answer: str) -> str:
    """The thing of the answer's list that "the second one" means; empty where there is no such list."""
    nth = _NTH.search(query)
    items: list[str] = _ITEM.findall(answer)
    if nth is None or len(items) < 2:
        return ""
    place = _PLACES[(nth["en"] or nth["ko"]).lower()]
    return items[place] if place < len(items) else ""


def _joined(terms: QueryTerms, lent: QueryTerms, weight: float) -> QueryTerms:
    """The terms with lent ones, which never weigh more than the question's own."""
    return replace(
        terms,
        terms={term: w * weight for term, w in lent.terms.items()} | terms.terms,
        grams={gram: w * weight for gram, w in lent.grams.items()} | terms.grams,
        phrases={pair: w * weight for pair, w in lent.phrases.items()} | terms.phrases,
    )
