"""Everything out: the memory as Markdown to read, and as JSON that Haema takes in again without loss.

A folder or a ZIP: `conversations/` and `facts.md` for people; `haema.json` and the lists beside it for programs, one
record for each row (`knowledge/own_records.py`), and `images/`. All is read in one snapshot, record by record, and
appears under its name only when it is whole. Documents go with their passages, not with their files. What the user
forgot is not in it, nor what Haema can make again, nor settings that could hold a secret.
"""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Protocol

from knowledge.errors import DiskFull, FolderNotEmpty, PlaceNotWritable
from knowledge.own_records import (
    MARK,
    SETTINGS,
    VERSION,
    columns,
    digest,
    fact_name,
    message_id,
    message_name,
    passage_name,
)
from knowledge.store import Store

LONGEST_NAME = 60  # characters of a title in a file's name

_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_HEADINGS = re.compile(r"^(#{1,6} )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, and where."""

    path: str
    conversations: int
    messages: int
    facts: int
    documents: int


class Target(Protocol):
    def open(self, name: str) -> IO[bytes]: ...


def export_everything(
    store: Store, path: Path, cancelled: Callable[[], bool] = lambda: False
) -> Generator[tuple[int, int], None, Exported | None]:
    """Write all to a ZIP (by its suffix) or else a folder; yields (conversations done, in all).

    Returns None, and leaves nothing behind, when `cancelled()`. Raises `FolderNotEmpty`, `DiskFull` or
    `PlaceNotWritable`.
    """
    db = store.db
    done: Exported | None = None
    try:
        with _target(path) as (target, keep):
            db.execute("BEGIN")  # one snapshot, whatever is said meanwhile
            try:
                done = yield from _write(db, target, path, cancelled)
            finally:
                db.execute("ROLLBACK")
            keep(done is not None)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(path=str(path)) from error
        raise PlaceNotWritable(path=str(path)) from error
    return done


def _write(
    db: sqlite3.Connection, target: Target, path: Path, cancelled: Callable[[], bool]
) -> Generator[tuple[int, int], None, Exported | None]:
    (total,) = db.execute("SELECT count(*) FROM conversations").fetchone()
    (messages,) = db.execute("SELECT count(*) FROM messages").fetchone()
    pictures = _write_pictures(db, target)
    facts = _write_list(target, "facts.json", _facts(db))
    documents = _write_list(target, "documents.json", _documents(db))
    _write_list(target, "projects.json", _projects(db))
    _write_list(target, "sources.json", _sources(db))
    _write_list(target, "marks.json", _marks(db))
    _write_text(target, "facts.md", _facts_to_read(db))
    names: set[str] = set()
    done = 0
    for row in db.execute("SELECT id FROM conversations ORDER BY created, id").fetchall():
        if cancelled():
            return None
        record = _conversation(db, row["id"], pictures)
        _write_text(target, f"conversations/{_file_name(record, names)}", to_read(db, record))
    with _listing(target, "conversations.json") as put:
        for row in db.execute("SELECT id FROM conversations ORDER BY created, id").fetchall():
            if cancelled():
                return None
            put(_conversation(db, row["id"], pictures))
            done += 1
            yield done, total
    head = {
        MARK: "export",
        "version": VERSION,
        "exported": datetime.now(UTC).isoformat(timespec="seconds"),
        "counts": {"conversations": total, "messages": messages, "facts": facts, "documents": documents},
        "settings": _settings(db),
    }
    _write_text(target, "haema.json", json.dumps(head, ensure_ascii=False, indent=1) + "\n")
    return Exported(str(path), total, messages, facts, documents)


# ---------------------------------------------------------------- records


def _projects(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for row in db.execute("SELECT * FROM projects ORDER BY created, id"):
        yield {MARK: "project", **dict(row)}


def _documents(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    names = columns(db, "documents", "id", "attempts", "status")
    for row in db.execute("SELECT * FROM documents ORDER BY path").fetchall():
        passages = [
            {name: passage[name] for name in ("ordinal", "text", "page", "heading", "start")}
            for passage in db.execute("SELECT * FROM passages WHERE document = ? ORDER BY ordinal", (row["id"],))
        ]
        status = "refused" if row["status"] == "refused" else "indexed"
        if passages or status == "refused":
            yield {MARK: "document", "status": status, **{name: row[name] for name in names}, "passages": passages}


def _conversation(db: sqlite3.Connection, id: str, pictures: dict[tuple[int, int], str]) -> dict[str, Any]:
    row = dict(db.execute("SELECT * FROM conversations WHERE id = ?", (id,)).fetchone())
    row["options"] = _parsed(row["options"])
    ids: dict[int, str] = {}
    messages: list[dict[str, Any]] = []
    rows = db.execute("SELECT * FROM messages WHERE conversation = ? ORDER BY id", (id,)).fetchall()
    for message in rows:
        ids[message["id"]] = message_id(message["external_id"], id, message["id"])
    waiting, unproposed = (
        {
            item
            for (item,) in db.execute(
                f"SELECT message FROM {table} JOIN messages ON messages.id = message WHERE conversation = ?", (id,)
            )
        }
        for table in ("unconsidered", "unproposed")
    )
    names = columns(db, "messages", "id", "conversation", "parent", "external_id", "details")
    for message in rows:
        number = message["id"]
        record: dict[str, Any] = {
            "id": ids[number],
            "parent": ids.get(message["parent"]),
            **{name: message[name] for name in names},
            "details": _parsed(message["details"]),
            "considered": number not in waiting,
            "unproposed": number in unproposed,
        }
        if message["state"] == "writing":
            record["state"] = "broken"
        if shown := [
            {"name": image["name"], "file": pictures[number, image["place"]]}
            for image in db.execute("SELECT name, place FROM images WHERE message = ? ORDER BY place", (number,))
        ]:
            record["images"] = shown
        summary = db.execute("SELECT text, created FROM summaries WHERE message = ?", (number,)).fetchone()
        if summary is not None:
            record["summary"] = dict(summary)
        messages.append(record)
    episodes = []
    for episode in db.execute("SELECT * FROM episodes WHERE conversation = ? ORDER BY created, id", (id,)).fetchall():
        of = db.execute("SELECT message FROM episode_turns WHERE episode = ? ORDER BY message", (episode["id"],))
        kept = {name: episode[name] for name in columns(db, "episodes", "id", "conversation")}
        episodes.append({**kept, "turns": [ids[message] for (message,) in of]})
    return {MARK: "conversation", **row, "messages": messages, "episodes": episodes}


def _facts(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    names = columns(db, "facts", "id", "origin", "successor")
    for row in db.execute("SELECT * FROM facts ORDER BY id").fetchall():
        origin = message_name(db, row["origin"]) if row["origin"] is not None else None
        turns = [
            {"message": message_name(db, turn["message"]), "value": turn["value"]}
            for turn in db.execute(
                "SELECT message, value FROM fact_turns WHERE fact = ? ORDER BY message", (row["id"],)
            )
        ]
        yield {MARK: "fact", **{name: row[name] for name in names}, "origin": origin, "turns": turns}


def _sources(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    for row in db.execute("SELECT * FROM sources ORDER BY message, place").fetchall():
        item = _parsed(row["item"])
        messages = [message_name(db, number) for number in item.pop("messages", ())]
        passages = [passage_name(db, number) for number in item.pop("passages", ())]
        for gone in ("id", "document", "fact"):
            item.pop(gone, None)
        document = db.execute("SELECT path FROM documents WHERE id = ?", (row["document"],)).fetchone()
        yield {
            MARK: "source",
            "message": message_name(db, row["message"]),
            "place": row["place"],
            "document": document["path"] if document is not None else None,
            "fact": fact_name(db, row["fact"]) if row["fact"] is not None else None,
            "messages": [name for name in messages if name is not None],
            "passages": [name for name in passages if name is not None],
            "item": item,
        }


def _marks(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """What was pinned, what was of use, and which fact came after which."""
    named = {"message": message_name, "passage": passage_name, "fact": fact_name}
    for table, of in (("pins", "pin"), ("uses", "use")):
        for row in db.execute(f"SELECT * FROM {table} ORDER BY kind, item").fetchall():
            if (name := named[row["kind"]](db, row["item"])) is not None:
                yield {MARK: of, **dict(row), "item": name}
    for row in db.execute("SELECT id, successor FROM facts WHERE successor IS NOT NULL ORDER BY id").fetchall():
        yield {MARK: "succession", "fact": fact_name(db, row["id"]), "successor": fact_name(db, row["successor"])}


def _settings(db: sqlite3.Connection) -> dict[str, Any]:
    rows = db.execute("SELECT name, value FROM settings ORDER BY name")
    return {row["name"]: json.loads(row["value"]) for row in rows if row["name"] in SETTINGS}


def _parsed(value: str | None) -> Any:
    return json.loads(value) if value else None


# ---------------------------------------------------------------- to read


def to_read(db: sqlite3.Connection, record: dict[str, Any]) -> str:
    """A conversation as Markdown: the branch that is shown, who said it and when, and what the answers rest on."""
    by_id = {message["id"]: message for message in record["messages"]}
    branch: list[dict[str, Any]] = []
    at = record["messages"][-1]["id"] if record["messages"] else None
    while at in by_id:
        branch.append(by_id.pop(at))
        at = branch[-1]["parent"]
    lines = [f"# {record['title'] or 'Conversation'}", ""]
    about = [_when(record["created"])]
    if record.get("project"):
        project = db.execute("SELECT name FROM projects WHERE id = ?", (record["project"],)).fetchone()
        about.append(f"project {project['name']}" if project is not None else "")
    lines += [", ".join(filter(None, about)), ""]
    for message in reversed(branch):
        who = message["author"] or {"user": "You", "assistant": "Haema"}.get(message["role"], message["role"])
        model = f" ({message['model']})" if message["model"] and message["role"] == "assistant" else ""
        lines += [f"**{who}**{model}, {_when(message['created'])}", ""]
        lines += [f"![{image['name']}](../{image['file']})\n" for image in message.get("images", ())]
        lines += [_HEADINGS.sub(r"##\1", message["text"]), ""]
        lines += _sources_to_read(db, record["id"], message["id"])
    if by_id:
        lines += [f"*{len(by_id)} more messages in other branches stand in conversations.json.*", ""]
    return "\n".join(lines)


def _sources_to_read(db: sqlite3.Connection, conversation: str, id: str) -> list[str]:
    number = id.removeprefix(f"{conversation}/")
    rows = db.execute(
        "SELECT place, item FROM sources JOIN messages ON messages.id = message"
        " WHERE conversation = ? AND (external_id = ? OR (external_id IS NULL AND messages.id = ?)) ORDER BY place",
        (conversation, id, int(number) if number.isdecimal() and number != id else -1),
    ).fetchall()
    lines = []
    for row in rows:
        item = json.loads(row["item"])
        page = f", page {item['page']}" if item.get("page") else ""
        time = f", {_when(item['time'])}" if item.get("time") else ""
        lines.append(f"> [{row['place']}] {item.get('path') or item.get('title') or item.get('kind')}{page}{time}")
    return [*lines, ""] if lines else []


def _facts_to_read(db: sqlite3.Connection) -> str:
    lines = ["# Facts", ""]
    for row in db.execute("SELECT * FROM facts WHERE state = 'kept' ORDER BY valid_from, id"):
        until = f" until {_when(row['valid_until'])}" if row["valid_until"] is not None else ""
        lines.append(f"- {row['text']} *(from {_when(row['valid_from'])}{until})*")
    return "\n".join(lines) + "\n"


def _when(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return ""


def _file_name(record: dict[str, Any], taken: set[str]) -> str:
    """Date and title; a name that is taken, whatever its capitals, gets a number."""
    title = _NOT_IN_A_NAME.sub(" ", record["title"]).strip(" .")[:LONGEST_NAME].strip(" .") or "Conversation"
    stem = f"{_when(record['created'])[:10]} {title}".strip()
    name, number = stem, 1
    while name.casefold() in taken:
        number += 1
        name = f"{stem} ({number})"
    taken.add(name.casefold())
    return f"{name}.md"


# ---------------------------------------------------------------- files


def _write_pictures(db: sqlite3.Connection, target: Target) -> dict[tuple[int, int], str]:
    """Write each different picture once; returns the file of each message's pictures."""
    files: dict[tuple[int, int], str] = {}
    written: set[str] = set()
    for message, place, name in db.execute(
        "SELECT message, place, name FROM images ORDER BY message, place"
    ).fetchall():
        (data,) = db.execute("SELECT data FROM images WHERE message = ? AND place = ?", (message, place)).fetchone()
        suffix = Path(name).suffix.lower()
        file = f"images/{digest(data.hex())}{suffix if suffix[1:].isalnum() and len(suffix) <= 5 else '.png'}"
        files[message, place] = file
        if file not in written:
            written.add(file)
            with target.open(file) as out:
                out.write(data)
    return files


def _write_text(target: Target, name: str, text: str) -> None:
    with target.open(name) as out:
        out.write(text.encode("utf-8", "replace"))


def _write_list(target: Target, name: str, records: Iterable[dict[str, Any]]) -> int:
    count = 0
    with _listing(target, name) as put:
        for record in records:
            put(record)
            count += 1
    return count


@contextmanager
def _listing(target: Target, name: str) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A JSON list, a record a line."""
    with target.open(name) as out:
        text = io.TextIOWrapper(out, encoding="utf-8", write_through=False)
        between = "[\n"

        def put(record: dict[str, Any]) -> None:
            nonlocal between
            text.write(between + json.dumps(record, ensure_ascii=False))
            between = ",\n"

        yield put
        text.write("\n]\n" if between == ",\n" else "[]\n")
        text.flush()
        text.detach()


@contextmanager
def _target(path: Path) -> Iterator[tuple[Target, Callable[[bool], None]]]:
    """Where the files go; what is not kept leaves nothing behind."""
    kept = False

    def keep(whole: bool) -> None:
        nonlocal kept
        kept = whole

    path.parent.mkdir(parents=True, exist_ok=True)
    begun = path.with_name(f"{path.name}.part")
    if path.suffix.lower() == ".zip":
        try:
            with zipfile.ZipFile(begun, "w", zipfile.ZIP_DEFLATED) as package:
                yield _InZip(package), keep
            if kept:
                begun.replace(path)
        finally:
            begun.unlink(missing_ok=True)
        return
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise FolderNotEmpty(path=str(path))
    shutil.rmtree(begun, ignore_errors=True)
    try:
        begun.mkdir()
        yield _InFolder(begun), keep
        if kept:
            if path.exists():
                path.rmdir()
            os.replace(begun, path)  # noqa: PTH105 - of a folder
    finally:
        shutil.rmtree(begun, ignore_errors=True)


class _InZip:
    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package

    def open(self, name: str) -> IO[bytes]:
        return self._package.open(name, "w", force_zip64=True)


class _InFolder:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, name: str) -> IO[bytes]:
        file = self._folder / name
        file.parent.mkdir(exist_ok=True)
        return file.open("wb")
