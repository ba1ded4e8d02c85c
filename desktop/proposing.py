"""Asks the model, while nobody waits for it, what the user's turns state that no rule could read.

Its answer is held to a grammar (JSON), and then to the turn: a proposal whose words do not all stand there is dropped,
so that nothing is kept which the turn does not say. What remains is proposed: it is recalled only once the user has
said yes in the memory's room. Only a model that can do it is asked, one of about 1.5 billion parameters or more: the
starter (135 million) copies its instructions. A server is asked where it is on this computer, for what was said to
another model, or imported, must not leave it unasked.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit

from desktop.engine_process import Engine
from engine.messages import Generated, ModelInfo, Sampling, Token
from knowledge import facts
from knowledge.sensitive import sensitivity
from knowledge.statement import Statement
from knowledge.store import Store

log = logging.getLogger(__name__)

LEAST_BYTES = 800_000_000  # of the file: 1.5 billion parameters in 4 bits
AT_ONCE = 3  # turns in one go
QUIET_SECONDS = 20.0  # after an answer is settled
LONGEST = 200  # characters of a proposal

ASK = (
    "You are given one message that a user wrote. Copy from it the statements about the user, their life, people, "
    "things, plans and tastes that will still be worth knowing in a month. Copy word for word, a short sentence each. "
    "No questions, no wishes, no small talk, nothing that the message does not say. Most messages hold none: then the "
    "list is empty."
)
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "statements": {
                "type": "array",
                "items": {"type": "string", "maxLength": LONGEST},
                "maxItems": 4,
            }
        },
        "required": ["statements"],
    }
)
SAMPLING = Sampling(max_tokens=256, temperature=0.0, schema=SCHEMA)
_SMALL = frozenset(
    "i me my mine we us our you your he him his she her it its they them their the a an is are was were be been am "
    "has have had do does did to of in on at for with and or that this from by as not no user i'm i've".split()
)


def is_able(info: ModelInfo | None) -> bool:
    """Whether the model can be asked."""
    if info is None or info.starter:
        return False
    if info.remote:
        address = info.path if "//" in info.path else f"//{info.path}"
        return urlsplit(address).hostname in {"localhost", "127.0.0.1", "::1"}
    try:
        return Path(info.path).stat().st_size >= LEAST_BYTES
    except OSError:
        return False


def propose(store: Store, engine: Engine, stop: threading.Event) -> int:
    """Ask about some turns that wait for it; returns how many. Ends at once when `stop` is set. Raises `Failure`."""
    done = 0
    for message, text in facts.unproposed(store, AT_ONCE):
        answer = _ask(engine, text, stop)
        if answer is None:
            break
        found = grounded(answer, text)
        facts.propose(store, message, found)
        log.info("%d facts are proposed from a turn", len(found))
        done += 1
    return done


def grounded(answer: str, text: str) -> list[Statement]:
    """The statements of a model's answer whose words all stand in the text; none where the answer is no such JSON."""
    try:
        listed = json.loads(answer)["statements"]
    except (ValueError, KeyError, TypeError):
        log.warning("the model's proposals cannot be read")
        return []
    said = {_stem(word) for word in _words(text)}
    found: list[Statement] = []
    for one in listed if isinstance(listed, list) else []:
        statement = " ".join(one.split()) if isinstance(one, str) else ""
        words = [word for word in _words(statement) if word not in _SMALL]
        if len(words) < 2 or len(statement) > LONGEST or "?" in statement:
            continue
        if all(_stem(word) in said for word in words):
            found.append(Statement(statement, "noticed", sensitive=sensitivity(statement)))
    return found


def _ask(engine: Engine, text: str, stop: threading.Event) -> str | None:
    """The model's answer; None where it was stopped."""
    words, finish = "", "stopped"
    for reply in engine.generate(
        system=ASK, history=(), recalled=(), prompt=text, sampling=SAMPLING, stop=stop, think=False
    ):
        match reply:
            case Token(thought=False):
                words += reply.text
            case Generated():
                finish = reply.finish
    return None if finish == "stopped" or stop.is_set() else words


def _words(text: str) -> list[str]:
    return re.findall(r"[\w'’-]+", text.casefold())


def _stem(word: str) -> str:
    """A word so that its forms are the same: Korean without its endings, English without its last letters."""
    return word[:2] if "가" <= word[0] <= "힣" else word[:5]
