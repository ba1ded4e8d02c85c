"""One app on one data folder: the lock, and the door between two starts."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from desktop.single import DOOR, announce_door, hand_over, lock_folder, open_door, open_folder
from knowledge.errors import FolderInUse


def hold(folder: str, pipe: Connection) -> None:
    with lock_folder(Path(folder)):
        pipe.send("locked")
        pipe.recv()


def test_the_lock_is_exclusive_and_dies_with_its_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    holder = context.Process(target=hold, args=(str(tmp_path), theirs))
    holder.start()
    assert ours.recv() == "locked"
    with pytest.raises(FolderInUse), lock_folder(tmp_path):
        pass
    assert holder.pid is not None
    if sys.platform == "win32":
        holder.terminate()
    else:
        os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    with lock_folder(tmp_path):
        pass


def test_files_are_handed_to_the_first_start(tmp_path: Path) -> None:
    received: list[list[str]] = []
    heard = threading.Event()

    def note(files: list[str]) -> None:
        received.append(files)
        heard.set()

    assert not hand_over(tmp_path, ["early"])
    with open_door(tmp_path, note):
        assert hand_over(tmp_path, ["/tmp/계약서 1.pdf"])
        assert heard.wait(5)
    assert received == [["/tmp/계약서 1.pdf"]]
    assert not hand_over(tmp_path, ["late"])


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX file modes")
def test_the_door_is_for_this_user_alone(tmp_path: Path) -> None:
    with open_door(tmp_path, lambda files: None):
        assert (tmp_path / DOOR).stat().st_mode & 0o077 == 0


def test_second_start_waits_for_a_window_that_is_opening(tmp_path: Path) -> None:
    came: list[list[str]] = []
    announce_door(tmp_path)

    def open_late() -> None:
        time.sleep(0.5)
        with open_door(tmp_path, came.append):
            done.wait(20)

    done = threading.Event()
    window = threading.Thread(target=open_late)
    window.start()
    try:
        assert hand_over(tmp_path, ["early.pdf"])
    finally:
        done.set()
        window.join()
    assert came == [["early.pdf"]]


def test_note_of_a_killed_window_is_taken_away_by_the_next_owner(tmp_path: Path) -> None:
    announce_door(tmp_path)
    with open_folder(tmp_path):
        assert not (tmp_path / DOOR).exists()
