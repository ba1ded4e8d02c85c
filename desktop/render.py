"""Markdown from a model or an import, which nobody vouches for, as a Qt text document.

Raw HTML stays text, an image is only its name, a link keeps its words and is opened by a click alone, and then
only to http, https or mailto. `[1]` becomes a chip where the answer has a source 1. A growing answer is parsed from its
last block on, so that a repaint costs the same however long the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextLine,
    QTextList,
    QTextListFormat,
    QTextOption,
    QTextTableFormat,
)

from desktop.theme import Size, Theme

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

SCHEMES = ("http", "https", "mailto")
SOURCE = "source"  # the scheme of a citation's own link: "source:3"
PLAIN_ABOVE = 50_000  # characters; longer texts are shown as they are, without marks
TABLE_COLUMNS, TABLE_ROWS = 24, 400  # larger tables are shown as the text they were written in

DEEPEST = 16  # levels of lists and quotations; what is deeper is shown as it was written (the parser would drop it)
LONGEST = 1000  # letters without a space after which a line may break: Qt needs seconds for much longer ones

PARAGRAPH_GAP, ITEM_GAP, HEADING_GAP = 12, 4, 20
PADDING = 12  # of a code block's ground
INDENT = 22  # of a list's level, and of a quotation's

CHIP = QTextFormat.ObjectTypes.UserObject.value + 1
PLACE = QTextFormat.Property.UserProperty.value + 1  # a chip's number
GROUND = (
    QTextFormat.Property.UserProperty.value + 2
)  # what is painted behind a block or a piece: one of the words below
CODE, RULE, QUOTE, BULLET = "code", "rule", "quote", "bullet"

_MARKS = re.compile(
    r"\[(?P<cited>\d{1,3}(?:\s*,\s*\d{1,3})*)\]|(?P<address>https?://[^\s<>\"'`\[\]{}|\\^]*[^\s<>\"'`\[\]{}|\\^.,;:!?()])"
)
_OVERLONG = re.compile(rf"\S{{{LONGEST}}}")
_REACH = 100  # pixels by which a ground may stand out of its text
_CJK = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af]")


def may_open(link: str) -> bool:
    """Whether a click may hand `link` to the system: only web and mail addresses."""
    url = QUrl(link)
    return url.isValid() and url.scheme() in SCHEMES


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables and strike-through; imported late, since it takes some 30 ms."""
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline.emphasis import tokenize

    def emphasis(state: StateInline, silent: bool) -> bool:
        """`**"이름"**은` is bold: CommonMark wants a space after closing marks behind punctuation, Korean has none.

        As https://github.com/tats-u/markdown-cjk-friendly proposes for the standard.
        """
        known = len(state.delimiters)
        start = state.pos
        done = tokenize(state, silent)
        before = state.src[start - 1] if start else " "
        after = state.src[state.pos] if state.pos < state.posMax else " "
        for mark in state.delimiters[known:]:
            if chr(mark.marker) == "*" and not before.isspace() and not after.isspace():
                mark.open = mark.open or bool(_CJK.match(before))
                mark.close = mark.close or bool(_CJK.match(after))
        return done

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    parser.disable("reference")  # a model's "[1]: …" is a list of sources that must be seen, not a definition
    parser.inline.ruler.at("emphasis", emphasis)
    parser.validateLink = may_open  # type: ignore[assignment, method-assign] # markdown-it's own way to say it
    return parser


def warm_up() -> None:
    """Have the parser at hand before the first word comes."""
    _parser()


