"""The engine's process: one model, one request at a time, and an eye on the pipe while it works.

`run` is the target of a spawned process. The application imports this file to name that target, so what takes time
to import is imported in the worker alone.
"""

from __future__ import annotations

import logging
import os
import signal
from logging.handlers import RotatingFileHandler
from multiprocessing.connection import Connection
from pathlib import Path

LOG_BYTES, LOG_FILES = 1 << 20, 3


def run(connection: Connection, log_folder: str | None) -> None:
    """Answer requests until told to quit or until the owner is gone; logs go to `log_folder`, or to stderr."""
    from engine.answering import Engine
    from engine.inbox import Inbox

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the owner's business
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")  # or a failed assertion starts a debugger before the process ends
    _log_to(log_folder)
    inbox = Inbox(connection)
    engine = Engine(inbox)
    try:
        while (arrival := inbox.next()) is not None:
            engine.answer(arrival)
    finally:
        engine.close()


def _log_to(folder: str | None) -> None:
    handler: logging.Handler = logging.StreamHandler()
    if folder is not None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        file = Path(folder) / "engine.log"
        handler = RotatingFileHandler(file, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8")
    logging.basicConfig(
        level=logging.INFO if folder else logging.WARNING,
        handlers=[handler],
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
