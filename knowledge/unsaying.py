"""Deleting what was said from a store's tables: the rows themselves, and whatever quotes or sums them up.

A message's words stand in more rows than its own: in the sources of answers that rested on it, in the summary of what
came before, in a conversation's title taken from its first prompt, in facts. All of them go in one transaction. What
stood after a message is linked to what stood before it, so that the branch goes on. What stays: other messages, even
where an answer repeats the words, for they are things that were said as well, and can be forgotten as such.

Works on stores of any schema, for a newer one's copies of older ones lose the same rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from knowledge.history import title_from

AMONG = "IN (SELECT value FROM json_each(?))"
QUOTING = (  # rows of `sources` that hold the words of messages (twice) or facts
    f"s.origin {AMONG} OR EXISTS (SELECT 1 FROM json_each(s.item, '$.messages') WHERE value {AMONG})"
    f" OR json_extract(s.item, '$.fact') {AMONG}"
)


@dataclass(frozen=True, slots=True)
class Said:
    """Messages, facts and whole conversations: as they stand in the tables, whatever belongs to them included."""

    messages: tuple[int, ...] = ()
    facts: tuple[int, ...] = ()
    conversations: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.messages or self.facts or self.conversations)


def said(db: sqlite3.Connection, messages: Iterable[int], facts: Iterable[int], conversations: Iterable[str]) -> Said:
    """Those that are there, with a conversation's messages, and the facts that rest on any of them."""
    talks = _column(db, f"SELECT id FROM conversations WHERE id {AMONG}", among(conversations))
    turns = _column(
        db,
        f"SELECT id FROM messages WHERE id {AMONG} OR conversation {AMONG} ORDER BY id",
        among(messages),
        among(talks),
    )
    known: list[int] = []
    if "facts" in _tables(db):
        known = _column(
            db,
            f"SELECT id FROM facts WHERE id {AMONG} OR origin {AMONG} OR conversation {AMONG} ORDER BY id",
            among(facts),
            among(turns),
            among(talks),
        )
    return Said(tuple(turns), tuple(known), tuple(talks))


def delete_said(db: sqlite3.Connection, gone: Said) -> set[str]:
    """Delete it all, inside a transaction; returns the conversations of which the model may have kept words."""
    tables = _tables(db)
    turns, known = among(gone.messages), among(gone.facts)
    touched = set(_column(db, f"SELECT DISTINCT conversation FROM messages WHERE id {AMONG}", turns))
    touched |= set(gone.conversations)
    quoting = db.execute(f"SELECT rowid, message FROM sources s WHERE {QUOTING}", (turns, turns, known)).fetchall()
    answers = among({message for _, message in quoting})
    touched |= set(_column(db, f"SELECT DISTINCT conversation FROM messages WHERE id {AMONG}", answers))
    db.executemany("DELETE FROM sources WHERE rowid = ?", [(row,) for row, _ in quoting])
    if "summaries" in tables:
        db.execute(
            "DELETE FROM summaries WHERE message IN (SELECT id FROM messages WHERE conversation IN"
            f" (SELECT conversation FROM messages WHERE id {AMONG}))",
            (turns,),
        )
    db.execute(  # what an answer that read whole documents keeps of the question
        "UPDATE messages SET details = json_set(details, '$.whole.about', '')"
        f" WHERE parent {AMONG} AND json_valid(details) AND json_type(details, '$.whole') = 'object'",
        (turns,),
    )
    for conversation in touched - set(gone.conversations):
        _rename(db, conversation, gone.messages)
    _link_past(db, gone.messages)
    if "facts" in tables:
        db.execute(f"DELETE FROM facts WHERE id {AMONG}", (known,))
    db.execute(f"DELETE FROM messages WHERE id {AMONG}", (turns,))
    db.execute(f"DELETE FROM conversations WHERE id {AMONG}", (among(gone.conversations),))
    return touched


def consider_again(db: sqlite3.Connection, facts: Iterable[int], leaving: Iterable[int]) -> None:
    """Other turns that say the same as facts whose origins are `leaving` are looked at anew, for the facts come back in
    their words."""
    db.execute(
        "INSERT OR IGNORE INTO unconsidered (message) SELECT t.message FROM fact_turns t"
        " JOIN messages m ON m.id = t.message AND m.role = 'user'"
        f" WHERE t.fact {AMONG} AND t.message NOT {AMONG}",
        (among(facts), among(leaving)),
    )


def among(items: Iterable[object]) -> str:
    """For a condition with `AMONG`: any number of items, where SQLite takes only so many variables."""
    return json.dumps(list(items))


def _rename(db: sqlite3.Connection, conversation: str, gone: Collection[int]) -> None:
    """A title taken from a prompt that goes is taken from the next one; also where sources name the conversation."""
    row = db.execute("SELECT title, titled FROM conversations WHERE id = ?", (conversation,)).fetchone()
    if row is None or row[1] or not row[0]:
        return
    old, leaving, new = row[0], set(gone), ""
    from_gone = False
    for id, text in db.execute(
        "SELECT id, text FROM messages WHERE conversation = ? AND role = 'user' ORDER BY id", (conversation,)
    ):
        if id in leaving:
            from_gone = from_gone or title_from(text) == old
        elif not new:
            new = title_from(text)
    if not from_gone:
        return
    db.execute("UPDATE conversations SET title = ? WHERE id = ?", (new, conversation))
    db.execute(
        "UPDATE sources SET item = json_set(item, '$.title', ?)"
        " WHERE json_extract(item, '$.conversation') = ? AND json_extract(item, '$.title') = ?",
        (new, conversation, old),
    )


def _link_past(db: sqlite3.Connection, gone: Collection[int]) -> None:
    """What stood after messages that go stands after what stood before them."""
    leaving = among(gone)
    parents = dict(db.execute(f"SELECT id, parent FROM messages WHERE id {AMONG}", (leaving,)).fetchall())
    heirs = db.execute(
        f"SELECT id, parent FROM messages WHERE parent {AMONG} AND id NOT {AMONG}", (leaving, leaving)
    ).fetchall()
    for heir, parent in heirs:
        at: int | None = parent
        met: set[int] = set()
        while at is not None and at in parents and at not in met:
            met.add(at)
            at = parents[at]
        db.execute("UPDATE messages SET parent = ? WHERE id = ?", (None if at in met else at, heir))


def _tables(db: sqlite3.Connection) -> set[str]:
    return {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _column(db: sqlite3.Connection, statement: str, *values: str) -> list[Any]:
    return [row[0] for row in db.execute(statement, values)]
