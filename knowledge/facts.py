"""Facts: what the user said about themselves and their world, each with its turn, and from when until when it holds.

A statement goes into a slot ("user|lives in"). What is in one slot stands in the order of the turns' times, whatever
the order in which they come to be read: each fact holds until the next one with another value begins. So a newer
statement ends an older one, which is kept as history; the same value said again is merged; and an import of old turns
ends nothing that is newer. Facts of a project, and of a sealed conversation, have slots of their own.

Only what is 'kept' is recalled. 'sensitive' ones wait for the user's yes; of a secret (a password, a card number) not
even a copy is kept until then. 'proposed' ones are a model's finds and wait for it too. SQLite only: the window's
process imports this file as well.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import time
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge.errors import FactEmpty, FactUnknown, SecretGone
from knowledge.sensitive import HIDDEN, masked
from knowledge.statement import Statement
from knowledge.stating import correcting, speaks_of_self, statements
from knowledge.store import Store

log = logging.getLogger(__name__)

FactKind = Literal["told", "noticed", "correction", "written"]
FactState = Literal["kept", "proposed", "sensitive", "declined"]
AT_ONCE = 10_000  # below SQLite's limit on variables
_COLUMNS = (
    "id, text, kind, state, slot, value, origin, conversation, project, valid_from, valid_until, successor, created"
)
_SAME_PLACE = "slot = ? AND project IS ? AND conversation IS ?"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact; times in Unix seconds. `valid_until` None: it holds. `conversation` is the sealed one it belongs to."""

    id: int
    text: str
    kind: FactKind
    state: FactState
    slot: str | None
    value: str | None
    origin: int | None
    conversation: str | None
    project: str | None
    valid_from: float
    valid_until: float | None
    successor: int | None
    created: float


@dataclass(frozen=True, slots=True)
class _Said:
    """A user's turn: what it says, where it stands, and when it was said."""

    id: int
    text: str
    author: str | None
    conversation: str | None  # where that is sealed
    project: str | None
    time: float
    asked: str | None  # the question that was answered just before,
    answer: int | None  # and the answer


# ---------------------------------------------------------------- what turns state


def consider(store: Store, message: int) -> list[Fact]:
    """Keep what the user's turn states; returns the facts it made or confirmed. A turn is considered once."""
    said = _said(store.db, message)
    found = _statements(said) if said is not None else []
    with store.transaction() as db:
        waited = db.execute("DELETE FROM unconsidered WHERE message = ?", (message,)).rowcount
        if said is None or not waited:
            return []
        if not found and speaks_of_self(said.text):
            db.execute("INSERT OR IGNORE INTO unproposed (message) SELECT id FROM messages WHERE id = ?", (message,))
        kept = [fact for statement in found if (fact := _take(db, statement, said)) is not None]
        return [_fact(db, id) for id in dict.fromkeys(kept)]


def consider_waiting(store: Store, stopped: Callable[[], bool], limit: int = 200) -> int:
    """Consider turns that nobody has looked at yet, oldest first, at most `limit`; returns how many there were."""
    waiting = store.db.execute("SELECT message FROM unconsidered ORDER BY message LIMIT ?", (limit,)).fetchall()
    done = 0
    for (message,) in waiting:
        if stopped():
            break
        consider(store, message)
        done += 1
    return done


def pass_over(store: Store, message: int) -> None:
    """Look for no facts in this turn: the user wants nothing of it remembered."""
    with store.transaction() as db:
        db.execute("DELETE FROM unconsidered WHERE message = ?", (message,))


def correct(store: Store, text: str, answer: int, now: float | None = None) -> Fact:
    """Keep what the user says is right in place of what `answer` says. Raises `FactUnknown`, `FactEmpty`."""
    text = _clean(text)
    row = store.db.execute(
        "SELECT a.conversation, a.created, q.id AS question, q.text AS asked, c.project, c.sealed FROM messages a"
        " JOIN conversations c ON c.id = a.conversation LEFT JOIN messages q ON q.id = a.parent AND q.role = 'user'"
        " WHERE a.id = ?",
        (answer,),
    ).fetchone()
    if row is None:
        raise FactUnknown(fact=str(answer))
    statement = correcting(text, row["asked"])
    sealed = row["conversation"] if row["sealed"] else None
    when = time.time() if now is None else now
    said = _Said(0, text, None, sealed, row["project"], max(when, row["created"]), row["asked"], answer)
    with store.transaction() as db:
        id = _take(db, statement, said)
        assert id is not None
        if row["question"] is not None:
            db.execute("UPDATE facts SET origin = ? WHERE id = ? AND origin IS NULL", (row["question"], id))
        return _fact(db, id)


