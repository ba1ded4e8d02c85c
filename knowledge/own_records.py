"""Haema's own export as records: what stands in each, and how one record names what stands in another.

A record is a JSON object whose key "haema" says what it is of; the other keys are the columns of its table. Numbers of
rows mean nothing in another data folder, so a message is named by its conversation and its id there, a passage by its
document's path and its place, a fact by when it was taken in and a digest of its words.
"""

from __future__ import annotations

import hashlib
import sqlite3
from typing import Any

MARK = "haema"
VERSION = 1
SETTINGS: dict[str, type] = {"language": str, "theme": str, "memory": bool, "preset": str}  # that hold no secret

Name = tuple[str, str] | tuple[str, int] | tuple[float, str]


def message_id(external_id: str | None, conversation: str, number: int) -> str:
    """By what a message goes in its conversation: its id in the export it came from, or one made of its number."""
    return external_id if external_id is not None else f"{conversation}/{number}"


def message_name(db: sqlite3.Connection, number: int) -> tuple[str, str] | None:
    row = db.execute("SELECT conversation, external_id FROM messages WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    return row["conversation"], message_id(row["external_id"], row["conversation"], number)


def passage_name(db: sqlite3.Connection, number: int) -> tuple[str, int] | None:
    row = db.execute(
        "SELECT path, ordinal FROM passages JOIN documents ON documents.id = document WHERE passages.id = ?", (number,)
    ).fetchone()
    return (row["path"], row["ordinal"]) if row is not None else None


def fact_name(db: sqlite3.Connection, number: int) -> tuple[float, str] | None:
    row = db.execute("SELECT created, text FROM facts WHERE id = ?", (number,)).fetchone()
    return (row["created"], digest(row["text"])) if row is not None else None


def find_message(db: sqlite3.Connection, name: Any) -> int | None:
    """The number here of a message that a record names."""
    match name:
        case [str(conversation), str(id)]:
            row = db.execute(
                "SELECT id FROM messages WHERE conversation = ? AND external_id = ?", (conversation, id)
            ).fetchone()
            if row is None and id.startswith(f"{conversation}/") and id[len(conversation) + 1 :].isdecimal():
                row = db.execute(
                    "SELECT id FROM messages WHERE conversation = ? AND external_id IS NULL AND id = ?",
                    (conversation, int(id[len(conversation) + 1 :][:18])),
                ).fetchone()
            return row["id"] if row is not None else None
    return None


def find_passage(db: sqlite3.Connection, name: Any) -> int | None:
    match name:
        case [str(path), int(ordinal)]:
            row = db.execute(
                "SELECT passages.id FROM passages JOIN documents ON documents.id = document"
                " WHERE path = ? AND ordinal = ?",
                (path, ordinal),
            ).fetchone()
            return row["id"] if row is not None else None
    return None


def find_fact(db: sqlite3.Connection, name: Any) -> int | None:
    match name:
        case [float() | int() as created, str(words)]:
            for row in db.execute("SELECT id, text FROM facts WHERE created = ?", (created,)):
                if digest(row["text"]) == words:
                    return int(row["id"])
    return None


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def columns(db: sqlite3.Connection, table: str, *without: str) -> list[str]:
    """The columns of a table, as this schema has them."""
    return [row["name"] for row in db.execute(f"PRAGMA table_info({table})") if row["name"] not in without]
