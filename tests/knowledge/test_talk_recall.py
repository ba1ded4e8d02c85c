"""What helps to find a turn: the question as its speaker would say it, the turns around it, room without fillers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.alike_english import related
from knowledge.fillers import without_fillers
from knowledge.first_person import in_first_person, of_person
from knowledge.fusion import AROUND, MEANING, Found, add_telling, fuse, look_around, why_recalled
from knowledge.imports import import_conversations
from knowledge.lexicon import Hit
from knowledge.packing import GAP_TOKENS, ITEM_TOKENS, Candidate, Packing
from knowledge.telling import telling
from tests.knowledge.conftest import Memory


@pytest.mark.parametrize(
    ("question", "name", "said"),
    [
        ("What did Caroline research?", "Caroline", "What did I research?"),
        ("When does Ann Lee's sister visit her?", "Ann Lee", "When does my sister visit my?"),
        ("Where is Caroline going?", "Caroline Smith", "Where am I going?"),
        ("Was caroline there?", "Caroline", "Was I there?"),
        ("Who met Annabel?", "Ann", "Who met Annabel?"),
        ("What is her name?", "Ann", "What is her name?"),
        ("지수는 언제 왔어?", "지수", "지수는 언제 왔어?"),
        ("Who is C++ (the nickname)?", "C++ (", "Who is C++ (the nickname)?"),
    ],
)
def test_a_question_as_its_person_would_say_it(question: str, name: str, said: str) -> None:
    assert in_first_person(question, name) == said


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Wow, that's awesome, Ann! I adopted a dog. Take care, thanks!", "I adopted a dog."),
        ("Yes! Thanks, Ann! No. It was great! Great, at 7. How are you? I'm not well.", None),  # all but "Thanks, Ann!"
        ("In the morning.", "In the morning."),  # it may be what was asked for
        ("Thanks, Ann! Bye!", "Thanks, Ann!"),
        ("Thanks, Priscilla! I know her.", "Thanks, Priscilla! I know her."),  # of whom else is it said
        ("고마워! 내일 세 시에 만나.", "내일 세 시에 만나."),
        ("헐 진짜??? 민지야 축하해!! 나는 시바견 키워 ㅋㅋㅋ", "나는 시바견 키워"),
        ("와 대박이다 ㅋㅋ", "와 대박이다"),
        ("응 맞아. 괜찮아. 진짜 맛있어? 3시에 안녕.", "응 맞아. 괜찮아. 진짜 맛있어? 3시에 안녕."),  # answers, and more
        ("너무 슬퍼 ㅠㅠ", "너무 슬퍼 ㅠㅠ"),
        ("", ""),
    ],
)
def test_fillers_leave_room_and_take_no_answer_along(text: str, shown: str | None) -> None:
    expected = text.replace("Thanks, Ann! ", "") if shown is None else shown
    assert without_fillers(text, {"Ann", "Bob", "민지"}) == expected


@pytest.mark.parametrize(
    ("text", "question", "shown"),
    [
        ("That looks so beautiful! My cat is called Bo. What's new with you?", "Which pets?", "My cat is called Bo."),
        ("That looks so beautiful! My cat is called Bo.", "What was beautiful?", None),  # a word of the question's
        ("That sounds tough! My cat is called Bo.", "What does Ann think of it?", None),  # it asks for an opinion
        ("I'm so proud! My cat is called Bo.", "Which pets?", None),  # said of oneself
        ("It was amazing! My cat is called Bo. How is she?", "Which pets?", None),  # past; somebody else
    ],
)
def test_what_says_nothing_leaves_room_beside_a_question(text: str, question: str, shown: str | None) -> None:
    assert without_fillers(text, {"Ann"}, question) == (shown or text)
    assert without_fillers(text, {"Ann"}) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I'm here, and my dog is with me.", "Ann is here, and Ann's dog is with Ann."),
        ("I’ve met Imogen; My, I'd go.", "Ann has met Imogen; Ann's, Ann would go."),
        ("나는 My를 몰라.", "나는 My를 몰라."),
    ],
)
def test_a_turn_as_it_is_told_of_its_speaker(text: str, told: str) -> None:
    assert of_person(text, "Ann") == told


def test_who_tells_something_comes_before_who_asks() -> None:
    texts = {
        1: "I adopted a dog last week.",
        2: "I like dogs.",
        3: "Dogs are loyal.",
        4: "How are your dogs? Do you walk?",
    }
    assert [telling(text) for text in texts.values()] == sorted(map(telling, texts.values()), reverse=True)
    assert telling("") == 0
    found = [Found("message", n, "c", 0.5, Hit(n, 1.0, 0.5), {"meaning": 0.5}) for n in texts]
    add_telling(found, texts.__getitem__)
    assert max(found, key=lambda one: one.score).item == 1
    assert why_recalled(found[0]) == ("meaning",)  # what it tells is no reason by itself


def test_turns_a_little_apart_share_an_item() -> None:
    def turn(n: int, *near: int) -> Candidate:
        return Candidate(
            ("message", n),
            f"t{n}",
            (("message", n - 1), ("message", n + 1)),
            200,
            n,
            near=tuple(("message", other) for other in near),
        )

    packing = Packing(None, 2 * ITEM_TOKENS + GAP_TOKENS + 3 + 3, lambda text: len(text.split()), lambda text: 0)
    packing.pack([turn(8, 6, 5), turn(20, 18), turn(5)])
    assert [item.text for item in packing.items] == ["t5\n…\nt8", "t20"]
    packing.pack([turn(6), turn(7)])  # they close the gap, whose cost is given back
    assert packing.items[0].text == "t5\nt6\nt7\nt8"


def test_a_kind_finds_one_of_it_but_a_name_finds_no_other() -> None:
    near = related(["pet", "john", "zzyzx"], {"John Doe"})
    assert near["dog"][0] == "pet"
    assert 0 < near["dog"][1] < 0.3
    assert {term for term, _ in near.values()} == {"pet"}


def test_a_turn_gains_by_those_around_it() -> None:
    """Of two turns as near to the question, the one among near ones comes first, and its parts sum up."""
    angles = {1: 0.2, 2: 0.6, 3: 0.2, 4: 1.4, 5: 0.6, 6: 1.4}
    vectors = {item: np.array([np.cos(angle), np.sin(angle)]) for item, angle in angles.items()}
    beside = {2: [1, 3], 5: [4, 6]}
    query = np.array([1.0, 0.0])
    found = [Found("message", n, "c", float(np.cos(angles[n])), Hit(n, 1.0, 0.5)) for n in (2, 5)]
    passage = Found("passage", 7, 7, float(np.cos(0.6)), Hit(7, 1.0, 0.5))
    look_around([*found, passage], query, lambda items: beside, lambda items: {item: vectors[item] for item in items})
    fuse([*found, passage], 1.0)
    assert passage.around is None
    assert "around" not in passage.parts
    first, second = found
    assert first.parts["meaning"] == pytest.approx(second.parts["meaning"])
    assert first.parts["around"] == pytest.approx(AROUND * MEANING["message"])
    assert second.parts["around"] < first.parts["around"]
    assert first.score == pytest.approx(sum(first.parts.values()))


def test_messages_gain_nothing_over_passages_by_what_stands_around_them() -> None:
    """Where a passage is far nearer than any message, the best message's surroundings are no nearer than itself."""
    far = Found("message", 1, "c", 0.1, Hit(1, 0.0, 0.0), around=0.05)
    near = Found("passage", 2, 2, 0.8, Hit(2, 1.0, 1.0))
    fuse([far, near], 1.0)
    assert far.score == pytest.approx(MEANING["message"] * 0.1 / 0.8)


