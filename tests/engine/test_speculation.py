"""Guessing ahead: what is guessed, when it pays, and that it changes nothing about the answer."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from engine import gguf
from engine.errors import DraftUnsuitable
from engine.generation import generate
from engine.messages import LoadModel, LoadOptions, Sampling
from engine.model import Model
from engine.speculation import MOST_DRAFT, PAIR, SIZES, Guesser, Lookup, Speculation
from engine.starter import starter_model
from engine.template import Message
from tests.engine import tiny
from tests.engine.conftest import template_of

PASSAGE = (
    "The harbour office opens at seven in the morning and closes at half past four. Boats longer than twelve metres "
    "report to the harbour master two days before they arrive. Fresh water is free for the first 200 litres; beyond "
    "that it costs 3 euros for each 100 litres. Rubbish is collected on Tuesdays and Fridays."
)
REPEAT = f"Repeat the following paragraph word for word.\n\n{PASSAGE}"
GREEDY = Sampling(temperature=0, repeat_penalty=1, max_tokens=60)
NEAR_TIE = 0.8  # as much as batch sizes alone may move a logit


class Eager(Speculation):
    """Guesses whenever it can, whatever it costs."""

    def lookup_length(self, match: int, most: int) -> int:
        return min(most, MOST_DRAFT)

    def draft_length(self, most: int) -> int:
        return min(most, MOST_DRAFT)


class Oracle:
    """Guesses what it was told, with some mistakes."""

    def __init__(self, prompt: int, answer: list[int], mistakes: tuple[int, ...] = ()) -> None:
        self._prompt, self._answer, self._mistakes = prompt, answer, mistakes

    def follow(self, text: list[int]) -> bool:
        return True

    def guess(self, text: list[int], count: int) -> list[int]:
        at = len(text) - self._prompt
        return [
            token + (place in self._mistakes) for place, token in enumerate(self._answer[at : at + count], start=at)
        ]


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    path = tiny.write(tmp_path_factory.mktemp("noise") / "noise.gguf")
    model = Model(gguf.read(path), LoadModel(1, str(path), LoadOptions(threads=1)), lambda _done: True, lambda: False)
    yield model
    model.close()


@pytest.fixture(scope="module")
def starter():
    """The starter with one thread: two wait for each other by spinning, and so for whatever else runs here."""
    options = LoadOptions(threads=1, context=512)
    model = Model(gguf.read(starter_model()), LoadModel(1, options=options), lambda _done: True, lambda: False)
    yield model
    model.close()


def with_guesses(monkeypatch, model, make):
    """`model` guesses with what `make` makes of a text, or not at all."""
    monkeypatch.setattr(model, "guesser", make)


def nothing(_text):
    """Guesses nothing."""


def eager(model):
    return lambda text: Guesser(text, Eager(), barred=model.vocabulary.controls, lookup=True)


def answer(model, tokens, sampling):
    """The answer, and its tokens as far as the cache holds them: all but the last."""
    pieces: list[str] = []
    said = generate(model, tokens, sampling, arrived=time.monotonic(), emit=lambda text, _thought: pieces.append(text))
    assert "".join(pieces) == said.text
    assert model.cached[: len(tokens)] == tokens
    assert len(model.cached) == len(tokens) + said.timings.generated_tokens - 1
    return said, model.cached[len(tokens) :]


def asked(model, prompt):
    return model.vocabulary.encode(template_of(model).render([Message("user", prompt)]))


# ---------------------------------------------------------------- lookup


def test_what_followed_before_is_guessed():
    lookup = Lookup([1, 2, 3, 4, 5, 9, 1, 2])
    assert (lookup.next, lookup.match) == (3, 2)
    assert lookup.guess(3) == [3, 4, 5]
    lookup.add(3)
    assert (lookup.guess(9), lookup.match) == ([4, 5, 9, 1, 2, 3], 3)
    lookup.add(7)
    assert lookup.next is None
    assert lookup.guess(5) == []


def test_the_longest_match_wins_and_of_equals_the_last():
    assert Lookup([5, 1, 2, 3, 8, 1, 2, 4, 5, 1, 2]).next == 3
    assert Lookup([7, 1, 2, 3, 8, 1, 2, 4, 5, 1, 2]).next == 4


def test_short_texts_guess_nothing():
    for text in ([], [1], [1, 1], [1, 2, 3]):
        assert Lookup(text).guess(5) == []


def test_a_lookup_that_goes_along_finds_what_a_fresh_one_finds():
    random.seed(4)
    text = [random.randrange(3) for _ in range(20)]
    lookup = Lookup(text)
    for _ in range(300):
        fresh = Lookup(text)
        if lookup.next is not None:
            at = lookup._at
            assert text[at - PAIR : at] == text[-PAIR:]
            same = next((n for n in range(at) if text[at - 1 - n] != text[-1 - n]), at)
            assert min(lookup.match, 32) == min(same, 32)
        assert (lookup.next is None) is (fresh.next is None)
        token = random.randrange(3)
        text.append(token)
        lookup.add(token)


# ---------------------------------------------------------------- when it pays


def learnt(cost, singles=9):
    speculation = Speculation()
    for _ in range(singles):
        speculation.took(1, 0.01)
        for size in SIZES:
            speculation.took(size, 0.01 * cost(size))
    return speculation


def test_free_batches_are_filled_and_dear_ones_never_made():
    assert learnt(lambda size: 1.1).lookup_length(3, 100) == MOST_DRAFT
    dear = learnt(float)
    assert all(dear.lookup_length(match, 100) == 0 for match in range(2, 60))
    assert learnt(lambda size: 1.1).lookup_length(3, 6) == 5  # no more than may be drawn


def test_half_price_pays_for_long_matches_alone():
    speculation = learnt(lambda size: 0.5 * size + 0.5)
    assert speculation.lookup_length(2, 100) == 0
    assert speculation.lookup_length(40, 100) > 0
    for _ in range(60):
        speculation.saw(40, right=True)
    assert speculation.lookup_length(40, 100) == MOST_DRAFT


def test_wrong_guesses_end_guessing_and_right_ones_bring_it_back():
    speculation = learnt(lambda size: 0.5 * size + 0.5)
    for _ in range(30):
        speculation.saw(40, right=False)
    assert speculation.lookup_length(40, 100) == 0
    for _ in range(150):
        speculation.saw(40, right=True)
    assert speculation.lookup_length(40, 100) == MOST_DRAFT


def test_a_slow_moment_is_forgotten():
    speculation = learnt(lambda size: 40.0, singles=1)
    assert speculation.lookup_length(40, 100) == 0
    for _ in range(200):
        speculation.took(1, 0.01)
    assert speculation.lookup_length(40, 100) > 0


def test_a_small_model_that_did_not_pay_is_tried_again_now_and_then():
    speculation = learnt(lambda size: 0.5 * size + 0.5)
    for _ in range(30):
        speculation.drafted.add(right=False)
    assert speculation.draft_length(100) == 0
    for _ in range(70):
        speculation.took(1, 0.01)
    assert speculation.draft_length(100) > 0
    speculation.drafted_in(3, 0.01)
    assert speculation.draft_length(100) == 0


# ---------------------------------------------------------------- the same answer


def test_a_quoting_answer_is_the_same_up_to_near_ties(starter, monkeypatch):
    tokens = asked(starter, REPEAT)
    with_guesses(monkeypatch, starter, nothing)
    _, plain = answer(starter, tokens, GREEDY)
    with_guesses(monkeypatch, starter, eager(starter))
    said, guessed = answer(starter, tokens, GREEDY)
    assert said.timings.accepted_tokens > 15
    assert said.timings.drafted_tokens >= said.timings.accepted_tokens
    for at, (one, two) in enumerate(zip(plain, guessed, strict=False)):
        if one != two:
            assert gap(starter, [*tokens, *plain[:at]], one, two) < NEAR_TIE
            return
    assert len(plain) == len(guessed)


def gap(model, tokens, one, two):
    """How far apart the two tokens' logits are after `tokens`."""
    model.keep_prefix(tokens)
    assert model.evaluate(tokens[len(model.cached) :])
    with model.sampler(GREEDY) as draw:
        logits = draw.logits(-1)
        return abs(float(logits[one] - logits[two]))


