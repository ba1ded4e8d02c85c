"""A loaded model, self-tested, and fed with tokens so that none in its cache is processed twice.

All native handles hang on one `ExitStack`.
"""

from __future__ import annotations

import ctypes
import logging
import math
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from pathlib import Path

from engine import adapters, draft, gguf, llama, loading, sampling, vision
from engine.cache import Cache
from engine.errors import EngineBroken, EngineError, OutOfMemory, SelfTestFailed
from engine.gguf import ModelFacts
from engine.loading import Interrupted
from engine.messages import LoadModel, LoadOptions, Sampling
from engine.speculation import Guesser, Speculation
from engine.vision import Eyes
from engine.vocabulary import Vocabulary

log = logging.getLogger(__name__)

LEAST_SLICE = 64  # below it other, slower kernels take over
LOOK_SECONDS = 0.1  # the pipe should be looked at this often
ABORTED = 2  # llama_decode: the abort callback said so


class Model:
    """A GGUF model with its context; `cache` is what llama.cpp's memory holds."""

    def __init__(
        self, facts: ModelFacts, wish: LoadModel, progress: Callable[[float], bool], interrupted: Callable[[], bool]
    ) -> None:
        """Load the model and decode two tokens with it.

        `progress` gets fractions from 0 to 1 and says whether to go on; `interrupted` is looked at while tokens are
        evaluated. Raises `ModelTooLarge`, `ModelUnsupported`, `OutOfMemory`, `Interrupted`.
        """
        self.facts, self.profile = facts, wish.profile
        self._place = loading.fitted(facts, wish.options, wish.profile)
        self.fit = self._place.fit
        loading.refuse_too_large(facts, self.fit)
        self.gpu_layers, self.device = self.fit.gpu_layers, self._place.device
        self.remote = self._place.remote
        self.context, self.threads = self.fit.context, self.fit.threads
        self._interrupted = interrupted
        self._slice = self.fit.batch
        self._mark = 0  # where a checkpoint is wanted
        self._looked = self._longest = 0.0  # when the pipe was looked at last, and the longest time without
        self._step = 0.0  # seconds of the last decode of one token
        self._lookup = wish.options.lookup  # whether to guess ahead from the prompt's own words
        self._guesses = self._lookup or wish.options.draft is not None
        self._speculation = Speculation()

        self._llama = llama.llama()
        with ExitStack() as handles:
            self._model = loading.load_model(facts, self._place, wish.profile, progress)
            handles.callback(self._llama.llama_model_free, self._model)
            self._abort = self._llama.ggml_abort_callback(self._look)
            self._no_abort = self._llama.ggml_abort_callback()
            self._context = loading.new_context(self._model, facts, self._place)
            handles.callback(self._llama.llama_free, self._context)
            self.context = self._llama.llama_n_ctx(self._context)
            adapters.apply(
                wish.options.adapters, model=self._model, context=self._context, facts=facts, handles=handles
            )
            self.eyes = self._open_eyes(wish.options.projector, handles)
            self.cache = Cache(self._context, self._model, full_window=self.fit.full_window)
            if self.eyes is not None:
                self.cache.pictures = self.eyes.pictures
            self.vocabulary = Vocabulary(self._model)
            self._self_test()
            self._draft = self._open_draft(wish, progress, handles)
            self._handles = handles.pop_all()

    def close(self) -> None:
        """Free everything native; the model is of no use afterwards."""
        self._handles.close()

    def _open_eyes(self, wished: str | None, handles: ExitStack) -> Eyes | None:
        """The wished projector, or the one beside the model; None where there is none that fits."""
        path = vision.projector_beside(self.facts) if wished is None else Path(wished)
        if path is None:
            return None
        try:
            eyes = Eyes(
                path,
                model=self._model,
                facts=self.facts,
                context=self.context,
                slice=self.fit.batch,
                threads=self.threads,
                gpu=self.device != "CPU",
            )
        except EngineError as error:
            if wished is not None:
                raise
            log.warning("no eyes: %s is of no use: %s", path.name, type(error).__name__)
            return None
        handles.callback(eyes.close)
        return eyes

    def _open_draft(self, wish: LoadModel, progress: Callable[[float], bool], handles: ExitStack) -> draft.Draft | None:
        """The wished small model that guesses ahead, loaded for as long a context."""
        if wish.options.draft is None:
            return None
        options = LoadOptions(context=self.context, threads=self.threads, lookup=False)
        facts = gguf.read(Path(wish.options.draft))
        small = Model(facts, replace(wish, options=options), lambda _done: progress(1.0), self._interrupted)
        handles.callback(small.close)
        return draft.Draft(small, large=self)

    @property
    def cached(self) -> list[int]:
        """The tokens that llama.cpp's memory holds, in order."""
        return self.cache.tokens

    # ------------------------------------------------------------ evaluating

    def _self_test(self) -> None:
        """Decode two tokens with the final threads: what crashes here does so before anyone waits for an answer."""
        first = max(self.vocabulary.bos, 0)
        if not self.evaluate([first, first]):
            raise Interrupted
        logits = self._llama.llama_get_logits_ith(self._context, -1)
        if not math.isfinite(sum(logits[: self.vocabulary.size])):
            raise SelfTestFailed(path=str(self.facts.path))
        self.cache.clear()

    def keep_prefix(self, tokens: Sequence[int]) -> int:
        """Keep in the cache what it has in common with `tokens`; how many tokens that is.

        At least the last token is left to be evaluated, for its logits.
        """
        return self.cache.cut(self.cache.common(tokens[:-1]))

    def mark(self, count: int) -> None:
        """The next evaluation that comes to `count` tokens is to leave a way back there, if the model needs one."""
        self._mark = count

    def evaluate(self, tokens: Sequence[int]) -> bool:
        """Process `tokens` after the cached ones; False when interrupted, with the cache as far as it came."""
        at = 0
        while at < len(tokens):
            if tokens[at] < 0:
                if not self._see(tokens[at]):
                    return False
                at += self.cache.pictures[tokens[at]].tokens
                continue
            part = tokens[at : at + self._slice]
            part = part[: next((index for index, token in enumerate(part) if token < 0), len(part))]
            to_mark = self._mark - len(self.cached)
            if 0 < to_mark <= len(part) and self.cache.needs_checkpoint(self._mark):
                part = part[:to_mark]
            if not self._decode(part):
                return False
            at += len(part)
            if len(self.cached) == self._mark and self.cache.needs_checkpoint(self._mark):
                self.cache.checkpoint()
        return True

    def _see(self, number: int) -> bool:
        """Evaluate the picture of this number (`Eyes.look`)."""
        if self.eyes is None or number not in self.cache.pictures:
            raise EngineBroken(reason="picture")
        self._llama.llama_set_abort_callback(self._context, self._abort, None)
        position = self.cache.position(len(self.cached))
        seen = self.eyes.see(number, context=self._context, position=position, going_on=lambda: not self._interrupted())
        llama.log.disabled = False
        if not seen:
            self.cache.cut(len(self.cached))
            return False
        self.cached.extend([number] * self.cache.pictures[number].tokens)
        return True

    def evaluate_all(self, tokens: Sequence[int]) -> bool:
        """Process a few tokens, up to `MOST_DRAFT` + 1, at once, with logits for each; False when interrupted."""
        return self._decode(tokens, every=len(tokens) > 1)

    def take_back(self, keep: int) -> bool:
        """Take all but the first `keep` tokens out of the cache again, of those that `evaluate_all` put there last.

        False when the model had to go back further and was interrupted on its way forward.
        """
        tokens = self.cached[:keep]
        kept = self.cache.cut(keep)
        if kept == keep:
            return True
        log.info("no guessing ahead: this model cannot go back from %d tokens to %d", len(tokens), keep)
        self._guesses = False
        return self.evaluate(tokens[kept:])

    def guesser(self, text: Sequence[int]) -> Guesser | None:
        """What guesses how `text` goes on; None where guesses could not be taken back, or are not wanted."""
        if self.cache.one_way or not self._guesses:
            return None
        blind = any(token < 0 for token in text)  # the small model has not seen the pictures
        small = None if blind else self._draft
        return Guesser(text, self._speculation, barred=self.vocabulary.controls, lookup=self._lookup, draft=small)

    def _decode(self, tokens: Sequence[int], *, every: bool = False) -> bool:
        """One call of `llama_decode`, which can be interrupted wherever it may take long; logits for `every` token."""
        lib = self._llama
        if self._interrupted():
            return False
        # A callback for each of a graph's thousand nodes costs a millisecond: nothing for a slice, 10 % for a token.
        watched = (len(tokens) > 1 and not every) or self._step * len(tokens) > LOOK_SECONDS
        lib.llama_set_abort_callback(self._context, self._abort if watched else self._no_abort, None)
        began = self._looked = time.monotonic()
        self._longest = 0.0
        array = (lib.llama_token * len(tokens))(*tokens)
        batch = lib.llama_batch_get_one(array, len(tokens))
        if self.cache.pictures:
            start = self.cache.position(len(self.cached))
            positions = (lib.llama_pos * len(tokens))(*range(start, start + len(tokens)))
            batch.pos = positions
        if every:
            outputs = (ctypes.c_int8 * len(tokens))(*([1] * len(tokens)))
            batch.logits = outputs
        llama.forget_complaints()
        code = lib.llama_decode(self._context, batch)
        llama.log.disabled = False
        if code:
            self.cache.cut(len(self.cached))
            if code == ABORTED:
                return False
            if llama.ran_out_of_memory():
                raise OutOfMemory(path=str(self.facts.path), device=self.device)
            raise EngineBroken(reason=f"llama_decode {code}")
        self.cached.extend(tokens)
        if len(tokens) == 1:
            self._step = time.monotonic() - began
        elif not every:
            lib.llama_synchronize(self._context)  # a GPU works on after llama_decode has returned
            blind = max(self._longest, time.monotonic() - self._looked)
            if blind > LOOK_SECONDS:
                self._slice = max(min(LEAST_SLICE, self.fit.batch), self._slice // 2)
            elif blind < LOOK_SECONDS / 4:  # one slow moment of the machine is not to slow all prompts after it
                self._slice = min(self.fit.batch, self._slice * 2)
        return True

    def _look(self, _data: object) -> bool:
        """llama.cpp's abort callback, called before each node of a graph on the CPU."""
        now = time.monotonic()
        self._longest = max(self._longest, now - self._looked)
        self._looked = now
        llama.log.disabled = self._interrupted()  # to llama.cpp this is an error, with four lines in the log
        return llama.log.disabled

    # ------------------------------------------------------------ drawing

    def sampler(self, wish: Sampling) -> AbstractContextManager[sampling.Drawer]:
        """See `sampling.sampler`."""
        return sampling.sampler(self._context, self.vocabulary, wish)
