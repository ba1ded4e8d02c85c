"""What was forgotten and can be brought back for a while, where the user chose so: rows as JSON in the table `bin`.

Each message, fact and conversation is an entry of its own, with all that went with it. To everything else it is gone as
if it was deleted for good; it leaves the disk with its entry, when the user empties the bin or its time is over.

Time is the computer's clock, which may jump. An entry whose forgetting lies in the future was made by a wrong clock:
its days are counted anew from now, so that it does not stay for ever. Nothing returns but by `restore`.
"""

from __future__ import annotations

import base64
import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from knowledge.errors import NotInBin
from knowledge.facts import move
from knowledge.history import title_from
from knowledge.store import Store
from knowledge.unsaying import AMONG, QUOTING, Said, among

log = logging.getLogger(__name__)

BinKind = Literal["message", "fact", "conversation"]
DAY = 86400.0  # seconds
LINKS = 64  # messages before one, by which its place is found again
TITLE = 120  # characters
BLOB = "base64"


@dataclass(frozen=True, slots=True)
class Binned:
    """An entry of the bin; times in Unix seconds."""

    id: int
    kind: BinKind
    title: str  # a conversation's title, else the first words
    deleted: float
    until: float


# ---------------------------------------------------------------- in


def put(db: sqlite3.Connection, gone: Said, days: int, now: float) -> list[int]:
    """Keep what is about to be deleted, in the same transaction; returns the entries' ids."""
    whole = set(gone.conversations)
    of = dict(db.execute(f"SELECT id, conversation FROM messages WHERE id {AMONG}", (among(gone.messages),)).fetchall())
    origins = dict(db.execute(f"SELECT id, origin FROM facts WHERE id {AMONG}", (among(gone.facts),)).fetchall())
    sealed = dict(db.execute(f"SELECT id, conversation FROM facts WHERE id {AMONG}", (among(gone.facts),)).fetchall())
    entries: list[tuple[BinKind, str, dict[str, Any]]] = []
    for conversation in gone.conversations:
        turns = [id for id in gone.messages if of[id] == conversation]
        facts = [id for id in gone.facts if origins[id] in set(turns) or sealed[id] == conversation]
        entries.append(("conversation", *_entry(db, "conversation", conversation, turns, facts)))
    for id in (id for id in gone.messages if of[id] not in whole):
        stated = [fact for fact in gone.facts if origins[fact] == id]
        entries.append(("message", *_entry(db, "message", of[id], [id], stated)))
    loose = [id for id in gone.facts if origins[id] not in of and sealed[id] not in whole]
    entries += [("fact", *_entry(db, "fact", None, [], [id])) for id in loose]
    ids = []
    for kind, title, content in entries:
        kept = json.dumps(content, ensure_ascii=False)
        cursor = db.execute(
            "INSERT INTO bin (kind, title, content, deleted, until) VALUES (?, ?, ?, ?, ?)",
            (kind, " ".join(title.split())[:TITLE], kept, now, now + days * DAY),
        )
        assert cursor.lastrowid is not None
        ids.append(cursor.lastrowid)
    return ids


def _entry(
    db: sqlite3.Connection, kind: BinKind, conversation: str | None, turns: Sequence[int], facts: Sequence[int]
) -> tuple[str, dict[str, Any]]:
    """An entry's title and content: the rows, table by table, and how they hung together with what stays."""
    said, known = among(turns), among(facts)

    def rows(table: str, condition: str, *values: object) -> list[dict[str, Any]]:
        return [_kept(row) for row in db.execute(f"SELECT s.* FROM {table} s WHERE {condition}", values)]

    talk = rows("conversations", "id = ?", conversation)
    messages = rows("messages", f"id {AMONG} ORDER BY id", said)
    stated = rows("facts", f"id {AMONG} ORDER BY id", known)
    projects = {row["project"] for row in (*talk, *stated)} - {None}
    used = (
        f"(kind = 'message' AND item {AMONG}) OR (kind = 'fact' AND item {AMONG})",
        said,
        known,
    )
    words = next((str(row["text"]) for row in (*messages, *stated) if row["text"]), "")
    title = str(talk[0]["title"]) or words if kind == "conversation" else words
    return title, {
        "projects": rows("projects", f"id {AMONG}", among(projects)),
        "conversations": talk,
        "messages": messages,
        "images": rows("images", f"message {AMONG}", said),
        "facts": stated,
        "fact_turns": rows("fact_turns", f"fact {AMONG} OR message {AMONG}", known, said),
        "sources": rows("sources", f"message {AMONG} OR {QUOTING}", said, said, said, known),
        "uses": rows("uses", *used),
        "pins": rows("pins", *used),
        "unconsidered": [row["message"] for row in rows("unconsidered", f"message {AMONG}", said)],
        "ended": {fact: [row["id"] for row in rows("facts", "successor = ?", fact)] for fact in facts},
        "before": _before(db, turns[0]) if kind == "message" else None,
        "after": _after(db, turns[0]) if kind == "message" else None,
    }


