"""Two-turn questions: does recall find what "And when was it built?" is about, and do questions that stand by
themselves lose nothing?

Made from public question sets. Two questions on one paragraph are asked one after the other. From the second, the words
it shares with the first are taken out (where it shares none: its names), and "it" or "그것" put in their place: it
leans. Then the second question as it was is asked after one on another paragraph: it stands by itself, and what
was said before must not lead it astray. The share of questions whose paragraph comes first is told, with the words
before against without them.
"""

from __future__ import annotations

import json
import random
import re
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.home import Home, open_home
from knowledge.words import Words
from tests.bench.row import Row

EVAL = Path(__file__).resolve().parents[3] / "shared" / "eval"
SETS = {"xquad-en-dev.jsonl": "it", "korquad-dev.jsonl": "그것"}
PAIRS = 200
NAME = re.compile(r"(?<!^)\b[A-Z][\w-]*|[가-힣]{2,}")


def rows() -> Iterator[Row]:
    for name, pronoun in SETS.items():
        if (EVAL / name).is_file():
            yield from _rows_of(EVAL / name, pronoun)


def _rows_of(file: Path, pronoun: str) -> Iterator[Row]:
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    by_paragraph: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in lines:
        if "question" in line:
            by_paragraph[line["answers_in"][0]].append((line["question"], line["answers"][0]))
    pairs = [(paragraph, asked[0], asked[1]) for paragraph, asked in by_paragraph.items() if len(asked) > 1]
    random.Random(5).shuffle(pairs)
    pairs = pairs[:PAIRS]
    words = Words()
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        place = Path(folder) / "paragraphs"
        place.mkdir()
        for line in lines:
            if "paragraph" in line:
                (place / f"{line['paragraph']}.txt").write_text(line["text"], encoding="utf-8")
        home.memory.start()
        assert home.memory.wait(120)
        *_, _indexed = home.memory.index((str(place),), None, threading.Event())
        leaning = [(p, leaning_form(words, first[0], second[0], pronoun), first) for p, first, second in pairs]
        alone = [(p, second[0], pairs[n - 1][1]) for n, (p, _, second) in enumerate(pairs)]
        whole = _first(home, [(p, second[0], ()) for p, _, second in pairs])
        title = file.stem.removesuffix("-dev")
        for kind, asked in (("follow-up", leaning), ("self-contained", alone)):
            without = _first(home, [(p, question, ()) for p, question, _ in asked])
            with_context = _first(home, asked)
            met = with_context > without + 0.1 if kind == "follow-up" else with_context >= without - 0.005
            yield Row("documents", f"{title} {kind}: R@1, context/none", with_context, without, None, None, met)
        yield Row("documents", f"{title} the same questions whole: R@1", whole, None, None, None, None)


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


if __name__ == "__main__":
    for row in rows():
        print(row.line())
