"""Which reader reads which file: by its suffix, unless its first bytes say that it is of another format known here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from knowledge.readers import (
    archive,
    code,
    csv,
    docx,
    epub,
    html,
    hwp,
    hwpx,
    json,
    mail,
    markdown,
    odf,
    other,
    pdf,
    pptx,
    rst,
    rtf,
    sheets,
    subtitles,
    tex,
    text,
)
from knowledge.readers.reading import PROTECTED, Reading, Source

Reader = Callable[[Source], Reading]

_TEXTS = (text.read, markdown.read, html.read, csv.read, json.read, rst.read, tex.read, code.read, subtitles.read)
SUFFIXES: Mapping[str, Reader] = MappingProxyType(
    {
        **dict.fromkeys(code.SUFFIXES, code.read),
        **dict.fromkeys(other.TYPES, other.read),
        **dict.fromkeys((".txt", ".text", ".log", ".asc", ".nfo"), text.read),
        **dict.fromkeys((".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd", ".rmd"), markdown.read),
        **dict.fromkeys((".html", ".htm", ".xhtml", ".xht"), html.read),
        **dict.fromkeys((".rst", ".rest"), rst.read),
        **dict.fromkeys((".tex", ".latex", ".ltx"), tex.read),
        **dict.fromkeys((".csv", ".tsv", ".tab"), csv.read),
        **dict.fromkeys((".json", ".jsonl", ".ndjson", ".ipynb", ".geojson", ".webmanifest"), json.read),
        **dict.fromkeys((".srt", ".vtt"), subtitles.read),
        ".pdf": pdf.read,
        **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), docx.read),
        **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm"), pptx.read),
        **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".xlt"), sheets.read),
        **dict.fromkeys((".odt", ".ott", ".odm", ".ods", ".ots", ".odp", ".otp", ".odg"), odf.read),
        **dict.fromkeys((".fodt", ".fods", ".fodp"), odf.read),
        **dict.fromkeys((".hwp", ".hwt"), hwp.read),
        **dict.fromkeys((".hwpx", ".hwtx"), hwpx.read),
        ".epub": epub.read,
        ".rtf": rtf.read,
        ".eml": mail.read,
        **dict.fromkeys((".mbox", ".mbx"), mail.read_mailbox),
        ".zip": archive.read,
    }
)

_ZIP, _OLE, _PDF, _RTF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-", b"{\\rtf"
_PAGE = re.compile(rb"(?i)[\xef\xbb\xbf\s]*<(?:!doctype html|html)")
_STREAMS = {  # of a compound file: what marks whose file it is
    "FileHeader": ".hwp",
    "WordDocument": ".doc",
    "Workbook": ".xls",
    "Book": ".xls",
    "PowerPoint Document": ".ppt",
    "__properties_version1.0": ".msg",
}
_FOLDERS = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsx"}


def is_known(source: Source) -> bool:
    return source.suffix in SUFFIXES


def reader_of(source: Source) -> tuple[Reader, Source]:
    """The reader of the file's format, and the source under a name with that format's suffix.

    Raises `KeyError` when the suffix is unknown, and `FileUnreadable` for an office document under a password.
    """
    named = SUFFIXES[source.suffix]
    start = source.start(1024)
    suffix = source.suffix
    if start.startswith(_OLE):
        found = _of_compound(source)
        suffix = found if found and (named is other.read or SUFFIXES[found] is not named) else suffix
    elif start.startswith(_ZIP) and named in (hwp.read, other.read, rtf.read, pdf.read, *_TEXTS):
        suffix = _of_zip(source) or suffix
    elif start.startswith(_ZIP) and source.suffix in (".xls", ".xlt"):
        suffix = ".xlsx"
    elif start.startswith(_PDF) and named is not pdf.read:
        suffix = ".pdf"
    elif start.startswith(_RTF) and named in (other.read, docx.read, hwp.read):
        suffix = ".rtf"
    elif named in (other.read, sheets.read, hwp.read) and _PAGE.match(start):
        suffix = ".html"
    return SUFFIXES[suffix], source if suffix == source.suffix else replace(source, kind=suffix)


def _of_compound(source: Source) -> str | None:
    """The suffix that a compound file should have. Raises `FileUnreadable` for an encrypted office document."""
    import olefile

    with source.open() as file:
        try:
            with olefile.OleFileIO(file) as ole:
                names = {parts[0] for parts in ole.listdir(streams=True, storages=False)}
        except (OSError, ValueError, IndexError):  # broken: its own reader will say so
            return None
    if "EncryptedPackage" in names:
        raise source.refused(PROTECTED)
    return next((suffix for name, suffix in _STREAMS.items() if name in names), None)


def _of_zip(source: Source) -> str | None:
    from knowledge.readers.package import Package

    with Package(source) as package:
        kind = (package.read("mimetype") or b"").strip()
        names = package.names
    if kind.startswith(b"application/vnd.oasis.opendocument."):
        return ".odt"
    if kind == b"application/epub+zip":
        return ".epub"
    if kind.startswith(b"application/hwp") or "Contents/content.hpf" in names:
        return ".hwpx"
    return next((suffix for folder, suffix in _FOLDERS.items() if any(name.startswith(folder) for name in names)), None)
