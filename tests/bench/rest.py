"""Waits until Haema has nothing left to do: what it does in idle time must not be measured with what comes next."""

from __future__ import annotations

from desktop.home import Home

REST_SECONDS = 600.0


def at_rest(home: Home) -> None:
    """Return when the conversation is settled, summed up and prepared."""
    assert home.chat.idle.wait(REST_SECONDS)
    assert home.engine.rest(REST_SECONDS)
