"""Recall: what was told or read is found, in both languages, inside its budget, and only when it matters."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.embedder import Embedder
from knowledge.packing import ITEM_TOKENS
from knowledge.words import Words
from tests.knowledge.conftest import Memory

FACTS = (
    "My sister Jin moved to Busan last spring.",
    "I am allergic to peanuts, so please never suggest satay.",
    "Our cat is called Nabi and she hates the vacuum cleaner.",
    "제 여동생은 간호사이고 대전에 살아요.",
    "다음 달에 제주도로 여행을 가려고 비행기표를 샀어요.",
)
QUESTIONS = {
    "Where does my sister live?": "Busan",
    "Which food must I avoid because of an allergy?": "peanuts",
    "What is the name of our cat?": "Nabi",
    "여동생의 직업이 뭐예요?": "간호사",
    "제주도 여행은 언제 가지?": "비행기표",
}
SMALL_TALK = ("Hi!", "Thanks", "Good morning", "안녕하세요", "고마워요", "ok")


@pytest.fixture
def told(memory: Memory) -> Memory:
    for fact in FACTS:
        memory.tell(fact)
    memory.document("garden.txt", "Tomatoes need six hours of sun a day and water in the morning.")
    memory.document("복지.txt", "보건소에서는 임산부에게 철분제를 무료로 지원한다. 신청은 보건소에 방문하여 한다.")
    memory.learn()
    return memory


@pytest.mark.parametrize(("question", "answer"), QUESTIONS.items())
def test_stated_fact_comes_first(told: Memory, question: str, answer: str) -> None:
    for relevant_only in (False, True):
        items = told.recall(question, relevant_only=relevant_only)
        assert items, question
        assert answer in items[0].text


@pytest.mark.parametrize("prompt", SMALL_TALK)
def test_small_talk_recalls_nothing(told: Memory, prompt: str) -> None:
    assert told.recall(prompt, relevant_only=True) == []
    told.tell("Hi!", "Good morning, thanks a lot!", "안녕하세요", "정말 고마워요")  # as earlier conversations began
    told.learn()
    assert told.recall(prompt, relevant_only=True) == []


def test_documents_are_found_in_both_languages(told: Memory) -> None:
    english = told.recall("How much sun do tomatoes need?", "documents")[0]
    korean = told.recall("철분제 지원은 어디에 신청하나요?", "documents")[0]
    assert (english.path, korean.path) == ("garden.txt", "복지.txt")
    assert "철분" in [korean.text[start:end] for start, end in korean.matches]
    assert korean.parts.get("meaning", 0) == 0  # this embedder cannot read it


def test_kinds_are_kept_apart(told: Memory) -> None:
    assert {item.kind for item in told.recall("sun and cats", "documents")} == {"document"}
    assert {item.kind for item in told.recall("sun and cats", "conversations")} == {"conversation"}
    assert {item.kind for item in told.recall("sun and cats", "all")} == {"document", "conversation"}
    assert told.recall("sun and cats", "facts") == []


def test_parts_sum_to_the_score(told: Memory) -> None:
    for question in QUESTIONS:
        for item in told.recall(question):
            assert sum(item.parts.values()) == pytest.approx(item.score)


def test_english_is_not_hurt_by_korean_beside_it(tmp_path: Path, embedder: Embedder, words: Words) -> None:
    english = [
        f"The {animal} eats {food} near the {place}."
        for animal in ("otter", "heron", "badger")
        for food in ("fish", "roots")
        for place in ("river", "barn")
    ]
    alone, mixed = (Memory(tmp_path / name, embedder, words) for name in ("alone", "mixed"))
    for n, text in enumerate(english):
        alone.document(f"{n}.txt", text)
        mixed.document(f"{n}.txt", text)
    for n in range(30):
        mixed.document(f"ko{n}.txt", f"{n}번째 문서는 복지 제도와 지원 대상, 신청 방법을 설명한다.")
    for each in (alone, mixed):
        each.learn()
    for question in ("What does the otter eat near the barn?", "Which animal is near the river with roots?"):
        first, second = ([item.path for item in each.recall(question, "documents", k=3)] for each in (alone, mixed))
        assert first == second
    alone.close()
    mixed.close()


def test_budget_and_count_are_kept(memory: Memory, embedder: Embedder) -> None:
    memory.tell(*[f"On day {n} we saw a seahorse at pier {n}, and it was {'very ' * (n % 7)}small." for n in range(60)])
    memory.learn()
    for tokens in (30, 120, 400):
        items = memory.recall("seahorse at the pier", "conversations", tokens=tokens)
        assert items
        assert sum(embedder.count(item.text) + ITEM_TOKENS for item in items) <= tokens
        assert all(item.tokens == embedder.count(item.text) for item in items)
    assert len(memory.recall("seahorse at the pier", "conversations", k=3)) == 3


def test_neighbours_join_one_item_and_no_turn_comes_twice(memory: Memory) -> None:
    memory.tell("Shall we talk about the violin?", "The violin was made in Cremona.", "Cremona is in Lombardy.")
    memory.learn()
    items = memory.recall("violin Cremona Lombardy", "conversations", tokens=500)
    said = [id for item in items for id in item.messages]
    assert len(said) == len(set(said)) == 3
    assert len(items) == 1


def test_the_current_conversation_is_left_out(memory: Memory) -> None:
    current, _ = memory.tell("The password hint is the blue lighthouse.")
    memory.tell("A lighthouse stood on the hill.")
    memory.learn()
    items = memory.recall("blue lighthouse", "conversations", without_conversation=current)
    assert items
    assert all(item.conversation != current for item in items)


def test_a_long_message_is_shown_by_its_relevant_part(memory: Memory, embedder: Embedder) -> None:
    filler = " ".join(f"Sentence number {n} talks about the weather in general." for n in range(120))
    memory.tell(f"{filler} The safe stands behind the green bookcase. {filler}")
    memory.learn()
    (item,) = memory.recall("Where does the safe stand?", "conversations", tokens=300)
    assert "green bookcase" in item.text
    assert embedder.count(item.text) <= 300
    assert item.text.startswith("… ")


def test_a_date_in_the_question_counts(memory: Memory) -> None:
    _, march = memory.tell("We went hiking in the hills.")
    _, july = memory.tell("We went hiking in the woods.")
    with memory.store.transaction() as db:
        db.execute("UPDATE messages SET created = unixepoch('2023-03-10 12:00') WHERE id = ?", march)
        db.execute("UPDATE messages SET created = unixepoch('2023-07-03 12:00') WHERE id = ?", july)
    memory.learn()
    for question, right in (
        ("Where did we go hiking on 3 July 2023?", july),
        ("Where did we go hiking in March?", march),
        ("2023년 7월 3일 hiking", july),
    ):
        item = memory.recall(question, "conversations")[0]
        assert list(item.messages) == right
        assert item.parts["date"] > 0.4
