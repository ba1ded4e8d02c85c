"""The words in what office programs draw: the paragraphs of shapes, charts by series, diagrams by points."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.readers.package import local

if TYPE_CHECKING:
    from lxml.etree import _Element

_FILE_NAME = re.compile(r"(?i)[^\n]{1,200}\.(?:png|jpe?g|gif|emf|wmf|tiff?|bmp|svg)")


def described(properties: _Element) -> str:
    """What the author wrote for those who cannot see the picture, unless it is its file's name."""
    text = str(properties.get("descr", "")).strip()
    return "" if _FILE_NAME.fullmatch(text) else text


def paragraphs(parent: _Element) -> Iterator[str]:
    for paragraph in parent.iter("{*}p"):
        words = []
        for part in paragraph.iter():
            match local(part):
                case "t":
                    words.append(part.text or "")
                case "br":
                    words.append("\n")
                case "tab":
                    words.append("\t" if local(part.getparent()) != "tabLst" else "")
        yield "".join(words)


def chart(root: _Element) -> Iterator[str]:
    """Titles, then a line for each series: its name, and its values by category."""
    for title in root.iter("{*}title"):
        yield " ".join(paragraphs(title))
    for series in root.iter("{*}ser"):
        names, categories, values = (
            [value.text or "" for value in series.iterfind(f"{{*}}{part}//{{*}}v")] for part in ("tx", "cat", "val")
        )
        pairs = [f"{category}: {value}" for category, value in zip(categories, values, strict=False)]
        yield " | ".join([*names, *(pairs or values)])


def diagram(root: _Element) -> Iterator[str]:
    for point in root.iter("{*}pt"):
        yield from (text for text in paragraphs(point) if text.strip())
