"""When Haema trusts which memory: PopQA (Mallen et al. 2023) and small talk, never recalling, always, and adaptively.

The facts of every second line of PopQA's sample are told to the memory, each in a conversation of its own ("Remember
that the director of X is Y."), the others are not. Then all questions and all small talk are asked. First the decision
alone, without a model: is the right source recalled of what was told, none of what was not, not one token for small
talk? Then the bundled model's answers, on a sample (`SAMPLE` of each half; all with HAEMA_BENCH_WHOLE=1), for it is
slow and weak: what it makes of a right source is its own affair, and shown apart.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desktop.chat import RECALL_TOKENS, SYSTEM, Answer, label
from desktop.confidence import sureness
from desktop.home import Home, open_home
from engine.messages import Generated, Passage, Sampling
from knowledge import facts
from knowledge.messages import Recalled
from tests.bench.public import eval_folder
from tests.bench.rest import at_rest
from tests.bench.row import Row

SAMPLE = 40
RIGHT, NO_WRONG, QUIET, TOKENS = 0.95, 0.90, 0.95, 0.60  # goals; the last is a share of always-recall's tokens
WHOLE = os.environ.get("HAEMA_BENCH_WHOLE") == "1"
BRIEFLY = Sampling(max_tokens=40, temperature=0.0, seed=1)


@dataclass(frozen=True, slots=True)
class _Line:
    question: str
    answers: tuple[str, ...]
    subject: str
    relation: str
    object: str

    @property
    def statement(self) -> str:
        if self.relation == "capital of":
            return f"Remember that {self.subject} is the capital of {self.object}."
        return f"Remember that the {self.relation} of {self.subject} is {self.object}."

    def is_answered_by(self, text: str) -> bool:
        return any(answer.casefold() in text.casefold() for answer in self.answers)

    def is_said_by(self, item: Recalled) -> bool:
        return self.subject in item.text and self.object in item.text


def rows() -> Iterator[Row]:
    folder = eval_folder()
    if not (folder / "popqa-dev.jsonl").is_file() or not (folder / "smalltalk-dev.jsonl").is_file():
        print(f"left out, not in {folder}: popqa-dev.jsonl, smalltalk-dev.jsonl", file=sys.stderr)
        return
    every = [
        _Line(row["question"], tuple(row["answers"]), row["subject"], row["relation"], row["object"])
        for row in _read(folder / "popqa-dev.jsonl")
    ]
    small_talk = [row["prompt"] for row in _read(folder / "smalltalk-dev.jsonl")]
    told, untold = every[::2], every[1::2]
    with tempfile.TemporaryDirectory() as place, open_home(Path(place) / "home") as home:
        home.memory.start()
        assert home.memory.wait(120)
        home.chat.consolidate = lambda: None  # what is asked here must not be recalled later
        for line in told:
            said = home.history.say(home.history.begin().id, "user", line.statement, parent=None)
            facts.consider(home.store, said.id)
        home.memory.consolidate()
        yield from _decisions(home, told, untold, small_talk)
        home.engine.start()
        home.engine.wait()
        step = 1 if WHOLE else max(1, len(told) // SAMPLE)
        yield from _answers(home, told[::step], untold[::step])


# ---------------------------------------------------------------- the decision alone


def _decisions(home: Home, told: Sequence[_Line], untold: Sequence[_Line], small_talk: Sequence[str]) -> Iterator[Row]:
    right = {True: 0, False: 0}  # by whether recall is adaptive
    clean = {True: 0, False: 0}
    quiet = {True: 0, False: 0}
    tokens = {True: 0, False: 0}
    for adaptive in (True, False):

        def recall(prompt: str, adaptive: bool = adaptive) -> tuple[Recalled, ...]:
            found = home.memory.recall(prompt, tokens=RECALL_TOKENS, relevant_only=adaptive)
            tokens[adaptive] += found.tokens
            return found.items

        for line in told:
            right[adaptive] += any(line.is_said_by(item) for item in recall(line.question))
        for line in untold:
            clean[adaptive] += not recall(line.question)
        for prompt in small_talk:
            quiet[adaptive] += not recall(prompt)
    yield _share("told: the right source is recalled", right, len(told), RIGHT)
    yield _share("never told: no wrong source", clean, len(untold), NO_WRONG)
    yield _share("small talk without a recalled token", quiet, len(small_talk), QUIET)
    share = tokens[True] / tokens[False]
    yield Row("adaptive", "tokens recalled", tokens[True], tokens[False], share, TOKENS, share <= TOKENS)


def _share(measure: str, counts: dict[bool, int], of: int, goal: float) -> Row:
    ours, bare = counts[True] / of, counts[False] / of
    return Row("adaptive", f"{measure} ({of})", ours, bare, ours / bare if bare else None, goal, ours >= goal)


# ---------------------------------------------------------------- with the bundled model


def _answers(home: Home, told: Sequence[_Line], untold: Sequence[_Line]) -> Iterator[Row]:
    never, always, adaptive = 0, 0, 0
    for line in told:
        never += line.is_answered_by(_ask(home, line, remember=False).text)
        always += line.is_answered_by(_ask_with_everything(home, line))
        adaptive += line.is_answered_by(_ask(home, line).text)
    marked, unsure, own = 0, 0, list[tuple[float, bool]]()
    for line in untold:
        answer = _ask(home, line)
        marked += answer.origin == "model" and not answer.sources
        unsure += sureness(answer.confidence) == "unsure"
        if answer.confidence is not None and not answer.sources:
            own.append((answer.confidence, line.is_answered_by(answer.text)))
    many, few = len(told), len(untold)
    ours, bare = adaptive / many, always / many
    yield Row(
        "adaptive", f"told: answered right ({many})", ours, bare, ours / bare if bare else None, bare, ours >= bare
    )
    yield Row("adaptive", f"told: answered right, never recalling ({many})", None, never / many, None, None, None)
    share = marked / few
    yield Row(
        "adaptive", f"never told: marked as the model's own ({few})", share, None, None, NO_WRONG, share >= NO_WRONG
    )
    right = sum(is_right for _, is_right in own)
    yield Row("adaptive", f"never told: answered right all the same ({few})", right / few, None, None, None, None)
    yield Row("adaptive", f"never told: said to be unsure ({few})", unsure / few, None, None, None, None)
    yield Row("adaptive", "confidence tells right from wrong (AUROC)", _auroc(own), None, None, None, None)


def _ask(home: Home, line: _Line, *, remember: bool = True) -> Answer:
    conversation = home.history.begin().id
    events = home.chat.answer(line.question, conversation, stop=threading.Event(), remember=remember, sampling=BRIEFLY)
    *_, answer = events
    assert isinstance(answer, Answer)
    at_rest(home)
    return answer


def _ask_with_everything(home: Home, line: _Line) -> str:
    """What the model answers with the best of the memory before it, relevant or not."""
    items = home.memory.recall(line.question, tokens=RECALL_TOKENS).items
    for reply in home.engine.generate(
        system=SYSTEM,
        history=(),
        recalled=tuple(Passage(label(item), item.text) for item in items),
        prompt=line.question,
        sampling=BRIEFLY,
        stop=threading.Event(),
    ):
        if isinstance(reply, Generated):
            return reply.text
    raise AssertionError("an answer ends with what was generated")


def _auroc(told: Sequence[tuple[float, bool]]) -> float | None:
    """How often a right answer is surer than a wrong one; None where there are not both."""
    right = [sure for sure, is_right in told if is_right]
    wrong = [sure for sure, is_right in told if not is_right]
    if not right or not wrong:
        return None
    above = sum((one > other) + 0.5 * (one == other) for one in right for other in wrong)
    return above / (len(right) * len(wrong))


def _read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
