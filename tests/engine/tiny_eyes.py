"""Tiny projectors with random weights, and pictures to look at.

LLaVA's fits any language model. So does Gemma 3's, whose pictures are evaluated at once, each part of them seeing all
others. Qwen2-VL's comes with a model of its own, which gives a picture fewer positions than tokens (M-RoPE).
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import gguf
import numpy as np

from tests.engine.tiny import CHATML, HEADS, LAYERS, WIDTH, vocabulary

SIDE, PATCH = 56, 14  # pixels
EYE_WIDTH, EYE_HEADS, EYE_FEED, EYE_LAYERS = 16, 2, 32, 2
SECTIONS = [2, 3, 3, 0]  # of half a head: for time, height, width


def write_projector(path: Path, *, kind: str = "mlp", width: int = WIDTH) -> Path:
    """Write a projector of `kind` ("mlp", "gemma3" or "qwen2vl_merger") for models of this width to `path`."""
    random = np.random.default_rng(5)
    writer = gguf.GGUFWriter(path, "clip")
    writer.add_type("mmproj")
    writer.add_bool("clip.has_vision_encoder", True)
    writer.add_string("clip.projector_type", kind)
    writer.add_bool("clip.use_gelu", True)
    for name, value in {
        "image_size": SIDE,
        "patch_size": PATCH,
        "embedding_length": EYE_WIDTH,
        "feed_forward_length": EYE_FEED,
        "block_count": EYE_LAYERS,
        "projection_dim": width,
        "attention.head_count": EYE_HEADS,
    }.items():
        writer.add_uint32(f"clip.vision.{name}", value)
    writer.add_float32("clip.vision.attention.layer_norm_epsilon", 1e-5)
    for name in ("image_mean", "image_std"):
        writer.add_array(f"clip.vision.{name}", [0.5, 0.5, 0.5])
    merged = 4 if kind == "qwen2vl_merger" else 1  # patches that become one token
    shapes: dict[str, tuple[int, ...]] = {"v.patch_embd.weight": (EYE_WIDTH, 3, PATCH, PATCH)}
    if kind == "gemma3":
        writer.add_uint32("clip.vision.projector.scale_factor", 2)
        shapes |= {"mm.input_projection.weight": (EYE_WIDTH, width), "mm.soft_emb_norm.weight": (EYE_WIDTH,)}
    else:
        shapes |= {"mm.0.weight": (EYE_WIDTH * merged, EYE_WIDTH * merged), "mm.0.bias": (EYE_WIDTH * merged,)}
        shapes |= {"mm.2.weight": (width, EYE_WIDTH * merged), "mm.2.bias": (width,)}
    if kind == "qwen2vl_merger":
        shapes |= {"v.patch_embd.weight.1": (EYE_WIDTH, 3, PATCH, PATCH)}
    else:
        shapes |= {"v.position_embd.weight": ((SIDE // PATCH) ** 2, EYE_WIDTH)}
    if kind != "mlp":
        shapes |= {"v.post_ln.weight": (EYE_WIDTH,), "v.post_ln.bias": (EYE_WIDTH,)}
    for layer in range(EYE_LAYERS):
        own: dict[str, tuple[int, ...]] = {"ffn_up": (EYE_FEED, EYE_WIDTH), "ffn_down": (EYE_WIDTH, EYE_FEED)}
        own |= dict.fromkeys(("attn_q", "attn_k", "attn_v", "attn_out"), (EYE_WIDTH, EYE_WIDTH))
        own |= dict.fromkeys(("ln1", "ln2"), (EYE_WIDTH,))
        for name, shape in own.items():
            shapes |= {f"v.blk.{layer}.{name}.weight": shape, f"v.blk.{layer}.{name}.bias": (shape[0],)}
    _write_tensors(writer, shapes, random)
    return path


def write_qwen2vl(path: Path) -> Path:
    """Write a Qwen2-VL language model to `path`."""
    random = np.random.default_rng(6)
    extra = tuple((text, 3) for text in ("<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>"))
    tokens = vocabulary(*extra)
    writer = gguf.GGUFWriter(path, "qwen2vl")
    writer.add_name("Tiny VL")
    writer.add_block_count(LAYERS)
    writer.add_context_length(2048)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(2 * WIDTH)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_sections(SECTIONS)
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
    for layer in range(LAYERS):
        own: dict[str, tuple[int, ...]] = {f"attn_{part}.weight": (WIDTH, WIDTH) for part in ("q", "k", "v", "output")}
        own |= {f"attn_{part}.bias": (WIDTH,) for part in ("q", "k", "v")}
        own |= {f"ffn_{part}.weight": (2 * WIDTH, WIDTH) for part in ("gate", "up")}
        own |= {"ffn_down.weight": (WIDTH, 2 * WIDTH), "attn_norm.weight": (WIDTH,), "ffn_norm.weight": (WIDTH,)}
        shapes |= {f"blk.{layer}.{name}": shape for name, shape in own.items()}
    _write_tensors(writer, shapes, random)
    return path


def _write_tensors(writer: gguf.GGUFWriter, shapes: dict[str, tuple[int, ...]], random: np.random.Generator) -> None:
    for name, shape in shapes.items():
        writer.add_tensor(name, random.standard_normal(shape).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


# ---------------------------------------------------------------- pictures


def png(seed: int, *, width: int = 70, height: int = 60) -> bytes:
    """A picture of a few large fields of colour."""
    fields = np.random.default_rng(seed).integers(0, 256, (4, 4, 3))
    down, across = np.linspace(0, 3, height).round().astype(int), np.linspace(0, 3, width).round().astype(int)
    pixels = fields[down][:, across].astype(np.uint8)
    return png_of(width, height, b"".join(b"\0" + row.tobytes() for row in pixels))


def png_of(width: int, height: int, rows: bytes) -> bytes:
    """A PNG file that says it has this size, whatever its rows are."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def jpeg(seed: int, *, width: int = 70, height: int = 60) -> bytes:
    """The same picture as `png(seed)`, as Qt writes it."""
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImage.fromData(png(seed, width=width, height=height)).save(buffer, "JPG", 90)
    return bytes(buffer.data().data())
