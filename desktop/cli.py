"""The command line: each command opens the data folder, asks a worker or the use case, and prints.

Stable for scripts (see README): `--json` prints data, errors are one line on stderr with exit code 1, wrong
usage is 2, an interrupt 130. Knows no Qt.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import Any

from desktop import (
    __version__,
    chat,
    citing,
    cli_documents,
    cli_embedder,
    cli_facts,
    cli_models,
    cli_port,
    cli_projects,
    cli_sampling,
    cli_server,
)
from desktop.confidence import sureness
from desktop.engine_process import EngineState
from desktop.errors import complain, is_known
from desktop.home import open_home
from desktop.paths import data_folder
from desktop.whole.job import Coverage, ReadingAll
from engine.gguf import in_words
from engine.messages import Hardware, ModelInfo
from knowledge.errors import FileMissing, NotAFolder
from knowledge.folders import add_watched
from knowledge.messages import FileProgress, Indexed, Recalled

log = logging.getLogger(__name__)

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130
QUOTED = 80  # letters of a sentence that is pointed at


def main(argv: Sequence[str]) -> int:
    """Run one command; returns its exit code."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    options = parser().parse_args(argv)
    command: Callable[[argparse.Namespace, threading.Event], int] = options.command
    with _interruptible() as stop:
        try:
            code = command(options, stop)
        except BrokenPipeError:  # the reader of our output left, as `head` does
            sys.stderr.close()
            return FAILED
        except Exception as error:
            if not is_known(error):
                log.exception("command failed")
            complain(error)
            return FAILED
        return INTERRUPTED if stop.is_set() else code


def parser() -> argparse.ArgumentParser:
    """All commands and their options."""
    top = argparse.ArgumentParser(
        prog="haema", description="Haema, a desktop assistant that remembers. Without a command it opens the window."
    )
    top.add_argument("--version", action="version", version=f"Haema {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[[argparse.Namespace, threading.Event], int], help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.add_argument(
            "--home", metavar="DIR", help="the data folder (default: HAEMA_HOME, or the system's place)"
        )
        command.add_argument("--json", action="store_true", help="print data as JSON")
        command.set_defaults(command=run)
        return command

    ask = add("ask", _ask, "answer a prompt, with what the memory holds on it")
    ask.add_argument("prompt", help='the prompt, or "-" to read one prompt a line')
    ask.add_argument(
        "--conversation", metavar="ID", help="go on in this conversation (default: each prompt opens a new one)"
    )
    ask.add_argument("--model", metavar="MODEL", help="a GGUF file, or a name in the library (default: the chosen one)")
    ask.add_argument("--no-memory", action="store_true", help="recall nothing")
    cli_documents.declare_collections(ask)
    cli_projects.declare_project(ask, "begin the conversation in this project, and recall what belongs to it too")
    cli_server.declare(ask)
    cli_sampling.declare(ask)

    index = add("index", _index, "index files and folders; returns when they are recallable")
    index.add_argument("paths", nargs="+", metavar="PATH")
    index.add_argument("--collection", metavar="NAME")
    index.add_argument("--watch", action="store_true", help="follow what changes in these folders from now on")
    cli_projects.declare_project(index, "the files belong to this project, and are recalled in it alone")

    recall = add("recall", _recall, "print what would be recalled, best first")
    recall.add_argument("query", help='the query, or "-" to read one a line')
    recall.add_argument("--kind", choices=("documents", "conversations", "facts", "all"), default="all")
    cli_documents.declare_collections(recall)
    cli_projects.declare_scope(recall)
    recall.add_argument("--k", type=_positive, metavar="N", help="at most N items")
    recall.add_argument("--tokens", type=_positive, metavar="N", help="at most N tokens of text")
    recall.add_argument("--explain", action="store_true", help="show the parts of each score")

    cli_port.declare(add, _bar)

    doctor = add("doctor", _doctor, "check the model, the store and the index; repair what is derived")
    doctor.add_argument("--model", metavar="MODEL", help="a GGUF file, or a name in the library")
    cli_server.declare(doctor)

    models = commands.add_parser("models", help="list, add, remove, download, verify and search models")
    models.add_argument("--home", metavar="DIR", help="the data folder (default: HAEMA_HOME, or the system's place)")
    models.set_defaults(json=False)
    cli_models.declare(models)

    papers = commands.add_parser("documents", help="list and forget documents, watch and unwatch folders")
    papers.add_argument("--home", metavar="DIR", help="the data folder (default: HAEMA_HOME, or the system's place)")
    papers.set_defaults(json=False)
    cli_documents.declare(papers, _index)

    places = commands.add_parser("projects", help="list, add, rename and remove projects, move things into them")
    places.add_argument("--home", metavar="DIR", help="the data folder (default: HAEMA_HOME, or the system's place)")
    places.set_defaults(json=False)
    cli_projects.declare(places)

    kept = commands.add_parser("facts", help="list, add, edit, accept, decline and forget facts")
    kept.add_argument("--home", metavar="DIR", help="the data folder (default: HAEMA_HOME, or the system's place)")
    kept.set_defaults(json=False)
    cli_facts.declare(kept)

    embedder = commands.add_parser("embedder", help="show and change the model that compares meanings")
    embedder.add_argument("--home", metavar="DIR", help="the data folder (default: HAEMA_HOME, or the system's place)")
    embedder.set_defaults(json=False)
    cli_embedder.declare(embedder)
    return top


