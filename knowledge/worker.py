"""The knowledge worker's process: answers the pipe, and follows the outbox.

Two threads. This one reads the pipe and recalls; the other loads what is slow to load, then indexes, imports and
checks, one job at a time. When there is none, and no answer is being written, it works on the outbox, reads files that
still wait, follows the watched folders, looks for facts, sums up conversations and clears up. The second waits between
small batches while the first recalls. The window's process imports this file, so everything heavy is imported inside.
"""

from __future__ import annotations

import logging
import logging.handlers
import os
import queue
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import messages as m
from knowledge.errors import KnowledgeError, MemoryBroken
from knowledge.job import Job

if TYPE_CHECKING:
    from knowledge.recall import Recaller
    from knowledge.watching import Watcher
    from knowledge.work import Work

log = logging.getLogger(__name__)

# How often the outbox is looked at when nothing is asked. Whoever stores something says so (`Consolidate`); to look
# for it before would take the processors from the answer that is just being written.
OUTBOX_SECONDS = 30.0
CATCH_UP_SECONDS = 2.0  # after the start, before files are read that nobody asks for now
DISK_SECONDS = 1.0  # how often it is looked whether something has changed in watched folders
SCRUB_SECONDS = 60.0  # how long nothing was asked, before what was deleted is cleared from the disk
HOLD_SECONDS = 0.1  # between two looks whether a job that holds may go on
RECALLED_SECONDS = 1.0  # after a recall, for which what nobody waits for holds still: the next is often near
RECALL_WAIT_SECONDS = 2.0  # how long a batch waits for a recall at most
ANSWER_SECONDS = 3600.0  # for how long another embedder's index does not grow when an answer's end is not told


def run(connection: Connection, home: str, log_folder: str | None) -> None:
    """The process's whole life, from spawn to quit."""
    # Before numpy is loaded: its small products are faster in one thread than shared out while torch is at work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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


