"""Models of real families and sizes without their weights: a GGUF header in front of a hole in the file.

llama.cpp reads such a file like any other (all weights are zero), and it takes next to no room on the disk.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf.constants import GGML_QUANT_SIZES

Tensors = Iterator[tuple[str, tuple[int, ...]]]  # name, and shape as llama.cpp has it: the row's length first
Value = int | bool | float | list[int] | list[bool]


@dataclass(frozen=True)
class Shape:
    """What decides a model's memory. `more` are keys of its family's own."""

    family: str
    layers: int = 4
    width: int = 1024
    heads: int = 16
    heads_kv: int | list[int] = 16
    head: int = 64
    feed: int = 2816
    words: int = 32000
    context: int = 32768
    tied: bool = False
    kind: Kind = Kind.Q4_K
    more: dict[str, Value] = field(default_factory=dict)

    def kv_length(self, layer: int) -> int:
        return self.head * (self.heads_kv if isinstance(self.heads_kv, int) else self.heads_kv[layer])


def write(path: Path, shape: Shape) -> Path:
    """Write the model to `path`."""
    writer = gguf.GGUFWriter(path, shape.family)
    writer.add_name(f"{shape.family} {shape.layers} x {shape.width}")
    writer.add_tokenizer_model("no_vocab")
    values: dict[str, Value] = {
        "block_count": shape.layers,
        "context_length": shape.context,
        "embedding_length": shape.width,
        "feed_forward_length": shape.feed,
        "attention.head_count": shape.heads,
        "attention.head_count_kv": shape.heads_kv,
        "attention.layer_norm_rms_epsilon": 1e-5,
        "attention.key_length": shape.head,
        "attention.value_length": shape.head,
        "rope.dimension_count": shape.head,
        "vocab_size": shape.words,
    }
    for key, value in (values | shape.more).items():
        name = f"{shape.family}.{key}"
        match value:
            case bool():
                writer.add_bool(name, value)
            case int():
                writer.add_uint32(name, value)
            case float():
                writer.add_float32(name, value)
            case _:
                writer.add_array(name, value)
    for tensor, dimensions in _tensors(shape):
        plain = len(dimensions) == 1 or any(part in tensor for part in ("conv.", "conv1d", "gate_inp", "bias", "ssm_a"))
        kind = Kind.F32 if plain else shape.kind
        if dimensions[0] % GGML_QUANT_SIZES[kind][0]:
            kind = Kind.F16
        block, size = GGML_QUANT_SIZES[kind]
        taken = math.prod(dimensions) // block * size
        writer.add_tensor_info(tensor, dimensions[::-1], np.dtype(np.float32), taken, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    writer.close()
    edge = writer.data_alignment
    data = sum(-(-info.nbytes // edge) * edge for info in writer.tensors[0].values())
    os.truncate(path, -(-path.stat().st_size // edge) * edge + data)
    return path


def _tensors(shape: Shape) -> Tensors:
    yield "token_embd.weight", (shape.width, shape.words)
    yield ("token_embd_norm" if shape.family == "lfm2" else "output_norm") + ".weight", (shape.width,)
    if not shape.tied:
        yield "output.weight", (shape.width, shape.words)
    for layer in range(shape.layers):
        for name, dimensions in _layer(shape, layer):
            yield f"blk.{layer}.{name}", dimensions


def _layer(shape: Shape, layer: int) -> Tensors:
    yield "attn_norm.weight", (shape.width,)
    match shape.family:
        case "mamba":
            yield from _mamba(shape)
            return
        case "lfm2" if shape.kv_length(layer) == 0:
            yield "shortconv.conv.weight", (int(_number(shape, "shortconv.l_cache")), shape.width)
            yield "shortconv.in_proj.weight", (shape.width, 3 * shape.width)
            yield "shortconv.out_proj.weight", (shape.width, shape.width)
        case "qwen35" if (layer + 1) % 4:
            yield from _delta_net(shape)
        case "deepseek2":
            yield from _latent(shape)
        case "phi3":
            yield "attn_qkv.weight", (shape.width, shape.heads * shape.head + 2 * shape.kv_length(layer))
            yield "attn_output.weight", (shape.heads * shape.head, shape.width)
        case _:
            yield from _attention(shape, layer)
    if shape.family not in ("qwen35", "gpt-oss"):
        yield "ffn_norm.weight", (shape.width,)
    if shape.family in ("qwen35", "gpt-oss", "gemma3"):
        yield "post_attention_norm.weight", (shape.width,)
    if shape.family == "gemma3":
        yield "post_ffw_norm.weight", (shape.width,)
    if "expert_count" in shape.more:
        yield from _experts(shape)
    elif shape.family == "phi3":
        yield "ffn_up.weight", (shape.width, 2 * shape.feed)
        yield "ffn_down.weight", (shape.feed, shape.width)
    else:
        yield "ffn_gate.weight", (shape.width, shape.feed)
        yield "ffn_up.weight", (shape.width, shape.feed)
        yield "ffn_down.weight", (shape.feed, shape.width)


def _attention(shape: Shape, layer: int) -> Tensors:
    gated = 2 if shape.family == "qwen35" else 1
    yield "attn_q.weight", (shape.width, gated * shape.heads * shape.head)
    yield "attn_k.weight", (shape.width, shape.kv_length(layer))
    yield "attn_v.weight", (shape.width, shape.kv_length(layer))
    yield "attn_output.weight", (shape.heads * shape.head, shape.width)
    if shape.family in ("gemma3", "qwen3", "qwen3moe", "lfm2", "qwen35"):
        yield "attn_q_norm.weight", (shape.head,)
        yield "attn_k_norm.weight", (shape.head,)
    if shape.family == "qwen2":
        yield "attn_q.bias", (shape.heads * shape.head,)
        yield "attn_k.bias", (shape.kv_length(layer),)
        yield "attn_v.bias", (shape.kv_length(layer),)
    if shape.family == "gpt-oss":
        yield "attn_sinks.weight", (shape.heads,)
        yield "attn_output.bias", (shape.width,)


def _experts(shape: Shape) -> Tensors:
    count, feed = _number(shape, "expert_count"), _number(shape, "expert_feed_forward_length")
    yield "ffn_gate_inp.weight", (shape.width, count)
    yield "ffn_gate_exps.weight", (shape.width, feed, count)
    yield "ffn_up_exps.weight", (shape.width, feed, count)
    yield "ffn_down_exps.weight", (feed, shape.width, count)
    if shape.family == "gpt-oss":
        yield "ffn_gate_inp.bias", (count,)
        yield "ffn_gate_exps.bias", (feed, count)
        yield "ffn_up_exps.bias", (feed, count)
        yield "ffn_down_exps.bias", (shape.width, count)
    if shape.family == "deepseek2":
        shared = feed * _number(shape, "expert_shared_count")
        yield "ffn_gate_shexp.weight", (shape.width, shared)
        yield "ffn_up_shexp.weight", (shape.width, shared)
        yield "ffn_down_shexp.weight", (shared, shape.width)


def _latent(shape: Shape) -> Tensors:
    """Multi-head latent attention: one compressed key for all heads."""
    rank, turned = _number(shape, "attention.kv_lora_rank"), _number(shape, "rope.dimension_count")
    key, value = _number(shape, "attention.key_length_mla"), _number(shape, "attention.value_length_mla")
    yield "attn_q.weight", (shape.width, shape.heads * key)
    yield "attn_kv_a_norm.weight", (rank,)
    yield "attn_kv_a_mqa.weight", (shape.width, rank + turned)
    yield "attn_k_b.weight", (key - turned, rank, shape.heads)
    yield "attn_v_b.weight", (rank, value, shape.heads)
    yield "attn_output.weight", (shape.heads * value, shape.width)


def _delta_net(shape: Shape) -> Tensors:
    """Linear attention with a state of its own, as three of four layers of Qwen 3.5 have it."""
    state, groups, heads = (_number(shape, f"ssm.{name}") for name in ("state_size", "group_count", "time_step_rank"))
    channels = 2 * state * groups + state * heads
    yield "attn_qkv.weight", (shape.width, channels)
    yield "attn_gate.weight", (shape.width, state * heads)
    yield "ssm_conv1d.weight", (_number(shape, "ssm.conv_kernel"), channels)
    yield "ssm_dt.bias", (heads,)
    yield "ssm_a", (heads,)
    yield "ssm_beta.weight", (shape.width, heads)
    yield "ssm_alpha.weight", (shape.width, heads)
    yield "ssm_norm.weight", (state,)
    yield "ssm_out.weight", (state * heads, shape.width)


def _mamba(shape: Shape) -> Tensors:
    kernel, inner, state, rank = (
        _number(shape, f"ssm.{name}") for name in ("conv_kernel", "inner_size", "state_size", "time_step_rank")
    )
    yield "ssm_in.weight", (shape.width, 2 * inner)
    yield "ssm_conv1d.weight", (kernel, inner)
    yield "ssm_conv1d.bias", (inner,)
    yield "ssm_x.weight", (inner, rank + 2 * state)
    yield "ssm_dt.weight", (rank, inner)
    yield "ssm_dt.bias", (inner,)
    yield "ssm_a", (state, inner)
    yield "ssm_d", (inner,)
    yield "ssm_out.weight", (inner, shape.width)


def _number(shape: Shape, key: str) -> int:
    value = shape.more[key]
    assert isinstance(value, int)
    return value
