"""Sentences that hold what is to be listed, found by rules: dates, deadlines, amounts, percentages, addresses,"
" numbers.

A weak model overlooks things, and nobody sees what is missing in a list; these rules do not depend on the model. They
rather take too much: a sentence with a date is shown among "other dates" when no word says that it is a deadline.
What has no rule ("obligations of the tenant") is looked for by its words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from desktop.whole.mentions import Sought
from knowledge import english
from knowledge.sentences import sentence_spans

Sort = Literal["deadline", "date", "amount", "percentage", "email", "phone", "link", "words"]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_NUMBER_WORD = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|forty-five|sixty"
    r"|ninety)"
)
_DATE = re.compile(
    r"\b(?:19|20)\d\d[-./]\s?[01]?\d[-./]\s?[0-3]?\d\b"
    r"|\b[0-3]?\d[./][01]?\d[./](?:19|20)?\d\d\b"
    rf"|\b[0-3]?\d(?:st|nd|rd|th)?\.?\s+(?:day\s+of\s+|of\s+)?{_MONTH}"
    rf"|\b{_MONTH}\s+[0-3]?\d(?:st|nd|rd|th)?\b"
    rf"|\b{_MONTH},?\s+(?:of\s+)?(?:19|20)\d\d\b"
    rf"|\b(?:in|by|until|before|after|since|from|end of|early|late|mid)[- ]+{_MONTH}"
    r"|\b(?:in|by|until|before|after|since|from|end of|year)\s+(?:19|20)\d\d\b"
    r"|\bQ[1-4]\s?(?:19|20)?\d\d\b|\b(?:first|second|third|fourth) quarter\b"
    r"|\b(?:by|on|until|before|every|each|next)\s+(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|(?:19|20)\d\d\s*년(?:\s*[01]?\d\s*월)?(?:\s*[0-3]?\d\s*일)?"
    r"|(?<!\d)[01]?\d\s*월(?:\s*[0-3]?\d\s*일|\s*(?:초|말|중순|하순|까지|부터))"
    r"|(?:19|20)\d\d\s?\.\s?[01]?\d\s?\.(?:\s?[0-3]?\d\s?\.?)?"
    r"|(?:매월|매달|매년|매주)\s*(?:[0-3]?\d\s*일|말일|[월화수목금토일]요일|[01]?\d\s*월)|[월화수목금토일]요일까지",
    re.IGNORECASE,
)
_SPAN = re.compile(
    rf"\b(?:\d+|{_NUMBER_WORD})\s*(?:\(\d+\)\s*)?(?:(?:calendar|business|working|full|consecutive|clear)\s+)?"
    r"(?:hours?|days?|weeks?|months?|quarters?|years?)(?:['’]s?)?\b"
    r"|\b(?:end|beginning|last day|first day) of (?:the|each|every|that|this) (?:\w+ )?(?:day|week|month|quarter"
    r"|year|term)\b"
    r"|(?:\d+|한|두|세|네|일|이|삼|사|오|육|칠|팔|구|십)\s*(?:시간|일|주일|주|개월|달|년)\s*(?:간|이내|내에"
    r"|안에|전|후|이전|이후|까지|동안)"
    r"|(?:하루|이틀|사흘|나흘|열흘|보름|일주일|한 달|반년)\s*(?:간|이내|내에|안에|전|후|까지|동안)"
    r"|(?:월|년|연|분기|학기|주)\s?말(?:까지|일까지)|당일|다음 ?날|익일|익월|말일까지",
    re.IGNORECASE,
)
_DUE = re.compile(
    r"\b(?:deadlines?|due|no later than|not later than|at the latest|latest by|overdue|expir\w+|terminat\w+"
    r"|lapses?|ends? on"
    r"|ends? in|time limit|cut-?off|final date|within|until|till|prior to|notice|renew\w*|matur(?:es|ity)"
    r"|shall be (?:paid"
    r"|submitted|delivered|completed|returned)|must be (?:paid|submitted|delivered|completed|returned|received"
    r"|filed)|submit\w*"
    r"|before the end|by the end|payable)\b"
    r"|마감|기한|만기|만료|종료|까지|이내|내에|안에|납기|제출|지급일|납부|시한|늦어도|전까지|통지|갱신",
    re.IGNORECASE,
)
_BY_DATE = re.compile(
    rf"\bby\s+(?:the\s+)?(?:\d|{_MONTH}|end|close|noon|midnight|\w+day\b|next|{_NUMBER_WORD}\b)", re.IGNORECASE
)
_DUE_ALONE = re.compile(
    r"\b(?:deadlines?|due dates?|due date|time limits?|cut-?off dates?)\b|마감|기한|만기|납기|시한", re.IGNORECASE
)
_AMOUNT = re.compile(
    r"[$€£¥₩]\s?\d[\d,.' ]*(?:\s?(?:k|m|bn|million|billion|thousand))?"
    r"|\b\d[\d,.' ]*\s?(?:million|billion|thousand|hundred)?\s?"
    r"(?:USD|EUR|GBP|KRW|JPY|CHF|CNY|dollars?|euros?|pounds? sterling|won|yen|francs?|cents?)\b"
    r"|\b(?:USD|EUR|GBP|KRW|JPY|CHF|CNY)\s?\d[\d,.' ]*"
    r"|\d[\d,.]*\s*(?:조|억|천만|백만|십만|만|천|백)?\s*(?:원|달러|유로|엔|위안)(?![가-힣]{2,}시)"
    r"|\d[\d,.]*\s*(?:억|천만|백만|만)\s*(?:\d[\d,.]*\s*(?:천만|백만|만|천)?\s*)*원"
    r"|[일이삼사오육칠팔구십백천만억]{2,}\s*원",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\d[\d,.]*\s?(?:%|％|percent\b|per cent\b|퍼센트|프로\b)", re.IGNORECASE)
_DOTTED = re.compile(r"(?:19|20)\d\d\.\s?[01]?\d\.(?:\s?[0-3]?\d\.)?|\b(?:Art|Sec|Cl|para)\.(?=\s?\d)", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?|\d{2,4}[ .-])\d{3,4}[ .-]\d{3,4}(?![\d-])")
_LINK = re.compile(r"\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)

_SORTS: dict[Sort, str] = {
    "deadline": r"\b(?:deadlines?|due dates?|time limits?|expiry dates?|expiration dates?|cut-?off dates?)\b"
    r"|마감|기한|만기|납기|기일",
    "date": r"\b(?:dates?|days|appointments?|milestones?|schedules?|events?)\b|날짜|일자|일정|연월일|시점",
    "amount": r"\b(?:amounts?|prices?|costs?|fees?|sums?|payments?|money|rents?|charges?|budgets?)\b"
    r"|금액|가격|비용|요금|수수료|대금|액수|돈|보수",
    "percentage": r"\b(?:percentages?|percents?|rates?)\b|비율|퍼센트|이율|이자율|백분율",
    "email": r"\be-?mails?\b|이메일|전자 ?우편|메일 주소",
    "phone": r"\b(?:phone|telephone|fax)(?: numbers?)?\b|전화|연락처|휴대폰",
    "link": r"\b(?:links?|urls?|web ?(?:sites?|addresses))\b|링크|웹 ?주소|사이트",
}
_PATTERN = {"amount": _AMOUNT, "percentage": _PERCENT, "email": _EMAIL, "phone": _PHONE, "link": _LINK, "date": _DATE}


@dataclass(frozen=True, slots=True)
class Hit:
    """A sentence of a passage, as a character range. `sure`: it is one, by its words too; else it only has a date."""

    start: int
    end: int
    sure: bool


class Wanted:
    """What is to be listed, in the prompt's words."""

    def __init__(self, about: str) -> None:
        self.about = about
        self.sort: Sort = next(
            (sort for sort, words in _SORTS.items() if re.search(words, about, re.IGNORECASE)), "words"
        )
        self._sought = _sought(about)

    @property
    def has_rule(self) -> bool:
        """Whether a rule finds it by its shape, not only by the words of the prompt."""
        return self.sort != "words"

    def hits(self, text: str) -> Iterator[Hit]:
        """The sentences of a passage that hold it, in order."""
        test = self._test()
        for start, end in sentences(text):
            sure = test(text[start:end])
            if sure is not None:
                yield Hit(start, end, sure)

    def _test(self) -> Callable[[str], bool | None]:
        match self.sort:
            case "deadline":
                return _deadline
            case "words":
                return self._by_words
            case sort:
                pattern = _PATTERN[sort]
                if sort == "date":
                    return lambda sentence: True if pattern.search(sentence) else _named(_SPAN, sentence)
                return lambda sentence: True if pattern.search(sentence) else None

    def _by_words(self, sentence: str) -> bool | None:
        return True if self._sought and all(_mentioned(one, sentence) for one in self._sought) else None


def sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a passage as character ranges; the dots of "2026. 4. 30." end none."""
    return list(sentence_spans(_DOTTED.sub(lambda match: match[0].replace(".", "\u2024"), text)))


def _deadline(sentence: str) -> bool | None:
    """True for a date or a span of time with a word that makes it a deadline; False for any other date."""
    dated = _DATE.search(sentence) is not None
    if (dated or _SPAN.search(sentence)) and (_DUE.search(sentence) or _BY_DATE.search(sentence)):
        return True
    if _DUE_ALONE.search(sentence) or _BY_DATE.search(sentence):
        return True
    return False if dated else None


def _named(pattern: re.Pattern[str], sentence: str) -> bool | None:
    return False if pattern.search(sentence) else None


def _sought(about: str) -> tuple[Sought, ...]:
    """The content words of what is to be listed, each to be looked for by itself."""
    words = [word for word in re.split(r"[\s,]+", about) if word]
    words = [
        re.sub(r"(?<=[가-힣])(?:의|을|를|이|가|은|는|과|와)$", "", word) if len(word) > 1 else word for word in words
    ]
    return tuple(Sought(word) for word in words if not word.isascii() or english.term(word.lower()) is not None)


def _mentioned(sought: Sought, sentence: str) -> bool:
    found = sought.mentions(sentence)
    return bool(found.own or found.inside)
