"""English words to search terms: stop words out, irregular forms to their base, British spellings to American ones,
Snowball stems for the rest.

One spelling for both is measured to help on Cranfield (British and American abstracts; nDCG@10 .588 to .592) and to
harm nowhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

# A word with what an apostrophe adds to it; "_" separates words as a space does.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being between both but by can
    could did do does doing done during each else ever few for from further had has have having he her here hers
    herself him himself his how i if in into is it its itself just let me more most my myself no nor not now of off
    on once only or other our ours ourselves out over own same shall she should so some such than that the their
    theirs them themselves then there these they this those through to too under until up upon very was we were what
    when where which while who whom whose why will with would you your yours yourself yourselves don didn doesn isn
    wasn weren aren couldn wouldn shouldn won ll ve re s t d m
    """.split()
)

# Greetings, thanks and nods: a prompt of nothing but these asks for nothing.
CHIT_CHAT = frozenset(
    """
    hi hello hey hiya greetings morning afternoon evening night day good nice great fine cool ok okay yes yeah yep sure
    thank thanks thankyou thx please welcome sorry bye goodbye cheers wow haha lol alright right well see later
    take care much lot
    """.split()
)

# Base: its irregular forms. Only forms that Snowball does not bring to the base by itself.
_IRREGULAR = """
arise arose arisen|awake awoke awoken|bear bore borne|beat beaten|become became|begin began begun|bend bent
bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken|breed bred|bring brought|build built
burn burnt|buy bought|catch caught|choose chose chosen|cling clung|come came|creep crept|deal dealt|dig dug
dive dove|draw drew drawn|dream dreamt|drink drank drunk|drive drove driven|eat ate eaten|fall fell fallen|feed fed
feel felt|fight fought|find found|flee fled|fly flew flown|forbid forbade forbidden|forget forgot forgotten
forgive forgave forgiven|freeze froze frozen|get got gotten|give gave given|go goes went gone|grind ground
grow grew grown|hang hung|hear heard|hide hid hidden|hold held|keep kept|kneel knelt|know knew known|lay laid
lead led|lean leant|leap leapt|learn learnt|leave left|lend lent|light lit|lose lost|make made|mean meant|meet met
pay paid|prove proven|ride rode ridden|ring rang rung|rise rose risen|run ran|say said|see saw seen|seek sought
sell sold|send sent|sew sewn|shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk
sing sang sung|sink sank sunk|sit sat|sleep slept|slide slid|speak spoke spoken|spell spelt|spend spent|spill spilt
spin spun|spring sprang sprung|stand stood|steal stole stolen|stick stuck|sting stung|strike struck stricken
strive strove striven|swear swore sworn|sweep swept|swim swam swum|swing swung|take took taken|teach taught
tear tore torn|tell told|think thought|throw threw thrown|understand understood|undertake undertook undertaken
undo undid undone|wake woke woken|wear wore worn|weave wove woven|weep wept|win won|wind wound
withdraw withdrew withdrawn|write wrote written|child children|man men|woman women|person people|foot feet
tooth teeth|goose geese|mouse mice|wife wives|wolf wolves|knife knives|half halves|shelf shelves|thief thieves
loaf loaves|calf calves|ox oxen|crisis crises|thesis theses|analysis analyses|hypothesis hypotheses
phenomenon phenomena|criterion criteria|datum data|medium media|bacterium bacteria|fungus fungi|cactus cacti
nucleus nuclei|stimulus stimuli|good better best|bad worse worst
"""
IRREGULAR = {
    form: base
    for base, *forms in (entry.split() for line in _IRREGULAR.strip().splitlines() for entry in line.split("|"))
    for form in forms
}

_BEFORE_ISE = "(?<=[a-z]{2}[ldgns])|(?<=[a-z][aeo]r)|(?<=[a-z][aeiou]t)|(?<=[a-z]i[cm])|(?<=[dnt]om)"
# British spelling: American. Both sides of a search go through it, so a word that it alters needlessly ("contor") is
# still found. It keeps away from words whose relatives it would part: "precise" from "precisely".
_BRITISH = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"^a(?=e[st][a-z]{3})|(?<=[b-z])a(?=e[a-z])", ""),  # aetiology, leukaemia, haemoglobin
        (r"^o(?=e[ds][a-z]{3})|(?<=[hmn])o(?=e[ab])|(?<=^f)o(?=et)", ""),  # oestrogen, oedema, diarrhoea, foetus
        (r"(?<=[a-z]{2})our(?=(?:s|ed|ing|ite|ites|al|able|ably|less|ful|ally)?$)", "or"),  # behaviour, tumours
        # realise, summarised, digitising, minimise, randomisation
        (rf"(?:{_BEFORE_ISE})is(?=(?:e|ed|es|ing|ation|ations|er|ers)$)", "iz"),
        (r"(?<=l)ys(?=(?:e|ed|es|ing|er|ers)$)", "yz"),  # analyse, catalysing
        (r"(?<=[a-z]{2}[bt])re(?=s?$)", "er"),  # fibre, centres
        (r"(?<=[a-z]{2})ogue(?=s?$)", "og"),  # analogue
    )
)
_BRITISH_FROM = 5  # letters: shorter words ("four", "here") are not touched


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text in order, lowercased, without a possessive "'s", each with its character range."""
    for match in _WORD.finditer(text):
        word = match.group().lower().replace("’", "'")
        word = word.removesuffix("'s")
        yield word, match.start(), match.end()


@lru_cache(maxsize=65536)
def term(word: str) -> str | None:
    """The search term of one lowercased word; None for a stop word."""
    if word in STOP_WORDS or word.split("'", maxsplit=1)[0] in STOP_WORDS:
        return None
    plain = (
        "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        if not word.isascii()
        else word
    )
    base = IRREGULAR[plain] if plain in IRREGULAR else american(plain)
    stem: str = _stemmer().stemWord(base) if base.isascii() else base
    return stem.replace("'", "") or None


def american(word: str) -> str:
    """The American spelling of a lowercased word; other words as they are, or altered alike wherever they stand."""
    if len(word) < _BRITISH_FROM:
        return word
    for pattern, spelling in _BRITISH:
        word = pattern.sub(spelling, word)
    return word


@cache
def _stemmer() -> Any:
    import Stemmer  # PyStemmer: the Snowball project's own C code

    return Stemmer.Stemmer("english")
