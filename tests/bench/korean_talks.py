"""What recall finds of long Korean talks: three people's months and 100 questions (korean_talks.json), as in talks.py.

Budgets count the bundled embedder's tokens, and it spells Hangul by syllables and letters: the first row tells how much
a turn costs. The second talk is a user's with Haema, who is asked in the first person.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge.embedder import bundled_folder
from tests.bench.plain import DENSE, FUSED, WORDS, plain_rankings
from tests.bench.row import Row
from tests.bench.talks import ALL, BUDGETS, HAEMA, KINDS, TURN_SECONDS, Question, Shares, Turn, ask_haema, ask_plainly

TALKS = Path(__file__).with_name("korean_talks.json")


def rows() -> Iterator[Row]:
    shares: Shares = defaultdict(list)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=plain_rankings, args=(theirs, str(bundled_folder()), sys.maxsize))
    process.start()
    assert ours.recv() == "ready"
    talks = json.loads(TALKS.read_text(encoding="utf-8"))["talks"]
    every: list[Turn] = []
    for talk in talks:
        turns, questions = _turns(talk), _questions(talk)
        every += turns
        ask_plainly(ours, turns, questions, shares)
        ask_haema(turns, questions, shares)
    ours.send(None)
    process.join()
    means = {of: sum(each) / len(each) for of, each in shares.items()}
    a_turn = _tokens(every) / len(every)
    yield Row("memory", "tokens of a Korean turn", a_turn, None, None, None, None)
    for budget in BUDGETS:
        for baseline in (DENSE, WORDS, FUSED):
            yield _row(means, budget, ALL, baseline)
        for kind in KINDS.values():
            yield _row(means, budget, kind, WORDS)


def _row(means: Mapping[tuple[str, int, str], float], budget: int, kind: str, baseline: str) -> Row:
    ours, bare = means[HAEMA, budget, kind], means[baseline, budget, kind]
    measure = f"Korean, found in {budget}, {kind}, {baseline}"
    goal = bare if kind == ALL else None  # of all kinds together no plain ranking finds more
    return Row(
        "memory", measure, ours, bare, ours / bare if bare else None, goal, None if goal is None else ours > goal
    )


def _turns(talk: Mapping[str, Any]) -> list[Turn]:
    turns = []
    for n, session in enumerate(talk["sessions"], start=1):
        begin = datetime.strptime(session["begins"], "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()
        for place, line in enumerate(session["turns"], start=1):
            speaker, text = line.split(": ", 1)
            turns.append(Turn(f"{n}:{place}", n, speaker, text, begin + TURN_SECONDS * (place - 1)))
    return turns


def _questions(talk: Mapping[str, Any]) -> list[Question]:
    return [Question(each["question"], each["kind"], frozenset(each["evidence"])) for each in talk["questions"]]


def _tokens(turns: list[Turn]) -> int:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return sum(len(tokenizer.encode(f"{turn.speaker}: {turn.text}", add_special_tokens=False).ids) for turn in turns)
