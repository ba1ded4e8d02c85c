"""Files that are no model, or not all of one: each is refused with one clear sentence, before llama.cpp sees it."""

from __future__ import annotations

import os
import random
import struct
import sys
from pathlib import Path

import pytest
from gguf.constants import GGML_QUANT_SIZES

from engine import gguf
from engine.errors import EngineError, ModelMissing, ModelTruncated, ModelUnsupported, NotAModel, ShardMissing
from engine.starter import starter_model
from tests.engine import shapes, tiny


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tiny.write(tmp_path / "tiny.gguf")


def test_the_starters_facts():
    facts = gguf.read(starter_model())
    assert (facts.architecture, facts.layers, facts.context_length, facts.vocabulary) == ("llama", 30, 8192, 49152)
    assert facts.heads_kv == (3,) * 30
    assert facts.kv_bytes(4096) == 90 << 20  # what llama.cpp itself reports for it
    assert facts.chat_template is not None
    assert "<|im_start|>" in facts.chat_template


def test_block_sizes_are_those_of_ggml():
    q8_1 = 9  # the gguf package still has the size of an older layout, which is in no file
    for kind, size in GGML_QUANT_SIZES.items():
        if kind != q8_1:
            assert gguf.BLOCKS[kind] == size, kind


def test_a_file_without_a_name_is_called_by_its_own(tmp_path):
    facts = gguf.read(tiny.write(tmp_path / "작은 모델.gguf"))
    assert facts.name == "Tiny"
    assert facts.weight_bytes < facts.file_bytes


@pytest.mark.parametrize("name", ["nothing.gguf", "."])
def test_nothing_there_or_a_folder(tmp_path, name):
    with pytest.raises(ModelMissing):
        gguf.read(tmp_path / name)


@pytest.mark.parametrize(
    "data", [b"", b"GG", b"GGML" + bytes(100), b"Dear diary,\n" * 50, b"GGUF" + struct.pack("<I", 1)]
)
def test_no_gguf(tmp_path, data):
    file = tmp_path / "model.gguf"
    file.write_bytes(data)
    with pytest.raises(NotAModel, match=r"is not a GGUF model\. Choose"):
        gguf.read(file)


@pytest.mark.parametrize("part", [0.0005, 0.01, 0.1, 0.5, 0.999])
def test_truncated_anywhere(path, part):
    data = path.read_bytes()
    path.write_bytes(data[: max(24, int(len(data) * part))])
    with pytest.raises(ModelTruncated, match=r"is incomplete: it has [0-9,]+ bytes of [> 0-9,]+ bytes\. Download"):
        gguf.read(path)


@pytest.mark.parametrize("tensors, entries", [(1 << 63, 1), (1, 1 << 63), (1 << 21, 0)])
def test_absurd_counts(tmp_path, tensors, entries):
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, tensors, entries) + bytes(64))
    with pytest.raises(NotAModel):
        gguf.read(file)


def test_a_length_beyond_the_file(tmp_path):
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1 << 29) + b"abc")
    with pytest.raises(ModelTruncated):
        gguf.read(file)


def test_an_array_of_arrays_is_not_followed_down(tmp_path):
    file = tmp_path / "model.gguf"
    deep = struct.pack("<IQ", 9, 1) * 10_000
    file.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<I", 9) + deep)
    with pytest.raises(NotAModel):
        gguf.read(file)


def test_flipped_bits_end_in_a_sentence(path):
    """A thousand damaged headers: facts or an error for the user, never another exception."""
    data = path.read_bytes()
    header = len(data) - gguf.read(path).weight_bytes
    chance = random.Random(7)
    refused = 0
    for _ in range(1000):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(header)] ^= 1 << chance.randrange(8)
        path.write_bytes(damaged)
        try:
            gguf.read(path)
        except EngineError as error:
            refused += 1
            assert str(path) in str(error)  # noqa: PT017 (either outcome is right)
    assert refused > 50


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root and Windows may read everything")
def test_a_file_we_may_not_read(path):
    path.chmod(0)
    with pytest.raises(ModelUnsupported, match="Permission denied"):
        gguf.read(path)


@pytest.mark.parametrize(
    "size, words", [(0, "0 bytes"), (999, "999 bytes"), (98_362_432, "98 MB"), (7_300_000_000, "7.3 GB")]
)
def test_sizes_in_words(size, words):
    assert gguf.in_words(size) == words


# ------------------------------------------------------------ layers, shards and limits


def test_every_byte_of_the_weights_has_its_place(path):
    facts = gguf.read(path)
    layers = sum(block.weight_bytes for block in facts.blocks)
    assert facts.input_bytes + facts.output_bytes + layers == facts.weight_bytes
    assert [block.keys for block in facts.blocks] == [tiny.WIDTH] * tiny.LAYERS
    assert facts.tied_bytes == 0
    assert gguf.read(starter_model()).tied_bytes > 0


def shards(folder: Path) -> list[Path]:
    """The two files of one tiny model, split as llama.cpp's own tool does it."""
    import gguf as library

    whole = library.GGUFReader(tiny.write(folder / "whole.gguf"))
    writer = library.GGUFWriter(folder / "나눈 모델.gguf", "llama", split_max_tensors=len(whole.tensors) - 4)
    for field in whole.fields.values():
        if not field.name.startswith(("GGUF.", "general.architecture")):
            of = field.types[1] if len(field.types) > 1 else None
            writer.add_key_value(field.name, field.contents(), field.types[0], of)
    for tensor in whole.tensors:
        writer.add_tensor(tensor.name, tensor.data)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return sorted(folder.glob("나눈 모델-*.gguf"))


def test_a_split_model_is_read_from_all_its_files(tmp_path):
    first, second = shards(tmp_path)
    whole = gguf.read(tmp_path / "whole.gguf")
    for chosen in (first, second):
        facts = gguf.read(chosen)
        assert (facts.path, facts.shards) == (first, (first, second))
        assert (facts.weight_bytes, facts.blocks, facts.name) == (whole.weight_bytes, whole.blocks, whole.name)
        assert facts.file_bytes == first.stat().st_size + second.stat().st_size


def test_a_split_model_runs(tmp_path):
    from tests.engine.conftest import load

    load(shards(tmp_path)[1]).close()


def test_a_missing_part_of_a_split_model_is_named(tmp_path):
    first, second = shards(tmp_path)
    second.unlink()
    with pytest.raises(ShardMissing, match=r"is one of 2 files .* “나눈 모델-00002-of-00002\.gguf” is not there"):
        gguf.read(first)


def test_a_damaged_part_of_a_split_model_is_named(tmp_path):
    first, second = shards(tmp_path)
    second.write_bytes(second.read_bytes()[:-100])
    with pytest.raises(ModelTruncated, match="00002-of-00002"):
        gguf.read(first)


@pytest.mark.parametrize(
    "more, reason",
    [
        ({"block_count": 513}, "513 layers"),
        (
            {"feed_forward_length": 64, "expert_count": 8, "expert_used_count": 9, "expert_feed_forward_length": 64},
            "9 of 8 experts",
        ),
    ],
)
def test_numbers_at_which_llama_cpp_would_abort_are_refused(tmp_path, more, reason):
    file = shapes.write(tmp_path / "model.gguf", shapes.Shape("llama", layers=1, more=more))
    with pytest.raises(ModelUnsupported, match=reason):
        gguf.read(file)
