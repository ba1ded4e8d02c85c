"""Conversations from elsewhere into the history: ChatGPT exports, as the ZIP or the JSON in it.

The file is read as a stream, thread by thread, and each thread is one transaction, so that its size does not matter
and a broken import can simply be repeated: what is known by its id is not stored twice.

An export's thread is a `mapping` of nodes with a parent each; `current_node` is the end of the branch that was last
shown. All branches are kept. Nodes that hold nothing a person said or read (system and tool messages, reasoning, what
the page hid) are left out, and their children hang on the nearest ancestor that is kept.
"""

from __future__ import annotations

import math
import re
import time
import uuid
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from knowledge.errors import ExportUnknown, FileMissing, FileUnreadable
from knowledge.history import title_from
from knowledge.messages import Imported
from knowledge.readers.reading import NOT_ALLOWED, TOO_LARGE
from knowledge.store import Store

LARGEST_UNPACKED = 64 * 1024**3  # bytes of the JSON in a ZIP
HIGHEST_RATIO = 300  # unpacked to packed; conversations reach some ten
LARGEST_THREAD = 256 * 1024**2  # bytes: a thread is held in memory while it is stored
BLOCK = 1024**2  # bytes

_PARTS = re.compile(r"(?:^|/)conversations(?:-\d+)?\.json$")
_THREAD = re.compile(rb'(?<!\\)"mapping"\s*:')  # within a text the quotation mark would have a backslash before it
_STRING_OR_NAN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?(?:NaN|Infinity)', re.DOTALL)
_CITATION = re.compile("\ue200[^\ue201]*\ue201|[\ue200-\ue2ff]|【\\d+(?::\\d+)?†[^】]*】")
_SHOWN_TO = (None, "all", "python")  # an assistant's words to other tools are no part of the talk


@dataclass(frozen=True, slots=True)
class _Turn:
    node: str
    role: str
    author: str | None
    text: str
    created: float | None
    external_id: str
    model: str | None


def import_conversations(
    path: Path, store: Store, cancelled: Callable[[], bool]
) -> Generator[tuple[int, int], None, Imported]:
    """Store the export's threads one by one; yields (threads done, threads in all) after each.

    Returns what was stored, also when `cancelled()` ended it early. Raises `FileMissing`, `FileUnreadable` (no
    permission, or unpacking beyond all measure) or `ExportUnknown`; what was stored before stays.
    """
    import ijson

    conversations = messages = known = done = 0
    with _in_words(path):
        total = 0
        for part in _parts(path):
            total += _count_threads(part, cancelled)
        if cancelled():
            return Imported(0, 0, 0)
        if not total:
            raise ExportUnknown(path=str(path))
        for part in _parts(path):
            stream = _Stream(part, path)
            for thread in ijson.items(stream, "item", use_float=True):
                if cancelled():
                    return Imported(conversations, messages, known)
                stream.since = 0
                if not isinstance(thread, dict) or not isinstance(thread.get("mapping"), dict):
                    continue
                new, old = _store_thread(thread, store)
                conversations, messages, known = conversations + (new > 0), messages + new, known + old
                done += 1
                yield done, max(done, total)
    if not done:
        raise ExportUnknown(path=str(path))
    return Imported(conversations, messages, known)


# ---------------------------------------------------------------- the file


@contextmanager
def _in_words(path: Path) -> Iterator[None]:
    import ijson

    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing(path=str(path)) from error
    except (PermissionError, IsADirectoryError) as error:
        raise FileUnreadable(path=str(path), reason=NOT_ALLOWED) from error
    except (
        ijson.JSONError,
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        UnicodeDecodeError,
        NotImplementedError,
    ) as error:
        raise ExportUnknown(path=str(path)) from error


def _parts(path: Path) -> Iterator[IO[bytes]]:
    """The export's JSON, open: of a ZIP `conversations.json`, or `conversations-000.json` and so on, in order."""
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            yield file
        return
    with zipfile.ZipFile(path) as package:
        parts = sorted(
            (part for part in package.infolist() if _PARTS.search(part.filename)), key=lambda part: part.filename
        )
        unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        if any(part.flag_bits & 1 for part in parts):
            raise ExportUnknown(path=str(path))
        if unpacked > LARGEST_UNPACKED or unpacked > max(HIGHEST_RATIO * packed, BLOCK):
            raise FileUnreadable(path=str(path), reason=TOO_LARGE)
        for part in parts:
            with package.open(part) as file:
                yield file


