"""Tiny models that cannot go back to an earlier token: Mamba (recurrent), and Jamba (with attention layers, too)."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from tests.engine.tiny import CHATML, vocabulary

WIDTH, INNER, STATES, CONVOLUTION, RANK, HEADS, FEED, LAYERS = 64, 128, 16, 4, 4, 2, 96, 2
CONTEXT = 2048


def write(path: Path, family: str) -> Path:
    """Write a model of `family` ("mamba" or "jamba") with random weights to `path`."""
    random = np.random.default_rng(2)
    tokens = vocabulary(("<|im_start|>", 3), ("<|im_end|>", 3))
    heads_kv = [0, HEADS] if family == "jamba" else [0, 0]
    writer = gguf.GGUFWriter(path, family)
    writer.add_name(f"Tiny {family}")
    writer.add_block_count(LAYERS)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(FEED if family == "jamba" else 0)
    writer.add_head_count(HEADS if family == "jamba" else 0)
    writer.add_head_count_kv(heads_kv)
    writer.add_layer_norm_rms_eps(1e-5)
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
        if family == "jamba":
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
