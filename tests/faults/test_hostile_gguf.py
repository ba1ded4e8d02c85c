"""Corrupt and hostile GGUF files: a clear sentence each or a model that works, and no crash outside the worker.

The header of a tiny real model is mutated a thousand times (bits, bytes, counts, lengths, cuts, insertions). All are
read in this process, as the window does; those that pass for a model are then loaded by a real worker and asked
something.
"""

from __future__ import annotations

import json
import random
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop import engine_process
from desktop.worker import Died, Worker
from engine import gguf
from engine import messages as m
from engine.errors import EngineError, ModelTruncated, ModelUnsupported, NotAModel
from tests.engine import tiny

MUTANTS = 1000
READ_SECONDS = 2.0  # of a processor, for one header, whatever it claims
SMALL = m.LoadOptions(context=256, threads=1)
ASK = m.Sampling(max_tokens=2, temperature=0)
CRASHES = 25  # at most so many mutants may get through to crash llama.cpp


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tiny.write(tmp_path_factory.mktemp("whole") / "tiny.gguf").read_bytes()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(
        "hostile files",
        engine_process._work,
        (str(tmp_path),),
        last=(m.Result, m.Failed),
        cancel=m.Cancel,
        quit=m.Quit(),
    )
    yield worker
    worker.close()


# ---------------------------------------------------------------- one by one


@pytest.mark.parametrize(
    ("name", "change", "error"),
    [
        ("empty", lambda data: b"", NotAModel),
        ("wrong magic", lambda data: b"GGML" + data[4:], NotAModel),
        ("version 1", lambda data: data[:4] + struct.pack("<I", 1) + data[8:], NotAModel),
        ("version of the other byte order", lambda data: data[:4] + struct.pack(">I", 3) + data[8:], NotAModel),
        ("a tensor count of 2^63", lambda data: data[:8] + struct.pack("<Q", 1 << 63) + data[16:], NotAModel),
        (
            "2^20 tensors that are not there",
            lambda data: data[:8] + struct.pack("<Q", 1 << 20) + data[16:],
            EngineError,
        ),
        ("2^64-1 entries", lambda data: data[:16] + struct.pack("<Q", (1 << 64) - 1) + data[24:], NotAModel),
        ("a key of 2^62 bytes", lambda data: data[:24] + struct.pack("<Q", 1 << 62) + data[32:], NotAModel),
        ("cut in the header", lambda data: data[:100], ModelTruncated),
        ("cut in the data", lambda data: data[:-1000], ModelTruncated),
        ("one byte short", lambda data: data[:-1], ModelTruncated),
        (
            "no architecture",
            lambda data: data.replace(b"general.architecture", b"general.architectur_"),
            ModelUnsupported,
        ),
    ],
)
def test_a_damage_has_its_sentence(
    whole: bytes, tmp_path: Path, name: str, change: Callable[[bytes], bytes], error: type[EngineError]
) -> None:
    path = tmp_path / "hostile.gguf"
    path.write_bytes(change(whole))
    with pytest.raises(error) as told:
        gguf.read(path)
    assert "hostile.gguf" in str(told.value)


# ---------------------------------------------------------------- a thousand


def test_a_thousand_mutants_are_refused_or_work(whole: bytes, tmp_path: Path, worker: Worker) -> None:
    chance = random.Random(7)
    read: Counter[str] = Counter()
    loaded: Counter[str] = Counter()
    for number in range(MUTANTS):
        path = tmp_path / f"{number}.gguf"
        path.write_bytes(mutant(whole, chance))
        refusal = refused(path)
        read["read" if refusal is None else type(refusal).__name__] += 1
        if refusal is None:
            loaded[load_and_ask(worker, path)] += 1
        else:
            assert str(path) in str(refusal)
        path.unlink()
    print(json.dumps({"read": dict(read), "loaded": dict(loaded)}))
    assert sum(read.values()) == MUTANTS
    assert loaded["works"] > 0
    assert sum(count for name, count in loaded.items() if name.startswith("died")) <= CRASHES
    # the one that comes after the last crash is told what it is, too
    path = tmp_path / "whole.gguf"
    path.write_bytes(whole)
    assert load_and_ask(worker, path) == "works"