@pytest.mark.parametrize("seed", range(12))
def test_a_seed_draws_the_same_tokens_with_and_without_guesses(noise, monkeypatch, seed):
    """Each token is drawn by the same chain in the same order: so the distribution is the same, whatever is guessed."""
    tokens = asked(noise, "a b a b a b hello a b")
    wish = Sampling(temperature=0.8, seed=seed, top_k=0, min_p=0, repeat_penalty=1.2, dry_multiplier=0.5, max_tokens=80)
    with_guesses(monkeypatch, noise, nothing)
    plain, drawn = answer(noise, tokens, wish)
    with_guesses(monkeypatch, noise, eager(noise))
    said, _ = answer(noise, tokens, wish)
    assert said.text == plain.text
    oracle = Oracle(len(tokens), drawn, mistakes=(3, 9, 10, 30))
    with_guesses(monkeypatch, noise, guided(noise, oracle))
    said, _ = answer(noise, tokens, wish)
    assert said.text == plain.text
    assert said.timings.accepted_tokens > said.timings.generated_tokens // 2


def guided(model, oracle):
    return lambda text: Guesser(text, Eager(), barred=model.vocabulary.controls, lookup=False, draft=oracle)


def test_a_batch_gives_the_logits_of_one_token_at_a_time(starter):
    tokens = starter.vocabulary.plain(PASSAGE)
    head, tail = tokens[:20], tokens[20:26]
    starter.keep_prefix([-1, -1])
    assert starter.evaluate(head)
    with starter.sampler(GREEDY) as draw:
        assert starter.evaluate_all(tail)
        together = [draw.logits(at).copy() for at in range(len(tail))]
        assert starter.take_back(len(head))
        assert starter.cached == head
        for token, logits in zip(tail, together, strict=True):
            assert starter.evaluate([token])
            assert np.abs(draw.logits(-1) - logits).max() < 2 * NEAR_TIE
            assert np.corrcoef(draw.logits(-1), logits)[0, 1] > 0.99


