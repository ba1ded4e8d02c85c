"""What a sentence claims, taken apart so that it can be compared: its content words, numbers, names and its "not"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

from knowledge import english
from knowledge.figures import Figure, figures, is_month, months
from knowledge.words import HANGUL, Words, nfc

# Words of which a statement holds one and not the other: where a source says another one of the line, it says
# something else. English forms are compared by their stems.
_EXCLUSIVE = """
monday tuesday wednesday thursday friday saturday sunday|spring summer autumn winter|morning noon evening night
north south east west|left right|red orange yellow green blue white black|male female|man woman|husband wife
mother father|brother sister|son daughter|before after|above below|increase decrease|rise fall|grow shrink
approve reject|accept refuse|allow forbid|allow prohibit|permit forbid|include exclude|open close|begin end
start end|start stop|buy sell|win lose|maximum minimum|most least|more less|more fewer|always never|early late
first last|true false|start finish|arrive leave|excellent poor|good bad|high low|hot cold|old new|young old
upright flat|support oppose|agree disagree|월요일 화요일 수요일 목요일 금요일 토요일 일요일|봄 여름 가을 겨울
오전 오후|아침 점심 저녁|동쪽 서쪽 남쪽 북쪽|왼쪽 오른쪽|빨갛 파랗 노랗 하얗 까맣|빨강 파랑 노랑 초록|남자 여자
남성 여성|남편 아내|어머니 아버지|아들 딸|이전 이후|전 후|위 아래|증가 감소|늘 줄|오르 내리|상승 하락|허용 금지
승인 거부|승인 반려|찬성 반대|포함 제외|시작 끝|시작 종료|열 닫|사 팔|이기 지|최대 최소|이상 이하|초과 미만
성공 실패|가능 불가능|유료 무료|임대 임차|임대인 임차인|매수 매도|매도인 매수인|입금 출금|수입 지출|수출 수입
합격 불합격|유상 무상|처음 마지막
"""
_NOT = re.compile(
    r"\b(?:not|no|never|none|neither|nor|without|cannot|nobody|nothing|nowhere|hardly|unable)\b"
    r"|\b(?:refus\w+|fail(?:s|ed)? to)\b|n['’]t\b|\bneed not\b",
    re.IGNORECASE,
)
_NOT_WITHOUT = re.compile(r"\b(?:not|never|n['’]t|cannot|no)\b.{0,40}\b(?:without|unless|until)\b", re.IGNORECASE)
_KOREAN_NOT = re.compile(r"않|없|아니|못[하했 ]|(?<![가-힣])못\s|(?<![가-힣])안\s|지\s?마|지\s?말|말고")
_KOREAN_NOT_NOT = re.compile(r"않으면|지 않고는|없으면|수밖에|않을 수 없|없이는|못지않|뿐만 아니|뿐 아니")
SUBJECT_WORDS = 3  # of an English sentence, in which its subject's name begins
KOREAN_END = 9  # letters that hold a Korean predicate's end
_CLAUSE = re.compile(
    r"[,;:()—–]+(?=\s|$)|\b(?:but|while|whereas|although|though|because|since|when|if|otherwise|which)\b"
    r"|(?<=[가-힣](?:고|며|면|만))\s|(?<=[가-힣](?:지만|는데|므로|니까|면서|해서|어서|아서))\s",
    re.IGNORECASE,
)
_PIECE = re.compile(r"\b(?:and|or|thanks to|due to|because of|so that|in order to)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?:\w])(?<![.!?:]\s)(?<!^)[“\"'(*_]*\b([A-Z][A-Za-z0-9’']*)")
_TITLES = frozenset("mr mrs ms dr prof sir dear i im ill ive id".split())
_SPEAKER = re.compile(r"(?:^|(?<=[.!?…\n])\s?)([A-Z가-힣][\w.]*(?: [A-Z]\w*)?):\s")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence: its content words by stem, all its words, its numbers, and whether it denies.

    `last` is the last content word, in Korean the predicate.
    """

    text: str
    terms: frozenset[str]
    words: frozenset[str]
    figures: tuple[Figure, ...]
    denies: bool
    last: str | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence taken apart. `names` are those that its spelling shows; `opening` is its first word where that is
    written large, which may be a name. `about` are the names that may be its subject. `months` are numbers. `speaker`
    is who says it, where a dialogue tells. `pieces` are the content words between "and", "because of" and the like.
    """

    text: str
    terms: frozenset[str]
    values: frozenset[str]
    months: frozenset[str]
    names: frozenset[str]
    opening: str | None
    about: frozenset[str]
    clauses: tuple[Clause, ...]
    pieces: tuple[frozenset[str], ...]
    speaker: frozenset[str] = frozenset()


class Claims:
    """Takes sentences apart; English by stems, Korean by morphemes."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def of(self, sentence: str, *, speaker: str | None = None) -> Claim:
        """The sentence as something to compare."""
        text = nfc(sentence)
        first = re.match(r"[^\w]*([A-Z][A-Za-z0-9’']*)", text)
        numbers, names = figures(text), self._names(text)
        clauses = tuple(self._clauses(text))
        pieces = (self._content(piece, figures(piece)) for clause in clauses for piece in _PIECE.split(clause.text))
        return Claim(
            text=text,
            terms=frozenset(self._content(text, numbers)),
            values=frozenset(figure.value for figure in numbers),
            months=frozenset(months(text)),
            names=names,
            opening=english.term(_bare(first[1])) if first else None,
            about=frozenset(name for name in names if _is_subject(name, text)),
            clauses=clauses,
            pieces=tuple(frozenset(piece) for piece in pieces),
            speaker=frozenset(self._words.of_item(speaker).terms) if speaker else frozenset(),
        )

    def _clauses(self, text: str) -> Iterator[Clause]:
        for part in (part.strip() for part in _CLAUSE.split(text) if part):
            numbers = tuple(figures(part))
            content = self._content(part, numbers)
            if content or numbers:
                raw = frozenset(english.term(word) or word for word, _, _ in english.words(part))
                last = content[-1] if content else None
                yield Clause(part, frozenset(content), raw | frozenset(content), numbers, _denies(part), last)

    def _content(self, text: str, numbers: Iterable[Figure]) -> tuple[str, ...]:
        """The terms worth looking for, without numbers, which are compared by their value."""
        for figure in numbers:
            text = text[: figure.start] + " " * (figure.end - figure.start) + text[figure.end :]
        found = (one.term for one in self._words.morphemes(text) if not one.stop)
        return tuple(dict.fromkeys(term for term in found if term and not term[0].isdigit()))

    def _names(self, text: str) -> frozenset[str]:
        found = set()
        for match in _NAME.finditer(text):
            word = _bare(match[1])
            term = english.term(word)
            if term is not None and word not in _TITLES and is_month(word) is None:
                found.add(term)
        if HANGUL.search(text):
            found |= self._words.names(text)
        return frozenset(found)


