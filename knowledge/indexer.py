"""Follows the outbox: what was committed to SQLite becomes recallable, what was deleted is forgotten.

One step takes the oldest rows, embeds what they name, writes Chroma, then tantivy, and only then deletes the rows. A
process killed anywhere in between repeats the step: both indexes replace by the item's number, so nothing doubles.
What an item is now is read from SQLite; the outbox only says where to look. A text that stands in the step or in the
index already, in another file say, is not embedded again.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.checkup import Indexes
from knowledge.embedder import Embedder
from knowledge.first_person import of_person
from knowledge.index import Index, Kind
from knowledge.lexicon import Entry
from knowledge.passages import opening
from knowledge.store import Store
from knowledge.turns import Turn, neighbours, turns
from knowledge.words import ItemTerms, Words, nfc

log = logging.getLogger(__name__)

ROWS = 256  # outbox rows in one step
NEWEST = 32  # of them the newest
TOLD_TWICE = 1000  # characters: a longer turn is embedded only as it was said
SELF_WEIGHT = 2  # how often a message's own words count beside its neighbours'
REACH = 2  # neighbours on each side whose words a message is found by
ALONE: Mapping[Kind, str] = {
    "fact": "SELECT id, text FROM facts WHERE state = 'kept'",
    "episode": "SELECT id, text FROM episodes WHERE 1",
}


@dataclass(frozen=True, slots=True)
class _Text:
    """What of an item is embedded; `also` is the same in other words, and the item's vector then the mean of both."""

    item: int
    text: str
    also: str | None = None

    @property
    def digest(self) -> str:
        both = self.text if self.also is None else f"{self.text}\0{self.also}"
        return hashlib.blake2b(both.encode(), digest_size=12).hexdigest()


@dataclass(frozen=True, slots=True)
class Target:
    """An embedder and where its vectors go."""

    embedder: Embedder
    dense: Index


