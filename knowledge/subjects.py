"""What a question is about by name, and whether a text is about the same.

"Who was the director of The Rack?" is about "The Rack". What a memory holds on directors of other films says as much in
meaning and in words, and answers nothing: a source must name the subject itself, and not within a longer name ("Rack
of Lamb"). Names are told by their capitals and by quotation marks; in Korean by what the analyser calls a proper noun,
and by what stands before 의 ("기생충의 감독은"). A question in small letters names what follows its last "of" ("who is
the director of the rack").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.english import STOP_WORDS
from knowledge.words import HANGUL

Naming = Literal["whole", "part", "other script", "no"]

_SENTENCE_BEGINS = re.compile(r"[.!?。…]\s|:\s*$|\n")
_TOKEN = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_QUOTED = re.compile(
    r"[\"“”]([^\"“”]{2,80})[\"“”]|(?<!\w)['‘]([^'‘’]{2,80})['’](?!\w)"
    r"|[「『《〈]([^」』》〉]{1,80})[」』》〉]"
)
_LATIN = re.compile(r"[^\W\d_]")
_OWNED = re.compile(r"(?P<owned>(?:[^\s,.?!]+\s){0,3}?[^\s,.?!]*[가-힣])의\s")
_OF = re.compile(r"\b(?:of|for)\s+(?P<tail>[^,.;?!]{2,60})[?.!\s]*$", re.IGNORECASE)
_POSSESSIVE = re.compile(r"['’]s$|(?<=s)['’]$")
# Between the words of one name: "Out of the Blue". The others may as well stand between two names: "Tom in Paris".
_CLOSE = frozenset("of the de la le du des von van der den al el da di bin ibn".split())
_LOOSE = frozenset("and in to for a an on at with from or by".split())
_ARTICLES = frozenset({"the", "a", "an"})
_NO_NAMES = frozenset("i ok okay mr mrs ms dr please hi hello hey english korean".split())
_DATES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()
)
_BEFORE_TITLES = frozenset("is was of about called".split())  # "What genre is Tuesday?"
# What follows the first word where that is a name: "Titanic was made by whom?"
_FOLLOWS = frozenset("is was are were has had did does will can 's".split())
_NOBODYS = frozenset("내 제 나 저 우리 저희 너 당신 누구 무엇 그 이".split())


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a question, folded: its words, and the names that it may be made of ("Tom", "Paris")."""

    words: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()
    hangul: bool = False
    sure: bool = True  # False: guessed from a question in small letters


@dataclass(frozen=True, slots=True)
class _Token:
    word: str  # folded
    capital: bool
    first: bool  # of a sentence
    start: int
    end: int
    joined: bool  # nothing but space, a colon or a hyphen stands before it
    owner: bool  # "Jin's"


def subjects(question: str, proper_nouns: Callable[[str], Collection[str]]) -> tuple[Name, ...]:
    """The names that a question is about; empty where none can be told. `proper_nouns` knows those of Korean texts."""
    found: dict[tuple[str, ...], Name] = {}
    quoted = [next(filter(None, match.groups())) for match in _QUOTED.finditer(question)]
    for each in quoted:
        if words := _bare(_folded(token.word) for token in _tokens(each)):
            found[words] = Name(words, hangul=bool(HANGUL.search(each)))
    rest = _QUOTED.sub(" ", question)
    for name in _capitalised(rest):
        found.setdefault(name.words, name)
    if HANGUL.search(rest):
        for noun in (*proper_nouns(rest), *_owned(rest)):
            if noun not in _NOBODYS:
                found.setdefault((noun,), Name((noun,), hangul=bool(HANGUL.search(noun))))
    elif not found and (tail := _OF.search(rest)):
        words = tuple(w for w in (token.word for token in _tokens(tail["tail"])) if w not in STOP_WORDS)
        if words:
            found[words] = Name(words, sure=False)
    return tuple(found.values())


def naming(text: str, names: Sequence[Name]) -> Naming:
    """How a text names any of the subjects: as a name of its own ("whole"), within another or by a part of it ("part").

    "other script": it is written in a script in which the name would be spelled otherwise.
    """
    tokens = _tokens(text)
    best: Naming = "no"
    for name in names:
        told = _naming(text, tokens, name)
        if told == "whole":
            return "whole"
        if told == "part" or (told == "other script" and best == "no"):
            best = told
    return best


def has_names(text: str) -> bool:
    """Whether a text names something or someone by itself."""
    return any(True for _ in _capitalised(text)) or bool(_QUOTED.search(text))


# ---------------------------------------------------------------- in a question


def _capitalised(text: str) -> Iterator[Name]:
    tokens = _tokens(text)
    at = 0
    while at < len(tokens):
        if not _begins_name(tokens, at):
            at += 1
            continue
        last = at
        ahead = at + 1
        while ahead < len(tokens) and tokens[ahead].joined:
            token = tokens[ahead]
            if (token.capital and not token.first) or token.word.isdigit():
                last = ahead
            elif token.word not in _CLOSE and token.word not in _LOOSE:
                break
            ahead += 1
        run = tokens[at : last + 1]
        if words := _bare(token.word for token in run):
            parts = tuple(part for part in _parted(run) if part)
            yield Name(words, parts if len(parts) > 1 else ())
        at = last + 1


