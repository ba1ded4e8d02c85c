"""`haema projects`: list, add, rename and remove projects, and move conversations and documents in and out of them.

Also the options by which other commands work within a project.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from dataclasses import asdict
from pathlib import Path

from desktop.cli_group import commands_under
from desktop.errors import complain
from desktop.home import Home, open_home
from desktop.paths import data_folder
from desktop.removing_project import remove_project
from knowledge import projects
from knowledge.errors import ConversationMissing, DocumentUnknown
from knowledge.library import under
from knowledge.messages import Scope

DONE, FAILED, USAGE = 0, 1, 2


def declare(parser: argparse.ArgumentParser) -> None:
    """The commands under `haema projects`, on its parser."""
    add = commands_under(parser)

    add("list", _list, "list the projects, with how many conversations and documents belong to each")

    adding = add("add", _add, "add a project; what belongs to it is recalled in it alone")
    adding.add_argument("name", metavar="NAME")

    renaming = add("rename", _rename, "call a project otherwise")
    renaming.add_argument("name", metavar="NAME")
    renaming.add_argument("new", metavar="NEW")

    removing = add("remove", _remove, "remove a project; what belongs to it stays and belongs to none")
    removing.add_argument("name", metavar="NAME")
    removing.add_argument("--with-content", action="store_true", help="forget its conversations and documents too")
    removing.add_argument("--yes", action="store_true", help="do not ask")

    moving = add("move", _move, "move conversations and documents into a project, or out of the one they are in")
    moving.add_argument("things", nargs="+", metavar="ID|PATH", help="a conversation's id, a file, or a folder")
    where = moving.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", metavar="NAME", help="the project")
    where.add_argument("--out", action="store_true", help="to no project")


def declare_project(parser: argparse.ArgumentParser, help: str) -> None:
    """The option by which a command works within a project."""
    parser.add_argument("--project", metavar="NAME", help=help)


def declare_scope(parser: argparse.ArgumentParser) -> None:
    """The options by which a command recalls within a project, or everywhere."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--project", metavar="NAME", help="what belongs to this project (default: what belongs to none)")
    where.add_argument("--everywhere", action="store_true", help="everything, whatever it belongs to")
    parser.add_argument("--beyond", action="store_true", help="with --project: what belongs to none as well")


def project(options: argparse.Namespace, home: Home) -> str | None:
    """The project that was given; None without. Raises `ProjectUnknown`."""
    return projects.named(home.store, options.project).id if options.project else None


def scope(options: argparse.Namespace, home: Home) -> Scope | None:
    """What `declare_scope` was given. Raises `ProjectUnknown`."""
    return None if options.everywhere else Scope(project(options, home), beyond=options.beyond)


# ---------------------------------------------------------------- commands


def _list(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        for one in projects.projects(home.store):
            if options.json:
                _print_json(asdict(one))
            else:
                print(f"{one.name}  ({_counted(one.conversations, one.documents)})")
    return DONE


def _add(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        made = projects.add(home.store, options.name)
    if options.json:
        _print_json(asdict(made))
    else:
        print(f"“{made.name}” is a project now.")
    return DONE


def _rename(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        id = projects.named(home.store, options.name).id
        projects.rename(home.store, id, options.new)
        named = projects.project(home.store, id)
    if options.json:
        _print_json(asdict(named))
    else:
        print(f"The project is called “{named.name}” now.")
    return DONE


def _remove(options: argparse.Namespace, _stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        one = projects.named(home.store, options.name)
        if options.with_content and not options.yes and one.conversations + one.documents:
            if not sys.stdin.isatty():
                held = _counted(one.conversations, one.documents)
                print(f"haema: this forgets {held}. Say --yes to do it.", file=sys.stderr)
                return USAGE
            print(f"Forget {_counted(one.conversations, one.documents)}? [y/N] ", end="", file=sys.stderr, flush=True)
            if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
                return DONE
        if options.with_content:
            home.memory.start()
        remove_project(home, one.id, with_content=options.with_content)
    if options.json:
        _print_json({"id": one.id, "name": one.name, "status": "removed", "forgotten": options.with_content})
    else:
        print(f"“{one.name}” is no project any more.")
    return DONE


def _move(options: argparse.Namespace, _stop: threading.Event) -> int:
    code = DONE
    with open_home(data_folder(options.home)) as home:
        to = projects.named(home.store, options.to).id if options.to else None
        for thing in options.things:
            documents = under(home.store, str(Path(thing).absolute()))
            if documents:
                projects.move_documents(home.store, tuple(documents), to)
            else:
                try:
                    projects.move_conversation(home.store, thing, to)
                except ConversationMissing as error:
                    complain(DocumentUnknown(path=thing) if Path(thing).exists() else error)
                    code = FAILED
                    continue
            if options.json:
                _print_json({"moved": thing, "project": to, "documents": len(documents)})
            else:
                print(f"{thing} belongs to {f'“{options.to}”' if to else 'no project'} now.")
    return code


# ---------------------------------------------------------------- printing


def _counted(conversations: int, documents: int) -> str:
    said = "1 conversation" if conversations == 1 else f"{conversations} conversations"
    held = "1 document" if documents == 1 else f"{documents} documents"
    return f"{said}, {held}"


def _print_json(record: object) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)
