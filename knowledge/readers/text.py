"""Plain text in any encoding: Unicode by its marks and strictness, Korean by its syllables, the rest by statistics."""

from __future__ import annotations

import codecs
import re

from knowledge.readers.reading import NOT_TEXT, Reading, Section, Source

SAMPLE = 64 * 1024  # bytes that the statistics look at

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # but tab, line and form feed, escape
_HIGH = re.compile(rb"[\x80-\xff]")
_LETTERS = re.compile(r"[^\W\d_]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_SYLLABLES = re.compile("[가-힣]")


def read(source: Source) -> Reading:
    return Reading(None, iter([Section(decoded(source))]))


def decoded(source: Source) -> str:
    """The file's text. Raises `FileUnreadable` for binary data and for an encoding that cannot be told."""
    text = decode(source.read())
    if text is None:
        raise source.refused(NOT_TEXT)
    return text


def decode(data: bytes) -> str | None:
    """The text in `data`, or None when it is no text.

    In order: a byte-order mark; strict UTF-8; UTF-16 without a mark, by the place of its zero bytes; CP949 (which
    contains EUC-KR), when what comes out is Korean; else what charset-normalizer finds most likely.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data.decode(encoding, errors="replace"))
    if b"\x00" in data:
        unmarked = _utf16_by_zeros(data[:SAMPLE])
        return _text(data.decode(unmarked, errors="replace")) if unmarked else None
    if len(_CONTROL.findall(data[:SAMPLE])) > max(4, len(data[:SAMPLE]) // 100):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start > 0:  # only the last character is cut off
            return data.decode("utf-8", errors="ignore")
    korean = _korean(data)
    return korean if korean is not None else _likeliest(data)


def _utf16_by_zeros(sample: bytes) -> str | None:
    """UTF-16 without a mark has a zero in nearly every second byte of ASCII text, and on one side only."""
    pairs = len(sample) // 2
    high, low = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    for encoding, zeros, other in (("utf-16-le", low, high), ("utf-16-be", high, low)):
        if other == 0 and zeros >= max(1, pairs // 20):
            return encoding
    return None


def _text(text: str) -> str | None:
    """None where a hundredth of the characters is unreadable: that was no text."""
    strange = sum(text.count(character) for character in ("\ufffd", "\x00"))
    return text if strange * 100 <= len(text) else None


def _korean(data: bytes) -> str | None:
    """CP949 decodes a good deal of Chinese, Japanese and Western text too, but not to everyday Korean syllables.

    Everyday means: among the 2,350 syllables of KS X 1001, which EUC-KR can encode. Chinese comes out with many
    Hanja, Japanese with rare syllables, accented Western letters with rare syllables or not at all.
    """
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError as error:
        if error.start < len(data) - 2:
            return None
        text = data[: error.start].decode("cp949")
    foreign = _LETTERS.findall("".join(_NOT_ASCII.findall(text)))
    syllables = _SYLLABLES.findall("".join(foreign))
    everyday = "".join(syllables).encode("euc-kr", errors="ignore")
    if not syllables or len(syllables) < 0.8 * len(foreign) or len(everyday) < 2 * 0.9 * len(syllables):
        return None
    return text


def _likeliest(data: bytes) -> str | None:
    """What charset-normalizer ranks first; Western European where that is no worse, or there is too little to tell.

    Western European (CP1252, which contains Latin-1) is far the most common of these.
    """
    from charset_normalizer import from_bytes

    accented = len(_HIGH.findall(data[:SAMPLE]))
    if accented < 8 and accented * 5 < len(data):
        return data.decode("cp1252", errors="replace")
    ranked = list(from_bytes(data[:SAMPLE]))
    if not ranked:
        return None
    best = next(
        (
            match
            for match in ranked
            if match.encoding == "cp1252" and match.chaos <= ranked[0].chaos and match.coherence >= ranked[0].coherence
        ),
        ranked[0],
    )
    return _text(data.decode(best.encoding, errors="replace"))
