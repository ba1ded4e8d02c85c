"""The facts of a GGUF file, read from its header alone, before llama.cpp sees the file.

`read(path)` walks the header of GGUF versions 2 and 3 once, keeps what the engine needs, checks every count and length
against the file's size, and proves that the data of each tensor lies inside the file. The file is untrusted.
Layout: ggml/docs/gguf.md of llama.cpp. A model split into several files is read from all of them.
"""

from __future__ import annotations

import math
import os
import re
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TypeVar

from engine.errors import ModelMissing, ModelTruncated, ModelUnsupported, NotAModel, ShardMissing

MAGIC = b"GGUF"
VERSIONS = (2, 3)
KEPT_STRING_BYTES = 1 << 20  # longer strings are skipped; chat templates have some 10 KB
KEPT_ARRAY_ITEMS = 4096  # longer arrays (the vocabulary) are skipped
MOST_STRING_BYTES = 1 << 30
BLOCK_BYTES = 1 << 18  # read ahead in long arrays of strings
LENGTH = struct.Struct("<Q")
MOST_ENTRIES = 1 << 20  # of metadata, and of tensors; real files have less than 10,000
MOST_DIMENSIONS = 4  # GGML_MAX_DIMS
MOST_LAYERS = 512  # LLAMA_MAX_LAYERS; above it llama.cpp aborts the process
EPSILONS = ("layer_norm_epsilon", "layer_norm_rms_epsilon", "group_norm_epsilon")
MOST_EXPERTS = 1024  # LLAMA_MAX_EXPERTS, likewise
MOST_NUMBER = 1 << 40  # of what is multiplied with others: more is damage
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

# llama_ftype → the name people know the quantisation by; llama.h
FILE_TYPES = {
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 7: "Q8_0", 8: "Q5_0", 9: "Q5_1", 10: "Q2_K", 11: "Q3_K_S", 12: "Q3_K_M",
    13: "Q3_K_L", 14: "Q4_K_S", 15: "Q4_K_M", 16: "Q5_K_S", 17: "Q5_K_M", 18: "Q6_K", 19: "IQ2_XXS", 20: "IQ2_XS",
    21: "Q2_K_S", 22: "IQ3_XS", 23: "IQ3_XXS", 24: "IQ1_S", 25: "IQ4_NL", 26: "IQ3_S", 27: "IQ3_M", 28: "IQ2_S",
    29: "IQ2_M", 30: "IQ4_XS", 31: "IQ1_M", 32: "BF16", 36: "TQ1_0", 37: "TQ2_0", 38: "MXFP4", 39: "NVFP4", 40: "Q1_0",
}  # fmt: skip

T = TypeVar("T")
Scalar = bool | int | float
Value = Scalar | str | list[Scalar]


