"""The lexical leg: a tantivy index per kind. The only file that writes full text.

tantivy finds the candidates (its BM25 has k1 1.2 and b .75 built in, over all documents alike); they are then scored
again here, with the constants of the kind, lengths and counts by script, and phrases. Okapi BM25 as in Robertson and
Zaragoza 2009, with Lucene's idf, ln(1 + (N - n + .5)/(n + .5)).
"""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from knowledge.errors import FolderInUse
from knowledge.words import QueryTerms

log = logging.getLogger(__name__)

HEAP_BYTES = 32_000_000
LOCK_TRIES, LOCK_SECONDS = 20, 0.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as it is indexed: `terms` and `grams` are what it is found by (for a message its neighbours' words too),
    `around` the other items whose words those are, `readable` how much of it the embedder can read."""

    item: int
    terms: Sequence[str]
    grams: Sequence[str]
    around: Sequence[int]
    readable: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate: BM25 score, the share of the question's words in it (weighted by idf), and how much of it the
    embedder can read."""

    item: int
    score: float
    coverage: float
    readable: float


@dataclass(frozen=True, slots=True)
class _Counts:
    """By script: how many items, and their mean lengths. Items with bigrams (Hangul, Han, Kana) are one script."""

    plain: int
    plain_terms: float
    dense: int
    dense_terms: float
    dense_grams: float


class Lexicon:
    """The full-text index in `folder`, with BM25's `k1` and `b`. Raises whatever tantivy raises when it is broken."""

    def __init__(self, folder: Path, *, k1: float, b: float) -> None:
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        self._k1, self._b = k1, b
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("item", stored=True, indexed=True, fast=True)
        builder.add_unsigned_field("around", indexed=True)
        builder.add_text_field("terms", stored=True, tokenizer_name="whitespace", index_option="position")
        builder.add_text_field("grams", stored=True, tokenizer_name="whitespace", index_option="freq")
        builder.add_unsigned_field("dense", indexed=True, fast=True)
        builder.add_unsigned_field("terms_length", fast=True)
        builder.add_unsigned_field("grams_length", fast=True)
        builder.add_float_field("readable", fast=True)
        self._schema = builder.build()
        self._folder = folder
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.config_reader("manual")
        self._index.reload()
        self._tantivy: Any = tantivy
        self._writer = _writer(self._index, folder)
        self._guard = threading.Lock()
        self._counts: _Counts | None = None

    # ------------------------------------------------------------ writing (one thread)

    def write(self, entries: Iterable[Entry], removed: Iterable[int]) -> None:
        """Replace and remove items in one atomic, durable commit."""
        new = list(entries)
        # By query: `delete_documents_by_term` of tantivy-py 0.27 matches nothing in an unsigned field.
        replaced = [*removed, *(entry.item for entry in new)]
        self._writer.delete_documents_by_query(self._tantivy.Query.term_set_query(self._schema, "item", replaced))
        for entry in new:
            self._add(entry)
        self._publish()

    def scrub(self, stopped: Callable[[], bool]) -> bool:
        """Write all items anew if deleted ones are still on the disk; false when it was stopped, and all is as before."""
        meta = json.loads((self._folder / "meta.json").read_text(encoding="utf-8"))
        if not any(segment["deletes"] for segment in meta["segments"]):
            return True
        everything = self._everything()
        self._writer.delete_all_documents()
        for entry in everything:
            self._add(entry)
            if stopped():
                self._writer.rollback()
                return False
        self._publish()
        self._writer.garbage_collect_files()
        return True

    def _add(self, entry: Entry) -> None:
        document = self._tantivy.Document()
        document.add_unsigned("item", entry.item)
        for other in entry.around:
            document.add_unsigned("around", other)
        document.add_text("terms", " ".join(entry.terms))
        document.add_text("grams", " ".join(entry.grams))
        document.add_unsigned("dense", int(bool(entry.grams)))
        document.add_unsigned("terms_length", len(entry.terms))
        document.add_unsigned("grams_length", len(entry.grams))
        document.add_float("readable", entry.readable)
        self._writer.add_document(document)

    def _publish(self) -> None:
        self._writer.commit()
        self._index.reload()
        with self._guard:
            self._counts = None

    def _everything(self) -> Iterator[Entry]:
        """All items as they were written. Whose words an item holds is not stored, but can be asked for."""
        searcher = self._index.searcher()
        found = searcher.search(self._tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False)
        hits = [address for _, address in found.hits]
        items = searcher.fast_field_values("item", hits)
        readable = searcher.fast_field_values("readable", hits)
        around: dict[int, list[int]] = {}
        for other in items:
            query = self._tantivy.Query.term_query(self._schema, "around", other)
            near = searcher.search(query, limit=max(1, searcher.num_docs), count=False).hits
            for item in searcher.fast_field_values("item", [address for _, address in near]):
                around.setdefault(item, []).append(other)
        for item, address, share in zip(items, hits, readable, strict=True):
            document = searcher.doc(address)
            terms, grams = (str(document.get_first(field) or "").split() for field in ("terms", "grams"))
            yield Entry(item, terms, grams, around.get(item, ()), float(share))

    def close(self) -> None:
        self._writer.wait_merging_threads()

    # ------------------------------------------------------------ reading (any thread)

    def items(self) -> set[int]:
        """All items that are there."""
        searcher = self._index.searcher()
        found = searcher.search(self._tantivy.Query.all_query(), limit=max(1, searcher.num_docs), count=False)
        return set(searcher.fast_field_values("item", [address for _, address in found.hits]))

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def beside(self, items: Sequence[int]) -> set[int]:
        """The items that hold words of the given ones."""
        if not items:
            return set()
        searcher = self._index.searcher()
        query = self._tantivy.Query.term_set_query(self._schema, "around", list(items))
        found = searcher.search(query, limit=max(1, searcher.num_docs), count=False)
        return set(searcher.fast_field_values("item", [address for _, address in found.hits]))

    def search(self, query: QueryTerms, limit: int, also: Iterable[int] = ()) -> dict[int, Hit]:
        """The best `limit` items for the query, and the items `also`, all scored alike."""
        query_of, should = self._tantivy.Query, self._tantivy.Occur.Should
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return {}
        looked_for = [
            (should, query_of.boost_query(query_of.term_query(self._schema, name, term, index), weight))
            for name, index, weights in (("terms", "position", query.terms), ("grams", "freq", query.grams))
            for term, weight in weights.items()
        ]
        addresses = {}
        if looked_for:
            found = searcher.search(query_of.boolean_query(looked_for), limit=limit, count=False)
            hits = [address for _, address in found.hits]
            addresses = dict(zip(searcher.fast_field_values("item", hits), hits, strict=True))
        missing = [item for item in also if item not in addresses]
        if missing:
            found = searcher.search(
                query_of.term_set_query(self._schema, "item", missing), limit=len(missing), count=False
            )
            hits = [address for _, address in found.hits]
            addresses |= dict(zip(searcher.fast_field_values("item", hits), hits, strict=True))
        return self._score(searcher, query, addresses)

    def _score(self, searcher: Any, query: QueryTerms, addresses: dict[int, Any]) -> dict[int, Hit]:
        counts = self._count(searcher)
        idf_terms = {t: self._idf(searcher, counts, "terms", t) for t in query.terms}
        idf_grams = {g: self._idf(searcher, counts, "grams", g) for g in query.grams}
        idf_phrases = {p: self._idf_of_phrase(searcher, counts, p) for p in query.phrases}
        ceilings = {
            t: min(idf, self._rarest(counts, t)) for t, idf in idf_terms.items()
        }  # a word that nobody said is no rarer
        whole = sum(ceilings.values())
        readable = searcher.fast_field_values("readable", list(addresses.values()))
        hits: dict[int, Hit] = {}
        for (item, address), share in zip(addresses.items(), readable, strict=True):
            document = searcher.doc(address)
            terms = str(document.get_first("terms") or "").split()
            grams = str(document.get_first("grams") or "").split()
            normal = self._k1 * (
                1 - self._b + self._b * len(terms) / (counts.dense_terms if grams else counts.plain_terms)
            )
            tf = _frequencies(terms, query.terms)
            score = sum(query.terms[t] * idf_terms[t] * n * (self._k1 + 1) / (n + normal) for t, n in tf.items())
            if len(tf) > 1:
                for pair, n in _frequencies(pairwise(terms), query.phrases).items():
                    score += query.phrases[pair] * idf_phrases[pair] * n * (self._k1 + 1) / (n + normal)
            if grams and query.grams:
                normal = self._k1 * (1 - self._b + self._b * len(grams) / counts.dense_grams)
                for gram, n in _frequencies(grams, query.grams).items():
                    score += query.grams[gram] * idf_grams[gram] * n * (self._k1 + 1) / (n + normal)
            coverage = sum(ceilings[t] for t in tf) / whole if whole else 0.0
            hits[item] = Hit(item, score, coverage, float(share))
        return hits

    def _idf(self, searcher: Any, counts: _Counts, field: str, term: str) -> float:
        return _idf(counts.plain if term.isascii() else counts.dense, searcher.doc_freq(field, term))

    def _rarest(self, counts: _Counts, term: str) -> float:
        """The idf of a word that one item holds."""
        return _idf(counts.plain if term.isascii() else counts.dense, 1)

    def _idf_of_phrase(self, searcher: Any, counts: _Counts, pair: tuple[str, str]) -> float:
        query = self._tantivy.Query.phrase_query(self._schema, "terms", list(pair))
        number = searcher.search(query, limit=1, count=True).count
        return _idf(counts.plain if pair[0].isascii() else counts.dense, number)

    def _count(self, searcher: Any) -> _Counts:
        """Counts of the index as this searcher sees it, taken once a commit."""
        with self._guard:
            if self._counts is not None:
                return self._counts
        means = []
        for dense in (0, 1):
            of_script = self._tantivy.Query.term_query(self._schema, "dense", dense)
            got = searcher.aggregate(
                of_script,
                {"terms": {"stats": {"field": "terms_length"}}, "grams": {"stats": {"field": "grams_length"}}},
            )
            means += [(int(got["terms"]["count"]), got["terms"]["avg"] or 1.0, got["grams"]["avg"] or 1.0)]
        (plain, plain_terms, _), (number, terms, grams) = means
        counts = _Counts(plain, max(1.0, plain_terms), number, max(1.0, terms), max(1.0, grams))
        with self._guard:
            self._counts = counts
        return counts


def _writer(index: Any, folder: Path) -> Any:
    """The one writer of an index; waits for a process that is just ending. Raises `FolderInUse`."""
    for _ in range(LOCK_TRIES):
        try:
            return index.writer(heap_size=HEAP_BYTES, num_threads=1)
        except ValueError as error:
            if "lock" not in str(error).casefold():
                raise
            time.sleep(LOCK_SECONDS)
    raise FolderInUse(path=str(folder))


def _idf(items: int, having: int) -> float:
    """Lucene's idf; deleted items still count in `having` until tantivy merges them away."""
    having = min(having, items)
    return math.log(1 + (items - having + 0.5) / (having + 0.5))


def _frequencies(found: Iterable[Any], wanted: dict[Any, float]) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for one in found:
        if one in wanted:
            counts[one] = counts.get(one, 0) + 1
    return counts
