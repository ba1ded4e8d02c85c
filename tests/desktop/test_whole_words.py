"""What is found without a model: exact counts, every date and amount, and what of a model's note the text backs."""

from __future__ import annotations

import pytest

from desktop.whole.mentions import Sought
from desktop.whole.notes import backed, choice_grammar, chosen, quotation
from desktop.whole.packs import Gauge, next_pack
from desktop.whole.wanted import Wanted
from engine import gbnf
from knowledge.shelf import Leaf, Shelved

# words, text, how often they themselves, how often inside longer words
COUNTS = [
    ("penguin", "Penguins swim. A penguin's egg; PENGUIN.", 3, 0),
    ("indemnify", "The tenant indemnifies the landlord and indemnified him.", 2, 0),
    ("force majeure", "Force majeure, a force-majeure event, the force of nature, majeure force.", 2, 0),
    ("statement of work", "A statement of work. The statements of works. A work statement.", 2, 0),
    ("go", "They went and have gone; a gopher does go.", 3, 0),
    ("cat", "The category of concatenated catalogues.", 0, 0),
    ("will", "Where there is a will there will be a way.", 2, 0),
    ("Jin", "Jin said that Jin's sister knows jinx.", 2, 0),
    ("résumé", "Her résumé is a resume.", 2, 0),
    ("보증금", "보증금은 보증금을 낸 사람에게 돌려준다. 임대보증금과 보증금반환. 보증금.", 3, 2),
    ("위약금", "위약금이라는 말; 위약금이나 배상금, “위약금”입니다.", 3, 0),
    ("이사", "이사는 이사회에서 이사를 뽑는다.", 2, 1),
    ("해지", "계약을 해지하고 해지할 수 있으며 해지권을 가진다.", 2, 1),
    ("불가항력", "불가항력적인 사유. 불가항력으로 인한", 2, 0),
    ("임대 보증금", "임대보증금을, 임대 보증금을 반환한다.", 2, 0),
    ("GPU", "GPU를 쓰는 GPU, GPUs.", 3, 0),
]


@pytest.mark.parametrize(("words", "text", "own", "inside"), COUNTS)
def test_mentions_are_counted_by_the_words_themselves(words, text, own, inside):
    found = Sought(words).mentions(text)
    assert (len(found.own), len(found.inside)) == (own, inside), [text[a:b] for a, b in (*found.own, *found.inside)]


DEADLINES = [
    "The report is due on 3 March 2026.",
    "Payment must be made within 30 days of the invoice.",
    "Notice shall be given no later than three months before the end of the term.",
    "Applications close by 15 January 2027.",
    "The deadline is set by the board.",
    "The lease expires on August 31, 2027.",
    "Deliver the goods by Friday.",
    "신청서는 2026년 3월 5일까지 제출해야 한다.",
    "대금은 청구일부터 30일 이내에 지급한다.",
    "계약 만료 3개월 전까지 서면으로 통지한다.",
    "마감은 매월 25일이다.",
    "2026. 4. 30.까지 납부하여야 한다.",
]
DATES = ["The company was founded on 5 May 1999.", "이 회사는 1999년 5월 5일에 설립되었다."]
NEITHER = [
    "The tenant pays the costs.",
    "You may march in the street.",
    "임차인은 비용을 부담한다.",
    "Article 12 applies.",
]


@pytest.mark.parametrize("sentence", [*DEADLINES, *DATES])
def test_no_deadline_is_lost(sentence):
    (hit,) = Wanted("deadlines").hits(sentence)
    assert hit.sure is (sentence in DEADLINES)


@pytest.mark.parametrize("sentence", NEITHER)
def test_what_has_no_date_is_no_deadline(sentence):
    assert not list(Wanted("마감일").hits(sentence))


@pytest.mark.parametrize(
    ("about", "text", "found"),
    [
        ("amount of money", "It costs €1,200.50. It is red. A fee of 300 USD.", 2),
        ("금액", "보증금은 5,000만원이다. 파란색이다. 월세 오십만 원을 낸다. 3억 2천만 원.", 3),
        ("email addresses", "Write to jin@example.org or call +82 51 123 4567. Hello.", 1),
        ("전화번호", "연락처는 051-123-4567이다. 메일은 없다.", 1),
        ("interest rates", "The rate is 3.5 %. It may change.", 1),
        ("obligations of the tenant", "The tenant's obligation is to pay. The landlord repairs.", 1),
        ("임차인의 의무", "임차인은 청소할 의무가 있다. 임대인은 수리한다.", 1),
    ],
)
def test_what_is_listed_is_found_by_its_shape_or_its_words(about, text, found):
    assert len(list(Wanted(about).hits(text))) == found


LEASE = (
    "The lease of the Busan office runs until 31 August 2027. The rent is 2,000 euros a month, due on the first day."
)


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("The Busan office's lease runs until 31 August 2027.", True),
        ("The Busan office's lease runs until 31 August 2029.", False),
        ("The Seoul office's lease runs until 31 August 2027.", False),
        ("Contracts are important documents in many countries of the world.", False),
        ("The monthly rent of the office is 2,000 euros and the lease runs", False),  # was cut off
    ],
)
def test_a_note_keeps_only_what_the_text_backs(note, kept):
    assert backed(note, LEASE) == (note if kept else "")


def test_a_korean_note_is_compared_too():
    text = "부산 사무실의 임대차 기간은 2027년 8월 31일까지이다. 월세는 매월 1일에 지급한다."
    assert backed("부산 사무실의 임대차 기간은 2027년 8월 31일까지이다.", text)
    assert not backed("부산 사무실의 임대차 기간은 2029년 8월 31일까지이다.", text)
    assert not backed("대한민국은 아름다운 나라이며 사계절이 뚜렷하다.", text)


def test_a_quotation_is_the_texts_own():
    chosen_words = quotation([LEASE, "Penguins. Nothing."])
    assert chosen_words
    assert all(sentence.strip(" .") in LEASE for sentence in chosen_words.split(". "))


def test_the_model_can_only_name_sentences():
    gbnf.check(choice_grammar())
    assert chosen("2, 7, 99, 0", 10) == [1, 6]
    assert chosen("none", 10) == []
    assert chosen(", ".join(map(str, range(1, 11))), 10) == [], "who marks everything has marked nothing"


@pytest.mark.parametrize("script", ["The quick brown fox jumps over it. ", "빠른 갈색 여우가 개를 뛰어넘는다. "])
def test_packs_lose_no_letter_however_long_a_passage_is(script):
    book = Shelved(1, "/a.txt", None, None, 4)
    leaves = [Leaf(n, n, (script * size).strip(), None, None) for n, size in enumerate((1, 60, 2, 9), start=1)]
    gauge, part, texts, finished = Gauge(), None, [], []
    left = leaves
    while left:
        pack, part = next_pack(book, left, part, 120, gauge)
        assert gauge.estimate(pack.text) < 140
        texts += pack.texts
        finished += pack.finishes
        left = left[len(pack.finishes) :]
    assert finished == [1, 2, 3, 4]
    plain = "".join("".join(texts).split())
    assert plain == "".join("".join(leaf.text for leaf in leaves).split())


def test_the_gauge_learns_what_a_token_is():
    gauge, text = Gauge(), "some words " * 50
    gauge.learn(text, 550)
    assert 550 <= gauge.estimate(text) < 650