# ---------------------------------------------------------------- where it ends


@pytest.mark.parametrize("limit", [1, 2, 3, 15, 16, 17, 18, 40])
def test_the_limit_cuts_where_plain_drawing_would(noise, monkeypatch, limit):
    tokens = asked(noise, "hello")
    wish = Sampling(temperature=0.7, seed=2, top_k=0, max_tokens=60)
    with_guesses(monkeypatch, noise, nothing)
    _, drawn = answer(noise, tokens, wish)
    wish = Sampling(temperature=0.7, seed=2, top_k=0, max_tokens=limit)
    plain, _ = answer(noise, tokens, wish)
    with_guesses(monkeypatch, noise, guided(noise, Oracle(len(tokens), drawn)))
    said, _ = answer(noise, tokens, wish)
    assert (said.text, said.finish) == (plain.text, plain.finish)
    assert said.timings.generated_tokens == limit


@pytest.mark.parametrize("at", [1, 5, 20, 33])
def test_a_stop_word_inside_a_guess_cuts_where_plain_drawing_would(noise, monkeypatch, at):
    tokens = asked(noise, "hello")
    wish = Sampling(temperature=0.7, seed=2, top_k=0, max_tokens=60)
    with_guesses(monkeypatch, noise, nothing)
    whole, drawn = answer(noise, tokens, wish)
    word = whole.text[at : at + 3]
    wish = Sampling(temperature=0.7, seed=2, top_k=0, max_tokens=60, stop=(word,))
    plain, _ = answer(noise, tokens, wish)
    with_guesses(monkeypatch, noise, guided(noise, Oracle(len(tokens), drawn)))
    said, _ = answer(noise, tokens, wish)
    assert word not in said.text
    assert (said.text, said.finish) == (plain.text, plain.finish)
    assert said.timings.generated_tokens == plain.timings.generated_tokens


def test_the_end_of_an_answer_is_drawn_and_never_guessed(starter, monkeypatch):
    tokens = asked(starter, "What is the capital of France?")
    wish = Sampling(temperature=0, repeat_penalty=1.1, max_tokens=40)
    with_guesses(monkeypatch, starter, nothing)
    plain, drawn = answer(starter, tokens, wish)
    assert plain.finish == "stop"
    end = starter.vocabulary.eos
    with_guesses(monkeypatch, starter, guided(starter, Oracle(len(tokens), [*drawn, end, *drawn])))
    said, _ = answer(starter, tokens, wish)
    assert (said.text, said.finish) == (plain.text, "stop")
    assert said.timings.accepted_tokens <= len(drawn)


def test_an_interruption_in_the_midst_of_guesses_leaves_the_cache_exactly_known(noise, monkeypatch):
    tokens = asked(noise, "hello")
    wish = Sampling(temperature=0.7, seed=2, top_k=0, max_tokens=60)
    with_guesses(monkeypatch, noise, nothing)
    _, drawn = answer(noise, tokens, wish)
    with_guesses(monkeypatch, noise, guided(noise, Oracle(len(tokens), drawn, mistakes=tuple(range(0, 60, 5)))))
    given: list[str] = []
    monkeypatch.setattr(noise, "_interrupted", lambda: len(given) > 8)
    said = generate(noise, tokens, wish, arrived=time.monotonic(), emit=lambda text, _thought: given.append(text))
    assert said.finish == "stopped"
    assert noise.cached == [*tokens, *drawn][: len(noise.cached)]
    assert len(noise.cached) == len(tokens) + said.timings.generated_tokens - 1


