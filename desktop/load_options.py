"""What the user chose for a model, kept in the settings by the model's path, as `engine.messages` has it.

A choice that an older or newer Haema stored and this one does not know is left out.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, fields, replace
from typing import Any

from desktop.settings import Settings
from engine.messages import Adapter, LoadOptions, Server

log = logging.getLogger(__name__)


def options_for(settings: Settings, model: str | None) -> LoadOptions:
    """The user's choices for the model at this path (None: the starter); all "choose for me" where there are none."""
    kept = settings.load_options.get(model or "", {})
    try:
        known = _known(LoadOptions, kept)
        known["adapters"] = tuple(Adapter(**_known(Adapter, adapter)) for adapter in kept.get("adapters", ()))
        known["rpc_hosts"] = tuple(settings.rpc_hosts)  # not a choice for one model
        return LoadOptions(**known)
    except (TypeError, AttributeError):
        log.exception("the load options kept for a model cannot be read, and are chosen anew")
        return LoadOptions()


def keep_options(settings: Settings, model: str | None, options: LoadOptions) -> None:
    """Remember the choices for this model; choosing nothing is remembered by keeping nothing."""
    others = {path: kept for path, kept in settings.load_options.items() if path != (model or "")}
    own = {name: value for name, value in asdict(options).items() if name != "rpc_hosts"}
    nothing = replace(options, rpc_hosts=()) == LoadOptions()
    settings.load_options = others if nothing else {**others, model or "": own}


def chosen_server(settings: Settings) -> Server | None:
    """The server that answers instead of a model on this computer, where the user has set one."""
    kept = settings.server
    return Server(**_known(Server, kept)) if kept.get("url") else None


def _known(kind: type, kept: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in kept.items() if name in names}
