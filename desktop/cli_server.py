"""The options by which a command is answered by a server instead of a model here, and the line that says so.

The key comes from the environment, where neither the shell's history nor the list of processes shows it. Knows no Qt.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator

from desktop.chat import Event, LaidOut
from desktop.elsewhere import AddressRefused, server_address
from desktop.home import Home
from desktop.whole.job import ReadingAll
from engine.messages import ModelInfo, Server

KEY = "HAEMA_SERVER_KEY"


def declare(command: argparse.ArgumentParser) -> None:
    """Add `--server` and `--server-model`."""
    command.add_argument(
        "--server",
        type=_address,
        metavar="URL",
        help=f"let an OpenAI-compatible server on your own network answer; it gets what is recalled (key: {KEY})",
    )
    command.add_argument(
        "--server-model", metavar="NAME", default="", help="a model of the server (default: its first)"
    )


def given(options: argparse.Namespace) -> Server | None:
    """The server of the options; None: the settings decide."""
    if options.server is None:
        return None
    return Server(options.server, options.server_model, os.environ.get(KEY, ""))


def announced(events: Iterator[Event], home: Home) -> Iterator[Event]:
    """The events of an answer; before its first word, stderr is told where it comes from if that is not here."""
    said = False
    for event in events:
        info = home.engine.state.info
        begins = isinstance(event, LaidOut) or (isinstance(event, ReadingAll) and event.phase == "reading")
        if begins and not said and info is not None and info.remote:
            print(f"haema: {whence(info)}", file=sys.stderr)
            said = True
        yield event


def whence(info: ModelInfo) -> str:
    """Where the answers of a model come from that does not run on this computer alone."""
    if info.fit is None:
        return f"answers come from {info.device}"
    return f"{info.device} takes part in the answers"


def _address(text: str) -> str:
    try:
        return server_address(text)
    except AddressRefused as error:
        raise argparse.ArgumentTypeError("give an address like http://192.168.0.10:8080/v1") from error
