"""What is found out about this computer: devices, memory, cores, and the limits of a container around it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine import hardware, rpc_hosts
from engine.errors import HostUnusable


def test_the_survey_is_of_this_computer():
    found = hardware.survey()
    assert found.llama.startswith("0.3.")
    assert "cpu" in found.llama.split()
    kinds = [device.kind for device in found.devices]
    assert kinds.count("cpu") == 1
    assert all(0 <= device.free <= device.total for device in found.devices)
    assert 1 << 28 < found.memory_free <= found.memory_total <= psutil.virtual_memory().total
    assert 1 <= found.threads <= hardware.MOST_THREADS


def test_memory_that_is_taken_is_missed(tmp_path):
    before, own = hardware.free_memory(), hardware.own_memory()
    taken = bytearray(b"x" * (300 << 20))
    assert hardware.own_memory() - own > 250 << 20
    assert hardware.free_memory() < before + (100 << 20)  # others may give some back meanwhile
    del taken


def cores(system: Path, siblings: dict[int, str], **more: str) -> None:
    """Write a tree like /sys/devices: each processor's siblings, and other files by their path."""
    for number, threads in siblings.items():
        topology = system / f"system/cpu/cpu{number}/topology"
        topology.mkdir(parents=True)
        (topology / "thread_siblings_list").write_text(f"{threads}\n", encoding="ascii")
    for path, text in more.items():
        file = system / path.replace("__", "/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="ascii")


linux = pytest.mark.skipif(sys.platform == "darwin", reason="macOS asks its own way")


@linux
def test_two_threads_of_a_core_count_once(tmp_path):
    cores(tmp_path, {0: "0,4", 1: "1,5", 2: "2,6", 3: "3,7", 4: "0,4", 5: "1,5", 6: "2,6", 7: "3,7"})
    assert hardware._strong_cores(frozenset(range(8)), tmp_path) == 4
    assert hardware._strong_cores(frozenset({0, 1, 4}), tmp_path) == 2  # of those this process may use


@linux
def test_efficiency_cores_are_left_out(tmp_path):
    intel = tmp_path / "intel"
    pairs = {number: f"{number - number % 2}-{number - number % 2 + 1}" for number in range(12)}
    cores(intel, pairs | {12: "12", 13: "13"}, cpu_core__cpus="0-11\n", cpu_atom__cpus="12-13\n")
    assert hardware._strong_cores(frozenset(range(14)), intel) == 6
    assert hardware._strong_cores(frozenset({12, 13}), intel) == 2  # better than none
    arm = tmp_path / "arm"
    capacities = {f"system__cpu__cpu{number}__cpu_capacity": "1024" if number > 3 else "446" for number in range(8)}
    cores(arm, {number: str(number) for number in range(8)}, **capacities)
    assert hardware._strong_cores(frozenset(range(8)), arm) == 4


@linux
def test_a_system_that_says_nothing_leaves_it_to_the_library(tmp_path):
    assert hardware._strong_cores(frozenset(), tmp_path) == 0
    assert hardware._processor_list(tmp_path / "none") == frozenset()


@pytest.mark.parametrize(
    "files, memory, quota",
    [
        (
            {
                "memory.max": "1000000000", "memory.current": "400000000", "cpu.max": "250000 100000",
                "memory.stat": "anon 1\ninactive_file 100000000",
            },
            [(1000000000, 300000000)], 3,
        ),
        ({"memory.max": "max", "memory.current": "5", "cpu.max": "max 100000"}, [], hardware.MOST_THREADS),
        (
            {
                "memory.limit_in_bytes": "2000", "memory.usage_in_bytes": "1500", "cpu.cfs_quota_us": "50000",
                "memory.stat": "total_inactive_file 500", "cpu.cfs_period_us": "100000",
            },
            [(2000, 1000)], 1,
        ),
        (
            {"memory.limit_in_bytes": "9223372036854771712", "memory.usage_in_bytes": "1", "cpu.cfs_quota_us": "-1"},
            [], hardware.MOST_THREADS,
        ),
        ({}, [], hardware.MOST_THREADS),
    ],
)  # fmt: skip
def test_a_containers_limits_count(tmp_path, monkeypatch, files, memory, quota):
    for name, text in files.items():
        (tmp_path / name).write_text(f"{text}\n", encoding="ascii")
    monkeypatch.setattr(hardware, "_control_groups", lambda _controller: [tmp_path])
    assert list(hardware._memory_limits()) == memory
    assert hardware._processor_quota() == quota
    if memory:
        limit, used = memory[0]
        assert hardware.free_memory() == limit - used
        assert hardware._total_memory() == limit


def test_a_host_where_nobody_listens_is_refused_before_llama_cpp_asks_it():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for host in (f"127.0.0.1:{port}", "127.0.0.1", "127.0.0.1:port", "127.0.0.1:99999"):
        with pytest.raises(HostUnusable, match=r"RPC host “127\.0\.0\.1"):
            hardware.add_rpc_hosts([host])


def test_an_rpc_servers_memory_counts_only_where_it_is_asked_for():
    if "rpc" not in hardware.survey().llama.split():
        pytest.skip("llama.cpp was built without RPC")
    script = (
        "import ctypes\n"
        "from engine import hardware\n"
        "registry, base = hardware._ggml('ggml'), hardware._ggml('ggml-base')\n"
        "rpc = registry.ggml_backend_reg_by_name(b'RPC')\n"
        "start = base.ggml_backend_reg_get_proc_address(rpc, b'ggml_backend_rpc_start_server')\n"
        "device = (ctypes.c_void_p * 1)(registry.ggml_backend_dev_by_name(b'CPU'))\n"
        "print('ready', flush=True)\n"
        "types = [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p]\n"
        "ctypes.CFUNCTYPE(None, *types)(start)(b'127.0.0.1:PORT', None, 1, 1, ctypes.addressof(device))\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        host = f"127.0.0.1:{chosen.getsockname()[1]}"
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", script.replace("127.0.0.1:PORT", host)]
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as server:
        try:
            assert server.stdout is not None
            server.stdout.readline()
            _wait_for(host)
            hardware.add_rpc_hosts([host])
            lent = [device for device in hardware.devices([host]) if device.kind == "rpc"]
            assert [(device.description, device.total > 0) for device in lent] == [(host, True)]
            assert not [device for device in hardware.devices() if device.kind == "rpc"]
            assert host not in hardware.survey().llama
        finally:
            server.kill()


def _wait_for(host: str) -> None:
    for _ in range(100):
        try:
            rpc_hosts.greet(host)
        except HostUnusable:
            time.sleep(0.1)
        else:
            return