class _Worker:
    def __init__(self, connection: Connection, home: Path) -> None:
        self._connection, self._home = connection, home
        self._sending = threading.Lock()
        self._recalling = threading.Lock()
        self._recalled_at = -RECALLED_SECONDS
        self._answered_at = 0.0  # when the answer that is being written has ended, at the latest
        self._woken, self._wake = Pipe(duplex=False)
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._open: dict[int, Job] = {}
        self._later: deque[Job] = deque()  # asked for while another holds, and after its turn
        self._early: dict[int, m.Recall | m.Watch] = {}  # that came before the indexes were open
        self._recalls_over = threading.Event()
        self._recalls_over.set()
        self._broken: KnowledgeError | None = None
        self._recaller: Recaller | None = None
        self._watcher: Watcher | None = None
        self._watched: Callable[[], dict[str, str | None]] = dict
        self._ready_at = self._asked_at = 0.0
        self._outbox_at = -OUTBOX_SECONDS  # when it was last empty
        self._caught_up = False
        self._gives_way = False  # whether what is done now waits while an answer is written

    # ------------------------------------------------------------ the pipe's thread

    def serve(self) -> None:
        """Answer until told to quit, or until the other end is gone."""
        threading.Thread(target=self._work, name="indexing", daemon=True).start()
        while True:
            if self._woken in (ready := wait([self._connection, self._woken])):
                self._woken.recv()
                for request in list(self._early.values()):
                    self._answer(request)
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
                case m.Answering(writing=writing):
                    self._answered_at = time.monotonic() + ANSWER_SECONDS if writing else 0.0
                case m.Pause(job=id, paused=paused):
                    if (held := self._open.get(id)) is not None:
                        held.pause(paused)
                case m.Support():
                    self._support(request)
                case m.Recall(id) | m.Watch(id):
                    if self._recaller is None and self._broken is None:
                        self._early[id] = request
                    else:
                        self._answer(request)
                case (
                    m.IndexPaths()
                    | m.ImportConversations()
                    | m.RemoveDocuments()
                    | m.Forget()
                    | m.DrawMap()
                    | m.UseEmbedder()
                    | m.Consolidate()
                    | m.CheckUp()
                ):
                    self._open = {id: job for id, job in self._open.items() if not job.cancelled}
                    self._open[request.id] = job = Job(request, self._send)
                    self._jobs.put(job)

    def _answer(self, request: m.Recall | m.Watch) -> None:
        match request:
            case m.Recall():
                self._recall(request)
            case m.Watch(id):
                try:
                    self._send(m.Result(id, self._watch()))
                except Exception as error:  # noqa: BLE001 - told, and logged by _in_words
                    self._send(_in_words(id, error))

    def _watch(self) -> m.Watching:
        """Follow the folders that the table names now."""
        if self._watcher is None or self._recaller is None:
            raise self._broken or MemoryBroken(reason="not ready")
        folders = self._watched()
        return m.Watching(len(folders), self._watcher.follow(folders))

    def _recall(self, request: m.Recall) -> None:
        if self._recaller is None:
            self._send(_failed(request.id, self._broken or MemoryBroken(reason="not ready")))
            return
        self._recalls_over.clear()
        self._recalled_at = time.monotonic()
        try:
            with self._recalling:
                found = self._recaller.recall(request)
            self._send(m.Result(request.id, found))
        except Exception as error:  # noqa: BLE001 - told, and logged by _in_words
            self._send(_in_words(request.id, error))
        finally:
            self._recalls_over.set()

    def _support(self, request: m.Support) -> None:
        """As short as a recall, and answered like one."""
        self._recalls_over.clear()
        try:
            if self._recaller is None:
                raise self._broken or MemoryBroken(reason="not ready")
            with self._recalling:
                self._send(m.Result(request.id, self._recaller.supporter().support(request)))
        except Exception as error:  # noqa: BLE001 - told, and logged by _in_words
            self._send(_in_words(request.id, error))
        finally:
            self._recalls_over.set()

    def _recall_by(self, recaller: Recaller) -> None:
        """Another embedder is used from the next question on."""
        with self._recalling:
            self._recaller = recaller

    def _cancel(self, id: int) -> None:
        if (early := self._early.pop(id, None)) is not None:
            nothing = m.Recollection((), 0, 0.0) if isinstance(early, m.Recall) else m.Watching(0, ())
            self._send(m.Result(id, nothing))
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
        from knowledge.work import Work

        try:
            work = Work(self._home, self._breathe, lambda: self._others(work), self._send, self._recall_by)
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
        self._begin(work)
        pause = 0.0
        while True:
            try:
                job = self._later.popleft() if self._later else self._jobs.get(timeout=pause)
            except queue.Empty:
                pause = self._idle(work)
                continue
            self._do(work, job)
            pause = 0.0  # what a job left behind, or stopped

    def _begin(self, work: Work) -> None:
        from knowledge.folders import watched
        from knowledge.watching import Watcher

        self._watched = lambda: watched(work.store)
        self._watcher = Watcher(self._home)
        work.prepare()  # or the first question would wait for it, and be answered without the memory
        self._recaller = work.recaller
        self._ready_at = self._asked_at = time.monotonic()
        self._send(m.Ready(0, work.embedder.name))
        self._wake.send(None)
        self._watcher.follow(self._watched())

    def _do(self, work: Work, job: Job) -> None:
        self._gives_way = isinstance(job.request, m.Consolidate)
        if not job.cancelled:
            try:
                if (value := work.do(job)) is not None:
                    job.end(m.Result(job.request.id, value))
            except Exception as error:  # noqa: BLE001 - told, and logged by _in_words
                job.end(_in_words(job.request.id, error))
        self._asked_at = time.monotonic()

    def _others(self, work: Work) -> None:
        """While a job holds: do one that is short, or wait a little. Other files wait until it has gone on."""
        try:
            job = self._jobs.get(timeout=HOLD_SECONDS)
        except queue.Empty:
            return
        if isinstance(job.request, m.IndexPaths):
            self._later.append(job)
        else:
            self._do(work, job)

    def _idle(self, work: Work) -> float:
        """Do what nobody waits for, until something is asked or an answer is written; returns the seconds until there
        may be more of it. First comes what is to be found at once, last what only takes room."""

        def asked() -> bool:
            return not self._jobs.empty() or self._is_answering()

        def busy() -> bool:
            return asked() or time.monotonic() - self._recalled_at < RECALLED_SECONDS

        assert self._watcher is not None
        self._gives_way = True
        try:
            if time.monotonic() - self._outbox_at >= OUTBOX_SECONDS or self._asked_at > self._outbox_at:
                while not asked() and work.step():
                    pass
                if asked():
                    return DISK_SECONDS
                self._outbox_at = time.monotonic()
            if not self._caught_up:
                if (early := self._ready_at + CATCH_UP_SECONDS - time.monotonic()) > 0:
                    return early
                work.catch_up(self._send, asked)
                self._caught_up = not asked()
            if (changes := self._watcher.take()) is not None:
                followed = work.follow_disk(changes, self._send, asked)
                if followed is None:
                    self._watcher.put_back(changes)
                elif followed.read or followed.removed or followed.refused:
                    self._send(followed)
            if not busy() and work.reflect(busy):
                self._outbox_at = -OUTBOX_SECONDS  # what came of it is to be found
                return 0.0
            work.clear(asked, quiet=time.monotonic() - self._asked_at > SCRUB_SECONDS)
            if not busy() and work.succession.step():
                return 0.0
        except Exception as error:
            log.exception("what is done in idle time waits (%s)", type(error).__name__)
            return OUTBOX_SECONDS
        return DISK_SECONDS

    def _is_answering(self) -> bool:
        return time.monotonic() < self._answered_at

    def _breathe(self) -> None:
        """Between two small batches: let recalls go first, and answers too where nobody waits for the batches."""
        self._recalls_over.wait(RECALL_WAIT_SECONDS)
        while self._gives_way and self._is_answering() and self._jobs.empty():
            time.sleep(HOLD_SECONDS)


# ---------------------------------------------------------------- replies


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
