"""Conversations and their messages: what was said, by whom, when, and what each answer rested on."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from knowledge.errors import ConversationMissing
from knowledge.messages import Recalled
from knowledge.store import Store

Role = Literal["system", "user", "assistant", "tool"]
State = Literal["writing", "complete", "stopped", "broken"]


@dataclass(frozen=True, slots=True)
class Conversation:
    id: str
    title: str
    created: float
    updated: float


@dataclass(frozen=True, slots=True)
class Message:
    id: int
    conversation: str
    parent: int | None
    role: Role
    author: str | None
    text: str
    created: float
    state: State
    model: str | None
    details: Mapping[str, Any]
    images: int = 0  # how many are shown with it


@dataclass(frozen=True, slots=True)
class Image:
    """A picture shown with a prompt: the bytes of its file, and what the file was called."""

    name: str
    data: bytes


class History:
    """Reads and writes conversations; every write is committed when the call returns."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # ------------------------------------------------------------ conversations

    def conversations(self) -> list[Conversation]:
        """All conversations, the latest first."""
        rows = self.store.db.execute("SELECT id, title, created, updated FROM conversations ORDER BY updated DESC, id")
        return [Conversation(**dict(row)) for row in rows]

    def conversation(self, id: str) -> Conversation:
        row = self.store.db.execute(
            "SELECT id, title, created, updated FROM conversations WHERE id = ?", (id,)
        ).fetchone()
        if row is None:
            raise ConversationMissing(conversation=id)
        return Conversation(**dict(row))

    def begin(
        self,
        title: str = "",
        options: Mapping[str, Any] | None = None,
        *,
        project: str | None = None,
        sealed: bool = False,
    ) -> Conversation:
        """A new conversation, of a project or of none; without a title it is named after its first prompt. A `sealed`
        one neither takes anything from the memory nor gives anything to it."""
        now, id = time.time(), uuid.uuid4().hex
        with self.store.transaction() as db:
            db.execute(
                "INSERT INTO conversations (id, title, titled, created, updated, options, project, sealed)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (id, title, bool(title), now, now, _json(options) if options else None, project, sealed),
            )
        return Conversation(id, title, now, now)

    def rename(self, id: str, title: str) -> None:
        with self.store.transaction() as db:
            if not db.execute("UPDATE conversations SET title = ?, titled = 1 WHERE id = ?", (title, id)).rowcount:
                raise ConversationMissing(conversation=id)

    def delete(self, id: str) -> None:
        """Remove the conversation and its messages; the outbox takes them out of the indexes."""
        with self.store.transaction() as db:
            db.execute("DELETE FROM conversations WHERE id = ?", (id,))

    def options(self, id: str) -> dict[str, Any]:
        """What the user set for this conversation alone, by name; empty where they set nothing.

        Raises `ConversationMissing`.
        """
        row = self.store.db.execute("SELECT options FROM conversations WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise ConversationMissing(conversation=id)
        found = json.loads(row["options"]) if row["options"] else {}
        return found if isinstance(found, dict) else {}

    def set_options(self, id: str, options: Mapping[str, Any]) -> None:
        """Set all of them at once. Raises `ConversationMissing`."""
        with self.store.transaction() as db:
            kept = _json(options) if options else None
            if not db.execute("UPDATE conversations SET options = ? WHERE id = ?", (kept, id)).rowcount:
                raise ConversationMissing(conversation=id)

    # ------------------------------------------------------------ messages

    def messages(self, conversation: str) -> list[Message]:
        """The conversation's current branch, oldest first: from its newest message back to the root."""
        rows = {
            row["id"]: row
            for row in self.store.db.execute(
                "SELECT id, conversation, parent, role, author, text, created, state, model, details,"
                " (SELECT count(*) FROM images WHERE message = messages.id) AS images"
                " FROM messages WHERE conversation = ? ORDER BY id",
                (conversation,),
            )
        }
        branch: list[Message] = []
        id = max(rows, default=None)
        while id is not None and id in rows:
            branch.append(_message(rows[id]))
            id = rows[id]["parent"]
        return branch[::-1]

    def say(
        self,
        conversation: str,
        role: Role,
        text: str,
        *,
        parent: int | None,
        state: State = "complete",
        model: str | None = None,
    ) -> Message:
        """Commit one message; the first prompt names an unnamed conversation."""
        now = time.time()
        with self.store.transaction() as db:
            cursor = db.execute(
                "INSERT INTO messages (conversation, parent, role, text, created, state, model)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (conversation, parent, role, text, now, state, model),
            )
            db.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now, conversation))
            if role == "user":
                db.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND titled = 0 AND title = ''",
                    (title_from(text), conversation),
                )
        assert cursor.lastrowid is not None
        return Message(cursor.lastrowid, conversation, parent, role, None, text, now, state, model, {})

    def ask(
        self, conversation: str, prompt: str, *, parent: int | None, images: Sequence[Image] = ()
    ) -> tuple[Message, Message]:
        """Commit a question with its pictures and the empty row of its answer, all or nothing."""
        with self.store.transaction():
            question = self.say(conversation, "user", prompt, parent=parent)
            if images:
                self.attach(question.id, images)
                question = replace(question, images=len(images))
            return question, self.say(conversation, "assistant", "", parent=question.id, state="writing")

    def write(self, message: int, text: str, state: State, details: Mapping[str, Any] | None = None) -> None:
        """The answer so far, or at its end; a state other than "writing" hands it to the indexes."""
        with self.store.transaction() as db:
            db.execute(
                "UPDATE messages SET text = ?, state = ?, details = ? WHERE id = ?",
                (text, state, json.dumps(details, ensure_ascii=False) if details is not None else None, message),
            )

    def mend(self) -> int:
        """Close answers that a killed process left half-written, keeping their words; returns how many."""
        with self.store.transaction() as db:
            return db.execute("UPDATE messages SET state = 'broken' WHERE state = 'writing'").rowcount

    # ------------------------------------------------------------ pictures

    def attach(self, message: int, images: Iterable[Image]) -> None:
        """Show these pictures with a message, after those it has."""
        with self.store.transaction() as db:
            (have,) = db.execute("SELECT count(*) FROM images WHERE message = ?", (message,)).fetchone()
            db.executemany(
                "INSERT INTO images (message, place, name, data) VALUES (?, ?, ?, ?)",
                [(message, place, image.name, image.data) for place, image in enumerate(images, start=have + 1)],
            )

    def images(self, message: int) -> list[Image]:
        """The pictures shown with a message, in their order."""
        rows = self.store.db.execute("SELECT name, data FROM images WHERE message = ? ORDER BY place", (message,))
        return [Image(row["name"], row["data"]) for row in rows]

    # ------------------------------------------------------------ summaries

    def summary(self, branch: Sequence[Message]) -> tuple[int, str]:
        """How many of a branch's first messages are summed up, and in which words; 0 and none where none are."""
        if not branch:
            return 0, ""
        texts = {
            row["message"]: row["text"]
            for row in self.store.db.execute(
                "SELECT message, summaries.text FROM summaries JOIN messages ON messages.id = message"
                " WHERE conversation = ?",
                (branch[0].conversation,),
            )
        }
        for count in range(len(branch), 0, -1):
            if text := texts.get(branch[count - 1].id):
                return count, text
        return 0, ""

    def summarise(self, message: int, text: str) -> None:
        """Keep a summary of all that was said up to and with `message`; a message deleted meanwhile needs none."""
        with self.store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO summaries (message, text, created) SELECT id, ?, ? FROM messages WHERE id = ?",
                (text, time.time(), message),
            )

    # ------------------------------------------------------------ sources

    def cite(self, message: int, items: Iterable[Recalled], *, first: int = 1) -> None:
        """Keep what the answer used, in the order it is numbered from `first` on."""
        with self.store.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO sources (message, place, document, origin, fact, item)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        message,
                        place,
                        item.document,
                        item.messages[0] if item.messages else None,
                        item.fact,
                        json.dumps(asdict(item), ensure_ascii=False),
                    )
                    for place, item in enumerate(items, start=first)
                ],
            )

    def sources(self, message: int) -> dict[int, Recalled]:
        """What the answer used, by its number in the sentences; what was forgotten since is missing."""
        rows = self.store.db.execute("SELECT place, item FROM sources WHERE message = ? ORDER BY place", (message,))
        return {row["place"]: _recalled(row["item"]) for row in rows}

    def counts(self) -> tuple[int, int]:
        """How many messages and how many indexed documents the memory holds."""
        messages, documents = self.store.db.execute(
            "SELECT (SELECT count(*) FROM messages WHERE role IN ('user', 'assistant')),"
            " (SELECT count(*) FROM documents WHERE status = 'indexed')"
        ).fetchone()
        return messages, documents


def title_from(prompt: str, limit: int = 48) -> str:
    """A conversation's first title: the prompt's first line, cut between words."""
    line = " ".join(prompt.strip().splitlines()[:1]).strip()
    if len(line) <= limit:
        return line
    cut = line[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip(" ,.;:") + "…"


def _json(options: Mapping[str, Any]) -> str:
    return json.dumps(dict(options), ensure_ascii=False)


def _message(row: Any) -> Message:
    details = json.loads(row["details"]) if row["details"] else {}
    return Message(**{**dict(row), "details": details})


def _recalled(item: str) -> Recalled:
    fields = json.loads(item)
    for name in ("why", "messages", "external_ids", "passages"):
        fields[name] = tuple(fields.get(name, ()))
    fields["matches"] = tuple((start, end) for start, end in fields["matches"])
    return Recalled(**fields)
