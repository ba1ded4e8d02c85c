"""What is to be done with which documents, how far it is, and what was found: shared by all kinds of such work."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, get_args

from desktop.whole.noticing import Kind
from knowledge.messages import Recalled
from knowledge.shelf import Leaf, Shelf, Shelved

MOST_SOURCES = 60  # cards beside an answer; what is beyond has its place in words only
TELL_SECONDS = 0.2  # between two reports of a search

Phase = Literal["searching", "reading", "joining"]


@dataclass(frozen=True, slots=True)
class Note:
    """What one step says: about which passages of which document, on which pages, in which words.

    `quoted`: the document's own words, because the model's were not backed by the text (or there were none).
    """

    document: int
    passages: tuple[int, ...]
    page: int | None
    last_page: int | None
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """`korean`: the language of the answer's own words. `notes`: of an earlier reading that was broken off."""

    kind: Kind
    about: str
    documents: tuple[int, ...]
    korean: bool
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the documents was read: `read` of `total` passages; `by` says who read them.

    `searched`: passages gone through by the rules for words and dates, whoever else read them.
    """

    kind: Kind
    by: Literal["model", "rules"]
    read: int
    searched: int
    total: int
    documents: int
    stopped: bool

    @property
    def complete(self) -> bool:
        return self.read >= self.total


@dataclass(frozen=True, slots=True)
class ReadingAll:
    """How far the reading is: `done` of `total` passages; `text` is the answer so far, None where it is as before."""

    phase: Phase
    done: int
    total: int
    document: str  # the name of the file in hand
    seconds_left: float | None
    text: str | None
    sources: tuple[Recalled, ...] = ()  # that `text` cites, numbered from 1; told with it


@dataclass(slots=True)
class Work:
    """A job as it goes on. `text` is the answer so far, `sources` what it cites, numbered from 1."""

    job: Job
    shelf: Shelf
    books: list[Shelved]
    by: Literal["model", "rules"] = "model"
    notes: list[Note] = field(default_factory=list)
    sources: list[Recalled] = field(default_factory=list)
    text: str = ""
    read: int = 0
    searched: int = 0
    stopped: bool = False
    _numbers: dict[int, int] = field(default_factory=dict)  # of the passages that are cited
    _told: str = ""
    _begun: float = field(default_factory=time.monotonic)
    _read_before: int = 0

    @property
    def total(self) -> int:
        return sum(book.passages for book in self.books)

    @property
    def coverage(self) -> Coverage:
        job = self.job
        return Coverage(job.kind, self.by, self.read, self.searched, self.total, len(self.books), self.stopped)

    def open(self, place: int) -> list[Leaf]:
        """The passages of the book at this place, whose number may have changed since it was taken from the shelf."""
        leaves = self.shelf.leaves(self.books[place].id)
        self.books[place] = replace(self.books[place], passages=len(leaves))
        return leaves

    def take_up(self) -> dict[int, set[int]]:
        """Go on from the notes of an earlier reading whose passages are still there: those read, by document."""
        read: dict[int, set[int]] = {}
        there = (
            {book.id: {leaf.id for leaf in self.shelf.leaves(book.id)} for book in self.books} if self.job.notes else {}
        )
        for note in self.job.notes:
            if note.passages and there.get(note.document, set()).issuperset(note.passages):
                self.notes.append(note)
                read.setdefault(note.document, set()).update(note.passages)
        self.read = self._read_before = sum(map(len, read.values()))
        self._begun = time.monotonic()
        return read

    def cite(self, book: Shelved, leaf: Leaf, matches: Sequence[tuple[int, int]] = ()) -> int | None:
        """The number of this passage among the sources; None when there are too many already."""
        if leaf.id not in self._numbers:
            if len(self.sources) >= MOST_SOURCES:
                return None
            self.sources.append(source(book, leaf, tuple(matches)))
            self._numbers[leaf.id] = len(self.sources)
        return self._numbers[leaf.id]

    def tell(
        self, phase: Phase, book: Shelved | None, done: int | None = None, *, under_way: float = 0.0
    ) -> ReadingAll:
        """The state as an event; `under_way`: so many passages' worth of the step in hand is through."""
        now_done = self.read if done is None else done
        text = self.text if self.text != self._told else None
        self._told = self.text
        seconds_left = self._seconds_left(now_done + under_way)
        sources = tuple(self.sources) if text is not None else ()
        return ReadingAll(phase, now_done, self.total, book.name if book else "", seconds_left, text, sources)

    def _seconds_left(self, done: float) -> float | None:
        fresh = done - self._read_before
        if fresh <= 0 or done >= self.total:
            return None
        return (time.monotonic() - self._begun) / fresh * (self.total - done)

    def record(self) -> dict[str, Any]:
        """What is kept with the answer: how much was read, and, until all is, what is needed to go on."""
        job, coverage = self.job, self.coverage
        kept: dict[str, Any] = {
            **asdict(coverage),
            "about": job.about,
            "korean": job.korean,
            "ids": list(job.documents),
        }
        if not coverage.complete and self.by == "model":
            kept["notes"] = [asdict(note) for note in self.notes]
        return kept


