"""The way into the memory and back: the page is built when first opened, and what it wants is done here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.attach import Attaching
from desktop.background import Background
from desktop.home import Home
from desktop.theme import Theme
from desktop.views.room import Room
from knowledge.messages import Recalled

if TYPE_CHECKING:
    from desktop.memory_shelf import Forgotten, Load, MemoryShelf
    from desktop.views.memory_detail import Act
    from desktop.views.memory_page import MemoryPage
    from knowledge.memories import Remembered


class MemoryRoom(Room["MemoryPage", "MemoryShelf"]):
    """`closed` when the user went back. `open_wanted` carries the `Recalled` to open. `changed`: something was
    forgotten, or brought back."""

    open_wanted = Signal(object)
    talk_wanted = Signal()
    changed = Signal()

    def __init__(
        self,
        home: Home,
        attaching: Attaching,
        theme: Theme,
        background: Background,
        pages: QStackedLayout,
        window: QWidget,
    ) -> None:
        super().__init__(pages, window)
        self._home, self._attaching, self._theme, self._background = home, attaching, theme, background
        self._warm = False

    def warm_up(self) -> None:
        """The memory is ready: import the page's code while nobody waits for it."""
        if not self._warm:
            self._warm = True
            self._background.run(lambda _: import_module("desktop.views.memory_page"))
        if self._shelf is not None and self._shelf.words_only:
            self._shelf.hear()  # what was looked for by words alone is looked for by meaning now

    def hear(self) -> None:
        """Something was said, read or learned."""
        if self._shelf is not None:
            self._shelf.hear()

    # ------------------------------------------------------------ from the cards of an answer's sources

    def pin(self, item: Recalled) -> None:
        """Have this recalled before other things from now on."""
        from desktop.memory_shelf import key_of

        _, shelf = self._furnish()
        if (key := key_of(item)) is not None:
            shelf.pin((key,), on=True)

    def forget(self, item: Recalled) -> None:
        """Forget what this source is, asked once."""
        from desktop.memory_shelf import key_of

        _, shelf = self._furnish()
        if (key := key_of(item)) is not None:
            shelf.weigh((key,), lambda load: self._ask_to_forget((key,), load))

    # ------------------------------------------------------------ what is done with memories

    def _do(self, act: Act, keys: Sequence[int]) -> None:
        from desktop.views.memory_detail import Act

        page, shelf = self._furnish()
        if not keys:
            return
        match act:
            case Act.OPEN:
                shelf.read((keys[0],), self._open)
            case Act.ALL:
                shelf.read((keys[0],), self._show_talk)
            case Act.KEEP:
                shelf.keep(keys)
            case Act.DECLINE:
                shelf.decline(keys)
            case Act.PIN | Act.UNPIN:
                shelf.pin(keys, on=act is Act.PIN)
            case Act.FORGET:
                shelf.weigh(keys, lambda load: self._ask_to_forget(keys, load))
            case Act.EDIT:
                page.detail.edit(on=True)

    def _open(self, found: Mapping[int, Remembered]) -> None:
        """The document at the passage, or the conversation at the turn."""
        for one in found.values():
            if one.kind == "passage" or one.conversation is not None:
                self.open_wanted.emit(_as_source(one))

    def _show_talk(self, found: Mapping[int, Remembered]) -> None:
        for one in found.values():
            if self._page is not None and one.conversation is not None:
                self._page.filter.show_conversation(one.conversation, one.title or "")

    def _ask_to_forget(self, keys: Sequence[int], load: Load) -> None:
        from desktop.views.memory_questions import may_forget

        if self._shelf is not None and may_forget(load, self._window, binned=bool(self._home.settings.forget_bin)):
            self._shelf.forget(keys)

    def _told_forgotten(self, forgotten: Forgotten) -> None:
        if self._page is not None and self._shelf is not None:
            shelf, entries = self._shelf, forgotten.bin
            self._page.notice.say(
                self.tr("Forgotten."),
                tone="muted",
                button=self.tr("Undo") if entries else "",
                act=lambda: shelf.bring_back(entries),
            )
        self.changed.emit()

    def _told_kept(self, count: int) -> None:
        if self._page is not None:
            words = self.tr("1 fact is kept.") if count == 1 else self.tr("{count} facts are kept.")
            self._page.notice.say(words.format(count=count), tone="muted")

    def _write(self) -> None:
        from desktop.views.memory_questions import written_fact

        words = written_fact(self._window)
        if words is not None and self._shelf is not None:
            self._shelf.write(words)

    def _empty_bin(self, entries: Sequence[int]) -> None:
        from desktop.views.memory_questions import may_empty

        if self._shelf is not None and entries and may_empty(len(entries), self._window):
            self._shelf.empty_bin(entries)

    # ------------------------------------------------------------ built once

    def _furnish(self) -> tuple[MemoryPage, MemoryShelf]:
        if self._page is not None and self._shelf is not None:
            return self._page, self._shelf
        # here, because a window that never shows its memory should not wait for this
        from desktop.memory_shelf import MemoryShelf
        from desktop.views.memory_page import MemoryPage

        shelf = MemoryShelf(self._home, self._attaching, self._background, self)
        page = MemoryPage(shelf, self._theme)
        self._page, self._shelf = page, shelf
        self._pages.addWidget(page)
        page.closed.connect(self.close)
        page.wanted.connect(self._do)
        page.written.connect(shelf.edit)
        page.fact_wanted.connect(self._write)
        page.talk_wanted.connect(self.talk_wanted)
        page.bin.empty_wanted.connect(self._empty_bin)
        shelf.forgotten.connect(self._told_forgotten)
        shelf.kept.connect(self._told_kept)
        shelf.brought_back.connect(self.changed)
        return page, shelf


def _as_source(one: Remembered) -> Recalled:
    """The memory as what shows sources opens it: a document at its page, a conversation at its turn."""
    turn = one.item if one.kind == "message" else one.origin
    return Recalled(
        kind="document" if one.kind == "passage" else "conversation",
        id=f"{one.kind}:{one.item}",
        text=one.text,
        score=0.0,
        parts={},
        why=(),
        matches=(),
        tokens=0,
        document=one.document,
        path=one.path,
        page=one.page,
        heading=one.heading,
        conversation=one.conversation,
        title=one.title,
        messages=(turn,) if one.kind != "passage" and turn is not None else (),
        passages=(one.item,) if one.kind == "passage" else (),
    )
