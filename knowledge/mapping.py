"""The map of what is remembered: which memories stand on it, their vectors and words, and the landscape they make.

Drawn when it is asked for, in the worker's second thread; what was drawn is kept until the memory changes, and then
changed where it has to be, so that a place one knows stays where it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from knowledge.alike import shipped
from knowledge.index import Index
from knowledge.landscape import ROUNDS, Landscape, Text, lay_out
from knowledge.memories import KINDS, Kind, Looked, find, key_of, parts_of, remembered
from knowledge.messages import ItemKind, MapCluster, MapPoint, MemoryMap
from knowledge.store import Store
from knowledge.turns import SPEAKERS
from knowledge.words import HANGUL, Words, nfc

LETTERS = 240  # of a text, read for its words
LABEL_LETTERS = 90
NAMELESS = frozenset(name.lower() for name in SPEAKERS.values())  # who speaks says nothing of what is spoken of
KEPT = 20_000  # texts whose words are kept for the next drawing
READ_AT_ONCE = 100  # texts between two looks whether it is still wanted
ALIKE_WORDS = 6  # for each Korean word, those nearest in meaning stand with it
ALIKE_WEIGHT = 0.5  # times their cosine
LEAST_LETTERS = 2  # of a word in a group's name
NOUNS = frozenset({"NNG", "NNP", "SL"})
ITEM_KINDS: dict[Kind, ItemKind] = {"message": "conversation", "passage": "document", "fact": "fact"}
Terms = tuple[dict[str, float], dict[str, str]]


class Mapping:
    """Draws the map of one memory."""

    def __init__(self, store: Store, dense: Callable[[], Index], words: Words) -> None:
        self._store, self._dense, self._words = store, dense, words
        self._terms: OrderedDict[tuple[int, int], Terms] = OrderedDict()  # by key, and the text's hash
        self._state: tuple[Any, ...] = ()
        self._drawn = MemoryMap((), ())
        self._places: dict[int, tuple[float, float]] = {}

    def draw(
        self, most: int, stopped: Callable[[], bool], told: Callable[[int, int], None], breathe: Callable[[], None]
    ) -> MemoryMap:
        """The map of at most `most` memories, pinned ones and the newest first; what there was before, if it was
        stopped. `told(done, total)` tells how far it is; `breathe` is called between small pieces of work."""
        state = (self._changes(), most, self._dense())
        if state == self._state:
            return self._drawn
        keys, left_out = self._chosen(most)
        total = len(keys) * (1 + ROUNDS)
        texts: dict[int, Text] = {}
        labels = {}
        for at in range(0, len(keys), READ_AT_ONCE):
            breathe()
            if stopped():
                return self._drawn
            some = remembered(self._store, keys[at : at + READ_AT_ONCE])
            vectors = self._vectors(some)
            for key, one in some.items():
                terms, written = self._words_of(key, one.text[:LETTERS])
                if key in vectors or terms:
                    texts[key] = Text(vectors.get(key), terms, written)
                    labels[key] = (" ".join(one.text.split())[:LABEL_LETTERS], one.time)
            told(at, total)
        order = [key for key in keys if key in texts]
        rounds = iter(range(1, ROUNDS + 2))
        landscape = self._laid_out(order, texts, stopped, lambda: told(len(keys) * next(rounds), total))
        if landscape is None:
            return self._drawn
        self._places = {key: (float(x), float(y)) for key, (x, y) in zip(order, landscape.places, strict=True)}
        points = tuple(self._point(key, labels[key], group) for key, group in zip(order, landscape.groups, strict=True))
        self._state = state
        self._drawn = MemoryMap(points, _clusters(points, landscape.names), left_out + len(keys) - len(order))
        return self._drawn

    def _laid_out(
        self, order: Sequence[int], texts: dict[int, Text], stopped: Callable[[], bool], told: Callable[[], None]
    ) -> Landscape | None:
        if not order:
            return Landscape([], [], [])
        before = {n: self._places[key] for n, key in enumerate(order) if key in self._places}
        return lay_out([texts[key] for key in order], before, stopped, told)

    def _point(self, key: int, label: tuple[str, float], group: int) -> MapPoint:
        kind, item = parts_of(key)
        x, y = self._places[key]
        return MapPoint(ITEM_KINDS[kind], item, x, y, group, *label)

    # ------------------------------------------------------------ what stands on it

    def _changes(self) -> tuple[int, ...]:
        """Another one whenever something was remembered, changed or forgotten."""
        row = self._store.db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
        (pins,) = self._store.db.execute("SELECT count(*) FROM pins").fetchone()
        return (row["seq"] if row is not None else 0, pins)

    def _chosen(self, most: int) -> tuple[list[int], int]:
        """The keys, and how many had to be left out. Each kind has a third of the map, more where others need less."""
        pinned = find(self._store, Looked(group="pinned")).keys[:most]
        every = [find(self._store, Looked(group=group)).keys for group in ("facts", "said", "documents")]
        room, shares = most - len(pinned), [0] * len(every)
        for rank, n in enumerate(sorted(range(len(every)), key=lambda n: len(every[n]))):
            shares[n] = min(len(every[n]), room // (len(every) - rank))
            room -= shares[n]
        keys = list(
            dict.fromkeys((*pinned, *(key for part, share in zip(every, shares, strict=True) for key in part[:share])))
        )
        return keys, sum(map(len, every)) - len(keys)

    def _vectors(self, keys: Iterable[int]) -> dict[int, Any]:
        """The vectors of those that the embedder can read."""
        dense, found = self._dense(), dict[int, Any]()
        by_kind: dict[Kind, list[int]] = {kind: [] for kind in KINDS}
        for key in keys:
            kind, item = parts_of(key)
            by_kind[kind].append(item)
        for kind, items in by_kind.items():
            if items:
                for item, vector in dense.vectors(kind, items).items():
                    if dense.reads(kind, item):
                        found[key_of(kind, item)] = vector
        return found

    def _words_of(self, key: int, text: str) -> Terms:
        """The text's terms with their weights, Korean ones with what they mean too; and those that may name a group."""
        place = (key, hash(text))
        if (known := self._terms.get(place)) is not None:
            self._terms.move_to_end(place)
            return known
        text = nfc(text)
        korean = HANGUL.search(text) is not None
        terms: dict[str, float] = {}
        written: dict[str, str] = {}
        for one in self._words.morphemes(text):
            if not one.term or one.stop:
                continue
            terms[one.term] = 1.0
            form = text[one.start : one.end].lower()
            names = len(form) >= LEAST_LETTERS and not form.isdigit() and form not in NAMELESS
            if names and (not one.tag or one.tag in NOUNS):
                written.setdefault(one.term, form)
            if korean and one.tag:
                for word, cosine in shipped().near(one.term, one.tag)[:ALIKE_WORDS]:
                    terms.setdefault(word, ALIKE_WEIGHT * cosine)
        self._terms[place] = terms, written
        if len(self._terms) > KEPT:
            self._terms.popitem(last=False)
        return terms, written


def _clusters(points: Sequence[MapPoint], names: Sequence[str]) -> tuple[MapCluster, ...]:
    """The groups with the middle of their points; one without a name goes by none."""
    found = []
    for number, name in enumerate(names):
        members = [point for point in points if point.cluster == number]
        x, y = sorted(point.x for point in members), sorted(point.y for point in members)
        found.append(MapCluster(name or "…", x[len(x) // 2], y[len(y) // 2], len(members)))
    return tuple(found)