# ---------------------------------------------------------------- commands


def _ask(options: argparse.Namespace, stop: threading.Event) -> int:
    with open_home(data_folder(options.home), model=options.model, server=cli_server.given(options)) as home:
        if options.conversation:
            home.history.conversation(options.conversation)
            if options.project:
                print("haema: --project is for a new conversation; leave out --conversation.", file=sys.stderr)
                return USAGE
        project = cli_projects.project(options, home)
        home.chat.consolidate = lambda: None  # once, at the end
        home.chat.style = cli_documents.style_with_collections(options, home)
        home.engine.changed = _Revivals()
        home.engine.start()
        if not options.no_memory:
            home.memory.start()
        for prompt in _lines(options.prompt):
            conversation = options.conversation or home.history.begin(project=project).id
            sampling = cli_sampling.sampling(options, home, conversation)
            events = home.chat.answer(
                prompt, conversation, stop=stop, remember=not options.no_memory, sampling=sampling
            )
            answer = _print_answer(cli_server.announced(events, home), quiet=options.json)
            if options.json:
                _print_json(_answer_record(answer))
            else:
                _print_sources(answer)
            if stop.is_set():
                break
        if not options.no_memory and not stop.is_set():
            home.memory.consolidate()
    return DONE


class _Revivals:
    """Says on stderr when the model had to be started again, once each time: the answer pauses, and then goes on."""

    def __init__(self) -> None:
        self._said = False

    def __call__(self, state: EngineState) -> None:
        revived = state.phase == "loading" and state.revived is not None
        if revived and not self._said:
            print("\nhaema: the model stopped and is started again; the answer goes on", file=sys.stderr)
        self._said = revived


def _index(options: argparse.Namespace, stop: threading.Event) -> int:
    missing = [path for path in options.paths if not Path(path).exists()]
    paths = tuple(str(Path(path).absolute()) for path in options.paths if path not in missing)
    indexed = Indexed(0, 0, 0, cancelled=False)
    with open_home(data_folder(options.home)) as home:
        project = cli_projects.project(options, home)
        if options.watch:
            for path in paths:
                if not Path(path).is_dir():
                    raise NotAFolder(path=path)
            add_watched(home.store, paths, options.collection, project)
        if paths:
            home.memory.start()
            for step in home.memory.index(paths, options.collection, stop, project):
                match step:
                    case FileProgress():
                        _show_file(step, as_json=options.json)
                    case Indexed():
                        indexed = step
    for path in missing:
        if options.json:
            _print_json({"path": path, "status": "refused", "passages": 0, "reason": str(FileMissing(path=path))})
        complain(FileMissing(path=path))
    if not options.json and indexed.files:
        print(
            f"{indexed.files - indexed.refused} of {indexed.files} files are recallable, {indexed.passages} passages."
        )
    nothing = indexed.files > 0 and indexed.refused == indexed.files
    return FAILED if missing or nothing else DONE


def _recall(options: argparse.Namespace, stop: threading.Event) -> int:
    with open_home(data_folder(options.home)) as home:
        home.memory.start()
        for query in _lines(options.query):
            found = home.memory.recall(
                query,
                kind=options.kind,
                k=options.k,
                tokens=options.tokens,
                collections=cli_documents.collections(options, home),
                scope=cli_projects.scope(options, home),
            )
            if found.template:
                print(f"haema: {found.template.format(**found.facts)}", file=sys.stderr)
            if options.json:
                _print_json(
                    {"query": query, "items": [_item_record(item, explain=options.explain) for item in found.items]}
                )
            else:
                _print_items(found.items, explain=options.explain)
            if stop.is_set():
                break
    return DONE


