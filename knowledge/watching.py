"""Follows the watched folders: notices what changes in them, and brings the store up to it.

`Watcher` is a thread that only notices. A path counts when it has been quiet for a moment, so a file still being
written is left alone, and whatever dance of temporary files an editor makes is over. What came of it is looked up on
the disk then: events may be lost or come in any order. Where too much happens at once, at the start, and when a folder
comes back, the whole folder is compared.

`follow` does the rest, in the worker's second thread: it first reads what is there, which finds renamed files by their
content, and then forgets what is gone. Of a folder that is itself gone, or empty like the place of a disk that is not
connected, nothing is forgotten; nor of one inside it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from types import MappingProxyType

from knowledge.library import NOT_DOCUMENTS, Library, LibraryStep
from knowledge.readers import SUFFIXES

log = logging.getLogger(__name__)

QUIET_SECONDS = 2.0  # without a change, after which a file is taken for written
LOOK_SECONDS = 5.0  # how often it is looked whether missing folders have come back
COMPARE_SECONDS = 1800.0  # how often a folder is compared as a whole: network drives tell nothing, queues overflow
COMPARE_BLIND_SECONDS = 60.0  # the same, where the system cannot tell of changes
CROWDED_SECONDS = 30.0  # after which a folder in which something changes all the time is compared all the same
MOST_PATHS = 1_000  # changed at once, beyond which folders are compared instead
STEP_MILLISECONDS, BATCH_MILLISECONDS, TURN_MILLISECONDS = 100, 800, 500  # of collecting events


@dataclass(frozen=True, slots=True)
class Changes:
    """Folders to compare as a whole, and single paths that have changed. `steady`: folders that were never gone."""

    folders: frozenset[str] = frozenset()
    paths: frozenset[str] = frozenset()
    steady: frozenset[str] = frozenset()


class Watcher:
    """Notices changes below the folders it was told to `follow`. May be used from any thread.

    Nothing in `home` counts: Haema itself writes there.
    """

    def __init__(self, home: Path) -> None:
        self._home = os.path.realpath(home)
        self._guard = threading.Lock()
        self._wanted: frozenset[str] = frozenset()
        self._again = threading.Event()  # the folders to follow are others now
        self._pending: dict[str, float] = {}  # when a path changed last
        self._crowded: dict[str, float] = {}  # folders in which more has changed than is kept, and since when
        self._compare: set[str] = set()
        self._devices: dict[str, int] = {}  # of folders that are there, as they were when they were first seen
        self._thread: threading.Thread | None = None

    def follow(self, folders: Iterable[str]) -> tuple[str, ...]:
        """Follow just these from now on; those that are new are compared. Returns those that are not there."""
        wanted = frozenset(folders)
        with self._guard:
            self._wanted = wanted
            self._devices = {folder: device for folder, device in self._devices.items() if folder in wanted}
            self._compare &= wanted
            self._crowded = {folder: since for folder, since in self._crowded.items() if folder in wanted}
            self._pending = {path: changed for path, changed in self._pending.items() if _root(path, wanted)}
            self._again.set()
            if wanted and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watching", daemon=True)
                self._thread.start()
        return tuple(sorted(folder for folder in wanted if not is_present(folder)))

    def take(self) -> Changes | None:
        """What is to be followed now; it is forgotten here, so `put_back` what could not be done."""
        now = time.monotonic()
        with self._guard:
            quiet = self._quiet(now)
            if not quiet and not self._compare:
                return None
            for path in quiet:
                del self._pending[path]
                self._crowded.pop(path, None)
            folders, self._compare = frozenset(self._compare), set()
            steady = frozenset(folder for folder, device in self._devices.items() if _device(folder) == device)
            return Changes(folders, frozenset(quiet), steady)

    def put_back(self, changes: Changes) -> None:
        with self._guard:
            self._compare |= changes.folders & self._wanted
            for path in changes.paths:
                self._pending.setdefault(path, 0.0)

    def _quiet(self, now: float) -> set[str]:
        """What has been quiet for long enough, and crowded folders that never are."""
        quiet = {path for path, changed in self._pending.items() if now - changed >= QUIET_SECONDS}
        return quiet | {path for path, since in self._crowded.items() if now - since >= CROWDED_SECONDS}

    # ------------------------------------------------------------ its thread

    def _run(self) -> None:
        while True:
            self._again.clear()
            with self._guard:
                if not self._wanted:
                    self._thread = None
                    return
            there = self._look()
            if not there:
                self._again.wait(LOOK_SECONDS)
                continue
            try:
                self._notice(there)
            except Exception as error:  # noqa: BLE001 - no more watches, a folder just gone, a bug of the library
                log.warning("the system does not tell of changes (%s): folders are compared", type(error).__name__)
                self._compare_all(there)
                self._again.wait(COMPARE_BLIND_SECONDS)

    def _look(self) -> frozenset[str]:
        """The folders that are there; those that were not before are to be compared."""
        with self._guard:
            there = frozenset(folder for folder in self._wanted if is_present(folder))
            new = there - self._devices.keys()
            self._devices = {folder: self._devices.get(folder, _device(folder) or 0) for folder in there}
            self._compare |= new
        return there

    def _notice(self, there: frozenset[str]) -> None:
        """Collect changes until the folders to follow are others."""
        from watchfiles import watch

        looked = compared = time.monotonic()
        for changes in watch(
            *sorted(there),
            watch_filter=None,
            debounce=BATCH_MILLISECONDS,
            step=STEP_MILLISECONDS,
            rust_timeout=TURN_MILLISECONDS,
            yield_on_timeout=True,
            stop_event=self._again,
            raise_interrupt=False,
            ignore_permission_denied=True,
        ):
            now = time.monotonic()
            self._add((path for _, path in changes), there, now)
            if now - compared > COMPARE_SECONDS:
                compared = now
                self._compare_all(there)
            if now - looked > LOOK_SECONDS:
                looked = now
                if self._look() != there:
                    return

    def _add(self, paths: Iterable[str], there: frozenset[str], now: float) -> None:
        with self._guard:
            for path in paths:
                if may_be_a_document(path, there) and not _is_below(os.path.realpath(path), self._home):
                    root = _root(path, self._crowded)
                    self._pending[root or path] = now
            if len(self._pending) > MOST_PATHS:
                crowded = {root for path in self._pending if (root := _root(path, there)) is not None}
                self._pending = dict.fromkeys(crowded, now)
                self._crowded = dict.fromkeys(crowded, now) | self._crowded

    def _compare_all(self, folders: frozenset[str]) -> None:
        with self._guard:
            self._compare |= folders & self._wanted


# ---------------------------------------------------------------- the other thread


@dataclass(slots=True)
class Followed:
    """How following changes went: `removed` documents were forgotten, unless it was stopped before the `end`."""

    removed: list[int] = field(default_factory=list)
    end: bool = False


def follow(
    changes: Changes,
    library: Library,
    folders: dict[str, str | None],
    stopped: Callable[[], bool],
    leave_out: Callable[[str], bool],
    followed: Followed,
    projects: Mapping[str, str] = MappingProxyType({}),
) -> Generator[LibraryStep, None, None]:
    """Read what has changed; then `followed` names the documents to forget, whose files are gone.

    `folders` has the collections that the watched folders' documents belong to, `projects` the projects.
    Ends early when `stopped()` turns true: all of it may be done again.
    """
    looked_at = [*sorted(changes.folders & folders.keys()), *sorted(changes.paths)]
    together: dict[tuple[str | None, str | None], list[str]] = {}
    for path in looked_at:
        root = _root(path, folders)
        if root is not None and os.path.lexists(path) and is_present(root):
            together.setdefault((folders[root], projects.get(root)), []).append(path)
    for (collection, project), paths in together.items():
        yield from library.index_paths(paths, collection, stopped, leave_out, project)
        if stopped():
            return
    for path in looked_at:
        root = _root(path, folders)
        if root is None or not _may_forget(root, steady=root in changes.steady):
            continue
        for id, place in library.under(path).items():
            if stopped():
                return
            if is_gone(place) and (place in changes.paths or not _may_be_unmounted(place, root)):
                followed.removed.append(id)
    followed.end = True


def is_present(folder: str) -> bool:
    """Whether the folder is there and can be looked into."""
    try:
        with os.scandir(folder):
            return True
    except OSError:
        return False


def is_gone(path: str) -> bool:
    """Whether there is certainly no such file: a drive that does not answer says nothing about it."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _may_forget(root: str, *, steady: bool) -> bool:
    """Whether what is missing in the folder was deleted. One that is empty may be the place of a missing disk, unless
    it is on the same device as when its files were seen."""
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is not None or steady
    except OSError:
        return False


