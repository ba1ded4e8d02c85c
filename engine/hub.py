"""The hub (huggingface.co, or what the settings name): search by name, and what a repository holds.

Each call here connects and waits; nothing else in the house asks the hub. Its answers are untrusted: every field is
checked for its type, names of files may not lead out of a folder, and an answer has a largest size. What is to be
downloaded is pinned to the commit that was listed, with the sizes and SHA-256 the hub publishes for it.
The API: huggingface.co/docs/hub/api.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from engine import web
from engine.download import SHA256, File, Source, plain_name
from engine.errors import AnswerStrange, FilesToChoose, HubBusy, HubChanged, HubRefused, NotOnHub

REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
REVISION = BLOB = re.compile(r"[0-9a-f]{40}")
SHARD = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf", re.IGNORECASE)
QUANTISATION = re.compile(
    r"(?:^|[-._])(?P<name>(?:UD-)?(?:I?Q\d+(?:_[0-9A-Z]+)*|TQ\d_\d|MXFP4(?:_MOE)?|NVFP4|BF16|F16|F32))(?=[-._]|$)",
    re.IGNORECASE,
)
MOST_FILES = 20_000
MOST_BYTES = 1 << 50  # of one file: more is a mistake or a lie
MOST_IN_FOLDER = 200  # files of a model that is a folder: more is none
NO_MODELS = ("imatrix",)  # GGUF files that are for those who quantise
PROJECTORS = ("f16", "bf16", "q8_0", "f32")  # best first: small, and as good as it was trained
PAGE_PARTS = {"resolve", "blob", "raw"}


@dataclass(frozen=True, slots=True)
class Found:
    """One repository with GGUF files, as a search shows it."""

    repository: str
    downloads: int  # in the last month
    likes: int
    licence: str  # as the hub tags it; empty where it says none
    gated: bool  # wants a log-in and a yes to its terms: cannot be downloaded from here
    updated: str  # ISO date, or empty


@dataclass(frozen=True, slots=True)
class HubFile:
    """One GGUF file of a repository; a split model is one, with all its shards."""

    repository: str
    path: str  # in the repository; of a split model the first shard's
    size: int  # bytes, of all shards; 0 where the hub does not say
    sha256: str | None  # of a single file, as the hub publishes it
    quantisation: str  # from the file's name; empty where it does not say
    projector: bool  # an mmproj file
    shards: int


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody wrote for a model on the hub: a repository, and maybe a file in it or a quantisation."""

    repository: str
    path: str = ""
    quantisation: str = ""