class MarkdownDocument(QTextDocument):
    """A document in the theme's type and colours. Loads nothing, neither from the net nor from the disk."""

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._type = _Type.of(theme)
        self._places: frozenset[int] = frozenset()
        self._source = ""
        self._settled = _Mark()
        self._chip = _Chip(theme, self._type.chip, self)
        self.documentLayout().registerHandler(CHIP, self._chip)
        self.setUndoRedoEnabled(False)
        self.setDocumentMargin(0)
        self.setIndentWidth(_px(theme, INDENT))
        self.setDefaultFont(self._type.body.font())
        option = self.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)  # Qt keeps Korean words whole
        option.setTabStopDistance(4 * QFontMetricsF(self._type.code.font()).horizontalAdvance(" "))
        self.setDefaultTextOption(option)

    def loadResource(self, type: int, name: QUrl | str) -> Any:  # noqa: ARG002, N802 - Qt's
        """Nothing: what a text asks for is never fetched."""
        return None

    def set_plain(self, text: str) -> None:
        """The text as it was typed, without marks."""
        self._source, self._settled, text = text, _Mark(), _breakable(text)
        self.clear()
        cursor = QTextCursor(self)
        cursor.beginEditBlock()
        cursor.setBlockFormat(_block_format(self._theme))
        cursor.insertText(text, self._type.body)
        cursor.endEditBlock()

    def set_markdown(self, markdown: str, places: Collection[int] = ()) -> None:
        """Show `markdown`, with a chip for each citation among `places`.

        Where it goes on from the text shown before, only its last block is parsed and written again.
        """
        text = _breakable(markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd"))
        if len(text) > PLAIN_ABOVE:
            self.set_plain(text)
            return
        settled, cited = self._settled, frozenset(places)
        if cited != self._places or text[: settled.source] != self._source[: settled.source]:
            self.clear()
            settled = _Mark()
        self._source, self._places = text, cited
        self._settled = _Writer(self, self._theme, self._type, cited).write(text, settled)

    def draw_grounds(self, painter: QPainter, clip: QRectF) -> None:
        """What lies behind the text within `clip`: the grounds of code, a quotation's bar, bullets, a rule."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        block = self.begin()
        while block.isValid():
            box = _box(block)
            if box.top() > clip.bottom() + _REACH:
                break
            if box.bottom() >= clip.top() - _REACH:
                self._draw_ground(painter, block, box)
            block = block.next()
        painter.restore()

    def _draw_ground(self, painter: QPainter, block: QTextBlock, box: QRectF) -> None:
        tokens, scale = self._theme.tokens, self._theme.scale
        match block.blockFormat().stringProperty(GROUND):
            case "code":
                painter.setPen(QColor(tokens.line))
                painter.setBrush(QColor(tokens.side))
                painter.drawRoundedRect(self.code_ground(block), Size.BUTTON_RADIUS, Size.BUTTON_RADIUS)
            case "rule":
                painter.fillRect(QRectF(0, box.top(), self.textWidth(), 1), QColor(tokens.line))
            case "quote":
                above = block.previous()
                joined = above.isValid() and above.blockFormat().stringProperty(GROUND) == QUOTE
                top = _box(above).bottom() if joined else box.top()
                left = block.blockFormat().leftMargin() - 14 * scale
                painter.fillRect(QRectF(left, top, 3, box.bottom() - top), QColor(tokens.line))
            case _:
                pass
        painter.setPen(Qt.PenStyle.NoPen)
        if _is_bullet(block):
            painter.setBrush(QColor(tokens.muted))
            line = block.layout().lineAt(0)
            middle = line.y() + line.ascent() - QFontMetricsF(self._type.body.font()).xHeight() / 2
            painter.drawEllipse(box.topLeft() + QPointF(line.x() - 12 * scale, middle), 2.5 * scale, 2.5 * scale)
        painter.setBrush(QColor(tokens.bubble))
        for piece in _code_pieces(block, box.topLeft()):
            painter.drawRoundedRect(piece, 4, 4)

    def code_ground(self, block: QTextBlock) -> QRectF:
        """The panel of a code block, in the document's coordinates."""
        box, pad = _box(block), _px(self._theme, PADDING)
        left = block.blockFormat().leftMargin() + block.blockFormat().indent() * self.indentWidth() - pad
        return QRectF(left + 0.5, box.top() - pad + 0.5, self.textWidth() - left - 1, box.height() + 2 * pad - 1)

    def code_blocks(self) -> Iterator[QTextBlock]:
        block = self.begin()
        while block.isValid():
            if block.blockFormat().property(GROUND) == CODE:
                yield block
            block = block.next()


def plain_text(selection: QTextCursor) -> str:
    """The selected words as one would type them: citations as `[1]`, list marks in place, line breaks as such."""
    document = selection.document()
    start, end = selection.selectionStart(), selection.selectionEnd()
    lines: list[str] = []
    block = document.findBlock(start)
    while block.isValid() and block.position() <= end:
        piece = QTextCursor(document)
        piece.setPosition(max(start, block.position()))
        piece.setPosition(min(end, block.position() + block.length() - 1), QTextCursor.MoveMode.KeepAnchor)
        words = _with_citations(piece)
        if block.textList() is not None and start <= block.position():
            words = f"{'•' if _is_bullet(block) else block.textList().itemText(block)} {words}"
        if words or block.length() > 1 or document.blockCount() == 1:
            lines.append(words)
        block = block.next()
    return "\n".join(lines)


def _is_bullet(block: QTextBlock) -> bool:
    """Whether the block is an item whose mark we paint ourselves: Qt's own bullets are coarse."""
    items = block.textList()
    return bool(items) and items.format().stringProperty(GROUND) == BULLET


_AS_TYPED = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\xa0": " "})


def _breakable(text: str) -> str:
    """With a place to break in endless words, by a space of no width."""
    return _OVERLONG.sub(lambda found: found[0] + "\u200b", text)


def _with_citations(selection: QTextCursor) -> str:
    text = selection.selectedText().translate(_AS_TYPED)
    if "\ufffc" not in text:
        return text.replace("\u200b", "")
    at = QTextCursor(selection.document())
    position, words = selection.selectionStart(), []
    for character in text:
        position += 2 if ord(character) > 0xFFFF else 1  # Qt counts UTF-16 units
        at.setPosition(position)
        words.append(f"[{at.charFormat().intProperty(PLACE)}]" if character == "\ufffc" else character)
    return "".join(words).replace("\u200b", "")


def _box(block: QTextBlock) -> QRectF:
    """The lines of a block as tall as they are set apart (Qt's own rectangle ends with the letters)."""
    rect = block.document().documentLayout().blockBoundingRect(block)
    return QRectF(rect.topLeft(), QSizeF(rect.width(), block.layout().lineCount() * block.blockFormat().lineHeight()))


def _code_pieces(block: QTextBlock, origin: QPointF) -> Iterator[QRectF]:
    """Where the inline code of a block lies, line by line."""
    layout, part = block.layout(), block.begin()
    while not part.atEnd():
        fragment = part.fragment()
        part += 1
        if fragment.charFormat().stringProperty(GROUND) != CODE:
            continue
        start = fragment.position() - block.position()
        end = start + fragment.length()
        metrics = QFontMetricsF(fragment.charFormat().font())
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            first, last = max(start, line.textStart()), min(end, line.textStart() + line.textLength())
            if first < last:
                left, right, top = _x(line, first), _x(line, last), line.y() + line.ascent() - metrics.ascent()
                yield QRectF(left, top, right - left, metrics.height()).translated(origin).adjusted(-3, 0, 3, 0)


def _x(line: QTextLine, position: int) -> float:
    """Where `position` of its block stands in a line (the binding returns it with the position)."""
    return float(cast(tuple[float, int], line.cursorToX(position))[0])


# ---------------------------------------------------------------- writing


@dataclass(frozen=True, slots=True)
class _Mark:
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
class _Writer:
    """Writes tokens into the document, over whatever stands behind a mark."""

    document: MarkdownDocument
    theme: Theme
    type: _Type
    places: frozenset[int]
    cursor: QTextCursor = field(init=False)
    fresh: bool = True  # the cursor stands in an empty block that nobody has written to
    owed: int = 0  # padding below the last block
    began: int | None = None  # where the present top-level block began
    lists: list[_ListLevel] = field(default_factory=list)
    quotes: int = 0
    heading: int = 0
    tight: bool = False

    def write(self, text: str, settled: _Mark) -> _Mark:
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
        cursor.setBlockFormat(_thin())
        for chunk in _chunks(_parser().parse(source)):
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
                settled = _Mark(
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
                self.lists.append(_ListLevel(_list_format(token, len(self.lists) + 1)))
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
        format = _block_format(self.theme, size)
        first = self.cursor.block().blockNumber() == 0 and self.fresh
        format.setTopMargin((0 if first else _px(self.theme, gap)) + self.owed + padding)
        format.setBottomMargin(padding)
        format.setLeftMargin(self.quotes * _px(self.theme, INDENT) + padding)
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
        self._block(PARAGRAPH_GAP, ground=CODE, padding=_px(self.theme, PADDING), size=Size.SECONDARY)
        self.cursor.setBlockCharFormat(self.type.code)
        self.cursor.insertText(code.replace("\n", "\u2028"), self.type.code)

    def _table(self, tokens: list[Token]) -> None:
        rows = _rows(tokens)
        columns = max(map(len, rows), default=0)
        if columns > TABLE_COLUMNS or len(rows) > TABLE_ROWS:
            self._code("\n".join(" | ".join(cell.content for cell, _ in row) for row in rows))
            return
        owed = self.owed
        self._block(0)  # Qt keeps an empty block before a table and one behind it
        self.cursor.setBlockFormat(_thin(_px(self.theme, PARAGRAPH_GAP) + owed if self.began else 0))
        grid = self.cursor.insertTable(len(rows), columns, _table_format(self.theme))
        for y, row in enumerate(rows):
            for x, (words, alignment) in enumerate(row):
                cell = grid.cellAt(y, x).firstCursorPosition()
                format = _block_format(self.theme, Size.SECONDARY)
                format.setAlignment(alignment)
                cell.setBlockFormat(format)
                base = self.type.cell if y else self.type.cell_head
                _write_words(cell, words.children or [], base, self.type, self.places)
        self.cursor.setPosition(grid.lastPosition() + 1)
        self.cursor.setBlockFormat(_thin())
        self.owed = 0


def _chunks(tokens: list[Token]) -> Iterator[list[Token]]:
    """The tokens of one top-level block after the other."""
    chunk: list[Token] = []
    for token in tokens:
        chunk.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield chunk
            chunk = []


def _rows(tokens: list[Token]) -> list[list[tuple[Token, Qt.AlignmentFlag]]]:
    """A table's cells with their alignment, the header first."""
    rows: list[list[tuple[Token, Qt.AlignmentFlag]]] = []
    alignment = Qt.AlignmentFlag.AlignLeft
    for token in tokens:
        match token.type:
            case "tr_open":
                rows.append([])
            case "th_open" | "td_open":
                alignment = _ALIGNMENTS.get(str(token.attrs.get("style", "")), Qt.AlignmentFlag.AlignLeft)
            case "inline":
                rows[-1].append((token, alignment))
            case _:
                pass
    return rows


_ALIGNMENTS = {"text-align:right": Qt.AlignmentFlag.AlignRight, "text-align:center": Qt.AlignmentFlag.AlignHCenter}


def _write_words(
    cursor: QTextCursor, tokens: list[Token], base: QTextCharFormat, type: _Type, places: frozenset[int]
) -> None:
    """Words with their emphasis, links and citations."""
    stack = [base]
    for token in tokens:
        format = QTextCharFormat(stack[-1])
        match token.type:
            case "text" | "text_special":
                if format.isAnchor():
                    cursor.insertText(token.content, format)
                else:
                    _write_plain(cursor, token.content, format, type, places)
            case "code_inline":
                format.setFont(type.code.font())
                format.setProperty(GROUND, CODE)
                cursor.insertText(token.content, format)
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


def _write_plain(cursor: QTextCursor, text: str, format: QTextCharFormat, type: _Type, places: frozenset[int]) -> None:
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


def _as_link(format: QTextCharFormat, link: str, type: _Type) -> None:
    if not may_open(link):
        return
    format.setAnchor(True)
    format.setAnchorHref(link)
    format.setForeground(QColor(type.accent))
    format.setFontUnderline(True)


# ---------------------------------------------------------------- formats


def _px(theme: Theme, pixels: float) -> int:
    """Pixels at the system's text size."""
    return round(pixels * theme.scale)


def _block_format(theme: Theme, size: int = Size.BODY) -> QTextBlockFormat:
    """Lines a fixed multiple of the type size apart, whichever font a script falls back to."""
    format = QTextBlockFormat()
    height = _px(theme, size * Size.LINE_HEIGHT / 100)
    format.setLineHeight(height, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    return format


@dataclass(frozen=True, slots=True)
class _Type:
    """The letters of a text, made once for a document; said outright, since a style sheet would change its default."""

    body: QTextCharFormat
    code: QTextCharFormat
    cell: QTextCharFormat
    cell_head: QTextCharFormat
    headings: tuple[QTextCharFormat, ...]
    chip: QFont
    accent: str

    @staticmethod
    def of(theme: Theme) -> _Type:
        def letters(size: float, *, bold: bool = False, monospace: bool = False) -> QTextCharFormat:
            format = QTextCharFormat()
            format.setFont(theme.font(round(size), bold=bold, monospace=monospace))
            return format

        return _Type(
            body=letters(Size.BODY),
            code=letters(Size.SECONDARY, monospace=True),
            cell=letters(Size.SECONDARY),
            cell_head=letters(Size.SECONDARY, bold=True),
            headings=tuple(letters(Size.TITLE * factor, bold=True) for factor in (1.2, 1.1, 1.0)),
            chip=theme.font(Size.CAPTION - 1, bold=True),
            accent=theme.tokens.accent,
        )


def _thin(above: int = 0) -> QTextBlockFormat:
    """A block without height, for those that Qt keeps around a table."""
    format = QTextBlockFormat()
    format.setLineHeight(0.01, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
    format.setTopMargin(above)
    return format


def _list_format(token: Token, depth: int) -> QTextListFormat:
    format = QTextListFormat()
    format.setIndent(depth)
    if token.type == "ordered_list_open":
        format.setStyle(QTextListFormat.Style.ListDecimal)
        format.setStart(int(token.attrs.get("start", 1)))
    else:
        format.setStyle(QTextListFormat.Style.ListStyleUndefined)
        format.setProperty(GROUND, BULLET)
    return format


def _table_format(theme: Theme) -> QTextTableFormat:
    format = QTextTableFormat()
    format.setBorder(1)
    format.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
    format.setBorderBrush(QBrush(QColor(theme.tokens.line)))
    format.setBorderCollapse(True)
    format.setCellPadding(_px(theme, 6))
    format.setCellSpacing(0)
    format.setHeaderRowCount(1)
    return format


class _Chip(QPyTextObject):
    """A citation: its number on a rounded ground, standing in the line like a word."""

    def __init__(self, theme: Theme, font: QFont, parent: QObject) -> None:
        super().__init__(parent)
        self._theme, self._font = theme, font

    def intrinsicSize(  # noqa: N802
        self,
        document: QTextDocument,  # noqa: ARG002
        position: int,  # noqa: ARG002
        format: QTextFormat,
    ) -> QSizeF:
        words = QFontMetricsF(self._font).horizontalAdvance(str(format.intProperty(PLACE)))
        height = float(_px(self._theme, Size.ICON))
        return QSizeF(max(height, words + _px(self._theme, 10)) + 4, height)

    def drawObject(  # noqa: N802
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        document: QTextDocument,  # noqa: ARG002
        position: int,  # noqa: ARG002
        format: QTextFormat,
    ) -> None:
        tokens = self._theme.tokens
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.soft))
        ground = QRectF(rect).adjusted(2, 1, -2, -1)
        painter.drawRoundedRect(ground, 5, 5)
        painter.setPen(QColor(tokens.accent))
        painter.setFont(self._font)
        painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, str(format.intProperty(PLACE)))
        painter.restore()
