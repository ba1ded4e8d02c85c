"""Tokens/s and first-token time through the whole app path against a bare llama.cpp loop in its own process."""

from __future__ import annotations

import multiprocessing
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from desktop.chat import Answer, Piece
from desktop.home import Home, open_home
from engine.messages import Sampling
from engine.starter import starter_model
from tests.bench.bare import bare_loop
from tests.bench.rest import at_rest
from tests.bench.row import Row, duration, in_turns, speed

TOKENS = 160
ROUNDS = 7
TALE = "Once upon a time a seahorse lived in a quiet harbour and kept every story that the sailors told. "


def prompt(number: int) -> str:
    """Each round opens differently, so that no cached prefix beyond the system prompt flatters the first token."""
    return f"Story {number}. " + TALE * 12 + "Tell me a long story about the seahorse, with many details."


def rows() -> Iterator[Row]:
    parent, child = multiprocessing.get_context("spawn").Pipe()
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder)) as home:
        home.engine.start()
        home.memory.start()
        home.chat.consolidate = lambda: None  # between the rounds, as it is while a person reads
        home.memory.consolidate()
        threads = home.engine.wait()
        assert threads is not None
        process = multiprocessing.get_context("spawn").Process(
            target=bare_loop, args=(child, str(starter_model()), threads.threads, TOKENS, False)
        )
        process.start()
        assert parent.recv() == "ready"
        firsts: dict[str, list[float]] = {"haema": [], "bare": []}

        def haema() -> float:
            first, rate = _through_the_app(home, prompt(len(firsts["haema"])))
            firsts["haema"].append(first)
            return rate

        def bare() -> float:
            parent.send(prompt(len(firsts["bare"])))
            first, rate = parent.recv()
            firsts["bare"].append(first)
            return float(rate)

        haema(), bare()  # warm
        rates = in_turns(haema, bare, ROUNDS)
        parent.send("")
        process.join()
        yield speed("engine", "tokens/s, app path", rates, 0.97)
        haemas, bares = firsts["haema"][1:], firsts["bare"][1:]
        quotient = median(h / b for h, b in zip(haemas, bares, strict=True))
        yield duration(
            "engine", "first token ms, app path without recall", (median(haemas), median(bares), quotient), 0.97
        )


def _through_the_app(home: Home, text: str) -> tuple[float, float]:
    """One answer by the use case in a new conversation: first-token time in ms, tokens/s as the caller sees them."""
    first, last, answer = 0.0, 0.0, None
    sampling = Sampling(max_tokens=TOKENS, temperature=0.0, repeat_penalty=1.0)
    conversation = home.history.begin().id
    begin = time.perf_counter()
    for event in home.chat.answer(text, conversation, stop=threading.Event(), remember=False, sampling=sampling):
        match event:
            case Piece():
                last = time.perf_counter()
                first = first or last
            case Answer():
                answer = event
    assert answer is not None
    home.memory.consolidate()
    at_rest(home)
    return (first - begin) * 1000, (answer.timings["generated_tokens"] - 1) / (last - first)
