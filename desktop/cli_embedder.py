"""`haema embedder …`: which model compares meanings, and the change to another one. Only `download` connects.

A change returns when everything is recallable by the new one; Ctrl+C keeps the present one. Ctrl+C in a download keeps
what has arrived, and the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from desktop import embedder_fetch
from desktop.cli_group import commands_under
from desktop.cli_line import Line
from desktop.home import Home, open_home
from desktop.paths import data_folder
from engine.gguf import in_words
from knowledge.embedder_catalog import IN_USE, NEXT, known_embedders, named
from knowledge.errors import FileMissing
from knowledge.messages import EmbedderInUse, Progress

DONE = 0


def declare(embedder: argparse.ArgumentParser) -> None:
    """The commands under `haema embedder`, on its parser."""
    add = commands_under(embedder)

    add("list", _list, "show the embedder in use, and those known to read English and Korean")
    using = add("use", _use, "change to another embedder; returns when everything is recallable by it")
    which = using.add_mutually_exclusive_group(required=True)
    which.add_argument("folder", metavar="DIR", nargs="?", help="the folder of a sentence-transformers model")
    which.add_argument("--bundled", action="store_true", help="change back to the one that comes with Haema")
    fetching = add("download", _download, "download one of those known and change to it; connects to the hub")
    fetching.add_argument("name", metavar="NAME", help="as `list` shows it")


def _list(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        in_use, coming = named(home.store, IN_USE) or "", named(home.store, NEXT)
    if options.json:
        known = [asdict(one) | {"page": one.page} for one in known_embedders()]
        print(json.dumps({"in_use": in_use or None, "next": coming, "known": known}, ensure_ascii=False))
        return DONE
    print(f"in use: {in_use or 'the bundled one'}")
    if coming is not None:
        print(f"on its way: {coming or 'the bundled one'}")
    for one in known_embedders():
        print(f"\n{one.name}\n  {one.good_for}\n  {one.megabytes} MB, {one.licence}\n  {one.page}")
    return DONE


def _use(options: argparse.Namespace, stop: threading.Event) -> int:
    folder = None if options.bundled else str(Path(options.folder).expanduser().absolute())
    if folder is not None and not Path(folder).is_dir():
        raise FileMissing(path=folder)
    with open_home(data_folder(options.home)) as home:
        return _change(home, folder, stop, as_json=options.json)


def _download(options: argparse.Namespace, stop: threading.Event) -> int:
    one = embedder_fetch.of_name(options.name)
    with open_home(data_folder(options.home)) as home:
        line = Line()
        try:
            folder = embedder_fetch.fetch(home.folder, one, home.settings.hub, stop=stop, progress=line.show)
        finally:
            line.clear()
        if folder is None:
            have = in_words(embedder_fetch.begun(home.folder, one))
            print(f"haema: paused at {have} of about {one.megabytes} MB; the same command goes on.", file=sys.stderr)
            return DONE
        return _change(home, str(folder), stop, as_json=options.json)


def _change(home: Home, folder: str | None, stop: threading.Event, *, as_json: bool) -> int:
    home.memory.start()
    for event in home.memory.use_embedder(folder, stop):
        match event:
            case Progress() if sys.stderr.isatty():
                print(f"\r{event.done} of {event.total} items", end="", file=sys.stderr)
            case EmbedderInUse():
                if sys.stderr.isatty():
                    print(file=sys.stderr)
                print(json.dumps(asdict(event)) if as_json else f"in use: {event.name}")
    return DONE
