"""Watched folders: what happens on the disk is followed once it is over, and only what is surely gone is forgotten."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from knowledge import watching
from knowledge.folders import add_watched, remove_watched, watched
from knowledge.library import Library, is_there
from knowledge.store import Store
from knowledge.watching import Changes, Followed, Watcher

PATIENCE = 60.0


class Followings:
    """A store, its watched folder, and what was read of it."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.store, self.folder = Store(home), folder
        self.library = Library(self.store, lambda text: len(text.split()), 50, self._read)
        self.read: list[str] = []
        add_watched(self.store, [str(folder)], "papers")

    def _read(self, path: Path, cancelled: Callable[[], bool]):
        from knowledge.readers import read

        self.read.append(path.name)
        return read(path)

    def follow(self, changes: Changes) -> list[int]:
        followed = Followed()
        list(watching.follow(changes, self.library, watched(self.store), lambda: False, lambda path: False, followed))
        assert followed.end
        for id in followed.removed:
            self.library.remove(id)
        return followed.removed

    def compare(self, *, steady: bool = False) -> list[int]:
        return self.follow(Changes(folders=frozenset([str(self.folder)]), steady=self._steady(steady)))

    def changed(self, *paths: Path) -> list[int]:
        return self.follow(Changes(paths=frozenset(map(str, paths)), steady=self._steady(steady=True)))

    def _steady(self, steady: bool) -> frozenset[str]:
        return frozenset([str(self.folder)] if steady else [])

    @property
    def names(self) -> list[str]:
        return sorted(str(Path(each.path).relative_to(self.folder.parent)) for each in self.library.documents())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "내 논문"
    folder.mkdir()
    return folder


@pytest.fixture
def following(tmp_path: Path, folder: Path) -> Iterator[Followings]:
    following = Followings(tmp_path / "home", folder)
    (folder / "a.txt").write_text("the first words")
    (folder / "deep").mkdir()
    (folder / "deep" / "b.txt").write_text("other words")
    following.compare()
    assert following.names == ["내 논문/a.txt", "내 논문/deep/b.txt"]
    following.read.clear()
    yield following
    following.store.close()


def test_what_changed_while_nobody_looked(following: Followings, folder: Path) -> None:
    (folder / "a.txt").write_text("the first words, changed")
    (folder / "deep").rename(folder / "deeper")
    (folder / "new.md").write_text("new words")
    following.compare()
    assert following.names == ["내 논문/a.txt", "내 논문/deeper/b.txt", "내 논문/new.md"]
    assert sorted(following.read) == ["a.txt", "new.md"]
    assert {each.collection for each in following.library.documents()} == {"papers"}
    (folder / "a.txt").unlink()
    assert len(following.compare()) == 1
    assert following.names == ["내 논문/deeper/b.txt", "내 논문/new.md"]


def test_a_missing_or_empty_folder_forgets_nothing(following: Followings, folder: Path) -> None:
    away = folder.with_name("unplugged")
    folder.rename(away)
    assert following.compare() == []
    assert following.changed(folder / "a.txt", folder) == []
    folder.mkdir()  # as the place where a disk is mounted is left
    assert following.compare() == []
    assert len(following.names) == 2
    folder.rmdir()
    away.rename(folder)
    assert following.compare() == []
    assert following.read == []
    shutil.rmtree(folder / "deep")
    (folder / "a.txt").unlink()
    assert len(following.compare(steady=True)) == 2  # emptied before our eyes


