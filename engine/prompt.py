"""One prompt for the model out of system text, history, recalled passages and the new prompt, within a budget.

The layout keeps llama.cpp's cache valid: the recall block stands inside the last user turn, so everything before it
is the same, byte for byte, from turn to turn. Room is given to the answer's reserve first, then to the new prompt,
then to the passages, best first, then to the history, from the newest exchange back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.errors import PromptTooLong
from engine.messages import ContextSplit, Generate, Passage, Turn
from engine.template import ChatTemplate, Message
from engine.vocabulary import Vocabulary

RESERVE_SHARE = 4  # at most one part in so many of the context is kept free for the answer

# How to use the notes stands in the system prompt, which is processed once; here a small model would lose its way in
# it. Of eight wordings tried on the starter with 13 questions on a recalled sentence (alone, before and after another),
# this one did best: 33 of 39 right, orders within the block 28 to 30. The label stands last: the first is copied.
RECALL_HEAD = "What I noted before:"


@dataclass(frozen=True, slots=True)
class Layout:
    """The tokens to evaluate, the recalled passages among them in the order of their numbers, and the budget."""

    tokens: list[int]
    used: tuple[int, ...]  # indexes into `Generate.recalled`
    split: ContextSplit


def assemble(request: Generate, *, context: int, template: ChatTemplate, vocabulary: Vocabulary) -> Layout:
    """Lay out `request` in a context of so many tokens. Raises `PromptTooLong` when the prompt alone does not fit."""
    reserve = min(request.sampling.max_tokens, context // RESERVE_SHARE)
    room = context - reserve
    system, exchanges = _system(request), _exchanges(request.history)

    def laid_out(used: Sequence[int], kept: int) -> list[int]:
        prompt = with_recall(request.prompt, [request.recalled[index] for index in used])
        turns = [turn for exchange in exchanges[len(exchanges) - kept :] for turn in exchange]
        return vocabulary.encode(template.render(_messages(system, turns, prompt)))

    # What is chosen by the sum of its parts is then laid out and counted: parts do not always add up to the token.
    bare = len(laid_out([], 0))
    if bare > room:
        have = vocabulary.count(request.prompt)
        raise PromptTooLong(have=str(have), room=str(max(0, room - (bare - have))))

    used = _passages_that_fit(request.recalled, room - bare, vocabulary)
    tokens = laid_out(used, 0)
    while len(tokens) > room:
        used = used[:-1]
        tokens = laid_out(used, 0)
    recalled = len(tokens)

    kept = _exchanges_that_fit(exchanges, room - recalled, vocabulary)
    tokens = laid_out(used, kept)
    while len(tokens) > room:
        kept -= 1
        tokens = laid_out(used, kept)

    system_tokens = min(vocabulary.count(system), bare)
    kept_turns = sum(len(exchange) for exchange in exchanges[len(exchanges) - kept :])
    split = ContextSplit(
        system=system_tokens,
        history=len(tokens) - recalled,
        recall=recalled - bare,
        prompt=bare - system_tokens,
        reserve=reserve,
        context=context,
        dropped_turns=sum(turn.role != "system" for turn in request.history) - kept_turns,
    )
    return Layout(tokens, tuple(used), split)


def with_recall(prompt: str, passages: Sequence[Passage]) -> str:
    """`prompt` with the numbered passages before it; just `prompt` when there are none."""
    if not passages:
        return prompt
    quotations = (_quotation(number, passage) for number, passage in enumerate(passages, start=1))
    return "\n".join((RECALL_HEAD, *quotations, "", prompt))


def _quotation(number: int, passage: Passage) -> str:
    return f"[{number}] {passage.text} ({passage.label})"


# ---------------------------------------------------------------- what fits


def _passages_that_fit(passages: Sequence[Passage], room: int, vocabulary: Vocabulary) -> list[int]:
    """Best first; one that is too long is skipped, and the next may still fit."""
    used: list[int] = []
    room -= vocabulary.count(RECALL_HEAD + "\n\n\n")
    for index, passage in enumerate(passages):
        cost = vocabulary.count(_quotation(len(used) + 1, passage) + "\n")
        if cost <= room:
            used.append(index)
            room -= cost
    return used


def _exchanges_that_fit(exchanges: Sequence[Sequence[Turn]], room: int, vocabulary: Vocabulary) -> int:
    """How many of the newest exchanges fit at most, the template's own words not counted."""
    kept = 0
    for exchange in reversed(exchanges):
        room -= sum(vocabulary.count(turn.text) for turn in exchange)
        if room < 0:
            break
        kept += 1
    return kept


# ---------------------------------------------------------------- turns to messages


def _exchanges(history: Iterable[Turn]) -> list[list[Turn]]:
    """The history in whole exchanges, each from a user's turn on: templates want the user to speak first."""
    exchanges: list[list[Turn]] = []
    for turn in history:
        if turn.role == "user" and (not exchanges or exchanges[-1][-1].role != "user"):
            exchanges.append([turn])
        elif turn.role != "system" and exchanges:
            exchanges[-1].append(turn)
    return exchanges


def _system(request: Generate) -> str:
    """The system text, with the system turns that a history brings along: templates take only one, at the head."""
    texts = [request.system, *(turn.text for turn in request.history if turn.role == "system")]
    return "\n\n".join(text for text in texts if text)


def _messages(system: str, turns: Iterable[Turn], prompt: str) -> list[Message]:
    """User and assistant in turn, as templates want it: neighbours of one role (an unanswered question) are joined."""
    messages = [Message("system", system)] if system else []
    for turn in (*turns, Turn("user", prompt)):
        if messages and messages[-1].role == turn.role:
            messages[-1] = Message(turn.role, f"{messages[-1].text}\n\n{turn.text}")
        else:
            messages.append(Message(turn.role, turn.text))
    return messages
