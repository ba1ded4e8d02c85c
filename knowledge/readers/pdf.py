"""PDF by pages, in the order in which the page draws its text, columns one after the other. Read by PDFium (pypdfium2).

A page without text that shows pictures is drawn and read by Tesseract, when that is installed. PDFium gives a page as
lines. Lines are put together to paragraphs here: a passage must not begin at every line, and a word broken at a line's
end must be found.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from knowledge.errors import KnowledgeError, PagesNotRecognised, PagesWithoutText
from knowledge.readers import ocr
from knowledge.readers.columns import by_columns
from knowledge.readers.outline import BETWEEN, in_one_line
from knowledge.readers.reading import DAMAGED, PROTECTED, TOO_LARGE, Details, Enclosed, Reading, Section, Source

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

MOST_PAGES = 50_000
MOST_BOOKMARKS = 20_000
MOST_FIELDS = 5_000  # of one page that are looked at
RECOGNITION_SECONDS = 300.0  # for all pages of one document that are pictures
RESOLUTION = 300.0  # dots per inch at which such a page is drawn
LONGEST_SIDE = 5_000.0  # dots

_ONE_AT_A_TIME = threading.Lock()  # PDFium is not thread-safe
_LIGATURES = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st"}
)
_BROKEN_WORD = re.compile("[\x02\ufffe](?:\r?\n)?")  # how PDFium marks a hyphen that breaks a word at a line's end
_IDEOGRAPHS = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d]")
_HANGUL = re.compile("[가-힣]")
_ENDS = re.compile(r"[.!?:;。！？…][\"'”’)\]]*$")
_STARTS_ITEM = re.compile(
    r"[•▪■□○●◦‣·*–—-]\s|\(?\d{1,3}[.)]\s|[①-⑳㉮-㉻]|[가나다라마바사아자차카타파하]\)\s|제\s?\d+\s?[조장절항]"
)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_NO_TITLE = re.compile(  # what programs write when nobody gave a title
    r"(?i)^(?:untitled\b.*|title|document\d*|powerpoint presentation|microsoft \w+ - .*"
    r"|.*\.(?:docx?|pptx?|xlsx?|hwpx?|pdf|dvi|tex|indd|qxd|fm))$"
)


def read(source: Source) -> Reading:
    import pypdfium2

    file = source.open()
    try:
        with _ONE_AT_A_TIME:
            document = pypdfium2.PdfDocument(file, autoclose=True)
            document.init_forms()
            title, details = _title(document), _details(document)
            headings = _headings(document)
            pages = len(document)
    except (pypdfium2.PdfiumError, ValueError) as error:
        file.close()
        raise source.refused(PROTECTED if "password" in str(error).lower() else DAMAGED) from error
    if pages > MOST_PAGES:
        document.close()
        raise source.refused(TOO_LARGE)
    notes: list[KnowledgeError] = []
    return Reading(title, _pages(document, pages, headings, source, notes), details, notes)


def _pages(
    document: PdfDocument, pages: int, headings: dict[int, str], source: Source, notes: list[KnowledgeError]
) -> Iterator[Section | Enclosed]:
    """One section a page. Pages that cannot be loaded, or show pictures without text, are left out and noted."""
    import pypdfium2

    heading: str | None = None
    broken, silent = 0, []
    recognition = _Recognition()
    try:
        for index in range(pages):
            heading = headings.get(index, heading)
            try:
                with _ONE_AT_A_TIME:
                    text = paragraphs(_text_of_page(document, index))
                    if not text.strip() and _shows_pictures(document, index):
                        text = recognition.text_of(document, index)
                        silent += [] if text.strip() else [index + 1]
            except pypdfium2.PdfiumError:
                broken += 1
                silent.append(index + 1)
                continue
            yield Section(text, page=index + 1, heading=heading)
    finally:
        with _ONE_AT_A_TIME:
            document.close()
    if pages and broken == pages:
        raise source.refused(DAMAGED)
    if silent:
        note = PagesNotRecognised if ocr.languages() else PagesWithoutText
        notes.append(note(path=source.name, pages=ranges(silent)))


class _Recognition:
    """Reads pictures of pages as long as the time for one document lasts."""

    def __init__(self) -> None:
        self._left = RECOGNITION_SECONDS

    def text_of(self, document: PdfDocument, index: int) -> str:
        """The text on the picture of the page; "" without Tesseract, in vain, or when there is no time left."""
        if self._left <= 0 or not ocr.languages():
            return ""
        begin = time.monotonic()
        page = document[index]
        try:
            longest = max(*page.get_size(), 1.0)
            image = page.render(scale=min(RESOLUTION / 72, LONGEST_SIDE / longest), grayscale=True)
            rows = bytes(image.buffer)
            grey = b"".join(rows[y * image.stride : y * image.stride + image.width] for y in range(image.height))
            return paragraphs(ocr.words(image.width, image.height, grey).replace("\x0c", ""))
        except subprocess.TimeoutExpired:
            return ""
        finally:
            page.close()
            self._left -= time.monotonic() - begin


def _shows_pictures(document: PdfDocument, index: int) -> bool:
    """Whether a page without text shows anything that may be a picture of text; an empty page does not."""
    page = document[index]
    try:
        return next(iter(page.get_objects(max_depth=4)), None) is not None
    finally:
        page.close()


def ranges(numbers: Sequence[int]) -> str:
    """Ascending numbers as people write them: "3–7, 9"."""
    parts: list[list[int]] = []
    for number in numbers:
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("–".join(map(str, part)) for part in parts)


def _text_of_page(document: PdfDocument, index: int) -> str:
    """The page's text; what was filled into fields or typed onto the page is drawn into it first."""
    page = whole_page(document, index)
    try:
        text = page.get_textpage()
        try:
            return by_columns(text) or str(text.get_text_range())
        finally:
            text.close()
    finally:
        page.close()


