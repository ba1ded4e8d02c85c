"""`haema documents …`: what the memory holds of files, forgetting it without a trace, and folders that are followed.

Folders are followed while Haema is open; what changed in between is found at the next start.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from desktop.chat import Style
from desktop.cli_group import Command, commands_under
from desktop.errors import complain
from desktop.home import Home, open_home
from desktop.paths import data_folder
from knowledge.errors import CollectionUnknown, DocumentUnknown, FolderNotWatched
from knowledge.folders import remove_watched, watched
from knowledge.holdings import collection_names
from knowledge.library import Document, documents, under

DONE, FAILED, USAGE = 0, 1, 2


def declare(parser: argparse.ArgumentParser, index: Command) -> None:
    """The commands under `haema documents`, on its parser. `index` is the command of that name."""
    add = commands_under(parser)

    listing = add("list", _list, "list the documents, with those that were left out and why")
    listing.add_argument("--watched", action="store_true", help="list the watched folders instead")

    removing = add("remove", _remove, "forget documents without a trace; the files themselves stay")
    removing.add_argument("paths", nargs="+", metavar="PATH", help="a file, or a folder and all below it")
    removing.add_argument("--yes", action="store_true", help="do not ask")

    watching = add("watch", index, "index folders, and follow what changes in them from now on")
    watching.add_argument("paths", nargs="+", metavar="DIR")
    watching.add_argument("--collection", metavar="NAME")
    watching.add_argument("--project", metavar="NAME")
    watching.set_defaults(watch=True)

    unwatching = add("unwatch", _unwatch, "follow folders no longer; their documents stay")
    unwatching.add_argument("paths", nargs="+", metavar="DIR")


def declare_collections(parser: argparse.ArgumentParser) -> None:
    """The option by which a command uses the documents of some collections only."""
    parser.add_argument(
        "--collection",
        metavar="NAME",
        action="append",
        dest="collections",
        help="of documents use those of this collection only; may be given again (default: all)",
    )


def collections(options: argparse.Namespace, home: Home) -> tuple[str, ...] | None:
    """What `declare_collections` was given; None for all. Raises `CollectionUnknown`."""
    if options.collections is None:
        return None
    known = {"", *collection_names(home.store)}
    for name in options.collections:
        if name not in known:
            raise CollectionUnknown(collection=name)
    return tuple(options.collections)


def style_with_collections(options: argparse.Namespace, home: Home) -> Callable[[str], Style]:
    """How conversations are answered; the collections that were given go before a conversation's own."""
    chosen = collections(options, home)
    return home.style if chosen is None else lambda conversation: replace(home.style(conversation), collections=chosen)


# ---------------------------------------------------------------- commands


def _list(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        if options.watched:
            for path, collection in watched(home.store).items():
                there = Path(path).is_dir()
                if options.json:
                    _print_json({"path": path, "collection": collection, "there": there})
                else:
                    print(path + (f"  [{collection}]" if collection else "") + ("" if there else "  (not there)"))
            return DONE
        for document in documents(home.store):
            if options.json:
                _print_json(asdict(document))
            else:
                _print_document(document)
    return DONE


def _remove(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        found: dict[int, str] = {}
        unknown = []
        for path in options.paths:
            here = under(home.store, str(Path(path).absolute()))
            found |= here
            if not here:
                unknown.append(path)
        for path in unknown:
            complain(DocumentUnknown(path=path))
        if not found:
            return FAILED
        if len(found) > 1 and not options.yes:
            if not sys.stdin.isatty():
                print(f"haema: this forgets {len(found)} documents. Say --yes to do it.", file=sys.stderr)
                return USAGE
            print(f"Forget {len(found)} documents? [y/N] ", end="", file=sys.stderr, flush=True)
            if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
                return DONE
        home.memory.start()
        home.memory.remove_documents(tuple(found))
    for path in sorted(found.values()):
        if options.json:
            _print_json({"path": path, "status": "forgotten"})
        else:
            print(f"{path} is forgotten.")
    return FAILED if unknown else DONE


def _unwatch(options: argparse.Namespace, _stop: threading.Event) -> int:
    code = DONE
    with open_home(data_folder(options.home)) as home:
        for path in options.paths:
            folder = str(Path(path).absolute())
            if not remove_watched(home.store, [folder]):
                complain(FolderNotWatched(path=path))
                code = FAILED
            elif options.json:
                _print_json({"path": folder, "status": "unwatched"})
            else:
                print(f"{folder} is not watched any more. Its documents stay.")
    return code


# ---------------------------------------------------------------- printing


def _print_document(document: Document) -> None:
    collection = f"  [{document.collection}]" if document.collection else ""
    state = {"waiting": "waits to be read", "reading": "being read", "refused": "left out"}.get(document.status)
    passages = "1 passage" if document.passages == 1 else f"{document.passages} passages"
    print(f"{document.path}  ({state or passages}){collection}")
    if document.reason:
        print(f"    {document.reason}")


def _print_json(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)