def speakers(text: str) -> list[tuple[int, str]]:
    """Where somebody begins to speak in a dialogue written as "Name: words", and who."""
    return [(match.start(1), match[1]) for match in _SPEAKER.finditer(text)]


@cache
def exclusive() -> dict[str, tuple[frozenset[str], ...]]:
    """A term to the sets of terms of which only one can be true."""
    made: dict[str, list[frozenset[str]]] = {}
    for line in (part for row in _EXCLUSIVE.strip().splitlines() for part in row.split("|")):
        members = frozenset((english.term(word) or word) if word.isascii() else word for word in line.split())
        for member in members:
            made.setdefault(member, []).append(members)
    return {term: tuple(sets) for term, sets in made.items()}


def _is_subject(name: str, text: str) -> bool:
    """Whether a name stands among the first words, or in Korean before a subject's particle."""
    if name.isascii():
        return name in {english.term(word) for word, _, _ in islice(english.words(text), SUBJECT_WORDS)}
    return bool(re.search(rf"{re.escape(name)}[가-힣]{{0,3}}?(?:은|는|이|가|의|도)(?=[\s,])", text))


def _bare(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'s")


def _denies(clause: str) -> bool:
    """Whether a clause says "not": in Korean that stands at its end, before it the "not" of another word."""
    if HANGUL.search(clause):
        end = clause.rstrip(".!?… ")[-KOREAN_END:]
        return bool(_KOREAN_NOT.search(end)) and not _KOREAN_NOT_NOT.search(end)
    return bool(_NOT.search(clause)) and not _NOT_WITHOUT.search(clause)
