"""llama-cpp-python built from source for this machine, once for every version and set of flags.

The wheel is kept in the user's cache folder, so a second clone does not build again. pip's own cache of built
wheels is left out of it: it does not know by which CMake flags a wheel was built.
"""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path

from steps import run_logged

# WORKAROUND ggml-org/llama.cpp#20824: with GGML_NATIVE on a CPU with AMX, the first decode on two threads is a SIGSEGV.
# So x86 is built for what every processor since 2013 has, instead of for this one.
X86 = ("-DGGML_NATIVE=OFF", "-DGGML_AVX2=ON", "-DGGML_FMA=ON", "-DGGML_F16C=ON")
EVERYWHERE = ("-DGGML_RPC=ON",)  # the memory of other computers, where the user names them
BACKENDS = {
    "cpu": ("-DGGML_METAL=OFF",),
    "cuda": ("-DGGML_CUDA=ON",),
    "vulkan": ("-DGGML_VULKAN=ON",),
    "metal": ("-DGGML_METAL=ON",),
}


def default_backend() -> str:
    return "metal" if sys.platform == "darwin" and platform.machine() == "arm64" else "cpu"


def cmake_arguments(backend: str) -> tuple[str, ...]:
    """The flags for this machine; those of the user's own CMAKE_ARGS come last and so win."""
    x86 = X86 if platform.machine().lower() in ("x86_64", "amd64") else ()
    return (*x86, *EVERYWHERE, *BACKENDS[backend], *os.environ.get("CMAKE_ARGS", "").split())


def built(python: Path, requirement: str, backend: str, more: Sequence[str] = ()) -> Path:
    """The wheel of `requirement`, taken from the cache or built with `python`'s pip (some minutes)."""
    flags = (*cmake_arguments(backend), *more)
    name = hashlib.sha256(repr((requirement, flags, platform.machine(), platform.libc_ver())).encode()).hexdigest()[:16]
    folder = cache() / "wheels" / name
    wheels = list(folder.glob("*.whl"))
    if not wheels:
        half_built = folder.with_name(f"{name}.building")
        package = requirement.partition("==")[0]  # by name: what builds it (CMake, Ninja) may come as wheels
        build: list[str | Path] = [python, "-m", "pip", "wheel", "--no-cache-dir", "--retries", "5", "--no-deps"]
        run_logged(
            [*build, "--no-binary", package, "--wheel-dir", half_built, requirement], {"CMAKE_ARGS": " ".join(flags)}
        )
        half_built.rename(folder)
        wheels = list(folder.glob("*.whl"))
    return wheels[0]


def cache() -> Path:
    """Where what is built is kept from one clone to the next."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "Haema" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "Haema"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "haema"