def propose(store: Store, message: int, found: Sequence[Statement]) -> list[Fact]:
    """Keep a model's finds in this turn until the user says yes or no; a turn is asked about once."""
    said = _said(store.db, message)
    with store.transaction() as db:
        db.execute("DELETE FROM unproposed WHERE message = ?", (message,))
        if said is None:
            return []
        made = [id for one in found if (id := _take(db, one, said, state="proposed")) is not None]
        return [_fact(db, id) for id in dict.fromkeys(made)]


def unproposed(store: Store, limit: int) -> list[tuple[int, str]]:
    """Turns that a model may find facts in, the newest first, with their texts."""
    rows = store.db.execute(
        "SELECT m.id, m.text FROM unproposed u JOIN messages m ON m.id = u.message ORDER BY m.id DESC LIMIT ?", (limit,)
    )
    return [(row["id"], row["text"]) for row in rows]


# ---------------------------------------------------------------- what the user does with them


def facts(
    store: Store,
    *,
    state: FactState | None = None,
    project: str | None = None,
    everywhere: bool = True,
    past: bool = True,
) -> list[Fact]:
    """All facts, the newest first; those of `project` (None: of none) unless `everywhere`; `past`: with the ended."""
    conditions, values = ["1"], list[str | None]()
    if state is not None:
        conditions.append("state = ?")
        values.append(state)
    if not everywhere:
        conditions.append("project IS ? AND conversation IS NULL")
        values.append(project)
    if not past:
        conditions.append("valid_until IS NULL")
    rows = store.db.execute(
        f"SELECT {_COLUMNS} FROM facts WHERE {' AND '.join(conditions)} ORDER BY valid_from DESC, id DESC", values
    )
    return [Fact(**dict(row)) for row in rows]


def fact(store: Store, id: int) -> Fact:
    """Raises `FactUnknown`."""
    return _fact(store.db, id)


def history(store: Store, id: int) -> list[Fact]:
    """What was stated of the same thing over time, the oldest first. Raises `FactUnknown`."""
    one = _fact(store.db, id)
    if one.slot is None:
        return [one]
    rows = store.db.execute(
        f"SELECT {_COLUMNS} FROM facts WHERE {_SAME_PLACE} AND state = 'kept' ORDER BY valid_from, id",
        (one.slot, one.project, one.conversation),
    )
    found = [Fact(**dict(row)) for row in rows]
    return found if one in found else [*found, one]


def write(store: Store, text: str, *, project: str | None = None) -> Fact:
    """Keep a fact in the user's own hand: what they write down themselves is theirs to decide. Raises `FactEmpty`."""
    text = _clean(text)
    slot, value = _slot(text, None)
    statement = Statement(text, "told", slot, value)
    with store.transaction() as db:
        id = _take(
            db, statement, _Said(0, text, None, None, project, time.time(), None, None), kind="written", asked=True
        )
        assert id is not None
        return _fact(db, id)


def keep(store: Store, id: int) -> Fact:
    """The user says yes to a proposed, sensitive or declined fact. A secret is now taken from its turn.

    Raises `FactUnknown`, `SecretGone`.
    """
    with store.transaction() as db:
        one = _fact(db, id)
        text = one.text
        if one.state == "sensitive" and HIDDEN in text:
            text = _secret(db, one)
        db.execute("UPDATE facts SET state = 'kept', text = ? WHERE id = ?", (text, id))
        if (other := _same(db, one)) is not None:
            db.execute("UPDATE OR IGNORE fact_turns SET fact = ? WHERE fact = ?", (other, id))
            db.execute("DELETE FROM facts WHERE id = ?", (id,))
            id = other
        _order(db, one.slot, one.project, one.conversation)
        return _fact(db, id)


def decline(store: Store, id: int) -> None:
    """The user says no: a sensitive fact is gone, a proposed one is not proposed again. Raises `FactUnknown`."""
    with store.transaction() as db:
        one = _fact(db, id)
        if one.state == "sensitive":
            db.execute("DELETE FROM facts WHERE id = ?", (id,))
        else:
            db.execute("UPDATE facts SET state = 'declined' WHERE id = ?", (id,))
            _order(db, one.slot, one.project, one.conversation)


