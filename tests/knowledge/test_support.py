"""Whether a source says what a sentence says: over 189 sentences labelled by hand, and case by case."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from knowledge import messages as m
from knowledge.figures import figures
from knowledge.sentences import sentence_spans
from knowledge.support import Supporter

SAMPLE = Path(__file__).with_name("support_sample.json")
LEASE = "The deposit is returned within 21 days after the keys are handed back. Pets are not allowed."


@pytest.fixture(scope="module")
def supporter(words, embedder) -> Supporter:
    return Supporter(words, embedder)


def verdict(supporter: Supporter, sentence: str, *sources: str) -> m.SentenceSupport:
    return supporter.support(m.Support(1, (sentence,), sources)).sentences[0]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_what_no_source_says_is_told_from_what_one_says(supporter, language):
    """A hundred sentences a language, or nearly: of those called unsupported .95 are, of those that are .92 are found.

    Measured: precision and recall of "unsupported" are .964 and .964 in English, 1.0 and .952 in Korean; on the half
    of the groups that no constant was chosen by, .966 and 1.0, 1.0 and 1.0. Of 28 sentences that a source says in
    part, 26 are not called supported.
    """
    said: Counter[tuple[str, bool]] = Counter()
    for group in json.loads(SAMPLE.read_text(encoding="utf-8")):
        if group["language"] != language:
            continue
        for label in ("supported", "partly", "unsupported", "contradicting"):
            answer = supporter.support(m.Support(1, tuple(group[label]), (group["source"],)))
            said.update((label, one.supported) for one in answer.sentences)
    wrong = said["unsupported", False] + said["contradicting", False]
    missed = said["unsupported", True] + said["contradicting", True]
    assert wrong / (wrong + said["supported", False]) >= 0.95
    assert wrong / (wrong + missed) >= 0.92
    assert said["unsupported", True] == 0
    assert said["partly", True] <= 2


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("You get the deposit back within 21 days of handing back the keys.", True),
        ("You get the deposit back within twenty-one days of handing back the keys.", True),
        ("You get the deposit back within 12 days of handing back the keys.", False),
        ("The deposit is returned within 21 days after Maria handed back the keys.", False),
        ("Pets are allowed.", False),
        ("Pets aren't allowed.", True),
        ("Paris is the capital of France.", False),
    ],
)
def test_numbers_names_and_not_must_agree(supporter, sentence, supported):
    assert verdict(supporter, sentence, LEASE).supported is supported


@pytest.mark.parametrize(
    ("sentence", "supported"),
    [
        ("보증금은 열쇠를 돌려준 뒤 21일 안에 돌려받습니다.", True),
        ("보증금은 열쇠를 돌려준 뒤 12일 안에 돌려받습니다.", False),
        ("반려동물은 키울 수 없어요.", True),
        ("반려동물을 키울 수 있어요.", False),
        ("서울은 한국의 수도입니다.", False),
    ],
)
def test_korean_sentences_are_compared_by_their_morphemes(supporter, sentence, supported):
    source = "보증금은 임차인이 열쇠를 돌려준 뒤 21일 안에 돌려준다. 반려동물은 키울 수 없다."
    assert verdict(supporter, sentence, source).supported is supported


def test_the_source_that_says_so_is_named_and_all_that_do(supporter):
    other = "The bakery opens at seven and bakes rye bread."
    found = verdict(supporter, "The bakery opens at seven.", LEASE, other, f"Minutes. {other}")
    assert found.source in (1, 2)
    assert found.by == (1, 2)
    assert verdict(supporter, "The bakery opens at nine.", LEASE, other).by == ()


def test_a_sentence_without_content_claims_nothing(supporter):
    assert not verdict(supporter, "It is.", LEASE).claims
    assert verdict(supporter, "Pets are not allowed.").supported is False


def test_the_speaker_of_a_turn_is_who_says_it(supporter):
    talk = "Amelia: I signed up for the pottery class. Ben: I am training for the Lisbon half marathon."
    assert verdict(supporter, "Ben is training for the Lisbon half marathon.", talk).supported
    assert not verdict(supporter, "Amelia is training for the Lisbon half marathon.", talk).supported


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("$1,450 and 3.2 million euros, twenty-one days, twice", ["1450", "3200000", "21", "2"]),
        ("보증금 2억 4천만 원, 월 8만 원, 이틀에 한 번, 두 명, 삼백오 명", ["240000000", "80000", "2", "2", "305"]),
        ("17시 5분, 17:05, 2024-03-01", ["17:5", "17:5", "2024", "3", "1"]),
    ],
)
def test_numbers_are_read_as_values(text, values):
    assert [figure.value for figure in figures(text)] == values


def test_sentences_end_where_readers_see_an_end():
    text = "Mr. Kim paid 3.5 euros [1]. Then he left! [2] 그는 갔다.그리고 왔다.\nA new line"
    assert [text[start:end] for start, end in sentence_spans(text)] == [
        "Mr. Kim paid 3.5 euros [1].", "Then he left! [2]", "그는 갔다.", "그리고 왔다.", "A new line",
    ]  # fmt: skip


def test_the_worker_answers_like_a_recall(start):
    worker = start()
    worker.ask(m.Consolidate)
    found = worker.ask(m.Support, ("Pets are not allowed.", "Pets are allowed."), (LEASE,))
    assert isinstance(found, m.Supported)
    assert [one.supported for one in found.sentences] == [True, False]
    worker.quit()
