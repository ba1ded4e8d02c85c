"""Opens the window: builds all parts, passes them down, and starts the slow ones after the first paint."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import sys
import threading
import traceback
from contextlib import ExitStack
from types import TracebackType

from PySide6.QtCore import QObject, QSocketNotifier, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.background import Background
from desktop.errors import complain
from desktop.home import Home, open_home
from desktop.language import Language
from desktop.paths import assets, data_folder
from desktop.single import hand_over, open_door
from desktop.theme import Theme
from desktop.views.stylesheet import stylesheet
from desktop.views.window import Window
from knowledge.errors import FolderInUse, KnowledgeError

log = logging.getLogger(__name__)

DONE, FAILED = 0, 1
NO_DISPLAY = (
    "haema: There is no display to open a window on. Use the command line: "
    'haema ask "…", haema index PATH…, haema recall "…" (haema --help shows all).\n'
)


class Bell(QObject):
    """What is told from background threads, rung in the window's thread."""

    engine = Signal(object)
    memory = Signal(bool)
    second_start = Signal(list)
    bug = Signal(object)


def run(files: list[str], home: str | None) -> int:
    """Show the window on the data folder and index `files`; returns the exit code when it is closed."""
    if _no_display():
        sys.stderr.write(NO_DISPLAY)
        return FAILED
    app = _application()
    folder = data_folder(home)
    with ExitStack() as stack:
        try:
            opened = stack.enter_context(open_home(folder))
        except FolderInUse as error:
            if hand_over(folder, files):
                return DONE
            return _refuse(error)
        except KnowledgeError as error:
            return _refuse(error)
        bell = Bell()
        _catch_bugs(bell)
        language = Language(opened.settings.language)
        theme = Theme(opened.settings.theme)
        background = Background()
        stack.callback(background.close)
        window = Window(opened, theme, language, background)
        ring(bell, opened, window)
        stack.enter_context(open_door(folder, bell.second_start.emit))
        window.painted.connect(lambda: start(opened, window, files), Qt.ConnectionType.SingleShotConnection)
        window.show()
        _obey_interrupts(stack)
        code = app.exec()
        window.hide()
    return code


def _application() -> QApplication:
    QApplication.setApplicationName("Haema")
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName("haema")
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    app.setStyle("Fusion")
    made = QIcon()
    for size in (16, 24, 32, 48, 64, 128, 256):
        made.addFile(str(assets() / "icons" / f"haema-{size}.png"))
    app.setWindowIcon(made)
    app.setFont(Theme().font(13))
    return app


def _no_display() -> bool:
    """Whether this Linux has no screen to open a window on: Qt would abort, so it is asked before."""
    names = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform.startswith("linux") and not any(os.environ.get(name) for name in names)


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
        window.raise_up()
        window.add_files(files)

    bell.second_start.connect(second_start)

    def bug(error: BaseException) -> None:
        from desktop.views.dialogs import tell_bug

        tell_bug(error, window)

    bell.bug.connect(bug)
    home.engine.changed = bell.engine.emit
    home.memory.ready_changed = bell.memory.emit


def _obey_interrupts(stack: ExitStack) -> None:
    """Ctrl+C in the terminal closes the window properly: Python hears signals only when woken from Qt's loop."""
    ours, theirs = socket.socketpair()  # no network: a pair within this process
    for end in (ours, theirs):
        end.setblocking(False)
        stack.callback(end.close)
    before = signal.set_wakeup_fd(theirs.fileno())
    stack.callback(signal.set_wakeup_fd, before)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda *_: ours.recv(64))
    stack.callback(notifier.setEnabled, False)
    handler = signal.signal(signal.SIGINT, lambda *_: QApplication.closeAllWindows())
    stack.callback(signal.signal, signal.SIGINT, handler)


def _refuse(error: KnowledgeError) -> int:
    """The folder cannot be opened: say so on the screen, and on stderr for who started us from a terminal."""
    from desktop.views.dialogs import tell_error

    complain(error)
    language = Language()
    theme = Theme()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.setPalette(theme.palette())
    app.setStyleSheet(stylesheet(theme))
    tell_error(error)
    del language
    return FAILED


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
