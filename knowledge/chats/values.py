"""Values from a stranger's JSON, taken for what they should be; what is something else counts as missing."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

_NANOSECONDS = re.compile(r"(\.\d{6})\d+")


def mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def text(value: object) -> str:
    """A string that can be stored: halves of characters, which JSON can write, are replaced; no zero bytes."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def seconds(value: object) -> float | None:
    """A time as Unix seconds, from seconds, milli- or nanoseconds or an ISO date; None for what is no time."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(_NANOSECONDS.sub(r"\1", value[:64]))
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e20:
        return None
    number = float(value)
    for unit in (1e9, 1e6, 1e3):  # nano-, micro- and milliseconds: a time in seconds has ten digits before the point
        if number > 1e11 * (unit / 1e3):
            number /= unit
            break
    return number if math.isfinite(number) else None
