"""What the hub says, asked of a hub on loopback: search, files, sources, refusals, and answers not to be trusted."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator

import pytest

from engine.errors import (
    AddressRefused,
    AnswerStrange,
    FilesToChoose,
    HubBusy,
    HubChanged,
    HubRefused,
    NotOnHub,
    ProxyUnusable,
    Unreachable,
)
from engine.hub import Hub, Place, place, quantisation_of
from tests.engine.hub_server import COMMIT, HubServer, serving

FILES = {
    "Tiny-Q8_0.gguf": b"GGUF" + b"8" * 800,
    "Tiny-Q4_K_M.gguf": b"GGUF" + b"4" * 400,
    "README.md": b"words",
    "mmproj-Tiny-F16.gguf": b"GGUF" + b"p" * 90,
    "mmproj-Tiny-F32.gguf": b"GGUF" + b"p" * 180,
    "imatrix_tiny.gguf": b"GGUF",
    "big/Large-Q6_K-00001-of-00002.gguf": b"GGUF" + b"a" * 1000,
    "big/Large-Q6_K-00002-of-00002.gguf": b"GGUF" + b"b" * 500,
    "torn/Torn-00001-of-00002.gguf": b"GGUF",
}


@pytest.fixture
def server() -> Iterator[HubServer]:
    with serving() as server:
        server.repository("maker/Tiny-GGUF", FILES)
        yield server


@pytest.fixture
def hub(server: HubServer) -> Hub:
    return Hub(server.address)


def test_search_asks_for_gguf_repositories_by_name(server: HubServer, hub: Hub) -> None:
    asked = {}

    def answer(query: dict[str, list[str]]) -> list[object]:
        asked.update(query)
        good = {
            "id": "maker/Tiny-GGUF", "downloads": 12, "likes": 3, "gated": "manual",
            "tags": ["gguf", "license:mit"], "lastModified": "2026-01-02T03:04:05.000Z",
        }  # fmt: skip
        return [good, {"id": "../../etc"}, {"id": 7}, "words", {"id": "maker/Bare", "downloads": -1, "tags": None}]

    server.answers["/api/models"] = answer
    first, bare = hub.search("tiny 한국어", limit=10)
    assert asked["search"] == ["tiny 한국어"]
    assert (asked["filter"], asked["limit"]) == (["gguf"], ["10"])
    assert {"downloads", "likes", "gated", "tags"} <= set(asked["expand"])
    assert (first.repository, first.downloads, first.likes, first.licence) == ("maker/Tiny-GGUF", 12, 3, "mit")
    assert (first.gated, first.updated) == (True, "2026-01-02")
    assert (bare.downloads, bare.licence, bare.gated) == (0, "", False)


def test_files_are_models_with_their_shards_together_and_projectors_last(hub: Hub) -> None:
    files = {file.path: file for file in hub.files("maker/Tiny-GGUF")}
    assert list(files) == [
        "Tiny-Q4_K_M.gguf",
        "Tiny-Q8_0.gguf",
        "big/Large-Q6_K-00001-of-00002.gguf",
        "mmproj-Tiny-F16.gguf",
        "mmproj-Tiny-F32.gguf",
    ]
    small, large = files["Tiny-Q4_K_M.gguf"], files["big/Large-Q6_K-00001-of-00002.gguf"]
    assert (small.size, small.quantisation, small.projector, small.shards) == (404, "Q4_K_M", False, 1)
    assert small.sha256 == hashlib.sha256(FILES["Tiny-Q4_K_M.gguf"]).hexdigest()
    assert (large.size, large.shards, large.sha256) == (1004 + 504, 2, None)


def test_a_source_is_pinned_to_the_commit_with_sizes_and_hashes(server: HubServer, hub: Hub) -> None:
    source = hub.source("maker/Tiny-GGUF", "tiny-q4_k_m.gguf", projector="renamed-mmproj.gguf")
    assert [file.name for file in source.files] == ["Tiny-Q4_K_M.gguf", "mmproj-Tiny-F16.gguf"]
    assert source.files[0].url == f"{server.address}/maker/Tiny-GGUF/resolve/{COMMIT}/Tiny-Q4_K_M.gguf"
    assert (source.size, source.repository, source.licence) == (404 + 94, "maker/Tiny-GGUF", "apache-2.0")
    shards = hub.source("maker/Tiny-GGUF", "big/Large-Q6_K-00001-of-00002.gguf").files
    assert [file.size for file in shards] == [1004, 504]
    with pytest.raises(NotOnHub):
        hub.source("maker/Tiny-GGUF", "torn/Torn-00001-of-00002.gguf")
    with pytest.raises(HubChanged):
        hub.source("maker/Tiny-GGUF", "Tiny-Q4_K_M.gguf", sha256="a" * 64)


def test_an_older_commit_can_be_asked_for(server: HubServer, hub: Hub) -> None:
    old = "2" * 40
    server.answers[f"/api/models/maker/Tiny-GGUF/revision/{old}"] = {
        **server.answers["/api/models/maker/Tiny-GGUF"],
        "sha": old,
    }
    assert old in hub.source("maker/Tiny-GGUF", "Tiny-Q8_0.gguf", revision=old).files[0].url
    gone = "3" * 40  # the history was rewritten: the file as it is now, if it is the same
    sha256 = hashlib.sha256(FILES["Tiny-Q8_0.gguf"]).hexdigest()
    assert COMMIT in hub.source("maker/Tiny-GGUF", "Tiny-Q8_0.gguf", sha256=sha256, revision=gone).files[0].url
    with pytest.raises(HubChanged):
        hub.source("maker/Tiny-GGUF", "Tiny-Q8_0.gguf", sha256="a" * 64, revision=gone)


def test_what_a_user_writes_for_a_model(server: HubServer, hub: Hub) -> None:
    address = server.address
    assert place("maker/Tiny-GGUF", address) == Place("maker/Tiny-GGUF")
    assert place("maker/Tiny-GGUF:q4_k_m", address) == Place("maker/Tiny-GGUF", "", "q4_k_m")
    assert place("maker/Tiny-GGUF/big/x.gguf", address) == Place("maker/Tiny-GGUF", "big/x.gguf")
    assert place(f"{address}/maker/Tiny-GGUF/blob/main/x.gguf", address) == Place("maker/Tiny-GGUF", "x.gguf")
    assert place(f"{address}/maker/Tiny-GGUF/tree/main", address) == Place("maker/Tiny-GGUF")
    for other in ("qwen3-4b", "https://example.com/x.gguf", "a/b/c.bin", "../a/b", "a/b/x.gguf:Q4_0", "~/m.gguf"):
        assert place(other, address) is None
    assert hub.find(Place("maker/Tiny-GGUF", "", "q4_k_m")).name == "Tiny-Q4_K_M.gguf"
    with pytest.raises(FilesToChoose, match=r"Tiny-Q8_0\.gguf"):
        hub.find(Place("maker/Tiny-GGUF"))
    with pytest.raises(NotOnHub):
        hub.find(Place("maker/Tiny-GGUF", "", "Q2_K"))


@pytest.mark.parametrize(
    ("name", "quantisation"),
    [
        ("Qwen3-4B-Q4_K_M.gguf", "Q4_K_M"),
        ("dir/kanana.Q8_0.gguf", "Q8_0"),
        ("gpt-oss-20b-MXFP4.gguf", "MXFP4"),
        ("m-UD-IQ2_XXS.gguf", "UD-IQ2_XXS"),
        ("gemma-4-12b-it-qat-q4_0.gguf", "Q4_0"),
        ("model-bf16.gguf", "BF16"),
        ("Q-model.gguf", ""),
    ],
)
def test_the_quantisation_stands_in_the_name(name: str, quantisation: str) -> None:
    assert quantisation_of(name) == quantisation


def test_a_gated_repository_is_said_to_be_one(server: HubServer, hub: Hub) -> None:
    server.repository("maker/Gated", {"x.gguf": b"GGUF"}, gated="auto")
    with pytest.raises(HubRefused, match="maker/Gated"):
        hub.source("maker/Gated", "x.gguf")


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, NotOnHub), (404, NotOnHub), (403, HubRefused), (429, HubBusy), (500, HubBusy), (302, AnswerStrange)],
)
def test_a_refusal_is_a_sentence(server: HubServer, hub: Hub, status: int, error: type[Exception]) -> None:
    server.answers["/api/models/maker/Other"] = (status, {"error": "no"})
    with pytest.raises(error):
        hub.files("maker/Other")


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"", b"[" * 200_000, [], 7, {"siblings": "many"}, b" " * (17 << 20)],
    ids=["page", "nothing", "deep", "list", "number", "words", "endless"],
)
def test_an_answer_that_is_none_is_a_sentence(server: HubServer, hub: Hub, answer: object) -> None:
    server.answers["/api/models/maker/Other"] = answer
    with pytest.raises(AnswerStrange):
        hub.files("maker/Other")


def test_names_and_numbers_that_cannot_be_are_left_out(server: HubServer, hub: Hub) -> None:
    server.answers["/api/models/maker/Other"] = {
        "sha": "main; rm -rf",
        "cardData": {"license_name": "house licence"},
        "tags": ["license:other"],
        "siblings": [
            {"rfilename": "../../up.gguf", "size": 10},
            {"rfilename": "/etc/abs.gguf", "size": 10},
            {"rfilename": "a:b.gguf", "size": 10},
            {"rfilename": None},
            "words",
            {"rfilename": "good.gguf", "size": 1 << 60, "lfs": {"sha256": "short"}},
        ],
    }
    (file,) = hub.files("maker/Other")
    assert (file.path, file.size, file.sha256) == ("good.gguf", 0, None)
    source = hub.source("maker/Other", "good.gguf")
    assert source.files[0].url.endswith("/resolve/main/good.gguf")
    assert (source.files[0].size, source.licence) == (None, "house licence")


def test_a_repository_is_not_asked_for_by_a_name_that_leads_elsewhere(server: HubServer, hub: Hub) -> None:
    for name in ("../../x", "a/b/c", "a", "a/b?x=1", "a/.."):
        with pytest.raises(NotOnHub):
            hub.files(name)
    assert not server.requests


def test_the_hub_must_be_https_or_here() -> None:
    assert Hub("https://huggingface.co/").address == "https://huggingface.co"
    with pytest.raises(AddressRefused):
        Hub("http://huggingface.co")


def test_nobody_there_is_a_sentence() -> None:
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1"):
        Hub("http://127.0.0.1:9").search("x")


def test_the_systems_proxy_is_asked_and_never_for_this_computer(
    server: HubServer, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    connects = []

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            connects.append(self.path)
            self.send_error(502)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.server_address[1]}")
            for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
                monkeypatch.delenv(name, raising=False)
            with pytest.raises(Unreachable):
                Hub("https://hub.invalid").search("x")
            assert connects == ["hub.invalid:443"]
            assert hub.files("maker/Tiny-GGUF")  # on loopback: straight there
            assert len(connects) == 1
        finally:
            proxy.shutdown()
            thread.join()


def test_a_proxy_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    with pytest.raises(ProxyUnusable):
        Hub("https://hub.invalid").search("x")
