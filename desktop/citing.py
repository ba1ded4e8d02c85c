"""Which source stands behind which sentence of an answer, and how that is shown.

The model's text is stored as it was written. Beside it stand its sentences' places, each with the source that was found
to say the same (`knowledge/support.py` compares them) or as the model's own words. From both follows what is shown: a
citation that the check bears out stays, a wrong one goes or moves, a missing one is added, and own words are marked.

Only prose is checked: code, headings, tables, questions, offers of help, and "I don't know" claim nothing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from desktop.errors import Failure
from desktop.prose import CITATION, CITED, FINAL, claims, code_ranges, said
from knowledge.messages import Recalled, Supported

log = logging.getLogger(__name__)

CHECK_SECONDS = 2.0  # a later check is left out: the next question must not wait for it
OWN, OWN_END = "\U0001039f", "\U000103d0"  # around own words: marks that no living script uses, and Markdown passes on

Origin = Literal["documents", "memory", "mixed", "model"]
CheckDecision = Literal["checked", "none", "late", "failed"]
Ask = Callable[[tuple[str, ...], tuple[str, ...], float], Supported]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A claim of an answer, `text[start:end]`: the number of the source that says so, or the model's own words.

    `cited` are the sources that bear out the sentence's own citations; `score` is how much of it its source says.
    """

    start: int
    end: int
    source: int | None
    score: float
    own: bool
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """What became of checking an answer; `why` says what went wrong. "none": there were no sources to check against."""

    decision: CheckDecision
    sentences: tuple[Sentence, ...] = ()
    milliseconds: float = 0.0
    why: str = ""


# ---------------------------------------------------------------- checking


def check(text: str, sources: Sequence[str], ask: Ask) -> Check:
    """Compare the sentences of an answer with the texts of its sources, numbered from 1. Never raises."""
    if not sources:
        return Check("none")
    spans = list(claims(text))
    if not spans:
        return Check("checked")
    begin = time.monotonic()
    try:
        told = ask(tuple(said(text[start:end]) for start, end in spans), tuple(sources), CHECK_SECONDS)
    except TimeoutError:
        log.warning("the sentences of an answer were not checked within %.0f s", CHECK_SECONDS)
        return Check("late", milliseconds=_since(begin), why=f"the check took longer than {CHECK_SECONDS:.0f} s")
    except Failure as error:
        log.warning("the sentences of an answer were not checked: %s", error.error)
        return Check("failed", milliseconds=_since(begin), why=str(error))
    sentences = []
    for (start, end), one in zip(spans, told.sentences, strict=True):
        if not one.claims:
            continue
        by = {number + 1 for number in one.by}
        cited = tuple(number for number in dict.fromkeys(_cited(text[start:end])) if number in by)
        best = one.source + 1 if one.supported and one.source is not None else None
        source = cited[0] if cited and best not in cited else best
        sentences.append(Sentence(start, end, source, one.score, not one.supported, cited))
    return Check("checked", tuple(sentences), _since(begin))


def origin(checked: Check, sources: Sequence[Recalled]) -> Origin:
    """What an answer rests on: the sources that bear it out; unchecked, all that were before the model."""
    used: Iterable[Recalled] = sources
    if checked.decision == "checked":
        used = (sources[sentence.source - 1] for sentence in checked.sentences if sentence.source is not None)
    kinds = {"documents" if item.kind == "document" else "memory" for item in used}
    if not kinds:
        return "model"
    return "mixed" if len(kinds) > 1 else ("documents" if "documents" in kinds else "memory")


def as_details(checked: Check) -> dict[str, Any]:
    """As it is kept with the answer."""
    return {
        "check": {"decision": checked.decision, "milliseconds": checked.milliseconds, "why": checked.why},
        "sentences": [asdict(sentence) for sentence in checked.sentences] if _was_made(checked) else None,
    }


def from_details(details: Mapping[str, Any], length: int) -> tuple[Sentence, ...] | None:
    """What is kept with an answer of `length` characters; None where its sentences were never checked, or are not
    sound."""
    kept = details.get("sentences")
    if not isinstance(kept, list):
        return None
    sentences, last = [], 0
    for one in kept:
        try:
            start, end, source = int(one["start"]), int(one["end"]), one["source"]
            cited = tuple(int(number) for number in one.get("cited", ()))
            known = Sentence(start, end, None if source is None else int(source), float(one["score"]), bool(one["own"]))
        except (KeyError, TypeError, ValueError, AttributeError):
            return None
        if not last <= start < end <= length:
            return None
        last = end
        sentences.append(Sentence(known.start, known.end, known.source, known.score, known.own, cited))
    return tuple(sentences)


def sentences_of(checked: Check) -> tuple[Sentence, ...] | None:
    """The sentences of a check that was made; None where it was late or failed."""
    return checked.sentences if _was_made(checked) else None


def _was_made(checked: Check) -> bool:
    return checked.decision in ("checked", "none")


# ---------------------------------------------------------------- what is shown


def shown(text: str, sentences: Sequence[Sentence] | None, places: Collection[int], *, marks: bool = True) -> str:
    """The answer's Markdown with a citation wherever a source bears out a sentence, and nowhere else.

    `places` are the numbers of the sources that are there; `marks` puts own words between `OWN` and `OWN_END`. An
    answer that was never checked stays as it is.
    """
    text = text.replace(OWN, " ").replace(OWN_END, " ")
    if sentences is None:
        return text
    code, there, pieces, at = code_ranges(text), frozenset(places), [], 0
    for sentence in sentences:
        pieces.append(_without(text, at, sentence.start, code, there))
        words = _without(text, sentence.start, sentence.end, code, there.intersection(sentence.cited))
        if sentence.own:
            words = f"{OWN}{words}{OWN_END}" if marks else words
        elif sentence.source in there and not there.intersection(sentence.cited):
            words = _with_citation(words, sentence.source)
        pieces.append(words)
        at = sentence.end
    return "".join([*pieces, _without(text, at, len(text), code, there)])


def own_words(sentences: Sequence[Sentence] | None) -> tuple[int, int]:
    """How many sentences are the model's own words, of how many that claim something."""
    return sum(sentence.own for sentence in sentences or ()), len(sentences or ())


def _without(text: str, start: int, end: int, code: Sequence[tuple[int, int]], held: Collection[int]) -> str:
    """`text[start:end]` with those citations alone whose number is held."""
    pieces, at = [], start
    for found in CITATION.finditer(text, start, end):
        numbers = [int(number) for number in found[2].split(",")]
        kept = [number for number in numbers if number in held]
        before = text[found.start() - 1] if found.start() else "\n"
        # "[1] Smith 2020" is a line of the model's own list, and x[1] an element
        no_citation = before == "\n" or (
            not found["space"] and before.isascii() and (before.isalnum() or before in "_)]")
        )
        is_code = any(first <= found.start() < last for first, last in code)
        if kept == numbers or is_code or (no_citation and not kept):
            continue
        pieces += [text[at : found.start()], f"{found['space']}[{', '.join(map(str, kept))}]" if kept else ""]
        at = found.end()
    return "".join(pieces) + text[at:end]


def _with_citation(words: str, number: int | None) -> str:
    """Before the sentence's final mark, as one sets it by hand; behind it where that is within emphasis."""
    final = FINAL.search(words)
    at = final.start() if final else len(words)
    return f"{words[:at].rstrip()} [{number}]{words[at:]}"


def _cited(words: str) -> list[int]:
    return [int(number) for found in CITED.finditer(words) for number in found[1].split(",")]


def _since(begin: float) -> float:
    return round((time.monotonic() - begin) * 1000, 1)
