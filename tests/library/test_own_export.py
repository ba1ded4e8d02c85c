"""Haema's own export: out, into an empty data folder, out again: the same. And what a stranger may put in one."""

from __future__ import annotations

import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ExportTooNew, FolderNotEmpty
from knowledge.exports import export_everything
from knowledge.history import History, Image
from knowledge.imports import import_conversations
from knowledge.messages import Imported, Recalled
from knowledge.store import Store

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))
PARTS = ("projects", "documents", "conversations", "facts", "sources", "marks")


@pytest.fixture
def stores(tmp_path: Path):
    opened = [Store(tmp_path / name) for name in ("one", "two")]
    yield opened
    for store in opened:
        store.close()


def out(store: Store, path: Path) -> Path:
    assert list(export_everything(store, path))[-1][0] > 0
    return path


def bring(path: Path, store: Store) -> Imported:
    steps = import_conversations(path, store, lambda: False)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def parts(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as package:
        found = {name: json.loads(package.read(f"{name}.json")) for name in PARTS}
        head = json.loads(package.read("haema.json"))
        head.pop("exported")
        pictures = {name: package.read(name) for name in package.namelist() if name.startswith("images/")}
        read = {name: package.read(name).decode() for name in package.namelist() if name.endswith(".md")}
    return {**found, "head": head, "pictures": pictures, "read": read}


def live_a_little(store: Store) -> None:
    """A memory with one of everything that an export holds."""
    history, now = History(store), time.time()
    with store.transaction() as db:
        db.execute("INSERT INTO projects (id, name, created) VALUES ('p1', 'Garden', ?)", (now,))
        db.execute(
            "INSERT INTO settings (name, value) VALUES ('language', '\"ko\"'), ('index_server', '\"http://x:1\"')"
        )
        db.execute(
            "INSERT INTO documents (path, collection, title, sha256, size, modified, status, added, created, project)"
            " VALUES ('/gone/lease.pdf', 'Home', 'Lease', 'ab', 9, 5.5, 'indexed', 6.5, '2024-01-02', 'p1')"
        )
        db.executemany(
            "INSERT INTO passages (document, ordinal, text, page, heading, start) VALUES (1, ?, ?, ?, NULL, ?)",
            [(0, "The lease ends in August.", 1, 0), (1, "보증금은 돌려받아요.", 2, 25)],
        )
    talk = history.begin("", {"persona": "Be brief."})
    asked, answer = history.ask(talk.id, "동생 이름은 진이야 # 기억해", parent=None, images=[Image("me.png", PNG)])
    history.write(answer.id, "Noted [1].", "complete", {"thought": "hm", "origin": "documents"})
    item = Recalled(
        "document", "passage:1", "The lease", 0.5, {"words": 0.5}, ("words",), ((4, 9),), 3, 1, "/gone/lease.pdf", 1
    )
    said = Recalled(
        "conversation", f"message:{asked.id}", "진", 0.2, {}, (), (), 1, conversation=talk.id, messages=(asked.id,)
    )
    history.cite(answer.id, [item, said])
    history.summarise(answer.id, "They spoke of Jin.")
    other = history.say(talk.id, "user", "Another branch", parent=asked.id)
    sealed = history.begin("Sealed")
    secret = history.say(sealed.id, "user", "A secret", parent=None)
    with store.transaction() as db:
        db.execute("UPDATE conversations SET project = 'p1' WHERE id = ?", (talk.id,))
        db.execute("UPDATE conversations SET sealed = 1 WHERE id = ?", (sealed.id,))
        db.execute("DELETE FROM unconsidered WHERE message = ?", (asked.id,))
        old, new = (
            db.execute(
                "INSERT INTO facts (text, kind, state, slot, value, origin, project, valid_from, valid_until, created)"
                " VALUES (?, 'told', 'kept', 'sister', ?, ?, 'p1', ?, ?, ?)",
                (text, value, asked.id, now, until, made),
            ).lastrowid
            for text, value, until, made in (
                ("My sister is Jin", "Jin", now + 1, now),
                ("She is Min", "Min", None, now + 1),
            )
        )
        db.execute("UPDATE facts SET successor = ? WHERE id = ?", (new, old))
        db.execute("INSERT INTO fact_turns (fact, message, value) VALUES (?, ?, 'Jin')", (old, asked.id))
        db.execute(
            "INSERT INTO facts (text, kind, state, origin, conversation, valid_from, created)"
            " VALUES ('Of the sealed one', 'told', 'kept', ?, ?, ?, ?)",
            (secret.id, sealed.id, now, now),
        )
        episode = db.execute(
            "INSERT INTO episodes (conversation, level, text, digest, created) VALUES (?, 'episode', 'Jin', 'd', ?)",
            (talk.id, now),
        ).lastrowid
        db.execute("INSERT INTO episode_turns (episode, message) VALUES (?, ?)", (episode, asked.id))
        db.execute(
            "INSERT INTO pins (kind, item, created) VALUES ('message', ?, ?), ('fact', ?, ?)", (other.id, now, new, now)
        )
        db.execute("INSERT INTO uses (kind, item, count, last) VALUES ('passage', 2, 3, ?)", (now,))


def test_out_and_in_and_out_again_is_the_same(tmp_path: Path, stores: list[Store]) -> None:
    one, two = stores
    live_a_little(one)
    first = out(one, tmp_path / "first.zip")
    with two.transaction() as db:  # numbers are others there
        db.execute("INSERT INTO conversations (id, title, created, updated) VALUES ('x', '', 1, 1)")
        db.execute(
            "INSERT INTO messages (conversation, role, text, created, state) VALUES ('x', 'user', '', 1, 'complete')"
        )
        db.execute("DELETE FROM conversations")
    imported = bring(first, two)
    assert (imported.conversations, imported.messages, imported.documents, imported.facts) == (2, 4, 1, 3)
    assert imported.left_out == ()
    before, after = parts(first), parts(out(two, tmp_path / "second.zip"))
    for conversation in before["conversations"]:  # what had no id outside goes by its old one
        for message in conversation["messages"]:
            assert message["id"].startswith(conversation["id"])
    assert after == before
    assert set(before["head"]["settings"]) == {"language"}
    assert b"http://x:1" not in first.read_bytes()
    talk = next(c for c in History(two).conversations() if c.title != "Sealed")
    shown = History(two).messages(talk.id)
    assert [message.text for message in shown] == ["동생 이름은 진이야 # 기억해", "Another branch"]
    answer = two.db.execute("SELECT id FROM messages WHERE role = 'assistant'").fetchone()["id"]
    sources = History(two).sources(answer)
    assert sources[1].document == 1
    assert sources[2].messages == (shown[0].id,)
    assert History(two).images(shown[0].id) == [Image("me.png", PNG)]
    markdown = next(text for name, text in before["read"].items() if "Sealed" not in name and "facts" not in name)
    assert "동생 이름은 진이야" in markdown
    assert "1 more messages" in markdown


def test_twice_and_into_its_own_home_makes_no_doubles(tmp_path: Path, stores: list[Store]) -> None:
    one, two = stores
    live_a_little(one)
    first = out(one, tmp_path / "first.zip")
    before = parts(first)
    assert bring(first, one) == Imported(0, 0, 4)
    assert parts(out(one, tmp_path / "again.zip")) == before
    bring(first, two)
    assert bring(first, two) == Imported(0, 0, 4)
    talk = next(c for c in History(one).conversations() if c.title != "Sealed")
    History(one).say(talk.id, "user", "Something new", parent=None)
    assert bring(out(one, tmp_path / "newer.zip"), two) == Imported(1, 1, 4)


def test_a_folder_works_like_a_zip_and_is_not_written_into(tmp_path: Path, stores: list[Store]) -> None:
    one, two = stores
    live_a_little(one)
    folder = out(one, tmp_path / "out")
    assert bring(folder, two).messages == 4
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(FolderNotEmpty):
        list(export_everything(one, folder))
    steps = export_everything(one, tmp_path / "stopped.zip", lambda: True)
    with pytest.raises(StopIteration):
        next(steps)
    assert not (tmp_path / "stopped.zip").exists()


def test_a_strangers_export_is_taken_for_what_it_may_be(tmp_path: Path, stores: list[Store]) -> None:
    one, two = stores
    live_a_little(one)
    whole = parts(out(one, tmp_path / "first.zip"))
    records = [record for part in PARTS for record in whole[part]]
    odd: list[Any] = [None, 7, -1.5, True, "x", [], {}, ["a", {}], {"a": [1]}, 1e300, "\ud800", "a" * 3000]
    for number, record in enumerate(records):
        for name in record:
            if name == "haema":
                continue
            path = tmp_path / "odd.json"
            path.write_text(json.dumps([{**record, name: odd[(number + len(name) * 7) % len(odd)]}]), encoding="utf-8")
            bring(path, two)
    for conversation in History(two).conversations():
        for message in History(two).messages(conversation.id):
            History(two).sources(message.id)
    assert two.db.execute("SELECT count(*) FROM watched").fetchone()[0] == 0
    newer = tmp_path / "haema.json"
    newer.write_text('{"haema": "export", "version": 99}', encoding="utf-8")
    with pytest.raises(ExportTooNew):
        bring(newer, two)
