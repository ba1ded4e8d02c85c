"""The facts of a GGUF file, read from its header alone, before llama.cpp sees the file.

`read(path)` walks the header of GGUF versions 2 and 3 once, keeps what the engine needs, checks every count and length
against the file's size, and proves that the data of each tensor lies inside the file. The file is untrusted.
Layout: ggml/docs/gguf.md of llama.cpp.
"""

from __future__ import annotations

import math
import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engine.errors import ModelMissing, ModelTruncated, ModelUnsupported, NotAModel

MAGIC = b"GGUF"
VERSIONS = (2, 3)
KEPT_STRING_BYTES = 1 << 20  # longer strings are skipped; chat templates have some 10 KB
KEPT_ARRAY_ITEMS = 4096  # longer arrays (the vocabulary) are skipped
MOST_STRING_BYTES = 1 << 30
MOST_ENTRIES = 1 << 20  # of metadata, and of tensors; real files have less than 10,000
MOST_DIMENSIONS = 4  # GGML_MAX_DIMS
DEFAULT_ALIGNMENT = 32
DEFAULT_CONTEXT = 4096  # tokens, for a file that does not say

# gguf_metadata_value_type → struct format; 8 is a string, 9 an array
SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
STRING, ARRAY = 8, 9

# ggml_type → (elements in a block, bytes of a block); ggml.c: type_traits
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110), 22: (256, 82),
    23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8), 29: (256, 56), 30: (1, 2),
    34: (256, 54), 35: (256, 66), 39: (32, 17), 40: (64, 36), 41: (128, 18), 42: (64, 18),
}  # fmt: skip

Scalar = bool | int | float
Value = Scalar | str | list[Scalar]


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What a GGUF file says about its model; numbers are 0 and texts empty where it does not say."""

    path: Path
    architecture: str
    name: str  # the file's own name where the metadata has none
    layers: int
    context_length: int  # tokens the model was trained for
    embedding_length: int
    vocabulary: int  # tokens
    heads_kv: tuple[int, ...]  # per layer
    key_length: int  # per head
    value_length: int  # per head
    weight_bytes: int  # of all tensors
    file_bytes: int
    chat_template: str | None

    def kv_bytes(self, context: int) -> int:
        """Bytes of the KV cache for `context` tokens, with the 16-bit keys and values llama.cpp has by default."""
        return 2 * context * sum(self.heads_kv) * (self.key_length + self.value_length)


def read(path: Path) -> ModelFacts:
    """Read and check the header of the GGUF file at `path`.

    Raises `ModelMissing`, `NotAModel`, `ModelTruncated`, or `ModelUnsupported` (which also stands for a file that
    the system does not let us read).
    """
    if not path.is_file():
        raise ModelMissing(path=str(path))
    try:
        with path.open("rb") as file:
            return _Header(path, file).facts()
    except OSError as error:
        raise ModelUnsupported(path=str(path), reason=error.strerror or type(error).__name__) from error


def in_words(size: int) -> str:
    """`size` bytes as people say it: "98 MB"."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


