"""Looks at a sentence-transformers folder before anything of it is loaded: only data is taken, never code.

What `modules.json` names must be modules that are known here, their weights safetensors (a pickle can run programs),
and what the configuration hands to the libraries must be on a short list. The fingerprint covers the weights and
every file that changes what comes out of them.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.errors import EmbedderFolderWrong, EmbedderUnsafe, EmbedderUnusable

log = logging.getLogger(__name__)

MODULES = "modules.json"
WEIGHTS, SHARDS = "model.safetensors", "model.safetensors.index.json"
OURS = "sentence_transformers."
WITH_WEIGHTS = frozenset(("Transformer", "StaticEmbedding", "Dense", "LayerNorm"))
KNOWN = WITH_WEIGHTS | {"Pooling", "Normalize", "Dropout"}
FIRST = frozenset(("Transformer", "StaticEmbedding"))  # the only ones that take text
ARGUMENTS = ("model_args", "model_kwargs", "tokenizer_args", "processor_kwargs", "config_args", "config_kwargs")
HARMLESS = frozenset(("torch_dtype", "dtype", "padding_side", "model_max_length", "do_lower_case", "add_pooling_layer"))
CONFIGURATION = (  # of the first module; of the others `config.json`
    "config.json",
    "sentence_bert_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
)
# Of a repository, what a model's folder is made of: no pickles, no code, none of the copies for other libraries.
PART = re.compile(
    r"(?:\d{1,2}_\w{1,40}/)?"
    r"(?:\w[\w.-]{0,80}\.json|(?:vocab|merges)\.txt|\w[\w.-]{0,60}\.model|model(?:-\d{5}-of-\d{5})?\.safetensors)",
    re.ASCII,
)
LARGEST_CONFIGURATION = 64_000_000  # bytes; the largest tokenizers are half of it


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder that may be loaded, and what its vectors depend on."""

    path: Path
    name: str
    fingerprint: str


def belongs(path: str) -> bool:
    """Whether a repository's file at `path` is part of the model's folder."""
    return PART.fullmatch(path) is not None


def looked_at(folder: Path, checked: Path) -> ModelFolder:
    """The model in `folder`; `checked` remembers digests of large files.

    Raises `EmbedderFolderWrong`, `EmbedderUnsafe` or `EmbedderUnusable`.
    """
    modules = _json(folder, MODULES)
    if not isinstance(modules, list) or not modules:
        raise EmbedderFolderWrong(path=str(folder), file=MODULES)
    files: list[Path] = [folder / MODULES, folder / "config_sentence_transformers.json"]
    weights: list[Path] = []
    for number, module in enumerate(modules):
        kind, place = _module(folder, module)
        if (kind in FIRST) != (number == 0):
            raise EmbedderUnusable(path=str(folder), reason=kind)
        files += [place / name for name in (CONFIGURATION if number == 0 else CONFIGURATION[:1])]
        if number == 0 and not (place / "tokenizer.json").is_file():
            raise EmbedderFolderWrong(path=str(folder), file="tokenizer.json")
        if kind == "Transformer":
            _harmless(folder, place)
        if kind in WITH_WEIGHTS:
            weights += _weights(folder, place)
    parts = [(file.relative_to(folder).as_posix(), digest_of_text(folder, file)) for file in files if file.is_file()]
    parts += [(file.relative_to(folder).as_posix(), digest_once(file, checked)) for file in weights]
    whole = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    return ModelFolder(folder, folder.name, whole[:16])


def _module(folder: Path, module: Any) -> tuple[str, Path]:
    """The class and the folder of an entry of `modules.json`."""
    kind, path = (module.get("type"), module.get("path")) if isinstance(module, dict) else (None, None)
    if not isinstance(kind, str) or not isinstance(path, str):
        raise EmbedderFolderWrong(path=str(folder), file=MODULES)
    name = kind.rpartition(".")[2]
    if not kind.startswith(OURS) or name not in KNOWN:
        raise EmbedderUnsafe(path=str(folder), part=kind[:80])
    place = folder / path
    if not place.resolve().is_relative_to(folder.resolve()):
        raise EmbedderUnsafe(path=str(folder), part=path[:80])
    return name, place


