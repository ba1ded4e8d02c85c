"""ChatGPT's export: a thread is a `mapping` of nodes, in `conversations.json` or, since 2026, in numbered parts.

Left out are nodes that hold nothing a person said or read: system and tool messages, reasoning, what the page hid or
gave no weight, words to tools. Citations are marks of private characters or brackets; they are taken out of the words.
The pictures of a message lie in the archive under the id in their pointer, some of them as `.dat`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from knowledge.chats.thread import Node, Picture, Thread, Turn
from knowledge.chats.values import listed, mapping, seconds, text

PROGRAM = "ChatGPT"
LONGEST_LINE = 400  # characters of a line about the user; longer ones are no facts

_SHOWN_TO = (None, "all", "python")  # an assistant's words to other tools are no part of the talk
# A mark: what it is, and what belongs to it, parted by \ue202. What \ue203 and \ue204 enclose is the answer's own.
_MARK = re.compile("\ue200([^\ue201\ue202]*)(?:\ue202([^\ue201]*))?\ue201")
_LEFTOVER = re.compile("[\ue200-\ue2ff](?:turn\\d+[a-z]+\\d+)?|【\\d+(?::\\d+)?†[^】]*】")
_REASONING = ("thoughts", "reasoning_recap")
_ASSET = re.compile(r"^[a-z-]+://(?:[^/]*#)?([\w-]+)")


def thread(record: Mapping[str, Any]) -> Thread | None:
    """The record as a thread; None when it is none of ChatGPT's."""
    nodes = record.get("mapping")
    if not isinstance(nodes, dict):
        return None
    left_out: Counter[str] = Counter()
    written: dict[str, None] = {}
    found: dict[str, Node] = {}
    for name, content in nodes.items():
        parent = mapping(content).get("parent")
        message = mapping(mapping(content).get("message"))
        turn = _turn(name, message, left_out) if message else None
        written |= dict.fromkeys(_written(message))
        found[name] = Node(parent if isinstance(parent, str) else None, turn)
    current = record.get("current_node")
    return Thread(
        program=PROGRAM,
        external_id=text(record.get("conversation_id")) or text(record.get("id")),
        title=text(record.get("title")).strip(),
        created=seconds(record.get("create_time")),
        nodes=found,
        current=current if isinstance(current, str) else None,
        sealed=record.get("is_do_not_remember") is True,
        written=tuple(written),
        left_out=left_out,
    )


def _turn(node: str, message: Mapping[str, Any], left_out: Counter[str]) -> Turn | None:
    """What a node says; None when it is nothing that a person said or was shown."""
    author, metadata = mapping(message.get("author")), mapping(message.get("metadata"))
    content = mapping(message.get("content"))
    role, kind = author.get("role"), content.get("content_type")
    if message.get("weight") == 0 or metadata.get("is_visually_hidden_from_conversation") or role == "system":
        left_out["hidden"] += 1
    elif kind in _REASONING:
        left_out["reasoning"] += 1
    elif role == "tool" or message.get("recipient") not in _SHOWN_TO:
        left_out["tools"] += 1
    elif role in ("user", "assistant"):
        words, pictures = _text(content), _pictures(content, metadata)
        if words or pictures:
            return Turn(
                role=role,
                text=words,
                external_id=text(message.get("id")) or text(node),
                created=seconds(message.get("create_time")),
                author=text(author.get("name")) or None,
                model=text(metadata.get("model_slug")) or None,
                pictures=pictures,
            )
    return None


def _text(content: Mapping[str, Any]) -> str:
    """The words of a message: of text, of pictures with text the text, of code the code, of speech what was heard."""
    match content.get("content_type"):
        case "text" | "multimodal_text":
            parts = listed(content.get("parts"))
        case "code":
            parts = [content]
        case _:
            return ""
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    words = (_without_marks(text(part)).strip() for part in texts if isinstance(part, str))
    return "\n\n".join(part for part in words if part)


def _without_marks(words: str) -> str:
    """The words as they were read: names and links keep theirs, what only points to a source goes."""
    if "\ue200" in words:
        words = _MARK.sub(lambda mark: _said_by(mark[1], mark[2] or ""), words)
    return _LEFTOVER.sub("", words)


def _said_by(kind: str, rest: str) -> str:
    match kind:
        case "entity":  # ["city", "Paris", "…"]
            try:
                parts = json.loads(rest, strict=False)
            except (ValueError, RecursionError):
                return ""
            return parts[1] if isinstance(parts, list) and len(parts) > 1 and isinstance(parts[1], str) else ""
        case "url":  # the link's words, then where it leads
            return rest.split("\ue202", maxsplit=1)[0]
        case _:
            return ""


def _pictures(content: Mapping[str, Any], metadata: Mapping[str, Any]) -> tuple[Picture, ...]:
    names = {
        text(mapping(one).get("id")): text(mapping(one).get("name")) for one in listed(metadata.get("attachments"))
    }
    found = []
    for part in listed(content.get("parts")):
        pointer = _ASSET.match(text(mapping(part).get("asset_pointer")))
        if pointer is not None and mapping(part).get("content_type") == "image_asset_pointer":
            found.append(Picture(names.get(pointer[1]) or pointer[1], asset=pointer[1]))
    return tuple(found)


def _written(message: Mapping[str, Any]) -> list[str]:
    """What the user wrote about themselves in ChatGPT's settings, line by line; how to answer is no fact."""
    content = mapping(message.get("content"))
    if content.get("content_type") != "user_editable_context":
        return []
    kept = mapping(mapping(message.get("metadata")).get("user_context_message_data"))
    about = text(kept.get("about_user_message")) or _fenced(text(content.get("user_profile")))
    lines = (line.strip(" \t-*•") for line in about.splitlines())
    return [line for line in lines if line and len(line) <= LONGEST_LINE]


def _fenced(profile: str) -> str:
    """The user's part of a text that ChatGPT's own words surround: what stands in its fence; nothing without one,
    unless the text is short enough to be the user's alone."""
    parts = profile.split("```")
    if len(parts) >= 3:
        return parts[1]
    return profile if len(profile) <= LONGEST_LINE else ""
