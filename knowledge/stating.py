"""What a user's turn states about its speaker and their world, read by rules: the small model needs no part in it.

Precision goes before completeness: what is not kept can still be recalled from the turn itself, what is kept wrongly is
believed. So only whole clauses of known forms are read, and only in the speaker's own words: no quotation, code,
pasted text, task ("write a story: my name is …"), question, condition, wish, hearsay or joke. The forms of each
language stand in a file of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from knowledge import stating_english as english
from knowledge import stating_korean as korean
from knowledge.restating import restated
from knowledge.sensitive import sensitivity
from knowledge.sentences import sentence_spans
from knowledge.statement import Statement

LONGEST = 1500  # characters of a turn; more is mostly pasted
LONGEST_SENTENCE = 300
MOST = 8  # statements of one turn

_HANGUL = re.compile(r"[가-힣]")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_QUOTED_LINES = re.compile(r"^[ \t]*(?:>|\|).*$", re.MULTILINE)
_QUOTATION = re.compile(r"[\"“”「『«]([^\"“”」』»\n]*)[\"“”」』»]|(?<!\w)['‘]([^'’\n]+ [^'’\n]+)['’](?!\w)")
_TELLS = re.compile(r"[가-힣]{2}|(?!(?:what|when|where|which|whose|does|that|this|were|have|with|from)\b)\w{4}")
_CUT = "\ufffc"  # stands where something was left out: no form holds it
_PASTED = re.compile(
    r"https?://|^\s*(?:[-*•]|\d+[.)])\s|\t|[{}<>]|^(?:from|to|subject|re|fwd):", re.IGNORECASE | re.MULTILINE
)


def statements(text: str, *, author: str | None = None, asked: str | None = None) -> list[Statement]:
    """What the turn states, at most `MOST`, each once.

    `author`: the name of who speaks, where that is not the user. `asked`: the question answered just before, which a
    correction may lean on.
    """
    own = _own_words(text)
    found: list[Statement] = []
    for one in _read(own, asked, addressed=author is None):
        if one.text and not any(
            (one.slot, one.value, one.text) == (other.slot, other.value, other.text) for other in found
        ):
            found.append(one)
        if len(found) == MOST:
            break
    return [_named(replace(one, sensitive=sensitivity(one.text)), author) for one in found]


def correcting(text: str, asked: str | None) -> Statement:
    """What the user says is right, where they said that this is a correction of the answer to `asked`.

    Words that say what they are about ("The capital is Canberra") stand alone; others follow the question.
    """
    sentence = " ".join(text.split())
    plain = (korean if _HANGUL.search(sentence) else english).without_denial(sentence)
    for one in _read(_own_words(plain), None, addressed=False):
        return replace(one, kind="correction", sensitive=None)
    return _correction(plain, asked)


def speaks_of_self(text: str) -> bool:
    """Whether somebody speaks of themselves here, in few enough words for a model to be asked about them."""
    own = _own_words(text)
    language = korean if _HANGUL.search(own) else english
    return 8 <= len(own) <= LONGEST and not language.is_task(own) and bool(language.SELF.search(own))


# ---------------------------------------------------------------- from the turn to its clauses


def _read(own: str, asked: str | None, *, addressed: bool) -> Iterator[Statement]:
    """`addressed`: it is said to Haema, which can be asked to remember, and be corrected."""
    if len(own) > LONGEST or len(_PASTED.findall(own)) > 1:
        own = own[: own.find("\n")] if 0 < own.find("\n") <= LONGEST_SENTENCE else ""
    language = korean if _HANGUL.search(own) else english
    sentences = [own[start:end] for start, end in sentence_spans(own) if end - start <= LONGEST_SENTENCE]
    if addressed and (told := language.told(sentences)) is not None:
        yield from told
        return
    if language.is_task(own):
        return
    for number, sentence in enumerate(sentences):
        if _CUT in sentence:
            continue
        right = language.right_instead(sentence) if addressed and number == 0 else None
        if addressed and number == 1 and language.is_denial(sentences[0]):
            right = sentence if language.says_what(sentence) else None
        if right is not None and not language.is_question(sentence):
            own_slot = list(language.read(right))
            if own_slot:
                yield from (replace(one, kind="correction") for one in own_slot)
            elif language.says_what(right) or asked is not None:
                yield _correction(right, asked)
            continue
        yield from language.read(sentence)


def _correction(right: str, asked: str | None) -> Statement:
    """What is right, after the question where it does not repeat it: "it's Canberra" alone says nothing."""
    subject = asked or (korean if _HANGUL.search(right) else english).subject(right)
    text = (restated(asked, right) or f"{asked} {right}") if asked and not _repeats(right, asked) else right
    return Statement(text, "correction", f"world|{_plain(subject)}" if subject else None, _plain(right))


def _repeats(right: str, asked: str) -> bool:
    """Whether the words hold most of what the question is about."""
    said = _plain(right)
    about = [word[:2] if _HANGUL.search(word) else word[:5] for word in _plain(asked).split() if _TELLS.match(word)]
    return bool(about) and sum(word in said for word in about) > len(about) / 2


def _own_words(text: str) -> str:
    """The turn without what is only shown in it: code, quotations of more than a name, quoted lines."""
    own = _QUOTED_LINES.sub(_CUT, _CODE.sub(_CUT, unicodedata.normalize("NFC", text)))
    return _QUOTATION.sub(
        lambda found: _CUT if len((found[1] or found[2] or "").split()) > 1 else found[0], own
    ).replace("’", "'")


def _named(statement: Statement, author: str | None) -> Statement:
    """Statements of somebody with a name are about that name."""
    if author is None:
        return statement
    slot = statement.slot
    if slot is not None and slot.startswith("user|"):
        slot = f"{_plain(author)}|{slot.removeprefix('user|')}"
    return replace(statement, text=f"{author}: {statement.text}", slot=slot)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", text.casefold()).split())
