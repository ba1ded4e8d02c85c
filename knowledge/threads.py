"""A thread from elsewhere into the history: what is new of it, in the transaction of the caller.

Known by their ids, neither conversations nor messages are stored twice. A later export of the same account adds what
was said since, and its title where the user did not choose one here. Texts that came along become documents, in a
collection that bears the program's name; their paths ("claude:/…/notes.txt") name no file on any computer.
"""

from __future__ import annotations

import json
import re
import sqlite3
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from knowledge.chats.thread import Paper, Picture, Project, Thread, Turn, times
from knowledge.history import title_from
from knowledge.passages import Draft

Split = Callable[[str], Sequence[Draft]]  # a text's passages

UNNAMED = "Project"
LONGEST_NAME = 100  # characters of a project's name

_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f/\\]+")


def settle_project(db: sqlite3.Connection, id: str, name: str, created: float | None) -> str:
    """Have the project here, under a name that no other one has; returns its id."""
    if db.execute("SELECT 1 FROM projects WHERE id = ?", (id,)).fetchone() is None:
        taken = {row["name"].casefold() for row in db.execute("SELECT name FROM projects")}
        wanted = name.strip()[:LONGEST_NAME] or UNNAMED
        free, number = wanted, 1
        while free.casefold() in taken:
            number += 1
            free = f"{wanted} ({number})"
        values = (id, free, created or time.time())
        db.execute("INSERT INTO projects (id, name, created) VALUES (?, ?, ?)", values)
    return id


