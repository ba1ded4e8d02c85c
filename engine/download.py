"""Downloads that go on where they stopped, and that end with the file that was published or with none.

A file arrives in `<name>.part` and gets its name only when it is whole and its SHA-256 is right: the one the caller
knows, or else the one the hub publishes with the file (`X-Linked-Etag`); a file for which nobody published one is
walked through as a GGUF file instead, or, where it is no model, compared with the number that git gave its content. A
note beside the part says what it is a part of. A dropped connection is tried
again with growing pauses; the next start goes on from the part by a range (RFC 9110, section 14), after hashing what is
there. The server is not trusted: a range it ignores or names wrongly, a body too long, a page in place of a model are
seen as what they are.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal
from urllib.parse import unquote, urlsplit

from engine import gguf, web
from engine.errors import (
    AddressRefused,
    AnswerStrange,
    DiskFilled,
    DiskTooSmall,
    DownloadBroken,
    DownloadRunning,
    DownloadWrong,
    FolderRefuses,
    HubBusy,
    HubChanged,
    HubRefused,
    ModelTruncated,
    ModelUnsupported,
    NotAModel,
    NotOnHub,
    Unreachable,
)
from engine.gguf import in_words, in_words_exactly

if TYPE_CHECKING:
    import httpx

PART, NOTE = ".part", ".part.json"
RESERVE_BYTES = 500 << 20  # left free on the disk
SPEED_SECONDS = 5.0  # over which the speed is told
TELL_SECONDS = 0.25  # between two reports
GAIN_BYTES = 1 << 20  # a try that brought so much begins the counting anew
PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)  # seconds before a further try
LONGEST_PAUSE = 60.0  # seconds, where the server names one
SHA256 = re.compile(r"[0-9a-f]{64}")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
UNFIT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]')
FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True, slots=True)
class File:
    """One file to fetch."""

    url: str
    name: (
        str  # what it is called here; a plain file name, or of a folder's files the way to it: "1_Pooling/config.json"
    )
    size: int | None = None  # bytes; None: the server says
    sha256: str | None = None  # None: what the server publishes with it, if anything
    gguf: bool = True  # whether it must be one
    blob: str | None = None  # git's number for its content (a SHA-1), which the hub lists for small files


@dataclass(frozen=True, slots=True)
class Source:
    """A model to fetch: its file, or its shards in order; a projector that gives it eyes stands last. Or the files of a
    folder that is a model together."""

    files: tuple[File, ...]
    repository: str = ""  # empty for an address that is no hub's
    licence: str = ""

    @property
    def name(self) -> str:
        return self.files[0].name

    @property
    def size(self) -> int | None:
        """Bytes of all files together; None where one is not known."""
        sizes = [file.size for file in self.files if file.size is not None]
        return sum(sizes) if len(sizes) == len(self.files) else None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a download is; bytes over all files of the source."""

    step: Literal["connecting", "downloading", "checking", "waiting"]  # waiting: before the next try
    done: int
    total: int | None
    speed: float = 0.0  # bytes per second, lately
    seconds_left: float | None = None


def download(
    source: Source,
    folder: Path,
    *,
    stop: threading.Event,
    progress: Callable[[Progress], None] = lambda progress: None,
    pauses: tuple[float, ...] = PAUSES,
) -> tuple[File, ...] | None:
    """Fetch all files of `source` into `folder`; None when `stop` was set, and what has arrived is kept.

    Returned are the files with what is known of them now: their size, and the SHA-256 they were checked against (None
    where nobody published one). Raises an `EngineError` whose sentence says what to do.
    """
    fetched = []
    with _alone(folder / source.name), web.connection() as client, in_words_of_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
        meter = _Meter(source, progress)
        for file in source.files:
            (folder / file.name).parent.mkdir(exist_ok=True)
            fetch = _Fetch(client, file, folder, stop, meter, pauses)
            if not fetch.run():
                return None
            fetched.append(replace(file, size=fetch.have, sha256=fetch.expected))
    return tuple(fetched)


def discard(source: Source, folder: Path) -> None:
    """Remove what there is of a download that will not be gone on with. Raises `FolderRefuses`."""
    with in_words_of_disk(folder):
        for file in source.files:
            for suffix in (PART, NOTE):
                (folder / (file.name + suffix)).unlink(missing_ok=True)
        if not all((folder / file.name).exists() for file in source.files):  # shards alone are of no use
            for file in source.files:
                (folder / file.name).unlink(missing_ok=True)


def begun(source: Source, folder: Path) -> int:
    """Bytes of `source` that lie in `folder` already, in whole files and in parts."""
    names = [file.name + suffix for file in source.files for suffix in ("", PART)]
    return sum(_size(folder / name) for name in names)


