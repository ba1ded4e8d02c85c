"""Tables in text (CSV, TSV), in any encoding and with any usual separator; each value under its column's name."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from knowledge.readers.reading import Enclosed, Reading, Section, Source
from knowledge.readers.rows import sheet
from knowledge.readers.text import decoded

SAMPLE = 16 * 1024  # characters in which the separator is looked for
LONGEST_VALUE = 1024**2  # characters

_SEPARATORS = ",;\t|"


def read(source: Source) -> Reading:
    text = decoded(source)
    return Reading(None, _sections(text, "\t" if source.suffix in (".tsv", ".tab") else _separator(text[:SAMPLE])))


def _separator(sample: str) -> str:
    """The candidate that stands equally often in the most lines; a comma where none does."""
    lines = [line for line in sample.splitlines()[:50] if line.strip()]

    def evenness(separator: str) -> tuple[int, int]:
        counts = [line.count(separator) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0), usual

    return max(_SEPARATORS, key=evenness)


def _sections(text: str, separator: str) -> Iterator[Section | Enclosed]:
    csv.field_size_limit(LONGEST_VALUE)
    rows = csv.reader(io.StringIO(text.replace("\x00", ""), newline=""), delimiter=separator)
    filled = (
        (number, [" ".join(value.split()) for value in row])
        for number, row in enumerate(rows, start=1)
        if any(value.strip() for value in row)
    )
    yield from sheet("", filled)
