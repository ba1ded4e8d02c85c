"""Where the set-up keeps real tokenizers and chat templates for the tests: see packaging/family_samples.py."""

from __future__ import annotations

import importlib.util
import os
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

VARIABLE = "HAEMA_FAMILIES"  # names the folder when it is elsewhere
PACKAGING = Path(__file__).resolve().parent.parent.parent / "packaging"


def folder() -> Path:
    """The folder of ggml-vocab-*.gguf and templates/*.jinja; skips the test module where it is not there."""
    named = os.environ.get(VARIABLE)
    found = Path(named) if named else _kept()
    if not (found / "templates").is_dir():
        pytest.skip(f"no real tokenizers in {found}: `packaging/dev.py test` fetches them", allow_module_level=True)
    return found


def _kept() -> Path:
    sys.path.insert(0, str(PACKAGING))
    try:
        spec = importlib.util.spec_from_file_location("family_samples", PACKAGING / "family_samples.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(PACKAGING))
        for name in ("llama_wheel", "steps"):
            sys.modules.pop(name, None)
    kept = module.folder(version("llama-cpp-python"))
    assert isinstance(kept, Path)
    return kept