def edit(store: Store, id: int, text: str) -> Fact:
    """Give a fact other words; its turn is then out of date. Raises `FactUnknown`, `FactEmpty`."""
    text = _clean(text)
    with store.transaction() as db:
        one = _fact(db, id)
        slot, value = _slot(text, one)
        db.execute(
            "UPDATE facts SET text = ?, kind = 'written', state = 'kept', slot = ?, value = ? WHERE id = ?",
            (text, slot, value, id),
        )
        _order(db, one.slot, one.project, one.conversation)
        _order(db, slot, one.project, one.conversation)
        return _fact(db, id)


def end(store: Store, id: int, when: float | None = None) -> Fact:
    """The fact holds no more, from `when` on (None: now); it is kept as history. Raises `FactUnknown`."""
    with store.transaction() as db:
        one = _fact(db, id)
        if one.valid_until is None:
            until = max(one.valid_from, time.time() if when is None else when)
            db.execute("UPDATE facts SET valid_until = ? WHERE id = ?", (until, id))
        return _fact(db, id)


def turns_of(store: Store, ids: Iterable[int]) -> list[int]:
    """The turns that state these facts."""
    rows = _each(store.db, "SELECT DISTINCT message FROM fact_turns WHERE fact IN ({})", ids)
    return sorted(row["message"] for row in rows)


def move(db: sqlite3.Connection, ids: Iterable[int], *, project: str | None, conversation: str | None = None) -> None:
    """Have facts belong to a project (None: to none), or to a sealed conversation alone; what they leave and what they
    come to is put in the order of time."""
    moving, where = list(ids), "SELECT DISTINCT slot, project, conversation FROM facts WHERE id IN ({})"
    left = {tuple(row) for row in _each(db, where, moving)}
    db.executemany(
        "UPDATE facts SET project = ?, conversation = ? WHERE id = ?", [(project, conversation, id) for id in moving]
    )
    db.execute(  # what stands elsewhere ends nothing here
        "UPDATE facts SET valid_until = NULL, successor = NULL WHERE EXISTS (SELECT 1 FROM facts s"
        " WHERE s.id = facts.successor"
        " AND (s.project IS NOT facts.project OR s.conversation IS NOT facts.conversation))"
    )
    for place in left | {tuple(row) for row in _each(db, where, moving)}:
        _order(db, *place)


def outdated_turns(db: sqlite3.Connection, messages: Iterable[int]) -> set[int]:
    """Those of the messages that say what holds no more: a turn that states a fact which has ended, or was edited
    since; an answer to such a turn, or one that rested on it or on the fact, if it repeats the value; and an answer
    that was corrected."""
    every = list(messages)
    stating = _each(
        db,
        "SELECT t.message, t.value, f.valid_until IS NULL AND f.value IS t.value AS holds, f.slot"
        " FROM fact_turns t JOIN facts f ON f.id = t.fact WHERE f.state = 'kept' AND t.message IN ({})",
        every,
    )
    outdated = {row["message"] for row in stating if not row["holds"]}
    answers = _each(
        db,
        "SELECT m.id, m.text, f.value FROM messages m JOIN fact_turns t ON t.message = m.parent"
        " JOIN facts f ON f.id = t.fact WHERE m.role = 'assistant' AND f.valid_until IS NOT NULL AND m.id IN ({0})"
        " UNION SELECT m.id, m.text, f.value FROM messages m JOIN sources s ON s.message = m.id"
        " JOIN fact_turns t ON t.message = s.origin JOIN facts f ON f.id = t.fact"
        " WHERE m.role = 'assistant' AND f.valid_until IS NOT NULL AND m.id IN ({0})"
        " UNION SELECT m.id, m.text, f.value FROM messages m JOIN sources s ON s.message = m.id"
        " JOIN facts f ON f.id = s.fact WHERE m.role = 'assistant' AND f.valid_until IS NOT NULL AND m.id IN ({0})",
        every,
        times=3,
    )
    return outdated | {row["id"] for row in answers if _repeats(row["text"], row["value"])}


def _repeats(text: str, value: str | None) -> bool:
    return value not in (None, "", "yes", "no") and _folded(value or "") in _folded(text)


def _each(db: sqlite3.Connection, statement: str, ids: Iterable[int], *, times: int = 1) -> list[sqlite3.Row]:
    every = list(ids)
    rows: list[sqlite3.Row] = []
    for at in range(0, len(every), AT_ONCE):
        part = every[at : at + AT_ONCE]
        rows += db.execute(statement.format(",".join("?" * len(part))), part * times).fetchall()
    return rows


