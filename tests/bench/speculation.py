"""Guessing ahead: answers that quote and answers that do not, through the use case and by a bare llama.cpp loop.

Both give the same greedy answers, in turns, each in a process of its own. That the answers are the same is counted
too: in one process, with and without guesses, and where they differ how near the tie was.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from desktop.chat import SYSTEM, Answer
from desktop.home import Home, open_home
from engine import gguf
from engine.generation import generate
from engine.messages import LoadModel, LoadOptions, Sampling
from engine.model import Model
from engine.starter import starter_model
from tests.bench.bare import bare_loop
from tests.bench.rest import at_rest
from tests.bench.row import Row, speed

ROUNDS = 3
MOST = 120  # tokens: about as long as what is quoted
NEAR_TIE = 0.8  # as much as batch sizes alone may move a logit (the design's measurement)

DONKEY = (
    "A farmer had an old donkey that had carried heavy bags to the mill for many years. At last the donkey became "
    "weak, and the farmer began to think about getting rid of him. The donkey saw that something was wrong, so he "
    "ran away and set out on the road to the town. There, he thought, he could become a musician. After he had "
    "walked for some time, he found a dog lying on the road, who was breathing hard as if he had run until he was "
    "tired."
)
LEAVE = (
    "Employees who have worked for the company for at least six months may take parental leave of up to twelve months. "
    "The request must be handed in eight weeks before the leave begins. During the leave the position is kept open, "
    "and the employee returns to the same department with the same salary. Days of holiday that were not taken before "
    "the leave do not expire; they are added to those of the following year."
)
HOTEL = (
    "All guests must leave their rooms by 11 a.m. on the day of departure. Breakfast is served from 7 a.m. to 10 a.m. "
    "in the dining room on the first floor. Smoking is not allowed in any part of the hotel. Pets are allowed in rooms "
    "on the ground floor only. The swimming pool is open from 8 a.m. to 8 p.m., and children under 12 must be with an "
    "adult at all times. Lost keys are replaced for a fee of 20 dollars."
)
STACK = """class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)

    def pop(self):
        if len(self.items) == 0:
            raise IndexError("pop from an empty stack")
        return self.items.pop()

    def peek(self):
        if len(self.items) == 0:
            raise IndexError("peek at an empty stack")
        return self.items[-1]

    def size(self):
        retrun len(self.items)
