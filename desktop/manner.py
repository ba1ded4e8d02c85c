"""The manner in which a conversation is answered: preset, own sampling, persona, thinking, documents; kept with it.

Stored as JSON in the conversation's options: `{"preset": key, "sampling": {field: value}, "persona": text,
"think": bool, "collections": [name], "memory": bool, "alone": bool}`, each only where the user set it. Knows no Qt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from desktop.sampling_options import LONGEST_TEXT, USUAL, preset_values, read_values, sampling_of
from desktop.settings import Settings
from engine.messages import Sampling


@dataclass(frozen=True, slots=True)
class Manner:
    """`changes` are the options set over the preset's; an empty `preset` is the one of new conversations."""

    preset: str = ""
    changes: Mapping[str, Any] = field(default_factory=dict)
    persona: str = ""
    think: bool | None = None  # None: as the model has it
    collections: tuple[str, ...] | None = None  # of documents that it may use; "" is the one without a name; None: all
    memory: bool | None = None  # whether the memory is asked; None: as the settings have it
    alone: bool = False  # in a project: nothing is recalled that belongs to no project
    sealed: bool = False  # set apart from all others; stored beside the options, with the conversation itself

    def as_options(self) -> dict[str, Any]:
        """What is stored; empty when nothing was set."""
        kept = {"preset": self.preset, "sampling": dict(self.changes), "persona": self.persona}
        options: dict[str, Any] = {name: value for name, value in kept.items() if value}
        if self.think is not None:
            options["think"] = self.think
        if self.memory is not None:
            options["memory"] = self.memory
        if self.alone:
            options["alone"] = True
        return options if self.collections is None else {**options, "collections": list(self.collections)}

    def key(self, settings: Settings) -> str:
        """The preset that is meant: its own, else that of new conversations; the usual one where it was deleted."""
        for key in (self.preset, settings.preset):
            if key and preset_values(key, settings.presets) is not None:
                return key
        return USUAL

    def sampling(self, settings: Settings) -> Sampling:
        """How tokens are drawn."""
        return sampling_of(preset_values(self.key(settings), settings.presets) or {}, self.changes)


def manner_of(options: Mapping[str, Any]) -> Manner:
    """The manner that a conversation's stored options say; what makes no sense is left out."""
    preset, persona, think = options.get("preset"), options.get("persona"), options.get("think")
    names, memory = options.get("collections"), options.get("memory")
    return Manner(
        preset=preset if isinstance(preset, str) else "",
        changes=read_values(options.get("sampling", {})),
        persona=persona[:LONGEST_TEXT] if isinstance(persona, str) else "",
        think=think if isinstance(think, bool) else None,
        memory=memory if isinstance(memory, bool) else None,
        alone=options.get("alone") is True,
        collections=tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else None,
    )
