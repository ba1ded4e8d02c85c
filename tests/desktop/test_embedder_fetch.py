"""A known embedder comes from a hub on loopback as a folder that is whole, or does not come."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desktop import embedder_fetch
from engine.download import Progress
from engine.errors import (
    AnswerStrange,
    DownloadWrong,
    HubBusy,
    HubRefused,
    NotOnHub,
    Unreachable,
)
from knowledge.embedder import chosen
from knowledge.embedder_catalog import KnownEmbedder
from knowledge.errors import EmbedderUnknown
from tests.engine.hub_server import COMMIT, HubServer, serving
from tests.knowledge import models

NAME = "multilingual-e5-small"
REPOSITORY = f"intfloat/{NAME}"
LEFT_THERE = {
    "pytorch_model.bin": b"a pickle",
    "trap.py": b"raise SystemExit",
    "README.md": b"words",
    "onnx/model.onnx": b"another library's",
    "onnx/config.json": b"{}",
    "openvino/openvino_model.bin": b"another library's",
    "model.fp16.safetensors": b"a copy",
    "../escape.json": b"{}",
    "/etc/escape.json": b"{}",
    "1_Pooling/../../escape.json": b"{}",
}


def files_of(folder: Path) -> dict[str, bytes]:
    """What is in a folder, by the way to it."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()
    }


def publish(server: HubServer, files: dict[str, bytes], repository: str = REPOSITORY) -> None:
    """A repository as the hub lists it: large files by their SHA-256, those that git itself keeps by git's number."""
    server.repository(repository, files)
    for one in server.answers[f"/api/models/{repository}"]["siblings"]:
        body = files[one["rfilename"]]
        if not one["rfilename"].endswith((".safetensors", ".bin")):
            del one["lfs"]
            server.paths[f"/{repository}/resolve/{COMMIT}/{one['rfilename']}"].published = None
            one["blobId"] = hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = models.random_transformer(tmp_path_factory.mktemp("model") / "tiny")
    return {path: body for path, body in files_of(folder).items() if not path.endswith(".md")}


@pytest.fixture
def server(model: dict[str, bytes]) -> Iterator[HubServer]:
    with serving() as server:
        publish(server, model | LEFT_THERE)
        yield server


@pytest.fixture
def one() -> KnownEmbedder:
    return embedder_fetch.of_name(NAME)


def fetch(
    home: Path, one: KnownEmbedder, server: HubServer, stop: threading.Event | None = None, **more
) -> Path | None:
    return embedder_fetch.fetch(home, one, server.address, stop=stop or threading.Event(), **more)


def at(path: str) -> str:
    return f"/{REPOSITORY}/resolve/{COMMIT}/{path}"


def test_only_data_that_belongs_to_the_model_comes(
    tmp_path: Path, server: HubServer, one: KnownEmbedder, model: dict[str, bytes]
) -> None:
    told: list[Progress] = []
    folder = fetch(tmp_path, one, server, progress=told.append)
    assert folder == tmp_path / "models" / "embedders" / NAME
    assert files_of(folder) == model
    assert not [path for path, _ in server.requests for gone in LEFT_THERE if path.endswith(gone)]
    assert [path.name for path in folder.parent.iterdir()] == [NAME]
    assert told[-1].done == told[-1].total == sum(map(len, model.values()))
    asked = len(server.requests)
    assert fetch(tmp_path, one, server) == folder
    assert len(server.requests) == asked  # what is here is not asked for again


def test_the_catalogues_prompts_stand_before_questions_and_texts(
    tmp_path: Path, server: HubServer, one: KnownEmbedder
) -> None:
    """The model's own configuration names none, as that of E5 does not."""
    from sentence_transformers import SentenceTransformer

    folder = fetch(tmp_path, one, server)
    assert folder is not None
    own = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
    assert not any(own["prompts"].values())
    text = "the lease ends in august"
    bare = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    plain, asked, written = (
        bare.encode([text], prompt=prompt, normalize_embeddings=True)[0] for prompt in ("", "query: ", "passage: ")
    )
    embedder = chosen(tmp_path, folder)
    assert float(embedder.query(text) @ asked) >= 0.9999
    assert float(embedder.embed([text])[0].vectors[0] @ written) >= 0.9999
    assert max(float(plain @ asked), float(plain @ written), float(asked @ written)) < 0.9999


