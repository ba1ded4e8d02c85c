"""llama.cpp's bindings, initialised once a process, with its log sent to ours.

The public ctypes interface of llama-cpp-python is used directly, and only the worker imports it: through `llama()`.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

log = logging.getLogger("llama.cpp")

LOG_WARNING, LOG_ERROR, LOG_CONTINUED = 3, 4, 5  # enum ggml_log_level (ggml.h)


@cache
def llama() -> Any:
    """The module `llama_cpp`, ready for use."""
    import llama_cpp

    llama_cpp.llama_log_set(_log_callback(), None)
    llama_cpp.llama_backend_init()
    return llama_cpp


@cache  # llama.cpp has a bare pointer to it: it must live as long as the process
def _log_callback() -> Any:
    import llama_cpp

    level = 0

    def on_log(given: int, text: bytes | None, _data: object) -> None:
        nonlocal level
        level = level if given == LOG_CONTINUED else given
        words = (text or b"").decode("utf-8", errors="replace").strip()
        if words and level in (LOG_WARNING, LOG_ERROR):
            log.log(logging.ERROR if level == LOG_ERROR else logging.WARNING, "%s", words)

    return llama_cpp.llama_log_callback(on_log)
