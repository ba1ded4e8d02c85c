"""The models on this computer: the starter, the files in the data folder, and those that stay where the user has them.

The file system is the list: whatever GGUF file lies in `<data folder>/models` belongs to it, each repository's files in
a folder of their own. What a file is (a model, a projector that gives it eyes, an adapter) it says itself. Beside a
downloaded file lies its provenance as JSON, by which it can be verified years later. Linked files are only known by
their path; they are never changed or deleted. Knows no Qt, and nothing here connects but `fetch`.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, cast

from desktop.settings import Settings
from engine import catalog, gguf, starter
from engine.download import RESERVE_BYTES, File, Progress, Source, download, in_words_of_disk, plain_name
from engine.errors import (
    DiskTooSmall,
    EngineError,
    ModelChanged,
    ModelInUse,
    ModelMissing,
    ModelStays,
    ModelUnknown,
    ModelUnsupported,
)
from engine.gguf import ModelFacts, in_words
from engine.hub import SHARD
from engine.web import host_of

log = logging.getLogger(__name__)

Kind = Literal["model", "projector", "adapter"]
Origin = Literal["starter", "downloaded", "added", "linked"]  # added: a file the user put or had copied into the folder

KINDS = ("model", "projector", "adapter")
STARTER = "starter"  # its name for `resolve`
BESIDE = ".json"  # after the file's whole name: its provenance
MOST_ELSEWHERE = 2_000  # files of other programs that are looked at


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a file in the folder came from; kept beside it as JSON."""

    repository: str
    url: str
    sha256: str | None  # as published; None where nobody published one
    size: int
    licence: str
    date: str  # ISO, UTC


@dataclass(frozen=True, slots=True)
class Item:
    """One model, projector or adapter on this computer."""

    name: str  # what `resolve` and the command line take; unique
    path: Path  # of a split model its first shard
    kind: Kind
    origin: Origin
    size: int  # bytes, of all shards
    facts: ModelFacts | None  # None when it cannot be read
    error: EngineError | None  # why it cannot
    provenance: Provenance | None = None

    @property
    def starter(self) -> bool:
        return self.origin == "starter"


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of a file found out."""

    name: str
    ok: bool | None  # None: stopped
    how: Literal["checksum", "structure"]  # against a published SHA-256; or only that the file is whole
    error: EngineError | None = None  # what is wrong


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A model file that another program keeps."""

    program: str  # "LM Studio"
    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class _Place:
    """A file of the library before anybody has read it."""

    name: str
    path: Path
    origin: Origin


