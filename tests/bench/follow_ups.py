"""Two-turn questions: does recall find what "And when was it built?" is about, and do questions that stand by
themselves lose nothing?

Made from public question sets. Two questions on one paragraph are asked one after the other. From the second, the words
it shares with the first are taken out (where it shares none: its names), and "it" or "그것" put in their place: it
leans. Then the second question as it was is asked after one on another paragraph: it stands by itself, and what
was said before must not lead it astray. The share of questions whose paragraph comes first is told, with the words
before against without them.
"""

from __future__ import annotations

import random
import re
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.home import Home, open_home
from knowledge.words import Words
from tests.bench.public import PublicSet, public_set
from tests.bench.row import Row

SETS = {"xquad-en": "it", "korquad": "그것"}  # with the pronoun that stands for what is left out
PAIRS = 200
GAIN, LOSS = 0.1, 0.005  # of the share found first: what leaning questions gain at least, and others lose at most
NAME = re.compile(r"(?<!^)\b[A-Z][\w-]*|[가-힣]{2,}")


def rows() -> Iterator[Row]:
    for name, pronoun in SETS.items():
        if (found := public_set(name)) is not None:
            yield from _rows_of(found, pronoun)


def _rows_of(public: PublicSet, pronoun: str) -> Iterator[Row]:
    by_paragraph: dict[str, list[str]] = defaultdict(list)
    for question, answers in public.questions:
        by_paragraph[min(answers)].append(question)
    pairs = [(paragraph, asked[0], asked[1]) for paragraph, asked in by_paragraph.items() if len(asked) > 1]
    random.Random(5).shuffle(pairs)
    pairs = pairs[:PAIRS]
    words = Words()
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        place = Path(folder) / "paragraphs"
        place.mkdir()
        for name, text in public.paragraphs.items():
            (place / f"{name}.txt").write_text(text, encoding="utf-8")
        home.memory.start()
        assert home.memory.wait(120)
        *_, _indexed = home.memory.index((str(place),), None, threading.Event())
        said = "I see."  # whatever the first question was answered
        leaning = [(p, leaning_form(words, first, second, pronoun), (first, said)) for p, first, second in pairs]
        alone = [(p, second, (pairs[n - 1][1], said)) for n, (p, _, second) in enumerate(pairs)]
        whole = _first(home, [(p, second, ()) for p, _, second in pairs])
        for kind, asked in (("follow-ups", leaning), ("by themselves", alone)):
            without = _first(home, [(p, question, ()) for p, question, _ in asked])
            found = _first(home, asked)
            met = found >= without + GAIN if kind == "follow-ups" else found >= without - LOSS
            measure = f"R@1, {public.name}, {kind}, with context"
            yield Row("documents", measure, found, without, found / without, None, met)
        yield Row("documents", f"R@1, {public.name}, the follow-ups unshortened", whole, None, None, None, None)


def leaning_form(words: Words, before: str, question: str, pronoun: str) -> str:
    """The question without what it shares with the one before, the first of which is said by a pronoun."""
    shared = words.found(question, words.of_query(before)) or tuple(m.span() for m in NAME.finditer(question))[:1]
    said, at = "", 0
    for n, (start, end) in enumerate(shared):
        said += question[at:start] + (pronoun if n == 0 else "")
        at = end
    return re.sub(r"\s+", " ", said + question[at:]).strip()


def _first(home: Home, asked: Sequence[tuple[str, str, Sequence[str]]]) -> float:
    found = 0
    for paragraph, question, context in asked:
        items = home.memory.recall(question, kind="documents", k=1, context=tuple(context)).items
        found += bool(items) and Path(items[0].path or "").stem == paragraph
    return found / len(asked)
