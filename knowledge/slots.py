"""Which facts a question about the user asks for, by their slots: "where do I live?" wants "user|lives in", whatever
words the fact has ("I moved to Busan").

Only whole questions of known forms are read, in English and Korean. Others find facts by words and meaning, as ever.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

ASKED_FOR = 1.0  # what such a fact's score gains: as much as the best leg gives
MOST = 12  # facts that one question is given


@dataclass(frozen=True, slots=True)
class Wanted:
    """Facts in slots that fit `slot` (a GLOB pattern); with `word`, those that hold it."""

    slot: str
    word: str = ""


def asked_for(db: sqlite3.Connection, question: str) -> list[int]:
    """The kept facts that the question asks for, the newest first; whether they hold, or may be seen, is not looked at."""
    found: dict[int, float] = {}
    for wanted in slots_asked(question):
        rows = db.execute(
            "SELECT id, valid_from FROM facts WHERE state = 'kept' AND slot GLOB ? AND instr(lower(text), ?)"
            " ORDER BY valid_from DESC LIMIT ?",
            (wanted.slot, wanted.word, MOST),
        )
        found |= {row["id"]: row["valid_from"] for row in rows}
    return sorted(found, key=lambda id: -found[id])[:MOST]


def slots_asked(question: str) -> list[Wanted]:
    """What the question asks for; nothing where it is of no known form."""
    plain = " ".join(question.replace("’", "'").split()).strip(" .!~ㅎㅋ?？")
    for form, wanted in _KOREAN if re.search(r"[가-힣]", plain) else _ENGLISH:
        if (match := form.match(plain)) is not None:
            return list(dict.fromkeys(wanted(match)))
    return []


Reading = Callable[[re.Match[str]], Iterator[Wanted]]


def _slots(*slots: str) -> Reading:
    return lambda match: (Wanted(f"user|{slot}") for slot in slots)


def _quoted(text: str) -> str:
    """Text in a GLOB pattern that means itself."""
    return re.sub(r"([*?\[])", r"[\1]", text.strip().lower())


# ---------------------------------------------------------------- English

_PETS = "dog|puppy|pup|cat|kitten|parrot|hamster|rabbit|horse|turtle|snake|ferret|hedgehog|bird|fish|pet"
_KNOWN = {
    **dict.fromkeys(("name", "full name", "first name"), ("name", "called")),
    **dict.fromkeys(
        ("phone number", "phone", "number", "mobile number", "telephone number", "cell number"), ("phone",)
    ),
    **dict.fromkeys(("email", "e-mail", "email address", "e-mail address"), ("email",)),
    **dict.fromkeys(("job", "occupation", "profession", "work"), ("works as", "works at")),
    **dict.fromkeys(("employer", "company", "workplace"), ("works at",)),
    **dict.fromkeys(
        ("wife", "husband", "girlfriend", "boyfriend", "partner", "spouse", "fiancé", "fiancée"), ("partner",)
    ),
    **dict.fromkeys(("address", "home address"), ("address", "lives in", "home")),
    **dict.fromkeys(("home", "city", "town", "hometown"), ("lives in", "home", "from")),
    **dict.fromkeys(("school", "university", "college"), ("studies at",)),
    **dict.fromkeys(("hobby", "hobbies", "sport"), ("does|*",)),
    **dict.fromkeys(("car",), ("owns|car", "owns|* car", "number|car*")),
    **dict.fromkeys(("wedding anniversary", "anniversary"), ("anniversary",)),
}


def _mine(match: re.Match[str]) -> Iterator[Wanted]:
    what = re.sub(r"^(?:old|previous|former|current|new|last|first|ex|own)[ -]+", "", match["what"].lower()).strip()
    what = re.sub(r"\s+(?:called|named|again|before.*|originally|previously|now|these days|due)$", "", what)
    whose, of, part = what.partition("'s ")
    if of:
        whose, part = _quoted(whose), _quoted(part)
        if part in ("name", "first name"):
            yield from _named(whose)
        else:
            yield from (Wanted(f"user|{whose}|{part}"), Wanted(f"{whose}|{part}"))
    elif (favourite := re.match(r"favou?rite (?P<of>.+)", what)) is not None:
        yield Wanted(f"user|favourite|{_quoted(favourite['of'])}")
    elif what in _KNOWN:
        yield from (Wanted(f"user|{slot}") for slot in _KNOWN[what])
    else:
        thing = _quoted(what)
        yield from _named(thing)
        yield from (Wanted(f"user|{slot}") for slot in (thing, f"number|{thing}", f"aim|{thing}", f"has|{thing}"))
        yield from (Wanted(f"user|{slot}") for slot in (f"plan|*{thing}*", f"deadline|*{thing}*"))


def _named(who: str) -> Iterator[Wanted]:
    if re.fullmatch(_PETS, who):
        yield Wanted("user|pet|*", "" if who == "pet" else who)
    elif who in _KNOWN:
        yield from (Wanted(f"user|{slot}") for slot in _KNOWN[who])
    else:
        yield from (Wanted(f"user|{who}|name"), Wanted(f"user|{who}|name|*"))


def _liked(match: re.Match[str]) -> Iterator[Wanted]:
    yield from (Wanted(f"user|likes|{_quoted(match['what'])}"), Wanted(f"user|prefers|*{_quoted(match['what'])}*"))


_ASKING = r"(?:(?:do you (?:still )?(?:know|remember)|can you tell me|could you tell me|please tell me|tell me|remind me|hey|so|and|ok|now),? )*"
_WHEN = r"(?: (?:before|now|today|currently|these days|at the moment|again|back then|previously|originally|last year|in the past|nowadays|then|ago|in \d{4}|before that|earlier|until.*|before .*))*"
_ENGLISH: tuple[tuple[re.Pattern[str], Reading], ...] = tuple(
    (re.compile(f"{_ASKING}(?:{form}){_WHEN}$", re.IGNORECASE), wanted)
    for form, wanted in (
        (
            r"where (?:(?:do|did) (?:i|we) (?:currently |now |still |use to )?live|(?:i|we) (?:used to )?lived?|am i living|was i living|did i move(?: to)?|is my (?:home|house|flat|apartment))(?: in| at)?",
            _slots("lives in", "home", "address"),
        ),
        (r"(?:what|which) (?:city|town|country|place) (?:do|did) (?:i|we) live(?: in)?", _slots("lives in", "home")),
        (
            r"where (?:(?:do|did) i (?:currently |now |use to )?work|am i working|was i working)(?: for| at)?|who (?:do|did) i work for|(?:what|which) company (?:do|did) i work (?:for|at)|who is my employer|for whom (?:do|did) i work",
            _slots("works at"),
        ),
        (r"what (?:do|did) i do(?: for (?:a living|work))?|what (?:do|did) i work as", _slots("works as", "works at")),
        (r"where (?:am|was) i from|where did i grow up|where was i (?:born|raised)", _slots("from")),
        (r"when was i born", _slots("birthday", "from")),
        (r"how old (?:am|was) i", _slots("age")),
        (r"who am i|what(?:'s| is) my name|what should you call me|what do you call me", _slots("name", "called")),
        (
            r"(?:am i|was i) (?:married|engaged|single)|who am i (?:with|dating|married to)",
            _slots("partner", "marriage"),
        ),
        (
            r"what (?:am|was) i (?:studying|learning)|what (?:do|did) i study|(?:what|which) (?:\w+ )?(?:am|was) i (?:studying|learning)(?: to play)?",
            _slots("studies|*"),
        ),
        (
            r"where (?:do|did) i (?:study|go to (?:school|university|college))|(?:what|which) (?:school|university|college) (?:do|did) i (?:go to|attend)",
            _slots("studies at"),
        ),
        (r"(?:what|which) languages? (?:do|can|did) i speak", _slots("speaks")),
        (
            r"what (?:do|did) i drive|(?:what|which) (?:kind of )?car (?:do|did) i (?:drive|have|own)",
            _slots("owns|car", "owns|* car"),
        ),
        (
            r"(?:what|which) (?:sports?|instruments?|games?) (?:do|did) i (?:play|do)|what are my hobbies|what do i do (?:on|every|at) \w+",
            _slots("does|*"),
        ),
        (r"what (?:are|were) my pets(?: called)?|do i have (?:any )?pets", _slots("pet|*")),
        (r"(?:do|did) i (?:still |really |even )?(?:like|love|hate|drink|eat|enjoy) (?P<what>[\w' -]+?)", _liked),
        (r"when (?:is|are|was|were) (?:the|my|our) (?P<what>[\w' -]+?)(?: due)?", _mine),
        (r"(?:what|who|where|when|which)(?:'s| is| are| was| were| used to be) (?:my|our) (?P<what>[\w' -]+?)", _mine),
        (r"what did (?:my|our) (?P<what>[\w' -]+?) use to be", _mine),
    )
)

# ---------------------------------------------------------------- Korean

_KOREAN_PETS = "강아지|고양이|개|햄스터|토끼|앵무새|거북이|물고기|고슴도치"
_ASKS = r"(?:이|가|은|는|을|를|도)?\s?(?:원래\s|다시\s|지금\s|요즘\s|이제\s|그때\s)*(?:뭐|뭔지|무엇|누구|언제|어디|어때|몇|얼마|어떻게|알아|기억|말해|알려)?.{0,12}"
_MY = r"(?:(?:내|제|나의|저의|우리|나|저|내가|제가|나는|저는|난|전)\s)?(?:(?:지금|현재|요즘|이제|예전에?|이전에?|이전|전에|옛날에?|원래|전|옛|작년에?|그때|혹시)\s)*(?:내\s|제\s|우리\s)?(?:(?:예전|이전|옛|전|지금|현재)\s)?"


def _korean_name(match: re.Match[str]) -> Iterator[Wanted]:
    who = match["who"].replace(" ", "")
    if re.fullmatch(_KOREAN_PETS, who):
        yield Wanted("user|pet|*", who)
    elif re.fullmatch(r"남편|아내|와이프|여자친구|남자친구|여친|남친|애인", who):
        yield Wanted("user|partner")
    else:
        yield from (Wanted(f"user|{_quoted(who)}|이름"), Wanted(f"user|{_quoted(who)}|*"))


def _korean_birthday(match: re.Match[str]) -> Iterator[Wanted]:
    who = (match["who"] or "").replace(" ", "")
    yield Wanted(f"user|{_quoted(who)}|생일" if who else "user|birthday")


def _korean_of(*slots: str) -> Reading:
    return lambda match: (Wanted(f"user|{slot.replace('{}', _quoted(match['what']))}") for slot in slots)


_KOREAN: tuple[tuple[re.Pattern[str], Reading], ...] = tuple(
    (re.compile(f"^{_MY}{form}$"), wanted)
    for form, wanted in (
        (r"(?:이름|성함)" + _ASKS, _slots("name", "called")),
        (rf"(?P<who>(?!제일|가장|좋아)\S+?(?:\s친구)?)\s?(?:의\s)?(?:이름|성함){_ASKS}", _korean_name),
        (rf"(?:(?P<who>(?!제일|가장)\S+?)\s)?(?:의\s)?(?:생일|생신){_ASKS}", _korean_birthday),
        (r"(?:결혼\s?)?기념일" + _ASKS, _slots("anniversary")),
        (
            r"(?:어디(?:에|서|에서)?\s?(?:살|사는|사나|거주|이사)|사는\s?곳|집이?\s?어디|어느\s?(?:동네|도시|지역)에\s?(?:살|사)).{0,10}",
            _slots("lives in", "home", "address"),
        ),
        (r"(?:집\s?)?주소" + _ASKS, _slots("address", "lives in", "home")),
        (
            r"(?:어느\s?(?:회사|직장)|어디(?:에|에서|서)?\s?(?:다니|다녔|다녀|일하|일했|일해|근무)|무슨\s?회사).{0,12}",
            _slots("works at"),
        ),
        (r"(?:직장|회사)" + _ASKS, _slots("works at")),
        (r"(?:직업" + _ASKS + r"|무슨\s?일(?:을)?\s?(?:하|해|했).{0,6})", _slots("works as", "works at")),
        (r"(?:고향" + _ASKS + r"|어디\s?(?:출신|에서\s?태어|서\s?태어|에서\s?자랐).{0,8})", _slots("from")),
        (r"(?:나이" + _ASKS + r"|몇\s?(?:살|세).{0,8})", _slots("age")),
        (
            r"(?:(?:제일|가장)\s)?(?:좋아하는|좋아하던|좋아했던)\s(?P<what>\S+?)(?:이|가|은|는)\s?(?:뭐|무엇|누구|어떤|뭔|뭘).{0,10}",
            _korean_of("favourite|{}"),
        ),
        (r"(?:(?:휴대폰|핸드폰|전화|폰)\s?번호|연락처)" + _ASKS, _slots("phone")),
        (r"(?:이메일|메일)(?:\s?주소)?" + _ASKS, _slots("email")),
        (r"(?:취미" + _ASKS + r"|무슨\s?운동.{0,10})", _slots("does|*")),
        (r"(?:무슨\s차.{0,10}|(?:타던\s|타는\s)?차" + _ASKS + ")", _slots("owns|차", "owns|* 차")),
        (
            r"(?:전공"
            + _ASKS
            + r"|(?:무슨|어떤)\s(?:언어|공부|악기|걸|것).{0,3}\s(?:배우|배웠|공부).{0,10}|(?:뭘|무엇을|뭐)\s?(?:배우|공부).{0,10})",
            _slots("studies|*"),
        ),
        (r"(?P<what>꿈|목표|소원)" + _ASKS, _korean_of("aim|{}")),
        (r"(?P<what>\S+(?:\s\S+)?)\s?(?:마감일?|제출일?|기한)" + _ASKS, _korean_of("deadline|{}")),
        (
            r"(?P<what>\S+\s?(?:예약|약속|시험|면접|회의|수술|발표|미팅|여행|출장|검진|결혼식))(?:이|은|는|가)?\s?(?:원래\s)?언제.{0,8}",
            _korean_of("plan|*{}*"),
        ),
        (r"(?P<what>\S*\s?(?:사이즈|번호|사번|학번|혈액형|MBTI|키))" + _ASKS, _korean_of("number|{}")),
        (
            r"(?P<what>\S+(?:\s\S+)?)(?:을|를)?\s(?:좋아하|싫어하|좋아해|싫어해|마시|먹)(?:나|니|지|냐|던가|는지).{0,6}",
            _korean_of("likes|{}"),
        ),
        (
            r"(?P<who>엄마|아빠|어머니|아버지|부모님|누나|언니|형|오빠|여동생|남동생|동생|딸|아들|남편|아내|상사|팀장님|친구|룸메이트|집주인)(?:은|는|이|가)?\s?(?:지금\s)?(?:어디|뭐|무슨|누구).{0,12}",
            _korean_name,
        ),
    )
)
