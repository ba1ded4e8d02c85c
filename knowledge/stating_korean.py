"""The Korean forms in which people state facts about themselves: "부산으로 이사했어", "제 이름은 …", "… 기억해 줘".

The speaker is mostly left out. So a sentence counts as the speaker's own unless somebody else is its topic ("친구는"),
and its last word must state: no question, condition, wish, guess, hearsay ("-대", "-래") or past that has ended ("-던").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from knowledge.statement import Statement

SELF = re.compile(
    r"(?:^|\s)(?:나|저|난|전|우리|저희|내|제)(?:는|은|가|의|도|를|랑|한테|들은)?(?=\s)|(?:했|갔|왔|었|았|였)(?:어|다|어요|습니다)"
)

# ---------------------------------------------------------------- what is not the speaker's own statement

_TASK = re.compile(
    r"(?:써|적어|작성해|지어|만들어|번역해|요약해|고쳐|다듬어|교정해|바꿔|이어|완성해|정리해|분석해|설명해|검토해|평가해|영작해|첨삭해|그려|읽어)\s?(?:줘|주|봐|달라|줄래)|번역|요약해|영어로|한국어로|일본어로"
    r"|소설|시나리오|대본|동화|가사|역할극|상황극|롤\s?플레이|연기해|주인공|등장인물|자기소개서|자소서|삼행시|라는\s?식으로|다음\s?(?:글|문장|내용|텍스트)|아래\s?(?:글|문장|내용)"
    r"|(?:라고|다고|인\s?척|한다고)\s?(?:하고|치고|가정|상상|생각하고|해\s?보자|하자|치자|해\s?줘)|가정해|상상해|척\s?해|인\s?척|농담|장난이|뻥이|예를\s?들"
)
_NOT_STATED = re.compile(
    r"(?:만약|만일|혹시|아마|어쩌면|예전|옛날|어렸을|어릴\s|한때|학생\s?때|그때는|당시|원래는|처음에는|거의)"
    r"|(?:으면|라면|다면|하면|되면|었으면|았으면|이면)(?=\s|$|,)|싶|고민|할지|일지|갈지|살지|모르|모를|인가\s?봐|나\s?봐|가\s?봐|것\s?같|거\s?같|듯|수도\s?있|려나|텐데|ㄹ까|까\s?봐|할까|갈까|살까|을까"
    r"|다고\s|라고\s?(?:했|그랬|하더|말|들었)|냐고|자고\s?(?:했|하)|(?:한|는|었|았|였|란|이란|인|싫어한|좋아한)대(?:요)?[.! ]*$|[가-힣]래(?:요)?[.! ]*$|라던데|다던데|던데|대요|래요|(?:살|다니|일하|좋아하|쓰|키우|하)던|[았었였했갔왔]었"
    r"|부러|느낌|기분|흉내|꿈에서|꿈을\s?꿨"
)
_QUESTION = re.compile(
    r"[?？]\s*[)\"']*$|(?:습니까|나요|[은는인한던운른]가요|까요|ㄹ까|을까|할까|니|냐|는지|을래|할래|실래요?|줄래|나|죠|지요|지)[.!]*$|(?:뭐|무엇|누구|언제|어디|얼마(?!\s?(?:전|나마|안))|몇(?!\s?(?:년|달|주|번|개|시간)\s?(?:전|동안|씩))|어느|왜|어떻게|무슨|어떤)(?:\s|야|예요|지|였|이|를|에|로|가|면|게)"
)
_STATING_END = re.compile(r"(?:하나|두나|유나|지나|미나|한나|언니|어머니|할머니|아버지|강아지|주머니)[.!]*$")


def is_task(text: str) -> bool:
    """Whether the turn gives words to work on, or plays."""
    return bool(_TASK.search(text))


def is_question(sentence: str) -> bool:
    return bool(_QUESTION.search(sentence)) and not _STATING_END.search(sentence)


# ---------------------------------------------------------------- "… 기억해 줘"

_REMEMBER = r"(?:기억\s?(?:해\s?(?:줘|줘요|주세요|주라|둬|둬요|두세요|놔|놔요|놓아|줄래|라)|하고\s?있어|하세요|해)|잊지\s?(?:마|말아|말고|마세요|말아요|말아\s?줘)|까먹지\s?(?:마|말아|마세요)|명심해|외워\s?(?:줘|둬)|메모해\s?(?:줘|둬|두세요|주세요)|적어\s?둬)(?:요)?"
_TOLD_AFTER = re.compile(
    rf"^(?P<what>.{{4,}}?)\s?(?:(?:라|이라|다|는다|ㄴ다|란|이란)?는\s?(?:거|것|걸|점|사실)|(?:던|은|는|ㄴ)?\s?(?:거|것|걸)|다고|라고|이라고|기|,|\.)?(?:을|를|만|은)?[,.]?\s?(?:꼭|잘|좀|절대)?\s?{_REMEMBER}[.!~ㅎㅋ ]*$"
)
_TOLD_BEFORE = re.compile(
    rf"^(?:이거|이것|이건|꼭|잘|좀|하나만|다음을|이걸)?\s?(?:꼭|잘|좀)?\s?{_REMEMBER}[,.:!~ ]+(?P<what>.{{4,}})$"
)
_ONLY_REMEMBER = re.compile(rf"^(?:이거|이것|이건|이걸|꼭|잘|좀|하나만)?\s?(?:꼭|잘|좀)?\s?{_REMEMBER}[.!~ㅎㅋ ]*$")
_NOT_TOLD = re.compile(
    r"^(?:그거|이거|그것|이것|이건|그건|그걸|이걸|내\s?말|지난번|아까|방금|우리가?\s(?:한|했던|나눈))(?:\s|$)|(?:뭐|언제|어디|누구)"
)
_RULE = re.compile(
    r"^(?:앞으로(?:는|도)?|이제부터(?:는)?|지금부터(?:는)?|다음부터(?:는)?|항상|언제나)\s.*(?:줘|줘요|주세요|마|말아|마세요|말아\s?줘|해|하세요|해라|부탁해|부탁해요|바라|바랍니다)[.!~]*$"
)


def told(sentences: list[str]) -> list[Statement] | None:
    """What the user asks to be remembered; None where they ask for nothing of the kind."""
    found: list[Statement] = []
    for number, sentence in enumerate(sentences):
        if sentence.rstrip().endswith(("?", "？")):
            continue
        what: str | None = None
        if _ONLY_REMEMBER.match(sentence):  # what stands before it, or after it
            other = sentences[number - 1] if number else (sentences[1] if len(sentences) > 1 else "")
            what = other if other and not is_question(other) else None
        elif (match := _TOLD_BEFORE.match(sentence)) or (match := _TOLD_AFTER.match(sentence)):
            what = match["what"]
        elif _RULE.match(sentence) and next(_called(sentence), None) is None:
            found.append(Statement(_tidy(sentence), "told"))
            continue
        if what is None or _NOT_TOLD.search(what):
            continue
        what = _tidy(what)
        known = next(read(what), None)
        found.append(Statement(what, "told", known.slot, known.value) if known is not None else Statement(what, "told"))
    return found or None


# ---------------------------------------------------------------- corrections

_DENIAL = re.compile(
    r"^(?:(?:아니야|아니|아니요|아뇨|아닌데|아닌데요|아니에요|아닙니다|틀렸어|틀렸어요|틀렸습니다|틀린데|그게\s?아니라|그게\s?아니고|그게\s?아니야|그거\s?아니야|그건\s?아니야|그건\s?틀렸어|그건\s?틀려|잘못\s?(?:알고\s?있어|알았어|됐어)|사실이?\s?아니야)(?:[,.!~]+\s*|\s+|$))+(?:사실은?\s)?"
)
_NO_MATTER = re.compile(
    r"^(?:괜찮|됐|고마|맞|그냥|아직|별로|없|몰라|모르|싫|안\s|그럴|필요|나중|좀|너|네가|그런|그렇|뭐)"
)
_SAYS_WHAT = re.compile(
    r"^(?P<subject>(?!(?:그|이|저|그건|이건|그게|그거|너|네)(?:는|은|건|게|가)\s)[^,]{1,40}?)(?:은|는|이|가)\s\S.*(?:야|이야|예요|이에요|입니다|었어|았어|였어|어요|아요|습니다|다|음|임|해|어|아)[.!~]*$"
)
_ANSWER = re.compile(r"^\S[^,]{0,40}?(?:이야|야|이에요|예요|입니다|임)[.!~]*$")


def without_denial(sentence: str) -> str:
    """The sentence without "아니야," or "틀렸어," before it."""
    return _DENIAL.sub("", sentence, count=1).strip() or sentence


def is_denial(sentence: str) -> bool:
    """Whether the sentence does nothing but deny: "틀렸어."."""
    match = _DENIAL.match(sentence)
    return match is not None and not sentence[match.end() :].strip(" .!~")


def right_instead(sentence: str) -> str | None:
    """What a correction says is right; None where the sentence is none."""
    if (match := _DENIAL.match(sentence)) is None:
        return None
    rest = sentence[match.end() :].strip()
    if not rest or _NO_MATTER.match(rest) or _NOT_STATED.search(rest):
        return None
    return rest if says_what(rest) or _ANSWER.match(rest) or next(read(rest), None) is not None else None


def says_what(sentence: str) -> bool:
    """Whether the sentence names what it is about."""
    return bool(_SAYS_WHAT.match(sentence))


def subject(sentence: str) -> str:
    match = _SAYS_WHAT.match(sentence)
    return "" if match is None else match["subject"]


# ---------------------------------------------------------------- the forms

_ME = r"(?:나는|나|난|저는|저|전|내가|제가|우리는|우린|우리|저희는|저희|나도|저도)"
_MY = r"(?:내|제|나의|저의|우리|저희|우리\s?집)"
_IS = r"(?:이야|야|이에요|예요|에요|입니다|임|이라고\s?(?:해|해요|합니다)|라고\s?(?:해|해요|합니다)|이라고\s?불러|라고\s?불러|인데요?|이고|고|이거든|거든|이거든요|거든요|이다|이지|셔|이셔|이세요|세요|이십니다|십니다)"
_STOP = r"(?=$|[.,!~ㅎㅋ]|\s)"
_KIN_WORDS = (
    r"엄마|어머니|아빠|아버지|부모님|할머니|할아버지|외할머니|외할아버지|누나|언니|형|오빠|여동생|남동생|동생|딸|아들|큰딸|작은딸|큰아들|작은아들|첫째|둘째|막내|애|아이|아기|남편|아내|와이프|여자\s?친구|남자\s?친구|여친|남친|애인|약혼자"
    r"|이모|고모|삼촌|외삼촌|사촌|조카|손자|손녀|시어머니|시아버지|장모님|장인어른|상사|사장님|팀장님|팀장|부장님|집주인|룸메이트|룸메|절친|베프|친구|동료|선생님|담임\s?선생님|교수님|주치의|멘토|코치"
)
_MANY_KIN = {"친구", "동료", "조카", "사촌", "이모", "고모", "삼촌", "선생님", "손자", "손녀", "딸", "아들", "교수님"}
_PARTNERS = re.compile(r"^(?:남편|아내|와이프|여자\s?친구|남자\s?친구|여친|남친|애인|약혼자)$")
_KIN = rf"(?:{_MY}\s?)?(?P<of>(?:큰|작은|친한|새|막내|친)\s?)?(?P<kin>{_KIN_WORDS})"
_PET_WORDS = "강아지|고양이|개|햄스터|토끼|앵무새|거북이|물고기|금붕어|고슴도치|반려견|반려묘|푸들|말티즈|웰시코기|진돗개|리트리버|냥이|댕댕이"
_DATE = r"(?:(?:음력|양력)?\s?(?:\d{4}년\s?)?\d{1,2}월\s?\d{1,2}일|\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}/\d{1,2}|\d{1,2}월(?:\s?(?:초|중순|말))?)"
_DAY = rf"(?:{_DATE}|(?:다음|이번)\s?(?:주|달|해|학기|주말)(?:\s?[월화수목금토일]요일)?(?:\s?\d{{1,2}}일)?|다다음\s?주|내일|모레|글피|내년(?:\s?\d{{1,2}}월)?(?:\s?봄|\s?여름|\s?가을|\s?겨울)?|오는\s?\S+|[월화수목금토일]요일)"
_JOBS = re.compile(
    r"(?:간호사|의사|수의사|약사|변호사|회계사|세무사|교사|선생님|교수|강사|개발자|프로그래머|엔지니어|디자이너|기획자|마케터|기자|작가|화가|가수|배우|감독|피디|PD|사진작가|요리사|셰프|제빵사|바리스타|미용사|소방관|경찰관?|군인|공무원|은행원|회사원|직장인"
    r"|연구원|과학자|번역가|통역사|건축가|건축사|설계사|농부|어부|운전사|기사|조종사|승무원|선장|판사|검사|상담사|사회복지사|물리치료사|치료사|트레이너|코치|선수|유튜버|프리랜서|자영업자?|사업가|대표|사장|주부|학생|대학생|대학원생|고등학생|중학생|초등학생"
    r"|취준생|취업\s?준비생|수험생|유학생|전업주부|영양사|치과의사|한의사|방사선사|임상병리사|조교|배관공|목수|용접공|정비사|피아니스트|음악가|작곡가|데이터\s?분석가|분석가|컨설턴트|큐레이터|사서|은퇴자)$"
)
_SURNAMES = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
_NO_NAMES = re.compile(
    r"^(?:이과생|문과생|신입생|고삼|재수생|정규직|계약직|임산부|전업주부|유학생|장학생|고학생|기혼자|미혼자|이혼남|이혼녀|하루살이|한국인|일본인|미국인|중국인|외국인|서울|주말|오늘|내일|지금|여기|이거|그거|정상|진짜|진심|우리|채식|비건|천재|바보|남자|여자|어른|아이|선생|학생|의사|변호사|기자|주부|군인|교사|작가|배우|가수|공무원|회사원|직장인|무직|백수|유부남|유부녀|솔로|모솔)"
)


def _name_like(name: str) -> bool:
    return (
        2 <= len(name) <= 4
        and name[0] in _SURNAMES
        and name[-1] != "이"
        and not _NO_NAMES.match(name)
        and not _JOBS.search(name)
    )


Reading = tuple[str, str] | None


def _kin(match: re.Match[str]) -> str:
    of = (match.groupdict().get("of") or "").strip()
    return f"{of}{match['kin'].replace(' ', '')}"


def _kin_named(match: re.Match[str]) -> Reading:
    name = match["name"].strip(" .!,")
    if not name or len(name) > 20:
        return None
    if _PARTNERS.match(match["kin"]):
        return "user|partner", name
    return (
        (f"user|{_kin(match)}|{name}", "yes")
        if _kin(match) in _MANY_KIN and "이름" not in match[0]
        else (f"user|{_kin(match)}|이름", name)
    )


def _kin_of(what: str) -> Callable[[re.Match[str]], Reading]:
    return lambda match: (f"user|{_kin(match)}|{what}", match["value"].strip(" .!,"))


def _kin_job(match: re.Match[str]) -> Reading:
    job = match["value"].strip()
    return (f"user|{_kin(match)}|직업", job) if _JOBS.search(job) else None


def _value(slot: str) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        value = match["value"].strip(" .!,~")
        return (slot, value) if value and len(value) <= 40 else None

    return read


def _of(slot: str) -> Callable[[re.Match[str]], Reading]:
    return lambda match: (f"user|{slot}|{match['what'].strip()}", match["value"].strip(" .!,~"))


def _constant(slot: str, value: str) -> Callable[[re.Match[str]], Reading]:
    return lambda match: (slot, value)


_NO_PLACE = re.compile(
    r"^(?:집|여기|거기|저기|밖|안|회사|학교|혼자|같이|새\s?집|다른\s?곳|근처|곳|이곳|그곳|저곳|좋은\s?곳|너|그)$|(?:같은\s?곳|어디)"
)
_LEADING = re.compile(
    rf"^(?:(?:{_ME}|지금은?|현재|요즘|이번에|얼마\s?전에|얼마전|최근에?|드디어|지난\s?(?:주|달|해|주말|봄|여름|가을|겨울)(?:에)?|작년에?|올해|어제|오늘|이제는?|막|방금|곧|아직|계속|쭉|가족이랑|가족과|혼자|같이|부모님과|부모님이랑|남편이랑|아내랑|친구랑|우리\s?(?:가족은|집은)|(?:다음|이번|지난)\s?(?:주|달|해)\s?[월화수목금토일]?\S{0, 3}(?:부터|에)|내일부터|\d+월부터|\d+년\s?전에)\s)+"
)


def _place(words: str) -> str | None:
    place = _LEADING.sub("", words + " ").strip(" ,.!")
    place = re.sub(r"^(?:.*(?:해서|하고|는데|지만|아서|어서|다가|라서)\s)?(?:\S+에서\s)?", "", place)
    place = _LEADING.sub("", place + " ").strip(" ,.!")
    return (
        None
        if not place
        or len(place) > 25
        or len(place.split()) > 4
        or _NO_PLACE.search(place)
        or re.search(r"(?:은|는|이|가)\s", place)
        else place
    )


def _home(match: re.Match[str]) -> Reading:
    place = _place(match["place"])
    if (
        place is not None
        and re.search(r"(?:\d층|아파트|주택|빌라|원룸|투룸|오피스텔|기숙사|전세|월세|자가)$", place)
        and " " not in place
    ):
        return "user|home", place
    return None if place is None else ("user|lives in", place)


_NO_PARTICLE = re.compile(r"(?:에|에서|같이|혼자|잘|열심히|행복하게|함께|오래|이렇게|그렇게|만|으로|못|안)$")


def _origin(match: re.Match[str]) -> Reading:
    place = _place(match["place"])
    return None if place is None else ("user|from", place)


def _employer(match: re.Match[str]) -> Reading:
    org = _place(match["org"])
    if org is None or re.search(
        r"(?:교회|성당|절|학교|대학교?|대학원|유치원|어린이집|학원|헬스장?|수영장|병원|도서관|요가|필라테스|집|재택)$|^\S*(?:연세|고려|서울)대$",
        org,
    ):
        return None
    return "user|works at", org


def _school(match: re.Match[str]) -> Reading:
    school = _place(match["value"])
    return None if school is None else ("user|studies at", school)


def _job(match: re.Match[str]) -> Reading:
    job = _LEADING.sub("", match["job"].strip() + " ").strip()
    return ("user|works as", job) if _JOBS.search(job) and len(job.split()) <= 4 else None


_NO_THING = re.compile(
    r"^(?:이거|그거|저거|이것|그것|저것|이게|그게|이건|그건|너|널|네|넌|당신|걔|쟤|얘|그|그녀|그 사람|이런|그런|저런|뭐|뭘|무엇|누구|어떤|아무|아무것도|둘|둘 다|다|모두|전부|그냥|별로|나|나를|서로|여기|거기|더|오늘|지금|아직|점심|저녁|아침|밥)(?:도|는|은|를|을|이|가)?$"
    r"|(?:는|은|가|이)\s|(?:너|네|당신|걔|친구|엄마|아빠|그 사람|사람들|동생|언니|오빠|누나|형|남편|아내)(?:는|은|가|이|도)(?:\s|$)|하는\s?것$.{60}"
)
_VERY = r"(?:진짜|정말|정말로|너무|엄청|완전|아주|매우|제일|가장|되게|참|많이|무척|굉장히|특히|더|훨씬|원래|항상|평소에|좀|조금|꽤|절대|아예|전혀|도저히|원체|잘|거의)"


def _thing(words: str) -> str | None:
    thing = _LEADING.sub("", words.strip() + " ").strip()
    thing = re.sub(rf"^(?:(?:이제|더\s?이상|{_VERY})\s)+", "", thing)
    thing = re.sub(rf"(?:\s{_VERY})+$", "", thing)
    thing = re.sub(r"^(?:나는|난|저는|전|우리는)\s", "", thing)
    thing = re.sub(r"(?<=[가-힣\w])(?:을|를|은|는|도)$", "", thing).strip(" ,.!")
    if not thing or len(thing) > 25 or len(thing.split()) > 4 or _NO_THING.search(thing):
        return None
    return re.sub(r"\s?(?:먹는|마시는|하는)\s(?:거|것|걸)$", "", re.sub(r"(?<=\s)(?:거|것)$", "것", thing))


def _liking(value: str) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        thing = _thing(match["what"])
        return None if thing is None else (f"user|likes|{thing}", value)

    return read


def _preferred(match: re.Match[str]) -> Reading:
    one, other = _thing(match["one"]), _thing(match["other"])
    return None if one is None or other is None else (f"user|prefers|{'/'.join(sorted((one, other)))}", one)


_LASTING = re.compile(
    r"차$|차\s?한\s?대$|자동차|아반떼|쏘나타|그랜저|테슬라|오토바이|스쿠터|자전거|집$|아파트|빌라|오피스텔|상가|땅$|노트북|컴퓨터|맥북|아이맥|아이패드|아이폰|갤럭시|핸드폰|휴대폰|폰$|태블릿|카메라|렌즈|기타$|피아노|바이올린|첼로|드럼"
    r"|시계|워치|냉장고|세탁기|건조기|식기세척기|텔레비전|티비|TV|소파|침대|책상|의자|모니터|키보드|스피커|헤드폰|이어폰|에어팟|드론|프린터|청소기|에어컨|텐트|캠핑카|보트|요트|플레이스테이션|닌텐도|게임기|재봉틀|오븐|주식"
)


def _thing_in(slot: str, value: str) -> Callable[[re.Match[str]], Reading]:
    def read(match: re.Match[str]) -> Reading:
        thing = _thing(match["what"])
        if thing is None or (slot == "owns" and not _LASTING.search(thing)):
            return None
        return f"user|{slot}|{thing}", value

    return read


_PAST = r"(?:어|어요|다|습니다|음|지|는데|고|어서|네|네요|답니다)"
_ENDED = rf"{_PAST}{_STOP}"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Reading]], ...] = tuple(
    (re.compile(pattern), reading)
    for pattern, reading in (
        # what is wrong about a name
        (
            rf"^{_KIN}(?:의)?\s?(?:이름|성함)(?:은|는|이|가)\s(?P<not>.+?)(?:이|가)\s아니(?:라|고|야,?)\s(?P<name>.+?){_IS}{_STOP}",
            _kin_named,
        ),
        # names
        (
            rf"^(?:안녕(?:하세요)?[,.! ]+)?(?:내|제|나의|저의)\s?이름은\s(?P<value>[가-힣A-Za-z]+(?:\s[A-Za-z]+)*?){_IS}{_STOP}",
            _value("user|name"),
        ),
        (
            r"^(?:안녕(?:하세요)?[,.! ]+)?(?:나는|난|저는|전)\s(?P<value>[가-힣]{2,4}?)(?:이?라고\s?(?:해|해요|합니다))",
            lambda m: ("user|name", m["value"]) if _name_like(m["value"]) else None,
        ),
        (
            rf"^(?:안녕(?:하세요)?[,.! ]+)?(?:나는|난|저는|전)\s(?P<value>[가-힣]{{3}}?)(?:이야|야|입니다|이에요|예요){_STOP}",
            lambda m: ("user|name", m["value"]) if _name_like(m["value"]) else None,
        ),
        # people and animals
        (rf"^{_KIN}(?:의)?\s?(?:이름|성함)(?:은|는|이)\s(?P<name>[^,.!]+?){_IS}{_STOP}", _kin_named),
        (rf"^{_KIN}(?:은|는|이|가)\s(?P<value>[^,.!]+?){_IS}{_STOP}", _kin_job),
        (
            rf"^(?:내|제|우리)\s(?P<kin>상사|팀장님|팀장|사장님|담임\s?선생님|교수님|주치의|집주인|룸메이트|멘토|코치|절친|베프|여자\s?친구|남자\s?친구|여친|남친)(?:은|는)\s(?P<name>[^,.!]{{2,12}}?){_IS}{_STOP}",
            _kin_named,
        ),
        (
            rf"^{_KIN}(?:은|는|이|가)\s(?:지금\s)?(?P<value>[^,.!]{{2,20}}?)에(?:서)?\s?(?:살아|살고\s?(?:있어|계셔|계세요|있어요)|사세요|사셔|살아요|산다|삽니다)",
            _kin_of("사는 곳"),
        ),
        (
            rf"^{_KIN}(?:은|는|이|가)\s(?P<value>[^,.!]{{2,20}}?(?:에서\s[^,.!]{{1,12}}(?:하셔|하세요|해|해요|하고\s?있어)|에\s?(?:다녀|다니셔|다니세요|다녀요))){_STOP}",
            _kin_of("하는 일"),
        ),
        (rf"^{_KIN}(?:의)?\s?(?:생신|생일)(?:은|는|이)\s(?P<value>{_DATE})", _kin_of("생일")),
        (
            rf"^(?:{_MY}\s)?(?:집\s)?(?P<pet>{_PET_WORDS})(?:의)?(?:\s이름)?(?:은|는)\s(?P<value>[가-힣A-Za-z]{{1,8}}?){_IS}{_STOP}",
            lambda m: (
                (f"user|pet|{m['value']}", "yes")
                if not _JOBS.search(m["value"]) and not re.search(r"(?:살|마리|색|종)$", m["value"])
                else None
            ),
        ),
        (
            rf"^(?:{_ME}\s)?(?:집에서\s|우리\s?집은\s)?(?P<pet>{_PET_WORDS})(?:를|을)?(?:\s?(?:한|두|세|네|\d)\s?마리(?:를)?)?\s?(?:랑\s\S+\s)?(?:키워|키우고\s?있|길러|기르고\s?있|입양했|데려왔)",
            lambda m: (f"user|pet|{m['pet']}", "yes"),
        ),
        (
            rf"^(?:{_MY}\s)?(?P<pet>{_PET_WORDS})(?:\S*)?(?:가|이)\s(?:어제\s|지난주에\s|얼마\s?전에\s)?(?:죽었|무지개다리를\s?건넜|하늘나라로\s?갔|떠났)",
            lambda m: (f"user|pet|{m['pet']}", "no"),
        ),
        # homes
        (rf"^(?P<place>.+?)(?:으로|로)\s(?:이사\s?(?:했|왔|갔|옴|함)|이주했|옮겨\s?왔)(?:{_PAST})?{_STOP}", _home),
        (
            r"^(?P<place>.+?)에(?:서)?\s?(?:살아|살아요|삽니다|산다|살고\s?있(?:어|어요|습니다|음|다)|거주\s?중(?:이야|입니다|이에요)?|거주하고\s?있(?:어|어요|습니다)|사는\s?중이야)[.!~ㅎㅋ ]*(?:$|,)",
            _home,
        ),
        (
            rf"^(?:{_ME}\s|지금\s|요즘\s)*(?P<place>[^,.!은는이가]{{2,15}}?)\s(?:살아|살아요|산다|삽니다)$",
            lambda m: None if _NO_PARTICLE.search(m["place"]) else _home(m),
        ),
        (rf"^(?:(?:내|제)가\s)?(?:지금\s)?사는\s?(?:곳|동네|데)(?:은|는)\s(?P<place>.+?){_IS}{_STOP}", _home),
        (rf"^우리\s?집은\s(?P<place>[^,.!]+?)(?:에\s?있(?:어|어요|습니다)|{_IS}){_STOP}", _home),
        (rf"^(?:내|제|우리\s?집|집)\s?주소는\s(?P<value>.+?){_IS}{_STOP}", _value("user|address")),
        (rf"^(?:(?:내|제|나의|저의)\s)?고향(?:은|이)\s(?P<place>.+?){_IS}{_STOP}", _origin),
        (rf"^(?P<place>.+?)(?:에서)\s(?:태어났|나고\s?자랐|자랐){_ENDED}", _origin),
        (rf"^(?:{_ME}\s)(?P<place>\S+?)\s?출신{_IS}{_STOP}", _origin),
        # work and study
        (
            rf"^(?:{_ME}\s|요즘\s|지금\s)*(?P<value>\S*(?:대학교?|대학원|고등학교|중학교|초등학교|고려대|연세대|서울대|[가-힣]{{2}}대))(?:에|를|을)?\s?(?:다녀|다니고\s?있|다닙니다|다녀요|재학)",
            _school,
        ),
        (
            rf"^(?:{_ME}\s)?(?:\S+에서\s)?(?P<what>\S+?)(?:을|를)\s?전공(?:하고\s?있|했|해|합니다|이야)",
            lambda m: (f"user|studies|{m['what']}", "yes"),
        ),
        (
            rf"^(?:{_ME}\s|요즘\s|올해부터\s|최근에\s|지금\s|다시\s)*(?P<what>[^,.!]{{1,15}}?)(?:을|를)?\s(?:배우고\s?있|배우는\s?중|공부하고\s?있|공부\s?중|배워(?:요)?[.!]*$)",
            _thing_in("studies", "yes"),
        ),
        (
            r"^(?P<org>.+?)에(?:서)?\s?(?:다녀|다니고\s?있어?|다닙니다|다녀요|일해|일하고\s?있(?:어|어요|습니다)|일합니다|일해요|근무해|근무하고\s?있(?:어|어요|습니다)|근무합니다|근무\s?중|재직\s?중|입사했|취직했|취업했)",
            _employer,
        ),
        (rf"^(?P<org>.+?)(?:으로|로)\s?(?:이직했|이직해|첫\s?출근했|출근해(?:요)?[.!]*$|옮겼){_PAST}?", _employer),
        (
            rf"^(?:{_ME}\s)?(?:\S+\s){{0,3}}?(?:퇴사했|회사(?:를)?\s?그만뒀|회사(?:를)?\s?그만두었|일(?:을)?\s?그만뒀|직장(?:을)?\s?그만뒀|사표(?:를)?\s?냈|은퇴했|정년퇴직했|해고됐|해고당했|잘렸){_ENDED}",
            _constant("user|works at", "no"),
        ),
        (rf"^(?:(?:내|제)\s)?직업(?:은|이)\s(?P<value>[^,.!]+?){_IS}{_STOP}", _value("user|works as")),
        (rf"^(?P<job>(?:{_ME}\s)(?:[^,.!]{{0,20}}?)\S+?)(?:이야|야|이에요|예요|입니다|임|이고|인데){_STOP}", _job),
        (
            rf"^(?:{_ME}\s)?(?P<value>육아\s?휴직|휴직|휴학|군\s?복무|창업\s?준비|취업\s?준비)\s?중{_IS}{_STOP}",
            _value("user|is on"),
        ),
        (rf"^(?:{_ME}\s)?(?P<value>창업|개업|이직|유학|이민|귀농|결혼)(?:을)?\s준비하고\s?있", _value("user|prepares")),
        # dates
        (rf"^(?:(?:내|제|나의|저의)\s)?생일(?:은|이)\s(?P<value>{_DATE})", _value("user|birthday")),
        (rf"^(?:{_MY}\s)?(?:결혼\s?)?기념일(?:은|이)\s(?P<value>{_DATE})", _value("user|anniversary")),
        (
            rf"^(?P<what>[^,.!]{{1,20}}?)\s?(?:마감일?|제출일?|기한|만기일?|납기일?)(?:은|이|는)\s(?P<value>{_DAY})",
            _of("deadline"),
        ),
        # preferences
        (
            rf"^(?P<other>[^,.!]+?)보다(?:는)?\s?(?P<one>[^,.!]+?)(?:을|를|이|가)?\s?(?:{_VERY}\s?)*(?:좋아해|좋아해요|좋아합니다|좋아함|좋아|좋아요|선호해|선호해요|선호합니다){_STOP}",
            _preferred,
        ),
        (
            rf"^(?P<what>[^,.!]+?)\s?(?:{_VERY}\s?)*(?:안\s?(?:좋아해|먹어|마셔|피워|피움|먹고|해요?|먹습니다|마십니다|좋아합니다)|못\s?(?:먹어|마셔|먹습니다|마십니다|먹는|먹음)|싫어해|싫어합니다|싫어함|싫어|질색이|극혐|끊었|좋아하지\s?않|먹지\s?않|마시지\s?않)(?:요)?(?:{_PAST}|다|야|이야|아|아요|습니다)?{_STOP}",
            _liking("no"),
        ),
        (
            rf"^(?P<what>[^,.!]+?)(?:을|를|도)?\s?(?:{_VERY}\s?)*(?:좋아해|좋아해요|좋아합니다|좋아함|사랑해|즐겨\s?(?:먹어|마셔|봐|들어|해)(?:요)?){_STOP}",
            _liking("yes"),
        ),
        (
            rf"^(?:{_ME}\s)?(?P<what>[^,.!]{{2,15}}?)\s?(?:팬|덕후|매니아|마니아)(?:이야|야|이에요|예요|입니다){_STOP}",
            _liking("yes"),
        ),
        (
            rf"^(?:{_ME}\s)?(?:(?:제일|가장)\s)?좋아하는\s(?P<what>[^,.!]{{1,12}}?)(?:은|는|이|가)\s(?P<value>[^,.!?]{{1,25}}?){_IS}{_STOP}",
            _of("favourite"),
        ),
        (rf"^(?:{_ME}\s)?(?P<value>채식주의자|비건|채식){_IS}{_STOP}", _value("user|diet")),
        # habits, things
        (
            rf"^(?:(?:내|제|나의|저의|요즘)\s)?취미(?:는|가)\s(?P<value>[^,.!]+?){_IS}{_STOP}",
            lambda m: (f"user|does|{m['value'].strip()}", "yes"),
        ),
        (
            rf"^(?:{_ME}\s)?(?:매주\s?(?:[월화수목금토일]요일|주말)?(?:마다|에)?|매일(?:\s?(?:아침|저녁|밤|새벽))?|(?:아침|저녁|주말|밤|새벽)마다|[월화수목금토일]요일마다|(?:일주일|한\s?주|한\s?달)에\s?(?:한|두|세|네|\d)\s?번(?:씩)?)\s(?P<value>[^,.!]{{1,15}}?)(?:을|를)?\s?(?:해|해요|합니다|하고\s?있어|쳐|쳐요|타|타요|가|가요|뛰어|배워|봐|다녀)[.!~]*$",
            lambda m: (f"user|does|{m['value'].strip()}", "yes"),
        ),
        (
            rf"^(?:{_ME}\s)?(?:내\s)?차(?:는|로)?\s(?P<value>[^,.!]{{1,15}}?)(?:을|를)?\s?(?:타고\s?다녀|몰아|몰고\s?다녀|탑니다|타요){_STOP}",
            _value("user|owns|차"),
        ),
        (rf"^(?P<what>[^,.!]+?)(?:을|를)?\s(?:샀|구입했|장만했|구매했|뽑았){_ENDED}", _thing_in("owns", "yes")),
        (rf"^(?P<what>[^,.!]+?)(?:을|를)?\s(?:팔았|처분했){_ENDED}", _thing_in("owns", "no")),
        # partners
        (
            rf"^(?:{_ME}\s|(?:여자\s?친구|남자\s?친구|여친|남친|애인|남편|아내)(?:랑|하고|와|과)?\s|어제\s|결국\s|얼마\s?전에\s|지난\s?\S+\s)*(?:헤어졌|이혼했|파혼했|깨졌){_ENDED}",
            _constant("user|partner", "no"),
        ),
        (
            rf"^(?:{_ME}\s|어제\s|작년에\s|올해\s|지난\s?\S+\s|드디어\s|\S+월에\s)*(?P<value>결혼|약혼)했{_ENDED}",
            _value("user|marriage"),
        ),
        # plans
        (
            rf"^(?:{_ME}\s)?(?P<value>{_DAY})(?:에|까지)?\s(?P<what>[^,.!]{{1,25}}?(?:예약|약속|시험|면접|회의|수술|발표|미팅|상담|모임|수업|결혼식|공연|콘서트|여행|출장|검진|이사|입학|졸업식?|입대|출국|귀국))(?:이|을|를|도)?\s?(?:있|봐|가|해|해요|가요|갑니다|갈\s?거|볼\s?거|할\s?거|떠나|잡혀|잡았|예정|이야|야|입니다)",
            _of("plan"),
        ),
        (
            rf"^(?:{_ME}\s)?(?P<value>{_DAY})(?:에)?\s(?P<what>[^,.!]{{1,20}}?(?:으로|로|에|에서|까지|를|을)\s(?:여행\s?|출장\s?|이사\s?)?)(?:가|가요|갑니다|갈\s?거야|갈\s?거예요|갈\s?예정|떠나|떠나요|이사\s?가|출발해)[.!~]*(?:$|야|이야|예요)",
            _of("plan"),
        ),
        (
            rf"^(?:{_ME}\s)?(?P<value>{_DAY})(?:에)?\s(?P<what>결혼|이사|출국|귀국|퇴사|입대|제대|이직|졸업|출산|복직|입학|개업)(?:해|해요|합니다|할\s?거야|할\s?거예요|할\s?예정이?야?)$",
            _of("plan"),
        ),
        (
            rf"^(?:{_ME}\s)?(?P<value>{_DAY})(?:에)?\s(?P<what>[가-힣]{{2,8}}(?:\s(?:여행|출장))?)\s(?:가|가요|갑니다|갈\s?거야|갈\s?거예요)$",
            _of("plan"),
        ),
        # numbers
        (
            r"^(?:(?:내|제)\s)?(?:새\s)?(?:전화\s?번호|휴대폰\s?번호|핸드폰\s?번호|폰\s?번호|번호|연락처)(?:는|은|가)\s(?P<value>[\d+][\d\s-]{6,}\d)",
            _value("user|phone"),
        ),
        (
            r"^(?:(?:내|제)\s)?(?:회사\s|새\s)?(?:이메일|메일)(?:\s?주소)?(?:은|는)\s(?P<value>[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+[A-Za-z])",
            _value("user|email"),
        ),
        (
            r"^(?:(?:내|제|우리)\s)?(?P<what>[가-힣A-Za-z ]{0,12}?(?:키|사이즈|번호|치수|호수|사번|학번|도수|정원|예산|현관|비밀번호|비번|암호|패스워드))(?:가|이|는|은)\s(?P<value>[^,.!]*[\d][^,.!]*?)(?:이야|야|이에요|예요|입니다|임|$)",
            _of("number"),
        ),
        (
            r"^(?:(?:내|제|우리)\s)?(?P<what>[가-힣A-Za-z ]{0,12}?(?:비밀번호|비번|암호|패스워드))(?:가|이|는|은)\s(?P<value>\S+?)(?:이야|야|이에요|예요|입니다|임|$)",
            _of("number"),
        ),
        (
            rf"^(?:{_ME}\s)?(?:올해\s|이제\s|만\s)*(?P<value>\d{{1,3}}\s?(?:살|세)|(?:열|스물|서른|마흔|쉰|예순|일흔|여든|아흔)(?:하나|한|둘|두|셋|세|넷|네|다섯|여섯|일곱|여덟|아홉)?(?:\s?살)?)(?:이야|야|이에요|예요|입니다|임|이고|인데|이\s?됐어|됐어){_STOP}",
            _value("user|age"),
        ),
        (
            r"^(?P<what>[^,.!]{1,20}?)(?:을|를|도)?\s?(?:할|칠|탈|켤|부를|연주할|말할|운전할)\s?줄\s?(?:알아|압니다|알아요)",
            _thing_in("can", "yes"),
        ),
        (
            rf"^(?:{_ME}\s)?(?:(?:내|제|나의|저의|올해|이번\s?달)\s)*(?P<what>꿈|목표|소원|버킷리스트)(?:은|는)\s(?P<value>[^,.!]+?){_IS}{_STOP}",
            _of("aim"),
        ),
        (
            rf"^(?:내|제|나의|저의)\s(?P<what>혈액형|MBTI|엠비티아이|별자리|띠)(?:은|는)\s(?P<value>[^,.!]{{1,12}}?){_IS}{_STOP}",
            _of("number"),
        ),
        # what is delicate
        (
            rf"^(?:{_ME}\s)?(?P<what>[^,.!]{{1,15}}?)\s?(?:알레르기|알러지)(?:가|도)?\s?(?:있|심)",
            lambda m: (f"user|allergic to|{m['what'].strip()}", "yes"),
        ),
        (
            rf"^(?:{_ME}\s)?(?P<value>(?:\S+\s)?(?:당뇨|고혈압|저혈압|우울증|공황장애|천식|편두통|불면증|관절염|조울증|갑상선\S*|디스크|빈혈|아토피|비염|암|치매|간질|뇌전증))(?:이|가|을|를|도)?\s?(?:있|앓|진단|걸렸|심해)",
            lambda m: (f"user|health|{m['value'].strip()}", "yes"),
        ),
        (rf"^(?:{_ME}\s)?(?P<value>교회|성당|절)에\s?(?:다녀|다니고\s?있|다닙니다|다녀요|나가)", _value("user|belief")),
        (
            rf"^(?:{_ME}\s)(?P<value>기독교(?:인|\s?신자)?|천주교(?:\s?신자)?|가톨릭(?:\s?신자)?|불교(?:\s?신자)?|무교|무신론자|무슬림|게이|레즈비언|양성애자|동성애자|트랜스젠더|무성애자){_IS}{_STOP}",
            _value("user|self"),
        ),
    )
)
_CALLED = re.compile(
    r"^(?:(?:앞으로|이제부터|이제|그냥|편하게|앞으로는|지금부터)\s)*(?:(?:나를|날|나|저를|절|저는|나는|난|저)\s)?(?:(?:앞으로|이제부터|그냥|편하게)\s)*['\"]?(?P<name>[가-힣A-Za-z]{1,10}?(?:\s씨|\s님)?)['\"]?(?:이?라고)\s?(?:불러|불러\s?줘|불러\s?줘요|불러\s?주세요|부르면\s?돼|불러\s?달라)(?:요)?[.!~]*$"
)
_OTHERS = re.compile(
    r"^(?:그|그녀|걔|쟤|얘|그\s?사람|저\s?사람|그분|그\s?친구|사람들|다들|너|넌|네가|당신|누가|누구|남들|얘네|걔네|뉴스|기사|책|영화|드라마)(?:은|는|이|가|도|에서|에서는)?\s"
    rf"|^(?:{_MY}\s)?(?:(?:큰|작은|친한|새)\s?)?(?:{_KIN_WORDS})(?:은|는|이|가|도|께서는?|들은|네)\s"
)
_HEAD = re.compile(
    r"^(?:(?:아|어|음|네|응|예|그리고|그런데|근데|참|아참|사실|있잖아|맞아|맞다|참고로|하하|헤헤|안녕하세요|안녕|야|자|그래서|일단|음+|아니|와|우와|오)[,.!~]*\s)+"
)
_TAIL = re.compile(r"[\sㅋㅎㅠㅜ~!.^;…\U0001F300-\U0001FAFF]+$")


def read(sentence: str) -> Iterator[Statement]:
    """What one sentence states, at most one thing in each of its clauses."""
    if sentence.rstrip().endswith(("?", "？")):
        return
    whole = _TAIL.sub("", _HEAD.sub("", sentence.strip()))
    yield from (called := list(_called(whole)))
    if called or not whole:
        return
    if is_question(whole) or _NOT_STATED.search(whole):
        return
    for clause in _clauses(whole):
        others = bool(_OTHERS.match(clause))
        for form, reading in _FORMS:
            if (
                others
                and not form.pattern.startswith(("^(?:(?:내|제|나의", f"^{_KIN}", "^(?:내|제|우리)"))
                and "P<kin>" not in form.pattern
            ):
                continue
            if (match := form.search(clause)) is not None and (found := reading(match)) is not None:
                slot, value = found
                yield Statement(_tidy(clause), "noticed", slot.lower(), value)
                break


def _called(sentence: str) -> Iterator[Statement]:
    if (match := _CALLED.match(_TAIL.sub("", sentence))) is not None and not re.match(
        r"(?:뭐|누구|왜|어떻게)", match["name"]
    ):
        yield Statement(_tidy(sentence), "told", "user|called", match["name"])


_BETWEEN = re.compile(r"(?<=[가-힣]),\s+")


def _clauses(sentence: str) -> list[str]:
    parts = [part for part in _BETWEEN.split(sentence) if part.strip()]
    return parts if len(parts) > 1 and all(len(part) > 5 for part in parts) else [sentence]


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" ,;~")