def _doctor(options: argparse.Namespace, stop: threading.Event) -> int:
    with open_home(data_folder(options.home), model=options.model, server=cli_server.given(options)) as home:
        home.engine.start()
        home.memory.start()
        health = home.memory.check_up()
        info = home.engine.wait(stop)
        if info is None:
            return INTERRUPTED
        if info.remote:
            print(f"haema: {cli_server.whence(info)}", file=sys.stderr)
        state, hardware = home.engine.state, home.engine.survey()
        record = {
            "home": str(home.folder),
            "hardware": asdict(hardware),
            "model": {
                **asdict(info),
                "healed": state.healed is not None,
                "given_up": state.given_up,
            },
            "memory": asdict(health),
            "healthy": health.integrity == "ok",
        }
    if options.json:
        _print_json(record)
    else:
        print(f"data folder  {record['home']}")
        tested = "on a server" if info.fit is None else "self-test passed"
        print(f"model        {info.name}, {info.context} tokens of context, {tested}")
        _print_fit(info)
        _print_hardware(hardware)
        if not info.own_template:
            print("             without a chat template of its own: ChatML is used, which may not suit it")
        if info.safe:
            print(f"profile      {PROFILES[info.profile]}, because {GIVEN_UP[state.given_up or 'crashed']}")
        print(f"memory       {health.messages} messages, {health.documents} documents, {health.passages} passages")
        print(f"embedder     {health.embedder}")
        print(f"database     {health.integrity}")
        for line in health.repaired:
            print(f"repaired     {line}")
    return DONE if record["healthy"] else FAILED


# ---------------------------------------------------------------- printing


PROFILES = {
    "plain": "without extra buffer types",
    "fewer": "with half of the layers on the GPU",
    "cpu": "on the CPU alone",
}
GIVEN_UP = {
    "crashed": "a faster one crashed with this model on this machine",
    "memory": "the GPU's memory ran out with this model",
    "hung": "a faster one hung with this model on this machine",
    "wrong": "a faster one failed the self-test with this model on this machine",
}


def _print_fit(info: ModelInfo) -> None:
    if info.fit is None:
        print(f"runs on      {info.device}")
        return
    fit = info.fit
    where = {
        "gpu": f"{info.device}: fits on the GPU, all {fit.layers} layers",
        "partly": f"{info.device}: {fit.gpu_layers} of {fit.layers} layers on the GPU, the others on the CPU",
    }
    print(f"runs on      {where.get(fit.verdict, 'the CPU')}, {info.threads} threads")
    needs = [f"{in_words(fit.need_gpu)} of {in_words(fit.have_gpu)} on the GPU"] if fit.gpu_layers else []
    needs.append(f"{in_words(fit.need_main)} of {in_words(fit.have_main)} in main memory")
    print(f"needs        {', '.join(needs)}; {fit.kv_type} cache, {fit.batch} tokens at once")


def _print_hardware(hardware: Hardware) -> None:
    for device in hardware.devices:
        name = f"{device.name}, {device.description}" if device.description != device.name else device.name
        free = in_words(hardware.memory_free if device.kind == "cpu" else device.free)
        total = in_words(hardware.memory_total if device.kind == "cpu" else device.total)
        print(f"device       {name}: {free} of {total} free for a model")
    print(f"llama.cpp    {hardware.llama}")


def _print_answer(events: Iterator[chat.Event], *, quiet: bool) -> chat.Answer:
    for event in events:
        match event:
            case chat.LaidOut(recall=chat.RecallReport(decision="late" | "failed", why=why)) if not quiet:
                print(f"haema: answered without the memory: {why}", file=sys.stderr)
            case chat.LaidOut(recall=chat.RecallReport(words_only=True)) if not quiet:
                print("haema: the index server did not answer: searched by words alone", file=sys.stderr)
            case ReadingAll():
                _bar(event.done, event.total, "passages", event.seconds_left)
            case chat.Piece() if not quiet:
                print(event.text, end="", flush=True)
            case chat.Answer():
                _clear_bar()
                if not quiet:
                    print("" if event.coverage is None else event.text)
                return event
    raise AssertionError("the use case ends with an answer or an error")


def _print_sources(answer: chat.Answer) -> None:
    if answer.coverage is not None:
        print(f"haema: {_coverage_words(answer.coverage)}", file=sys.stderr)
    if answer.unclear is not None:
        print("haema: no whole document was read, because it was not clear which one; name its file", file=sys.stderr)
    for number, item in enumerate(answer.sources, start=1):
        place = item.path if item.kind == "document" else f"conversation “{item.title}”"
        place = chat.label(item) if item.kind == "fact" else place
        page = f", page {item.page}" if item.page else ""
        print(f"  [{number}] {place}{page}")
        for sentence in answer.sentences or ():
            if sentence.source == number and number not in sentence.cited:  # the answer is printed, without this number
                print(f"      {_quoted(answer, sentence)} [{number}]")
    own = [sentence for sentence in answer.sentences or () if sentence.own]
    if own:
        print(f"  The model's own words, which no source says ({len(own)} of {len(answer.sentences or ())} sentences):")
    for sentence in own:
        print(f"      {_quoted(answer, sentence)}")
    if answer.checked in ("late", "failed"):
        print("  Which source says what was not checked.")
    if answer.recall.empty and answer.origin == "model" and sureness(answer.confidence) == "unsure":
        print("haema: not in your memory, and the model is unsure of this answer", file=sys.stderr)
    elif answer.recall.missed:
        print("  Nothing about this in your memory; this is what the model knows.")


