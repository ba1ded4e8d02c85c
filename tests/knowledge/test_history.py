"""What a conversation is set to, and the pictures shown in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import ConversationMissing
from knowledge.history import History, Image
from knowledge.store import Store


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    store = Store(tmp_path)
    yield History(store)
    store.close()


def test_options_belong_to_one_conversation(history: History) -> None:
    one, other = history.begin().id, history.begin(options={"persona": "짧게"}).id
    history.set_options(one, {"sampling": {"temperature": 0.9}, "think": False})
    assert history.options(one) == {"sampling": {"temperature": 0.9}, "think": False}
    assert history.options(other) == {"persona": "짧게"}
    history.set_options(one, {})
    assert history.options(one) == {}


def test_options_of_no_conversation(history: History) -> None:
    with pytest.raises(ConversationMissing):
        history.options("none")
    with pytest.raises(ConversationMissing):
        history.set_options("none", {"think": True})


def test_options_that_are_no_object_count_as_none(history: History) -> None:
    id = history.begin().id
    with history.store.transaction() as db:
        db.execute("UPDATE conversations SET options = '[1, 2]' WHERE id = ?", (id,))
    assert history.options(id) == {}


def test_pictures_stay_with_their_question_in_order(history: History) -> None:
    id = history.begin().id
    pictures = [Image("one.png", b"1"), Image("둘.jpg", b"2")]
    question, answer = history.ask(id, "Which is larger?", parent=None, images=pictures)
    assert question.images == 2
    history.attach(question.id, [Image("three.png", b"3")])
    assert [image.name for image in history.images(question.id)] == ["one.png", "둘.jpg", "three.png"]
    assert history.images(answer.id) == []
    assert [message.images for message in history.messages(id)] == [3, 0]


def test_pictures_go_with_the_conversation(history: History) -> None:
    id = history.begin().id
    history.ask(id, "What is this?", parent=None, images=[Image("a.png", b"x" * 1000)])
    history.delete(id)
    assert history.store.db.execute("SELECT count(*) FROM images").fetchone()[0] == 0


def test_a_question_and_its_pictures_are_stored_together_or_not_at_all(history: History) -> None:
    id = history.begin().id
    broken = [Image("a.png", b"1"), Image("b.png", None)]  # type: ignore[arg-type]
    with pytest.raises(Exception, match="NOT NULL"):
        history.ask(id, "What is this?", parent=None, images=broken)
    assert history.messages(id) == []
