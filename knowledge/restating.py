"""A question and its right answer as one sentence: "Who wrote it?" and "It is Sagan." give "Sagan wrote it."

A small model answers from a statement, but copies what stands beside a question. What is asked in no known form stays a
question with its answer behind it.
"""

from __future__ import annotations

import re

_LEAD = re.compile(
    r"^(?:(?:no|actually|well),? )?(?:it|that|this|he|she|they)(?:['’]s|['’]re| is| was| are| were) "
    r"|^(?:그건|그게|정답은|답은) ",
    re.IGNORECASE,
)
_OF_SOMETHING = r"(?:the|my|our|your|his|her|their|its) .+|.+['’]s .+"
_ENGLISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), sentence)
    for pattern, sentence in (
        (
            rf"(?:who|what|which \w+|where|when) (is|was|are|were) ({_OF_SOMETHING})",
            r"\2 \1 {}",
        ),
        (r"what (\w+) (is|was|are|were) (.+)", r"the \1 of \3 \2 {}"),
        (r"(?:in|on|at) (?:what|which) \w+ (is|was|are|were) (.+?) (\w+)", r"\2 \1 \3 in {}"),
        (r"where (is|was|are|were) (.+?) (born|made|built|held|buried)", r"\2 \1 \3 in {}"),
        (
            r"who (wrote|directed|made|painted|composed|produced|invented|discovered|founded|built|won|sang|said) (.+)",
            r"{} \1 \2",
        ),
        (r"(?:who|what|where|when) (is|was|are|were) (.+)", r"\2 \1 {}"),
        (r"what does (.+?) do for a living", r"\1 is {}"),
    )
)
_KOREAN = re.compile(
    r"(?P<about>.+?)(?P<mark>[은는이가])\s*(?:누구|뭐|뭔|무엇|무슨 \S+|어디|언제|몇 ?\S+|얼마)\S*(?:\s*\S{1,4})?"
)
_TOPIC = {"이": "은", "가": "는"}
_ENDED = re.compile(r"(?:다|야|요|음|임|까|지)$")


def restated(question: str, right: str) -> str | None:
    """The statement; None where the question has no known form, or the answer is a sentence of its own."""
    asked = " ".join(question.split()).rstrip("?？ .!")
    value = _LEAD.sub("", " ".join(right.split())).rstrip(" .!")
    if not value or re.search(r"[.!?]\s", value):
        return None
    for pattern, sentence in _ENGLISH:
        if found := pattern.fullmatch(asked):
            said = found.expand(sentence).replace("{}", value)
            return f"{said[0].upper()}{said[1:]}."
    if found := _KOREAN.fullmatch(asked):
        mark = _TOPIC.get(found["mark"], found["mark"])
        return f"{found['about']}{mark} {value}{'' if _ENDED.search(value) else _copula(value)}."
    return None


def _copula(value: str) -> str:
    """-이다 or -다, by whether the last syllable ends in a consonant."""
    last = value[-1]
    return "이다" if not "가" <= last <= "힣" or (ord(last) - ord("가")) % 28 else "다"
