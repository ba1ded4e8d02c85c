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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from knowledge.errors import FolderInUse
from knowledge.jamo import edits, keystrokes
from knowledge.words import QueryTerms

log = logging.getLogger(__name__)

COVERS = 2.0  # how much of a word one that means the same answers for, in its weight
HEAP_BYTES = 32_000_000
RELATED = 10  # words near in meaning that lend to the score, of each of the question's
ALIKE = 5  # words that mean the same are looked for, of each of the question's: the nearest that some item holds
TOGETHER, REACH, CLOSELY = 0.7, 10, 50  # a weight, words, and items: see `_together`
ELSEWHERE = 0.3  # a weight: see `_lend`
SPELLED = 8  # items whose words are compared with a misspelled one
MOST_AROUND = 64  # items that may hold the words of one: a message's neighbours are far fewer
FURTHER = 64  # times as many items are looked at, where few of them are wanted
LOCK_TRIES, LOCK_SECONDS = 20, 0.25


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as it is indexed: `terms` and `grams` are what it is found by (for a message its neighbours' words too),
    `around` the other items whose words those are."""

    item: int
    terms: Sequence[str]
    grams: Sequence[str]
    around: Sequence[int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate: BM25 score, and the share of the question's words in it (weighted by idf)."""

    item: int
    score: float
    coverage: float


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
        builder.add_text_field("keys", tokenizer_name="whitespace", index_option="basic")  # how Hangul words are typed
        builder.add_unsigned_field("dense", indexed=True, fast=True)
        builder.add_unsigned_field("terms_length", fast=True)
        builder.add_unsigned_field("grams_length", fast=True)
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
        """Write all items anew if deleted ones are still on the disk; False when stopped, and all is as before."""
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
        document.add_text("keys", " ".join({keystrokes(term) for term in entry.terms if _typed_with_keys(term)}))
        document.add_unsigned("dense", int(bool(entry.grams)))
        document.add_unsigned("terms_length", len(entry.terms))
        document.add_unsigned("grams_length", len(entry.grams))
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
        around: dict[int, list[int]] = {}
        for other in items:
            query = self._tantivy.Query.term_query(self._schema, "around", other)
            near = searcher.search(query, limit=MOST_AROUND, count=False).hits
            for item in searcher.fast_field_values("item", [address for _, address in near]):
                around.setdefault(item, []).append(other)
        for item, address in zip(items, hits, strict=True):
            document = searcher.doc(address)
            terms, grams = (str(document.get_first(field) or "").split() for field in ("terms", "grams"))
            yield Entry(item, terms, grams, around.get(item, ()))

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

    def holds(self, field: Literal["terms", "grams"], term: str) -> bool:
        """Whether some item has a term."""
        return bool(self._index.searcher().doc_freq(field, term))

    def spelled_like(self, written: str, most: int, field: Literal["terms", "keys"]) -> list[tuple[str, str, int]]:
        """Words that differ from `written` by at most `most` letters ("keys": by keys on a Korean keyboard): each with
        how it is spelled in the field, and in how many items it stands. Not all such words, but nearer ones first."""
        searcher = self._index.searcher()
        found: dict[str, str] = {}
        for distance in range(1, most + 1):
            query = self._tantivy.Query.fuzzy_term_query(self._schema, field, written, distance)
            for _, address in searcher.search(query, limit=SPELLED, count=False).hits:
                for term in set(str(searcher.doc(address).get_first("terms") or "").split()) - found.keys():
                    if (field == "keys") == _typed_with_keys(term):
                        spelled = keystrokes(term) if field == "keys" else term
                        if len(set(spelled) ^ set(written)) <= 2 * most and edits(spelled, written, most) <= most:
                            found[term] = spelled
            if found:
                break
        return [(term, spelled, searcher.doc_freq("terms", term)) for term, spelled in found.items()]

    def search(
        self,
        query: QueryTerms,
        limit: int,
        also: Iterable[int] = (),
        *,
        within: Collection[int] | None = None,
        keep: Callable[[Collection[int]], Collection[int]] | None = None,
        wholes: Callable[[Collection[int]], Mapping[int, int]] | None = None,
    ) -> dict[int, Hit]:
        """The best `limit` items for the query, and the items `also`, all scored alike.

        Of the items `within`; or of those that `keep` picks from what it is given, for which more are looked at.
        `wholes` tells which document the items are parts of: see `_lend`.
        """
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return {}
        alike = self._alike(searcher, query)
        looked_for = self._looked_for(query, alike, within)
        addresses: dict[int, Any] = {}
        reach = limit
        while looked_for is not None:
            hits = [address for _, address in searcher.search(looked_for, limit=reach, count=False).hits]
            addresses = dict(zip(searcher.fast_field_values("item", hits), hits, strict=True))
            if keep is None:
                break
            kept = set(keep(addresses.keys()))
            addresses = {item: address for item, address in addresses.items() if item in kept}
            if len(addresses) >= limit or len(hits) < reach or reach >= limit * FURTHER:
                addresses = dict(list(addresses.items())[:limit])
                break
            reach *= 4
        missing = [item for item in also if item not in addresses]
        if missing:
            found = searcher.search(
                self._tantivy.Query.term_set_query(self._schema, "item", missing), limit=len(missing), count=False
            )
            hits = [address for _, address in found.hits]
            addresses |= dict(zip(searcher.fast_field_values("item", hits), hits, strict=True))
        return self._score(searcher, query, alike, addresses, wholes(addresses.keys()) if wholes is not None else {})

    def _alike(self, searcher: Any, query: QueryTerms) -> dict[str, tuple[str, float]]:
        """The words that mean the same as the question's and stand in some item, nearest first, `ALIKE` of each: the
        word itself and its weight, less for one that is rarer than what it stands for."""
        counts, taken = self._count(searcher), dict.fromkeys(query.terms, 0)
        found: dict[str, tuple[str, float]] = {}
        for other, (term, weight) in sorted((query.related | query.expansions).items(), key=lambda one: -one[1][1]):
            if taken[term] < (ALIKE if other in query.expansions else RELATED) and searcher.doc_freq("terms", other):
                taken[term] += 1
                rarity = self._rarest(counts, term), self._idf(searcher, counts, "terms", term)
                found[other] = term, weight * min(1.0, min(rarity) / self._idf(searcher, counts, "terms", other))
        return found

    def _looked_for(
        self, query: QueryTerms, alike: Mapping[str, tuple[str, float]], within: Collection[int] | None
    ) -> Any:
        """The query as tantivy asks it; None when nothing is looked for."""
        query_of, occur = self._tantivy.Query, self._tantivy.Occur
        expanded = {other: weight for other, (_, weight) in alike.items() if other in query.expansions}
        terms = [
            (occur.Should, query_of.boost_query(query_of.term_query(self._schema, name, term, index), weight))
            for name, index, weights in (
                ("terms", "position", query.terms | expanded),
                ("grams", "freq", query.grams),
            )
            for term, weight in weights.items()
        ]
        if not terms or within is None:
            return query_of.boolean_query(terms) if terms else None
        items = query_of.const_score_query(query_of.term_set_query(self._schema, "item", list(within)), 0.0)
        return query_of.boolean_query([(occur.Must, query_of.boolean_query(terms)), (occur.Must, items)])

    def _score(
        self,
        searcher: Any,
        query: QueryTerms,
        alike: Mapping[str, tuple[str, float]],
        addresses: dict[int, Any],
        wholes: Mapping[int, int],
    ) -> dict[int, Hit]:
        counts = self._count(searcher)
        idf_terms = {t: self._idf(searcher, counts, "terms", t) for t in query.terms}
        idf_grams = {g: self._idf(searcher, counts, "grams", g) for g in query.grams}
        idf_phrases: dict[tuple[str, str], float] = {}  # counted when one is met: most pairs stand nowhere
        ceilings = {  # a word that nobody said is no rarer; one lent by the conversation asks for less
            t: query.terms[t] * min(idf, self._rarest(counts, t)) for t, idf in idf_terms.items()
        }
        whole = sum(ceilings.values())
        idf_alike = {other: self._idf(searcher, counts, "terms", other) for other in alike}
        hits: dict[int, Hit] = {}
        in_order: dict[int, list[str]] = {}  # the words of items in which they may stand together
        said: dict[int, dict[str, float]] = {}  # what each of the question's words gave an item
        for item, address in addresses.items():
            document = searcher.doc(address)
            terms = str(document.get_first("terms") or "").split()
            grams = str(document.get_first("grams") or "").split()
            normal = self._k1 * (
                1 - self._b + self._b * len(terms) / (counts.dense_terms if grams else counts.plain_terms)
            )
            tf = _frequencies(terms, query.terms)
            gave = {t: query.terms[t] * idf_terms[t] * n * (self._k1 + 1) / (n + normal) for t, n in tf.items()}
            score = sum(gave.values())
            if grams:
                said[item] = gave
            near = {pair: weight for pair, weight in query.phrases.items() if pair[0] in tf and pair[1] in tf}
            if near:
                for pair, n in _frequencies(list(pairwise(terms)), near).items():
                    if pair not in idf_phrases:
                        idf_phrases[pair] = self._idf_of_phrase(searcher, counts, pair)
                    score += query.phrases[pair] * idf_phrases[pair] * n * (self._k1 + 1) / (n + normal)
            if grams and query.grams:
                normal = self._k1 * (1 - self._b + self._b * len(grams) / counts.dense_grams)
                for gram, n in _frequencies(grams, query.grams).items():
                    score += query.grams[gram] * idf_grams[gram] * n * (self._k1 + 1) / (n + normal)
            held = dict.fromkeys(tf, 1.0)
            for other, n in _frequencies(terms, idf_alike).items():
                term, weight = alike[other]
                score += weight * idf_alike[other] * n * (self._k1 + 1) / (n + normal)
                if other in query.expansions:
                    held[term] = max(held.get(term, 0.0), min(1.0, COVERS * weight))
            coverage = sum(ceilings[t] * share for t, share in held.items()) / whole if whole else 0.0
            hits[item] = Hit(item, score, coverage)
            if grams and len(tf) > 1:
                in_order[item] = terms
        for item in sorted(in_order, key=lambda item: -hits[item].score)[:CLOSELY]:
            hit = hits[item]
            hits[item] = Hit(item, hit.score + TOGETHER * _together(in_order[item], idf_terms), hit.coverage)
        for item, lent in _lend(said, wholes).items():
            hits[item] = Hit(item, hits[item].score + ELSEWHERE * lent, hits[item].coverage)
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


def _typed_with_keys(term: str) -> bool:
    """Whether a term is a Hangul word long enough to be told from others by the keys it is typed with."""
    return len(term) > 1 and "\uac00" <= term[0] <= "\ud7a3"


def _together(terms: Sequence[str], weights: Mapping[str, float]) -> float:
    """The most that different words of `weights` weigh within `REACH` words of a text.

    Words of the question that stand near each other mean the same thing with it. Measured on Korean, where a phrase is
    often broken by particles and light words; English is content with its pairs.
    """
    most = weight = 0.0
    inside: dict[str, int] = {}
    places = [(place, term) for place, term in enumerate(terms) if term in weights]
    first = 0
    for place, term in places:
        if not inside.get(term):
            weight += weights[term]
        inside[term] = inside.get(term, 0) + 1
        while places[first][0] <= place - REACH:
            left = places[first][1]
            inside[left] -= 1
            if not inside[left]:
                weight -= weights[left]
            first += 1
        most = max(most, weight)
    return most


def _lend(said: Mapping[int, Mapping[str, float]], wholes: Mapping[int, int]) -> dict[int, float]:
    """What a document's other parts say of the question's words that an item itself does not hold: of each word the
    most that it gave one of them. `said` is what each word gave an item, `wholes` which document an item is of.

    A page on a product names it in its first lines and its price at the end. Measured on Korean, with words alone:
    AutoRAG-ko's nDCG@10 rises from .934 to .957, welfare-ko's and KorQuAD's stay. English items are not in `said`:
    SciFact gained as little as Cranfield and XQuAD lost.
    """
    most: dict[int, dict[str, float]] = {}
    parts = {item: document for item, document in wholes.items() if item in said}
    for item, document in parts.items():
        best = most.setdefault(document, {})
        for term, gave in said[item].items():
            best[term] = max(best.get(term, 0.0), gave)
    lent = {
        item: sum(gave for term, gave in most[document].items() if term not in said[item])
        for item, document in parts.items()
    }
    return {item: gave for item, gave in lent.items() if gave}


def _frequencies(found: Sequence[Any], wanted: Mapping[Any, float]) -> dict[Any, int]:
    """How often each of the `wanted` stands in `found`; by C code, for hundreds of texts are looked through."""
    there = set(found)
    return {one: found.count(one) for one in wanted if one in there}
