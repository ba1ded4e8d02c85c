"""The use case: notice a prompt about whole documents, read all their passages, and say how many were read."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial

from desktop.engine_process import Engine
from desktop.whole import wording
from desktop.whole.counting import count
from desktop.whole.job import Job, ReadingAll, Work, broken_off, coverage_of
from desktop.whole.listing import list_all
from desktop.whole.naming import Title
from desktop.whole.notes import HANGUL
from desktop.whole.noticing import Kind, Noticed, Unclear, notice
from desktop.whole.summing import summarise
from knowledge.history import History, Message
from knowledge.messages import Scope
from knowledge.shelf import Shelf

_GO_ON = re.compile(
    r"(?:please )?(?:go on|continue|carry on|keep (?:going|reading)|read on|read the rest|finish (?:it"
    r"|reading))(?: please)?"
    r"|(?:계속|이어서|마저)(?:서)?(?: ?(?:읽어|해|진행해|요약해|정리해|찾아))?(?: ?(?:줘|주세요|줄래))?",
    re.IGNORECASE,
)


class Whole:
    """`given` remembers, by conversation, which documents were put before us there last."""

    def __init__(self, history: History, engine: Engine) -> None:
        self._history, self._engine = history, engine
        self.shelf = Shelf(history.store)
        self._given: dict[str, tuple[int, ...]] = {}

    def give(self, conversation: str, documents: Sequence[int]) -> None:
        """These documents were put before us in this conversation: "this file" means them from now on."""
        if documents:
            self._given[conversation] = tuple(documents)

    def notice(
        self,
        prompt: str,
        conversation: str,
        turns: Sequence[Message],
        collections: Collection[str] | None = None,
        scope: Scope | None = None,
    ) -> Job | Unclear | None:
        """What `prompt`, said after `turns`, wants of whole documents; None when it is an ordinary prompt.

        Only documents of these collections are meant ("" has no name; None: of all), and of this scope.
        """
        if (job := self.unfinished(turns)) is not None and _GO_ON.fullmatch(prompt.strip(" .!~")):
            return job
        titles, given = partial(self._titles, collections, scope), self._given.get(conversation, ())
        found = notice(prompt, titles, given=given, cited=self._cited(turns))
        match found:
            case Noticed():
                return Job(found.kind, found.about, found.documents, HANGUL.search(prompt) is not None)
            case _:
                return found

    def unfinished(self, turns: Sequence[Message]) -> Job | None:
        """The reading that the last answer broke off; None when there is none to go on with."""
        last = turns[-1] if turns else None
        if last is None or last.role != "assistant" or last.state not in ("stopped", "broken"):
            return None
        return broken_off(last.details)

    def job(self, kind: Kind, documents: Sequence[int], prompt: str) -> Job:
        """What a button asks for: these documents are to be read, whatever the prompt says."""
        return Job(kind, "", tuple(documents), HANGUL.search(prompt) is not None)

    def begin(self, job: Job) -> Work:
        """The documents of a job that are still there."""
        return Work(job, self.shelf, self.shelf.documents(job.documents))

    def steps(self, work: Work, stop: threading.Event) -> Iterator[ReadingAll]:
        """Read everything; `work` holds what there is at any time. Raises `Failure`."""
        if not work.books:
            work.text = wording.gone(korean=work.job.korean)
            return
        match work.job.kind:
            case "count":
                yield from count(work, stop)
            case "list":
                yield from list_all(work, self._engine, stop)
            case "summary" | "compare":
                yield from summarise(work, self._engine, stop)
        yield work.tell("joining", None)

    def _titles(self, collections: Collection[str] | None, scope: Scope | None) -> list[Title]:
        titles = [Title(*names) for names in self.shelf.names(scope)]
        return titles if collections is None else [title for title in titles if (title.collection or "") in collections]

    def _cited(self, turns: Sequence[Message]) -> tuple[int, ...]:
        """The documents of the latest answer that used any, in the order of their numbers."""
        for turn in reversed(turns):
            if turn.role != "assistant":
                continue
            if coverage_of(turn.details) is not None and (ids := _ids(turn.details)):
                return ids
            used = [item.document for item in self._history.sources(turn.id).values() if item.document is not None]
            if used:
                return tuple(dict.fromkeys(used))
        return ()


def _ids(details: Mapping[str, object]) -> tuple[int, ...]:
    """The documents that a whole reading was about: not only those that its sources happen to be from."""
    kept = details.get("whole")
    ids = kept.get("ids") if isinstance(kept, Mapping) else None
    return tuple(id for id in ids if isinstance(id, int)) if isinstance(ids, list) else ()
