"""JSON, a line for each value behind its path; JSON by lines; and notebooks (IPYNB), cell by cell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from knowledge.readers.markdown import blocks as markdown_blocks
from knowledge.readers.outline import Block, first_heading, sections
from knowledge.readers.reading import Reading, Source
from knowledge.readers.text import decoded

MOST_VALUES = 2_000_000


def read(source: Source) -> Reading:
    text = decoded(source)
    if source.suffix in (".jsonl", ".ndjson"):
        return Reading(None, sections(_lines(text)))
    try:
        value = json.loads(text)
    except ValueError:  # with comments, several in a row, or cut off: still worth finding
        return Reading(None, sections(_lines(text)))
    if source.suffix == ".ipynb" and isinstance(value, dict):
        found = list(_notebook(value))
        return Reading(first_heading(found), sections(found))
    return Reading(None, sections(_blocks(value)))


def _lines(text: str) -> Iterator[Block]:
    for line in text.splitlines():
        try:
            yield from _blocks(json.loads(line))
        except ValueError:
            yield Block(line)


def _blocks(value: Any) -> Iterator[Block]:
    """A paragraph for each member of the outermost object or list."""
    match value:
        case dict():
            for key, member in value.items():
                yield Block("\n".join(_values(member, (str(key),))))
        case list():
            for member in value:
                yield Block("\n".join(_values(member, ())))
        case _:
            yield Block("\n".join(_values(value, ())))


def _values(value: Any, path: tuple[str, ...]) -> Iterator[str]:
    """A line for each value: "address.city: Seoul". Without recursion; json itself bounds the depth."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(value, path)]
    while waiting:
        value, path = waiting.pop()
        match value:
            case dict():
                waiting += [(member, (*path, str(key))) for key, member in reversed(value.items())]
            case list() if value and not any(isinstance(member, dict | list) for member in value):
                yield _named(path, ", ".join(_word(member) for member in value))
            case list():
                waiting += [(member, path) for member in reversed(value)]
            case _ if value not in (None, ""):
                yield _named(path, _word(value))


def _named(path: Sequence[str], words: str) -> str:
    return f"{'.'.join(path)}: {words}" if path else words


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _notebook(notebook: Mapping[str, Any]) -> Iterator[Block]:
    """Texts, programs and the words of their results."""
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else ():
        if not isinstance(cell, dict):
            continue
        source = _joined(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            yield from markdown_blocks(source)
            continue
        yield Block(source)
        for result in cell.get("outputs") or ():
            if isinstance(result, dict):
                data = result.get("data")
                text = result.get("text") or (data.get("text/plain") if isinstance(data, dict) else None)
                yield Block(_joined(text))


def _joined(lines: Any) -> str:
    return "".join(str(line) for line in lines) if isinstance(lines, list) else str(lines or "")
