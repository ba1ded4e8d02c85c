"""Slips of the finger: what was meant comes first, and what is spelled right is looked for as it stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from knowledge.jamo import edits, hangul, keystrokes
from knowledge.lexicon import Entry, Lexicon
from knowledge.spelling import respelled
from knowledge.words import Words
from tests.knowledge.conftest import Memory

TEXTS = (
    "병원비 환급은 건강보험공단에 신청하면 다음 해에 계좌로 들어온다.",
    "육아휴직 급여는 고용센터에서 지급하며 통상임금의 80퍼센트이다.",
    "개인정보 처리 방침은 해마다 검토하여 누리집에 게시한다.",
    "주차 위반 고지서를 받으면 스무 날 안에 의견을 진술할 수 있다.",
    "세탁기 배수 필터는 한 달에 한 번 분리하여 청소한다.",
    "여권 유효기간이 여섯 달 미만이면 미리 갱신한다.",
    "비밀번호는 석 달마다 변경하고 공유하지 않는다.",
    "음식물 쓰레기는 물기를 뺀 뒤 노란색 수거함에 버린다.",
    "출장 숙박료는 영수증을 첨부하여 정산한다.",
    "연차휴가는 사흘 전에 결재를 올리고 부서장의 승인을 받는다.",
    "임차인은 계약이 끝나면 보증금을 반환받는다.",
    "반려견과 외출할 때는 목줄을 두 미터 이내로 유지한다.",
    "The tenant pays the security deposit before moving in.",
    "We received the laboratory results of the vaccine on Tuesday.",
    "The museum in the harbour is closed every second Wednesday.",
    "Maintenance of the elevator is scheduled for February.",
)
# As typed, as meant, and the number of the text. Keys beside the right one, missing, too many, swapped; as it sounds;
# the wrong layout; spaces.
SLIPS = (
    ("병웝비 돌려받기", "병원비 돌려받기", 0),
    ("병우너비", "병원비", 0),
    ("환긎 신청", "환급 신청", 0),
    ("건강보헝공단", "건강보험공단", 0),
    ("육아휴칙", "육아휴직", 1),
    ("고용샌터", "고용센터", 1),
    ("통상임긍", "통상임금", 1),
    ("개인정보처리방침", "개인정보 처리 방침", 2),
    ("개인정뵤", "개인정보", 2),
    ("개인 정보처 리방침", "개인정보 처리 방침", 2),
    ("누리짖", "누리집", 2),
    ("고지셔", "고지서", 3),
    ("주차위반고지서", "주차 위반 고지서", 3),
    ("세탁기 필더", "세탁기 필터", 4),
    ("세닥기", "세탁기", 4),
    ("여궈 갱신", "여권 갱신", 5),
    ("유효가간", "유효기간", 5),
    ("비밀번혼", "비밀번호", 6),
    ("음식몰", "음식물", 7),
    ("쓰래기", "쓰레기", 7),
    ("숙막료", "숙박료", 8),
    ("영수즌", "영수증", 8),
    ("연차휴기", "연차휴가", 9),
    ("보증긍", "보증금", 10),
    ("목쥴", "목줄", 11),
    ("quddnjsql", "병원비", 0),
    ("durnjs", "여권", 5),
    ("quddnjsqlsms", "병원비는", 0),
    ("dmatlranf", "음식물", 7),
    ("ㅡㅕㄴ뎌ㅡ", "museum", 14),
    ("secutiry depostis", "security deposit", 12),
    ("labratory", "laboratory", 13),
    ("vacine reslts", "vaccine results", 13),
    ("harbuor", "harbour", 14),
    ("maintainance", "maintenance", 15),
    ("elevater", "elevator", 15),
)


@pytest.fixture(scope="module")
def lexicon(words: Words, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lexicon]:
    opened = Lexicon(tmp_path_factory.mktemp("lexicon"), k1=1.2, b=0.75)
    split = [words.of_item(text) for text in TEXTS]
    opened.write([Entry(n, terms.terms, terms.grams, ()) for n, terms in enumerate(split)], ())
    yield opened
    opened.close()


def first(query: str, words: Words, lexicon: Lexicon) -> int | None:
    hits = lexicon.search(words.of_query(respelled(query, words, (lexicon,), _is_word)), 10)
    return max(hits, key=lambda item: hits[item].score) if hits else None


def _is_word(word: str) -> bool:
    return word in {"security", "deposit", "deposits", "results", "harbour"}


@pytest.mark.parametrize(("typed", "meant", "text"), SLIPS)
def test_what_was_meant_comes_first(words: Words, lexicon: Lexicon, typed: str, meant: str, text: int) -> None:
    assert first(typed, words, lexicon) == text
    assert first(meant, words, lexicon) == text


@pytest.mark.parametrize("query", [*TEXTS, *dict.fromkeys(meant for _, meant, _ in SLIPS)])
def test_what_is_spelled_right_stays(words: Words, lexicon: Lexicon, query: str) -> None:
    assert respelled(query, words, (lexicon,), _is_word) == query


@pytest.mark.parametrize(
    "query",
    [
        "며칠 안에 도착하나요?",
        "날을 잡아서 만나자",
        "김민수는 어디에 살아?",
        "quarterly earnings of Samsung",
        "BMW",
        "a b c",
        "",
    ],
)
def test_words_that_are_merely_not_there_stay(words: Words, lexicon: Lexicon, query: str) -> None:
    assert respelled(query, words, (lexicon,), _is_word) == query


def test_every_syllable_is_typed_by_its_keys() -> None:
    for code in range(0xAC00, 0xD7A4):
        assert hangul(keystrokes(chr(code))) == chr(code)
    assert keystrokes(unicodedata.normalize("NFD", "병원비")) == "quddnjsql"
    assert hangul("dkssudgktpdy") == "안녕하세요"
    assert hangul("DKSSUD") == "안녕"  # caps lock
    assert hangul("hello") is None


def test_slips_are_counted() -> None:
    assert edits("recieve", "receive", 2) == 1
    assert edits("kitten", "sitting", 3) == 3
    assert edits("short", "far too long", 2) == 3
    assert edits("", "ab", 2) == 2


def test_a_slip_is_found_by_the_memory(memory: Memory) -> None:
    for n, text in enumerate(TEXTS):
        memory.document(f"{n}.txt", text)
    memory.learn()
    for typed, text in (("육아휴칙 급여", 1), ("dmatlranf 쓰레기", 7), ("secutiry deposti", 12)):
        items = memory.recall(typed, "documents")
        assert items[0].path == f"{text}.txt"
        assert items[0].matches, "the right words are marked"


def test_decomposed_hangul_is_the_same(memory: Memory) -> None:
    """macOS spells file names, and what is copied from them, in single letters (NFD)."""
    memory.document("a.txt", unicodedata.normalize("NFD", TEXTS[0]))
    memory.document("b.txt", TEXTS[1])
    memory.learn()
    for query, path in (("병원비 환급", "a.txt"), ("육아휴직 급여", "b.txt")):
        for form in ("NFC", "NFD"):
            items = memory.recall(unicodedata.normalize(form, query), "documents")
            assert items[0].path == path
            assert items[0].text == unicodedata.normalize("NFC", items[0].text)
            assert items[0].matches