class Library:
    """The starter, the files in `folder` (`<data folder>/models`) and the linked ones; from any thread."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self._settings = settings
        self._read: dict[tuple[Path, int, int], ModelFacts | EngineError] = {}  # by path, size and time of change
        self._starter: Path | None = None  # known once it was found genuine

    # ------------------------------------------------------------ what is there

    def list(self) -> tuple[Item, ...]:
        """All that is there, the starter first, then by name."""
        return tuple(self._item(place) for place in self._places())

    def resolve(self, name: str) -> Path | None:
        """The file with this path, name, file name or catalogue id; None when there is none."""
        path = Path(name).expanduser()
        if path.is_file():
            return path.absolute()
        wanted = name.casefold()
        for place in self._places():
            names = (place.name, place.path.name, f"{place.path.parent.name}/{_stem(place.path)}")
            if wanted in {one.casefold() for one in names}:
                return place.path
        entry = catalog.find(name, catalog.load())
        return self.of_entry(entry) if entry is not None else None

    def of_entry(self, entry: catalog.Entry) -> Path | None:
        """The file that was downloaded for a catalogue entry."""
        path = self.folder / entry.repository / (plain_name(entry.file) or "")
        return path if path.is_file() else None

    def find(self, name: str) -> Item:
        """The item that `resolve` means. Raises `ModelUnknown`."""
        path = self.resolve(name)
        place = next((place for place in self._places() if place.path == path), None)
        if place is None:
            raise ModelUnknown(name=name)
        return self._item(place)

    # ------------------------------------------------------------ in and out

    def add(self, path: Path, *, copy: bool = False) -> Item:
        """Link a GGUF file where it lies, or copy it into the folder.

        Raises what `gguf.read` raises, and for a copy `DiskTooSmall`, `DiskFilled` or `FolderRefuses`.
        """
        path = _first_shard(path.expanduser().absolute())
        facts = gguf.read(path)
        if facts.kind not in KINDS:
            raise ModelUnsupported(path=str(path), reason=facts.kind)
        if copy and not self._is_ours(path):
            path = self._copy(path)
        if not self._is_ours(path) and str(path) not in self._settings.linked_models:
            self._settings.linked_models = [*self._settings.linked_models, str(path)]
        return self.find(str(path))

    def remove(self, name: str, *, in_use: str | None = None) -> Item:
        """Delete a file of the folder, or unlink a linked one (its file stays). The caller has asked the user.

        `in_use` is the path of the loaded model (`Engine.model`). Where the removed one was the chosen model, the
        starter is chosen. Raises `ModelUnknown`, `ModelStays`, `ModelInUse` or `FolderRefuses`.
        """
        item = self._find_even_missing(name)
        if item.starter:
            raise ModelStays(name=item.name)
        if in_use and Path(in_use) == item.path:
            raise ModelInUse(name=item.name)
        if item.origin == "linked":
            self._settings.linked_models = [one for one in self._settings.linked_models if one != str(item.path)]
        else:
            with in_words_of_disk(self.folder):
                self._delete(item)
        if self._settings.model == str(item.path):
            self._settings.model = ""
        return item

    def place(self, source: Source) -> Path:
        """The folder that `fetch` puts a source into: one of its own for each repository."""
        return self.folder / (source.repository or host_of(source.files[0].url))

    def fetch(
        self, source: Source, *, stop: threading.Event, progress: Callable[[Progress], None] = lambda progress: None
    ) -> Item | None:
        """Download `source` into the folder and keep its provenance; None when stopped (the part is kept).

        Raises what `download` raises.
        """
        folder = self.place(source)
        files = download(source, folder, stop=stop, progress=progress)
        if files is None:
            return None
        with in_words_of_disk(folder):
            for file in files:
                _write_provenance(folder / file.name, file, source)
        return self.find(str(folder / source.name))

    # ------------------------------------------------------------ verify

    def verify(
        self,
        name: str,
        *,
        stop: threading.Event | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> Verified:
        """Check a file against the SHA-256 published for it, or else its structure. Raises `ModelUnknown`."""
        item = self._find_even_missing(name)
        done = 0
        how: Literal["checksum", "structure"] = "checksum"
        try:
            for path in _shards(item.path):
                expected = starter.SHA256 if item.starter else _published(path)
                if expected is None:
                    how = "structure"
                    gguf.read(path)
                    continue
                digest = hashlib.sha256()
                with path.open("rb") as file:
                    while chunk := file.read(1 << 20):
                        if stop is not None and stop.is_set():
                            return Verified(item.name, None, how)
                        digest.update(chunk)
                        done += len(chunk)
                        progress(done, item.size)
                have = digest.hexdigest()
                if have != expected:
                    raise ModelChanged(name=path.name, have=have[:12], want=expected[:12])
        except EngineError as error:
            return Verified(item.name, False, how, error)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return Verified(item.name, False, how, ModelUnsupported(path=str(item.path), reason=reason))
        return Verified(item.name, True, how)

    # ------------------------------------------------------------ other programs' models

    def found_elsewhere(self) -> tuple[Elsewhere, ...]:
        """Models of LM Studio, Ollama, GPT4All and Jan on this computer, for linking without a copy."""
        found: dict[Path, Elsewhere] = {}
        for program, folder in _program_folders():
            for path in _gguf_files(folder):
                if "mmproj" not in path.name.lower():
                    found.setdefault(path, Elsewhere(program, _stem(path), path, _size_of(path)))
        for folder in _ollama_folders():
            for name, path in _ollama_models(folder):
                found.setdefault(path, Elsewhere("Ollama", name, path, _size_of(path)))
        return tuple(sorted(found.values(), key=lambda one: (one.program, one.name.lower())))

    # ------------------------------------------------------------ inside

    def _places(self) -> tuple[_Place, ...]:
        """Every file of the library, by unique names, without reading one of them (but linked ones without a name)."""
        files: dict[Path, Origin] = {}
        for path in _gguf_files(self.folder):
            files[path] = "downloaded" if _beside(path).is_file() else "added"
        for text in self._settings.linked_models:
            files.setdefault(Path(text), "linked")
        names = {path: _stem(path) if path.suffix.lower() == ".gguf" else self._told_name(path) for path in files}
        counts = Counter(name.casefold() for name in names.values())
        counts[STARTER] += 1
        for path, name in names.items():
            if counts[name.casefold()] > 1:  # the folder tells them apart: its name is the repository's
                names[path] = f"{path.parent.name}/{name}"
        counts = Counter(name.casefold() for name in names.values())
        places = [
            _Place(name if counts[name.casefold()] == 1 else str(path), path, files[path])
            for path, name in names.items()
        ]
        return (
            _Place(STARTER, self._starter_path(), "starter"),
            *sorted(places, key=lambda place: place.name.casefold()),
        )

    def _item(self, place: _Place) -> Item:
        facts, error = self._facts(place.path)
        kind = facts.kind if facts is not None and facts.kind in KINDS else "model"
        provenance = _read_provenance(place.path) if place.origin == "downloaded" else None
        size = sum(_size_of(path) for path in _shards(place.path))
        return Item(place.name, place.path, cast(Kind, kind), place.origin, size, facts, error, provenance)

    def _facts(self, path: Path) -> tuple[ModelFacts | None, EngineError | None]:
        """What the file says of itself; read once, until it changes (a large vocabulary takes a third of a second)."""
        try:
            state = path.stat()
        except OSError:
            return None, ModelMissing(path=str(path))
        key = (path, state.st_size, state.st_mtime_ns)
        if key not in self._read:
            try:
                self._read[key] = gguf.read(path)
            except EngineError as error:
                self._read[key] = error
        known = self._read[key]
        return (None, known) if isinstance(known, EngineError) else (known, None)

    def _starter_path(self) -> Path:
        if self._starter is None:
            try:
                self._starter = starter.starter_model()
            except EngineError as error:  # the list must still be shown; loading it will say what is wrong
                log.warning("the starter model is not usable: %s", type(error).__name__)
                return Path(starter.FILE)
        return self._starter

    def _told_name(self, path: Path) -> str:
        """For a file without a name of its own (Ollama's are called by their hash): the one inside."""
        facts, _ = self._facts(path)
        return facts.name if facts is not None else path.name

    def _find_even_missing(self, name: str) -> Item:
        """Like `find`, but also a linked model whose file has gone."""
        gone = next((place for place in self._places() if name in {place.name, str(place.path)}), None)
        return self._item(gone) if gone is not None else self.find(name)

    def _is_ours(self, path: Path) -> bool:
        return path.is_relative_to(self.folder)

    def _copy(self, path: Path) -> Path:
        """All shards of `path` into a folder of the library; the first one's new path."""
        shards = _shards(path)
        need, target = sum(_size_of(one) for one in shards) + RESERVE_BYTES, self.folder / "added"
        with in_words_of_disk(target):
            number = 1
            while any((target / one.name).exists() for one in shards):
                number += 1
                target = self.folder / f"added {number}"
            target.mkdir(parents=True, exist_ok=True)
            free = shutil.disk_usage(target).free
            if free < need:
                raise DiskTooSmall(path=str(target), free=in_words(free), need=in_words(need))
            for one in shards:
                part = target / (one.name + ".part")
                try:
                    shutil.copyfile(one, part)
                    part.replace(target / one.name)
                finally:
                    part.unlink(missing_ok=True)
        return target / path.name

    def _delete(self, item: Item) -> None:
        for path in _shards(item.path):
            path.unlink(missing_ok=True)
            _beside(path).unlink(missing_ok=True)
        folder = item.path.parent
        if folder != self.folder and all("mmproj" in path.name.lower() for path in _gguf_files(folder)):
            for path in _gguf_files(folder):  # eyes without a head
                path.unlink()
                _beside(path).unlink(missing_ok=True)
        while folder != self.folder and folder.is_relative_to(self.folder) and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


# ---------------------------------------------------------------- files


def _gguf_files(folder: Path) -> Iterator[Path]:
    """The GGUF files in a folder and the folders in it; of a split model its first shard."""
    count = 0
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.lower().endswith(".gguf") and (
                (shard := SHARD.fullmatch(name)) is None or int(shard["number"]) == 1
            ):
                yield Path(root, name)
                count += 1
                if count == MOST_ELSEWHERE:
                    log.warning("a folder has more than %d models; the rest is left out", MOST_ELSEWHERE)
                    return


def _shards(path: Path) -> list[Path]:
    shard = SHARD.fullmatch(path.name)
    if shard is None:
        return [path]
    stem, count = shard["stem"], shard["count"]
    return [path.with_name(f"{stem}-{number:05}-of-{count}.gguf") for number in range(1, min(int(count), 9999) + 1)]


def _first_shard(path: Path) -> Path:
    """What stands for a split model, whichever of its files was meant."""
    return _shards(path)[0]


def _stem(path: Path) -> str:
    shard = SHARD.fullmatch(path.name)
    return shard["stem"] if shard else path.stem


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


# ---------------------------------------------------------------- provenance


def _beside(path: Path) -> Path:
    return path.with_name(path.name + BESIDE)


def _write_provenance(path: Path, file: File, source: Source) -> None:
    provenance = Provenance(
        repository=source.repository,
        url=file.url,
        sha256=file.sha256,
        size=file.size or _size_of(path),
        licence=source.licence,
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    part = path.with_name(path.name + BESIDE + ".new")
    part.write_text(json.dumps(asdict(provenance), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(_beside(path))


def _read_provenance(path: Path) -> Provenance | None:
    try:
        record = json.loads(_beside(path).read_text(encoding="utf-8"))
        return Provenance(**record)
    except (OSError, ValueError, TypeError) as error:
        log.warning("the note beside a model is not understood: %s", type(error).__name__)
        return None


def _published(path: Path) -> str | None:
    provenance = _read_provenance(path) if _beside(path).is_file() else None
    return provenance.sha256 if provenance is not None and isinstance(provenance.sha256, str) else None


# ---------------------------------------------------------------- other programs


def _program_folders() -> Iterator[tuple[str, Path]]:
    home = Path.home()
    yield "LM Studio", home / ".lmstudio" / "models"
    yield "LM Studio", home / ".cache" / "lm-studio" / "models"
    if sys.platform == "win32":
        local = Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local"))
        roaming = Path(os.environ.get("APPDATA", home / "AppData" / "Roaming"))
        data, jan = local, roaming
    elif sys.platform == "darwin":
        data = jan = home / "Library" / "Application Support"
    else:
        data = jan = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    yield "GPT4All", data / "nomic.ai" / "GPT4All"
    yield "Jan", jan / "Jan" / "data" / "llamacpp" / "models"
    yield "Jan", jan / "Jan" / "data" / "models"
    yield "Jan", home / "jan" / "models"


def _ollama_folders() -> Iterator[Path]:
    chosen = os.environ.get("OLLAMA_MODELS")
    if chosen:
        yield Path(chosen)
    yield Path.home() / ".ollama" / "models"
    if sys.platform == "linux":
        yield Path("/usr/share/ollama/.ollama/models")


def _ollama_models(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each manifest names its model's file by hash: manifests/REGISTRY/OWNER/MODEL/TAG → blobs/sha256-…"""
    manifests = folder / "manifests"
    for root, _folders, names in os.walk(manifests):
        for tag in names:
            path = Path(root, tag)
            try:
                layers = json.loads(path.read_text(encoding="utf-8"))["layers"]
                digests = [
                    layer["digest"]
                    for layer in layers
                    if layer["mediaType"] == "application/vnd.ollama.image.model" and isinstance(layer["digest"], str)
                ]
            except (OSError, ValueError, KeyError, TypeError):
                continue  # another program's file that is no manifest
            for digest in digests:
                kind, _, number = digest.partition(":")
                blob = folder / "blobs" / f"{kind}-{number}"
                if number.isalnum() and blob.is_file():
                    yield f"{path.parent.name}:{tag}", blob
