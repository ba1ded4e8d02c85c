"""How many documents mention some words: counted by the words themselves, over every passage, without the model."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.whole import wording
from desktop.whole.job import TELL_SECONDS, ReadingAll, Work, every, quoted
from desktop.whole.mentions import Sought
from knowledge.shelf import Leaf, Shelved

LISTED = 200  # documents that are named with their pages


@dataclass(slots=True)
class _Tally:
    """Of one document: how often, on which pages, and where first."""

    book: Shelved
    own: int = 0
    inside: int = 0
    pages: list[int] = field(default_factory=list)
    first: tuple[Leaf, tuple[tuple[int, int], ...]] | None = None


def count(work: Work, stop: threading.Event) -> Iterator[ReadingAll]:
    """Go through all documents; the answer names those that mention the words, with their pages."""
    work.by = "rules"
    sought, due = Sought(work.job.about), every(TELL_SECONDS)
    tallies: list[_Tally] = []
    for place, book in enumerate(work.books):
        tally = _Tally(book)
        tallies.append(tally)
        for leaf in work.open(place):
            if stop.is_set():
                work.stopped = True
                break
            found = sought.mentions(leaf.text)
            tally.own += len(found.own)
            tally.inside += len(found.inside)
            if found.own:
                tally.first = tally.first or (leaf, found.own)
                if leaf.page is not None and leaf.page not in tally.pages:
                    tally.pages.append(leaf.page)
            work.read += 1
            work.searched += 1
            if next(due):
                yield work.tell("searching", book)
        if work.stopped:
            break
    work.text = _answer(work, tallies)


def _answer(work: Work, tallies: list[_Tally]) -> str:
    korean = work.job.korean
    holding = sorted((tally for tally in tallies if tally.own), key=lambda tally: -tally.own)
    places = sum(tally.own for tally in holding)
    text = [wording.counted(work.job.about, len(holding), len(tallies), places, korean=korean)]
    lines = []
    for tally in holding[:LISTED]:
        number = work.cite(tally.book, *tally.first) if tally.first else None
        parts = (wording.times(tally.own, korean=korean), wording.some_pages(tally.pages, korean=korean))
        line = f"- {quoted(tally.book.name)}: {', '.join(part for part in parts if part)}"
        lines.append(f"{line} [{number}]" if number else line)
    if len(holding) > LISTED:
        lines.append(f"- {wording.beyond(len(holding) - LISTED, korean=korean)}")
    if len(tallies) > 1 or lines:
        text.append("\n".join(lines))
    without = [tally.book.name for tally in tallies if not tally.own]
    if holding and without and not work.stopped:
        text.append(wording.phrase("without", korean=korean).format(names=wording.names(without, korean=korean)))
    inside = [tally for tally in tallies if tally.inside]
    if inside:
        text.append(wording.inside_too(len(inside), sum(tally.inside for tally in inside), korean=korean))
    if work.stopped:
        text.append(wording.read_so_far(work.coverage, korean=korean))
    return "\n\n".join(part for part in text if part)
