"""The worker's end of the pipe: requests in their order, cancels at once.

While a request is worked on, `interrupted` looks at the pipe every few milliseconds: other requests wait in line.
A `Cancel` ends the request in hand with what there is, and takes a waiting one out of the line; `Quit`, or the owner's
death, ends the process. A `Prepare` gives way to whatever else there is: the one in hand ends with what it has, and
one that waits is not begun once a newer prompt comes.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from multiprocessing.connection import Connection

from engine.errors import NoModel
from engine.messages import (
    Alive,
    Cancel,
    Failed,
    Generate,
    Generated,
    LoadModel,
    Prepare,
    Prepared,
    Quit,
    Reply,
    Request,
    Result,
    Timings,
    Work,
)

LOOK_SECONDS = 0.02  # between two looks at the pipe: short for a person, long for a processor
ALIVE_SECONDS = 0.5  # at most between two signs of life: without any the owner takes this process for hung


@dataclass(frozen=True, slots=True)
class Arrival:
    request: Work
    at: float  # time.monotonic()


class Inbox:
    """What the owner sends over `connection`, and the way back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[Arrival] = deque()
        self._current = 0
        self._idle = False  # the current request is work for idle time
        self._stopped = False  # the current request is cancelled, or has to give way
        self._ended = False  # told to quit, or the owner is gone
        self._looked = 0.0
        self._sent = time.monotonic()  # the last sign of life

    def next(self) -> Arrival | None:
        """The next request, waited for; None when the process should end."""
        self._current, self._idle, self._stopped, self._looked = 0, False, False, 0.0
        while not self._waiting and not self._ended:
            self._receive()
        if self._ended:
            return None
        arrival = next((waiting for waiting in self._waiting if not _idle(waiting)), self._waiting[0])
        self._waiting.remove(arrival)
        self._current = arrival.request.id
        self._idle = _idle(arrival)
        return arrival

    def interrupted(self) -> bool:
        """Whether to stop working on the current request. Cheap: looks at the pipe only every few milliseconds."""
        now = time.monotonic()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            if now - self._sent >= ALIVE_SECONDS:
                self.send(Alive(self._current))
            try:
                while not self._ended and self._connection.poll():
                    self._receive()
            except OSError:
                self._ended = True
        return self._ended or self._stopped

    def send(self, reply: Reply) -> None:
        """Send `reply`; when the owner is gone, the work in hand is interrupted instead."""
        try:
            self._connection.send(reply)
            self._sent = time.monotonic()
        except OSError:
            self._ended = True

    def _receive(self) -> None:
        try:
            message: Request = self._connection.recv()
        except (EOFError, OSError):
            self._ended = True
            return
        match message:
            case Quit():
                self._ended = True
            case Cancel():
                self._cancel(message.id)
            case _:
                self._give_way(message)
                self._waiting.append(Arrival(message, time.monotonic()))

    def _give_way(self, newcomer: Work) -> None:
        """End the work for idle time in hand; what of it waits is of no use any more once the prompt has changed."""
        self._stopped = self._stopped or self._idle
        if isinstance(newcomer, LoadModel | Generate | Prepare):
            for arrival in [arrival for arrival in self._waiting if _idle(arrival)]:
                self._waiting.remove(arrival)
                self.send(_not_begun(arrival.request))

    def _cancel(self, id: int) -> None:
        """Stop the current request, or answer one that waits; one that has ended crossed its cancel on the way."""
        if id == self._current:
            self._stopped = True
        for arrival in [arrival for arrival in self._waiting if arrival.request.id == id]:
            self._waiting.remove(arrival)
            self.send(_not_begun(arrival.request))


def _idle(arrival: Arrival) -> bool:
    return isinstance(arrival.request, Prepare)


def _not_begun(request: Work) -> Result | Failed:
    match request:
        case Generate():
            return Result(request.id, Generated("", "stopped", Timings(0.0, 0, 0, 0, 0.0)))
        case Prepare():
            return Result(request.id, Prepared(0))
        case _:
            return Failed(request.id, NoModel.__name__, NoModel.sentence, {})
