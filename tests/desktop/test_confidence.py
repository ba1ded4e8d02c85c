"""How sure the model was: the words that the question did not bring along, of the first sentence."""

from __future__ import annotations

import pytest

from desktop.confidence import SURE, UNSURE, confidence, sureness, with_probabilities
from engine.messages import Logprob, Sampling

QUESTION = "Who was the composer of Imagine?"


def tokens(*told: tuple[str | bytes, float]) -> list[Logprob]:
    return [Logprob(text.encode() if isinstance(text, str) else text, value) for text, value in told]


def test_only_new_words_of_the_first_sentence_count() -> None:
    said = tokens(("The", -9), (" composer", -9), (" of", -9), (" Imagine", -9), (" John", -0.1), (" Len", -0.2))
    said += tokens(("non", -0.3), (".", -0.2), (" He", -9), (" sang", -9))
    assert confidence(said, QUESTION) == pytest.approx(0.819, abs=0.001)  # e to the mean of the last four


def test_half_a_character_is_no_word_of_its_own() -> None:
    known = "존".encode()
    assert confidence(tokens((known[:2], -0.2), (known[2:], -0.4)), QUESTION) == pytest.approx(0.741, abs=0.001)


def test_an_answer_that_only_repeats_the_question_counts_as_it_is() -> None:
    assert confidence(tokens(("Imagine", -0.5)), QUESTION) == pytest.approx(0.607, abs=0.001)


def test_servers_that_tell_none_leave_it_open() -> None:
    assert confidence((), QUESTION) is None
    assert sureness(None) is None


def test_a_word_for_it() -> None:
    assert [sureness(each) for each in (0.0, UNSURE - 0.01, UNSURE, SURE - 0.01, SURE, 1.0)] == [
        "unsure",
        "unsure",
        "fairly sure",
        "fairly sure",
        "sure",
        "sure",
    ]


def test_probabilities_are_asked_for_once() -> None:
    assert with_probabilities(Sampling()).logprobs == 0
    assert with_probabilities(Sampling(logprobs=5)).logprobs == 5
