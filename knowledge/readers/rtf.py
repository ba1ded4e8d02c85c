"""Rich text (RTF): paragraphs under headings, tables by rows, footnotes behind what cites them, in any code page.

RTF is a stream of control words in nested groups; what is written here follows Microsoft's published "Rich Text Format
Specification" 1.9.1. Groups that hold no text of the document (fonts, colours, pictures, data) are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from knowledge.readers.outline import Block, first_heading, in_one_line, sections
from knowledge.readers.reading import DAMAGED, Details, Reading, Source

MOST_GROUPS = 10_000  # within one another

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,40})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.DOTALL
)
_CHARSETS = {
    77: "mac-roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gb18030",
    136: "big5",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
}
_CHARACTERS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "—",
    "endash": "–",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
    "bullet": "•",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
}
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "\u00ad", b"\n": "\n", b"\r": "\n", b"\t": "\t"}
_PASSED_OVER = frozenset(
    "colortbl pict objdata objclass objname themedata colorschememapping datastore listtable listoverridetable rsidtbl "
    "generator xmlnstbl latentstyles filetbl revtbl fldinst formfield ffdeftext bkmkstart bkmkend atnid atndate "
    "atnref atntime nonesttables atnparent atrfstart atrfend nonshppict sp shpinst mmathPr pgptbl listpicture falt "
    "panose fname ftnsep ftnsepc aftnsep aftnsepc ftncn aftncn private passwordhash userprops xe tc tcn rxe blipuid "
    "wgrffmtfilter fchars lchars protusertbl defchp defpap oldcprops oldpprops oldtprops oldsprops".split()
)
_STARRED = frozenset(("annotation", "ud", "shppict", "shptxt", "shpinst", "atnauthor", "mmath", "moMath", "footnote"))
_INSIDE_SHAPES = frozenset(("shptxt",))
_NOTES = frozenset(("footnote", "annotation", "shptxt"))
_FURNITURE = frozenset("header headerl headerr headerf footer footerl footerr footerf".split())


@dataclass(slots=True)
class _Flow:
    """A stream of paragraphs: the body, a note, a header."""

    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    behind: list[Block] = field(default_factory=list)  # notes of the open paragraph
    cells: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """What a group's end sets back."""

    flow: _Flow | None  # None: passed over
    codec: str
    skip: int = 1  # characters after \\u that stand for it
    level: int | None = None
    place: str = ""  # "fonttbl", "stylesheet", "info" or one of its fields
    hidden: bool = False
    opens: bool = False  # the flow began with this group


def read(source: Source) -> Reading:
    data = source.read()
    if not re.search(rb"\\(?:rtf|par)", data[:1024]):
        raise source.refused(DAMAGED)
    document = _Document()
    document.take(data)
    found = [*document.body.blocks, *(Block(block.text) for block in document.furniture)]
    return Reading(
        in_one_line(document.info.get("title", "")) or first_heading(found),
        sections(found),
        Details(author=in_one_line(document.info.get("author", "")) or None),
    )