class Hub:
    """Questions to one hub; each call connects.

    All raise `Unreachable`, `CertificateUntrusted`, `ProxyUnusable`, `AddressRefused`, `AnswerStrange`, `HubBusy`,
    `NotOnHub`, or `HubRefused`.
    """

    def __init__(self, address: str) -> None:
        self.address = web.checked(address.rstrip("/"))

    def search(self, words: str, limit: int = 30) -> list[Found]:
        """Repositories with GGUF files whose name has these words, most downloaded first."""
        fields = ["downloads", "likes", "gated", "tags", "lastModified"]
        answer = self._ask(
            "/api/models",
            {"search": words, "filter": "gguf", "sort": "downloads", "limit": str(limit), "expand": fields},
            words,
        )
        if not isinstance(answer, list):
            raise self._strange("list")
        found = (_found(record) for record in answer[:limit] if isinstance(record, dict))
        return [one for one in found if one is not None]

    def files(self, repository: str) -> list[HubFile]:
        """The GGUF files of a repository, smallest first, projectors last."""
        return self._listing(repository).files()

    def source(
        self,
        repository: str,
        path: str,
        *,
        projector: str | None = None,
        sha256: str | None = None,
        revision: str | None = None,
    ) -> Source:
        """What to download for one of `files()` or a catalogue entry, with the sizes and hashes the hub publishes.

        `sha256` is what the (first) file must have, at the commit `revision` or now: raises `HubChanged` when the hub
        publishes another. A projector that has been renamed there is found by what it is.
        """
        listing = self._listing(repository, revision)
        if listing.gated:
            raise HubRefused(name=repository, address=f"{self.address}/{repository}")
        shards = listing.shards(path)
        if not shards:
            raise NotOnHub(name=f"{repository}/{path}", host=web.host_of(self.address))
        published = listing.blobs[shards[0]].sha256
        if sha256 and published and sha256 != published:
            raise HubChanged(name=shards[0], host=web.host_of(self.address), have=published[:12], want=sha256[:12])
        files = [self._file(listing, name) for name in shards]
        if sha256:
            files[0] = File(files[0].url, files[0].name, files[0].size, sha256)
        eyes = listing.projector(projector) if projector else None
        if eyes is not None:
            files.append(self._file(listing, eyes))
        return Source(tuple(files), repository, listing.licence)

    def folder(
        self, repository: str, wanted: Callable[[str], bool], needed: str, *, revision: str | None = None
    ) -> Source:
        """Those files of a repository whose path is `wanted`, as a folder, the largest last; `needed` must be there.

        `wanted` must say no to a path that leads out of a folder. A `revision` that is gone is not replaced: raises
        `NotOnHub`.
        """
        listing = self._listing(repository, revision, wanted=wanted, or_now=False)
        if listing.gated:
            raise HubRefused(name=repository, address=f"{self.address}/{repository}")
        if needed not in listing.blobs:
            raise NotOnHub(name=f"{repository}/{needed}", host=web.host_of(self.address))
        if len(listing.blobs) > MOST_IN_FOLDER:
            raise self._strange(f"> {MOST_IN_FOLDER} files")
        files = [
            File(self._address(listing, path), path, blob.size or None, blob.sha256, gguf=False, blob=blob.number)
            for path, blob in sorted(listing.blobs.items(), key=lambda item: (item[1].size, item[0]))
        ]
        return Source(tuple(files), repository, listing.licence)

    def find(self, place: Place) -> Source:
        """The source that a user's words mean. Raises `FilesToChoose` when there are several."""
        if place.path:
            return self.source(place.repository, place.path)
        models = [file for file in self.files(place.repository) if not file.projector]
        if place.quantisation:
            models = [file for file in models if file.quantisation == place.quantisation.upper()]
        if not models:
            name = ":".join(word for word in (place.repository, place.quantisation) if word)
            raise NotOnHub(name=name, host=web.host_of(self.address))
        if len(models) > 1:
            raise FilesToChoose(repository=place.repository, files=", ".join(file.path for file in models))
        return self.source(place.repository, models[0].path)

    # ------------------------------------------------------------ asking

    def _listing(
        self,
        repository: str,
        revision: str | None = None,
        *,
        wanted: Callable[[str], bool] | None = None,
        or_now: bool = True,
    ) -> _Listing:
        if not REPOSITORY.fullmatch(repository):
            raise NotOnHub(name=repository, host=web.host_of(self.address))
        at = f"/revision/{revision}" if revision and REVISION.fullmatch(revision) else ""
        try:
            answer = self._ask(f"/api/models/{repository}{at}", {"blobs": "true"}, repository)
        except NotOnHub:
            if not at or not or_now:
                raise
            return self._listing(repository)  # its history was rewritten: the hash tells whether the file is the same
        if not isinstance(answer, dict) or not isinstance(answer.get("siblings"), list):
            raise self._strange("siblings")
        return _Listing(repository, answer, wanted or _is_model)

    def _ask(self, path: str, parameters: dict[str, str | list[str]], name: str) -> Any:
        status, answer = web.ask(self.address + path, parameters)
        host = web.host_of(self.address)
        match status:
            case 200:
                return answer
            case 401 | 404:  # the hub says 401 for what does not exist, too
                raise NotOnHub(name=name, host=host)
            case 403:
                raise HubRefused(name=name, address=f"{self.address}/{name}")
            case 429 | 500 | 502 | 503 | 504:
                raise HubBusy(host=host, status=str(status))
            case _:
                raise AnswerStrange(host=host, reason=f"HTTP {status}")

    def _file(self, listing: _Listing, path: str) -> File:
        name = plain_name(path)
        if name is None:
            raise self._strange("file name")
        blob = listing.blobs[path]
        return File(self._address(listing, path), name, blob.size or None, blob.sha256)

    def _address(self, listing: _Listing, path: str) -> str:
        return f"{self.address}/{listing.repository}/resolve/{listing.revision}/{quote(path)}"

    def _strange(self, reason: str) -> AnswerStrange:
        return AnswerStrange(host=web.host_of(self.address), reason=reason)


def place(text: str, address: str) -> Place | None:
    """What `text` means on the hub at `address`; None when it is nothing there.

    Understood are "owner/name", "owner/name/file.gguf", "owner/name:Q4_K_M", and the addresses of the hub's pages and
    downloads.
    """
    if "://" in text:
        if web.host_of(text) != web.host_of(address):
            return None
        parts = [unquote(part) for part in urlsplit(text).path.split("/") if part]
        if len(parts) > 4 and parts[2] in PAGE_PARTS:
            parts = parts[:2] + parts[4:]
        elif len(parts) > 2:
            parts = parts[:2]
        text = "/".join(parts)
    name, _, quantisation = text.partition(":")
    parts = name.split("/")
    repository, path = "/".join(parts[:2]), "/".join(parts[2:])
    if not REPOSITORY.fullmatch(repository) or (path and (quantisation or plain_name(path) is None)):
        return None
    return Place(repository, path, quantisation)


