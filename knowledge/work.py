"""What the knowledge worker's second thread works with, and how it does each job. For the worker alone: heavy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import episodes, facts, forgetting, watching
from knowledge import messages as m
from knowledge.checkup import Indexes
from knowledge.embedder import Embedder
from knowledge.embedders import Succession, in_use
from knowledge.errors import FileTypeUnknown
from knowledge.filing import Filing
from knowledge.folders import watched, watched_projects
from knowledge.imports import import_conversations
from knowledge.index import Index
from knowledge.indexer import Indexer
from knowledge.job import Job, Value
from knowledge.library import Library, LibraryStep
from knowledge.passages import split
from knowledge.readers.reading import Section
from knowledge.readers.sandbox import Sandbox
from knowledge.recall import Recaller
from knowledge.remains import is_due_at_once
from knowledge.store import Store
from knowledge.words import HANGUL, Words

if TYPE_CHECKING:
    from knowledge.mapping import Mapping

PASSAGE_TOKENS = 200  # target of a passage's length
IMPORT_TELL_SECONDS = 0.1
AGAIN_SECONDS = 30.0  # after which it is looked again whether a conversation is to be summed up
FACTS_AT_ONCE = 50  # turns looked at for facts between two looks whether something is asked


class _Held(Exception):
    """The job in hand is to hold."""


class Work:
    """What the second thread works with. Opening it takes seconds. Raises `KnowledgeError`.

    `breathe` is called between forward passes of the embedder and may wait; `others` does other jobs, or waits a
    little, while the one in hand holds; `tell` sends what nobody asked for; `recall_by` is told of a new recaller, and
    returns when the former one is no longer asked.
    """

    def __init__(
        self,
        home: Path,
        breathe: Callable[[], None],
        others: Callable[[], None],
        tell: Callable[[m.Reply], None],
        recall_by: Callable[[Recaller], None],
    ) -> None:
        self._breathe, self._others, self._recall_by = breathe, others, recall_by
        self._summed_up_at = -AGAIN_SECONDS  # when there was no conversation to sum up
        self._job: Job | None = None  # whose passages are being embedded
        self.sandbox = Sandbox()
        self.store: Store = Store(home)
        self.embedder: Embedder
        self.embedder, self._trouble = in_use(self.store)
        self.indexes: Indexes = Indexes(self.store, self.embedder.fingerprint)
        self._words = Words()
        self._mapping: Mapping | None = None
        self._build()
        self.succession = Succession(self.store, self, tell, breathe)

    def _build(self) -> None:
        self.indexer: Indexer = Indexer(
            self.store, self.embedder, self.indexes, self._words, self._pause_between_batches
        )
        self.recaller: Recaller = Recaller(self.store, self.embedder, self.indexes, self._words)

    def adopt(self, embedder: Embedder, dense: Index) -> None:
        """Work with another embedder and its vectors from now on."""
        self.embedder, self.indexes = embedder, self.indexes.with_dense(dense, embedder.fingerprint)
        self._build()
        self._recall_by(self.recaller)

    def prepare(self) -> None:
        """Go on with the embedder on its way; load the Korean analyser now when the memory will need it, not in the
        first question."""
        self.succession.resume(self._trouble)
        newest = self.store.db.execute(
            "SELECT * FROM (SELECT text FROM messages ORDER BY id DESC LIMIT 200)"
            " UNION ALL SELECT * FROM (SELECT substr(text, 1, 200) FROM passages ORDER BY id DESC LIMIT 200)"
        )
        if any(HANGUL.search(row[0]) for row in newest):
            self._words.load_korean()

    def do(self, job: Job) -> Value | None:
        """The job's result; None when it goes on in idle time. Raises `KnowledgeError`."""
        match job.request:
            case m.IndexPaths():
                return self._index(job, job.request)
            case m.ImportConversations():
                return self._import(job, job.request)
            case m.RemoveDocuments():
                return self._remove(job, job.request)
            case m.Forget():
                return self._forget(job, job.request)
            case m.DrawMap():
                return self._draw_map(job, job.request)
            case m.UseEmbedder():
                return self.succession.begin(job, job.request.folder, wait=job.request.wait)
            case m.Consolidate():
                return m.Consolidated(self._drain(job))
            case m.CheckUp():
                return self._check_up(job)

    # ------------------------------------------------------------ files

    def _index(self, job: Job, request: m.IndexPaths) -> m.Indexed:
        def hold() -> None:
            if job.paused:
                filing.pause(request.paths[0] if request.paths else "")
                while job.paused:
                    self._others()
                filing.resume()
            job.so_far = filing.done

        def settle() -> None:
            job.so_far = filing.done
            while self._drain(job) or job.paused:
                hold()

        filing = Filing(request.id, job.tell, settle, lambda: job.cancelled, hold)
        named: list[str] = []
        hold()
        with closing(
            self._library().index_paths(request.paths, request.collection, filing.look, project=request.project)
        ) as steps:
            done = filing.run(_noting(steps, named))
        self.sandbox.close()  # what it holds is not needed until there are files again
        forgetting.let_in(self.store, named)
        return done

    def catch_up(self, tell: Callable[[m.FileProgress], None], stopped: Callable[[], bool]) -> None:
        """Read the files that a process which ended left waiting; those left by `stopped()` go on waiting."""
        library = self._library()
        if library.waiting():
            filing = Filing(0, tell, lambda: self._settle(stopped), stopped)
            with closing(library.index_waiting(filing.look)) as steps:
                filing.run(steps)
            self.sandbox.close()

    def follow_disk(
        self, changes: watching.Changes, tell: Callable[[m.FileProgress], None], stopped: Callable[[], bool]
    ) -> m.DiskFollowed | None:
        """Bring the documents up to changes in watched folders. None: it was stopped, and is to be repeated."""
        filing = Filing(0, tell, lambda: self._settle(stopped), stopped, unchanged=False)
        followed = watching.Followed()
        steps = watching.follow(
            changes,
            self._library(),
            watched(self.store),
            filing.look,
            forgetting.left_out(self.store),
            followed,
            watched_projects(self.store),
        )
        with closing(steps):
            filing.run(step for step in steps if not isinstance(step.error, FileTypeUnknown))
        self.sandbox.close()
        if not followed.end:
            return None
        forgetting.forget(self.store, followed.removed, keep_out=False)
        self._settle(stopped)
        return m.DiskFollowed(0, filing.news.read, len(followed.removed), filing.news.refused)

    def _library(self) -> Library:
        tokens = min(PASSAGE_TOKENS, self.embedder.window_tokens)
        return Library(self.store, self.embedder.count, tokens, self.sandbox.read, apart=True)

    def _settle(self, stopped: Callable[[], bool]) -> None:
        while not stopped() and self.step():
            pass

    # ------------------------------------------------------------ the rest

    def _import(self, job: Job, request: m.ImportConversations) -> m.Imported:
        threads = import_conversations(
            Path(request.path),
            self.store,
            lambda: job.cancelled,
            project=request.project,
            passages=lambda text: split(
                [Section(text)], self.embedder.count, min(PASSAGE_TOKENS, self.embedder.window_tokens)
            ),
        )
        told = 0.0
        while True:
            try:
                done, total = next(threads)
            except StopIteration as end:
                imported: m.Imported = end.value
                break
            if time.monotonic() - told > IMPORT_TELL_SECONDS:
                told = time.monotonic()
                job.tell(m.Progress(request.id, done, total, "reading"))
        job.so_far = imported
        total, done = self.indexer.waiting(), 0
        while not job.cancelled and (rows := self.step()):
            done += rows
            job.tell(m.Progress(request.id, min(done, total), total))
            self._others()  # what is said or to be forgotten meanwhile does not wait for the end
        return imported

    def _remove(self, job: Job, request: m.RemoveDocuments) -> m.Consolidated:
        """Forget the documents, and write anew what still holds their words."""
        forgetting.forget(self.store, request.documents)
        done = self._drain(job)
        job.so_far = m.Consolidated(done)
        if not job.cancelled and self.succession.scrub(lambda: job.cancelled):
            forgetting.scrub(self.store, self.indexes, lambda: job.cancelled)
        return m.Consolidated(done)

    def _forget(self, job: Job, request: m.Forget) -> m.Forgotten:
        """Forget what was said; what goes to the bin leaves the disk later, so nothing is written anew for it."""
        job.so_far = forgotten = forgetting.forget_said(
            self.store,
            messages=request.messages,
            facts=request.facts,
            conversations=request.conversations,
            bin_days=request.bin_days,
        )
        self._drain(job)
        if not request.bin_days and not job.cancelled and self.succession.scrub(lambda: job.cancelled):
            forgetting.scrub(self.store, self.indexes, lambda: job.cancelled)
        return forgotten

    def _draw_map(self, job: Job, request: m.DrawMap) -> m.MemoryMap:
        if self._mapping is None:
            from knowledge.mapping import Mapping  # few ever look at the map

            self._mapping = Mapping(self.store, lambda: self.indexes.dense, self._words)

        def told(done: int, total: int) -> None:
            job.tell(m.Progress(request.id, done, total))

        return self._mapping.draw(request.most, lambda: job.cancelled, told, self._breathe)

    def reflect(self, stopped: Callable[[], bool]) -> bool:
        """In idle time: look for facts in some turns that wait, else sum up a conversation; whether there was any."""
        if facts.consider_waiting(self.store, stopped, FACTS_AT_ONCE):
            return True

        def breathing() -> bool:
            self._breathe()
            return stopped()

        if stopped() or time.monotonic() < self._summed_up_at + AGAIN_SECONDS:
            return False
        if episodes.step(self.store, self.indexes.dense, self._words, self.embedder.count, breathing):
            return True
        self._summed_up_at = time.monotonic()
        return False

    def clear(self, stopped: Callable[[], bool], *, quiet: bool) -> None:
        """In idle time: have what was deleted, or was said by files that are others now, leave the disk.

        `quiet`: nothing was asked for a while; what the user wants forgotten does not wait for that.
        """
        if not stopped():
            forgetting.empty_bin(self.store)
        due = forgetting.is_due(self.store) if quiet else is_due_at_once(self.store)
        if due and not stopped() and not self.indexer.waiting() and self.succession.scrub(stopped):
            forgetting.scrub(self.store, self.indexes, stopped)

    def step(self) -> int:
        """Work on the oldest rows of the outbox; returns how many there were."""
        if self.store.db.execute("SELECT 1 FROM outbox WHERE change = 'remove' LIMIT 1").fetchone():
            forgetting.set_due(self.store)
        return self.indexer.step()

    def _drain(self, job: Job, tell: Callable[[int], None] = lambda done: None) -> int:
        """Work until the outbox is empty or the job is cancelled; returns how many rows that were."""
        done = 0
        self._job = job
        try:
            while not job.cancelled and not job.paused and (rows := self.step()):
                done += rows
                tell(done)
        except _Held:
            done = max(1, done)
        finally:
            self._job = None
        return done

    def _pause_between_batches(self) -> None:
        """What is being embedded for a job that now holds is left; the outbox still names it."""
        self._breathe()
        if self._job is not None and self._job.paused:
            raise _Held

    def _check_up(self, job: Job) -> m.Health:
        db = self.store.db
        waiting = self.indexer.waiting()
        integrity = "; ".join(row[0] for row in db.execute("PRAGMA integrity_check(5)"))
        self.indexes.check()
        self.succession.reopen()
        self._drain(job)
        repaired = tuple(self.indexes.repaired)
        self.indexes.repaired.clear()
        messages, documents, passages = db.execute(
            "SELECT (SELECT count(*) FROM messages WHERE role IN ('user', 'assistant')),"
            " (SELECT count(*) FROM documents WHERE status = 'indexed'), (SELECT count(*) FROM passages)"
        ).fetchone()
        return m.Health(messages, documents, passages, waiting, repaired, integrity, self.embedder.name)


def _noting(steps: Iterator[LibraryStep], named: list[str]) -> Iterator[LibraryStep]:
    """The steps as they come, the paths of what was read noted."""
    for step in steps:
        if step.status == "indexed":
            named.append(step.path)
        yield step
