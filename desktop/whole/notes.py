"""What the model says about one step's text, and how much of that the text itself backs.

A note keeps only sentences whose words and numbers stand in the text it is about; when nothing of it does, the text's
own most telling sentences stand in its place and are said to be quotations. So a weak model makes a summary duller,
not wrong.
"""

from __future__ import annotations

import logging
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from desktop.engine_process import Engine
from desktop.errors import Failure
from desktop.whole.packs import PACK_TOKENS, STARTER_PACK_TOKENS, Gauge
from engine import budget
from engine.errors import PromptTooLong
from engine.messages import Assembled, Generated, ModelInfo, Reading, Sampling, Token
from knowledge import english
from knowledge.figures import figures
from knowledge.sentences import sentence_spans

log = logging.getLogger(__name__)

BACKED = 0.6  # of a sentence's content words must stand in the text
FEWEST_WORDS = 3  # content words of a sentence that says something
FRAME_TOKENS = 60  # of a chat template
QUOTED_SENTENCES = 2
ENGLISH_LETTERS = re.compile(r"[A-Za-z]")
HANGUL = re.compile(r"[\uac00-\ud7a3]")
_WORD = re.compile(r"[^\W_]+")
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)])\s+")
_INTRODUCTION = re.compile(
    r"^(?:here (?:is|are)|this (?:is|are)|the following|sure|summary|of course|certainly|다음은|요약)[^.:\n]{0,80}:\s*",
    re.IGNORECASE,
)