def from_address(address: str) -> Source:
    """The file behind an address that is no hub's. Raises `AddressRefused`."""
    web.checked(address)
    name = plain_name(unquote(urlsplit(address).path))
    if name is None:
        raise AddressRefused(address=address)
    return Source((File(address, name),))


def plain_name(path: str) -> str | None:
    """The last part of a foreign path as the name of a GGUF file here; None where it cannot be one."""
    name = path.replace("\\", "/").rpartition("/")[2]
    fits = name.lower().endswith(".gguf") and 5 < len(name) <= 200 and not name.startswith((".", " "))
    return name if fits and not UNFIT_IN_NAMES.search(name) else None


# ---------------------------------------------------------------- one file


class _Lied(Exception):
    """The server said one thing and sent another; from the beginning it may be honest."""


class _Fetch:
    """One file on its way. `have` are the bytes of the part, which `_hash` has seen all."""

    def __init__(
        self,
        client: httpx.Client,
        file: File,
        folder: Path,
        stop: threading.Event,
        meter: _Meter,
        pauses: tuple[float, ...],
    ) -> None:
        self._client, self._file, self._stop, self._meter, self._pauses = client, file, stop, meter, pauses
        self._whole = folder / file.name
        self._part, self._note = folder / (file.name + PART), folder / (file.name + NOTE)
        self.expected = file.sha256
        self._total = file.size
        self._etag: str | None = None
        self.have = 0
        self._hash = hashlib.sha256()
        self._answered = False  # where nothing ever answered, trying on is only a wait for the same sentence
        self._wait: float | None = None  # seconds, as the server asked for

    def run(self) -> bool:
        """Fetch the file and give it its name; False when it was stopped."""
        if self._whole.exists() and self._is_there():
            return True
        self._take_up_part()
        failures, lies = 0, 0
        while not self._stop.is_set():
            before = self.have
            try:
                if not self._complete():
                    self._meter.tell("connecting", self.have)
                    self._receive()
                if self._complete():
                    return self._finish()
            except NotAModel:
                self._begin_anew()
                raise
            except _Lied as lie:
                lies += 1
                self._begin_anew()
                if lies > 1:
                    raise AnswerStrange(host=web.host_of(self._file.url), reason=str(lie)) from lie
            except web.Dropped as dropped:
                failures = 0 if self.have - before >= GAIN_BYTES else failures + 1
                if failures > (len(self._pauses) if self._answered else 1):
                    raise self._broken(dropped) from dropped
                pause = self._wait or self._pauses[max(0, failures - 1)]
                self._wait = None
                self._meter.tell("waiting", self.have)
                self._stop.wait(pause)
        return False

    # ------------------------------------------------------------ what is there already

    def _is_there(self) -> bool:
        """Whether the whole file lies here from an earlier download; a wrong one is replaced at the end."""
        size = _size(self._whole)
        right = self._total in (None, size) and (
            self._is_blob(self._whole) if self.expected is None else self._read(self._whole) == self.expected
        )
        self.have = size if right else 0
        if right:
            self._meter.finished(size)
        return right

    def _take_up_part(self) -> None:
        """Hash the part that is there, if the note says that it is one of this file."""
        self.have = _size(self._part)
        note = _read_note(self._note)
        same = note.get("published") == self.expected if self.expected else note.get("url") == self._file.url
        if not self.have or not same or (self._total is not None and self.have > self._total):
            self._begin_anew()
            return
        etag, published = note.get("etag"), note.get("published")
        self._etag = etag if isinstance(etag, str) else None
        if self.expected is None and isinstance(published, str) and SHA256.fullmatch(published):
            self.expected = published
        self._read(self._part)

    def _read(self, path: Path) -> str | None:
        """The SHA-256 of a file, which is then what `_hash` has seen; None when stopped."""
        self._hash, self.have = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                if self._stop.is_set():
                    return None
                self._hash.update(chunk)
                self.have += len(chunk)
                self._meter.tell("checking", self.have)
        return self._hash.hexdigest()

    def _begin_anew(self) -> None:
        self._part.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)
        self.have, self._hash, self._etag = 0, hashlib.sha256(), None

    def _complete(self) -> bool:
        return self._total is not None and self.have == self._total and self.have > 0

    # ------------------------------------------------------------ receiving

    def _receive(self) -> None:
        """One connection: ask for what is missing and append it. Raises `Dropped` when more is missing at its end."""
        headers = {}
        if self.have and (self.expected or self._etag):
            headers["Range"] = f"bytes={self.have}-"
            if (
                not self.expected and self._etag
            ):  # by a hash a changed file would be found out; by a tag it is asked for
                headers["If-Range"] = self._etag
        with web.get(self._client, self._file.url, headers, self._stop) as answer:
            self._answered = True
            if answer.status == 416 and answer.headers.get("content-range") == f"bytes */{self.have}":
                self._total = self.have  # the part was whole already
                return
            self._judge(answer)
            start = self._start(answer)
            self._learn(answer, start)
            self._check_disk()
            self._keep_note()
            with self._part.open("r+b" if start else "wb") as part:
                part.seek(start)
                self._append(part, answer)
        if self._stop.is_set():
            return
        if self._total is None:  # no length was named, and the body ended as it should
            self._total = self.have
        if not self._total:
            raise _Lied("0 bytes")
        if self.have < self._total:
            raise web.Dropped(Unreachable(host=answer.host))

    def _judge(self, answer: web.Answer) -> None:
        """Go on with 200 and 206 alone."""
        name, host = self._file.name, answer.host
        match answer.status:
            case 200 | 206:
                if answer.headers.get("content-encoding", "identity") != "identity":
                    raise AnswerStrange(host=host, reason=answer.headers["content-encoding"][:40])
            case 401 | 404 | 410:
                raise NotOnHub(name=name, host=web.host_of(self._file.url))
            case 403:
                raise HubRefused(name=name, address=self._file.url)
            case 416:
                raise _Lied("HTTP 416")
            case 408 | 425 | 429 | 500 | 502 | 503 | 504:
                self._wait = _seconds(answer.headers.get("retry-after"))
                raise _Busy(HubBusy(host=host, status=str(answer.status)))
            case _:
                raise AnswerStrange(host=host, reason=f"HTTP {answer.status}")

    def _start(self, answer: web.Answer) -> int:
        """Where the body begins: at the part's end, or, from a server that knows no ranges, at the file's beginning."""
        length = _number(answer.headers.get("content-length"))
        if answer.status == 200:
            self.have, self._hash = 0, hashlib.sha256()
            if length is not None and self._total not in (None, length):
                raise _Lied(f"{length:,} ≠ {self._total:,} bytes")
            self._total = length if self._total is None else self._total
            return 0
        named = RANGE.fullmatch(answer.headers.get("content-range", ""))
        if named is None:
            raise _Lied("Content-Range")
        first, last = int(named[1]), int(named[2])
        total = _number(named[3])
        ends_inside = first <= last and (total is None or last < total)
        if first != self.have or not ends_inside or (total is not None and self._total not in (None, total)):
            raise _Lied(answer.headers["content-range"][:60])
        if length is not None and length != last - first + 1:
            raise _Lied(f"Content-Length {length}")
        self._total = total if self._total is None else self._total
        return first

    def _learn(self, answer: web.Answer, start: int) -> None:
        """What the hub publishes with the file, and the tag by which the rest can be asked for later."""
        published = answer.told.get("x-linked-etag", "").strip('"').lower()
        if SHA256.fullmatch(published):
            if self.expected and published != self.expected:
                raise HubChanged(
                    name=self._file.name, host=web.host_of(self._file.url), have=published[:12], want=self.expected[:12]
                )
            self.expected = published
        etag = answer.headers.get("etag", "")
        if not start:
            self._etag = etag if etag.startswith('"') else None  # a weak one (W/"…") does not promise the same bytes
        self._meter.learn(self._file, self._total)

    def _append(self, part: BinaryIO, answer: web.Answer) -> None:
        head = b""
        try:
            for chunk in answer.chunks():
                if self._stop.is_set():
                    return
                if self._file.gguf and self.have < len(gguf.MAGIC):
                    head += chunk[: len(gguf.MAGIC)]
                    if not gguf.MAGIC.startswith(head[: len(gguf.MAGIC)]):
                        raise NotAModel(path=self._file.name)
                if self._total is not None and self.have + len(chunk) > self._total:
                    raise _Lied(f"> {self._total:,} bytes")
                part.write(chunk)
                self._hash.update(chunk)
                self.have += len(chunk)
                self._meter.tell("downloading", self.have)
        except web.Dropped:
            if self._stop.is_set():  # it was we who broke off
                return
            raise

    def _check_disk(self) -> None:
        if self._total is None:
            return
        free, need = shutil.disk_usage(self._part.parent).free, self._total - self.have + RESERVE_BYTES
        if free < need:
            raise DiskTooSmall(path=str(self._part.parent), free=in_words(free), need=in_words(need))

    def _keep_note(self) -> None:
        note = {"url": self._file.url, "published": self.expected, "etag": self._etag}
        self._note.write_text(json.dumps(note), encoding="utf-8")

    # ------------------------------------------------------------ the end

    def _finish(self) -> bool:
        """Check the file and give it its name. Raises `DownloadWrong`."""
        self._meter.tell("checking", self.have)
        if not (self._hash.hexdigest() == self.expected if self.expected else self._is_whole()):
            self._begin_anew()
            raise DownloadWrong(name=self._file.name)
        with self._part.open("rb+") as part:
            os.fsync(part.fileno())
        self._part.replace(self._whole)
        self._note.unlink(missing_ok=True)
        _sync_folder(self._whole.parent)
        self._meter.finished(self.have)
        return True

    def _is_whole(self) -> bool:
        """Without a hash to compare: whether all that the header promises is there, or git's number is right."""
        if not self._file.gguf:
            return self._is_blob(self._part)
        try:
            gguf.read(self._part)
        except (NotAModel, ModelTruncated):
            return False
        except ModelUnsupported:  # newer than what we can walk through; llama.cpp will judge it
            return True
        return True

    def _is_blob(self, path: Path) -> bool:
        """Whether a small file's content is the one that the hub lists, where it lists one."""
        if self._file.blob is None:
            return True
        # git's own way to number what it keeps; it finds accidents, not attacks
        number = hashlib.sha1(b"blob %d\0" % _size(path), usedforsecurity=False)
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                number.update(chunk)
        return number.hexdigest() == self._file.blob

    def _broken(self, dropped: web.Dropped) -> Exception:
        if isinstance(dropped, _Busy):
            return dropped.busy
        if not self.have:
            return dropped.cause
        need = in_words_exactly(self._total) if self._total else "?"
        return DownloadBroken(host=web.host_of(self._file.url), have=in_words_exactly(self.have), need=need)


