"""English words near in meaning ("hobby": "leisure", "pastime"), from a table in assets/english.

People ask for a kind ("Which pets …?") and tell of one of it ("my cat"). The table holds what the bundled embedder
finds alike among the words of its own vocabulary, a cosine of `LEAST` or more; packaging/alike_english.py makes it. It
is read when the first question comes. Measured on LoCoMo's development half, with vectors of the words said there: .3
to .6 points of evidence recall at 500 tokens, up to .4 at 1,000, .5 at 1,500; two to three on questions that need what
is known of the world.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from functools import cache
from pathlib import Path

from knowledge import english

LEAST = 0.45
WEIGHT = 0.3


def related(terms: Collection[str], names: Collection[str]) -> dict[str, tuple[str, float]]:
    """The words near those that are looked for: each with the one it stands for, and its weight. The `names` of
    people have none."""
    own = set(terms)
    called = {english.term(part) for name in names if name.isascii() for part in name.lower().split()}
    table = _table()
    found: dict[str, tuple[str, float]] = {}
    for term in dict.fromkeys(term for term in terms if term not in called):
        for other, cosine in table.near(term):
            if other not in own and WEIGHT * cosine > found.get(other, ("", 0.0))[1]:
                found[other] = (term, WEIGHT * cosine)
    return found


def place() -> Path:
    """Where the table lies: beside a packaged application, or in the project."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).parent.parent) / "assets" / "english" / "alike.npz"


class _Table:
    def __init__(self, file: Path) -> None:
        import numpy as np

        with np.load(file, allow_pickle=False) as stored:
            self._terms = str(stored["terms"]).split("\n")
            self._others, self._cosines = stored["others"], stored["cosines"]
        self._rows = {term: row for row, term in enumerate(self._terms)}

    def near(self, term: str) -> list[tuple[str, float]]:
        """The nearest terms, each with its cosine; none for an unknown one."""
        row = self._rows.get(term)
        if row is None:
            return []
        found = zip(self._others[row].tolist(), self._cosines[row].tolist(), strict=True)
        return [(self._terms[other], cosine / 255) for other, cosine in found if cosine]


@cache
def _table() -> _Table:
    return _Table(place())
