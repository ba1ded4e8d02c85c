"""The dense leg: Chroma, a collection per kind and embedder. The only file that opens Chroma's files.

An item's first vector has the item's number as its id and carries a hash of the embedded text, the count of its
vectors, and how much of the text the embedder can read; further windows of a long text are "12.1", "12.2" …
"""

from __future__ import annotations

import heapq
import logging
import re
import shutil
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from knowledge import clearing
from knowledge.served import CONFIGURATION, Served, ServedCollection

log = logging.getLogger(__name__)

Kind = Literal["message", "passage", "fact", "episode"]
KINDS: tuple[Kind, ...] = ("message", "passage", "fact", "episode")
COLLECTIONS: dict[Kind, str] = {
    "message": "messages",
    "passage": "documents",
    "fact": "facts",
    "episode": "episodes",
}
CHANGES_UNTIL_WRITTEN = 1024  # above Chroma's own default of 1,000
BLANK_AT_ONCE = 8  # few, so that no recall waits long: to move a vector in the graph takes some 10 ms
MOVE_COST = 16  # to move one takes as long as to put so many into a new graph
COPIED_AT_ONCE = 256  # into a new graph, between two looks whether to stop
REWRITE = "rewrite"  # in a collection's metadata: its graph still holds vectors that were deleted
NEXT = "-next"  # ends the name of the collection that takes its place
KEPT = 8192  # vectors, in 13 MB
AT_ONCE = 4096  # ids in one call, below SQLite's limit on variables
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
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
            _finish_rewriting(self._client, names.values())
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

    def remove(self, kind: Kind, items: Sequence[int], of: int = 0) -> None:
        """Take items out; those not there are no error.

        `of`: how many are about to be taken out, these among them. Where they are many, their vectors stay in the files
        until the next `scrub`, for to write the graph anew takes less time than to move each of them.
        """
        if not items:
            return
        self._mark_for_rewriting(kind, max(of, len(items)))
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
        if dropped and not self._server:
            self._clear_folders()
        return dropped

    def _clear_folders(self, *, vacuum: bool = False) -> bool:
        """Remove the folders of graphs that no collection has any more: Chroma leaves them. Each is called by the
        number of its segment, which stands in Chroma's database before there is a folder. False: not possible now."""
        folders = [folder for folder in self._folder.iterdir() if folder.is_dir() and UUID.fullmatch(folder.name)]
        kept = clearing.segments(self._folder / "chroma.sqlite3", vacuum=vacuum)
        if kept is None:
            log.warning("Chroma's database is in use and is cleared later")
            return False
        for folder in folders:
            if folder.name not in kept:
                try:
                    shutil.rmtree(folder)
                except OSError as error:  # Windows, while Chroma has it open; the next scrub tries again
                    log.warning("the folder of a dropped collection is left (%s)", error.strerror)
        return True

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
        got = self._read(
            kind, lambda held: held.query(query_embeddings=[vector], n_results=limit, include=["distances"])
        )
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
            get = partial(_embeddings, ids=missing[at : at + AT_ONCE])
            got = self._read(kind, get)
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

    # ------------------------------------------------------------ what was deleted

    def scrub(self, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Have what was deleted leave Chroma's files; False when it was stopped, or is to be repeated.

        A graph is written anew where much was deleted from it. Chroma's log is emptied when a graph is written, which
        happens after a thousand changes, and its database hands free pages back when it is vacuumed.

        On a server this ends with the log. Its files are the business of who runs it: nobody else can write them, so
        until `chroma vacuum` is run there, free pages of its database may still hold what was deleted.
        """
        for kind in KINDS:
            if self._is_marked(kind) and not self._rewrite(kind, stopped):
                return False
            self._collections[kind].delete(ids=[f"nobody.{n}" for n in range(CHANGES_UNTIL_WRITTEN)])
        return bool(self._server) or self._clear_folders(vacuum=True)

    def _mark_for_rewriting(self, kind: Kind, count: int) -> None:
        """Note, to be known after a crash as well, that so many deletions are better cleared by a new graph. On a
        server they never are: it would keep the old one's folder."""
        if not self._server and not self._is_marked(kind) and count * MOVE_COST > self._collections[kind].count():
            self._collections[kind].modify(metadata={REWRITE: True})

    def _is_marked(self, kind: Kind) -> bool:
        return not self._server and bool((self._collections[kind].metadata or {}).get(REWRITE))

    def _rewrite(self, kind: Kind, stopped: Callable[[], bool]) -> bool:
        """Copy what is left into a new collection, which then takes the old one's place; False when it was stopped.
        Who reads meanwhile reads the old one."""
        old, name = self._collections[kind], self._collections[kind].name
        if name + NEXT in {collection.name for collection in self._client.list_collections()}:
            self._client.delete_collection(name + NEXT)  # given up earlier
        new = self._client.create_collection(name + NEXT, embedding_function=None, configuration=CONFIGURATION)
        ids = old.get(include=[])["ids"]
        for at in range(0, len(ids), COPIED_AT_ONCE):
            if stopped():
                self._client.delete_collection(name + NEXT)
                return False
            got = old.get(ids=ids[at : at + COPIED_AT_ONCE], include=["embeddings", "metadatas"])
            new.add(ids=got["ids"], embeddings=got["embeddings"], metadatas=got["metadatas"])
        self._collections[kind] = new
        self._client.delete_collection(name)
        new.modify(name=name)  # should the process end before this, `_finish_rewriting` does it
        return True

    def _read(self, kind: Kind, ask: Callable[[Any], Any]) -> Any:
        """What a collection answers; asked once more when another one has just taken its place."""
        from chromadb.errors import ChromaError

        collection = self._collections[kind]
        try:
            return ask(collection)
        except ChromaError:
            if self._collections[kind] is collection:
                raise
            return ask(self._collections[kind])

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
            got = self._read(kind, lambda held: held.get(where={"readable": {"$lt": READABLE}}, include=[]))
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
        """Overwrite vectors about to be deleted: Chroma only marks them in its graph, and keeps them in its files; but
        not in a graph that is to be written anew."""
        if self._is_marked(kind):
            return
        collection = self._collections[kind]
        for at in range(0, len(ids), BLANK_AT_ONCE):
            got = collection.get(ids=list(ids[at : at + BLANK_AT_ONCE]), include=["embeddings"])
            if got["ids"]:
                blank = [[1.0] + [0.0] * (len(got["embeddings"][0]) - 1)] * len(got["ids"])
                collection.update(ids=got["ids"], embeddings=blank, metadatas=[{"hash": ""}] * len(blank))


def _embeddings(collection: Any, ids: Sequence[str]) -> Any:
    return collection.get(ids=list(ids), include=["embeddings"])


def _finish_rewriting(client: Any, names: Iterable[str]) -> None:
    """Let a collection that was complete take its place, which the process did not live to do; drop unfinished ones."""
    there = {collection.name: collection for collection in client.list_collections()}
    for name in names:
        if name + NEXT in there:
            if name in there:
                client.delete_collection(name + NEXT)
            else:
                there[name + NEXT].modify(name=name)


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
