"""What was processed is not processed again: from turn to turn, after another conversation, after a restart."""

from __future__ import annotations

import itertools
import logging
import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from engine import fit, states
from engine.answering import Engine
from engine.inbox import Arrival, Inbox
from engine.messages import (
    Done,
    Failed,
    Forget,
    Generate,
    Generated,
    LoadModel,
    LoadOptions,
    ModelInfo,
    Passage,
    Prepare,
    Prepared,
    Reading,
    Result,
    Sampling,
    Turn,
)
from engine.starter import starter_model
from tests.engine import one_way, tiny

GREEDY = Sampling(temperature=0, max_tokens=12, repeat_penalty=1)
SYSTEM = "You are kind."
SEA = (Turn("user", "Tell me of the sea. " * 12), Turn("assistant", "It is deep and it is wide. " * 9))
HILLS = (Turn("user", "Tell me of the hills. " * 12), Turn("assistant", "They are green and they are far. " * 9))
NOTE = (Passage("note", "The tide comes in at noon."),)


class Desk:
    """The worker's own parts over a real pipe, in this process."""

    def __init__(self, model: Path, folder: Path | None, *, limit: int = 1 << 30, context: int = 2048) -> None:
        self.ours, theirs = multiprocessing.Pipe()
        self.inbox = Inbox(theirs)
        self.engine = Engine(self.inbox)
        self.folder = folder
        kept = str(folder) if folder else None
        options = LoadOptions(context=context, threads=1)
        assert isinstance(self.do(LoadModel(1, str(model), options, states=kept, states_bytes=limit)), ModelInfo)

    def do(self, request: Any) -> Any:
        """The result's value."""
        *_, last = self.replies(request)
        assert isinstance(last, Result), last
        return last.value

    def replies(self, request: Any) -> list[Any]:
        self.engine.answer(Arrival(request, time.monotonic()))
        return list(received(self.ours))

    def ask(self, conversation: str | None, history: tuple[Turn, ...], prompt: str, recalled=()) -> Generated:
        said = self.do(Generate(2, SYSTEM, history, recalled, prompt, GREEDY, conversation))
        assert isinstance(said, Generated)
        return said

    def settle(self, conversation: str | None, history: tuple[Turn, ...], prompt: str = "", recalled=()) -> int:
        done = self.do(Prepare(3, SYSTEM, history, recalled, prompt, conversation, max_tokens=12))
        assert isinstance(done, Prepared)
        return done.tokens

    @property
    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.kv")) if self.folder else []


def received(pipe: Connection) -> Iterator[Any]:
    while pipe.poll():
        yield pipe.recv()


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    return tiny.write(tmp_path_factory.mktemp("model") / "tiny.gguf")


@pytest.fixture
def open_desk(model, tmp_path) -> Iterator[Callable[..., Desk]]:
    desks: list[Desk] = []

    def open_one(folder: Path | None = tmp_path / "상태 states", path: Path = model, **more: Any) -> Desk:
        desks.append(Desk(path, folder, **more))
        return desks[-1]

    yield open_one
    for desk in desks:
        desk.engine.close()


# ---------------------------------------------------------------- in one conversation


def test_settled_only_the_recall_block_and_the_prompt_are_left_to_process(open_desk):
    desk = open_desk()
    settled = desk.settle("a", SEA)
    said = desk.ask("a", SEA, "And when does the tide come?", NOTE)
    assert said.timings.reused_tokens == settled
    longer = (*SEA, Turn("user", "And when does the tide come?"), Turn("assistant", said.text or "At noon."))
    more = desk.settle("a", longer)
    assert more > settled
    assert desk.ask("a", longer, "Thank you.", NOTE).timings.reused_tokens == more


def test_what_was_typed_is_processed_before_it_is_sent(open_desk):
    desk = open_desk()
    prompt = "And when does the tide come in, at the old harbour behind the hills?"
    settled = desk.settle("a", SEA)
    typed = desk.settle("a", SEA, prompt[:-8], NOTE)
    assert typed > settled + 40
    said = desk.ask("a", SEA, prompt, NOTE)
    assert said.timings.reused_tokens == typed
    assert said.timings.prompt_tokens - typed < 40
    assert desk.ask("b", SEA, prompt, NOTE).text == said.text


def test_a_new_question_ends_work_for_idle_time_and_older_such_work_is_not_begun(open_desk):
    desk = open_desk()
    for request in (
        Prepare(10, SYSTEM, SEA * 2, (), "", "a"),
        Prepare(11, SYSTEM, HILLS * 2, (), "", "b"),
        Generate(12, SYSTEM, (), (), "Hello?", GREEDY, "c"),
    ):
        desk.ours.send(request)
    for _ in range(2):
        arrival = desk.inbox.next()
        assert arrival is not None
        desk.engine.answer(arrival)
    results = {reply.id: reply.value for reply in received(desk.ours) if isinstance(reply, Result)}
    assert results[10].tokens < 400
    assert results[11] == Prepared(0)
    assert results[12].finish in ("stop", "length")


