"""The models on this computer: listed, linked, copied, removed, fetched, verified, and found at other programs."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import gguf as writer
import pytest

from desktop.model_library import STARTER, Library
from desktop.settings import Settings
from engine.download import File, Source
from engine.errors import (
    ModelChanged,
    ModelInUse,
    ModelMissing,
    ModelStays,
    ModelTruncated,
    ModelUnknown,
    ModelUnsupported,
    NotAModel,
)
from knowledge.store import Store
from tests.engine import tiny
from tests.engine.hub_server import HubServer, Served, serving


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    store = Store(tmp_path / "home")
    yield Settings(store)
    store.close()


@pytest.fixture
def library(tmp_path: Path, settings: Settings) -> Library:
    return Library(tmp_path / "home" / "models", settings)


@pytest.fixture
def server() -> Iterator[HubServer]:
    with serving() as server:
        yield server


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A model where the user keeps theirs, in a folder with a space and Hangul."""
    folder = tmp_path / "내 모델"
    folder.mkdir()
    return tiny.write(folder / "Tiny-F32.gguf")


def write_other(path: Path, architecture: str, kind: str) -> Path:
    file = writer.GGUFWriter(path, architecture)
    file.add_type(kind)
    file.write_header_to_file()
    file.write_kv_data_to_file()
    file.write_tensors_to_file()
    file.close()
    return path


def names(library: Library) -> list[str]:
    return [item.name for item in library.list()]


def source_of(server: HubServer, body: bytes, *paths: str, repository: str = "maker/Tiny-GGUF") -> Source:
    digest = hashlib.sha256(body).hexdigest()
    for path in paths:
        server.paths[f"/{path}"] = Served(body, published=digest)
    files = tuple(File(f"{server.address}/{path}", path, len(body), digest) for path in paths)
    return Source(files, repository, "mit")


def fetch(library: Library, source: Source):
    return library.fetch(source, stop=threading.Event())


def test_the_starter_is_always_there(library: Library) -> None:
    (item,) = library.list()
    assert (item.name, item.starter, item.kind, item.error) == (STARTER, True, "model", None)
    assert item.facts is not None
    assert (item.facts.quantisation, item.facts.architecture) == ("Q4_1", "llama")
    assert library.resolve("starter") == item.path
    assert library.verify(STARTER).ok
    with pytest.raises(ModelStays):
        library.remove(STARTER)


def test_a_model_is_linked_where_it_lies_and_unlinked_without_being_touched(
    library: Library, settings: Settings, kept: Path
) -> None:
    item = library.add(kept)
    assert (item.name, item.origin, item.path, item.kind) == ("Tiny-F32", "linked", kept, "model")
    assert item.size == kept.stat().st_size
    assert library.add(kept).name == "Tiny-F32"
    assert settings.linked_models == [str(kept)]  # once, however often it is added
    for word in ("tiny-f32", "TINY-F32.GGUF", str(kept)):
        assert library.resolve(word) == kept
    settings.model = str(kept)
    with pytest.raises(ModelInUse):
        library.remove("Tiny-F32", in_use=str(kept))
    library.remove("Tiny-F32")
    assert kept.exists()
    assert names(library) == [STARTER]
    assert settings.model == ""  # the next start finds the starter, not a hole


def test_a_copy_is_ours_and_goes_with_a_word(library: Library, settings: Settings, kept: Path) -> None:
    item = library.add(kept, copy=True)
    assert item.origin == "added"
    assert item.path.is_relative_to(library.folder)
    assert item.path.read_bytes() == kept.read_bytes()
    assert settings.linked_models == []
    again = library.add(kept, copy=True)  # of the same name: beside the first one
    assert len({item.path, again.path}) == 2
    assert len(set(names(library))) == 3
    for one in names(library)[1:]:
        library.remove(one)
    assert names(library) == [STARTER]
    assert not list(library.folder.iterdir())
    assert kept.exists()


@pytest.mark.parametrize(
    ("content", "error"), [(b"", NotAModel), (b"%PDF-1.4 no model", NotAModel), (None, ModelMissing)]
)
def test_what_is_no_model_is_not_added(
    library: Library, settings: Settings, tmp_path: Path, content: bytes | None, error: type[Exception]
) -> None:
    path = tmp_path / "x.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error):
        library.add(path)
    assert settings.linked_models == []


def test_half_a_model_is_not_added(library: Library, kept: Path) -> None:
    kept.write_bytes(kept.read_bytes()[:-5000])
    with pytest.raises(ModelTruncated):
        library.add(kept)


def test_eyes_and_adapters_are_known_for_what_they_are(library: Library, tmp_path: Path) -> None:
    assert library.add(write_other(tmp_path / "mmproj.gguf", "clip", "mmproj")).kind == "projector"
    assert library.add(write_other(tmp_path / "lora.gguf", "llama", "adapter")).kind == "adapter"
    with pytest.raises(ModelUnsupported):
        library.add(write_other(tmp_path / "imatrix.gguf", "llama", "imatrix"))


def test_a_linked_file_that_has_gone_is_said_and_can_be_unlinked(library: Library, kept: Path) -> None:
    library.add(kept)
    kept.unlink()
    item = library.list()[1]
    assert isinstance(item.error, ModelMissing)
    assert library.verify(item.name).ok is False
    library.remove(item.name)
    assert names(library) == [STARTER]


def test_two_of_one_name_are_told_apart_by_their_folders(library: Library, kept: Path) -> None:
    other = kept.parent / "other" / kept.name
    other.parent.mkdir()
    other.write_bytes(kept.read_bytes())
    library.add(kept)
    library.add(other)
    assert set(names(library)) == {STARTER, "내 모델/Tiny-F32", "other/Tiny-F32"}
    assert library.resolve("other/Tiny-F32") == other


