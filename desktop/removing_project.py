"""Removing a project: what belongs to it goes with it, or stays and belongs to none. Knows no Qt."""

from __future__ import annotations

from desktop.home import Home
from knowledge import projects


def remove_project(home: Home, project: str, *, with_content: bool) -> None:
    """Blocks until no index holds a word of what is to be forgotten; the memory has been started for that.

    Raises `KnowledgeError` or `Failure`.
    """
    if with_content:
        content = projects.content(home.store, project)
        home.chat.forget(conversations=content.conversations, facts=content.facts)
        if content.documents:
            home.memory.remove_documents(content.documents)
        home.memory.consolidate()
    projects.dissolve(home.store, project)