# The files of a split model: llama_split_path in llama.cpp
SHARD = re.compile(r"^(?P<prefix>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.DOTALL)
BLOCK_TENSOR = re.compile(r"blk\.(\d{1,4})\.(.+)", re.DOTALL)
INPUT_TENSORS = ("token_embd", "position_embd", "token_types", "per_layer_token_embd", "masked_embd")
WITHOUT_SHARED_CACHE = {"gemma3n": 20}  # family → layers with keys and values of their own; the later ones read theirs
# Family → every how many layers one looks back over everything, and whether it is the first or the last of these
# (load_swa_pattern in src/models); the others have a sliding window.
WINDOW_PATTERNS = {
    "afmoe": (4, False), "cohere2": (4, False), "cohere2moe": (4, True), "exaone-moe": (4, False),
    "exaone4": (4, False), "gemma2": (2, False), "gemma3": (6, False), "gemma3n": (5, False), "gpt-oss": (2, False),
    "llama4": (4, False), "olmo2": (4, False), "plamo3": (8, False), "smallthinker": (4, True),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """One layer: the bytes of its weights, what it keeps of each token, and what it keeps once."""

    weight_bytes: int
    keys: int  # numbers in the KV cache
    values: int
    state_bytes: int  # of a recurrent layer
    feed: int  # width of the feed-forward part; 0 where there are only experts
    queries: int  # width of all heads' queries together
    windowed: bool = False  # it looks back over the sliding window only
    experts: bool = False


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
    kind: str = "model"  # or "projector" (mmproj: gives a model eyes), "adapter" (LoRA), or the file's own word
    quantisation: str = ""  # "Q4_K_M"
    blocks: tuple[Block, ...] = ()  # all layers
    input_bytes: int = 0  # the embeddings, which stay in main memory
    output_bytes: int = 0  # what turns the last layer's output into scores
    tied_bytes: int = 0  # of the embeddings, where the output uses them too: on a GPU it needs a copy of them
    window: int = 0  # tokens that the layers with a sliding window look back
    experts_used: int = 0  # at once, of a mixture of experts
    expert_feed: int = 0
    inner: int = 0  # width of a state-space layer
    channels: int = 0  # that its convolution mixes
    latent: int = (
        0  # of one compressed key for all heads (MLA): numbers held for a token while its queries are unpacked
    )
    shards: tuple[Path, ...] = ()  # all files of a split model, in order

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
    whole = _opened(path, _Header.facts)
    if isinstance(whole, ModelFacts):
        return whole
    for shard in whole:
        if not shard.is_file():
            raise ShardMissing(path=str(path), count=str(len(whole)), missing=shard.name)
    tally = _Tally()
    for shard in whole:
        tally.add(_opened(shard, _Header.tally))
    return _opened(whole[0], lambda header: header.facts_of_all(whole, tally))


def metadata(path: Path) -> dict[str, Value]:
    """What the header at `path` says besides its tensors, as it says it; errors as in `read`."""
    return _opened(path, lambda header: header.walk()[0])


def kind(path: Path) -> str:
    """What the file at `path` is: "model", "adapter", "projector" or what it calls itself; errors as in `read`."""
    if not path.is_file():
        raise ModelMissing(path=str(path))
    says = metadata(path)
    return _kind(says, _text(says, "general.architecture"))


def _opened(path: Path, look: Callable[[_Header], T]) -> T:
    try:
        with path.open("rb") as file:
            return look(_Header(path, file))
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

    def facts(self) -> ModelFacts | tuple[Path, ...]:
        """What the file says; of a part of a split model only which files make it up."""
        metadata, vocabulary, tally = self.walk()
        return _shards(self._path, metadata) or self._facts(metadata, vocabulary, tally, ())

    def facts_of_all(self, shards: tuple[Path, ...], tally: _Tally) -> ModelFacts:
        """What the first file of a split model says, with the tensors of all its `shards`."""
        metadata, vocabulary, _own = self.walk()
        return self._facts(metadata, vocabulary, tally, shards)

    def tally(self) -> _Tally:
        """The tensors of this file alone."""
        return self.walk()[2]

    def walk(self) -> tuple[dict[str, Value], int, _Tally]:
        """All metadata, the number of words in the vocabulary, and what the tensors take."""
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
        tally, end = self._tensors(tensors, metadata)
        if end > self._size:
            raise self._truncated(in_words_exactly(end))
        tally.file_bytes = self._size
        return metadata, vocabulary, tally

    def _facts(
        self, metadata: dict[str, Value], vocabulary: int, tally: _Tally, shards: tuple[Path, ...]
    ) -> ModelFacts:
        architecture = _text(metadata, "general.architecture")
        if not architecture:
            raise ModelUnsupported(path=str(self._path), reason="no architecture")
        says = _Says(metadata, architecture)
        layers, heads = says.number("block_count"), says.number("attention.head_count")
        width = says.number("embedding_length")
        head = width // heads if heads else 0
        experts, used = says.number("expert_count"), says.largest("expert_used_count")
        if layers > MOST_LAYERS or (layers == 0 and tally.all and _kind(metadata, architecture) == "model"):
            raise ModelUnsupported(path=str(self._path), reason=f"{layers} layers")
        for name in EPSILONS:  # llama.cpp aborts the process over one that is none
            value = metadata.get(f"{architecture}.attention.{name}", 0.0)
            if not (isinstance(value, float) and 0 <= value < math.inf):
                raise ModelUnsupported(path=str(self._path), reason=name)
        if experts > MOST_EXPERTS or used > experts:
            raise ModelUnsupported(path=str(self._path), reason=f"{used} of {experts} experts")
        per_layer = metadata.get(f"{architecture}.attention.head_count_kv")
        if isinstance(per_layer, list):
            heads_kv = tuple(value for value in per_layer if isinstance(value, int) and value > 0)
        else:
            heads_kv = (says.number("attention.head_count_kv") or heads,) * layers
        blocks = _blocks(says, tally, layers, head)
        return ModelFacts(
            path=shards[0] if shards else self._path,
            architecture=architecture,
            name=_text(metadata, "general.name") or self._path.stem,
            layers=layers,
            context_length=says.number("context_length") or DEFAULT_CONTEXT,
            embedding_length=width,
            vocabulary=vocabulary or says.number("vocab_size"),
            heads_kv=heads_kv,
            key_length=says.number("attention.key_length") or head,
            value_length=says.number("attention.value_length") or head,
            weight_bytes=tally.all,
            file_bytes=tally.file_bytes,
            chat_template=_text(metadata, "tokenizer.chat_template") or None,
            kind=_kind(metadata, architecture),
            quantisation=_quantisation(metadata),
            blocks=blocks,
            input_bytes=tally.input,
            output_bytes=tally.rest + tally.output,
            tied_bytes=0 if tally.output else tally.embedding,
            window=says.number("attention.sliding_window") if any(block.windowed for block in blocks) else 0,
            experts_used=used,
            expert_feed=says.largest("expert_feed_forward_length")
            or (says.largest("feed_forward_length") if used else 0),
            inner=says.number("ssm.inner_size"),
            channels=_channels(says),
            latent=_latent_width(says),
            shards=shards,
        )

    def _tensors(self, count: int, metadata: dict[str, Value]) -> tuple[_Tally, int]:
        """What all tensors take, and where in the file the last of them ends."""
        alignment = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment <= 0 or alignment & (alignment - 1):
            raise self._not_a_model()
        tally = _Tally()
        last = 0
        for _ in range(count):
            name = self._text()
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
            tally.count(name, taken)
            last = max(last, offset + taken)
        data = -(-self._at // alignment) * alignment
        return tally, data + last if count else self._at

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
            self._skip_texts(count)
        else:
            raise self._not_a_model()  # arrays of arrays: in the format, but in no model's file

    def _skip_texts(self, count: int) -> None:
        """Go past strings, reading a block of the file at a time: a vocabulary has a quarter of a million of them."""
        block, at = b"", 0  # what was read ahead, and where in it the next string begins
        for _ in range(count):  # ends at the file's end at the latest: each item takes at least 8 bytes
            if at + 8 > len(block):
                block, at = block[at:] + self._file.read(BLOCK_BYTES), 0
                if len(block) < 8:
                    raise self._truncated(f"> {in_words_exactly(self._size)}")
            (length,) = LENGTH.unpack_from(block, at)
            if length > MOST_STRING_BYTES:
                raise self._not_a_model()
            at += 8 + length
            self._at += 8 + length
            if self._at > self._size:
                raise self._truncated(f"> {in_words_exactly(self._size)}")
            if at > len(block):
                self._file.seek(self._at)
                block, at = b"", 0
        self._file.seek(self._at)

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


class _Says:
    """The numbers a file gives for its own family; what is missing, negative or absurd reads as 0."""

    def __init__(self, metadata: dict[str, Value], architecture: str) -> None:
        self._metadata = metadata
        self.architecture = architecture

    def number(self, key: str) -> int:
        return _sane(self._metadata.get(f"{self.architecture}.{key}"))

    def each(self, key: str, layer: int) -> int:
        """The number for one layer, where the file may have one for each."""
        value = self._metadata.get(f"{self.architecture}.{key}")
        if isinstance(value, list):
            return _sane(value[layer]) if layer < len(value) else 0
        return _sane(value)

    def largest(self, key: str) -> int:
        value = self._metadata.get(f"{self.architecture}.{key}")
        return max(map(_sane, value), default=0) if isinstance(value, list) else _sane(value)

    def lists(self, key: str) -> bool:
        return isinstance(self._metadata.get(f"{self.architecture}.{key}"), list)

    def has(self, key: str) -> bool:
        return f"{self.architecture}.{key}" in self._metadata


def _sane(value: Value | None) -> int:
    return int(value) if isinstance(value, int) and 0 < value < MOST_NUMBER else 0


@dataclass(slots=True)
class _BlockTally:
    bytes: int = 0
    attends: bool = False
    fused: bool = False  # queries, keys and values in one tensor, which linear attention has too
    recurrent: bool = False
    feeds: bool = False
    experts: bool = False


@dataclass(slots=True)
class _Tally:
    """Bytes of tensors, by where llama.cpp puts them."""

    all: int = 0
    input: int = 0
    embedding: int = 0  # of the input
    output: int = 0
    rest: int = 0
    file_bytes: int = 0
    blocks: dict[int, _BlockTally] = field(default_factory=dict)

    def count(self, name: str, taken: int) -> None:
        self.all += taken
        if inside := BLOCK_TENSOR.match(name):
            block = self.blocks.setdefault(int(inside[1]), _BlockTally())
            part = inside[2]
            block.bytes += taken
            block.attends |= part.startswith(("attn_k.", "attn_kv", "attn_k_b."))
            block.fused |= part.startswith("attn_qkv.")
            block.feeds |= part.startswith(("ffn_up.", "ffn_down."))
            block.experts |= part.startswith("ffn_down_exps.")
            block.recurrent |= part.startswith(("ssm_", "shortconv.", "time_mix_"))
        elif name.startswith(INPUT_TENSORS):
            self.input += taken
            self.embedding += taken if name == "token_embd.weight" else 0
        elif name == "output.weight":
            self.output += taken
        else:
            self.rest += taken

    def add(self, other: _Tally) -> None:
        """Count another file's tensors too."""
        self.all += other.all
        self.input += other.input
        self.embedding += other.embedding
        self.output += other.output
        self.rest += other.rest
        self.file_bytes += other.file_bytes
        for number, theirs in other.blocks.items():
            mine = self.blocks.setdefault(number, _BlockTally())
            mine.bytes += theirs.bytes
            mine.attends |= theirs.attends
            mine.fused |= theirs.fused
            mine.recurrent |= theirs.recurrent
            mine.feeds |= theirs.feeds
            mine.experts |= theirs.experts


def _blocks(says: _Says, tally: _Tally, layers: int, head: int) -> tuple[Block, ...]:
    """Each layer as llama.cpp will hold it (src/llama-kv-cache.cpp, llama-memory-recurrent.cpp, llama-hparams.cpp)."""
    key = says.number("attention.key_length") or head
    value = says.number("attention.value_length") or head
    key_windowed = says.number("attention.key_length_swa") or key
    value_windowed = says.number("attention.value_length_swa") or value
    latent, state = _is_latent(says), _state_bytes(says)
    caching = WITHOUT_SHARED_CACHE.get(says.architecture, layers - says.number("attention.shared_kv_layers"))
    predicting = layers - says.number("nextn_predict_layers")  # from here on: guess ahead, and are not loaded
    blocks = []
    for layer in range(layers):
        if layer >= predicting:
            blocks.append(Block(0, 0, 0, 0, 0, 0))
            continue
        found = tally.blocks.get(layer, _BlockTally())
        heads = says.each("attention.head_count", layer)
        heads_kv = says.each("attention.head_count_kv", layer) if says.has("attention.head_count_kv") else heads
        caches = layer < caching and (found.attends or (found.fused and not found.recurrent))
        windowed = _is_windowed(says, layer)
        blocks.append(
            Block(
                weight_bytes=found.bytes,
                keys=heads_kv * (key_windowed if windowed else key) if caches else 0,
                values=heads_kv * (value_windowed if windowed else value) if caches and not latent else 0,
                state_bytes=state if found.recurrent else 0,
                feed=says.each("feed_forward_length", layer) if found.feeds else 0,
                queries=heads * key,
                windowed=windowed,
                experts=found.experts,
            )
        )
    return tuple(blocks)


def _is_windowed(says: _Says, layer: int) -> bool:
    if not says.number("attention.sliding_window"):
        return False
    if says.lists("attention.sliding_window_pattern"):
        return says.each("attention.sliding_window_pattern", layer) == 1
    if says.architecture == "lfm2":
        return True
    period, first = WINDOW_PATTERNS.get(says.architecture, (1, False))
    period = says.number("attention.sliding_window_pattern") or period
    return period > 1 and layer % period != (0 if first else period - 1)


def _is_latent(says: _Says) -> bool:
    return says.number("attention.key_length_mla") > 0 and says.number("attention.value_length_mla") > 0


def _latent_width(says: _Says) -> int:
    if not _is_latent(says):
        return 0
    each = 3 * says.number("attention.value_length") // 4 + 2 * says.number("attention.key_length_mla")
    return says.number("attention.head_count") * each


def _channels(says: _Says) -> int:
    return says.number("ssm.inner_size") + 2 * says.number("ssm.group_count") * says.number("ssm.state_size")


def _state_bytes(says: _Says) -> int:
    """Of one recurrent layer: llama_hparams::n_embd_r and n_embd_s, in 32-bit floats."""
    width, heads = says.number("embedding_length"), says.number("attention.head_count")
    kernel = says.number("ssm.conv_kernel")
    if wide := says.number("wkv.head_size"):
        return 4 * width * ((says.number("token_shift_count") or 2) + wide)
    if kept := says.number("shortconv.l_cache"):
        return 4 * width * (kept - 1)
    if wide := says.number("kda.head_dim"):
        return 4 * heads * wide * (3 * (kernel - 1 if kernel else 3) + wide)
    return 4 * (max(0, kernel - 1) * _channels(says) + says.number("ssm.inner_size") * says.number("ssm.state_size"))


def _shards(path: Path, metadata: dict[str, Value]) -> tuple[Path, ...]:
    """All files of the split model that `path` is a part of; none for a whole one."""
    count = metadata.get("split.count")
    named = SHARD.match(path.name)
    if not isinstance(count, int) or count < 2 or named is None or count != int(named["count"]):
        return ()
    return tuple(path.with_name(f"{named['prefix']}-{number:05}-of-{count:05}.gguf") for number in range(1, count + 1))


def _kind(metadata: dict[str, Value], architecture: str) -> str:
    if architecture == "clip":  # older projectors do not say what they are
        return "projector"
    kind = _text(metadata, "general.type") or "model"
    return "projector" if kind == "mmproj" else kind


def _quantisation(metadata: dict[str, Value]) -> str:
    kind = metadata.get("general.file_type")
    return FILE_TYPES.get(kind, "") if isinstance(kind, int) else ""
