"""The knowledge worker as calls: recall, index, import, consolidate, check."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from desktop.errors import Failure, died, failure
from desktop.worker import Died, Request, Worker
from knowledge import messages as m
from knowledge.errors import MemoryDied

MAP_POINTS = 3000  # more take t-SNE most of a minute, and crowd the window
OUTSIDE = m.Scope()  # what belongs to no project


class Memory:
    """`ready_changed` is called from a background thread when the worker becomes ready or dies."""

    def __init__(
        self, home: Path, log_folder: Path, *, ready_changed: Callable[[bool], None] = lambda ready: None
    ) -> None:
        self.ready_changed = ready_changed
        # Called from a background thread with files that nobody asked for: left waiting, or changed in watched folders.
        self.files_changed: Callable[[m.FileProgress | m.DiskFollowed], None] = lambda news: None
        self.embedder: str | None = None
        self.next_embedder: m.Progress | None = None  # how far the index of another one has grown
        self.embedder_trouble: Failure | None = None  # why the chosen one, or the next, is not used
        self._ready = threading.Event()
        self._worker = Worker(
            "haema-memory",
            _work,
            (str(home), str(log_folder)),
            last=(m.Result, m.Failed),
            cancel=m.Cancel,
            quit=m.Quit(),
            unasked=self._unasked,
            restarted=lambda exit_code: self._died(),
        )

    @property
    def pid(self) -> int | None:
        return self._worker.pid

    def start(self) -> None:
        """Spawn the worker; it is ready some seconds later."""
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def wait(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Whether the worker is ready within `seconds`, or `stop` was not set first."""
        for _ in range(max(1, int(seconds / 0.05))):
            if self._ready.wait(0.05):
                return True
            if stop is not None and stop.is_set():
                return False
        return False

    def recall(
        self,
        query: str,
        *,
        kind: m.RecallKind = "all",
        k: int | None = None,
        tokens: int | None = None,
        without_conversation: str | None = None,
        relevant_only: bool = False,
        context: tuple[str, ...] = (),
        collections: tuple[str, ...] | None = None,
        scope: m.Scope | None = OUTSIDE,
        timeout: float | None = None,
    ) -> m.Recollection:
        """What the memory holds on `query`, best first. Raises `Failure` or `TimeoutError`."""
        ask = self._last(
            lambda id: m.Recall(
                id,
                query,
                kind=kind,
                k=k,
                tokens=tokens,
                without_conversation=without_conversation,
                relevant_only=relevant_only,
                context=context,
                collections=collections,
                scope=scope,
            ),
            timeout=timeout,
        )
        assert isinstance(ask, m.Recollection)
        return ask

    def index(
        self, paths: tuple[str, ...], collection: str | None, stop: threading.Event, project: str | None = None
    ) -> Iterator[m.FileProgress | m.Indexed]:
        """Index files and folders; the last item is `Indexed`. Raises `Failure`."""
        for reply in self._worker.ask(lambda id: m.IndexPaths(id, paths, collection, project), stop=stop):
            match reply:
                case m.FileProgress():
                    yield reply
                case m.Result(value=m.Indexed() as indexed):
                    yield indexed
                case m.Failed():
                    raise failure(reply)
                case Died():
                    raise died(MemoryDied)

    def import_conversations(
        self, path: str, stop: threading.Event, project: str | None = None
    ) -> Iterator[m.Progress | m.Imported]:
        """Import an export, all of it into a project or as it says itself; the last item is `Imported`. Raises
        `Failure`."""
        for reply in self._worker.ask(lambda id: m.ImportConversations(id, path, project), stop=stop):
            match reply:
                case m.Progress():
                    yield reply
                case m.Result(value=m.Imported() as imported):
                    yield imported
                case m.Failed():
                    raise failure(reply)
                case Died():
                    raise died(MemoryDied)

    def remove_documents(self, documents: tuple[int, ...]) -> None:
        """Forget documents; returns when nothing is left of them. Raises `Failure`."""
        self._last(lambda id: m.RemoveDocuments(id, documents))

    def forget(
        self,
        *,
        messages: tuple[int, ...] = (),
        facts: tuple[int, ...] = (),
        conversations: tuple[str, ...] = (),
        bin_days: int = 0,
    ) -> m.Forgotten:
        """Forget what was said; returns when no index holds a word of it. `Chat.forget` returns at once, and has the
        model forget it too. Raises `Failure`."""
        forgotten = self._last(lambda id: m.Forget(id, messages, facts, conversations, bin_days))
        assert isinstance(forgotten, m.Forgotten)
        return forgotten

    def draw_map(self, stop: threading.Event) -> Iterator[m.Progress | m.MemoryMap]:
        """Lay out what is remembered in two dimensions; the last item is the `MemoryMap`. Raises `Failure`."""
        for reply in self._worker.ask(lambda id: m.DrawMap(id, MAP_POINTS), stop=stop):
            match reply:
                case m.Progress():
                    yield reply
                case m.Result(value=m.MemoryMap() as drawn):
                    yield drawn
                case m.Failed():
                    raise failure(reply)
                case Died():
                    raise died(MemoryDied)

    def support(self, sentences: tuple[str, ...], sources: tuple[str, ...], timeout: float) -> m.Supported:
        """How well the sources support each sentence. Raises `Failure` or `TimeoutError`."""
        supported = self._last(lambda id: m.Support(id, sentences, sources), timeout=timeout)
        assert isinstance(supported, m.Supported)
        return supported

    def pause(self, job: int, paused: bool) -> None:
        """Hold the indexing whose `FileProgress.id` is `job`, or go on with it; told by `FileProgress.paused`."""
        self._worker.tell(m.Pause(0, job, paused))

    def watch(self) -> m.Watching:
        """Follow the folders that stand in the table of watched ones now. Raises `Failure`."""
        watching = self._last(m.Watch)
        assert isinstance(watching, m.Watching)
        return watching

    @contextmanager
    def answering(self) -> Iterator[None]:
        """While an answer is written: what the memory does of its own accord, and heavy, waits for its end."""
        self._worker.tell(m.Answering(0, writing=True))
        try:
            yield
        finally:
            self._worker.tell(m.Answering(0, writing=False))

    def consolidate(self) -> None:
        """Block until everything stored is recallable. Raises `Failure`."""
        self._last(m.Consolidate)

    def use_embedder(self, folder: str | None, stop: threading.Event) -> Iterator[m.Progress | m.EmbedderInUse]:
        """Change to the embedder in `folder` (None: the bundled one) and follow it; a stop keeps the present one. The
        last item is `EmbedderInUse`. Raises `Failure`."""
        for reply in self._worker.ask(lambda id: m.UseEmbedder(id, folder), stop=stop):
            match reply:
                case m.Progress():
                    yield reply
                case m.Result(value=m.EmbedderInUse() as in_use):
                    self._in_use(in_use)
                    yield in_use
                case m.Failed():
                    raise failure(reply)
                case Died():
                    raise died(MemoryDied)

    def choose_embedder(self, folder: str | None) -> None:
        """Begin to change to the embedder in `folder`; returns when it was found good, and `next_embedder` and
        `embedder` tell the rest. The one in use, chosen again, ends a change. Raises `Failure`."""
        in_use = self._last(lambda id: m.UseEmbedder(id, folder, wait=False))
        assert isinstance(in_use, m.EmbedderInUse)
        self._in_use(in_use, ended=False)

    def _in_use(self, in_use: m.EmbedderInUse, *, ended: bool = True) -> None:
        self.embedder, self.embedder_trouble = in_use.name, None
        if ended:
            self.next_embedder = None

    def check_up(self) -> m.Health:
        """Compare store and indexes and repair what is derived. Raises `Failure`."""
        health = self._last(m.CheckUp)
        assert isinstance(health, m.Health)
        return health

    def _last(self, request: Callable[[int], Request], *, timeout: float | None = None) -> Any:
        for reply in self._worker.ask(request, timeout=timeout):
            match reply:
                case m.Result():
                    return reply.value
                case m.Failed():
                    raise failure(reply)
                case Died():
                    raise died(MemoryDied)
        raise Failure(MemoryDied.__name__, MemoryDied.sentence, {})

    def _unasked(self, reply: Any) -> None:
        match reply:
            case m.Ready():
                self.embedder = reply.embedder
                self._ready.set()
                self.ready_changed(True)
            case m.FileProgress() | m.DiskFollowed():
                self.files_changed(reply)
            case m.Progress():
                self.next_embedder = reply
            case m.Result(value=m.EmbedderInUse() as in_use):
                self._in_use(in_use)
            case m.Failed():
                self.embedder_trouble = failure(reply)

    def _died(self) -> None:
        self._ready.clear()
        self.ready_changed(False)


def _work(connection: Connection, home: str, log_folder: str) -> None:
    """The worker process's target: what only it needs is imported there, not in the window."""
    from knowledge.worker import run

    run(connection, home, log_folder)