class _Header:
    """One walk over an open file; every read is checked against the bytes that are left."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self._path, self._file = path, file
        self._size = os.fstat(file.fileno()).st_size
        self._at = 0

    def facts(self) -> ModelFacts:
        if self._size < len(MAGIC) or self._take(len(MAGIC)) != MAGIC:
            raise self._not_a_model()
        if self._number("<I") not in VERSIONS:
            raise self._not_a_model()
        tensors, entries = self._count(MOST_ENTRIES), self._count(MOST_ENTRIES)
        metadata: dict[str, Value] = {}
        vocabulary = 0
        for _ in range(entries):
            key = self._text()
            kind = int(self._number("<I"))
            if key == "tokenizer.ggml.tokens" and kind == ARRAY:
                vocabulary = self._skip_array()
                continue
            value = self._value(kind)
            if value is not None:
                metadata[key] = value
        weights, end = self._tensors(tensors, metadata)
        if end > self._size:
            raise self._truncated(in_words_exactly(end))
        return self._facts(metadata, vocabulary, weights)

    def _facts(self, metadata: dict[str, Value], vocabulary: int, weights: int) -> ModelFacts:
        architecture = _text(metadata, "general.architecture")

        def number(key: str) -> int:
            value = metadata.get(f"{architecture}.{key}")
            return value if isinstance(value, int) and value > 0 else 0

        layers = min(number("block_count"), MOST_ENTRIES)
        heads = number("attention.head_count")
        width = number("embedding_length")
        head = width // heads if heads else 0
        per_layer = metadata.get(f"{architecture}.attention.head_count_kv")
        if isinstance(per_layer, list):
            heads_kv = tuple(value for value in per_layer if isinstance(value, int) and value > 0)
        else:
            heads_kv = (number("attention.head_count_kv") or heads,) * layers
        return ModelFacts(
            path=self._path,
            architecture=architecture,
            name=_text(metadata, "general.name") or self._path.stem,
            layers=layers,
            context_length=number("context_length") or DEFAULT_CONTEXT,
            embedding_length=width,
            vocabulary=vocabulary,
            heads_kv=heads_kv,
            key_length=number("attention.key_length") or head,
            value_length=number("attention.value_length") or head,
            weight_bytes=weights,
            file_bytes=self._size,
            chat_template=_text(metadata, "tokenizer.chat_template") or None,
        )

    def _tensors(self, count: int, metadata: dict[str, Value]) -> tuple[int, int]:
        """The bytes of all tensors, and where in the file the last of them ends."""
        alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise self._not_a_model()
        weights = last = 0
        for _ in range(count):
            self._text()
            dimensions = int(self._number("<I"))
            if dimensions > MOST_DIMENSIONS:
                raise self._not_a_model()
            elements = math.prod(int(self._number("<Q")) for _ in range(dimensions))
            kind = int(self._number("<I"))
            offset = int(self._number("<Q"))
            if kind not in BLOCKS:
                raise ModelUnsupported(path=str(self._path), reason=f"ggml type {kind}")
            block, size = BLOCKS[kind]
            taken = -(-elements // block) * size
            weights += taken
            last = max(last, offset + taken)
        data = -(-self._at // alignment) * alignment
        return weights, data + last if count else self._at

    # ------------------------------------------------------------ values

    def _value(self, kind: int) -> Value | None:
        """The value that comes next; None for what is too large to keep."""
        if kind in SCALARS:
            return self._number(SCALARS[kind])
        if kind == STRING:
            return self._text()
        if kind != ARRAY:
            raise self._not_a_model()
        of, count = int(self._number("<I")), int(self._number("<Q"))
        if of in SCALARS and count <= KEPT_ARRAY_ITEMS:
            return [self._number(SCALARS[of]) for _ in range(count)]
        self._skip_items(of, count)
        return None

    def _skip_array(self) -> int:
        """Go past an array; how many items it has."""
        of, count = int(self._number("<I")), int(self._number("<Q"))
        self._skip_items(of, count)
        return count

    def _skip_items(self, of: int, count: int) -> None:
        if of in SCALARS:
            self._skip(count * struct.calcsize(SCALARS[of]))
        elif of == STRING:
            for _ in range(count):  # ends at the file's end at the latest: each item takes at least 8 bytes
                self._skip(self._length())
        else:
            raise self._not_a_model()  # arrays of arrays: in the format, but in no model's file

    def _text(self) -> str:
        """A string; what is too long to be of use is gone past and comes out empty."""
        length = self._length()
        if length > KEPT_STRING_BYTES:
            self._skip(length)
            return ""
        return self._take(length).decode("utf-8", errors="replace")

    def _length(self) -> int:
        return self._count(MOST_STRING_BYTES)

    def _count(self, most: int) -> int:
        count = int(self._number("<Q"))
        if count > most:
            raise self._not_a_model()
        return count

    def _number(self, form: str) -> Scalar:
        value: Scalar = struct.unpack(form, self._take(struct.calcsize(form)))[0]
        return value

    def _take(self, count: int) -> bytes:
        data = self._file.read(count) if count <= self._size - self._at else b""
        if len(data) != count:
            raise self._truncated(f"> {in_words_exactly(self._size)}")
        self._at += count
        return data

    def _skip(self, count: int) -> None:
        if count > self._size - self._at:
            raise self._truncated(f"> {in_words_exactly(self._size)}")
        self._file.seek(count, os.SEEK_CUR)
        self._at += count

    def _not_a_model(self) -> NotAModel:
        return NotAModel(path=str(self._path))

    def _truncated(self, need: str) -> ModelTruncated:
        return ModelTruncated(path=str(self._path), have=in_words_exactly(self._size), need=need)


def in_words_exactly(size: int) -> str:
    """`size` bytes with all digits: two nearly equal sizes must not read the same."""
    return f"{size:,} bytes"


def _text(metadata: dict[str, Value], key: str) -> str:
    value = metadata.get(key)
    return value if isinstance(value, str) else ""
