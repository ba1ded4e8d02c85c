"""What can go wrong in the memory, as sentences: what happened, then what the user can do.

Each class carries its sentence as a template; `facts` fills it. The template is also the key under which
`desktop/errors.py` translates it, so facts hold names and numbers, never prose.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar


class KnowledgeError(Exception):
    """Base of every error of this room that is meant for the user."""

    sentence: ClassVar[str] = "The memory could not do this."

    def __init__(self, **facts: str) -> None:
        super().__init__(self.sentence.format(**facts))
        self.facts = facts


class FolderReadOnly(KnowledgeError):
    sentence = (
        "Haema cannot write to its data folder “{path}”. Make the folder writable, or choose another with --home."
    )


class DiskFull(KnowledgeError):
    sentence = "The disk that holds “{path}” is full. Free some space and try again; nothing stored so far is lost."


class FolderInUse(KnowledgeError):
    sentence = "Haema is already open on the data folder “{path}”. Use that window, or close it and try again."


class StoreTooNew(KnowledgeError):
    sentence = (
        "The data folder “{path}” was written by a newer Haema (schema {have}, this one knows {known}). Update Haema."
    )


class StoreDamaged(KnowledgeError):
    sentence = "The database “{path}” is damaged ({reason}). Run “haema doctor”, or restore a backup."


class StoreBusy(KnowledgeError):
    sentence = "The database “{path}” is in use by another program. Close it and try again."


class FileMissing(KnowledgeError):
    sentence = "There is no file or folder “{path}”. Check the name."


class FileUnreadable(KnowledgeError):
    sentence = "“{path}” cannot be read ({reason}). Check the file, or save it again in another format."


class FileEmpty(KnowledgeError):
    sentence = "“{path}” has no text in it. If it is a scan, run text recognition on it first."


class FileTypeUnknown(KnowledgeError):
    sentence = "Haema cannot read files like “{path}” yet. Save it as PDF, DOCX, HTML, Markdown or text."


class PagesWithoutText(KnowledgeError):
    """Not raised: a note on a document that was read otherwise."""

    sentence = "“{path}” has no text on pages {pages}. If they are scans, install Tesseract or run text recognition on the file."


class PagesNotRecognised(KnowledgeError):
    """Not raised: a note on a document that was read otherwise, with Tesseract at hand."""

    sentence = "“{path}” has no text on pages {pages}, and Tesseract recognised none there. If they are scans, scan them again, sharper or upright."


class PartsLeftOut(KnowledgeError):
    """Not raised: a note on an archive or a mail of which the rest was read. Made by `naming`."""

    sentence = "{count} files in “{path}” could not be read and are left out: {names}."

    @classmethod
    def naming(cls, path: str, names: Sequence[str]) -> PartsLeftOut:
        shown = ", ".join(f"“{name}”" for name in names[:5]) + (" …" if len(names) > 5 else "")
        return cls(path=path, count=str(len(names)), names=shown)


class FileTooHarmful(KnowledgeError):
    sentence = "“{path}” stopped the reader twice and is left out. Save it again in another format."


class DocumentUnknown(KnowledgeError):
    sentence = "The memory holds no document “{path}”. “haema documents list” shows those it holds."


class CollectionUnknown(KnowledgeError):
    sentence = "The memory holds no collection “{collection}”. “haema documents list” shows which there are."


class FolderNotWatched(KnowledgeError):
    sentence = "The folder “{path}” is not watched. “haema documents list --watched” shows those that are."


class NotAFolder(KnowledgeError):
    sentence = "“{path}” is no folder, so it cannot be watched. Name the folder it is in."


class ExportUnknown(KnowledgeError):
    sentence = "“{path}” is not a conversation export that Haema knows. Choose the ZIP or the JSON file that ChatGPT, Claude, Open WebUI, LibreChat or Haema wrote."


class ExportTooNew(KnowledgeError):
    sentence = "The export was written by a newer Haema (version {version}, this one knows {known}). Update Haema."


class FolderNotEmpty(KnowledgeError):
    sentence = "“{path}” is there already and not empty. Choose a new folder, or a file that ends in .zip."


class PlaceNotWritable(KnowledgeError):
    sentence = "“{path}” cannot be written there. Choose another place."


class BackupUnknown(KnowledgeError):
    sentence = "“{path}” is no backup that Haema wrote, or is damaged. Choose the file that “haema backup” wrote."


class ProjectUnknown(KnowledgeError):
    sentence = "There is no project “{project}”. “haema projects list” names those there are."


class ProjectNameTaken(KnowledgeError):
    sentence = "There is a project “{name}” already. Choose another name."


class ProjectNameEmpty(KnowledgeError):
    sentence = "A project needs a name. Write one."


class FactUnknown(KnowledgeError):
    sentence = "There is no fact {fact}. It may have been forgotten; “haema facts list” names those there are."


class FactEmpty(KnowledgeError):
    sentence = "A fact needs words. Write what is to be remembered as one sentence."


class SecretGone(KnowledgeError):
    sentence = "What fact {fact} was taken from is no longer there, so it cannot be kept. Write it down anew."


class NotInBin(KnowledgeError):
    sentence = "This is not in the bin any more. It was brought back, or has left it for good."


class ConversationMissing(KnowledgeError):
    sentence = "There is no conversation “{conversation}”. Leave the option out to start a new one."


class EmbedderBroken(KnowledgeError):
    sentence = "The model that compares meanings cannot be loaded ({reason}). Run “haema doctor”."


class EmbedderUnknown(KnowledgeError):
    sentence = "Haema knows no embedder “{name}”. “haema embedder list” shows those it can download."


class EmbedderFolderWrong(KnowledgeError):
    sentence = "“{path}” is not the folder of a sentence-transformers model: {file} is missing or damaged. Choose the folder that holds modules.json."


class EmbedderUnsafe(KnowledgeError):
    sentence = "The model in “{path}” is refused: {part} could run a program. Choose one with safetensors weights and no code of its own."


class EmbedderUnusable(KnowledgeError):
    sentence = (
        "The model in “{path}” cannot be used to compare meanings ({reason}). The present one stays; choose another."
    )


class EmbedderGone(KnowledgeError):
    sentence = "The chosen embedder in “{path}” can no longer be loaded ({reason}). Put it back, or choose another; the bundled one serves until then."


class IndexServerUnreachable(KnowledgeError):
    sentence = (
        "The index server “{server}” does not answer, so only words are looked for, not meanings. Start it, or change"
        " the setting “index_server”."
    )


class MemoryDied(KnowledgeError):
    sentence = "The memory stopped unexpectedly and was started again. Nothing stored is lost."


class MemoryBroken(KnowledgeError):
    """A bug of ours: the details go to the log, the sentence to the user."""

    sentence = "Something went wrong inside the memory ({reason}). The log has the details."
