"""The knowledge worker's process: answers the pipe, and follows the outbox.

Two threads. This one reads the pipe and recalls; the other loads what is slow to load, then indexes, imports and
checks, one job at a time, and works on the outbox when there is none. The second waits between small batches while
the first recalls. The window's process imports this file, so everything heavy is imported inside.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import queue
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import messages as m
from knowledge.errors import KnowledgeError, MemoryBroken

if TYPE_CHECKING:
    from knowledge.checkup import Indexes
    from knowledge.embedder import Embedder
    from knowledge.indexer import Indexer
    from knowledge.recall import Recaller
    from knowledge.store import Store

log = logging.getLogger(__name__)

# How often the outbox is looked at when nothing is asked. Whoever stores something says so (`Consolidate`); to look
# for it before would take the processors from the answer that is just being written.
OUTBOX_SECONDS = 30.0
RECALL_WAIT_SECONDS = 2.0  # how long a batch waits for a recall at most
PENDING = 128  # passages that may wait in the outbox before reading goes on
PASSAGE_TOKENS = 200  # target of a passage's length

JobRequest = m.IndexPaths | m.ImportConversations | m.Consolidate | m.CheckUp
Value = m.Recollection | m.Indexed | m.Imported | m.Consolidated | m.Health


def run(connection: Connection, home: str, log_folder: str | None) -> None:
    """The process's whole life, from spawn to quit."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the owner's business
    if log_folder is not None:
        _log_to(Path(log_folder))
    try:
        _Worker(connection, Path(home)).serve()
    except Exception:
        log.exception("the memory's worker ends")
        logging.shutdown()
        os._exit(1)
    from knowledge.library import excuse
    from knowledge.store import Store

    try:
        excuse(Store(Path(home)))
    except (KnowledgeError, OSError):
        log.warning("the files being read could not be excused: the next start counts a failed reading")
    logging.shutdown()
    # The other thread may be deep inside torch, Chroma or tantivy, whose files a killed process cannot break.
    os._exit(0)


class _Job:
    """A request for the second thread. Its last reply is sent once: by that thread at its end, or on a cancel."""

    def __init__(self, request: JobRequest, send: Callable[[m.Reply], None]) -> None:
        self.request, self._send = request, send
        self.so_far: Value = _nothing_done(request)
        self._guard = threading.Lock()
        self._over = False

    @property
    def cancelled(self) -> bool:
        return self._over

    def tell(self, reply: m.FileProgress | m.Progress) -> None:
        with self._guard:
            if not self._over:
                self._send(reply)

    def end(self, reply: m.Result | m.Failed) -> None:
        with self._guard:
            if not self._over:
                self._over = True
                self._send(reply)

    def cancel(self) -> None:
        value = self.so_far
        if isinstance(value, m.Indexed):
            value = m.Indexed(value.files, value.refused, value.passages, cancelled=True)
        self.end(m.Result(self.request.id, value))


class _Worker:
    def __init__(self, connection: Connection, home: Path) -> None:
        self._connection, self._home = connection, home
        self._sending = threading.Lock()
        self._woken, self._wake = Pipe(duplex=False)
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self._open: dict[int, _Job] = {}
        self._early: dict[int, m.Recall] = {}  # recalls that came before the indexes were open
        self._recalls_over = threading.Event()
        self._recalls_over.set()
        self._broken: KnowledgeError | None = None
        self._recaller: Recaller | None = None

    # ------------------------------------------------------------ the pipe's thread

    def serve(self) -> None:
        """Answer until told to quit, or until the other end is gone."""
        threading.Thread(target=self._work, name="indexing", daemon=True).start()
        while True:
            if self._woken in (ready := wait([self._connection, self._woken])):
                self._woken.recv()
                for request in list(self._early.values()):
                    self._recall(request)
                self._early.clear()
            if self._connection not in ready:
                continue
            try:
                request = self._connection.recv()
            except (EOFError, OSError):
                return
            match request:
                case m.Quit():
                    return
                case m.Cancel(id):
                    self._cancel(id)
                case m.Recall(id):
                    if self._recaller is None and self._broken is None:
                        self._early[id] = request
                    else:
                        self._recall(request)
                case m.IndexPaths() | m.ImportConversations() | m.Consolidate() | m.CheckUp():
                    self._open = {id: job for id, job in self._open.items() if not job.cancelled}
                    self._open[request.id] = job = _Job(request, self._send)
                    self._jobs.put(job)

    def _recall(self, request: m.Recall) -> None:
        if self._recaller is None:
            self._send(_failed(request.id, self._broken or MemoryBroken(reason="not ready")))
            return
        self._recalls_over.clear()
        try:
            self._send(m.Result(request.id, self._recaller.recall(request)))
        except Exception as error:  # noqa: BLE001 - told, and logged by _in_words
            self._send(_in_words(request.id, error))
        finally:
            self._recalls_over.set()

    def _cancel(self, id: int) -> None:
        if self._early.pop(id, None) is not None:
            self._send(m.Result(id, m.Recollection((), 0, 0.0)))
        elif (job := self._open.pop(id, None)) is not None:
            job.cancel()

    def _send(self, reply: m.Reply) -> None:
        with self._sending:
            try:
                self._connection.send(reply)
            except (BrokenPipeError, OSError):
                log.info("nobody listens any more")

    # ------------------------------------------------------------ the other thread

    def _work(self) -> None:
        try:
            work = _Work(self._home, self._breathe)
        except KnowledgeError as error:
            self._broken = error
        except Exception as error:
            log.exception("the memory cannot be opened")
            self._broken = MemoryBroken(reason=type(error).__name__)
        if self._broken is not None:
            log.error("the memory is not usable: %s", type(self._broken).__name__)
            self._wake.send(None)
            while True:
                job = self._jobs.get()
                job.end(_failed(job.request.id, self._broken))
        self._recaller = work.recaller
        self._send(m.Ready(0, work.embedder.name))
        self._wake.send(None)
        work.prepare()
        pause = 0.0
        while True:
            try:
                job = self._jobs.get(timeout=pause)
            except queue.Empty:
                pause = OUTBOX_SECONDS
                self._follow(work)
                continue
            pause = 0.0  # what a job left behind, or stopped
            if job.cancelled:
                continue
            try:
                job.end(m.Result(job.request.id, work.do(job)))
            except Exception as error:  # noqa: BLE001 - told, and logged by _in_words
                job.end(_in_words(job.request.id, error))

    def _follow(self, work: _Work) -> None:
        """Work on the outbox until it is empty or something is asked."""
        try:
            while self._jobs.empty() and work.indexer.step():
                pass
        except Exception as error:
            log.exception("the outbox waits (%s)", type(error).__name__)

    def _breathe(self) -> None:
        self._recalls_over.wait(RECALL_WAIT_SECONDS)


