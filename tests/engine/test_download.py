"""Downloads against a server that drops connections, lies about ranges and serves wrong bytes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import download as downloads
from engine import web
from engine.download import File, Progress, Source, begun, discard, download, from_address, plain_name
from engine.errors import (
    AddressRefused,
    AnswerStrange,
    DiskTooSmall,
    DownloadBroken,
    DownloadRunning,
    DownloadWrong,
    FolderRefuses,
    HubBusy,
    HubChanged,
    HubRefused,
    NotAModel,
    NotOnHub,
    Unreachable,
)
from tests.engine import tiny
from tests.engine.hub_server import HubServer, Served, serving

ROOT = Path(__file__).resolve().parents[2]
SOON = (0.01, 0.01, 0.01)  # pauses between tries


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real GGUF file of some 200 KB, so that every check of the content is a real one."""
    return tiny.write(tmp_path_factory.mktemp("model") / "tiny.gguf").read_bytes()


@pytest.fixture
def server() -> Iterator[HubServer]:
    with serving() as server:
        yield server


def source(server: HubServer, model: bytes, *, sha256: str | None = None, size: bool = True) -> Source:
    return Source((File(server.address + "/m.gguf", "m.gguf", len(model) if size else None, sha256),))


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def fetch(source: Source, folder: Path, stop: threading.Event | None = None, **more) -> tuple[File, ...] | None:
    return download(source, folder, stop=stop or threading.Event(), pauses=SOON, **more)


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_arrives_whole_with_progress(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, published=digest(model))
    told: list[Progress] = []
    files = fetch(source(server, model), tmp_path / "new", progress=told.append)
    assert files is not None
    assert (files[0].sha256, files[0].size) == (digest(model), len(model))
    assert (tmp_path / "new" / "m.gguf").read_bytes() == model
    assert left(tmp_path / "new") == {"m.gguf"}
    assert told[-1].done == told[-1].total == len(model)
    assert {step.step for step in told} >= {"connecting", "downloading", "checking"}


def test_dropped_connections_are_gone_on_with(server: HubServer, model: bytes, tmp_path: Path) -> None:
    third = len(model) // 3
    served = server.paths["/m.gguf"] = Served(model, drops=[third, third])
    assert fetch(source(server, model, sha256=digest(model)), tmp_path)
    assert (tmp_path / "m.gguf").read_bytes() == model
    assert [headers.get("range") for headers in server.asked("/m.gguf")] == [
        None,
        f"bytes={third}-",
        f"bytes={2 * third}-",
    ]
    assert not served.drops


def test_a_line_that_breaks_again_and_again_keeps_what_came(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, drops=[5000] + [0] * 50)
    with pytest.raises(DownloadBroken) as broken:
        fetch(source(server, model), tmp_path)
    assert "5,000 bytes" in str(broken.value)
    assert left(tmp_path) == {"m.gguf.part", "m.gguf.part.json"}
    server.paths["/m.gguf"].drops.clear()
    assert fetch(source(server, model), tmp_path)
    assert server.asked("/m.gguf")[-1]["if-range"] == '"one"'  # no hash is known: the tag must do
    assert (tmp_path / "m.gguf").read_bytes() == model


def test_pause_keeps_the_part_and_a_later_start_goes_on(server: HubServer, model: bytes, tmp_path: Path) -> None:
    served = server.paths["/m.gguf"] = Served(model, stalls=9000, published=digest(model))
    stop, told = threading.Event(), []
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    assert fetch(source(server, model), tmp_path, stop, progress=told.append) is None
    assert time.monotonic() - began < 5  # the server is silent for a minute: a pause does not wait for it
    assert begun(source(server, model), tmp_path) == 9000
    served.stalls = None
    assert fetch(source(server, model), tmp_path)
    assert server.asked("/m.gguf")[-1]["range"] == "bytes=9000-"
    assert "if-range" not in server.asked("/m.gguf")[-1]  # the hash vouches for it
    assert (tmp_path / "m.gguf").read_bytes() == model


def test_a_part_of_another_file_is_not_gone_on_with(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model)
    (tmp_path / "m.gguf.part").write_bytes(b"GGUF of something else")
    (tmp_path / "m.gguf.part.json").write_text(json.dumps({"url": "https://elsewhere", "published": "0" * 64}))
    assert fetch(source(server, model, sha256=digest(model)), tmp_path)
    assert "range" not in server.asked("/m.gguf")[0]


def test_a_file_that_changed_on_the_server_begins_anew(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model[:100] + bytes(len(model) - 100), drops=[5000] + [0] * 9)
    with pytest.raises(DownloadBroken):
        fetch(source(server, model), tmp_path)
    server.paths["/m.gguf"] = Served(model, etag='"two"')
    assert fetch(source(server, model), tmp_path)
    assert (tmp_path / "m.gguf").read_bytes() == model


def test_a_server_that_ignores_ranges_is_read_from_the_beginning(
    server: HubServer, model: bytes, tmp_path: Path
) -> None:
    server.paths["/m.gguf"] = Served(model, drops=[5000], ranges=False)
    assert fetch(source(server, model, sha256=digest(model)), tmp_path)
    assert (tmp_path / "m.gguf").read_bytes() == model


