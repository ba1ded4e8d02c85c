"""ZIP archives: each file in it by its own reader, with limits on how many there are and how large they become."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import BinaryIO

from knowledge.errors import PartsLeftOut
from knowledge.readers.outline import in_one_line
from knowledge.readers.reading import DAMAGED, PROTECTED, TOO_LARGE, Enclosed, Reading, Source
from knowledge.readers.text import decode

MOST_FILES = 5_000
LARGEST_FILE = 256 * 1024**2  # bytes of one unpacked file
LARGEST_TOGETHER = 1024**3  # bytes of all unpacked files that are read
BOMB_RATIO, BOMB_SIZE = 200, 32 * 1024**2  # a larger file that was packed to less than a 200th holds nothing to read

_ENCRYPTED, _UTF8 = 1, 0x800  # bits of an entry's flags
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError)


def read(source: Source) -> Reading:
    file = source.open()
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        file.close()
        raise source.refused(DAMAGED) from error
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_hidden(_name(entry))]
    refused = None
    if len(entries) > MOST_FILES:
        refused = TOO_LARGE
    elif entries and all(entry.flag_bits & _ENCRYPTED for entry in entries):
        refused = PROTECTED
    if refused:
        archive.close()
        file.close()
        raise source.refused(refused)
    reading = Reading(None, iter(()))
    return Reading(None, _members(archive, file, entries, source, reading), notes=reading.notes)


def _members(
    archive: zipfile.ZipFile, opened: BinaryIO, entries: list[zipfile.ZipInfo], source: Source, reading: Reading
) -> Iterator[Enclosed]:
    from knowledge.readers.formats import is_known

    left_out: list[str] = []
    together = 0
    with opened, archive:
        for entry in entries:
            name = _name(entry)
            member = Source(f"{source.name}/{name}", b"", source.depth + 1)
            if not is_known(member):
                continue
            bomb = entry.file_size > BOMB_SIZE and entry.file_size > BOMB_RATIO * entry.compress_size
            together += 0 if bomb else entry.file_size
            if bomb or entry.flag_bits & _ENCRYPTED or entry.file_size > LARGEST_FILE or together > LARGEST_TOGETHER:
                left_out.append(name)
                continue
            try:
                with archive.open(entry) as file:
                    data = file.read(LARGEST_FILE + 1)
            except _BROKEN:
                left_out.append(name)
                continue
            if len(data) > LARGEST_FILE:
                left_out.append(name)
            elif data:
                yield Enclosed(Source(member.name, data, member.depth), in_one_line(name))
    if left_out:
        reading.notes.append(PartsLeftOut.naming(source.name, left_out))


def _name(entry: zipfile.ZipInfo) -> str:
    """Names that are not marked as UTF-8 are in the code page of whoever packed them: Korean Windows uses CP949."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        with suppress(UnicodeEncodeError):
            name = decode(name.encode("cp437")) or name
    return name.replace("\\", "/").lstrip("/")


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "~$", "__MACOSX")) for part in PurePosixPath(name).parts)