def test_a_typed_text_that_is_too_long_still_has_the_beginning_prepared(open_desk):
    desk = open_desk()
    assert desk.settle("a", SEA, "word " * 900) == desk.settle("a", SEA)


def test_a_long_prompt_tells_how_far_it_is(tmp_path):
    desk = Desk(starter_model(), None, context=4096)
    prompt = "the tide came in and went out again and " * 80
    replies = desk.replies(Generate(5, "", (), (), prompt, Sampling(max_tokens=1)))
    told = [reply for reply in replies if isinstance(reply, Reading)]
    assert len(told) >= 2
    assert all(0 <= one.done <= other.done < other.total for one, other in itertools.pairwise(told))
    assert not any(isinstance(reply, Failed) for reply in replies)
    assert told[-1].done > 0
    desk.engine.close()


# ---------------------------------------------------------------- from one to the next


def test_a_conversation_goes_on_where_it_was_after_another(open_desk):
    desk = open_desk()
    settled = desk.settle("sea", SEA)
    first = desk.ask("sea", SEA, "And when does the tide come?", NOTE)
    desk.settle("hills", HILLS)
    again = desk.ask("sea", SEA, "And when does the tide come?", NOTE)
    assert again.timings.reused_tokens == settled
    assert again.text == first.text


def test_a_conversation_goes_on_where_it_was_after_a_restart(open_desk, caplog):
    desk = open_desk()
    settled = desk.settle("sea", SEA)
    first = desk.ask("sea", SEA, "And when does the tide come?", NOTE)
    desk.engine.close()
    desk = open_desk()
    assert desk.ask("sea", SEA, "And when does the tide come?", NOTE).timings.reused_tokens == settled
    assert desk.ask("sea", SEA, "And when does the tide come?", NOTE).text == first.text
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_what_is_kept_ends_before_the_turn(open_desk):
    """No recall block, no answer, no words that were typed and never sent."""
    desk = open_desk()
    settled = desk.settle("sea", SEA)
    desk.settle("sea", SEA, "My secret is marigold, but I shall not send it", NOTE)
    desk.engine.close()
    again = open_desk()
    (path,) = again.files
    kept = again.engine._resuming._states.find("sea")
    assert kept.path == path
    assert len(kept.tokens) == settled


def test_a_conversation_without_a_name_leaves_nothing_behind(open_desk):
    desk = open_desk()
    desk.settle(None, SEA)
    desk.ask(None, SEA, "And when does the tide come?")
    desk.settle("hills", HILLS)
    assert len(desk.files) == 1
    desk.settle(None, SEA)
    desk.engine.close()
    assert len(desk.files) == 1


def test_nothing_is_kept_without_a_folder(open_desk, tmp_path):
    desk = open_desk(None)
    desk.settle("sea", SEA)
    desk.settle("hills", HILLS)
    desk.engine.close()
    assert not list(tmp_path.rglob("*.kv"))


def test_forgotten_it_is_gone_from_the_disk_and_from_the_memory(open_desk):
    desk = open_desk()
    desk.settle("hills", HILLS)
    settled = desk.settle("sea", SEA)
    assert len(desk.files) == 2
    assert desk.do(Forget(4, ("sea", "never heard of"))) == Done()
    assert len(desk.files) == 1
    assert desk.ask("new", SEA, "And when does the tide come?").timings.reused_tokens == 0
    assert settled
    assert desk.do(Forget(4, ("hills",))) == Done()
    assert not desk.files


def test_forgotten_by_a_worker_that_has_no_model_it_is_gone_when_one_comes(open_desk, tmp_path):
    desk = open_desk()
    desk.settle("sea", SEA)
    desk.engine.close()
    _, theirs = multiprocessing.Pipe()
    bare = Engine(Inbox(theirs))
    bare.answer(Arrival(Forget(1, ("sea",)), 0.0))
    assert len(desk.files) == 1
    bare.answer(Arrival(LoadModel(2, str(tmp_path / "no.gguf"), states=str(desk.folder)), 0.0))
    assert not desk.files


# ---------------------------------------------------------------- on the disk


