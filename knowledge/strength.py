"""How strong a memory is by itself, whatever is asked: recency, use, and the user's pins, as parts of the score.

A memory fades as e^(-age/S) (Ebbinghaus 1885), counted from when it was told or last of use; each use makes S longer,
so what is rehearsed lasts (Zhong et al. 2023, MemoryBank). Documents do not fade. The weights are small: of two matches
as strong the fresher and the more useful comes first, and no strong match is overtaken. A pin weighs most, and what is
pinned is a candidate for every question (`pinned`), relevant from a lower floor on (`fusion.relevant`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from math import exp

from knowledge.fusion import Found
from knowledge.index import Kind
from knowledge.messages import Recalled
from knowledge.store import Store

RECENCY, USE, PIN = 0.02, 0.03, 0.15  # .03 for recency costs LoCoMo, asked the day after, .1 points; .02 nothing
LASTS = 30.0  # days until a memory that was never of use has faded to 1/e; each use adds as many
LEAST = 0.001  # what weighs less is not named
PINNED = 100  # pinned items of a kind, the newest, that are candidates for every question
AT_ONCE = 10_000  # below SQLite's limit on variables
DAY = 86400.0


def strengthen(
    found: Sequence[Found], db: sqlite3.Connection, told: Mapping[tuple[Kind, int], float], now: float
) -> None:
    """Add the parts "recency", "use" and "pin" to the candidates.

    `told` is when each was said, Unix seconds; what is missing in it does not fade. A time after `now` (a clock that
    was set back) counts as now.
    """
    uses, pins = _known(db, found)
    for one in found:
        count, last = uses.get((one.kind, one.item), (0, 0.0))
        if (begin := told.get((one.kind, one.item))) is not None:
            age = max(0.0, now - max(begin, last)) / DAY
            _add(one, "recency", RECENCY * exp(-age / (LASTS * (1 + count))))
        _add(one, "use", USE * (1 - 0.5**count))
        if (one.kind, one.item) in pins:
            _add(one, "pin", PIN)


def pinned(db: sqlite3.Connection, kind: Kind) -> list[int]:
    """The pinned items of a kind, the newest pin first."""
    rows = db.execute("SELECT item FROM pins WHERE kind = ? ORDER BY created DESC, item LIMIT ?", (kind, PINNED))
    return [row[0] for row in rows]


def note_uses(store: Store, items: Iterable[Recalled], now: float) -> None:
    """Count a use of everything that an answer's sentences rest on."""
    used = dict.fromkeys(key for item in items for key in _keys(item))
    if not used:
        return
    with store.transaction() as db:
        for kind, item in used:
            db.execute(
                f"INSERT INTO uses (kind, item, count, last) SELECT ?, id, 1, ? FROM {_TABLES[kind]} WHERE id = ?"
                " ON CONFLICT (kind, item) DO UPDATE SET count = count + 1, last = max(last, excluded.last)",
                (kind, now, item),
            )


_TABLES: Mapping[Kind, str] = {"message": "messages", "passage": "passages", "fact": "facts"}


def _keys(item: Recalled) -> list[tuple[Kind, int]]:
    """What an item is made of: the best of its turns or passages, by which it goes, or a fact."""
    kind, _, number = item.id.partition(":")
    return [(known, int(number)) for known in _TABLES if known == kind and number.isdecimal()]


def _known(
    db: sqlite3.Connection, found: Sequence[Found]
) -> tuple[dict[tuple[Kind, int], tuple[int, float]], set[tuple[Kind, int]]]:
    """How often each candidate was of use and when it last was; and which of them are pinned."""
    uses: dict[tuple[Kind, int], tuple[int, float]] = {}
    pins: set[tuple[Kind, int]] = set()
    for kind in _TABLES:
        every = [one.item for one in found if one.kind == kind]
        for at in range(0, len(every), AT_ONCE):
            part = every[at : at + AT_ONCE]
            marks = ",".join("?" * len(part))
            for item, count, last in db.execute(
                f"SELECT item, count, last FROM uses WHERE kind = ? AND item IN ({marks})"
                f" UNION ALL SELECT item, NULL, NULL FROM pins WHERE kind = ? AND item IN ({marks})",
                (kind, *part, kind, *part),
            ):
                if count is None:
                    pins.add((kind, item))
                else:
                    uses[kind, item] = (count, last)
    return uses, pins


def _add(one: Found, name: str, value: float) -> None:
    if value >= LEAST:
        one.parts[name] = value
