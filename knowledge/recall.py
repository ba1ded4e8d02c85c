"""From a prompt to what the memory holds on it, best first.

Two legs find candidates: the embedder (meaning) and BM25 (words). `fusion.py` adds their scores up as named parts; to
that come .08 for a turn of the one speaker whom the question names, and .5 for a turn near a date that it names.
`scoping.py` says what may be recalled at all, `standing.py` how facts stand beside the turns that say them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from knowledge import called, dates, follow_up, relative_dates, summed_up
from knowledge.alike_english import related
from knowledge.around import Stored, stored
from knowledge.checkup import Indexes
from knowledge.deciding import Decision, Leaning, decide
from knowledge.embedder import Embedder
from knowledge.errors import IndexServerUnreachable
from knowledge.facts import outdated_turns
from knowledge.fillers import without_fillers
from knowledge.first_person import in_first_person
from knowledge.fusion import Found, add_groups, add_kindred, add_telling, fuse, look_around
from knowledge.index import Kind
from knowledge.items import conversation_item, document_item, fact_item
from knowledge.lexicon import FURTHER, Hit
from knowledge.messages import Recall, Recalled, Recollection
from knowledge.packing import LONG_TOKENS, Candidate, Key, Packed, Packing
from knowledge.past import asks_about_past
from knowledge.scoping import Filter, Where, in_collections, in_scope, only, that_hold
from knowledge.slots import ASKED_FOR, asked_for
from knowledge.spelling import respelled
from knowledge.standing import Standing, on_their_scale, put_corrections_first, said_once, standing
from knowledge.store import Store
from knowledge.strength import pinned, strengthen
from knowledge.support import Supporter
from knowledge.turns import AT_ONCE, Turn, a_little_before, beside, turns
from knowledge.words import HANGUL, QueryTerms, Words, nfc

log = logging.getLogger(__name__)

# Candidates of each leg. Of turns 80 to 150 gave the same on LoCoMo, within .0015; of passages 100 lost nothing on
# Cranfield and XQuAD.
CANDIDATES: Mapping[Kind, int] = {"message": 120, "passage": 100, "fact": 50, "episode": 30}
NAME, DATE = 0.08, 0.5
READS = 0.05  # r(query) below which the embedder is not asked
DEFAULT_ITEMS = 10
FETCHED = 32  # candidates at a time on their way into the block


class Recaller:
    """Answers `Recall` requests; reads only, in any one thread."""

    def __init__(self, store: Store, embedder: Embedder, indexes: Indexes, words: Words) -> None:
        self._store, self._embedder, self._indexes, self._words = store, embedder, indexes, words
        self._authors: set[str] = set()
        self._authors_until = 0

    def recall(self, request: Recall) -> Recollection:
        """What the memory holds on the query; by words alone, and saying so, while an index server is away."""
        try:
            return self._recall(request, by_meaning=True)
        except IndexServerUnreachable as error:
            log.warning("recalled by words alone: %s", type(error).__name__)
            recalled = self._recall(request, by_meaning=False)
            return replace(recalled, error=type(error).__name__, template=error.sentence, facts=error.facts)

    def _recall(self, request: Recall, *, by_meaning: bool) -> Recollection:
        begin = time.perf_counter()
        query = nfc(request.query)
        own = called.of_query(self._words, self._respelled(query), self._known_authors())
        chit_chat = self._words.is_chit_chat(own)
        before = () if own.terms and chit_chat else tuple(map(nfc, request.context))
        widened = follow_up.widened(query, own, before, self._words.of_query)
        looked_for, asked = widened.terms, " ".join((*widened.by[:1], query))
        reads = self._embedder.readable(asked)
        reads = reads if reads >= READS and by_meaning else 0.0
        speaker = self._speaker(query)
        about = asked if speaker is None else in_first_person(asked, speaker)
        vector, as_said = self._embedder.queries((asked, about)) if reads else (None, None)
        vectors = partial(self._indexes.dense.vectors, "message")
        now = _now(request)
        past = asks_about_past(query)
        found: list[Found] = []
        said: dict[int, Turn] = {}
        lent: dict[int, float] = {}  # by turn, from what sums it up
        if request.kind in ("conversations", "all"):
            both_ways = _mean(vector, as_said) if vector is not None else None
            lent, down = self._summed_up(request, looked_for, vector, reads)
            messages, said = self._messages(request, query, looked_for, both_ways, down, past=past)
            if both_ways is not None:
                look_around(messages, both_ways, partial(beside, self._store.db), vectors)
            found += messages
        if request.kind in ("documents", "all"):
            found += self._passages(request, looked_for, vector)
        facts: dict[int, Standing] = {}
        if request.kind in ("facts", "all"):
            told, facts = self._facts(request, looked_for, vector, now, past=past)
            on_their_scale(told, found)
            found += told
        fuse(found, reads)
        add_kindred(found, reads, partial(self._indexes.dense.vectors, "passage"))
        add_kindred(found, reads, vectors, "message")
        add_telling(found, lambda item: said[item].text)
        add_groups(found)
        summed_up.lend(found, lent)
        self._add_names_and_dates(found, said, query, now, speaker)
        strengthen(found, self._store.db, _told(said, facts), now)
        put_corrections_first([one for one in found if one.kind == "fact"], facts, asked, reads, self._words.names)
        decision = Decision(None, "everything", "")
        if request.relevant_only:
            leans = Leaning(widened.by, is_nod=chit_chat)
            decision, found = decide(query, found, reads, leans=leans, words=self._words, db=self._store.db)
        found = said_once(found, facts, said)
        found.sort(key=lambda one: (-one.score, one.kind, one.item))
        items = self._pack(found, said, facts, looked_for, request)
        milliseconds = (time.perf_counter() - begin) * 1000
        size = sum(item.tokens for item in items)
        why = decision.because
        return Recollection(
            items, size, milliseconds, widened.by, prompt=decision.prompt, depth=decision.depth, because=why
        )

    def _respelled(self, query: str) -> str:
        """The question without slips of the finger, for the words' leg; the embedder reads what was typed."""
        lexicons = tuple(self._indexes.lexicons.values())
        return respelled(query, self._words, lexicons, lambda word: self._embedder.count(word) == 1)

    def supporter(self) -> Supporter:
        """What compares an answer's sentences with their sources, by the same words and vectors."""
        return Supporter(self._words, self._embedder)

    # ------------------------------------------------------------ candidates

    def _messages(
        self, request: Recall, query: str, looked_for: QueryTerms, vector: Any, down: Iterable[int], *, past: bool
    ) -> tuple[list[Found], dict[int, Turn]]:
        excluded, without = 0, request.without_conversation
        if without is not None:
            excluded = self._store.db.execute(
                "SELECT count(*) FROM messages WHERE conversation = ?", (without,)
            ).fetchone()[0]
        looked_for = replace(looked_for, related=related(looked_for.terms, self._known_authors()))
        limit = CANDIDATES["message"] + min(excluded, CANDIDATES["message"])
        scope = in_scope(self._store.db, "message", request.scope)
        also = (*self._dated(query, _now(request), scope), *down, *pinned(self._store.db, "message"))
        legs = self._legs("message", looked_for, vector, limit, also, only(self._store.db, "message", scope))
        over = set() if past else outdated_turns(self._store.db, legs)
        said = turns(self._store.db, legs.keys() - over)
        said = {id: turn for id, turn in said.items() if turn.conversation != without}
        return [Found("message", id, turn.conversation, *legs[id]) for id, turn in said.items()], said

    def _summed_up(
        self, request: Recall, looked_for: QueryTerms, vector: Any, reads: float
    ) -> tuple[dict[int, float], list[int]]:
        """What summaries lend to which turns, and the turns of the best of them, where the question asks for them."""
        db = self._store.db
        if not summed_up.asks_for_overview(request.query) or not summed_up.are_there(db):
            return {}, []
        inside = only(db, "episode", in_scope(db, "episode", request.scope))
        legs = self._legs("episode", looked_for, vector, CANDIDATES["episode"], (), inside)
        return summed_up.turns_of(db, summed_up.best(legs, reads))

    def _passages(self, request: Recall, looked_for: QueryTerms, vector: Any) -> list[Found]:
        db = self._store.db
        limits = in_scope(db, "passage", request.scope), in_collections(request.collections)
        legs = self._legs(
            "passage", looked_for, vector, CANDIDATES["passage"], pinned(db, "passage"), only(db, "passage", *limits)
        )
        rows = self._select("SELECT id, document FROM passages WHERE id IN ({})", legs)
        return [Found("passage", row["id"], row["document"], *legs[row["id"]]) for row in rows]

    def _facts(
        self, request: Recall, looked_for: QueryTerms, vector: Any, now: float, *, past: bool
    ) -> tuple[list[Found], dict[int, Standing]]:
        """Facts that hold; where the question is about the past, those that held as well."""
        db = self._store.db
        limits = that_hold(now, past=past), in_scope(db, "fact", request.scope)
        also = {*pinned(db, "fact"), *(answers := asked_for(db, request.query))}
        legs = self._legs("fact", looked_for, vector, CANDIDATES["fact"], also, only(db, "fact", *limits))
        said = standing(db, legs)
        parts = {id: {"asked": ASKED_FOR} if id in answers else {} for id in said}
        return [Found("fact", id, id, *legs[id], parts[id]) for id in said], said

    def _legs(
        self, kind: Kind, looked_for: QueryTerms, vector: Any, limit: int, also: Iterable[int], only: Filter
    ) -> dict[int, tuple[float, Hit]]:
        """Both legs' candidates, each with its cosine and its words' score."""
        if only.within is not None and not only.within:
            return {}
        dense = self._indexes.dense
        cosines = self._nearest(kind, vector, limit, only) if vector is not None else {}
        lexicon = self._indexes.lexicons[kind]
        wholes = self._documents if kind == "passage" else None
        also = {*cosines, *also}
        hits = lexicon.search(looked_for, limit, also, within=only.within, keep=only.keep, wholes=wholes)
        may = only.of(hits)
        hits = {item: hit for item, hit in hits.items() if item in may}
        if vector is not None:
            cosines |= dense.cosines(kind, vector, [item for item in hits if item not in cosines])
        known = {item: cosine for item, cosine in cosines.items() if dense.reads(kind, item)}
        return {item: (known.get(item, 0.0), hit) for item, hit in hits.items()}

    def _documents(self, passages: Iterable[int]) -> dict[int, int]:
        """Which document each passage is of."""
        rows = self._select("SELECT id, document FROM passages WHERE id IN ({})", passages)
        return {row["id"]: row["document"] for row in rows}

    def _nearest(self, kind: Kind, vector: Any, limit: int, only: Filter) -> dict[int, float]:
        dense, reach = self._indexes.dense, limit
        while True:
            cosines = dense.nearest(kind, vector, reach, only.within)
            if only.keep is None:
                return cosines
            kept = only.keep(cosines.keys())
            if len(kept) >= limit or len(cosines) < reach / 2 or reach >= limit * FURTHER:
                nearest = sorted(kept, key=lambda item: -cosines[item])[:limit]
                return {item: cosines[item] for item in nearest}
            reach *= 4

    def _dated(self, query: str, now: float, scope: Where | None) -> list[int]:
        """Messages of the days that the question names."""
        found: list[int] = []
        inside = f" AND conversation IN (SELECT c.id FROM conversations c WHERE {scope.sql})" if scope else ""
        for interval in self._intervals(query, now):
            if interval.weight < 1:  # not quite sure that this time is meant: it brings nothing in
                continue
            rows = self._store.db.execute(
                f"SELECT id FROM messages WHERE created >= ? AND created < ?{inside} ORDER BY created LIMIT ?",
                (interval.start, interval.end, *(scope.values if scope else ()), CANDIDATES["message"]),
            )
            found += [row["id"] for row in rows]
        return found

    def _intervals(self, query: str, now: float) -> list[dates.Interval]:
        first, last = self._store.db.execute(  # two questions, for SQLite answers each from the index's end
            "SELECT (SELECT min(created) FROM messages), (SELECT max(created) FROM messages)"
        ).fetchone()
        if first is None:
            return []
        years = [datetime.fromtimestamp(time, UTC).astimezone().year for time in (first, last)]
        return relative_dates.named(query, range(years[0], years[1] + 1), now)

    # ------------------------------------------------------------ bonuses of conversations

    def _speaker(self, query: str) -> str | None:
        """The one author whom the question names."""
        named = [author for author in self._known_authors() if _names(query, author)]
        return named[0] if len(named) == 1 else None

    def _add_names_and_dates(
        self, found: Iterable[Found], said: Mapping[int, Turn], query: str, now: float, speaker: str | None
    ) -> None:
        intervals = self._intervals(query, now)
        for one in found:
            if one.kind != "message":
                continue
            turn = said[one.item]
            if speaker is not None and turn.author == speaker:
                one.parts["name"] = NAME
            if intervals and (near := DATE * dates.closeness(turn.created, intervals)) >= 0.001:
                one.parts["date"] = near

    def _known_authors(self) -> set[str]:
        """The names in the messages; only those that came since the last time are looked at."""
        rows = self._store.db.execute("SELECT id, author FROM messages WHERE id > ?", (self._authors_until,))
        for id, author in rows:
            self._authors_until = max(self._authors_until, id)
            if author is not None:
                self._authors.add(author)
        return self._authors

    # ------------------------------------------------------------ items

    def _pack(
        self,
        found: Sequence[Found],
        said: Mapping[int, Turn],
        facts: Mapping[int, Standing],
        looked_for: QueryTerms,
        request: Recall,
    ) -> tuple[Recalled, ...]:
        tokens = request.tokens
        k = request.k if request.k is not None or tokens is not None else DEFAULT_ITEMS
        some = found if tokens is not None else found[: max(1, (k or DEFAULT_ITEMS)) * 4]
        passages: dict[int, Stored] = {}
        packing = Packing(k, tokens, self._embedder.count, self._excerpt(looked_for))
        packing.pack(self._candidates(some, said, facts, passages, request))
        packing.widen(lambda item: self._around(item, passages))
        by_key = {(one.kind, one.item): one for one in some}
        packed = [(by_key[item.best], item) for item in packing.items]
        titles = {
            row["id"]: row["title"]
            for row in self._select(
                "SELECT id, title FROM conversations WHERE id IN ({})",
                {str(one.group) for one, _ in packed if one.kind == "message"},
            )
        }
        items = []
        for one, item in packed:
            matches = self._words.found(item.text, looked_for)
            size = item.tokens if len(item.sizes) == 1 else self._embedder.count(item.text)
            if one.kind == "message":
                items.append(conversation_item(one, item, size, said, titles.get(str(one.group)), matches))
            elif one.kind == "fact":
                items.append(fact_item(one, item, size, facts[one.item], matches))
            else:
                items.append(document_item(one, item, size, passages[one.item], matches))
        return tuple(items)

    def _candidates(
        self,
        found: Sequence[Found],
        said: Mapping[int, Turn],
        facts: Mapping[int, Standing],
        passages: dict[int, Stored],
        request: Recall,
    ) -> Iterator[Candidate]:
        """Best first, fetched some at a time: the block is mostly full after the first."""
        tokens, query = request.tokens, nfc(request.query)
        names = self._known_authors()
        for at in range(0, len(found), FETCHED):
            part = found[at : at + FETCHED]
            passages |= stored(self._store.db, [one.item for one in part if one.kind == "passage"])
            chains = beside(self._store.db, [one.item for one in part if one.kind == "message"])
            before = a_little_before(self._store.db, chains) if tokens is not None else {}
            for one in part:
                if one.kind == "message":
                    joins = tuple[Key, ...](("message", other) for other in chains.get(one.item, ()))
                    turn = said[one.item]
                    text = turn.line if tokens is None else turn.shown(without_fillers(nfc(turn.text), names, query))
                    near = tuple[Key, ...](("message", other) for other in before.get(one.item, ()))
                    yield Candidate(("message", one.item), text, joins, LONG_TOKENS, one.item, near=near)
                elif one.kind == "fact":
                    yield Candidate(("fact", one.item), nfc(facts[one.item].text), (), LONG_TOKENS, one.item)
                elif (passage := passages.get(one.item)) is not None:
                    limit = None if tokens is None else max(LONG_TOKENS, tokens // 2)
                    yield passage.candidate(limit=limit, joins=tokens is not None)

    def _around(self, item: Packed, passages: dict[int, Stored]) -> list[Candidate]:
        """What stands just after a document's item, then what stands just before it."""
        run = [passages[id] for kind, id in item.keys if kind == "passage"]
        if not run:
            return []
        beyond = [id for id in (run[-1].after, run[0].before) if id is not None]
        passages |= stored(self._store.db, [id for id in beyond if id not in passages])
        return [passages[id].candidate(limit=None, joins=True) for id in beyond if id in passages]

    def _excerpt(self, looked_for: QueryTerms) -> Callable[[str], int]:
        """Where in a text too long to be recalled whole the question's words are: how many stand in a sentence."""

        def hits(sentence: str) -> int:
            return len(self._words.found(sentence, looked_for))

        return hits

    def _select(self, statement: str, ids: Iterable[Any]) -> list[Any]:
        every = list(ids)
        rows: list[Any] = []
        for at in range(0, len(every), AT_ONCE):
            part = every[at : at + AT_ONCE]
            rows += self._store.db.execute(statement.format(",".join("?" * len(part))), part).fetchall()
        return rows


# ---------------------------------------------------------------- names


def _now(request: Recall) -> float:
    return time.time() if request.now is None else request.now


def _told(said: Mapping[int, Turn], facts: Mapping[int, Standing]) -> dict[tuple[Kind, int], float]:
    """When each turn and fact was said; a document does not fade."""
    turns_told: dict[tuple[Kind, int], float] = {("message", id): turn.created for id, turn in said.items()}
    return turns_told | {("fact", id): fact.valid_from for id, fact in facts.items()}


def _mean(vector: Any, as_said: Any) -> Any:
    """The question's vector for messages: where it is about one who speaks there, the mean of its own and that of the
    question as this person would say it."""
    mean = vector + as_said
    return mean / max(1e-6, float(mean @ mean) ** 0.5)


def _names(query: str, author: str) -> bool:
    """Whether the question names a person: by the whole name, or by a part of it as a word."""
    words = {word.strip(".,!?'\"’").removesuffix("'s").removesuffix("’s") for word in query.casefold().split()}
    name = nfc(author).casefold()
    if HANGUL.search(name):
        return called.is_called(query, nfc(author))
    return any(part in words for part in name.split()) or (not name.isascii() and name in query.casefold())
