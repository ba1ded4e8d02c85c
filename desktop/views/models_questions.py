"""What is asked once before a model or half a download goes."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from desktop.downloads import Download
from desktop.fit_words import in_words
from desktop.model_library import Item
from desktop.models.local_models import title_of
from desktop.views.question import asked

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


def may_remove(item: Item, parent: QWidget) -> bool:
    """Whether the user wants this model gone; a linked one only leaves the list, and that is said."""
    name = title_of(item)
    if item.origin == "linked":
        return _asked(
            translate("models", "Take the model off the list"),
            translate("models", "Take “{name}” off the list?").format(name=name),
            translate("models", "The file {path} stays where it is.").format(path=item.path),
            translate("models", "Take off"),
            parent,
        )
    return _asked(
        translate("models", "Delete the model"),
        translate("models", "Delete “{name}”?").format(name=name),
        translate("models", "{path} is deleted, and {size} of the disk become free. This cannot be undone.").format(
            path=item.path, size=in_words(item.size)
        ),
        translate("models", "Delete"),
        parent,
    )


def may_discard(one: Download, parent: QWidget) -> bool:
    """Whether what has arrived of a download may go; nothing is asked where nothing has."""
    done = one.progress.done if one.progress is not None else 0
    if done == 0 and one.phase == "waiting":
        return True
    return _asked(
        translate("models", "Cancel the download"),
        translate("models", "Cancel the download of “{name}”?").format(name=one.wanted.title),
        translate("models", "What has arrived ({size}) is deleted. To keep it, pause instead.").format(
            size=in_words(done)
        )
        if done
        else translate("models", "What has arrived is deleted. To keep it, pause instead."),
        translate("models", "Cancel the download"),
        parent,
    )


def _asked(title: str, question: str, consequence: str, yes: str, parent: QWidget) -> bool:
    return asked(title, question, consequence, yes=yes, no=translate("models", "Keep"), parent=parent)
