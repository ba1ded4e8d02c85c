"""What kind of prompt it is: small talk, a task, a question about the user and their world, or about the world.

Rules of thumb by words, in English and Korean, measured on a hundred prompts labelled by hand before there were rules
(`tests/knowledge/prompt_kinds.json`). They decide whether little evidence is enough for recall, how much is recalled
(`deciding.py`), and whether an answer says that nothing was found.
"""

from __future__ import annotations

import re

from knowledge.messages import PromptKind
from knowledge.words import HANGUL

_ASKS = re.compile(
    r"\?|？|^(?:who|what|when|where|which|whose|why|how|did|does|do|is|are|was|were|has|have|had|can|will|should)\b"
    r"|^(?:please )?(?:tell|show|remind) me (?:about|who|what|when|where|which|why|how|of)\b"
    r"|\b(?:tell|show|remind) me\b.*\b(?:my|our|i|we)\b|\b(?:find|look up|search)\b.*\b(?:my|our|i|we)\b"
    r"|(?:뭐|무엇|누구|언제|어디|얼마|몇|어느|왜|어떻게).*(?:지|야|요|까|나|니|냐|어|가)?[.!]?$"
    r"|(?:내|제|나의|저의|우리).*(?:알려|찾아|말해|보여)\s?(?:줘|주)|(?:알려|찾아)\s?(?:줘|주)|궁금|알고 싶",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"^(?:please )?(?:(?:can|could|would|will) you )?(?:please )?(?:write|translate|rewrite|draft|make|create|generate"
    r"|give me|tell me (?:a|another) |sing|count|sort|convert|explain|fix|turn|list|continue|say|calculate|compute"
    r"|summari[sz]e|code|imagine|pick|choose|shorten|rephrase|rewrite|paraphrase|correct|improve|compose|describe"
    r"|suggest|recommend|invent|act|pretend|reply|repeat|go on|format|proofread|check|spell|define|add|help me)\b"
    r"|\bwhat does (?:the word .*|\S+) mean\b|\bwhat is the meaning of (?:the word)?\b"
    r"|\brhymes? with\b|\b(?:syno|anto)nyms?\b|\btranslate\b.+\bto\b"
    r"|\bhow (?:do|would|can) (?:you|i) (?:say|spell|write|pronounce)\b"
    r"|\d\s*(?:[+*×÷=]|\s[-/]\s|times|plus|minus|divided by|over)\s*\d"
    r"|(?:써|지어|만들어|번역해|고쳐|바꿔|불러|세어|정렬해|요약해|계산해|줄여|골라|짜|정리해|추천해|설명해|묘사해|다듬어"
    r"|작성해|그려|지워|채워|늘려|옮겨|풀어|이어)\s?(?:줘|주|봐|줄래)|해\s줘[.!:]?$|말해 줘|^계속"
    r"|뜻이|무슨 뜻|비슷한 말|반대말|맞춤법|띄어쓰기|곱하기|더하기|나누기|빼기|섭씨|화씨|영어로|한국어로"
    r"|\d\s?(?:마일|킬로|미터|인치|피트|파운드|온스|도|평|그램)\S*\s.*(?:몇|얼마)",
    re.IGNORECASE,
)
# Said to the assistant, of it, or of nothing.
_CHAT = re.compile(
    r"\b(?:how|who|what) are you\b|^are you\b|\bdo you (?:like|feel|think|know|have|speak|want|love|dream)\b"
    r"|^what can you\b|^you(?:'re|’re| are)\b|^what['’]?s up\b|, what['’]?s up\b|\bhow(?:['’]s| is| has| was) your\b"
    r"|^(?:good )?(?:morning|afternoon|evening|night)\b|^(?:see|talk to) you\b|\bnice to meet\b|^no worries\b"
    r"|^(?:너|넌|네가|당신|거기)(?=\s|는|도|은)|^(?:잘|뭐) (?:지내|해|자|가|있)|심심|놀아 줘|^ㅋ|^ㅎ"
    r"|^(?!.*\?).*\b(?:thanks|thank you)\b|^(?:that|this|it)(?:['’]s| is| was)\b[^?]*"
    r"\b(?:great|good|nice|funny|helpful|cool|all)\b"
    r"|고마워|고맙|감사(?:해|합|드)|^(?:오늘 )?(?:하루|기분)\S*\s?(?:어땠|어때|어떠)",
    re.IGNORECASE,
)
# The user, and what is theirs; "tell me" and "give me" are about nobody. Capitals within a sentence are a title's.
_MINE = re.compile(
    r"(?<![Tt]ell )(?<![Gg]ive )(?<![Ss]how )(?<!for )(?<![Hh]elp )(?<![Ss]ing )\bme\b|(?:^|[.!?]\s+)(?:My|Our|We)\b"
    r"|\b(?:my|mine|our|ours|myself|we|us)\b"
    r"|\b(?:[Dd]id|do|was|[Aa]m|were|have|had|should|will|can|could|would) [Ii] [a-z]"
    r"|\b[Ii] (?!love you|hate you|like you)[a-z]+"
    r"|\b[Ii]['’](?:ve|d)\b|\b(?:[Mm]um|[Mm]om|mommy|[Dd]ad|grandma|grandpa)\b(?!:)"
    r"|(?<![가-힣])(?:내|제|나의|저의|나|난|나는|나도|저는|저도|제가|내가|나를|나한테|나에게|우리|우리의|저희|울)(?=\s)"
    r"|(?<![가-힣])(?:엄마|아빠|할머니|할아버지|언니|오빠|누나|형)(?=[가는의한랑께이\s])"
    r"|(?<![가-힣])우리[가는집]|(?:려고|다고|자고|기로) (?:했|하였)"
)
# What stands in the prompt itself to be worked on: "Fix the grammar: she don't likes apples."
_GIVEN = re.compile(r":\s+\S.*$|[\"“”].*[\"“”]|(?<!\w)['‘][^'‘’]+['’](?!\w)", re.DOTALL)
# A task that tells of something, which may stand in the memory.
_TELLS = re.compile(
    r"\b(?:explain|summari[sz]e|describe|list|define|compare|outline)\b|(?:설명|요약|정리|비교|계산)(?:해|하)",
    re.IGNORECASE,
)
# The answer that was just given, not the memory.
_JUST_NOW = re.compile(
    r"\b(?:your|the) (?:last|previous) (?:answer|reply|message|response)\b"
    r"|\b(?:that|it|this) (?:again|sound|shorter|longer)\b"
    r"|^(?:again|shorter|longer|more|continue|go on)\b|^(?:다시|더 |계속|또)|(?:방금|아까) (?:답|말|쓴)",
    re.IGNORECASE,
)
_LEAST_LETTERS = 6
_LEAST_WORDS = (5, 4)  # of a statement that is more than small talk: English, Korean