@pytest.mark.parametrize(
    "lie", ["bytes 0-9/10", "bytes 5001-", "bytes 6000-{last}/{size}", "bytes 5000-{last}/9", "no"]
)
def test_a_wrong_content_range_is_not_believed(server: HubServer, model: bytes, tmp_path: Path, lie: str) -> None:
    said = lie.format(last=len(model) - 1, size=len(model))
    server.paths["/m.gguf"] = Served(model, drops=[5000], content_range=said)
    assert fetch(source(server, model, sha256=digest(model)), tmp_path)
    assert "range" not in server.asked("/m.gguf")[-1]  # it began anew, without a range
    assert (tmp_path / "m.gguf").read_bytes() == model


def test_a_range_with_the_wrong_bytes_is_found_out_by_the_hash(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, drops=[5000], scrambled=True)
    with pytest.raises(DownloadWrong):
        fetch(source(server, model, sha256=digest(model)), tmp_path)
    assert left(tmp_path) == set()


@pytest.mark.parametrize("known", ["by the caller", "by the hub", "by nobody"])
def test_wrong_bytes_are_removed(server: HubServer, model: bytes, tmp_path: Path, known: str) -> None:
    wrong = model[:60] + bytes([model[60] ^ 255]) + model[61:]
    if known == "by nobody":
        wrong = model[:-2000]  # only the structure can tell
    published = digest(model) if known == "by the hub" else None
    server.paths["/m.gguf"] = Served(wrong, published=published)
    with pytest.raises(DownloadWrong):
        fetch(source(server, wrong, sha256=digest(model) if known == "by the caller" else None), tmp_path)
    assert left(tmp_path) == set()


@pytest.mark.parametrize("length", [True, False])
def test_more_bytes_than_promised_are_refused(server: HubServer, model: bytes, tmp_path: Path, length: bool) -> None:
    server.paths["/m.gguf"] = Served(model, surplus=b"more", length=length)
    with pytest.raises(AnswerStrange):
        fetch(source(server, model), tmp_path)
    assert len(server.asked("/m.gguf")) == 2  # once more from the beginning, then it is told
    assert "m.gguf" not in left(tmp_path)


def test_fewer_bytes_than_promised_are_a_dropped_line(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, drops=[7000], length=False)
    assert fetch(source(server, model), tmp_path)
    assert (tmp_path / "m.gguf").read_bytes() == model


def test_a_length_nobody_told_is_learned(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, length=False, etag=None)
    assert fetch(source(server, model, size=False), tmp_path)
    assert (tmp_path / "m.gguf").read_bytes() == model


