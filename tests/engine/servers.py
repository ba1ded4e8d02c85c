"""Servers that speak OpenAI's chat completions on loopback: llama-cpp-python's own, and one that does as told."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil

from engine.messages import Server
from engine.starter import starter_model

EVENT = b'data: {"choices": [{"delta": {"content": "So far"}}]}\n\n'
START_SECONDS = 120.0
KEY = "s3cret-key"


@contextmanager
def own_server(folder: Path, *, context: int = 4096, model: Path | None = None) -> Iterator[Server]:
    """llama-cpp-python's server with the starter model, with a key; its words go to a file in `folder`."""
    with socket.create_server(("127.0.0.1", 0)) as chosen:
        port = chosen.getsockname()[1]
    settings = {
        "model": str(model or starter_model()), "model_alias": "starter", "host": "127.0.0.1", "port": str(port),
        "n_ctx": str(context), "n_threads": "1", "n_threads_batch": "1", "api_key": KEY,
    }  # fmt: skip
    command = [sys.executable, "-m", "llama_cpp.server"]
    command += [word for name, value in settings.items() for word in (f"--{name}", value)]
    with (folder / "server.log").open("wb") as words:
        process = subprocess.Popen(command, stdout=words, stderr=words, env={**os.environ, "GGML_NO_BACKTRACE": "1"})
        try:
            _wait_for(port, process, folder)
            yield Server(f"http://127.0.0.1:{port}/v1", key=KEY)
        finally:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, (folder / "server.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


# ---------------------------------------------------------------- one that does as it is told

Chat = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Scripted:
    """What a `scripted_server` says: JSON (or a status with it) by path, and `chat` for each question in turn."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.server = Server(url)
        self.told: dict[str, Any] = {"/v1/models": {"data": [{"id": "m"}]}}
        self.chats: list[Chat] = []
        self.questions: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.listener: ThreadingHTTPServer | None = None


@contextmanager
def scripted_server() -> Iterator[Scripted]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._tell(None)

        def do_POST(self) -> None:
            self._tell(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _tell(self, question: Any) -> None:
            scripted.headers.append(dict(self.headers))
            if self.path == "/v1/chat/completions":
                scripted.questions.append(question)
                with contextlib.suppress(OSError):
                    scripted.chats.pop(0)(self, question)
                return
            told = scripted.told.get(self.path, (404, {"error": "no such path"}))
            told = told(question) if callable(told) else told
            status, value = told if isinstance(told, tuple) else (200, told)
            body = value if isinstance(value, bytes) else json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if 300 <= status < 400:
                self.send_header("Location", "http://127.0.0.1:9/v1/models")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # whoever asked may hang up at any time

    with Quiet(("127.0.0.1", 0), Handler) as server:
        scripted = Scripted(f"http://127.0.0.1:{server.server_port}/v1")
        scripted.listener = server
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield scripted
        finally:
            server.shutdown()
            thread.join()


def streams(*lines: bytes, status: int = 200, end: bytes = b"data: [DONE]\n\n", **headers: str) -> Chat:
    """A stream of these bytes, each sent at once; the connection then ends."""

    def chat(handler: BaseHTTPRequestHandler, _question: dict[str, Any]) -> None:
        handler.send_response(status)
        told = {"Content-Type": "text/event-stream", "Connection": "close"}
        for name, value in (told | {name.replace("_", "-"): value for name, value in headers.items()}).items():
            handler.send_header(name, value)
        handler.end_headers()
        for line in (*lines, end):
            handler.wfile.write(line)
            handler.wfile.flush()
        handler.close_connection = True

    return chat


def says(*events: Any, **more: Any) -> Chat:
    """A stream of these events."""
    return streams(*(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events), **more)


def words(*pieces: str, finish: str | None = "stop", **usage: int) -> Chat:
    """An ordinary answer."""
    events: list[Any] = [{"choices": [{"delta": {"role": "assistant"}}]}]
    events += [{"choices": [{"delta": {"content": piece}}]} for piece in pieces]
    events.append({"choices": [{"delta": {}, "finish_reason": finish}]})
    return says(*events, *([{"choices": [], "usage": usage}] if usage else []))


def refuses(status: int, told: Any) -> Chat:
    """An error instead of an answer."""

    def chat(handler: BaseHTTPRequestHandler, _question: dict[str, Any]) -> None:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return chat


def connections(pid: int) -> list[Any]:
    """The network connections and listening sockets of a process."""
    return list(psutil.Process(pid).net_connections(kind="inet"))
