"""How the next token is drawn: llama.cpp's samplers, chained in the order of its own tools.

A form that the answer must have (`structure.py`) is held to as llama.cpp's tools do it: a token is drawn freely, and
only if it does not fit is it drawn anew from those that do. That is the same distribution, and spares the test of a
whole vocabulary at nearly every token.
"""

from __future__ import annotations

import codecs
import ctypes
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import structure
from engine.errors import BadSampling, FormatImpossible, FormatTooComplex
from engine.llama import llama
from engine.messages import Logprob, Sampling
from engine.vocabulary import Vocabulary

PENALTY_WINDOW = 64  # tokens, of the answer only: to quote the prompt is no repetition
DRY_WINDOW = 1024  # tokens, of the answer only
DRY_BASE, DRY_ALLOWED = 1.75, 2  # llama.cpp's own
DRY_BREAKERS = ("\n", ":", '"', "*")  # llama.cpp's own: nothing that reaches over one is a repetition
RANDOM_SEED = 0xFFFFFFFF  # LLAMA_DEFAULT_SEED
FORM_SECONDS = 2.0  # for one token; a grammar of many meanings takes ever longer
MOST_LOGPROBS = 100

# What may be wished for; beyond it llama.cpp aborts, draws nonsense, or takes it for something else.
RANGES: dict[str, tuple[float, float]] = {
    "max_tokens": (0, 1 << 30),
    "temperature": (0, 100),
    "top_k": (0, 1 << 30),
    "top_p": (0, 1),
    "min_p": (0, 1),
    "repeat_penalty": (0.01, 100),
    "frequency_penalty": (-100, 100),
    "presence_penalty": (-100, 100),
    "dry_multiplier": (0, 100),
    "logprobs": (0, MOST_LOGPROBS),
}
DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])  # struct llama_token_data


def check(wish: Sampling) -> None:
    """Raise `BadSampling` for a value that makes no sense."""
    for name, (low, high) in RANGES.items():
        value = getattr(wish, name)
        if value is None:
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not number or not low <= value <= high:
            raise BadSampling(name=name, value=str(value)[:20], low=f"{low:g}", high=f"{high:g}")


class Drawer:
    """Draws tokens from the logits of a context's last batch."""

    def __init__(self, context: Any, vocabulary: Vocabulary, chain: Any, form: Any | None) -> None:
        self._context, self._vocabulary, self._chain, self._form = context, vocabulary, chain, form
        self.free = False  # what is drawn now need not have the answer's form: the model still thinks
        self.openings: set[int] = set()  # tokens that may begin a thought where the answer should begin
        self.opened = False  # one of them was drawn
        if form is not None:
            self._data = np.empty(vocabulary.size, DATA)
            self._one = np.empty(1, DATA)
            self._text = codecs.getincrementaldecoder("utf-8")(errors="strict")  # of what was drawn
            # Their text may look as if it fitted, but is not what a reader gets.
            self._never = np.array([token for token in vocabulary.controls if not vocabulary.ends(token)], np.int64)

    @property
    def formed(self) -> bool:
        """Whether the answer must have a form."""
        return self._form is not None

    def __call__(self, position: int) -> int:
        """The next token, from the logits of one position of the last batch (-1: its last token).

        Raises `FormatImpossible` where no token fits the form, `FormatTooComplex` where to tell takes too long.
        """
        if self._form is None or self.free:
            return int(llama().llama_sampler_sample(self._chain, self._context, position))
        began = time.monotonic()
        self._load(position)
        token = self._apply(self._chain, self._data)
        self.opened = token in self.openings
        if not self.opened and not self._fits(token):
            token = self._drawn_anew(position)
        if time.monotonic() - began > FORM_SECONDS:
            raise FormatTooComplex
        llama().llama_sampler_accept(self._chain, token)
        self.openings = set()
        if not self.opened:
            llama().llama_sampler_accept(self._form, token)
            self._text.decode(self._vocabulary.piece(token))
        return token

    def resume(self, said: Sequence[int], *, thought: bool) -> None:
        """Go on after the tokens of an answer that was begun; a `thought` has no form.

        Raises `FormatImpossible` where they do not fit it.
        """
        for token in said:
            if self._form is not None and not thought:
                if not self._fits(token):
                    raise FormatImpossible
                llama().llama_sampler_accept(self._form, token)
            llama().llama_sampler_accept(self._chain, token)

    def logits(self, position: int) -> NDArray[np.float32]:
        """The logits of one position of the last batch, before sampling changes them; read them before the next one."""
        pointer = llama().llama_get_logits_ith(self._context, position)
        return np.ctypeslib.as_array(pointer, (self._vocabulary.size,))

    def logprob(self, token: int, position: int, top: int) -> Logprob:
        """The natural-log probability that the model gave `token` there, and those of the `top` likeliest tokens."""
        if not top:  # of every token of every answer: it must cost next to nothing
            told = self.logits(position)
            most = told.max()
            share = math.log(float(np.exp(told - most).sum()))
            return Logprob(self._vocabulary.piece(token), float(told[token] - most) - share)
        logits = self.logits(position).astype(np.float64)
        highest = logits.max()
        logits -= highest + math.log(np.exp(logits - highest).sum())
        likeliest = np.argpartition(logits, -top)[-top:]
        piece = self._vocabulary.piece
        return Logprob(
            piece(token),
            float(logits[token]),
            tuple((piece(int(at)), float(logits[at])) for at in likeliest[np.argsort(-logits[likeliest])]),
        )

    def _load(self, position: int) -> None:
        """Put all tokens with their logits where the samplers want them."""
        self._data["id"] = np.arange(len(self._data), dtype=np.int32)
        self._data["logit"] = self.logits(position)
        self._data["p"] = 0

    def _drawn_anew(self, position: int) -> int:
        """What the chain chooses from the tokens that fit the form; nothing is accepted yet."""
        self._load(position)
        self._data["logit"][self._never] = -np.inf
        self._apply(self._form, self._data)
        fitting = self._data[self._data["logit"] > -np.inf]
        while len(fitting):
            chosen = fitting.copy()
            token = self._apply(self._chain, chosen)
            if self._spells(token):
                return token
            fitting = fitting[fitting["id"] != token]
        raise FormatImpossible

    def _fits(self, token: int) -> bool:
        if token in self._vocabulary.controls and not self._vocabulary.ends(token):
            return False
        self._one[0] = (token, 1.0, 0.0)
        self._apply(self._form, self._one)
        return bool(self._one["logit"][0] > -np.inf) and self._spells(token)

    def _spells(self, token: int) -> bool:
        """Whether the token's bytes go on as UTF-8, with which llama.cpp is less strict than a reader."""
        state = self._text.getstate()
        try:
            self._text.decode(self._vocabulary.piece(token))
            half = self._text.getstate()[0]
        except UnicodeDecodeError:
            return False
        finally:
            self._text.setstate(state)
        return not (half[:1] == b"\xed" and half[1:2] >= b"\xa0")  # half of a surrogate pair, which Python notices late

    def _apply(self, sampler: Any, data: NDArray[Any]) -> int:
        """Apply `sampler` to the tokens in `data`; the id of the one it selects, or -1."""
        lib = llama()
        array = lib.llama_token_data_array(
            data.ctypes.data_as(lib.llama_token_data_p), ctypes.c_size_t(len(data)), ctypes.c_int64(-1), False
        )
        lib.llama_sampler_apply(sampler, ctypes.byref(array))
        return -1 if array.selected < 0 else int(array.data[array.selected].id)


