"""How tokens are drawn: each wish does what it says, and nonsense is refused."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from engine import gguf, sampling
from engine.errors import BadSampling
from engine.messages import LoadModel, LoadOptions, Sampling
from engine.model import Model
from tests.engine import tiny

PLAIN = Sampling(
    temperature=1, top_k=0, top_p=1, min_p=0, repeat_penalty=1, frequency_penalty=0, presence_penalty=0, seed=1
)


@pytest.fixture(scope="module")
def noise(tmp_path_factory):
    """A model of random weights, with some text before the tokens to draw."""
    path = tiny.write(tmp_path_factory.mktemp("noise") / "noise.gguf")
    model = Model(gguf.read(path), LoadModel(1, str(path), LoadOptions(threads=1)), lambda _done: True, lambda: False)
    yield model
    model.close()


def begin(model, text="hello there"):
    tokens = model.vocabulary.plain(text)
    model.keep_prefix([-1, -1])
    assert model.evaluate(tokens)


def drawn(model, wish, count):
    """So many tokens, one after the other."""
    begin(model)
    tokens = []
    with model.sampler(wish) as draw:
        for _ in range(count):
            tokens.append(draw(-1))
            assert model.evaluate(tokens[-1:])
    return tokens


def chances(model):
    """The model's own probabilities of the next token."""
    with model.sampler(PLAIN) as draw:
        logits = draw.logits(-1).astype(np.float64)
    weights = np.exp(logits - logits.max())
    return weights / weights.sum()


def shares(model, wish, count):
    """How often each token is drawn as the next one, of so many times."""
    counts = np.zeros(model.vocabulary.size)
    for seed in range(count):
        with model.sampler(replace(wish, seed=seed)) as draw:
            counts[draw(-1)] += 1
    return counts / count


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", -0.1),
        ("temperature", float("nan")),
        ("temperature", float("inf")),
        ("temperature", "hot"),
        ("temperature", True),
        ("top_k", -1),
        ("top_k", 1 << 40),
        ("top_p", 1.5),
        ("min_p", -1),
        ("repeat_penalty", 0),
        ("frequency_penalty", 1e9),
        ("presence_penalty", float("-inf")),
        ("dry_multiplier", -1),
        ("max_tokens", -1),
        ("logprobs", 1000),
    ],
)
def test_nonsense_is_refused_by_name(noise, name, value):
    with pytest.raises(BadSampling, match=f"“{name}” cannot be") as error:
        sampling.check(replace(PLAIN, **{name: value}))
    assert error.value.facts["name"] == name
    with pytest.raises(BadSampling), noise.sampler(replace(PLAIN, **{name: value})):
        pass


def test_the_defaults_and_the_edges_are_fine():
    sampling.check(Sampling())
    sampling.check(replace(PLAIN, temperature=0, top_k=0, top_p=0, min_p=1, logprobs=0, max_tokens=0, seed=-5))


def test_tokens_come_as_often_as_the_model_says(noise):
    begin(noise)
    expected, found = chances(noise), shares(noise, PLAIN, 2000)
    assert np.abs(expected - found).sum() / 2 < 0.15  # some 450 tokens share 2000 draws


def test_a_form_changes_nothing_about_what_fits_it(noise):
    """What fits is drawn in the same proportions, though it is mostly found by drawing freely first."""
    begin(noise)
    wish = replace(PLAIN, grammar="root ::= [a-e]")
    found = shares(noise, wish, 1200)
    letters = [token for token in range(noise.vocabulary.size) if re.fullmatch(b"[a-e]", noise.vocabulary.piece(token))]
    expected = chances(noise)[letters] / chances(noise)[letters].sum()
    assert found[letters].sum() == pytest.approx(1)
    assert np.abs(expected - found[letters]).sum() / 2 < 0.06


@pytest.mark.parametrize("wish", [{"top_k": 1}, {"top_p": 0.0}, {"min_p": 1.0}, {"temperature": 0.001}])
def test_the_narrowest_choice_is_the_greedy_one(noise, wish):
    greedy = drawn(noise, replace(PLAIN, temperature=0), 12)
    assert drawn(noise, replace(PLAIN, **wish), 12) == greedy


def test_top_k_and_top_p_leave_the_tail_out(noise):
    begin(noise)
    order = np.argsort(-chances(noise))
    assert set(np.flatnonzero(shares(noise, replace(PLAIN, top_k=3), 200))) == set(order[:3])
    covered = np.cumsum(chances(noise)[order])
    nucleus = order[: int(np.searchsorted(covered, 0.3)) + 1]
    assert set(np.flatnonzero(shares(noise, replace(PLAIN, top_p=0.3), 200))) <= set(nucleus)


def test_a_seed_repeats_and_none_does_not(noise):
    assert drawn(noise, replace(PLAIN, seed=7), 20) == drawn(noise, replace(PLAIN, seed=7), 20)
    assert drawn(noise, replace(PLAIN, seed=7), 20) != drawn(noise, replace(PLAIN, seed=8), 20)
    assert drawn(noise, replace(PLAIN, seed=None), 20) != drawn(noise, replace(PLAIN, seed=None), 20)


def test_presence_and_frequency_are_counted_in_the_answer_alone(noise):
    greedy = replace(PLAIN, temperature=0)
    first = drawn(noise, greedy, 1)
    for wish in ({"presence_penalty": 100}, {"frequency_penalty": 100}, {"repeat_penalty": 100}):
        tokens = drawn(noise, replace(greedy, **wish), 30)
        assert tokens[:1] == first  # what stands in the prompt is no repetition
        assert len(set(tokens)) == 30
    assert len(set(drawn(noise, replace(greedy, frequency_penalty=-100), 10))) == 1


def test_dry_breaks_a_loop(noise):
    """A token that a repetition would go on with is not drawn, while single tokens may come again."""
    loop = replace(PLAIN, temperature=0, frequency_penalty=-2)
    assert repeats(drawn(noise, loop, 40))
    assert not repeats(drawn(noise, replace(PLAIN, temperature=0, dry_multiplier=100), 40))


def repeats(tokens, length=4):
    runs = [tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)]
    return len(set(runs)) < len(runs)


def test_logprobs_are_of_the_raw_model(noise):
    begin(noise)
    expected = np.log(chances(noise))
    with noise.sampler(replace(PLAIN, temperature=0.1, logprobs=4)) as draw:
        token = draw(-1)
        entry = draw.logprob(token, -1, 4)
    assert entry.logprob == pytest.approx(expected[token], abs=1e-4)
    assert [chance for _, chance in entry.top] == pytest.approx(sorted(expected)[::-1][:4], abs=1e-4)
    assert entry.token == noise.vocabulary.piece(token)
    with noise.sampler(replace(PLAIN, logprobs=0)) as draw:
        assert draw.logprob(token, -1, 0).top == ()
