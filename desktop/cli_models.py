"""`haema models …`: what is on this computer, and what can be fetched. Only `search` and `download` connect.

A download shows its progress on a terminal; Ctrl+C pauses it and keeps what has arrived, and the same command goes on.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from desktop.cli_group import commands_under
from desktop.cli_line import Line
from desktop.errors import complain
from desktop.home import open_home
from desktop.model_library import Item, Verified
from desktop.paths import data_folder
from engine import catalog, download, hub
from engine.download import Progress, Source
from engine.errors import NothingToDownload
from engine.gguf import in_words
from engine.web import host_of

DONE, FAILED, USAGE = 0, 1, 2


def declare(models: argparse.ArgumentParser) -> None:
    """The commands under `haema models`, on its parser."""
    add = commands_under(models)

    listing = add("list", _list, "list the models on this computer")
    listing.add_argument("--catalogue", action="store_true", help="list the recommended models instead")

    adding = add("add", _add, "link a GGUF file from where it lies")
    adding.add_argument("file", metavar="FILE")
    adding.add_argument("--copy", action="store_true", help="copy it into the data folder")

    removing = add("remove", _remove, "delete a downloaded model, or unlink one that lies elsewhere")
    removing.add_argument("name", metavar="NAME")
    removing.add_argument("--yes", action="store_true", help="do not ask")

    fetching = add("download", _download, "download a model; connects to the hub")
    fetching.add_argument(
        "what", metavar="MODEL", help="an id of the catalogue, OWNER/NAME/FILE.gguf, OWNER/NAME:Q4_K_M, or an address"
    )

    verifying = add("verify", _verify, "check models against their published checksums, or their structure")
    verifying.add_argument("names", nargs="*", metavar="NAME", help="(default: all)")

    searching = add("search", _search, "search the hub by name, or list the files of OWNER/NAME; connects to the hub")
    searching.add_argument("words", nargs="+", metavar="WORD")


# ---------------------------------------------------------------- commands


def _list(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        library, chosen = home.library, home.settings.model
        if options.catalogue:
            for entry in catalog.load():
                here = library.of_entry(entry)
                if options.json:
                    record = asdict(entry) | {"about_bytes": entry.about_bytes, "path": str(here) if here else None}
                    _print_json(record)
                else:
                    _print_entry(entry, here=here is not None)
            return DONE
        for item in library.list():
            in_use = item.starter if not chosen else Path(chosen) == item.path
            if options.json:
                _print_json(_record(item) | {"chosen": in_use})
            else:
                _print_item(item, chosen=in_use)
    return DONE


def _add(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        item = home.library.add(Path(options.file), copy=options.copy)
    if options.json:
        _print_json(_record(item))
    else:
        print(f"{item.name} is added ({item.kind}, {in_words(item.size)}).")
    return DONE


def _remove(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        library = home.library
        item = next((one for one in library.list() if one.name == options.name), None) or library.find(options.name)
        if item.origin in {"downloaded", "added"} and not options.yes:
            if not sys.stdin.isatty():
                print(f"haema: this deletes “{item.path}”. Say --yes to do it.", file=sys.stderr)
                return USAGE
            print(f"Delete “{item.path}” ({in_words(item.size)})? [y/N] ", end="", file=sys.stderr, flush=True)
            if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
                return DONE
        chosen = home.settings.model
        item = library.remove(item.name)
        back = bool(chosen) and not home.settings.model
    if options.json:
        _print_json(_record(item) | {"starter_chosen": back})
    else:
        print(f"{item.name} is {'unlinked; its file stays' if item.origin == 'linked' else 'deleted'}.")
        if back:
            print("It was the chosen model: the starter is chosen now.")
    return DONE


def _download(options: argparse.Namespace, stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        library = home.library
        source = _source(options.what, home.settings.hub)
        done = download.begun(source, library.place(source))
        line = Line()

        def show(progress: Progress) -> None:
            nonlocal done
            done = progress.done
            line.show(progress)

        try:
            item = library.fetch(source, stop=stop, progress=show)
        finally:
            line.clear()
        if item is None:
            of = f" of {in_words(source.size)}" if source.size else ""
            print(f"haema: paused at {in_words(done)}{of}; the same command goes on.", file=sys.stderr)
            return DONE
    if options.json:
        _print_json(_record(item))
    else:
        checked = "checksum verified" if item.provenance and item.provenance.sha256 else "no checksum is published"
        print(f"{item.name} is here ({in_words(item.size)}, {checked}): {item.path}")
    return DONE


def _verify(options: argparse.Namespace, stop: threading.Event) -> int:
    wrong = 0
    with open_home(data_folder(options.home)) as home:
        library = home.library
        line = Line()
        for name in options.names or [item.name for item in library.list()]:
            try:
                verified = library.verify(name, stop=stop, progress=line.check)
            finally:
                line.clear()
            if verified.ok is None:
                break
            wrong += not verified.ok
            _print_verified(verified, as_json=options.json)
    return FAILED if wrong else DONE


def _search(options: argparse.Namespace, _stop: threading.Event) -> int:
    words = " ".join(options.words)
    with open_home(data_folder(options.home)) as home:
        shop = hub.Hub(home.settings.hub)
    found: Iterable[Any] = shop.files(words) if hub.REPOSITORY.fullmatch(words) else shop.search(words)
    for one in found:
        if options.json:
            _print_json(asdict(one))
        elif isinstance(one, hub.HubFile):
            kind = "  (projector)" if one.projector else ""
            print(f"{in_words(one.size):>9}  {one.repository}/{one.path}{kind}")
        else:
            gated = ", wants a log-in" if one.gated else ""
            print(f"{one.downloads:>9,}  {one.repository}  ({one.licence or 'no licence named'}{gated})")
    return DONE


def _source(what: str, address: str) -> Source:
    """What the user's words mean, with sizes and hashes as the hub publishes them."""
    entry = catalog.find(what, catalog.load())
    if entry is not None:
        if entry.non_commercial:
            print(f"haema: {entry.name} is not for commercial use: {entry.licence}", file=sys.stderr)
        if not entry.pinned:
            told = f"haema: the catalogue has no checksum of {entry.name}; the one {host_of(address)} publishes is used"
            print(told, file=sys.stderr)
        return hub.Hub(address).source(
            entry.repository, entry.file, projector=entry.projector, sha256=entry.sha256, revision=entry.revision
        )
    place = hub.place(what, address)
    if place is not None:
        return hub.Hub(address).find(place)
    if "://" in what:
        return download.from_address(what)
    raise NothingToDownload(name=what)


