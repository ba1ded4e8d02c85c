"""A web page's main text under its headings: no scripts, no menus, nothing fetched. Parsed by lexbor (selectolax)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from knowledge.readers.numbering import OPEN_KINDS, shaped
from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.properties import iso_date
from knowledge.readers.reading import DAMAGED, NOT_TEXT, Details, Reading, Source
from knowledge.readers.text import decode

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

DEEPEST = 20_000  # elements within one another; the time to parse them grows with the square (3 minutes at 200,000)
MAIN_SHARE = 0.4  # an element marked as main content is taken for it when it holds this share of the page's text

_NEVER = "script, style, noscript, template, svg, math annotation, iframe, object, canvas, select, button, [hidden]"
_AROUND = "nav, footer, aside, [role=navigation], [role=search], [role=banner], [role=contentinfo], body > header"
_MAIN = "main, [role=main], article"
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_GROUPS = frozenset(("ul", "ol", "dl", "table"))
_PARAGRAPHS = _GROUPS.union(
    ("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dt"),
    ("fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "html", "li", "main", "menu"),
    ("nav", "p", "pre", "section", "summary", "tbody", "tfoot", "thead", "tr"),
)
_CELLS = frozenset(("td", "th"))
_ANCHORS = re.compile(r"\s*[¶§#🔗]+$")  # the links to themselves that documentation tools put behind headings
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE
)
_NUMBER_ALONE = re.compile(r"\s*\w{1,12}\. \s*")  # of a list's item whose words begin in a paragraph of their own
_SPACES = re.compile(r"\s+")
_TAGS = re.compile(r"<(/?)(?!(?:p|li|td|th|tr|dt|dd|br|hr|img|input|meta|link|area|col|option|source|wbr)\b)[a-zA-Z]")


def read(source: Source) -> Reading:
    text = _decoded(source.read())
    if text is None:
        raise source.refused(NOT_TEXT)
    if _depth(text) > DEEPEST:
        raise source.refused(DAMAGED)
    title, found = page(text)
    return Reading(title or first_heading(found), sections(found), _details(text))


def decoded_page(data: bytes) -> str | None:
    """The page's text; None for binary data, and for one that is nested too deep."""
    text = _decoded(data)
    return None if text is None or _depth(text) > DEEPEST else text


def page(text: str) -> tuple[str | None, list[Block]]:
    """The title and the blocks of the main content: the marked main part if it holds enough, else the whole body."""
    title, body = _opened(text)
    if body is None:
        return title, []
    whole = list(_blocks(body))
    for node in body.css(_AROUND):
        node.remove()
    enough = MAIN_SHARE * _letters(whole)
    candidates = [list(_blocks(node)) for node in body.css(_MAIN)[:50]]
    best = max(candidates, key=_letters, default=[])
    if _letters(best) >= enough:
        return title, best
    core = list(_blocks(body))
    return title, core if _letters(core) >= enough else whole


def whole_page(text: str) -> tuple[str | None, list[Block]]:
    """The title and the blocks of all of the page: in a book, everything is content."""
    title, body = _opened(text)
    return title, list(_blocks(body)) if body is not None else []


def _opened(text: str) -> tuple[str | None, LexborNode | None]:
    """The page's title and its body without what is never shown."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    heading = tree.css_first("head > title")
    title = _SPACES.sub(" ", heading.text()).strip() if heading is not None else ""
    body = tree.body
    for node in body.css(_NEVER) if body is not None else ():
        node.remove()
    return title or None, body


def _details(text: str) -> Details:
    """Who wrote the page when, by the names in use for that in its head; and its language."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    named: dict[str, str] = {}
    for meta in tree.css("head > meta"):
        name = (meta.attributes.get("name") or meta.attributes.get("property") or "").lower()
        named.setdefault(name, _SPACES.sub(" ", meta.attributes.get("content") or "").strip())
    root = tree.root
    return Details(
        author=named.get("author") or named.get("dc.creator") or None,
        created=iso_date(named.get("article:published_time") or named.get("dc.date") or named.get("date")),
        changed=iso_date(named.get("article:modified_time") or named.get("last-modified")),
        language=(root.attributes.get("lang") if root is not None else None) or None,
    )


def plain(text: str) -> str:
    """The words of a piece of HTML, one paragraph a line."""
    return "\n".join(block.text for block in page(text)[1])


