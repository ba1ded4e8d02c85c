"""The settings, declared once: name, type, default, and what they mean. They live in the store.

Those with a label are in the settings window, in this order; the others are kept for the window and the commands.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, cast

from desktop.translatable import QT_TRANSLATE_NOOP
from knowledge.store import Store

CONTEXT = "settings"
BIN_DAYS = 30  # for which what is forgotten can be brought back, where the user wants that


@dataclass(frozen=True, slots=True)
class Setting:
    """`kind`, `choices` (value and label) and the range say how it is asked for, where it has a `label`."""

    default: Any
    help: str
    label: str = ""
    kind: Literal["choice", "switch", "number"] = "switch"
    choices: tuple[tuple[str, str], ...] = ()
    least: float = 0.0
    most: float = 0.0
    step: float = 1.0
    unit: str = ""


DECLARED: dict[str, Setting] = {
    "language": Setting(
        "",
        QT_TRANSLATE_NOOP("settings", "The window's language"),
        QT_TRANSLATE_NOOP("settings", "Language"),
        "choice",
        (("", QT_TRANSLATE_NOOP("settings", "As the system has it")), ("en", "English"), ("ko", "한국어")),
    ),
    "theme": Setting(
        "",
        QT_TRANSLATE_NOOP("settings", "Light or dark"),
        QT_TRANSLATE_NOOP("settings", "Appearance"),
        "choice",
        (
            ("", QT_TRANSLATE_NOOP("settings", "As the system has it")),
            ("light", QT_TRANSLATE_NOOP("settings", "Light")),
            ("dark", QT_TRANSLATE_NOOP("settings", "Dark")),
        ),
    ),
    "model": Setting("", "path of the GGUF model; empty for the bundled starter"),
    "memory": Setting(
        True,
        QT_TRANSLATE_NOOP("settings", "Before each answer Haema recalls what you told it and what your documents say"),
        QT_TRANSLATE_NOOP("settings", "Answer with the memory"),
    ),
    "forget_bin": Setting(
        False,
        QT_TRANSLATE_NOOP("settings", "So long it can be brought back; otherwise it is gone from the disk at once"),
        QT_TRANSLATE_NOOP("settings", "Keep what I forget for 30 days"),
    ),
    "welcomed": Setting(False, "the first-run screen has been seen"),
    "left_width": Setting(248, "width of the conversations pane in pixels; 0 when collapsed"),
    "right_width": Setting(296, "width of the sources pane in pixels; 0 when collapsed"),
    "window": Setting("", "the window's last place and size, as Qt saves it, in base 64"),
    "profiles": Setting({}, "by model, machine and library version: the profile it runs in where the fast one failed"),
    "load_options": Setting({}, "by path of the model (empty: the starter): what the user chose themselves"),
    "linked_models": Setting([], "paths of GGUF files that stay where the user keeps them"),
    "server": Setting({}, "the OpenAI-compatible server that answers instead of a model here; empty for none"),
    "former_server": Setting({}, "the server that was given last, to be offered again"),
    "rpc_hosts": Setting([], "host:port of the llama.cpp RPC servers that lend their memory to every model"),
    "states_gigabytes": Setting(
        2.0,
        QT_TRANSLATE_NOOP("settings", "Recent conversations go on at once while the model's reading of them is kept"),
        QT_TRANSLATE_NOOP("settings", "Disk space for quick resuming"),
        "number",
        least=0.0,
        most=100.0,
        step=0.5,
        unit="GB",
    ),
    "presets": Setting({}, "by name: the user's own ways of sampling"),
    "preset": Setting("", "the preset of new conversations; empty for the balanced one"),
    "index_server": Setting("", "http://host:port of a Chroma server that keeps the vectors; empty: the data folder"),
    "hub": Setting("https://huggingface.co", "where models are searched for and downloaded from"),
    "downloads": Setting([], "models whose download is not finished, to be gone on with when the user asks for it"),
}


class Settings:
    """Attribute access to the declared settings; a set value is committed at once."""

    def __init__(self, store: Store) -> None:
        object.__setattr__(self, "_store", store)

    def __getattr__(self, name: str) -> Any:
        if name not in DECLARED:
            raise AttributeError(name)
        store = cast(Store, object.__getattribute__(self, "_store"))
        row = store.db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return json.loads(row["value"]) if row else DECLARED[name].default

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in DECLARED:
            raise AttributeError(name)
        store = cast(Store, object.__getattribute__(self, "_store"))
        with store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)",
                (name, json.dumps(value, ensure_ascii=False)),
            )


def bin_days(settings: Settings) -> int:
    """For how many days what is forgotten can be brought back."""
    return BIN_DAYS if settings.forget_bin else 0
