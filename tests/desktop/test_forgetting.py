"""Forgetting from the application: the model's KV states go too, also those that a killed process left."""

from __future__ import annotations

import hashlib
from pathlib import Path

from desktop.home import open_home
from knowledge import bin  # noqa: A004 - what the user calls it
from knowledge.remains import is_due_at_once, note_states, states_due
from knowledge.store import Store


def state_of(home: Path, conversation: str) -> Path:
    """A file as the engine names it."""
    path = home / "cache" / "states" / "model" / f"{hashlib.sha256(conversation.encode()).hexdigest()[:32]}.kv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"tokens")
    return path


def test_a_deleted_conversation_takes_its_states_along_while_no_model_runs(tmp_path: Path) -> None:
    with open_home(tmp_path) as home:
        one, other = (home.history.begin("Talk").id for _ in range(2))
        for talk in (one, other):
            home.history.say(talk, "user", "Hello", parent=None)
        gone, kept = state_of(tmp_path, one), state_of(tmp_path, other)
        home.chat.consolidate = lambda: None
        home.chat.delete(one)
        assert (gone.exists(), kept.exists()) == (False, True)
        assert is_due_at_once(home.store)
        assert [each.id for each in home.history.conversations()] == [other]
        assert bin.contents(home.store) == []

        home.settings.forget_bin = True
        home.chat.delete(other)
        assert not kept.exists()
        (binned,) = bin.contents(home.store)
        assert bin.restore(home.store, binned.id).conversations == (other,)
        assert [turn.text for turn in home.history.messages(other)] == ["Hello"]


def test_states_that_a_killed_process_left_go_at_the_next_start(tmp_path: Path) -> None:
    store = Store(tmp_path)
    note_states(store, ["gone"])
    store.close()
    left, other = state_of(tmp_path, "gone"), state_of(tmp_path, "other")
    with open_home(tmp_path) as home:
        assert states_due(home.store) == ()
        note_states(home.store, ["told"])
        told = state_of(tmp_path, "told")
    assert not told.exists(), "what a command has the memory forget leaves with the command"
    assert (left.exists(), other.exists()) == (False, True)