# ---------------------------------------------------------------- printing


def _record(item: Item) -> dict[str, Any]:
    facts = item.facts
    return {
        "name": item.name,
        "path": str(item.path),
        "kind": item.kind,
        "origin": item.origin,
        "size": item.size,
        "title": facts.name if facts else None,
        "architecture": facts.architecture if facts else None,
        "quantisation": facts.quantisation if facts else None,
        "context": facts.context_length if facts else None,
        "error": str(item.error) if item.error else None,
        "provenance": asdict(item.provenance) if item.provenance else None,
    }


def _print_item(item: Item, *, chosen: bool) -> None:
    if item.facts is None:
        print(f"! {item.name}  {item.error}")
        return
    words = [in_words(item.size), item.facts.quantisation, item.facts.architecture]
    if item.kind == "model":
        words.append(f"{item.facts.context_length:,} tokens")
    else:
        words.append(item.kind)
    print(f"{'*' if chosen else ' '} {item.name}  ({', '.join(word for word in [*words, item.origin] if word)})")


def _print_entry(entry: catalog.Entry, *, here: bool) -> None:
    about = "" if entry.size else "about "
    words = [f"{about}{in_words(entry.about_bytes)}", entry.licence, "/".join(entry.languages)]
    words += ["not for commercial use"] * entry.non_commercial + ["reads pictures"] * entry.sees
    print(f"{'*' if here else ' '} {entry.id:<22} {entry.name}: {entry.good_for} ({', '.join(words)})")


def _print_verified(verified: Verified, *, as_json: bool) -> None:
    if as_json:
        error = str(verified.error) if verified.error else None
        _print_json({"name": verified.name, "ok": verified.ok, "how": verified.how, "error": error})
    elif verified.error is not None:
        complain(verified.error)
    else:
        how = "its checksum is the published one" if verified.how == "checksum" else "whole; no checksum is known"
        print(f"{verified.name}: {how}")


def _print_json(record: Any) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)