# ---------------------------------------------------------------- one statement into its place


def _said(db: sqlite3.Connection, message: int) -> _Said | None:
    """The user's turn. Its time is never before that of what was said before it: a clock may jump back."""
    row = db.execute(
        "SELECT m.id, m.text, m.author, m.conversation, m.role, m.state, c.project, c.sealed, q.text AS asked,"
        " a.id AS answer,"
        " (SELECT max(created) FROM messages WHERE conversation = m.conversation AND id <= m.id) AS time"
        " FROM messages m JOIN conversations c ON c.id = m.conversation"
        " LEFT JOIN messages a ON a.id = m.parent AND a.role = 'assistant'"
        " LEFT JOIN messages q ON q.id = a.parent AND q.role = 'user' WHERE m.id = ?",
        (message,),
    ).fetchone()
    if row is None or row["role"] != "user" or row["state"] == "writing":
        return None
    sealed = row["conversation"] if row["sealed"] else None
    return _Said(
        row["id"], row["text"], row["author"], sealed, row["project"], row["time"], row["asked"], row["answer"]
    )


def _statements(said: _Said) -> list[Statement]:
    return statements(said.text, author=said.author, asked=said.asked)


def _take(
    db: sqlite3.Connection,
    statement: Statement,
    said: _Said,
    *,
    state: FactState = "kept",
    kind: FactKind | None = None,
    asked: bool = False,
) -> int | None:
    """The fact's number; None where the user has declined it before. `asked`: the user has agreed to keep it."""
    text = statement.text
    slot = statement.slot if statement.slot is not None else f"said|{_folded(text)}"
    value = _folded(statement.value) if statement.value else "yes"
    if statement.sensitive is not None and not asked:
        state = "sensitive"
        if statement.sensitive == "secret":
            text, value = masked(text), HIDDEN
            slot = f"secret|{said.id}|{_folded(text)}"
    made: FactKind = kind or statement.kind
    place = (slot, said.project, said.conversation)
    same = db.execute(
        f"SELECT id, state, kind, valid_from, valid_until, successor FROM facts WHERE {_SAME_PLACE} AND value = ?"
        " ORDER BY valid_from DESC",
        (*place, value),
    ).fetchall()
    if made == "noticed" and any(row["state"] == "declined" for row in same):
        return None
    id = next((row["id"] for row in same if _joins(db, row, state, place, said.time)), None)
    if id is None:
        row = db.execute(
            "INSERT INTO facts (text, kind, state, slot, value, origin, conversation, project, valid_from, created)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (text, made, state, slot, value, said.id or None, said.conversation, said.project, said.time, time.time()),
        ).fetchone()
        id = int(row[0])
    else:
        db.execute("UPDATE facts SET valid_from = min(valid_from, ?) WHERE id = ?", (said.time, id))
    if said.id:
        db.execute("INSERT OR IGNORE INTO fact_turns (fact, message, value) VALUES (?, ?, ?)", (id, said.id, value))
    if made == "correction" and said.answer is not None:  # what is corrected: it gives another value
        db.execute("INSERT OR IGNORE INTO fact_turns (fact, message, value) VALUES (?, ?, '')", (id, said.answer))
    if state == "kept":
        db.execute(f"DELETE FROM facts WHERE {_SAME_PLACE} AND value = ? AND state = 'proposed'", (*place, value))
    _order(db, *place)
    if state == "kept" and value == "no":
        _end_likewise(db, id, place, said.time)
    return id


def _end_likewise(db: sqlite3.Connection, id: int, place: tuple[str, str | None, str | None], time: float) -> None:
    """ "I sold the car" ends "I bought a red car"; "my dog died" ends "my dog is called Rex"."""
    whose, _, what = place[0].rpartition("|")
    if not whose.endswith(("|owns", "|pet")):
        return
    rows = db.execute(
        "SELECT id, slot, text FROM facts WHERE slot > ? AND slot < ? AND project IS ? AND conversation IS ?"
        " AND state = 'kept' AND valid_until IS NULL AND valid_from <= ? AND value <> 'no'",
        (f"{whose}|", f"{whose}|\U0010ffff", *place[1:], time),
    ).fetchall()
    for row in rows:
        other = row["slot"].rpartition("|")[2]
        same = other.split()[-1:] == what.split() or (whose.endswith("|pet") and what in _folded(row["text"]).split())
        if same:
            db.execute("UPDATE facts SET valid_until = ?, successor = ? WHERE id = ?", (time, id, row["id"]))


