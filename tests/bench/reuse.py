"""A long conversation: what of each prompt is processed anew, whether the first token stays as quick, and whether reuse
changes what is said.

The conversation goes through the use case, memory and all, with the idle work done between the turns, as while a
person reads. In a context of 4,096 tokens its first turns must leave, so the summary is in it.
"""

from __future__ import annotations

import math
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from desktop.chat import SYSTEM, Answer, LaidOut, Style
from desktop.home import Home, open_home
from engine import gguf
from engine.messages import (
    ContextSplit,
    Generate,
    LoadModel,
    LoadOptions,
    Passage,
    Prepare,
    Sampling,
    Turn,
)
from engine.model import Model
from engine.prompt import assemble, beginning
from engine.starter import starter_model
from engine.template import ChatTemplate
from tests.bench.rest import at_rest
from tests.bench.row import Row

CONTEXT, ANSWER = 4096, 72
SMALL_CONTEXT, SMALL_ANSWER = 2048, 32  # for the comparison, where every prompt is processed from its beginning, too
NEAR_TIE = 0.8  # as far as step sizes alone move a logit
TYPED = 0.8  # of a prompt, when the user pauses
RESUMES = 3

FACTS = """# Busan, May 2027

The ferry to Oryukdo leaves from pier 3 at 9:40 every morning.
Our rooms are in the Haeundae guest house, booked from 11 to 16 May under the name of Jin.
The guest house costs 88,000 won a night and breakfast is from 7:30.
Mina is allergic to shellfish; Tom does not eat pork.
The aquarium gives a discount of 20 percent before 11 o'clock.
The airport bus 307 takes 55 minutes to Haeundae.
Our budget for food is 45,000 won a day for each of us.
The temple Haedong Yonggungsa opens at 4:30 and stands by the sea.
"""
PROMPTS = (
    "We are four friends and want to spend five days in Busan in May. What kind of trip would you suggest for us?",
    "Two of us love the sea and two prefer museums. How can we divide the days so that nobody is bored?",
    "Where are we staying, and from when to when are the rooms booked?",
    "What should we do on the first evening, when we are tired from the journey and it may be raining?",
    "How long does the bus from the airport take to Haeundae?",
    "Please propose a morning walk along the beach that does not take more than two hours in all.",
    "When does the ferry to Oryukdo leave, and from which pier?",
    "What should we take with us on the ferry if the wind is strong and the sea is rough that day?",
    "Mina has an allergy. What must we look out for when we choose a restaurant for the four of us?",
    "Could you name three dishes that all of us can eat without worrying about what is in them?",
    "How much money can each of us spend on food in a day?",
    "Is it worth getting up early for the aquarium, and what do we save by it?",
    "What would you do with an afternoon on which half of us want to rest and the others do not?",
    "When does the temple by the sea open, and how early would we have to leave for it?",
    "Tell me in a few sentences why people like to go to a temple before the sun comes up.",
    "What does one night in the guest house cost, and what do five nights come to?",
    "Tom wants to buy a present for his mother. What is typical of a harbour town and fits into a bag?",
    "Which of our plans so far depend on the weather, and which of them do not?",
    "Please suggest something for the third day that costs next to nothing.",
    "When is breakfast served at the guest house?",
    "What should we talk over with each other before we leave, so that there is no quarrel on the way?",
    "How would you explain to a child what a seahorse is and why it swims upright?",
    "We would like to send a postcard home. Please write four friendly sentences for it.",
    "Who among us does not eat pork, and what follows from it for the barbecue evening?",
    "What is the best way to remember all the names of the places that we have seen?",
    "Please give me a list of five things that we should pack for a week in May.",
    "How can we find out in the evening what the others would like to do on the next day?",
    "What do we do if one of us falls ill during the trip and needs a day in bed?",
    "Under which name are the rooms booked?",
    "Thank you. Please sum up in a few sentences what the most important points of our plan are.",
)


def rows() -> Iterator[Row]:
    yield from _conversation()
    yield from _comparison()


# ---------------------------------------------------------------- through the use case


def _conversation() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, open_home(Path(folder) / "home") as home:
        home.settings.load_options = {"": {"context": CONTEXT}}
        home.engine.start()
        home.memory.start()
        assert home.memory.wait(120)
        notes = Path(folder) / "busan.md"
        notes.write_text(FACTS, encoding="utf-8")
        list(home.memory.index((str(notes),), None, threading.Event()))
        home.chat.consolidate = lambda: None  # between the turns, as it is while a person reads
        assert home.engine.wait() is not None

        timings, splits = _talk(home, typed=False)
        last = timings[-1]
        share = last["reused_tokens"] / last["prompt_tokens"]
        yield Row("engine", "reused share of turn 30's prompt", share, None, None, 0.9, share >= 0.9)
        new = median(one["prompt_tokens"] - one["reused_tokens"] for one in timings[1:])
        yield Row("engine", "tokens processed in a turn, median of 2 to 30", new, None, None, None, None)
        dropped, summed = sum(split.dropped_turns for split in splits), sum(split.summary > 0 for split in splits)
        yield Row("engine", "turns dropped without a summary, of 30", dropped, None, None, 0, dropped == 0)
        yield Row("engine", "prompts with a summary, of 30", summed, None, None, None, None)
        firsts = [one["ttft_ms"] for one in timings]
        early, late = median(firsts[1:11]), median(firsts[20:30])
        yield Row("engine", "first token ms, turns 21-30 / 2-11", late, early, early / late, 0.8, late <= 1.25 * early)

        timings, _ = _talk(home, typed=True)
        firsts = [one["ttft_ms"] for one in timings]
        early, late = median(firsts[1:11]), median(firsts[20:30])
        yield Row("engine", "  the same, typed with a pause", late, early, early / late, 0.8, late <= 1.25 * early)
        yield _resumed(home)


