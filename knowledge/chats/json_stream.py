"""A file of JSON as the records in it, one after the other, so that its size does not matter.

The records are the members of the list at the top, or of the list under "conversations" and the like; of anything else
each value at the top is a record (one object, or an object a line). As much text is held as one record needs.
Python's own decoder reads a record; it also takes the NaN that Python writes and JSON does not know. A record that ends
beyond what was read so far looks like a broken one, so more is read, twice as much each time, until it is whole.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator
from typing import IO, Any

LARGEST_RECORD = 128 * 1024**2  # characters of JSON; a record is held in memory while it is stored
BLOCK = 1024**2  # bytes

_LIST = re.compile(r'\s*(?:\{\s*"(?:conversations|chats|data)"\s*:\s*)?\[')
_HEAD = 200  # characters, in which such a list begins
_SPACE = re.compile(r"\s*")
_NEAR_END = 16  # characters: a number, a word or an escape that is cut off is noticed so near before the cut


class NotJson(Exception):
    """No JSON, cut off, or nested beyond measure."""


class RecordTooLarge(Exception):
    """A record beyond all measure."""


def records(part: IO[bytes], read: Callable[[int], None] = lambda count: None) -> Iterator[Any]:
    """The records of `part`. `read` is told the number of bytes of each piece that was read.

    Raises `NotJson` or `RecordTooLarge`.
    """
    window = _Window(part, read)
    window.fill(_HEAD)
    if (opened := _LIST.match(window.text)) is None:
        yield from _values(window)
        return
    window.at = opened.end()
    separated = True
    while True:
        window.skip_space()
        if window.at == len(window.text):
            if not window.more():
                raise NotJson("the list does not end")
        elif window.text[window.at] == "]":
            return
        elif separated:
            yield window.record()
            separated = False
        elif window.text[window.at] == ",":
            window.at += 1
            separated = True
        else:
            raise NotJson("no comma between two records")


def _values(window: _Window) -> Iterator[Any]:
    while True:
        window.skip_space()
        if window.at < len(window.text):
            yield window.record()
        elif not window.more():
            return


class _Window:
    """The text that is held of a part; `at` is how far it was used."""

    def __init__(self, part: IO[bytes], read: Callable[[int], None]) -> None:
        self._part, self._read = part, read
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder(strict=False)
        self._ended = False
        self.text, self.at = "", 0

    def skip_space(self) -> None:
        found = _SPACE.match(self.text, self.at)
        assert found is not None
        self.at = found.end()

    def fill(self, least: int) -> None:
        while len(self.text) < least and self.more():
            pass

    def more(self) -> bool:
        """Hold more text, twice as much as is left; False at the end."""
        if self._ended:
            return False
        held = len(self.text) - self.at
        if held > LARGEST_RECORD:
            raise RecordTooLarge
        block = self._part.read(max(BLOCK, held))
        self._read(len(block))
        self._ended = not block
        try:
            self.text = self.text[self.at :] + self._decoder.decode(block, final=self._ended)
        except UnicodeDecodeError as error:
            raise NotJson("not UTF-8") from error
        self.at = 0
        return True

    def record(self) -> Any:
        while True:
            try:
                value, end = self._json.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                cut_off = error.pos >= len(self.text) - _NEAR_END or error.msg.startswith("Unterminated string")
                if not cut_off or not self.more():
                    raise NotJson(error.msg) from None
                continue
            except (ValueError, RecursionError) as error:  # a number of thousands of digits; brackets in brackets
                raise NotJson(type(error).__name__) from None
            if end == len(self.text) and self.more():  # a number may go on
                continue
            self.at = end
            return value
