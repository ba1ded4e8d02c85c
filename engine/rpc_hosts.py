"""Shaking hands with a llama.cpp RPC server before llama.cpp does, which ends the process when anything is amiss there.

The server serves one connection after the other and the protocol is experimental, so three things are made sure of in
seconds: that the host is on the user's own network (nothing is encrypted), that it answers at once, and that it speaks
the protocol of the llama.cpp that is bundled (ggml-rpc.h, `negotiate_hello` in ggml-rpc.cpp).
"""

from __future__ import annotations

import socket
import struct

import psutil

from engine import own_network
from engine.errors import HostBusy, HostOutside, HostUnusable

GREET_SECONDS = 3.0
PROTOCOL = (7, 0)  # major, minor, of llama-cpp-python 0.3.36
HELLO, CAPABILITIES = 14, 24  # RPC_CMD_HELLO, and RPC_CONN_CAPS_SIZE in bytes
REPLY = struct.Struct(f"<Q4B{CAPABILITIES}s")  # length; major, minor, patch, nothing, capabilities


def greet(host: str) -> None:
    """See whether llama.cpp can go on with "host:port". Raises `HostOutside`, `HostBusy` or `HostUnusable`."""
    name, _colon, number = host.rpartition(":")
    if not name or ":" in name or not (number.isascii() and number.isdecimal()):
        raise HostUnusable(host=host, reason="IPv6" if ":" in name else "host:port")
    port = int(number)
    try:
        addresses = own_network.addresses(name, port, family=socket.AF_INET)
        if not all(own_network.within(address) for address in addresses):
            raise HostOutside(host=host)
        if _connected(addresses, port):
            return  # it is ours already, and would not hear another
        _shake_hands(host, addresses[0], port)
    except TimeoutError as error:
        raise HostUnusable(host=host, reason=f"> {GREET_SECONDS:.0f} s") from error
    except (OSError, OverflowError) as error:
        raise HostUnusable(host=host, reason=getattr(error, "strerror", None) or type(error).__name__) from error


def _shake_hands(host: str, address: str, port: int) -> None:
    hello = struct.pack("<BQ", HELLO, CAPABILITIES) + bytes(CAPABILITIES)
    with socket.create_connection((address, port), timeout=GREET_SECONDS) as line:
        line.sendall(hello)
        reply = b""
        try:
            while len(reply) < REPLY.size and (part := line.recv(REPLY.size - len(reply))):
                reply += part
        except TimeoutError as error:
            raise HostBusy(host=host) from error
    if len(reply) < REPLY.size or int.from_bytes(reply[:8], "little") != REPLY.size - 8:
        raise HostUnusable(host=host, reason="HELLO")
    _length, major, minor, patch, *_ = REPLY.unpack(reply)
    if major != PROTOCOL[0] or minor > PROTOCOL[1]:
        raise HostUnusable(host=host, reason=f"RPC {major}.{minor}.{patch}")


def _connected(addresses: list[str], port: int) -> bool:
    """Whether this process holds a connection there."""
    return any(
        line.status == psutil.CONN_ESTABLISHED and line.raddr[0] in addresses and line.raddr[1] == port
        for line in psutil.Process().net_connections(kind="tcp4")
    )
