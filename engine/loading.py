"""A GGUF file into llama.cpp: the model on the devices a plan names, and a context over it."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from typing import Any

from engine import hardware
from engine.errors import ModelTooLarge, ModelUnsupported
from engine.gguf import ModelFacts, in_words
from engine.llama import llama
from engine.messages import LoadModel

SLICE = 512  # tokens evaluated at once, at most; llama.cpp aborts the process above its n_batch
BUFFER_BYTES = 64 << 20  # graphs, scratch and logits of a small model


class Interrupted(Exception):
    """Whoever asked no longer wants it."""


def place(facts: ModelFacts, wish: LoadModel, context: int) -> tuple[int, str]:
    """How many layers go to the GPU, and the device's name. Raises `ModelTooLarge`."""
    gpu = None if wish.profile in ("cpu", "plain") else next(iter(hardware.gpus()), None)
    wished = wish.options.gpu_layers
    layers = facts.layers + 1  # llama.cpp counts the output as a layer
    needed = facts.weight_bytes + facts.kv_bytes(context)
    buffers = BUFFER_BYTES + 64 * SLICE * facts.embedding_length  # 16 rows of floats for each token in a slice
    on_gpu = 0
    if gpu is not None:
        fits = layers * (gpu.free - buffers) // max(needed, 1)
        on_gpu = max(0, min(layers, fits if wished is None else layers if wished < 0 else wished))
    in_main = needed * (layers - on_gpu) // layers + buffers
    free = hardware.free_memory()
    if in_main > free:
        raise ModelTooLarge(path=str(facts.path), need=in_words(in_main), have=in_words(free))
    return on_gpu, gpu.name if gpu is not None and on_gpu else "CPU"


def load_model(
    facts: ModelFacts, wish: LoadModel, gpu_layers: int, device: str, progress: Callable[[float], bool]
) -> Any:
    """The loaded `llama_model`; `progress` gets fractions from 0 to 1 and says whether to go on.

    Raises `ModelUnsupported` or `Interrupted`.
    """
    ended = False

    def on_progress(fraction: float, _data: object) -> bool:
        nonlocal ended
        ended = not progress(fraction)
        return not ended

    parameters = llama().llama_model_default_params()
    parameters.n_gpu_layers = gpu_layers
    callback = llama().llama_progress_callback(on_progress)  # named, to live as long as the call
    parameters.progress_callback = callback
    no_devices = (ctypes.c_void_p * 1)(None)
    if wish.profile != "fast":
        # WORKAROUND ggml-org/llama.cpp#20824: the AMX kernels behind the extra buffer types may kill the process.
        parameters.use_extra_bufts = False
    if device == "CPU":
        parameters.devices = ctypes.cast(no_devices, ctypes.c_void_p)
    path = str(facts.path)
    model = llama().llama_model_load_from_file(
        path.encode("utf-8") if sys.platform == "win32" else os.fsencode(path), parameters
    )
    if ended:
        if model:
            llama().llama_model_free(model)
        raise Interrupted
    if not model:
        raise ModelUnsupported(path=path, reason=facts.architecture or "no architecture")
    return model


def new_context(model: Any, facts: ModelFacts, *, context: int, threads: int, device: str) -> Any:
    """A `llama_context` of so many tokens over `model`. Raises `ModelUnsupported`."""
    parameters = llama().llama_context_default_params()
    parameters.n_ctx = context
    parameters.n_batch = parameters.n_ubatch = SLICE
    parameters.n_threads = parameters.n_threads_batch = threads
    parameters.n_outputs_max = 1  # only the last token's logits are ever read
    if device == "CPU":
        parameters.offload_kqv = parameters.op_offload = False
    made = llama().llama_init_from_model(model, parameters)
    if not made:
        raise ModelUnsupported(path=str(facts.path), reason=f"context {context}")
    return made
