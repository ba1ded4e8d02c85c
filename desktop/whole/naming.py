"""Which documents some words of a prompt stand for: a file's name, a title, "this file", "이 문서들", "모든 문서".

`mark_references` puts one letter of a private range in the place of each such phrase, so that the rules for what is
asked (`noticing.py`) need not know how documents are called; `Reference.documents` says which ones are meant, or None
where that is unclear: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

FIRST = 0xE000  # of Unicode's private use: no prompt means anything by them
MARK = "[\ue000-\ue0ff]"
_NOT_OURS = re.compile(MARK)

Which = Literal["named", "this", "these", "the", "all", "any"]

GENERIC = r"files?|documents?|docs?|pdfs?|attachments?"
NOUNS = (
    rf"{GENERIC}|papers?|reports?|contracts?|agreements?|leases?|letters?|books?|manuals?|articles?|thesis|theses"
    rf"|slides"
    r"|presentations?|spreadsheets?|minutes|transcripts?|handbooks?|guides?|polic(?:y|ies)|invoices?|receipts?"
    r"|emails?"
    r"|proposals?|specifications?|statements?"
)
KO_GENERIC = r"파일|문서|자료|피디에프|PDF|pdf|서류|첨부물|첨부"
KO_NOUNS = (
    rf"{KO_GENERIC}|계약서|보고서|논문|책|편지|설명서|매뉴얼|회의록|기사|슬라이드|발표문|규정|약관|공문|이메일"
    rf"|메일|안내서|지침|제안서"
    r"|명세서|영수증|청구서|협약서|합의서"
)
NUMBERS = {
    **{word: n for n, word in enumerate("two three four five six seven eight nine ten".split(), start=2)},
    **{word: n for n, word in enumerate("두 세 네 다섯 여섯 일곱 여덟 아홉 열".split(), start=2)},
    "both": 2,
}
_EN_NUMBER = r"two|three|four|five|six|seven|eight|nine|ten|\d{1,2}"
_KO_NUMBER = r"두|세|네|다섯|여섯|일곱|여덟|아홉|열|\d{1,2}"

# Particles that may follow a name, longest first.
JOSA = (
    "이라는|에서는|에서도|으로는|이랑|라는|에서|에게|에는|에도|으로|까지|부터|하고|들을|들의|들이|들은|을|를|이"
    "|가|은|는|의|에|도"
    "|와|과|로|만|랑"
)

_EN_PHRASE = re.compile(
    rf"\b(?:(?P<all>all|every|each)(?:\s+one)?(?:\s+of)?\s+)?"
    rf"(?:(?P<which>this|that|these|those|the|my|our|both)\s+)?"
    rf"(?:(?P<number>{_EN_NUMBER})\s+)?"
    rf"(?:(?:whole|entire|attached|complete|full|uploaded|indexed|stored|of\s+my|of\s+the|other)\s+)*"
    rf"(?P<noun>{NOUNS})\b(?![-_.]\w)",
    re.IGNORECASE,
)
_OF_THEM = re.compile(r"\b(?P<all>all\s+)?of\s+(?:them|these|those)\b(?!\s+(?:\w+\s+)?of\b)", re.IGNORECASE)
_KO_PHRASE = re.compile(
    rf"(?<![가-힣])(?:(?P<which>이|그|저|위|아래|첨부한|첨부된|올린|방금 올린|방금 첨부한|내가 올린|내|제|우리"
    rf"|나의|저의)\s*)?"
    rf"(?:(?P<all>모든|전체|온)\s*)?(?:(?P<number>{_KO_NUMBER})\s*(?:개의\s*|개\s*)?)?(?:(?P<later>모든|전체)\s*)?"
    rf"(?P<noun>{KO_NOUNS})(?P<plural>들)?(?P<behind>\s*(?:전체|전부|모두)(?=[을를의에은는이가]|\s|$))?"
    rf"(?=(?:{JOSA})*(?![가-힣]))",
)
_KO_THESE = re.compile(r"(?<![가-힣])(?:이|그|저)\s?(?:것들|들)?\s?(?=(?:중|가운데)(?:에|에서|에는)?(?![가-힣]))")
_COLLECTION = "collection|모음|컬렉션"
_TOKEN = re.compile(r"[^\W_]+")
_QUOTED_MARK = re.compile(rf"[\"'“”‘’«»「」『』《》〈〉]\s*({MARK})\s*[\"'“”‘’«»「」『』《》〈〉]")
_ARTICLE = re.compile(rf"\b(?:the|my|our)\s+(?:(?:{GENERIC})\s+)?({MARK})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Title:
    """How a document can be called."""

    id: int
    path: str
    title: str | None
    collection: str | None

    @property
    def name(self) -> str:
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Reference:
    """A phrase that stands for documents. `words` are the prompt's own; `named`: the documents of that name."""

    words: str
    which: Which
    noun: str = ""
    plural: bool = False
    number: int | None = None
    named: tuple[int, ...] = ()

    def documents(self, titles: Sequence[Title], given: Sequence[int], cited: Sequence[int]) -> tuple[int, ...] | None:
        """The documents it means; None where that is unclear.

        `given` were put before us in this conversation, `cited` are those that its last answer rests on.
        """
        known = {title.id for title in titles}
        given, cited = ([id for id in ids if id in known] for ids in (given, cited))
        match self.which:
            case "named":
                found: Sequence[int] = self.named
                if len(found) > 1 and not self.plural:  # two files of one name
                    found = [id for id in found if id in given] or [id for id in found if id in cited]
                    return tuple(found) if len(found) == 1 else None
            case "all" | "any":
                found = self._of_noun(titles) if self.noun else [title.id for title in titles]
            case "this":
                found = self._one(given, titles) or self._one(cited, titles) or self._only(titles)
            case "the":
                found = (
                    (given if self.plural else self._one(given, titles))
                    or self._of_name(titles)
                    or (self._of_noun(titles) if self.plural else self._only(titles))
                )
            case "these":
                sets = ([ids for ids in (given, cited) if len(ids) > 1], [ids for ids in (given, cited) if ids])
                found = next((ids for some in sets for ids in some), ())
        if not found or (self.number is not None and len(found) != self.number):
            return None
        return tuple(dict.fromkeys(found))

    def _one(self, ids: Sequence[int], titles: Sequence[Title]) -> Sequence[int]:
        """The one of these that is meant by a singular: the only one, or the only one that its noun fits."""
        if len(ids) == 1:
            return ids
        fitting = [id for id in self._of_noun(titles) if id in ids] if ids else []
        return fitting if len(fitting) == 1 else ()

    def _only(self, titles: Sequence[Title]) -> Sequence[int]:
        return [titles[0].id] if len(titles) == 1 and is_generic(self.noun) else ()

    def _of_name(self, titles: Sequence[Title]) -> Sequence[int]:
        """The document whose file is called just by the noun."""
        noun = _key(self.noun)
        found = [
            title.id for title in titles if noun and noun in (_key(title.name.rsplit(".", 1)[0]), _key(title.title))
        ]
        return found if len(found) == 1 else ()

    def _of_noun(self, titles: Sequence[Title]) -> Sequence[int]:
        """The documents whose name, title or collection holds the noun."""
        noun = singular(self.noun)
        if not noun or is_generic(noun):
            return ()
        return [
            title.id
            for title in titles
            if noun
            in {singular(word) for word in _TOKEN.findall(_fold(f"{title.name} {title.title} {title.collection}"))}
            or (not noun.isascii() and noun in _fold(f"{title.name} {title.title} {title.collection}"))
        ]