def _name(part: zipfile.ZipInfo) -> str:
    return part.filename


def _count_threads(part: IO[bytes], cancelled: Callable[[], bool]) -> int:
    """How many threads a part holds, without parsing it; reading it through also checks a ZIP's sums."""
    count, rest = 0, b""
    while not cancelled() and (block := part.read(BLOCK)):
        found = list(_THREAD.finditer(rest + block))
        count += len(found)
        rest = (rest + block)[max(found[-1].end() if found else 0, len(rest) + len(block) - 32) :]
    return count


class _Stream:
    """What ijson reads: without a byte-order mark, and with null for NaN, which Python writes but JSON does not know.

    `since` counts the bytes read since it was last set to 0; a thread beyond all measure ends the import.
    """

    def __init__(self, part: IO[bytes], path: Path) -> None:
        self._part, self._path = part, path
        self._rest = b""
        self._begun = False
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        """About `size` bytes; none at the end."""
        if size == 0:
            return b""  # how ijson asks whether the stream gives bytes
        while True:
            block = self._part.read(
                max(size, BLOCK, len(self._rest))
            )  # a long string is looked at a few times, not at each block
            self.since += len(block)
            if self.since > LARGEST_THREAD:
                raise FileUnreadable(path=str(self._path), reason=TOO_LARGE)
            data = self._rest + block
            if not self._begun:
                data = data.removeprefix(b"\xef\xbb\xbf")
                self._begun = True
            cut = _end_of_whole_strings(data) if block else len(data)
            ready, self._rest = data[:cut], data[cut:]
            if ready or not block:
                return _STRING_OR_NAN.sub(lambda match: match[0] if match[0][:1] == b'"' else b"null", ready)


def _end_of_whole_strings(data: bytes) -> int:
    """Where `data` may be cut so that no string and no word is parted."""
    end = 0
    for match in _STRING_OR_NAN.finditer(data):
        end = match.end()
    opened = data.find(b'"', end)
    if opened >= 0:
        return opened
    return max(end, len(data) - len(b"-Infinity"))


# ---------------------------------------------------------------- a thread


