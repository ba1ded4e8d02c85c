"""Pictures for the model: read safely from files and the clipboard, turned upright, no larger than a model can use.

A file is what its first bytes say, not its name, so that only decoders of plain pixels are ever asked; its size is read
from the header before anything is decoded, and a picture above `LONGEST_SIDE` is scaled while it is decoded.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from knowledge.history import Image

log = logging.getLogger(__name__)

SUFFIXES = {".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"}
BEGINNINGS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"BM", "bmp"))
AS_IT_IS = {"png", "jpeg"}  # llama.cpp reads these; the others are written anew as PNG
MOST_BYTES = 50_000_000
MOST_PIXELS = 120_000_000
LONGEST_SIDE = 2048
MOST_PICTURES = 8  # with one prompt

Reason = Literal["unreadable", "too_large", "missing"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A picture that cannot be shown to a model."""

    name: str
    reason: Reason


def is_picture(path: str) -> bool:
    """Whether the file's name is a picture's."""
    return Path(path).suffix.lower() in SUFFIXES


def pictures_and_others(paths: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files that are pictures by their names, and the other files and folders."""
    every = list(paths)
    pictures = [path for path in every if is_picture(path) and not Path(path).is_dir()]
    return pictures, [path for path in every if path not in pictures]


def read_picture(path: str) -> Image | Refused:
    """The picture in a file of the user's."""
    name = Path(path).name
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            return Refused(name, "too_large")
        data = Path(path).read_bytes()
    except OSError:
        return Refused(name, "missing")
    return prepared(name, data)


def prepared(name: str, data: bytes) -> Image | Refused:
    """The picture as a model gets it: upright, at most `LONGEST_SIDE` long, PNG or JPEG."""
    kind = _kind(data)
    if kind is None:
        return Refused(name, "unreadable")
    reader, held = _reader(data, kind)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return Refused(name, "unreadable")
    if size.width() * size.height() > MOST_PIXELS:
        return Refused(name, "too_large")
    upright = reader.transformation() == QImageIOHandler.Transformation.TransformationNone
    small = max(size.width(), size.height()) <= LONGEST_SIDE
    if not small:
        reader.setScaledSize(size.scaled(LONGEST_SIDE, LONGEST_SIDE, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    held.close()
    if image.isNull():
        return Refused(name, "unreadable")
    if kind in AS_IT_IS and upright and small:
        return Image(name, data)
    return Image(name, _written(image, "JPEG" if kind == "jpeg" else "PNG"))


def pasted(image: QImage) -> Image | Refused:
    """A picture from the clipboard."""
    if image.isNull():
        return Refused("", "unreadable")
    if max(image.width(), image.height()) > LONGEST_SIDE:
        image = image.scaled(
            QSize(LONGEST_SIDE, LONGEST_SIDE),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
    return Image("", _written(image, "PNG"))


def thumbnail(data: bytes, side: int) -> QImage:
    """The middle square of a picture, `side` pixels wide; null where it cannot be read."""
    kind = _kind(data)
    if kind is None:
        return QImage()
    reader, held = _reader(data, kind)
    size = reader.size()
    if not size.isValid() or size.isEmpty() or size.width() * size.height() > MOST_PIXELS:
        return QImage()
    reader.setScaledSize(size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
    image = reader.read()
    held.close()
    square = QRect(0, 0, side, side)
    square.moveCenter(image.rect().center())
    return image.copy(square) if not image.isNull() else image


def _kind(data: bytes) -> str | None:
    """What the first bytes say a picture is, by Qt's name for it."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for beginning, kind in BEGINNINGS if data.startswith(beginning)), None)


def _reader(data: bytes, kind: str) -> tuple[QImageReader, QBuffer]:
    """A reader of the bytes, and the buffer it reads from, which must outlive it."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind.encode()))
    reader.setAutoDetectImageFormat(False)
    reader.setAutoTransform(True)
    return reader, buffer


def _written(image: QImage, kind: Literal["PNG", "JPEG"]) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, kind, 92 if kind == "JPEG" else -1)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
