"""A turn without its fillers: "Wow, that's awesome! I adopted a dog." is recalled as "I adopted a dog."

A filler is a sentence that greets, thanks, praises or takes leave. It holds no other word, and nothing that could
be an answer: no digit, no yes or no, nobody who is spoken of, nothing past; nor is it a question. A turn of nothing
else keeps its first sentence. English only; `fillers_korean.py` tells Korean ones. The stored turn keeps all words.

Beside a question more is left out: what only says how one likes something ("That looks so cool!"), and questions that
anybody asks ("What's new with you?"). Not where the question holds one of its words, nor where it asks what somebody
feels, thinks or says; and nothing that is said of oneself. Of the words of LoCoMo's answers that stand in the evidence
.2 % are lost so. (To leave out all that has little to do with the question would bring more turns into the block, but
fewer of the answers' words: measured, and not done.)
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from knowledge import english, fillers_korean
from knowledge.sentences import sentence_spans


@lru_cache(maxsize=64)
def _terms(words: str) -> frozenset[str | None]:
    return frozenset(english.term(word) for word in words.split())


_FILLERS = """
hi hello hey hiya greetings good nice great fine cool thank thanks thankyou thx please welcome sorry bye goodbye cheers
wow whoa haha lol oh ah aw awesome amazing glad wonderful fantastic incredible lovely hope luck best chat congrats
congratulations appreciate keep worries let sound sounds hear
"""
_BESIDE_THEM = """
morning afternoon evening night day man guys bud buddy friend kind know tell talk see take care catch look forward
later soon well much lot really super pretty ya up
"""
# What praises, comforts and marvels, beside the fillers above.
_EMPTY = """
beautiful gorgeous stunning cute sweet adorable perfect excellent brilliant superb terrific fabulous epic neat wild
crazy impressive impress inspiring inspirational motivating encouraging uplifting heartwarming touching rewarding
fulfilling refreshing enjoyable fun exciting thrilling interesting fascinating intriguing tough hard difficult rough
challenging sad awful terrible bad unfortunate important special meaningful magical powerful precious valuable
worthwhile helpful useful thoughtful generous proud happy excited thrilled stoked pumped delighted pleased grateful
thankful blessed lucky honored understandable thing stuff way sort lot bit bunch ton bummer blast treat deal effort
dedication passion kindness word idea moment feeling vibe energy spirit inspiration joy happiness pleasure difference
start love like enjoy feel look seem make get go come give think guess believe imagine wish share check inspire
motivate encourage mean remind deserve happen matter wait stay rock worry agree wonder quite totally absolutely
definitely certainly truly always forever even still maybe probably actually honestly basically especially exactly
indeed obviously clearly anytime yet along together well anyway though ever every everything something anything someone
woah yay gosh dude omg kudos bro pal
"""
_ASKED = "new favorite question curious story detail part recently lately today do thought advice tip recommend next"
_LONGEST = 80  # characters; what is longer says something
_SAYS_MORE = re.compile(
    r"\d|\?\W*$|n['’]t\b"
    r"|\b(?:no|not|nor|none|nope|never|yes|yeah|yep|yup|sure|right|true|ok|okay|course|was|were|been|he|she|we|they)\b",
    re.IGNORECASE,
)
_OF_ONESELF = re.compile(r"\b(?:I|me|my|mine|we|us|our)\b", re.IGNORECASE)
_OF_SOMEBODY = re.compile(r"\d|\b(?:he|she|they|his|her|their|my|our)\b", re.IGNORECASE)
_ON_OPINIONS = re.compile(
    r"\b(?:feel|felt|feelings?|thinks?|thought|react\w*|opinions?|describe\w*|attitude|impress\w*|respon\w+|emotion\w*"
    r"|mood|support\w*|says?|said|views?)\b",
    re.IGNORECASE,
)


def without_fillers(text: str, names: Collection[str], question: str | None = None) -> str:
    """The text's other sentences in one line; as it is where there are no fillers. `names`: of the people present;
    `question`: beside which it is put."""
    spans = list(sentence_spans(text))
    present = _terms(" ".join(sorted(names)).lower())
    kept = [
        text[start:end]
        for start, end in spans
        if not _is_filler(text[start:end], present)
        and not fillers_korean.is_filler(text[start:end], names)
        and (question is None or not _is_empty(text[start:end], present, question))
    ]
    if len(kept) == len(spans):
        return fillers_korean.without_laughter(text)
    return fillers_korean.without_laughter(" ".join(kept) if kept else text[slice(*spans[0])])


def _is_filler(sentence: str, names: Collection[str | None]) -> bool:
    if len(sentence) > _LONGEST:
        return False
    fillers, beside_them, met = _terms(_FILLERS), _terms(_BESIDE_THEM), False
    for word, _, _ in english.words(sentence):
        term = english.term(word)
        if term in fillers:
            met = met or term is not None
        elif term is not None and term not in beside_them and term not in names:
            return False
    return met and not _SAYS_MORE.search(sentence)


def _is_empty(sentence: str, names: Collection[str | None], question: str) -> bool:
    """Whether a sentence says nothing of its own that could answer the question."""
    if len(sentence) > _LONGEST:
        return False
    empty, asked, on_opinions = _beside(question)
    asks = sentence.rstrip().endswith("?")
    met = False
    for word, _, _ in english.words(sentence):
        term = english.term(word)
        if term is None or term in names:
            continue
        if term in asked or (term not in empty and not (asks and term in _terms(_ASKED))):
            return False
        met = True
    if asks:
        return not _OF_SOMEBODY.search(sentence)
    return met and not on_opinions and not _SAYS_MORE.search(sentence) and not _OF_ONESELF.search(sentence)


@lru_cache(maxsize=64)
def _beside(question: str) -> tuple[frozenset[str | None], frozenset[str | None], bool]:
    """Words that say nothing, those of the question, and whether it is on what somebody feels, thinks or says."""
    asked = frozenset(english.term(word) for word, _, _ in english.words(question))
    return _terms(_FILLERS + _BESIDE_THEM + _EMPTY), asked, bool(_ON_OPINIONS.search(question))
