"""Facts in recall: beside the turns that say them, before what they correct, and only as long as they hold."""

from __future__ import annotations

import time

from tests.knowledge.conftest import Memory

DAY = 86400.0


def _said(
    memory: Memory, turn: str, fact: str, days_ago: float = 0.0, *, until: float | None = None, kind: str = "noticed"
) -> tuple[str, int]:
    """A turn of that time, and what was understood of it."""
    conversation, (id,) = memory.tell(turn)
    then = time.time() - days_ago * DAY
    with memory.store.transaction() as db:
        db.execute("UPDATE messages SET created = ?, external_id = ? WHERE id = ?", (then, f"x{id}", id))
        made = db.execute(
            "INSERT INTO facts (text, kind, state, slot, value, origin, valid_from, valid_until, created)"
            " VALUES (?, ?, 'kept', ?, 'v', ?, ?, ?, ?) RETURNING id",
            (fact, kind, f"slot {id}", id, then, None if until is None else time.time() - until * DAY, then),
        ).fetchone()[0]
        db.execute("INSERT INTO fact_turns (fact, message, value) VALUES (?, ?, 'v')", (made, id))
    return conversation, id


def test_a_fact_stands_for_the_turn_that_says_it(memory: Memory) -> None:
    conversation, turn = _said(
        memory, "Remember that my locker at the pool is number 318.", "My locker at the pool is number 318."
    )
    memory.tell("The pool was crowded.", "I like swimming in the morning.")
    memory.learn()
    (first, *others) = memory.recall("What is the number of my locker at the pool?")
    assert (first.kind, first.messages, first.external_ids) == ("fact", (turn,), (f"x{turn}",))
    assert (first.id, first.conversation) == (f"fact:{first.fact}", conversation)
    assert "318" in first.text
    assert all(turn not in item.messages for item in others)
    assert [item.kind for item in memory.recall("my locker at the pool", "facts")] == ["fact"]
    assert {item.kind for item in memory.recall("my locker at the pool", "conversations")} == {"conversation"}


def test_a_turn_that_says_much_more_stands_for_its_fact(memory: Memory) -> None:
    more = " ".join(f"Then we went to lane {n} and swam there for a while." for n in range(12))
    _, turn = _said(memory, f"My sister is called Jin. {more}", "My sister is called Jin.")
    memory.learn()
    items = memory.recall("What is my sister called?")
    assert [(item.kind, item.messages) for item in items] == [("conversation", (turn,))]


def test_what_holds_no_more_is_recalled_for_the_past_alone(memory: Memory) -> None:
    _said(memory, "I live in Busan.", "I live in Busan.", 200, until=20)
    _said(memory, "I moved, so now I live in Daegu.", "I live in Daegu.", 20)
    memory.learn()
    for kind in ("facts", "all", "conversations"):
        now = " ".join(item.text for item in memory.recall("Where do I live?", kind))
        assert "Daegu" in now
        assert "Busan" not in now
    before = memory.recall("Where did I live before I moved to Daegu?", "facts")
    ended = [item for item in before if "Busan" in item.text]
    assert ended
    assert ended[0].valid_until is not None
    assert ended[0].valid_until < time.time()


def test_a_correction_comes_before_all_else_on_its_subject(memory: Memory) -> None:
    memory.document(
        "towns.txt", "The capital of Australia is Sydney, the harbour city, as the old atlas of Australia says."
    )
    for text in ("Sydney must be the capital of Australia!", "The capital of Australia is Sydney."):
        memory.tell(text)
    right = "The capital of Australia is Canberra."
    _said(memory, f"That is wrong: {right}", right, kind="correction")
    memory.learn()
    for question in ("What is the capital of Australia?", "Which city is the capital of Australia?"):
        first = memory.recall(question, relevant_only=True)[0]
        assert (first.kind, first.fact_kind) == ("fact", "correction")
        assert "Canberra" in first.text
        assert first.parts["correction"] > 1
    for question in ("How deep is the harbour?", "What is the capital of Peru?"):
        assert all("correction" not in item.parts for item in memory.recall(question))


def test_the_score_of_a_fact_is_the_sum_of_its_parts(memory: Memory) -> None:
    _said(memory, "제 고양이 이름은 나비예요.", "고양이 이름은 나비예요.")
    _said(memory, "Remember that the boat is called Mara.", "The boat is called Mara.")
    memory.tell("The boat is old.", "고양이가 밥을 먹었어요.")
    memory.learn()
    for question, answer in (("고양이 이름이 뭐예요?", "나비"), ("What is the boat called?", "Mara")):
        items = memory.recall(question)
        assert answer in items[0].text
        assert all(abs(sum(item.parts.values()) - item.score) < 1e-9 for item in items)
        assert "fact" in items[0].why
