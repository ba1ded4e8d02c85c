"""The line to a server of the user's choice: questions and streamed answers over HTTP, each ended at once on demand.

All waiting is done in an event loop that looks at `interrupted` every few milliseconds, so that a server which is slow
to connect, to answer or to go on never holds Stop up. Nothing that comes back is trusted: its size is bounded, it is
JSON or nothing, and a redirect is not followed. Plain http goes to the user's own network only, to an address that was
looked up and checked for this very connection; https needs a certificate that this computer trusts. Proxies are not
asked. httpx is imported when a server is wanted.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from engine import own_network, web
from engine.errors import (
    AddressRefused,
    RoadOpen,
    ServerAnswerBroken,
    ServerLost,
    ServerMoved,
    ServerUnreachable,
    ServerUntrusted,
    ServerWantsKey,
)
from engine.loading import Interrupted
from engine.messages import Server

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.02  # between two looks at whether to go on
CONNECT_SECONDS = 8.0
SMALL_SECONDS = 15.0  # for an answer that needs no computing
PROBE_SECONDS = 5.0  # for one that may not come
ANSWER_SECONDS = 600.0  # of silence; a slow computer may read a long prompt for minutes before its first word
LEAVE_SECONDS = 0.2  # for a connection to be closed
SMALL_BYTES = 8 << 20
LINE_BYTES = 1 << 20  # of one event; with a hundred logprobs it has some 20 KB
ANSWER_BYTES = 64 << 20

DONE = object()  # in the place of an event: it was the last
Value = TypeVar("Value")


class Refused(Exception):
    """The server answered with an error; `told` is the JSON that came with it, if any. Not trusted, and never shown."""

    def __init__(self, status: int, told: Any) -> None:
        super().__init__(status)
        self.status, self.told = status, told


class Line:
    """`interrupted` is looked at all the time that a call takes, and ends it with `Interrupted`."""

    def __init__(self, server: Server, interrupted: Callable[[], bool]) -> None:
        """Connects to nobody yet. Raises `AddressRefused` for what is no address, `ServerWantsKey` for no key."""
        import httpx

        for name in ("httpx", "httpcore"):  # a line in the log for each question would tell when the user wrote
            logging.getLogger(name).setLevel(logging.WARNING)
        try:
            parts = urlsplit(server.url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise AddressRefused(address=server.url) from error
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise AddressRefused(address=parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
        self.host = parts.netloc
        self._secure = parts.scheme == "https"
        self._name, self._port = host, port or (443 if self._secure else 80)
        self._path = parts.path.rstrip("/")
        self._interrupted = interrupted
        self._works: str | None = None  # the address that answered last
        headers = {"User-Agent": "Haema", "Accept-Encoding": "identity"}
        if server.key:
            if not (server.key.isascii() and server.key.isprintable()):
                raise ServerWantsKey(host=self.host)
            headers["Authorization"] = f"Bearer {server.key}"
        self._client = httpx.AsyncClient(
            headers=headers, trust_env=False, verify=web.trust() if self._secure else False, follow_redirects=False
        )
        self._loop = asyncio.new_event_loop()

    def close(self) -> None:
        """Hang up."""
        try:
            self._loop.run_until_complete(asyncio.wait_for(self._client.aclose(), 10 * LEAVE_SECONDS))
        except (TimeoutError, OSError) as error:
            log.warning("a connection could not be closed: %s", type(error).__name__)
        finally:
            self._loop.close()

    def ask(self, path: str, question: Any = None, *, patience: float = SMALL_SECONDS) -> tuple[int, Any]:
        """The status and the JSON (None: there is none) of what the server says at this path, below its /v1.

        Raises `RoadOpen`, `ServerUnreachable`, `ServerUntrusted`, `ServerMoved`, `ServerWantsKey`,
        `ServerAnswerBroken`, or `Interrupted`.
        """
        return self._run(self._ask(self._path + path, question, patience))

    def probe(self, path: str, question: Any = None) -> Any:
        """The JSON that some servers give at this path beside their /v1; None from one that does not."""
        try:
            status, told = self._run(self._ask(self._path.removesuffix("/v1") + path, question, PROBE_SECONDS))
        except (ServerUnreachable, ServerLost, ServerMoved, ServerWantsKey, ServerAnswerBroken):
            return None
        return told if status == 200 else None

    def stream(self, path: str, question: Any, each: Callable[[Any], bool]) -> bool:
        """Call `each` with each event of the answer until it says False.

        Whether the server said that it was done; else it fell silent, or was left. Raises what `ask` does, `Refused`
        before the first event, and `ServerLost` when the connection broke off.
        """
        return self._run(self._stream(self._path + path, question, each))

    # ------------------------------------------------------------ what is awaited

    def _run(self, work: Coroutine[Any, Any, Value]) -> Value:
        return self._loop.run_until_complete(self._watched(work))

    async def _watched(self, work: Coroutine[Any, Any, Value]) -> Value:
        """The work's result; it is given up when we are interrupted."""
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                await asyncio.wait({task}, timeout=LOOK_SECONDS)
                if not task.done() and self._interrupted():
                    raise Interrupted
            return task.result()
        finally:
            if task.cancel():
                await asyncio.wait({task}, timeout=LEAVE_SECONDS)

    async def _ask(self, path: str, question: Any, patience: float) -> tuple[int, Any]:
        async with self._answer(path, question, patience) as response:
            return response.status_code, _parsed(await self._whole(response, SMALL_BYTES))

    async def _stream(self, path: str, question: Any, each: Callable[[Any], bool]) -> bool:
        async with self._answer(path, question, ANSWER_SECONDS) as response:
            if response.status_code != 200:
                raise Refused(response.status_code, _parsed(await self._whole(response, SMALL_BYTES)))
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise ServerAnswerBroken(host=self.host, reason="Content-Type")
            async for event in self._events(response):
                if event is DONE:
                    return True
                if not each(event):
                    break
        return False

    @asynccontextmanager
    async def _answer(self, path: str, question: Any, patience: float) -> AsyncIterator[httpx.Response]:
        """The beginning of an answer, its body still to come."""
        response = await self._sent(path, question, patience)
        try:
            if 300 <= response.status_code < 400:
                raise ServerMoved(host=self.host)
            if response.status_code in (401, 403):
                raise ServerWantsKey(host=self.host)
            if response.headers.get("content-encoding", "identity") != "identity":
                raise ServerAnswerBroken(host=self.host, reason="Content-Encoding")
            yield response
        finally:
            await response.aclose()

    async def _sent(self, path: str, question: Any, patience: float) -> httpx.Response:
        import httpx

        # half of a surrogate pair is no text, and no UTF-8
        content = None if question is None else json.dumps(question, ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Host": self.host} | ({"Content-Type": "application/json"} if content is not None else {})
        failed: Exception | None = None
        broken = False  # a connection that was kept from the question before may have been closed meanwhile
        waiting = await self._addresses()
        while waiting:
            address = waiting.pop(0)
            request = self._client.build_request(
                "GET" if content is None else "POST",
                httpx.URL(scheme="https" if self._secure else "http", host=address, port=self._port, path=path),
                content=content,
                headers=headers,
                timeout=httpx.Timeout(patience, connect=CONNECT_SECONDS),
            )
            try:
                response = await self._client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failed = error
            except httpx.TimeoutException as error:
                raise ServerUnreachable(host=self.host) from error
            except (httpx.HTTPError, OSError) as error:
                if isinstance(error, httpx.RemoteProtocolError) and "disconnected" not in str(error):
                    raise ServerAnswerBroken(host=self.host, reason="HTTP") from error
                if broken:
                    raise ServerLost(host=self.host) from error
                broken = True
                waiting.insert(0, address)
            else:
                self._works = address
                return response
        if failed is not None and "CERTIFICATE_VERIFY_FAILED" in str(failed):
            raise ServerUntrusted(host=self.host) from failed
        if failed is not None and "SSL" in str(failed):
            raise ServerAnswerBroken(host=self.host, reason="TLS") from failed
        raise ServerUnreachable(host=self.host) from failed

    async def _addresses(self) -> list[str]:
        """Where to connect to, in the order to be tried. Raises `RoadOpen` or `ServerUnreachable`."""
        if self._secure:
            return [self._name]  # its certificate says who it is
        look_up = partial(own_network.addresses, self._name, self._port)
        try:
            found = await self._loop.run_in_executor(None, look_up)
        except OSError as error:
            raise ServerUnreachable(host=self.host) from error
        if not all(own_network.within(address) for address in found):
            raise RoadOpen(host=self.host)
        return sorted(found, key=lambda address: address != self._works)

    # ------------------------------------------------------------ bodies

    async def _whole(self, response: httpx.Response, most: int) -> bytes:
        import httpx

        body = bytearray()
        try:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > most:
                    raise ServerAnswerBroken(host=self.host, reason=f"> {most:,} bytes")
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise ServerAnswerBroken(host=self.host, reason="HTTP") from error
        return bytes(body)

    async def _events(self, response: httpx.Response) -> AsyncIterator[Any]:
        """The JSON of each server-sent event (html.spec.whatwg.org), up to the "[DONE]" that ends OpenAI's."""
        async for line in self._lines(response):
            name, _colon, data = line.partition(b":")
            if name != b"data":
                continue  # a comment to keep the line alive, or a field that says nothing here
            if data.strip() == b"[DONE]":
                yield DONE
                return
            event = _parsed(data)
            if event is None:
                raise ServerAnswerBroken(host=self.host, reason="JSON")
            yield event

    async def _lines(self, response: httpx.Response) -> AsyncIterator[bytes]:
        import httpx

        held, looked, total = bytearray(), 0, 0
        try:
            async for chunk in response.aiter_raw():
                held += chunk
                total += len(chunk)
                while (at := held.find(b"\n", looked)) >= 0:
                    yield bytes(held[:at]).rstrip(b"\r")
                    del held[: at + 1]
                    looked = 0
                looked = len(held)
                if looked > LINE_BYTES or total > ANSWER_BYTES:
                    raise ServerAnswerBroken(host=self.host, reason=f"> {min(looked, LINE_BYTES):,} bytes")
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise ServerLost(host=self.host) from error
        if held:
            yield bytes(held)


def _parsed(body: bytes) -> Any:
    """The JSON in `body`; None where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
