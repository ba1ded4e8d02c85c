"""What the rules read in a turn, and what they must not; the whole labelled sample too."""

from __future__ import annotations

import random
import time

import pytest

from knowledge.past import asks_about_past
from knowledge.sensitive import HIDDEN, masked, sensitivity
from knowledge.stating import correcting, statements
from tests.bench.statements import PRECISION, written


@pytest.mark.parametrize("name", ["korean", "english", "korean, later", "english, later"])
def test_the_written_sample_is_read_precisely(name):
    count = written(name)

    assert count.precision >= PRECISION
    assert count.recall >= 0.8


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("Well, I moved to Busan last week!", "user|lives in", "Busan"),
        ("i live in busan", "user|lives in", "busan"),
        ("난 지금 서울에 살아 ㅎㅎ", "user|lives in", "서울"),
        ("I don't like coffee any more.", "user|likes|coffee", "no"),
        ("이제 커피 안 마셔", "user|likes|커피", "no"),
        ("we broke up", "user|partner", "no"),
        ("퇴사했어요.", "user|works at", "no"),
    ],
)
def test_a_statement_goes_into_its_slot(text, slot, value):
    (one,) = statements(text)

    assert (one.slot, one.value, one.kind) == (slot, value, "noticed")


@pytest.mark.parametrize(
    "text",
    [
        'She wrote "I live in Rome" on the card.',
        "```\nmy name is Bob\n```",
        "> I live in Rome\nWhat does this mean?",
        "Translate into Korean: I live in Rome.",
        "If I lived in Rome, I would walk more.",
        "Do I live in Rome?",
        "I live in Rome? No.",
        "엄마가 나 서울에 산다고 했대.",
        "소설을 써 줘. 내 이름은 민수야.",
        "“저는 서울에 살아요”라고 했다.",
        "I live in Rome. " * 120,
    ],
)
def test_what_is_not_the_speakers_own_statement_is_left(text):
    assert statements(text) == []


def test_what_a_named_speaker_says_is_about_them():
    (one,) = statements("I live in Oslo.", author="Ann")

    assert (one.text, one.slot) == ("Ann: I live in Oslo.", "ann|lives in")
    assert statements("Remember that every step counts!", author="Ann") == []  # said to somebody else


def test_a_correction_leans_on_the_question_only_where_it_must():
    asked, right = "What is the capital of Australia?", "The capital of Australia is Canberra."

    assert [one.text for one in statements("No, it's Canberra.", asked=asked)] == [right]
    assert statements("No, it's Canberra.") == []
    (whole,) = statements("That is wrong: the capital of Australia is Canberra.", asked=asked)
    assert whole.text == "the capital of Australia is Canberra."
    assert correcting("틀렸어, 호주의 수도는 캔버라야", "호주의 수도는?").text == "호주의 수도는 캔버라야"
    assert correcting("Canberra", asked).text == right
    assert correcting("Canberra", "Say where!").text == "Say where! Canberra"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My wifi password is hunter2", "secret"),
        ("내 카드 번호는 1234-5678-9012-3456이야", "secret"),
        ("900101-1234567", "secret"),
        ("I'm allergic to nuts", "health"),
        ("저는 성당에 다녀요", "belief"),
        ("I'm gay", "sexuality"),
        ("I live in Rome", None),
        ("우리 강아지 이름은 콩이야", None),
    ],
)
def test_what_is_sensitive_is_known(text, kind):
    assert sensitivity(text) == kind
    if kind == "secret":
        assert HIDDEN in masked(text)
        assert not any(sign.isdigit() for sign in masked(text))


@pytest.mark.parametrize(
    ("question", "past"),
    [
        ("Where did I live before?", True),
        ("What was my old job?", True),
        ("작년에는 어디 살았지?", True),
        ("예전 직장이 어디였지?", True),
        ("Where do I live now?", False),
        ("When did I move to Busan?", False),
        ("내 생일이 언제야?", False),
        ("지금 어디 살아?", False),
        ("What is my sister called?", False),
    ],
)
def test_a_question_about_the_past_is_known(question, past):
    assert asks_about_past(question) == past


def test_any_text_is_read_and_soon():
    dice = random.Random(7)
    signs = "I my name is 나는 이름 \"'`>.?!,\n이야 좋아해 remember that No, 아니야 살아 \u200b\U0001f600 0123-"
    words = signs.split(" ")
    texts = [" ".join(dice.choices(words, k=dice.randint(1, 200))) for _ in range(150)]
    texts += ["".join(dice.choices(signs, k=1400)) for _ in range(50)]

    begin = time.process_time()
    for text in texts:
        statements(text, asked="What?")
    assert (time.process_time() - begin) / len(texts) < 0.05  # the processor's time, so that load does not count