def test_a_download_keeps_where_it_came_from_and_is_verified_by_it(
    library: Library, server: HubServer, kept: Path
) -> None:
    body = kept.read_bytes()
    source = source_of(server, body, "Tiny-Q8_0.gguf")
    item = fetch(library, source)
    assert item is not None
    assert item.path == library.folder / "maker" / "Tiny-GGUF" / "Tiny-Q8_0.gguf"
    assert (item.origin, item.name) == ("downloaded", "Tiny-Q8_0")
    provenance = item.provenance
    assert provenance is not None
    assert (provenance.repository, provenance.licence) == ("maker/Tiny-GGUF", "mit")
    assert provenance.sha256 == hashlib.sha256(body).hexdigest()
    told: list[tuple[int, int]] = []
    assert library.verify(item.name, progress=lambda done, total: told.append((done, total))).ok
    assert told[-1] == (len(body), len(body))
    stopped = threading.Event()
    stopped.set()
    assert library.verify(item.name, stop=stopped).ok is None
    item.path.write_bytes(body[:-1] + bytes([body[-1] ^ 255]))  # one bit rotted
    verified = library.verify(item.name)
    assert (verified.ok, verified.how) == (False, "checksum")
    assert isinstance(verified.error, ModelChanged)


def test_a_file_without_a_known_hash_is_verified_by_its_structure(library: Library, kept: Path) -> None:
    library.add(kept)
    assert (library.verify("Tiny-F32").ok, library.verify("Tiny-F32").how) == (True, "structure")
    kept.write_bytes(kept.read_bytes()[:-5000])
    verified = library.verify("Tiny-F32")
    assert verified.ok is False
    assert isinstance(verified.error, ModelTruncated)


def test_a_catalogue_id_finds_what_was_downloaded_for_it(library: Library, server: HubServer, kept: Path) -> None:
    assert library.resolve("qwen3-4b") is None
    source = source_of(server, kept.read_bytes(), "Qwen3-4B-Q4_K_M.gguf", repository="Qwen/Qwen3-4B-GGUF")
    item = fetch(library, source)
    assert item is not None
    assert library.resolve("qwen3-4b") == item.path


def test_a_removed_download_takes_its_eyes_and_its_empty_folders_along(
    library: Library, server: HubServer, kept: Path
) -> None:
    item = fetch(library, source_of(server, kept.read_bytes(), "Tiny-Q8_0.gguf", "mmproj-Tiny.gguf"))
    assert item is not None
    assert len(library.list()) == 3
    library.remove(item.name)
    assert names(library) == [STARTER]
    assert not list(library.folder.iterdir())


def test_a_split_model_is_one(library: Library, server: HubServer, kept: Path) -> None:
    body = kept.read_bytes()
    first, second = "Tiny-00001-of-00002.gguf", "Tiny-00002-of-00002.gguf"
    for path in (first, second):
        server.paths[f"/{path}"] = Served(body)
    files = tuple(
        File(f"{server.address}/{path}", path, len(body), hashlib.sha256(body).hexdigest()) for path in (first, second)
    )
    item = fetch(library, Source(files, "maker/Split-GGUF"))
    assert item is not None
    assert (item.name, item.size) == ("Tiny", 2 * len(body))
    assert library.verify("Tiny").ok
    item.path.with_name(second).write_bytes(body[:-1] + b"x")
    assert library.verify("Tiny").ok is False
    library.remove("Tiny")
    assert not list(library.folder.iterdir())


def test_an_unknown_name_is_a_sentence(library: Library) -> None:
    assert library.resolve("no-such") is None
    with pytest.raises(ModelUnknown):
        library.remove("no-such")
    with pytest.raises(ModelUnknown):
        library.verify("no-such")


def test_models_of_other_programs_are_found_for_linking(
    library: Library, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, body = tmp_path / "user", kept.read_bytes()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("OLLAMA_MODELS", str(home / "ollama"))
    for path in (
        home / ".lmstudio/models/maker/Tiny-GGUF/Tiny-Q4.gguf",
        home / ".lmstudio/models/maker/Tiny-GGUF/mmproj-Tiny.gguf",
        home / "jan/models/tiny/model.gguf",
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    digest = hashlib.sha256(body).hexdigest()
    blob = home / "ollama/blobs" / f"sha256-{digest}"
    manifest = home / "ollama/manifests/registry.ollama.ai/library/tiny/1b"
    for path in (blob, manifest):
        path.parent.mkdir(parents=True, exist_ok=True)
    blob.write_bytes(body)
    layers = [
        {"mediaType": "application/vnd.ollama.image.model", "digest": f"sha256:{digest}"},
        {"mediaType": "application/vnd.ollama.image.license", "digest": "sha256:00"},
        {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../../etc/passwd"},
    ]
    manifest.write_text(json.dumps({"layers": layers}))
    manifest.with_name("broken").write_text("no manifest")
    found = {(one.program, one.name): one for one in library.found_elsewhere()}
    assert set(found) == {("LM Studio", "Tiny-Q4"), ("Jan", "model"), ("Ollama", "tiny:1b")}
    item = library.add(found["Ollama", "tiny:1b"].path)
    assert (item.name, item.path) == ("Tiny", blob)  # the name inside: the file is called by its hash


def test_a_note_that_cannot_be_read_leaves_the_model_usable(library: Library, server: HubServer, kept: Path) -> None:
    item = fetch(library, source_of(server, kept.read_bytes(), "Tiny-Q8_0.gguf"))
    assert item is not None
    item.path.with_name(item.path.name + ".json").write_text("[1, 2")
    again = library.find(item.name)
    assert (again.provenance, again.error) == (None, None)
    assert library.verify(item.name).how == "structure"
