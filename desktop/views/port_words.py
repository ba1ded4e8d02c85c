"""What is said of conversations on their way in, and of everything on its way out; and the question before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path, PurePath

from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QDialog, QWidget

from desktop.language import say
from desktop.porting import Porting, PortState
from desktop.views.notice import Notice
from desktop.views.question import Question
from desktop.views.stylesheet import mark
from knowledge.imports import looks_like_export
from knowledge.messages import Imported

translate = QCoreApplication.translate  # under this name the extractor of texts knows it


def without_exports(paths: Sequence[str], porting: Porting, parent: QWidget) -> list[str]:
    """Those of the files that are to be documents; an export among them is brought in, if the user wants that."""
    left: list[str] = []
    for path in paths:
        if porting.state.under_way or not looks_like_export(Path(path)) or not _wanted(path, parent):
            left.append(path)
        else:
            porting.bring_in(path)
    return left


def _wanted(path: str, parent: QWidget) -> bool:
    question = Question(
        translate("port", "Bring in conversations"),
        translate("port", "Bring in the conversations of “{name}”?").format(name=PurePath(path).name),
        translate(
            "port",
            "It looks like an export of another assistant, or of Haema. Its conversations keep their dates and are "
            "remembered like your own. Otherwise it is read as a document.",
        ),
        yes=translate("port", "Bring in"),
        no=translate("port", "Read as a document"),
        parent=parent,
    )
    mark(question.yes, kind="primary")
    answer = question.exec() == QDialog.DialogCode.Accepted
    question.deleteLater()
    return answer


def follow(porting: Porting, notice: Notice, arrived: Callable[[], None]) -> None:
    """Say above the composer how far it is; `arrived` is called when conversations have come."""
    porting.changed.connect(lambda state: _tell(state, notice, porting))
    porting.arrived.connect(arrived)


def _tell(state: PortState, notice: Notice, porting: Porting) -> None:
    match state.phase:
        case "idle":
            return
        case "running":
            notice.say(words(state), tone="muted", button=translate("port", "Stop"), act=porting.stop)
        case _:
            notice.say(words(state), tone="danger" if state.phase == "failed" else "muted")


def words(state: PortState) -> str:
    """One sentence on what is under way, or how it ended."""
    name, locale = PurePath(state.path).name, QLocale()
    if state.error is not None:
        return say(state.error)
    if state.phase == "done" and state.imported is not None:
        return _brought(state.imported)
    share = f"{100 * state.done // max(1, state.total)} %"
    match state.what, state.phase:
        case "import", _ if state.phase == "stopped":
            return translate("port", "Stopped. What was read stays; the same file goes on from there.")
        case "import", _ if state.stage == "reading" or not state.total:
            return translate("port", "Reading “{name}”: {share}").format(name=name, share=share)
        case "import", _:
            return translate(
                "port", "The conversations are here. {done} of {total} turns can be found by what they say."
            ).format(done=locale.toString(state.done), total=locale.toString(state.total))
        case _, "stopped":
            return translate("port", "Stopped. Nothing was written.")
        case _, "done":
            return translate("port", "Everything is in “{name}”.").format(name=name)
        case "export", _:
            return translate("port", "Writing “{name}”: {share}").format(name=name, share=share)
        case _:
            return translate("port", "Copying the memory to “{name}”: {share}").format(name=name, share=share)


def _brought(imported: Imported) -> str:
    locale = QLocale()
    said = translate("port", "{conversations} conversations with {messages} new messages are here.").format(
        conversations=locale.toString(imported.conversations), messages=locale.toString(imported.messages)
    )
    if imported.known:
        said += " " + translate("port", "{known} were here before.").format(known=locale.toString(imported.known))
    if imported.documents:
        said += " " + translate("port", "{documents} documents came with them.").format(
            documents=locale.toString(imported.documents)
        )
    if imported.facts:
        said += " " + translate("port", "{facts} facts wait for you in the memory.").format(
            facts=locale.toString(imported.facts)
        )
    return said
