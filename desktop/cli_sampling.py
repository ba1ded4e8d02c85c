"""The options of `haema ask` that say how an answer is drawn, made from the table that the window's panel comes from.

An answer is drawn as the conversation has it; `--preset` takes a preset in its place, and each option given changes
one value. Knows no Qt.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from desktop.errors import Failure
from desktop.home import Home
from desktop.sampling_options import OPTIONS, PRESETS, Option, preset_values, sampling_of
from engine.messages import Sampling
from knowledge.errors import FileMissing

NO_PRESET = "There is no preset “{preset}”. Choose one of: {presets}."


def declare(command: argparse.ArgumentParser) -> None:
    """Add `--preset` and one option for each field of `Sampling` that people set."""
    command.add_argument("--preset", metavar="NAME", help=f"{', '.join(PRESETS)}, or one of your own")
    for option in OPTIONS:
        more: dict[str, Any] = {"action": "append"} if option.kind == "words" else {"type": _reader(option)}
        help = option.help.replace("; separate them by commas", ", given once for each")
        command.add_argument(option.flag, metavar=option.metavar, help=f"{option.label}: {help}", **more)


def sampling(options: argparse.Namespace, home: Home, conversation: str) -> Sampling:
    """How an answer in this conversation is drawn. Raises `FileMissing`, or `Failure` where there is no such preset."""
    base = home.style(conversation).sampling
    if options.preset is not None:
        own = home.settings.presets
        values = preset_values(options.preset, own)
        if values is None:
            names = ", ".join((*PRESETS, *own))
            raise Failure("PresetMissing", NO_PRESET, {"preset": options.preset, "presets": names})
        base = sampling_of(values)
    given = {option.name: getattr(options, option.name) for option in OPTIONS}
    changed = {name: value for name, value in given.items() if value is not None}
    if "stop" in changed:
        changed["stop"] = tuple(changed["stop"])
    if "schema" in changed:
        changed["schema"] = _text_of(changed["schema"])
    return replace(base, **changed)


def _reader(option: Option) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            return option.read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise FileMissing(path=file) from error