def _talk(home: Home, *, typed: bool) -> tuple[list[dict[str, float]], list[ContextSplit]]:
    """The timings and the split of each turn of a whole conversation; `typed`: the user pauses before the end."""
    conversation = home.history.begin().id
    timings, splits = [], []
    home.chat.style = lambda _conversation: Style(Sampling(max_tokens=ANSWER, temperature=0))
    for prompt in PROMPTS:
        if typed:
            home.chat.prepare(conversation, prompt[: int(TYPED * len(prompt))])
            at_rest(home)
        for event in home.chat.answer(prompt, conversation, stop=threading.Event()):
            match event:
                case LaidOut():
                    splits.append(event.split)
                case Answer():
                    timings.append(event.timings)
        home.memory.consolidate()
        at_rest(home)
    return timings, splits


def _resumed(home: Home) -> Row:
    """The last question of a conversation asked again, after another one: with its KV state from the disk, without."""
    conversation = home.history.conversations()[0].id
    question = home.history.messages(conversation)[-2]
    other = home.history.begin().id
    kept, full = [], []
    for _ in range(RESUMES):
        for times, forgotten in ((kept, ()), (full, (conversation,))):
            home.chat.prepare(conversation)
            at_rest(home)
            home.chat.prepare(other, "Something else altogether. " * 20)
            at_rest(home)
            home.engine.forget(forgotten)
            sampling = Sampling(max_tokens=2, temperature=0)
            for event in home.chat.answer_again(question, stop=threading.Event(), sampling=sampling):
                if isinstance(event, Answer):
                    times.append(event.timings["ttft_ms"])
            at_rest(home)
    quotient = median(kept) / median(full)
    return Row(
        "engine", "first token ms, old conversation from disk", median(kept), median(full), 1 / quotient, None, None
    )


# ---------------------------------------------------------------- with reuse and without


def _comparison() -> Iterator[Row]:
    """The same conversation, greedy, every answer also in a context that begins empty, forced to the same tokens."""
    reusing, fresh = _model(), _model()
    history: list[Turn] = []
    gaps: list[float] = []
    losses = {"reusing": 0.0, "fresh": 0.0}
    tokens = 0
    vocabulary, template = reusing.vocabulary, _template(reusing)
    for prompt, fact in zip(PROMPTS, _facts(), strict=True):
        asked = Generate(1, SYSTEM, tuple(history), (fact,), prompt, Sampling(max_tokens=SMALL_ANSWER))
        layout = assemble(asked, context=SMALL_CONTEXT, template=template, vocabulary=vocabulary)
        answer: list[int] = []
        parted = False
        fresh.cache.clear()
        for model in (reusing, fresh):
            assert model.evaluate(layout.tokens[model.keep_prefix(layout.tokens) :])
        while len(answer) < SMALL_ANSWER:
            mine, theirs = _logits(reusing), _logits(fresh)
            token = int(mine.argmax())
            losses["reusing"] += _loss(mine, token)
            losses["fresh"] += _loss(theirs, token)
            tokens += 1
            if not parted and int(theirs.argmax()) != token:
                parted = True
                gaps.append(float(theirs.max() - theirs[token]))
            if vocabulary.ends(token):
                break
            answer.append(token)
            assert reusing.evaluate([token])
            assert fresh.evaluate([token])
        said = b"".join(vocabulary.piece(token) for token in answer).decode("utf-8", errors="replace").strip()
        history += [Turn("user", prompt), Turn("assistant", said or "-")]
        settled = beginning(
            Prepare(2, SYSTEM, tuple(history), (), "", max_tokens=SMALL_ANSWER),
            context=SMALL_CONTEXT,
            template=template,
            vocabulary=vocabulary,
        )
        reusing.cache.cut(reusing.cache.common(settled.tokens))
        assert reusing.evaluate(settled.tokens[len(reusing.cached) :])
    reusing.close()
    fresh.close()
    widest = max(gaps, default=0.0)
    with_reuse, without = (math.exp(losses[which] / tokens) for which in ("reusing", "fresh"))
    yield Row("engine", "greedy answers that part from no reuse, of 30", len(gaps), None, None, None, None)
    yield Row("engine", "  widest gap of two logits where they part", widest, None, None, NEAR_TIE, widest < NEAR_TIE)
    difference = abs(with_reuse / without - 1)
    yield Row(
        "engine",
        "perplexity of the answers, with reuse / without",
        with_reuse,
        without,
        without / with_reuse,
        0.999,
        difference < 0.001,
    )


def _model() -> Model:
    path = starter_model()
    options = LoadOptions(context=SMALL_CONTEXT)
    return Model(gguf.read(path), LoadModel(1, str(path), options), lambda _fraction: True, lambda: False)


def _template(model: Model) -> ChatTemplate:
    vocabulary = model.vocabulary
    bos, eos = vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos)
    return ChatTemplate(model.facts.chat_template, model=model.facts.name, bos=bos, eos=eos)


def _facts() -> Iterator[Passage]:
    """One recalled line a turn, another each time."""
    lines = [line for line in FACTS.splitlines() if line and not line.startswith("#")]
    for number in range(len(PROMPTS)):
        yield Passage("busan.md", lines[number % len(lines)])


def _logits(model: Model) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Of the last token that was evaluated."""
    row: Sequence[float] = model._llama.llama_get_logits_ith(model._context, -1)[: model.vocabulary.size]
    return np.asarray(row, dtype=np.float64)


def _loss(logits: np.ndarray[tuple[int], np.dtype[np.float64]], token: int) -> float:
    """The natural logarithm of one over the token's probability."""
    top = logits.max()
    return float(top + np.log(np.exp(logits - top).sum()) - logits[token])
