"""Pages of a PDF for the eye: how large they are, what they look like, and where words stand on them. By PDFium.

Runs in the readers' process (`child.py`), for a PDF may be hostile; `page_viewer.py` asks. What goes back are numbers
and bare pixels: a picture file's decoder would be one more thing for a hostile document to attack.
"""

from __future__ import annotations

import base64
import ctypes
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from knowledge.errors import FileMissing
from knowledge.readers.alignment import NOWHERE, occurrences, places
from knowledge.readers.pdf import MOST_PAGES, whole_page
from knowledge.readers.reading import DAMAGED, NOT_ALLOWED, PROTECTED, TOO_LARGE, Source

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

MOST_PIXELS: Final = 24_000_000
MOST_LETTERS: Final = 200_000  # of one page that are looked at
FINE: Final = 100  # of a point: in whole numbers of this, PDFium says where something stands on the page as shown

Box = tuple[float, float, float, float]  # left, top, right, bottom, in points of the page as it is shown


class Pages:
    """Answers requests about pages; keeps the last document open, because they come page by page."""

    def __init__(self) -> None:
        self._key: tuple[str, int, float] | None = None
        self._document: PdfDocument | None = None

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The frame that answers; raises `FileUnreadable` or `FileMissing`."""
        import pypdfium2

        source = Source(str(request["path"]))
        try:
            document = self._opened(source)
            match request["ask"]:
                case "sizes":
                    return {"sizes": [document.get_page_size(index) for index in range(len(document))]}
                case "picture":
                    return {"picture": _picture(document, int(request["page"]) - 1, int(request["width"]))}
                case "marks":
                    marks = _marks(
                        document, int(request["page"]) - 1, request["text"], request["ranges"], request["words"]
                    )
                    return {"marks": marks}
                case _:
                    raise source.refused(DAMAGED)
        except (pypdfium2.PdfiumError, ValueError, IndexError) as error:
            raise source.refused(PROTECTED if "password" in str(error).lower() else DAMAGED) from error
        except FileNotFoundError as error:
            raise FileMissing(path=source.name) from error
        except OSError as error:
            raise source.refused(NOT_ALLOWED) from error

    def _opened(self, source: Source) -> PdfDocument:
        import pypdfium2

        found = Path(source.name).stat()
        key = (source.name, found.st_size, found.st_mtime)
        if self._document is None or key != self._key:
            if self._document is not None:
                self._document.close()
            self._document = None
            document = pypdfium2.PdfDocument(source.open(), autoclose=True)
            document.init_forms()
            if len(document) > MOST_PAGES:
                document.close()
                raise source.refused(TOO_LARGE)
            self._document, self._key = document, key
        return self._document


def _picture(document: PdfDocument, index: int, width: int) -> dict[str, Any]:
    """The page `width` pixels wide, less where it would have too many."""
    page = whole_page(document, index)
    try:
        wide, high = (max(side, 1.0) for side in page.get_size())
        width = max(1, min(width, int((MOST_PIXELS * wide / high) ** 0.5)))
        bitmap = page.render(scale=width / wide, may_draw_forms=True)
        return {
            "width": bitmap.width,
            "height": bitmap.height,
            "stride": bitmap.stride,
            "channels": bitmap.n_channels,
            "pixels": base64.b64encode(zlib.compress(bytes(bitmap.buffer), 1)).decode(),
        }
    finally:
        page.close()


# ---------------------------------------------------------------- where words stand


def _marks(
    document: PdfDocument, index: int, text: str, ranges: Sequence[Sequence[int]], words: str
) -> dict[str, list[Any]]:
    """Rectangles as shares of the page's width and height.

    `passage`: of the lines of `text` that stand here; `matches`: for each of the `ranges` of it, its rectangles
    (none, when it stands on another page); `found`: for each occurrence of `words`, its rectangles.
    """
    page = whole_page(document, index)
    try:
        text_page = page.get_textpage()
        try:
            signs, indexes = _signs(text_page)
            place = _Placing(page, text_page)
            here = places(text, signs)
            return {
                "passage": place.rectangles(indexes[at] for at in here if at != NOWHERE),
                "matches": [
                    place.rectangles(indexes[at] for at in here[start:end] if at != NOWHERE) for start, end in ranges
                ],
                "found": [place.rectangles(indexes[start:end]) for start, end in occurrences(words, signs)],
            }
        finally:
            text_page.close()
    finally:
        page.close()


def _signs(page: PdfTextPage) -> tuple[str, list[int]]:
    """The page's characters in the order in which they are drawn, and PDFium's number of each."""
    import pypdfium2.raw as pdfium

    signs: list[str] = []
    indexes: list[int] = []
    high = 0
    for index in range(min(page.count_chars(), MOST_LETTERS)):
        unit = pdfium.FPDFText_GetUnicode(page, index)
        if 0xD800 <= unit < 0xDC00:  # the first half of a character
            high = unit
            continue
        if 0xDC00 <= unit < 0xE000:
            unit = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) if high else 0xFFFD
        high = 0
        signs.append(chr(unit if unit <= 0x10FFFF else 0xFFFD))
        indexes.append(index)
    return "".join(signs), indexes


class _Placing:
    """From PDFium's characters to rectangles on the page as it is shown (cut and turned)."""

    def __init__(self, page: PdfPage, text: PdfTextPage) -> None:
        self._page, self._text = page, text
        self._wide, self._high = (max(side, 1.0) for side in page.get_size())

    def rectangles(self, characters: Iterable[int]) -> list[list[float]]:
        """One for each stretch of characters beside each other, as shares of the page."""
        boxes = [box for box in map(self._box, sorted(set(characters))) if box is not None]
        return [
            [
                round(share, 5)
                for share in (left / self._wide, top / self._high, right / self._wide, bottom / self._high)
            ]
            for left, top, right, bottom in _joined(boxes)
        ]

    def _box(self, character: int) -> Box | None:
        """The character's box, from the font's highest to its lowest; None for what has no extent."""
        import pypdfium2.raw as pdfium

        if chr(min(pdfium.FPDFText_GetUnicode(self._text, character), 0xFFFD)).isspace():
            return None
        rectangle = pdfium.FS_RECTF()
        if not pdfium.FPDFText_GetLooseCharBox(self._text, character, rectangle):
            return None
        x, y = ctypes.c_int(), ctypes.c_int()
        corners = []
        for across, up in ((rectangle.left, rectangle.top), (rectangle.right, rectangle.bottom)):
            pdfium.FPDF_PageToDevice(
                self._page, 0, 0, round(self._wide * FINE), round(self._high * FINE), 0, across, up, x, y
            )
            corners.append((x.value / FINE, y.value / FINE))
        (one, two), (three, four) = corners
        left, top = max(0.0, min(one, three)), max(0.0, min(two, four))
        right, bottom = min(self._wide, max(one, three)), min(self._high, max(two, four))
        return (left, top, right, bottom) if right - left > 0.1 and bottom - top > 0.1 else None


def _joined(boxes: Sequence[Box]) -> Iterator[Box]:
    """Neighbours in a line as one box, words with the space between them; a new line begins a new one."""
    stretch: Box | None = None
    before: Box | None = None
    for box in boxes:
        if stretch is not None and before is not None and _side_by_side(before, box):
            stretch = (
                min(stretch[0], box[0]),
                min(stretch[1], box[1]),
                max(stretch[2], box[2]),
                max(stretch[3], box[3]),
            )
        else:
            if stretch is not None:
                yield stretch
            stretch = box
        before = box
    if stretch is not None:
        yield stretch


def _side_by_side(one: Box, two: Box) -> bool:
    """Whether two boxes stand in one line, written across or, on a turned page, up or down."""
    for low, high in ((0, 1), (1, 0)):
        size = max(one[high + 2] - one[high], two[high + 2] - two[high])
        shared = min(one[high + 2], two[high + 2]) - max(one[high], two[high])
        apart = max(one[low], two[low]) - min(one[low + 2], two[low + 2])
        if shared > 0.5 * size and apart < 1.2 * size:
            return True
    return False