def test_what_is_stopped_goes_on_where_it_was(
    tmp_path: Path, server: HubServer, one: KnownEmbedder, model: dict[str, bytes]
) -> None:
    whole = embedder_fetch.place(tmp_path, one)
    stop = threading.Event()
    weights = server.paths[at("model.safetensors")]
    weights.stalls = 1000

    def stop_there(progress: Progress) -> None:
        others = sum(len(body) for path, body in model.items() if path != "model.safetensors")
        if progress.done >= others + 1000:
            stop.set()

    assert len(model["model.safetensors"]) == max(map(len, model.values()))  # so it comes last
    assert fetch(tmp_path, one, server, stop, progress=stop_there) is None
    assert not whole.exists()
    assert embedder_fetch.begun(tmp_path, one) > 1000
    weights.stalls = None
    server.requests.clear()
    folder = fetch(tmp_path, one, server)
    assert folder == whole
    assert files_of(folder) == model
    assert [path for path, _ in server.requests] == [f"/api/models/{REPOSITORY}", at("model.safetensors")]
    assert server.requests[-1][1]["range"] == "bytes=1000-"


def test_another_commit_meanwhile_leaves_nothing_of_the_first(
    tmp_path: Path, server: HubServer, one: KnownEmbedder, model: dict[str, bytes]
) -> None:
    publish(server, model | {"0_old.json": b"{}", "3_Old/config.json": b"{}"})
    server.paths[at("model.safetensors")].statuses = [(404, {})]
    with pytest.raises(NotOnHub):
        fetch(tmp_path, one, server)
    changed = model | {"config_sentence_transformers.json": b'{"prompts": {"query": "passage: "}, "of": 2}'}
    publish(server, changed)
    folder = fetch(tmp_path, one, server)
    assert folder is not None
    assert files_of(folder) == changed


@pytest.mark.parametrize("path", ["model.safetensors", "tokenizer.json"])
def test_other_bytes_than_the_listed_ones_are_not_kept(
    tmp_path: Path, server: HubServer, one: KnownEmbedder, path: str
) -> None:
    served = server.paths[at(path)]
    served.body, served.published = served.body[:-1] + b"x", None
    with pytest.raises(DownloadWrong, match=path.replace(".", r"\.")):
        fetch(tmp_path, one, server)
    assert not embedder_fetch.place(tmp_path, one).exists()


def test_what_the_hub_refuses_is_said_and_nothing_is_there(
    tmp_path: Path, server: HubServer, one: KnownEmbedder, model: dict[str, bytes]
) -> None:
    listing = server.answers[f"/api/models/{REPOSITORY}"]
    for answer, error in (
        ((401, {}), NotOnHub),
        ((403, {}), HubRefused),
        ((404, {}), NotOnHub),
        ((429, {}), HubBusy),
        ((503, {}), HubBusy),
        (listing | {"gated": "manual"}, HubRefused),
        (listing | {"siblings": [{"rfilename": "config.json", "size": 2}]}, NotOnHub),
        (
            listing | {"siblings": listing["siblings"] + [{"rfilename": f"n{n}.json"} for n in range(300)]},
            AnswerStrange,
        ),
        ([], AnswerStrange),
    ):
        server.answers[f"/api/models/{REPOSITORY}"] = answer
        with pytest.raises(error):
            fetch(tmp_path, one, server)
    with pytest.raises(Unreachable):
        embedder_fetch.fetch(tmp_path, one, "http://127.0.0.1:1", stop=threading.Event())
    assert not (tmp_path / "models").exists()
    with pytest.raises(EmbedderUnknown):
        embedder_fetch.of_name("no such model")


def test_a_pinned_commit_is_taken_and_not_replaced_by_another(
    tmp_path: Path, server: HubServer, one: KnownEmbedder
) -> None:
    pinned = replace(one, revision="2" * 40)
    with pytest.raises(NotOnHub):
        fetch(tmp_path, pinned, server)
    assert [path for path, _ in server.requests] == [f"/api/models/{REPOSITORY}/revision/{'2' * 40}"]
    server.answers[f"/api/models/{REPOSITORY}/revision/{'2' * 40}"] = server.answers[f"/api/models/{REPOSITORY}"]
    assert fetch(tmp_path, pinned, server) is not None


def test_an_empty_file_is_no_endless_question(tmp_path: Path, server: HubServer, one: KnownEmbedder) -> None:
    served = server.paths[at("modules.json")]
    served.body = b""
    listing = server.answers[f"/api/models/{REPOSITORY}"]
    next(file for file in listing["siblings"] if file["rfilename"] == "modules.json").update(size=0)
    with pytest.raises(AnswerStrange):
        fetch(tmp_path, one, server)
    assert len(server.asked(at("modules.json"))) == 2