def quantisation_of(path: str) -> str:
    """The quantisation that a file's name tells: "Q4_K_M"; empty where it does not."""
    names = [match["name"].upper() for match in QUANTISATION.finditer(path.rpartition("/")[2])]
    return names[-1] if names else ""


# ---------------------------------------------------------------- what the hub says, checked


@dataclass(frozen=True, slots=True)
class _Blob:
    size: int
    sha256: str | None
    number: str | None  # git's, of a file that is kept in git itself


class _Listing:
    """A repository's wanted files at one commit."""

    def __init__(self, repository: str, answer: dict[str, Any], wanted: Callable[[str], bool]) -> None:
        self.repository = repository
        revision = answer.get("sha")
        self.revision = revision if isinstance(revision, str) and REVISION.fullmatch(revision) else "main"
        self.gated = answer.get("gated") not in (None, False)
        card = answer.get("cardData")
        self.licence = _licence(answer.get("tags"), card if isinstance(card, dict) else {})
        self.blobs = {
            record["rfilename"]: _blob(record)
            for record in answer["siblings"][:MOST_FILES]
            if isinstance(record, dict) and isinstance(path := record.get("rfilename"), str) and wanted(path)
        }

    def files(self) -> list[HubFile]:
        firsts = [path for path in self.blobs if (shard := SHARD.fullmatch(path)) is None or int(shard["number"]) == 1]
        found = []
        for path in firsts:
            shards = self.shards(path)
            if shards:
                blobs = [self.blobs[name] for name in shards]
                size = sum(blob.size for blob in blobs) if all(blob.size for blob in blobs) else 0
                sha256 = blobs[0].sha256 if len(blobs) == 1 else None
                quantisation = quantisation_of(path)
                found.append(
                    HubFile(self.repository, path, size, sha256, quantisation, _is_projector(path), len(shards))
                )
        return sorted(found, key=lambda file: (file.projector, file.size, file.path))

    def shards(self, path: str) -> list[str]:
        """All files of the model that begins with `path`, in order; none when one is missing.

        A name whose capitals have been changed on the hub is still that file.
        """
        if path not in self.blobs:
            path = next((name for name in self.blobs if name.lower() == path.lower()), "")
        shard = SHARD.fullmatch(path)
        if shard is None:
            return [path] if path else []
        count = int(shard["count"])
        names = [f"{shard['stem']}-{number:05}-of-{shard['count']}.gguf" for number in range(1, count + 1)]
        return names if count < MOST_FILES and all(name in self.blobs for name in names) else []

    def projector(self, path: str) -> str | None:
        """The projector of this name, or else the repository's best one."""
        if path in self.blobs:
            return path
        there = [name for name in self.blobs if _is_projector(name)]
        rank = {quantisation: number for number, quantisation in enumerate(PROJECTORS)}
        there.sort(key=lambda name: (rank.get(quantisation_of(name).lower(), len(rank)), name))
        return there[0] if there else None


def _found(record: dict[str, Any]) -> Found | None:
    repository = record.get("id")
    if not isinstance(repository, str) or not REPOSITORY.fullmatch(repository):
        return None
    updated = record.get("lastModified")
    return Found(
        repository=repository,
        downloads=_count(record.get("downloads")),
        likes=_count(record.get("likes")),
        licence=_licence(record.get("tags"), {}),
        gated=record.get("gated") not in (None, False),
        updated=updated[:10] if isinstance(updated, str) else "",
    )


def _blob(record: dict[str, Any]) -> _Blob:
    lfs, number = record.get("lfs"), record.get("blobId")
    if isinstance(lfs, dict):
        number = None  # of the pointer that git keeps in its place
    else:
        lfs = {}
    size, sha256 = _count(lfs.get("size")) or _count(record.get("size")), lfs.get("sha256")
    return _Blob(
        size=size if size < MOST_BYTES else 0,
        sha256=sha256 if isinstance(sha256, str) and SHA256.fullmatch(sha256) else None,
        number=number if isinstance(number, str) and BLOB.fullmatch(number) else None,
    )


def _is_model(path: str) -> bool:
    if ".." in path.split("/") or path.startswith("/"):
        return False
    name = plain_name(path)
    return name is not None and not name.lower().startswith(NO_MODELS)


def _is_projector(path: str) -> bool:
    return "mmproj" in path.rpartition("/")[2].lower()


def _licence(tags: Any, card: dict[str, Any]) -> str:
    """The licence as the repository names it: its own name where the hub's list has only "other"."""
    named = (
        next((tag[8:] for tag in tags if isinstance(tag, str) and tag.startswith("license:")), "")
        if isinstance(tags, list)
        else ""
    )
    own = card.get("license_name")
    return (own if named in ("", "other") and isinstance(own, str) else named)[:80]


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
