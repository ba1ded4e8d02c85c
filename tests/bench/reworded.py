"""Questions in other words than the text's: how many find it among the first five, with words that mean the same and
without them.

The texts and questions of reworded.json were written by hand, before any result was seen, on themes of Korean offices
and households: 48 texts, each with a question that avoids its words, and 42 further texts that share words with the
questions ("차를 우릴 때" beside "자동차를 팔고"). The words' leg is measured alone.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from knowledge.lexicon import Entry, Lexicon
from knowledge.words import QueryTerms, Words
from tests.bench.row import Row

FILE = Path(__file__).with_suffix(".json")
FIRST = 5


@dataclass(frozen=True, slots=True)
class Shares:
    """Of all questions, the share that finds its text among the first five, and at the first place."""

    among_first: float
    at_first: float


def measured(words: Words, folder: Path, change: Callable[[QueryTerms], QueryTerms]) -> Shares:
    """How the questions fare when each is looked for as `change` makes it."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    with closing(Lexicon(folder, k1=1.2, b=0.75)) as lexicon:
        split = [words.of_item(text) for text in data["texts"]]
        lexicon.write([Entry(n, terms.terms, terms.grams, ()) for n, terms in enumerate(split)], ())
        among = at = 0
        for question in data["questions"]:
            hits = lexicon.search(change(words.of_query(question["question"])), len(split))
            best = sorted(hits, key=lambda item: (-hits[item].score, item))[:FIRST]
            among += question["text"] in best
            at += best[:1] == [question["text"]]
    count = len(data["questions"])
    return Shares(among / count, at / count)


def without(query: QueryTerms) -> QueryTerms:
    """The question's own words alone."""
    return replace(query, expansions={})


def rows() -> Iterator[Row]:
    words = Words()
    with tempfile.TemporaryDirectory() as folder:
        ours = measured(words, Path(folder) / "with", lambda query: query)
        bare = measured(words, Path(folder) / "without", without)
    for name, haema, own in (
        ("reworded Korean questions, recall@5", ours.among_first, bare.among_first),
        ("reworded Korean questions, first", ours.at_first, bare.at_first),
    ):
        yield Row("documents", name, haema, own, haema / own, None, None)
