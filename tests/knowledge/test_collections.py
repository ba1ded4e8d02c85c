"""A question asked of some collections finds what is in them, however small they are and however big the rest is."""

from __future__ import annotations

import pytest

from knowledge import scoping
from tests.knowledge.conftest import Memory


@pytest.fixture
def shelves(memory: Memory) -> Memory:
    for n in range(300):
        memory.document(f"report-{n}.txt", f"Report {n}: the harbour master counted {n} sailing boats in the harbour.")
    for n in range(6):
        memory.document(f"poem-{n}.txt", f"Poem {n}: a boat slept by the quiet water, dreaming of fish.")
    memory.document("lonely.txt", "The bakery on the corner opens at six.")
    with memory.store.transaction() as db:
        db.execute("UPDATE documents SET collection = 'reports' WHERE path LIKE 'report%'")
        db.execute("UPDATE documents SET collection = 'poems' WHERE path LIKE 'poem%'")
    memory.learn()
    return memory


@pytest.mark.parametrize("few", [scoping.FEW, 2])  # by their numbers, and by looking further
def test_only_the_chosen_collections_are_asked(shelves: Memory, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(scoping, "FEW", few)
    question = "How many sailing boats were in the harbour?"
    for chosen, names, number in (
        (("poems",), {"poems"}, 6),
        (("",), {""}, 1),
        (("poems", ""), {"poems", ""}, 7),
        (("reports",), {"reports"}, 8),
        ((), set(), 0),
        (("unknown",), set(), 0),
        (None, {"reports"}, 8),
    ):
        items = shelves.recall(question, "documents", k=8, collections=chosen)
        assert {item.collection for item in items} == names
        assert len(items) == number


def test_conversations_belong_to_no_collection(shelves: Memory) -> None:
    shelves.tell("My own boat lies in the harbour of Tongyeong.")
    shelves.learn()
    items = shelves.recall("boat harbour Tongyeong", collections=("poems",))
    assert {(item.kind, item.collection) for item in items} == {("conversation", None), ("document", "poems")}
