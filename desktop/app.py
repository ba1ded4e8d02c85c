"""Opens the window: its empty frame at once, its inside (`desktop/inside.py`) when that is painted."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from desktop import __version__
from desktop.errors import complain
from desktop.paths import assets, data_folder
from desktop.settings import Settings
from desktop.single import announce_door, hand_over, open_folder
from desktop.theme import Theme
from desktop.views.frame import Frame
from knowledge.errors import FolderInUse, KnowledgeError
from knowledge.store import Store

DONE, FAILED = 0, 1
CLOSING_SECONDS = 10.0  # that a window may need to let go of its folder
NO_DISPLAY = (
    "haema: There is no display to open a window on. Use the command line: "
    'haema ask "…", haema index PATH…, haema recall "…" (haema --help shows all).\n'
)


def run(files: list[str], home: str | None) -> int:
    """Show the window on the data folder and index `files`; returns the exit code when it is closed."""
    if _no_display():
        sys.stderr.write(NO_DISPLAY)
        return FAILED
    app = _application()
    folder = data_folder(home)
    with ExitStack() as stack:
        try:
            store = _enter(folder, files, stack)
        except KnowledgeError as error:
            return _refuse(error)
        if store is None:
            return DONE
        settings = Settings(store)
        theme = Theme(settings.theme)
        frame = Frame(theme, settings)

        def fill() -> None:
            from desktop import inside

            try:
                inside.fill(frame, store, theme, files, stack)
            except KnowledgeError as error:
                app.exit(_refuse(error))

        frame.painted.connect(fill, Qt.ConnectionType.SingleShotConnection)
        frame.show()
        _obey_interrupts(stack)
        code = app.exec()
        frame.hide()
    return code


def _enter(folder: Path, files: list[str], stack: ExitStack) -> Store | None:
    """The folder's store; None when the window open on it took the files. One that is just closing is waited for.

    Raises `KnowledgeError`.
    """
    came = time.monotonic()
    while True:
        try:
            store = stack.enter_context(open_folder(folder))
        except FolderInUse:
            if hand_over(folder, files):
                return None
            if time.monotonic() - came > CLOSING_SECONDS:
                raise
        else:
            announce_door(folder)
            return store


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
    from desktop.language import Language
    from desktop.views.dialogs import tell_error
    from desktop.views.stylesheet import stylesheet

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
