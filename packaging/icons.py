"""Render the drawings of assets/icons/ to the PNG, ICO and ICNS files that systems ask for.

Run after a change of a drawing, with the environment's Python: `.venv/bin/python packaging/icons.py`.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "assets" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)  # pixels
SIMPLE_UP_TO = 32  # smaller than this the drawing without ribs and rays reads better
ICO_SIZES = (16, 24, 32, 48, 64, 256)
ICNS_TYPES = {
    b"icp4": 16,
    b"icp5": 32,
    b"ic11": 32,  # 16 at double density
    b"ic12": 64,
    b"ic07": 128,
    b"ic13": 256,
    b"ic08": 256,
    b"ic09": 512,
}


def main() -> None:
    images = {size: _rendered(size) for size in SIZES}
    for size, image in images.items():
        (FOLDER / f"haema-{size}.png").write_bytes(image)
    (FOLDER / "haema.ico").write_bytes(_ico({size: images[size] for size in ICO_SIZES}))
    (FOLDER / "haema.icns").write_bytes(_icns({kind: images[size] for kind, size in ICNS_TYPES.items()}))


def _rendered(size: int) -> bytes:
    """The drawing as a PNG of `size` pixels a side, transparent around it."""
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    drawing = "haema-small.svg" if size <= SIMPLE_UP_TO else "haema.svg"
    painter = QPainter(image)
    QSvgRenderer(str(FOLDER / drawing)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, b"PNG")
    return bytes(data.data())


def _ico(images: dict[int, bytes]) -> bytes:
    """An ICO file of PNG images (allowed since Windows Vista): header, one 16-byte entry each, then the images."""
    offset = 6 + 16 * len(images)
    entries = b""
    for size, image in images.items():
        entries += struct.pack("<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(image), offset)
        offset += len(image)
    return struct.pack("<HHH", 0, 1, len(images)) + entries + b"".join(images.values())


def _icns(images: dict[bytes, bytes]) -> bytes:
    """An ICNS file: each image behind its type and length."""
    body = b"".join(kind + struct.pack(">I", len(image) + 8) + image for kind, image in images.items())
    return b"icns" + struct.pack(">I", len(body) + 8) + body


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    main()
