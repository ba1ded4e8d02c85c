"""A request that takes a while: what it has reached, whether it was cancelled or holds, and its one last reply."""

from __future__ import annotations

import threading
from collections.abc import Callable

from knowledge import messages as m

JobRequest = (
    m.IndexPaths
    | m.ImportConversations
    | m.RemoveDocuments
    | m.Forget
    | m.DrawMap
    | m.UseEmbedder
    | m.Consolidate
    | m.CheckUp
)
Value = (
    m.Recollection | m.Indexed | m.Imported | m.Consolidated | m.Forgotten | m.MemoryMap | m.Health | m.EmbedderInUse
)


class Job:
    """A request for the second thread. Its last reply is sent once: by that thread at its end, or on a cancel."""

    def __init__(self, request: JobRequest, send: Callable[[m.Reply], None]) -> None:
        self.request, self._send = request, send
        self.so_far: Value = _nothing_done(request)
        self._guard = threading.Lock()
        self._over = False
        self._paused = False

    @property
    def cancelled(self) -> bool:
        return self._over

    @property
    def paused(self) -> bool:
        """Whether it is to hold; a cancelled one does not."""
        return self._paused and not self._over

    def pause(self, paused: bool) -> None:
        self._paused = paused

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


def _nothing_done(request: JobRequest) -> Value:
    match request:
        case m.IndexPaths():
            return m.Indexed(0, 0, 0, cancelled=False)
        case m.ImportConversations():
            return m.Imported(0, 0, 0)
        case m.RemoveDocuments() | m.Consolidate():
            return m.Consolidated(0)
        case m.Forget():
            return m.Forgotten(0, 0)
        case m.DrawMap():
            return m.MemoryMap((), ())
        case m.UseEmbedder():
            return m.EmbedderInUse("", "")
        case m.CheckUp():
            return m.Health(0, 0, 0, 0, (), "", "")
