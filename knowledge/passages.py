"""From a document's sections to passages: pieces that one vector can stand for and one citation can point at.

A passage keeps to one page, and to one heading where that leaves enough text; it ends at a paragraph's end if it can,
else at a line's or a sentence's, and only within a word when the word alone is too long. Passages do not overlap:
recall widens a hit to its neighbours instead. A document that fits into one passage is left whole, because cutting
abstracts smaller was measured to gain nothing. When a document has changed, the passages of an earlier reading
are kept as far as they still stand there, so that one new sentence does not move the bounds of all that follows it.

How long is a passage? `limit` tokens of the embedder, except for Hangul. The bundled embedder's vocabulary splits a
Hangul syllable into its letters, three or four tokens; counted so, a Korean passage would hold a few sentences,
although that embedder cannot read them and Korean rests on the full-text index. So a Hangul syllable counts as 1/500
of a passage, about what 200 English tokens say. Such a passage may be longer than the embedder's window.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from knowledge.readers.outline import BETWEEN
from knowledge.readers.reading import Section

SYLLABLES = 500  # Hangul syllables in a passage
CHARACTERS_PER_TOKEN = 8  # at most: a word of over 100 letters is one [UNK] to the embedder, and would weigh nothing
LEAST = 0.25  # of a passage: a section shorter than this is joined with the next one on its page
OPENING_CHARACTERS = 200  # at most, of a line that may be a title
NEARBY = 0.85  # of the weight that a passage should have: from here on it may end where a paragraph does

BEGINNING = 32  # characters by which a known passage is looked up

_BETWEEN_SECTIONS = "\n\n"
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_PARAGRAPH = re.compile(r"\n\n+")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(
    r"[.!?…]+[\"'”’)\]]*\s+(?![a-z])|[。！？]+[」』）”’]*\s*"
    r"|(?<=[가-힣][다요죠까음함임됨])[.!?]+[\"'”’)\]]*(?=[가-힣“‘\"'(])"  # Korean without a space behind: "했다.그리고"
)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage before it is stored. `text` stands at `start` in the document's text, word for word."""

    ordinal: int
    text: str
    page: int | None
    heading: str | None
    start: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is not cut any further: `weight` in tokens; `opens` when a paragraph begins with it."""

    start: int
    end: int
    weight: float
    opens: bool
    section: Section


def opening(text: str) -> str:
    """The line of its own with which a document begins whose first passage this is: mostly its title, or nothing."""
    line, _, rest = text.partition("\n")
    return line.strip() if rest.strip() and len(line) <= OPENING_CHARACTERS else ""


def document_text(sections: Iterable[Section]) -> str:
    """The text in which a passage's `start` counts."""
    return _BETWEEN_SECTIONS.join(section.text for section in sections)


def split(
    sections: Iterable[Section], count_tokens: Callable[[str], int], limit: int, known: Iterable[str] = ()
) -> list[Draft]:
    """The passages of a document in order, none heavier than `limit` tokens (Hangul weighed as told above).

    `count_tokens` counts without the tokens that open and close a sequence. It is called once for a paragraph, and
    again only for the parts of one that is too long. `known` are the passages of an earlier reading: those that are
    still there stay whole.
    """
    sections = list(sections)
    text = document_text(sections)
    earlier = _Earlier(text, known, limit)
    scale = _Scale(text, count_tokens, limit)
    pieces: list[_Piece] = []
    start = 0
    for section in sections:
        pieces += scale.pieces(section, start)
        start += len(section.text) + len(_BETWEEN_SECTIONS)
    drafts: list[Draft] = []
    for _, on_page in groupby(pieces, key=lambda piece: piece.section.page):
        for group in _groups(list(on_page), limit):
            for passage in earlier.kept(group):
                first, last = passage[0], passage[-1]
                words = text[first.start : last.end]
                drafts.append(Draft(len(drafts), words, first.section.page, _heading(passage), first.start))
    return drafts


