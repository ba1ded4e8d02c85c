"""How answers are drawn, declared once: the panel of a conversation and the command line both come from `OPTIONS`.

Each option is a field of `engine.messages.Sampling`. A preset is a name for the values that differ from
`Sampling()`: three come with Haema, the others are the user's own (the setting `presets`). Knows no Qt.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from desktop.translatable import QT_TRANSLATE_NOOP
from engine.messages import Sampling

log = logging.getLogger(__name__)

CONTEXT = "sampling"
Kind = Literal["number", "count", "words", "text"]  # a decimal fraction, a whole number, words to stop at, long text
MOST_WORDS, LONGEST_TEXT = 32, 100_000


@dataclass(frozen=True, slots=True)
class Option:
    """One field of `Sampling`: what it may be, and what it means in words. `off` is the value that does nothing."""

    name: str
    kind: Kind
    label: str
    help: str
    least: float = 0.0
    most: float = 0.0
    step: float = 1.0
    off: float | None = None
    metavar: str = "N"
    main: bool = False  # shown without unfolding

    @property
    def default(self) -> Any:
        return getattr(Sampling(), self.name)

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")

    def read(self, raw: Any) -> Any:
        """`raw`, from JSON or the command line, as the field's value. Raises `ValueError` where it cannot be one."""
        if raw is None and self.default is None:
            return None
        match self.kind:
            case "number" | "count":
                value = _number(raw)
                if value is None:
                    raise ValueError(f"{self.name} must be a number")
                if not (math.isfinite(value) and self.least <= value <= self.most):
                    raise ValueError(f"{self.name} must be from {self.least:g} to {self.most:g}")
                if self.kind == "number":
                    return value
                if value != int(value):
                    raise ValueError(f"{self.name} must be a whole number")
                return int(value)
            case "words":
                if not isinstance(raw, list | tuple) or not all(isinstance(word, str) for word in raw):
                    raise ValueError(f"{self.name} must be words")
                return tuple(word for word in raw if word)[:MOST_WORDS]
            case "text":
                if not isinstance(raw, str) or len(raw) > LONGEST_TEXT:
                    raise ValueError(f"{self.name} must be a text of at most {LONGEST_TEXT} letters")
                return raw or None


OPTIONS: tuple[Option, ...] = (
    Option(
        "temperature", "number",
        QT_TRANSLATE_NOOP("sampling", "Creativity"),
        QT_TRANSLATE_NOOP("sampling", "Temperature: 0 takes the likeliest word; more is more varied, less exact."),
        least=0, most=2, step=0.1, metavar="T", main=True,
    ),
    Option(
        "max_tokens", "count",
        QT_TRANSLATE_NOOP("sampling", "Longest answer"),
        QT_TRANSLATE_NOOP("sampling", "In tokens; a token is about four letters of English or one syllable of Korean."),
        least=1, most=65_536, step=128, main=True,
    ),
    Option(
        "top_k", "count",
        QT_TRANSLATE_NOOP("sampling", "Top-k"),
        QT_TRANSLATE_NOOP("sampling", "Only so many of the likeliest words are considered."),
        least=0, most=1000, step=5, off=0,
    ),
    Option(
        "top_p", "number",
        QT_TRANSLATE_NOOP("sampling", "Top-p"),
        QT_TRANSLATE_NOOP("sampling", "Only the likeliest words that together have this probability are considered."),
        least=0.01, most=1, step=0.01, off=1, metavar="P",
    ),
    Option(
        "min_p", "number",
        QT_TRANSLATE_NOOP("sampling", "Min-p"),
        QT_TRANSLATE_NOOP("sampling", "Words less likely than this part of the likeliest one are left out."),
        least=0, most=1, step=0.01, off=0, metavar="P",
    ),
    Option(
        "repeat_penalty", "number",
        QT_TRANSLATE_NOOP("sampling", "Avoid repeated words"),
        QT_TRANSLATE_NOOP("sampling", "The repeat penalty: with too much of it numbers are misquoted."),
        least=1, most=2, step=0.01, off=1, metavar="X",
    ),
    Option(
        "dry_multiplier", "number",
        QT_TRANSLATE_NOOP("sampling", "Avoid repeated phrases"),
        QT_TRANSLATE_NOOP("sampling", "DRY: keeps the answer from repeating whole phrases; 0.8 is common."),
        least=0, most=5, step=0.1, off=0, metavar="X",
    ),
    Option(
        "seed", "count",
        QT_TRANSLATE_NOOP("sampling", "Seed"),
        QT_TRANSLATE_NOOP("sampling", "With the same number, the same prompt gets the same answer again."),
        least=0, most=2**31 - 1,
    ),
    Option(
        "stop", "words",
        QT_TRANSLATE_NOOP("sampling", "Stop words"),
        QT_TRANSLATE_NOOP("sampling", "The answer ends before any of these; separate them by commas."),
        metavar="WORD",
    ),
    Option(
        "schema", "text",
        QT_TRANSLATE_NOOP("sampling", "Answer as JSON"),
        QT_TRANSLATE_NOOP("sampling", "A JSON schema; the answer is JSON that fits it."),
        metavar="FILE",
    ),
)  # fmt: skip
BY_NAME = {option.name: option for option in OPTIONS}

# By key: what differs from `Sampling()`. "" stands for the preset of new conversations, so no key is empty.
PRESETS: dict[str, dict[str, Any]] = {
    "precise": {"temperature": 0.0, "min_p": 0.0, "repeat_penalty": 1.0},
    "balanced": {},
    "creative": {"temperature": 0.9, "top_k": 0, "top_p": 1.0, "repeat_penalty": 1.1},
}
PRESET_LABELS = {
    "precise": QT_TRANSLATE_NOOP("sampling", "Precise"),
    "balanced": QT_TRANSLATE_NOOP("sampling", "Balanced"),
    "creative": QT_TRANSLATE_NOOP("sampling", "Creative"),
}
USUAL = "balanced"


def _number(raw: Any) -> float | None:
    try:
        return None if isinstance(raw, bool) else float(raw)
    except (TypeError, ValueError):
        return None


def read_values(raw: Any) -> dict[str, Any]:
    """The values of `raw` that are options and make sense; the others are logged by name and left out."""
    values: dict[str, Any] = {}
    for name, value in raw.items() if isinstance(raw, Mapping) else ():
        try:
            values[name] = BY_NAME[name].read(value)
        except (KeyError, ValueError):
            log.warning("the sampling option %r has a value that it cannot have and is left out", str(name)[:40])
    return values


def preset_values(key: str, own: Any) -> dict[str, Any] | None:
    """What the preset sets; `own` are the user's. None where there is no such preset."""
    if key in PRESETS:
        return dict(PRESETS[key])
    if isinstance(own, Mapping) and key in own:
        return read_values(own[key])
    return None


def differences(sampling: Sampling, preset: Mapping[str, Any]) -> dict[str, Any]:
    """By option: where `sampling` differs from the preset, ready for JSON."""
    base = sampling_of(preset)
    changed = {name: getattr(sampling, name) for name in BY_NAME if getattr(sampling, name) != getattr(base, name)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in changed.items()}


def sampling_of(*values: Mapping[str, Any]) -> Sampling:
    """The sampling of these values by option, the later ones winning."""
    merged: dict[str, Any] = {}
    for one in values:
        merged |= one
    fields: dict[str, Any] = {n: tuple(value) if isinstance(value, list) else value for n, value in merged.items()}
    return Sampling(**fields)
