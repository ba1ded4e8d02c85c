"""What an export consists of: a JSON file, a folder, or a ZIP as it was downloaded, with ZIPs in it.

Only the JSON parts are read whole, as streams; pictures one by one when a message shows them. Projects and documents
come before the conversations that belong to them, facts and marks after. A ZIP tells beforehand how large its parts
unpack, and one that unpacks beyond all measure is refused; Python stops at the size that was told.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from knowledge.errors import ExportUnknown, FileUnreadable
from knowledge.readers.reading import TOO_LARGE

LARGEST_UNPACKED = 64 * 1024**3  # bytes of all JSON in a ZIP
HIGHEST_RATIO = 300  # unpacked to packed; conversations reach some ten
LARGEST_PICTURE = 64 * 1024**2  # bytes
MOST_FILES = 500_000
DEPTH = 2  # of ZIPs in ZIPs
MEGABYTE = 1024**2

_TURN = ("haema", "project", "document", "conversation", "fact", "source", "mark")  # names, in order of reading
_ASSET = re.compile(r"file[-_][A-Za-z0-9]+")
_MAGIC = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM")


@dataclass(frozen=True, slots=True)
class Part:
    """A JSON file of the export. `size` in bytes, unpacked."""

    name: str
    size: int
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    @property
    def holds_conversations(self) -> bool:
        return "conversation" in self.name.rsplit("/", 1)[-1]


@dataclass(slots=True)
class Archive:
    """`parts` in the order of reading."""

    parts: list[Part] = field(default_factory=list)
    _assets: dict[str, Callable[[], AbstractContextManager[IO[bytes]]]] = field(default_factory=dict)

    def picture(self, name: str) -> bytes | None:
        """The picture's bytes, by the name or the id of its file; None when it is not there, or no picture."""
        if (opened := self._assets.get(name)) is None:
            return None
        with opened() as file:
            data = file.read(LARGEST_PICTURE + 1)
        webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
        return data if len(data) <= LARGEST_PICTURE and (webp or data.startswith(_MAGIC)) else None

    def add(self, name: str, size: int, opened: Callable[[], AbstractContextManager[IO[bytes]]]) -> None:
        if len(self.parts) + len(self._assets) > 4 * MOST_FILES:
            return
        if name.lower().endswith(".json"):
            self.parts.append(Part(name, size, opened))
            return
        base = name.rsplit("/", 1)[-1]
        for key in (name, base, base.rpartition(".")[0]):
            self._assets.setdefault(key, opened)
        if (asset := _ASSET.match(base)) is not None:
            self._assets.setdefault(asset[0], opened)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """The export at `path`. Raises `ExportUnknown`, `FileUnreadable`, `OSError`, `zipfile.BadZipFile`."""
    archive = Archive()
    with ExitStack() as stack:
        if path.is_dir():
            _add_folder(path, archive)
        elif zipfile.is_zipfile(path):
            _add_zip(stack.enter_context(zipfile.ZipFile(path)), path, archive, stack, DEPTH)
        else:
            archive.parts.append(Part(path.name, path.stat().st_size, partial(_open, path)))
        archive.parts.sort(key=lambda part: (_turn(part.name), part.name))
        yield archive


def _turn(name: str) -> int:
    last = name.lower().rsplit("/", 1)[-1]
    folder = name.lower().rpartition("/")[0].rsplit("/", 1)[-1]
    for number, begin in enumerate(_TURN):
        if last.startswith(begin) or folder == f"{begin}s":
            return number
    return len(_TURN)


def _open(file: Path) -> IO[bytes]:
    return file.open("rb")


def _add_folder(folder: Path, archive: Archive) -> None:
    for place, folders, names in os.walk(folder):  # links to folders are not followed
        folders.sort()
        for name in sorted(names):
            file = Path(place) / name
            if file.is_file() and not file.is_symlink():
                archive.add(file.relative_to(folder).as_posix(), file.stat().st_size, partial(_open, file))


def _add_zip(package: zipfile.ZipFile, path: Path, archive: Archive, stack: ExitStack, depth: int) -> None:
    entries = [entry for entry in package.infolist() if not entry.is_dir()]
    inner = [entry for entry in entries if entry.filename.lower().endswith(".zip")] if depth > 1 else []
    read = [entry for entry in entries if entry.filename.lower().endswith(".json")] + inner
    unpacked, packed = sum(entry.file_size for entry in read), sum(entry.compress_size for entry in read)
    if len(entries) > MOST_FILES or unpacked > LARGEST_UNPACKED or unpacked > max(HIGHEST_RATIO * packed, MEGABYTE):
        raise FileUnreadable(path=str(path), reason=TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in read):
        raise ExportUnknown(path=str(path))
    for entry in entries:
        if entry in inner:
            file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - it is closed with the archive
            with package.open(entry) as source:
                shutil.copyfileobj(source, file, MEGABYTE)
            if zipfile.is_zipfile(file):
                _add_zip(stack.enter_context(zipfile.ZipFile(file)), path, archive, stack, depth - 1)
        else:
            archive.add(entry.filename, entry.file_size, partial(package.open, entry))
