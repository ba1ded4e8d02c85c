"""Other computers: how their addresses are read, and what a test of the connection finds there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import ClassVar

import pytest

from desktop.elsewhere import AddressRefused, elsewhere, host_of, is_open_road, rpc_address, server_address
from desktop.server_check import NoServer, ask_models
from engine import own_network
from engine.messages import Server


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("nas.local:8080", "http://nas.local:8080/v1"),
        (" http://10.0.0.2:8000/v1/ ", "http://10.0.0.2:8000/v1"),
        ("https://host/api/v1/chat/completions", "https://host/api/v1"),
        ("https://[fe80::1]:8080", "https://[fe80::1]:8080/v1"),
    ],
)
def test_addresses_as_people_write_them(written, kept):
    assert server_address(written) == kept


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("  ", "empty"),
        ("ftp://host/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://", "host"),
        ("http://host:99999", "host"),
        ("http://me:secret@host/v1", "user"),
    ],
)
def test_what_is_no_address(written, fault):
    with pytest.raises(AddressRefused) as refused:
        server_address(written)
    assert refused.value.fault == fault


def test_rpc_hosts():
    assert rpc_address("10.0.0.3") == "10.0.0.3:50052"
    assert rpc_address(" box.local:6000 ") == "box.local:6000"
    for wrong in ("", "http://box", "box/path", "box:x"):
        with pytest.raises(AddressRefused):
            rpc_address(wrong)


def test_the_badge_names_where_it_goes_and_a_server_answers_alone():
    def settings(url: str = "", hosts: tuple[str, ...] = ()) -> SimpleNamespace:
        return SimpleNamespace(server={"url": url} if url else {}, rpc_hosts=list(hosts))

    assert not elsewhere(settings()).anywhere
    assert elsewhere(settings("http://nas.local:8080/v1", ("box:1",))).server == "nas.local:8080"
    assert elsewhere(settings("http://nas.local:8080/v1", ("box:1",))).lenders == ()
    assert elsewhere(settings(hosts=("box:1",))).lenders == ("box:1",)
    assert host_of("http://nas.local:8080/v1") == "nas.local:8080"


@pytest.mark.parametrize(
    ("url", "is_open"),
    [
        ("http://192.168.0.4/v1", False),
        ("http://nas/v1", False),
        ("http://nas.local/v1", False),
        ("https://api.example.com/v1", False),
        ("http://api.example.com/v1", True),
        ("http://8.8.8.8/v1", True),
    ],
)
def test_an_unencrypted_road_is_known(url, is_open):
    assert is_open_road(url) is is_open


# ---------------------------------------------------------------- the test of the connection, over a real server


class Handler(BaseHTTPRequestHandler):
    """Answers as the path's first part says, and notes the keys it was shown."""

    keys: ClassVar[list[str | None]] = []

    def do_GET(self) -> None:
        Handler.keys.append(self.headers.get("Authorization"))
        status, body = 200, b""
        match self.path.split("/")[1]:
            case "good":
                body = json.dumps({"data": [{"id": "qwen3-4b"}, {"id": "exaone"}]}).encode()
            case "locked":
                status = 200 if self.headers.get("Authorization") == "Bearer sesame" else 401
                body = b'{"data": []}'
            case "moved":
                status = 302
            case "page":
                body = b"<html>hello</html>"
            case "list":
                body = b"[1, 2]"
            case "deep":
                body = b"[" * 100_000
            case _:
                status = 404
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "/good/v1/models")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    Handler.keys = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_server_tells_its_models(address):
    assert ask_models(Server(f"{address}/good/v1")).models == ("qwen3-4b", "exaone")
    assert Handler.keys == [None]


def test_nothing_is_asked_on_an_open_road(address, monkeypatch):
    monkeypatch.setattr(own_network, "addresses", lambda *_: ["127.0.0.1", "93.184.216.34"])
    with pytest.raises(NoServer) as told:
        ask_models(Server(f"{address}/good/v1", key="sesame"))
    assert told.value.trouble == "open"
    assert Handler.keys == []


def test_a_key_is_shown_when_there_is_one(address):
    assert ask_models(Server(f"{address}/locked/v1", key="sesame")).models == ()
    with pytest.raises(NoServer) as told:
        ask_models(Server(f"{address}/locked/v1", key="wrong"))
    assert told.value.trouble == "key"


@pytest.mark.parametrize(
    ("path", "trouble"),
    [("moved", "redirect"), ("page", "strange"), ("list", "strange"), ("deep", "strange"), ("else", "strange")],
)
def test_what_is_no_such_server_is_told_apart(address, path, trouble):
    with pytest.raises(NoServer) as told:
        ask_models(Server(f"{address}/{path}/v1", key="secret"))
    assert told.value.trouble == trouble
    assert len(Handler.keys) == 1, "a redirect was followed, and the key with it"


def test_nobody_there(address):
    with pytest.raises(NoServer) as told:
        ask_models(Server("http://127.0.0.1:1/v1"))
    assert told.value.trouble == "refused"
