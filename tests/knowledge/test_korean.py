"""Korean words that mean the same: found in the app's table, looked for, and worth it on questions reworded by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.alike import shipped
from knowledge.korean import ALIKE_WEIGHT
from knowledge.lexicon import Entry, Lexicon
from knowledge.words import Words
from tests.bench import reworded
from tests.knowledge.conftest import Memory


@pytest.mark.parametrize(
    ("word", "tag", "other"),
    [("병원비", "NNG", "의료비"), ("암호", "NNG", "비밀"), ("책", "NNG", "도서"), ("먹", "VV", "드시")],
)
def test_words_that_mean_the_same_are_near(word: str, tag: str, other: str) -> None:
    near = dict(shipped().near(word, tag))
    assert other in near
    assert word not in near
    assert all(0.29 < cosine <= 1 for cosine in near.values())


def test_an_unknown_word_has_none() -> None:
    assert shipped().near("그루브웍스", "NNG") == []


def test_the_table_is_of_the_installed_analyser() -> None:
    """Words near each other in the table are near each other in the model: a table of another version would not be."""
    from kiwipiepy import Kiwi

    kiwi = Kiwi(num_workers=1)
    words = ("병원", "자동차", "학교", "음식", "여행", "회사", "강아지", "날씨")
    for word in words:
        nearest = shipped().near(word, "NNG")[0][0]
        theirs = [other.form for other in kiwi.most_similar_morphemes((word, "NNG"), 60)]
        assert nearest in theirs, word


def test_expansions_weigh_less_than_words(words: Words) -> None:
    query = words.of_query("병원비는 어디서 돌려받나?")
    assert query.expansions["의료비"][0] == "병원비"
    assert all(0 < weight <= ALIKE_WEIGHT for _, weight in query.expansions.values())
    assert not query.expansions.keys() & query.terms.keys()
    assert words.of_query("Where is my refund?").expansions == {}


def test_reworded_questions_find_more(words: Words, tmp_path: Path) -> None:
    ours = reworded.measured(words, tmp_path / "with", lambda query: query)
    bare = reworded.measured(words, tmp_path / "without", reworded.without)
    assert ours.among_first >= bare.among_first + 0.15
    assert ours.at_first > bare.at_first


def test_the_words_own_text_stays_first(memory: Memory) -> None:
    """What means the same helps where the word is missing, and does not pass the word itself."""
    memory.document("own.txt", "호텔 예약은 총무팀이 한다.")
    memory.document("alike.txt", "숙소와 여관 예약은 각자 한다.")
    memory.document("other.txt", "회의는 월요일 아침에 한다.")
    memory.learn()
    assert [item.path for item in memory.recall("호텔 예약", "documents")][:2] == ["own.txt", "alike.txt"]


def test_a_document_lends_its_parts_what_they_do_not_say(words: Words, tmp_path: Path) -> None:
    """The price stands in a later part of the page that names the product in its first."""
    texts = [
        "한빛 텀블러 사용 안내서입니다.",
        "가격은 삼만 원이고 배송비는 없습니다.",
        "가격은 만 원이고 우산은 두 개입니다.",
    ]
    of_document = {0: 1, 1: 1, 2: 2}
    lexicon = Lexicon(tmp_path / "lexicon", k1=1.2, b=0.75)
    split = [words.of_item(text) for text in texts]
    lexicon.write([Entry(item, one.terms, one.grams, ()) for item, one in enumerate(split)], ())
    query = words.of_query("한빛 텀블러의 가격은?")
    alone = lexicon.search(query, 10)
    lent = lexicon.search(query, 10, wholes=lambda items: {item: of_document[item] for item in items})
    assert lent[1].score > alone[1].score
    assert lent[2].score == alone[2].score
    assert lent[1].coverage == alone[1].coverage
    lexicon.close()