@contextmanager
def sampler(context: Any, vocabulary: Vocabulary, wish: Sampling) -> Iterator[Drawer]:
    """What draws tokens as wished. Raises `BadSampling`, `BadSchema`, `BadGrammar`, `FormatTooComplex`."""
    check(wish)
    grammar = structure.grammar_of(wish)
    lib = llama()
    form = None
    if grammar is not None:
        form = lib.llama_sampler_init_grammar(vocabulary.handle, grammar.encode(), b"root")
        if not form:  # llama.cpp has limits of its own
            raise FormatTooComplex
    chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
    try:
        for link in _links(vocabulary, wish):
            lib.llama_sampler_chain_add(chain, link)
        yield Drawer(context, vocabulary, chain, form)
    finally:
        lib.llama_sampler_free(chain)
        if form is not None:
            lib.llama_sampler_free(form)


def _links(vocabulary: Vocabulary, wish: Sampling) -> Iterator[Any]:
    """The samplers in the order of llama.cpp's own default chain (common/sampling.cpp)."""
    lib = llama()
    if (wish.repeat_penalty, wish.frequency_penalty, wish.presence_penalty) != (1, 0, 0):
        yield lib.llama_sampler_init_penalties(
            vocabulary.size, PENALTY_WINDOW, wish.repeat_penalty, wish.frequency_penalty, wish.presence_penalty
        )
    if wish.dry_multiplier > 0:
        breakers = (ctypes.c_char_p * len(DRY_BREAKERS))(*(breaker.encode() for breaker in DRY_BREAKERS))
        yield lib.llama_sampler_init_dry(
            vocabulary.handle, wish.dry_multiplier, DRY_BASE, DRY_ALLOWED, DRY_WINDOW, breakers, len(DRY_BREAKERS)
        )
    if wish.temperature <= 0:
        yield lib.llama_sampler_init_greedy()
        return
    if wish.top_k:
        yield lib.llama_sampler_init_top_k(wish.top_k)
    if wish.top_p < 1:
        yield lib.llama_sampler_init_top_p(wish.top_p, 1)
    if wish.min_p > 0:
        yield lib.llama_sampler_init_min_p(wish.min_p, 1)
    yield lib.llama_sampler_init_temp(wish.temperature)
    yield lib.llama_sampler_init_dist(RANDOM_SEED if wish.seed is None else wish.seed % RANDOM_SEED)