@dataclass(slots=True)
class Marked:
    """A prompt with a mark in the place of each phrase that stands for documents."""

    text: str
    references: list[Reference] = field(default_factory=list)

    def reference(self, mark: str) -> Reference:
        return self.references[ord(mark) - FIRST]

    def plain(self, words: str) -> str:
        """`words`, cut out of the text, as the prompt had them."""
        return re.sub(MARK, lambda match: self.reference(match.group()).words, words)


def is_generic(noun: str) -> bool:
    """Whether any document may be called so."""
    return re.fullmatch(rf"(?:{GENERIC}|{KO_GENERIC})", noun, re.IGNORECASE) is not None


def singular(noun: str) -> str:
    """An English noun of the kind that documents are called by, without its plural; others as they are."""
    noun = _fold(noun)
    if noun.endswith("ies") and len(noun) > 4:
        return f"{noun[:-3]}y"
    return noun[:-1] if noun.isascii() and noun.endswith("s") and not noun.endswith("ss") and len(noun) > 3 else noun


def mark_references(prompt: str, titles: Sequence[Title]) -> Marked:
    """Mark all that stands for documents: names first, the longest first, then the phrases of both languages."""
    marked = Marked(_NOT_OURS.sub(" ", unicodedata.normalize("NFC", prompt)))
    _mark_names(marked, titles)
    marked.text = _ARTICLE.sub(r"\1", _QUOTED_MARK.sub(r"\1", marked.text))
    _mark(marked, _EN_PHRASE, _english)
    _mark(marked, _OF_THEM, lambda match: Reference(match.group(), "these", plural=True))
    _mark(marked, _KO_PHRASE, _korean)
    _mark(marked, _KO_THESE, lambda match: Reference(match.group(), "these", plural=True))
    return marked


