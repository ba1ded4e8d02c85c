"""Commands under a command, such as `haema models list`: each takes the data folder and the form of what it prints."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable

Command = Callable[[argparse.Namespace, threading.Event], int]


def commands_under(parser: argparse.ArgumentParser) -> Callable[[str, Command, str], argparse.ArgumentParser]:
    """What adds a command to `parser`, by its name, what runs it, and its help."""
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Command, help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.add_argument("--home", metavar="DIR", default=argparse.SUPPRESS, help="the data folder")
        command.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print data as JSON")
        command.set_defaults(command=run)
        return command

    return add
