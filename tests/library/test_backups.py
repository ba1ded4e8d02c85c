"""A backup while others write, and back: whole or not at all."""

from __future__ import annotations

import json
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest

from knowledge.backups import DERIVED, NOTE, back_up, restore
from knowledge.errors import BackupUnknown, FileMissing, PlaceNotWritable, StoreTooNew
from knowledge.history import History
from knowledge.store import FILE_NAME, Store


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


def said(home: Path) -> list[str]:
    store = Store(home)
    try:
        history = History(store)
        return [message.text for one in history.conversations() for message in history.messages(one.id)]
    finally:
        store.close()


def test_a_backup_is_one_state_while_others_write_and_comes_back(tmp_path: Path, store: Store) -> None:
    history = History(store)
    talk = history.begin("Talk").id
    history.say(talk, "user", "The one before", parent=None)
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            history.say(talk, "user", "later", parent=None)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        size = back_up(store, tmp_path / "deep" / "memory.zip")
    finally:
        stop.set()
        writer.join()
    assert size == (tmp_path / "deep" / "memory.zip").stat().st_size
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["memory.zip"]

    home = tmp_path / "elsewhere"
    other = Store(home)
    History(other).say(History(other).begin("Other").id, "user", "What was there", parent=None)
    other.close()
    for folder in DERIVED:
        (home / folder).mkdir()
    restore(home, tmp_path / "deep" / "memory.zip")
    back = said(home)
    assert "What was there" not in back
    assert back[-1] in {"later", "The one before"}
    assert sorted(file.name for file in home.iterdir()) == [FILE_NAME]
    with sqlite3.connect(home / FILE_NAME) as db:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert db.execute("SELECT count(*) FROM outbox").fetchone()[0] == 0
    db.close()


def test_what_is_no_whole_backup_changes_nothing(tmp_path: Path, store: Store) -> None:
    History(store).say(History(store).begin("Talk").id, "user", "Kept", parent=None)
    good = tmp_path / "good.zip"
    back_up(store, good)
    store.close()
    home = tmp_path / "home"
    with zipfile.ZipFile(good) as package:
        note, content = json.loads(package.read(NOTE)), package.read(FILE_NAME)

    def made(name: str, note: object, content: bytes) -> Path:
        with zipfile.ZipFile(tmp_path / name, "w") as package:
            package.writestr(NOTE, json.dumps(note))
            package.writestr(FILE_NAME, content)
        return tmp_path / name

    (tmp_path / "text.zip").write_text("no ZIP")
    (tmp_path / "cut.zip").write_bytes(good.read_bytes()[:-40])
    damaged = bytearray(good.read_bytes())
    damaged[len(damaged) // 2] ^= 255
    (tmp_path / "flipped.zip").write_bytes(damaged)
    import hashlib

    nothing = {**note, "size": 5, "sha256": hashlib.sha256(b"abcde").hexdigest()}
    for bad in (
        tmp_path / "text.zip",
        tmp_path / "cut.zip",
        tmp_path / "flipped.zip",
        made("sum.zip", {**note, "sha256": "0" * 64}, content),
        made("longer.zip", note, content + b"x"),
        made("other.zip", nothing, b"abcde"),
        made("list.zip", [], content),
    ):
        with pytest.raises(BackupUnknown):
            restore(home, bad)
        assert said(home) == ["Kept"]
    with pytest.raises(StoreTooNew):
        restore(home, made("newer.zip", {**note, "schema": 99}, content))
    with pytest.raises(FileMissing):
        restore(home, tmp_path / "nowhere.zip")
    assert said(home) == ["Kept"]
    (home / FILE_NAME).write_bytes(b"damaged" * 1000)  # why one restores
    restore(home, good)
    assert said(home) == ["Kept"]


def test_a_place_that_cannot_be_written_and_a_stop(tmp_path: Path, store: Store) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlaceNotWritable):
        back_up(store, tmp_path / "file" / "memory.zip")
    assert back_up(store, tmp_path / "stopped.zip", lambda: True) is None
    assert not list(tmp_path.glob("stopped*"))