def test_a_page_in_place_of_a_model_is_seen_at_its_first_bytes(server: HubServer, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(b"<!doctype html>" + b" " * 900_000, slowly=0.05)
    began = time.monotonic()
    with pytest.raises(NotAModel):
        fetch(Source((File(server.address + "/m.gguf", "m.gguf"),)), tmp_path)
    assert time.monotonic() - began < 0.5
    assert left(tmp_path) == set()


def test_the_hub_publishing_another_hash_stops_at_once(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, published="a" * 64)
    with pytest.raises(HubChanged):
        fetch(source(server, model, sha256=digest(model)), tmp_path)


@pytest.mark.parametrize(
    ("status", "error"), [(401, NotOnHub), (403, HubRefused), (404, NotOnHub), (418, AnswerStrange), (503, HubBusy)]
)
def test_a_refusal_is_a_sentence(
    server: HubServer, model: bytes, tmp_path: Path, status: int, error: type[Exception]
) -> None:
    server.paths["/m.gguf"] = Served(model, statuses=[(status, {})] * 9)
    with pytest.raises(error):
        fetch(source(server, model), tmp_path)


def test_a_server_that_asks_for_patience_gets_it(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, statuses=[(429, {"Retry-After": "1"})])
    began = time.monotonic()
    assert fetch(source(server, model), tmp_path)
    assert time.monotonic() - began >= 1


def test_nobody_there_is_a_sentence_soon(tmp_path: Path) -> None:
    with pytest.raises(Unreachable):
        fetch(Source((File("http://127.0.0.1:9/m.gguf", "m.gguf"),)), tmp_path)


def test_redirects_keep_to_the_rules(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/cdn"] = Served(model)
    server.paths["/m.gguf"] = Served(b"", redirect=server.address + "/cdn", published=digest(model))
    files = fetch(source(server, model), tmp_path)
    assert files is not None
    assert files[0].sha256 == digest(model)  # what the hub told before it sent us on
    server.paths["/out.gguf"] = Served(b"", redirect="http://example.com/m.gguf")
    with pytest.raises(AddressRefused):
        fetch(Source((File(server.address + "/out.gguf", "out.gguf"),)), tmp_path)
    server.paths["/round.gguf"] = Served(b"", redirect=server.address + "/round.gguf")
    with pytest.raises(AnswerStrange):
        fetch(Source((File(server.address + "/round.gguf", "round.gguf"),)), tmp_path)


def test_which_addresses_are_asked() -> None:
    assert web.checked("https://huggingface.co/x")
    assert web.checked("http://localhost:8080/x")
    assert web.checked("https://cdn.example/x", came_from="https://huggingface.co/x")
    for refused in ("http://huggingface.co/x", "ftp://x/y", "file:///etc/passwd", "https://", "https://u:p@x/y", "x"):
        with pytest.raises(AddressRefused):
            web.checked(refused)
    with pytest.raises(AddressRefused):  # a hub on the net may not send us back into this computer
        web.checked("http://127.0.0.1/x", came_from="https://huggingface.co/x")


def test_all_shards_and_the_eyes_arrive(server: HubServer, model: bytes, tmp_path: Path) -> None:
    names = ("m-00001-of-00002.gguf", "m-00002-of-00002.gguf", "mmproj.gguf")
    for name in names:
        server.paths[f"/{name}"] = Served(model, published=digest(model))
    files = tuple(File(f"{server.address}/{name}", name, len(model)) for name in names)
    told: list[Progress] = []
    assert fetch(Source(files), tmp_path, progress=told.append)
    assert left(tmp_path) == set(names)
    assert told[-1].done == told[-1].total == 3 * len(model)
    (tmp_path / names[1]).unlink()
    server.requests.clear()
    assert fetch(Source(files), tmp_path)
    assert [path for path, _ in server.requests] == [f"/{names[1]}"]  # what is there is not fetched again


def test_what_is_given_up_is_removed(server: HubServer, model: bytes, tmp_path: Path) -> None:
    names = ("m-00001-of-00002.gguf", "m-00002-of-00002.gguf")
    server.paths[f"/{names[0]}"] = Served(model)
    server.paths[f"/{names[1]}"] = Served(model, drops=[5000] * 99, ranges=False)
    both = Source(tuple(File(f"{server.address}/{name}", name, len(model)) for name in names))
    with pytest.raises(DownloadBroken):
        fetch(both, tmp_path)
    assert begun(both, tmp_path) == len(model) + 5000
    discard(both, tmp_path)
    assert left(tmp_path) == set()


def test_a_disk_without_room_is_told_before_anything_is_written(
    server: HubServer, model: bytes, tmp_path: Path
) -> None:
    server.paths["/m.gguf"] = Served(model, published=digest(model))
    huge = Source((File(server.address + "/m.gguf", "m.gguf", 1 << 60),))
    server.paths["/m.gguf"].length = False
    with pytest.raises(DiskTooSmall):
        fetch(huge, tmp_path)
    assert left(tmp_path) == set()


def test_a_folder_that_cannot_be_written_is_a_sentence(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model)
    (tmp_path / "file").write_text("where the folder should be")
    with pytest.raises(FolderRefuses):
        fetch(source(server, model), tmp_path / "file")


@pytest.mark.skipif(sys.platform != "linux", reason="a file system of one's own is Linux's")
def test_a_disk_that_fills_up_meanwhile_keeps_the_part(server: HubServer, model: bytes, tmp_path: Path) -> None:
    full = b"GGUF" + os.urandom(3 << 20)
    server.paths["/m.gguf"] = Served(full, length=False)  # nobody told how much comes
    script = f"""
import threading, pathlib
from engine.download import File, Source, download
from engine.errors import DiskFilled
folder = pathlib.Path({str(tmp_path)!r})
try:
    download(Source((File({server.address + "/m.gguf"!r}, "m.gguf"),)), folder, stop=threading.Event())
except DiskFilled as error:
    print("full", (folder / "m.gguf.part").stat().st_size)
"""
    mount = f"mount -t tmpfs -o size=1m none '{tmp_path}' && exec '{sys.executable}' -c \"$SCRIPT\""
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, "SCRIPT": script}, check=False, timeout=60,
    )  # fmt: skip
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip("this machine allows no mount namespace")
    assert done.stdout.startswith("full "), done.stderr
    assert 0 < int(done.stdout.split()[1]) <= 1 << 20


def test_one_file_is_not_downloaded_twice_at_once(server: HubServer, model: bytes, tmp_path: Path) -> None:
    server.paths["/m.gguf"] = Served(model, stalls=5000)
    stop = threading.Event()
    first = threading.Thread(target=lambda: fetch(source(server, model), tmp_path, stop))
    first.start()
    while not (tmp_path / "m.gguf.part").exists():
        time.sleep(0.01)
    with pytest.raises(DownloadRunning):
        fetch(source(server, model), tmp_path)
    stop.set()
    first.join()
    assert not downloads._running


def test_names_from_outside_stay_inside_their_folder() -> None:
    assert plain_name("a/b/Model-Q4_K_M.gguf") == "Model-Q4_K_M.gguf"
    assert plain_name("../../etc/x.gguf") == "x.gguf"
    for unfit in ("", "x.bin", "..", ".gguf", ".hidden.gguf", "a/..", "x\0.gguf", "a:b.gguf", "x" * 300 + ".gguf"):
        assert plain_name(unfit) is None
    assert from_address("https://example.com/dir/model.gguf?download=true").name == "model.gguf"
    with pytest.raises(AddressRefused):
        from_address("https://example.com/model.bin")
