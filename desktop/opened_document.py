"""A document as the reader of an answer opens it: what the memory holds of it, where the answer's words stand in it,
and whether its file is still the one that was read. Knows no Qt."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from knowledge.library import Document, Library, Passage
from knowledge.messages import Recalled
from knowledge.readers import code
from knowledge.readers.alignment import NOWHERE, places
from knowledge.store import Store

State = Literal["here", "changed", "missing", "refused", "removed"]
MOST_HITS = 10_000
SAME_TIME = 0.001  # seconds: what a file system may lose of a time


@dataclass(frozen=True, slots=True)
class Hit:
    """Words in a document: the passage's place in reading order, and a range of its text; empty for all of it."""

    row: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """`recalled` are the rows of the passages that the answer rests on, `hits` the question's words in them.

    `best` is the row of the passage for which it was recalled; the others stand around it.
    """

    id: int | None  # None: the memory does not hold it any more
    path: str
    passages: tuple[Passage, ...]
    state: State
    reason: str = ""  # why it was refused, or what of it could not be read
    recalled: tuple[int, ...] = ()
    hits: tuple[Hit, ...] = ()
    best: int = 0
    has_pages: bool = False  # that can be drawn: the file is a PDF, and is there
    is_code: bool = False
    source: Recalled | None = field(default=None, repr=False)
    extents: tuple[tuple[int, int, bool], ...] = ()  # of each passage: letters (of Hangul two), line breaks, `begins`

    @property
    def name(self) -> str:
        return self.path.replace("\\", "/").rsplit("/", 1)[-1]

    def page_of(self, row: int) -> int | None:
        return self.passages[row].page if row < len(self.passages) else None

    def stops(self) -> tuple[Hit, ...]:
        """The places that the answer leads to: the question's words, or the passages where it shares none with them."""
        return self.hits or tuple(Hit(row, 0, 0) for row in self.recalled)

    def first_stop(self) -> int:
        """Which of the `stops` reading begins with: the first one in the best passage, or after it."""
        return next((at for at, stop in enumerate(self.stops()) if stop.row >= self.best), 0)


def holds(store: Store, document: int) -> bool:
    """Whether the memory knows the document (still)."""
    return _library(store).document(document) is not None


def opened(store: Store, source: Recalled) -> OpenedDocument:
    """The document of a recalled item, with the passages and words that the item shows."""
    library = _library(store)
    document = library.document(source.document) if source.document is not None else None
    if document is None:
        said = Passage(0, 0, source.text, source.page, source.heading, 0)
        hits = tuple(Hit(0, start, end) for start, end in source.matches)
        return OpenedDocument(
            None,
            source.path or "",
            (said,) if source.text else (),
            "removed",
            recalled=(0,) if source.text else (),
            hits=hits,
            source=source,
            extents=_extents((said,)),
        )
    passages = tuple(library.passages(document.id))
    state = _state(document)
    recalled = _recalled_rows(passages, source)
    best = next((row for row in recalled if f"passage:{passages[row].id}" == source.id), min(recalled, default=0))
    return OpenedDocument(
        document.id,
        document.path,
        passages,
        state,
        document.reason or "",
        recalled,
        _hits(passages, recalled, source),
        best,
        state in {"here", "changed"} and _is_pdf(Path(document.path)),
        Path(document.path).suffix.lower() in code.SUFFIXES,
        source,
        _extents(passages),
    )


def _library(store: Store) -> Library:
    return Library(store, count_tokens=len, passage_tokens=0)  # it reads no file here


def find(passages: Sequence[Passage], words: str) -> list[Hit]:
    """Where the passages say `words`, in whatever case and line breaks; at most `MOST_HITS`."""
    parts = [re.escape(part) for part in unicodedata.normalize("NFC", words).split()]
    found: list[Hit] = []
    if parts:
        pattern = re.compile(r"\s+".join(parts), re.IGNORECASE)
        for row, passage in enumerate(passages):
            found += [Hit(row, *match.span()) for match in pattern.finditer(passage.text)]
            if len(found) >= MOST_HITS:
                break
    return found[:MOST_HITS]


def by_row(hits: Iterable[Hit]) -> Mapping[int, list[tuple[int, int]]]:
    """The ranges of each passage that has some."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for hit in hits:
        if hit.end > hit.start:
            rows.setdefault(hit.row, []).append((hit.start, hit.end))
    return rows


# ---------------------------------------------------------------- where the answer's words stand


def _recalled_rows(passages: Sequence[Passage], source: Recalled) -> tuple[int, ...]:
    """The recalled passages; where the document was read again since, those that say the same."""
    wanted = set(source.passages)
    kind, _, number = source.id.partition(":")
    if kind == "passage" and number.isdigit():
        wanted.add(int(number))
    rows = tuple(row for row, passage in enumerate(passages) if passage.id in wanted)
    if rows or not source.text:
        return rows
    shared = {
        row: sum(place != NOWHERE for place in places(source.text, passage.text))
        for row, passage in enumerate(passages)
        if source.page is None or passage.page in {None, source.page}
    }
    row = max(shared, key=lambda row: shared[row], default=None)
    return (row,) if row is not None and shared[row] > len(source.text) / 4 else ()


def _hits(passages: Sequence[Passage], rows: Sequence[int], source: Recalled) -> tuple[Hit, ...]:
    """`source.matches`, which count in its text, as ranges of the passages that the text was taken from."""
    hits: list[Hit] = []
    for row in rows:
        text = passages[row].text
        at = source.text.find(text)
        elsewhere = places(source.text, text) if at < 0 else ()
        for start, end in source.matches:
            if at >= 0:
                inside = [start - at, end - 1 - at] if at <= start < end <= at + len(text) else []
            else:
                inside = [place for place in elsewhere[start:end] if place != NOWHERE]
            if inside:
                hits.append(Hit(row, min(inside), max(inside) + 1))
    return tuple(hits)


def begins(passages: Sequence[Passage], row: int) -> bool:
    """Whether a page or a heading begins with this passage."""
    here, before = passages[row], passages[row - 1] if row else None
    return before is None or (here.page, here.heading) != (before.page, before.heading)


def _extents(passages: Sequence[Passage]) -> tuple[tuple[int, int, bool], ...]:
    return tuple(
        (
            len(passage.text) if passage.text.isascii() else sum(1 + (letter > "\u1100") for letter in passage.text),
            passage.text.count("\n"),
            begins(passages, row),
        )
        for row, passage in enumerate(passages)
    )


# ---------------------------------------------------------------- the file


def _state(document: Document) -> State:
    if document.status == "refused":
        return "refused"
    try:
        now = Path(document.path).stat()
    except OSError:
        return "missing"
    same = now.st_size == document.size and abs(now.st_mtime - (document.modified or 0.0)) < SAME_TIME
    return "here" if same else "changed"


def _is_pdf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return b"%PDF-" in file.read(1024)
    except OSError:
        return False