def _before(db: sqlite3.Connection, id: int) -> list[int]:
    """What stands before a message, nearest first."""
    rows = db.execute(
        "WITH RECURSIVE before (id, parent, place) AS (SELECT id, parent, 0 FROM messages WHERE id = ?"
        " UNION ALL SELECT m.id, m.parent, place + 1 FROM messages m JOIN before b ON m.id = b.parent WHERE place < ?)"
        " SELECT id FROM before WHERE place > 0 ORDER BY place",
        (id, LINKS),
    )
    return [row["id"] for row in rows]


def _after(db: sqlite3.Connection, id: int) -> list[int]:
    """What stands after a message, nearest first, along all branches."""
    found: list[int] = []
    at = [id]
    while at and len(found) < LINKS:
        at = [row[0] for row in db.execute(f"SELECT id FROM messages WHERE parent {AMONG} ORDER BY id", (among(at),))]
        found += at
    return found


def _kept(row: sqlite3.Row) -> dict[str, Any]:
    return {
        name: {BLOB: base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in dict(row).items()
    }


# ---------------------------------------------------------------- what is there, and back


def contents(store: Store) -> list[Binned]:
    """What can be brought back, the latest first."""
    rows = store.db.execute("SELECT id, kind, title, deleted, until FROM bin ORDER BY id DESC")
    return [Binned(**dict(row)) for row in rows]


def restore(store: Store, id: int) -> Said:
    """Bring an entry back as far as what it hung on is still there; the outbox makes it recallable again. Returns what
    came back. Raises `NotInBin`."""
    with store.transaction() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")  # of a conversation's messages each may come before its parent
        row = db.execute("SELECT content FROM bin WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise NotInBin
        content = json.loads(row["content"])
        db.execute("DELETE FROM bin WHERE id = ?", (id,))
        _insert(db, "projects", content["projects"])
        for talk in content["conversations"]:
            if not _insert(db, "conversations", [talk]) and not _has(db, "conversations", talk["id"]):
                _insert(db, "conversations", [{**talk, "external_id": None}])  # imported again meanwhile
        messages = [_linked(db, row, content["before"]) for row in content["messages"]]
        came = [row["id"] for row in messages if _insert(db, "messages", [row])]
        if content["before"] is not None and came:
            _link_after(db, came[0], content["before"], content["after"])
            _name_again(db, messages[0], content["conversations"][0])
        _insert(db, "images", content["images"], lambda row: row["message"] in came)
        facts = [
            {**row, "origin": _there(db, "messages", row["origin"]), "successor": _there(db, "facts", row["successor"])}
            for row in content["facts"]
        ]
        facts = [row for row in facts if _there(db, "conversations", row["conversation"]) == row["conversation"]]
        known = [row["id"] for row in facts if _insert(db, "facts", [row])]
        for fact in known:
            ended = among(content["ended"].get(str(fact), ()))
            db.execute(f"UPDATE facts SET successor = ? WHERE id {AMONG} AND successor IS NULL", (fact, ended))
        _insert(db, "fact_turns", content["fact_turns"], lambda row: _joins_what_is_there(db, row))
        for row in facts:
            if row["id"] in known:  # where it stands among those that came meanwhile
                move(db, [row["id"]], project=row["project"], conversation=row["conversation"])
        _insert(db, "sources", content["sources"], lambda row: _quotes_what_is_there(db, row))
        for table in ("uses", "pins"):
            _insert(db, table, content[table], lambda row: row["item"] in (came if row["kind"] == "message" else known))
        considered = set(came) - set(content["unconsidered"])
        db.execute(f"DELETE FROM unconsidered WHERE message {AMONG}", (among(considered),))
        return Said(tuple(came), tuple(known), tuple(talk["id"] for talk in content["conversations"]))


def _insert(
    db: sqlite3.Connection,
    table: str,
    rows: Iterable[Mapping[str, Any]],
    wanted: Callable[[Mapping[str, Any]], bool] = lambda row: True,
) -> int:
    """Insert rows whose place is free, in the columns that the table has today; returns how many."""
    columns = {row[1] for row in db.execute(f"PRAGMA table_info({table})")}
    count = 0
    for row in filter(wanted, rows):
        names = [name for name in row if name in columns]
        values = [base64.b64decode(v[BLOB]) if isinstance(v := row[name], dict) else v for name in names]
        statement = f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        count += db.execute(statement, values).rowcount
    return count


def _linked(db: sqlite3.Connection, row: Mapping[str, Any], before: Sequence[int] | None) -> dict[str, Any]:
    """A message after the nearest of those before it that are there; one whose whole conversation comes back, as it
    was."""
    if before is None:
        return dict(row)
    return {**row, "parent": next((id for id in before if _has(db, "messages", id)), None)}


def _link_after(db: sqlite3.Connection, turn: int, before: Sequence[int], after: Iterable[int]) -> None:
    """What stood after a message and was linked past it stands after it again."""
    for heir in after:
        db.execute(
            f"UPDATE messages SET parent = ? WHERE id = ? AND (parent {AMONG} OR parent IS NULL)",
            (turn, heir, among(before)),
        )


def _name_again(db: sqlite3.Connection, message: Mapping[str, Any], talk: Mapping[str, Any]) -> None:
    """A conversation that was called after the message is so again, unless the user has called it something."""
    if message["role"] == "user" and talk["title"] == title_from(message["text"]):
        db.execute("UPDATE conversations SET title = ? WHERE id = ? AND titled = 0", (talk["title"], talk["id"]))


def _quotes_what_is_there(db: sqlite3.Connection, row: Mapping[str, Any]) -> bool:
    """Whether the answer and everything that it quotes are in the store: none of it was forgotten meanwhile."""
    item = json.loads(row["item"])
    return (
        _has(db, "messages", row["message"])
        and all(_has(db, "messages", id) for id in item.get("messages", ()))
        and all(row.get(name) is None or _has(db, table, row[name]) for name, table in REFERENCES.items())
    )


def _joins_what_is_there(db: sqlite3.Connection, row: Mapping[str, Any]) -> bool:
    return _has(db, "facts", row["fact"]) and _has(db, "messages", row["message"])


REFERENCES = {"origin": "messages", "document": "documents", "fact": "facts"}


def _there(db: sqlite3.Connection, table: str, id: int | None) -> int | None:
    return id if id is not None and _has(db, table, id) else None


def _has(db: sqlite3.Connection, table: str, id: int | str) -> bool:
    return db.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone() is not None


# ---------------------------------------------------------------- out


def expired(store: Store, now: float) -> list[int]:
    """The entries whose time is over. Those made by a clock that was ahead of `now` get their days from now on."""
    if not store.db.execute("SELECT 1 FROM bin WHERE deleted > ? OR until <= ?", (now, now)).fetchone():
        return []
    with store.transaction() as db:
        db.execute("UPDATE bin SET until = ? + (until - deleted), deleted = ? WHERE deleted > ?", (now, now, now))
        return [row["id"] for row in db.execute("SELECT id FROM bin WHERE until <= ?", (now,))]


def take_out(db: sqlite3.Connection, ids: Iterable[int]) -> Said:
    """Delete entries, and what others quote of them; returns what they held. To be cleared from the disk by the
    caller."""
    messages: list[int] = []
    facts: list[int] = []
    conversations: list[str] = []
    touched: list[str] = []
    for id, kind, content in db.execute(
        f"SELECT id, kind, content FROM bin WHERE id {AMONG}", (among(ids),)
    ).fetchall():
        held = json.loads(content)
        messages += [row["id"] for row in held["messages"]]
        facts += [row["id"] for row in held["facts"]]
        touched += [row["id"] for row in held["conversations"]]
        if kind == "conversation":
            conversations.append(touched[-1])
        db.execute("DELETE FROM bin WHERE id = ?", (id,))
    gone = Said(tuple(messages), tuple(facts), tuple(conversations))
    leave_out(db, gone, touched)
    return gone


def leave_out(db: sqlite3.Connection, gone: Said, touched: Iterable[str] = (), documents: Iterable[int] = ()) -> None:
    """Have entries lose what they quote of messages, facts and documents that are forgotten for good, and the titles
    that the conversations of these had."""
    talks, turns, known, papers = set(touched), set(gone.messages), set(gone.facts), set(documents)
    rows = db.execute(
        f"SELECT id, content FROM bin WHERE json_array_length(content, '$.sources')"
        f" OR json_extract(content, '$.conversations[0].id') {AMONG}",
        (among(talks),),
    )
    for id, content in rows.fetchall():
        held = json.loads(content)
        held["sources"] = [row for row in held["sources"] if not _quotes(row, talks, turns, known, papers)]
        for talk in held["conversations"]:
            named = db.execute("SELECT title FROM conversations WHERE id = ?", (talk["id"],)).fetchone()
            if talk["id"] in talks and named is not None:
                talk["title"] = named["title"]
        if (now := json.dumps(held, ensure_ascii=False)) != content:
            db.execute("UPDATE bin SET content = ? WHERE id = ?", (now, id))


def _quotes(row: Mapping[str, Any], talks: set[str], messages: set[int], facts: set[int], documents: set[int]) -> bool:
    item = json.loads(row["item"])
    quoted = {row["origin"], *item.get("messages", ())}
    return bool(
        messages & quoted
        or item.get("conversation") in talks
        or {item.get("fact"), row.get("fact")} & facts
        or row["document"] in documents
    )


def of_conversations(db: sqlite3.Connection, conversations: Iterable[str]) -> list[int]:
    """The entries of these conversations."""
    condition = f"json_extract(content, '$.conversations[0].id') {AMONG}"
    return [row[0] for row in db.execute(f"SELECT id FROM bin WHERE {condition}", (among(conversations),))]
