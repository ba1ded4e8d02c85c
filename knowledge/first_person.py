"""Between what somebody says and what is said of them: "What did Ann research?" is "What did I research?" for Ann, and
her "I adopted a dog" is "Ann adopted a dog".

People say "I" of themselves, and a question that does is nearer to what they said. The embedder reads the question
both ways, and the mean of both vectors is compared. The other way round, the vector of a turn whose speaker is known by
name is the mean of two: the turn as it was said, and as it is told of its speaker. Measured on LoCoMo's development
half: the question's two readings 1.4, .8 and .5 points of evidence recall at 500, 1,000 and 1,500 tokens; the turn's,
on top of them, .2, .1 and .4, and with what turns tell (`telling.py`) and a greater share for meaning up to one.
English only.
"""

from __future__ import annotations

import re

_VERBS = {"is": "am", "are": "am", "were": "was", "has": "have", "does": "do"}
_POSSESSIVE = re.compile(r"\b(?:her|his|their)\b", re.IGNORECASE)


def in_first_person(question: str, name: str) -> str:
    """The question with "I" and "my" for the person called `name`, or called by a part of that name."""
    words = [word for word in name.split() if word[0].isalnum() and word[-1].isalnum()]
    parts = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    if not parts:
        return question
    called = rf"\b(?:{parts})(?:\s+(?:{parts}))*"
    said = re.sub(rf"{called}['’]s?(?!\w)", "my", question, flags=re.IGNORECASE)
    said = re.sub(rf"\b(is|are|was|were|has|have|do|does|did) {called}\b", _inverted, said, flags=re.IGNORECASE)
    said = re.sub(rf"{called}\b", "I", said, flags=re.IGNORECASE)
    return _POSSESSIVE.sub("my", said) if said != question else question


_I_AND = {"m": "is", "ve": "has", "ll": "will", "d": "would"}
_SAID = re.compile(r"\bI(?:['’](m|ve|ll|d))?\b|\b[Mm]y\b|\bme\b")


def of_person(text: str, name: str) -> str:
    """The text of a turn as it is told of its speaker, called `name`."""

    def told(match: re.Match[str]) -> str:
        if match[0] in ("my", "My"):
            return f"{name}'s"
        return f"{name} {_I_AND[match[1]]}" if match[1] else name

    return _SAID.sub(told, text)


def _inverted(match: re.Match[str]) -> str:
    verb = match[1]
    first = _VERBS.get(verb.lower(), verb.lower())
    return f"{first.capitalize() if verb[0].isupper() else first} I"
