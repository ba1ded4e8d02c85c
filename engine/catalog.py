"""The catalogue of models that Haema recommends, read from assets/models.toml and checked entry by entry.

The file is data of ours, but a mistake in it must be one clear sentence and no crash: every field is typed, ids are
unique, file names stay inside their repository, a hash is a SHA-256 with its commit and size, or absent. Where it is
absent, the download is checked against what the hub itself publishes (`hub.py`); `Entry.pinned` lets the caller say so.
"""

from __future__ import annotations

import re
import sys
import tomllib
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from engine.download import SHA256, plain_name
from engine.errors import CatalogueBroken
from engine.hub import REPOSITORY, REVISION

ID = re.compile(r"[a-z0-9][a-z0-9.-]*")
LANGUAGE = re.compile(r"[a-z]{2}")

# Bits a weight takes on average in these mixes, with their larger first and last layers; from the sizes of published
# files of 1 to 14 billion parameters
BITS = {"Q4_0": 4.7, "Q4_K_M": 4.9, "Q5_K_M": 5.7, "Q6_K": 6.6, "Q8_0": 8.5, "MXFP4": 4.6, "BF16": 16.0, "F16": 16.0}
MEMORY_OVER_FILE = 1.2  # what a model with a context of some 4,000 tokens takes, over its file's size
TYPES: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "str | None": str,
    "int": int,
    "int | None": int,
    "bool": bool,
    "float": (float, int),
    "tuple[str, ...]": list,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One recommended model file."""

    id: str  # what `haema models download` takes: "qwen3-4b"
    name: str  # "Qwen3 4B"
    family: str  # "Qwen"
    parameters: float  # billions
    repository: str  # on the hub: "Qwen/Qwen3-4B-GGUF"
    file: str  # in the repository; the first one of a split model
    quantisation: str  # "Q4_K_M"
    licence: str  # SPDX id, or the licence's own name
    licence_url: str
    languages: tuple[str, ...]  # of those Haema speaks, the ones its publisher names: "en", "ko"
    good_for: str  # one short line, English
    good_for_ko: str
    context: int  # tokens it was trained for
    non_commercial: bool = False  # the licence forbids use for gain
    thinks: bool = False  # may reason before it answers
    projector: str | None = None  # the mmproj file in the same repository that gives it eyes
    size: int | None = None  # bytes of `file`; None: not known before the hub is asked
    sha256: str | None = None  # of `file`; None: checked against what the hub publishes when it is downloaded
    revision: str | None = None  # the repository's commit that has this file; with every hash

    @property
    def sees(self) -> bool:
        """Whether it takes images."""
        return self.projector is not None

    @property
    def pinned(self) -> bool:
        """Whether the catalogue itself knows the file's hash."""
        return self.sha256 is not None

    @property
    def about_bytes(self) -> int:
        """The file's size, or a guess from parameters and quantisation where it is not known."""
        return self.size or round(self.parameters * 1e9 * BITS[self.quantisation] / 8)

    @property
    def about_memory(self) -> int:
        """A guess of the bytes it takes when it runs, before the file is there to be inspected."""
        return round(self.about_bytes * MEMORY_OVER_FILE)


def load(path: Path | None = None) -> tuple[Entry, ...]:
    """All entries, smallest model first. Raises `CatalogueBroken`."""
    path = path or _assets() / "models.toml"
    try:
        records = tomllib.loads(path.read_text(encoding="utf-8")).get("model")
    except (OSError, ValueError) as error:
        raise CatalogueBroken(path=str(path), reason=type(error).__name__) from error
    if not isinstance(records, list) or not all(isinstance(record, dict) for record in records):
        raise CatalogueBroken(path=str(path), reason="[[model]]")
    entries = tuple(_entry(record, path) for record in records)
    ids = [entry.id for entry in entries]
    for id in ids:
        if ids.count(id) > 1:
            raise CatalogueBroken(path=str(path), reason=f"{id} × {ids.count(id)}")
    return tuple(sorted(entries, key=lambda entry: (entry.parameters, entry.about_bytes, entry.id)))


def find(id: str, entries: tuple[Entry, ...]) -> Entry | None:
    """The entry of this id."""
    return next((entry for entry in entries if entry.id == id.lower()), None)


def _entry(record: dict[str, Any], path: Path) -> Entry:
    name = str(record.get("id", "?"))

    def broken(field: str) -> CatalogueBroken:
        return CatalogueBroken(path=str(path), reason=f"{name}: {field}")

    declared = {field.name: field for field in fields(Entry)}
    for key in record.keys() - declared.keys():
        raise broken(key)
    for key, field in declared.items():
        if key not in record:
            if field.default is MISSING:
                raise broken(key)
            continue
        value, wanted = record[key], TYPES[str(field.type)]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool) or value in ("", []):
            raise broken(key)
    languages = record["languages"]
    for key, right in {
        "id": ID.fullmatch(record["id"]),
        "repository": REPOSITORY.fullmatch(record["repository"]),
        "file": _is_inside(record["file"]),
        "projector": _is_inside(record.get("projector", "mmproj.gguf")),
        "quantisation": record["quantisation"] in BITS,
        "licence_url": record["licence_url"].startswith("https://"),
        "languages": all(isinstance(language, str) and LANGUAGE.fullmatch(language) for language in languages),
        "parameters": record["parameters"] > 0,
        "context": record["context"] > 0,
        "size": record.get("size", 1) > 0,
        "sha256": SHA256.fullmatch(record.get("sha256", "0" * 64)),
        "revision": REVISION.fullmatch(record.get("revision", "0" * 40)),
    }.items():
        if not right:
            raise broken(key)
    if len({"sha256", "revision"} & record.keys()) == 1 or ("sha256" in record and "size" not in record):
        raise broken("sha256, revision, size")
    return Entry(**{**record, "parameters": float(record["parameters"]), "languages": tuple(languages)})


def _is_inside(path: str) -> bool:
    return plain_name(path) is not None and ".." not in path.split("/") and not path.startswith("/")


def _assets() -> Path:
    """The folder of data without code: inside PyInstaller's bundle when frozen, else beside this package."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).parent.parent) / "assets"
