"""What the next prompt of a conversation begins with: instructions, a summary of the oldest turns, the turns after it.

One place says it, for the answer itself and for what is done ahead of it: both must be the same to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.messages import Turn
from knowledge.history import History, Message


@dataclass(frozen=True, slots=True)
class Beginning:
    """`messages` are those behind `history`, in the same order; the summary covers all before them."""

    system: str
    summary: str
    messages: tuple[Message, ...]
    images: Mapping[int, tuple[bytes, ...]] = field(default_factory=dict)  # by the messages they were shown with
    think: bool | None = None
    max_tokens: int = 512  # of the answer to come

    @property
    def history(self) -> tuple[Turn, ...]:
        return tuple(
            Turn("assistant" if message.role == "assistant" else "user", message.text, self.images.get(message.id, ()))
            for message in self.messages
        )


def beginning(
    history: History, turns: Sequence[Message], *, system: str, think: bool | None = None, max_tokens: int = 512
) -> Beginning:
    """What a prompt after `turns`, a branch from its root on, begins with."""
    covered, summary = history.summary(turns)
    messages = tuple(turn for turn in turns[covered:] if turn.text)
    images = {turn.id: tuple(image.data for image in history.images(turn.id)) for turn in messages if turn.images}
    return Beginning(system, summary, messages, images, think, max_tokens)
