"""The window's language: English as written in the code, Korean from assets/translations, switched while it runs."""

from __future__ import annotations

import logging
from typing import Literal

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop.errors import words
from desktop.paths import assets

log = logging.getLogger(__name__)

Choice = Literal["", "en", "ko"]
CONTEXT = "errors"

# The sentences of engine/errors.py, knowledge/errors.py and desktop/errors.py, where the extractor can see them
ERRORS: tuple[str, ...] = tuple(
    str(sentence)
    for sentence in (
        QT_TRANSLATE_NOOP("errors", "Something went wrong inside Haema ({reason}). The log has the details."),
        QT_TRANSLATE_NOOP("errors", "The model could not do this."),
        QT_TRANSLATE_NOOP("errors", "There is no file “{path}”. Choose a model file that exists."),
        QT_TRANSLATE_NOOP("errors", "“{path}” is not a GGUF model. Choose a file made for llama.cpp, ending in .gguf."),
        QT_TRANSLATE_NOOP("errors", "“{path}” is incomplete: it has {have} of {need}. Download it again."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” does not fit in memory: it needs {need}, and {have} is free. Choose a smaller model or close other programs.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” is a GGUF file that llama.cpp cannot run ({reason}). Choose another model.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The starter model “{path}” is damaged. Install Haema again, or choose another model.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model “{model}” has a chat template that does not work ({reason}). Choose another model.",
        ),
        QT_TRANSLATE_NOOP("errors", "No model is loaded. Choose a model first."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Your text has {have} tokens and the model can read {room} at once. Shorten it, or drop it as a file instead.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP("errors", "The model stopped unexpectedly. What it had written is kept; ask again to go on."),
        QT_TRANSLATE_NOOP("errors", "Something went wrong inside the engine ({reason}). The log has the details."),
        QT_TRANSLATE_NOOP("errors", "The memory could not do this."),
        QT_TRANSLATE_NOOP("errors", "The database “{path}” is in use by another program. Close it and try again."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Haema cannot write to its data folder “{path}”. Make the folder writable, or choose another with --home.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The disk that holds “{path}” is full. Free some space and try again; nothing stored so far is lost.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "Haema is already open on the data folder “{path}”. Use that window, or close it and try again.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The data folder “{path}” was written by a newer Haema (schema {have}, this one knows {known}). Update Haema.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The database “{path}” is damaged ({reason}). Run “haema doctor”, or restore a backup.",
        ),
        QT_TRANSLATE_NOOP("errors", "There is no file or folder “{path}”. Check the name."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” cannot be read ({reason}). Check the file, or save it again in another format.",
        ),
        QT_TRANSLATE_NOOP("errors", "“{path}” has no text in it. If it is a scan, run text recognition on it first."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Haema cannot read files like “{path}” yet. Save it as PDF, DOCX, HTML, Markdown or text.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” stopped the reader twice and is left out. Save it again in another format.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” is not a conversation export that Haema knows. Choose the conversations.json or the ZIP of a ChatGPT export.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "There is no conversation “{conversation}”. Leave the option out to start a new one.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model that compares meanings cannot be loaded ({reason}). Run “haema doctor”.",
        ),
        QT_TRANSLATE_NOOP("errors", "The memory stopped unexpectedly and was started again. Nothing stored is lost."),
        QT_TRANSLATE_NOOP("errors", "Something went wrong inside the memory ({reason}). The log has the details."),
    )
)


class Language:
    """The translators in force. Widgets hear of a switch by `QEvent.LanguageChange`."""

    def __init__(self, choice: Choice = "") -> None:
        self._translators: list[QTranslator] = []
        self.code: Literal["en", "ko"] = "en"
        self.choose(choice)

    def choose(self, choice: Choice) -> None:
        """Speak `choice`, or the system's language where it is empty."""
        system = QLocale.system()
        self.code = "ko" if (choice or _code(system)) == "ko" else "en"
        # the user's own country decides dates and numbers as long as it speaks the window's language
        QLocale.setDefault(system if _code(system) == self.code else QLocale("ko_KR" if self.code == "ko" else "en_US"))
        for translator in self._translators:
            QCoreApplication.removeTranslator(translator)
        self._translators = _korean() if self.code == "ko" else []
        for translator in self._translators:
            QCoreApplication.installTranslator(translator)


def say(error: BaseException) -> str:
    """An error's sentence in the window's language."""
    return words(error, lambda template: QCoreApplication.translate(CONTEXT, template))


def _code(locale: QLocale) -> str:
    return QLocale.languageToCode(locale.language())


def _korean() -> list[QTranslator]:
    """Ours, and Qt's own for its dialogs where the build has it (ours is asked first: the last installed wins)."""
    found: list[QTranslator] = []
    for name, folder in (
        ("qtbase_ko", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)),
        ("haema_ko", str(assets() / "translations")),
    ):
        translator = QTranslator()
        if translator.load(name, folder):
            found.append(translator)
        else:
            log.warning("the translation %s is missing; the window speaks English there", name)
    return found
