"""Text comes out whole: no half character, no half stop word, and nothing after the stop."""

from __future__ import annotations

import time

import pytest

from engine.generation import TextStream, generate
from engine.messages import Sampling
from engine.template import Message
from tests.engine.conftest import template_of

HANGUL = "해마는 기억을 🐴 합니다. 끝"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_characters_are_never_halved(size):
    stream, data = TextStream(), HANGUL.encode()
    given = [stream.feed(data[at : at + size]) for at in range(0, len(data), size)]
    given.append(stream.end())
    assert "".join(given) == stream.whole == HANGUL
    assert "\ufffd" not in stream.whole


def test_half_a_character_at_the_end_is_dropped():
    stream = TextStream()
    assert stream.feed("끝".encode()[:2]) == ""
    assert stream.end() == ""


@pytest.mark.parametrize("pieces", [["a STO", "P b"], ["a S", "T", "O", "P", " b"], ["a STOP b"]])
def test_stop_words_end_the_text_wherever_they_are_cut(pieces):
    stream = TextStream(("STOP",))
    given = "".join(stream.feed(piece.encode()) for piece in pieces) + stream.end()
    assert given == stream.whole == "a "
    assert stream.stopped


def test_what_only_looked_like_a_stop_word_comes_out():
    stream = TextStream(("STOP", "\n\n"))
    assert stream.feed(b"a STO") == "a "
    assert stream.feed(b"RY\n") == "STORY"
    assert stream.feed(b"b") == "\nb"
    assert stream.feed(b" ST") + stream.end() == " ST"
    assert not stream.stopped


def test_the_earliest_stop_word_counts_and_empty_ones_do_not():
    stream = TextStream(("", "two", "one"))
    assert stream.feed(b"zero one two") == "zero "
    assert stream.feed(b"more") == ""


def test_leading_white_space_is_not_part_of_an_answer():
    stream = TextStream()
    assert [stream.feed(piece) for piece in (b"\n", b" ", b" Yes", b" and no")] == ["", "", "Yes", " and no"]


def answer(model, prompt, sampling, emit=lambda _text: None):
    tokens = model.vocabulary.encode(template_of(model).render([Message("user", prompt)]))
    pieces: list[str] = []
    said = generate(
        model, tokens, sampling, arrived=time.monotonic(), emit=lambda text, _thought: (pieces.append(text), emit(text))
    )
    assert "".join(pieces) == said.text
    return said


def test_the_starter_says_what_everyone_knows(starter):
    said = answer(starter, "What is the capital of France?", Sampling(temperature=0, max_tokens=50, repeat_penalty=1.1))
    assert "Paris" in said.text
    assert said.finish == "stop"
    assert said.timings.generated_tokens == len(starter.vocabulary.plain(said.text)) + 1  # and the one that ends it


def test_length_and_stop_words_end_an_answer(starter):
    assert answer(starter, "Count to ten.", Sampling(temperature=0, max_tokens=3)).finish == "length"
    said = answer(starter, "What is the capital of France?", Sampling(temperature=0, stop=("Paris",)))
    assert said.finish == "stop"
    assert "Paris" not in said.text


def test_an_answer_ends_with_the_context(tiny_model):
    said = answer(tiny_model, "x" * 1900, Sampling(temperature=1, seed=3, max_tokens=5000))
    assert said.timings.prompt_tokens + said.timings.generated_tokens <= tiny_model.context


def test_a_seed_repeats_an_answer_and_another_changes_it(starter):
    def told(seed):
        return answer(starter, "Tell me a story.", Sampling(temperature=1.2, seed=seed, max_tokens=20)).text

    assert told(7) == told(7)
    assert len({told(seed) for seed in (7, 8, 9)}) > 1


def test_a_repetition_is_made_unlikely(starter):
    prompt = "Repeat the word no for ever: no no no no no no no no no no"
    plain = answer(starter, prompt, Sampling(temperature=0, repeat_penalty=1, max_tokens=30)).text
    penalised = answer(starter, prompt, Sampling(temperature=0, repeat_penalty=1.5, max_tokens=30)).text
    assert plain != penalised


def test_stopped_between_two_tokens_keeps_what_was_said(starter, monkeypatch):
    given: list[str] = []
    monkeypatch.setattr(starter, "_interrupted", lambda: len(given) == 5)
    said = answer(starter, "Tell me a long story.", Sampling(temperature=0), given.append)
    assert said.finish == "stopped"
    assert len(given) == 5
    assert said.text


def test_the_last_token_of_an_answer_is_not_evaluated_for_nothing(starter):
    said = answer(starter, "Count to ten.", Sampling(temperature=0, max_tokens=3))
    assert len(starter.cached) == said.timings.prompt_tokens + 2
