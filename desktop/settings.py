"""The settings, declared once: name, type, default, and what they mean. They live in the store."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

from knowledge.store import Store


@dataclass(frozen=True, slots=True)
class Setting:
    default: Any
    help: str


DECLARED: dict[str, Setting] = {
    "language": Setting("", "the window's language: en, ko, or empty for the system's"),
    "theme": Setting("", "light, dark, or empty for the system's"),
    "model": Setting("", "path of the GGUF model; empty for the bundled starter"),
    "memory": Setting(True, "recall from the memory into every prompt"),
    "welcomed": Setting(False, "the first-run screen has been seen"),
    "left_width": Setting(248, "width of the conversations pane in pixels; 0 when collapsed"),
    "right_width": Setting(296, "width of the sources pane in pixels; 0 when collapsed"),
    "window": Setting("", "the window's last place and size, as Qt saves it, in base 64"),
    "profiles": Setting({}, "by model, machine and library version: the profile it runs in where the fast one failed"),
    "load_options": Setting({}, "by path of the model (empty: the starter): what the user chose themselves"),
    "linked_models": Setting([], "paths of GGUF files that stay where the user keeps them"),
    "server": Setting({}, "the OpenAI-compatible server that answers instead of a model here; empty for none"),
    "states_gigabytes": Setting(2.0, "disk space for the KV states of recent conversations"),
    "presets": Setting({}, "by name: the user's own ways of sampling"),
    "preset": Setting("", "the preset of new conversations; empty for the balanced one"),
    "hub": Setting("https://huggingface.co", "where models are searched for and downloaded from"),
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
