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
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import messages as m
from knowledge.errors import KnowledgeError, MemoryBroken
from knowledge.job import Job

if TYPE_CHECKING:
    from knowledge.recall import Recaller
    from knowledge.work import Work

log = logging.getLogger(__name__)

# How often the outbox is looked at when nothing is asked. Whoever stores something says so (`Consolidate`); to look
# for it before would take the processors from the answer that is just being written.
OUTBOX_SECONDS = 30.0
RECALL_WAIT_SECONDS = 2.0  # how long a batch waits for a recall at most


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


class _Worker:
    def __init__(self, connection: Connection, home: Path) -> None:
        self._connection, self._home = connection, home
        self._sending = threading.Lock()
        self._woken, self._wake = Pipe(duplex=False)
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._open: dict[int, Job] = {}
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
                case (
                    m.IndexPaths()
                    | m.ImportConversations()
                    | m.RemoveDocuments()
                    | m.UseEmbedder()
                    | m.Consolidate()
                    | m.CheckUp()
                ):
                    self._open = {id: job for id, job in self._open.items() if not job.cancelled}
                    self._open[request.id] = job = Job(request, self._send)
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
        from knowledge.work import Work

        try:
            work = Work(self._home, self._breathe)
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

    def _follow(self, work: Work) -> None:
        """Work on the outbox until it is empty or something is asked."""
        try:
            while self._jobs.empty() and work.indexer.step():
                pass
        except Exception as error:
            log.exception("the outbox waits (%s)", type(error).__name__)

    def _breathe(self) -> None:
        self._recalls_over.wait(RECALL_WAIT_SECONDS)


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
