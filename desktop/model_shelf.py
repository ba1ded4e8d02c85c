"""The models of this computer as the window sees them: what is there, how each would fit, which one answers.

Everything slow (reading headers, asking the engine, hashing, copying) runs in the background; `changed` tells that
there is something new to show.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.background import Background, Task
from desktop.engine_process import EngineState
from desktop.errors import is_known
from desktop.home import Home
from desktop.load_options import options_for
from desktop.model_library import Elsewhere, Item, Verified
from engine.messages import Fit, Hardware, LoadOptions

log = logging.getLogger(__name__)

SOON_MS = 250  # after the last change of an option, before its fit is predicted


class ModelShelf(QObject):
    """`failed` carries the exception of what could not be done; `added` the item that came by drop or dialog.

    `used` tells that the user chose a model to answer, and `verified` the outcome of a check.
    """

    changed = Signal()
    failed = Signal(object)
    added = Signal(object)
    used = Signal()
    verified = Signal(object)
    _checked = Signal(str, float)  # from the checking thread

    def __init__(self, home: Home, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home, self._background = home, background
        self.library = home.library
        self.items: tuple[Item, ...] | None = None  # None: not read yet
        self.elsewhere: tuple[Elsewhere, ...] = ()
        self.fits: dict[Path, Fit | Exception] = {}
        self.hardware: Hardware | None = None
        self.state: EngineState = home.engine.state
        self.verifying: dict[str, float] = {}  # by name: how far, 0 to 1
        self._drafts: dict[Path, LoadOptions] = {}  # chosen in the view, not loaded yet
        self._reading: Task | None = None
        self._waiting: list[Callable[[], None]] = []  # for the list to be read
        self._fitting: Task | None = None
        self._predicting: Task | None = None
        self._checks: dict[str, Task] = {}
        self._checked.connect(self._verify_progress)
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._predict)
        self._wanted: tuple[Item, LoadOptions, Callable[[Fit | Exception], None]] | None = None

    # ------------------------------------------------------------ what is there

    @property
    def models(self) -> tuple[Item, ...]:
        return self._of("model")

    @property
    def projectors(self) -> tuple[Item, ...]:
        return self._of("projector")

    @property
    def adapters(self) -> tuple[Item, ...]:
        return self._of("adapter")

    def find(self, name: str | None) -> Item | None:
        return next((item for item in self.items or () if item.name == name), None)

    def is_in_use(self, item: Item) -> bool:
        """Whether it answers, or is being loaded to."""
        chosen = self._home.engine.model
        if self.server:
            return False
        return item.starter if chosen is None else not item.starter and Path(chosen) == item.path

    def refresh(self, then: Callable[[], None] = lambda: None) -> None:
        """Read the list again, then predict how each model would fit."""

        def done(found: tuple[tuple[Item, ...], tuple[Elsewhere, ...]]) -> None:
            self._reading = None
            self.items, self.elsewhere = found
            here = {item.path for item in self.items}
            self.fits = {path: fit for path, fit in self.fits.items() if path in here}
            self.changed.emit()
            waiting, self._waiting = self._waiting, []
            for one in waiting:
                one()
            self._fit_all()

        def read(_: threading.Event) -> tuple[tuple[Item, ...], tuple[Elsewhere, ...]]:
            items = tuple(self.library.list())
            linked = {item.path for item in items}
            return items, tuple(one for one in self.library.found_elsewhere() if one.path not in linked)

        if self._reading is not None:
            self._reading.forsake()  # what it found is older than what is asked for now
        self._waiting.append(then)
        self._reading = self._background.run(read, on_done=done, on_failed=self.failed.emit)

    def _of(self, kind: str) -> tuple[Item, ...]:
        return tuple(item for item in self.items or () if item.kind == kind)

    @property
    def server(self) -> str:
        """The address of the server that answers instead of a model here; empty where none does."""
        address: str = self._home.settings.server.get("url", "")
        return address

    # ------------------------------------------------------------ how it fits

    def options(self, item: Item) -> LoadOptions:
        """What the user chose for it: in the view, else when it was loaded last."""
        drafted = self._drafts.get(item.path)
        return drafted if drafted is not None else self.kept_options(item)

    def kept_options(self, item: Item) -> LoadOptions:
        """What it is, or would be, loaded with."""
        return options_for(self._home.settings, self._path(item))

    def draft_options(self, item: Item, options: LoadOptions) -> None:
        """Choices that take effect when the model is loaded."""
        self._drafts[item.path] = options

    def predict(self, item: Item, options: LoadOptions, then: Callable[[Fit | Exception], None]) -> None:
        """Soon tell `then` how `item` would fit with `options`; of several calls the last one counts."""
        self._wanted = (item, options, then)
        self._soon.start()

    def _predict(self) -> None:
        if self._wanted is None:
            return
        item, options, then = self._wanted
        if self._predicting is not None:
            self._predicting.forsake()

        def done(fit: Fit | Exception) -> None:
            self._predicting = None
            if options == self.options(item):
                self.fits[item.path] = fit
                self.changed.emit()
            then(fit)

        self._predicting = self._background.run(
            lambda _: self._home.engine.inspect(self._path(item), options), on_done=done, on_failed=done
        )

    def _fit_all(self) -> None:
        """How each model would fit, one after the other; the engine answers when it has nothing better to do."""
        if self._fitting is not None:
            self._fitting.forsake()
        wanted = [
            (item, self.options(item)) for item in self.models if item.facts is not None and item.path not in self.fits
        ]

        def work(stop: threading.Event) -> Iterator[Hardware | tuple[Item, LoadOptions, Fit | Exception]]:
            yield self._home.engine.survey()
            for item, options in wanted:
                if stop.is_set():
                    return
                try:
                    yield item, options, self._home.engine.inspect(self._path(item), options)
                except Exception as error:
                    if not is_known(error):
                        raise
                    yield item, options, error

        def hear(news: Hardware | tuple[Item, LoadOptions, Fit | Exception]) -> None:
            if isinstance(news, Hardware):
                self.hardware = news
            else:
                item, options, fit = news
                if options == self.options(item):  # else the user has chosen others, and `predict` is at work
                    self.fits[item.path] = fit
            self.changed.emit()

        def failed(error: Exception) -> None:
            # the engine is down: the window's notice and the header say so, and each row goes without its fit
            log.warning("how the models would fit is not known: %s", type(error).__name__)

        self._fitting = self._background.run(work, on_event=hear, on_failed=failed)

    # ------------------------------------------------------------ what the user does

    def show_engine(self, state: EngineState) -> None:
        """A new state of the engine."""
        settled = state.phase == "ready" and self.state.phase != "ready"
        self.state = state
        if settled and self.items is not None:  # what is free has changed
            self.fits = {}
            self._fit_all()
        self.changed.emit()

    def use(self, item: Item) -> None:
        """Load it, with what was chosen for it; a server that answered until now is left."""
        settings = self._home.settings
        if settings.server:
            settings.former_server, settings.server = settings.server, {}
        self._home.engine.use(self._path(item), self.options(item))
        self._drafts.pop(item.path, None)
        self.used.emit()
        self.changed.emit()

    def try_fast(self) -> None:
        """Give the fast profile, which had failed, another try."""
        self._home.engine.try_fast()

    def add(self, paths: Sequence[str | Path]) -> None:
        """Take these GGUF files into the list where they lie."""

        def work(stop: threading.Event) -> Iterator[Item | Exception]:
            for path in paths:
                if stop.is_set():
                    return
                try:
                    yield self.library.add(Path(path))
                except Exception as error:
                    if not is_known(error):
                        raise
                    yield error

        taken: list[Item] = []

        def hear(news: Item | Exception) -> None:
            if isinstance(news, Item):
                taken.append(news)
            else:
                self.failed.emit(news)

        def done(_: object) -> None:
            if taken:
                self.refresh(then=lambda: self.added.emit(taken[-1]))

        self._background.run(work, on_event=hear, on_done=done, on_failed=self.failed.emit)

    def remove(self, item: Item) -> None:
        """Delete or unlink it; the user was asked."""
        in_use = self._home.engine.model
        self._background.run(
            lambda _: self.library.remove(item.name, in_use=in_use),
            on_done=lambda _: self.refresh(),
            on_failed=self.failed.emit,
        )

    def verify(self, item: Item) -> None:
        """Check it against its published hash, or its structure; `verified` tells the outcome."""
        if item.name in self._checks:
            return

        def done(outcome: Verified) -> None:
            self._end_check(item.name)
            self.verified.emit(outcome)

        def failed(error: Exception) -> None:
            self._end_check(item.name)
            self.failed.emit(error)

        def work(stop: threading.Event) -> Verified:
            told = 0

            def progress(done: int, total: int) -> None:
                nonlocal told
                percent = 100 * done // total if total else 0
                if percent != told:  # a large file is read in many thousand steps
                    told = percent
                    self._checked.emit(item.name, percent / 100)

            return self.library.verify(item.name, stop=stop, progress=progress)

        self.verifying[item.name] = 0.0
        self._checks[item.name] = self._background.run(work, on_done=done, on_failed=failed)
        self.changed.emit()

    def stop_verifying(self, name: str) -> None:
        if name in self._checks:
            self._checks[name].stop()

    def _verify_progress(self, name: str, part: float) -> None:
        if name in self._checks:
            self.verifying[name] = part
            self.changed.emit()

    def _end_check(self, name: str) -> None:
        self._checks.pop(name, None)
        self.verifying.pop(name, None)
        self.changed.emit()

    @staticmethod
    def _path(item: Item) -> str | None:
        """As the engine names it."""
        return None if item.starter else str(item.path)
