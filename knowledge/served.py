"""A Chroma server on the user's own word: for a memory that several machines share, or one too big for this one.

Nothing is sent before the index is used. A server that does not answer is one sentence, `IndexServerUnreachable`, and
is not asked again for some seconds, so that recall by words alone stays quick; then it is tried anew.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from knowledge.errors import IndexServerUnreachable

CONFIGURATION = {"hnsw": {"space": "cosine"}}
CONNECT_SECONDS, ANSWER_SECONDS = 2.0, 30.0
REST_SECONDS = 10.0  # how long a server that did not answer is left alone


class Served:
    """The connection to `server`, "http://host:port"; made when it is first needed. Thread-safe."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._guard = threading.Lock()
        self._client: Any = None
        self._away_until = 0.0

    def ask(self, call: Callable[[Any], Any]) -> Any:
        """What `call` gets from Chroma's client. Raises `IndexServerUnreachable`."""
        import httpx

        try:
            return call(self._connected())
        except (httpx.HTTPError, OSError) as error:
            with self._guard:
                self._client, self._away_until = None, time.monotonic() + REST_SECONDS
            raise IndexServerUnreachable(server=self._server) from error

    def list_collections(self) -> Any:
        return self.ask(lambda client: client.list_collections())

    def delete_collection(self, name: str) -> None:
        self.ask(lambda client: client.delete_collection(name))

    def close(self) -> None:
        """Let go of the connection."""
        with self._guard:
            if self._client is not None:
                self._client.close()
            self._client = None

    def _connected(self) -> Any:
        import chromadb
        from chromadb.config import Settings

        with self._guard:
            if self._client is None:
                if time.monotonic() < self._away_until:
                    raise ConnectionError
                try:
                    place = urlsplit(self._server)
                    secure = place.scheme == "https"
                    host, port = place.hostname or "", place.port or (443 if secure else 80)
                    # Chroma's client waits without end for a host that says nothing.
                    socket.create_connection((host, port), CONNECT_SECONDS).close()
                    # None of Chroma's calls closes a connection that is kept: so none is kept.
                    settings = Settings(anonymized_telemetry=False, chroma_http_max_keepalive_connections=0)
                    self._client = chromadb.HttpClient(host, port, ssl=secure, settings=settings)
                    # WORKAROUND: its requests have no time limit either, and there is no setting for one:
                    # https://github.com/chroma-core/chroma/blob/main/chromadb/api/fastapi.py
                    self._client._server._session.timeout = ANSWER_SECONDS  # noqa: SLF001
                except ValueError as error:  # a wrong address, or Chroma's own word for "no connection"
                    raise ConnectionError from error
            return self._client


class ServedCollection:
    """A collection by its name: its methods are those of Chroma's, found anew when the server was away or emptied."""

    def __init__(self, served: Served, name: str) -> None:
        self._served, self._name = served, name
        self._found: tuple[Any, Any] | None = None  # the client, and the collection as it knows it

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def asked(*args: Any, **options: Any) -> Any:
            def call(client: Any) -> Any:
                from chromadb.errors import NotFoundError

                for last in (False, True):
                    if last or self._found is None or self._found[0] is not client:
                        collection = client.get_or_create_collection(
                            self._name, embedding_function=None, configuration=CONFIGURATION
                        )
                        self._found = (client, collection)
                    try:
                        return getattr(self._found[1], method)(*args, **options)
                    except NotFoundError:  # made by an earlier life of the server
                        if last:
                            raise
                return None

            return self._served.ask(call)

        return asked
