"""KV states of recent conversations on the disk: which there are, whose they are, and how much room they take.

`<folder>/<fingerprint>/<conversation>.kv`, both names as hashes. A file is llama.cpp's own sequence state, tokens
included, with a seal behind it: the fingerprint of all that the state depends on, and a checksum. llama.cpp ends the
process over a file that is not what it says, so only one whose seal holds is ever given to it; any other is erased.
"""

from __future__ import annotations

import array
import hashlib
import logging
import os
import shutil
import struct
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

SEAL = struct.Struct("<8s32sQQI")  # magic, fingerprint, bytes before it, tokens, CRC 32 of what is before it
MAGIC = b"HaemaKV1"
HEAD = struct.Struct("<III")  # llama.cpp's: magic, version, tokens
SUFFIX, UNFINISHED = ".kv", ".part"
CHUNK = 1 << 20
HEADER_BYTES = 1 << 20  # of a model's file, that tell it from others of its size and time
UNUSED_DAYS = 30  # after so long a state is erased
DISK_SPARE = 1 << 30  # bytes that are never taken from a disk


@dataclass(frozen=True, slots=True)
class State:
    """A sealed file, as far as it was looked at: `tokens` are what it holds."""

    path: Path
    tokens: tuple[int, ...]


class States:
    """The files of one model as it is loaded now, in `folder`, with those of other models in it as guests."""

    def __init__(self, folder: Path, limit: int, fingerprint: bytes) -> None:
        """`limit` in bytes, of all models together. Erases what a killed process left, and what is long unused."""
        self._folder, self._limit, self._fingerprint = folder, limit, fingerprint
        self._own = folder / fingerprint.hex()[:16]
        for path in _files(folder, UNFINISHED):
            _erase(path)
        for path in _files(folder, SUFFIX):
            if time.time() - _used(path) > UNUSED_DAYS * 86400:
                _erase(path)

    def find(self, conversation: str) -> State | None:
        """The state of `conversation`, or None; only its tokens are read."""
        path = self._path(conversation)
        try:
            with path.open("rb") as file:
                size, count = self._seal(file.seek(-SEAL.size, os.SEEK_END), file.read())[:2]
                file.seek(0)
                head = file.read(HEAD.size)
                data = file.read(4 * count)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self._drop(path, error)
            return None
        if len(head) != HEAD.size or HEAD.unpack(head)[2] != count or HEAD.size + len(data) > size:
            self._drop(path, ValueError("its tokens are not there"))
            return None
        tokens = array.array("i", data)
        if sys.byteorder == "big":
            tokens.byteswap()
        return State(path, tuple(tokens))

    def whole(self, state: State) -> bool:
        """Whether the file is what was sealed; its checksum is made anew. Else it is erased."""
        try:
            with state.path.open("rb") as file:
                size, _, checksum = self._seal(file.seek(-SEAL.size, os.SEEK_END), file.read())
                file.seek(0)
                if _checksum(file.read, size) != checksum:
                    raise ValueError("its checksum is wrong")
            os.utime(state.path)  # the least recently used leave first
        except (OSError, ValueError) as error:
            self._drop(state.path, error)
            return False
        return True

    def keep(self, conversation: str, tokens: Sequence[int], size: int, save: Callable[[Path], bool]) -> bool:
        """Have `save` write a state of about `size` bytes, seal it, and put it in the place of the one before.

        False where there is no room for it or the disk refuses.
        """
        path = self._path(conversation)
        part = path.with_suffix(UNFINISHED)
        try:
            self._own.mkdir(parents=True, exist_ok=True)
            if not self._make_room(path, size):
                return False
            if not save(part):
                raise OSError("llama.cpp could not write it")
            with part.open("r+b") as file:
                length = os.fstat(file.fileno()).st_size
                checksum = _checksum(file.read, length)
                file.write(SEAL.pack(MAGIC, self._fingerprint, length, len(tokens), checksum))
            part.replace(path)
        except OSError as error:
            log.warning("a conversation's KV state is not kept: %s", error.strerror or error)
            _erase(part)
            return False
        return True

    def drop(self, state: State, reason: str) -> None:
        """Erase a state that turned out to be of no use."""
        self._drop(state.path, ValueError(reason))

    def _path(self, conversation: str) -> Path:
        return self._own / f"{_name(conversation)}{SUFFIX}"

    def _seal(self, at: int, data: bytes) -> tuple[int, int, int]:
        """The bytes, the tokens and the checksum that a seal at `at` tells of. Raises `ValueError`."""
        if len(data) != SEAL.size:
            raise ValueError("it is too short")
        magic, fingerprint, size, count, checksum = SEAL.unpack(data)
        if magic != MAGIC or fingerprint != self._fingerprint:
            raise ValueError("it is not of this model")
        if size != at or count * 4 + HEAD.size > size:
            raise ValueError("it is incomplete")
        return size, count, checksum

    def _drop(self, path: Path, error: Exception) -> None:
        log.warning("a KV state is erased: %s", getattr(error, "strerror", None) or error)
        _erase(path)

    def _make_room(self, path: Path, size: int) -> bool:
        """Erase states until one of `size` bytes fits: of other models first, then the least recently used."""
        size += SEAL.size
        if size > self._limit or shutil.disk_usage(self._own).free < size + DISK_SPARE:
            return False
        others = [other for other in _files(self._folder, SUFFIX) if other != path]
        others.sort(key=lambda other: (other.parent == self._own, _used(other)))
        total = size + sum(_size(other) for other in others)
        for other in others:
            if total <= self._limit:
                break
            total -= _size(other)
            _erase(other)
        return total <= self._limit


def fingerprint(files: Sequence[Path], *parts: object) -> bytes:
    """32 bytes that change when one of `files` (the model, its adapters) or one of `parts` does. Raises `OSError`."""
    hash = hashlib.sha256(repr(parts).encode())
    for path in files:
        found = path.stat()
        with path.open("rb") as file:
            hash.update(repr((found.st_size, found.st_mtime_ns)).encode() + file.read(HEADER_BYTES))
    return hash.digest()


def forget(folder: Path, conversations: Sequence[str]) -> None:
    """Erase the states of these conversations in `folder`, of all models."""
    names = {_name(conversation) for conversation in conversations}
    for path in (*_files(folder, SUFFIX), *_files(folder, UNFINISHED)) if names else ():
        if path.stem in names:
            _erase(path)


def _name(conversation: str) -> str:
    return hashlib.sha256(conversation.encode()).hexdigest()[:32]


def _files(folder: Path, suffix: str) -> Iterator[Path]:
    return iter(sorted(folder.glob(f"*/*{suffix}")))


def _used(path: Path) -> float:
    """When the state was written or read last, in Unix seconds."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _erase(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("a KV state cannot be erased: %s", error.strerror)


def _checksum(read: Callable[[int], bytes], size: int) -> int:
    checksum = 0
    while size and (chunk := read(min(CHUNK, size))):
        checksum = zlib.crc32(chunk, checksum)
        size -= len(chunk)
    if size:
        raise ValueError("it is incomplete")
    return checksum
