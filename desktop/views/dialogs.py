"""The few dialogs: an error at the start, a bug with a copy button, a question before deleting, the list of keys."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QMessageBox, QVBoxLayout, QWidget

from desktop import __version__
from desktop.language import say
from desktop.views.question import asked
from desktop.views.stylesheet import mark

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


def tell_error(error: BaseException, parent: QWidget | None = None) -> None:
    """An error that the user can act on, and nothing else can go on before."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Haema", say(error), QMessageBox.StandardButton.Close, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.exec()


def tell_bug(error: BaseException, parent: QWidget | None = None) -> None:
    """A bug of ours: the sentence, the details folded, and a button that copies them."""
    details = "\n".join(
        (
            f"Haema {__version__}, Python {platform.python_version()}, Qt {qVersion()}, {platform.platform()}",
            # frames and the error's type, not its message, which may hold the user's words
            "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__,
        )
    )
    box = QMessageBox(QMessageBox.Icon.Critical, "Haema", say(error), QMessageBox.StandardButton.Close, parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(
        translate("dialogs", "Your conversations are saved. You can go on, or copy the details and send them to us.")
    )
    box.setDetailedText(details)
    copy = box.addButton(translate("dialogs", "Copy details"), QMessageBox.ButtonRole.ActionRole)
    box.setDefaultButton(QMessageBox.StandardButton.Close)  # not the details
    copy.clicked.disconnect()  # an action button would close the box
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(details))
    box.exec()


def may_delete(title: str, parent: QWidget, bin_days: int = 0) -> bool:
    """Whether the user, asked once, wants this conversation gone; `bin_days`: it can be brought back for so long."""
    for_good = translate("dialogs", "Haema forgets everything said in it. This cannot be undone.")
    for_now = translate("dialogs", "Haema forgets everything said in it. For {days} days you can bring it back.")
    return asked(
        translate("dialogs", "Delete the conversation"),
        translate("dialogs", "Delete “{title}”?").format(title=title),
        for_now.format(days=bin_days) if bin_days else for_good,
        yes=translate("dialogs", "Delete"),
        no=translate("dialogs", "Keep"),
        parent=parent,
    )


def keys() -> list[tuple[str, str]]:
    """Every shortcut of the window with what it does, for the list on F1."""
    return [
        ("Ctrl+N", translate("dialogs", "New conversation")),
        ("Ctrl+Shift+N", translate("dialogs", "Private conversation: nothing of it is kept")),
        ("Ctrl+K", translate("dialogs", "Search conversations")),
        ("Ctrl+L", translate("dialogs", "Write a prompt")),
        ("Enter", translate("dialogs", "Send")),
        ("Shift+Enter", translate("dialogs", "New line")),
        ("Ctrl+.", translate("dialogs", "Stop the answer (Esc too)")),
        ("Ctrl+O", translate("dialogs", "Add files to the memory")),
        ("Ctrl+M", translate("dialogs", "Models")),
        ("Ctrl+D", translate("dialogs", "Documents")),
        ("Ctrl+Shift+M", translate("dialogs", "Memory")),
        ("Ctrl+J", translate("dialogs", "How this conversation is answered")),
        ("Ctrl+,", translate("dialogs", "Settings")),
        ("F2", translate("dialogs", "Rename the conversation")),
        ("Del", translate("dialogs", "Delete the conversation")),
        ("Ctrl+B", translate("dialogs", "Show or hide the conversations")),
        ("Ctrl+Shift+B", translate("dialogs", "Show or hide the sources")),
        ("F3", translate("dialogs", "In a document: the next mark")),
        ("Ctrl+F", translate("dialogs", "In a document: find words")),
        ("Ctrl+PgDown", translate("dialogs", "In a document: the next page")),
        ("F1", translate("dialogs", "This list")),
    ]


def show_keys(parent: QWidget) -> QDialog:
    """The list of keys; closed by Esc."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(translate("dialogs", "Keys"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(32)
    grid.setVerticalSpacing(10)
    for row, (key, words) in enumerate(keys()):
        native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        grid.addWidget(mark(QLabel(words), tone="plain"), row, 0)
        grid.addWidget(mark(QLabel(native), tone="muted"), row, 1, Qt.AlignmentFlag.AlignRight)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(24, 20, 24, 20)
    layout.setSpacing(16)
    layout.addWidget(mark(QLabel(translate("dialogs", "Keys")), tone="title"))
    layout.addLayout(grid)
    dialog.show()
    return dialog
