"""A model in llama.cpp: loaded, self-tested, and fed with tokens so that none in its cache is processed twice.

The public ctypes interface of llama-cpp-python is used directly. All native handles hang on one `ExitStack`.
"""

from __future__ import annotations

import ctypes
import logging
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

from engine import hardware
from engine.errors import EngineBroken, ModelTooLarge, ModelUnsupported
from engine.gguf import ModelFacts, in_words
from engine.messages import LoadModel, Sampling
from engine.vocabulary import Vocabulary

log = logging.getLogger(__name__)
llama_log = logging.getLogger("llama.cpp")

DEFAULT_CONTEXT = 4096  # tokens
LEAST_CONTEXT = 256  # tokens; llama.cpp rounds up to it anyway
SLICE = 512  # tokens evaluated at once, at most; llama.cpp aborts the process above its n_batch
LEAST_SLICE = 64  # below it other, slower kernels take over
LOOK_SECONDS = 0.1  # the pipe should be looked at this often
PENALTY_WINDOW = 64  # tokens, of the answer only: to quote the prompt is no repetition
RANDOM_SEED = 0xFFFFFFFF  # LLAMA_DEFAULT_SEED
ABORTED = 2  # llama_decode: the abort callback said so
BUFFER_BYTES = 64 << 20  # graphs, scratch and logits of a small model
LOG_WARNING, LOG_ERROR, LOG_CONTINUED = 3, 4, 5  # enum ggml_log_level (ggml.h)


class Interrupted(Exception):
    """Whoever asked no longer wants it."""


