"""Writes Markdown into a Qt text document: block after block, words with their emphasis, links and citations.

An image is only its name. Of a text that goes on, only what stands behind a `Mark` is parsed and written again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextList,
    QTextListFormat,
)

from desktop.citing import OWN, OWN_END
from desktop.markdown_formats import (
    CHIP,
    CODE,
    GROUND,
    OWN_WORDS,
    PLACE,
    QUOTE,
    RULE,
    Type,
    block_format,
    list_format,
    px,
    table_format,
    thin,
)
from desktop.markdown_tokens import chunks, may_open, parser, rows
from desktop.theme import Size, Theme

if TYPE_CHECKING:
    from markdown_it.token import Token

SOURCE = "source"  # the scheme of a citation's own link: "source:3"
TABLE_COLUMNS, TABLE_ROWS = 24, 400  # larger tables are shown as the text they were written in
DEEPEST = 16  # levels of lists and quotations; what is deeper is shown as it was written (the parser would drop it)
PARAGRAPH_GAP, ITEM_GAP, HEADING_GAP = 12, 4, 20
PADDING = 12  # of a code block's ground
INDENT = 22  # of a list's level, and of a quotation's
_OWN_MARKS = re.compile(f"([{OWN}{OWN_END}])")
_MARKS = re.compile(
    r"\[(?P<cited>\d{1,3}(?:\s*,\s*\d{1,3})*)\]|(?P<address>https?://[^\s<>\"'`\[\]{}|\\^]*[^\s<>\"'`\[\]{}|\\^.,;:!?()])"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to where a text is written for good: its character, the document's position, and the padding still owed."""

    source: int = 0
    position: int = 0
    owed: int = 0


@dataclass(slots=True)
class _ListLevel:
    """An open list; its `list` begins with the first item that has a block."""

    format: QTextListFormat
    list: QTextList | None = None
    item_begins: bool = False


@dataclass(slots=True)
class Writer:
    """Writes tokens into the document, over whatever stands behind a mark."""

    document: QTextDocument
    theme: Theme
    type: Type
    places: frozenset[int]
    cursor: QTextCursor = field(init=False)
    fresh: bool = True  # the cursor stands in an empty block that nobody has written to
    owed: int = 0  # padding below the last block
    began: int | None = None  # where the present top-level block began
    lists: list[_ListLevel] = field(default_factory=list)
    quotes: int = 0
    heading: int = 0
    tight: bool = False

    def write(self, text: str, settled: Mark) -> Mark:
        """Write `text` from `settled` on; returns the mark before its last top-level block."""
        source = text[settled.source :]
        lines = [0]
        for line in source.split("\n"):
            lines.append(lines[-1] + len(line) + 1)
        self.cursor = cursor = QTextCursor(self.document)
        self.owed = settled.owed
        cursor.beginEditBlock()
        cursor.setPosition(settled.position)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        cursor.setBlockFormat(thin())
        for chunk in chunks(parser().parse(source)):
            owed = self.owed
            self._begin_chunk()
            if chunk[0].map is not None and max(token.level for token in chunk) >= DEEPEST:
                self._code(source[lines[chunk[0].map[0]] : lines[chunk[0].map[1]]].rstrip())
            elif chunk[0].type == "table_open":
                self._table(chunk)
            else:
                for token in chunk:
                    self._token(token)
            if self.began is not None and chunk[0].map is not None:
                settled = Mark(
                    settled.source if chunk[0].map[0] == 0 else len(text) - len(source) + lines[chunk[0].map[0]],
                    self.began,
                    owed,
                )
        cursor.endEditBlock()
        return settled

    def _begin_chunk(self) -> None:
        self.began = None

    def _token(self, token: Token) -> None:
        match token.type:
            case "paragraph_open":
                self.tight = token.hidden
            case "heading_open":
                self.heading = int(token.tag[1:])
            case "heading_close":
                self.heading = 0
            case "bullet_list_open" | "ordered_list_open":
                self.lists.append(_ListLevel(list_format(token, len(self.lists) + 1)))
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
            case "list_item_open":
                self.lists[-1].item_begins = True
            case "blockquote_open":
                self.quotes += 1
            case "blockquote_close":
                self.quotes -= 1
            case "inline":
                self._text(token)
            case "fence" | "code_block":
                self._code(token.content.rstrip("\n"))
            case "hr":
                self._block(HEADING_GAP, ground=RULE)
                format = self.cursor.blockFormat()
                format.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
                self.cursor.setBlockFormat(format)
            case _:
                pass

    # ------------------------------------------------------------ blocks

    def _block(self, gap: int, *, ground: str | None = None, padding: int = 0, size: int = Size.BODY) -> None:
        """Begin a block `gap` pixels below the last one."""
        format = block_format(self.theme, size)
        first = self.cursor.block().blockNumber() == 0 and self.fresh
        format.setTopMargin((0 if first else px(self.theme, gap)) + self.owed + padding)
        format.setBottomMargin(padding)
        format.setLeftMargin(self.quotes * px(self.theme, INDENT) + padding)
        format.setRightMargin(padding)
        if self.quotes and ground is None:
            ground = QUOTE
        if ground is not None:
            format.setProperty(GROUND, ground)
        level = self.lists[-1] if self.lists else None
        if level is not None and not level.item_begins:
            format.setIndent(len(self.lists))
        if self.fresh:
            self.cursor.setBlockFormat(format)
            self.cursor.setBlockCharFormat(self.type.body)
        else:
            self.cursor.insertBlock(format, self.type.body)
        self.fresh, self.owed = False, padding
        if self.began is None:
            self.began = self.cursor.position()
        if level is not None and level.item_begins:
            level.item_begins = False
            if level.list is None:
                level.list = self.cursor.createList(level.format)
            else:
                level.list.add(self.cursor.block())

    def _text(self, token: Token) -> None:
        """A paragraph, a heading or an item's words."""
        if self.heading:
            base = self.type.headings[min(self.heading, len(self.type.headings)) - 1]
            gap = HEADING_GAP if self.heading < 3 else PARAGRAPH_GAP + ITEM_GAP
            self._block(gap, size=round(base.font().pixelSize() / self.theme.scale))
        else:
            base = self.type.body
            self._block(ITEM_GAP if self.lists and self.tight else PARAGRAPH_GAP)
        _write_words(self.cursor, token.children or [], base, self.type, self.places)

    def _code(self, code: str) -> None:
        self._block(PARAGRAPH_GAP, ground=CODE, padding=px(self.theme, PADDING), size=Size.SECONDARY)
        self.cursor.setBlockCharFormat(self.type.code)
        self.cursor.insertText(_OWN_MARKS.sub("", code).replace("\n", "\u2028"), self.type.code)

    def _table(self, tokens: list[Token]) -> None:
        lines = rows(tokens)
        columns = max(map(len, lines), default=0)
        if columns > TABLE_COLUMNS or len(lines) > TABLE_ROWS:
            self._code("\n".join(" | ".join(cell.content for cell, _ in row) for row in lines))
            return
        owed = self.owed
        self._block(0)  # Qt keeps an empty block before a table and one behind it
        self.cursor.setBlockFormat(thin(px(self.theme, PARAGRAPH_GAP) + owed if self.began else 0))
        grid = self.cursor.insertTable(len(lines), columns, table_format(self.theme))
        for y, row in enumerate(lines):
            for x, (words, alignment) in enumerate(row):
                cell = grid.cellAt(y, x).firstCursorPosition()
                format = block_format(self.theme, Size.SECONDARY)
                format.setAlignment(alignment)
                cell.setBlockFormat(format)
                base = self.type.cell if y else self.type.cell_head
                _write_words(cell, words.children or [], base, self.type, self.places)
        self.cursor.setPosition(grid.lastPosition() + 1)
        self.cursor.setBlockFormat(thin())
        self.owed = 0


