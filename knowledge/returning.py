"""Haema's own export back into the memory: each record becomes the rows it was made of, under new numbers.

What is here already stays as it is: a conversation gets the messages it lacks, a document, a fact or a project that is
known is left alone. The file may come from anyone, so every value is taken for what it should be or not at all, folders
are not watched and no setting is taken that says where something is or goes.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, get_args

from knowledge.chats.values import listed, mapping, text
from knowledge.errors import ExportTooNew
from knowledge.history import Role, State
from knowledge.messages import Recalled
from knowledge.own_records import (
    MARK,
    SETTINGS,
    VERSION,
    columns,
    digest,
    find_fact,
    find_message,
    find_passage,
    message_id,
)
from knowledge.threads import Arrivals, settle_project

Storing = Callable[[sqlite3.Connection], None]

_OWN_ID = re.compile(r"[0-9a-f]{32}")
_ITEM: Mapping[str, tuple[type, ...]] = {  # of a source, what is kept as it stands
    "kind": (str,),
    "text": (str,),
    "score": (int, float),
    "parts": (dict,),
    "why": (list,),
    "matches": (list,),
    "tokens": (int,),
    "path": (str, type(None)),
    "page": (int, type(None)),
    "heading": (str, type(None)),
    "conversation": (str, type(None)),
    "title": (str, type(None)),
    "author": (str, type(None)),
    "role": (str, type(None)),
    "time": (int, float, type(None)),
    "external_ids": (list,),
    "collection": (str, type(None)),
    "fact_kind": (str, type(None)),
    "valid_until": (int, float, type(None)),
    "project": (str, type(None)),
}
_NEEDED = ("kind", "text", "score", "parts", "why", "matches", "tokens")
FACT_KINDS = ("told", "noticed", "correction", "written")
FACT_STATES = ("kept", "proposed", "sensitive", "declined")


class Returning:
    """Stores the records of one export; `arrivals` counts. Conversations may have other ids here."""

    def __init__(self, arrivals: Arrivals, picture: Callable[[str], bytes | None]) -> None:
        self._arrivals, self._picture = arrivals, picture
        self._ids: dict[str, str] = {}  # of conversations: here, by those in the file

    def storing(self, record: Mapping[str, Any]) -> Storing | None:
        """What is to be done with a record; None where it is none of Haema's. Raises `ExportTooNew`."""
        store: Callable[[Mapping[str, Any], sqlite3.Connection], None]
        match record.get(MARK):
            case "export":
                version = record.get("version")
                if not isinstance(version, int) or version > VERSION:
                    raise ExportTooNew(version=str(version)[:20], known=str(VERSION))
                store = self._settings
            case "project":
                store = self._project
            case "document":
                store = self._document
            case "conversation":
                store = self._conversation
            case "fact":
                store = self._fact
            case "succession":
                store = self._succession
            case "source":
                store = self._source
            case "pin" | "use":
                store = self._mark
            case _:
                return None
        return lambda db: store(record, db)

    # ------------------------------------------------------------ rows

    def _settings(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        for name, value in mapping(record.get("settings")).items():
            if name in SETTINGS and isinstance(value, SETTINGS[name]):
                db.execute("INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)", (name, json.dumps(value)))

    def _project(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        if id := text(record.get("id")):
            settle_project(db, id, text(record.get("name")), _moment(record.get("created")))

    def _belongs(self, project: object, db: sqlite3.Connection) -> str | None:
        """What belongs to a project that the file does not tell of belongs to a new one: never to none."""
        if not isinstance(project, str) or not project:
            return self._arrivals.project
        return settle_project(db, text(project), "", None)

    def _document(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        path = text(record.get("path"))
        if not path or db.execute("SELECT 1 FROM documents WHERE path = ?", (path,)).fetchone() is not None:
            return
        status = "refused" if record.get("status") == "refused" else "indexed"
        row = {**_plain(record), "path": path, "status": status, "project": self._belongs(record.get("project"), db)}
        document = _insert(db, "documents", {**row, "attempts": 0, "id": None})
        for ordinal, passage in enumerate(map(mapping, listed(record.get("passages")))):
            place = passage.get("ordinal")
            known = {
                **_plain(passage),
                "id": None,
                "document": document,
                "ordinal": place if isinstance(place, int) else ordinal,
                "text": text(passage.get("text")),
                "start": passage.get("start") if isinstance(passage.get("start"), int) else 0,
            }
            _insert(db, "passages", known, or_ignore=True)
        self._arrivals.documents += 1

    def _conversation(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        given, external = text(record.get("id")), text(record.get("external_id")) or None
        row = db.execute(
            "SELECT id FROM conversations WHERE id = ? OR external_id = ? ORDER BY id = ? DESC LIMIT 1",
            (given, external, given),
        ).fetchone()
        if row is not None:
            here = row["id"]
        else:
            here = given if _OWN_ID.fullmatch(given) else uuid.uuid4().hex
            about = {
                **_plain(record),
                "id": here,
                "title": text(record.get("title")),
                "titled": bool(record.get("titled")),
                "sealed": bool(record.get("sealed")),
                "updated": _moment(record.get("updated")) or time.time(),
                "external_id": external or (given if here != given else None),
                "options": _json(record.get("options")),
                "project": self._belongs(record.get("project"), db),
            }
            _insert(db, "conversations", about)
        self._ids[given] = here
        new = self._messages(record, given, here, db)
        if row is None or new:
            self._episodes(record, here, db)
        self._arrivals.conversations += bool(new)

    def _messages(self, record: Mapping[str, Any], given: str, here: str, db: sqlite3.Connection) -> int:
        ids: dict[str, int] = {
            message_id(row["external_id"], given, row["id"]): row["id"]
            for row in db.execute("SELECT id, external_id FROM messages WHERE conversation = ?", (here,))
        }
        new: list[tuple[int, object]] = []
        for message in map(mapping, listed(record.get("messages"))):
            id, role, state = text(message.get("id")), message.get("role"), message.get("state")
            if not id or role not in get_args(Role):
                continue
            if id in ids:
                self._arrivals.known += 1
                continue
            about = {
                **_plain(message),
                "id": None,
                "conversation": here,
                "parent": None,
                "role": role,
                "text": text(message.get("text")),
                "state": state if state in get_args(State) and state != "writing" else "complete",
                "external_id": id,
                "details": _json(message.get("details")),
            }
            number = ids[id] = _insert(db, "messages", about)
            new.append((number, message.get("parent")))
            self._beside(message, number, db)
        for number, parent in new:
            if isinstance(parent, str) and parent in ids and ids[parent] != number:
                db.execute("UPDATE messages SET parent = ? WHERE id = ?", (ids[parent], number))
        self._arrivals.messages += len(new)
        return len(new)

    def _beside(self, message: Mapping[str, Any], number: int, db: sqlite3.Connection) -> None:
        """What hangs on a message: pictures, the summary up to it, and whether facts were looked for in it."""
        if message.get("considered") is True:
            db.execute("DELETE FROM unconsidered WHERE message = ?", (number,))
        if message.get("unproposed") is True:
            db.execute("INSERT OR IGNORE INTO unproposed (message) VALUES (?)", (number,))
        for place, image in enumerate(map(mapping, listed(message.get("images"))), start=1):
            data = self._picture(text(image.get("file")))
            if data is None:
                self._arrivals.left_out["files"] += 1
                continue
            shown = (number, place, text(image.get("name")), data)
            db.execute("INSERT INTO images (message, place, name, data) VALUES (?, ?, ?, ?)", shown)
        summary = mapping(message.get("summary"))
        if words := text(summary.get("text")):
            when = _moment(summary.get("created")) or time.time()
            db.execute("INSERT INTO summaries (message, text, created) VALUES (?, ?, ?)", (number, words, when))

    def _episodes(self, record: Mapping[str, Any], here: str, db: sqlite3.Connection) -> None:
        for episode in map(mapping, listed(record.get("episodes"))):
            turns = [find_message(db, [here, id]) for id in listed(episode.get("turns"))]
            words, level = text(episode.get("text")), episode.get("level")
            if None in turns or not turns or not words or level not in ("episode", "conversation"):
                continue
            about = {
                **_plain(episode),
                "id": None,
                "conversation": here,
                "level": level,
                "text": words,
                "digest": text(episode.get("digest")),
            }
            number = _insert(db, "episodes", about)
            db.executemany(
                "INSERT OR IGNORE INTO episode_turns (episode, message) VALUES (?, ?)",
                [(number, turn) for turn in turns],
            )

    def _fact(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        words, created = text(record.get("text")), _moment(record.get("created"))
        kind, state = record.get("kind"), record.get("state")
        if not words or created is None or kind not in FACT_KINDS or state not in FACT_STATES:
            return
        if find_fact(db, [created, digest(words)]) is not None:
            return
        conversation = record.get("conversation")
        if conversation is not None:  # it belongs to a sealed one, without which it would be told everywhere
            conversation = self._here(conversation, db)
            if conversation is None:
                return
        about = {
            **_plain(record),
            "id": None,
            "text": words,
            "origin": find_message(db, self._name(record.get("origin"), db)),
            "successor": None,
            "conversation": conversation,
            "project": self._belongs(record.get("project"), db),
            "valid_from": _moment(record.get("valid_from")) or created,
            "valid_until": _moment(record.get("valid_until")),
        }
        fact = _insert(db, "facts", about)
        for turn in map(mapping, listed(record.get("turns"))):
            message = find_message(db, self._name(turn.get("message"), db))
            if message is not None:
                values = (fact, message, text(turn.get("value")))
                db.execute("INSERT OR IGNORE INTO fact_turns (fact, message, value) VALUES (?, ?, ?)", values)
        self._arrivals.facts += 1

    def _succession(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        fact, successor = find_fact(db, record.get("fact")), find_fact(db, record.get("successor"))
        if fact is not None and successor is not None and fact != successor:
            db.execute("UPDATE facts SET successor = ? WHERE id = ? AND successor IS NULL", (successor, fact))

    def _source(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        """What an answer rested on; nothing, where the origin is not here: forgetting it forgets the words."""
        message = find_message(db, self._name(record.get("message"), db))
        place, given = record.get("place"), mapping(record.get("item"))
        item = {name: value for name, value in given.items() if name in _ITEM and isinstance(value, _ITEM[name])}
        if message is None or not isinstance(place, int) or any(name not in item for name in _NEEDED):
            return
        messages = [find_message(db, self._name(name, db)) for name in listed(record.get("messages"))]
        passages = [find_passage(db, name) for name in listed(record.get("passages"))]
        found = db.execute("SELECT id FROM documents WHERE path = ?", (text(record.get("document")),)).fetchone()
        document = found["id"] if found is not None else None
        fact = find_fact(db, record.get("fact"))
        lost = (record.get("document") and document is None) or (record.get("fact") and fact is None)
        if lost or None in messages or None in passages or not _is_sound(item):
            return
        if item.get("conversation"):
            item["conversation"] = self._here(item["conversation"], db)
        kind: str
        numbers: list[int | None]
        match item["kind"]:
            case "document":
                kind, numbers = "passage", passages
            case "conversation":
                kind, numbers = "message", messages
            case "fact":
                kind, numbers = "fact", [fact]
            case _:
                return
        item |= {
            "id": f"{kind}:{numbers[0] if numbers else ''}",
            "messages": messages,
            "passages": passages,
            "document": document,
            "fact": fact,
        }
        known = {field.name for field in fields(Recalled)}
        words = json.dumps({name: value for name, value in item.items() if name in known}, ensure_ascii=False)
        db.execute(
            "INSERT OR IGNORE INTO sources (message, place, document, origin, fact, item) VALUES (?, ?, ?, ?, ?, ?)",
            (message, place, document, messages[0] if messages else None, fact, words),
        )

    def _mark(self, record: Mapping[str, Any], db: sqlite3.Connection) -> None:
        kind, name = record.get("kind"), record.get("item")
        match kind:
            case "message":
                item = find_message(db, self._name(name, db))
            case "passage":
                item = find_passage(db, name)
            case "fact":
                item = find_fact(db, name)
            case _:
                return
        if item is not None:
            table = "pins" if record[MARK] == "pin" else "uses"
            _insert(db, table, {**_plain(record), "kind": kind, "item": item}, or_ignore=True)

    # ------------------------------------------------------------ names

    def _here(self, conversation: object, db: sqlite3.Connection) -> str | None:
        if not isinstance(conversation, str):
            return None
        here = self._ids.get(conversation, conversation)
        row = db.execute(
            "SELECT id FROM conversations WHERE id = ? OR external_id = ? LIMIT 1", (here, here)
        ).fetchone()
        return row["id"] if row is not None else None

    def _name(self, name: object, db: sqlite3.Connection) -> list[Any] | None:
        match name:
            case [str(conversation), str(id)]:
                return [self._here(conversation, db), id]
        return None


# ---------------------------------------------------------------- values


def _insert(db: sqlite3.Connection, table: str, row: Mapping[str, Any], *, or_ignore: bool = False) -> int:
    """Insert what of `row` the table has a column for; times that are missing are now."""
    known = {name: row[name] for name in columns(db, table) if name in row}
    for name in ("created", "added", "last", "valid_from"):
        if name in known and known[name] is None and table != "documents":
            known[name] = time.time()
    names = ", ".join(known)
    verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
    cursor = db.execute(f"{verb} INTO {table} ({names}) VALUES ({', '.join('?' * len(known))})", list(known.values()))
    return cursor.lastrowid or 0


# What a column of a table holds, where a value goes into it as it is.
_TEXTS = (
    "collection",
    "title",
    "sha256",
    "reason",
    "author",
    "language",
    "changed",
    "heading",
    "model",
    "slot",
    "value",
)
_NUMBERS = ("size", "modified", "added", "created", "updated", "page", "last", "count", "valid_from", "valid_until")
_CHOICES = ("kind", "state", "level")


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a record that go into a column of their name as they are, if they are of its type.

    A document's own date is a text, all other `created` are times.
    """
    row: dict[str, Any] = {}
    for name in _TEXTS:
        if name in record:
            row[name] = text(record[name]) if isinstance(record[name], str) else None
    for name in _NUMBERS:
        if name in record:
            row[name] = record[name] if _is_number(record[name]) else None
    for name in _CHOICES:
        if isinstance(record.get(name), str):
            row[name] = record[name]
    if record.get(MARK) == "document":
        row["created"] = text(record["created"]) if isinstance(record.get("created"), str) else None
        row["added"] = row.get("added") or time.time()
    return row


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18 and math.isfinite(value)


def _moment(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and _is_number(value) else None


def _json(value: object) -> str | None:
    """An object as it is stored; anything else counts as none."""
    return (
        json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode() if isinstance(value, dict) else None
    )


def _is_sound(item: Mapping[str, Any]) -> bool:
    """Whether a source can be shown: its parts are numbers, its matches lie in its text."""
    return (
        all(isinstance(name, str) and _is_number(value) for name, value in item["parts"].items())
        and all(isinstance(name, str) for name in (*item["why"], *item.get("external_ids", ())))
        and all(
            isinstance(match, list) and len(match) == 2 and all(isinstance(place, int) for place in match)
            for match in item["matches"]
        )
        and all(0 <= start <= end <= len(item["text"]) for start, end in item["matches"])
    )
