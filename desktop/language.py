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
        QT_TRANSLATE_NOOP(
            "errors",
            "The index server “{server}” does not answer, so only words are looked for, not meanings. Start it, or"
            " change the setting “index_server”.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "There is no fact {fact}. It may have been forgotten; “haema facts list” names those there are.",
        ),
        QT_TRANSLATE_NOOP("errors", "A fact needs words. Write what is to be remembered as one sentence."),
        QT_TRANSLATE_NOOP(
            "errors",
            "What fact {fact} was taken from is no longer there, so it cannot be kept. Write it down anew.",
        ),
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
            "“{path}” is one of {count} files that make up a model, and “{missing}” is not there. Put them all in one folder.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The memory of “{device}” ran out for “{path}”. Close other programs, put fewer layers on the GPU, or choose a shorter context.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The RPC host “{host}” cannot be used ({reason}). Check its address and that llama.cpp's RPC server runs there.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” gave no numbers in its self-test. The file may be damaged: download it again, or choose another model.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "llama.cpp stopped while it loaded “{path}”. The file may be damaged: download it again, or choose another model.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The RPC host “{host}” does not take part now: it serves another program. Close that one, or start the host's RPC server again.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model stopped while other computers lent it their memory: {hosts}. Check llama.cpp's RPC server there, then ask again.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The RPC host “{host}” is not on your own network. Its connection is not encrypted: use a computer of your own network.",  # noqa: E501
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
        QT_TRANSLATE_NOOP(
            "errors",
            "“{adapter}” is no LoRA adapter that fits “{model}” ({reason}). Choose one made for this model, or none.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{projector}” gives no eyes to “{model}”: it was made for another. Choose the mmproj file of this model, or none.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{model}” cannot see pictures. Choose a model with an mmproj file beside it, or leave the pictures out.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "Picture {number} cannot be read. Use a PNG or JPEG file of at most 32 MB and 64 megapixels.",
        ),
        QT_TRANSLATE_NOOP("errors", "No model is loaded. Choose a model first."),
        QT_TRANSLATE_NOOP(
            "errors",
            "Your text has {have} tokens and the model can read {room} at once. Shorten it, or drop it as a file instead.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{name}” cannot be {value}. Choose a value from {low} to {high}.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The JSON schema for the answer cannot be used: see “{place}”. Correct or simplify it.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The grammar for the answer cannot be used: see “{place}” in line {line}. Correct or simplify it.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The form asked for is too complex to hold the answer to it. Simplify the schema or the grammar.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model has no token that fits the form asked for. Change the schema or the grammar, or choose another model.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{draft}” cannot guess ahead for “{model}”. Choose a smaller model of the same family, or none.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” is not on your own network, and its address is not encrypted. Use one that begins with https://.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The server “{host}” does not answer. Check that it is running and that its address is right, then ask again.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The connection to “{host}” broke off. What it had written is kept; ask again to go on.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” shows a certificate that this computer does not trust. Install the one that signed it here, or use another address.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” sends us to another address, which Haema does not follow. Set the final address in the settings.",
        ),
        QT_TRANSLATE_NOOP("errors", "“{host}” wants a key, or another one. Set the right one in the settings."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” is busy or still loads its model (HTTP {status}). Ask again in a moment.",
        ),
        QT_TRANSLATE_NOOP("errors", "“{host}” refused the question (HTTP {status}). Its own log says why."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” gave an answer that Haema cannot use ({reason}). Check that the server speaks OpenAI's chat completions and that its address ends in /v1.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP("errors", "“{host}” has no model “{model}”. Choose one that it has in the settings."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” cannot hold an answer to a grammar. Use a JSON schema, or a model on this computer.",
        ),
        QT_TRANSLATE_NOOP("errors", "The list of models “{path}” is damaged ({reason}). Install Haema again."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{address}” is not an address that Haema connects to. Use one that begins with https://.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The proxy of this system cannot be used. Set HTTPS_PROXY to an address that begins with http://.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” cannot be reached. Check the internet connection and the proxy, then try again.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” shows a certificate that this computer does not trust. Check the date of this computer, and whether a proxy stands between.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{host}” gave an answer that Haema cannot use ({reason}). Try again later, or take another model.",
        ),
        QT_TRANSLATE_NOOP("errors", "“{host}” does not answer now (HTTP {status}). Try again in some minutes."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{name}” is not on {host}, or only for people who are logged in there. Check the name.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{name}” is given only to people who log in and accept its terms. Download it with a browser at {address} and add the file here.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{name}” on {host} is not the file that was asked for: its checksum is {have}, not {want}. Search for the model to take what is there now.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{repository}” has several models: {files}. Write one of them after its name, with a slash.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{name}” is neither in the catalogue nor a name on the hub. “haema models list --catalogue” shows it.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The connection to {host} broke off at {have} of {need}. What has arrived is kept: try again to go on.",
        ),
        QT_TRANSLATE_NOOP("errors", "“{name}” did not arrive as it was published and was removed. Download it again."),
        QT_TRANSLATE_NOOP("errors", "“{name}” is being downloaded already. Wait until that is done."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” has {free} of free space and needs {need}. Free some space and try again.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The disk that holds “{path}” is full. Free some space and try again; what has arrived is kept.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” cannot be written ({reason}). Make the folder writable, or choose another.",
        ),
        QT_TRANSLATE_NOOP("errors", "There is no model “{name}” here. “haema models list” shows those there are."),
        QT_TRANSLATE_NOOP("errors", "“{name}” is in use. Choose another model first."),
        QT_TRANSLATE_NOOP("errors", "“{name}” comes with Haema and cannot be removed."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{name}” is not the file that was published: its checksum is {have}, not {want}. Download it again.",
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
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” has no text on pages {pages}. If they are scans, install Tesseract or run text recognition on the file.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP("errors", "{count} files in “{path}” could not be read and are left out: {names}."),
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
            "“{path}” has no text on pages {pages}, and Tesseract recognised none there. If they are scans, scan them again, sharper or upright.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors", "The memory holds no document “{path}”. “haema documents list” shows those it holds."
        ),
        QT_TRANSLATE_NOOP(
            "errors", "The folder “{path}” is not watched. “haema documents list --watched” shows those that are."
        ),
        QT_TRANSLATE_NOOP("errors", "“{path}” is no folder, so it cannot be watched. Name the folder it is in."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” is not a conversation export that Haema knows. Choose the ZIP or the JSON file that ChatGPT, Claude, Open WebUI, LibreChat or Haema wrote.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The export was written by a newer Haema (version {version}, this one knows {known}). Update Haema.",
        ),
        QT_TRANSLATE_NOOP(
            "errors", "“{path}” is there already and not empty. Choose a new folder, or a file that ends in .zip."
        ),
        QT_TRANSLATE_NOOP("errors", "“{path}” cannot be written there. Choose another place."),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” is no backup that Haema wrote, or is damaged. Choose the file that “haema backup” wrote.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "There is no conversation “{conversation}”. Leave the option out to start a new one.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "This is not in the bin any more. It was brought back, or has left it for good.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model that compares meanings cannot be loaded ({reason}). Run “haema doctor”.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "“{path}” is not the folder of a sentence-transformers model: {file} is missing or damaged. Choose the folder that holds modules.json.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model in “{path}” is refused: {part} could run a program. Choose one with safetensors weights and no code of its own.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The model in “{path}” cannot be used to compare meanings ({reason}). The present one stays; choose another.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The chosen embedder in “{path}” can no longer be loaded ({reason}). Put it back, or choose another; the bundled one serves until then.",  # noqa: E501
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "Haema knows no embedder “{name}”. “haema embedder list” shows those it can download.",
        ),
        QT_TRANSLATE_NOOP(
            "errors",
            "The memory holds no collection “{collection}”. “haema documents list” shows which there are.",
        ),
        QT_TRANSLATE_NOOP("errors", "There is no project “{project}”. “haema projects list” names those there are."),
        QT_TRANSLATE_NOOP("errors", "There is a project “{name}” already. Choose another name."),
        QT_TRANSLATE_NOOP("errors", "A project needs a name. Write one."),
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
