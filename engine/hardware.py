"""What this computer can give a model: memory, cores, and the graphics devices that llama.cpp can use."""

from __future__ import annotations

import ctypes
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

MOST_THREADS = 16  # above it, memory bandwidth decides and more threads slow each other down
DEVICE_GPU, DEVICE_IGPU = 1, 2  # enum ggml_backend_dev_type


@dataclass(frozen=True, slots=True)
class Gpu:
    """One graphics device as ggml reports it; memory in bytes."""

    name: str
    free: int
    total: int


def free_memory() -> int:
    """Bytes of main memory that a process may take now without swapping; file cache counts as free."""
    return int(psutil.virtual_memory().available)


def best_threads() -> int:
    """One thread for each physical core that this process may run on."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if sys.platform == "linux":
        cores = min(cores, len(os.sched_getaffinity(0)))
    return max(1, min(cores, MOST_THREADS))


def gpus() -> list[Gpu]:
    """The graphics devices of the llama.cpp that is installed, the one with most free memory first."""
    registry, base = _ggml("ggml"), _ggml("ggml-base")
    found = []
    for index in range(registry.ggml_backend_dev_count()):
        device = registry.ggml_backend_dev_get(index)
        if base.ggml_backend_dev_type(device) not in (DEVICE_GPU, DEVICE_IGPU):
            continue
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        base.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        name = base.ggml_backend_dev_description(device) or b"GPU"
        found.append(Gpu(name.decode("utf-8", errors="replace"), free.value, total.value))
    return sorted(found, key=lambda gpu: gpu.free, reverse=True)


@cache
def _ggml(name: str) -> ctypes.CDLL:
    """One of llama.cpp's ggml libraries, with the types of the calls above (ggml-backend.h)."""
    import llama_cpp
    from llama_cpp._ctypes_extensions import load_shared_library

    given = os.environ.get("LLAMA_CPP_LIB_PATH")  # where the bindings themselves look first
    library: ctypes.CDLL = load_shared_library(name, Path(given) if given else Path(llama_cpp.__file__).parent / "lib")
    if name == "ggml":
        library.ggml_backend_dev_count.restype = ctypes.c_size_t
        library.ggml_backend_dev_get.argtypes = [ctypes.c_size_t]
        library.ggml_backend_dev_get.restype = ctypes.c_void_p
    else:
        library.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
        library.ggml_backend_dev_type.restype = ctypes.c_int
        library.ggml_backend_dev_description.argtypes = [ctypes.c_void_p]
        library.ggml_backend_dev_description.restype = ctypes.c_char_p
        size = ctypes.POINTER(ctypes.c_size_t)
        library.ggml_backend_dev_memory.argtypes = [ctypes.c_void_p, size, size]
        library.ggml_backend_dev_memory.restype = None
    return library
