"""`haema facts`: list, add, edit, accept, decline and forget what the memory keeps as facts, and see what was before.

A fact that is added, edited or accepted is recallable when the command returns; one that is forgotten has left the
disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from dataclasses import asdict

from desktop import cli_projects
from desktop.cli_group import commands_under
from desktop.errors import complain
from desktop.home import Home, open_home
from desktop.paths import data_folder
from knowledge import facts
from knowledge.errors import FactUnknown
from knowledge.facts import Fact

DONE, FAILED, USAGE = 0, 1, 2
_WAITING = {"proposed": "proposed", "sensitive": "sensitive: keep it?", "declined": "declined"}


def declare(parser: argparse.ArgumentParser) -> None:
    """The commands under `haema facts`, on its parser."""
    add = commands_under(parser)

    listing = add("list", _list, "list the facts that hold, the newest first")
    listing.add_argument("--past", action="store_true", help="those that hold no more as well")
    listing.add_argument("--waiting", action="store_true", help="only those that wait for your yes or no")
    cli_projects.declare_project(listing, "only the facts of this project")

    adding = add("add", _add, "keep a fact in your own words")
    adding.add_argument("text", metavar="TEXT")
    cli_projects.declare_project(adding, "the fact belongs to this project, and is recalled in it alone")

    editing = add("edit", _edit, "give a fact other words")
    editing.add_argument("id", type=int, metavar="ID")
    editing.add_argument("text", metavar="TEXT")

    accepting = add("accept", _accept, "keep facts that wait for your yes")
    accepting.add_argument("ids", nargs="+", type=int, metavar="ID")

    declining = add("decline", _decline, "say no to facts that wait for your yes")
    declining.add_argument("ids", nargs="+", type=int, metavar="ID")

    forgetting = add("forget", _forget, "forget facts without a trace; the turns that say so stay")
    forgetting.add_argument("ids", nargs="+", type=int, metavar="ID")
    forgetting.add_argument("--with-turns", action="store_true", help="forget the turns that say so too")
    forgetting.add_argument("--yes", action="store_true", help="do not ask")

    before = add("history", _history, "what was stated of the same thing over time, the oldest first")
    before.add_argument("id", type=int, metavar="ID")


# ---------------------------------------------------------------- commands


def _list(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        project = cli_projects.project(options, home)
        for one in facts.facts(home.store, project=project, everywhere=project is None, past=options.past):
            if (one.state in ("proposed", "sensitive")) if options.waiting else (one.state != "declined"):
                _print(options, one)
    return DONE


def _add(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        one = facts.write(home.store, options.text, project=cli_projects.project(options, home))
        _follow(home)
        _print(options, one)
    return DONE


def _edit(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        one = facts.edit(home.store, options.id, options.text)
        _follow(home)
        _print(options, one)
    return DONE


def _accept(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        kept = [facts.keep(home.store, id) for id in options.ids]
        _follow(home)
        for one in kept:
            _print(options, one)
    return DONE


def _decline(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        for id in options.ids:
            facts.decline(home.store, id)
    return DONE


def _forget(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        found: list[Fact] = []
        code = DONE
        for id in options.ids:
            try:
                found.append(facts.fact(home.store, id))
            except FactUnknown as error:
                complain(error)
                code = FAILED
        if not found:
            return FAILED
        if (len(found) > 1 or options.with_turns) and not options.yes:
            if not sys.stdin.isatty():
                print(f"haema: this forgets {len(found)} facts. Say --yes to do it.", file=sys.stderr)
                return USAGE
            print(f"Forget {len(found)} facts? [y/N] ", end="", file=sys.stderr, flush=True)
            if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
                return DONE
        turns = facts.turns_of(home.store, [one.id for one in found]) if options.with_turns else []
        home.memory.start()
        home.memory.forget(facts=tuple(one.id for one in found), messages=tuple(turns))
        for one in found:
            if options.json:
                print(json.dumps({"id": one.id, "status": "forgotten"}), flush=True)
            else:
                print(f"Fact {one.id} is forgotten.")
    return code


def _history(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        for one in facts.history(home.store, options.id):
            _print(options, one)
    return DONE


# ---------------------------------------------------------------- printing


def _follow(home: Home) -> None:
    """Have the indexes follow; the command returns when they have."""
    home.memory.start()
    home.memory.consolidate()


def _print(options: argparse.Namespace, one: Fact) -> None:
    if options.json:
        print(json.dumps(asdict(one), ensure_ascii=False), flush=True)
        return
    since, until = _day(one.valid_from), _day(one.valid_until) if one.valid_until is not None else ""
    state = f"  ({_WAITING[one.state]})" if one.state in _WAITING else ""
    print(
        f"{one.id:>6}  {one.text}{state}  [{since} – {until}]"
        if until
        else f"{one.id:>6}  {one.text}{state}  [{since}]"
    )


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
