"""Stores as older versions of Haema left them open today, and lose nothing. A new schema adds a file of its own."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from knowledge.folders import watched
from knowledge.forgetting import forget_said
from knowledge.history import History, Image
from knowledge.migrations import STEPS
from knowledge.store import FILE_NAME, Store

OLD = sorted((Path(__file__).resolve().parent.parent / "old_stores").glob("schema-*.sql"))
TABLES = ("conversations", "messages", "documents", "passages", "sources", "settings", "outbox")


LATER = {  # columns that came to these tables after schema 1
    "conversations": {"options", "project", "sealed"},
    "documents": {"author", "created", "changed", "language", "project"},
    "sources": {"fact"},
}


def rows(db: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the tables that schema 1 had, in its columns."""
    columns = {
        table: [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in LATER.get(table, ())]
        for table in TABLES
    }
    return {
        table: [tuple(row) for row in db.execute(f"SELECT {', '.join(names)} FROM {table} ORDER BY 1, 2")]
        for table, names in columns.items()
    }


@pytest.mark.parametrize("script", OLD, ids=lambda path: path.stem)
def test_an_old_store_opens_with_all_it_holds(script: Path, tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / FILE_NAME)
    old.executescript(script.read_text(encoding="utf-8"))
    held = rows(old)
    old.close()

    store = Store(tmp_path)
    assert store.db.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
    assert rows(store.db) == held
    assert store.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert store.db.execute("PRAGMA foreign_key_check").fetchall() == []
    backup = sqlite3.connect(tmp_path / f"haema.before-schema-{len(STEPS)}.sqlite")
    assert rows(backup) == held
    backup.close()
    store.close()


def test_the_oldest_store_can_be_used_as_a_new_one(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / FILE_NAME)
    old.executescript(OLD[0].read_text(encoding="utf-8"))
    old.close()
    store = Store(tmp_path)
    history = History(store)

    lease, birthday = history.conversations()
    assert (lease.title, birthday.title) == ("부산 사무실 임대차", "Jin's birthday plans")
    assert [message.text for message in history.messages(lease.id)] == [
        "계약이 언제 끝나지?",
        "2027년 8월 31일이에요. '서면'으로 알려야 해요.",
    ]
    assert history.messages(birthday.id)[0].author == "Jin"
    assert history.sources(4)[1].heading == "제7조 계약 기간"
    assert history.counts() == (6, 1)
    assert history.options(lease.id) == {}

    history.set_options(lease.id, {"preset": "precise"})
    question, answer = history.ask(lease.id, "이 사진은?", parent=6, images=[Image("a.png", b"\x89PNG")])
    history.write(answer.id, "계약서예요.", "complete")
    assert history.options(lease.id) == {"preset": "precise"}
    assert history.images(question.id) == [Image("a.png", b"\x89PNG")]
    assert [message.images for message in history.messages(lease.id)] == [0, 0, 1, 0]
    store.close()


def test_a_store_of_schema_4_is_followed_searched_and_looked_through_for_facts(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / FILE_NAME)
    old.executescript(OLD[3].read_text(encoding="utf-8"))
    held = old.execute("SELECT kind, item, change FROM outbox ORDER BY seq").fetchall()
    asked = old.execute("SELECT id FROM messages WHERE role = 'user' ORDER BY id").fetchall()
    old.close()
    store = Store(tmp_path)
    assert list(watched(store)) == ["/home/jin/papers", "/home/jin/계약"]
    assert [tuple(row) for row in store.db.execute("SELECT kind, item, change FROM outbox ORDER BY seq")] == held
    assert [tuple(row) for row in store.db.execute("SELECT message FROM unconsidered ORDER BY 1")] == asked
    history = History(store)
    assert history.sources(8)[1].document == 3
    forgotten = forget_said(store, messages=[7])
    assert (forgotten.messages, forgotten.conversations) == (1, ("c1",))
    copy = sqlite3.connect(tmp_path / f"haema.before-schema-{len(STEPS)}.sqlite")
    assert copy.execute("SELECT parent FROM messages WHERE id = 8").fetchone() == (6,)
    assert copy.execute("SELECT count(*) FROM messages WHERE id = 7").fetchone() == (0,)
    copy.close()
    store.close()
