"""From headings and paragraphs in reading order to sections, each with the path of headings it stands under."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.readers.reading import Section

BETWEEN = " › "
LONGEST_HEADING = 120  # characters; a whole paragraph set as a heading must not be repeated with every passage


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or code block; or, with a `level` from 1 (outermost), a heading."""

    text: str
    level: int | None = None


def sections(blocks: Iterable[Block]) -> Iterator[Section]:
    """One section for each heading and what follows it, and one for what stands before the first."""
    path: list[tuple[int, str]] = []
    texts: list[str] = []
    for block in blocks:
        text = block.text.strip()
        if not text:
            continue
        if block.level is None:
            texts.append(text)
            continue
        if texts:
            yield Section("\n\n".join(texts), heading=_joined(path))
        path = [(level, name) for level, name in path if level < block.level]
        path.append((block.level, in_one_line(text)))
        texts = [text]
    if texts:
        yield Section("\n\n".join(texts), heading=_joined(path))


def first_heading(blocks: Iterable[Block]) -> str | None:
    return next((in_one_line(block.text) for block in blocks if block.level is not None and block.text.strip()), None)


def in_one_line(text: str) -> str:
    """The text without line breaks, cut to the length of a heading."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_HEADING else line[: LONGEST_HEADING - 1].rstrip() + "…"


def _joined(path: list[tuple[int, str]]) -> str | None:
    return BETWEEN.join(name for _, name in path) or None
