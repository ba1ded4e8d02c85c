"""Whether a prompt asks for something that a memory could hold: a question, no task and no small talk.

A rule of thumb by words, in English and Korean. It decides whether little evidence is enough for recall, and whether an
answer says that nothing was found.
"""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"\?|？|^(?:who|what|when|where|which|whose|why|how|did|does|do|is|are|was|were|has|have|had|can|will|should)\b"
    r"|\b(?:tell|show|remind) me\b.*\b(?:my|our|i|we)\b|\b(?:find|look up|search)\b.*\b(?:my|our|i|we)\b"
    r"|(?:뭐|무엇|누구|언제|어디|얼마|몇|어느|왜|어떻게).*(?:지|야|요|까|나|니|냐|어|가)?[.!]?$"
    r"|(?:내|제|나의|저의|우리).*(?:알려|찾아|말해|보여)\s?(?:줘|주)|(?:알려|찾아)\s?(?:줘|주)|궁금",
    re.IGNORECASE,
)
_TASK = re.compile(
    r"^(?:please )?(?:(?:can|could|would|will) you )?(?:please )?(?:write|translate|rewrite|draft|make|create|generate"
    r"|give me|tell me (?:a|another) |sing|count|sort|convert|explain|fix|turn|list|continue|say|calculate|compute"
    r"|summari[sz]e|code|imagine)\b"
    r"|\bwhat (?:does|is) .*\bmean(?:ing of)?\b|\brhymes?\b|\b(?:syno|anto)nyms?\b|\bspell\b|\btranslat"
    r"|\d\s*(?:[+*×÷=]|\s[-/]\s|times|plus|minus|divided)\s*\d"
    r"|\b(?:how|who|what) are you\b|^are you\b|\bdo you (?:like|feel|think|know|have|speak)\b|^what can you\b"
    r"|(?:써|지어|만들어|번역해|고쳐|바꿔|불러|세어|정렬해|요약해|계산해)\s?(?:줘|주|봐)|해\s줘[.!:]?$|말해 줘"
    r"|뜻이|무슨 뜻|비슷한 말|반대말|맞춤법|곱하기|더하기|나누기|빼기|섭씨|화씨|영어로|한국어로"
    r"|^(?:너|넌|당신|거기)(?=\s|는|도)"
    r"|^(?:잘|뭐) (?:지내|해)",
    re.IGNORECASE,
)
_LEAST_LETTERS = 6


def asks(prompt: str) -> bool:
    """Whether the prompt wants to know something that could stand in a memory."""
    plain = prompt.strip()
    letters = sum(2 if letter > "\u1100" else 1 for letter in plain if letter.isalpha())
    return letters >= _LEAST_LETTERS and bool(_ASKS.search(plain)) and not _TASK.search(plain)
