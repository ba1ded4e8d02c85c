"""The engine worker as calls: load a model, generate an answer; crashes become sentences and a safer try.

The model is loaded in the background from `start()` on; `generate` waits for it. When llama.cpp dies on its
self-test (ggml-org/llama.cpp#20824 and the like), the worker comes back in the safe profile, which is
remembered for that model, machine and library version.
"""

from __future__ import annotations

import logging
import platform
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal

from desktop.errors import Failure, died, failure
from desktop.settings import Settings
from desktop.worker import Died, Worker
from engine import messages as m
from engine.errors import EngineDied

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the window shows about the model: `info` when ready, `error` when it failed."""

    phase: Literal["loading", "ready", "failed"]
    fraction: float = 0.0
    info: m.ModelInfo | None = None
    error: Failure | None = None
    healed: bool = False  # the safe profile had to be chosen in this run


class Engine:
    """`changed` is called from a background thread with each new state."""

    def __init__(
        self,
        log_folder: Path,
        settings: Settings,
        *,
        model: str | None = None,
        changed: Callable[[EngineState], None] = lambda state: None,
    ) -> None:
        self._settings = settings
        self.model = model or settings.model or None
        self.changed = changed
        self.state = EngineState("loading")
        self._settled = threading.Event()
        self._loading = threading.Lock()
        self._worker = Worker(
            "haema-engine",
            _work,
            (str(log_folder),),
            last=(m.Result, m.Failed),
            cancel=m.Cancel,
            quit=m.Quit(),
            restarted=lambda exit_code: self._restarted(),
        )

    @property
    def pid(self) -> int | None:
        return self._worker.pid

    def start(self) -> None:
        """Spawn the worker and load the model, in the background."""
        self._worker.start()
        threading.Thread(target=self._load, name="haema-engine load", daemon=True).start()

    def use(self, model: str | None) -> None:
        """Load another model; what was being generated ends."""
        self.model = model
        self._settings.model = model or ""
        self._settled.clear()
        threading.Thread(target=self._load, name="haema-engine load", daemon=True).start()

    def close(self) -> None:
        self._worker.close()

    def wait(self, stop: threading.Event | None = None) -> m.ModelInfo | None:
        """Block until the model is ready (None when `stop` was set first). Raises `Failure`."""
        while not self._settled.wait(0.05):
            if stop is not None and stop.is_set():
                return None
        if self.state.error is not None:
            raise self.state.error
        assert self.state.info is not None
        return self.state.info

    def generate(
        self,
        *,
        system: str,
        history: tuple[m.Turn, ...],
        recalled: tuple[m.Passage, ...],
        prompt: str,
        sampling: m.Sampling,
        stop: threading.Event,
    ) -> Iterator[m.Assembled | m.Token | m.Generated]:
        """One answer, piece by piece; the last item is `Generated`. Raises `Failure`.

        When `stop` is set before the model is ready, nothing is yielded.
        """
        if self.wait(stop) is None:
            return
        request = lambda id: m.Generate(id, system, history, recalled, prompt, sampling)  # noqa: E731
        for reply in self._worker.ask(request, stop=stop):
            match reply:
                case m.Assembled() | m.Token():
                    yield reply
                case m.Result(value=m.Generated() as generated):
                    yield generated
                case m.Failed():
                    raise failure(reply)
                case Died():
                    raise died(EngineDied)

    # ------------------------------------------------------------ loading

    def _restarted(self) -> None:
        if not self._loading.locked():  # died in mid-work, not in `_load`, which sees it for itself
            self._settled.clear()
            self._load()

    def _load(self) -> None:
        with self._loading:
            path = self.model
            safe = self._profile_key(path) in self._settings.profiles
            self._tell(EngineState("loading"))
            outcome = self._try_load(path, safe=safe)
            healed = False
            if isinstance(outcome, Died) and not safe:
                log.error("the model's self-test ended with exit code %s; trying the safe profile", outcome.exit_code)
                outcome = self._try_load(path, safe=True)
                healed = isinstance(outcome, m.ModelInfo)
                if healed:
                    self._settings.profiles = {**self._settings.profiles, self._profile_key(path): "plain"}
            match outcome:
                case m.ModelInfo():
                    self._tell(EngineState("ready", 1.0, info=outcome, healed=healed))
                case m.Failed():
                    self._tell(EngineState("failed", error=failure(outcome)))
                case Died():
                    self._tell(EngineState("failed", error=died(EngineDied)))
            self._settled.set()

    def _try_load(self, path: str | None, *, safe: bool) -> m.ModelInfo | m.Failed | Died:
        for reply in self._worker.ask(lambda id: m.LoadModel(id, path=path, profile="plain" if safe else "fast")):
            match reply:
                case m.LoadProgress():
                    self._tell(EngineState("loading", reply.fraction))
                case m.Result(value=m.ModelInfo() as info):
                    return info
                case m.Failed() | Died():
                    return reply
        return Died(None)

    def _tell(self, state: EngineState) -> None:
        self.state = state
        self.changed(state)

    @staticmethod
    def _profile_key(path: str | None) -> str:
        from importlib.metadata import version

        return "|".join((path or "starter", platform.node(), version("llama-cpp-python")))


def _work(connection: Connection, log_folder: str) -> None:
    """The worker process's target: what only it needs is imported there, not in the window."""
    from engine.worker import run

    run(connection, log_folder)