def prompt_kind(prompt: str) -> PromptKind:
    """The kind of a prompt by its words alone. A short statement counts as small talk."""
    plain = prompt.strip()
    if is_small_talk(plain):
        return "chat"
    if _TASK.search(plain):
        return "task"
    if not _ASKS.search(plain) and len(plain.split()) < _LEAST_WORDS[bool(HANGUL.search(plain))]:
        return "chat"
    return "about_user" if is_personal(plain) else "about_world"


def is_small_talk(prompt: str) -> bool:
    """Whether a prompt is small talk for sure; other short statements may be what one types into a search."""
    return _letters(prompt) < _LEAST_LETTERS or bool(_CHAT.search(prompt.strip()))


def is_personal(prompt: str) -> bool:
    """Whether a prompt speaks of the user and of what is theirs, besides a text that it brings along."""
    return bool(_MINE.search(_GIVEN.sub(" ", prompt)))


def is_on_itself(prompt: str) -> bool:
    """Whether a task is about the talk so far ("say that again, shorter"), which stands in the prompt anyway."""
    return bool(_JUST_NOW.search(prompt.strip()))


def is_telling(prompt: str) -> bool:
    """Whether a task is to tell of something, and brings along no text of its own."""
    return bool(_TELLS.search(prompt)) and not _GIVEN.search(prompt)


def instruction(prompt: str) -> str:
    """A task without the text that it is to be done on."""
    return _GIVEN.sub(" ", prompt)


def asks(prompt: str) -> bool:
    """Whether the prompt wants to know something that could stand in a memory."""
    plain = prompt.strip()
    return bool(_ASKS.search(plain)) and prompt_kind(plain) in ("about_user", "about_world")


def _letters(text: str) -> int:
    """A syllable of Hangul counts as two letters."""
    return sum(2 if letter > "\u1100" else 1 for letter in text if letter.isalpha())
