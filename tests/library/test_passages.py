"""Where documents are cut: whole when short, at structure when long, never beyond the limit, and nothing is lost."""

from __future__ import annotations

import random
import re

import pytest

from knowledge.passages import CHARACTERS_PER_TOKEN, SYLLABLES, Draft, document_text, split
from knowledge.readers import Section

LIMIT = 50


def count(text: str) -> int:
    """Words and signs, as WordPiece at its best."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def cut(*sections: Section, limit: int = LIMIT) -> list[Draft]:
    """The drafts, after what must hold for all: word for word in place, in order, nothing but space between."""
    drafts = split(sections, count, limit)
    text = document_text(sections)
    end = 0
    for number, draft in enumerate(drafts):
        assert draft.ordinal == number
        assert text[draft.start : draft.start + len(draft.text)] == draft.text
        assert draft.start >= end
        assert not text[end : draft.start].strip()
        assert draft.text == draft.text.strip()
        assert draft.text
        hangul = len(re.findall("[가-힣]", draft.text))
        assert count(re.sub("[가-힣]", " ", draft.text)) + hangul * limit / SYLLABLES <= limit + 1e-6
        assert hangul or len("".join(draft.text.split())) <= limit * CHARACTERS_PER_TOKEN
        end = draft.start + len(draft.text)
    assert not text[end:].strip()
    return drafts


def sentences(number: int, words: int = 9) -> str:
    return " ".join(f"Sentence {n} {'word ' * (words - 3)}ends." for n in range(number))


def test_a_short_document_is_one_passage() -> None:
    (draft,) = cut(Section("Title\n\none\n\ntwo", heading="Title"), Section("Sub\n\nthree", heading="Title › Sub"))
    assert draft == Draft(0, "Title\n\none\n\ntwo\n\nSub\n\nthree", None, "Title", 0)
    assert cut() == []


def test_pages_are_never_joined() -> None:
    drafts = cut(Section("one", 1), Section("two", 2), Section("three", 4))
    assert [(draft.text, draft.page) for draft in drafts] == [("one", 1), ("two", 2), ("three", 4)]


def test_long_sections_keep_to_themselves_and_short_ones_go_with_the_next() -> None:
    long = sentences(4)
    drafts = cut(
        Section(f"A\n\n{long}", heading="T › A"),
        Section("B", heading="T › B"),
        Section(f"C\n\n{sentences(3)}", heading="T › C"),
        Section("D\n\nthe end.", heading="T › D"),
    )
    assert [draft.heading for draft in drafts] == ["T › A", "T"]
    assert drafts[1].text.startswith("B\n\nC\n\n")
    assert drafts[1].text.endswith("the end.")


def test_the_heading_of_what_has_nothing_in_common_is_the_first() -> None:
    (draft,) = cut(Section("A", heading="A"), Section("B", heading="B"))
    assert draft.heading == "A"


def test_a_long_text_is_cut_between_paragraphs_into_even_passages() -> None:
    paragraphs = [sentences(2) for _ in range(12)]
    drafts = cut(Section("\n\n".join(paragraphs)))
    assert all(re.fullmatch(r"(Sentence 0 .* ends\. Sentence 1 .* ends\.\n*)+", draft.text) for draft in drafts)
    sizes = [count(draft.text) for draft in drafts]
    assert max(sizes) - min(sizes) <= count(paragraphs[0])


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    drafts = cut(Section(sentences(23)))
    assert len(drafts) == 5
    assert all(draft.text.startswith("Sentence") and draft.text.endswith("ends.") for draft in drafts)


def test_rows_of_a_table_are_not_torn() -> None:
    rows = [f"Row {n} | a cell | another cell | 1,200 | the end" for n in range(30)]
    for draft in cut(Section("\n".join(rows))):
        assert set(draft.text.split("\n")) <= set(rows)


def test_abbreviations_and_numbers_do_not_end_sentences() -> None:
    text = " ".join(["It costs 3.5 won, e.g. at the market, i.e. nearly nothing at all."] * 8)
    assert all(draft.text.startswith("It costs") for draft in cut(Section(text)))


def test_korean_is_measured_by_its_syllables_and_cut_at_its_sentences() -> None:
    sentence = "해마는 새로운 기억을 오래 간직하도록 돕는 뇌의 부분이다."
    text = " ".join([sentence] * 60)
    drafts = cut(Section(text), limit=200)
    assert len(drafts) == 4
    syllables = [len(re.findall("[가-힣]", draft.text)) for draft in drafts]
    assert all(300 < number <= SYLLABLES for number in syllables)
    assert all(draft.text.endswith("부분이다.") for draft in drafts)
    polite = " ".join(["오늘은 바다에 갔어요." for _ in range(200)])
    assert all(draft.text.endswith("갔어요.") for draft in cut(Section(polite), limit=200))
    assert len(cut(Section("가" * 3000), limit=200)) >= 6


def test_japanese_and_chinese_sentences_need_no_spaces() -> None:
    drafts = split([Section("海馬は記憶をつかさどる。" * 40)], len, 100)
    assert len(drafts) > 4
    assert all(draft.text.endswith("つかさどる。") for draft in drafts)


def test_words_beyond_all_measure_are_cut_hard() -> None:
    blob = "".join(random.Random(1).choices("abcdef0123456789", k=20_000))
    drafts = cut(Section(f"before\n\n{blob}\n\nafter"))
    assert "".join(draft.text for draft in drafts).replace("\n\n", "") == f"before{blob}after"
    drafts = cut(Section("word " * 3000))
    assert all(re.fullmatch(r"(word ?)+", draft.text) for draft in drafts)


def test_tokens_are_counted_sparingly() -> None:
    seen = 0

    def counting(text: str) -> int:
        nonlocal seen
        seen += len(text)
        return count(text)

    sections = [Section("\n\n".join(sentences(30) for _ in range(5)), page) for page in range(1, 60)]
    sections.append(Section("word " * 50_000))
    split(sections, counting, 200)
    assert seen < 3 * len(document_text(sections))


@pytest.mark.parametrize("seed", range(30))
def test_whatever_the_text_nothing_is_lost(seed: int) -> None:
    dice = random.Random(seed)
    bits = [
        "word ",
        "Sentence ends. ",
        "한국어 문장이다. ",
        "\n",
        "\n\n",
        "。",
        "x" * 300,
        "1.5 | 2 ",
        "“Quoted.” ",
        "\t",
        "漢字",
    ]
    sections = [
        Section(
            "".join(dice.choices(bits, k=dice.randrange(1, 200))).strip() or "x",
            dice.choice([None, 1, 2]),
            dice.choice([None, "A", "A › B"]),
        )
        for _ in range(dice.randrange(1, 9))
    ]
    cut(*sections, limit=dice.choice([8, 50, 200]))


def test_korean_sentences_are_parted_even_without_a_space_behind_them() -> None:
    text = "".join(f"해마는 {n}번 방에서 기억을 맡고 있다.그것은 {n}년 동안 변하지 않았어요!" for n in range(60))
    drafts = cut(Section(text))
    assert len(drafts) > 2
    assert all(draft.text.endswith(("다.", "요!")) for draft in drafts)
    assert not any(re.match(r"\d", draft.text) for draft in drafts)


def test_rows_of_a_table_and_lines_of_code_are_not_parted() -> None:
    table = "\n".join(f"품목: 배 {n}호 | 단가: {n}000 | 비고: 없음. 또 없음." for n in range(40))
    code = "\n".join(f"    value_{n} = compute({n})  # it is fine. Really." for n in range(40))
    for text in (table, code):
        lines = {line.strip() for line in text.split("\n")}
        assert all({line.strip() for line in draft.text.split("\n")} <= lines for draft in cut(Section(text)))