def _begins_name(tokens: Sequence[_Token], at: int) -> bool:
    token = tokens[at]
    if not token.capital or token.word in _NO_NAMES:
        return False
    if token.word in _DATES and (not at or tokens[at - 1].word not in _BEFORE_TITLES):
        return False
    if not token.first:
        return True
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.word in STOP_WORDS:
        return token.word in _ARTICLES and after is not None and after.capital
    return token.owner or (after is not None and after.joined and (after.capital or after.word in _FOLLOWS))


def _parted(run: Sequence[_Token]) -> Iterator[tuple[str, ...]]:
    """The names on both sides of words that may stand between two."""
    part: list[str] = []
    for token in run:
        if token.word in _LOOSE and not token.capital:
            yield _bare(part)
            part = []
            continue
        part.append(token.word)
        if token.owner:
            yield _bare(part)
            part = []
    yield _bare(part)


def _owned(question: str) -> Iterator[str]:
    """What stands before 의, as it is written."""
    for match in _OWNED.finditer(question):
        yield match["owned"].split()[-1]


def _bare(words: Iterable[str]) -> tuple[str, ...]:
    """A name without its article."""
    every = tuple(words)
    return every[1:] if len(every) > 1 and every[0] in _ARTICLES else every


# ---------------------------------------------------------------- in a text


def _naming(text: str, tokens: Sequence[_Token], name: Name) -> Naming:
    if name.hangul:
        if not HANGUL.search(text):
            return "other script"
        spelled = r"\s*".join(map(re.escape, name.words))
        return "whole" if re.search(rf"(?<![가-힣]){spelled}", unicodedata.normalize("NFC", text).casefold()) else "no"
    if not name.sure:
        held = {token.word for token in tokens}
        return "whole" if all(_held(word, held) for word in name.words) else _script(text)
    told = _stands(tokens, name.words)
    if told == "no" and name.parts:
        each = [_stands(tokens, part) for part in name.parts]
        if "no" not in each:
            return "whole" if set(each) == {"whole"} else "part"
    if told == "no" and not name.parts and len(name.words) > 1 and not _CLOSE.intersection(name.words):
        # "Lynton" for "Michael Lynton"
        return "part" if _stands(tokens, name.words[-1:]) == "whole" else _script(text)
    return told if told != "no" else _script(text)


def _script(text: str) -> Naming:
    return "no" if _LATIN.search(text) and not HANGUL.search(text) else "other script"


def _stands(tokens: Sequence[_Token], words: tuple[str, ...]) -> Naming:
    """Whether the words stand together, and whether what stands around them belongs to the same name.

    Who writes capitals means something else by a word in small letters: "rock music" is not "The Rock".
    """
    best: Naming = "no"
    with_capitals = bool(tokens) and tokens[0].capital
    with_capitals &= any(token.capital and not token.first and token.word != "i" for token in tokens)
    for at in range(len(tokens) - len(words) + 1):
        if tokens[at].word != words[0] or tuple(token.word for token in tokens[at : at + len(words)]) != words:
            continue
        small = with_capitals and not any(token.capital for token in tokens[at : at + len(words)])
        if small or _goes_on(tokens, at + len(words)) or _came_before(tokens, at):
            best = "part"
        else:
            return "whole"
    return best


def _goes_on(tokens: Sequence[_Token], at: int) -> bool:
    """Whether the name goes on: "Valley *of the Dolls*"."""
    if tokens[at - 1].owner:
        return False
    while at < len(tokens) and tokens[at].joined and not tokens[at].first:
        if tokens[at].capital:
            return True
        if tokens[at].word not in _CLOSE:
            return False
        at += 1
    return False


def _came_before(tokens: Sequence[_Token], at: int) -> bool:
    """Whether the name has begun before: "*Michael* Lynton"."""
    if not tokens[at].joined or tokens[at].first:
        return False
    before = at - 1
    while before >= 0 and tokens[before].word in _ARTICLES and not tokens[before].owner:
        if not tokens[before].joined or tokens[before].first:
            return False
        before -= 1
    if before < 0 or tokens[before].owner:
        return False
    return tokens[before].capital and _begins_name(tokens, before)


def _held(word: str, held: Collection[str]) -> bool:
    return word in held or word.removesuffix("s") in held or f"{word}s" in held


# ---------------------------------------------------------------- words


@lru_cache(maxsize=1024)  # the same turns stand around each other's
def _tokens(text: str) -> tuple[_Token, ...]:
    tokens: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        between = text[end : match.start()]
        first = not tokens or (between != " " and bool(_SENTENCE_BEGINS.search(between)))
        whole = match.group()
        stem = _POSSESSIVE.sub("", whole)
        owner = stem != whole or text[match.end() : match.end() + 1] in {"'", "’"}
        joined = between == " " or (not between.strip(" \t:-–—&'’") and "\n" not in between)
        capital = not stem.islower() and any(letter.isupper() for letter in stem)
        tokens.append(_Token(_folded(stem), capital, first, match.start(), match.end(), joined, owner))
        end = match.end()
    return tuple(tokens)


@lru_cache(maxsize=16384)
def _folded(word: str) -> str:
    """Without case, accents, and marks within it."""
    plain = unicodedata.normalize("NFKD", word.replace("’", "'"))
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold().replace(".", "")
    )