def _harmless(folder: Path, place: Path) -> None:
    """Refuse adapters, code of the model's own, and arguments that reach further than a number type."""
    if (place / "adapter_config.json").exists():
        raise EmbedderUnsafe(path=str(folder), part="adapter_config.json")
    for name in ("config.json", "tokenizer_config.json"):
        found = _json(place, name) if (place / name).is_file() else {}
        if not isinstance(found, dict) or found.get("auto_map"):
            raise EmbedderUnsafe(path=str(folder), part=f"auto_map ({name})")
    for settings in sorted(place.glob("sentence_*_config.json")):
        found = _json(place, settings.name)
        if not isinstance(found, dict):
            raise EmbedderFolderWrong(path=str(folder), file=settings.name)
        given = {key for name in ARGUMENTS for key in (found.get(name) or {})}
        if given - HARMLESS:
            raise EmbedderUnsafe(path=str(folder), part=", ".join(sorted(given - HARMLESS))[:80])


def _weights(folder: Path, place: Path) -> list[Path]:
    """The safetensors files of a module, each proven to have a head that can be read."""
    names: list[str]
    if (place / WEIGHTS).is_file():
        names = [WEIGHTS]
    elif (place / SHARDS).is_file():
        shards = _json(place, SHARDS)
        listed = shards.get("weight_map") if isinstance(shards, dict) else None
        names = sorted({str(name) for name in listed.values()}) if isinstance(listed, dict) else []
        if not names or any("/" in name or "\\" in name for name in names):
            raise EmbedderFolderWrong(path=str(folder), file=SHARDS)
    else:
        pickles = sorted(file.name for file in place.glob("*.bin"))
        if pickles:
            raise EmbedderUnsafe(path=str(folder), part=pickles[0])
        raise EmbedderFolderWrong(path=str(folder), file=(place / WEIGHTS).relative_to(folder).as_posix())
    from safetensors import SafetensorError, safe_open

    for name in names:
        try:
            with safe_open(str(place / name), framework="numpy") as opened:
                if not opened.keys():
                    raise EmbedderUnusable(path=str(folder), reason=name)
        except (OSError, SafetensorError) as error:
            raise EmbedderUnusable(path=str(folder), reason=name) from error
    return [place / name for name in names]


def _json(folder: Path, name: str) -> Any:
    try:
        if (folder / name).stat().st_size > LARGEST_CONFIGURATION:
            raise EmbedderUnusable(path=str(folder), reason=name)
        return json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EmbedderFolderWrong(path=str(folder), file=name) from error


# ---------------------------------------------------------------- digests


def digest_of_text(folder: Path, file: Path) -> str:
    """SHA-256 of a small file of the model in `folder`."""
    try:
        if file.stat().st_size > LARGEST_CONFIGURATION:
            raise EmbedderUnusable(path=str(folder), reason=file.name)
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise EmbedderUnusable(path=str(folder), reason=file.name) from error


def digest_once(weights: Path, checked: Path) -> str:
    """The file's SHA-256; read again only when its size or time has changed since the last time.

    Raises `EmbedderUnusable`.
    """
    try:
        state = weights.stat()
        key, stamp = str(weights.resolve()), [state.st_size, state.st_mtime_ns]
        known = _known_digests(checked)
        entry = known.get(key)
        if isinstance(entry, list) and len(entry) == 3 and entry[:2] == stamp:
            return str(entry[2])
        with weights.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise EmbedderUnusable(path=str(weights.parent), reason=str(error.strerror)) from error
    try:
        checked.parent.mkdir(parents=True, exist_ok=True)
        kept = {path: value for path, value in known.items() if Path(path).is_file()}
        checked.write_text(json.dumps(kept | {key: [*stamp, digest]}), encoding="utf-8")
    except OSError as error:
        log.warning("the embedder's check could not be remembered: %s", error.strerror)
    return digest


def _known_digests(checked: Path) -> dict[str, Any]:
    try:
        known = json.loads(checked.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
