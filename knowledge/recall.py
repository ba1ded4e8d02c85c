"""From a prompt to what the memory holds on it, best first.

Two legs find candidates: the embedder (meaning) and BM25 (words). `fusion.py` adds their scores up as named parts; to
that come .08 for a turn of the one speaker whom the question names, and .5 for a turn near a date that it names.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from knowledge import dates
from knowledge.checkup import Indexes
from knowledge.embedder import Embedder
from knowledge.fusion import Found, add_groups, fuse, relevant, why_recalled
from knowledge.index import Kind
from knowledge.lexicon import Hit
from knowledge.messages import Recall, Recalled, Recollection
from knowledge.packing import Candidate, Packed, pack
from knowledge.store import Store
from knowledge.turns import AT_ONCE, Turn, neighbours, turns
from knowledge.words import QueryTerms, Words, nfc

log = logging.getLogger(__name__)

CANDIDATES = 200  # of each leg
NAME, DATE = 0.08, 0.5
READS = 0.05  # r(query) below which the embedder is not asked
READABLE = 0.3  # of a text, below which its vector says nothing
DEFAULT_ITEMS = 10


class Recaller:
    """Answers `Recall` requests; reads only, in any one thread."""

    def __init__(self, store: Store, embedder: Embedder, indexes: Indexes, words: Words) -> None:
        self._store, self._embedder, self._indexes, self._words = store, embedder, indexes, words

    def recall(self, request: Recall) -> Recollection:
        """What the memory holds on the request's query."""
        begin = time.perf_counter()
        query = nfc(request.query)
        looked_for = self._words.of_query(query)
        reads = self._embedder.readable(query)
        reads = reads if reads >= READS else 0.0
        vector = self._embedder.query(query) if reads else None
        found: list[Found] = []
        said: dict[int, Turn] = {}
        if request.kind in ("conversations", "all"):
            messages, said = self._messages(query, looked_for, vector, request.without_conversation)
            found += messages
        if request.kind in ("documents", "all"):
            found += self._passages(looked_for, vector)
        fuse(found, reads)
        add_groups(found)
        self._add_names_and_dates(found, said, query)
        if request.relevant_only:
            chit_chat = self._words.is_chit_chat(looked_for)
            found = [one for one in found if not chit_chat and relevant(one, reads)]
        found.sort(key=lambda one: (-one.score, one.kind, one.item))
        items = self._pack(found, said, looked_for, request)
        return Recollection(items, sum(item.tokens for item in items), (time.perf_counter() - begin) * 1000)

    # ------------------------------------------------------------ candidates

    def _messages(
        self, query: str, looked_for: QueryTerms, vector: Any, without: str | None
    ) -> tuple[list[Found], dict[int, Turn]]:
        excluded = 0
        if without is not None:
            excluded = self._store.db.execute(
                "SELECT count(*) FROM messages WHERE conversation = ?", (without,)
            ).fetchone()[0]
        legs = self._legs("message", looked_for, vector, CANDIDATES + min(excluded, CANDIDATES), self._dated(query))
        said = {id: turn for id, turn in turns(self._store.db, legs).items() if turn.conversation != without}
        return [Found("message", id, turn.conversation, *legs[id]) for id, turn in said.items()], said

    def _passages(self, looked_for: QueryTerms, vector: Any) -> list[Found]:
        legs = self._legs("passage", looked_for, vector, CANDIDATES, ())
        rows = self._select("SELECT id, document FROM passages WHERE id IN ({})", legs)
        return [Found("passage", row["id"], row["document"], *legs[row["id"]]) for row in rows]

    def _legs(
        self, kind: Kind, looked_for: QueryTerms, vector: Any, limit: int, also: Iterable[int]
    ) -> dict[int, tuple[float, Hit]]:
        """Both legs' candidates, each with its cosine and its words' score."""
        cosines = self._indexes.dense.nearest(kind, vector, limit) if vector is not None else {}
        hits = self._indexes.lexicons[kind].search(looked_for, limit, {*cosines, *also})
        if vector is not None:
            cosines |= self._indexes.dense.cosines(kind, vector, [item for item in hits if item not in cosines])
        return {item: (cosines.get(item, 0.0) if hit.readable >= READABLE else 0.0, hit) for item, hit in hits.items()}

    def _dated(self, query: str) -> list[int]:
        """Messages of the days that the question names."""
        found: list[int] = []
        for interval in self._intervals(query):
            rows = self._store.db.execute(
                "SELECT id FROM messages WHERE created >= ? AND created < ? ORDER BY created LIMIT ?",
                (interval.start, interval.end, CANDIDATES),
            )
            found += [row["id"] for row in rows]
        return found

    def _intervals(self, query: str) -> list[dates.Interval]:
        first, last = self._store.db.execute("SELECT min(created), max(created) FROM messages").fetchone()
        if first is None:
            return []
        years = [datetime.fromtimestamp(time, UTC).astimezone().year for time in (first, last)]
        return dates.named(query, range(years[0], years[1] + 1))

    # ------------------------------------------------------------ bonuses of conversations

    def _add_names_and_dates(self, found: Iterable[Found], said: Mapping[int, Turn], query: str) -> None:
        authors = [
            row[0] for row in self._store.db.execute("SELECT DISTINCT author FROM messages WHERE author IS NOT NULL")
        ]
        named = [author for author in authors if _names(query, author)]
        speaker = named[0] if len(named) == 1 else None
        intervals = self._intervals(query)
        for one in found:
            if one.kind != "message":
                continue
            turn = said[one.item]
            if speaker is not None and turn.author == speaker:
                one.parts["name"] = NAME
            if intervals and (near := DATE * dates.closeness(turn.created, intervals)) >= 0.001:
                one.parts["date"] = near

    # ------------------------------------------------------------ items

    def _pack(
        self, found: Sequence[Found], said: Mapping[int, Turn], looked_for: QueryTerms, request: Recall
    ) -> tuple[Recalled, ...]:
        k = request.k if request.k is not None or request.tokens is not None else DEFAULT_ITEMS
        some = found if request.tokens is not None else found[: max(1, (k or DEFAULT_ITEMS)) * 4]
        chains = neighbours(self._store.db, {str(one.group) for one in some if one.kind == "message"}, 1)
        rows = {
            row["id"]: row
            for row in self._select(
                "SELECT p.id, p.text, p.page, p.heading, d.id AS document, d.path, d.title, d.modified"
                " FROM passages p JOIN documents d ON d.id = p.document WHERE p.id IN ({})",
                [one.item for one in some if one.kind == "passage"],
            )
        }
        titles = {
            row["id"]: row["title"]
            for row in self._select(
                "SELECT id, title FROM conversations WHERE id IN ({})", {t.conversation for t in said.values()}
            )
        }
        candidates = [
            Candidate(
                key=(one.kind, one.item),
                text=said[one.item].line if one.kind == "message" else nfc(rows[one.item]["text"]),
                joins=tuple(("message", other) for other in chains.get(one.item, ())) if one.kind == "message" else (),
                whole=one.kind == "passage",
            )
            for one in some
            if one.kind == "message" or one.item in rows
        ]
        by_key = {(one.kind, one.item): one for one in some}
        items = []
        for packed in pack(candidates, k, request.tokens, self._embedder.count, self._excerpt(looked_for)):
            one = by_key[packed.keys[0]]
            why = why_recalled(one)
            matches = self._words.found(packed.text, looked_for)
            if one.kind == "message":
                items.append(_conversation_item(one, packed, said, titles, why, matches))
            else:
                items.append(_document_item(one, packed, rows[one.item], why, matches))
        return tuple(items)

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


