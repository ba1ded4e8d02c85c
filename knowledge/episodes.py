"""What stretches of a conversation were about, and all of it: summaries at two levels, each linked to its turns.

Written in idle time, for conversations of some length that have come to rest or have grown long. A conversation's
branch is split where hours pass, and in between where the talk turns to something else: where the turns before and
after differ most (Hearst 1997, TextTiling), by the vectors they are indexed by, or by their words where the embedder
cannot read them. Of each stretch the most central sentences are kept word for word, with speaker and date (after
Erkan and Radev 2004, LexRank); those that name people, things and numbers count more, questions and nods less. So
nothing is said that was not said, no model is needed, and the same turns always give the same words.

A stretch is known by a digest of its turns: what stays as it was is not written again. Triggers of the store take
a summary away when one of its turns changes or goes, and the next step writes it anew without that turn.
"""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from knowledge.fillers import without_fillers
from knowledge.index import Kind
from knowledge.sentences import sentence_spans
from knowledge.store import Store
from knowledge.turns import RECALLABLE, Turn, turns
from knowledge.unsaying import AMONG, among
from knowledge.words import Words, nfc

FORMAT = 1  # of the summaries: raise it when they are made otherwise, and all are written anew
LEAST_TURNS = 12  # of a conversation that is summed up
QUIET_SECONDS = 600.0  # since the last turn
LONG_TURNS = 40  # that are not summed up yet: then it need not be quiet
GAP_SECONDS = 4 * 3600.0  # between two turns, that begin another stretch
SHORT, LONG = 6, 20  # turns of a stretch that is split off by its topic
REACH = 3  # turns on each side that are compared
READABLE = 0.8  # of the turns; with fewer the words are compared
EPISODE_TOKENS, CONVERSATION_TOKENS = 90, 120
DATE_TOKENS = 8  # of these
LONGEST_SENTENCE = 300  # characters
REDUNDANT = 0.5  # likeness to a sentence already taken, above which another is left out
FREE_WORDS, LENGTH_POWER = 4, 0.6
# By how much a sentence counts more that names something, gives a number, is in the first person; or less.
NAMES, NUMBERS, OWN, QUESTION, ANSWERED, BRIEF = 0.15, 0.15, 0.15, 0.4, 0.6, 0.5
BRIEF_WORDS = 4

_NUMBER = re.compile(r"\d|\b(?:yesterday|last|next|ago)\b|어제|지난|다음|내일|작년|내년", re.IGNORECASE)
_OWN = re.compile(r"\b(?:I|my|we|our)\b|(?<![가-힣])(?:나|내|저|제|우리)(?![가-힣]{3})")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")  # a capital that begins no sentence
_MARKUP = re.compile(r"```.*?(?:```|\Z)|^\s*(?:[#>|*-]|\d+\.)\s.*$", re.DOTALL | re.MULTILINE)


