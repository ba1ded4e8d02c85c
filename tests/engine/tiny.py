"""Tiny llama models with random weights, written on the fly: every header, vocabulary and template a test may want."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np

LAYERS, WIDTH, HEADS, FEED = 2, 32, 2, 64
CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def vocabulary(*extra: tuple[str, int]) -> list[tuple[str, float, int]]:
    """A SentencePiece vocabulary of bytes, letters and some merges; text, score and `llama_token_type` of each."""
    tokens = [("<unk>", 0.0, 2), ("<s>", 0.0, 3), ("</s>", 0.0, 3)]
    tokens += [(f"<0x{byte:02X}>", 0.0, 6) for byte in range(256)]
    tokens += [(chr(code), -100.0, 1) for code in range(33, 127)]
    # Merges that lead from plain letters to the text of a control token.
    merges = [
        "▁",
        "he",
        "ll",
        "</",
        "s>",
        "▁t",
        "▁a",
        "<|",
        "|>",
        "im",
        "im_",
        "end",
        "im_end",
        "<|im_end",
        "<|im_end|>",
    ]
    tokens += [(text, -float(rank), 1) for rank, text in enumerate(merges) if text not in dict(extra)]
    return tokens + [(text, -0.5, kind) for text, kind in extra]


def write(
    path: Path,
    *,
    template: str | None = CHATML,
    extra: tuple[tuple[str, int], ...] = (("<|im_start|>", 3), ("<|im_end|>", 3)),
    architecture: str = "llama",
    context: int = 2048,
    add_bos: bool = True,
    layers: int = LAYERS,
    plus: Mapping[str, np.ndarray] | None = None,
) -> Path:
    """Write a model that llama.cpp runs (or, by `architecture`, does not) to `path`.

    `plus`: what is added to the random weights, by tensor.
    """
    random = np.random.default_rng(1)
    tokens = vocabulary(*extra)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_name("Tiny")
    writer.add_block_count(layers)
    writer.add_context_length(context)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _, _ in tokens])
    writer.add_token_scores([score for _, score, _ in tokens])
    writer.add_token_types([kind for _, _, kind in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(add_bos)
    if template is not None:
        writer.add_chat_template(template)
    shapes = {"token_embd": (len(tokens), WIDTH), "output": (len(tokens), WIDTH), "output_norm": (WIDTH,)}
    for layer in range(layers):
        shapes |= {f"blk.{layer}.{name}": (WIDTH, WIDTH) for name in ("attn_q", "attn_k", "attn_v", "attn_output")}
        shapes |= {f"blk.{layer}.{name}": (FEED, WIDTH) for name in ("ffn_gate", "ffn_up")}
        shapes |= {f"blk.{layer}.ffn_down": (WIDTH, FEED)}
        shapes |= {f"blk.{layer}.{name}": (WIDTH,) for name in ("attn_norm", "ffn_norm")}
    for name, shape in shapes.items():
        weights = random.standard_normal(shape) + (plus or {}).get(f"{name}.weight", 0)
        writer.add_tensor(f"{name}.weight", weights.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
