"""What this computer can give a model: memory, cores, and the devices that llama.cpp can use.

`survey` asks ggml's own registry of devices, and the system for memory and cores; limits of a container count.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import psutil

from engine import rpc_hosts
from engine.errors import HostUnusable
from engine.messages import Device, Hardware

MOST_THREADS = 16  # above it, memory bandwidth decides and more threads slow each other down
STRONG = 0.7  # a core with less than this of the strongest one's capacity would hold the others up
KINDS: dict[int, Literal["cpu", "gpu", "igpu", "accel"]] = {0: "cpu", 1: "gpu", 2: "igpu", 3: "accel"}
"""enum ggml_backend_dev_type"""


def survey(rpc_hosts: Sequence[str] = ()) -> Hardware:
    """Everything that can be known before a model is chosen. Takes milliseconds; the first call may wake a GPU.

    Of RPC servers that were added, only those of `rpc_hosts` are asked.
    """
    return Hardware(
        devices=devices(rpc_hosts),
        memory_free=free_memory(),
        memory_total=_total_memory(),
        threads=best_threads(),
        llama=" ".join((version("llama-cpp-python"), *_backends())),
    )


# ------------------------------------------------------------ devices


def devices(rpc_hosts: Sequence[str] = ()) -> tuple[Device, ...]:
    """All devices of the llama.cpp that is installed, in its own order; of RPC servers those of `rpc_hosts` alone."""
    registry, base = _ggml("ggml"), _ggml("ggml-base")
    found = []
    for index in range(registry.ggml_backend_dev_count()):
        device = registry.ggml_backend_dev_get(index)
        kind = KINDS.get(base.ggml_backend_dev_type(device))
        if kind is None:
            continue  # "meta" devices stand for several others
        name = _text(base.ggml_backend_dev_name(device))
        description = _text(base.ggml_backend_dev_description(device))
        remote = _backend_of(device) == "RPC"
        if remote and description not in rpc_hosts:
            continue  # even to ask for its memory would open a connection
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        base.ggml_backend_dev_memory(device, ctypes.byref(free), ctypes.byref(total))
        found.append(
            Device(
                name=name,
                description=description,
                kind="rpc" if remote else kind,
                free=min(free.value, total.value),
                total=total.value,
            )
        )
    return tuple(found)


def gpus() -> list[Device]:
    """The graphics devices of this computer."""
    return [device for device in devices() if device.kind in {"gpu", "igpu"}]


def handles(names: Sequence[str]) -> ctypes.Array[ctypes.c_void_p]:
    """ggml's handles of the devices of these names, ended by a null, as `llama_model_params.devices` wants them."""
    found = [_ggml("ggml").ggml_backend_dev_by_name(name.encode()) for name in names]
    return (ctypes.c_void_p * (len(found) + 1))(*found, None)


def add_rpc_hosts(hosts: Sequence[str]) -> None:
    """Make the devices of these llama.cpp RPC servers, "host:port", known to ggml; each counts once a process.

    Raises what `rpc_hosts.greet` does, or `HostUnusable` when llama.cpp was built without RPC.
    """
    for host in hosts:
        rpc_hosts.greet(host)  # llama.cpp ends the process when it finds what it does not expect
        _add_rpc_host(host)


@cache
def _add_rpc_host(host: str) -> None:
    registry, base = _ggml("ggml"), _ggml("ggml-base")
    rpc = registry.ggml_backend_reg_by_name(b"RPC")
    address = base.ggml_backend_reg_get_proc_address(rpc, b"ggml_backend_rpc_add_server") if rpc else None
    if not address:
        raise HostUnusable(host=host, reason="GGML_RPC")
    added = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_char_p)(address)(host.encode())
    if not added:
        raise HostUnusable(host=host, reason="no answer")
    registry.ggml_backend_register(added)


def _backend_of(device: int) -> str:
    base = _ggml("ggml-base")
    return _text(base.ggml_backend_reg_name(base.ggml_backend_dev_backend_reg(device)))


def _backends() -> Iterator[str]:
    """What the installed llama.cpp was built for, "cuda" and the like, besides the CPU."""
    registry, base = _ggml("ggml"), _ggml("ggml-base")
    for index in range(registry.ggml_backend_reg_count()):
        name = _text(base.ggml_backend_reg_name(registry.ggml_backend_reg_get(index))).lower()
        if "[" not in name:  # "rpc[host:port]" is a server that was added
            yield name


def _text(words: bytes | None) -> str:
    return (words or b"").decode("utf-8", errors="replace")