class _Work:
    """What the second thread works with. Opening it takes seconds. Raises `KnowledgeError`."""

    def __init__(self, home: Path, breathe: Callable[[], None]) -> None:
        from knowledge.checkup import Indexes
        from knowledge.embedder import bundled
        from knowledge.indexer import Indexer
        from knowledge.readers.sandbox import Sandbox
        from knowledge.recall import Recaller
        from knowledge.store import Store
        from knowledge.words import Words

        self.sandbox = Sandbox()
        self.store: Store = Store(home)
        self.embedder: Embedder = bundled(home)
        self.indexes: Indexes = Indexes(self.store, self.embedder.fingerprint)
        self._words = Words()
        self.indexer: Indexer = Indexer(self.store, self.embedder, self.indexes, self._words, breathe)
        self.recaller: Recaller = Recaller(self.store, self.embedder, self.indexes, self._words)

    def prepare(self) -> None:
        """Load the Korean analyser now when the memory will need it, not in the first question."""
        from knowledge.words import HANGUL

        newest = self.store.db.execute(
            "SELECT * FROM (SELECT text FROM messages ORDER BY id DESC LIMIT 200)"
            " UNION ALL SELECT * FROM (SELECT substr(text, 1, 200) FROM passages ORDER BY id DESC LIMIT 200)"
        )
        if any(HANGUL.search(row[0]) for row in newest):
            self._words.load_korean()

    def do(self, job: _Job) -> Value:
        """The job's result. Raises `KnowledgeError`."""
        match job.request:
            case m.IndexPaths():
                return self._index(job, job.request)
            case m.ImportConversations():
                return self._import(job, job.request)
            case m.Consolidate():
                return m.Consolidated(self._drain(job))
            case m.CheckUp():
                return self._check_up(job)

    def _index(self, job: _Job, request: m.IndexPaths) -> m.Indexed:
        from knowledge.library import Library, LibraryStep

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

    def _import(self, job: _Job, request: m.ImportConversations) -> m.Imported:
        from knowledge.imports import import_conversations

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

    def _drain(self, job: _Job, tell: Callable[[int], None] = lambda done: None) -> int:
        """Work until the outbox is empty or the job is cancelled; returns how many rows that were."""
        done = 0
        while not job.cancelled and (rows := self.indexer.step()):
            done += rows
            tell(done)
        return done

    def _check_up(self, job: _Job) -> m.Health:
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


# ---------------------------------------------------------------- replies


def _nothing_done(request: JobRequest) -> Value:
    match request:
        case m.IndexPaths():
            return m.Indexed(0, 0, 0, cancelled=False)
        case m.ImportConversations():
            return m.Imported(0, 0, 0)
        case m.Consolidate():
            return m.Consolidated(0)
        case m.CheckUp():
            return m.Health(0, 0, 0, 0, (), "", "")


def _failed(id: int, error: KnowledgeError) -> m.Failed:
    return m.Failed(id, type(error).__name__, error.sentence, error.facts)


def _in_words(id: int, error: Exception) -> m.Failed:
    """Their fault is told as it is; ours goes to the log, and is told as such."""
    if isinstance(error, KnowledgeError):
        return _failed(id, error)
    log.error("request %d failed", id, exc_info=error)
    return _failed(id, MemoryBroken(reason=type(error).__name__))


def _log_to(folder: Path) -> None:
    """Log to `memory.log`, in three files of at most 1 MB; a folder that cannot be written is not worth dying for."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            folder / "memory.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("chromadb").setLevel(logging.WARNING)
