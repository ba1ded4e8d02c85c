"""The dense leg: Chroma, a collection per kind and embedder. The only file that opens Chroma.

An item's first vector has the item's number as its id and carries a hash of the embedded text and the count of its
vectors; further windows of a long text are "12.1", "12.2" …
"""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

log = logging.getLogger(__name__)

Kind = Literal["message", "passage"]
KINDS: tuple[Kind, ...] = ("message", "passage")
COLLECTIONS: dict[Kind, str] = {"message": "messages", "passage": "documents"}
CHANGES_UNTIL_WRITTEN = 1024  # above Chroma's own default of 1,000
BLANK_AT_ONCE = 8  # few, so that no recall waits long: to move a vector in the graph takes some 10 ms
AT_ONCE = 4096  # ids in one call, below SQLite's limit on variables


class Index:
    """The collections of one embedder in `folder`. Raises whatever Chroma raises when the folder is broken."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        import chromadb
        from chromadb.config import Settings

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
        self._collections: dict[Kind, Any] = {
            kind: self._client.get_or_create_collection(
                f"{COLLECTIONS[kind]}-{fingerprint}",
                embedding_function=None,
                configuration={"hnsw": {"space": "cosine"}},
            )
            for kind in KINDS
        }

    def put(self, kind: Kind, items: Sequence[int], vectors: Sequence[Any], hashes: Sequence[str]) -> None:
        """Insert or replace items; `vectors[n]` is [windows, dimensions]."""
        import numpy as np

        if not items:
            return
        self._remove_windows(kind, items, keep={i: len(v) for i, v in zip(items, vectors, strict=True)})
        ids: list[str] = []
        metadatas: list[dict[str, Any]] = []
        for item, windows, digest in zip(items, vectors, hashes, strict=True):
            for n in range(len(windows)):
                ids.append(_id(item, n))
                metadatas.append({"hash": digest, "windows": len(windows)})
        everything = np.concatenate(list(vectors))
        for at in range(0, len(ids), AT_ONCE):
            part = slice(at, at + AT_ONCE)
            self._collections[kind].upsert(ids=ids[part], embeddings=everything[part], metadatas=metadatas[part])

    def remove(self, kind: Kind, items: Sequence[int]) -> None:
        """Take items out; those not there are no error."""
        self._remove_windows(kind, items, keep={})
        self._blank(kind, [_id(item) for item in items])
        for at in range(0, len(items), AT_ONCE):
            self._collections[kind].delete(ids=[_id(item) for item in items[at : at + AT_ONCE]])

    def hashes(self, kind: Kind, items: Sequence[int]) -> dict[int, str]:
        """The hashes of the items that are there."""
        return {item: str(data["hash"]) for item, data in self._metadata(kind, items).items()}

    def items(self, kind: Kind) -> set[int]:
        """All items that are there."""
        return {int(id) for id in self._collections[kind].get(include=[])["ids"] if "." not in id}

    def nearest(self, kind: Kind, vector: Any, limit: int) -> dict[int, float]:
        """The items of the vectors nearest to `vector`, with their cosine (an item's best window counts)."""
        collection = self._collections[kind]
        count = collection.count()
        if not count:
            return {}
        got = collection.query(query_embeddings=[vector], n_results=min(limit, count), include=["distances"])
        found: dict[int, float] = {}
        for id, distance in zip(got["ids"][0], got["distances"][0], strict=True):
            item = int(id.split(".")[0])
            found[item] = max(found.get(item, -1.0), 1.0 - float(distance))
        return found

    def cosines(self, kind: Kind, vector: Any, items: Iterable[int]) -> dict[int, float]:
        """The cosine of given items' first windows."""
        ids = [_id(item) for item in items]
        if not ids:
            return {}
        got = self._collections[kind].get(ids=ids, include=["embeddings"])
        return {int(id): float(other @ vector) for id, other in zip(got["ids"], got["embeddings"], strict=True)}

    def scrub(self) -> None:
        """Have what was deleted leave Chroma's files: its log is emptied whenever a graph is written, which it is after
        a thousand changes, and its database hands free pages back when it is vacuumed."""
        for kind in KINDS:
            collection = self._collections[kind]
            if collection.count():
                collection.delete(ids=[f"nobody.{n}" for n in range(CHANGES_UNTIL_WRITTEN)])
        with closing(sqlite3.connect(self._folder / "chroma.sqlite3", timeout=30.0, isolation_level=None)) as db:
            db.execute("VACUUM")

    def probe(self) -> None:
        """Read each collection's list and its nearest-neighbour graph; raises when one of them cannot be."""
        for kind in KINDS:
            some = self._collections[kind].get(limit=1, include=["embeddings"])["embeddings"]
            if len(some):
                self.nearest(kind, some[0], 1)

    def close(self) -> None:
        """Let go of the files."""
        self._client.close()

    def _metadata(self, kind: Kind, items: Sequence[int]) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for at in range(0, len(items), AT_ONCE):
            got = self._collections[kind].get(
                ids=[_id(item) for item in items[at : at + AT_ONCE]], include=["metadatas"]
            )
            found |= {int(id): data for id, data in zip(got["ids"], got["metadatas"], strict=True)}
        return found

    def _remove_windows(self, kind: Kind, items: Sequence[int], keep: dict[int, int]) -> None:
        """Delete the further windows of items beyond the first `keep`."""
        surplus = [
            _id(item, n)
            for item, data in self._metadata(kind, items).items()
            for n in range(max(1, keep.get(item, 1)), int(data["windows"]))
        ]
        if surplus:
            self._blank(kind, surplus)
            self._collections[kind].delete(ids=surplus)

    def _blank(self, kind: Kind, ids: Sequence[str]) -> None:
        """Overwrite vectors about to be deleted: Chroma only marks them in its graph, and keeps them in its files."""
        collection = self._collections[kind]
        for at in range(0, len(ids), BLANK_AT_ONCE):
            got = collection.get(ids=list(ids[at : at + BLANK_AT_ONCE]), include=["embeddings"])
            if got["ids"]:
                blank = [[1.0] + [0.0] * (len(got["embeddings"][0]) - 1)] * len(got["ids"])
                collection.update(ids=got["ids"], embeddings=blank)


def forget_folder(folder: Path) -> None:
    """Remove a broken index from the disk, and what Chroma remembers of it in this process."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()
    if folder.is_dir():
        shutil.rmtree(folder)
    elif folder.exists():
        folder.unlink()


def _id(item: int, window: int = 0) -> str:
    return f"{item}.{window}" if window else str(item)
