"""The one door through which this room goes out: which addresses it may reach, how long it waits, whom it trusts.

Nothing here runs unless the user searched or downloads. Only https is spoken, and plain http with this computer itself
(a mirror on loopback, the tests). Proxies are the system's (HTTPS_PROXY, NO_PROXY, the settings of Windows and macOS);
certificates are checked against the system's own and certifi's. Redirects are followed by hand, so that each hop keeps
these rules. httpx takes a fifth of a second to import, so it is imported when something is asked for.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from engine.errors import AddressRefused, AnswerStrange, CertificateUntrusted, ProxyUnusable, Unreachable

if TYPE_CHECKING:
    import httpx

CONNECT_SECONDS = 15.0
READ_SECONDS = 30.0  # a line that is silent for so long counts as broken
REDIRECTS = 6
JSON_BYTES = 16 << 20  # the largest repositories list some thousand files in 2 MB
REDIRECT = frozenset({301, 302, 303, 307, 308})


class Dropped(Exception):
    """The connection could not be made or broke off: trying again may help. `cause` is what to tell if it does not."""

    def __init__(self, cause: Unreachable) -> None:
        super().__init__(str(cause))
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer of a chain of redirects; `told` are the headers of its hub, which answered first."""

    status: int
    headers: Mapping[str, str]
    told: Mapping[str, str]
    host: str
    _response: httpx.Response = field(repr=False)

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes. Raises `Dropped`."""
        import httpx

        try:
            yield from self._response.iter_raw()  # as it comes: gathering would lose what came before a break
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise Dropped(Unreachable(host=self.host)) from error

    def whole(self, most: int) -> bytes:
        """The body; raises `AnswerStrange` when it is longer than `most` bytes, or `Dropped`."""
        body = bytearray()
        for chunk in self.chunks():
            body += chunk
            if len(body) > most:
                raise AnswerStrange(host=self.host, reason=f"> {most:,} bytes")
        return bytes(body)


@contextmanager
def connection() -> Iterator[httpx.Client]:
    """A client by these rules. Raises `ProxyUnusable`."""
    import httpx

    certificates = trust()
    loopback = httpx.HTTPTransport(verify=certificates)  # a proxy is never asked for this computer itself
    try:
        client = httpx.Client(
            verify=certificates,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
            mounts={f"all://{host}": loopback for host in ("localhost", "127.0.0.1", "[::1]")},
            headers={"User-Agent": "Haema", "Accept-Encoding": "identity"},
        )
    except (ImportError, ValueError) as error:  # a SOCKS proxy, or an address that is none
        raise ProxyUnusable from error
    with client:
        yield client


@contextmanager
def get(
    client: httpx.Client, address: str, headers: Mapping[str, str] | None = None, stop: threading.Event | None = None
) -> Iterator[Answer]:
    """Ask for `address`; redirects are followed where the rules allow it. `stop` breaks a silent line off at once.

    Raises `AddressRefused`, `AnswerStrange`, `CertificateUntrusted`, or `Dropped`.
    """
    here, told = checked(address), {}
    for hop in range(REDIRECTS):
        response = _send(client, here, headers or {})
        try:
            if not hop:
                told = dict(response.headers)
            if response.status_code not in REDIRECT or "location" not in response.headers:
                with _broken_off_by(stop, response):
                    yield Answer(response.status_code, response.headers, told, host_of(here), response)
                return
            here = checked(urljoin(here, response.headers["location"]), came_from=here)
        finally:
            response.close()
    raise AnswerStrange(host=host_of(address), reason=f"> {REDIRECTS} redirects")


def ask(address: str, parameters: Mapping[str, str | list[str]] | None = None) -> tuple[int, Any]:
    """The status and the JSON of one small question; the JSON is None where there is none.

    Raises `AddressRefused`, `AnswerStrange`, `CertificateUntrusted`, `ProxyUnusable` or `Unreachable`.
    """
    import httpx

    try:
        with connection() as client, get(client, str(httpx.URL(checked(address), params=parameters))) as answer:
            body = answer.whole(JSON_BYTES)
    except Dropped as dropped:
        raise dropped.cause from dropped
    try:
        return answer.status, json.loads(body)
    except (ValueError, RecursionError) as error:
        if answer.status < 400:
            raise AnswerStrange(host=answer.host, reason="JSON") from error
        return answer.status, None


def checked(address: str, *, came_from: str | None = None) -> str:
    """`address` if it may be asked: https, or http on this computer, and never from the first to the second.

    Raises `AddressRefused`.
    """
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressRefused(address=address) from error
    secure = parts.scheme == "https"
    if came_from is not None and urlsplit(came_from).scheme == "https" and not secure:
        raise AddressRefused(address=address)
    if not host or parts.username or not (secure or (parts.scheme == "http" and is_loopback(host))):
        raise AddressRefused(address=address)
    return address


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer itself, by its name or number; nothing is looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_of(address: str) -> str:
    return urlsplit(address).hostname or address


def _send(client: httpx.Client, address: str, headers: Mapping[str, str]) -> httpx.Response:
    import httpx

    host = host_of(address)
    try:
        return client.send(client.build_request("GET", address, headers=dict(headers)), stream=True)
    except (httpx.HTTPError, OSError) as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise CertificateUntrusted(host=host) from error
        raise Dropped(Unreachable(host=host)) from error
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(address=address) from error


@contextmanager
def _broken_off_by(stop: threading.Event | None, response: httpx.Response) -> Iterator[None]:
    """Shut the socket when `stop` is set, so that a read which waits for a silent server ends at once."""
    stream = response.extensions.get("network_stream")
    line = stream.get_extra_info("socket") if stream is not None else None
    if stop is None or line is None:
        yield
        return
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            if stop.is_set():
                with suppress(OSError):  # beneath TLS, whose own state belongs to the reading thread
                    socket.socket.shutdown(line, socket.SHUT_RDWR)
                return

    watcher = threading.Thread(target=watch, name="haema download watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()


def trust() -> ssl.SSLContext:
    """What the system trusts (a company's proxy has its own certificate there), and what certifi does."""
    import certifi

    context = ssl.create_default_context()
    with suppress(OSError):  # a bundle without certifi's file: the system's certificates are left
        context.load_verify_locations(certifi.where())
    return context
