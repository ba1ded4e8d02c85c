"""The window's inside: all parts built and wired, and the slow ones started after the first paint.

`desktop/app.py` shows the empty frame first and imports this file afterwards, so that the window is there at once.
"""

from __future__ import annotations

import gc
import logging
import sys
import threading
import traceback
from contextlib import ExitStack
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop.background import Background
from desktop.home import Home, furnish
from desktop.language import Language
from desktop.single import open_door
from desktop.theme import Theme
from desktop.views.dialogs import tell_bug
from desktop.views.frame import Frame
from desktop.views.shape import raise_up
from desktop.views.window import Window
from knowledge.store import Store

log = logging.getLogger(__name__)


class Bell(QObject):
    """What is told from background threads, rung in the window's thread."""

    engine = Signal(object)
    memory = Signal(bool)
    second_start = Signal(list)
    bug = Signal(object)


def fill(frame: Frame, store: Store, theme: Theme, files: list[str], stack: ExitStack) -> None:
    """Build everything into `frame`; `stack` takes it down. `files` are indexed once the window is painted."""
    home = stack.enter_context(furnish(store))
    bell = Bell()
    _catch_bugs(bell)
    background = Background()
    stack.callback(background.close)
    window = Window(home, theme, Language(home.settings.language), background, frame)
    ring(bell, home, window)
    stack.enter_context(open_door(store.home, bell.second_start.emit))
    window.painted.connect(lambda: start(home, window, files), Qt.ConnectionType.SingleShotConnection)
    frame.fill(window)
    window.take_focus()


def start(home: Home, window: Window, files: list[str]) -> None:
    """What waited for the first paint: the workers, the files, and the collector that `__main__` held back."""
    gc.enable()
    home.engine.start()
    home.memory.start()
    window.add_files(files)


def ring(bell: Bell, home: Home, window: Window) -> None:
    """Connect the workers' callbacks, which come from background threads, with the window."""
    bell.engine.connect(window.show_engine)
    bell.memory.connect(window.show_memory)

    def second_start(files: list[str]) -> None:
        raise_up(window)
        window.add_files(files)

    bell.second_start.connect(second_start)

    def bug(error: BaseException) -> None:

        tell_bug(error, window)

    bell.bug.connect(bug)
    home.engine.changed = bell.engine.emit
    home.memory.ready_changed = bell.memory.emit


def _catch_bugs(bell: Bell) -> None:
    """Whatever nobody caught is logged with its traceback and shown, wherever it was raised."""

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        # frames and the kind, not the message: it may hold the user's words
        log.critical("uncaught %s\n%s", kind.__name__, "".join(traceback.format_tb(trace)))
        bell.bug.emit(error)

    sys.excepthook = caught
    threading.excepthook = lambda args: caught(args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback)