def source(book: Shelved, leaf: Leaf, matches: tuple[tuple[int, int], ...] = ()) -> Recalled:
    """A passage as the source of an answer."""
    return Recalled(
        kind="document",
        id=f"passage:{leaf.id}",
        text=leaf.text,
        score=1.0,
        parts={},
        why=("words",) if matches else (),
        matches=matches,
        tokens=0,
        document=book.id,
        path=book.path,
        page=leaf.page,
        heading=leaf.heading,
        title=book.title,
        passages=(leaf.id,),
        collection=book.collection,
    )


def coverage_of(details: Mapping[str, Any]) -> Coverage | None:
    """The coverage stored with an answer; None where it has none, or one that cannot be read."""
    kept = details.get("whole")
    if not isinstance(kept, Mapping):
        return None
    try:
        coverage = Coverage(**{name: kept[name] for name in Coverage.__slots__})
    except KeyError:
        return None
    numbers = (coverage.read, coverage.searched, coverage.total, coverage.documents)
    whole = all(isinstance(number, int) for number in numbers)
    return coverage if whole and coverage.kind in get_args(Kind) and coverage.by in ("model", "rules") else None


def broken_off(details: Mapping[str, Any]) -> Job | None:
    """The job that a stored answer did not finish, with its notes; None when there is nothing to go on with."""
    coverage = coverage_of(details)
    if coverage is None or coverage.complete:
        return None
    kept = details["whole"]
    try:
        notes = tuple(
            replace(Note(**note), passages=tuple(int(id) for id in note["passages"])) for note in kept.get("notes", ())
        )
        documents = tuple(int(id) for id in kept["ids"])
    except (KeyError, TypeError, ValueError):
        return None
    return Job(coverage.kind, str(kept.get("about", "")), documents, bool(kept.get("korean")), notes)


# ---------------------------------------------------------------- documents' words in an answer


_CITATION = re.compile(r"\[(?=\d)")
_MARKUP = re.compile(r"([\\`*_~<>#|])")


def quoted(text: str, longest: int = 400) -> str:
    """A document's words on one line of Markdown: as they are, without being markup or one of our citations."""
    words = " ".join(text.split())
    if len(words) > longest:
        cut = words[: longest - 1]
        words = f"{cut.rsplit(' ', 1)[0] if ' ' in cut[longest // 2 :] else cut}…"
    return _CITATION.sub("[\u2060", _MARKUP.sub(r"\\\1", words))


def pages(first: int | None, last: int | None) -> tuple[int, ...]:
    """The first and the last page, once where they are the same; none where the document has no pages."""
    known = [page for page in (first, last) if page is not None]
    return tuple(dict.fromkeys(known))


def every(seconds: float) -> Iterator[bool]:
    """True at most every so many seconds."""
    last = time.monotonic()
    while True:
        now = time.monotonic()
        due = now - last >= seconds
        if due:
            last = now
        yield due