def _write_words(
    cursor: QTextCursor, tokens: list[Token], base: QTextCharFormat, type: Type, places: frozenset[int]
) -> None:
    """Words with their emphasis, links and citations."""
    stack, own = [base], False
    for token in tokens:
        format = QTextCharFormat(stack[-1])
        match token.type:
            case "text" | "text_special":
                for part in _OWN_MARKS.split(token.content):
                    if part in (OWN, OWN_END):
                        own = part == OWN
                    elif format.isAnchor():
                        cursor.insertText(part, format)
                    else:
                        _write_plain(cursor, part, _as_own(format) if own else format, type, places)
            case "code_inline":
                format.setFont(type.code.font())
                format.setProperty(GROUND, CODE)
                cursor.insertText(token.content, _as_own(format) if own else format)
            case "softbreak" | "hardbreak":
                cursor.insertText("\u2028", format)
            case "image":
                link = str(token.attrs.get("src", ""))
                _as_link(format, link, type)
                cursor.insertText(token.content or link, format)
            case "strong_open":
                format.setFontWeight(QFont.Weight.DemiBold)
            case "em_open":
                format.setFontItalic(True)
            case "s_open":
                format.setFontStrikeOut(True)
            case "link_open":
                _as_link(format, str(token.attrs.get("href", "")), type)
            case _:
                pass
        if token.nesting > 0:
            stack.append(format)
        elif token.nesting < 0:
            stack.pop()


def _write_plain(cursor: QTextCursor, text: str, format: QTextCharFormat, type: Type, places: frozenset[int]) -> None:
    """Text with its citations as chips and its bare addresses as links."""
    at = 0
    for found in _MARKS.finditer(text):
        numbers = [int(number) for number in found["cited"].split(",")] if found["cited"] else []
        if numbers and not places.issuperset(numbers):
            continue
        cursor.insertText(text[at : found.start()], format)
        at = found.end()
        for number in numbers:
            chip = QTextCharFormat(format)
            chip.setObjectType(CHIP)
            chip.setProperty(PLACE, number)
            chip.setAnchor(True)
            chip.setAnchorHref(f"{SOURCE}:{number}")
            chip.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
            cursor.insertText("\ufffc", chip)
        if not numbers:
            link = QTextCharFormat(format)
            _as_link(link, found["address"], type)
            cursor.insertText(found["address"], link)
    cursor.insertText(text[at:], format)


def _as_own(format: QTextCharFormat) -> QTextCharFormat:
    """Words that the document marks as the model's own, by dots below them."""
    own = QTextCharFormat(format)
    own.setProperty(OWN_WORDS, True)
    return own


def _as_link(format: QTextCharFormat, link: str, type: Type) -> None:
    if not may_open(link):
        return
    format.setAnchor(True)
    format.setAnchorHref(link)
    format.setForeground(QColor(type.accent))
    format.setFontUnderline(True)
