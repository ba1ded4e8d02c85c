"""Hangul word processor files (HWP 5): text, tables, notes, headers, captions, text boxes and equations in order.

The compound file is opened by olefile. In it, DocInfo and the sections are streams of records (tag, level, size),
often deflated; what is written here follows Hancom's published description of the format ("한글 문서 파일 형식 5.0",
revision 1.3). Levels make the records a tree: a paragraph holds its text and its controls, and a control (a table, a
note, a picture's caption) holds paragraphs again. In the text, 8 code units stand where a control is anchored.
"""

from __future__ import annotations

import itertools
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from knowledge.readers.numbering import Numbering, Outline
from knowledge.readers.outline import LONGEST_HEADING, Block, first_heading, in_one_line, sections
from knowledge.readers.reading import (
    DAMAGED,
    DISTRIBUTED,
    OUTDATED,
    PROTECTED,
    RIGHTS,
    TOO_LARGE,
    Details,
    Reading,
    Source,
)

if TYPE_CHECKING:
    from olefile import OleFileIO

UNIX_EPOCH = 11_644_473_600  # seconds after the beginning of 1601, from which Windows counts
LARGEST_STREAM = 256 * 1024**2  # bytes, unpacked

_OLD = b"HWP Document File V"  # HWP 3 and before
_COMPRESSED, _PASSWORD, _DISTRIBUTION, _RIGHTS = 1 << 0, 1 << 1, 1 << 2, 1 << 4

_NUMBERING, _PARA_SHAPE, _STYLE = 23, 25, 26  # tags of DocInfo
_PARAGRAPH, _TEXT, _CONTROL, _LIST, _TABLE, _EQUATION = 66, 67, 71, 72, 77, 88  # tags of a section

_ONE_UNIT = frozenset((0, 10, 13, *range(24, 32)))  # control characters that take one code unit; the others take 8
_ANCHORS = frozenset((1, 2, 3, 11, 12, 14, 15, 16, 17, 18, 21, 22, 23))  # … and have a control record of their own
_UNITS = {9: "\t", 10: "\n", 24: "-", 30: "\u00a0", 31: " "}
_HEADING_STYLE = re.compile(r"(?:개요|outline|제목|heading)\s*(\d)", re.IGNORECASE)
_HANYANG = {0xF53A: "ᄒᆞᆫ"}  # the one syllable of Hancom's private ones that its own name made common


@dataclass(slots=True)
class _Record:
    tag: int
    data: bytes
    children: list[_Record] = field(default_factory=list)


@dataclass(slots=True)
class _Styles:
    """What DocInfo tells of paragraphs: heading levels by style, and numbering by paragraph shape."""

    levels: list[int | None] = field(default_factory=list)
    shapes: list[tuple[int, int, int]] = field(default_factory=list)  # kind of head, its level from 0, numbering from 1
    numberings: list[Outline] = field(default_factory=list)
    outline: int = 0  # the numbering of this section's headings, from 1
    counters: Numbering = field(default_factory=Numbering)


def read(source: Source) -> Reading:
    import olefile

    if source.start(len(_OLD)) == _OLD:
        raise source.refused(OUTDATED)
    with source.open() as file:
        try:
            with olefile.OleFileIO(file) as ole:
                header = _stream(ole, "FileHeader", source)
                if not header.startswith(b"HWP Document File") or len(header) < 40:
                    raise source.refused(DAMAGED)
                flags = struct.unpack_from("<I", header, 36)[0]
                for flag, reason in ((_PASSWORD, PROTECTED), (_DISTRIBUTION, DISTRIBUTED), (_RIGHTS, RIGHTS)):
                    if flags & flag:
                        raise source.refused(reason)
                packed = bool(flags & _COMPRESSED)
                title, details = _summary(ole)
                styles = _styles(_records(_unpacked(_stream(ole, "DocInfo", source), packed, source)))
                bodies = [_unpacked(_stream(ole, name, source), packed, source) for name in _section_names(ole)]
        except OSError as error:
            raise source.refused(DAMAGED) from error
    if not bodies:
        raise source.refused(DAMAGED)
    found = [block for body in bodies for block in _blocks(_records(body), styles)]
    return Reading(title or first_heading(found), sections(found), details)


# ---------------------------------------------------------------- the container


def _section_names(ole: OleFileIO) -> list[str]:
    names = ["/".join(parts) for parts in ole.listdir() if len(parts) == 2 and parts[0] == "BodyText"]
    return sorted(names, key=lambda name: (len(name), name))


