"""Why a file was left out, or what of it could not be read, in the window's language.

The store keeps the sentence as the worker made it. Here it is taken apart again: which of the known sentences it is,
and what fills its gaps. Knows no Qt.
"""

from __future__ import annotations

import re
from functools import lru_cache

from desktop.errors import Failure
from knowledge import errors

KNOWN = (
    errors.FileUnreadable,
    errors.FileEmpty,
    errors.FileTypeUnknown,
    errors.FileTooHarmful,
    errors.FileMissing,
    errors.PagesWithoutText,
    errors.PagesNotRecognised,
    errors.PartsLeftOut,
)
_GAP = re.compile(r"\{(\w+)\}")


def failures(reason: str, path: str) -> list[Failure]:
    """The sentences of a stored reason about the file at `path`; one that nobody knows stays as it is."""
    found: list[Failure] = []
    rest = reason.strip()
    while rest:
        for error in KNOWN:
            match = _pattern(error.sentence, path).match(rest)
            if match is not None:
                found.append(Failure(error.__name__, error.sentence, {"path": path} | match.groupdict()))
                rest = rest[match.end() :].lstrip()
                break
        else:
            found.append(Failure("", "{sentence}", {"sentence": rest}))
            rest = ""
    return found


@lru_cache(maxsize=256)
def _pattern(template: str, path: str) -> re.Pattern[str]:
    """What the sentence looks like; as the next one, if there is one, begins after a space or ends the whole."""
    parts = _GAP.split(template)
    made = [re.escape(part) if n % 2 == 0 else _gap(part, path) for n, part in enumerate(parts)]
    return re.compile("".join(made) + r"(?=\s|$)", re.DOTALL)


def _gap(name: str, path: str) -> str:
    # a note may be about a part of the file (of an archive), so its path is not always the document's
    return f"(?P<{name}>{re.escape(path)}|.+?)" if name == "path" else f"(?P<{name}>.+?)"