@pytest.mark.parametrize("damage", ["bit", "tokens", "seal", "cut", "short", "empty", "text", "foreign", "folder"])
def test_a_damaged_state_is_erased_and_the_answer_comes_all_the_same(open_desk, caplog, damage):
    desk = open_desk()
    desk.settle("sea", SEA)
    expected = desk.ask("sea", SEA, "And when?").text
    desk.engine.close()
    (path,) = desk.files
    data = bytearray(path.read_bytes())
    seal = len(data) - states.SEAL.size
    match damage:
        case "bit":
            data[seal // 2] ^= 4
        case "tokens":
            data[8] ^= 1
        case "seal":
            data[seal + 50] ^= 1
        case "cut":
            del data[seal // 2 :]
        case "short":
            del data[20:]
        case "empty":
            data.clear()
        case "text":
            data = bytearray(b"Dear diary, today I was no state. " * 900)
        case "foreign":
            data[seal + 8 : seal + 40] = bytes(32)
    if damage == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(data)
    desk = open_desk()
    said = desk.ask("sea", SEA, "And when?")
    assert said.timings.reused_tokens == 0
    assert said.text == expected
    assert "KV state" in caplog.text
    assert damage == "folder" or not path.exists()


def test_another_context_or_adapter_makes_the_states_of_another_model(open_desk, model):
    desk = open_desk()
    settled = desk.settle("sea", SEA)
    desk.engine.close()
    other = open_desk(context=1024)
    assert other.ask("sea", SEA, "And when?").timings.reused_tokens == 0
    other.engine.close()
    assert open_desk().ask("sea", SEA, "And when?").timings.reused_tokens == settled
    one = states.fingerprint((model,), 1)
    assert one == states.fingerprint((model,), 1) != states.fingerprint((model,), 2)
    os.utime(model, (1, 1))
    assert states.fingerprint((model,), 1) != one


def test_the_states_stay_within_their_room_and_those_of_other_models_leave_first(open_desk, tmp_path):
    desk = open_desk()
    desk.settle("sea", SEA)
    desk.engine.close()
    (first,) = desk.files
    size = first.stat().st_size
    guest = desk.folder / "0123456789abcdef" / first.name
    guest.parent.mkdir()
    shutil.copy(first, guest)
    os.utime(first, (time.time() - 100,) * 2)
    desk = open_desk(limit=int(2.5 * size))
    desk.settle("hills", HILLS)
    assert first.exists()
    assert not guest.exists()
    assert len(desk.files) == 2
    desk.settle("sea", SEA)  # used now: the hills are the oldest
    os.utime(first)
    desk.settle("lakes", (Turn("user", "Tell me of the lakes. " * 12), HILLS[1]))
    assert first.exists()
    assert len(desk.files) == 2
    desk.engine.close()
    desk = open_desk(limit=1000)
    desk.settle("dunes", (Turn("user", "Tell me of the dunes. " * 12), HILLS[1]))
    assert len(desk.files) == 2, "what is larger than all the room is not kept"


def test_what_is_long_unused_or_was_left_half_written_is_erased(open_desk):
    desk = open_desk()
    desk.settle("sea", SEA)
    desk.engine.close()
    (path,) = desk.files
    os.utime(path, (time.time() - 40 * 86400,) * 2)
    path.with_suffix(".part").write_bytes(b"half")
    open_desk()
    assert not list(desk.folder.rglob("*.*"))


def test_a_disk_that_refuses_costs_no_answer(open_desk, tmp_path, caplog):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    desk = open_desk(blocked)
    desk.settle("sea", SEA)
    assert desk.ask("sea", SEA, "And when?").text
    assert "not kept" in caplog.text


# ---------------------------------------------------------------- models that cannot go back


def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sliding windows keep only what they see, as where memory is short."""
    caches = fit._caches
    monkeypatch.setattr(fit, "_caches", lambda *about: caches(*about)[-1:])


@pytest.mark.parametrize("family", ["mamba", "jamba", "gemma3"])
def test_they_go_back_to_where_the_turn_began(open_desk, tmp_path, family, monkeypatch):
    narrow(monkeypatch)
    path = one_way.write(tmp_path / f"{family}.gguf", family)
    desk = open_desk(path=path)
    cache = desk.engine._model.cache
    assert not cache.goes_back
    settled = desk.settle("sea", SEA)
    first = desk.ask("sea", SEA, "And when does the tide come?", NOTE)
    assert first.timings.reused_tokens == settled
    other = desk.ask("sea", SEA, "Who told you?", NOTE)
    assert other.timings.reused_tokens >= settled
    typed = desk.settle("sea", SEA, "Who told you of the harb", NOTE)
    assert typed > settled
    assert desk.settle("sea", SEA, "No, something else", NOTE) > settled
    longer = (*SEA, Turn("user", "Who told you?"), Turn("assistant", "The sailors did. " * 6))
    assert desk.settle("sea", longer) > settled
    desk.settle("hills", HILLS)
    assert desk.ask("sea", longer, "Thanks.").timings.reused_tokens > settled

    fresh = open_desk(None, path=path)
    assert fresh.ask(None, SEA, "And when does the tide come?", NOTE).text == first.text
    assert fresh.ask(None, HILLS, "Who told you?").timings.reused_tokens < settled
    assert fresh.ask(None, SEA, "Who told you?", NOTE).text == other.text


@pytest.mark.parametrize("family", ["mamba", "jamba", "gemma3"])
def test_an_interruption_leaves_them_exactly_known(open_desk, tmp_path, family, monkeypatch):
    narrow(monkeypatch)
    desk = open_desk(path=one_way.write(tmp_path / f"{family}.gguf", family))
    model = desk.engine._model
    expected = desk.ask("a", SEA, "And when does the tide come?").text
    model.cache.clear()
    looks = 0

    def interrupted() -> bool:
        nonlocal looks
        looks += 1
        return looks > 60

    with monkeypatch.context() as patch:
        patch.setattr(model, "_interrupted", interrupted)
        assert desk.settle("a", SEA * 3) < 1500
    held = model._llama.llama_memory_seq_pos_max(model.cache._memory, 0) + 1
    assert held == len(model.cached)
    assert desk.ask("a", SEA, "And when does the tide come?").text == expected
