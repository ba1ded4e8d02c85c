"""Facts in the store: what turns make of them, in which order they end each other, and what the user does with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge import facts
from knowledge.errors import FactEmpty, FactUnknown, SecretGone
from knowledge.history import History
from knowledge.sensitive import HIDDEN
from knowledge.statement import Statement
from knowledge.store import Store

DAY = 86400.0


class Talk:
    """One conversation whose turns are said at chosen times."""

    def __init__(self, store: Store) -> None:
        self.store, self.history = store, History(store)
        self.id = self.history.begin().id
        self.last: int | None = None

    def say(self, text: str, time: float, role: str = "user", author: str | None = None) -> int:
        made = self.history.say(self.id, role, text, parent=self.last)  # type: ignore[arg-type]
        with self.store.transaction() as db:
            db.execute("UPDATE messages SET created = ?, author = ? WHERE id = ?", (time, author, made.id))
        self.last = made.id
        return made.id

    def state(self, text: str, time: float) -> tuple[int, list[facts.Fact]]:
        id = self.say(text, time)
        return id, facts.consider(self.store, id)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def talk(store: Store) -> Talk:
    return Talk(store)


def held(store: Store) -> list[str]:
    return [one.text for one in facts.facts(store, state="kept", past=False)]


def test_a_newer_statement_ends_the_older_one_and_keeps_it_as_history(store, talk):
    old_turn, _ = talk.state("I live in Busan.", 1 * DAY)
    _, (new,) = talk.state("I moved to Seoul.", 9 * DAY)

    old, same = facts.history(store, new.id)
    assert same == new
    assert (old.valid_from, old.valid_until, old.successor, old.origin) == (1 * DAY, 9 * DAY, new.id, old_turn)
    assert held(store) == ["I moved to Seoul."]


def test_an_older_statement_read_later_ends_nothing_newer(store, talk):
    _, (new,) = talk.state("I live in Seoul.", 9 * DAY)
    _, (old,) = Talk(store).state("I live in Busan.", 1 * DAY)

    assert (old.valid_until, old.successor) == (9 * DAY, new.id)
    assert held(store) == ["I live in Seoul."]


def test_a_clock_that_jumps_back_within_a_conversation_does_not_turn_it_round(store, talk):
    talk.state("I live in Busan.", 9 * DAY)
    _, (new,) = talk.state("I moved to Seoul.", 1 * DAY)

    assert held(store) == ["I moved to Seoul."]
    assert new.valid_from == 9 * DAY


def test_the_same_said_again_is_one_fact_with_both_turns(store, talk):
    first, (one,) = talk.state("I live in Busan.", 1 * DAY)
    second, (again,) = talk.state("As you know, I live in Busan!", 5 * DAY)

    assert again.id == one.id
    assert again.valid_from == 1 * DAY
    assert facts.turns_of(store, [one.id]) == [first, second]


def test_moving_back_begins_anew(store, talk):
    for day, place in ((1, "Busan"), (5, "Seoul"), (9, "Busan")):
        _, (last,) = talk.state(f"I live in {place}.", day * DAY)

    assert [(one.value, one.valid_from) for one in facts.history(store, last.id)] == [
        ("busan", 1 * DAY),
        ("seoul", 5 * DAY),
        ("busan", 9 * DAY),
    ]
    assert held(store) == ["I live in Busan."]


def test_likes_stand_beside_each_other_until_one_is_taken_back(store, talk):
    talk.state("I love coffee.", 1 * DAY)
    talk.state("I love jazz.", 2 * DAY)
    talk.state("I don't like coffee any more.", 3 * DAY)

    assert sorted(held(store)) == ["I don't like coffee any more.", "I love jazz."]


def test_what_was_sold_is_owned_no_more(store, talk):
    talk.state("I bought a red car.", 1 * DAY)
    talk.state("I sold the car.", 3 * DAY)

    assert held(store) == ["I sold the car."]


def test_only_the_users_turns_are_considered_and_each_once(store, talk):
    talk.say("I live in Busan.", 1 * DAY)
    talk.say("I live in a computer.", 1 * DAY, role="assistant")
    assert facts.consider_waiting(store, lambda: False) == 1
    assert facts.consider_waiting(store, lambda: False) == 0

    assert held(store) == ["I live in Busan."]
    assert facts.consider(store, 1) == []


def test_a_turn_that_is_passed_over_states_nothing(store, talk):
    facts.pass_over(store, talk.say("I live in Busan.", 1 * DAY))

    assert facts.consider_waiting(store, lambda: False) == 0
    assert facts.facts(store) == []


def test_what_is_sensitive_waits_for_a_yes_and_is_gone_with_a_no(store, talk):
    _, (first,) = talk.state("I'm allergic to nuts.", 1 * DAY)
    _, (second,) = talk.state("I have type 1 diabetes.", 2 * DAY)
    assert held(store) == []
    assert not store.db.execute("SELECT 1 FROM outbox WHERE kind = 'fact'").fetchall()

    facts.keep(store, first.id)
    facts.decline(store, second.id)
    assert held(store) == ["I'm allergic to nuts."]
    assert len(facts.facts(store)) == 1


def test_of_a_secret_no_copy_is_kept_before_the_yes(store, talk):
    turn, (one,) = talk.state("My wifi password is hunter2.", 1 * DAY)

    columns = store.db.execute("SELECT * FROM facts").fetchone()
    assert not any("hunter2" in str(value) for value in columns)
    assert HIDDEN in one.text
    assert facts.keep(store, one.id).text == "My wifi password is hunter2."

    with store.transaction() as db:
        db.execute("UPDATE facts SET state = 'sensitive', text = ?", (one.text,))
        db.execute("DELETE FROM messages WHERE id = ?", (turn,))
    with pytest.raises(SecretGone):
        facts.keep(store, one.id)


def test_an_edited_fact_makes_its_turn_out_of_date(store, talk):
    turn, (one,) = talk.state("I live in Busan.", 1 * DAY)
    assert facts.outdated_turns(store.db, [turn]) == set()

    edited = facts.edit(store, one.id, "I live in Ulsan.")
    assert (edited.slot, edited.value, edited.kind) == ("user|lives in", "ulsan", "written")
    assert facts.outdated_turns(store.db, [turn]) == {turn}


def test_turns_that_say_what_holds_no_more_are_told_with_the_answers_that_repeat_it(store, talk):
    first, _ = talk.state("I live in Busan.", 1 * DAY)
    echo = talk.say("Busan is lovely!", 1 * DAY, role="assistant")
    other = talk.say("I see.", 1 * DAY, role="assistant")
    last, _ = talk.state("I moved to Seoul.", 9 * DAY)

    assert facts.outdated_turns(store.db, [first, echo, other, last]) == {first, echo}


def test_a_correction_puts_the_corrected_answer_out_of_date(store, talk):
    talk.say("What is the capital of Australia?", 1 * DAY)
    wrong = talk.say("Sydney.", 1 * DAY, role="assistant")
    _, (fact,) = talk.state("No, it's Canberra.", 1 * DAY)

    assert fact.kind == "correction"
    assert fact.text == "The capital of Australia is Canberra."
    assert facts.outdated_turns(store.db, [wrong]) == {wrong}

    pressed = facts.correct(store, "Canberra, really.", wrong, now=3 * DAY)
    assert pressed.slot == fact.slot
    assert held(store) == ["The capital of Australia is Canberra, really."]


def test_projects_and_sealed_conversations_have_facts_of_their_own(store, talk):
    talk.state("I live in Busan.", 1 * DAY)
    sealed = Talk(store)
    with store.transaction() as db:
        db.execute("UPDATE conversations SET sealed = 1 WHERE id = ?", (sealed.id,))
    _, (inside,) = sealed.state("I live in Seoul.", 9 * DAY)

    assert inside.conversation == sealed.id
    assert sorted(held(store)) == ["I live in Busan.", "I live in Seoul."]


def test_a_models_finds_wait_and_are_not_proposed_again_once_declined(store, talk):
    turn = talk.say("My days are full since the twins came.", 1 * DAY)
    facts.consider(store, turn)
    assert facts.unproposed(store, 5) == [(turn, "My days are full since the twins came.")]

    found = Statement("The twins came.", "noticed")
    (one,) = facts.propose(store, turn, [found])
    assert (one.state, facts.unproposed(store, 5), held(store)) == ("proposed", [], [])
    facts.decline(store, one.id)
    assert facts.propose(store, turn, [found]) == []


def test_what_the_user_writes_is_kept_ended_and_kept_again(store):
    one = facts.write(store, "I live in Busan")
    ended = facts.end(store, one.id)

    assert ended.valid_until is not None
    assert held(store) == []
    assert facts.write(store, "I live in Busan").id != one.id
    for wrong in ("", "  \n"):
        with pytest.raises(FactEmpty):
            facts.write(store, wrong)
    with pytest.raises(FactUnknown):
        facts.edit(store, 99, "x")
