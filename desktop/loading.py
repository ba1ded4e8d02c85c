"""Keeps the model that the user wants loaded in the engine worker, and finds the profile it can run in.

One thread does all loading: a model that is wanted, and the same one again when the worker died. A load that fails is
tried again in safer profiles, chosen by what failed (`desktop/healing.py`); what helped is remembered.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from desktop import healing
from desktop.errors import Failure, died, failure
from desktop.healing import Why
from desktop.load_options import chosen_server, options_for
from desktop.settings import Settings
from desktop.worker import Died, Flag, Request, Worker
from engine import messages as m
from engine.errors import EngineDied, HostsLost, ModelCrashes

log = logging.getLogger(__name__)

PATIENCE = 4  # times as much silence as in an answer: a slow disk, a GPU that compiles its kernels
TROUBLE = 5  # deaths without a whole answer between them; after that, nothing is loaded again unasked
AGAIN = 2  # times that a load is tried again as it was, where what failed may have been the worker
CLOSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class EngineState:
    """What the window shows about the model: `info` when ready, `error` when it failed."""

    phase: Literal["loading", "ready", "failed"]
    fraction: float = 0.0
    info: m.ModelInfo | None = None
    error: Failure | None = None
    revived: Why | None = None  # why the worker had to be started again just now
    healed: Why | None = None  # why a faster profile was given up just now; `info.profile` is the new one
    given_up: Why | None = None  # why `info.profile` is not "fast", whether found out just now or remembered


class Loading:
    """`tell` is called from a background thread with each new state."""

    def __init__(
        self,
        worker: Worker,
        settings: Settings,
        *,
        model: str | None,
        server: m.Server | None = None,
        states: Path | None,
        silence: float,
        tell: Callable[[EngineState], None],
    ) -> None:
        """`server` answers in the place of the one in the settings.

        `states` is the folder for the KV states of conversations; a worker silent for `silence` seconds is hung.
        """
        self.model = model
        self._given_server = server
        self.state = EngineState("loading")
        self.change = threading.Event()  # set, and replaced by a new one, when another model is wanted
        self._worker, self._settings, self._states, self._silence, self._tell = worker, settings, states, silence, tell
        self._news = threading.Condition()
        self._settled = threading.Event()  # `state` is ready or failed, and nothing is known that will change it
        self._wanted = False  # by the user
        self._deaths: list[m.Failed | Died] = []  # of the worker, with nobody having looked at them yet
        self._blame: m.Failed | None = None  # for which the worker is being ended
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="haema-engine load", daemon=True)
        self._worked: set[str | None] = set()  # models that were loaded before, so that they can be
        # of the model that is loaded or being loaded
        self._info: m.ModelInfo | None = None
        self._profile: m.Profile = "fast"
        self._given_up: Why | None = None
        self._proven = False  # it has given a whole answer since it was loaded
        self._trouble = 0  # deaths since the last whole answer

    def start(self) -> None:
        """Begin with the model that is wanted."""
        self.want(self.model)
        self._thread.start()

    def close(self) -> None:
        """Load nothing more."""
        with self._news:
            self._closing = True
            self.change.set()
            self._news.notify_all()

    def join(self) -> None:
        """Wait for the thread, once the worker is closed."""
        if self._thread.is_alive():
            self._thread.join(CLOSE_SECONDS)

    # ------------------------------------------------------------ what happens outside

    def want(self, model: str | None) -> None:
        """Load this model; what is being loaded or generated ends."""
        with self._news:
            self.model, self._wanted = model, True
            self._settled.clear()
            change, self.change = self.change, threading.Event()
            change.set()
            self._news.notify_all()

    def ended(self, death: Died) -> None:
        """The worker died in mid-work; to be called before anyone who waits for it is told."""
        with self._news:
            self._deaths.append(self._blame or death)
            self._blame = None
            self._settled.clear()
            self._news.notify_all()

    def end_broken(self, failed: m.Failed) -> None:
        """End a worker that reported that its inside is broken: it comes back clean, and it is known why."""
        with self._news:
            self._blame = failed
            self._settled.clear()
        self._worker.kill()

    def answered(self) -> None:
        """The model has given a whole answer: it can be trusted in this profile."""
        with self._news:
            self._proven, self._trouble = True, 0

    @property
    def ready(self) -> bool:
        return self._settled.is_set() and self.state.info is not None

    def wait(self, stop: Flag | None = None) -> m.ModelInfo | None:
        """Block until the model is ready (None when `stop` was set first, or all is closed). Raises `Failure`."""
        while not self._closing and (stop is None or not stop.is_set()):
            if self._settled.wait(0.05):
                state = self.state
                if state.error is not None:
                    raise state.error
                if state.info is not None:
                    return state.info
        return None

    # ------------------------------------------------------------ the thread

    def _work(self) -> None:
        while True:
            with self._news:
                while not (self._wanted or self._deaths or self._closing):
                    self._news.wait()
                if self._closing:
                    return
                deaths, self._deaths = self._deaths, []
                wanted, self._wanted = self._wanted, False
                change = self.change
            if wanted:
                self._load_anew(change)
            else:
                self._load_again(change, deaths[-1])

    def _load_anew(self, change: threading.Event) -> None:
        """What the user wants, in the profile that is known to suit it."""
        self._info, self._proven, self._trouble = None, False, 0
        self._profile, self._given_up = healing.remembered(self._settings, self.model) or ("fast", None)
        self._load(change)

    def _load_again(self, change: threading.Event, cause: m.Failed | Died) -> None:
        """The same model, after the worker ended in mid-work, in a safer profile where that promises more.

        A model that has worked may have died of something else, and a hung one may have been starved: the first time
        it comes back as it was.
        """
        why = healing.reason(cause) or "crashed"
        self._trouble += 1
        if self._trouble > TROUBLE:
            self._settle(EngineState("failed", error=died(EngineDied)), change)
            return
        unexplained = self._proven or why == "hung" or healing.by_somebody(cause)
        profile = None
        lent = self._info is not None and self._info.remote  # another computer's end is not the model's fault
        ours = healing.reason(cause) is None  # nor is a failure of our own code
        if why == "memory" or not (lent or ours or (unexplained and self._trouble <= 1)):
            profile = healing.safer(self._profile, why, on_gpu=self._on_gpu)
        self._proven = False
        if profile is None:
            self._load(change, revived=why)
        else:
            log.warning("the engine %s in the profile %s and is loaded again in %s", why, self._profile, profile)
            self._profile = profile
            self._load(change, revived=why, healed=why, lasting=not healing.by_somebody(cause))

    def _load(
        self,
        change: threading.Event,
        *,
        revived: Why | None = None,
        healed: Why | None = None,
        lasting: bool = True,
    ) -> None:
        """Load in `_profile`, or in the first safer one that works; `lasting`: it is to be remembered."""
        first: m.Failed | Died | None = None
        again = AGAIN
        while True:
            outcome = self._try_load(change, revived)
            if change.is_set():
                return  # another wish is in line
            why = healing.reason(outcome)
            if isinstance(outcome, m.ModelInfo):
                break
            first = first or outcome
            if again and self._may_yet(outcome):
                again -= 1
                continue
            if why is None or self._server is not None:
                break
            profile = healing.safer(self._profile, why, on_gpu=self._on_gpu)
            if profile is None:
                break
            log.error("a load in the profile %s failed (%s) and is tried in %s", self._profile, why, profile)
            lasting = lasting and not (healing.by_somebody(outcome) or self._settings.rpc_hosts)
            self._profile, healed = profile, why
        match outcome:
            case m.ModelInfo():
                self._info = outcome
                self._worked.add(self.model)
                if healed is not None:
                    self._given_up = healed
                    if lasting:
                        healing.remember(self._settings, self.model, self._profile, healed)
                given_up = self._given_up if outcome.safe else None
                state = EngineState("ready", 1.0, info=outcome, revived=revived, healed=healed, given_up=given_up)
            case _:
                state = EngineState("failed", error=self._error(first or outcome))
        self._settle(state, change)

    def _may_yet(self, outcome: m.Failed | Died) -> bool:
        """Whether a load that failed may succeed in the same profile; if so, the worker is a fresh one.

        A model that was loaded before can be, and what was ended by somebody or starved may have been well.
        """
        if isinstance(outcome, Died):
            return self.model in self._worked or outcome.hung or healing.by_somebody(outcome)
        if self.model not in self._worked or outcome.error not in healing.PASSING:
            return False
        self._worker.kill(wait=True)  # what it holds may be what is missing
        with self._news:
            self._deaths.clear()
        return True

    def _settle(self, state: EngineState, change: threading.Event) -> None:
        with self._news:
            if change.is_set() or self._deaths:
                return  # it is no longer so; who waits goes on waiting
            self.state = state
            self._settled.set()
        self._tell(state)

    # ------------------------------------------------------------ one try

    def _try_load(self, change: threading.Event, revived: Why | None) -> m.ModelInfo | m.Failed | Died:
        self._report(EngineState("loading", revived=revived), change)

        def request(id: int) -> m.LoadModel:
            gigabytes = float(self._settings.states_gigabytes)
            return m.LoadModel(
                id,
                path=self.model,
                options=options_for(self._settings, self.model),
                profile=self._profile,
                states=str(self._states) if self._states is not None and gigabytes > 0 else None,
                states_bytes=int(gigabytes * (1 << 30)),
                server=self._server,
            )

        def progress(reply: Any) -> None:
            if isinstance(reply, m.LoadProgress):
                self._report(EngineState("loading", reply.fraction, revived=revived), change)

        reply = self._ask(request, stop=change, each=progress)
        if isinstance(reply, m.Result):
            assert isinstance(reply.value, m.ModelInfo)
            return reply.value
        return reply

    @property
    def _server(self) -> m.Server | None:
        """What answers instead of a model on this computer."""
        return self._given_server or chosen_server(self._settings)

    def _error(self, outcome: m.Failed | Died) -> Failure:
        if isinstance(outcome, m.Failed):
            return failure(outcome)
        if hosts := self._settings.rpc_hosts:
            return Failure(HostsLost.__name__, HostsLost.sentence, {"hosts": ", ".join(hosts)})
        if self.model is None or self.model in self._worked:
            return died(EngineDied)
        return Failure(ModelCrashes.__name__, ModelCrashes.sentence, {"path": self.model})

    def _on_gpu(self) -> bool:
        """Whether the model has layers on a GPU, or would have; yes where that cannot be found out."""
        if self._info is not None:
            return self._info.gpu_layers > 0
        options = options_for(self._settings, self.model)
        reply = self._ask(lambda id: m.Inspect(id, self.model, options))
        return not (isinstance(reply, m.Result) and isinstance(reply.value, m.Fit) and reply.value.gpu_layers == 0)

    def _ask(
        self,
        request: Callable[[int], Request],
        *,
        stop: Flag | None = None,
        each: Callable[[Any], None] = lambda reply: None,
    ) -> m.Result | m.Failed | Died:
        """The last reply. A death of the worker is in it, and needs no other look."""
        last: m.Result | m.Failed | Died = Died(None)
        for reply in self._worker.ask(request, silence=PATIENCE * self._silence, stop=stop):
            each(reply)
            if isinstance(reply, m.Result | m.Failed | Died):
                last = reply
        if isinstance(last, Died):
            with self._news:
                self._deaths.clear()
        return last

    def _report(self, state: EngineState, change: threading.Event) -> None:
        with self._news:
            if change.is_set():
                return
            self.state = state
        self._tell(state)
