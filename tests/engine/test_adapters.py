"""LoRA adapters compute what they say: W + scale x (alpha / rank) x B A, one or several, and nothing at scale 0."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest

from engine import gguf as header
from engine.errors import AdapterUnsuitable, EngineError, ModelMissing
from engine.messages import Adapter, LoadModel, LoadOptions
from engine.model import Model
from tests.engine import tiny
from tests.engine.conftest import load

RANK, ALPHA = 4, 8.0
SHAPES = {"blk.0.attn_q": (tiny.WIDTH, tiny.WIDTH), "blk.1.ffn_down": (tiny.WIDTH, tiny.FEED)}
TALK = [1, 260, 270, 300, 310]


def matrices(seed: int, rank: int = RANK) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    random = np.random.default_rng(seed)
    return {
        f"{name}.weight": (random.standard_normal((rank, into)) * 0.2, random.standard_normal((out, rank)) * 0.2)
        for name, (out, into) in SHAPES.items()
    }


def write(path: Path, seed: int, *, architecture: str = "llama", kind: str = "adapter", rank: int = RANK) -> Path:
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type(kind)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", ALPHA)
    for name, (a, b) in matrices(seed, rank).items():
        writer.add_tensor(f"{name}.lora_a", a.astype(np.float32))
        writer.add_tensor(f"{name}.lora_b", b.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def sums(*seeds_and_scales: tuple[int, float]) -> dict[str, np.ndarray]:
    """What the adapters add to each tensor."""
    added: dict[str, np.ndarray] = {}
    for seed, scale in seeds_and_scales:
        for name, (a, b) in matrices(seed).items():
            added[name] = added.get(name, 0) + scale * ALPHA / RANK * (b @ a)
    return added


def adapted(path: Path, *adapters: Adapter) -> Model:
    options = LoadOptions(adapters=adapters, threads=1)
    return Model(header.read(path), LoadModel(1, str(path), options), lambda _fraction: True, lambda: False)


def logits(model: Model) -> np.ndarray:
    assert model.evaluate(TALK)
    pointer = model._llama.llama_get_logits_ith(model._context, -1)
    found = np.ctypeslib.as_array(pointer, shape=(model.vocabulary.size,)).copy()
    model.close()
    return found


def test_one_adapter_two_stacked_and_none(tmp_path):
    plain = tiny.write(tmp_path / "plain.gguf")
    one, two = write(tmp_path / "one.gguf", 7), write(tmp_path / "two.gguf", 8)
    bare = logits(load(plain))

    for adapters, added in (
        ([Adapter(str(one))], sums((7, 1.0))),
        ([Adapter(str(one), 0.5)], sums((7, 0.5))),
        ([Adapter(str(one), 0.5), Adapter(str(two), -1.5)], sums((7, 0.5), (8, -1.5))),
    ):
        merged = logits(load(tiny.write(tmp_path / "merged.gguf", plus=added)))
        assert np.abs(merged - bare).max() > 1, "the adapter changes nothing: the test is blind"
        assert np.allclose(logits(adapted(plain, *adapters)), merged, atol=2e-2)

    assert np.allclose(logits(adapted(plain, Adapter(str(one), 0.0))), bare, atol=1e-4)


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ({"architecture": "qwen2"}, "qwen2 ≠ llama"),
        ({"kind": "model"}, "model"),
        ({"kind": "imatrix"}, "imatrix"),
    ],
)
def test_what_is_no_adapter_for_this_model_is_one_sentence(tmp_path, what, reason):
    plain, other = tiny.write(tmp_path / "plain.gguf"), write(tmp_path / "other.gguf", 7, **what)
    with pytest.raises(AdapterUnsuitable) as caught:
        adapted(plain, Adapter(str(other)))
    assert caught.value.facts == {"adapter": "other.gguf", "model": "Tiny", "reason": reason}


def test_another_shape_and_a_strange_scale(tmp_path, monkeypatch):
    plain = tiny.write(tmp_path / "plain.gguf")
    for scale in (float("nan"), float("inf"), 1e9):
        with pytest.raises(AdapterUnsuitable):
            adapted(plain, Adapter(str(write(tmp_path / "a.gguf", 7)), scale))
    monkeypatch.setitem(SHAPES, "blk.0.attn_q", (tiny.WIDTH, 2 * tiny.WIDTH))
    with pytest.raises(AdapterUnsuitable):
        adapted(plain, Adapter(str(write(tmp_path / "wide.gguf", 7))))


def test_missing_and_damaged_files(tmp_path):
    plain, whole = tiny.write(tmp_path / "plain.gguf"), write(tmp_path / "whole.gguf", 7)
    with pytest.raises(ModelMissing):
        adapted(plain, Adapter(str(tmp_path / "none.gguf")))
    cut = tmp_path / "cut.gguf"
    for length in (0, 10, 300, whole.stat().st_size - 100):
        cut.write_bytes(whole.read_bytes()[:length])
        with pytest.raises(EngineError):
            adapted(plain, Adapter(str(cut)))