class _Busy(web.Dropped):
    """The server asks us to come back later."""

    def __init__(self, busy: HubBusy) -> None:
        super().__init__(Unreachable(host=busy.facts["host"]))
        self.busy = busy


# ---------------------------------------------------------------- progress, disk, notes


class _Meter:
    """Tells how far the whole source is, a few times a second."""

    def __init__(self, source: Source, progress: Callable[[Progress], None]) -> None:
        self._sizes = {file.name: file.size for file in source.files}
        self._progress = progress
        self._before = 0  # bytes of the files that are done
        self._told = 0.0
        self._step = ""
        self._marks: list[tuple[float, int]] = []  # (when, bytes), of the last seconds

    def learn(self, file: File, size: int | None) -> None:
        self._sizes[file.name] = size

    def finished(self, size: int) -> None:
        self._before += size
        self._told = 0.0
        self.tell("downloading", 0)

    def tell(self, step: Literal["connecting", "downloading", "checking", "waiting"], have: int) -> None:
        now, done = time.monotonic(), self._before + have
        if step != self._step:
            self._step, self._told, self._marks = step, 0.0, []
        if now - self._told < TELL_SECONDS:
            return
        self._told = now
        self._marks = [mark for mark in self._marks if now - mark[0] <= SPEED_SECONDS] + [(now, done)]
        (since, then), total = self._marks[0], self._total()
        speed = max(0, done - then) / (now - since) if now > since else 0.0
        left = (total - done) / speed if total is not None and speed > 0 else None
        self._progress(Progress(step, done, total, speed if step == "downloading" else 0.0, left))

    def _total(self) -> int | None:
        sizes = [size for size in self._sizes.values() if size is not None]
        return sum(sizes) if len(sizes) == len(self._sizes) else None


_running: set[Path] = set()
_running_lock = threading.Lock()


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Two downloads of one file at once would write into the same part. Raises `DownloadRunning`."""
    with _running_lock:
        if target in _running:
            raise DownloadRunning(name=target.name)
        _running.add(target)
    try:
        yield
    finally:
        with _running_lock:
            _running.discard(target)


@contextmanager
def in_words_of_disk(folder: Path) -> Iterator[None]:
    """What the disk refuses, as a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL or getattr(error, "winerror", None) == 112:  # ERROR_DISK_FULL
            raise DiskFilled(path=str(folder)) from error
        raise FolderRefuses(path=str(folder), reason=error.strerror or type(error).__name__) from error


def _read_note(path: Path) -> Mapping[str, object]:
    """What the part beside it is a part of; nothing where that is not known any more (then it begins anew)."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _sync_folder(folder: Path) -> None:
    """Make the new name last through a power cut, where folders can be synced (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 20 else None


def _seconds(text: str | None) -> float | None:
    """A Retry-After in seconds (its other form, a date, is not worth a clock that may be wrong)."""
    number = _number(text)
    return None if number is None else min(float(number), LONGEST_PAUSE)
