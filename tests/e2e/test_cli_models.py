"""`haema models …` as scripts use it: real processes, a hub on loopback."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.settings import Settings
from knowledge.store import Store
from tests.e2e.conftest import Haema, records
from tests.engine import tiny
from tests.engine.hub_server import COMMIT, HubServer, serving


@pytest.fixture
def body(tmp_path: Path) -> bytes:
    return tiny.write(tmp_path / "body.gguf").read_bytes()


@pytest.fixture
def hub(folder: Path, body: bytes) -> Iterator[HubServer]:
    """A hub with one small repository, and a data folder that names it as its hub."""
    with serving() as server:
        server.repository("maker/Tiny-GGUF", {"Tiny-Q4_K_M.gguf": body, "Tiny-Q8_0.gguf": body})
        server.answers["/api/models"] = [{"id": "maker/Tiny-GGUF", "downloads": 5, "tags": ["license:mit"]}]
        store = Store(folder)
        Settings(store).hub = server.address
        store.close()
        yield server


def test_list_add_verify_and_remove_connect_to_nothing(
    haema: Haema, hub: HubServer, tmp_path: Path, body: bytes
) -> None:
    kept = tmp_path / "내 모델.gguf"
    kept.write_bytes(body)
    (added,) = records(haema("models", "add", str(kept), "--json"))
    assert (added["name"], added["origin"], added["kind"]) == ("내 모델", "linked", "model")
    listed = {item["name"]: item for item in records(haema("models", "list", "--json"))}
    assert set(listed) == {"starter", "내 모델"}
    assert (listed["starter"]["chosen"], listed["starter"]["quantisation"]) == (True, "Q4_1")
    assert "내 모델" in haema("models", "list").stdout
    verified = {item["name"]: item for item in records(haema("models", "verify", "--json"))}
    assert (verified["starter"]["how"], verified["내 모델"]["how"]) == ("checksum", "structure")
    assert haema("models", "remove", "내 모델").returncode == 0
    assert kept.exists()
    catalogue = records(haema("models", "list", "--catalogue", "--json"))
    assert len(catalogue) > 20
    assert all(entry["licence"] for entry in catalogue)
    assert not hub.requests
    wrong = haema("models", "remove", "내 모델")
    assert (wrong.returncode, len(wrong.stderr.strip().splitlines())) == (1, 1)
    assert haema("models").returncode == 2


def test_search_download_use_and_remove(haema: Haema, hub: HubServer, body: bytes) -> None:
    (found,) = records(haema("models", "search", "tiny", "model", "--json"))
    assert (found["repository"], found["licence"]) == ("maker/Tiny-GGUF", "mit")
    assert len(records(haema("models", "search", "maker/Tiny-GGUF", "--json"))) == 2
    several = haema("models", "download", "maker/Tiny-GGUF")
    assert several.returncode == 1
    assert "Tiny-Q8_0.gguf" in several.stderr
    (item,) = records(haema("models", "download", "maker/Tiny-GGUF:Q8_0", "--json"))
    assert item["provenance"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert Path(item["path"]).read_bytes() == body
    (answer,) = records(
        haema("ask", "Hello", "--model", "tiny-q8_0", "--no-memory", "--json", "--max-tokens", "4", "--seed", "1")
    )
    assert answer["timings"]["generated_tokens"] > 0
    Path(item["path"]).write_bytes(body[:-1] + b"x")
    assert haema("models", "verify", "Tiny-Q8_0").returncode == 1
    refused = haema("models", "remove", "Tiny-Q8_0", stdin="")
    assert (refused.returncode, Path(item["path"]).exists()) == (2, True)
    assert haema("models", "remove", "Tiny-Q8_0", "--yes").returncode == 0
    assert not Path(item["path"]).exists()
    unknown = haema("models", "download", "no-such-model")
    assert (unknown.returncode, len(unknown.stderr.strip().splitlines())) == (1, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent otherwise there")
def test_ctrl_c_pauses_and_the_same_command_goes_on(haema: Haema, hub: HubServer, folder: Path, body: bytes) -> None:
    served = hub.paths[f"/maker/Tiny-GGUF/resolve/{COMMIT}/Tiny-Q4_K_M.gguf"]
    served.stalls = 40_000
    part = folder / "models" / "maker" / "Tiny-GGUF" / "Tiny-Q4_K_M.gguf.part"
    command = ["models", "download", "maker/Tiny-GGUF/Tiny-Q4_K_M.gguf"]
    with subprocess.Popen(
        [sys.executable, "-m", "desktop", *command],
        env={**os.environ, "HAEMA_HOME": str(folder)}, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not hub.asked(f"/maker/Tiny-GGUF/resolve/{COMMIT}/Tiny-Q4_K_M.gguf"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command goes on" in told
    assert part.stat().st_size == 40_000
    served.stalls = None
    (item,) = records(haema(*command, "--json"))
    assert Path(item["path"]).read_bytes() == body
    assert hub.requests[-1][1]["range"] == "bytes=40000-"
