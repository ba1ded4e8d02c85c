"""The layout of a prompt: what goes where, and who has to leave when room is short."""

from __future__ import annotations

import time

import pytest

from desktop.chat import SYSTEM
from engine.errors import PromptTooLong
from engine.generation import generate
from engine.messages import Generate, Passage, Sampling, Turn
from engine.prompt import assemble, with_recall
from tests.engine.conftest import template_of

WIFI = Passage("notes.txt, 3 May 2025", "The wifi password of the Busan office is marigold.")
LUNCH = Passage("lunch.txt", "The canteen of the Busan office opens at noon.")
LONG = Passage("book.pdf, page 9", "The tide came in and went out again. " * 200)


def request(prompt="Hello", history=(), recalled=(), max_tokens=100, system="You are kind.") -> Generate:
    return Generate(1, system, tuple(history), tuple(recalled), prompt, Sampling(max_tokens=max_tokens, temperature=0))


def laid_out(model, asked, context=2048):
    return assemble(asked, context=context, template=template_of(model), vocabulary=model.vocabulary)


def text(model, layout) -> str:
    return b"".join(model.vocabulary._piece(token, special=True) for token in layout.tokens).decode()


def test_the_recall_block_stands_inside_the_last_user_turn(starter):
    history = [Turn("user", "Hi"), Turn("assistant", "Hello!")]
    plain = text(starter, laid_out(starter, request("Where?", history)))
    recalled = text(starter, laid_out(starter, request("Where?", history, [WIFI, LUNCH])))
    assert recalled == plain.replace("Where?", with_recall("Where?", [WIFI, LUNCH]))
    before = plain.index("Where?")
    assert recalled[:before] == plain[:before]
    assert "[1] The wifi" in recalled
    assert "[2] The canteen" in recalled
    assert "(lunch.txt)" in recalled


def test_a_passage_that_does_not_fit_is_skipped_and_numbers_follow_use(starter):
    layout = laid_out(starter, request(recalled=[LONG, WIFI, LUNCH]), context=512)
    assert layout.used == (1, 2)
    assert "[1] The wifi" in text(starter, layout)
    assert "tide" not in text(starter, layout)


def test_the_oldest_exchanges_leave_first_and_whole(starter):
    history = [Turn(role, f"{role} {n} " + "word " * 30) for n in range(20) for role in ("user", "assistant")]
    layout = laid_out(starter, request(history=history, recalled=[WIFI]), context=1024)
    words = text(starter, layout)
    kept = [n for n in range(20) if f"user {n} " in words]
    assert 3 < len(kept) < 20
    assert kept == list(range(20 - len(kept), 20))
    assert all((f"assistant {n} " in words) == (n in kept) for n in range(20))
    assert layout.split.dropped_turns == 2 * (20 - len(kept))
    assert layout.used == (0,)  # recall has its room before history


@pytest.mark.parametrize("context", [256, 300, 512, 1024, 2048])
@pytest.mark.parametrize("max_tokens", [1, 100, 5000])
def test_the_split_adds_up_and_leaves_the_reserve(starter, context, max_tokens):
    history = [Turn(role, f"{role} {n} 안녕 " * 9) for n in range(9) for role in ("user", "assistant")]
    layout = laid_out(starter, request("무엇을 기억해?", history, [LONG, WIFI, LUNCH], max_tokens), context=context)
    split = layout.split
    assert split.system + split.history + split.recall + split.prompt == len(layout.tokens)
    assert split.reserve == min(max_tokens, context // 4)
    assert len(layout.tokens) + split.reserve <= context
    assert (split.recall > 0) == bool(layout.used)


def test_a_prompt_longer_than_the_context_says_by_how_much(starter):
    with pytest.raises(
        PromptTooLong, match=r"Your text has \d+ tokens and the model can read \d+ at once\. Shorten"
    ) as error:
        laid_out(starter, request("word " * 3000))
    have, room = int(error.value.facts["have"]), int(error.value.facts["room"])
    assert have > room > 1024
    assert laid_out(starter, request("word " * (room - 10)))
    with pytest.raises(PromptTooLong):
        laid_out(starter, request("word " * (room + 10)))


def test_histories_that_templates_do_not_take(starter):
    """An answer without a question, questions without an answer, system words in the middle."""
    history = [Turn("assistant", "Welcome!"), Turn("user", "One?"), Turn("user", "Two?"), Turn("system", "Be brief.")]
    layout = laid_out(starter, request("Three?", history))
    words = text(starter, layout)
    assert "Welcome" not in words
    assert layout.split.dropped_turns == 1
    assert "<|im_start|>user\nOne?\n\nTwo?\n\nThree?<|im_end|>" in words
    assert "<|im_start|>system\nYou are kind.\n\nBe brief.<|im_end|>" in words


@pytest.mark.parametrize(
    "question, passages, answer",
    [
        ("What is the wifi password of the Busan office?", [LUNCH, WIFI], "marigold"),
        (
            "When does the lease end?",
            [Passage("lease.pdf, page 2", "The lease of the flat ends on 30 June 2027.")],
            "June 2027",
        ),
        (
            "What is my sister's name?",
            [Passage("you, 3 May 2025", "My sister is called Jin and lives in Daegu.")],
            "Jin",
        ),
    ],
)
def test_the_starter_answers_from_what_is_recalled(starter, question, passages, answer):
    layout = laid_out(starter, request(question, recalled=passages, max_tokens=40, system=SYSTEM))
    said = generate(
        starter,
        layout.tokens,
        Sampling(max_tokens=40, temperature=0),
        arrived=time.monotonic(),
        emit=lambda _text: None,
    )
    assert answer in said.text
