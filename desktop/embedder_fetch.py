"""A known embedder from the hub into the data folder: `models/embedders/<name>`, which is there whole or not at all.

It arrives in a folder beside that, which keeps what has come when the way breaks off, and gets its name when every
file is as the hub lists it. Connects only when called.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from engine.download import PART, Progress, Source, download, in_words_of_disk
from knowledge.embedder_catalog import KnownEmbedder, known
from knowledge.errors import EmbedderUnknown
from knowledge.model_folder import MODULES, belongs


def place(home: Path, one: KnownEmbedder) -> Path:
    """Its folder in the data folder `home`; where it is there, it is whole."""
    return home / "models" / "embedders" / one.name


def begun(home: Path, one: KnownEmbedder) -> int:
    """Bytes that have arrived of one that is not whole yet."""
    return sum(file.stat().st_size for file in _coming(place(home, one)).rglob("*") if file.is_file())


def of_name(name: str) -> KnownEmbedder:
    """Raises `EmbedderUnknown`."""
    one = known(name)
    if one is None:
        raise EmbedderUnknown(name=name)
    return one


def fetch(
    home: Path,
    one: KnownEmbedder,
    address: str,
    *,
    stop: threading.Event,
    progress: Callable[[Progress], None] = lambda progress: None,
) -> Path | None:
    """Its folder, fetched from the hub at `address` when it is not there; None when `stop` was set, and what has
    arrived is kept. Raises an `EngineError` whose sentence says what to do."""
    whole = place(home, one)
    if whole.is_dir():
        return whole
    from engine.hub import Hub  # its client takes a while to import, and most never download

    progress(Progress("connecting", begun(home, one), None))
    source = Hub(address).folder(one.repository, belongs, MODULES, revision=one.revision or None)
    coming = _coming(whole)
    if stop.is_set() or download(source, coming, stop=stop, progress=progress) is None:
        return None
    with in_words_of_disk(coming.parent):
        _clear(coming, source)
        coming.replace(whole)
    return whole


def _coming(whole: Path) -> Path:
    return whole.with_name(whole.name + PART)


def _clear(folder: Path, source: Source) -> None:
    """Remove what an earlier commit had and this one has not: it would count as part of the model."""
    wanted = {folder / file.name for file in source.files}
    for file in folder.rglob("*"):
        if file.is_file() and file not in wanted:
            file.unlink()
