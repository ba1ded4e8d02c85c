"""A GGUF file into llama.cpp: the model on the devices that suit it, and a context over it.

`fitted` plans (`fit.plan`), lets llama.cpp simulate its allocations where the plan hangs on them, and plans again.
"""

from __future__ import annotations

import ctypes
import logging
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine import fit as fitting
from engine import gguf, hardware, llama, vision
from engine.errors import EngineError, ModelMissing, ModelTooLarge, ModelUnsupported, OutOfMemory
from engine.fit import Choice, Correction
from engine.gguf import ModelFacts, in_words
from engine.messages import Device, Fit, Hardware, KvType, LoadOptions, Profile
from engine.speculation import MOST_DRAFT

log = logging.getLogger(__name__)

KV_TYPES: dict[KvType, int] = {"f16": 1, "q8_0": 8, "q4_0": 2}  # enum ggml_type
UNSURE = (0.5, 2.0)  # predictions of scratch memory are never farther off than by these factors
ROUNDS = 3  # of planning and simulating; the first simulation nearly always confirms the plan
LOAD_PLAIN = 0  # LLAMA_LOAD_MODE_NONE
COMPUTE_BUFFER = re.compile(r"(\S+) +compute buffer size = +([\d.]+) MiB")  # llama_context::sched_reserve


class Interrupted(Exception):
    """Whoever asked no longer wants it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how a model runs: the plan, and the GPUs it uses."""

    fit: Fit
    gpus: tuple[Device, ...] = ()

    @property
    def device(self) -> str:
        """The GPUs' own names, or "CPU"."""
        return ", ".join(gpu.description or gpu.name for gpu in self.gpus) or "CPU"

    @property
    def remote(self) -> bool:
        """Whether other computers lend their memory."""
        return any(gpu.kind == "rpc" for gpu in self.gpus)


# ------------------------------------------------------------ planning


def fitted(
    facts: ModelFacts,
    options: LoadOptions,
    profile: Profile,
    *,
    found: Hardware | None = None,
    exact: bool = False,
) -> Place:
    """How the model is to run on this computer, or on the hardware that was `found`.

    With `exact` llama.cpp is asked in any case; else only where its answer could change the plan. Raises
    `ModelUnsupported` when llama.cpp cannot read the file at all, `ModelMissing` for a companion that is not there,
    `HostUnusable` for an RPC host that does not answer.
    """
    hardware.add_rpc_hosts(options.rpc_hosts)
    machine = found or hardware.survey(options.rpc_hosts)
    space = fitting.room(machine, profile)
    companions = _companion_bytes(facts, options)

    def planned(correction: Correction) -> Place:
        fit = fitting.plan(facts, machine, options, profile, companions=companions, correction=correction)
        return Place(fit, space.gpus if fit.gpu_layers else ())

    place = planned(fitting.NO_CORRECTION)
    certain = not space.gpus and all(
        _choice(planned(Correction(factor, factor)).fit) == _choice(place.fit) for factor in UNSURE
    )
    if not exact and (certain or profile != "fast"):
        return place
    for _round in range(ROUNDS):
        correction = _simulated(facts, place, profile)
        if correction is None:
            return place
        before, place = place, planned(correction)
        if _choice(before.fit) == _choice(place.fit):
            break
    return place


def refuse_too_large(facts: ModelFacts, fit: Fit) -> None:
    """Raises `ModelTooLarge` for what was found not to fit, with the memory that is short."""
    if fit.verdict != "too_large":
        return
    need, have = fit.need_main, fit.have_main
    if need <= have:
        need, have = fit.need_gpu, fit.have_gpu
    if need <= have:  # a GPU without memory of its own
        need, have = fit.need_main + fit.need_gpu, fit.have_main
    raise ModelTooLarge(path=str(facts.path), need=in_words(need), have=in_words(have))


def _simulated(facts: ModelFacts, place: Place, profile: Profile) -> Correction | None:
    """What llama.cpp would allocate for its graphs; None where it does not say.

    Nothing but the header and the vocabulary is read. Raises `ModelUnsupported` for a file it cannot read.
    """
    lib = llama.llama()
    parameters = _model_parameters(place, profile)
    parameters.no_alloc, parameters.load_mode = True, LOAD_PLAIN
    with llama.listening() as heard:
        model = lib.llama_model_load_from_file(_encoded(facts.path), parameters)
        if not model:
            raise _unsupported(facts)
        context = lib.llama_init_from_model(model, _context_parameters(place.fit))
        if context:
            lib.llama_free(context)
        lib.llama_model_free(model)
    if not context:
        log.warning("llama.cpp could not simulate a context of %d tokens", place.fit.context)
        return None
    on_gpu = in_main = 0.0
    for name, size in (found.groups() for line in heard if (found := COMPUTE_BUFFER.search(line))):
        if name.startswith("CPU") or name.endswith("_Host"):
            in_main += float(size) * 2**20
        else:
            on_gpu += float(size) * 2**20
    gpu, main = fitting.parts(facts, _choice(place.fit), len(place.gpus))
    in_main += fitting.score_bytes(facts)
    return Correction(
        gpu=on_gpu / gpu.scratch if gpu.scratch else 1.0, main=in_main / main.scratch if main.scratch else 1.0
    )