def _joins(
    db: sqlite3.Connection, same: sqlite3.Row, state: str, place: tuple[str, str | None, str | None], time: float
) -> bool:
    """Whether a statement of the same value made at `time` merges with a fact: no other value stands between them."""
    if same["state"] != state and not (state == "proposed" and same["state"] == "kept"):
        return False
    if same["valid_until"] is not None and same["successor"] is None and time > same["valid_until"]:
        return False  # it was ended by hand, and begins anew
    first, last = sorted((same["valid_from"], time))
    between = db.execute(
        f"SELECT 1 FROM facts WHERE {_SAME_PLACE} AND state = 'kept' AND id <> ?"
        " AND valid_from > ? AND valid_from <= ?",
        (*place, same["id"], first, last),
    )
    return between.fetchone() is None


def _same(db: sqlite3.Connection, one: Fact) -> int | None:
    """Another kept fact that says the same and holds."""
    row = db.execute(
        f"SELECT id FROM facts WHERE {_SAME_PLACE} AND value IS ? AND state = 'kept' AND valid_until IS NULL"
        " AND id <> ?",
        (one.slot, one.project, one.conversation, one.value, one.id),
    ).fetchone()
    return None if row is None else int(row[0])


def _order(db: sqlite3.Connection, slot: str | None, project: str | None, conversation: str | None) -> None:
    """Let each kept fact of a slot hold until the next one begins; the last holds on, unless it was ended by hand."""
    rows = db.execute(
        f"SELECT id, value, valid_from, valid_until, successor FROM facts WHERE {_SAME_PLACE} AND state = 'kept'"
        " ORDER BY valid_from, id",
        (slot, project, conversation),
    ).fetchall()
    for row, after in zip(rows, [*rows[1:], None][: len(rows)], strict=True):
        if after is not None and after["value"] == row["value"]:  # what stood between them is gone
            db.execute("UPDATE OR IGNORE fact_turns SET fact = ? WHERE fact = ?", (after["id"], row["id"]))
            db.execute("UPDATE facts SET valid_from = ? WHERE id = ?", (row["valid_from"], after["id"]))
            db.execute("DELETE FROM facts WHERE id = ?", (row["id"],))
            continue
        if after is not None:
            until, successor = after["valid_from"], after["id"]
        elif row["successor"] is not None and row["successor"] in {other["id"] for other in rows}:
            until, successor = None, None  # what ended it stands before it now
        else:
            until, successor = row["valid_until"], row["successor"]
        if (until, successor) != (row["valid_until"], row["successor"]):
            db.execute("UPDATE facts SET valid_until = ?, successor = ? WHERE id = ?", (until, successor, row["id"]))


def _slot(text: str, before: Fact | None) -> tuple[str, str]:
    """Where a fact in the user's own hand belongs: what the rules read in it, else where it was."""
    found = statements(text, author=None, asked=None)
    if len(found) == 1 and found[0].slot is not None:
        return found[0].slot, _folded(found[0].value) if found[0].value else "yes"
    if before is not None and before.slot is not None and not before.slot.startswith("said|"):
        return before.slot, _folded(text)
    return f"said|{_folded(text)}", "yes"


def _secret(db: sqlite3.Connection, one: Fact) -> str:
    """The words of a secret as its turn has them; only now are they copied."""
    said = _said(db, one.origin) if one.origin is not None else None
    for statement in _statements(said) if said is not None else []:
        if statement.sensitive == "secret" and masked(statement.text) == one.text:
            return statement.text
    raise SecretGone(fact=str(one.id))


def _fact(db: sqlite3.Connection, id: int) -> Fact:
    row = db.execute(f"SELECT {_COLUMNS} FROM facts WHERE id = ?", (id,)).fetchone()
    if row is None:
        raise FactUnknown(fact=str(id))
    return Fact(**dict(row))


def _clean(text: str) -> str:
    words = " ".join(unicodedata.normalize("NFC", text).split())
    if not words:
        raise FactEmpty
    return words


def _folded(text: str) -> str:
    """A value or a slot's name so that the same is the same: case, width, spaces and marks at its ends do not count."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).casefold()).strip(" .,!?;:~\"'“”‘’")
