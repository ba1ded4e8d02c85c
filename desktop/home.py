"""An open data folder: its lock, its store and its two workers, built once and passed down. Knows no Qt."""

from __future__ import annotations

import logging
import logging.handlers
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from desktop.chat import Chat, Style
from desktop.engine_process import Engine
from desktop.errors import Failure
from desktop.forgetting import erase_states
from desktop.manner import manner_of
from desktop.memory_process import Memory
from desktop.model_library import Library
from desktop.paths import log_folder
from desktop.settings import Settings, bin_days
from desktop.single import open_folder
from engine.messages import Server
from knowledge import projects
from knowledge.messages import Scope
from knowledge.private import HistoryWithPrivate, is_private
from knowledge.store import Store

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Home:
    """Everything a window or a command needs; `start` what you use, `close` when done."""

    folder: Path
    store: Store
    settings: Settings
    history: HistoryWithPrivate
    memory: Memory
    engine: Engine
    chat: Chat
    library: Library

    def style(self, conversation: str) -> Style:
        """How this conversation is to be answered: its own options over the preset."""
        manner = manner_of(self.history.options(conversation))
        place = projects.Place() if is_private(conversation) else projects.place(self.store, conversation)
        scope = (
            Scope(conversation=conversation)
            if place.sealed
            else Scope(place.project, beyond=bool(place.project) and not manner.alone)
        )
        return Style(manner.sampling(self.settings), manner.persona, manner.think, manner.collections, scope)

    def remembers(self, conversation: str) -> bool:
        """Whether this conversation is answered with the memory: as it is set itself, else as the settings have it."""
        memory = manner_of(self.history.options(conversation)).memory
        return bool(self.settings.memory if memory is None else memory)

    def consolidate_soon(self) -> None:
        """Make what was just said recallable, without waiting for it."""
        threading.Thread(target=self._consolidate, name="haema consolidate", daemon=True).start()

    def _consolidate(self) -> None:
        try:
            self.memory.consolidate()
        except Failure as error:
            log.info("what was just said is indexed at the next opportunity: %s", error.error)


@contextmanager
def open_home(folder: Path, *, model: str | None = None, server: Server | None = None) -> Iterator[Home]:
    """Open the data folder and build the parts; the workers are not started.

    Raises `FolderInUse`, `FolderReadOnly`, `DiskFull`, `StoreTooNew` or `StoreDamaged`.
    """
    with open_folder(folder) as store, furnish(store, model=model, server=server) as home:
        yield home


@contextmanager
def furnish(store: Store, *, model: str | None = None, server: Server | None = None) -> Iterator[Home]:
    """The parts of a data folder that is open and locked; the workers are built, not started.

    Raises `FolderReadOnly` or `DiskFull`.
    """
    folder = store.home
    try:
        _log_to(log_folder(folder))
    except OSError as error:
        raise store.in_words(error) from error
    history = HistoryWithPrivate(store)
    history.mend()
    settings = Settings(store)
    memory = Memory(folder, log_folder(folder))
    library = Library(folder / "models", settings)
    model = str(library.resolve(model) or model) if model else None  # a path, or a name in the library
    engine = Engine(log_folder(folder), settings, model=model, server=server, states=folder / "cache" / "states")
    home = Home(folder, store, settings, history, memory, engine, Chat(history, memory, engine), library)
    home.chat.consolidate = home.consolidate_soon
    home.chat.style = home.style
    home.chat.bin_days = lambda: bin_days(settings)
    erase_states(store)  # which a process that was killed while it forgot did not come to
    try:
        yield home
    finally:
        home.chat.close()
        engine.close()
        memory.close()
        erase_states(store)  # of what a command had the memory forget


def _log_to(folder: Path) -> None:
    """Rotating log of this process; like every log here it never holds what the user wrote."""
    folder.mkdir(exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(
        folder / "haema.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, logging.handlers.RotatingFileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