def _may_be_unmounted(place: str, root: str) -> bool:
    """Whether a file that is gone may lie on a disk that is not connected now: the innermost folder that is left of its
    path, other than the followed one itself, is empty, as the place of such a disk is. (That a disk was taken away says
    nothing of its files; where somebody deletes one, it is told by its own path.)"""
    folder = os.path.dirname(place)  # noqa: PTH120 - as text, as it was stored
    while _is_below(folder, root) and folder != root:
        try:
            with os.scandir(folder) as entries:
                return next(entries, None) is None
        except (FileNotFoundError, NotADirectoryError):
            folder = os.path.dirname(folder)  # noqa: PTH120
        except OSError:
            return True
    return False


def may_be_a_document(path: str, folders: Iterable[str]) -> bool:
    """Whether a changed path below one of the folders is worth a look: a document by its name, or a folder, or gone."""
    root = _root(path, folders)
    if root is None:
        return False
    inside = PurePath(path).relative_to(root).parts
    if any(part.startswith((".", "~$")) or part in NOT_DOCUMENTS for part in inside):
        return False
    return PurePath(path).suffix.lower() in SUFFIXES or not os.path.isfile(path)  # noqa: PTH113 - may be no name at all


def _root(path: str, folders: Iterable[str]) -> str | None:
    """The innermost of the folders that holds the path."""
    return max((folder for folder in folders if _is_below(path, folder)), key=len, default=None)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _device(folder: str) -> int | None:
    try:
        return Path(folder).stat().st_dev
    except OSError:
        return None
