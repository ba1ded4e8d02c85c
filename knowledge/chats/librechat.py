"""LibreChat's export: one conversation; its messages flat with a parent's id each, or each in the one it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.chats.thread import Node, Thread, Turn
from knowledge.chats.values import listed, mapping, seconds, text

PROGRAM = "LibreChat"
ROOT = "00000000-0000-0000-0000-000000000000"  # the parent of those that have none


def thread(record: Mapping[str, Any]) -> Thread | None:
    """The record as a thread; None when it is none of LibreChat's."""
    messages = record.get("messagesTree", record.get("messages"))
    if not isinstance(messages, list) or not isinstance(record.get("conversationId"), str):
        return None
    left_out: Counter[str] = Counter()
    nodes: dict[str, Node] = {}
    before: str | None = None
    for number, (within, message) in enumerate(_flat(messages)):
        name = text(message.get("messageId")) or f"{number}"
        given = message.get("parentMessageId")
        parent = within or (text(given) if isinstance(given, str) else before)
        nodes.setdefault(name, Node(None if parent == ROOT else parent, _turn(name, message, left_out)))
        before = name
    return Thread(
        program=PROGRAM,
        external_id=text(record.get("conversationId")),
        title=text(record.get("title")).strip(),
        created=seconds(record.get("createdAt")),
        nodes=nodes,
        current=None,
        left_out=left_out,
    )


def _flat(messages: list[Any]) -> Iterator[tuple[str | None, Mapping[str, Any]]]:
    """Each message with the id of the one it stands in, that one first."""
    waiting: list[tuple[str | None, Any]] = [(None, message) for message in reversed(messages)]
    while waiting:
        within, message = waiting.pop()
        if isinstance(message, dict):
            yield within, message
            name = text(message.get("messageId")) or within
            waiting += [(name, child) for child in reversed(listed(message.get("children")))]


def _turn(name: str, message: Mapping[str, Any], left_out: Counter[str]) -> Turn | None:
    said, thoughts = [text(message.get("text")).strip()], []
    for block in map(mapping, listed(message.get("content"))):
        match block.get("type"):
            case "text":
                value = block.get("text")
                said.append(text(mapping(value).get("value") if isinstance(value, dict) else value).strip())
            case "think":
                thoughts.append(text(block.get("think")).strip())
            case "tool_call":
                left_out["tools"] += 1
    words = "\n\n".join(dict.fromkeys(filter(None, said)))
    if message.get("error") is True:
        left_out["hidden"] += 1
        return None
    if not words:
        return None
    mine = message.get("isCreatedByUser")
    if not isinstance(mine, bool):
        mine = text(message.get("sender")).lower() == "user"
    return Turn(
        role="user" if mine else "assistant",
        text=words,
        external_id=text(name),
        created=seconds(message.get("createdAt")),
        model=None if mine else text(message.get("model")) or None,
        thought="\n\n".join(filter(None, thoughts)),
    )
