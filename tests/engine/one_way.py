"""Tiny models that cannot go back to any earlier token.

Mamba is recurrent, Jamba has attention layers as well, and Gemma 3 has sliding windows, which need not keep everything.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from tests.engine.tiny import CHATML, vocabulary

WIDTH, INNER, STATES, CONVOLUTION, RANK, HEADS, FEED, LAYERS = 64, 128, 16, 4, 4, 2, 96, 2
CONTEXT, WINDOW = 2048, 32


def write(path: Path, family: str) -> Path:
    """Write a model of `family` ("mamba", "jamba" or "gemma3") with random weights to `path`."""
    random = np.random.default_rng(2)
    tokens = vocabulary(("<|im_start|>", 3), ("<|im_end|>", 3))
    heads_kv = {"mamba": [0, 0], "jamba": [0, HEADS], "gemma3": [HEADS, HEADS]}[family]
    writer = gguf.GGUFWriter(path, family)
    writer.add_name(f"Tiny {family}")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(0 if family == "mamba" else FEED)
    writer.add_head_count(max(heads_kv))
    writer.add_head_count_kv(heads_kv)
    writer.add_layer_norm_rms_eps(1e-5)
    if family == "gemma3":
        writer.add_sliding_window(WINDOW)
        writer.add_key_length(WIDTH // HEADS)
        writer.add_value_length(WIDTH // HEADS)
    writer.add_ssm_conv_kernel(CONVOLUTION)
    writer.add_ssm_inner_size(INNER)
    writer.add_ssm_state_size(STATES)
    writer.add_ssm_time_step_rank(RANK)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([text for text, _, _ in tokens])
    writer.add_token_scores([score for _, score, _ in tokens])
    writer.add_token_types([kind for _, _, kind in tokens])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(CHATML)

    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (len(tokens), WIDTH),
        "output.weight": (len(tokens), WIDTH),
        "output_norm.weight": (WIDTH,),
    }
    for layer, kv in enumerate(heads_kv):
        own: dict[str, tuple[int, ...]] = {"attn_norm.weight": (WIDTH,)}
        if kv:
            own |= {f"attn_{part}.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")}
        else:
            own |= {
                "ssm_in.weight": (2 * INNER, WIDTH),
                "ssm_conv1d.weight": (INNER, CONVOLUTION),
                "ssm_conv1d.bias": (INNER,),
                "ssm_x.weight": (RANK + 2 * STATES, INNER),
                "ssm_dt.weight": (INNER, RANK),
                "ssm_dt.bias": (INNER,),
                "ssm_a": (INNER, STATES),
                "ssm_d": (INNER,),
                "ssm_out.weight": (WIDTH, INNER),
            }
            if family == "jamba":
                own |= {"ssm_dt_norm.weight": (RANK,), "ssm_b_norm.weight": (STATES,), "ssm_c_norm.weight": (STATES,)}
        if family == "gemma3":
            own |= {f"{name}.weight": (WIDTH,) for name in ("post_attention_norm", "post_ffw_norm")}
            own |= {f"attn_{part}_norm.weight": (WIDTH // HEADS,) for part in ("q", "k")}
        if family != "mamba":
            own |= {"ffn_norm.weight": (WIDTH,), "ffn_gate.weight": (FEED, WIDTH), "ffn_up.weight": (FEED, WIDTH)}
            own |= {"ffn_down.weight": (WIDTH, FEED)}
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in own.items()}
    for name, shape in shapes.items():
        values = random.standard_normal(shape).astype(np.float32) * 0.5
        writer.add_tensor(name, -np.abs(values) if name.endswith("ssm_a") else values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