def test_an_imported_talk_is_found_and_told_short(memory: Memory, tmp_path: Path) -> None:
    said = ["Hey Bob! How are you?", "Wow, great to hear from you, Ann! I started pottery lessons on Monday.", "Cool!"]
    mapping: dict[str, object] = {"r": {"id": "r", "message": None, "parent": None, "children": ["t0"]}}
    for n, text in enumerate(said):
        author = {"role": "assistant" if n % 2 else "user", "name": "Bob" if n % 2 else "Ann"}
        message = {"id": f"t{n}", "author": author, "create_time": 1.7e9 + n}
        message["content"] = {"content_type": "text", "parts": [text]}
        parent, children = (f"t{n - 1}" if n else "r"), ([f"t{n + 1}"] if n < len(said) - 1 else [])
        mapping[f"t{n}"] = {"id": f"t{n}", "parent": parent, "children": children, "message": message}
    export = tmp_path / "conversations.json"
    thread = {"id": "r", "title": "Talk", "create_time": 1.7e9, "current_node": "t2", "mapping": mapping}
    export.write_text(json.dumps([thread]), encoding="utf-8")
    list(import_conversations(export, memory.store, lambda: False))
    memory.learn()
    best = memory.recall("What did Bob start?", "conversations", tokens=40)[0]
    assert "Bob: I started pottery lessons on Monday." in best.text
    assert "great to hear" not in best.text
    assert {"meaning", "around", "kindred", "name"} <= best.parts.keys()
    assert best.score == pytest.approx(sum(best.parts.values()))
    whole = memory.recall("What did Bob start?", "conversations", k=1)[0]
    assert "great to hear from you, Ann! I started" in whole.text  # who looks for himself sees every word
