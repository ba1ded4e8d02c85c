"""Tokenizers and chat templates of real model families, for the tests.

The source package of llama-cpp-python carries them, and the wheel built from it does not. They are taken out of it once
a version and kept in the user's cache folder; the project has no copy.
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from pathlib import Path, PurePosixPath

import llama_wheel
from steps import SetupError, run_logged

INSIDE = ("vendor", "llama.cpp", "models")  # below the archive's one folder


def folder(version: str) -> Path:
    """Where they are for this version of llama-cpp-python: ggml-vocab-*.gguf, and templates/*.jinja."""
    return llama_wheel.cache() / "families" / version


def fetch(python: Path, requirement: str) -> None:
    """Download the source package with `python`'s pip, unless it was done before. Raises `SetupError`."""
    package, _, version = requirement.partition("==")
    if folder(version).exists():
        return
    with tempfile.TemporaryDirectory() as scratch:
        pip: list[str | Path] = [python, "-m", "pip", "download", "--retries", "5", "--no-deps"]
        run_logged([*pip, "--no-binary", package, "--dest", scratch, requirement])
        archive = next(Path(scratch).glob("*.tar.gz"), None)
        if archive is None:
            raise SetupError(f"{requirement} has no source package, from which the tests take real tokenizers.")
        unpacked = folder(version).with_name(f"{version}.part")
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir(parents=True)
        with tarfile.open(archive) as files:
            for member in files:
                name = PurePosixPath(member.name)
                if name.parts[1:4] == INSIDE and member.isfile():
                    member.name = str(PurePosixPath(*name.parts[4:]))
                    files.extract(member, unpacked, filter="data")
    unpacked.rename(folder(version))
