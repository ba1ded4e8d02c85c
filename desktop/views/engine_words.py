"""What became of the model, in sentences for the notice: what failed, what was given up for it, what is unusual."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from desktop.engine_process import EngineState

translate = QCoreApplication.translate


def notable(state: EngineState) -> str:
    """What the reader should know of this state; empty where all is as it should be."""
    if state.info is None:
        return _revived(state)
    if state.healed is not None:
        return f"{_what_failed(state)} {_what_was_given_up(state)}"
    if not state.info.own_template and not state.info.remote:
        return translate(
            "engine", "This model has no chat template; Haema uses a common one (ChatML), which may not suit it."
        )
    return ""


def _revived(state: EngineState) -> str:
    if state.revived is None or state.phase != "loading":
        return ""
    return translate("engine", "The model stopped and is started again. What was written is kept, and goes on.")


def _what_failed(state: EngineState) -> str:
    match state.healed:
        case "memory":
            return translate("engine", "The model ran out of memory.")
        case "hung":
            return translate("engine", "The model gave no sign of life any more.")
        case "wrong":
            return translate("engine", "The model calculated wrongly in its self-test.")
        case _:
            return translate("engine", "The model stopped unexpectedly.")


def _what_was_given_up(state: EngineState) -> str:
    profile = state.info.profile if state.info is not None else "plain"
    match profile:
        case "fewer":
            return translate(
                "engine", "It now runs in a safer, slower way, with fewer layers on the GPU; Haema remembers that."
            )
        case "cpu":
            return translate(
                "engine", "It now runs in a safer, slower way, on the processor alone; Haema remembers that."
            )
        case _:
            return translate(
                "engine", "It now runs in a safer, slower way, without special instructions; Haema remembers that."
            )