class _Scale:
    """Weighs stretches of one document and cuts what is too heavy."""

    def __init__(self, text: str, count_tokens: Callable[[str], int], limit: int) -> None:
        self._text, self._count, self._limit = text, count_tokens, limit

    def pieces(self, section: Section, start: int) -> Iterator[_Piece]:
        end = start + len(section.text)
        for paragraph in _between(_PARAGRAPH, self._text, start, end):
            opens = True
            for begin, stop, weight in self._cut(*paragraph, (_LINE, _SENTENCE)):
                yield _Piece(begin, stop, weight, opens, section)
                opens = False

    def _cut(self, start: int, end: int, finer: tuple[re.Pattern[str], ...]) -> Iterator[tuple[int, int, float]]:
        """The stretch if it fits, else its parts at the first of `finer`, each cut by the rest; words come last."""
        weight = self._weight(start, end)
        if weight <= self._limit:
            yield start, end, weight
        elif finer:
            for part in _between(finer[0], self._text, start, end):
                yield from self._cut(*part, finer[1:])
        else:
            middle, resume = self._middle(start, end)
            yield from self._cut(start, middle, ())
            yield from self._cut(resume, end, ())

    def _weight(self, start: int, end: int) -> float:
        least = (end - start) / CHARACTERS_PER_TOKEN
        if least > self._limit:
            return least  # too heavy whatever its words are: not worth counting
        words, syllables = _HANGUL.subn(" ", self._text[start:end])
        tokens = self._count(words) if words.strip() else 0
        return max(tokens + syllables * self._limit / SYLLABLES, least)

    def _middle(self, start: int, end: int) -> tuple[int, int]:
        """Where to cut a stretch without sentences: at the space next after its middle, or before it, or right there.

        A long stretch is cut where one passage may end, not in its middle, so that no word is weighed often.
        """
        reach = CHARACTERS_PER_TOKEN * self._limit // 2
        middle = start + min((end - start + 1) // 2, reach)
        space = _SPACE.search(self._text, middle, min(end, middle + reach // 4))
        if space is None:
            before = list(_SPACE.finditer(self._text, max(start + 1, middle - reach // 4), middle))
            space = before[-1] if before else None
        if space is None or space.start() <= start or space.end() >= end:
            return middle, middle
        return space.start(), space.end()


def _between(separator: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The stretches of text[start:end] between separators, without white space around them; none is empty."""
    begin = start
    for stop in [*(match.end() for match in separator.finditer(text, start, end)), end]:
        words = text[begin:stop]
        if words.strip():
            yield begin + len(words) - len(words.lstrip()), begin + len(words.rstrip())
        begin = stop


def _groups(pieces: Sequence[_Piece], limit: int) -> list[list[_Piece]]:
    """A page's pieces by section; a section too short for itself goes with the next one, the last with the one before.

    All of it is one group when it fits into one passage.
    """
    if sum(piece.weight for piece in pieces) <= limit:
        return [list(pieces)]
    groups: list[list[_Piece]] = []
    weight = math.inf  # of the last group
    for _, section in groupby(pieces, key=lambda piece: id(piece.section)):
        group = list(section)
        if weight < LEAST * limit:
            groups[-1] += group
        else:
            groups.append(group)
            weight = 0.0
        weight += sum(piece.weight for piece in group)
    if len(groups) > 1 and weight < LEAST * limit and weight + sum(piece.weight for piece in groups[-2]) <= limit:
        groups[-2:] = [groups[-2] + groups[-1]]
    return groups


def _packed(pieces: Sequence[_Piece], limit: int) -> Iterator[list[_Piece]]:
    """Passages of about equal weight, as few as the limit allows, ending with a paragraph where one ends nearby."""
    left = sum(piece.weight for piece in pieces)
    passage: list[_Piece] = []
    weight = goal = 0.0
    for piece in pieces:
        enough = NEARBY * goal if piece.opens else goal
        if passage and (weight + piece.weight > limit or weight + piece.weight / 2 > enough):
            yield passage
            left -= weight
            passage, weight = [], 0.0
        if not passage:
            goal = left / math.ceil(left / limit) if left > limit else math.inf
        passage.append(piece)
        weight += piece.weight
    if passage:
        yield passage


class _Earlier:
    """The passages of an earlier reading, found again in the text of this one."""

    def __init__(self, text: str, known: Iterable[str], limit: int) -> None:
        self._text, self._limit = text, limit
        self._known: dict[str, list[str]] = {}  # by how they begin
        for words in known:
            self._known.setdefault(words[:BEGINNING], []).append(words)

    def kept(self, pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
        """The group's passages: the known ones as they were, the rest packed around them.

        What is too short for itself between known ones is packed anew with the one before it, or behind it.
        """
        if not self._known or _weight(pieces) <= self._limit:
            yield from _packed(pieces, self._limit)
            return
        packed: list[tuple[list[_Piece], bool]] = []
        for run, known in self._runs(pieces):
            short = not known and _weight(run) < LEAST * self._limit
            alone = packed and not packed[-1][1] and _weight(packed[-1][0]) < LEAST * self._limit
            if packed and (short or alone or (not known and not packed[-1][1])):
                packed[-1] = ([*packed[-1][0], *run], False)
            else:
                packed.append((run, known))
        for run, known in packed:
            if known:
                yield run
            else:
                yield from _packed(run, self._limit)

    def _runs(self, pieces: Sequence[_Piece]) -> list[tuple[list[_Piece], bool]]:
        """The pieces in stretches: each a known passage (true), or what stands between them."""
        ends = {piece.end: place for place, piece in enumerate(pieces)}
        runs: list[tuple[list[_Piece], bool]] = []
        at = 0
        while at < len(pieces):
            start = pieces[at].start
            for words in self._known.get(self._text[start : start + BEGINNING], ()):
                last = ends.get(start + len(words), -1)
                if last >= at and self._text.startswith(words, start) and self._worth(found := pieces[at : last + 1]):
                    runs.append((list(found), True))
                    at = last + 1
                    break
            else:
                if not runs or runs[-1][1]:
                    runs.append(([], False))
                runs[-1][0].append(pieces[at])
                at += 1
        return runs

    def _worth(self, pieces: Sequence[_Piece]) -> bool:
        """A short one may stand anywhere, and would cut up what stands around it."""
        return LEAST * self._limit <= _weight(pieces) <= self._limit


def _weight(pieces: Sequence[_Piece]) -> float:
    return sum(piece.weight for piece in pieces)


def _heading(passage: Sequence[_Piece]) -> str | None:
    """The headings that all of the passage stands under; the first section's, when they have none in common."""
    paths = [(piece.section.heading or "").split(BETWEEN) for piece in passage]
    shared = paths[0]
    for path in paths[1:]:
        shared = [ours for ours, theirs in zip(shared, path, strict=False) if ours == theirs]
    return BETWEEN.join(shared) or passage[0].section.heading
