"""What the knowledge worker's second thread works with, and how it does each job. For the worker alone: heavy."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from knowledge import messages as m
from knowledge.checkup import Indexes
from knowledge.embedder import Embedder, bundled
from knowledge.imports import import_conversations
from knowledge.indexer import Indexer
from knowledge.job import Job, Value
from knowledge.library import Library, LibraryStep
from knowledge.readers.sandbox import Sandbox
from knowledge.recall import Recaller
from knowledge.store import Store
from knowledge.words import HANGUL, Words

PENDING = 128  # passages that may wait in the outbox before reading goes on
PASSAGE_TOKENS = 200  # target of a passage's length


class Work:
    """What the second thread works with. Opening it takes seconds. Raises `KnowledgeError`."""

    def __init__(self, home: Path, breathe: Callable[[], None]) -> None:
        self.sandbox = Sandbox()
        self.store: Store = Store(home)
        self.embedder: Embedder = bundled(home)
        self.indexes: Indexes = Indexes(self.store, self.embedder.fingerprint)
        self._words = Words()
        self.indexer: Indexer = Indexer(self.store, self.embedder, self.indexes, self._words, breathe)
        self.recaller: Recaller = Recaller(self.store, self.embedder, self.indexes, self._words)

    def prepare(self) -> None:
        """Load the Korean analyser now when the memory will need it, not in the first question."""
        newest = self.store.db.execute(
            "SELECT * FROM (SELECT text FROM messages ORDER BY id DESC LIMIT 200)"
            " UNION ALL SELECT * FROM (SELECT substr(text, 1, 200) FROM passages ORDER BY id DESC LIMIT 200)"
        )
        if any(HANGUL.search(row[0]) for row in newest):
            self._words.load_korean()

    def do(self, job: Job) -> Value:
        """The job's result. Raises `KnowledgeError`."""
        match job.request:
            case m.IndexPaths():
                return self._index(job, job.request)
            case m.ImportConversations():
                return self._import(job, job.request)
            case m.RemoveDocuments():
                return self._remove(job, job.request)
            case m.UseEmbedder():
                return m.EmbedderInUse(self.embedder.name, self.embedder.fingerprint)
            case m.Consolidate():
                return m.Consolidated(self._drain(job))
            case m.CheckUp():
                return self._check_up(job)

    def _index(self, job: Job, request: m.IndexPaths) -> m.Indexed:
        tokens = min(PASSAGE_TOKENS, self.embedder.window_tokens)
        library = Library(self.store, self.embedder.count, tokens, self.sandbox.read)
        begin = time.monotonic()
        through, refused, passages, pending = 0, 0, 0, 0
        written: list[LibraryStep] = []  # read and stored, not yet recallable

        def tell(step: LibraryStep, status: m.FileStatus) -> None:
            error = step.error
            left = (time.monotonic() - begin) / through * (step.total - through) if through else None
            job.tell(
                m.FileProgress(
                    id=request.id,
                    path=step.path,
                    status=status,
                    passages=step.passages,
                    reason=str(error) if error else None,
                    done=through,
                    total=step.total,
                    seconds_left=left,
                    error=type(error).__name__ if error else None,
                    template=error.sentence if error else None,
                    facts=error.facts if error else {},
                )
            )

        def settle() -> None:
            nonlocal through, passages, pending
            self._drain(job)
            if job.cancelled:
                return
            for step in written:
                through, passages = through + 1, passages + step.passages
                job.so_far = m.Indexed(through, refused, passages, cancelled=False)
                tell(step, "indexed")
            written.clear()
            pending = 0

        for step in library.index_paths(request.paths, request.collection, lambda: job.cancelled):
            if step.status == "indexed":
                written.append(step)
                pending += step.passages
                tell(step, "indexing")
                if pending >= PENDING:
                    settle()
            elif step.status in ("unchanged", "refused"):
                through += 1
                refused += step.status == "refused"
                passages += step.passages
                job.so_far = m.Indexed(through, refused, passages, cancelled=False)
                tell(step, step.status)
            else:
                tell(step, step.status)
            if job.cancelled:
                break
        self.sandbox.close()  # what it holds is not needed until there are files again
        settle()
        return m.Indexed(through, refused, passages, cancelled=False)

    def _import(self, job: Job, request: m.ImportConversations) -> m.Imported:
        threads = import_conversations(Path(request.path), self.store, lambda: job.cancelled)
        while True:
            try:
                next(threads)
            except StopIteration as end:
                imported: m.Imported = end.value
                break
        job.so_far = imported
        total = self.indexer.waiting()
        self._drain(job, lambda done: job.tell(m.Progress(request.id, min(done, total), total)))
        return imported

    def _remove(self, job: Job, request: m.RemoveDocuments) -> m.Consolidated:
        with self.store.transaction() as db:
            db.executemany("DELETE FROM documents WHERE id = ?", [(id,) for id in request.documents])
        return m.Consolidated(self._drain(job))

    def _drain(self, job: Job, tell: Callable[[int], None] = lambda done: None) -> int:
        """Work until the outbox is empty or the job is cancelled; returns how many rows that were."""
        done = 0
        while not job.cancelled and (rows := self.indexer.step()):
            done += rows
            tell(done)
        return done

    def _check_up(self, job: Job) -> m.Health:
        db = self.store.db
        waiting = self.indexer.waiting()
        integrity = "; ".join(row[0] for row in db.execute("PRAGMA integrity_check(5)"))
        self.indexes.check()
        self._drain(job)
        repaired = tuple(self.indexes.repaired)
        self.indexes.repaired.clear()
        messages, documents, passages = db.execute(
            "SELECT (SELECT count(*) FROM messages WHERE role IN ('user', 'assistant')),"
            " (SELECT count(*) FROM documents WHERE status = 'indexed'), (SELECT count(*) FROM passages)"
        ).fetchone()
        return m.Health(messages, documents, passages, waiting, repaired, integrity, self.embedder.name)