def _stream(ole: OleFileIO, name: str, source: Source) -> bytes:
    if not ole.exists(name):
        raise source.refused(DAMAGED)
    if ole.get_size(name) > LARGEST_STREAM:
        raise source.refused(TOO_LARGE)
    return bytes(ole.openstream(name).read())


def _unpacked(data: bytes, packed: bool, source: Source) -> bytes:
    if not packed:
        return data
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        data = inflater.decompress(data, LARGEST_STREAM)
    except zlib.error as error:
        raise source.refused(DAMAGED) from error
    if inflater.unconsumed_tail:
        raise source.refused(TOO_LARGE)
    return data


def _summary(ole: OleFileIO) -> tuple[str | None, Details]:
    name = "\x05HwpSummaryInformation"
    if not ole.exists(name):
        return None, Details()
    found = ole.getproperties(name, convert_time=False)

    def text(id: int) -> str | None:
        value = found.get(id)
        value = value.decode("utf-16-le", "replace") if isinstance(value, bytes) else value
        return in_one_line(value.partition("\x00")[0]) or None if isinstance(value, str) else None

    def moment(id: int) -> str | None:
        value = found.get(id)
        if not isinstance(value, int) or not 0 < value < 2 * UNIX_EPOCH:  # olefile gives seconds since 1601
            return None
        return datetime.fromtimestamp(value - UNIX_EPOCH, UTC).isoformat(timespec="seconds")

    return text(2), Details(author=text(4), created=moment(12), changed=moment(13))


def _records(data: bytes) -> list[_Record]:
    """The stream as a tree. A record that goes beyond the stream's end ends it."""
    root: list[_Record] = []
    open_: list[tuple[int, list[_Record]]] = [(-1, root)]  # the levels down to here, and where their records go
    place = 0
    while place + 4 <= len(data):
        head = struct.unpack_from("<I", data, place)[0]
        tag, level, size = head & 0x3FF, head >> 10 & 0x3FF, head >> 20
        place += 4
        if size == 0xFFF:
            if place + 4 > len(data):
                break
            size = struct.unpack_from("<I", data, place)[0]
            place += 4
        if place + size > len(data):
            break
        record = _Record(tag, data[place : place + size])
        place += size
        while open_[-1][0] >= level:
            open_.pop()
        open_[-1][1].append(record)
        open_.append((level, record.children))
    return root


# ---------------------------------------------------------------- styles


def _styles(info: list[_Record]) -> _Styles:
    styles = _Styles()
    waiting = list(reversed(info))
    while waiting:
        record = waiting.pop()
        waiting += reversed(record.children)
        if record.tag == _STYLE:
            names, place = [], 0
            for _ in range(2):  # the Korean name, the English name
                name, place = _counted(record.data, place)
                names.append(name)
            level = next((int(found[1]) for name in names if (found := _HEADING_STYLE.match(name))), None)
            styles.levels.append(level)
        elif record.tag == _PARA_SHAPE and len(record.data) >= 32:
            properties = struct.unpack_from("<I", record.data)[0]
            numbering = struct.unpack_from("<H", record.data, 30)[0]
            styles.shapes.append((properties >> 23 & 3, properties >> 25 & 7, numbering))
        elif record.tag == _NUMBERING:
            styles.numberings.append(_numbering(record.data))
    return styles


def _numbering(data: bytes) -> Outline:
    """Seven levels: 12 bytes of layout with the numbers' shape, then the format ("^1.^2.") with its length."""
    kinds, formats, place = [], [], 0
    for _ in range(7):
        if place + 14 > len(data):
            break
        kinds.append(struct.unpack_from("<I", data, place)[0] >> 5 & 0xF)
        text, place = _counted(data, place + 12)
        formats.append(text)
    start = struct.unpack_from("<H", data, place)[0] if place + 2 <= len(data) else 1
    starts = [start] * 7
    if place + 2 + 4 * 7 <= len(data):
        starts = list(struct.unpack_from("<7I", data, place + 2))
    return Outline(tuple(kinds), tuple(formats), tuple(starts))


def _counted(data: bytes, place: int) -> tuple[str, int]:
    """A text behind its count of code units, and where it ends."""
    if place + 2 > len(data):
        return "", place
    end = place + 2 + 2 * struct.unpack_from("<H", data, place)[0]
    return data[place + 2 : end].decode("utf-16-le", "replace"), end


# ---------------------------------------------------------------- text


def _blocks(records: Sequence[_Record], styles: _Styles) -> Iterator[Block]:
    """Every paragraph below these records, in order."""
    for record in records:
        if record.tag == _PARAGRAPH:
            yield from _paragraph(record, styles)
        elif record.tag == _CONTROL:
            yield from _control(record, styles)
        else:
            yield from _blocks(record.children, styles)


