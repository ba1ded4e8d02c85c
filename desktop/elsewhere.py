"""The other computers that answer or lend their memory: how they are named, checked, and told from this one.

Nothing of this is on unless the user gave an address; the badge in the window then names it. Knows no Qt.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from desktop.settings import Settings

AddressFault = Literal["empty", "scheme", "host", "user"]
RPC_PORT = 50052


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where what the user writes goes: the server that answers, and the hosts that take part in the computing."""

    server: str = ""  # "nas.local:8080"
    lenders: tuple[str, ...] = ()

    @property
    def anywhere(self) -> bool:
        return bool(self.server or self.lenders)


class AddressRefused(ValueError):
    """An address that cannot be a server's."""

    def __init__(self, fault: AddressFault) -> None:
        super().__init__(fault)
        self.fault: AddressFault = fault


def elsewhere(settings: Settings) -> Elsewhere:
    """What the settings say; a server answers alone, so nobody lends memory beside it."""
    url = settings.server.get("url", "")
    if url:
        return Elsewhere(server=host_of(url))
    return Elsewhere(lenders=tuple(settings.rpc_hosts))


def host_of(url: str) -> str:
    """ "nas.local:8080" of an address, as people say it."""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def server_address(text: str) -> str:
    """The address as it is kept, up to and with /v1. Raises `AddressRefused`."""
    text = text.strip()
    if not text:
        raise AddressRefused("empty")
    if "://" not in text:
        text = f"http://{text}"
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("host") from error
    if parts.scheme not in {"http", "https"}:
        raise AddressRefused("scheme")
    if not host:
        raise AddressRefused("host")
    if parts.username is not None:
        raise AddressRefused("user")  # a password in an address would be shown in the window
    path = parts.path.rstrip("/").removesuffix("/chat/completions").removesuffix("/models") or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def rpc_address(text: str) -> str:
    """ "host:port" of a llama.cpp RPC server; without a port its usual one. Raises `AddressRefused`."""
    text = text.strip()
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused("host") from error
    if not host or parts.path or parts.username is not None:
        raise AddressRefused("host")
    return f"{f'[{host}]' if ':' in host else host}:{port or RPC_PORT}"


def is_open_road(url: str) -> bool:
    """Whether what is sent there passes the open internet unencrypted, as far as the address tells."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https" or host == "localhost" or "." not in host or host.endswith((".local", ".lan", ".home")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True
