"""The English forms in which people state facts about themselves: "I live in …", "my sister is called …".

A clause must begin with the speaker ("I", "we", "my", "our") after at most an interjection, so that "she said I …" and
"people like me" are never read. Names and places are known by their capitals.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from knowledge.statement import Statement

SELF = re.compile(r"\b(?:i|i'm|i've|i'll|my|we|we're|we've|our)\b", re.IGNORECASE)

# ---------------------------------------------------------------- what is not the speaker's own statement

_TASK = re.compile(
    r"(?:^|[.!?:\n]\s*)(?:(?:hi|hey|hello|ok|okay|now|please|so|then)\b[,!]?\s*)*(?:(?:can|could|would|will) you (?:please )?|help me (?:to )?|i (?:want|need|would like|'d like) you to )?"
    r"(?:write|draft|compose|translate|rewrite|rephrase|paraphrase|proofread|edit|improve|summari[sz]e|continue|complete|convert|classify"
    r"|analy[sz]e|explain this|fix this|correct (?:this|the|my)|generate|create|invent|make up|say:|repeat|role-?play|let'?s (?:role|play|pretend|imagine|say)"
    r"|pretend|imagine|suppose|assume|act as|act like|you are (?:a|an|the|now)\b|(?-i:You are [A-Z]\w*)|in this (?:story|scene|game|scenario)|tell me a (?:story|joke)|here(?:'s| is) (?:my|the|a) (?:essay|text|email|draft|letter|story|poem|cv|code))\b"
    r"|\b(?:just kidding|kidding|jk|role-?play|fiction(?:al)?|hypothetical(?:ly)?|in character|as a joke|for example|e\.g\.|lyrics|quote)\b",
    re.IGNORECASE,
)
_NOT_STATED = re.compile(
    r"\b(?:if|unless|whether|would|wouldn't|could|might|(?-i:may)|maybe|perhaps|probably|possibly|wish|hope|hoping|suppose|imagine|pretend|used to"
    r"|as a (?:kid|child|teen\w*)|when i was|back (?:then|when|in)|once(?! (?:a|every|per)\b)|almost|nearly|as if|as though|like i'm|dream(?:t|ed) (?:that|about|of)|bet|guess|think(?:ing)? (?:of|about)|considering"
    r"|(?:he|she|they|people|everyone|somebody|someone|\w+) (?:said|says|told|thinks?|claims?|claimed|thought|believes?|asked|insists?)|i'd|we'd|feel like|sort of|kinda|kind of|lol|haha+|should)\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"\?[\s)\"'!]*$|^(?:who|what|when|where|which|whose|why|how|do|does|did|don't|doesn't|didn't|is|are|am|was|were|isn't|aren't|can|could"
    r"|will|would|should|have i|has|had)\b",
    re.IGNORECASE,
)


def is_task(text: str) -> bool:
    """Whether the turn gives words to work on, or plays."""
    return bool(_TASK.search(text))


def is_question(sentence: str) -> bool:
    return bool(_QUESTION.search(sentence))


# ---------------------------------------------------------------- "remember that …"

_TOLD = re.compile(
    r"^(?:(?:hi|hey|ok|okay|also|and|so|please|haema|now|oh|by the way|btw)\b[,!:]?\s*)*(?:(?:can|could|would|will) you (?:please )?|i (?:want|need|would like|'d like) you to |you should )?"
    r"(?:please )?(?:always )?(?:remember|don'?t (?:you )?forget|do not forget|never forget|keep in mind|bear in mind|make a note|take note|note)(?P<that> that|:|,)? (?P<what>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_NOT_TOLD = re.compile(
    r"^(?:when|how|what|who|where|why|which|if|whether|me\b|us\b|you|our (?:talk|chat|conversation)|last|it\b|that\b|this\b|those|the (?:time|day|old|good)|about|anything|to breathe)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"^(?:please )?(?:from now on|from here on|in (?:the )?future|going forward|starting now)[,:]?\s+(?P<rule>.+)$|^(?:please )?(?P<always>always (?:answer|reply|respond|write|use|call|address|speak|give|show)\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_BACK_QUESTION = re.compile(r"^(?:did|do|does|can|will|is|are|what|who|when|where)\b.*\?", re.IGNORECASE)


def told(sentences: list[str]) -> list[Statement] | None:
    """What the user asks to be remembered; None where they ask for nothing of the kind."""
    found: list[Statement] = []
    for sentence in sentences:
        plain = sentence.strip()
        if (match := _TOLD.search(plain)) is not None and not _NOT_TOLD.search(match["what"]):
            if plain.endswith("?") and not match["that"]:
                continue
            what = _tidy(match["what"].rstrip("?"))
            known = list(read(what)) or [Statement(what, "told")]
            found += [Statement(what, "told", one.slot, one.value) for one in known[:1]]
        elif (match := _RULE.search(plain)) is not None and not plain.endswith("?"):
            rule = match["rule"] or match["always"]
            if _CALLED.search(rule) is None and not re.match(r"(?:i|we|my|our)\b", rule, re.IGNORECASE):
                found.append(Statement(_tidy(plain), "told"))
    return found or None


# ---------------------------------------------------------------- corrections

_DENIAL = re.compile(
    r"^(?:(?:no|nope|nah|wrong|incorrect|false|not (?:quite|true|correct|right))(?:[,.!;:—–-]+\s*|$)|(?:that|this|it)(?:'s| is| was) (?:not (?:right|correct|true|quite right)|wrong|incorrect|false|a mistake)[,.!;:—–-]*\s*"
    r"|you(?:'re| are) (?:wrong|mistaken|incorrect)(?: (?:about|on) (?:that|this))?[,.!;:—–-]*\s*|that isn't (?:right|true|correct)[,.!;:—–-]*\s*|you got (?:that|it) wrong[,.!;:—–-]*\s*)+(?:actually,?\s*|in fact,?\s*)?",
    re.IGNORECASE,
)
_ACTUALLY = re.compile(r"^(?:actually|in fact|correction)[,:]\s*(?P<right>.+,\s*not\s+.+)$", re.IGNORECASE)
_SAYS_WHAT = re.compile(
    r"^(?!(?:but|and|so|or|because|it|that|this|there|he|she|they|you|i|we|what|who|thanks?|sorry|nothing|everything)\b)(?P<subject>(?:[\w'’.-]+\s+){0,9}?[\w'’.-]+?)(?:'s|\s+(?:is|are|was|were|has|have|had|means|belongs?|lives?|opened|closed|began|started|ended|died|wrote|won|comes?|came|lies|stands|ends?|flows|contains|uses|used|takes|took|costs?|speaks|spoke|starts?|runs|grows|grew|makes|made|covers|borders))\s+\S",
    re.IGNORECASE,
)
_IT_IS = re.compile(
    r"^(?:it|that|he|she|they)(?:'s|'re| is| are| was| were)\s+(?!(?:fine|ok|okay|all ?right|good|great|nothing|not|enough|cool|wrong|right|true|too|so|very|just|me|you|a (?:joke|pity|shame))\b)\S",
    re.IGNORECASE,
)
_NO_MATTER = re.compile(
    r"^(?:thanks?|that's|it's) (?:fine|ok|okay|all right|alright|good|great|enough)|\b(?:no problem|never mind|thank)",
    re.IGNORECASE,
)


def without_denial(sentence: str) -> str:
    """The sentence without "no," or "that is wrong:" before it."""
    return _DENIAL.sub("", sentence, count=1).strip() or sentence


def is_denial(sentence: str) -> bool:
    """Whether the sentence does nothing but deny: "That is wrong."."""
    match = _DENIAL.match(sentence)
    return match is not None and not sentence[match.end() :].strip(" .!")


def right_instead(sentence: str) -> str | None:
    """What a correction says is right; None where the sentence is none."""
    if (match := _ACTUALLY.match(sentence)) is not None:
        return match["right"]
    if (match := _DENIAL.match(sentence)) is None:
        return None
    rest = sentence[match.end() :].strip()
    if not rest or _NO_MATTER.search(rest) or _NOT_STATED.search(rest):
        return None
    return rest if says_what(rest) or _IT_IS.search(rest) or next(read(rest), None) is not None else None


def says_what(sentence: str) -> bool:
    """Whether the sentence names what it is about."""
    return bool(_SAYS_WHAT.search(sentence))


def subject(sentence: str) -> str:
    match = _SAYS_WHAT.search(sentence)
    return "" if match is None else match["subject"]


# ---------------------------------------------------------------- the forms

_NAME = r"(?-i:[A-Z][\w'’-]*(?:\.? [A-Z][\w'’-]*){0,3})"
_ONE_NAME = r"(?-i:[A-Z][a-z][\w'’-]*)"
_PLACE = r"(?-i:(?:the )?[A-Z][\w'’.-]*(?:(?:,? | (?:of|de|la|upon|am|an der) )[A-Z][\w'’.-]*){0,4})"
_KIN_WORDS = (
    "sister|brother|sibling|mom|mum|mother|dad|father|wife|husband|spouse|partner|girlfriend|boyfriend|fianc[ée]e?|son|daughter|stepson|stepdaughter"
    "|grandmother|grandfather|grandma|grandpa|granny|uncle|aunt|auntie|cousin|niece|nephew|mother-in-law|father-in-law|sister-in-law|brother-in-law"
    "|boss|manager|supervisor|landlord|landlady|roommate|room mate|flatmate|housemate|neighbou?r|best friend|friend|colleague|coworker|co-worker|teacher|professor"
    "|advisor|adviser|mentor|coach|doctor|dentist|accountant|lawyer|grandson|granddaughter|godmother|godfather|assistant|twin"
)
_MANY_KIN = re.compile(
    r"^(?:son|daughter|stepson|stepdaughter|uncle|aunt|auntie|cousin|niece|nephew|neighbou?r|friend|colleague|coworker|co-worker|teacher|professor|grandson|granddaughter|sibling)$",
    re.IGNORECASE,
)
_PARTNERS = re.compile(r"^(?:wife|husband|spouse|partner|girlfriend|boyfriend|fianc[ée]e?)$", re.IGNORECASE)
_KIN = rf"(?:my|our) (?P<of>(?:(?:older|younger|elder|little|big|twin|eldest|oldest|youngest|middle|new|other|first|second|half|step|late|current|dear|beloved) ){{0,2}})(?P<kin>{_KIN_WORDS})"
_PET_WORDS = "dog|puppy|pup|cat|kitten|kitty|parrot|budgie|hamster|guinea pig|rabbit|bunny|horse|pony|goldfish|turtle|tortoise|snake|lizard|gecko|ferret|hedgehog|chicken|canary|rat|mouse|labrador|poodle|corgi|beagle|husky|golden retriever|german shepherd"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DATE = rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? \d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}})?|the \d{{1,2}}(?:st|nd|rd|th)|{_MONTH} \d{{4}})"
_DAY = r"(?:(?:next |this |on |coming )*(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: (?:morning|afternoon|evening|night))?|tomorrow|tonight|(?:next|this coming) (?:week(?:end)?|month|year|spring|summer|autumn|fall|winter)|in (?:\d+|two|three|a few) (?:days|weeks|months))"
_WHEN = rf"(?:(?:on |at |by |in |from |until )?(?:{_DATE}|{_DAY}|{_MONTH})(?: (?:at|from) [\w: .]{{1,12}})?)"
_JOB_WORDS = re.compile(
    r"\b(?:accountant|actor|actress|analyst|architect|artist|assistant|attorney|author|baker|banker|barber|barista|bartender|biologist|bookkeeper|builder|butcher|carpenter|cashier|chef|chemist|cleaner|clerk|coach|composer"
    r"|consultant|contractor|cook|counsell?or|curator|dancer|dentist|designer|developer|director|doctor|driver|economist|editor|electrician|engineer|farmer|firefighter|fireman|florist|gardener|geologist|hairdresser|historian"
    r"|illustrator|instructor|interpreter|janitor|journalist|judge|lawyer|lecturer|librarian|machinist|manager|marketer|mathematician|mechanic|midwife|model|musician|nanny|novelist|nurse|officer|optician|painter|paralegal"
    r"|paramedic|pastor|pharmacist|photographer|physician|physicist|physiotherapist|pianist|pilot|plumber|poet|policeman|policewoman|postdoc|potter|principal|producer|professor|programmer|psychologist|realtor|receptionist"
    r"|researcher|sailor|salesman|salesperson|scientist|sculptor|secretary|singer|social worker|soldier|statistician|student|surgeon|surveyor|tailor|teacher|technician|therapist|tour guide|trainer|translator|tutor|undergraduate"
    r"|vet|veterinarian|violinist|waiter|waitress|welder|writer|freelancer|housewife|stay-at-home (?:mom|mum|dad|parent)|pensioner|retiree|cellist|entrepreneur)$",
    re.IGNORECASE,
)
_BEGINS = (
    r"^(?:(?:well|so|oh|ah|also|and|but|yes|yeah|yep|yup|no|nope|hi|hello|hey|hiya|ok|okay|btw|by the way|actually|anyway|fyi|just so you know|you know|sure|right|thanks|now|nah|wow|aww?|plus|currently|lately|recently|these days|nowadays"
    r"|good (?:morning|evening|afternoon)|as you know|to be honest|honestly|personally|good news|big news|guess what|for the record)\b(?:(?: there| haema)?[,.!:;—–-]+\s*|\s+(?=(?:i|we|my|our|it)\b)))*"
)
_OFTEN = r"(?:(?:really|absolutely|also|just|still|truly|totally|particularly|especially|always|actually|honestly|definitely|genuinely|simply|do|quite|so|very much) )*"
_HEDGE = r"(?:(?:just|recently|finally|actually|already|now|currently|still|also|officially|both|all|temporarily|only|even|happily) )*"


@lru_cache(maxsize=256)
def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


Reading = tuple[str, str] | None
_Form = tuple[re.Pattern[str], Callable[[re.Match[str]], Reading]]


def _kin_slot(match: re.Match[str], what: str = "") -> str:
    kin = match["kin"].lower()
    of = " ".join(word for word in match["of"].lower().split() if word not in {"new", "current", "dear", "beloved"})
    name = f"{of} {kin}".strip()
    if what:
        return f"user|{name}|{what}"
    return "user|partner" if _PARTNERS.match(kin) else f"user|{name}|name"


def _kin_named(match: re.Match[str]) -> Reading:
    name = _called(match["name"])
    if name is None:
        return None
    if _MANY_KIN.match(match["kin"]):
        return f"{_kin_slot(match)}|{name}", "yes"
    return _kin_slot(match), name


_NO_NAMES = re.compile(
    r"^(?:I|I'm|The|A|An|It|This|That|God|Lord|Here|There|My|Your|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|Christmas|Easter|[A-Z][a-z]+(?:ish|ese|ean|ian|ican|istic|ic|ist))\b"
)


def _called(name: str) -> str | None:
    plain = name.strip(" .,!'\"")
    return None if not plain or _NO_NAMES.match(plain) else plain


def _pets(match: re.Match[str]) -> Reading:
    groups = match.groupdict()
    pet = match["pet"].lower()
    name = groups.get("name")
    if name:
        return (f"user|pet|{name}", "yes") if _called(name) else None
    return f"user|pet|{pet}", "yes"


_LIVING = re.compile(
    r"^(?:an? |the )?(?:[\w'-]+ ){0,4}(?:town|city|village|house|apartment|flat|suburbs?|countryside|dorm|dormitory|condo|studio|cottage|farm|neighbou?rhood|island|district|bungalow|houseboat|downtown)\b",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\s+(?:last|this|next|since|for|with|when|because|so|and|but|after|before|now|just|where|which|who|about|around|over|a (?:few|couple)|two|three|four|\d+|in (?:\d+|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|the (?:spring|summer|autumn|fall|winter))|on |at |as |near|right|these|yesterday|today|recently|again|back|to be|together|permanently)\b.*$",
    re.IGNORECASE,
)


_NO_CITY = re.compile(
    r"^(?:peace|fear|hope|denial|harmony|pain|poverty|style|luxury|the|a|an|my|our|your|this|that|it|here|there|tears|another|different|new|next|sin|chaos|bed)\b"
)


def _place(match: re.Match[str]) -> str | None:
    """Where somebody lives or comes from; whoever writes no capitals at all writes cities without them too."""
    place = _UNTIL.sub("", match["place"]).strip(" ,.!")
    if match.string.islower() and len(place.split()) <= 2 and not _NO_CITY.match(place):
        return place
    if re.match(_PLACE + r"(?:$|,)", place) and not _NO_NAMES.match(place.split()[0] + " ."):
        return place
    return place if _LIVING.match(place) and len(place.split()) <= 7 else None


def _home(match: re.Match[str]) -> Reading:
    place = _place(match)
    return None if place is None else ("user|lives in", place)


def _origin(match: re.Match[str]) -> Reading:
    place = _place(match)
    return None if place is None else ("user|from", place)


def _employer(match: re.Match[str]) -> Reading:
    org = re.sub(r"\s+(?:as|in|on|since|for|and|where|now|with|doing|from|full|part)\b.*$", "", match["org"]).strip(
        " ,.!"
    )
    good = re.match(r"(?:the |a |an )?(?:[\w'&-]+ ){0,4}(?-i:[A-Z])?[\w'&.-]+$", org) and (
        re.search(r"[A-Z]", org) or re.match(r"(?:a|an|the) ", org)
    )
    return (
        ("user|works at", org)
        if good and not re.match(r"(?:home|myself|it|night|this|that|them|you)\b", org, re.IGNORECASE)
        else None
    )


def _job(match: re.Match[str]) -> Reading:
    job = re.sub(
        r"\s+(?:at|in|for|by|from|with|and|who|on|these|now|working|specializ|specialis|,).*$", "", match["job"]
    ).strip(" ,.!")
    job = re.sub(r",.*$", "", job)
    return ("user|works as", job) if _JOB_WORDS.search(job) and len(job.split()) <= 5 else None


_NO_OBJECT = re.compile(
    r"^(?:it|its|it's|that|this|these|those|them|they|you|your|yours|u|him|her|his|hers|their|how|what|when|where|why|who|the|all|every|each|everything|anything|nothing|something|someone|being able|my|our|to (?:see|hear|think|know|say|believe|be|imagine"
    r"|help you|thank|add|ask|point|note|share)|seeing|hearing|knowing|having you|talking (?:to|with) you|working with you|watching (?:you|them|him|her|it)|a (?:recipe|list|few|bit|lot|good|copy|suggestion)|some|any|such|both|more|most|one|an? \w+ (?:who|that))\b"
    r"|\b(?:you|your|u|this|that|these|those|it|them|him|idea|photo|pic|picture|here|there)\b|^(?:not|being stuck|being told|being late)\b|^to$",
    re.IGNORECASE,
)
_THING_ENDS = re.compile(
    r"(?:,|;|:| - | – |\(|\s+(?:because|when|whenever|since|so|and|but|which|who|although|though|while|as|even|for|with|except|especially|after|before|these|now|lately|too|any ?more|anymore|at all|very much|so much|a lot|the most|either|if|the best|than)\b).*$",
    re.IGNORECASE,
)


def _thing(words: str, most: int = 6) -> str | None:
    """What a preference is for; None where it names nothing that means something by itself."""
    thing = _THING_ENDS.sub("", words).strip(" .!,'\"")
    if not thing or len(thing.split()) > most or _NO_OBJECT.search(thing):
        return None
    return re.sub(r"^(?:an? |to )", "", thing).lower()


def _liking(value: str) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        words = re.sub(r"^(?:also|too|even) ", "", match["what"], flags=re.IGNORECASE)
        words = re.sub(
            r",? (?:to be honest|honestly|though|itself|too|either|as well)\b", "", words, flags=re.IGNORECASE
        )
        doing = re.match(r"to (?=\w)|(?=\w+ing )", words, re.IGNORECASE)
        if doing is None:
            thing = _thing(words)
        else:
            whole = re.sub(
                r"\s+(?:sometimes|often|too|so much|a lot|very much|(?:and|but|because|when|while|if|so)\b.*|, especially.*)$",
                "",
                words[doing.end() :],
            )
            thing = None if _NO_OBJECT.search(words) else whole.strip(" .!,'\"").lower()
        return None if not thing or len(thing.split()) > 9 else (f"user|likes|{thing}", value)

    return read


def _preferred(match: re.Match[str]) -> Reading:
    one, other = _thing(match["one"]), _thing(match["other"])
    if one is None or other is None:
        return None
    return f"user|prefers|{'/'.join(sorted((one, other)))}", one


def _favourite(match: re.Match[str]) -> Reading:
    what, value = match["what"].lower().strip(), match["value"].strip(" .!,")
    if re.match(r"(?:part|one|thing|bit|this|that)\b", what) or re.match(
        r"(?:the|this|that|these|those|it|when|how|what|to (?:see|hear)|probably|definitely|your|you)\b(?! [A-Z])",
        value,
    ):
        return None
    return f"user|favourite|{what.replace('favorite', 'favourite')}", re.sub(
        r"(?:,|\s+)(?:\s*(?:because|since|and i|but|so|which|he|she|it|they)\b).*$", "", value
    )


def _owned(value: str) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        thing = re.sub(
            r"\s+(?:last|this|from|for|on|at|in|with|to|because|and|so|which|that|yesterday|today|ago|a (?:few|couple|week|month|year)|two|three|\d+ (?:days|weeks|months|years)|when|since|off|online)\b.*$",
            "",
            match["what"],
            flags=re.IGNORECASE,
        )
        thing = re.sub(r"^(?:(?:brand[- ])?new|second-?hand|used|old|own) ", "", thing.strip(" .!,").lower())
        trivial = re.search(
            r"\b(?:ticket|tickets|coffee|lunch|dinner|breakfast|groceries|bread|milk|cake|drink|beer|meal|snack|gift|present|lot|bit|few|card|soul|time|story|idea|it|this|that|them|one|some|flowers?|stuff|things?)\b",
            thing,
        )
        return None if not thing or trivial or len(thing.split()) > 5 else (f"user|owns|{thing}", value)

    return read


def _regular(match: re.Match[str]) -> Reading:
    what = re.sub(
        r"\s+(?:every|each|on|twice|once|in|with|at|for|since|daily|weekly|regularly|after|before|\d).*$",
        "",
        match["what"],
        flags=re.IGNORECASE,
    ).strip(" .,!")
    vague = re.match(r"(?:and|or|\w+ly|so|well|great|good|fine|my best|it)\b", what, re.IGNORECASE)
    return (
        None
        if not what or vague or len(what.split()) > 4 or _NO_OBJECT.search(what)
        else (f"user|does|{what.lower()}", "yes")
    )


def _subject_of_study(match: re.Match[str]) -> Reading:
    what = re.sub(
        r"\s+(?:at|in|on|with|for|since|these|right|now|and|so|because|by|from|lately|currently|every|myself|hard|to)\b.*$",
        "",
        match["what"],
        flags=re.IGNORECASE,
    ).strip(" .,!")
    if (
        not what
        or len(what.split()) > 4
        or re.match(
            r"(?:how|to|that|about|a lot|this|it|these|so|more|hard|what|from|new|some|the|for|his|her|their|your|myself)\b",
            what,
            re.IGNORECASE,
        )
    ):
        return None
    return f"user|studies|{what.lower()}", "yes"


def _constant(slot: str, value: str) -> Callable[[re.Match[str]], Reading]:
    return lambda match: (slot, value)


def _value(slot: str, group: str = "value", most: int = 8) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        value = match[group].strip(" .,!'\"")
        return (slot, value) if value and len(value.split()) <= most else None

    return read


def _of(slot: str) -> Callable[[re.Match[str]], Reading]:
    """A slot named by the group "what"."""
    return lambda match: (f"user|{slot}|{match['what'].lower().strip()}", match["value"].strip(" .,!"))


def _name_is(match: re.Match[str]) -> Reading:
    name = _called(match["name"])
    return None if name is None else ("user|name", name)


def _kin_value(what: str) -> Callable[[re.Match[str]], Reading]:
    return lambda match: (_kin_slot(match, what), match["value"].strip(" .,!"))


def _kin_job(match: re.Match[str]) -> Reading:
    job = match["value"].strip(" .,!")
    return (_kin_slot(match, "works as"), job) if _JOB_WORDS.search(job) else None


def _kin_place(match: re.Match[str]) -> Reading:
    place = _place(match)
    return None if place is None else (_kin_slot(match, "lives in"), place)


_END = r"(?=$|[.,!;]|\s+(?:and|but|who|which|she|he|by the way)\b)"
_FORMS: tuple[_Form, ...] = tuple(
    (_form(_BEGINS + pattern), read)
    for pattern, read in (
        # names
        (rf"my (?:full |real |first |given |actual )?name(?:'s| is) (?P<name>{_NAME}){_END}", _name_is),
        (rf"(?:i'm|i am) (?P<name>{_ONE_NAME}(?: {_ONE_NAME})?),? (?:by the way|btw|nice to meet you)", _name_is),
        # people and animals
        (rf"{_KIN}(?:'s (?:\w+ )?name)?(?:'s| is)(?: called| named)? (?P<name>{_NAME}){_END}", _kin_named),
        (rf"{_KIN},? (?P<name>{_NAME}),? (?:is|was|has|works?|lives?|just|got|and i|\w+ed|\w+s)\b", _kin_named),
        (
            rf"(?:i|we)(?:'ve| have)?(?: got)?(?: have)? (?:an?|one) (?P<of>(?:(?:older|younger|little|big|twin|new) ){{0,2}})(?P<kin>{_KIN_WORDS}) (?:named|called|whose name is) (?P<name>{_NAME})",
            _kin_named,
        ),
        (
            r"(?:i|we)(?:'ve got| have(?: got)?) (?P<value>(?:one|two|three|four|five|six|\d|no|a) (?:\w+ )?(?P<what>kids?|child(?:ren)?|sons?|daughters?|brothers?|sisters?|siblings|grandchildren|grandkids))\b",
            _of("has"),
        ),
        (rf"{_KIN}(?:'s| is) (?P<value>an? [\w -]+?){_END}", _kin_job),
        (rf"{_KIN} (?:now |still |also )?(?:lives?|moved|has moved) (?:in|to) (?P<place>[^.!]+)", _kin_place),
        (rf"{_KIN}'s birthday(?:'s| is) (?:on )?(?P<value>{_DATE})", _kin_value("birthday")),
        (
            rf"(?P<what>{_ONE_NAME})'s birthday(?:'s| is) (?:on )?(?P<value>{_DATE})",
            lambda match: (f"{match['what'].lower()}|birthday", match["value"]),
        ),
        (
            rf"(?:i|we)(?:'ve| have)?(?: just| recently| also)?(?: got| have| adopted| rescued| own| bought| brought home)(?: got)? (?:an?|one|two|three|four|five|my|our|\d)(?: [\w-]+){{0,2}} (?P<pet>{_PET_WORDS})s?(?: (?:named|called) |, )(?P<name>{_NAME}(?: and {_NAME})?)",
            _pets,
        ),
        (
            rf"(?:my|our)(?: [\w-]+){{0,2}} (?P<pet>{_PET_WORDS})(?:'s name)?(?:'s| is)(?: called| named)? (?P<name>{_NAME}){_END}",
            _pets,
        ),
        (
            rf"(?:i|we)(?:'ve| have)?(?: just| recently| also)?(?: got| have| adopted| rescued| own)(?: got)? (?:an?|one|two|three|four|five|\d)(?: [\w-]+){{0,1}} (?P<pet>{_PET_WORDS})s?{_END}",
            _pets,
        ),
        (
            rf"(?:my|our)(?: old)? (?P<what>{_PET_WORDS})(?: [A-Z]\w+)? (?:died|passed away|has died|has passed)",
            lambda match: (f"user|pet|{match['what'].lower()}", "no"),
        ),
        # homes
        (rf"(?:i|we)(?:'m|'re| am| are)? {_HEDGE}(?:live|living|reside|based) in (?P<place>[^.!;]+)", _home),
        (
            rf"(?:i|we)(?:'ve| have)? {_HEDGE}(?:moved|relocated)(?: back)?(?: from [^.!;]+?)? to (?P<place>[^.!;]+)",
            _home,
        ),
        (
            r"my (?:home |new |current |postal |mailing )?address(?:'s| is) (?P<value>[^!;]+)",
            _value("user|address", most=14),
        ),
        (r"(?:i'm|i am|we're|we are) (?:originally )?from (?P<place>[^.!;]+?)(?: originally)?(?=[.!,;]|$)", _origin),
        (r"i (?:grew up|was born|was raised|was born and raised) (?:and raised )?in (?P<place>[^.!;]+)", _origin),
        (rf"i was born on (?P<value>{_DATE})", _value("user|birthday")),
        (
            r"i (?:still )?live (?P<value>alone|with my [\w' ]+?)(?=$|[.,!;]| (?:in|and|at|near)\b)",
            _value("user|lives with"),
        ),
        # work and study
        (rf"(?:i'm|i am) {_HEDGE}(?:working|employed) (?:at|for) (?P<org>[^.!;]+)", _employer),
        (rf"i {_HEDGE}work (?:at|for) (?P<org>[^.!;]+)", _employer),
        (
            r"i(?:'ve| have)? (?:just |recently |finally )?(?:started|got|landed|took|accepted|begun|began) (?:an?|my|the)(?: new)? (?:job|position|role|internship)(?: as [\w -]+?)? (?:at|with|for) (?P<org>[^.!;]+)",
            _employer,
        ),
        (
            r"i(?:'ve| have)? (?:just |recently |finally )?(?:joined) (?P<org>(?-i:[A-Z])[^.!;]+?)(?= as\b| last\b| this\b|[.!,;]|$)",
            _employer,
        ),
        (rf"i {_HEDGE}work as an? (?P<job>[^.!;]+)", _job),
        (rf"(?:i'm|i am) {_HEDGE}(?:working as )?an? (?P<job>[^.!;]+)", _job),
        (
            r"i(?:'ve| have)? (?:just |recently |finally |also )?(?:quit|left|lost) my job\b",
            _constant("user|works at", "no"),
        ),
        (
            r"i(?:'ve| have)? (?:just |recently |finally )?(?:resigned|retired)\b|i (?:was|got|have been|'ve been) (?:just )?(?:laid off|fired|made redundant)\b|i(?:'m| am) (?:now |currently )?(?:unemployed|retired|between jobs)\b",
            _constant("user|works at", "no"),
        ),
        (
            r"i (?:go to|attend|study at|'m (?:a student )?at|graduated from) (?P<value>(?-i:[A-Z])[\w' -]*(?:university|college|school|academy|institute)(?: of [A-Z]\w+)?)",
            _value("user|studies at"),
        ),
        (
            r"(?:i'm|i am) (?:currently |now )?(?:majoring in|doing a (?:phd|master'?s|degree) in) (?P<what>[^.!;]+)",
            _subject_of_study,
        ),
        (rf"i {_HEDGE}study (?P<what>[^.!;]+)", _subject_of_study),
        (
            rf"(?:i'm|i am|i've been) {_HEDGE}(?:studying|learning|taking (?:a course in|lessons in|classes in))(?: how to play)?(?: to play)?(?: the)? (?P<what>[^.!;]+)",
            _subject_of_study,
        ),
        (r"i (?:can )?(?:also )?speak (?P<value>(?-i:[A-Z])[^.!;]+)", _value("user|speaks")),
        # dates
        (rf"my birthday(?:'s| is) (?:on )?(?P<value>{_DATE})", _value("user|birthday")),
        (rf"(?:our|my)(?: wedding)? anniversary(?:'s| is) (?:on )?(?P<value>{_DATE})", _value("user|anniversary")),
        (
            rf"(?:the|my|our) (?P<what>[\w' -]{{2,40}}?) (?:is due|are due|expires?|has to be (?:done|submitted|in)) (?:on |by |in )?(?P<value>{_WHEN})",
            _of("deadline"),
        ),
        (
            rf"(?:the|my|our) (?:deadline|due date) (?:for|of) (?P<what>[\w' -]{{2,40}}?)(?:'s| is) (?:on )?(?P<value>{_WHEN})",
            _of("deadline"),
        ),
        (rf"(?:the|my|our) (?P<what>[\w' -]{{2,30}}?) deadline(?:'s| is) (?:on )?(?P<value>{_WHEN})", _of("deadline")),
        # preferences
        (
            r"i (?:much |really |generally |usually |definitely )?prefer (?P<one>[^.!;]+?) (?:to|over|rather than|instead of) (?P<other>[^.!;,]+)",
            _preferred,
        ),
        (
            rf"i {_OFTEN}(?:don't|do not|no longer|never) (?:really |even )?(?:like|enjoy|love|care for|eat|drink) (?P<what>[^.!;]+)",
            _liking("no"),
        ),
        (
            rf"i {_OFTEN}(?:hate|dislike|detest|loathe|despise|can't stand|cannot stand|can't bear) (?P<what>[^.!;]+)",
            _liking("no"),
        ),
        (r"i(?:'m| am) not (?:a (?:big |huge )?fan of|into|fond of) (?P<what>[^.!;]+)", _liking("no")),
        (r"i(?:'ve| have)? (?:given up|stopped|quit) (?:drinking |eating )?(?P<what>[^.!;]+)", _liking("no")),
        (rf"i {_OFTEN}(?:love|like|adore|enjoy) (?P<what>[^.!;]+)", _liking("yes")),
        (r"i(?:'ve| have) always (?:loved|liked|enjoyed) (?P<what>[^.!;]+)", _liking("yes")),
        (
            r"i(?:'m| am) (?:a |such a )?(?:really |very |quite |super |also |more |mostly )?(?:(?:big|huge|massive|great|lifelong|die-hard) fan of|into|fond of|crazy about|obsessed with|passionate about|keen on) (?P<what>[^.!;]+)",
            _liking("yes"),
        ),
        (
            r"my (?:all-time |absolute )?favou?rite (?P<what>[\w' -]{2,30}?)(?:'s| is| are) (?P<value>[^.!;]+)",
            _favourite,
        ),
        (
            r"(?:i'm|i am) (?:an? )?(?:strict |a )?(?P<value>vegan|vegetarian|pescatarian|pescetarian|flexitarian)\b",
            _value("user|diet"),
        ),
        # things and habits
        (
            r"i (?:\w+ly )?(?:play|practi[cs]e|do|go|teach|coach|train) (?P<what>[\w' -]+?) (?:every|each|twice a|once a|three times|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|daily|weekly|regularly)\b",
            _regular,
        ),
        (r"i(?:'ve| have) been (?:doing |playing |practi[cs]ing )(?P<what>[\w' -]+?) (?:for|since)\b", _regular),
        (r"my (?:main |favou?rite )?hobby(?:'s| is) (?P<what>[^.!;]+)", _regular),
        (rf"i(?:'ve| have)? {_HEDGE}(?:bought|purchased) (?:an?|my|our)(?: first)? (?P<what>[^.!;]+)", _owned("yes")),
        (r"i drive an? (?P<value>[^.!;]+?)(?= to | and |[.!;]|$)", _value("user|owns|car", most=5)),
        (r"i (?:own|ride) an? (?P<what>[^.!;]+)", _owned("yes")),
        (
            rf"(?:i|we)(?:'ve| have)? {_HEDGE}(?:sold|gave away|got rid of) (?:my|our|the) (?P<what>[^.!;]+)",
            _owned("no"),
        ),
        (
            r"i (?:usually|normally|generally) (?P<value>(?!feel|think|say|mean|guess|find|try|don't|do not)\w+ [^.!;]+ (?:at|before|after|around|every|in the|by|on) [^.!;]+)",
            lambda match: ("", ""),
        ),
        # partners
        (
            rf"(?:we|(?:{_NAME}|my (?:girlfriend|boyfriend|partner|fianc[ée]e?)) and i|i)(?:'ve| have)? {_HEDGE}(?:broke|broken|split) up\b|i(?:'m| am) (?:now |currently )?(?:single|divorced)\b|(?:i|we) (?:just |recently )?got divorced\b",
            _constant("user|partner", "no"),
        ),
        (r"(?:i|we) (?:just |recently |finally )?got (?P<value>married|engaged)\b", _value("user|marriage")),
        (
            r"(?:i'm|i am) (?P<value>married|engaged|widowed)\b(?! to (?:my|the) (?:job|work|idea))",
            _value("user|marriage"),
        ),
        # plans
        (
            rf"(?:i|we)(?:'ve got| have(?: got)?) (?:an?|my|our|the) (?P<what>[\w' -]{{0,30}}?(?:appointment|meeting|interview|exam|test|flight|reservation|concert|recital|rehearsal|wedding|check-?up|class|lesson|presentation|deadline|trip|game|match|race|marathon))(?: (?:with|at|in|to|for) [\w' -]+?)?,? (?P<value>{_WHEN})",
            _of("plan"),
        ),
        (
            rf"(?:i'm|i am|we're|we are) (?P<what>(?:going|flying|travell?ing|heading|moving|driving|off) to (?!(?:\w+ it|be|try|see|think)\b)[\w' -]+?|(?:visiting|meeting|seeing) [\w' -]+?|(?:getting|having) [\w' -]+?),? (?P<value>{_WHEN})",
            _of("plan"),
        ),
        (
            rf"my (?P<what>[\w' -]{{0,25}}(?:appointment|meeting|interview|exam|test|flight|reservation|concert|wedding|check-?up|presentation|trip))(?:'s| is) (?:scheduled for |on )?(?P<value>{_WHEN})",
            _of("plan"),
        ),
        # numbers
        (
            r"my (?:phone|mobile|cell(?:phone)?|telephone|work|home)(?: phone)?(?: number)?(?:'s| is) (?P<value>\+?[\d(][\d\s().-]{4,})",
            _value("user|phone"),
        ),
        (
            r"my (?:new |work |personal |private )?e-?mail(?: address)?(?:'s| is) (?P<value>\S+@\S+)",
            _value("user|email"),
        ),
        (
            r"my (?P<what>(?:[\w']+ ){0,3}(?:size|number|plate|height|id|locker|room|seat|extension|floor|budget|iq|weight|code|key|pin|password))(?:'s| is)(?: number)? (?P<value>[^.!;]*\d[^!;]*)",
            _of("number"),
        ),
        (
            r"my (?:[\w-]+ ){0,3}(?:password|passcode|passphrase|pin|login)(?: for [\w -]+)?(?:'s| is) (?P<value>\S[^!;]*)",
            _value("user|secret"),
        ),
        (r"(?:i'm|i am) (?P<value>\d{1,3})(?: years? old)?(?=[.,!]|$| now| years| and )", _value("user|age")),
        (r"i (?:just |recently )?turned (?P<value>\d{1,3})\b", _value("user|age")),
        (r"my (?P<what>blood type|mbti|star sign|zodiac sign)(?:'s| is) (?P<value>[\w+-]+)", _of("number")),
        (r"i weigh (?P<value>\d[\d.]* ?\w+)", _value("user|weight")),
        # aims and what is delicate
        (
            r"my (?:main |big |biggest |new )?(?P<what>goal|dream|resolution|aim)(?: (?:for|this|of) [\w ]+?)?(?:'s| is) (?P<value>(?:to |that )?[^.!;]+)",
            _of("aim"),
        ),
        (
            r"i(?:'m| am) (?:severely |very |also )?allergic to (?P<what>[^.!;]+)",
            lambda match: (f"user|allergic to|{match['what'].lower().strip()}", "yes"),
        ),
        (
            r"i (?:have|suffer from|was diagnosed with|'ve been diagnosed with|take|am taking) (?P<what>(?:[\w'-]+ ){0,4}[\w'-]+)",
            lambda match: ("user|health", "!"),
        ),
        (
            r"(?:i'm|i am) (?:an? )?(?P<value>(?:practi[cs]ing |devout |lapsed )?(?:christian|catholic|protestant|muslim|jewish|buddhist|hindu|atheist|agnostic|mormon|sikh|gay|lesbian|bisexual|asexual|queer|non-?binary|transgender|trans|republican|democrat|conservative|liberal|socialist))\b(?! (?:arts|about|with))",
            _value("user|self"),
        ),
    )
)
_CALLED = re.compile(
    _BEGINS
    + rf"(?:(?:please|just|from now on,?|you can|you may|everyone|my friends|always) )*call me (?P<name>{_NAME}|[a-z]+)(?:,? (?:please|from now on|instead))?[.!]?$",
    re.IGNORECASE,
)
_NOT_CALLED = re.compile(
    r"^(?:back|later|when|if|crazy|at|tomorrow|on|again|maybe|soon|tonight|now|today|stupid|old|a|an|the|names?|out|whatever|anything)\b",
    re.IGNORECASE,
)


_GREETS = re.compile(
    rf"^(?:hi|hello|hey|good (?:morning|evening|afternoon))\b[^.!?]{{0,12}}?[,.!]? (?P<own>(?:i'm|i am|this is|my name's) (?P<name>{_ONE_NAME}(?: {_ONE_NAME})?))(?=[,.!]?$|,? and |, (?!the\b))",
    re.IGNORECASE,
)


def read(sentence: str) -> Iterator[Statement]:
    """What one sentence states, at most one thing in each of its clauses."""
    if is_question(re.sub(_BEGINS, "", sentence, flags=re.IGNORECASE)) or sentence.rstrip().endswith("?"):
        return
    if (match := _CALLED.search(sentence)) is not None and not _NOT_CALLED.search(match["name"]):
        yield Statement(_tidy(sentence), "told", "user|called", match["name"])
        return
    if (match := _GREETS.search(sentence)) is not None and (found := _name_is(match)) is not None:
        yield Statement(_tidy(match["own"]), "noticed", *found)
        return
    for clause in _clauses(sentence):
        if _NOT_STATED.search(clause):
            continue
        for form, reading in _FORMS:
            if (match := form.search(clause)) is not None and (found := reading(match)) is not None:
                slot, value = found
                if value == "!" and not _delicate(clause):
                    continue
                text = _tidy(re.sub(_BEGINS, "", clause, flags=re.IGNORECASE) or clause)
                yield Statement(
                    text, "noticed", None if value in ("", "!") else slot.lower(), "" if value == "!" else value
                )
                break


def _delicate(clause: str) -> bool:
    from knowledge.sensitive import sensitivity

    return sensitivity(clause) == "health"


_BETWEEN = re.compile(
    r"\s*(?:;|,? (?:and|but|so|because|though|although|plus)(?= (?:i|i'm|i've|my|we|we're|we've|our|she|he|they|it|it's|that)\b)|,(?= (?:i|i'm|i've|my|we|we're|we've|our)\b)| [-–—] )\s*",
    re.IGNORECASE,
)


def _clauses(sentence: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(sentence) if part and part.strip()]


def _tidy(text: str) -> str:
    plain = " ".join(text.split()).strip(" ,;-–—")
    return plain[:1].upper() + plain[1:] if plain[:2] != "i " else "I" + plain[1:]
