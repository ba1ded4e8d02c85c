"""Which embedder the user chose, and those that Haema knows by name: what each is good for, and its prompts.

The choice stands in the settings; the names in assets/embedders.toml. Light: the window's process reads both.
"""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.store import Store

IN_USE, NEXT = "embedder", "embedder_next"  # names in the settings


@dataclass(frozen=True, slots=True)
class KnownEmbedder:
    """A model that the user may download, here or by hand into a folder of the same name."""

    name: str  # also the folder's, as it comes from its page
    repository: str  # on the hub: "intfloat/multilingual-e5-small"
    licence: str  # SPDX id
    parameters: int  # millions
    megabytes: int  # of the weights
    good_for: str  # one short line, English
    good_for_ko: str
    query: str = ""  # what stands before a question, unless the model's own configuration says otherwise
    passage: str = ""  # the same before a text
    revision: str = ""  # the commit to take; empty: the newest, checked against what the hub publishes with it

    @property
    def page(self) -> str:
        return f"https://huggingface.co/{self.repository}"


@cache
def known_embedders() -> tuple[KnownEmbedder, ...]:
    """All of them, the smallest first. Raises what concerns a file of ours that is broken."""
    root = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parent.parent))
    listed = tomllib.loads((root / "assets" / "embedders.toml").read_text(encoding="utf-8"))
    return tuple(KnownEmbedder(**entry) for entry in listed["embedder"])


def known(name: str) -> KnownEmbedder | None:
    """The one of this name; the folder of a download is called by it."""
    return next((one for one in known_embedders() if one.name.casefold() == name.casefold()), None)


def named(store: Store, row: str) -> str | None:
    """The folder in a row of the settings, "" for the bundled embedder; None without such a row."""
    found = store.db.execute("SELECT value FROM settings WHERE name = ?", (row,)).fetchone()
    try:
        value = json.loads(found["value"]) if found is not None else None
    except ValueError:
        return None
    return value if isinstance(value, str) else None
