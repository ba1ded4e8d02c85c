"""The store: migrations, transactions that tell the truth, and errors a user can act on."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from knowledge import migrations
from knowledge.errors import FolderReadOnly, StoreDamaged, StoreTooNew
from knowledge.history import History, title_from
from knowledge.messages import Recalled
from knowledge.store import FILE_NAME, Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "해마 자료")


def outbox(store: Store) -> list[tuple[str, int, str]]:
    return [tuple(row) for row in store.db.execute("SELECT kind, item, change FROM outbox ORDER BY seq")]


def test_a_new_store_has_the_newest_schema_and_is_opened_again_unchanged(store: Store) -> None:
    assert store.db.execute("PRAGMA user_version").fetchone()[0] == len(migrations.STEPS)
    History(store).begin("kept")
    store.close()
    again = Store(store.home)
    assert [c.title for c in History(again).conversations()] == ["kept"]
    again.close()


def test_a_migration_backs_up_and_keeps_what_was_there(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    History(store).begin("kept")
    store.close()
    monkeypatch.setattr("knowledge.store.STEPS", (*migrations.STEPS, "CREATE TABLE later (x INTEGER) STRICT;"))
    newer = Store(store.home)
    assert newer.db.execute("SELECT count(*) FROM later").fetchone()[0] == 0
    assert [c.title for c in History(newer).conversations()] == ["kept"]
    newer.close()
    backup = store.home / f"haema.before-schema-{len(migrations.STEPS) + 1}.sqlite"
    assert sqlite3.connect(backup).execute("SELECT title FROM conversations").fetchone()[0] == "kept"


def test_a_failing_migration_leaves_the_store_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    broken = "CREATE TABLE half (x INTEGER) STRICT;\nINSERT INTO no_such_table VALUES (1);"
    monkeypatch.setattr("knowledge.store.STEPS", (*migrations.STEPS, broken))
    with pytest.raises(sqlite3.OperationalError):
        Store(store.home)
    monkeypatch.undo()
    same = Store(store.home)
    assert same.db.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half'").fetchone()[0] == 0
    same.close()


def test_a_newer_store_is_refused(store: Store) -> None:
    store.db.execute("PRAGMA user_version = 999")
    store.close()
    with pytest.raises(StoreTooNew, match="999"):
        Store(store.home)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database" * 500)
    with pytest.raises(StoreDamaged):
        Store(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == b"not a database" * 500


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderReadOnly):
        Store(tmp_path / "file" / "home")


def test_a_transaction_is_all_or_nothing(store: Store) -> None:
    history = History(store)
    with pytest.raises(RuntimeError), store.transaction():
        history.begin("lost")
        raise RuntimeError
    assert history.conversations() == []
    assert outbox(store) == []


def test_threads_have_their_own_connections(store: Store) -> None:
    history, seen = History(store), []
    history.begin("from one thread")
    thread = threading.Thread(target=lambda: seen.extend(history.conversations()))
    thread.start()
    thread.join()
    assert [c.title for c in seen] == ["from one thread"]


def test_the_outbox_hears_of_every_message_once_it_is_whole(store: Store) -> None:
    history = History(store)
    conversation = history.begin().id
    question = history.say(conversation, "user", "When does the lease end?", parent=None)
    answer = history.say(conversation, "assistant", "", parent=question.id, state="writing")
    history.write(answer.id, "On 31", "writing")
    assert outbox(store) == [("message", question.id, "add")]
    history.write(answer.id, "On 31 August.", "complete", {"origin": "model"})
    assert outbox(store)[1:] == [("message", answer.id, "add")]
    history.delete(conversation)
    assert sorted(outbox(store)[2:]) == [("message", question.id, "remove"), ("message", answer.id, "remove")]
    assert history.messages(conversation) == []


def test_a_half_written_answer_is_closed_and_kept(store: Store) -> None:
    history = History(store)
    conversation = history.begin().id
    answer = history.say(conversation, "assistant", "On 31", parent=None, state="writing")
    assert history.mend() == 1
    (kept,) = history.messages(conversation)
    assert (kept.id, kept.text, kept.state) == (answer.id, "On 31", "broken")
    assert outbox(store) == [("message", answer.id, "add")]


def test_the_newest_branch_is_shown(store: Store) -> None:
    history = History(store)
    conversation = history.begin().id
    question = history.say(conversation, "user", "A colour?", parent=None)
    history.say(conversation, "assistant", "Red.", parent=question.id)
    second = history.say(conversation, "assistant", "Teal.", parent=question.id)
    assert [m.id for m in history.messages(conversation)] == [question.id, second.id]


def test_sources_go_when_what_they_quote_goes(store: Store) -> None:
    history = History(store)
    told, asked = history.begin().id, history.begin().id
    fact = history.say(told, "user", "The password is heron-42.", parent=None)
    answer = history.say(asked, "assistant", "heron-42 [1]", parent=None)
    item = Recalled(
        kind="conversation", id=f"message:{fact.id}", text=fact.text, score=0.9, parts={"words": 0.5, "meaning": 0.4},
        why=("words",), matches=((4, 12),), tokens=7, conversation=told, messages=(fact.id,),
    )  # fmt: skip
    history.cite(answer.id, [item])
    assert history.sources(answer.id) == {1: item}
    history.delete(told)
    assert history.sources(answer.id) == {}


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Hello", "Hello"),
        ("First line\nsecond line", "First line"),
        ("계약이 언제 끝나지?", "계약이 언제 끝나지?"),
        ("가" * 60, "가" * 47 + "…"),
        ("one two three four five six seven eight nine ten eleven", "one two three four five six seven eight nine…"),
    ],
)
def test_titles_come_from_the_first_prompt(prompt: str, title: str) -> None:
    assert title_from(prompt) == title
