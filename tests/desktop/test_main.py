"""Which arguments are a command and which are files for the window."""

from __future__ import annotations

import argparse

from desktop.__main__ import COMMANDS
from desktop.cli import parser


def test_every_command_of_the_command_line_is_known_at_the_door() -> None:
    (commands,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert set(commands.choices) == COMMANDS
