"""The engine worker as calls: load a model, answer, prepare; an answer that is cut off carries on.

What keeps a model loaded is `desktop/loading.py`; `generate` waits for it. When the worker dies, hangs or runs out of
memory in mid-answer, the answer goes on after what was already shown as soon as the model is back.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from desktop import healing
from desktop.errors import died, failure
from desktop.load_options import keep_options, options_for
from desktop.loading import PATIENCE, EngineState, Loading
from desktop.preparing import Preparing
from desktop.settings import Settings
from desktop.worker import Died, Flag, Request, Worker
from engine import messages as m
from engine.errors import (
    EngineBroken,
    EngineDied,
    HostBusy,
    HostsLost,
    HostUnusable,
    NoModel,
    ServerAnswerBroken,
    ServerBusy,
    ServerHasNoModel,
    ServerRefused,
    ServerUnreachable,
)

__all__ = ["Engine", "EngineState"]

log = logging.getLogger(__name__)

SILENCE_SECONDS = 30.0  # without a sign of life of the worker; a healthy one gives two a second
CARRIED_ON = 2  # times one answer is carried on; the failure after that is told
ANSWER_TOKENS = m.Sampling().max_tokens
# Errors of a load after which it is worth another try when the user asks again: what was missing may be there by now.
OF_SERVERS = (ServerUnreachable, ServerBusy, ServerRefused, ServerAnswerBroken, ServerHasNoModel)
PASSING = frozenset(error.__name__ for error in (EngineDied, HostUnusable, HostBusy, HostsLost, *OF_SERVERS))
NO_TIMINGS = m.Timings(0.0, 0, 0, 0, 0.0)


class Engine:
    """`changed` is called from a background thread with each new state."""

    def __init__(
        self,
        log_folder: Path,
        settings: Settings,
        *,
        model: str | None = None,
        server: m.Server | None = None,
        states: Path | None = None,
        silence: float = SILENCE_SECONDS,
        changed: Callable[[EngineState], None] = lambda state: None,
    ) -> None:
        """`server` answers in the place of the one in the settings.

        `states` is the folder for the KV states of conversations; a worker silent for `silence` seconds is hung.
        """
        self.changed = changed
        self._settings, self._silence = settings, silence
        self._worker = Worker(
            "haema-engine",
            _work,
            (str(log_folder),),
            last=(m.Result, m.Failed),
            cancel=m.Cancel,
            quit=m.Quit(),
            ended=self._died,
        )
        self._loading = Loading(
            self._worker,
            settings,
            model=model or settings.model or None,
            server=server,
            states=states,
            silence=silence,
            tell=self._tell,
        )
        self._idle = Preparing(self._prepare)
        self._counting = threading.Lock()
        self._answers = 0  # being written

    @property
    def pid(self) -> int | None:
        return self._worker.pid

    @property
    def model(self) -> str | None:
        """The path of the model that is wanted; None: the starter."""
        return self._loading.model

    @property
    def state(self) -> EngineState:
        return self._loading.state

    def _died(self, death: Died) -> None:
        self._loading.ended(death)

    def _tell(self, state: EngineState) -> None:
        self.changed(state)

    # ------------------------------------------------------------ the model

    def start(self) -> None:
        """Spawn the worker and load the model, in the background."""
        self._worker.start()
        self._loading.start()

    def use(self, model: str | None, options: m.LoadOptions | None = None) -> None:
        """Load another model, with these choices from now on (None: those it had); what was being generated ends."""
        self._settings.model = model or ""
        if options is not None and options != options_for(self._settings, model):
            keep_options(self._settings, model, options)
            known = healing.remembered(self._settings, model)
            if known is not None and known[1] == "memory":
                healing.forget(self._settings, model)  # other choices need other memory
        self._loading.want(model)

    def reload(self) -> None:
        """Load the model again: its file, its adapters or the settings are others now."""
        self._loading.want(self.model)

    def try_fast(self) -> None:
        """Forget that the model needed a safer profile, and load it in the fast one."""
        healing.forget(self._settings, self.model)
        self._loading.want(self.model)

    def close(self) -> None:
        """End the worker and all that waits for it."""
        self._loading.close()
        self._idle.close()
        self._worker.close()
        self._loading.join()
        self._idle.join()

    def wait(self, stop: Flag | None = None) -> m.ModelInfo | None:
        """Block until the model is ready (None when `stop` was set first). Raises `Failure`."""
        return self._loading.wait(stop)

    # ------------------------------------------------------------ answers

    def generate(
        self,
        *,
        system: str,
        history: tuple[m.Turn, ...],
        recalled: tuple[m.Passage, ...],
        prompt: str,
        sampling: m.Sampling,
        stop: threading.Event,
        conversation: str | None = None,
        summary: str = "",
        images: tuple[bytes, ...] = (),
        think: bool | None = None,
    ) -> Iterator[m.Assembled | m.Reading | m.Token | m.Generated]:
        """One answer, piece by piece; the last item is `Generated`. Raises `Failure`.

        When `stop` is set before the model is ready, nothing is yielded. When the worker fails in between, the answer
        goes on after a pause, and each piece comes once.
        """
        shown = _Shown(m.Generate(0, system, history, recalled, prompt, sampling, conversation, summary, images, think))
        with self._counting:
            self._answers += 1
        self._idle.drop()
        try:
            yield from self._answer(shown, stop)
        finally:
            with self._counting:
                self._answers -= 1

    def _answer(
        self, shown: _Shown, stop: threading.Event
    ) -> Iterator[m.Assembled | m.Reading | m.Token | m.Generated]:
        if self.state.error is not None and self.state.error.error in PASSING:
            self.reload()  # "ask again to go on"
        failures = 0
        while self.wait(stop) is not None:
            change = self._loading.change
            if not self._loading.ready:  # it has changed since we waited
                continue
            end: m.Result | m.Failed | Died = Died(None)
            for reply in self._worker.ask(shown.request, silence=self._silence, stop=_Either(stop, change)):
                match reply:
                    case m.Assembled() if not shown.laid_out:
                        shown.lay_out(reply)
                        yield reply
                    case m.Token():
                        shown.add(reply)
                        yield reply
                    case m.Reading():
                        yield reply
                    case m.Result() | m.Failed() | Died():
                        end = reply
            another = change.is_set() and not stop.is_set()  # model is wanted
            match end:
                case m.Result(value=m.Generated() as generated) if not another or shown.anything:
                    self._loading.answered()
                    yield shown.whole(generated)
                    return
                case _ if stop.is_set() or (another and shown.anything):
                    break  # it was to end, and did
                case m.Failed() | Died() if not another:
                    failures += 1
                    self._look_into(end, failures)
        if shown.anything:
            yield shown.whole(m.Generated("", "stopped", NO_TIMINGS))

    def _look_into(self, end: m.Failed | Died, failures: int) -> None:
        """See to it that an answer which was cut off can carry on; raises its `Failure` where it cannot."""
        error = died(EngineDied) if isinstance(end, Died) else failure(end)
        forgot = error.error == NoModel.__name__  # a worker that came back in just this moment
        if isinstance(end, m.Failed) and not forgot:
            starved = end.error == EngineBroken.__name__ and failures == 1  # or our own bug, which will come again
            if healing.reason(end) is None and not starved:
                raise error  # about this prompt, not about the worker
            self._loading.end_broken(end)
        log.warning("an answer was cut off: %s, for the %d. time", error.error, failures)
        if failures > CARRIED_ON:
            raise error

    # ------------------------------------------------------------ idle time

    def prepare(
        self,
        *,
        system: str,
        history: tuple[m.Turn, ...],
        recalled: tuple[m.Passage, ...] = (),
        prompt: str = "",
        conversation: str | None = None,
        summary: str = "",
        max_tokens: int = ANSWER_TOKENS,
        think: bool | None = None,
    ) -> None:
        """Let the worker process what the next prompt will begin with; returns at once, and the newest call wins.

        `max_tokens` is for the answer to come. Does nothing while a model is loaded or an answer is written. What goes
        wrong is only logged.
        """
        self._idle.put(m.Prepare(0, system, history, recalled, prompt, conversation, summary, max_tokens, think))

    def rest(self, seconds: float) -> bool:
        """Whether nothing is prepared any more within so many seconds."""
        return self._idle.rest(seconds)

    def _prepare(self, request: m.Prepare, stop: threading.Event) -> None:
        if not self._loading.ready or self._answers:
            return
        for reply in self._worker.ask(lambda id: replace(request, id=id), silence=self._silence, stop=stop):
            match reply:
                case m.Failed():
                    log.info("nothing was prepared: %s", reply.error)
                case Died():
                    log.warning("the engine died while it prepared the next prompt")

    def forget(self, conversations: Iterable[str]) -> None:
        """Erase the KV states of these conversations; returns when that is done. Raises `Failure`."""
        gone = tuple(conversations)
        with self._idle.paused(gone):
            self._value(lambda id: m.Forget(id, gone))

    # ------------------------------------------------------------ what fits

    def survey(self) -> m.Hardware:
        """What this computer can give a model; blocks. Raises `Failure`."""
        hardware = self._value(m.Survey)
        assert isinstance(hardware, m.Hardware)
        return hardware

    def inspect(self, path: str | None, options: m.LoadOptions | None = None) -> m.Fit:
        """Whether and how a model would fit, with its own options or with these; blocks. Raises `Failure`."""
        chosen = options if options is not None else options_for(self._settings, path)
        fit = self._value(lambda id: m.Inspect(id, path, chosen))
        assert isinstance(fit, m.Fit)
        return fit

    def _value(self, request: Callable[[int], Request]) -> m.Value:
        """The result of a request without pieces; one over which the worker dies is made once more."""
        for _ in range(2):
            for reply in self._worker.ask(request, silence=PATIENCE * self._silence):
                match reply:
                    case m.Result():
                        return reply.value
                    case m.Failed():
                        raise failure(reply)
        raise died(EngineDied)


class _Shown:
    """What the reader has seen of an answer, and the request for the rest of it."""

    def __init__(self, wish: m.Generate) -> None:
        self._wish = wish
        self._text: list[str] = []
        self._thought: list[str] = []
        self.laid_out = False

    @property
    def anything(self) -> bool:
        return bool(self._text or self._thought)

    def request(self, id: int) -> m.Generate:
        return replace(self._wish, id=id, begun="".join(self._text), begun_thought="".join(self._thought))

    def lay_out(self, reply: m.Assembled) -> None:
        """From now on the passages keep their numbers: what was shown may cite them."""
        self.laid_out = True
        self._wish = replace(self._wish, recalled=tuple(self._wish.recalled[index] for index in reply.used))

    def add(self, token: m.Token) -> None:
        (self._thought if token.thought else self._text).append(token.text)

    def whole(self, last: m.Generated) -> m.Generated:
        """The whole answer, where `last` may be only its last part."""
        return replace(last, text="".join(self._text), thought="".join(self._thought))


@dataclass(frozen=True, slots=True)
class _Either:
    """Set when one of two flags is."""

    one: Flag
    other: Flag

    def is_set(self) -> bool:
        return self.one.is_set() or self.other.is_set()


def _work(connection: Connection, log_folder: str) -> None:
    """The worker process's target: what only it needs is imported there, not in the window."""
    from engine.worker import run

    run(connection, log_folder)