def _names(query: str, author: str) -> bool:
    """Whether the question names a person: by the whole name, or by a part of it as a word."""
    words = {word.strip(".,!?'\"’").removesuffix("'s").removesuffix("’s") for word in query.casefold().split()}
    name = nfc(author).casefold()
    return any(part in words for part in name.split()) or (not name.isascii() and name in query.casefold())


# ---------------------------------------------------------------- items


def _conversation_item(
    one: Found,
    packed: Packed,
    said: Mapping[int, Turn],
    titles: Mapping[str, str],
    why: tuple[str, ...],
    matches: tuple[tuple[int, int], ...],
) -> Recalled:
    best = said[one.item]
    members = [said[item] for _, item in sorted(packed.keys, key=lambda key: key[1])]
    return Recalled(
        **_common(one, packed, why, matches),
        kind="conversation",
        id=f"message:{one.item}",
        conversation=best.conversation,
        title=titles.get(best.conversation),
        author=best.author or (None if best.role == "user" else best.speaker),
        role=best.role,
        time=best.created,
        messages=tuple(turn.id for turn in members),
        external_ids=tuple(turn.external_id for turn in members if turn.external_id is not None),
    )


def _document_item(
    one: Found, packed: Packed, row: Any, why: tuple[str, ...], matches: tuple[tuple[int, int], ...]
) -> Recalled:
    return Recalled(
        **_common(one, packed, why, matches),
        kind="document",
        id=f"passage:{one.item}",
        document=row["document"],
        path=row["path"],
        page=row["page"],
        heading=row["heading"],
        title=row["title"],
        time=row["modified"],
    )


def _common(one: Found, packed: Packed, why: tuple[str, ...], matches: tuple[tuple[int, int], ...]) -> dict[str, Any]:
    """What a recalled item of any kind says of itself."""
    return {
        "text": packed.text,
        "score": one.score,
        "parts": dict(one.parts),
        "why": why,
        "matches": matches,
        "tokens": packed.tokens,
    }
