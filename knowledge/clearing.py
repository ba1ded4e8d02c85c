"""Rewrites Chroma's database without its free pages, in a process of its own; also says which graphs belong to it.

Chroma brings an SQLite of its own, and two of them in one process undo each other's locks: a database vacuumed by the
one while the other read it was broken afterwards (https://sqlite.org/howtocorrupt.html, 2.2.1). Processes keep apart.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

WAIT_SECONDS = 30.0  # for Chroma, while it writes
LIMIT_SECONDS = 600.0

_ROOT = Path(__file__).resolve().parents[1]


def segments(database: Path, *, vacuum: bool) -> frozenset[str] | None:
    """The numbers of all segments, by which their folders are called; None when the database could not be had."""
    command = [sys.executable, "--clear"] if getattr(sys, "frozen", False) else [sys.executable, "-m", __name__]
    paths = filter(None, (str(_ROOT), os.environ.get("PYTHONPATH")))
    try:
        told = subprocess.run(
            [*command, str(database), *(["vacuum"] if vacuum else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            creationflags=int(getattr(subprocess, "CREATE_NO_WINDOW", 0)),
            timeout=LIMIT_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return frozenset(json.loads(told.stdout))


def main(arguments: list[str]) -> int:
    """The process's whole life."""
    with closing(sqlite3.connect(arguments[0], timeout=WAIT_SECONDS, isolation_level=None)) as db:
        if "vacuum" in arguments[1:]:
            db.execute("VACUUM")
        sys.stdout.write(json.dumps([row[0] for row in db.execute("SELECT id FROM segments")]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
