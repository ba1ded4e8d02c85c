"""Which questions lean on what was said before, and what they are then looked for with."""

from __future__ import annotations

import pytest

from knowledge.follow_up import leaning, widened
from knowledge.messages import Recall
from knowledge.words import Words
from tests.knowledge.conftest import Memory

LEANING = (
    "And what about the second one?",
    "When was it built?",
    "Why?",
    "How much do they cost?",
    "who else?",
    "And in 2024?",
    "What did she say about that?",
    "그건 언제예요?",
    "그럼 보증금은요?",
    "두 번째 것은 얼마예요?",
    "왜요?",
    "그 회사는 어디에 있나요?",
    "거기까지 얼마나 걸려요?",
)
ALONE = (
    "When was the harbour bridge of Busan opened to traffic?",
    "What is the capital of France?",
    "Which team did John Elway play for when he won the Super Bowl?",
    "What conjecture holds that there is an infinite amount of twin primes?",
    "How did the Huguenots keep their religious beliefs in the New World?",
    "How much is the deposit of the flat in the lease contract?",
    "강정호가 메이저리그 데뷔 첫 홈런을 기록할 당시 상대 투수는 누구인가요?",
    "임대차 계약서의 보증금은 얼마예요?",
    "대한민국의 수도는 어디인가요?",
)


@pytest.mark.parametrize("question", LEANING)
def test_a_question_that_names_nothing_leans(words: Words, question: str) -> None:
    assert leaning(question, words.of_query(question)) > 0


@pytest.mark.parametrize("question", ALONE)
def test_a_question_that_stands_by_itself_is_not_touched(words: Words, question: str) -> None:
    own = words.of_query(question)
    assert leaning(question, own) == 0
    assert widened(question, own, ("Tell me about seahorses.", "They live in the sea."), words.of_query).terms == own


def test_its_own_words_weigh_most(words: Words) -> None:
    own = words.of_query("And what does it cost?")
    said = ("Where is the ferry to Jeju?", "It leaves from Mokpo.")
    terms = widened("And what does it cost?", own, said, words.of_query).terms.terms
    assert terms["cost"] == 1.0
    assert 0 < terms["mokpo"] < terms["ferri"] < 1.0


def test_the_second_one_is_the_second_of_the_list(words: Words) -> None:
    answer = "There are three:\n1. the lighthouse museum\n2. the aquarium\n3. the fish market"
    question = "How long is the second one open?"
    found = widened(question, words.of_query(question), ("What can I see?", answer), words.of_query)
    assert found.by[-1] == "the aquarium"
    assert "aquarium" in found.terms.terms
    assert "market" not in found.terms.terms


@pytest.mark.parametrize(
    ("first", "second", "right"),
    [
        ("What is the deposit of the flat in Mapo?", "And when is it due?", "flat.txt"),
        ("How much does the office in Jongno cost?", "And when is it due?", "office.txt"),
        ("마포 아파트의 보증금은 얼마예요?", "그건 언제까지 내야 해요?", "아파트.txt"),
        ("종로 사무실의 월세는 얼마예요?", "그건 언제까지 내야 해요?", "사무실.txt"),
    ],
)
def test_recall_follows_the_conversation(memory: Memory, first: str, second: str, right: str) -> None:
    memory.document("flat.txt", "The flat in Mapo: its deposit of ten million won is due on the third of May.")
    memory.document("office.txt", "The office in Jongno: its rent of two million won is due on the last of each month.")
    memory.document("아파트.txt", "마포 아파트의 보증금 천만 원은 5월 3일까지 내야 합니다.")
    memory.document("사무실.txt", "종로 사무실의 월세 이백만 원은 매달 말일까지 내야 합니다.")
    memory.learn()
    found = memory.recaller.recall(Recall(1, second, "documents", relevant_only=True, context=(first, "It is so.")))
    assert found.widened[0] == first
    assert found.items[0].path == right


def test_thanks_lean_on_nothing(memory: Memory) -> None:
    found = memory.recaller.recall(Recall(1, "Thank you!", relevant_only=True, context=("A question?", "An answer.")))
    assert not found.items
    assert not found.widened
