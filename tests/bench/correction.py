"""Whether a correction beats the model: questions of PopQA's development half (Mallen et al. 2022) are asked, each
answer is corrected with the Correct button's call, and the same is asked again, each in a conversation of its own.

The bundled model answers, so the figures say what a user of it gets; whether the correction was put before it at all is
shown apart. Every n-th question is taken (`SAMPLE` of them), whatever the first answer was.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

from desktop.answer import Answer
from desktop.home import Home, open_home
from engine.messages import Sampling
from tests.bench.public import eval_folder
from tests.bench.row import Row

SAMPLE = 40
BRIEFLY = Sampling(max_tokens=40, temperature=0.0, seed=1)
PUT_FIRST = 0.95  # the goal: of the corrections, those that stand before the model as the first source


def rows() -> Iterator[Row]:
    file = eval_folder() / "popqa-dev.jsonl"
    if not file.is_file():
        print(f"left out, not in {eval_folder()}: {file.name}", file=sys.stderr)
        return
    every = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    sample = every[:: max(1, len(every) // SAMPLE)][:SAMPLE]
    before = after = first = 0
    with tempfile.TemporaryDirectory() as place, open_home(Path(place) / "home") as home:
        home.memory.start()
        home.engine.start()
        asked: list[tuple[dict[str, object], Answer]] = []
        for line in sample:
            answer = _ask(home, str(line["question"]))
            before += _is_right(line, answer.text)
            asked.append((line, answer))
        for line, answer in asked:
            turn = next(turn for turn in home.history.messages(answer.conversation) if turn.id == answer.message)
            home.chat.correct(turn, f"It is {line['object']}.")
        home.memory.consolidate()
        for line, _ in asked:
            answer = _ask(home, str(line["question"]))
            after += _is_right(line, answer.text)
            first += (
                bool(answer.sources)
                and answer.sources[0].fact_kind == "correction"
                and (str(line["object"]) in answer.sources[0].text)
            )
    many = len(sample)
    yield Row("correction", f"answered right before ({many})", before / many, None, None, None, None)
    yield Row("correction", "answered right after", after / many, before / many, None, None, after > before)
    put = first / many
    yield Row("correction", "correction put before the model first", put, None, None, PUT_FIRST, put >= PUT_FIRST)


def _ask(home: Home, question: str) -> Answer:
    """The answer in a new conversation."""
    conversation = home.history.begin().id
    for event in home.chat.answer(question, conversation, stop=threading.Event(), sampling=BRIEFLY):
        if isinstance(event, Answer):
            return event
    raise AssertionError("no answer came")


def _is_right(line: dict[str, object], text: str) -> bool:
    answers = line["answers"]
    assert isinstance(answers, list)
    return any(str(answer).casefold() in text.casefold() for answer in answers)