def _store_thread(thread: Mapping[str, Any], store: Store) -> tuple[int, int]:
    """Store what is new of one thread; returns how many messages were new, and how many known."""
    nodes: Mapping[str, Any] = thread["mapping"]
    turns: dict[str, _Turn] = {}
    said: set[str] = set()
    for node, content in nodes.items():
        turn = _turn(node, content)
        if turn is not None and turn.external_id not in said:
            turns[node] = turn
            said.add(turn.external_id)
    if not turns:
        return 0, 0
    parents = _parents(nodes, turns)
    order = _order(turns, parents, thread.get("current_node"))
    begun = _seconds(thread.get("create_time")) or next((t.created for t in turns.values() if t.created), time.time())
    times = _times(turns, parents, order, begun)
    name = _clean(thread.get("conversation_id")) or _clean(thread.get("id")) or next(iter(said))
    title = _clean(thread.get("title")).strip()
    with store.transaction() as db:
        row = db.execute("SELECT id FROM conversations WHERE external_id = ?", (name,)).fetchone()
        if row is not None:
            conversation = row["id"]
        else:
            conversation = uuid.uuid4().hex
            first = next((turns[node].text for node in order if turns[node].role == "user"), "")
            db.execute(
                "INSERT INTO conversations (id, title, titled, created, updated, external_id)"
                " VALUES (?, ?, ?, ?, 0, ?)",
                (conversation, title or title_from(first), bool(title), begun, name),
            )
        stored = db.execute("SELECT external_id, id FROM messages WHERE conversation = ?", (conversation,))
        ids: dict[str, int] = {external_id: id for external_id, id in stored if external_id is not None}
        known = said & set(ids)
        new = [node for node in order if turns[node].external_id not in known]
        for node in new:
            turn = turns[node]
            cursor = db.execute(
                "INSERT INTO messages (conversation, role, author, text, created, state, external_id, model)"
                " VALUES (?, ?, ?, ?, ?, 'complete', ?, ?)",
                (conversation, turn.role, turn.author, turn.text, times[node], turn.external_id, turn.model),
            )
            assert cursor.lastrowid is not None
            ids[turn.external_id] = cursor.lastrowid
        for node in new:  # afterwards: a branch may be stored before what it branches from
            parent = parents[node]
            if parent is not None:
                above, below = ids[turns[parent].external_id], ids[turns[node].external_id]
                db.execute("UPDATE messages SET parent = ? WHERE id = ?", (above, below))
        if new:
            latest = max(times[node] for node in new)
            db.execute("UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (latest, conversation))
    return len(new), len(known)


def _turn(node: str, content: object) -> _Turn | None:
    """What a node says; None when it is nothing that a person said or was shown."""
    message = content.get("message") if isinstance(content, dict) else None
    if not isinstance(message, dict):
        return None
    author, metadata = _mapping(message.get("author")), _mapping(message.get("metadata"))
    role = author.get("role")
    if (
        role not in ("user", "assistant")
        or message.get("weight") == 0
        or metadata.get("is_visually_hidden_from_conversation")
    ):
        return None
    if message.get("recipient") not in _SHOWN_TO:
        return None
    text = _text(_mapping(message.get("content")))
    if not text:
        return None
    return _Turn(
        node=node,
        role=role,
        author=_clean(author.get("name")) or None,
        text=text,
        created=_seconds(message.get("create_time")),
        external_id=_clean(message.get("id")) or node,
        model=_clean(metadata.get("model_slug")) or None,
    )


def _text(content: Mapping[str, Any]) -> str:
    """The words of a message: of text, of pictures with text the text, of code the code, of speech what was heard."""
    match content.get("content_type"):
        case "text" | "multimodal_text":
            listed = content.get("parts")
            parts = listed if isinstance(listed, list) else []
        case "code":
            parts = [content]
        case _:
            return ""
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    words = (_clean(_CITATION.sub("", part)).strip() for part in texts if isinstance(part, str))
    return "\n\n".join(part for part in words if part)


def _parents(nodes: Mapping[str, Any], turns: Mapping[str, _Turn]) -> dict[str, str | None]:
    """The nearest kept ancestor of every node. Parents in a circle, which no honest export holds, are cut somewhere."""
    nearest: dict[str, str | None] = {}
    for node in nodes:
        passed: list[str] = []
        at = node
        while at not in nearest:
            passed.append(at)
            nearest[at] = None
            above = _mapping(nodes[at]).get("parent")
            if not isinstance(above, str) or above not in nodes:
                found = None
                break
            if above in turns:
                found = above
                break
            at = above
        else:
            found = nearest[at]
        nearest.update(dict.fromkeys(passed, found))
    rooted: set[str] = set()
    for node in turns:
        path: dict[str, None] = {}
        above = node
        while above is not None and above not in rooted:
            path[above] = None
            if nearest[above] in path:
                nearest[above] = None
            above = nearest[above]
        rooted.update(path)
    return nearest


def _order(turns: Mapping[str, _Turn], parents: Mapping[str, str | None], current: object) -> list[str]:
    """The kept nodes, the current branch last and in one piece, from its root on: its end gets the newest id.

    `History.messages` shows the branch of the newest message. What was said elsewhere stands before, in the order of
    the file. Without a usable `current_node` the latest leaf ends the current branch.
    """
    if not isinstance(current, str) or current not in parents:
        inner = {parents[node] for node in turns}
        leaves = [node for node in turns if node not in inner]
        current = max(leaves, key=lambda node: turns[node].created or 0.0)
    end: str | None = current if current in turns else parents[current]
    branch: dict[str, None] = {}
    while end is not None:
        branch[end] = None
        end = parents[end]
    return [node for node in turns if node not in branch] + list(branch)[::-1]


def _times(
    turns: Mapping[str, _Turn], parents: Mapping[str, str | None], order: list[str], begun: float
) -> dict[str, float]:
    """When each turn was said; one without a time was said when the one it follows was."""
    times: dict[str, float] = {}
    for node in order:
        created, parent = turns[node].created, parents[node]
        if created is None and parent is not None:
            created = times.get(parent, turns[parent].created)
        times[node] = begun if created is None else created
    return times


def _seconds(value: object) -> float | None:
    """A time as Unix seconds, from seconds, milliseconds or an ISO date; None for what is no time."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value <= 0:
        return None
    return float(value) / 1000 if value > 1e11 else float(value)


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _clean(value: object) -> str:
    """A string that can be stored: halves of characters, which JSON can write, are replaced."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""