class TooLong(Exception):
    """The step's text has more tokens than the model has room for; `failure` says so to the user."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(slots=True)
class Scribe:
    """The model as one that writes notes; `gauge` learns from each prompt."""

    engine: Engine
    info: ModelInfo
    gauge: Gauge

    def room(self, sampling: Sampling, words: str) -> int:
        """Tokens for one step's text, beside the instructions `words` and the note itself."""
        context = self.info.context
        taken = budget.reserve(sampling.max_tokens, context) + self.gauge.estimate(words) + FRAME_TOKENS
        return max(0, min(int(context - taken), STARTER_PACK_TOKENS if self.info.starter else PACK_TOKENS))

    def write(
        self, system: str, prompt: str, sampling: Sampling, stop: threading.Event
    ) -> Generator[Reading | Token, None, str | None]:
        """The model's words on `prompt`; None when it was stopped. Raises `TooLong` or `Failure`."""
        words, finish = "", "stopped"
        whole = f"{system}\n{prompt}"
        try:
            for reply in self.engine.generate(
                system=system, history=(), recalled=(), prompt=prompt, sampling=sampling, stop=stop, think=False
            ):
                match reply:
                    case Assembled():
                        self.gauge.learn(whole, reply.split.system + reply.split.prompt - FRAME_TOKENS // 2)
                    case Reading():
                        yield reply
                    case Token(thought=False):
                        words += reply.text
                        yield reply
                    case Generated():
                        finish = reply.finish
        except Failure as error:
            if error.error != PromptTooLong.__name__:
                raise
            self.gauge.doubt(prompt, int(error.facts.get("have", "0")), int(error.facts.get("room", "0")))
            raise TooLong(error) from error
        return None if finish == "stopped" else words.strip()


# ---------------------------------------------------------------- what the text backs


def backed(note: str, text: str) -> str:
    """The sentences of `note` that `text` backs, as it said them; empty where there are none."""
    terms, numbers = Counter(terms_of(text)), {figure.value for figure in figures(text)}
    folded = _fold(text)
    cross = is_korean(note) != is_korean(text)
    kept = [
        sentence for sentence in tidy(note) if _is_backed(sentence, terms, folded, numbers, in_other_language=cross)
    ]
    return " ".join(dict.fromkeys(kept))


def _is_backed(sentence: str, terms: Counter[str], folded: str, numbers: set[str], *, in_other_language: bool) -> bool:
    own = {figure.value for figure in figures(sentence)}
    if not own <= numbers and not all(value in folded for value in own - numbers):
        return False
    if in_other_language:  # its words cannot be compared, but the names in Latin letters can
        return all(_fold(word) in folded for word in re.findall(r"[A-Za-z]{3,}", sentence) if HANGUL.search(sentence))
    content = terms_of(sentence)
    if len(content) < FEWEST_WORDS:
        return False
    names = list(re.findall(r"(?<=[a-z,;] )[A-Z][a-z]{2,}", sentence))
    if any(_fold(name) not in folded for name in names):
        return False
    return sum(term in terms for term in content) >= BACKED * len(content)


def tidy(note: str) -> list[str]:
    """A note's sentences without introductions, bullets and repetitions; a last one that was cut off is left out."""
    found: list[str] = []
    text = _INTRODUCTION.sub("", note.strip())
    for start, end in sentence_spans(text):
        sentence = _BULLET.sub("", text[start:end]).strip(" *_#")
        if end == len(text) and not re.search(r"[.!?。…:;)”\"']$|[다요음함임됨]$", sentence):
            continue
        if sentence and sentence not in found:
            found.append(sentence)
    return found


def quotation(texts: Sequence[str], count: int = QUOTED_SENTENCES) -> str:
    """The most telling sentences of a text, in order: those whose words it uses most, and rather early ones."""
    sentences = [text[start:end] for text in texts for start, end in sentence_spans(text)]
    sentences = [" ".join(sentence.split()) for sentence in sentences]
    usual = Counter(term for sentence in sentences for term in set(terms_of(sentence)))
    scored: list[tuple[float, int]] = []
    for index, sentence in enumerate(sentences):
        content = set(terms_of(sentence))
        if len(content) >= FEWEST_WORDS and len(sentence) <= 320:
            weight = sum(usual[term] for term in content) / (len(content) + 4) + 1.0 / (index + 1)
            scored.append((weight, index))
    best = sorted(index for _, index in sorted(scored, reverse=True)[:count])
    if not best:
        longest = max(sentences, key=len, default="")
        return f"{longest[:319]}…" if len(longest) > 320 else longest
    return " ".join(sentences[index] for index in best)


def closest(sentence: str, texts: Sequence[str]) -> int | None:
    """Which of the texts shares most words with a sentence; None when none shares any."""
    content = set(terms_of(sentence))
    shared = [len(content & set(terms_of(text))) for text in texts]
    best = max(range(len(texts)), key=lambda index: (shared[index], -index), default=None)
    return best if best is not None and shared[best] else None


def is_korean(text: str) -> bool:
    """Whether a text is more Korean than anything in Latin letters."""
    sample = text[:4000]
    return 2 * len(HANGUL.findall(sample)) > len(ENGLISH_LETTERS.findall(sample))


def terms_of(text: str) -> list[str]:
    """What is compared: English stems, and the letter pairs of words in Hangul and the like."""
    found: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFC", text)):
        word = match.group().lower()
        if word.isascii():
            term = None if word.isdigit() else english.term(word)
            found += [term] if term else []
        elif HANGUL.search(word):
            found += [word[n : n + 2] for n in range(max(1, len(word) - 1))]
        else:
            found.append(word)
    return found


def _fold(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


# ---------------------------------------------------------------- which of some sentences

MOST_MARKED = 0.5  # of a step's sentences; a model that marks more has not understood


def choice_grammar() -> str:
    """A GBNF grammar: the numbers of sentences, or none."""
    return 'root ::= "none" | number (", " number){0,39}\nnumber ::= [1-9] [0-9]{0,2}'


def chosen(answer: str, sentences: int) -> list[int]:
    """The places (from 0) that an answer in that grammar names; none where it names nearly all of them."""
    numbers = sorted({int(number) for number in re.findall(r"\d+", answer)})
    valid = [number - 1 for number in numbers if 1 <= number <= sentences]
    if len(valid) > max(3, MOST_MARKED * sentences):
        log.info("the model marked %d of %d sentences, which says nothing", len(valid), sentences)
        return []
    return valid


def numbered(sentences: Iterable[str]) -> str:
    return "\n".join(f"{number}. {' '.join(sentence.split())}" for number, sentence in enumerate(sentences, start=1))
