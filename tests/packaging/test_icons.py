"""The icon files are what their names say, and each is a drawing rather than an empty square."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer

ICONS = Path(__file__).resolve().parent.parent.parent / "assets" / "icons"


@pytest.mark.parametrize("size", [16, 24, 32, 48, 64, 128, 256, 512])
def test_png(size):
    image = QImage(str(ICONS / f"haema-{size}.png"))
    assert (image.width(), image.height()) == (size, size)
    assert image.pixelColor(0, 0).alpha() == 0 or size <= 24
    colours = {image.pixelColor(x, y).name() for x in range(size) for y in range(size)}
    assert len(colours) > 8


@pytest.mark.parametrize("name", ["haema", "haema-small", "haema-mark"])
def test_svg(name):
    assert QSvgRenderer(str(ICONS / f"{name}.svg")).isValid()


def test_the_mark_is_one_path_in_the_colour_of_the_text():
    mark = (ICONS / "haema-mark.svg").read_text(encoding="utf-8")
    assert re.findall(r"<path", mark) == ["<path"]
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', mark)) == {"currentColor"}


def test_ico_entries_point_at_png_images():
    data = (ICONS / "haema.ico").read_bytes()
    _, kind, count = struct.unpack_from("<HHH", data)
    assert (kind, count) == (1, 6)
    for number in range(count):
        length, offset = struct.unpack_from("<II", data, 6 + 16 * number + 8)
        assert data[offset : offset + 8] == b"\x89PNG\r\n\x1a\n"
        assert offset + length <= len(data)


def test_icns_is_as_long_as_it_says():
    data = (ICONS / "haema.icns").read_bytes()
    assert data[:4] == b"icns"
    assert struct.unpack_from(">I", data, 4)[0] == len(data)
