"""Where Haema starts: with a command the command line, otherwise the window. Spawned workers import this file again."""

from __future__ import annotations

import argparse
import gc
import multiprocessing
import sys
from pathlib import Path

# of `desktop/cli.py`, which a window never loads
COMMANDS = frozenset(
    {
        "ask",
        "index",
        "recall",
        "import",
        "documents",
        "models",
        "embedder",
        "doctor",
        "projects",
        "facts",
        "export",
        "backup",
        "restore",
    }
)


def main() -> int:
    """Run what the arguments ask for; returns the exit code."""
    if sys.argv[1:] == ["--read-files"]:  # how the packaged application starts the process that reads documents
        from knowledge.readers.child import main as read_files

        return read_files()
    if sys.argv[1:2] == ["--clear"]:  # and the one that rewrites Chroma's database
        from knowledge.clearing import main as clear

        return clear(sys.argv[2:])
    window = argparse.ArgumentParser(prog="haema", add_help=False, exit_on_error=False)
    window.add_argument("--home", metavar="DIR")
    try:
        options, rest = window.parse_known_args()
    except argparse.ArgumentError:  # --home without its folder: the command line says how it is used
        options, rest = argparse.Namespace(home=None), sys.argv[1:]

    if rest and (rest[0] in COMMANDS or rest[0].startswith("-")):
        from desktop import cli

        return cli.main(sys.argv[1:] if options.home is None else [rest[0], "--home", options.home, *rest[1:]])

    from desktop.errors import complain
    from knowledge.errors import FileMissing

    missing = [file for file in rest if not Path(file).exists()]
    if missing:
        complain(FileMissing(path=missing[0]))
        return 1

    gc.disable()  # collecting while modules are loaded costs a tenth of the start; on again after the first paint
    from desktop.app import run

    return run([str(Path(file).absolute()) for file in rest], options.home)


if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
