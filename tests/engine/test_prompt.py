"""The layout of a prompt: what goes where, and who has to leave when room is short."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest

from desktop.chat import SYSTEM
from engine.cache import common
from engine.errors import PromptTooLong
from engine.generation import generate
from engine.messages import Generate, Passage, Prepare, Sampling, Turn
from engine.prompt import SUMMARY_HEAD, assemble, beginning, with_recall
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


def long_history(count: int) -> list[Turn]:
    return [Turn(role, f"{role} {n} " + "word " * 30) for n in range(count) for role in ("user", "assistant")]


def kept_of(model, layout) -> list[int]:
    words = text(model, layout)
    return [n for n in range(100) if f"user {n} " in words]


def test_the_oldest_exchanges_leave_first_and_whole(starter):
    layout = laid_out(starter, request(history=long_history(20), recalled=[WIFI]), context=1024)
    words = text(starter, layout)
    kept = kept_of(starter, layout)
    assert 3 < len(kept) < 20
    assert kept == list(range(20 - len(kept), 20))
    assert all((f"assistant {n} " in words) == (n in kept) for n in range(20))
    assert layout.split.dropped_turns == 2 * (20 - len(kept))
    assert layout.used == (0,)  # recall has its room before history


def test_after_a_block_has_left_the_history_begins_with_the_same_turn_for_many_turns(starter):
    firsts = []
    for count in range(1, 31):
        recalled = [WIFI, LUNCH][: count % 3]  # what a turn brings does not move the history
        prompt = "Hello " * (1 + count % 5)
        layout = laid_out(starter, request(prompt, long_history(count), recalled), context=2048)
        firsts.append(kept_of(starter, layout)[0])
    moves = [at for at in range(1, 30) if firsts[at] != firsts[at - 1]]
    assert firsts == sorted(firsts)
    assert 2 <= len(moves) <= 4
    assert min(later - before for before, later in itertools.pairwise(moves)) >= 4
    assert firsts[-1] > 10


def test_a_turn_that_brings_much_takes_it_from_the_history_and_the_newest_stays(starter):
    history = long_history(20)
    usual = kept_of(starter, laid_out(starter, request(history=history)))
    layout = laid_out(starter, request("Hello " * 900, history, [WIFI]))
    assert layout.used == (0,)
    assert 0 < len(kept_of(starter, layout)) < len(usual)
    assert kept_of(starter, layout)[-1] == 19
    giant = [*history, Turn("user", "Say much. "), Turn("assistant", "much " * 3000)]
    assert kept_of(starter, laid_out(starter, request(history=giant))) == []
    after = [*giant, Turn("user", "user 21 "), Turn("assistant", "Yes.")]
    assert kept_of(starter, laid_out(starter, request(history=after))) == [21]


def test_a_summary_stands_after_the_system_text_the_same_in_every_turn(starter):
    history = [Turn("user", "Hi"), Turn("assistant", "Hello!")]
    without = request("Where?", history, [WIFI])
    summed = replace(without, summary="Jin lives in Daegu.")
    layout, bare = laid_out(starter, summed), laid_out(starter, without)
    told = f"You are kind.\n\n{SUMMARY_HEAD}\nJin lives in Daegu.<|im_end|>"
    assert told in text(starter, layout)
    assert text(starter, layout).replace(told, "You are kind.<|im_end|>") == text(starter, bare)
    assert layout.split.summary == len(layout.tokens) - len(bare.tokens)
    assert sum(parts(layout)) == len(layout.tokens)
    tight = laid_out(starter, replace(summed, summary="word " * 400), context=300)
    assert tight.split.summary == 0, "a summary that does not fit is left out, and the split says so"


def parts(layout) -> tuple[int, ...]:
    split = layout.split
    return split.system, split.summary, split.history, split.recall, split.prompt


def test_what_is_settled_is_what_every_next_prompt_begins_with(starter):
    history = long_history(6)
    asked = request("Where?", history, [WIFI])
    layout = laid_out(starter, asked)
    assert (
        laid_out(starter, replace(asked, prompt="How?", recalled=())).tokens[: layout.settled]
        == (layout.tokens[: layout.settled])
    )
    assert text(starter, replace(layout, tokens=layout.tokens[: layout.settled])).endswith("<|im_start|>user\n")
    ahead = begun(starter, Prepare(1, asked.system, asked.history, (), "", max_tokens=100))
    assert ahead.tokens == layout.tokens[: layout.settled]


def begun(model, asked, context=2048):
    return beginning(asked, context=context, template=template_of(model), vocabulary=model.vocabulary)


@pytest.mark.parametrize("typed", ["W", "What is the pass", "What is the password ", "무엇을 기", "1", "Who?\n\n"])
def test_what_is_typed_is_laid_out_as_far_as_it_stays(starter, typed):
    history = tuple(long_history(4))
    ahead = begun(starter, Prepare(1, "You are kind.", history, (WIFI,), typed, max_tokens=100))
    for rest in ("", "word of the office?", " 있어?", "1", "!"):
        sent = laid_out(starter, request(typed + rest, history, [WIFI]))
        same = common(ahead.tokens, sent.tokens)
        assert same == len(ahead.tokens)
    assert len(sent.tokens) - len(ahead.tokens) < 16
    assert ahead.settled < len(ahead.tokens)


def test_an_answer_goes_on_from_what_was_begun(starter):
    asked = request("What is the capital of France?")
    whole = laid_out(starter, replace(asked, begun="The capital of France is"))
    assert text(starter, whole) == text(starter, laid_out(starter, asked)) + "The capital of France is"
    assert laid_out(starter, asked).split == whole.split
    said = generate(
        starter, whole.tokens, Sampling(max_tokens=5, temperature=0), arrived=time.monotonic(), emit=lambda *_: None
    )
    assert "Paris" in said.text
    long = laid_out(starter, request("Hello", long_history(20), [WIFI]), context=1024)
    much = laid_out(starter, replace(request("Hello", long_history(20), [WIFI]), begun="word " * 600), context=1024)
    assert len(much.tokens) + 32 <= 1024
    assert much.split.dropped_turns > long.split.dropped_turns


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
        emit=lambda *_: None,
    )
    assert answer in said.text
