"""One user, one data folder, one app: a lock on it, and a door through which a second start hands over its files.

The lock is the operating system's own (released when its process dies, however it dies). The door is a Unix
socket or a named pipe (`multiprocessing.connection`), so no network socket is opened; its address and key
stand in a note beside the lock, readable by this user alone. A window that is still opening leaves the note
empty, so that a second start waits for it and is not turned away.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from knowledge.errors import FolderInUse
from knowledge.store import Store

log = logging.getLogger(__name__)

LOCK, DOOR = "haema.lock", "haema.door"
UNANNOUNCED_SECONDS = 1.0  # between a window's lock and its empty note
OPENING_SECONDS = 30.0  # between its empty note and its door
KNOCK_SECONDS = 0.1


@contextmanager
def open_folder(folder: Path) -> Iterator[Store]:
    """The folder's store, and its lock for as long as it is open.

    Raises `FolderInUse`, `FolderReadOnly`, `DiskFull`, `StoreTooNew` or `StoreDamaged`.
    """
    store = Store(folder)
    try:
        with lock_folder(folder):
            (folder / DOOR).unlink(missing_ok=True)  # of a window that was killed
            yield store
    finally:
        store.close()


@contextmanager
def lock_folder(folder: Path) -> Iterator[None]:
    """Hold the folder's lock. Raises `FolderInUse` when another process holds it."""
    with (folder / LOCK).open("a+") as file:
        if not _try_lock(file):
            raise FolderInUse(path=str(folder))
        try:
            yield
        finally:
            _unlock(file)


def announce_door(folder: Path) -> None:
    """Say that this process, which has just got the lock, will open a door."""
    note = folder / DOOR
    note.touch(mode=0o600)
    note.write_bytes(b"")


@contextmanager
def open_door(folder: Path, received: Callable[[list[str]], None]) -> Iterator[None]:
    """Listen for second starts; `received` is called, in a background thread, with the files they bring."""
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client, Listener

    key = secrets.token_bytes(32)
    listener = Listener(_address(), authkey=key)
    note = folder / DOOR
    written = note.with_suffix(".new")
    written.touch(mode=0o600)
    written.write_text(json.dumps({"address": listener.address, "key": key.hex()}), encoding="utf-8")
    written.replace(note)  # never half a note
    closing = threading.Event()

    def listen() -> None:
        while not closing.is_set():
            try:
                with listener.accept() as guest:
                    files = json.loads(guest.recv_bytes(1_000_000))
                    guest.send_bytes(b"ok")
            except (OSError, EOFError, ValueError, AuthenticationError) as error:
                if not closing.is_set():
                    log.warning("a second start could not be heard: %s", type(error).__name__)
                continue
            if not closing.is_set():
                received([str(file) for file in files])

    thread = threading.Thread(target=listen, name="haema door", daemon=True)
    thread.start()
    try:
        yield
    finally:
        closing.set()
        note.unlink(missing_ok=True)
        with suppress(OSError, EOFError, AuthenticationError):  # wakes `accept`
            Client(listener.address, authkey=key).close()
        thread.join(2)
        listener.close()


def hand_over(folder: Path, files: list[str]) -> bool:
    """Give `files` to the window that is open on this folder and raise it; False when there is none.

    Waits for a window that is only just opening.
    """
    came = time.monotonic()
    while True:
        note = _read(folder / DOOR)
        if note:
            return _knock(note, files)
        if time.monotonic() - came > (UNANNOUNCED_SECONDS if note is None else OPENING_SECONDS):
            return False
        time.sleep(KNOCK_SECONDS)


def _read(note: Path) -> bytes | None:
    try:
        return note.read_bytes()
    except OSError:
        return None


def _knock(note: bytes, files: list[str]) -> bool:
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    try:
        door = json.loads(note)
        with Client(door["address"], authkey=bytes.fromhex(door["key"])) as host:
            host.send_bytes(json.dumps(files).encode())
            return host.poll(5) and host.recv_bytes(16) == b"ok"
    except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
        return False


def _address() -> str:
    name = f"haema-{secrets.token_hex(8)}"
    if sys.platform == "win32":
        return rf"\\.\pipe\{name}"
    # a data folder's own path may be longer than a Unix socket's address can be (108 bytes)
    return str(Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / name)


def _try_lock(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _unlock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN)