def test_nothing_is_guessed_where_it_is_switched_off(tmp_path):
    path = tiny.write(tmp_path / "tiny.gguf")
    wish = LoadModel(1, str(path), LoadOptions(threads=1, lookup=False))
    model = Model(gguf.read(path), wish, lambda _done: True, lambda: False)
    try:
        assert model.guesser([1, 2, 3]) is None
    finally:
        model.close()


def test_logprobs_are_the_models_own(starter, monkeypatch):
    """Those of guessed tokens too, whatever sampling does with them."""
    tokens = asked(starter, REPEAT)
    with_guesses(monkeypatch, starter, eager(starter))
    wish = Sampling(temperature=0, repeat_penalty=1, max_tokens=12, logprobs=5)
    said, drawn = answer(starter, tokens, wish)
    assert said.timings.accepted_tokens > 0
    assert len(said.logprobs) == 12
    assert b"".join(entry.token for entry in said.logprobs).decode().strip() == said.text.strip()
    starter.keep_prefix([-1, -1])
    assert starter.evaluate(tokens)
    with starter.sampler(GREEDY) as draw:
        for token, entry in zip(drawn, said.logprobs, strict=False):
            logits = draw.logits(-1).astype(np.float64)
            expected = logits[token] - np.log(np.exp(logits).sum())
            assert entry.logprob == pytest.approx(expected, abs=NEAR_TIE)
            assert len(entry.top) == 5
            assert entry.top[0] == (entry.token, entry.logprob)
            assert [chance for _, chance in entry.top] == sorted((chance for _, chance in entry.top), reverse=True)
            assert starter.evaluate([token])


# ---------------------------------------------------------------- a small model beside


def load_with_draft(path, small):
    options = LoadOptions(threads=1, lookup=False, draft=str(small))
    return Model(gguf.read(path), LoadModel(1, str(path), options), lambda _done: True, lambda: False)


def test_a_model_that_guesses_for_itself_is_nearly_always_right(tmp_path, monkeypatch):
    path = tiny.write(tmp_path / "tiny.gguf")
    model = load_with_draft(path, path)
    try:
        monkeypatch.setattr(model, "_speculation", Eager())
        tokens = asked(model, "hello")
        said, drawn = answer(model, tokens, Sampling(temperature=0, repeat_penalty=1, max_tokens=60))
        assert said.timings.accepted_tokens > 0.9 * said.timings.drafted_tokens > 0
        with_guesses(monkeypatch, model, nothing)
        assert answer(model, tokens, Sampling(temperature=0, repeat_penalty=1, max_tokens=60))[1] == drawn
    finally:
        model.close()


def test_another_small_model_changes_nothing_about_the_answer(tmp_path, monkeypatch):
    path, small = tiny.write(tmp_path / "tiny.gguf"), tiny.write(tmp_path / "small.gguf", layers=1)
    model = load_with_draft(path, small)
    try:
        monkeypatch.setattr(model, "_speculation", Eager())
        wish = Sampling(temperature=0, repeat_penalty=1, max_tokens=60)
        for prompt in ("hello", "hello again", "something else"):
            tokens = asked(model, prompt)
            monkeypatch.undo()
            monkeypatch.setattr(model, "_speculation", Eager())
            said, drawn = answer(model, tokens, wish)
            with_guesses(monkeypatch, model, nothing)
            assert answer(model, tokens, wish)[1] == drawn
        assert said.timings.drafted_tokens > 0
    finally:
        model.close()


def test_a_small_model_with_another_vocabulary_is_refused(tmp_path):
    path = tiny.write(tmp_path / "tiny.gguf")
    other = tiny.write(tmp_path / "other.gguf", extra=(("<|im_start|>", 3), ("<|fin|>", 3)))
    with pytest.raises(DraftUnsuitable, match=r"other\.gguf” cannot guess ahead for “Tiny”"):
        load_with_draft(path, other)
    with pytest.raises(DraftUnsuitable):
        load_with_draft(path, tiny.write(tmp_path / "no_bos.gguf", add_bos=False))