class Indexer:
    """Used by one thread; `breathe` is called between forward passes of the embedder and may wait.

    `beside` is an embedder that is to take the present one's place: what is new goes to its index too.
    """

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
        self.beside: Target | None = None

    def waiting(self) -> int:
        """Outbox rows not yet worked on."""
        return int(self._store.db.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def step(self) -> int:
        """Work on the oldest rows, and on the very newest: what is said while a large import is on its way does not
        wait for its end. Returns how many there were (0: all is recallable)."""
        rows = self._store.db.execute(
            "SELECT * FROM (SELECT seq, kind, item FROM outbox ORDER BY seq DESC LIMIT ?)"
            " UNION SELECT * FROM (SELECT seq, kind, item FROM outbox ORDER BY seq LIMIT ?)",
            (NEWEST, ROWS - NEWEST),
        ).fetchall()
        if not rows:
            return 0
        messages = sorted({row["item"] for row in rows if row["kind"] == "message"})
        passages = sorted({row["item"] for row in rows if row["kind"] == "passage"})
        if messages:
            self._messages(messages)
        if passages:
            self._passages(passages)
        for kind in ALONE:
            if items := sorted({row["item"] for row in rows if row["kind"] == kind}):
                self._alone(kind, items)
        with self._store.transaction() as db:
            db.executemany("DELETE FROM outbox WHERE seq = ?", [(row["seq"],) for row in rows])
        return len(rows)

    def grow(self, kind: Kind, items: Sequence[int], target: Target, breathe: Callable[[], None]) -> None:
        """Bring items of the store into the index of another embedder."""
        match kind:
            case "message":
                texts = _message_texts(turns(self._store.db, items))
            case "passage":
                texts = self._passage_texts(items)
            case "fact" | "episode":
                texts = self._texts_alone(kind, items)
        self._embed_for(target, kind, texts, breathe)

    # ------------------------------------------------------------ kinds

    def _passages(self, items: Sequence[int]) -> None:
        texts = self._passage_texts(items)
        self._embed("passage", texts)
        split = [(text.item, self._words.of_item(text.text)) for text in texts]
        gone = sorted(set(items) - {text.item for text in texts})
        self._forget("passage", gone)
        entries = [Entry(item, terms.terms, terms.grams, ()) for item, terms in split]
        self._indexes.lexicons["passage"].write(entries, gone)

    def _passage_texts(self, items: Sequence[int]) -> list[_Text]:
        marks = ",".join("?" * len(items))
        rows = self._store.db.execute(
            "SELECT p.id, p.text, p.heading, f.text AS first FROM passages p"
            " LEFT JOIN passages f ON f.document = p.document AND f.ordinal = 0 AND f.id <> p.id"
            f" WHERE p.id IN ({marks})",
            items,
        ).fetchall()
        return [
            _Text(row["id"], passage_text(row["text"], row["heading"], opening(row["first"] or ""))) for row in rows
        ]

    def _alone(self, kind: Kind, items: Sequence[int]) -> None:
        """Facts, or what sums up a conversation: found by their own words and by nothing beside them."""
        texts = self._texts_alone(kind, items)
        self._embed(kind, texts)
        split = [(text.item, self._words.of_item(text.text)) for text in texts]
        gone = sorted(set(items) - {text.item for text in texts})
        self._forget(kind, gone)
        self._indexes.lexicons[kind].write([Entry(item, terms.terms, terms.grams, ()) for item, terms in split], gone)

    def _texts_alone(self, kind: Kind, items: Sequence[int]) -> list[_Text]:
        rows = self._store.db.execute(f"{ALONE[kind]} AND id IN ({','.join('?' * len(items))})", items)
        return [_Text(row["id"], nfc(row["text"])) for row in rows]

    def _messages(self, items: Sequence[int]) -> None:
        """A message is found by its neighbours' words too, so those around a changed one are written again."""
        lexicon = self._indexes.lexicons["message"]
        now = turns(self._store.db, items)
        gone = sorted(set(items) - now.keys())
        self._embed("message", _message_texts(now))
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
        self._forget("message", gone)
        lexicon.write(entries, gone)

    def _window(self, turn: Turn, around: Sequence[int], split: Mapping[int, ItemTerms]) -> Entry:
        own = split[turn.id]
        terms, grams = list(own.terms) * SELF_WEIGHT, list(own.grams) * SELF_WEIGHT
        for other in around:
            terms += split[other].terms
            grams += split[other].grams
        return Entry(turn.id, terms, grams, around)

    # ------------------------------------------------------------ vectors

    def _embed(self, kind: Kind, texts: Sequence[_Text]) -> None:
        """Bring the vectors of `texts` up to date, in every index that is kept."""
        for target in self._targets():
            self._embed_for(target, kind, texts, self._breathe)

    def _forget(self, kind: Kind, items: Sequence[int]) -> None:
        if not items:
            return
        waiting = "SELECT count(DISTINCT item) FROM outbox WHERE kind = ? AND change = 'remove'"
        count = int(self._store.db.execute(waiting, (kind,)).fetchone()[0])
        for target in self._targets():
            target.dense.remove(kind, items, of=count)

    def _targets(self) -> tuple[Target, ...]:
        own = Target(self._embedder, self._indexes.dense)
        return (own, self.beside) if self.beside is not None else (own,)

    def _embed_for(self, target: Target, kind: Kind, texts: Sequence[_Text], breathe: Callable[[], None]) -> None:
        """Embed those texts that have changed, each different one once, and none whose vector is there already."""
        had = target.dense.hashes(kind, [text.item for text in texts])
        new = {text.item: (text.digest, text) for text in texts}
        new = {item: (digest, text) for item, (digest, text) in new.items() if had.get(item) != digest}
        by_digest = dict(new.values())
        known = target.dense.known(kind, list(by_digest)) if by_digest else {}
        unknown = [digest for digest in by_digest if digest not in known]
        embedded = target.embedder.embed([by_digest[digest].text for digest in unknown], breathe=breathe)
        known |= {digest: (one.vectors, one.readable) for digest, one in zip(unknown, embedded, strict=True)}
        twofold = [(digest, also) for digest in unknown if (also := by_digest[digest].also) is not None]
        embedded = target.embedder.embed([also for _, also in twofold], breathe=breathe)
        for (digest, _), one in zip(twofold, embedded, strict=True):
            vectors, readable = known[digest]
            known[digest] = (_means(vectors, one.vectors), readable)
        target.dense.put(
            kind,
            list(new),
            [known[digest][0] for digest, _ in new.values()],
            [digest for digest, _ in new.values()],
            [known[digest][1] for digest, _ in new.values()],
        )


def _message_texts(said: Mapping[int, Turn]) -> list[_Text]:
    """As they were said; and where it is known who speaks, as others would tell it of them (`of_person`)."""
    texts = []
    for turn in said.values():
        also = None
        if turn.author is not None and len(turn.text) <= TOLD_TWICE:
            also = turn.shown(of_person(nfc(turn.text), nfc(turn.author)))
        texts.append(_Text(turn.id, turn.line, also if also != turn.line else None))
    return texts


def _means(vectors: Any, others: Any) -> Any:
    """The means of two texts' vectors, of length 1; the first ones, where a text takes more than one."""
    if len(vectors) > 1 or len(others) > 1:
        return vectors
    mean = vectors + others
    return mean / max(1e-6, float((mean**2).sum()) ** 0.5)


def passage_text(text: str, heading: str | None, title: str = "") -> str:
    """What a passage is found by: its words under its heading, and under the line with which its document begins.

    Without that line the later parts of an abstract are hard to find.
    """
    for above in (heading, title):
        if above and nfc(above) not in nfc(text):
            text = f"{above}\n{text}"
    return nfc(text)