def whole_page(document: PdfDocument, index: int) -> PdfPage:
    """The page with what was filled into its fields or typed onto it; to be closed."""
    import pypdfium2.raw as pdfium

    page = document[index]
    if _has_written_fields(page):
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        page.close()
        page = document[index]
    return page


def _has_written_fields(page: PdfPage) -> bool:
    """Whether the page has fields of a form, or text and stamps that someone put on it."""
    import pypdfium2.raw as pdfium

    with_text = {pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP}
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), MOST_FIELDS)):
        field = pdfium.FPDFPage_GetAnnot(page, index)
        if field:
            kind = pdfium.FPDFAnnot_GetSubtype(field)
            pdfium.FPDFPage_CloseAnnot(field)
            if kind in with_text:
                return True
    return False


def _title(document: PdfDocument) -> str | None:
    """The title in the file's metadata, unless a program put a file name or nothing of worth there."""
    title = in_one_line(document.get_metadata_value("Title"))
    return None if _NO_TITLE.match(title) else title or None


def _details(document: PdfDocument) -> Details:
    author = in_one_line(document.get_metadata_value("Author"))
    created, changed = (_date(document.get_metadata_value(name)) for name in ("CreationDate", "ModDate"))
    return Details(author=author or None, created=created, changed=changed)


def _date(text: str) -> str | None:
    """PDF's dates ("D:20240501093000+09'00'") as ISO 8601, to the minute."""
    found = _DATE.match(text)
    if found is None:
        return None
    year, month, day, hour, minute = found.groups()
    return f"{year}-{month or '01'}-{day or '01'}" + (f"T{hour}:{minute}" if minute else "")


def _headings(document: PdfDocument) -> dict[int, str]:
    """The path of bookmarks of each page on which one begins; of several, the first."""
    found: dict[int, str] = {}
    path: list[str] = []
    for number, bookmark in enumerate(document.get_toc(max_depth=6)):
        if number >= MOST_BOOKMARKS:
            break
        path[bookmark.level :] = [in_one_line(bookmark.get_title())]
        target = bookmark.get_dest()
        page = target.get_index() if target is not None else None
        if page is not None:
            found.setdefault(page, BETWEEN.join(name for name in path if name))
    return {page: heading for page, heading in found.items() if heading}


def paragraphs(raw: str) -> str:
    """A page's lines joined to paragraphs, broken words made whole, ligatures taken apart.

    A line goes on in the next one when it is about as long as the page's lines are; a shorter one that ends a
    sentence ends its paragraph, and any other short one stands by itself. Korean lines that end within a word are
    joined without a space where the page shows (by the spaces that stand at its other lines' ends) that it breaks
    words; ideographs and kana always are.
    """
    raw = _BROKEN_WORD.sub("", raw.translate(_LIGATURES)).replace("\r\n", "\n").replace("\r", "\n")
    lines = [line for line in raw.split("\n") if line.strip()]
    if len(lines) < 2:
        return "\n".join(lines)
    lengths = [len(line.strip()) for line in lines]
    usual = statistics.quantiles(lengths, n=4, method="inclusive")[2]
    breaks_words = _breaks_korean_words(lines)
    text = [lines[0].strip()]
    for (line, length), (following, _) in pairwise(zip(lines, lengths, strict=True)):
        first, last = following.strip()[0], line.strip()[-1]
        if usual <= 2 and _IDEOGRAPHS.match(last) and _IDEOGRAPHS.match(first):
            between = ""  # vertical writing, a character a line
        elif usual >= 20 and length < 0.85 * usual and _ENDS.search(line.strip()):
            between = "\n\n"
        elif _STARTS_ITEM.match(following.strip()) or usual < 20 or length < 0.6 * usual:
            between = "\n"
        elif (_IDEOGRAPHS.match(last) and _IDEOGRAPHS.match(first)) or (
            breaks_words and _HANGUL.match(line[-1]) and _HANGUL.match(first)
        ):
            between = ""
        else:
            between = " "
        text += [between, following.strip()]
    return "".join(text)


def _breaks_korean_words(lines: list[str]) -> bool:
    """Whether a space at a line's end is kept on this page, so that its absence means a broken word."""
    korean = [line for line in lines[:-1] if _HANGUL.search(line[-4:])]
    return len(korean) > 4 and sum(line[-1].isspace() for line in korean) >= 0.3 * len(korean)
