"""What is asked about before it is kept: secrets, health, belief and politics, sexuality. English and Korean.

A secret is what opens or pays: passwords, PINs, keys, card, account, passport and resident numbers. `masked` leaves its
kind alone, so that it can be asked about without a second copy of it.
"""

from __future__ import annotations

import re

from knowledge.statement import Sensitivity

HIDDEN = "•••"

_SECRET = re.compile(
    r"\b(?:pass(?:word|code|phrase|wd)s?|pin(?: (?:code|number))?|cvv|cvc|api[- _]?key|secret key|private key|seed phrase"
    r"|recovery (?:code|phrase|key)|access token|login|credit card|debit card|card number|bank account|account number"
    r"|routing number|iban|passport(?: number| no)?|social security|ssn|driver'?s licen[cs]e|licen[cs]e number"
    r"|security (?:code|question)|(?:lock|safe|door|alarm|gate)\s?(?:code|combination)|combination (?:to|of|for)|wi-?fi key)\b"
    r"|비밀\s?번호|비번|암호|패스워드|패스 ?코드|핀 ?번호|카드\s?번호|계좌\s?(?:번호)?|통장\s?번호|여권\s?(?:번호)?|주민\s?(?:등록)?\s?번호"
    r"|외국인\s?등록\s?번호|운전\s?면허\s?번호|인증\s?번호|보안\s?(?:코드|카드)|시드\s?(?:구문|문구)|복구\s?(?:코드|키)|공인\s?인증서|공동\s?인증서",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"(?<!\d)\d{6}\s?[-–]\s?[1-8]\d{6}(?!\d)"  # a resident number
    r"|(?<!\d)(?:\d[ -]?){13,19}(?!\d)"  # a card number
    r"|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)"  # a social security number
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b"  # an IBAN
    r"|\b(?:sk|pk|ghp|gho|xox[bap])[-_][A-Za-z0-9_-]{12,}|\bAKIA[A-Z0-9]{12,}"  # keys of well-known services
)
_HEALTH = re.compile(
    r"\b(?:allerg\w*|diabet\w*|asthma\w*|cancer|tumou?r|depress(?:ed|ion)|anxiety|bipolar|adhd|autis\w*|ocd|ptsd|hiv|aids"
    r"|epilep\w*|migraines?|arthritis|hypertension|blood (?:pressure|type|sugar)|cholesterol|heart (?:disease|attack|condition)"
    r"|disorder|syndrome|diagnos\w+|disease|illness|infect\w+|surgery|operation on|hospital\w*|therap(?:y|ist)|psychiatrist"
    r"|medication|medicine|antidepressants?|insulin|pills?|prescri\w+|pregnan\w+|miscarriage|infertil\w*|ivf|disab(?:led|ility)"
    r"|addict\w*|alcoholi\w*|sober|rehab|symptoms?|chronic|injur\w+|broke my (?:arm|leg|foot|hand|wrist|ankle|nose|hip|rib)"
    r"|lactose|gluten|celiac|coeliac|intoleran\w+|insomnia|covid|dementia|alzheimer\w*|stroke|seizures?|my (?:weight|bmi)|i weigh)\b"
    r"|알레르기|알러지|당뇨|천식|암(?:이|에|으로|을|\s?(?:진단|수술|환자))|우울증|우울해서|불안\s?장애|공황|조울|자폐|간질|뇌전증|편두통|관절염|고혈압|저혈압|혈압|혈액형"
    r"|혈당|콜레스테롤|심장병|질환|증후군|진단|수술|입원|병원에\s?다니|치료|정신과|상담\s?치료|복용|처방|약을?\s?먹|임신|유산|난임|불임|장애가|장애인"
    r"|중독|금주|유당|글루텐|불면증|코로나|치매|뇌졸중|디스크|허리가\s?아|몸무게|체중",
    re.IGNORECASE,
)
_BELIEF = re.compile(
    r"\b(?:christians?|catholics?|protestants?|muslims?|islam|jewish|judaism|jews?|buddhis[tm]s?|hindus?|hinduism|atheists?|agnostic"
    r"|mormons?|sikhs?|evangelical|baptists?|my (?:religion|faith)|church|mosque|synagogue|temple|mass|pray(?:er|ing|ers)?|god|bible|quran|koran"
    r"|republicans?|democrats?|conservatives?|liberals?|socialists?|communists?|left-wing|right-wing|vot(?:e|ed|ing) for|my politics"
    r"|politically|party member|trade union|union member|labou?r party|immigration status|undocumented|criminal record|convicted|arrested)\b"
    r"|기독교|개신교|천주교|가톨릭|카톨릭|불교|이슬람|무슬림|유대교|힌두교|원불교|무교|무신론|신앙|종교|교회|성당|절에\s?다니|법당|세례"
    r"|민주당|국민의힘|정의당|보수당|진보당|보수(?:파|적|야|예요|입니다)|진보(?:파|적|야|예요|입니다)|좌파|우파|지지하는?\s?(?:정당|당|후보)|투표했|찍었|노조|전과",
    re.IGNORECASE,
)
_SEXUALITY = re.compile(
    r"\b(?:gay|lesbian|bisexual|pansexual|asexual|homosexual|heterosexual|queer|lgbtq?\w*|transgender|trans (?:man|woman|person)|non-?binary"
    r"|sexual(?:ity| orientation| identity)|my pronouns|gender identity|coming out|came out)\b"
    r"|게이|레즈비언|레즈|동성애|이성애|양성애|무성애|트랜스젠더|성소수자|성\s?정체성|성적\s?지향|커밍아웃|논바이너리",
    re.IGNORECASE,
)


def sensitivity(text: str) -> Sensitivity | None:
    """What makes a text sensitive; None: nothing does."""
    if _SECRET.search(text) or _NUMBERS.search(text):
        return "secret"
    if _HEALTH.search(text):
        return "health"
    if _BELIEF.search(text):
        return "belief"
    return "sexuality" if _SEXUALITY.search(text) else None


def masked(text: str) -> str:
    """What kind of secret a text holds, and nothing else of it."""
    found = _SECRET.search(text)
    return f"{found[0]} {HIDDEN}" if found is not None else HIDDEN
