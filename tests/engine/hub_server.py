"""A hub on loopback that can misbehave: it drops lines, lies about ranges, serves wrong bytes, asks for patience."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

COMMIT = "1" * 40


@dataclass
class Served:
    """One path's content and manners; the lists are used up, one item a request."""

    body: bytes
    etag: str | None = '"one"'
    published: str | None = None  # X-Linked-Etag
    drops: list[int] = field(default_factory=list)  # after so many bytes of the body the line is cut
    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # answered before the content
    ranges: bool = True  # False: Range is ignored
    content_range: str | None = None  # said instead of the true one
    scrambled: bool = False  # a range has the right length and the wrong bytes
    surplus: bytes = b""  # sent after the body
    length: bool = True  # False: no Content-Length, the end of the line is the end
    redirect: str | None = None
    stalls: int | None = None  # after so many bytes, silence
    slowly: float = 0.0  # seconds between pieces of 64 KB


@dataclass
class HubServer:
    address: str
    paths: dict[str, Served]
    answers: dict[str, Any]  # path → JSON, or (status, JSON)
    requests: list[tuple[str, dict[str, str]]]

    def repository(self, name: str, files: dict[str, bytes], **more: Any) -> None:
        """A repository as the hub's API tells it, with its files at their addresses."""
        siblings = []
        for path, body in files.items():
            digest = hashlib.sha256(body).hexdigest()
            siblings.append({"rfilename": path, "size": len(body), "lfs": {"sha256": digest, "size": len(body)}})
            self.paths[f"/{name}/resolve/{COMMIT}/{path}"] = Served(body, published=digest)
        self.answers[f"/api/models/{name}"] = {
            "id": name, "sha": COMMIT, "gated": False, "tags": ["gguf", "license:apache-2.0"], "siblings": siblings
        } | more  # fmt: skip

    def asked(self, path: str) -> list[dict[str, str]]:
        """The headers of all requests for a path."""
        return [headers for one, headers in self.requests if one == path]


@contextmanager
def serving() -> Iterator[HubServer]:
    paths: dict[str, Served] = {}
    answers: dict[str, Any] = {}
    requests: list[tuple[str, dict[str, str]]] = []
    ending = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            requests.append((path, {name.lower(): value for name, value in self.headers.items()}))
            if path in answers:
                answer = answers[path]
                status, content = answer if isinstance(answer, tuple) else (200, answer)
                if callable(content):
                    content = content(parse_qs(urlsplit(self.path).query))
                body = content if isinstance(content, bytes) else json.dumps(content).encode()
                self._head(status, {"Content-Length": str(len(body))})
                self.wfile.write(body)
            elif path in paths:
                self._file(paths[path])
            else:
                self._head(404, {"Content-Length": "0"})

        def _file(self, served: Served) -> None:
            if served.statuses:
                status, headers = served.statuses.pop(0)
                self._head(status, {"Content-Length": "0", **headers})
                return
            headers = {"X-Linked-Etag": f'"{served.published}"'} if served.published else {}
            if served.redirect:
                self._head(302, {"Location": served.redirect, "Content-Length": "0", **headers})
                return
            if served.etag:
                headers["ETag"] = served.etag
            asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            fresh = self.headers.get("If-Range") in (None, served.etag)
            start = int(asked[1]) if asked and served.ranges and fresh else 0
            if asked and start >= len(served.body):
                self._head(416, {"Content-Range": f"bytes */{len(served.body)}", "Content-Length": "0"})
                return
            body = served.body[start:] + served.surplus
            if start and served.scrambled:
                body = body[::-1]
            if start:
                last = len(served.body) - 1
                headers["Content-Range"] = served.content_range or f"bytes {start}-{last}/{len(served.body)}"
            if served.length:
                headers["Content-Length"] = str(len(body))
            else:
                headers["Connection"] = "close"
                self.close_connection = True
            self._head(206 if start else 200, headers)
            cut = served.drops.pop(0) if served.drops else served.stalls
            self._send(body if cut is None else body[:cut], served.slowly)
            if served.stalls is not None:
                ending.wait(60)
            if cut is not None:
                self.close_connection = True

        def _send(self, body: bytes, slowly: float) -> None:
            for at in range(0, len(body), 1 << 16):
                self.wfile.write(body[at : at + (1 << 16)])
                self.wfile.flush()
                time.sleep(slowly)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:  # the other side hung up, as the tests want it to
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield HubServer(f"http://127.0.0.1:{server.server_address[1]}", paths, answers, requests)
        finally:
            ending.set()
            server.shutdown()
            thread.join()