def test_a_disk_inside_the_folder_that_is_not_connected_forgets_nothing(following: Followings, folder: Path) -> None:
    """An unmounted disk leaves its empty place, and tells nothing of its files."""
    disk = folder / "disk"
    (disk / "deep").mkdir(parents=True)
    for place in (folder / "a.txt", disk / "b.txt", disk / "deep" / "c.txt", folder / "gone" / "d.txt"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(f"words of {place.name}")
    following.compare()
    before = len(following.names)
    shutil.rmtree(disk)
    disk.mkdir()
    assert following.compare(steady=True) == []
    assert following.changed(disk) == []
    shutil.rmtree(folder / "gone")
    assert len(following.compare()) == 1  # a folder that was deleted is no disk
    assert len(following.changed(disk / "b.txt")) == 1  # deleted before our eyes
    assert len(following.names) == before - 2


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_folder_that_may_not_be_looked_into_forgets_nothing(following: Followings, folder: Path) -> None:
    (folder / "deep").chmod(0)
    assert following.compare() == []
    (folder / "deep").chmod(0o700)


def test_editors_dances_renames_and_capitals(following: Followings, folder: Path) -> None:
    a, temporary, backup = folder / "a.txt", folder / ".a.txt.swp", folder / "a.txt~"
    temporary.write_text("the first words, edited")
    a.rename(backup)
    temporary.rename(a)
    backup.unlink()
    assert following.changed(a, temporary, backup, folder / "4913") == []
    assert following.read == ["a.txt"]
    following.read.clear()
    a.rename(folder / "A.TXT")
    assert following.changed(a, folder / "A.TXT") == []
    (folder / "deep" / "b.txt").rename(folder / "c.txt")
    (folder / "deep").rmdir()
    assert following.changed(folder / "deep" / "b.txt", folder / "deep", folder / "c.txt") == []
    assert following.read == []
    assert following.names == ["내 논문/A.TXT", "내 논문/c.txt"]
    shutil.move(folder / "c.txt", folder.parent / "outside.txt")
    assert len(following.changed(folder / "c.txt")) == 1


def test_a_name_in_other_capitals_is_another_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Plan.txt").write_text("words")
    assert is_there(str(tmp_path / "Plan.txt"))
    monkeypatch.setattr(os.path, "lexists", lambda path: True)  # as Windows and macOS say of other capitals
    assert not is_there(str(tmp_path / "plan.txt"))


def test_only_what_may_be_a_document_counts(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "picture.jpg").write_bytes(b"\xff")
    (folder / "a.txt").write_text("words")

    def counts(name: str) -> bool:
        return watching.may_be_a_document(str(folder / name), [str(folder)])

    assert all(map(counts, ["a.txt", "gone.pdf", "sub", "a folder that is gone"]))
    assert not any(
        map(counts, ["picture.jpg", ".hidden.txt", "~$a.docx", "node_modules/a.txt", ".git/a.txt", "../x.txt"])
    )


def test_the_table_of_folders(following: Followings, folder: Path) -> None:
    add_watched(following.store, [str(folder), str(folder / "deep")], None)
    assert watched(following.store) == {str(folder): "papers", str(folder / "deep"): None}
    assert remove_watched(following.store, [str(folder), "/nowhere"]) == 1
    assert following.names == ["내 논문/a.txt", "내 논문/deep/b.txt"]


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it was not noticed"
        time.sleep(0.05)


def test_the_watcher_notices_and_waits_until_it_is_quiet(
    following: Followings, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LOOK_SECONDS", 0.2)
    watcher = Watcher(folder / "home")  # a data folder inside a watched one
    lost = tmp_path / "lost"
    taken: list[Changes] = []

    def take() -> list[Changes]:
        if (changes := watcher.take()) is not None:
            taken.append(changes)
        return taken

    assert watcher.follow([str(folder), str(lost)]) == (str(lost),)
    until(take)
    assert taken.pop() == Changes(frozenset([str(folder)]), steady=frozenset([str(folder)]))
    time.sleep(1.0)  # the system begins to tell

    with (folder / "growing.txt").open("w") as file:
        begin = time.monotonic()
        while time.monotonic() - begin < 2 * watching.QUIET_SECONDS:
            file.write("more ")
            file.flush()
            assert take() == []
            time.sleep(0.2)
    until(take)
    assert taken.pop().paths == {str(folder / "growing.txt")}
    (folder / "home").mkdir()
    (folder / "home" / "notes.txt").write_text("not a document")
    (folder / ".hidden.txt").write_text("hidden")
    (folder / "a.txt").rename(folder / "deep" / "z.txt")
    until(take)
    changes = taken.pop()
    assert changes.paths == {str(folder / "a.txt"), str(folder / "deep" / "z.txt")}
    watcher.put_back(changes)
    until(take)
    assert following.follow(taken.pop()) == []
    assert following.names == ["내 논문/deep/b.txt", "내 논문/deep/z.txt"]
    assert following.read == []

    lost.mkdir()
    until(take)
    assert taken.pop().folders == {str(lost)}

    for number in range(2 * watching.MOST_PATHS):
        (folder / "deep" / f"{number}.txt").write_text(f"words of {number}")
    until(take)
    assert sum(len(changes.paths) for changes in taken) < 10
    assert any(str(folder) in changes.paths for changes in taken)
    taken.clear()
    watcher.follow([])
    until(lambda: not any(thread.name == "watching" for thread in threading.enumerate()))
    (folder / "late.txt").write_text("words")
    time.sleep(0.5)
    assert take() == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right on Windows")
def test_a_followed_link_to_a_folder(tmp_path: Path, folder: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    following = Followings(tmp_path / "home", link)
    (folder / "a.txt").write_text("words")
    assert following.changed(link / "a.txt") == []
    assert following.names == ["link/a.txt"]
    (folder / "a.txt").unlink()
    (folder / "b.txt").write_text("other words")
    assert len(following.changed(link / "a.txt", link / "b.txt")) == 1
    assert following.names == ["link/b.txt"]
    following.store.close()
