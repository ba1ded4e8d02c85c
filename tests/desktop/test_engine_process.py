"""The engine as calls, over the real worker: what kills, stops or breaks it, and how it and the answer come back."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from desktop import engine_process, healing
from desktop.engine_process import Engine, EngineState
from desktop.errors import Failure
from desktop.load_options import chosen_server, keep_options, options_for
from desktop.loading import Loading
from desktop.settings import Settings
from engine import messages as m
from knowledge.store import Store
from tests.engine import tiny

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
GREEDY = m.Sampling(max_tokens=40, temperature=0)
Answer = list[m.Assembled | m.Reading | m.Token | m.Generated]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    store = Store(tmp_path / "home")
    yield Settings(store)
    store.close()


@pytest.fixture
def model(tmp_path: Path) -> str:
    """A tiny model with random weights: it loads at once and says anything but sense."""
    return str(tiny.write(tmp_path / "tiny.gguf"))


@pytest.fixture
def open_engine(tmp_path: Path, settings: Settings) -> Iterator[Callable[..., tuple[Engine, list[EngineState]]]]:
    opened: list[Engine] = []

    def start(model: str | None = None, *, silence: float = 30.0) -> tuple[Engine, list[EngineState]]:
        states: list[EngineState] = []
        if (model or "") not in settings.load_options:  # more threads spin, and rob each other on a busy machine
            keep_options(settings, model, m.LoadOptions(threads=1))
        engine = Engine(
            tmp_path, settings, model=model, states=tmp_path / "states", silence=silence, changed=states.append
        )
        opened.append(engine)
        engine.start()
        return engine, states

    yield start
    for engine in opened:
        engine.close()


def ask(
    engine: Engine,
    prompt: str = "Say hello.",
    *,
    sampling: m.Sampling = GREEDY,
    each: Callable[[m.Token, int], None] = lambda token, count: None,
) -> Answer:
    """One answer; `each` is called with every piece and how many there were."""
    said: Answer = []
    for reply in engine.generate(
        system="", history=(), recalled=(), prompt=prompt, sampling=sampling, stop=threading.Event()
    ):
        said.append(reply)
        if isinstance(reply, m.Token):
            each(reply, sum(isinstance(old, m.Token) for old in said))
    return said


def shown(said: Answer) -> str:
    return "".join(reply.text for reply in said if isinstance(reply, m.Token))


# ---------------------------------------------------------------- loads that fail


def dies_when_fast(connection: Connection, log_folder: str) -> None:
    """The real worker on a machine whose fast kernels die at the first decode, as ggml-org/llama.cpp#20824 does."""
    _self_test_that(lambda profile: os.kill(os.getpid(), signal.SIGSEGV) if profile == "fast" else None)
    _run(connection, log_folder)


def out_of_memory_on_the_gpu(connection: Connection, log_folder: str) -> None:
    """The real worker with a GPU whose memory is full."""
    from engine.errors import OutOfMemory

    def test(profile: str) -> None:
        if profile != "cpu":
            raise OutOfMemory(device="GPU", path="tiny.gguf")

    _self_test_that(test)
    _run(connection, log_folder)


def dies_always(connection: Connection, log_folder: str) -> None:
    _self_test_that(lambda profile: os.kill(os.getpid(), signal.SIGSEGV))
    _run(connection, log_folder)


def hangs_when_fast(connection: Connection, log_folder: str) -> None:
    _self_test_that(lambda profile: time.sleep(600) if profile == "fast" else None)
    _run(connection, log_folder)


def breaks_in_mid_answer(connection: Connection, log_folder: str) -> None:
    """The real worker, which runs out of memory at the twentieth token unless half of the layers are gone."""
    from engine.errors import OutOfMemory
    from engine.model import Model

    decode = Model._decode

    def breaks(model: Model, tokens: list[int], *more: object, **others: object) -> object:
        if len(model.cached) > 60 and model.profile != "fewer":
            raise OutOfMemory(device="GPU", path="tiny.gguf")
        return decode(model, tokens, *more, **others)

    Model._decode = breaks
    _run(connection, log_folder)


def _self_test_that(does: Callable[[str], object]) -> None:
    from engine.model import Model

    works = Model._self_test

    def test(model: Model) -> None:
        does(model.profile)
        works(model)

    Model._self_test = test


def _run(connection: Connection, log_folder: str) -> None:
    from engine.worker import run

    run(connection, log_folder)


@posix
def test_a_self_test_that_kills_the_worker_leads_to_the_safe_profile_for_good(
    open_engine, settings, model, monkeypatch
) -> None:
    monkeypatch.setattr(engine_process, "_work", dies_when_fast)
    engine, states = open_engine(model)
    info = engine.wait()
    assert info is not None
    assert info.profile == "plain"
    assert (states[-1].healed, states[-1].given_up) == ("crashed", "crashed"), "the user is told"
    *_, last = ask(engine)
    assert isinstance(last, m.Generated)
    assert last.text
    engine.close()

    again, states = open_engine(model)  # remembered: nothing dies a second time
    info = again.wait()
    assert info is not None
    assert info.profile == "plain"
    assert (states[-1].healed, states[-1].given_up) == (None, "crashed")

    again.try_fast()  # it is tried, and dies as before
    assert again.wait() is not None
    assert states[-1].healed == "crashed"


