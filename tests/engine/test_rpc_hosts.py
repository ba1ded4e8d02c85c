"""Computers that lend their memory: a real RPC server of the bundled llama.cpp takes all layers; what can go wrong."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.chat import Piece
from desktop.errors import Failure
from desktop.home import Home, open_home
from desktop.load_options import keep_options
from desktop.worker import Worker
from engine import own_network, rpc_hosts
from engine.errors import EngineError
from engine.messages import (
    Cancel,
    Failed,
    Fit,
    Generate,
    Generated,
    Inspect,
    LoadModel,
    LoadOptions,
    ModelInfo,
    Quit,
    Result,
    Sampling,
)
from engine.worker import run
from tests.engine import tiny
from tests.engine.rpc_server import rpc_server

GREEDY = Sampling(max_tokens=40, temperature=0.0, repeat_penalty=1.0)
HERE = LoadOptions(threads=1)


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    return str(tiny.write(tmp_path_factory.mktemp("model") / "tiny.gguf"))


def there(host: str) -> LoadOptions:
    return LoadOptions(threads=1, gpu_layers=-1, rpc_hosts=(host,))


def test_a_host_takes_all_layers_and_the_answer_is_the_same(model, tmp_path):
    worker = Worker("test-rpc", run, (str(tmp_path),), last=(Result, Failed), cancel=Cancel, quit=Quit())

    def value(request: Callable[[int], object]) -> object:
        *_, last = worker.ask(request)  # type: ignore[arg-type]
        assert isinstance(last, Result), last
        return last.value

    def ask(id: int) -> Generate:
        return Generate(id, "Be brief.", (), (), "Hello there", GREEDY)

    try:
        assert value(lambda id: LoadModel(id, model, HERE)).remote is False  # type: ignore[attr-defined]
        here = value(ask)
        with rpc_server() as (host, _process):
            for _ in range(2):  # the host serves one connection, which is ours already the second time
                fit = value(lambda id: Inspect(id, model, there(host)))
                assert isinstance(fit, Fit)
                assert (fit.verdict, fit.gpu_layers) == ("gpu", 3)
                info = value(lambda id: LoadModel(id, model, there(host)))
                assert isinstance(info, ModelInfo)
                assert (info.device, info.gpu_layers, info.remote) == (host, 3, True)
                answer = value(ask)
                assert isinstance(answer, Generated)
                assert isinstance(here, Generated)
                assert answer.text == here.text
                assert answer.timings.generated_tokens == here.timings.generated_tokens > 1
            assert value(lambda id: LoadModel(id, model, HERE)).remote is False  # type: ignore[attr-defined]
        # The host is gone, and it is said instead of llama.cpp ending the process.
        *_, last = worker.ask(lambda id: LoadModel(id, model, there(host)))
        assert isinstance(last, Failed)
        assert last.error == "HostUnusable"
    finally:
        worker.close()


@contextlib.contextmanager
def home_on(folder: Path, model: str, host: str) -> Iterator[Home]:
    with open_home(folder, model=model) as home:
        home.settings.rpc_hosts = [host]
        keep_options(home.settings, model, LoadOptions(threads=1, gpu_layers=-1))
        home.chat.consolidate = lambda: None
        home.engine.start()
        yield home


def test_a_host_that_dies_in_mid_answer_costs_nothing_of_it(model, tmp_path):
    long = Sampling(max_tokens=1500, temperature=0.0, repeat_penalty=1.0)
    with rpc_server() as (host, process), home_on(tmp_path / "home", model, host) as home:
        conversation = home.history.begin().id
        seen = ""
        with pytest.raises(Failure) as raised:
            for event in home.chat.answer(
                "Hello there", conversation, stop=threading.Event(), remember=False, sampling=long
            ):
                if isinstance(event, Piece):
                    seen += event.text
                    process.kill()
        assert raised.value.error == "HostUnusable"
        assert host in str(raised.value)
        _question, answer = home.history.messages(conversation)
        assert answer.text
        assert answer.text == seen.strip()
        assert answer.state == "broken"
        assert home.settings.profiles == {}, "the model is not to blame"
        # The host comes back, and so does the model.
        with rpc_server(int(host.rpartition(":")[2])):
            *_, last = home.chat.answer(
                "And now?", conversation, stop=threading.Event(), remember=False, sampling=GREEDY
            )
            assert last.finish in ("stop", "length")  # type: ignore[union-attr]
            info = home.engine.state.info
            assert info is not None
            assert (info.remote, info.profile) == (True, "fast")


# ---------------------------------------------------------------- shaking hands


@contextlib.contextmanager
def listener(answer: bytes | None) -> Iterator[str]:
    """Whoever connects gets these bytes after the first word; None: silence."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                line, _ = server.accept()
                with line:
                    line.recv(64)
                    if answer is not None:
                        line.sendall(answer)
                        return
                    line.recv(64)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(10)


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        (None, "HostBusy", ""),
        (b"", "HostUnusable", "HELLO"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n" * 3, "HostUnusable", "HELLO"),
        (struct.pack("<Q4B24s", 28, 6, 0, 1, 0, b""), "HostUnusable", "RPC 6.0.1"),
        (struct.pack("<Q4B24s", 28, 7, 200, 0, 0, b""), "HostUnusable", "RPC 7.200.0"),
    ],
)
def test_a_host_that_is_no_rpc_server_of_this_kind_is_refused(monkeypatch, answer, error, reason):
    monkeypatch.setattr(rpc_hosts, "GREET_SECONDS", 0.3)
    with listener(answer) as host, pytest.raises(EngineError) as raised:
        rpc_hosts.greet(host)
    assert type(raised.value).__name__ == error
    assert raised.value.facts.get("reason", "") == reason


@pytest.mark.parametrize(
    ("host", "error"),
    [
        ("127.0.0.1", "HostUnusable"), ("127.0.0.1:x", "HostUnusable"), ("127.0.0.1:99999", "HostUnusable"),
        ("[::1]:50052", "HostUnusable"), ("no-such-name.invalid:50052", "HostUnusable"), (":1", "HostUnusable"),
        ("127.0.0.1:1", "HostUnusable"), ("8.8.8.8:50052", "HostOutside"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_host(host, error):
    with pytest.raises(EngineError) as raised:
        rpc_hosts.greet(host)
    assert type(raised.value).__name__ == error


def test_a_name_counts_by_all_it_stands_for(monkeypatch):
    monkeypatch.setattr(own_network, "addresses", lambda *_, **__: ["10.0.0.1", "93.184.216.34"])
    with pytest.raises(EngineError, match="not on your own network"):
        rpc_hosts.greet("box:50052")
