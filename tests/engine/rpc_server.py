"""llama.cpp's RPC server from the bundled libraries on loopback: `python -m tests.engine.rpc_server PORT`."""

from __future__ import annotations

import ctypes
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@contextmanager
def rpc_server(port: int = 0) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Its "host:port", and the process; ended afterwards."""
    if not port:
        with socket.create_server(("127.0.0.1", 0)) as chosen:
            port = chosen.getsockname()[1]
    command = [sys.executable, "-m", "tests.engine.rpc_server", str(port)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + START_SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None, f"it ended with {process.returncode}"
                    assert time.monotonic() < end
                    time.sleep(0.05)
            yield f"127.0.0.1:{port}", process
        finally:
            process.kill()


def serve(port: int) -> None:
    """Lend the processor and its memory until killed."""
    from engine import hardware

    registry, base = hardware._ggml("ggml"), hardware._ggml("ggml-base")
    rpc = registry.ggml_backend_reg_by_name(b"RPC")
    start = base.ggml_backend_reg_get_proc_address(rpc, b"ggml_backend_rpc_start_server")
    devices = (ctypes.c_void_p * 1)(registry.ggml_backend_dev_by_name(b"CPU"))
    types = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]
    ctypes.CFUNCTYPE(None, *types)(start)(f"127.0.0.1:{port}".encode(), None, 1, 1, ctypes.addressof(devices))


if __name__ == "__main__":
    serve(int(sys.argv[1]))
