"""Open WebUI's export: a list of chats, each with a `history` of messages by id and the id that was shown last.

Reasoning and tools stand inside the words as folded `<details>`; both are taken out. Files carry their text, pictures
are written out in the JSON.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from knowledge.chats.thread import Node, Paper, Picture, Thread, Turn
from knowledge.chats.values import listed, mapping, seconds, text

PROGRAM = "Open WebUI"

_FOLDED = re.compile(r'<details\s+type="(\w+)"[^>]*>(.*?)</details>\s*', re.DOTALL)
_SUMMARY = re.compile(r"^\s*<summary>.*?</summary>", re.DOTALL)
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_PICTURE = re.compile(r"data:image/([a-z]+)[^,]*;base64,")


def thread(record: Mapping[str, Any]) -> Thread | None:
    """The record as a thread; None when it is none of Open WebUI's."""
    chat = record.get("chat") if isinstance(record.get("chat"), dict) else record
    chat = mapping(chat)
    history = mapping(chat.get("history"))
    messages = history.get("messages")
    if not isinstance(messages, dict):
        return None
    left_out: Counter[str] = Counter()
    nodes: dict[str, Node] = {}
    for name, message in messages.items():
        parent = mapping(message).get("parentId")
        nodes[name] = Node(parent if isinstance(parent, str) else None, _turn(name, mapping(message), left_out))
    current = history.get("currentId")
    return Thread(
        program=PROGRAM,
        external_id=text(record.get("id")) or text(chat.get("id")),
        title=(text(record.get("title")) or text(chat.get("title"))).strip(),
        created=seconds(record.get("created_at")) or seconds(chat.get("timestamp")),
        nodes=nodes,
        current=current if isinstance(current, str) else None,
        left_out=left_out,
    )


def _turn(name: str, message: Mapping[str, Any], left_out: Counter[str]) -> Turn | None:
    role = message.get("role")
    if role not in ("user", "assistant"):
        left_out["hidden"] += 1
        return None
    thoughts: list[str] = []

    def take_out(folded: re.Match[str]) -> str:
        if folded[1] == "reasoning":
            thoughts.append(html.unescape(_QUOTED.sub("", html.unescape(_SUMMARY.sub("", folded[2])))).strip())
        else:
            left_out["tools"] += 1
        return ""

    words = text(message.get("content"))
    if role == "assistant" and "<details" in words:
        words = _FOLDED.sub(take_out, words)
    papers, pictures = _files(message)
    words = words.strip()
    if not words and not papers and not pictures:
        return None
    return Turn(
        role=role,
        text=words or "\n".join(paper.name for paper in papers),
        external_id=text(name),
        created=seconds(message.get("timestamp")),
        model=text(message.get("model")) or None if role == "assistant" else None,
        thought="\n\n".join(filter(None, thoughts)),
        papers=papers,
        pictures=pictures,
    )


def _files(message: Mapping[str, Any]) -> tuple[tuple[Paper, ...], tuple[Picture, ...]]:
    papers: list[Paper] = []
    pictures: list[Picture] = []
    for number, one in enumerate(map(mapping, listed(message.get("files"))), start=1):
        url, file = text(one.get("url")), mapping(one.get("file"))
        content = text(mapping(file.get("data")).get("content"))
        name = text(one.get("name")) or text(file.get("filename"))
        if (picture := _PICTURE.match(url)) is not None:
            try:
                data = base64.b64decode(url[picture.end() :], validate=True)
            except (binascii.Error, ValueError):
                continue
            pictures.append(Picture(name or f"picture-{number}.{picture[1]}", data))
        elif content.strip():
            papers.append(Paper(name or f"file-{number}.txt", content))
    return tuple(papers), tuple(pictures)