class Vectors(Protocol):
    """What of the dense index is asked."""

    def vectors(self, kind: Kind, items: Sequence[int]) -> dict[int, Any]: ...

    def reads(self, kind: Kind, item: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class _Sentence:
    turn: Turn
    text: str
    terms: Mapping[str, float]  # how often it says each content word
    score: float


# ---------------------------------------------------------------- one step


def step(
    store: Store,
    vectors: Vectors,
    words: Words,
    count: Callable[[str], int],
    stopped: Callable[[], bool],
    now: float | None = None,
) -> bool:
    """Sum up the conversation that waits longest, until `stopped()`; whether there was one. `count` counts tokens."""
    due = _due(store, time.time() if now is None else now)
    if due is None:
        return False
    conversation, mark = due

    def look() -> None:
        if stopped():
            raise _Interrupted

    try:
        branch = _branch(store, conversation)
        stretches = _stretches(branch, vectors, words, look)
        digests = [_digest(stretch) for stretch in stretches]
        _drop_others(store, conversation, digests)
        for stretch, digest in zip(stretches, digests, strict=True):
            if not _has(store, conversation, digest):
                text = _summary(stretch, words, count, EPISODE_TOKENS, look)
                _write(store, conversation, "episode", text, digest, stretch)
        text = _summary(branch, words, count, CONVERSATION_TOKENS, look)
        _write(store, conversation, "conversation", text, mark, branch)
    except _Interrupted:
        pass  # what is written stays, and the next step goes on with the rest
    return True


class _Interrupted(Exception):
    """Something is asked."""


def _due(store: Store, now: float) -> tuple[str, str] | None:
    """A conversation whose summary is missing or old, with the mark that its summary will bear: all that can change
    without a trigger noticing is that turns come."""
    row = store.db.execute(
        f"""
        SELECT said.conversation, said.mark FROM (
            SELECT conversation, ? || ':' || count(*) || ':' || max(id) AS mark, count(*) AS turns, max(id) AS newest
            FROM messages WHERE {RECALLABLE} GROUP BY conversation HAVING count(*) >= ?
        ) said
        LEFT JOIN episodes e ON e.conversation = said.conversation AND e.level = 'conversation'
        JOIN messages m ON m.id = said.newest
        WHERE e.digest IS NOT said.mark AND (
            abs(? - m.created) > ?
            OR said.turns - (
                SELECT count(*) FROM episode_turns t JOIN episodes x ON x.id = t.episode
                WHERE x.conversation = said.conversation AND x.level = 'conversation'
            ) >= ?
        )
        ORDER BY said.newest LIMIT 1
        """,
        (FORMAT, LEAST_TURNS, now, QUIET_SECONDS, LONG_TURNS),
    ).fetchone()
    return None if row is None else (row["conversation"], row["mark"])


def _branch(store: Store, conversation: str) -> list[Turn]:
    """The turns from the newest one back to the root, oldest first."""
    rows = store.db.execute("SELECT id, parent FROM messages WHERE conversation = ?", (conversation,)).fetchall()
    parents = {row["id"]: row["parent"] for row in rows}
    ids: list[int] = []
    at = max(parents, default=None)
    seen: set[int] = set()
    while at is not None and at in parents and at not in seen:
        seen.add(at)
        ids.append(at)
        at = parents[at]
    said = turns(store.db, ids)
    return [said[id] for id in reversed(ids) if id in said]


# ---------------------------------------------------------------- stretches


def _stretches(branch: Sequence[Turn], vectors: Vectors, words: Words, look: Callable[[], None]) -> list[list[Turn]]:
    """The branch in stretches of one sitting and one topic, in order."""
    sittings: list[list[Turn]] = []
    for turn in branch:
        if sittings and abs(turn.created - sittings[-1][-1].created) <= GAP_SECONDS:
            sittings[-1].append(turn)
        else:
            sittings.append([turn])
    stretches: list[list[Turn]] = []
    for sitting in sittings:
        look()
        stretches += _by_topic(sitting, vectors, words)
    return stretches


def _by_topic(sitting: list[Turn], vectors: Vectors, words: Words) -> list[list[Turn]]:
    """A long sitting is split where the topic changes most, into stretches of at least `SHORT` and at most `LONG`."""
    if len(sitting) <= LONG:
        return [sitting]
    depths = _depths(_likeness(sitting, vectors, words))
    parts, start = [], 0
    while len(sitting) - start > LONG:
        reach = range(start + SHORT, min(start + LONG, len(sitting) - SHORT) + 1)
        cut = max(reach, key=lambda at: (depths[at - 1], at))
        parts.append(sitting[start:cut])
        start = cut
    return [*parts, sitting[start:]]


def _likeness(sitting: Sequence[Turn], vectors: Vectors, words: Words) -> list[float]:
    """How much the turns before and after each place between two turns are alike, from 0 to 1."""
    ids = [turn.id for turn in sitting]
    known = {id: vector for id, vector in vectors.vectors("message", ids).items() if vectors.reads("message", id)}
    if len(known) >= READABLE * len(ids):
        return [
            _cosine_of_sums([known[id] for id in before if id in known], [known[id] for id in after if id in known])
            for before, after in _sides(ids)
        ]
    terms = {turn.id: Counter(words.of_item(turn.text).terms) for turn in sitting}
    return [
        _cosine(sum((terms[id] for id in before), Counter()), sum((terms[id] for id in after), Counter()))
        for before, after in _sides(ids)
    ]


def _sides(ids: Sequence[int]) -> list[tuple[Sequence[int], Sequence[int]]]:
    return [(ids[max(0, at - REACH) : at], ids[at : at + REACH]) for at in range(1, len(ids))]


def _depths(likeness: Sequence[float]) -> list[float]:
    """How deep the valley is in which each place lies: below the peaks on its two sides."""
    depths = []
    for at, here in enumerate(likeness):
        left = right = here
        for value in reversed(likeness[:at]):
            if value < left:
                break
            left = value
        for value in likeness[at + 1 :]:
            if value < right:
                break
            right = value
        depths.append((left - here) + (right - here))
    return depths


# ---------------------------------------------------------------- sentences


def _summary(
    stretch: Sequence[Turn], words: Words, count: Callable[[str], int], limit: int, look: Callable[[], None]
) -> str:
    """The stretch's most central sentences in their order, each with its speaker, under the day's date."""
    chosen: list[_Sentence] = []
    room = limit - DATE_TOKENS
    sentences = _sentences(stretch, words, look)
    for sentence in sorted(sentences, key=lambda one: -one.score):
        if any(_cosine(sentence.terms, other.terms) > REDUNDANT for other in chosen):
            continue
        cost = count(f"{sentence.turn.speaker}: {sentence.text}")
        if cost <= room:
            chosen.append(sentence)
            room -= cost
    place = {id(sentence): n for n, sentence in enumerate(sentences)}
    lines: list[str] = []
    day = ""
    for sentence in sorted(chosen, key=lambda one: place[id(one)]):
        said_on = time.strftime("%Y-%m-%d", time.localtime(sentence.turn.created))
        if said_on != day:
            day = said_on
            lines.append(f"({day})")
        lines.append(f"{sentence.turn.speaker}: {sentence.text}")
    return nfc(" ".join(lines)) or f"({time.strftime('%Y-%m-%d', time.localtime(stretch[0].created))})"


def _sentences(stretch: Sequence[Turn], words: Words, look: Callable[[], None]) -> list[_Sentence]:
    """What the turns say in whole sentences, each with how central it is: how many turns share its content words."""
    people = {turn.speaker for turn in stretch}
    nothing = words.chit_chat | {one.term for name in people for one in words.morphemes(nfc(name)) if one.term}
    said: list[tuple[Turn, str, Counter[str], bool]] = []
    for turn in stretch:
        look()
        text = _MARKUP.sub(" ", nfc(turn.text))
        text = without_fillers(text, people) if text.strip() else ""
        for start, end in sentence_spans(text):
            sentence = " ".join(text[start:end].split())
            morphemes = [one for one in words.morphemes(sentence) if one.term and not one.stop]
            terms = Counter(one.term for one in morphemes if one.term and one.term not in nothing)
            if terms and len(sentence) <= LONGEST_SENTENCE:
                said.append((turn, sentence, terms, any(one.tag == "NNP" for one in morphemes)))
    shared = Counter(term for _, term in {(turn.id, term) for turn, _, terms, _ in said for term in terms})
    mass = {term: math.log(1 + turns) for term, turns in shared.items()}
    return [
        _Sentence(turn, text, terms, _central(terms, mass) * _worth(turn, text, terms, named=named))
        for turn, text, terms, named in said
    ]


def _central(terms: Counter[str], mass: Mapping[str, float]) -> float:
    """The share of the stretch's content that a sentence holds; long ones hold more of it, but take more room."""
    held = sum(mass[term] for term in terms)
    return float(held / (len(terms) + FREE_WORDS) ** LENGTH_POWER)


def _worth(turn: Turn, text: str, terms: Counter[str], *, named: bool) -> float:
    """By how much a sentence counts more or less than it is central."""
    worth = 1.0
    if named or _NAME.search(text.replace(turn.speaker, "")):
        worth += NAMES
    if _NUMBER.search(text):
        worth += NUMBERS
    if _OWN.search(text):
        worth += OWN
    if text.rstrip("\"'”’)").endswith(("?", "？")):
        worth *= QUESTION
    if turn.role == "assistant" and turn.author is None:
        worth *= ANSWERED  # what the user said matters more than what the model did
    if terms.total() < BRIEF_WORDS:
        worth *= BRIEF
    return worth


# ---------------------------------------------------------------- rows


def _drop_others(store: Store, conversation: str, digests: Iterable[str]) -> None:
    """Delete the stretches that are others now."""
    with store.transaction() as db:
        db.execute(
            f"DELETE FROM episodes WHERE conversation = ? AND level = 'episode' AND digest NOT {AMONG}",
            (conversation, among(digests)),
        )


def _has(store: Store, conversation: str, digest: str) -> bool:
    statement = "SELECT 1 FROM episodes WHERE conversation = ? AND level = 'episode' AND digest = ?"
    return store.db.execute(statement, (conversation, digest)).fetchone() is not None


def _write(store: Store, conversation: str, level: str, text: str, digest: str, summed_up: Sequence[Turn]) -> None:
    """Write a summary with its links, unless one of its turns has gone or changed since they were read."""
    with store.transaction() as db:
        now = turns(db, [turn.id for turn in summed_up])
        if any(now.get(turn.id) != turn for turn in summed_up):
            return
        if level == "conversation":
            db.execute("DELETE FROM episodes WHERE conversation = ? AND level = ?", (conversation, level))
        cursor = db.execute(
            "INSERT INTO episodes (conversation, level, text, digest, created) VALUES (?, ?, ?, ?, ?)",
            (conversation, level, text, digest, time.time()),
        )
        db.executemany(
            "INSERT INTO episode_turns (episode, message) VALUES (?, ?)",
            [(cursor.lastrowid, turn.id) for turn in summed_up],
        )


def _digest(stretch: Iterable[Turn]) -> str:
    hashed = hashlib.blake2b(str(FORMAT).encode(), digest_size=16)
    for turn in stretch:
        hashed.update(f"\n{turn.id} {turn.created} {len(turn.text)} {turn.line}".encode("utf-8", "surrogatepass"))
    return hashed.hexdigest()


# ---------------------------------------------------------------- likeness


def _normal(vector: Mapping[str, float]) -> dict[str, float]:
    length = math.sqrt(sum(weight * weight for weight in vector.values()))
    return {term: weight / length for term, weight in vector.items()} if length else {}


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    return sum(weight * many[term] for term, weight in few.items() if term in many)


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return _dot(_normal(one), _normal(other))


def _cosine_of_sums(before: Sequence[Any], after: Sequence[Any]) -> float:
    if not before or not after:
        return 0.0
    one, other = sum(before[1:], before[0]), sum(after[1:], after[0])
    length = float(one @ one) ** 0.5 * float(other @ other) ** 0.5
    return float(one @ other) / length if length else 0.0
