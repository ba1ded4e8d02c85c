"""Whom a Korean question calls by name, with particles and titles; and what is looked for beside the name."""

from __future__ import annotations

import pytest

from knowledge.called import is_called, of_query
from knowledge.words import Words


@pytest.mark.parametrize(
    "text",
    [
        "민지야 어디야?",
        "민지가 뭐 했지?",
        "민지 씨는?",
        "민지네 집",
        "민지한테는 말했나",
        "김민지 생일",
        "민지 선배님께서",
    ],
)
def test_a_name_is_heard_with_what_clings_to_it(text: str) -> None:
    assert is_called(text, "김민지" if text.startswith("김") else "민지")


def test_a_given_name_calls_the_full_one() -> None:
    assert is_called("민지 생일이 언제야?", "김민지")
    assert is_called("서준이가 연 가게", "서준")


@pytest.mark.parametrize(
    ("text", "name"), [("지훈련 이름", "지훈"), ("지수함수가 뭐야", "지수"), ("전하은", "하은"), ("수", "수")]
)
def test_a_word_that_holds_a_name_is_another_word(text: str, name: str) -> None:
    assert not is_called(text, name)


def test_a_name_is_looked_for_in_one_piece(words: Words) -> None:
    """서준 is no dictionary's word: the analysis alone makes 서 and 준 of it, and looks for both."""
    query = "서준이 하은에게 준 선물은?"
    assert of_query(words, query, ()).terms.keys() > {"선물"}
    looked_for = of_query(words, query, {"서준", "하은"})
    assert looked_for.terms.keys() == {"선물"}
    assert looked_for.grams["서준"] == looked_for.grams["하은"] == 1.0
    assert of_query(words, "서준?", {"서준"}).terms  # of nothing but a name something is left to look for
