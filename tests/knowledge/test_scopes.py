"""What belongs to a project, or to a sealed conversation, is recalled there alone: turns, passages and facts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import facts, projects, scoping
from knowledge.embedder import Embedder
from knowledge.errors import ProjectNameEmpty, ProjectNameTaken, ProjectUnknown
from knowledge.messages import Scope
from knowledge.words import Words
from tests.knowledge.conftest import Memory

QUESTION = "Where is the seahorse harbour festival held?"
PLACES = ("Mokpo", "Pohang", "Sokcho", "Gunsan")  # told outside, in one project, in the other, under a seal


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, words: Words) -> Iterator[tuple[Memory, list]]:
    """The same told four times, as a turn, a passage and a fact; each with a place of its own."""
    home: Path = tmp_path_factory.mktemp("scopes") / "home"
    memory = Memory(home, embedder, words)
    ids = [None, projects.add(memory.store, "Book").id, projects.add(memory.store, "Garden").id, None]
    scopes = [Scope(), Scope(ids[1]), Scope(ids[2]), Scope()]
    for n, (place, project) in enumerate(zip(PLACES, ids, strict=True)):
        conversation, _ = memory.tell(f"The seahorse harbour festival is held in {place}, the mayor of it told us so.")
        document = memory.document(f"{place}.txt", f"The seahorse harbour festival takes place in {place} in May.")
        if n == 3:
            projects.seal(memory.store, conversation, sealed=True)
            scopes[3] = Scope(conversation=conversation)
            memory.store.db.execute("DELETE FROM documents WHERE id = ?", (document,))  # none is in a conversation
        elif project is not None:
            projects.move_conversation(memory.store, conversation, project)
            projects.move_documents(memory.store, [document], project)
        fact = facts.write(memory.store, f"The seahorse harbour festival is in {place}.", project=project)
        if n == 3:
            with memory.store.transaction() as db:
                facts.move(db, [fact.id], project=None, conversation=conversation)
    memory.learn()
    yield memory, scopes
    memory.close()


@pytest.mark.parametrize("few", [scoping.FEW, 0])  # each compared by itself, and by looking further
@pytest.mark.parametrize("kind", ["conversations", "documents", "facts", "all"])
def test_each_scope_sees_its_own(told, monkeypatch: pytest.MonkeyPatch, kind, few: int) -> None:
    memory, scopes = told
    monkeypatch.setattr(scoping, "FEW", few)
    for place, scope in zip(PLACES, scopes, strict=True):
        items = memory.recall(QUESTION, kind, scope=scope)
        seen = {name for name in PLACES for item in items if name in item.text}
        assert seen == (set() if place == "Gunsan" and kind == "documents" else {place})


def test_a_project_may_look_beyond_itself_and_the_user_sees_everything(told) -> None:
    memory, scopes = told
    beyond = memory.recall(QUESTION, scope=Scope(scopes[1].project, beyond=True), k=20)
    assert {name for name in PLACES for item in beyond if name in item.text} == {"Mokpo", "Pohang"}
    everything = memory.recall(QUESTION, scope=None, k=20)
    assert {name for name in PLACES for item in everything if name in item.text} == set(PLACES)


def test_a_date_opens_no_other_scope(told) -> None:
    memory, scopes = told
    with memory.store.transaction() as db:
        db.execute("UPDATE messages SET created = unixepoch('2024-03-10 12:00')")
    for place, scope in zip(PLACES, scopes, strict=True):
        items = memory.recall("What did we say about a festival in March 2024?", "conversations", scope=scope)
        assert {name for name in PLACES for item in items if name in item.text} == {place}


def test_what_moves_is_recalled_where_it_is_now(memory: Memory) -> None:
    conversation, (turn,) = memory.tell("The tuba lessons cost 40 euros in Busan.")
    facts.consider(memory.store, turn)
    document = memory.document("tuba.txt", "Tuba lessons are on Tuesdays.")
    memory.learn()
    book = projects.add(memory.store, "Book").id

    def seen(scope: Scope) -> set[str]:
        return {item.kind for item in memory.recall("What about the tuba lessons?", scope=scope)}

    assert seen(Scope()) == {"conversation", "document"}
    projects.move_conversation(memory.store, conversation, book)
    projects.move_documents(memory.store, [document], book)
    assert (seen(Scope()), seen(Scope(book))) == (set(), {"conversation", "document"})
    assert projects.content(memory.store, book) == ((conversation,), (document,), ())
    projects.dissolve(memory.store, book)
    assert seen(Scope()) == {"conversation", "document"}
    projects.seal(memory.store, conversation, sealed=True)
    assert seen(Scope()) == {"document"}
    projects.seal(memory.store, conversation, sealed=False)
    assert seen(Scope()) == {"conversation", "document"}


def test_facts_go_with_their_conversation_and_end_nothing_elsewhere(memory: Memory) -> None:
    made = []
    for place in ("Busan", "Daegu"):
        conversation, (turn,) = memory.tell(f"Remember that I live in {place}.")
        with memory.store.transaction() as db:
            row = db.execute(
                "INSERT INTO facts (text, kind, state, slot, value, origin, valid_from, created)"
                " VALUES (?, 'told', 'kept', 'user|lives in', ?, ?, ?, 0) RETURNING id",
                (f"I live in {place}.", place, turn, float(turn)),
            )
            made.append(row.fetchone()[0])
    busan, daegu = made
    with memory.store.transaction() as db:  # told one after the other, the second ends the first
        facts.move(db, made, project=None)
    assert facts.fact(memory.store, busan).successor == daegu
    book = projects.add(memory.store, "Book").id
    projects.move_conversation(memory.store, conversation, book)
    assert facts.fact(memory.store, daegu).project == book
    assert facts.fact(memory.store, busan).valid_until is None
    projects.seal(memory.store, conversation, sealed=True)
    assert facts.fact(memory.store, daegu).conversation == conversation


def test_projects_have_names_of_their_own(memory: Memory) -> None:
    book = projects.add(memory.store, "  My   book ")
    assert projects.named(memory.store, "my BOOK").name == "My book"
    with pytest.raises(ProjectNameTaken):
        projects.add(memory.store, "MY book")
    with pytest.raises(ProjectNameEmpty):
        projects.add(memory.store, " ")
    projects.rename(memory.store, book.id, "My Book")
    projects.dissolve(memory.store, book.id)
    for call in (lambda: projects.named(memory.store, "My Book"), lambda: projects.dissolve(memory.store, book.id)):
        with pytest.raises(ProjectUnknown):
            call()
