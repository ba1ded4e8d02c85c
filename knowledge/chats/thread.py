"""A conversation on its way into the history, whoever it comes from: turns in a tree, and what came with them.

A thread's nodes have a parent each, and its current one is the end of the branch that was last shown. All branches are
kept. Nodes that hold nothing a person said or read have no turn; their children hang on the nearest ancestor that has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Paper:
    """A text that came along: an attachment, or a document of a project. `name` is a file's name."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was shown: its bytes, or the name by which the export's archive has it."""

    name: str
    data: bytes | None = None
    asset: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    role: Literal["user", "assistant"]
    text: str
    external_id: str
    created: float | None = None  # Unix seconds
    author: str | None = None
    model: str | None = None
    thought: str = ""  # the reasoning before it
    papers: tuple[Paper, ...] = ()
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    parent: str | None
    turn: Turn | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project of the other program, with the texts that belong to it."""

    id: str
    name: str
    created: float | None = None
    papers: tuple[Paper, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """`program` is who wrote it: "ChatGPT". `left_out` counts what was not taken, by a word for the reason."""

    program: str
    external_id: str
    title: str
    created: float | None
    nodes: Mapping[str, Node]
    current: str | None
    project: Project | None = None
    sealed: bool = False  # it was not to be remembered there
    written: tuple[str, ...] = ()  # lines the user wrote about themselves in the program's settings
    left_out: Counter[str] = field(default_factory=Counter)

    def turns(self) -> dict[str, Turn]:
        """The turns by node; the first of those that go by one id."""
        said: set[str] = set()
        found: dict[str, Turn] = {}
        for name, node in self.nodes.items():
            if node.turn is not None and node.turn.external_id not in said:
                found[name] = node.turn
                said.add(node.turn.external_id)
        return found

    def parents(self, turns: Mapping[str, Turn]) -> dict[str, str | None]:
        """The nearest ancestor of every node that is in `turns`. Parents in a circle, which no honest export holds, are
        cut somewhere."""
        nearest: dict[str, str | None] = {}
        for node in self.nodes:
            passed: list[str] = []
            at = node
            while at not in nearest:
                passed.append(at)
                nearest[at] = None
                above = self.nodes[at].parent
                if above is None or above not in self.nodes:
                    found = None
                    break
                if above in turns:
                    found = above
                    break
                at = above
            else:
                found = nearest[at]
            nearest.update(dict.fromkeys(passed, found))
        rooted: set[str] = set()
        for node in turns:
            path: dict[str, None] = {}
            above = node
            while above is not None and above not in rooted:
                path[above] = None
                if nearest[above] in path:
                    nearest[above] = None
                above = nearest[above]
            rooted.update(path)
        return nearest

    def order(self, turns: Mapping[str, Turn], parents: Mapping[str, str | None]) -> list[str]:
        """The turns' nodes, the current branch last and in one piece, from its root on: its end gets the newest id.

        `History.messages` shows the branch of the newest message. What was said elsewhere stands before, in the order
        of the file. Without a usable current node the latest leaf ends the current branch.
        """
        current = self.current
        if current is None or current not in parents:
            inner = {parents[node] for node in turns}
            leaves = [node for node in turns if node not in inner]
            current = max(reversed(leaves), key=lambda node: turns[node].created or 0.0)
        end: str | None = current if current in turns else parents[current]
        branch: dict[str, None] = {}
        while end is not None:
            branch[end] = None
            end = parents[end]
        return [node for node in turns if node not in branch] + list(branch)[::-1]


def times(
    turns: Mapping[str, Turn], parents: Mapping[str, str | None], order: list[str], begun: float
) -> dict[str, float]:
    """When each turn was said, in Unix seconds; one without a time was said when the one it follows was."""
    found: dict[str, float] = {}
    for node in order:
        created, parent = turns[node].created, parents[node]
        if created is None and parent is not None:
            created = found.get(parent, turns[parent].created)
        found[node] = begun if created is None else created
    return found