@cache
def _ggml(name: str) -> ctypes.CDLL:
    """One of llama.cpp's ggml libraries, with the types of the calls above (ggml-backend.h)."""
    import llama_cpp
    from llama_cpp._ctypes_extensions import load_shared_library

    given = os.environ.get("LLAMA_CPP_LIB_PATH")  # where the bindings themselves look first
    library: ctypes.CDLL = load_shared_library(name, Path(given) if given else Path(llama_cpp.__file__).parent / "lib")
    pointer, number, text = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p
    size = ctypes.POINTER(number)
    if name == "ggml":
        calls: dict[str, tuple[object, list[object]]] = {
            "ggml_backend_dev_count": (number, []),
            "ggml_backend_dev_get": (pointer, [number]),
            "ggml_backend_dev_by_name": (pointer, [text]),
            "ggml_backend_reg_count": (number, []),
            "ggml_backend_reg_get": (pointer, [number]),
            "ggml_backend_reg_by_name": (pointer, [text]),
            "ggml_backend_register": (None, [pointer]),
        }
    else:
        calls = {
            "ggml_backend_dev_type": (ctypes.c_int, [pointer]),
            "ggml_backend_dev_name": (text, [pointer]),
            "ggml_backend_dev_description": (text, [pointer]),
            "ggml_backend_dev_memory": (None, [pointer, size, size]),
            "ggml_backend_dev_backend_reg": (pointer, [pointer]),
            "ggml_backend_reg_name": (text, [pointer]),
            "ggml_backend_reg_get_proc_address": (pointer, [pointer, text]),
        }
    for call, (result, arguments) in calls.items():
        function = getattr(library, call)
        function.restype, function.argtypes = result, arguments
    return library


# ------------------------------------------------------------ memory


def free_memory() -> int:
    """Bytes of main memory that a process may take now without swapping; file cache counts as free."""
    free = int(psutil.virtual_memory().available)
    for limit, used in _memory_limits():
        free = min(free, max(0, limit - used))
    return free


def own_memory() -> int:
    """Bytes that this process alone holds, which it would give back; the pages of files it maps do not count."""
    memory = psutil.Process().memory_info()
    shared = int(
        getattr(memory, "shared", 0)
    )  # Linux; elsewhere what is mapped from files cannot be told apart cheaply
    return max(0, int(memory.rss) - shared)


def _total_memory() -> int:
    return min(int(psutil.virtual_memory().total), *(limit for limit, _used in _memory_limits()), 1 << 62)


def _memory_limits() -> Iterator[tuple[int, int]]:
    """Limit and use of each control group around this process that has a limit (Linux: containers, systemd)."""
    for folder in _control_groups("memory"):
        for limit_name, used_name, cached_name in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            limit, used = _number(folder / limit_name), _number(folder / used_name)
            if limit is None or used is None or limit >= 1 << 60:  # no limit: "max", or the largest multiple of a page
                continue
            yield limit, max(0, used - _field(folder / "memory.stat", cached_name))


# ------------------------------------------------------------ cores


def best_threads() -> int:
    """One thread for each physical core that this process may run on, of the strong ones where cores differ."""
    cores = _strong_cores(_allowed_processors()) or psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return max(1, min(cores, _processor_quota(), MOST_THREADS))


def _allowed_processors() -> frozenset[int]:
    return frozenset(os.sched_getaffinity(0)) if sys.platform == "linux" else frozenset()


def _strong_cores(processors: frozenset[int], system: Path = Path("/sys/devices")) -> int:
    """How many physical cores these processors are, without the efficiency cores; 0 where the system does not say."""
    if sys.platform == "darwin":
        return _apple_performance_cores()
    performance = _processor_list(system / "cpu_core" / "cpus")  # of Intel's hybrid processors
    strong = processors & performance or processors
    capacity = {number: _number(system / f"system/cpu/cpu{number}/cpu_capacity") or 0 for number in strong}  # of Arm's
    strong = frozenset(number for number in strong if capacity[number] >= STRONG * max(capacity.values()))
    siblings = {
        _processor_list(system / f"system/cpu/cpu{number}/topology/thread_siblings_list") or frozenset({number})
        for number in strong
    }
    return len(siblings)


def _apple_performance_cores() -> int:
    try:
        done = subprocess.run(
            ["/usr/sbin/sysctl", "-n", "hw.perflevel0.physicalcpu"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
        return int(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):  # an Intel Mac has no levels
        return 0


def _processor_list(path: Path) -> frozenset[int]:
    """The processors of a list like "0-3,8"; none where there is no such file."""
    try:
        parts = [part.partition("-") for part in path.read_text(encoding="ascii").strip().split(",") if part]
        return frozenset(number for first, _dash, last in parts for number in range(int(first), int(last or first) + 1))
    except (OSError, ValueError):
        return frozenset()


def _processor_quota() -> int:
    """How many processors' time the control groups around this process grant it, rounded up."""
    granted = MOST_THREADS
    for folder in _control_groups("cpu"):
        try:
            quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
        except (OSError, ValueError):
            quota, period = str(_number(folder / "cpu.cfs_quota_us")), str(_number(folder / "cpu.cfs_period_us"))
        if quota.isdecimal() and period.isdecimal() and int(period) > 0:
            granted = min(granted, max(1, -(-int(quota) // int(period))))
    return granted


# ------------------------------------------------------------ control groups


def _control_groups(controller: str) -> Iterator[Path]:
    """The folders of the control groups that hold this process, from its own outwards (man 7 cgroups)."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    mounted = Path("/sys/fs/cgroup")
    for line in lines:
        _id, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        top = mounted / controller if controllers else mounted
        inside = top / path.lstrip("/")
        if not inside.is_relative_to(top) or not inside.exists():  # seen from inside a container
            inside = top
        while True:
            yield inside
            if inside == top:
                break
            inside = inside.parent


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _field(path: Path, name: str) -> int:
    """One number of a file of lines like "inactive_file 4096"; 0 where it is missing."""
    try:
        for line in path.read_text(encoding="ascii").splitlines():
            key, _space, value = line.partition(" ")
            if key == name:
                return int(value)
    except (OSError, ValueError):
        pass
    return 0