def _english(match: re.Match[str]) -> Reference | None:
    noun, words = match["noun"], match.group()
    which, every, number = (match["which"] or "").lower(), bool(match["all"]), (match["number"] or "").lower()
    count = NUMBERS.get(number) or (int(number) if number.isdecimal() else NUMBERS.get(which))
    plural = singular(noun) != noun.lower() and noun.lower() != "thesis"
    own = "" if is_generic(noun) else noun
    if which in ("this", "that"):
        return Reference(words, "this", noun)
    if which in ("these", "those", "both"):
        return Reference(words, "these", noun, plural=True, number=count)
    if every and which in ("", "the") and plural != match["all"].lower().startswith("all"):
        return None  # "all contract deadlines"
    if every or (which in ("my", "our") and plural):
        return Reference(words, "all", own, plural=True, number=count)
    if which:
        return Reference(words, "the", noun, plural=plural, number=count)
    return Reference(words, "any", "", plural=True) if plural and is_generic(noun) and not number else None


def _korean(match: re.Match[str]) -> Reference | None:
    noun, words = match["noun"], match.group()
    which, number = match["which"] or "", match["number"] or ""
    every = bool(match["all"] or match["later"])
    count = NUMBERS.get(number) or (int(number) if number.isdecimal() else None)
    plural = bool(match["plural"]) or every or (count or 1) > 1
    own = "" if is_generic(noun) else noun
    if which in ("내", "제", "우리", "나의", "저의"):
        return Reference(words, "all", own, plural=True, number=count)
    if which:
        return Reference(words, "these" if plural else "this", noun, plural=plural, number=count)
    if count is not None:
        return Reference(words, "these", noun, plural=True, number=count)
    if every or (match["plural"] and match["behind"]):
        return Reference(words, "all", own, plural=True, number=count)
    return Reference(words, "the", noun, plural=plural, number=count)


def _mark(marked: Marked, pattern: re.Pattern[str], meant: Callable[[re.Match[str]], Reference | None]) -> None:
    def put(match: re.Match[str]) -> str:
        reference = meant(match)
        return match.group() if reference is None else _put(marked, reference)

    marked.text = pattern.sub(put, marked.text)


def _put(marked: Marked, reference: Reference) -> str:
    if len(marked.references) > 0xFF:
        return reference.words
    marked.references.append(reference)
    return chr(FIRST + len(marked.references) - 1)


# ---------------------------------------------------------------- names