@posix
def test_a_model_that_dies_in_every_profile_is_a_sentence_and_another_can_be_chosen(
    open_engine, settings, model, monkeypatch
) -> None:
    monkeypatch.setattr(engine_process, "_work", dies_always)
    engine, _ = open_engine(model)
    with pytest.raises(Failure, match=r"stopped while it loaded .*tiny\.gguf"):
        engine.wait()
    assert settings.profiles == {}, "nothing helped, so nothing is remembered"


def test_a_gpu_without_memory_leads_to_fewer_layers_then_to_none(open_engine, settings, model, monkeypatch) -> None:
    monkeypatch.setattr(engine_process, "_work", out_of_memory_on_the_gpu)
    monkeypatch.setattr(Loading, "_on_gpu", lambda loading: True)
    engine, states = open_engine(model)
    info = engine.wait()
    assert info is not None
    assert info.profile == "cpu"
    assert states[-1].healed == "memory"
    assert healing.remembered(settings, model) == ("cpu", "memory")
    engine.use(model, m.LoadOptions(context=256))  # other choices, another try
    assert healing.remembered(settings, model) is None
    engine.wait()


def test_without_layers_on_a_gpu_memory_that_ran_out_is_told_at_once(open_engine, model, monkeypatch) -> None:
    monkeypatch.setattr(engine_process, "_work", out_of_memory_on_the_gpu)
    monkeypatch.setattr(Loading, "_on_gpu", lambda loading: False)
    engine, _ = open_engine(model)
    with pytest.raises(Failure, match="ran out"):
        engine.wait()


def test_a_load_that_hangs_is_ended(open_engine, model, monkeypatch) -> None:
    monkeypatch.setattr(engine_process, "_work", hangs_when_fast)
    engine, states = open_engine(model, silence=0.75)  # a load is given four times as much
    info = engine.wait()
    assert info is not None
    assert info.profile == "plain"
    assert states[-1].healed == "hung"


def test_what_is_given_up_depends_on_what_failed() -> None:
    def way(why: healing.Why, *, on_gpu: bool) -> list[m.Profile]:
        steps: list[m.Profile] = ["fast"]
        while (step := healing.safer(steps[-1], why, on_gpu=lambda: on_gpu)) is not None:
            steps.append(step)
        return steps[1:]

    assert way("crashed", on_gpu=True) == ["plain", "fewer", "cpu"]
    assert way("memory", on_gpu=True) == ["fewer", "cpu"]
    assert way("wrong", on_gpu=True) == ["plain", "cpu"]
    assert way("crashed", on_gpu=False) == way("hung", on_gpu=False) == ["plain"]
    assert way("memory", on_gpu=False) == []


def test_a_file_that_is_no_model_is_a_sentence_and_another_can_be_chosen(tmp_path: Path, open_engine) -> None:
    (tmp_path / "poem.gguf").write_text("Once upon a time")
    engine, _ = open_engine(str(tmp_path / "poem.gguf"))
    with pytest.raises(Failure, match=r"poem\.gguf.*not a GGUF model"):
        engine.wait()
    engine.use(None)
    info = engine.wait()
    assert info is not None
    assert info.starter


# ---------------------------------------------------------------- answers that are cut off


@posix
def test_a_killed_worker_comes_back_and_the_answer_goes_on(open_engine) -> None:
    engine, states = open_engine()
    whole = ask(engine, "Count from one to twenty.")
    before = engine.pid

    def kill(_: m.Token, count: int) -> None:
        if count == 4 and engine.pid == before:
            os.kill(before, signal.SIGKILL)

    cut = ask(engine, "Count from one to twenty.", each=kill)
    assert engine.pid != before
    assert isinstance(cut[-1], m.Generated)
    assert cut[-1].text == shown(cut)
    assert shown(cut) == shown(whole)
    assert sum(isinstance(reply, m.Assembled) for reply in cut) == 1
    assert states[-1].revived == "crashed"
    assert states[-1].info is not None
    assert states[-1].info.profile == "fast", "somebody else killed it"


@posix
def test_a_hung_worker_is_replaced_and_the_answer_goes_on(open_engine, model) -> None:
    engine, states = open_engine(model, silence=2.0)
    engine.wait()
    before = engine.pid

    def stop(_: m.Token, count: int) -> None:
        if count == 1 and engine.pid == before:
            os.kill(before, signal.SIGSTOP)

    said = ask(engine, each=stop)
    assert engine.pid != before
    assert isinstance(said[-1], m.Generated)
    assert said[-1].text == shown(said)
    assert states[-1].revived == "hung"