def _coverage_words(coverage: Coverage) -> str:
    read = "read" if coverage.by == "model" else "searched word by word"
    words = f"{coverage.read} of {coverage.total} passages {read}"
    words += f", in {coverage.documents} documents" if coverage.documents > 1 else ""
    return f"{words} (stopped)" if coverage.stopped else words


def _quoted(answer: chat.Answer, sentence: citing.Sentence) -> str:
    words = " ".join(answer.text[sentence.start : sentence.end].split())
    return f"“{words if len(words) <= QUOTED else words[: QUOTED - 1] + '…'}”"


def _print_items(items: Sequence[Recalled], *, explain: bool) -> None:
    for item in items:
        place = item.path if item.kind == "document" else f"conversation “{item.title}”"
        if item.kind == "fact":
            place = "correction" if item.fact_kind == "correction" else "fact"
            place += (
                f", until {time.strftime('%Y-%m-%d', time.localtime(item.valid_until))}" if item.valid_until else ""
            )
        where = ", ".join(str(x) for x in (place, f"page {item.page}" if item.page else "", item.heading) if x)
        print(f"{item.score:.3f}  {where}")
        if explain:
            print("       " + " + ".join(f"{value:.3f} {name}" for name, value in item.parts.items()))
        print("       " + item.text.replace("\n", "\n       "))


def _answer_record(answer: chat.Answer) -> dict[str, Any]:
    return {
        "answer": answer.text,
        "conversation": answer.conversation,
        "sources": [_item_record(item, explain=False) for item in answer.sources],
        "origin": answer.origin,
        "confidence": answer.confidence,
        "sureness": sureness(answer.confidence),
        "recall": {
            "decision": answer.recall.decision,
            "tokens": answer.recall.tokens,
            "why": answer.recall.why,
            "missed": answer.recall.missed,
            "words_only": answer.recall.words_only,
            "prompt": answer.recall.prompt,
            "depth": answer.recall.depth,
        },
        "timings": answer.timings,
        "finish": answer.finish,
        "thought": answer.thought,
        "coverage": None if answer.coverage is None else asdict(answer.coverage),
        "unclear": answer.unclear,
        "sentences": None if answer.sentences is None else [asdict(sentence) for sentence in answer.sentences],
        "shown": citing.shown(answer.text, answer.sentences, _places(answer), marks=False),
    }


def _places(answer: chat.Answer) -> range:
    return range(1, len(answer.sources) + 1)


def _item_record(item: Recalled, *, explain: bool) -> dict[str, Any]:
    names = ("kind", "id", "text", "score", "path", "page", "heading", "conversation", "title", "time", "external_ids")
    record = {name: getattr(item, name) for name in names}
    if item.kind == "fact":
        record |= {"fact_kind": item.fact_kind, "valid_until": item.valid_until}
    return record | ({"parts": item.parts, "why": item.why} if explain else {})


def _show_file(step: FileProgress, *, as_json: bool) -> None:
    final = step.status in ("indexed", "unchanged", "refused")
    if as_json and final:
        _print_json({"path": step.path, "status": step.status, "passages": step.passages, "reason": step.reason})
    elif final and step.reason:
        _clear_bar()
        print(f"haema: {step.reason}", file=sys.stderr)
    _bar(step.done, step.total, "files", step.seconds_left)


def _bar(done: int, total: int, unit: str, seconds_left: float | None = None) -> None:
    """A progress bar on a terminal's stderr; nothing where stderr is a file or a pipe."""
    if not sys.stderr.isatty():
        return
    width = 30
    filled = width * done // max(1, total)
    left = f", {seconds_left:.0f} s left" if seconds_left else ""
    print(
        f"\r[{'█' * filled}{'·' * (width - filled)}] {done} of {total} {unit}{left}\x1b[K",
        end="",
        file=sys.stderr,
        flush=True,
    )
    if done >= total:
        _clear_bar()


def _clear_bar() -> None:
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _print_json(record: Any) -> None:
    print(json.dumps(record, ensure_ascii=False), flush=True)


# ---------------------------------------------------------------- arguments and signals


def _lines(argument: str) -> Iterator[str]:
    if argument != "-":
        yield argument
        return
    for line in sys.stdin:
        if line.strip():
            yield line.strip()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Ctrl+C asks nicely (what was written is kept); a second one ends the command at once."""
    stop = threading.Event()

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise SystemExit(INTERRUPTED)
        stop.set()

    before = signal.signal(signal.SIGINT, interrupt) if threading.current_thread() is threading.main_thread() else None
    try:
        yield stop
    finally:
        if before is not None:
            signal.signal(signal.SIGINT, before)
