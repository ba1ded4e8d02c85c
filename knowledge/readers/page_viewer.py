"""What a PDF's pages look like and where words stand on them, asked of a readers' process of its own.

That process is not believed: what it says is checked for shape and size, and a picture is taken as bare pixels.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from knowledge.errors import FileUnreadable
from knowledge.readers.pages import MOST_PIXELS
from knowledge.readers.reading import FATAL
from knowledge.readers.sandbox import Limits, Sandbox

LIMITS: Final = Limits(
    seconds=60.0, silent_seconds=30.0, memory=1536 * 1024**2, idle_memory=512 * 1024**2, patient=False
)
LONGEST_SIDE: Final = 100_000.0  # points
LEAST_SIDE: Final = 1.0

Share = tuple[float, float, float, float]  # left, top, right, bottom, from 0 to 1 of the page as it is shown
Shares = tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A page's pixels, row by row of `stride` bytes: blue, green, red, and a fourth byte without meaning for 4
    `channels`; grey for one."""

    width: int
    height: int
    stride: int
    channels: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Marks:
    """Where on a page stand: the lines of a text, each of its ranges, and each occurrence of the words looked for."""

    passage: Shares = ()
    matches: tuple[Shares, ...] = ()
    found: tuple[Shares, ...] = ()


class PageViewer:
    """Starts its process when asked for the first time; any thread may ask, one after the other. To be closed."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._sandbox = Sandbox(limits)
        self._guard = Lock()

    def sizes(self, path: Path, cancelled: Callable[[], bool] = lambda: False) -> list[tuple[float, float]]:
        """Width and height of each page as it is shown, in points. Raises `FileMissing`, `FileUnreadable`, `Cancelled`
        (as the other two do)."""
        frame = self._ask({"ask": "sizes", "path": str(path)}, cancelled)
        with _Believing(path):
            return [(_side(wide), _side(high)) for wide, high in frame["sizes"]]

    def picture(self, path: Path, page: int, width: int, cancelled: Callable[[], bool] = lambda: False) -> Picture:
        """Page `page` (from 1), `width` pixels wide; less where that were too many pixels."""
        frame = self._ask({"ask": "picture", "path": str(path), "page": page, "width": width}, cancelled)
        with _Believing(path):
            told = frame["picture"]
            wide, high, stride, channels = (int(told[name]) for name in ("width", "height", "stride", "channels"))
            if min(wide, high) < 1 or wide * high > 2 * MOST_PIXELS or channels not in {1, 3, 4}:
                raise ValueError(wide, high, channels)
            if not wide * channels <= stride <= wide * channels + 64:
                raise ValueError(stride)
            pixels = zlib.decompressobj().decompress(base64.b64decode(told["pixels"]), stride * high)
            if len(pixels) != stride * high:
                raise ValueError(len(pixels))
            return Picture(wide, high, stride, channels, pixels)

    def marks(
        self,
        path: Path,
        page: int,
        text: str,
        ranges: Sequence[tuple[int, int]],
        words: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Marks:
        """Where on page `page` `text` stands, which of `ranges` of it, and `words` as often as they are there."""
        request = {"ask": "marks", "path": str(path), "page": page, "text": text, "ranges": ranges, "words": words}
        frame = self._ask(request, cancelled)
        with _Believing(path):
            told = frame["marks"]
            return Marks(
                _shares(told["passage"]), tuple(map(_shares, told["matches"])), tuple(map(_shares, told["found"]))
            )

    def close(self) -> None:
        """End the process."""
        with self._guard:
            self._sandbox.close()

    def _ask(self, request: dict[str, Any], cancelled: Callable[[], bool]) -> dict[str, Any]:
        with self._guard:
            return self._sandbox.ask(request, cancelled)


class _Believing:
    """An answer of another shape than ours is the file's doing: raises `FileUnreadable`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TypeError | ValueError | LookupError | zlib.error | binascii.Error):
            raise FileUnreadable(path=str(self._path), reason=FATAL) from error


def _side(value: Any) -> float:
    return min(LONGEST_SIDE, max(LEAST_SIDE, float(value)))


def _shares(rectangles: Any) -> Shares:
    return tuple((_share(left), _share(top), _share(right), _share(bottom)) for left, top, right, bottom in rectangles)


def _share(value: Any) -> float:
    return min(1.0, max(0.0, float(value)))
