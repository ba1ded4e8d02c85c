"""Follows the outbox: what was committed to SQLite becomes recallable, what was deleted is forgotten.

One step takes the oldest rows, embeds what they name, writes Chroma, then tantivy, and only then deletes the rows. A
process killed anywhere in between repeats the step: both indexes replace by the item's number, so nothing doubles.
What an item is now is read from SQLite; the outbox only says where to look.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.checkup import Indexes
from knowledge.embedder import Embedder
from knowledge.index import Kind
from knowledge.lexicon import Entry
from knowledge.store import Store
from knowledge.turns import Turn, neighbours, turns
from knowledge.words import ItemTerms, Words, nfc

log = logging.getLogger(__name__)

ROWS = 256  # outbox rows in one step
SELF_WEIGHT = 2  # how often a message's own words count beside its neighbours'
REACH = 2  # neighbours on each side whose words a message is found by


@dataclass(frozen=True, slots=True)
class _Text:
    """What of an item is embedded and split into words."""

    item: int
    text: str

    @property
    def digest(self) -> str:
        return hashlib.blake2b(self.text.encode(), digest_size=12).hexdigest()


class Indexer:
    """Used by one thread; `breathe` is called between forward passes of the embedder and may wait."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        indexes: Indexes,
        words: Words,
        breathe: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._embedder, self._indexes = store, embedder, indexes
        self._words, self._breathe = words, breathe

    def waiting(self) -> int:
        """Outbox rows not yet worked on."""
        return int(self._store.db.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def step(self) -> int:
        """Work on the oldest rows; returns how many there were (0: all is recallable)."""
        rows = self._store.db.execute("SELECT seq, kind, item FROM outbox ORDER BY seq LIMIT ?", (ROWS,)).fetchall()
        if not rows:
            return 0
        messages = sorted({row["item"] for row in rows if row["kind"] == "message"})
        passages = sorted({row["item"] for row in rows if row["kind"] == "passage"})
        if messages:
            self._messages(messages)
        if passages:
            self._passages(passages)
        with self._store.transaction() as db:
            db.executemany("DELETE FROM outbox WHERE seq = ?", [(row["seq"],) for row in rows])
        return len(rows)

    # ------------------------------------------------------------ kinds

    def _passages(self, items: Sequence[int]) -> None:
        marks = ",".join("?" * len(items))
        rows = self._store.db.execute(f"SELECT id, text, heading FROM passages WHERE id IN ({marks})", items).fetchall()
        texts = [_Text(row["id"], passage_text(row["text"], row["heading"])) for row in rows]
        readable = self._embed("passage", texts)
        entries = []
        for text in texts:
            terms = self._words.of_item(text.text)
            entries.append(Entry(text.item, terms.terms, terms.grams, (), readable[text.item]))
        gone = sorted(set(items) - {text.item for text in texts})
        self._indexes.dense.remove("passage", gone)
        self._indexes.lexicons["passage"].write(entries, gone)

    def _messages(self, items: Sequence[int]) -> None:
        """A message is found by its neighbours' words too, so those around a changed one are written again."""
        lexicon = self._indexes.lexicons["message"]
        now = turns(self._store.db, items)
        gone = sorted(set(items) - now.keys())
        texts = [_Text(turn.id, turn.line) for turn in now.values()]
        self._embed("message", texts)
        chains = neighbours(self._store.db, {turn.conversation for turn in now.values()}, REACH)
        touched = set(now) | {other for item in now for other in chains[item]} | (lexicon.beside(gone) - set(gone))
        lost = turns(self._store.db, touched - chains.keys())  # beside a removed one, in a conversation not seen yet
        chains |= neighbours(self._store.db, {turn.conversation for turn in lost.values()}, REACH)
        touched &= chains.keys()
        everyone = turns(self._store.db, touched | {other for item in touched for other in chains[item]})
        split = {item: self._words.of_item(turn.line) for item, turn in everyone.items()}
        entries = [
            self._window(everyone[item], [o for o in chains[item] if o in split], split)
            for item in sorted(touched & split.keys())
        ]
        self._indexes.dense.remove("message", gone)
        lexicon.write(entries, gone)

    def _window(self, turn: Turn, around: Sequence[int], split: Mapping[int, ItemTerms]) -> Entry:
        own = split[turn.id]
        terms, grams = list(own.terms) * SELF_WEIGHT, list(own.grams) * SELF_WEIGHT
        for other in around:
            terms += split[other].terms
            grams += split[other].grams
        return Entry(turn.id, terms, grams, around, self._embedder.readable(turn.line))

    # ------------------------------------------------------------ vectors

    def _embed(self, kind: Kind, texts: Iterable[_Text]) -> dict[int, float]:
        """Bring the vectors of `texts` up to date, leaving alone those whose text has not changed; returns how much of
        each the embedder can read."""
        every = list(texts)
        known = self._indexes.dense.hashes(kind, [text.item for text in every])
        new = [text for text in every if known.get(text.item) != text.digest]
        embedded = self._embedder.embed([text.text for text in new], breathe=self._breathe)
        self._indexes.dense.put(
            kind, [text.item for text in new], [e.vectors for e in embedded], [text.digest for text in new]
        )
        readable = {text.item: e.readable for text, e in zip(new, embedded, strict=True)}
        return {
            text.item: readable[text.item] if text.item in readable else self._embedder.readable(text.text)
            for text in every
        }


def passage_text(text: str, heading: str | None) -> str:
    """What a passage is found by: its words under its heading."""
    text = nfc(text)
    return text if not heading or nfc(heading) in text else f"{nfc(heading)}\n{text}"
