"""What the found items say, read from the store: their words, what stands around them, and whether they say anything.

A question that was asked before says nothing of the world; neither does an answer that the model gave by itself, for
then its own invention would come back as a memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.fusion import Found
from knowledge.sentences import sentence_spans
from knowledge.turns import AT_ONCE
from knowledge.words import nfc

Key = tuple[str, int]  # kind and number of an item

_TURNS = """
    SELECT m.id, m.text, m.role, m.author, p.author, p.text, q.text,
        coalesce(json_extract(m.details, '$.origin'), '') = 'model'
    FROM messages m LEFT JOIN messages p ON p.id = m.parent LEFT JOIN messages q ON q.id = p.parent
    WHERE m.id IN ({})
"""
_PASSAGES = """
    SELECT p.id, p.text, coalesce(p.heading, ''), coalesce(d.title, d.path), coalesce(b.text, '')
    FROM passages p JOIN documents d ON d.id = p.document
        LEFT JOIN passages b ON b.document = p.document AND b.ordinal = p.ordinal - 1
    WHERE p.id IN ({})
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """An item's words; `before` stands before it in its talk or document, `around` names the whole that it is of.

    `says` is False of what is no evidence on the world.
    """

    text: str
    before: str = ""
    around: str = ""
    says: bool = True


def evidence(db: sqlite3.Connection, found: Iterable[Found]) -> dict[Key, Evidence]:
    """What each of the found items says; those that are gone by now say nothing."""
    items: dict[str, list[int]] = {"message": [], "passage": [], "fact": []}
    for one in found:
        items[one.kind].append(one.item)
    told: dict[Key, Evidence] = {}
    for id, text, role, author, other, parent, grandparent, by_itself in _rows(db, _TURNS, items["message"]):
        says = not (by_itself if role == "assistant" else _only_asks(text))
        before = " ".join(nfc(each) for each in (grandparent, parent) if each)
        told["message", id] = Evidence(nfc(text), before, nfc(f"{author or ''}\n{other or ''}"), says)
    for id, text, heading, title, before in _rows(db, _PASSAGES, items["passage"]):
        told["passage", id] = Evidence(nfc(text), nfc(before), nfc(f"{title}\n{heading}"))
    for id, text in _rows(db, "SELECT id, text FROM facts WHERE id IN ({})", items["fact"]):
        told["fact", id] = Evidence(nfc(text))
    return told


def _only_asks(text: str) -> bool:
    sentences = [text[first:last] for first, last in sentence_spans(text)]
    return bool(sentences) and all(each.rstrip("\"'”’) ").endswith(("?", "？")) for each in sentences)


def _rows(db: sqlite3.Connection, statement: str, ids: Sequence[int]) -> Iterator[sqlite3.Row]:
    for at in range(0, len(ids), AT_ONCE):
        part = ids[at : at + AT_ONCE]
        yield from db.execute(statement.format(",".join("?" * len(part))), part)
