"""What the engine worker does with each request: load a model, or answer a prompt with it.

Whatever goes wrong with a request becomes its `Failed`; the worker itself lives on.
"""

from __future__ import annotations

import logging
import time
import traceback
from dataclasses import replace
from pathlib import Path

from engine import gguf, starter
from engine.errors import EngineBroken, EngineError, NoModel
from engine.generation import generate
from engine.inbox import Arrival, Inbox
from engine.loading import Interrupted
from engine.messages import (
    Assembled,
    Failed,
    Forget,
    Generate,
    Generated,
    Inspect,
    LoadModel,
    LoadProgress,
    ModelInfo,
    Prepare,
    Result,
    Survey,
    Token,
    Value,
)
from engine.model import Model
from engine.prompt import assemble
from engine.template import ChatTemplate

log = logging.getLogger(__name__)

STREAM_SECONDS = 0.03
PROGRESS_SECONDS = 0.05  # between two reports of a load's progress


class Engine:
    """The model that is loaded, if any, and the answers to requests."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox
        self._model: Model | None = None
        self._template: ChatTemplate | None = None

    def close(self) -> None:
        if self._model is not None:
            self._model.close()
        self._model = self._template = None

    def answer(self, arrival: Arrival) -> None:
        """Answer one request to its end; whatever goes wrong becomes a `Failed`."""
        request = arrival.request
        try:
            match request:
                case LoadModel():
                    value: Value = self._load(request)
                case Generate():
                    value = self._generate(request, arrival.at)
                case Survey() | Inspect() | Prepare() | Forget():
                    raise NotImplementedError
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
        path = starter.starter_model() if request.path is None else Path(request.path)
        facts = gguf.read(path)
        self.close()  # two models at once may not fit
        try:
            model = Model(facts, request, _Progress(self._inbox, request.id), self._inbox.interrupted)
        except Interrupted:
            raise NoModel from None
        try:
            vocabulary = model.vocabulary
            bos, eos = vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos)
            self._template = ChatTemplate(facts.chat_template, model=facts.name, bos=bos, eos=eos)
        except EngineError:
            model.close()
            raise
        self._model = model
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
        )

    def _generate(self, request: Generate, arrived: float) -> Generated:
        if self._model is None or self._template is None:
            raise NoModel
        layout = assemble(
            request, context=self._model.context, template=self._template, vocabulary=self._model.vocabulary
        )
        self._inbox.send(Assembled(request.id, layout.used, layout.split))
        stream = _Stream(self._inbox, request.id)
        generated = generate(
            self._model,
            layout.tokens,
            replace(request.sampling, stop=(*request.sampling.stop, *self._template.stop)),
            arrived=arrived,
            emit=stream.add,
        )
        stream.flush()
        return generated


class _Stream:
    """Sends an answer's text: the first piece at once, later ones together, no oftener than a screen is painted.

    Each message wakes the owner's threads, which take a processor from llama.cpp's own where there are few.
    """

    def __init__(self, inbox: Inbox, id: int) -> None:
        self._inbox, self._id = inbox, id
        self._held = ""
        self._sent = 0.0

    def add(self, text: str) -> None:
        self._held += text
        if time.monotonic() - self._sent >= STREAM_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._inbox.send(Token(self._id, self._held))
            self._held, self._sent = "", time.monotonic()


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


def _trace(error: Exception) -> str:
    """Where `error` was raised, without its message: that may hold what the user wrote."""
    return "".join(traceback.format_tb(error.__traceback__))