def _mark_names(marked: Marked, titles: Sequence[Title]) -> None:
    names = _names(titles)
    text, tokens = marked.text, list(_TOKEN.finditer(marked.text))
    folded = [_fold(token.group()) for token in tokens]
    pieces: list[str] = []
    at = index = 0
    while index < len(tokens):
        best: tuple[int, int, tuple[int, ...], bool] | None = None  # tokens, end, documents, a collection
        for words, ids, collection in names.get(folded[index][:2], ()):
            end = _ends(words, folded, tokens, index)
            if end is None or (best is not None and len(words) <= best[0]):
                continue
            if len(words) == 1 and not collection and not _quoted(text, tokens[index].start(), end):
                continue  # "summary.txt" is no reason to take every "summary" for it
            if collection and not _called_collection(text, tokens[index].start(), end):
                continue
            best = (len(words), end, ids, collection)
        if best is None:
            index += 1
            continue
        start, (count, end, ids, collection) = tokens[index].start(), best
        index += count
        if collection:
            start, end = _with_collection(text, start, end)
            while index < len(tokens) and tokens[index].start() < end:
                index += 1
            while pieces and start < at:  # never: a name before it would have taken the word
                break
        pieces += [text[at:start], _put(marked, Reference(text[start:end], "named", plural=collection, named=ids))]
        at = end
    marked.text = "".join(pieces) + text[at:]


_Name = tuple[tuple[str, ...], tuple[int, ...], bool]


def _names(titles: Iterable[Title]) -> dict[str, list[_Name]]:
    """What documents and collections are called, in words, by the first two letters; with whose name it is."""
    called: dict[tuple[tuple[str, ...], bool], list[int]] = defaultdict(list)
    for title in titles:
        stem = title.name.rsplit(".", 1)[0]
        for name in {tuple(_words(text)) for text in (title.name, stem, title.title or "") if text}:
            if name and sum(map(len, name)) > 2:
                called[name, False].append(title.id)
        if title.collection and (name := tuple(_words(title.collection))):
            called[name, True].append(title.id)
    names: dict[str, list[_Name]] = defaultdict(list)
    for (name, collection), ids in called.items():
        names[name[0][:2]].append((name, tuple(ids), collection))
    return names


def _ends(words: tuple[str, ...], folded: list[str], tokens: list[re.Match[str]], index: int) -> int | None:
    """Where in the text the name ends that would begin at this token; its last word may carry a particle."""
    last = index + len(words) - 1
    if last >= len(folded) or folded[index:last] != list(words[:-1]):
        return None
    rest = folded[last].removeprefix(words[-1]) if folded[last].startswith(words[-1]) else None
    if rest is None or (rest and not re.fullmatch(f"(?:{JOSA})+", rest)):
        return None
    return tokens[last].end() - len(rest)


def _quoted(text: str, start: int, end: int) -> bool:
    return text[max(0, start - 1) : start] in tuple("\"'“‘«「『《〈") and text[end : end + 1] in tuple("\"'”’»」』》〉")


def _called_collection(text: str, start: int, end: int) -> bool:
    return _with_collection(text, start, end) != (start, end)


def _with_collection(text: str, start: int, end: int) -> tuple[int, int]:
    """The range of a collection's name and the word "collection" beside it; as it was where there is none."""
    before = re.search(rf"\b(?:{_COLLECTION})\s+[\"'“‘]?$", text[:start], re.IGNORECASE)
    behind = re.match(rf"[\"'”’]?\s*(?:{_COLLECTION})", text[end:], re.IGNORECASE)
    if before is not None:
        return before.start(), end + (1 if text[end : end + 1] in tuple("\"'”’") else 0)
    return (start, end + behind.end()) if behind is not None else (start, end)


def _words(text: str) -> list[str]:
    return [_fold(word) for word in _TOKEN.findall(unicodedata.normalize("NFC", text))]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _key(text: str | None) -> str:
    return " ".join(_words(text or ""))