def refused(path: Path) -> EngineError | None:
    """Why a file is not taken for a model; anything else that is raised is a fault of the reader."""
    began = time.process_time()
    try:
        gguf.read(path)
    except EngineError as error:
        return error
    finally:
        assert time.process_time() - began < READ_SECONDS
    return None


def load_and_ask(worker: Worker, path: Path) -> str:
    """What became of a file in the worker: "works", an error's name, or that the worker died."""
    for wish in (
        lambda id: m.LoadModel(id, str(path), SMALL),
        lambda id: m.Generate(id, "", (), (), "Hello", ASK),
    ):
        *_, last = worker.ask(wish, silence=10)
        match last:
            case m.Failed():
                assert last.template.format(**last.facts)
                return last.error
            case Died():
                return f"died {last.exit_code}"
    return "works"


def mutant(whole: bytes, chance: random.Random) -> bytes:
    """`whole` with one to three changes in its header."""
    data = bytearray(whole)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(MUTATIONS)(data, chance)
    return bytes(data)


def flip_a_bit(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(header_end(data))] ^= 1 << chance.randrange(8)


def set_a_byte(data: bytearray, chance: random.Random) -> None:
    data[chance.randrange(header_end(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))


def set_a_number(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(header_end(data) - 8)
    form = chance.choice("IQ")
    bits = 8 * struct.calcsize(form)
    number = chance.choice((0, 1, (1 << bits) - 1, 1 << (bits - 1), (1 << (bits - 1)) - 1, chance.getrandbits(bits)))
    struct.pack_into(f"<{form}", data, at, number)


def set_a_value(data: bytearray, chance: random.Random) -> None:
    """The value of a metadata key, which llama.cpp will work with."""
    key = chance.choice(KEYS)
    at = data.find(key)
    if at < 0:
        return
    struct.pack_into(
        "<I", data, at + len(key) + 4, chance.choice((0, 1, 3, 7, 255, 1 << 20, (1 << 31) - 1, (1 << 32) - 1))
    )


def set_a_dimension(data: bytearray, chance: random.Random) -> None:
    """The shape, type or offset of a tensor."""
    at = data.rfind(b".weight", 0, chance.randrange(data.find(b".weight"), header_end(data) + 7))
    if at >= 0:
        struct.pack_into(
            "<I", data, at + 7 + chance.choice((0, 4, 12, 20, 24, 28)), chance.choice((0, 1, 2, 5, 1 << 31))
        )


def cut_out(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(header_end(data))
    del data[at : at + chance.choice((1, 2, 4, 8, 100))]


def put_in(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(header_end(data))
    data[at:at] = chance.randbytes(chance.choice((1, 2, 4, 8, 100)))


def cut_off(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data)) :]


MUTATIONS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    *(flip_a_bit, flip_a_bit, set_a_byte, set_a_number),
    *(set_a_value, set_a_value, set_a_dimension),
    *(cut_out, put_in, cut_off),
)
KEYS = tuple(
    key.encode()
    for key in (
        "llama.block_count",
        "llama.context_length",
        "llama.embedding_length",
        "llama.feed_forward_length",
        "llama.attention.head_count",
        "llama.attention.head_count_kv",
        "llama.attention.layer_norm_rms_epsilon",
        "llama.rope.dimension_count",
        "tokenizer.ggml.bos_token_id",
        "tokenizer.ggml.eos_token_id",
        "tokenizer.ggml.tokens",
        "tokenizer.ggml.scores",
        "tokenizer.ggml.token_type",
    )
)


def header_end(data: bytearray) -> int:
    """Where the last tensor's description ends, or the first kilobytes of a file that has lost it."""
    at = data.rfind(b".weight")
    return min(len(data), at + 40 if at >= 0 else 8000) or 1