def _decoded(data: bytes) -> str | None:
    """The page's text by its mark, its own declaration, or what the bytes look like, in this order."""
    declared = _DECLARED.search(data[:4096])
    if (
        declared
        and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        and b"\x00" not in data
    ):
        name = declared[1].decode("ascii").lower()
        name = "cp949" if name in {"euc-kr", "ks_c_5601-1987", "ks_c_5601", "korean"} else name  # as browsers read it
        try:
            return data.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass  # a false declaration is common; the bytes tell
    return decode(data)


def _depth(text: str) -> int:
    """How deep elements stand within one another at most, without those whose end is often left out."""
    return max(accumulate(-1 if tag[1] else 1 for tag in _TAGS.finditer(text)), default=0)


def _letters(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _blocks(root: LexborNode) -> Iterator[Block]:
    """Walk the tree in reading order, without recursion: pages may be nested deeper than Python's stack.

    Words run together until a paragraph-like element begins or ends. What a list or table holds stays together in
    one block, a line for each item or row, cells parted by " | ".
    """
    words: list[str] = []  # of the paragraph, item or row that is open
    lines: list[str] = []  # of the list or table that is open
    exact = groups = cells = 0  # how many <pre>, lists and tables, data cells are open
    counts: list[tuple[int, int] | None] = []  # of the lists that are open: the last number and its kind; None: none

    def line() -> str:
        text = "".join(words)
        words.clear()
        return text.strip("\n").rstrip() if exact else _SPACES.sub(" ", text).strip(" |")

    steps: list[tuple[LexborNode, bool]] = [(root, False)]  # a node, and whether it is being left
    while steps:
        node, leaving = steps.pop()
        if node.is_text_node:
            words.append(node.text_content or "")
            continue
        tag = node.tag or ""
        if tag in _HEADINGS:
            before = line()
            lines.extend([before] if before and not leaving else [])
            if lines:
                yield Block("\n".join(lines))
                lines = []
            if leaving and before:
                yield Block(_ANCHORS.sub("", before), _HEADINGS[tag])
        elif tag in _CELLS and _is_data(node):
            cells += -1 if leaving else 1
            words.append(" | " if leaving else " ")
        elif cells and tag not in _GROUPS:
            words.append(" ")
        elif tag in _PARAGRAPHS:
            if _NUMBER_ALONE.fullmatch("".join(words)) and not leaving:
                exact += 1 if tag == "pre" else 0
                groups += 1 if tag in _GROUPS else 0
                _count(node, leaving, counts, words)
                _push(node, steps)
                continue
            text = line()
            lines.extend([text] if text else [])
            exact += (-1 if leaving else 1) if tag == "pre" else 0
            groups += (-1 if leaving else 1) if tag in _GROUPS else 0
            _count(node, leaving, counts, words)
            if lines and not groups:
                yield Block("\n".join(lines))
                lines = []
        elif tag == "br" and not leaving:
            words.append("\n" if exact else " ")
        elif tag == "img" and not leaving:
            words.append(f" {node.attributes.get('alt') or ''} ")
        if not leaving and node.is_element_node:
            _push(node, steps)
    text = line()
    lines.extend([text] if text else [])
    if lines:
        yield Block("\n".join(lines))


def _push(node: LexborNode, steps: list[tuple[LexborNode, bool]]) -> None:
    steps.append((node, True))
    child = node.last_child
    while child is not None:
        steps.append((child, False))
        child = child.prev


def _count(node: LexborNode, leaving: bool, counts: list[tuple[int, int] | None], words: list[str]) -> None:
    """Keep the numbers of ordered lists, and write an item's before its words."""
    tag = node.tag
    if tag in ("ol", "ul", "menu"):
        if leaving:
            counts.pop()
        elif tag == "ol":
            start = node.attributes.get("start") or ""
            first = int(start) if start.isdecimal() and len(start) < 10 else 1
            counts.append((first - 1, OPEN_KINDS.get(node.attributes.get("type") or "1", 0)))
        else:
            counts.append(None)
    elif tag == "li" and not leaving and counts and counts[-1] is not None:
        number, kind = counts[-1]
        counts[-1] = (number + 1, kind)
        words.append(f"{shaped(number + 1, kind)}. ")


def _is_data(cell: LexborNode) -> bool:
    """Whether a table cell holds data; old pages lay out whole articles in table cells."""
    return cell.css_first("table, h1, h2, h3, h4, ul, ol, pre, p + p") is None
