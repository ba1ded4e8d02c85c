"""What helps to find a turn: the question as its speaker would say it, the turns around it, room without fillers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from knowledge.fillers import without_fillers
from knowledge.first_person import in_first_person
from knowledge.fusion import AROUND, Found, fuse, look_around
from knowledge.imports import import_conversations
from knowledge.lexicon import Hit
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
        ("고마워! 내일 세 시에 만나.", "고마워! 내일 세 시에 만나."),
        ("", ""),
    ],
)
def test_fillers_leave_room_and_take_no_answer_along(text: str, shown: str | None) -> None:
    expected = text.replace("Thanks, Ann! ", "") if shown is None else shown
    assert without_fillers(text, {"Ann", "Bob"}) == expected


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
    assert first.parts["around"] == pytest.approx(AROUND * 0.6)
    assert second.parts["around"] < first.parts["around"]
    assert first.score == pytest.approx(sum(first.parts.values()))


def test_messages_gain_nothing_over_passages_by_what_stands_around_them() -> None:
    """Where a passage is far nearer than any message, the best message's surroundings are no nearer than itself."""
    far = Found("message", 1, "c", 0.1, Hit(1, 0.0, 0.0), around=0.05)
    near = Found("passage", 2, 2, 0.8, Hit(2, 1.0, 1.0))
    fuse([far, near], 1.0)
    assert far.score == pytest.approx(0.6 * 0.1 / 0.8)


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
