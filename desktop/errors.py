"""The one place where errors become words for the window and the command line.

The rooms raise their own errors with a template and facts; workers send them as `Failed`, which arrives here
as `Failure`. `words` puts any of them into the user's language; anything else is a bug and is said to be one.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from engine.errors import EngineDied, EngineError
from knowledge.errors import KnowledgeError, MemoryDied

BUG = "Something went wrong inside Haema ({reason}). The log has the details."


class Failure(Exception):
    """An error that a worker reported; `error` is the name of its class."""

    def __init__(self, error: str, template: str, facts: Mapping[str, str]) -> None:
        super().__init__(template.format(**facts))
        self.error, self.template, self.facts = error, template, dict(facts)

    def __reduce__(self) -> tuple[Any, ...]:
        return Failure, (self.error, self.template, self.facts)


def failure(reply: Any) -> Failure:
    """The `Failed` reply of either worker as an exception."""
    return Failure(reply.error, reply.template, reply.facts)


def died(error: type[EngineDied | MemoryDied]) -> Failure:
    return Failure(error.__name__, error.sentence, {})


def template_of(error: BaseException) -> tuple[str, dict[str, str]]:
    """An error's sentence with its gaps, and what fills them."""
    match error:
        case Failure():
            return error.template, error.facts
        case EngineError() | KnowledgeError():
            return error.sentence, error.facts
        case _:
            return BUG, {"reason": type(error).__name__}


def is_known(error: BaseException) -> bool:
    """Whether the user can act on it (else it is our bug, and belongs in the log with its traceback)."""
    return isinstance(error, Failure | EngineError | KnowledgeError)


def words(error: BaseException, translate: Callable[[str], str] = lambda template: template) -> str:
    """One line: what happened, why, what to do."""
    template, facts = template_of(error)
    return translate(template).format(**facts)


def complain(error: BaseException) -> None:
    print(f"haema: {words(error)}", file=sys.stderr)
