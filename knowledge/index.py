"""The dense leg: Chroma, a collection per kind and embedder. The only file that opens Chroma's files.

An item's first vector has the item's number as its id and carries a hash of the embedded text, the count of its
vectors, and how much of the text the embedder can read; further windows of a long text are "12.1", "12.2" …
"""

from __future__ import annotations

import heapq
import logging
import shutil
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal

from knowledge.served import CONFIGURATION, Served, ServedCollection

log = logging.getLogger(__name__)

Kind = Literal["message", "passage"]
KINDS: tuple[Kind, ...] = ("message", "passage")
COLLECTIONS: dict[Kind, str] = {"message": "messages", "passage": "documents"}
CHANGES_UNTIL_WRITTEN = 1024  # above Chroma's own default of 1,000
BLANK_AT_ONCE = 8  # few, so that no recall waits long: to move a vector in the graph takes some 10 ms
KEPT = 8192  # vectors, in 13 MB
AT_ONCE = 4096  # ids in one call, below SQLite's limit on variables
READABLE = 0.3  # of a text, below which its vector says nothing


class Index:
    """The collections of one embedder in `folder`; or on the Chroma server at `server` ("http://host:port"), where
    their names end in `own`, for others may keep theirs there too. Raises whatever Chroma raises when the folder is
    broken. A server is first asked when something is asked of the index: each call may raise `IndexServerUnreachable`.
    """

    def __init__(self, folder: Path, fingerprint: str, server: str = "", own: str = "") -> None:
        self._folder, self._server, self._own = folder, server, f"-{own}" if server else ""
        names = {kind: f"{COLLECTIONS[kind]}-{fingerprint}{self._own}" for kind in KINDS}
        self._client: Any
        self._collections: dict[Kind, Any]
        if server:
            self._client = Served(server)
            self._collections = {kind: ServedCollection(self._client, name) for kind, name in names.items()}
        else:
            import chromadb
            from chromadb.config import Settings

            folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
            self._collections = {
                kind: self._client.get_or_create_collection(name, embedding_function=None, configuration=CONFIGURATION)
                for kind, name in names.items()
            }
        self._guard = threading.Lock()
        self._lately: OrderedDict[tuple[Kind, int], Any] = OrderedDict()  # first windows, by when they were asked for
        self._changes = 0
        self._unread: dict[Kind, set[int]] = {}

    def put(
        self,
        kind: Kind,
        items: Sequence[int],
        vectors: Sequence[Any],
        hashes: Sequence[str],
        readable: Sequence[float],
    ) -> None:
        """Insert or replace items; `vectors[n]` is [windows, dimensions]."""
        import numpy as np

        if not items:
            return
        self._remove_windows(kind, items, keep={i: len(v) for i, v in zip(items, vectors, strict=True)})
        ids: list[str] = []
        metadatas: list[dict[str, Any]] = []
        for item, windows, digest, share in zip(items, vectors, hashes, readable, strict=True):
            for n in range(len(windows)):
                ids.append(_id(item, n))
                metadatas.append({"hash": digest, "windows": len(windows), "readable": float(share)})
        everything = np.concatenate(list(vectors))
        for at in range(0, len(ids), AT_ONCE):
            part = slice(at, at + AT_ONCE)
            self._collections[kind].upsert(ids=ids[part], embeddings=everything[part], metadatas=metadatas[part])
        unread = {item for item, share in zip(items, readable, strict=True) if share < READABLE}
        self._forget_lately(kind, items)
        known = self._not_readable(kind)
        known |= unread
        known -= set(items) - unread

    def remove(self, kind: Kind, items: Sequence[int]) -> None:
        """Take items out; those not there are no error."""
        self._remove_windows(kind, items, keep={})
        self._blank(kind, [_id(item) for item in items])
        for at in range(0, len(items), AT_ONCE):
            self._collections[kind].delete(ids=[_id(item) for item in items[at : at + AT_ONCE]])
        self._forget_lately(kind, items)
        self._not_readable(kind).difference_update(items)

    def drop_others(self, fingerprints: Iterable[str]) -> int:
        """Remove the collections of all other embedders than these; returns how many there were."""
        dropped = 0
        kept = {f"{COLLECTIONS[kind]}-{fingerprint}{self._own}" for kind in KINDS for fingerprint in fingerprints}
        for name in [collection.name for collection in self._client.list_collections()]:
            ours = name.partition("-")[0] in COLLECTIONS.values() and name.endswith(self._own)
            if ours and name not in kept:
                self._client.delete_collection(name)
                dropped += 1
        return dropped

    def reads(self, kind: Kind, item: int) -> bool:
        """Whether the embedder can read the item's text, so that its vector says something."""
        return item not in self._not_readable(kind)

    def known(self, kind: Kind, hashes: Sequence[str]) -> dict[str, tuple[Any, float]]:
        """By hash, of texts that are there already: vectors [windows, dimensions], and how much of it is readable."""
        import numpy as np

        got = self._collections[kind].get(where={"hash": {"$in": list(hashes)}}, include=["embeddings", "metadatas"])
        by_item: dict[str, dict[str, dict[int, Any]]] = {}
        shares: dict[str, float] = {}
        for id, vector, data in zip(got["ids"], got["embeddings"], got["metadatas"], strict=True):
            item, _, window = id.partition(".")
            by_item.setdefault(str(data["hash"]), {}).setdefault(item, {})[int(window or 0)] = vector
            shares[str(data["hash"])] = float(data["readable"])
        return {
            digest: (np.stack([windows[n] for n in range(len(windows))]).astype(np.float32), shares[digest])
            for digest, items in by_item.items()
            if (windows := next(iter(items.values()))) and all(vector.any() for vector in windows.values())
        }

    def hashes(self, kind: Kind, items: Sequence[int]) -> dict[int, str]:
        """The hashes of the items that are there."""
        return {item: str(data["hash"]) for item, data in self._metadata(kind, items).items()}

    def items(self, kind: Kind) -> set[int]:
        """All items that are there."""
        return {int(id) for id in self._collections[kind].get(include=[])["ids"] if "." not in id}

    def nearest(self, kind: Kind, vector: Any, limit: int, within: Collection[int] | None = None) -> dict[int, float]:
        """The items of the vectors nearest to `vector`, with their cosine (an item's best window counts).

        `within`: of these items, by their first windows. Each is compared: Chroma, asked for given ids, walks its graph
        of all vectors and was seen to find half of 150 in 50,000.
        """
        if within is not None:
            cosines = self.cosines(kind, vector, within)
            return dict(heapq.nlargest(limit, cosines.items(), key=lambda one: one[1]))
        got = self._collections[kind].query(query_embeddings=[vector], n_results=limit, include=["distances"])
        found: dict[int, float] = {}
        for id, distance in zip(got["ids"][0], got["distances"][0], strict=True):
            item = int(id.split(".")[0])
            found[item] = max(found.get(item, -1.0), 1.0 - float(distance))
        return found

    def cosines(self, kind: Kind, vector: Any, items: Iterable[int]) -> dict[int, float]:
        """The cosine of given items' first windows."""
        import numpy as np

        found = self.vectors(kind, list(items))
        if not found:
            return {}
        return dict(zip(found, (np.stack(list(found.values())) @ vector).tolist(), strict=True))

    def vectors(self, kind: Kind, items: Sequence[int]) -> dict[int, Any]:
        """The items' first windows, float32 of length 1; those that were asked for lately are still here."""
        with self._guard:
            changes = self._changes
            found = {item: self._lately[kind, item] for item in items if (kind, item) in self._lately}
        missing = [_id(item) for item in items if item not in found]
        for at in range(0, len(missing), AT_ONCE):
            got = self._collections[kind].get(ids=missing[at : at + AT_ONCE], include=["embeddings"])
            found |= {int(id): vector for id, vector in zip(got["ids"], got["embeddings"], strict=True)}
        with self._guard:
            if changes == self._changes:
                for item, vector in found.items():
                    self._lately[kind, item] = vector
                    self._lately.move_to_end((kind, item))
                while len(self._lately) > KEPT:
                    self._lately.popitem(last=False)
        return found

    def _forget_lately(self, kind: Kind, items: Iterable[int]) -> None:
        with self._guard:
            self._changes += 1
            for item in items:
                self._lately.pop((kind, item), None)

    def scrub(self) -> None:
        """Have what was deleted leave Chroma's files: its log is emptied when a graph is written, which happens after a
        thousand changes, and its database hands free pages back when it is vacuumed."""
        for kind in KINDS:
            self._collections[kind].delete(ids=[f"nobody.{n}" for n in range(CHANGES_UNTIL_WRITTEN)])
        if self._server:
            return  # its files are its owner's
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

    def _not_readable(self, kind: Kind) -> set[int]:
        """The items whose vectors say nothing; asked for once."""
        if kind not in self._unread:
            got = self._collections[kind].get(where={"readable": {"$lt": READABLE}}, include=[])
            self._unread[kind] = {int(id) for id in got["ids"] if "." not in id}
        return self._unread[kind]

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
                collection.update(ids=got["ids"], embeddings=blank, metadatas=[{"hash": ""}] * len(blank))


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