def test_memory_that_runs_out_in_mid_answer_leads_to_fewer_layers_and_the_answer_goes_on(
    open_engine, settings, model, monkeypatch
) -> None:
    monkeypatch.setattr(engine_process, "_work", breaks_in_mid_answer)
    monkeypatch.setattr(Loading, "_on_gpu", lambda loading: True)
    engine, states = open_engine(model)
    said = ask(engine, sampling=m.Sampling(max_tokens=80, temperature=0))
    assert isinstance(said[-1], m.Generated)
    assert said[-1].finish in ("stop", "length")
    assert said[-1].text == shown(said)
    assert (states[-1].revived, states[-1].healed) == ("memory", "memory")
    assert healing.remembered(settings, model) == ("fewer", "memory")


@posix
def test_stop_ends_an_answer_whose_worker_hangs_with_what_was_shown(open_engine, model) -> None:
    engine, _ = open_engine(model)
    stop = threading.Event()
    said: Answer = []
    for reply in engine.generate(
        system="", history=(), recalled=(), prompt="Hello", sampling=m.Sampling(max_tokens=500), stop=stop
    ):
        said.append(reply)
        if isinstance(reply, m.Token) and not stop.is_set():
            assert engine.pid is not None
            os.kill(engine.pid, signal.SIGSTOP)
            stop.set()
    assert isinstance(said[-1], m.Generated)
    assert (said[-1].finish, said[-1].text) == ("stopped", shown(said))


def test_another_model_ends_the_answer_first(open_engine, model) -> None:
    engine, _ = open_engine()
    engine.wait()
    used: list[int] = []

    def use(_: m.Token, count: int) -> None:
        if count == 3 and not used:
            used.append(count)
            engine.use(model)

    said = ask(engine, "Tell me a very long story.", sampling=m.Sampling(max_tokens=1500, temperature=0), each=use)
    assert isinstance(said[-1], m.Generated)
    assert (said[-1].finish, said[-1].text) == ("stopped", shown(said))
    info = engine.wait()
    assert info is not None
    assert info.path == model


def test_the_last_of_several_wishes_wins(open_engine, model) -> None:
    engine, _ = open_engine()
    for wish in (model, None, model, None, model):
        engine.use(wish)
    info = engine.wait()
    assert info is not None
    assert info.path == model


@posix
def test_a_worker_killed_while_nobody_asks_is_back_for_the_next_question(open_engine, model) -> None:
    engine, states = open_engine(model)
    engine.wait()
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    assert isinstance(ask(engine)[-1], m.Generated)
    assert states[-1].revived == "crashed"


# ---------------------------------------------------------------- the other calls


def test_the_users_choices_are_passed_on_and_kept(open_engine, settings, model) -> None:
    engine, _ = open_engine(model)
    engine.use(model, m.LoadOptions(context=512, threads=1))
    info = engine.wait()
    assert info is not None
    assert (info.context, info.threads) == (512, 1)
    engine.close()
    again, _ = open_engine(model)
    info = again.wait()
    assert info is not None
    assert (info.context, info.threads) == (512, 1)


def test_choices_survive_the_settings(settings) -> None:
    options = m.LoadOptions(4096, -1, "q8_0", adapters=(m.Adapter("a.gguf", 0.5),))
    keep_options(settings, "big.gguf", options)
    assert options_for(settings, "big.gguf") == options
    assert options_for(settings, None) == m.LoadOptions()
    settings.load_options = {"big.gguf": {"context": 1024, "from_a_newer_haema": True}}
    assert options_for(settings, "big.gguf") == m.LoadOptions(context=1024)
    keep_options(settings, "big.gguf", m.LoadOptions())
    assert settings.load_options == {}
    assert chosen_server(settings) is None
    settings.server = {"url": "http://127.0.0.1:8080/v1", "model": "m", "key": "k"}
    assert chosen_server(settings) == m.Server("http://127.0.0.1:8080/v1", "m", "k")


def test_a_prepared_prompt_is_processed_when_it_is_sent(open_engine) -> None:
    engine, _ = open_engine()
    engine.wait()
    prompt = "The heron, the seahorse and the crab met by the harbour wall. " * 10
    for end in (5, 20, 200, len(prompt)):  # typed on; the newest wins
        engine.prepare(system="Be brief.", history=(), prompt=prompt[:end], max_tokens=8)
    deadline = time.monotonic() + 60
    while engine._idle._running is not None or engine._idle._next is not None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    *_, last = engine.generate(
        system="Be brief.",
        history=(),
        recalled=(),
        prompt=prompt,
        sampling=m.Sampling(max_tokens=8, temperature=0),
        stop=threading.Event(),
    )
    assert isinstance(last, m.Generated)
    assert last.timings.reused_tokens > 0.9 * last.timings.prompt_tokens
    engine.forget(["nobody's"])


def test_what_the_computer_has_and_whether_a_model_fits(open_engine, model) -> None:
    engine, _ = open_engine(model)
    assert engine.survey().memory_total > engine.survey().memory_free > 0
    fit = engine.inspect(model)
    assert fit.verdict in ("gpu", "cpu")
    with pytest.raises(Failure, match="There is no file"):
        engine.inspect("/no/such/model.gguf")
