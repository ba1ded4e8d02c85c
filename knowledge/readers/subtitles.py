"""Subtitles (SRT, WebVTT): what is said, about a minute at a time, under the time at which it is said."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from knowledge.readers.reading import Enclosed, Reading, Section, Source
from knowledge.readers.text import decoded

STRETCH = 60.0  # seconds of one section

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_CUE = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_MARKUP = re.compile(r"</?[a-zA-Z][^>\n]{0,200}>|<\d[\d:.]*>|\{\\[^}\n]{0,80}\}")
_SPOKEN_BY = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>\n]{1,100})>")
_SETTINGS = ("WEBVTT", "NOTE", "STYLE", "REGION")


def read(source: Source) -> Reading:
    return Reading(None, _sections(decoded(source)))


def _sections(text: str) -> Iterator[Section | Enclosed]:
    lines: list[str] = []
    begin = end = 0.0
    for start, stop, words in _cues(text):
        if lines and stop - begin > STRETCH:
            yield Section("\n".join(lines), heading=f"{_clock(begin)}–{_clock(end)}")
            lines = []
        begin = start if not lines else begin
        end = stop
        if not lines or words != lines[-1]:  # captions that roll repeat their last line
            lines.append(words)
    if lines:
        yield Section("\n".join(lines), heading=f"{_clock(begin)}–{_clock(end)}")


def _cues(text: str) -> Iterator[tuple[float, float, str]]:
    """Start, end and words of each cue. What stands in no cue is the format's own."""
    for part in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        lines = part.strip("\n").split("\n")
        for number, line in enumerate(lines[:2]):
            if (times := _CUE.match(line)) and not lines[0].startswith(_SETTINGS):
                words = [_plain(line) for line in lines[number + 1 :]]
                yield _seconds(times.groups()[:4]), _seconds(times.groups()[4:]), " ".join(filter(None, words))
                break


def _plain(line: str) -> str:
    line = _SPOKEN_BY.sub(r"\1: ", line)
    return " ".join(html.unescape(_MARKUP.sub("", line)).split())


def _seconds(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + int(fraction) / float(10 ** len(fraction))


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