class Arrivals:
    """Takes in what one export holds. `project` is what all of it is to belong to; None: what it says itself.

    `picture` finds a picture of the archive by its name. The counts are what has been stored so far.
    """

    def __init__(
        self, split: Split, picture: Callable[[str], bytes | None] = lambda name: None, project: str | None = None
    ) -> None:
        self._split, self._picture, self.project = split, picture, project
        self._written: set[str] = set()
        self.conversations = self.messages = self.known = self.documents = self.facts = 0
        self.left_out: Counter[str] = Counter()

    # ------------------------------------------------------------ conversations

    def take(self, thread: Thread, db: sqlite3.Connection) -> None:
        """Store what is new of the thread."""
        self.left_out += thread.left_out
        self._propose(thread, db)
        turns = thread.turns()
        if not turns:
            return
        parents = thread.parents(turns)
        order = thread.order(turns, parents)
        begun = thread.created or next((turn.created for turn in turns.values() if turn.created), time.time())
        when = times(turns, parents, order, begun)
        name = thread.external_id or next(iter(turns.values())).external_id
        row = db.execute("SELECT id, sealed, project FROM conversations WHERE external_id = ?", (name,)).fetchone()
        if row is None:
            first = next((turns[node].text for node in order if turns[node].role == "user"), "")
            conversation, sealed, project = uuid.uuid4().hex, thread.sealed, self._belongs(thread.project, db)
            db.execute(
                "INSERT INTO conversations (id, title, created, updated, external_id, project, sealed)"
                " VALUES (?, ?, ?, 0, ?, ?, ?)",
                (conversation, thread.title or title_from(first), begun, name, project, sealed),
            )
        else:
            conversation, sealed, project = row["id"], bool(row["sealed"]), row["project"]
            if thread.title:
                db.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND titled = 0", (thread.title, conversation)
                )
        new = self._store_turns(conversation, turns, parents, order, when, db)
        for node in new:
            turn = turns[node]
            if turn.papers and sealed:  # a document could be recalled elsewhere
                self.left_out["sealed"] += len(turn.papers)
            elif turn.papers:
                self._file(thread.program, name, turn.papers, project, when[node], db)
        if new:
            latest = max(when[node] for node in new)
            db.execute("UPDATE conversations SET updated = max(updated, ?) WHERE id = ?", (latest, conversation))
            self.conversations += 1

    def _store_turns(
        self,
        conversation: str,
        turns: Mapping[str, Turn],
        parents: Mapping[str, str | None],
        order: Sequence[str],
        when: Mapping[str, float],
        db: sqlite3.Connection,
    ) -> list[str]:
        """Store the turns that are new; returns their nodes."""
        stored = db.execute("SELECT external_id, id FROM messages WHERE conversation = ?", (conversation,))
        ids: dict[str, int] = {external_id: id for external_id, id in stored if external_id is not None}
        new: list[str] = []
        for node in order:
            turn = turns[node]
            if turn.external_id in ids:
                self.known += 1
                continue
            pictures = self._found(turn.pictures)
            if not turn.text and not pictures:
                continue
            cursor = db.execute(
                "INSERT INTO messages (conversation, role, author, text, created, state, external_id, model, details)"
                " VALUES (?, ?, ?, ?, ?, 'complete', ?, ?, ?)",
                (
                    conversation,
                    turn.role,
                    turn.author,
                    turn.text,
                    when[node],
                    turn.external_id,
                    turn.model,
                    json.dumps({"thought": turn.thought}, ensure_ascii=False) if turn.thought else None,
                ),
            )
            assert cursor.lastrowid is not None
            ids[turn.external_id] = cursor.lastrowid
            db.executemany(
                "INSERT INTO images (message, place, name, data) VALUES (?, ?, ?, ?)",
                [(cursor.lastrowid, place, name, data) for place, (name, data) in enumerate(pictures, start=1)],
            )
            new.append(node)
        for node in new:  # afterwards: a branch may be stored before what it branches from
            parent = parents[node]
            while parent is not None and turns[parent].external_id not in ids:  # a picture that was not to be had
                parent = parents[parent]
            if parent is not None:
                above, below = ids[turns[parent].external_id], ids[turns[node].external_id]
                db.execute("UPDATE messages SET parent = ? WHERE id = ?", (above, below))
        self.messages += len(new)
        return new

    def _found(self, pictures: Iterable[Picture]) -> list[tuple[str, bytes]]:
        found = []
        for picture in pictures:
            data = picture.data if picture.data is not None else self._picture(picture.asset or picture.name)
            if data is None:
                self.left_out["files"] += 1
            else:
                found.append((picture.name, data))
        return found

    # ------------------------------------------------------------ what came along

    def take_project(self, program: str, project: Project, db: sqlite3.Connection) -> None:
        """Store a project and its documents."""
        belongs = self._belongs(project, db)
        self._file(program, project.id, project.papers, belongs, project.created or time.time(), db)

    def take_notes(
        self, program: str, notes: Iterable[tuple[str | None, Paper]], known: str, db: sqlite3.Connection
    ) -> None:
        """Store what the program noted itself, a project's notes with it; `known` names the account."""
        for project, paper in notes:
            belongs = self.project
            if belongs is None and project is not None:
                row = db.execute("SELECT id FROM projects WHERE id = ?", (project,)).fetchone()
                if row is None:  # a project's notes outside of it would be recalled everywhere
                    self.left_out["notes"] += 1
                    continue
                belongs = row["id"]
            self._file(program, project or known, [paper], belongs, time.time(), db)

    def _belongs(self, project: Project | None, db: sqlite3.Connection) -> str | None:
        if self.project is not None or project is None:
            return self.project
        return settle_project(db, project.id, project.name, project.created)

    def _file(
        self,
        program: str,
        folder: str,
        papers: Iterable[Paper],
        project: str | None,
        when: float,
        db: sqlite3.Connection,
    ) -> None:
        """Store texts as documents; one that is known by its path stays as it is, two of one name are told apart."""
        scheme = program.lower().replace(" ", "-")
        for paper in papers:
            if not paper.text.strip():
                continue
            name = _NOT_IN_A_NAME.sub("_", paper.name)[:200] or "document.txt"
            path, number = f"{scheme}:/{_NOT_IN_A_NAME.sub('_', folder)}/{name}", 1
            size = len(paper.text.encode())
            while (row := db.execute("SELECT size FROM documents WHERE path = ?", (path,)).fetchone()) is not None:
                if row["size"] == size:
                    break
                number += 1
                stem, dot, suffix = name.rpartition(".")
                other = f"{stem} ({number}){dot}{suffix}" if dot else f"{name} ({number})"
                path = f"{scheme}:/{_NOT_IN_A_NAME.sub('_', folder)}/{other}"
            else:
                document = db.execute(
                    "INSERT INTO documents (path, collection, title, size, modified, status, added, project)"
                    " VALUES (?, ?, ?, ?, ?, 'indexed', ?, ?)",
                    (path, program, paper.name, size, when, time.time(), project),
                ).lastrowid
                db.executemany(
                    "INSERT INTO passages (document, ordinal, text, page, heading, start) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (document, draft.ordinal, draft.text, draft.page, draft.heading, draft.start)
                        for draft in self._split(paper.text)
                    ],
                )
                self.documents += 1

    def _propose(self, thread: Thread, db: sqlite3.Connection) -> None:
        """What the user wrote about themselves elsewhere is proposed as facts; a line is asked about once."""
        for line in thread.written:
            if line in self._written:
                continue
            self._written.add(line)
            if (
                db.execute("SELECT 1 FROM facts WHERE text = ? AND project IS ?", (line, self.project)).fetchone()
                is None
            ):
                now = time.time()
                db.execute(
                    "INSERT INTO facts (text, kind, state, project, valid_from, created)"
                    " VALUES (?, 'written', 'proposed', ?, ?, ?)",
                    (line, self.project, thread.created or now, now),
                )
                self.facts += 1