"""
# Such that the starter does quote: it is small, and strays from many a text that it is to repeat.
QUOTING = (
    f"Repeat the following text word for word.\n\n{DONKEY}",
    f"Here is a text:\n\n{LEAVE}\n\nWrite this text again without changing anything.",
    f"What I noted before:\n[1] {HOTEL} (hotel.pdf, page 2)\n\nWhat are the rules of the hotel? Quote them in full.",
    f"Here is a text:\n\n{HOTEL}\n\nWrite this text again without changing anything.",
    f"Here is a Python class:\n\n```python\n{STACK}```\n\nIt has a typo: `retrun`. Write the whole class again.",
)
FREE = (
    "Tell me a long story about a lighthouse keeper and a storm.",
    "Explain to a child why the sky is blue.",
    "Write a letter to a friend about a week in the mountains.",
    "Give me advice for a first job interview.",
)


def rows() -> Iterator[Row]:
    parent, child = multiprocessing.get_context("spawn").Pipe()
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder)) as home:
        home.engine.start()
        home.memory.start()
        home.chat.consolidate = lambda: None  # between the rounds, as it is while a person reads
        home.memory.consolidate()
        info = home.engine.wait()
        assert info is not None
        process = multiprocessing.get_context("spawn").Process(
            target=bare_loop, args=(child, str(starter_model()), info.threads, MOST, True)
        )
        process.start()
        assert parent.recv() == "ready"
        for texts in (QUOTING[:1], FREE[:1]):  # warm
            _compared(home, parent, texts, rounds=1)
        yield _row("tokens/s, quoting answers", _compared(home, parent, QUOTING, ROUNDS), 1.3)
        yield _row("tokens/s, free answers", _compared(home, parent, FREE, ROUNDS), 0.97)
        parent.send("")
        process.join()
    yield from _differences(info.threads)


def _row(measure: str, figures: tuple[float, float, float], goal: float) -> Row:
    return speed("engine", measure, figures, goal)


def _compared(home: Home, bare: Connection, texts: tuple[str, ...], rounds: int) -> tuple[float, float, float]:
    """Medians of Haema's and the bare loop's tokens/s, and of the quotient over all texts of each round."""
    pairs = []
    for turn in range(rounds):
        mine = theirs = 0.0  # seconds a token, summed over texts: a text counts by its slowness, not by its length
        for text in texts:
            for who in ("haema", "bare") if turn % 2 else ("bare", "haema"):
                if who == "haema":
                    mine += 1 / _through_the_app(home, text)
                else:
                    bare.send(text)
                    theirs += 1 / bare.recv()[1]
        pairs.append((len(texts) / mine, len(texts) / theirs))
    return median(h for h, _ in pairs), median(b for _, b in pairs), median(h / b for h, b in pairs)


def _through_the_app(home: Home, text: str) -> float:
    """Tokens/s of one greedy answer by the use case, in a new conversation."""
    answer = None
    sampling = Sampling(max_tokens=MOST, temperature=0.0, repeat_penalty=1.0)
    conversation = home.history.begin().id
    for event in home.chat.answer(text, conversation, stop=threading.Event(), remember=False, sampling=sampling):
        if isinstance(event, Answer):
            answer = event
    assert answer is not None
    home.memory.consolidate()
    at_rest(home)
    return float(answer.timings["tokens_per_s"])


def _differences(threads: int) -> Iterator[Row]:
    """How many greedy answers differ with and without guesses, and how near a tie the first difference sits at most."""
    path = starter_model()
    facts = gguf.read(path)
    gaps = []
    plain_model = Model(
        facts, LoadModel(1, options=LoadOptions(threads=threads, lookup=False)), lambda _: True, lambda: False
    )
    guessing_model = Model(facts, LoadModel(1, options=LoadOptions(threads=threads)), lambda _: True, lambda: False)
    try:
        for text in (*QUOTING, *FREE):
            turns = (
                f"<|im_start|>system\n{SYSTEM}<|im_end|>\n<|im_start|>user\n{text}<|im_end|>\n<|im_start|>assistant\n"
            )
            tokens = plain_model.vocabulary._tokenize(turns, parse_special=True)
            plain, guessed = (_drawn(model, tokens) for model in (plain_model, guessing_model))
            at = next((n for n, (one, two) in enumerate(zip(plain, guessed, strict=False)) if one != two), None)
            if at is not None:
                gaps.append(_gap(plain_model, [*tokens, *plain[:at]], plain[at], guessed[at]))
    finally:
        plain_model.close()
        guessing_model.close()
    count = float(len(QUOTING) + len(FREE))
    yield Row("engine", "greedy answers that guesses changed, of all", float(len(gaps)), count, None, None, None)
    if gaps:
        yield Row(
            "engine", "largest gap of logits at such a change", max(gaps), None, None, NEAR_TIE, max(gaps) < NEAR_TIE
        )


def _drawn(model: Model, tokens: list[int]) -> list[int]:
    """The tokens of a greedy answer but the last."""
    wish = Sampling(temperature=0, repeat_penalty=1, max_tokens=MOST)
    generate(model, tokens, wish, arrived=time.monotonic(), emit=lambda _text, _thought: None)
    return model.cached[len(tokens) :]


def _gap(model: Model, tokens: list[int], one: int, two: int) -> float:
    """How far apart the logits of two tokens are after `tokens`."""
    model.keep_prefix(tokens)
    assert model.evaluate(tokens[len(model.cached) :])
    with model.sampler(Sampling(temperature=0)) as draw:
        logits = draw.logits(-1)
        return abs(float(logits[one] - logits[two]))
