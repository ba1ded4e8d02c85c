"""The answer's own words around what was found, in the language of the question.

The window's words are translated by Qt; these are part of the stored answer, which stays as it was written.
"""

from __future__ import annotations

from collections.abc import Sequence

from desktop.whole.job import Coverage, quoted
from desktop.whole.wanted import Sort

_ENGLISH = {
    "parts": "**Part by part**",
    "documents": "**Document by document**",
    "sure_deadline": "**Deadlines**",
    "unsure_deadline": "**Other sentences with a date**",
    "sure_date": "**Dates**",
    "unsure_date": "**Sentences with a period of time**",
    "sure": "**Found**",
    "model": "**Also marked by the model**",
    "model_only": "**Marked by the model**",
    "without": "Without it: {names}.",
}
_KOREAN = {
    "parts": "**부분별 내용**",
    "documents": "**문서별 내용**",
    "sure_deadline": "**기한**",
    "unsure_deadline": "**날짜가 있는 다른 문장**",
    "sure_date": "**날짜**",
    "unsure_date": "**기간이 있는 문장**",
    "sure": "**찾은 문장**",
    "model": "**모델이 더 고른 문장**",
    "model_only": "**모델이 고른 문장**",
    "without": "나오지 않는 문서: {names}.",
}
NAMES = 12  # of documents that are named one by one


def phrase(name: str, *, korean: bool) -> str:
    """A heading or a fixed sentence."""
    return (_KOREAN if korean else _ENGLISH)[name]


def heading(sort: Sort, *, sure: bool, korean: bool) -> str:
    """What a part of a list is called."""
    name = f"{'sure' if sure else 'unsure'}_{sort}"
    return phrase(name if name in _ENGLISH else "sure", korean=korean)


def place(name: str, pages: Sequence[int], *, korean: bool) -> str:
    """Where something stands: the file's name (empty: it goes without saying), its pages."""
    where = ""
    if len(pages) == 1:
        where = f"{pages[0]}쪽" if korean else f"page {pages[0]}"
    elif pages:
        where = f"{pages[0]}–{pages[-1]}쪽" if korean else f"pages {pages[0]}–{pages[-1]}"
    return ", ".join(part for part in (quoted(name), where) if part)


def some_pages(pages: Sequence[int], *, korean: bool) -> str:
    """Single pages, the first dozen of them."""
    shown = ", ".join(str(page) for page in pages[:NAMES]) + (" …" if len(pages) > NAMES else "")
    if not pages:
        return ""
    if korean:
        return f"{shown}쪽"
    return f"page {shown}" if len(pages) == 1 else f"pages {shown}"


def names(all_names: Sequence[str], *, korean: bool) -> str:
    """The names of documents, as far as they can be read."""
    shown = ", ".join(quoted(name) for name in all_names[:NAMES])
    more = len(all_names) - NAMES
    if more <= 0:
        return shown
    return f"{shown} 외 {more}개" if korean else f"{shown} and {more} more"


def times(count: int, *, korean: bool) -> str:
    """How often something stands somewhere."""
    if korean:
        return f"{count}번"
    return "once" if count == 1 else f"{count} times"


def counted(words: str, documents: int, of: int, places: int, *, korean: bool) -> str:
    """How many documents mention some words, by the words themselves."""
    words = quoted(words)
    if korean:
        if of == 1:
            topic = _particle(words, "은", "는")
            return f"글자 그대로 찾아보니 “{words}”{topic} 이 문서에 **{places}번** 나와요."
        subject = _particle(words, "이", "가")
        return f"글자 그대로 찾아보니 문서 {of}개 중 **{documents}개**에 “{words}”{subject} 나와요(모두 {places}번)."
    if of == 1:
        return (
            f"By words: the document mentions “{words}” **{times(places, korean=False)}**."
            if places
            else (f"By words: the document does not mention “{words}”.")
        )
    verb = "mentions" if documents == 1 else "mention"
    return f"By words: **{documents} of {of}** documents {verb} “{words}” ({times(places, korean=False)} in all)."


def _particle(word: str, behind_final: str, otherwise: str) -> str:
    """The particle that suits a word's last syllable; both where it does not end in Hangul."""
    last = word.rstrip()[-1:]
    if not "가" <= last <= "힣":
        return f"{behind_final}({otherwise})"
    return behind_final if (ord(last) - ord("가")) % 28 else otherwise


def inside_too(documents: int, places: int, *, korean: bool) -> str:
    """What stands only as a part of longer words, and is not counted above."""
    if korean:
        return f"더 긴 낱말의 일부로는 문서 {documents}개에 {places}번 더 나와요(위 수에는 넣지 않았어요)."
    often = times(places, korean=False)
    return f"As a part of longer words it stands in {documents} documents, {often}; that is not counted above."


def listed(count: int, about: str, *, korean: bool) -> str:
    """How many sentences were found."""
    about = quoted(about)
    if korean:
        return f"“{about}”: 문장 **{count}개**를 찾았어요." if count else f"“{about}”에 맞는 문장을 찾지 못했어요."
    if not count:
        return f"No sentence on “{about}” was found."
    return f"“{about}”: **{count}** {'sentence' if count == 1 else 'sentences'} found."


def beyond(count: int, *, korean: bool) -> str:
    """What of a list is not shown."""
    return f"… 이 밖에 {count}개 더 있어요." if korean else f"… and {count} more."


def gone(*, korean: bool) -> str:
    """There is nothing to read."""
    if korean:
        return "읽을 문서가 기억에 없어요. 파일을 창에 놓고 다시 물어보세요."
    return "There is nothing to read: the document is not in the memory. Drop its file on the window and ask again."


def read_so_far(coverage: Coverage, *, korean: bool) -> str:
    """How much was read, for an answer that is not about the whole."""
    read, total = coverage.read, coverage.total
    if korean:
        return f"단락 {total}개 중 {read}개를 읽었어요(멈춤)."
    return f"Read {read} of {total} passages (stopped)."