def _choice(fit: Fit) -> Choice:
    return Choice(fit.gpu_layers, fit.context, fit.kv_type, fit.batch, fit.full_window)


def _companion_bytes(facts: ModelFacts, options: LoadOptions) -> int:
    """What is loaded beside the model: adapters, its eyes, a draft model."""
    files = [Path(adapter.path) for adapter in options.adapters]
    projector = vision.projector_beside(facts) if options.projector is None else Path(options.projector)
    try:
        total = sum(path.stat().st_size for path in [*files, *([projector] if projector else [])])
    except OSError as error:
        raise ModelMissing(path=str(error.filename)) from error
    if options.draft:
        draft = gguf.read(Path(options.draft))
        context = min(options.context or fitting.USUAL_CONTEXT, draft.context_length)
        total += fitting.parts(draft, Choice(0, context, "f16", fitting.BATCH))[1].all
    return total


# ------------------------------------------------------------ loading


def load_model(facts: ModelFacts, place: Place, profile: Profile, progress: Callable[[float], bool]) -> Any:
    """The loaded `llama_model`; `progress` gets fractions from 0 to 1 and says whether to go on.

    Raises `ModelUnsupported`, `OutOfMemory` or `Interrupted`.
    """
    ended = False

    def on_progress(fraction: float, _data: object) -> bool:
        nonlocal ended
        ended = not progress(fraction)
        return not ended

    lib = llama.llama()
    parameters = _model_parameters(place, profile)
    callback = lib.llama_progress_callback(on_progress)  # named, to live as long as the call
    parameters.progress_callback = callback
    llama.forget_complaints()
    model = lib.llama_model_load_from_file(_encoded(facts.path), parameters)
    if ended:
        if model:
            lib.llama_model_free(model)
        raise Interrupted
    if not model:
        raise _failed(facts, place, facts.architecture or "no architecture")
    return model


def new_context(model: Any, facts: ModelFacts, place: Place) -> Any:
    """A `llama_context` over `model`, as planned. Raises `ModelUnsupported` or `OutOfMemory`."""
    fit = place.fit
    llama.forget_complaints()
    made = llama.llama().llama_init_from_model(model, _context_parameters(fit))
    if not made:
        raise _failed(facts, place, f"context {fit.context}, KV {fit.kv_type}")
    return made


def _model_parameters(place: Place, profile: Profile) -> Any:
    parameters = llama.llama().llama_model_default_params()
    parameters.n_gpu_layers = place.fit.gpu_layers
    # Named one by one, so that no device comes in by itself: neither one that is full nor somebody else's computer.
    parameters.devices = ctypes.cast(hardware.handles([gpu.name for gpu in place.gpus]), ctypes.c_void_p)
    if profile != "fast":
        # WORKAROUND ggml-org/llama.cpp#20824: the AMX kernels behind the extra buffer types may kill the process.
        parameters.use_extra_bufts = False
    return parameters


def _context_parameters(fit: Fit) -> Any:
    parameters = llama.llama().llama_context_default_params()
    parameters.n_ctx = fit.context
    parameters.n_batch = parameters.n_ubatch = fit.batch
    parameters.n_threads = parameters.n_threads_batch = fit.threads
    # Logits are read of the last token, and of those guessed after it.
    parameters.n_outputs_max = parameters.n_outputs_max_per_seq = 1 + MOST_DRAFT
    parameters.type_k = parameters.type_v = KV_TYPES[fit.kv_type]
    parameters.swa_full = fit.full_window
    if not fit.gpu_layers:
        parameters.offload_kqv = parameters.op_offload = False
    return parameters


def _encoded(path: Path) -> bytes:
    return str(path).encode("utf-8") if sys.platform == "win32" else os.fsencode(path)


def _failed(facts: ModelFacts, place: Place, reason: str) -> EngineError:
    """Why llama.cpp gave nothing back: its complaints tell memory from all the rest."""
    if llama.ran_out_of_memory():
        return OutOfMemory(path=str(facts.path), device=place.device)
    return ModelUnsupported(path=str(facts.path), reason=reason)


def _unsupported(facts: ModelFacts) -> ModelUnsupported:
    return ModelUnsupported(path=str(facts.path), reason=facts.architecture or "no architecture")
