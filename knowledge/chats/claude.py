"""Claude's export: conversations with `chat_messages`, projects with their documents, and what Claude noted itself.

A message's `content` is a list of blocks. Text is its words, thinking is kept beside them, tools are left out; older
exports have only `text`. The export does not say which branch was shown last unless it names a leaf, so the latest is
taken. What Claude noted of the user is Claude's wording: it becomes a document, not a fact of the user's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

from knowledge.chats.thread import Node, Paper, Picture, Project, Thread, Turn
from knowledge.chats.values import listed, mapping, seconds, text

PROGRAM = "Claude"
LONGEST_ID = 100
NOTES = "What Claude noted.md"


def thread(record: Mapping[str, Any]) -> Thread | None:
    """The record as a thread; None when it is none of Claude's."""
    messages = record.get("chat_messages")
    if not isinstance(messages, list):
        return None
    left_out: Counter[str] = Counter()
    nodes: dict[str, Node] = {}
    before: str | None = None
    for number, message in enumerate(map(mapping, messages)):
        name = text(message.get("uuid")) or f"{number}"
        parent = message.get("parent_message_uuid")
        turn = _turn(name, message, left_out)
        nodes.setdefault(name, Node(text(parent) if isinstance(parent, str) else before, turn))
        before = name
    project = mapping(record.get("project"))
    belongs = (text(record.get("project_uuid")) or text(project.get("uuid")))[:LONGEST_ID]
    leaf = record.get("current_leaf_message_uuid")
    return Thread(
        program=PROGRAM,
        external_id=text(record.get("uuid")),
        title=text(record.get("name")).strip(),
        created=seconds(record.get("created_at")),
        nodes=nodes,
        current=leaf if isinstance(leaf, str) else None,
        project=Project(belongs, text(project.get("name"))) if belongs else None,
        left_out=left_out,
    )


def project(record: Mapping[str, Any]) -> Project | None:
    """The record as a project; None when it is none."""
    name, docs = record.get("name"), record.get("docs")
    if not isinstance(name, str) or not isinstance(docs, list) or not text(record.get("uuid")):
        return None
    papers = [
        Paper(text(doc.get("filename")) or "document.txt", text(doc.get("content"))) for doc in map(mapping, docs)
    ]
    if instructions := text(record.get("prompt_template")).strip():
        papers.append(Paper("Instructions.md", instructions))
    return Project(text(record.get("uuid"))[:LONGEST_ID], text(name), seconds(record.get("created_at")), tuple(papers))


def notes(record: Mapping[str, Any]) -> list[tuple[str | None, Paper]] | None:
    """What Claude noted, of everything (None) and of projects by their id; None when the record holds no such notes."""
    everything, projects = record.get("conversations_memory"), mapping(record.get("project_memories"))
    if not isinstance(everything, str) and not projects:
        return None
    found: list[tuple[str | None, Paper]] = [(None, Paper(NOTES, text(everything)))]
    found += [(text(id), Paper(NOTES, text(words))) for id, words in projects.items()]
    return [(id, paper) for id, paper in found if paper.text.strip()]


def _turn(name: str, message: Mapping[str, Any], left_out: Counter[str]) -> Turn | None:
    role: Literal["user", "assistant"]
    match message.get("sender"):
        case "human" | "user":
            role = "user"
        case "assistant":
            role = "assistant"
        case _:
            left_out["hidden"] += 1
            return None
    said: list[str] = []
    thoughts: list[str] = []
    for block in map(mapping, listed(message.get("content"))):
        match block.get("type"):
            case "text":
                said.append(text(block.get("text")).strip())
            case "thinking":
                thoughts.append(text(block.get("thinking")).strip())
            case "tool_use" | "tool_result":
                left_out["tools"] += 1
    # `text` repeats the blocks, with a note in place of each one that could not be shown
    words = "\n\n".join(filter(None, said)) or (
        "" if listed(message.get("content")) else text(message.get("text")).strip()
    )
    attached = [mapping(one) for one in listed(message.get("attachments"))]
    papers = tuple(
        Paper(text(one.get("file_name")) or f"attachment-{number}.txt", text(one.get("extracted_content")))
        for number, one in enumerate(attached, start=1)
        if text(one.get("extracted_content")).strip()
    )
    pictures = tuple(
        Picture(text(one.get("file_name")), asset=text(one.get("file_uuid")) or text(one.get("file_name")))
        for one in map(mapping, listed(message.get("files")))
        if text(one.get("file_name"))
    )
    if not words and not papers and not pictures:
        return None
    return Turn(
        role=role,
        text=words or "\n".join(paper.name for paper in papers),
        external_id=text(name),
        created=seconds(message.get("created_at")),
        model=text(message.get("model")) or None,
        thought="\n\n".join(filter(None, thoughts)),
        papers=papers,
        pictures=pictures,
    )
