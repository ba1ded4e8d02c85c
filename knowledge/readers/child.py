"""The process in which files are read: `python -m knowledge.readers.child`, started and watched by `sandbox.py`.

It takes paths on its standard input and gives frames on its standard output: 4 bytes of length, then JSON, never
pickled objects, for a file that takes over this process must not take over its owner by the answer. A request is
answered by a "head" and any number of "sections", then by "end" or "error"; "log" may come at any time. A request that
is not a path but an object is one about a PDF's pages (`pages.py`), answered by one frame or "error". The process gives
up what a reader does not need: it cannot write files or open network connections; and it runs behind everything else,
unless somebody is waiting to see a page.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import queue
import struct
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

from knowledge.errors import FileUnreadable, KnowledgeError
from knowledge.readers import read
from knowledge.readers.pages import Pages
from knowledge.readers.reading import TOO_HUNGRY

log = logging.getLogger(__name__)

BATCH: Final = 64 * 1024  # characters of sections in one frame
OPEN_FILES: Final = 128
NICE: Final = 10


def main() -> int:
    """Serve until the standard input ends: then the owner is gone, whatever is being read."""
    sys.setrecursionlimit(3000)
    out = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)  # what libraries print must not get among the frames
    limits = json.loads(sys.stdin.buffer.readline() or b"{}")
    _confine(int(limits.get("address_space", 0)), patient=bool(limits.get("patient", True)))
    logging.basicConfig(level=logging.WARNING, handlers=[_Told(out)])
    requests: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), name="requests", daemon=True).start()
    _send(out, {"ready": True})
    pages = Pages()
    while True:
        request = requests.get()
        _limit_processor(int(limits.get("processor_seconds", 0)))
        if isinstance(request, str):
            _serve(request, out)
        else:
            _serve_pages(pages, request, out)


def _listen(requests_from: BinaryIO, requests: queue.SimpleQueue[Any]) -> None:
    for line in requests_from:
        requests.put(json.loads(line))
    os._exit(0)


def _serve(path: str, out: BinaryIO) -> None:
    try:
        reading = read(Path(path))
        _send(out, {"head": {"title": reading.title, **asdict(reading.details)}})
        batch: list[list[Any]] = []
        size = 0
        for section in reading.sections:
            batch.append([section.text, section.page, section.heading])
            size += len(section.text)
            if size > BATCH:
                _send(out, {"sections": batch})
                batch, size = [], 0
        _send(out, {"sections": batch})
        _send(out, {"end": [[type(note).__name__, note.facts] for note in reading.notes]})
    except KnowledgeError as error:
        _send(out, {"error": [type(error).__name__, error.facts]})


def _serve_pages(pages: Pages, request: dict[str, Any], out: BinaryIO) -> None:
    try:
        frame = pages.answer(request)
    except KnowledgeError as error:
        frame = {"error": [type(error).__name__, error.facts]}
    except MemoryError:
        frame = {"error": [FileUnreadable.__name__, {"path": str(request["path"]), "reason": TOO_HUNGRY}]}
    _send(out, frame)


def _send(out: BinaryIO, frame: dict[str, Any]) -> None:
    data = json.dumps(frame).encode()
    try:
        out.write(struct.pack(">I", len(data)) + data)
        out.flush()
    except BrokenPipeError:
        os._exit(0)


class _Told(logging.Handler):
    """The log is the owner's: this process writes no file."""

    def __init__(self, out: BinaryIO) -> None:
        super().__init__()
        self._out = out

    def emit(self, record: logging.LogRecord) -> None:
        _send(self._out, {"log": [record.levelno, record.name, record.getMessage()]})


# ---------------------------------------------------------------- what is given up


def _confine(address_space: int, *, patient: bool) -> None:
    if sys.platform == "win32":
        return  # priority is given at the start, and the owner watches the memory
    import resource

    if patient:
        os.nice(NICE)
    wanted = [(resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_NOFILE, OPEN_FILES)]
    if address_space and sys.platform == "linux":  # macOS refuses this one
        wanted.append((resource.RLIMIT_AS, address_space))
    for kind, value in wanted:
        _, hard = resource.getrlimit(kind)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))
    if sys.platform == "linux" and not _without_network():
        log.warning("the reader's process keeps its right to the network: this system has no seccomp")


def _limit_processor(seconds: int) -> None:
    """From now on; the process is killed by SIGXCPU when it has used so much more."""
    if sys.platform == "win32" or not seconds:
        return
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + seconds + 1, hard))


def _without_network() -> bool:
    """Linux: no more sockets but local ones, for this process and what it starts; cannot be taken back.

    A seccomp filter of a few instructions, as the kernel's "seccomp_filter" documentation describes them: it looks at
    the processor's architecture, at the number of the system call and, for `socket`, at its first argument.
    """
    numbers = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}.get(os.uname().machine)
    if numbers is None:
        return False
    architecture, socket = numbers
    io_uring_setup, af_unix = 425, 1
    allow, deny = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EACCES
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
    at_least = 0x35  # BPF_JMP|BPF_JGE|BPF_K
    program = [
        (load, 0, 0, 4),  # the architecture
        (equal, 0, 7, architecture),  # another one: deny
        (load, 0, 0, 0),  # the system call
        (at_least, 5, 0, 0x40000000),  # x86-64's second set of numbers: deny
        (equal, 4, 0, io_uring_setup),  # which could open sockets, too: deny
        (equal, 0, 2, socket),  # anything else: allow
        (load, 0, 0, 16),  # its first argument, the family
        (equal, 0, 1, af_unix),
        (give, 0, 0, allow),
        (give, 0, 0, deny),
    ]

    class Instruction(ctypes.Structure):
        _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("k", ctypes.c_uint))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("first", ctypes.POINTER(Instruction)))

    instructions = (Instruction * len(program))(*(Instruction(*line) for line in program))
    whole = Program(len(program), instructions)
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(set_seccomp, filter_mode, ctypes.byref(whole), 0, 0) == 0)


if __name__ == "__main__":
    sys.exit(main())
