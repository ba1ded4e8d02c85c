"""LoRA adapters: small GGUF files whose weights are added to a model's own, several at once, each with its scale.

llama.cpp computes with W + scale x (alpha / rank) x B A for every matrix W that an adapter names, and checks shapes
itself. It trusts the file's metadata to have the right types, so that is checked here first.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from engine import gguf
from engine.errors import AdapterUnsuitable
from engine.llama import llama
from engine.messages import Adapter

STRONGEST = 100.0  # a scale beyond it is a slip: full strength is 1


def apply(adapters: Sequence[Adapter], *, model: Any, context: Any, facts: gguf.ModelFacts, handles: ExitStack) -> None:
    """Load `adapters` for `model` and let `context` compute with them; `handles` frees them.

    Raises `AdapterUnsuitable`, or what `gguf.read` raises for a file that is missing or damaged.
    """
    if not adapters:
        return
    loaded = [_load(adapter, model=model, facts=facts, handles=handles) for adapter in adapters]
    array = (llama().llama_adapter_lora_p_ctypes * len(loaded))(*loaded)
    scales = (ctypes.c_float * len(loaded))(*(adapter.scale for adapter in adapters))
    if llama().llama_set_adapters_lora(context, array, len(loaded), scales):
        raise _unsuitable(adapters[0], facts, "llama_set_adapters_lora")


def _load(adapter: Adapter, *, model: Any, facts: gguf.ModelFacts, handles: ExitStack) -> Any:
    kind = gguf.kind(Path(adapter.path))
    if kind != "adapter":
        raise _unsuitable(adapter, facts, kind)
    its = gguf.read(Path(adapter.path))
    if its.architecture != facts.architecture:
        raise _unsuitable(adapter, facts, f"{its.architecture or '?'} ≠ {facts.architecture}")
    if not math.isfinite(adapter.scale) or abs(adapter.scale) > STRONGEST:
        raise _unsuitable(adapter, facts, f"{adapter.scale:g}")
    path = adapter.path
    loaded = llama().llama_adapter_lora_init(model, path.encode() if sys.platform == "win32" else os.fsencode(path))
    if not loaded:
        raise _unsuitable(adapter, facts, "llama_adapter_lora_init")
    handles.callback(llama().llama_adapter_lora_free, loaded)
    return loaded


def _unsuitable(adapter: Adapter, facts: gguf.ModelFacts, reason: str) -> AdapterUnsuitable:
    return AdapterUnsuitable(adapter=Path(adapter.path).name, model=facts.name, reason=reason)
