"""What is remembered as someone looks through it: found by words, kind, time, conversation, project; a part at a time.

A memory goes by one number, its key: the number of its row, and which table that is in. So a list of a hundred thousand
is a list of numbers (`find`), and what a row says is read for those in sight (`remembered`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from knowledge.store import Store

Kind = Literal["message", "passage", "fact"]
Group = Literal["facts", "open", "said", "documents", "pinned"]
Step = Literal["month", "week"]
KINDS: tuple[Kind, ...] = ("message", "passage", "fact")
TOGETHER = 500  # rows in one question to SQLite
ROW_LETTERS = 240  # of a text, for its row
FOUND = 5000  # rows with the very words, at most


@dataclass(frozen=True, slots=True)
class Looked:
    """What is looked for: all `words`; of a group ("open": facts that wait for the user's word); from `since` on and
    before `until` (Unix seconds); in a conversation; of a project ("" is none)."""

    words: str = ""
    group: Group | None = None
    since: float | None = None
    until: float | None = None
    conversation: str | None = None
    project: str | None = None


@dataclass(frozen=True, slots=True)
class Remembered:
    """A memory as its row shows it. `text` are its first letters; `time` in Unix seconds: when it was said, since when
    a fact holds, when a document was added; `uses`: how many answers rested on it."""

    key: int
    kind: Kind
    item: int
    text: str
    time: float
    conversation: str | None = None
    title: str | None = None  # of the conversation or the document
    role: str | None = None
    author: str | None = None
    document: int | None = None
    path: str | None = None
    page: int | None = None
    heading: str | None = None
    project: str | None = None  # its name
    fact_kind: str | None = None
    state: str | None = None  # of a fact
    origin: int | None = None  # the message that a fact comes from
    valid_until: float | None = None
    pinned: bool = False
    uses: int = 0

    @property
    def name(self) -> str:
        """The file's name."""
        return (self.path or "").replace("\\", "/").rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Listing:
    """Keys in their order, and the row of each."""

    keys: tuple[int, ...]
    rows: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """How much is remembered, and what one can narrow a list to: projects, and the latest conversations, by id and
    name."""

    total: int
    open: int  # facts that wait for the user's word
    pinned: int
    binned: int  # entries of the bin
    projects: tuple[tuple[str, str], ...]
    conversations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A month or a week, in Unix seconds, and how much of each kind is from then."""

    since: float
    until: float
    said: int
    facts: int
    passages: int

    @property
    def total(self) -> int:
        return self.said + self.facts + self.passages


def key_of(kind: Kind, item: int) -> int:
    """The number that a memory goes by."""
    return item * 4 + KINDS.index(kind)


def parts_of(key: int) -> tuple[Kind, int]:
    """Which table a memory is in, and the number of its row."""
    return KINDS[key % 4], key // 4


# ---------------------------------------------------------------- to look through


def find(store: Store, looked: Looked, first: Iterable[int] = ()) -> Listing:
    """The keys of what is looked for, the newest first.

    With words: those of `first` that are like this come first, in their order, then at most `FOUND` that hold the very
    words.
    """
    words = unicodedata.normalize("NFC", looked.words).split()
    rows = _rows(store, looked, words)
    if not words:
        return listed(key for (key,) in rows)
    best = _like(store, replace(looked, words=""), tuple(dict.fromkeys(first)))
    return listed(dict.fromkeys((*best, *(key for (key,) in rows))))


def listed(keys: Iterable[int]) -> Listing:
    """These, in this order."""
    order = tuple(keys)
    return Listing(order, {key: row for row, key in enumerate(order)})


def held(store: Store, conversations: int = 12) -> Held:
    """How much there is, and what a list can be narrowed to."""
    (said, passages, facts, waiting, pinned, binned) = store.db.execute(
        "SELECT (SELECT count(*) FROM messages WHERE role IN ('user', 'assistant')), (SELECT count(*) FROM passages),"
        " (SELECT count(*) FROM facts WHERE state = 'kept'),"
        " (SELECT count(*) FROM facts WHERE state IN ('proposed', 'sensitive')), (SELECT count(*) FROM pins),"
        " (SELECT count(*) FROM bin)"
    ).fetchone()
    latest = store.db.execute("SELECT id, title FROM conversations ORDER BY updated DESC LIMIT ?", (conversations,))
    projects = store.db.execute("SELECT id, name FROM projects ORDER BY name COLLATE NOCASE")
    return Held(
        said + passages + facts,
        waiting,
        pinned,
        binned,
        tuple((row["id"], row["name"]) for row in projects),
        tuple((row["id"], row["title"]) for row in latest),
    )


def remembered(store: Store, keys: Collection[int]) -> dict[int, Remembered]:
    """What the rows of these say; those that are gone are left out."""
    found: dict[int, Remembered] = {}
    for kind, items in _by_kind(keys).items():
        for part in _parts(items):
            rows = store.db.execute(_READ[kind].format(marks=",".join("?" * len(part)), letters=ROW_LETTERS), part)
            for row in rows:
                one = _remembered(kind, dict(row))
                found[one.key] = one
    return found


def whole_text(store: Store, key: int) -> str | None:
    """All of what one says; None when it is gone."""
    kind, item = parts_of(key)
    row = store.db.execute(f"SELECT text FROM {kind}s WHERE id = ?", (item,)).fetchone()
    return None if row is None else str(row["text"])


def documents_of(store: Store, passages: Collection[int]) -> tuple[int, ...]:
    """The documents that these passages are from."""
    found: set[int] = set()
    for part in _parts(tuple(passages)):
        marks = ",".join("?" * len(part))
        rows = store.db.execute(f"SELECT DISTINCT document FROM passages WHERE id IN ({marks})", part)
        found.update(document for (document,) in rows)
    return tuple(sorted(found))


def paths(store: Store, documents: Collection[int]) -> tuple[str, ...]:
    """Where these documents are."""
    rows = store.db.execute(
        f"SELECT path FROM documents WHERE id IN ({','.join('?' * len(documents))}) ORDER BY id", tuple(documents)
    )
    return tuple(path for (path,) in rows)


# ---------------------------------------------------------------- in time


def stretches(store: Store, step: Step) -> tuple[Stretch, ...]:
    """The months or weeks from which there is something, the newest first, in the time zone of this computer."""
    statement, facts = _union(Looked(), ())
    day = _DAYS[step]
    rows = store.db.execute(
        f"SELECT {day} AS day, sum(key % 4 = 0), sum(key % 4 = 2), sum(key % 4 = 1) FROM ({statement})"
        " GROUP BY day HAVING day IS NOT NULL ORDER BY day DESC",
        facts,
    ).fetchall()
    return tuple(Stretch(*_span(day, step), said, kept, passages) for day, said, kept, passages in rows)


def _span(day: str, step: Step) -> tuple[float, float]:
    """From a first day (ISO 8601) to the first that no longer belongs to it."""
    begin = datetime.fromisoformat(day)
    end = begin + timedelta(days=7) if step == "week" else (begin + timedelta(days=32)).replace(day=1)
    return begin.timestamp(), end.timestamp()


# ---------------------------------------------------------------- pins


def pin(store: Store, keys: Collection[int], now: float) -> None:
    """These weigh more from now on."""
    with store.transaction() as db:
        db.executemany(
            "INSERT OR IGNORE INTO pins (kind, item, created) VALUES (?, ?, ?)",
            [(*parts_of(key), now) for key in keys],
        )


def unpin(store: Store, keys: Collection[int]) -> None:
    """These weigh as much as all others again."""
    with store.transaction() as db:
        db.executemany("DELETE FROM pins WHERE kind = ? AND item = ?", [parts_of(key) for key in keys])


# ---------------------------------------------------------------- statements


def _rows(store: Store, looked: Looked, words: Sequence[str]) -> Iterable[Sequence[Any]]:
    statement, facts = _union(looked, words)
    limit = f" LIMIT {FOUND}" if words else ""
    return store.db.execute(f"SELECT key FROM ({statement}) ORDER BY time DESC, key DESC{limit}", facts)


def _like(store: Store, looked: Looked, keys: Sequence[int]) -> list[int]:
    """Those of the keys that are like this."""
    kept: set[int] = set()
    for part in _parts(keys):
        statement, facts = _union(looked, ())
        rows = store.db.execute(
            f"SELECT key FROM ({statement}) WHERE key IN ({','.join('?' * len(part))})", (*facts, *part)
        )
        kept.update(key for (key,) in rows)
    return [key for key in keys if key in kept]


def _union(looked: Looked, words: Sequence[str]) -> tuple[str, list[Any]]:
    """Key and time of all that is looked for."""
    statements: list[str] = []
    facts: list[Any] = []
    for kind in _kinds(looked.group):
        table = _TABLES[kind]
        where, given = [table.where], list[Any]()
        if kind == "fact":
            where = ["f.state IN ('proposed', 'sensitive')" if looked.group == "open" else "f.state = 'kept'"]
        if looked.group == "pinned":
            where.append(f"EXISTS (SELECT 1 FROM pins WHERE kind = '{kind}' AND item = {table.id})")
        for column, sign, value in ((table.time, ">=", looked.since), (table.time, "<", looked.until)):
            if value is not None:
                where.append(f"{column} {sign} ?")
                given.append(value)
        if looked.conversation is not None:
            where.append(f"{table.conversation} = ?")
            given.append(looked.conversation)
        if looked.project is not None:
            where.append(f"coalesce({table.project}, '') = ?")
            given.append(looked.project)
        for word in words:
            forms = sorted({word, unicodedata.normalize("NFD", word)})
            where.append("(" + " OR ".join(f"{table.text} LIKE ? ESCAPE '\\'" for _ in forms) + ")")
            given += [f"%{_literally(form)}%" for form in forms]
        code = KINDS.index(kind)
        columns = f"{table.id} * 4 + {code} AS key, {table.time} AS time"
        statements.append(f"SELECT {columns} FROM {table.source} WHERE {' AND '.join(where)}")
        facts += given
    return " UNION ALL ".join(statements), facts


def _kinds(group: Group | None) -> tuple[Kind, ...]:
    match group:
        case "facts" | "open":
            return ("fact",)
        case "said":
            return ("message",)
        case "documents":
            return ("passage",)
        case _:
            return KINDS


@dataclass(frozen=True, slots=True)
class _Table:
    source: str
    id: str
    time: str
    text: str
    conversation: str
    project: str
    where: str


_TABLES: dict[Kind, _Table] = {
    "message": _Table(
        "messages m JOIN conversations c ON c.id = m.conversation",
        "m.id",
        "m.created",
        "m.text",
        "m.conversation",
        "c.project",
        "m.role IN ('user', 'assistant') AND m.state <> 'writing' AND m.text <> ''",
    ),
    "passage": _Table(
        "passages p JOIN documents d ON d.id = p.document", "p.id", "d.added", "p.text", "NULL", "d.project", "1"
    ),
    "fact": _Table(
        "facts f LEFT JOIN messages o ON o.id = f.origin",
        "f.id",
        "f.valid_from",
        "f.text",
        "coalesce(f.conversation, o.conversation)",
        "f.project",
        "1",
    ),
}
_MARKS = (
    " EXISTS (SELECT 1 FROM pins WHERE kind = '{kind}' AND item = {id}) AS pinned,"
    " coalesce((SELECT count FROM uses WHERE kind = '{kind}' AND item = {id}), 0) AS uses"
)
_READ: dict[Kind, str] = {
    "message": "SELECT m.id AS item, substr(m.text, 1, {letters}) AS text, m.created AS time, m.conversation, c.title,"
    " m.role, m.author, (SELECT name FROM projects WHERE id = c.project) AS project,"
    + _MARKS.format(kind="message", id="m.id")
    + " FROM messages m JOIN conversations c ON c.id = m.conversation WHERE m.id IN ({marks})",
    "passage": "SELECT p.id AS item, substr(p.text, 1, {letters}) AS text, d.added AS time, d.title, p.document,"
    " d.path, p.page, p.heading, (SELECT name FROM projects WHERE id = d.project) AS project,"
    + _MARKS.format(kind="passage", id="p.id")
    + " FROM passages p JOIN documents d ON d.id = p.document WHERE p.id IN ({marks})",
    "fact": "SELECT f.id AS item, substr(f.text, 1, {letters}) AS text, f.valid_from AS time,"
    " coalesce(f.conversation, o.conversation) AS conversation, c.title, o.author,"
    " (SELECT name FROM projects WHERE id = f.project) AS project, f.kind AS fact_kind, f.state, f.origin,"
    " f.valid_until," + _MARKS.format(kind="fact", id="f.id") + " FROM facts f LEFT JOIN messages o ON o.id = f.origin"
    " LEFT JOIN conversations c ON c.id = coalesce(f.conversation, o.conversation) WHERE f.id IN ({marks})",
}
_DAYS: dict[Step, str] = {
    "month": "date(time, 'unixepoch', 'localtime', 'start of month')",
    "week": "date(time, 'unixepoch', 'localtime', 'weekday 0', '-6 days')",  # its Monday
}


def _remembered(kind: Kind, row: dict[str, Any]) -> Remembered:
    return Remembered(**{**row, "key": key_of(kind, row["item"]), "kind": kind, "pinned": bool(row["pinned"])})


def _by_kind(keys: Iterable[int]) -> dict[Kind, list[int]]:
    found: dict[Kind, list[int]] = {}
    for key in keys:
        kind, item = parts_of(key)
        found.setdefault(kind, []).append(item)
    return found


def _parts(items: Sequence[int]) -> list[Sequence[int]]:
    return [items[at : at + TOGETHER] for at in range(0, len(items), TOGETHER)]


def _literally(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
