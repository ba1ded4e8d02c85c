"""llama.cpp's bindings, initialised once a process, with its log sent to ours.

The public ctypes interface of llama-cpp-python is used directly, and only the worker imports it: through `llama()`.
"""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

log = logging.getLogger("llama.cpp")

LOG_INFO, LOG_WARNING, LOG_ERROR, LOG_CONTINUED = 2, 3, 4, 5  # enum ggml_log_level (ggml.h)
# What ggml's backends say when they get no memory: ggml-alloc.c, ggml-cuda.cu, ggml-vulkan.cpp, ggml-metal, llama.cpp
NO_MEMORY = re.compile(
    r"out of (device |host )?memory|failed to allocate|(unable to|cannot) allocate|allocation .*failed"
    r"|insufficient memory|OutOf(Device|Host)Memory|bad_alloc",
    re.IGNORECASE,
)

_complaints: deque[str] = deque(maxlen=50)
_listeners: list[list[str]] = []


@cache
def llama() -> Any:
    """The module `llama_cpp`, ready for use."""
    import llama_cpp

    llama_cpp.llama_log_set(log_callback(), None)
    llama_cpp.llama_backend_init()
    return llama_cpp


@contextmanager
def listening() -> Iterator[list[str]]:
    """The lines that llama.cpp logs inside the block, from its information on. They speak of sizes, never of texts."""
    heard: list[str] = []
    _listeners.append(heard)
    try:
        yield heard
    finally:
        _listeners.remove(heard)


def forget_complaints() -> None:
    """Before a call whose failure `ran_out_of_memory` is to explain."""
    _complaints.clear()


def ran_out_of_memory() -> bool:
    """Whether llama.cpp complained of too little memory since `forget_complaints`."""
    return any(NO_MEMORY.search(line) for line in _complaints)


@cache  # llama.cpp has a bare pointer to it: it must live as long as the process
def log_callback() -> Any:
    """What takes llama.cpp's words, for all of its libraries."""
    import llama_cpp

    level = 0

    def on_log(given: int, text: bytes | None, _data: object) -> None:
        nonlocal level
        level = level if given == LOG_CONTINUED else given
        if level < LOG_INFO or (level == LOG_INFO and not _listeners):
            return  # a load logs thousands of lines to help with finding bugs
        words = (text or b"").decode("utf-8", errors="replace").strip()
        for heard in _listeners:
            heard.append(words)
        if words and level in (LOG_WARNING, LOG_ERROR):
            _complaints.append(words)
            log.log(logging.ERROR if level == LOG_ERROR else logging.WARNING, "%s", words)

    return llama_cpp.llama_log_callback(on_log)
