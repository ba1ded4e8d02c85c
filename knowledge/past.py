"""Whether a question asks about how things were: "where did I live before", "작년에는 어디 살았지".

What has been superseded is recalled for such a question alone. A past tense by itself is not enough ("when did I move
to Busan?" asks about what holds now): a word must set then against now. English and Korean.
"""

from __future__ import annotations

import re

_ENGLISH = re.compile(
    r"\b(?:used to|previous(?:ly)?|former(?:ly)?|earlier|in the past|back then|at that time|at the time|originally"
    r"|once (?:live|work|own|like|study|date)|long ago|no longer|any ?more|prior to|ex[- ](?:wife|husband|girlfriend"
    r"|boyfriend|partner|boss|job|employer))\b"
    r"|\b(?:old|last|prior|past|first)\s+(?:\w+\s+)?(?:address|home|house|flat|apartment|city|town|place|job|employer|boss|work|workplace"
    r"|company|name|number|phone|car|school|team|partner|girlfriend|boyfriend|husband|wife|roommate|doctor|favou?rites?)\b"
    r"|\b(?:before|until|till|ago|back in)\b"
    r"|\b(?:last|the previous) (?:year|month|week|spring|summer|autumn|fall|winter|time)\b"
    r"|\b(?:did|was|were|had)\b.*\b(?:in|on|during|since|around|by) (?:(?:early|late|mid)[- ]?)?(?:(?:19|20)\d\d|january|february|march"
    r"|april|may|june|july|august|september|october|november|december|spring|summer|autumn|fall|winter|the)\b"
    r"|\b(?:history|changed?|over time|over the years|ever (?:live|work|own|have|had))\b"
    r"|\bwhere (?:all )?have i lived\b|\bdid i (?:\w+ )?(?:live|work|own|drive|use|like|love|hate|prefer|have|study|go by)\b"
    r"|\bwhat (?:was|were) my\b|\bwho (?:was|were) my\b|\bwhere (?:was|were) (?:i|my)\b|\bwhich \w+ did i (?:use|own|have|drive)\b",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"예전|옛날|이전|과거|당시|그때|전에|원래|한때|처음에|지난\s?(?:해|번|달|주|봄|여름|가을|겨울|년)|작년|재작년|그저께|어제|엊그제"
    r"|\d+\s*(?:년|달|개월|주|일)\s*전|(?:전|옛)\s?(?:직장|회사|집|주소|남편|아내|여자\s?친구|남자\s?친구|여친|남친|상사|번호)"
    r"|바뀌기|바꾸기|이사하기|이사\s?오기|그만두기|옮기기|더\s?이상|변해\s?왔|바뀌어\s?왔"
    r"|(?:19|20)\d\d\s*년.*(?:았|었|였|했|갔|왔|던)"
    r"|\d+\s*월.*(?:살았|다녔|했었|였|이었|였었|던)"
    r"|(?:살|다니|다녔|일하|좋아하|쓰|타|키우|사귀|싫어하)던|(?:살았|다녔|일했|좋아했|키웠|사귀었|사귀었었|싫어했|썼|탔)(?:었)?(?:지|어|나|니|더라|던|습니까|어요|죠|는지)"
    r"|(?:이름|직업|직장|회사|주소|번호|취미|차|집)(?:이|은|는|가)?\s?(?:뭐|어디|누구|무엇)?(?:였|이었|었)"
)
_NOW = re.compile(
    r"\b(?:now|nowadays|currently|at present|these days|today|still)\b|지금|현재|요즘|요새|이제", re.IGNORECASE
)
_SET_AGAINST = re.compile(
    r"\b(?:before|used to|previous(?:ly)?|former(?:ly)?|until)\b|예전|이전|전에|옛날|과거|작년", re.IGNORECASE
)


def asks_about_past(query: str) -> bool:
    """Whether what held once, and no longer, may answer the question."""
    if _NOW.search(query) and not _SET_AGAINST.search(query):
        return False
    return bool(_ENGLISH.search(query) or _KOREAN.search(query))
