"""What the engine worker does with each request: load a model, or answer a prompt with it.

Whatever goes wrong with a request becomes its `Failed`; the worker itself lives on.
"""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from engine import gguf, hardware, starter
from engine.errors import EngineBroken, EngineError, ModelHasNoEyes, NoModel, PromptTooLong
from engine.fit import given_back
from engine.generation import generate
from engine.inbox import Arrival, Inbox
from engine.loading import Interrupted, fitted
from engine.messages import (
    Assembled,
    Done,
    Failed,
    Fit,
    Forget,
    Generate,
    Generated,
    Hardware,
    Inspect,
    LoadModel,
    LoadProgress,
    ModelInfo,
    Prepare,
    Prepared,
    Reading,
    Result,
    Server,
    Survey,
    Token,
    Turn,
    Value,
)
from engine.model import Model
from engine.prompt import assemble, beginning
from engine.remote import RemoteModel
from engine.resuming import Resuming
from engine.states import States, fingerprint, forget
from engine.template import ChatTemplate

log = logging.getLogger(__name__)

STREAM_SECONDS = 0.03
READING_SECONDS = 0.3  # between two reports of how much of a prompt is processed
PROGRESS_SECONDS = 0.05  # between two reports of a load's progress


class Engine:
    """The model that is loaded, if any, and the answers to requests."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._model: Model | None = None
        self._remote: RemoteModel | None = None  # in the place of a model of our own
        self._template: ChatTemplate | None = None
        self._resuming: Resuming | None = None
        self._reading: _Reading | None = None
        self._states_folder: Path | None = None
        self._forgotten: tuple[str, ...] = ()

    def close(self) -> None:
        """Let go of the model; what it had processed of its last conversation is kept on the disk."""
        if self._resuming is not None:
            self._resuming.keep()
        if self._model is not None:
            self._model.close()
        if self._remote is not None:
            self._remote.close()
        self._model = self._remote = self._template = self._resuming = None

    def _interrupted(self) -> bool:
        """Whether to stop working on the request in hand; looked at every few milliseconds of work."""
        if self._reading is not None and self._model is not None:
            self._reading.tell(len(self._model.cached))
        return self._inbox.interrupted()

    def answer(self, arrival: Arrival) -> None:
        """Answer one request to its end; whatever goes wrong becomes a `Failed`."""
        request = arrival.request
        self._reading = None
        try:
            match request:
                case LoadModel():
                    value: Value = self._load(request)
                case Generate():
                    value = self._generate(request, arrival.at)
                case Prepare():
                    value = self._prepare(request)
                case Forget():
                    value = self._forget(request)
                case Survey():
                    value = self._hardware()
                case Inspect():
                    value = self._inspect(request)
        except EngineError as error:
            log.warning("request %d: %s", request.id, type(error).__name__)
            self._fail(request.id, error)
        except Exception as error:  # noqa: BLE001 (a bug of ours: this request fails, the worker lives on)
            log.error("request %d: %s in\n%s", request.id, type(error).__name__, _trace(error))  # noqa: TRY400
            self._fail(request.id, EngineBroken(reason=type(error).__name__))
        else:
            self._inbox.send(Result(request.id, value))

    def _fail(self, id: int, error: EngineError) -> None:
        self._inbox.send(Failed(id, type(error).__name__, error.sentence, error.facts))

    def _load(self, request: LoadModel) -> ModelInfo:
        if request.states is not None:
            self._states_folder = Path(request.states)
            forget(self._states_folder, self._forgotten)
            self._forgotten = ()
        if request.server is not None:
            return self._reach(request.server)
        path = starter.starter_model() if request.path is None else Path(request.path)
        facts = gguf.read(path)
        self.close()  # two models at once may not fit
        try:
            model = Model(facts, request, _Progress(self._inbox, request.id), self._interrupted)
        except Interrupted:
            raise NoModel from None
        try:
            vocabulary = model.vocabulary
            bos, eos = vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos)
            self._template = ChatTemplate(facts.chat_template, model=facts.name, bos=bos, eos=eos)
            vocabulary.show(self._template.marks)
        except EngineError:
            model.close()
            raise
        self._model, self._resuming = model, Resuming(model.cache, _states(request, model))
        log.info("loaded %s: %s, %d layers", path.name, model.device, facts.layers)
        return ModelInfo(
            name=starter.NAME if request.path is None else facts.name,
            path=str(path),
            context=model.context,
            layers=facts.layers,
            gpu_layers=model.gpu_layers,
            device=model.device,
            threads=model.threads,
            profile=model.profile,
            starter=request.path is None,
            own_template=self._template.own,
            thinks=self._template.style is not None,
            remote=model.remote,
            fit=model.fit,
            sees=model.eyes is not None,
        )

    def _reach(self, server: Server) -> ModelInfo:
        """Have a server answer from now on; no model is loaded here, and none stays."""
        self.close()
        try:
            self._remote = RemoteModel(server, self._inbox.interrupted)
        except Interrupted:
            raise NoModel from None
        return self._remote.info

    def _hardware(self, rpc_hosts: tuple[str, ...] = ()) -> Hardware:
        """What there is for another model, which would take the place of the one that is loaded."""
        found = hardware.survey(rpc_hosts)
        return found if self._model is None else given_back(found, self._model.fit, hardware.own_memory())

    def _inspect(self, request: Inspect) -> Fit:
        path = starter.starter_model() if request.path is None else Path(request.path)
        hardware.add_rpc_hosts(request.options.rpc_hosts)
        found = self._hardware(request.options.rpc_hosts)
        return fitted(gguf.read(path), request.options, "fast", found=found, exact=True).fit

    def _generate(self, request: Generate, arrived: float) -> Generated:
        if self._remote is not None:
            return self._generate_there(self._remote, request, arrived)
        if self._model is None or self._template is None or self._resuming is None:
            raise NoModel
        if request.images and self._model.eyes is None:
            raise ModelHasNoEyes(model=self._model.facts.name)
        earlier, pictures = self._look(request.history, request.images)
        layout = assemble(
            request,
            context=self._model.context,
            template=self._template,
            vocabulary=self._model.vocabulary,
            pictures=pictures,
            earlier=earlier,
        )
        self._inbox.send(Assembled(request.id, layout.used, layout.split))
        self._resuming.turn_to(request.conversation, layout.tokens, layout.settled)
        self._model.mark(layout.settled)
        self._reading = _Reading(self._inbox, request.id, len(layout.tokens))
        stream = _Stream(self._inbox, request.id)
        generated = generate(
            self._model,
            layout.tokens,
            request.sampling,
            arrived=arrived,
            emit=stream.add,
            splitter=self._template.splitter(request.think, begun=request.begun, begun_thought=request.begun_thought),
            ends=self._template.stop,
            begun=bool(request.begun or request.begun_thought),
            said=self._model.vocabulary.plain(request.begun or request.begun_thought),
        )
        stream.flush()
        return generated

    def _look(
        self, history: tuple[Turn, ...], images: tuple[bytes, ...]
    ) -> tuple[dict[bytes, tuple[int, ...]], tuple[tuple[int, ...], ...]]:
        """The tokens of the pictures in the history, and of `images`. Raises `ImageUnreadable`."""
        before = [image for turn in history for image in turn.images]
        if self._model is None or self._model.eyes is None or not (before or images):
            return {}, ()
        seen, again = self._model.eyes.look(images, before)
        return again, seen

    def _generate_there(self, remote: RemoteModel, request: Generate, arrived: float) -> Generated:
        stream = _Stream(self._inbox, request.id)
        try:
            return remote.answer(
                request,
                arrived=arrived,
                emit=stream.add,
                accepted=lambda layout: self._inbox.send(Assembled(request.id, layout.used, layout.split)),
            )
        finally:
            stream.flush()

    def _prepare(self, request: Prepare) -> Prepared:
        if self._remote is not None:
            return Prepared(0)  # what a server keeps is its own business
        if self._model is None or self._template is None or self._resuming is None:
            raise NoModel
        model, resuming = self._model, self._resuming
        context, template, vocabulary = model.context, self._template, model.vocabulary
        earlier, _ = self._look(request.history, ())
        try:
            layout = beginning(request, context=context, template=template, vocabulary=vocabulary, earlier=earlier)
        except PromptTooLong:  # it will be said when it is sent; until then it may become shorter
            empty = replace(request, prompt="")
            layout = beginning(empty, context=context, template=template, vocabulary=vocabulary, earlier=earlier)
        tokens, settled = layout.tokens, layout.settled
        resuming.turn_to(request.conversation, tokens, settled)
        model.mark(settled)
        self._reading = _Reading(self._inbox, request.id, len(tokens))
        # Unlike a prompt that is to be answered, all of it may be in the cache already: no logits are wanted.
        held = model.cache.cut(model.cache.common(tokens))
        if held <= settled:
            if not model.evaluate(tokens[held:settled]):
                return Prepared(len(model.cached))
            resuming.settle()
        model.evaluate(tokens[len(model.cached) :])
        return Prepared(len(model.cached))

    def _forget(self, request: Forget) -> Done:
        if self._resuming is not None:
            self._resuming.forget(request.conversations)
        if self._states_folder is not None:
            forget(self._states_folder, request.conversations)
        else:  # a worker that was never told where they are: they are erased when it is
            self._forgotten += request.conversations
        return Done()


class _Stream:
    """Sends an answer's text: the first piece at once, later ones together, no oftener than a screen is painted.

    Each message wakes the owner's threads, which take a processor from llama.cpp's own where there are few.
    """

    def __init__(self, inbox: Inbox, id: int) -> None:
        self._inbox, self._id = inbox, id
        self._held = ""
        self._thought = False  # what is held is of the model's reasoning
        self._sent = 0.0

    def add(self, text: str, thought: bool) -> None:
        if thought is not self._thought:
            self.flush()
            self._thought = thought
        self._held += text
        if time.monotonic() - self._sent >= STREAM_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._inbox.send(Token(self._id, self._held, self._thought))
            self._held, self._sent = "", time.monotonic()


class _Reading:
    """Tells how much of a long prompt is processed, now and then, until it is."""

    def __init__(self, inbox: Inbox, id: int, total: int) -> None:
        self._inbox, self._id, self._total = inbox, id, total
        self._sent = time.monotonic()

    def tell(self, done: int) -> None:
        now = time.monotonic()
        if done < self._total and now - self._sent >= READING_SECONDS:
            self._sent = now
            self._inbox.send(Reading(self._id, done, self._total))


class _Progress:
    """Sends a load's progress, now and then; says whether to go on."""

    def __init__(self, inbox: Inbox, id: int) -> None:
        self._inbox, self._id = inbox, id
        self._sent = 0.0

    def __call__(self, fraction: float) -> bool:
        now = time.monotonic()
        if fraction >= 1 or now - self._sent >= PROGRESS_SECONDS:
            self._sent = now
            self._inbox.send(LoadProgress(self._id, fraction))
        return not self._inbox.interrupted()


def _states(request: LoadModel, model: Model) -> States | None:
    """The KV states of the model that was loaded for `request`; None where none are to be kept."""
    if request.states is None:
        return None
    of_fit = (model.context, model.fit.kv_type, model.fit.full_window, model.gpu_layers > 0, model.device)
    own = (version("llama-cpp-python"), request.profile, *of_fit)
    files = (model.facts.path, *(Path(adapter.path) for adapter in request.options.adapters))
    scales = tuple(adapter.scale for adapter in request.options.adapters)
    try:
        return States(Path(request.states), request.states_bytes, fingerprint(files, own, scales))
    except OSError as error:
        log.warning("no KV states are kept: %s", error.strerror)
        return None


def _trace(error: Exception) -> str:
    """Where `error` was raised, without its message: that may hold what the user wrote."""
    return "".join(traceback.format_tb(error.__traceback__))
