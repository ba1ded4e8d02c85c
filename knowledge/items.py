"""What was packed into the recall block, as the application sees it: what, where, when, why, and the words used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from knowledge.around import Stored
from knowledge.fusion import Found, why_recalled
from knowledge.messages import Recalled
from knowledge.packing import Packed
from knowledge.standing import Standing
from knowledge.turns import Turn

Matches = tuple[tuple[int, int], ...]


def conversation_item(
    one: Found, packed: Packed, tokens: int, said: Mapping[int, Turn], title: str | None, matches: Matches
) -> Recalled:
    """Turns of a conversation; the item goes by its best one."""
    best = said[one.item]
    members = [said[item] for _, item in packed.keys]
    return Recalled(
        **_common(one, packed, tokens, matches),
        kind="conversation",
        id=f"message:{one.item}",
        conversation=best.conversation,
        title=title,
        author=best.author or (None if best.role == "user" else best.speaker),
        role=best.role,
        time=best.created,
        messages=tuple(turn.id for turn in members),
        external_ids=tuple(turn.external_id for turn in members if turn.external_id is not None),
    )


def document_item(one: Found, packed: Packed, tokens: int, passage: Stored, matches: Matches) -> Recalled:
    """Passages of a document; the item goes by its best one."""
    return Recalled(
        **_common(one, packed, tokens, matches),
        kind="document",
        id=f"passage:{one.item}",
        document=passage.document,
        path=passage.path,
        page=passage.page,
        heading=passage.heading,
        title=passage.title,
        time=passage.modified,
        passages=tuple(item for _, item in packed.keys),
        collection=passage.collection or "",
    )


def fact_item(one: Found, packed: Packed, tokens: int, fact: Standing, matches: Matches) -> Recalled:
    """A fact, with the turns that say it."""
    return Recalled(
        **_common(one, packed, tokens, matches),
        kind="fact",
        id=f"fact:{fact.id}",
        conversation=fact.conversation,
        title=fact.title,
        author=fact.author,
        role="user",
        time=fact.valid_from,
        messages=tuple(turn for turn, _ in fact.turns),
        external_ids=tuple(external_id for _, external_id in fact.turns if external_id is not None),
        fact=fact.id,
        fact_kind=fact.kind,
        valid_until=fact.valid_until,
        project=fact.project,
    )


def _common(one: Found, packed: Packed, tokens: int, matches: Matches) -> dict[str, Any]:
    """What a recalled item of any kind says of itself."""
    return {
        "text": packed.text,
        "score": one.score,
        "parts": dict(one.parts),
        "why": why_recalled(one),
        "matches": matches,
        "tokens": tokens,
    }
