"""`haema import`, `export`, `backup` and `restore`: everything in, everything out, everything back."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from desktop.home import open_home
from desktop.paths import data_folder
from desktop.single import lock_folder
from knowledge import projects
from knowledge.backups import back_up, restore
from knowledge.errors import FileMissing
from knowledge.exports import export_everything
from knowledge.messages import Imported, Progress
from knowledge.store import Store

DONE = 0
MEGABYTE = 1024**2

Add = Callable[[str, Callable[[argparse.Namespace, threading.Event], int], str], argparse.ArgumentParser]
Bar = Callable[[int, int, str], None]

LEFT_OUT = {  # why something of an export was not taken
    "hidden": "{count} messages that were not shown there",
    "reasoning": "{count} notes of a model's reasoning",
    "tools": "{count} calls of tools",
    "files": "{count} files that are not in the export",
    "notes": "{count} notes on projects that are not in the export",
    "sealed": "{count} attachments of private conversations",
    "unreadable": "{count} parts that cannot be read",
}


def declare(add: Add, bar: Bar) -> None:
    """The commands, by the function that adds one; `bar` shows progress on a terminal."""
    imports = add(
        "import",
        lambda options, stop: _import(options, stop, bar),
        "take over conversations from an export of ChatGPT, Claude, Open WebUI, LibreChat or Haema (the ZIP, the folder"
        " it was unpacked to, or the JSON in it)",
    )
    imports.add_argument("file", metavar="FILE")
    imports.add_argument("--project", metavar="NAME", help="all of it is to belong to this project")

    exports = add(
        "export",
        lambda options, stop: _export(options, stop, bar),
        "write everything as Markdown and JSON into a new folder or a ZIP",
    )
    exports.add_argument("target", metavar="DIR|FILE.zip")

    backups = add(
        "backup",
        lambda options, stop: _backup(options, stop, bar),
        "write a copy of the whole memory into one file, also while the window is open; models are not in it",
    )
    backups.add_argument("file", metavar="FILE")

    restores = add(
        "restore",
        _restore,
        "put a backup in the place of the memory, and index it anew",
    )
    restores.add_argument("file", metavar="FILE")
    restores.add_argument("--yes", action="store_true", help="do not ask before the present memory is replaced")


# ---------------------------------------------------------------- commands


def _import(options: argparse.Namespace, stop: threading.Event, bar: Bar) -> int:
    path = Path(options.file).absolute()
    if not path.exists():
        raise FileMissing(path=options.file)
    with open_home(data_folder(options.home)) as home:
        project = projects.named(home.store, options.project).id if options.project else None
        home.memory.start()
        for step in home.memory.import_conversations(str(path), stop, project):
            match step:
                case Progress(stage="reading"):
                    bar(step.done // MEGABYTE, max(1, step.total // MEGABYTE), "MB read")
                case Progress():
                    bar(step.done, step.total, "items")
                case Imported() if options.json:
                    print(json.dumps({**asdict(step), "left_out": dict(step.left_out)}, ensure_ascii=False), flush=True)
                case Imported():
                    _tell(step)
    return DONE


def _tell(step: Imported) -> None:
    print(f"{step.conversations} conversations, {step.messages} new messages, {step.known} known before.")
    if step.documents:
        print(f"{step.documents} documents came with them.")
    if step.facts:
        print(f"{step.facts} facts. “haema facts list” shows them.")
    for reason, count in step.left_out:
        print(f"left out: {LEFT_OUT.get(reason, '{count} ' + reason).format(count=count)}")


def _export(options: argparse.Namespace, stop: threading.Event, bar: Bar) -> int:
    path = Path(options.target).absolute()
    with closing(Store(data_folder(options.home))) as store:  # reads only: the window may be open
        steps = export_everything(store, path, stop.is_set)
        while True:
            try:
                bar(*next(steps), "conversations")
            except StopIteration as end:
                exported = end.value
                break
    if exported is not None and options.json:
        print(json.dumps(asdict(exported), ensure_ascii=False), flush=True)
    elif exported is not None:
        print(
            f"{exported.conversations} conversations with {exported.messages} messages, {exported.facts} facts and"
            f" {exported.documents} documents are in {exported.path}"
        )
    return DONE


def _backup(options: argparse.Namespace, stop: threading.Event, bar: Bar) -> int:
    path = Path(options.file).absolute()
    with closing(Store(data_folder(options.home))) as store:
        size = back_up(store, path, stop.is_set, lambda done, total: bar(done, total, "pages"))
    if size is not None and options.json:
        print(json.dumps({"path": str(path), "size": size}), flush=True)
    elif size is not None:
        print(f"The backup is in {path} ({size / MEGABYTE:.1f} MB). Models are not in it.")
    return DONE


def _restore(options: argparse.Namespace, _stop: threading.Event) -> int:
    folder, path = data_folder(options.home), Path(options.file).absolute()
    if not path.exists():
        raise FileMissing(path=options.file)
    if not options.yes and sys.stdin.isatty() and (folder / "haema.sqlite").exists():
        print("Replace all that the memory holds now? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
            return DONE
    folder.mkdir(parents=True, exist_ok=True)
    with lock_folder(folder):
        restore(folder, path)
    with open_home(folder) as home:
        messages, documents = home.history.counts()
        home.memory.start()
        home.memory.check_up()
    if options.json:
        print(json.dumps({"path": str(path), "messages": messages, "documents": documents}), flush=True)
    else:
        print(f"{messages} messages and {documents} documents are back.")
    return DONE