def _paragraph(record: _Record, styles: _Styles) -> Iterator[Block]:
    """The paragraph; behind it what is anchored in it."""
    raw = next((child.data for child in record.children if child.tag == _TEXT), b"")
    controls = [child for child in record.children if child.tag == _CONTROL]
    for control in controls:
        if _kind(control) == "secd" and len(control.data) >= 20:
            styles.outline = struct.unpack_from("<H", control.data, 18)[0]
    text = "".join(_words(raw, iter(controls)))
    number, level = "", None
    if len(record.data) >= 11:
        shape, style = struct.unpack_from("<HB", record.data, 8)
        level = styles.levels[style] if style < len(styles.levels) else None
        kind, depth, outline = styles.shapes[shape] if shape < len(styles.shapes) else (0, 0, 0)
        if kind == 1 and level is None:
            level = depth + 1
        if kind in (1, 2) and text.strip():
            name = outline if kind == 2 else styles.outline
            shape_of_numbers = styles.numberings[name - 1] if 0 < name <= len(styles.numberings) else None
            number = styles.counters.next(shape_of_numbers, name, depth)
    if len(text.strip()) > LONGEST_HEADING:
        level = None  # outline numbers are given to whole paragraphs, too
    yield Block(f"{number} {text.strip()}" if number else text, level)
    rest = [child for child in record.children if child.tag != _CONTROL]
    yield from _blocks([*controls, *(child for child in rest if child.children)], styles)


def _words(raw: bytes, controls: Iterator[_Record]) -> Iterator[str]:
    """The text of a paragraph's code units; of its controls, those that stand for words are put in their place."""
    units = struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])
    start = place = 0
    while place < len(units):
        unit = units[place]
        if unit >= 32 and unit not in _HANYANG:
            place += 1
            continue
        yield raw[2 * start : 2 * place].decode("utf-16-le", "replace")
        if unit in _HANYANG:
            yield _HANYANG[unit]
        elif unit in _UNITS:
            yield _UNITS[unit]
        elif unit in _ANCHORS:
            control = next(controls, None)
            yield _in_line(control) if control is not None else ""
        place += 1 if unit >= 32 or unit in _ONE_UNIT else 8
        start = place
    yield raw[2 * start :].decode("utf-16-le", "replace")


def _in_line(control: _Record) -> str:
    """What a control says within its line: an equation's script, a number, a word with its gloss."""
    data = control.data
    match _kind(control):
        case "eqed":
            scripts = (child.data for child in _all(control) if child.tag == _EQUATION)
            return " ".join(_counted(data, 4)[0] for data in scripts)
        case "atno" if len(data) >= 10 and data[4] & 15:  # 0 is the page's number
            before, after = (chr(unit) for unit in struct.unpack_from("<2H", data, 12)) if len(data) >= 16 else ("", "")
            return f"{before}{struct.unpack_from('<H', data, 8)[0]}{after}".replace("\x00", "")
        case "tdut":
            main, place = _counted(data, 4)
            gloss = _counted(data, place)[0]
            return f"{main}({gloss})" if gloss else main
        case "tcps":
            return _counted(data, 4)[0]
        case "tbl " | "gso ":
            return " "  # what stands before and behind a table or a picture is not one word
    return ""


def _kind(control: _Record) -> str:
    """The control's name of four letters, which is stored as a little-endian number."""
    return control.data[3::-1].decode("latin-1") if len(control.data) >= 4 else ""


def _all(record: _Record) -> Iterator[_Record]:
    for child in record.children:
        yield child
        yield from _all(child)


def _control(control: _Record, styles: _Styles) -> Iterator[Block]:
    if _kind(control) == "tbl ":
        yield from _table(control, styles)
    else:
        yield from _blocks(control.children, styles)


def _table(control: _Record, styles: _Styles) -> Iterator[Block]:
    """A line for each row; the caption stands before."""
    place = next((n for n, child in enumerate(control.children) if child.tag == _TABLE), -1)
    yield from _blocks(control.children[: max(place, 0)], styles)
    cells: list[tuple[int, list[str]]] = []
    for child in control.children[place + 1 :]:
        if child.tag == _LIST and len(child.data) >= 12:
            cells.append((struct.unpack_from("<H", child.data, 10)[0], []))
        words = [block.text for block in _blocks([child], styles)]
        if cells:
            cells[-1][1].extend(words)
    lines = []
    for _, row in itertools.groupby(cells, key=lambda cell: cell[0]):
        texts = [" ".join(" ".join(words).split()) for _, words in row]
        if any(texts):
            lines.append(" | ".join(texts))
    yield Block("\n".join(lines))
