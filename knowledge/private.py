"""Private conversations: a history in this process's memory alone, which nothing else ever sees.

Their store is a database that SQLite keeps in memory, so no file, no write-ahead log and no journal holds a word of it.
It is read and written through the same `History`: conversations are told by their ids, messages by their numbers. The
worker that indexes has a store of its own and knows nothing of them; when the last one is ended the memory is let go.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from knowledge.history import Conversation, History, Image, Message, Role, State
from knowledge.messages import Recalled
from knowledge.store import Store, migrate

PREFIX = "private-"  # of the conversations' ids
FIRST = 1 << 30  # of their messages: above any number of a stored one, and within what a signal of Qt carries


def is_private(conversation: str | None) -> bool:
    """Whether nothing of this conversation may be kept."""
    return conversation is not None and conversation.startswith(PREFIX)


class PrivateStore(Store):
    """A store without a folder. One connection for all threads, one of which writes at a time."""

    def __init__(self) -> None:
        self.home = self.path = Path()
        self._writing = threading.RLock()
        self._db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA temp_store = MEMORY")
        self._db.execute("PRAGMA foreign_keys = OFF")  # sources name documents and messages of the store on the disk
        migrate(self._db, self.path)
        self._db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('messages', ?)", (FIRST,))

    @property
    def db(self) -> sqlite3.Connection:
        return self._db

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing, super().transaction() as db:
            yield db

    def close(self) -> None:
        with self._writing:
            self._db.close()


class HistoryWithPrivate(History):
    """The stored conversations, and private ones beside them, which are in no list and end with `end_private`."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._private: History | None = None

    def begin_private(self) -> Conversation:
        """A conversation of which nothing is kept."""
        if self._private is None:
            self._private = History(PrivateStore())
        begun = self._private.begin()
        id = PREFIX + begun.id
        with self._private.store.transaction() as db:
            db.execute("UPDATE conversations SET id = ? WHERE id = ?", (id, begun.id))
        return Conversation(id, begun.title, begun.created, begun.updated)

    def end_private(self) -> None:
        """Let go of all private conversations; no answer may be under way in one."""
        ended, self._private = self._private, None
        if ended is not None:
            ended.store.close()

    def _of(self, conversation: str) -> History | None:
        """The private history, if the conversation is one of its own."""
        return self._here() if is_private(conversation) else None

    def _at(self, message: int) -> History | None:
        return self._here() if message >= FIRST else None

    def _here(self) -> History:
        """After the end an empty one: what asks late finds nothing."""
        return self._private if self._private is not None else History(PrivateStore())

    # ------------------------------------------------------------ by conversation

    def conversation(self, id: str) -> Conversation:
        return own.conversation(id) if (own := self._of(id)) else super().conversation(id)

    def rename(self, id: str, title: str) -> None:
        return own.rename(id, title) if (own := self._of(id)) else super().rename(id, title)

    def delete(self, id: str) -> None:
        return own.delete(id) if (own := self._of(id)) else super().delete(id)

    def options(self, id: str) -> dict[str, Any]:
        return own.options(id) if (own := self._of(id)) else super().options(id)

    def set_options(self, id: str, options: Mapping[str, Any]) -> None:
        return own.set_options(id, options) if (own := self._of(id)) else super().set_options(id, options)

    def messages(self, conversation: str) -> list[Message]:
        return own.messages(conversation) if (own := self._of(conversation)) else super().messages(conversation)

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
        say = own.say if (own := self._of(conversation)) else super().say
        return say(conversation, role, text, parent=parent, state=state, model=model)

    def ask(
        self, conversation: str, prompt: str, *, parent: int | None, images: Sequence[Image] = ()
    ) -> tuple[Message, Message]:
        ask = own.ask if (own := self._of(conversation)) else super().ask
        return ask(conversation, prompt, parent=parent, images=images)

    def summary(self, branch: Sequence[Message]) -> tuple[int, str]:
        own = self._of(branch[0].conversation) if branch else None
        return own.summary(branch) if own else super().summary(branch)

    # ------------------------------------------------------------ by message

    def write(self, message: int, text: str, state: State, details: Mapping[str, Any] | None = None) -> None:
        write = own.write if (own := self._at(message)) else super().write
        write(message, text, state, details)

    def attach(self, message: int, images: Iterable[Image]) -> None:
        return own.attach(message, images) if (own := self._at(message)) else super().attach(message, images)

    def images(self, message: int) -> list[Image]:
        return own.images(message) if (own := self._at(message)) else super().images(message)

    def summarise(self, message: int, text: str) -> None:
        return own.summarise(message, text) if (own := self._at(message)) else super().summarise(message, text)

    def cite(self, message: int, items: Iterable[Recalled], *, first: int = 1) -> None:
        cite = own.cite if (own := self._at(message)) else super().cite
        cite(message, items, first=first)

    def sources(self, message: int) -> dict[int, Recalled]:
        return own.sources(message) if (own := self._at(message)) else super().sources(message)
