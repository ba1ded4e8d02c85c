"""`haema embedder …` as scripts use it: real processes, a hub on loopback."""

from __future__ import annotations

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
from tests.desktop.test_embedder_fetch import files_of, publish
from tests.e2e.conftest import Haema, records
from tests.engine.hub_server import COMMIT, HubServer, serving
from tests.knowledge import models

NAME = "granite-embedding-107m-multilingual"
REPOSITORY = f"ibm-granite/{NAME}"


@pytest.fixture
def hub(folder: Path, tmp_path: Path) -> Iterator[HubServer]:
    """A hub that serves a small embedder of two languages by a known name, and a memory in which it finds more."""
    with serving() as server:
        publish(server, files_of(models.word_vectors_of_two_languages(tmp_path / "made")), REPOSITORY)
        store = Store(folder)
        Settings(store).hub = server.address
        with store.transaction() as db:
            db.execute("INSERT INTO documents (id, path, status, added) VALUES (1, '진료.txt', 'indexed', 0)")
            db.execute(
                "INSERT INTO passages (document, ordinal, text, start) VALUES (1, 0, '의사는 밤에 약을 처방한다', 0)"
            )
        store.close()
        yield server


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent otherwise there")
def test_a_download_is_paused_gone_on_with_and_used(haema: Haema, hub: HubServer, folder: Path) -> None:
    (listed,) = records(haema("embedder", "list", "--json"))
    assert NAME in [one["name"] for one in listed["known"]]
    unknown = haema("embedder", "download", "no-such-embedder")
    assert (unknown.returncode, len(unknown.stderr.strip().splitlines())) == (1, 1)
    assert not hub.requests

    weights = f"/{REPOSITORY}/resolve/{COMMIT}/model.safetensors"
    hub.paths[weights].stalls = 2000
    with subprocess.Popen(
        [sys.executable, "-m", "desktop", "embedder", "download", NAME],
        env={**os.environ, "HAEMA_HOME": str(folder)}, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        deadline = time.monotonic() + 60
        while not hub.asked(weights):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command goes on" in told
    (listed,) = records(haema("embedder", "list", "--json"))
    assert (listed["in_use"], listed["next"]) == (None, None)

    hub.paths[weights].stalls = None
    (in_use,) = records(haema("embedder", "download", NAME, "--json"))
    assert in_use["name"] == NAME
    assert hub.asked(weights)[-1]["range"] == "bytes=2000-"
    (listed,) = records(haema("embedder", "list", "--json"))
    assert listed["in_use"] == str(folder / "models" / "embedders" / NAME)
    asked = len(hub.requests)
    found = haema("recall", "doctor prescribes medicine", "--json")
    assert "진료.txt" in found.stdout
    assert len(hub.requests) == asked
