"""What is remembered as the window sees it: found, read, pinned, put right, forgotten, and brought back.

Everything runs in the background, for a memory may hold a hundred thousand turns; `changed` tells that there is
something new to show. What is looked for by words is recalled (by meaning and words, as an answer recalls, but from
everywhere), and what holds the very words stands below that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.attach import Attaching
from desktop.background import Background, Task
from desktop.errors import Failure
from desktop.home import Home
from desktop.settings import bin_days
from knowledge import facts, memories
from knowledge.bin import Binned, contents, restore
from knowledge.facts import Fact
from knowledge.forgetting import empty_bin
from knowledge.memories import Group, Held, Listing, Looked, Remembered, Stretch
from knowledge.messages import MemoryMap, Progress, Recalled, RecallKind
from knowledge.store import Store

RECALLED = 120  # items, best first, before what only holds the words
RECALL_SECONDS = 10.0
AGAIN_MS = 700  # between two readings of the list while things come in
NAMED = 3  # of the documents that would be forgotten
KINDS: Mapping[Group, RecallKind] = {"facts": "facts", "said": "conversations", "documents": "documents"}


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a memory: its whole text; of a fact what was stated of the same thing over time, the oldest first."""

    memory: Remembered
    text: str
    history: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """What would be forgotten: turns, facts, and whole documents, with the paths of the first."""

    messages: tuple[int, ...]
    facts: tuple[int, ...]
    documents: tuple[int, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many memories are gone, and the numbers in the bin they can be brought back by."""

    count: int
    bin: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    listing: Listing
    held: Held
    found: Mapping[int, Recalled] = field(default_factory=dict)
    words_only: bool = False


class MemoryShelf(QObject):
    """`changed` carries nothing: look at `listing`, `held` and `found`. `failed` carries an exception, `forgotten` a
    `Forgotten`, `kept` how many facts were agreed to; `brought_back`: something is remembered again. `visible` says
    whether somebody looks: else nothing is read."""

    changed = Signal()
    failed = Signal(object)
    forgotten = Signal(object)
    kept = Signal(int)
    brought_back = Signal()

    def __init__(self, home: Home, attaching: Attaching, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._attaching, self._background = home, attaching, background
        self.looked = Looked()
        self.listing: Listing | None = None  # None: not read yet
        self.held = Held(0, 0, 0, 0, (), ())
        self.found: Mapping[int, Recalled] = {}  # why and where, of what was recalled
        self.words_only = False  # the search was by words alone, for the memory's worker did not answer
        self.leaving: frozenset[int] = frozenset()  # being forgotten
        self.visible = False
        self._reading: Task | None = None
        self._drawing: Task | None = None
        self._again = QTimer(self, singleShot=True, interval=AGAIN_MS)
        self._again.timeout.connect(self.refresh)

    # ------------------------------------------------------------ what is there

    def look_for(self, looked: Looked) -> None:
        """Have `listing` be what is like this."""
        self.looked = looked
        self.refresh()

    def refresh(self) -> None:
        """Read the list again."""
        store, looked = self._home.store, self.looked

        def read(stop: threading.Event) -> _Seen:
            found, words_only = self._recall(looked, stop)
            return _Seen(memories.find(store, looked, found), memories.held(store), found, words_only)

        if self._reading is not None:
            self._reading.forsake()  # what it found is older than what is asked for now
        self._reading = self._background.run(read, on_done=self._show, on_failed=self._fail)

    def hear(self) -> None:
        """Something was said, read or learned that nobody asked for here."""
        if self.visible and not self._again.isActive():
            self._again.start()

    def read(self, keys: tuple[int, ...], told: Callable[[Mapping[int, Remembered]], None]) -> None:
        """What the rows of these say."""
        store = self._home.store
        self._background.run(lambda _: memories.remembered(store, keys), on_done=told, on_failed=self.failed.emit)

    def read_whole(self, key: int, told: Callable[[Whole | None], None]) -> None:
        """All of one memory; None when it is gone."""
        store = self._home.store

        def read(_: threading.Event) -> Whole | None:
            one, text = memories.remembered(store, (key,)).get(key), memories.whole_text(store, key)
            if one is None or text is None:
                return None
            return Whole(one, text, tuple(facts.history(store, one.item)) if one.kind == "fact" else ())

        self._background.run(read, on_done=told, on_failed=self.failed.emit)

    def stretches(self, step: memories.Step, told: Callable[[tuple[Stretch, ...]], None]) -> None:
        """How much is from each month or week."""
        store = self._home.store
        self._background.run(lambda _: memories.stretches(store, step), on_done=told, on_failed=self.failed.emit)

    def draw_map(
        self, told: Callable[[MemoryMap], None], failed: Callable[[Exception], None], going: Callable[[Progress], None]
    ) -> bool:
        """Lay all of it out in two dimensions; False when that is under way already."""
        if self._drawing is not None:
            return False
        memory = self._home.memory

        def event(news: Progress | MemoryMap) -> None:
            if isinstance(news, MemoryMap):
                told(news)
            else:
                going(news)

        def over(error: Exception | None = None) -> None:
            self._drawing = None
            if error is not None:
                failed(error)

        self._drawing = self._background.run(memory.draw_map, on_event=event, on_done=lambda _: over(), on_failed=over)
        return True

    def stop_drawing(self) -> None:
        """The map is not wanted any more."""
        if self._drawing is not None:
            self._drawing.forsake()
            self._drawing = None

    def _recall(self, looked: Looked, stop: threading.Event) -> tuple[dict[int, Recalled], bool]:
        """What the memory recalls on the words, and whether it could not be asked."""
        words = looked.words.strip()
        if not words or looked.group == "open":  # what waits for the user's word is not indexed
            return {}, False
        memory = self._home.memory
        if not memory.wait(0.05, stop):
            return {}, True
        kind = KINDS.get(looked.group, "all") if looked.group is not None else "all"
        try:
            recalled = memory.recall(words, kind=kind, k=RECALLED, scope=None, timeout=RECALL_SECONDS)
        except (Failure, TimeoutError):
            return {}, True
        found = {key: item for item in recalled.items if (key := key_of(item)) is not None}
        return found, recalled.error is not None

    def _show(self, seen: _Seen) -> None:
        self._reading = None
        self.listing, self.held = seen.listing, seen.held
        self.found, self.words_only = seen.found, seen.words_only
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._reading = None
        self.failed.emit(error)

    # ------------------------------------------------------------ what can be done

    def pin(self, keys: Sequence[int], *, on: bool) -> None:
        """These weigh more from now on, or as much as all others again."""
        store, every = self._home.store, tuple(keys)
        if on:
            self._write(lambda: memories.pin(store, every, time.time()))
        else:
            self._write(lambda: memories.unpin(store, every))

    def keep(self, keys: Sequence[int]) -> None:
        """The user agrees to these facts: they are recalled from now on."""
        items, store = _facts_of(keys), self._home.store

        def work(_: threading.Event) -> int:
            for item in items:
                facts.keep(store, item)
            return len(items)

        def done(count: int) -> None:
            self._renew()
            self.kept.emit(count)

        self._background.run(work, on_done=done, on_failed=self._failed_to_write)

    def decline(self, keys: Sequence[int]) -> None:
        """The user does not want these facts; they are not proposed again."""
        items, store = _facts_of(keys), self._home.store

        def write() -> None:
            for item in items:
                facts.decline(store, item)

        self._write(write)

    def edit(self, key: int, text: str) -> None:
        """Give a fact other words."""
        store = self._home.store
        self._write(lambda: facts.edit(store, memories.parts_of(key)[1], text))

    def write(self, text: str) -> None:
        """Keep a fact that the user writes down; of the project that is looked at."""
        store, project = self._home.store, self.looked.project
        self._write(lambda: facts.write(store, text, project=project or None))

    def forget(self, keys: Sequence[int]) -> None:
        """Forget these; of passages the whole documents. `forgotten` when nothing is left of them, or all is in the
        bin, where the user wants one. What is being indexed holds meanwhile."""
        gone = tuple(key for key in keys if key not in self.leaving)
        if not gone:
            return
        self.leaving |= frozenset(gone)
        self.changed.emit()
        job = self._attaching.hold()
        days = bin_days(self._home.settings)

        def over() -> None:
            self._attaching.let_go(job)
            self.leaving -= frozenset(gone)

        def done(forgotten: Forgotten) -> None:
            over()
            self.forgotten.emit(forgotten)
            self._renew()

        def failed(error: Exception) -> None:
            over()
            self.changed.emit()
            self.failed.emit(error)

        self._background.run(lambda _: self._forget(gone, days), on_done=done, on_failed=failed)

    def weigh(self, keys: Sequence[int], told: Callable[[Load], None]) -> None:
        """What would be forgotten with these."""
        store, every = self._home.store, tuple(keys)
        self._background.run(lambda _: _load(store, every), on_done=told, on_failed=self.failed.emit)

    def _forget(self, keys: tuple[int, ...], days: int) -> Forgotten:
        memory, load = self._home.memory, _load(self._home.store, keys)
        binned: tuple[int, ...] = ()
        if load.messages or load.facts:
            binned = self._home.chat.forget(messages=load.messages, facts=load.facts, bin_days=days).binned
        if load.documents:
            memory.remove_documents(load.documents)
        return Forgotten(len(load.messages) + len(load.facts) + len(load.documents), binned)

    # ------------------------------------------------------------ the bin

    @property
    def has_bin(self) -> bool:
        """Whether the user wants one, or something is still in it."""
        return bool(self._home.settings.forget_bin) or self.held.binned > 0

    def read_bin(self, told: Callable[[list[Binned]], None]) -> None:
        """What can be brought back, the latest first."""
        store = self._home.store
        self._background.run(lambda _: contents(store), on_done=told, on_failed=self.failed.emit)

    def bring_back(self, entries: Sequence[int]) -> None:
        """These are remembered again."""
        store, every = self._home.store, tuple(entries)

        def done(_: object) -> None:
            self._renew()
            self.brought_back.emit()

        self._background.run(
            lambda _: [restore(store, entry) for entry in every], on_done=done, on_failed=self._failed_to_write
        )

    def empty_bin(self, entries: Sequence[int]) -> None:
        """These can be brought back no more, and leave the disk."""
        store, every = self._home.store, tuple(entries)
        self._write(lambda: empty_bin(store, every))

    # ------------------------------------------------------------ what all of them do

    def _renew(self) -> None:
        self.refresh()
        self._home.consolidate_soon()

    def _write(self, write: Callable[[], object]) -> None:
        self._background.run(lambda _: write(), on_done=lambda _: self._renew(), on_failed=self._failed_to_write)

    def _failed_to_write(self, error: Exception) -> None:
        self.failed.emit(error)
        self.refresh()


def key_of(item: Recalled) -> int | None:
    """The key of a recalled item; None of one that is no single memory."""
    kind, _, number = item.id.partition(":")
    if not number.isdigit():
        return None
    match kind:
        case "message" | "passage" | "fact":
            return memories.key_of(kind, int(number))
        case _:
            return None


def _load(store: Store, keys: Sequence[int]) -> Load:
    items: dict[memories.Kind, list[int]] = {"message": [], "passage": [], "fact": []}
    for key in keys:
        kind, item = memories.parts_of(key)
        items[kind].append(item)
    documents = memories.documents_of(store, items["passage"])
    names = memories.paths(store, documents[:NAMED])
    return Load(tuple(items["message"]), tuple(items["fact"]), documents, names)


def _facts_of(keys: Sequence[int]) -> tuple[int, ...]:
    return tuple(item for kind, item in map(memories.parts_of, keys) if kind == "fact")