class Model:
    """A GGUF model with its context. `cached` are the tokens that llama.cpp's memory holds, in order."""

    def __init__(
        self, facts: ModelFacts, wish: LoadModel, progress: Callable[[float], bool], interrupted: Callable[[], bool]
    ) -> None:
        """Load the model and decode two tokens with it.

        `progress` gets fractions from 0 to 1 and says whether to go on; `interrupted` is looked at while tokens are
        evaluated. Raises `ModelTooLarge`, `ModelUnsupported`, `Interrupted`.
        """
        self.facts, self.safe = facts, wish.safe
        self.context = max(LEAST_CONTEXT, min(wish.context or DEFAULT_CONTEXT, facts.context_length))
        self.threads = wish.threads or hardware.best_threads()
        self.cached: list[int] = []
        self._interrupted = interrupted
        self._slice = SLICE
        self._looked = self._longest = 0.0  # when the pipe was looked at last, and the longest time without
        self._step = 0.0  # seconds of the last decode of one token
        gpu = None if wish.safe else next(iter(hardware.gpus()), None)
        self.gpu_layers, self.device = self._placed(gpu, wish.gpu_layers)

        self._llama = _backend()
        with ExitStack() as handles:
            self._model = self._load(progress)
            handles.callback(self._llama.llama_model_free, self._model)
            self._context = self._new_context()
            handles.callback(self._llama.llama_free, self._context)
            self.context = self._llama.llama_n_ctx(self._context)
            self._memory = self._llama.llama_get_memory(self._context)
            self.vocabulary = Vocabulary(self._model)
            self._self_test()
            self._handles = handles.pop_all()

    def close(self) -> None:
        """Free everything native; the model is of no use afterwards."""
        self._handles.close()

    # ------------------------------------------------------------ loading

    def _placed(self, gpu: hardware.Gpu | None, wished: int | None) -> tuple[int, str]:
        """How many layers go to the GPU, and the device's name. Raises `ModelTooLarge`."""
        facts = self.facts
        layers = facts.layers + 1  # llama.cpp counts the output as a layer
        needed = facts.weight_bytes + facts.kv_bytes(self.context)
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

    def _load(self, progress: Callable[[float], bool]) -> Any:
        llama = self._llama
        ended = False

        def on_progress(fraction: float, _data: object) -> bool:
            nonlocal ended
            ended = not progress(fraction)
            return not ended

        parameters = llama.llama_model_default_params()
        parameters.n_gpu_layers = self.gpu_layers
        callback = llama.llama_progress_callback(on_progress)  # named, to live as long as the call
        parameters.progress_callback = callback
        no_devices = (ctypes.c_void_p * 1)(None)
        if self.safe:
            # WORKAROUND ggml-org/llama.cpp#20824: the AMX kernels behind the extra buffer types may kill the process.
            parameters.use_extra_bufts = False
        if self.device == "CPU":
            parameters.devices = ctypes.cast(no_devices, ctypes.c_void_p)
        path = str(self.facts.path)
        model = llama.llama_model_load_from_file(
            path.encode("utf-8") if sys.platform == "win32" else os.fsencode(path), parameters
        )
        if ended:
            if model:
                llama.llama_model_free(model)
            raise Interrupted
        if not model:
            raise ModelUnsupported(path=path, reason=self.facts.architecture or "no architecture")
        return model

    def _new_context(self) -> Any:
        llama = self._llama
        parameters = llama.llama_context_default_params()
        parameters.n_ctx = self.context
        parameters.n_batch = parameters.n_ubatch = SLICE
        parameters.n_threads = parameters.n_threads_batch = self.threads
        parameters.n_outputs_max = 1  # only the last token's logits are ever read
        if self.device == "CPU":
            parameters.offload_kqv = parameters.op_offload = False
        self._abort = llama.ggml_abort_callback(self._look)
        self._no_abort = llama.ggml_abort_callback()
        context = llama.llama_init_from_model(self._model, parameters)
        if not context:
            raise ModelUnsupported(path=str(self.facts.path), reason=f"context {self.context}")
        return context

    def _self_test(self) -> None:
        """Decode two tokens with the final threads: what crashes here does so before anyone waits for an answer."""
        first = max(self.vocabulary.bos, 0)
        if not self.evaluate([first, first]):
            raise Interrupted
        logits = self._llama.llama_get_logits_ith(self._context, -1)
        if not math.isfinite(sum(logits[: self.vocabulary.size])):
            raise ModelUnsupported(path=str(self.facts.path), reason="self-test: NaN")
        self._forget(0)

    # ------------------------------------------------------------ evaluating

    def keep_prefix(self, tokens: Sequence[int]) -> int:
        """Keep in the cache what it has in common with `tokens`; how many tokens that is.

        At least the last token is left to be evaluated, for its logits.
        """
        same = 0
        for mine, theirs in zip(self.cached, tokens[:-1], strict=False):
            if mine != theirs:
                break
            same += 1
        self._forget(same)
        return len(self.cached)

    def evaluate(self, tokens: Sequence[int]) -> bool:
        """Process `tokens` after the cached ones; False when interrupted, with the cache as far as it came."""
        at = 0
        while at < len(tokens):
            part = tokens[at : at + self._slice]
            if not self._decode(part):
                return False
            at += len(part)
        return True

    def _decode(self, tokens: Sequence[int]) -> bool:
        """One call of `llama_decode`, which can be interrupted wherever it may take long."""
        llama = self._llama
        if self._interrupted():
            return False
        # A callback for each of a graph's thousand nodes costs a millisecond: nothing for a slice, 10 % for a token.
        watched = len(tokens) > 1 or self._step > LOOK_SECONDS
        llama.llama_set_abort_callback(self._context, self._abort if watched else self._no_abort, None)
        began = self._looked = time.monotonic()
        self._longest = 0.0
        array = (llama.llama_token * len(tokens))(*tokens)
        code = llama.llama_decode(self._context, llama.llama_batch_get_one(array, len(tokens)))
        llama_log.disabled = False
        if code:
            self._forget(len(self.cached))
            if code == ABORTED:
                return False
            raise EngineBroken(reason=f"llama_decode {code}")
        self.cached.extend(tokens)
        if len(tokens) == 1:
            self._step = time.monotonic() - began
        else:
            llama.llama_synchronize(self._context)  # a GPU works on after llama_decode has returned
            blind = max(self._longest, time.monotonic() - self._looked)
            if blind > LOOK_SECONDS:
                self._slice = max(LEAST_SLICE, self._slice // 2)
            elif blind < LOOK_SECONDS / 4:  # one slow moment of the machine is not to slow all prompts after it
                self._slice = min(SLICE, self._slice * 2)
        return True

    def _look(self, _data: object) -> bool:
        """llama.cpp's abort callback, called before each node of a graph on the CPU."""
        now = time.monotonic()
        self._longest = max(self._longest, now - self._looked)
        self._looked = now
        llama_log.disabled = self._interrupted()  # to llama.cpp this is an error, with four lines in the log
        return llama_log.disabled

    def _forget(self, keep: int) -> None:
        """Take all but the first `keep` tokens out of llama.cpp's memory, and whatever a failed decode left there."""
        if not self._llama.llama_memory_seq_rm(self._memory, 0, keep, -1):
            keep = 0  # recurrent models cannot go back part of the way
            self._llama.llama_memory_clear(self._memory, True)
        del self.cached[keep:]

    # ------------------------------------------------------------ drawing

    @contextmanager
    def sampler(self, sampling: Sampling) -> Iterator[Callable[[], int]]:
        """A function that draws the next token from the logits of the last one evaluated."""
        llama = self._llama
        chain = llama.llama_sampler_chain_init(llama.llama_sampler_chain_default_params())
        try:
            for link in self._links(sampling):
                llama.llama_sampler_chain_add(chain, link)
            yield lambda: llama.llama_sampler_sample(chain, self._context, -1)
        finally:
            llama.llama_sampler_free(chain)

    def _links(self, sampling: Sampling) -> Iterator[Any]:
        """The samplers in the order of llama.cpp's own default chain (common/sampling.cpp)."""
        llama = self._llama
        if sampling.repeat_penalty != 1:
            size = self.vocabulary.size
            yield llama.llama_sampler_init_penalties(size, PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0)
        if sampling.temperature <= 0:
            yield llama.llama_sampler_init_greedy()
            return
        yield llama.llama_sampler_init_top_k(sampling.top_k)
        yield llama.llama_sampler_init_top_p(sampling.top_p, 1)
        yield llama.llama_sampler_init_min_p(sampling.min_p, 1)
        yield llama.llama_sampler_init_temp(sampling.temperature)
        yield llama.llama_sampler_init_dist(RANDOM_SEED if sampling.seed is None else sampling.seed % RANDOM_SEED)


# ---------------------------------------------------------------- the library


@cache
def _backend() -> Any:
    """The bindings, initialised once a process, their log sent to ours."""
    import llama_cpp

    llama_cpp.llama_log_set(_log_callback(), None)
    llama_cpp.llama_backend_init()
    return llama_cpp


@cache  # llama.cpp has a bare pointer to it: it must live as long as the process
def _log_callback() -> Any:
    import llama_cpp

    level = 0

    def on_log(given: int, text: bytes | None, _data: object) -> None:
        nonlocal level
        level = level if given == LOG_CONTINUED else given
        words = (text or b"").decode("utf-8", errors="replace").strip()
        if words and level in (LOG_WARNING, LOG_ERROR):
            llama_log.log(logging.ERROR if level == LOG_ERROR else logging.WARNING, "%s", words)

    return llama_cpp.llama_log_callback(on_log)
