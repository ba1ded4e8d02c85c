"""An answer's sentences and their sources: what is checked, what is shown, what is kept; and with the real memory."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.chat import Answer, Chat
from desktop.citing import OWN, OWN_END, Check, Sentence, as_details, check, from_details, origin, own_words, shown
from desktop.errors import Failure
from desktop.memory_process import Memory
from desktop.prose import claims
from engine import messages as em
from knowledge.asking import asks
from knowledge.history import History
from knowledge.messages import Recalled, SentenceSupport, Supported
from knowledge.store import Store

LEASE = Recalled("document", "passage:1", "The rent is $1,450.", 1.0, {}, ("words",), (), 1, path="/lease.txt")
SAID = Recalled("conversation", "message:1", "You: Jin likes tea.", 1.0, {}, ("words",), (), 1, conversation="c")


def told(*by: tuple[int, ...]):
    """A memory that finds each sentence in these sources."""

    def ask(sentences, sources, timeout):
        assert len(sentences) == len(by)
        return Supported(tuple(SentenceSupport(some[0] if some else None, 0.8, bool(some), some) for some in by))

    return ask


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in claims(text)]


def rendered(text: str, sources: int, *by: tuple[int, ...]) -> str:
    checked = check(text, ["…"] * sources, told(*by))
    return shown(text, checked.sentences, range(1, sources + 1)).replace(OWN, "<").replace(OWN_END, ">")


# ---------------------------------------------------------------- what claims something


def test_code_headings_tables_questions_and_courtesy_claim_nothing():
    text = (
        "# The rent is high\n\nHere is what I found:\n\n```\nThe rent = 1\n```\n    The rent is code.\n\n"
        "| rent | x |\n|---|---|\n| The rent is 1. | y |\n\nMore? Let me know if you need more. I don't know.\n"
        "[1] Smith 2020\n\nTitle\n=====\n"
    )
    assert sentences(text) == []


def test_prose_and_items_claim_something_in_english_and_korean():
    text = (
        "The rent is **$1,450** [1]. It is due today.\n- Rent: $1,450\n- Garden\n1. Pets are not welcome\n> Jin left."
    )
    assert sentences(text) == [
        "The rent is **$1,450** [1].",
        "It is due today.",
        "Rent: $1,450",
        "Pets are not welcome",
        "Jin left.",
    ]
    assert sentences("기간은 2년입니다.월세는 없어요. 더 궁금하면 말씀해 주세요. 문서에서 찾을 수 없습니다.") == [
        "기간은 2년입니다.",
        "월세는 없어요.",
    ]


def test_what_is_asked_of_the_memory_is_the_claim_alone():
    asked: list[str] = []

    def ask(some, sources, timeout):
        asked.extend(some)
        return Supported(tuple(SentenceSupport(0, 1.0, True, (0,)) for _ in some))

    check(
        "According to your notes, the **rent** is [high](https://x.y) [1].\n문서에 따르면 기간은 2년입니다.", ["a"], ask
    )
    assert asked == ["The rent is high.", "기간은 2년입니다."]


# ---------------------------------------------------------------- what is shown


def test_a_missing_citation_is_added_before_the_full_stop():
    assert (
        rendered("The rent is $1,450. It is due today", 2, (1,), (0,)) == "The rent is $1,450 [2]. It is due today [1]"
    )
    assert rendered("기간은 2년입니다.", 1, (0,)) == "기간은 2년입니다 [1]."


def test_a_wrong_citation_moves_and_one_that_points_nowhere_goes():
    assert rendered("The rent is $1,450 [1].", 2, (1,)) == "The rent is $1,450 [2]."
    assert rendered("The rent is $1,450 [7].", 2, (0,)) == "The rent is $1,450 [1]."
    assert rendered("The rent is $1,450 [1, 2].", 2, (1,)) == "The rent is $1,450 [2]."
    assert rendered("See the list [9] below:\n\nThe rent is $1,450.", 1, (0,)).startswith("See the list below:")


def test_what_the_model_cites_rightly_stays_as_it_is():
    assert rendered("The rent [2] is $1,450.", 2, (0, 1)) == "The rent [2] is $1,450."


def test_own_words_are_marked_and_lose_their_citation():
    assert rendered("Landlords like tea [1]. The rent is $1,450.", 1, (), (0,)) == (
        "<Landlords like tea.> The rent is $1,450 [1]."
    )


def test_code_and_the_models_own_lists_keep_their_brackets():
    text = "Use `x[7]` and y[8] there.\n\n```\nz [9]\n```\n[3] Smith"
    assert rendered(text, 1, (0,)) == "Use `x[7]` and y[8] there [1].\n\n```\nz [9]\n```\n[3] Smith"


def test_an_answer_that_was_never_checked_stays_as_it_is():
    assert shown("As said [7].", None, ()) == "As said [7]."
    assert shown("As said [7].", (), ()) == "As said."


def test_a_source_forgotten_since_is_not_pointed_at():
    sentence = (Sentence(0, 19, 1, 0.9, own=False, cited=(1,)),)
    assert (
        shown("The rent is $1,450 [1].", (Sentence(0, 23, 1, 0.9, own=False, cited=(1,)),), ()) == "The rent is $1,450."
    )
    assert shown("The rent is $1,450.", sentence, ()) == "The rent is $1,450."


# ---------------------------------------------------------------- what is kept


def test_the_origin_follows_what_bears_the_answer_out():
    def of(*by: tuple[int, ...]) -> str:
        text = "A claim is here. " * len(by)
        return origin(check(text, ["a", "b"], told(*by)), [LEASE, SAID])

    assert [of((0,)), of((1,)), of((0,), (1,)), of((), ())] == ["documents", "memory", "mixed", "model"]
    assert origin(Check("late"), [LEASE]) == "documents"
    assert origin(Check("none"), []) == "model"


def test_a_late_or_failed_check_is_kept_as_such():
    def late(*_) -> Supported:
        raise TimeoutError

    def failed(*_) -> Supported:
        raise Failure("MemoryDied", "The memory stopped.", {})

    for ask, decision in ((late, "late"), (failed, "failed")):
        checked = check("The rent is $1,450.", ["a"], ask)
        assert checked.decision == decision
        assert checked.why
        assert from_details(json.loads(json.dumps(as_details(checked))), 100) is None


def test_what_is_kept_is_read_back_and_nonsense_is_not():
    checked = check("The rent is $1,450 [1]. Landlords like tea.", ["a"], told((0,), ()))
    kept = json.loads(json.dumps(as_details(checked)))
    assert from_details(kept, 100) == checked.sentences
    assert own_words(checked.sentences) == (1, 2)
    assert from_details(kept, 10) is None  # of another text
    for nonsense in (None, 3, [3], [{"start": "x"}], [{"start": 5, "end": 2, "source": 1, "score": 1, "own": False}]):
        assert from_details({"sentences": nonsense}, 100) is None


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("When does my lease end?", True),
        ("Tell me about our trip to Jeju", True),
        ("내 계약이 언제 끝나지?", True),
        ("우리 회의록 찾아 줘", True),
        ("Write a haiku about rain.", False),
        ("What is 17 times 23?", False),
        ("How are you?", False),
        ("비에 대한 시를 써 줘.", False),
        ("고마워!", False),
    ],
)
def test_a_question_is_told_from_a_task_and_small_talk(prompt, asked):
    assert asks(prompt) is asked


# ---------------------------------------------------------------- the use case, with the real memory


class Scripted:
    """An engine that says `text`."""

    def __init__(self) -> None:
        self.text = ""

    def generate(self, *, recalled, **_) -> Iterator[object]:
        split = em.ContextSplit(system=1, history=0, recall=0, prompt=1, reserve=1, context=512, dropped_turns=0)
        yield em.Assembled(1, tuple(range(len(recalled))), split)
        yield em.Token(1, self.text)
        yield em.Generated(self.text, "stop", em.Timings(1.0, 1, 0, 1, 1.0))

    def prepare(self, **_) -> None:
        pass

    def forget(self, conversations) -> None:
        pass


@pytest.fixture(scope="module")
def chat(tmp_path_factory) -> Iterator[tuple[Chat, Scripted]]:
    folder: Path = tmp_path_factory.mktemp("home")
    lease, rules = folder / "lease.txt", folder / "취업규칙.txt"
    lease.write_text(
        "The monthly rent of the Busan office is $1,450. The deposit is returned within 21 days after the keys are"
        " handed back. Pets are not allowed in the Busan office.",
        encoding="utf-8",
    )
    rules.write_text(
        "연차휴가는 3일 전까지 팀장에게 신청서를 내야 한다. 쓰지 않은 연차휴가는 이월되지 않는다.", encoding="utf-8"
    )
    store = Store(folder / "data")
    memory, engine = Memory(store.home, store.home / "logs"), Scripted()
    memory.start()
    try:
        list(memory.index((str(lease), str(rules)), None, threading.Event()))
        made = Chat(History(store), memory, engine)  # type: ignore[arg-type]
        yield made, engine
        made.close()
    finally:
        memory.close()
        store.close()


def answered(chat: tuple[Chat, Scripted], prompt: str, text: str) -> Answer:
    use_case, engine = chat
    engine.text = text
    *_, answer = use_case.answer(prompt, use_case.history.begin().id, stop=threading.Event())
    assert isinstance(answer, Answer)
    stored = use_case.history.messages(answer.conversation)[-1]
    assert stored.text == text
    assert from_details(stored.details, len(stored.text)) == answer.sentences
    return answer


def view(answer: Answer) -> str:
    return (
        shown(answer.text, answer.sentences, range(1, len(answer.sources) + 1)).replace(OWN, "<").replace(OWN_END, ">")
    )


def test_the_chat_cites_what_the_model_left_uncited(chat):
    answer = answered(
        chat, "What is the monthly rent of the Busan office?", "The rent is $1,450 a month [9]. Rents rise each spring."
    )
    assert answer.checked == "checked"
    assert view(answer) == "The rent is $1,450 a month [1]. <Rents rise each spring.>"
    assert answer.origin == "documents"


def test_an_answer_that_no_source_bears_out_is_the_models(chat):
    answer = answered(
        chat, "When is the deposit of the Busan office returned?", "The deposit is returned within 12 days [1]."
    )
    assert answer.sources
    assert view(answer) == "<The deposit is returned within 12 days.>"
    assert answer.origin == "model"


def test_korean_answers_are_checked_like_others(chat):
    answer = answered(
        chat,
        "연차휴가는 언제까지 신청해야 해?",
        "연차휴가는 3일 전까지 팀장에게 신청해야 해요. 쓰지 않은 휴가는 이월돼요.",
    )
    assert view(answer) == "연차휴가는 3일 전까지 팀장에게 신청해야 해요 [1]. <쓰지 않은 휴가는 이월돼요.>"


def test_nothing_found_is_said_and_no_source_invented(chat):
    answer = answered(chat, "Who painted the ceiling of the Sistine Chapel?", "Michelangelo painted it [1].")
    assert (answer.sources, answer.recall.decision, answer.recall.missed) == ((), "nothing", True)
    assert view(answer) == "Michelangelo painted it."
    assert answer.origin == "model"
    assert not answered(chat, "Thanks!", "You are welcome.").recall.missed
