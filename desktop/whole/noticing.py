"""Whether a prompt asks for what only the whole of some documents can answer: rules for English and Korean, no model.

A prompt is noticed when its last sentence is one of a few requests from its first word to its last; one more word,
and it takes the ordinary way. Reading everything may take an hour, so a miss costs less than a false alarm: the
window has a button for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from desktop.whole.naming import KO_NOUNS, MARK, Marked, Title, is_generic, mark_references

Kind = Literal["summary", "list", "count", "compare"]

LONGEST = 300  # characters: a longer prompt brings its text along
ABOUT_LONGEST = 60  # of what is listed or counted


@dataclass(frozen=True, slots=True)
class Noticed:
    """`about`: what is to be listed ("deadlines") or counted ("penguins"), in the prompt's words; else empty."""

    kind: Kind
    about: str
    documents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Such a request, but nobody knows about which documents."""

    kind: Kind


def notice(
    prompt: str, titles: Callable[[], Sequence[Title]], *, given: Sequence[int], cited: Sequence[int]
) -> Noticed | Unclear | None:
    """What of whole documents `prompt` asks for; None when it is an ordinary prompt.

    `given` are the documents put before us in this conversation, latest last, `cited` those of its last answer that
    used any. `titles` is called only for a prompt that has one of the words of such a request.
    """
    if len(prompt) > LONGEST or prompt.strip().count("\n") > 2 or not _TRIGGER.search(prompt):
        return None
    all_titles = titles()
    marked = mark_references(prompt, all_titles)
    sentence = _last_sentence(marked.text)
    for kind, pattern in _FORMS:
        match = pattern.fullmatch(sentence)
        if match is None:
            continue
        about = _about(marked, match.groupdict().get("about") or "")
        if (kind in ("list", "count")) != bool(about):
            continue
        if kind != "count" and any(marked.reference(mark).which == "any" for mark in re.findall(MARK, sentence)):
            return None  # "can you summarise files?"
        documents = _documents(marked, match, all_titles, given, cited)
        if documents is None or (kind == "compare" and len(documents) < 2):
            return Unclear(kind)
        return Noticed(kind, about, documents)
    return None


def _documents(
    marked: Marked, match: re.Match[str], titles: Sequence[Title], given: Sequence[int], cited: Sequence[int]
) -> tuple[int, ...] | None:
    groups = match.groupdict()
    marks = re.findall(MARK, "".join(words for name, words in groups.items() if words and name.startswith("docs")))
    if not marks and groups.get("bare"):  # "documents that mention": all there are
        marks = re.findall(MARK, groups["bare"])
        if not marks or (marked.reference(marks[0]).which == "the" and is_generic(marked.reference(marks[0]).noun)):
            return tuple(title.id for title in titles) or None
    if not marks:
        known = {title.id for title in titles}
        return tuple(id for id in given if id in known) or None  # "summarise this"
    found: list[int] = []
    for mark in marks:
        documents = marked.reference(mark).documents(titles, given, cited)
        if documents is None:
            return None
        found += documents
    return tuple(dict.fromkeys(found))


def _about(marked: Marked, words: str) -> str:
    """What is listed or counted, without articles, quotes and particles; empty when it is nothing to look for."""
    words = marked.plain(words).strip(" ,.:;")
    words = re.sub(rf"^(?:{_EN_TERM})\s+", "", words, flags=re.IGNORECASE)
    quoted = re.fullmatch(
        r"[\"'“‘«「『](.+?)[\"'”’»」』](?:이?라는|이?란)?(?:\s*(?:말|단어|표현|용어|이름)(?:이|을|가|를)?)?", words
    )
    if quoted is not None:
        return quoted[1].strip()
    words = re.sub(r"^(?:an?|the|any|some)\s+", "", words, flags=re.IGNORECASE)
    words = re.sub(r"(?<=[가-힣])(?:이?라는|이?란)\s*(?:말|단어|표현|용어|이름)$", "", words)
    if len(words) > ABOUT_LONGEST or re.fullmatch(
        r"(?:it|this|that|them|which|one|ones|이것|그것|것)?", words, re.IGNORECASE
    ):
        return ""
    return words


def _last_sentence(text: str) -> str:
    """The last sentence without its end mark; a request may follow a remark."""
    sentences = re.split(r"(?<=[.!?。])\s+|\n+", text.strip())
    last = [sentence for sentence in sentences if re.search(rf"\w|{MARK}", sentence)][-1:] or [""]
    return re.sub(r"\s+", " ", last[0]).strip(" .!?。~…:;")


# ---------------------------------------------------------------- the forms of a request

# A cheap sieve before the shelf is looked at: most prompts, "tell me all about it" among them, end here.
_TRIGGER = re.compile(
    r"summar|sum up|recap|outline|overview|synopsis|digest|gist|tl;?dr|condense|abstract"
    r"|(?:main|key|central|important|essential) (?:point|idea|takeaway|message|argument|finding)"
    r"|what(?:'s| is| are)\b.{3,}\babout\b"
    r"|\b(?:list|find|extract|collect|show|give|name|enumerate|pull|identify|tell|gather|note|get|write|look|what are"
    r"|make|compile|create|need|want)\b.{0,40}\b(?:every|all|each)\b|\b(?:in|from|across)\b.{3,}\b(?:every|all|each)\b"
    r"|how (?:many|often)|\b(?:which|that)\b.{1,80}\b(?:mention|contain|refer|talk|speak|name|discuss|include|use|say)"
    r"|\bcompare\b|\bdifferences?\b|similarities"
    r"|요약|정리|간추|무슨 내용|어떤 내용|내용이|관한 |대한 |모든|모두|전부|빠짐없이|모조리|싹 다|하나하나"
    r"|몇 ?(?:개|건|편|부|권|번|차례|회|문서|파일)|비교|차이|다른 점",
    re.IGNORECASE,
)

_D = rf"{MARK}(?:(?:\s*,\s*|\s+)(?:and\s+)?{MARK})*"
_EN_POLITE = (
    r"(?:(?:please|kindly|hey haema|haema|ok|okay|now|so|just|then|first|can you|could you|would you|will you"
    r"|can you please|could you please|i want you to|i need you to|i(?:'d| would) like you to|help me|let's"
    r"|go ahead and)[, ]+)*"
)
_LANGUAGES = r"english|korean|german|french|spanish|japanese|chinese"
_EN_TRAIL = (
    r"(?:,? (?:please|for me|for us|briefly|shortly|quickly|in detail|in short|in full|completely|now|again|too"
    r"|with (?:the |their )?(?:pages?|page numbers|sources)|as (?:a list|a table|bullet points|bullets)"
    rf"|in (?:{_LANGUAGES})|in plain (?:words|language|english)|in simple (?:words|terms)"
    r"|in (?:about |at most )?(?:an?|one|two|three|four|five|six|ten|a few|some|\d+) (?:short |simple )?"
    r"(?:sentences?|words?|lines?|paragraphs?|bullet points?|bullets?|points?)|in bullet points"
    r"|from start to (?:end|finish)))*"
)
_SUMMARY = r"(?:summary|overview|outline|synopsis|abstract|digest|gist|recap|tl;?dr)"
_SUMMARISE = r"(?:summari[sz]e|sum up|recap|outline|condense|tl;?dr(?: of)?:?)"
_ALL = r"(?:each and every|any and all|every single|every|each|all of the|all the|all)"
_EN_LIST = (
    r"(?:(?:list|find|extract|collect|show|give|name|enumerate|pull out|identify|tell|gather|note|get|write down"
    r"|look for)"
    r"(?: me| us)?|what are|(?:make|compile|write|create|give)(?: me| us)? an? (?:complete |full )?list of"
    r"|i (?:need|want)(?: a list of)?)"
)
_THERE = (
    r"(?:(?:that|which) (?:is|are|appears?|occurs?|stands?|comes? up) |that (?:is|are) (?:mentioned|named) "
    r"|mentioned |named "
    r"|contained |listed |found |given |stated |set out |written )?(?:in|from|of|across|within|throughout|inside)"
)
_EN_TERM = r"the (?:words?|terms?|phrases?|names?|expressions?)"
_MENTION = (
    r"(?:mentions?|contains?|refers? to|talks? about|speaks? of|names?|discuss(?:es)?|includes?"
    rf"|(?:uses?|says?) (?={_EN_TERM}))"
)
_BARE = r"(?P<bare>documents|files|pdfs)"

_KO_GIVE = (
    r"(?: ?(?:줘|줘요|줘라|주세요|주십시오|주라|줄래|줄래요|주실래요|줄 수 있어|줄 수 있어요|줄 수 있나요|주실"
    r" 수 있나요|주시겠어요"
    r"|주면 좋겠어|달라|다오|봐|봐요|보세요|보여 줘|라|요))?"
)
_KO_DO = (
    rf"(?: ?(?:좀 )?(?:해|하여|하여서)(?:서)?{_KO_GIVE}"
    r"| ?부탁(?:해|해요|드려요|드립니다|합니다)?| ?하세요| ?하라| ?하시오"
    r"| ?(?:해서 )?(?:보여|알려) ?(?:줘|주세요|줄래))?"
)
_KO_HOW = (
    r"(?:(?:좀|간단히|간단하게|간략히|간략하게|짧게|길게|자세히|쉽게|빠르게|빨리|핵심만|요점만|핵심 내용만|주요"
    r" 내용만|전부|모두|다|전체"
    r"|전체를|내용을|내용|읽고|다 읽고|모두 읽고|끝까지 읽고|처음부터 끝까지|한국어로|영어로|한글로|한마디로"
    r"|서로|꼼꼼히|표로|목록으로"
    r"|(?:한|두|세|네|다섯|여섯|열|몇|\d+) ?(?:문장|줄|단락|문단|가지|쪽|페이지)(?:으)?로) )*"
)
_KO_CONTENT = r"(?:(?:핵심|주요|전체) ?내용(?:을|만)? )?"
_KO_ALL = r"(?:하나도 빠짐없이|빠짐없이|전부 다|모두 다|모조리|모두|전부|다|싹 다|하나하나)"
_KO_LIST = (
    r"(?:(?:나열|열거|정리|추출|목록(?:으로)? ?(?:작성|정리))"
    rf"{_KO_DO}|(?:뽑아|뽑아내|찾아|찾아내|알려|적어|모아|보여|말해|골라|목록으로 만들어){_KO_GIVE})"
)
_KO_D = rf"{MARK}(?:(?:와|과|하고|랑|이랑|,|및)? ?{MARK})*"
_KO_IN = (
    r"(?:들?에 ?(?:있는|나오는|나온|적힌|쓰인|들어 ?있는|포함된|언급된|나와 ?있는)|들?에서 ?나오는|들?에서"
    r"|들?에|들?의|들? ?속의"
    r"|들? ?안의|들? ?안에서)"
)
_KO_AMONG = r"(?:들?(?: ?(?:중|가운데)(?:에서|에)?| ?에서|에|의)?) ?"
_KO_ABOUT = r"(?P<about>[^,.?!]{1,60}?)"
_KO_TERM = r"(?: ?(?:이라는|라는|이란|란) ?(?:말|단어|표현|용어|이름))?"
_KO_SAYS = (  # "that mentions", before a noun
    r"(?:[을를]? ?(?:언급하는|언급한|언급하고 있는|포함하는|포함한|담은|담고 있는|다루는|다룬)"
    r"|[이가]? ?(?:언급된|언급되는|나오는|나온|나와 있는|들어 ?있는|들어간|들어가는|포함된|등장하는|적힌|적혀"
    r" 있는|쓰인))"
)
_KO_HOW_MANY = r"몇 ?(?:개|건|편|부|권)"
_KO_IS = (
    r"(?: ?(?:나|이나))?(?: ?(?:야|이야|인가|인가요|예요|이에요|지|니|냐|인지 알려 ?(?:줘|주세요)|입니까|있어"
    r"|있어요|있나|있나요|있니|있습니까|돼|되나요|될까))?"
)
_KO_SAY_IT = (
    r"(?:해|하나|하나요|하니|하지|합니까|하고 ?있어|하고 ?있나요|했어|했나요|돼|되나요|되어 ?있어|돼 ?있어|됐어"
    r"|되었나요)?"
)


def _forms() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    docs, about = rf"(?P<docs>{_D})", rf"(?P<about>(?:(?!{MARK}).)+?|[^,]+?)"
    noun = rf"(?P<bare>{KO_NOUNS}|{MARK})"
    english: list[tuple[Kind, str]] = [
        ("summary", rf"{_SUMMARISE} (?:the (?:contents?|text|essence|(?:main|key) points?) of )?{docs}{_EN_TRAIL}"),
        ("summary", rf"{_SUMMARISE} (?:this|it|these|them|all of (?:it|this|these|them)){_EN_TRAIL}"),
        (
            "summary",
            (
                r"(?:(?:give|write|make|show|get|prepare|create|send|provide)(?: me| us)? |i (?:need|want|would like) "
                r"|i'd like )?"
                r"(?:(?:an?|the) )?(?:(?:short|brief|quick|concise|detailed|long|complete|full|executive|one-page"
                r"|good) )*"
                rf"{_SUMMARY} (?:of|for) {docs}{_EN_TRAIL}"
            ),
        ),
        (
            "summary",
            (
                r"(?:what are|what is|tell me|list|give me|show me) the (?:main|key|most important|central|essential) "
                rf"(?:points?|ideas?|takeaways?|messages?|arguments?|findings?) (?:of|in|from) {docs}{_EN_TRAIL}"
            ),
        ),
        ("summary", rf"what(?:'s| is| are) {docs} (?:all )?about{_EN_TRAIL}"),
        ("list", rf"{_EN_LIST} {_ALL} {about} {_THERE} {docs}{_EN_TRAIL}"),
        (
            "list",
            (
                rf"(?:in|from"
                rf"|across) {docs},? {_EN_POLITE}{_EN_LIST} {_ALL} (?P<about>(?:(?!{MARK}).)+?){_EN_TRAIL}"
            ),
        ),
        ("count", rf"how many (?:of )?(?:{docs}|{_BARE}) {_MENTION} (?P<about>.+)"),
        ("count", rf"(?:which|which one|which ones) (?:of )?(?:{docs}|{_BARE}) {_MENTION} (?P<about>.+)"),
        ("count", rf"{_EN_LIST} {docs} (?:that|which) {_MENTION} (?P<about>.+)"),
        (
            "count",
            (
                r"how (?:often|many times) (?:is|are|was|were|does|do|did) (?P<about>.+?) "
                rf"(?:mentioned|named|used|referred to|appear|occur|come up|get mentioned) (?:in|across"
                rf"|throughout) {docs}{_EN_TRAIL}"
            ),
        ),
        (
            "count",
            (
                rf"in how many (?:of )?(?:{docs}|{_BARE}) (?:is|are|does|do) (?P<about>.+?) (?:mentioned|named|used"
                rf"|appear|occur|come up)"
            ),
        ),
        (
            "compare",
            (
                rf"compare (?:and contrast )?(?P<docs>{MARK}(?:(?:,? (?:and|with|to) |, ?"
                rf"| ){MARK})*){_EN_TRAIL}"
            ),
        ),
        (
            "compare",
            (
                r"(?:what (?:are|is)|show me|tell me|list|explain|describe) (?:all )?the "
                r"(?:main |key |most important )?(?:differences?|similarities and differences) (?:between|among) "
                rf"(?P<docs>{_D}){_EN_TRAIL}"
            ),
        ),
    ]
    korean: list[tuple[Kind, str]] = [
        (
            "summary",
            rf"(?P<docs>{_KO_D})들?(?:을|를|의)? ?{_KO_CONTENT}{_KO_HOW}요약본?(?:을|를)?{_KO_DO}",
        ),
        ("summary", rf"(?P<docs>{_KO_D})들?(?:을|를)? ?{_KO_HOW}(?:정리{_KO_DO}|간추려{_KO_GIVE})"),
        ("summary", rf"(?P<docs>{_KO_D})의? ?{_KO_HOW}요약본?(?:을|를)? ?(?:써|만들어|작성해|보여|알려){_KO_GIVE}"),
        (
            "summary",
            (
                rf"(?P<docs>{_KO_D})(?:[은는이가]|에는)? ?(?:(?:무슨|어떤) 내용(?:이야|인가요|이에요|인지 알려 ?줘"
                rf"|이 있어)"
                r"|내용이 (?:뭐야|뭔가요|무엇인가요|뭐예요)|(?:무엇|뭐)에 (?:관한|대한) (?:거야|것인가요|내용이야))"
            ),
        ),
        ("summary", rf"(?:이거|이것|이걸|이것을)? ?{_KO_HOW}요약 ?해 ?(?:줘|줘요|주세요|줄래|줄래요)"),
        ("list", rf"(?P<docs>{_KO_D}){_KO_IN} ?(?:모든|온갖) {_KO_ABOUT}(?:들?[을를])? ?{_KO_HOW}{_KO_LIST}"),
        ("list", rf"(?P<docs>{_KO_D}){_KO_IN} ?{_KO_ABOUT}(?:들?[을를])? {_KO_ALL} {_KO_HOW}{_KO_LIST}"),
        (
            "count",
            (
                rf"(?:(?P<docs>{_KO_D}){_KO_AMONG})?{_KO_ABOUT}{_KO_TERM}{_KO_SAYS} {noun}들?(?:은|는|이|가)? "
                rf"(?:모두 |전부 |총 |다 )?{_KO_HOW_MANY}{_KO_IS}"
            ),
        ),
        (
            "count",
            (
                rf"(?P<docs>{_KO_D}){_KO_AMONG}(?:{_KO_HOW_MANY}(?:의 (?:{KO_NOUNS}|{MARK}))?|몇 (?:{KO_NOUNS}"
                rf"|{MARK}))(?:가|이|나|에서|에)? {_KO_ABOUT}{_KO_TERM}"
                rf"(?:[을를이가])? ?(?:언급|포함|등장|나와|나오나요|나오지|들어 ?있어|들어 ?있나요){_KO_SAY_IT}"
            ),
        ),
        (
            "count",
            (
                rf"(?P<docs>{_KO_D})들?(?:에서|에는|에|안에)? {_KO_ABOUT}{_KO_TERM}(?:[이가은는]|에 대한 언급이)?"
                rf" ?(?:모두 |전부 |총 |다 )?"
                r"몇 ?(?:번|차례|회)(?:이?나)? ?(?:나와|나와요|나오나|나오나요|나오지|나오니|나옵니까|등장해"
                r"|등장하나요|언급돼|언급되나요|언급됐어"
                r"|쓰였어|쓰여|쓰였나요|있어|있나요|야|인가요)"
            ),
        ),
        (
            "count",
            (
                rf"(?:(?P<docs>{_KO_D}){_KO_AMONG})?{_KO_ABOUT}{_KO_TERM}{_KO_SAYS} {noun}들?(?:을"
                rf"|를)? ?{_KO_ALL} {_KO_LIST}"
            ),
        ),
        ("compare", rf"(?P<docs>{_KO_D})들?(?:을|를)? ?{_KO_HOW}비교{_KO_DO}"),
        (
            "compare",
            (
                rf"(?P<docs>{_KO_D})들?(?:의|은|는|에는| 사이의)? ?(?:차이점|차이|공통점과 차이점|다른 점)(?:을|를"
                rf"|은|이)? ?{_KO_HOW}"
                rf"(?:알려{_KO_GIVE}|설명{_KO_DO}|정리{_KO_DO}|말해{_KO_GIVE}|찾아{_KO_GIVE}|보여{_KO_GIVE}|뭐야"
                rf"|뭔가요|무엇인가요)"
            ),
        ),
    ]
    return tuple(
        [(kind, re.compile(_EN_POLITE + form, re.IGNORECASE)) for kind, form in english]
        + [(kind, re.compile(rf"(?:(?:자|그럼|이제|혹시|먼저),? )?{form}")) for kind, form in korean]
    )


_FORMS = _forms()
