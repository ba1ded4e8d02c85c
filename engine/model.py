"""A loaded model, self-tested, and fed with tokens so that none in its cache is processed twice.

All native handles hang on one `ExitStack`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack

from engine import hardware, llama, loading, sampling
from engine.errors import EngineBroken, ModelUnsupported
from engine.gguf import ModelFacts
from engine.loading import SLICE, Interrupted
from engine.messages import LoadModel, Sampling
from engine.vocabulary import Vocabulary

DEFAULT_CONTEXT = 4096  # tokens
LEAST_CONTEXT = 256  # tokens; llama.cpp rounds up to it anyway
LEAST_SLICE = 64  # below it other, slower kernels take over
LOOK_SECONDS = 0.1  # the pipe should be looked at this often
ABORTED = 2  # llama_decode: the abort callback said so


class Model:
    """A GGUF model with its context. `cached` are the tokens that llama.cpp's memory holds, in order."""

    def __init__(
        self, facts: ModelFacts, wish: LoadModel, progress: Callable[[float], bool], interrupted: Callable[[], bool]
    ) -> None:
        """Load the model and decode two tokens with it.

        `progress` gets fractions from 0 to 1 and says whether to go on; `interrupted` is looked at while tokens are
        evaluated. Raises `ModelTooLarge`, `ModelUnsupported`, `Interrupted`.
        """
        self.facts, self.profile = facts, wish.profile
        self.context = max(LEAST_CONTEXT, min(wish.options.context or DEFAULT_CONTEXT, facts.context_length))
        self.threads = wish.options.threads or hardware.best_threads()
        self.cached: list[int] = []
        self._interrupted = interrupted
        self._slice = SLICE
        self._looked = self._longest = 0.0  # when the pipe was looked at last, and the longest time without
        self._step = 0.0  # seconds of the last decode of one token
        self.gpu_layers, self.device = loading.place(facts, wish, self.context)

        self._llama = llama.llama()
        with ExitStack() as handles:
            self._model = loading.load_model(facts, wish, self.gpu_layers, self.device, progress)
            handles.callback(self._llama.llama_model_free, self._model)
            self._abort = self._llama.ggml_abort_callback(self._look)
            self._no_abort = self._llama.ggml_abort_callback()
            self._context = loading.new_context(
                self._model, facts, context=self.context, threads=self.threads, device=self.device
            )
            handles.callback(self._llama.llama_free, self._context)
            self.context = self._llama.llama_n_ctx(self._context)
            self._memory = self._llama.llama_get_memory(self._context)
            self.vocabulary = Vocabulary(self._model)
            self._self_test()
            self._handles = handles.pop_all()

    def close(self) -> None:
        """Free everything native; the model is of no use afterwards."""
        self._handles.close()

    # ------------------------------------------------------------ evaluating

    def _self_test(self) -> None:
        """Decode two tokens with the final threads: what crashes here does so before anyone waits for an answer."""
        first = max(self.vocabulary.bos, 0)
        if not self.evaluate([first, first]):
            raise Interrupted
        logits = self._llama.llama_get_logits_ith(self._context, -1)
        if not math.isfinite(sum(logits[: self.vocabulary.size])):
            raise ModelUnsupported(path=str(self.facts.path), reason="self-test: NaN")
        self._forget(0)

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
        lib = self._llama
        if self._interrupted():
            return False
        # A callback for each of a graph's thousand nodes costs a millisecond: nothing for a slice, 10 % for a token.
        watched = len(tokens) > 1 or self._step > LOOK_SECONDS
        lib.llama_set_abort_callback(self._context, self._abort if watched else self._no_abort, None)
        began = self._looked = time.monotonic()
        self._longest = 0.0
        array = (lib.llama_token * len(tokens))(*tokens)
        code = lib.llama_decode(self._context, lib.llama_batch_get_one(array, len(tokens)))
        llama.log.disabled = False
        if code:
            self._forget(len(self.cached))
            if code == ABORTED:
                return False
            raise EngineBroken(reason=f"llama_decode {code}")
        self.cached.extend(tokens)
        if len(tokens) == 1:
            self._step = time.monotonic() - began
        else:
            lib.llama_synchronize(self._context)  # a GPU works on after llama_decode has returned
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
        llama.log.disabled = self._interrupted()  # to llama.cpp this is an error, with four lines in the log
        return llama.log.disabled

    def _forget(self, keep: int) -> None:
        """Take all but the first `keep` tokens out of llama.cpp's memory, and whatever a failed decode left there."""
        if not self._llama.llama_memory_seq_rm(self._memory, 0, keep, -1):
            keep = 0  # recurrent models cannot go back part of the way
            self._llama.llama_memory_clear(self._memory, True)
        del self.cached[keep:]

    # ------------------------------------------------------------ drawing

    def sampler(self, wish: Sampling) -> AbstractContextManager[Callable[[int], int]]:
        """See `sampling.sampler`."""
        return sampling.sampler(self._context, self.vocabulary, wish)
