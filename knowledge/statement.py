"""One statement that a turn makes about its speaker and their world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StatementKind = Literal["told", "noticed", "correction"]
Sensitivity = Literal["secret", "health", "belief", "sexuality"]


@dataclass(frozen=True, slots=True)
class Statement:
    """`text` in the speaker's words. `slot` is what it is a statement of, and holds one `value` at a time; what can
    hold for many at once (pets, likes) has a slot for each, whose value is "yes" or "no"."""

    text: str
    kind: StatementKind
    slot: str | None = None
    value: str = ""
    sensitive: Sensitivity | None = None