class _Document:
    """The document while its tokens go by."""

    def __init__(self) -> None:
        self.body = _Flow()
        self.furniture: list[Block] = []
        self.info: dict[str, str] = {}
        self._codec = "cp1252"  # where no font says otherwise
        self._fonts: dict[int, str] = {}
        self._font = 0  # being defined
        self._default_font = 0
        self._levels: dict[int, int] = {}  # of styles
        self._style: tuple[int, str] = (0, "")  # being defined
        self._bytes = bytearray()  # not yet decoded
        self._groups = [_Group(self.body, self._codec)]
        self._cited = 0  # footnotes so far
        self._skipping = 0  # characters that stand for one already taken
        self._star = self._fresh = False

    def take(self, data: bytes) -> None:
        place, end = 0, len(data)
        while place < end:
            token = _TOKEN.match(data, place)
            if token is None:
                place += 1
                continue
            place = token.end()
            word, number, byte, symbol, brace, text = token.groups()
            if word:
                name = word.decode()
                if name == "bin":
                    place += max(0, int(number or 0))
                else:
                    self._control(name, int(number) if number else None)
            elif byte:
                self._character(bytes((int(byte, 16),)))
            elif brace:
                self._brace(brace == b"{")
            elif symbol == b"*":
                self._star = True
            elif symbol in (b"\\", b"{", b"}"):
                self._character(symbol)
            elif symbol in _SYMBOLS:
                if symbol in (b"\n", b"\r"):
                    self._control("par", None)
                else:
                    self._say(_SYMBOLS[symbol])
            elif text:
                self._fresh = False
                skipped = min(self._skipping, len(text))
                self._skipping -= skipped
                self._bytes += text[skipped:]
        while len(self._groups) > 1:
            self._brace(opens=False)
        self._paragraph(self.body)
        self._table(self.body)

    # ------------------------------------------------------------ tokens

    def _brace(self, opens: bool) -> None:
        self._flush()
        self._skipping = 0
        if opens:
            if len(self._groups) >= MOST_GROUPS:
                raise ValueError("too many groups")
            self._groups.append(replace(self._groups[-1], opens=False))
            self._fresh = True
            self._star = False
            return
        if len(self._groups) == 1:
            return
        group = self._groups.pop()
        if group.opens and group.flow is not None:
            self._paragraph(group.flow)
            self._table(group.flow)
            outer = next((group.flow for group in reversed(self._groups) if group.flow is not None), None)
            if group.place in _FURNITURE:
                known = {block.text for block in self.furniture}
                self.furniture += [block for block in group.flow.blocks if block.text and block.text not in known]
            elif outer is not None:
                outer.behind += [Block(block.text) for block in group.flow.blocks]
        self._fresh = self._star = False

    def _character(self, byte: bytes) -> None:
        self._fresh = False
        if self._skipping:
            self._skipping -= 1
        else:
            self._bytes += byte

    def _control(self, word: str, number: int | None) -> None:
        self._flush()
        group = self._groups[-1]
        fresh, star = self._fresh, self._star
        self._fresh = self._star = False
        if fresh and self._destination(word, group, star):
            return
        if self._skipping and word in _CHARACTERS:
            self._skipping -= 1
            return
        flow = group.flow
        match word:
            case "u" if number is not None:
                self._say(chr(number % 0x10000))
                self._skipping = group.skip
                return
            case "uc":
                group.skip = number if number is not None and 0 <= number < 100 else 1
            case "ansicpg" if number:
                self._codec = _known(f"cp{number}") or self._codec
                group.codec = self._codec
            case "mac":
                self._codec = group.codec = "mac-roman"
            case "deff":
                self._default_font = number or 0
            case "f" if group.place == "fonttbl":
                self._font = number or 0
            case "fcharset" if number in _CHARSETS:
                self._fonts[self._font] = _CHARSETS[number]
            case "f":
                group.codec = self._fonts.get(number or 0, self._codec)
            case "plain":
                group.codec, group.hidden = self._fonts.get(self._default_font, self._codec), False
            case "s" if group.place == "stylesheet":
                self._style = (number or 0, "")
            case "outlinelevel" if group.place == "stylesheet":
                if number is not None and number < 9:
                    self._levels[self._style[0]] = number + 1
            case "s":
                group.level = self._levels.get(number or 0)
            case "outlinelevel":
                group.level = number + 1 if number is not None and number < 9 else None
            case "pard":
                group.level = None
            case "v":
                group.hidden = number != 0
            case "par" | "sect" | "page" if flow is not None and not group.place:
                self._paragraph(flow, group.level)
            case "par" if flow is not None and (group.place in _NOTES or group.place in _FURNITURE):
                self._paragraph(flow)
            case "cell" | "nestcell" if flow is not None:
                flow.cells.append(" ".join("".join(flow.words).split()))
                flow.cells += [" ".join(block.text.split()) for block in flow.behind]
                flow.words, flow.behind = [], []
            case "row" | "nestrow" if flow is not None:
                if any(flow.cells):
                    flow.rows.append(" | ".join(flow.cells))
                flow.cells = []
            case "chftn":
                inside = any(outer.place == "footnote" for outer in self._groups)
                self._cited += 0 if inside else 1
                self._say(f"[{self._cited}]")
            case _ if word in _CHARACTERS:
                self._say(_CHARACTERS[word])

    def _destination(self, word: str, group: _Group, star: bool) -> bool:
        """Whether the group, by its first word, is no part of the text that is open."""
        if group.flow is None and word not in _INSIDE_SHAPES:
            return True
        if word in ("fonttbl", "stylesheet", "info") or (group.place == "info" and word in ("title", "author")):
            group.place, group.flow = word, _Flow()
        elif group.place == "info":
            group.flow = None
        elif word in _NOTES or word in _FURNITURE:
            group.flow, group.place, group.opens, group.level = _Flow(), word, True, None
        elif (
            word in _PASSED_OVER
            or (star and word not in _STARRED)
            or (group.place == "stylesheet" and word in ("cs", "ts", "ds"))
        ):
            group.flow = None
        else:
            return False
        return True

    # ------------------------------------------------------------ text

    def _flush(self) -> None:
        if self._bytes:
            text = self._bytes.decode(self._groups[-1].codec, "replace")
            self._bytes.clear()
            self._say(text)

    def _say(self, text: str) -> None:
        self._flush()
        group = self._groups[-1]
        if group.place == "stylesheet":
            number, name = self._style
            self._style = (number, name + text)
            heading = re.match(r"(?i)(?:heading|제목|überschrift)\s*(\d)\s*;", self._style[1])
            if heading:
                self._levels.setdefault(number, int(heading[1]))
        elif group.place in ("title", "author"):
            self.info[group.place] = self.info.get(group.place, "") + text
        elif group.flow is not None and not group.hidden and group.place not in ("fonttbl", "info"):
            group.flow.words.append(text)

    def _paragraph(self, flow: _Flow, level: int | None = None) -> None:
        if flow.cells:  # a paragraph inside a table's cell
            flow.words.append("\n")
            return
        text = "".join(flow.words).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
        if text or flow.behind:
            self._table(flow)
            flow.blocks += [Block(text, level), *flow.behind]
        flow.words, flow.behind = [], []

    def _table(self, flow: _Flow) -> None:
        if flow.rows:
            flow.blocks.append(Block("\n".join(flow.rows)))
            flow.rows = []


def _known(codec: str) -> str | None:
    try:
        b"a".decode(codec)
    except LookupError:
        return None
    return codec
