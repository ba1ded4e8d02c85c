"""The window's shape as it was when it was closed last: its place and size, and the widths of its panes.

And how it comes to the front, for a second start."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtWidgets import QWidget

from desktop.settings import Settings
from desktop.views.panes import Panes

USUAL = QSize(1280, 820)
MOST_OF_THE_SCREEN = 0.95


def restore(window: QWidget, panes: Panes, settings: Settings) -> None:
    """Give the window of this widget its shape again; the first time one that fits the screen."""
    if not (settings.window and window.window().restoreGeometry(QByteArray.fromBase64(settings.window.encode()))):
        window.window().resize(USUAL.boundedTo(window.screen().availableSize() * MOST_OF_THE_SCREEN))
    panes.set_widths(settings.left_width, settings.right_width, window.window().width())


def keep(window: QWidget, panes: Panes, settings: Settings) -> None:
    """Remember it for the next start."""
    settings.left_width, settings.right_width = panes.widths
    settings.window = bytes(window.window().saveGeometry().toBase64().data()).decode()


def raise_up(widget: QWidget) -> None:
    """Bring the window of this widget to the front, also from the task bar."""
    window = widget.window()
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
