"""The engine in its own process, as the application has it: loading, streaming, stopping, dying, coming back."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop.worker import Died, Worker
from engine.messages import (
    Alive,
    Assembled,
    Cancel,
    Failed,
    Generate,
    Generated,
    LoadModel,
    LoadProgress,
    ModelInfo,
    Passage,
    Quit,
    Reading,
    Result,
    Sampling,
    Token,
    Turn,
)
from engine.worker import run
from tests.engine import tiny

GREEDY = Sampling(temperature=0, max_tokens=60, repeat_penalty=1.1)
ROOT = Path(__file__).resolve().parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")


def dies_on_its_self_test(connection: Connection, log_folder: str | None) -> None:
    """The real worker on a computer where llama.cpp's first decode crashes, unless it is told to be careful."""
    from engine.model import Model

    real = Model._self_test

    def self_test(model: Model) -> None:
        if model.profile == "fast":
            ctypes.string_at(0)  # a real SIGSEGV
        real(model)

    Model._self_test = self_test  # type: ignore[method-assign]
    run(connection, log_folder)


def start(target: Any, folder: Path) -> Worker:
    worker = Worker("test-engine", target, (str(folder),), last=(Result, Failed), cancel=Cancel, quit=Quit())
    worker.start()
    return worker


@pytest.fixture(scope="module")
def logs(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("기록 logs")


@pytest.fixture(scope="module")
def engine(logs) -> Iterator[Worker]:
    """A worker with the starter model, shared by the tests that leave it as it was."""
    worker = start(run, logs)
    *progress, last = worker.ask(LoadModel)
    assert isinstance(last, Result), last
    assert all(isinstance(reply, LoadProgress | Alive) for reply in progress)
    yield worker
    worker.close()


@pytest.fixture
def bare_engine(tmp_path) -> Iterator[Worker]:
    worker = start(run, tmp_path / "logs")
    yield worker
    worker.close()


def load(worker: Worker, path: str | None = None, *, safe: bool = False) -> Any:
    *_, last = worker.ask(lambda id: LoadModel(id, path, profile="plain" if safe else "fast"))
    return last


def ask(worker: Worker, prompt: str, *, history=(), recalled=(), sampling=GREEDY, stop=None) -> list[Any]:
    """The replies that tell of the answer itself."""
    replies = worker.ask(lambda id: Generate(id, "", tuple(history), tuple(recalled), prompt, sampling), stop=stop)
    return [reply for reply in replies if not isinstance(reply, Alive | Reading)]


def generated(replies: list[Any]) -> Generated:
    assert isinstance(replies[-1], Result), replies[-1]
    assert isinstance(replies[-1].value, Generated)
    assert isinstance(replies[0], Assembled) or replies[-1].value.finish == "stopped"
    assert "".join(reply.text for reply in replies if isinstance(reply, Token)) == replies[-1].value.text
    return replies[-1].value


def stopped_after(worker: Worker, seconds: float, prompt: str, sampling: Sampling) -> tuple[Generated, float]:
    """The result of an answer that is stopped, and how long it took to come from then on."""
    stop = threading.Event()
    pressed: list[float] = []
    timer = threading.Timer(seconds, lambda: (pressed.append(time.monotonic()), stop.set()))
    timer.start()
    said = generated(ask(worker, prompt, sampling=sampling, stop=stop))
    ended = time.monotonic()
    timer.join()
    return said, ended - pressed[0]


# ---------------------------------------------------------------- loading


def test_the_starter_is_loaded_and_says_what_it_is(engine):
    last = load(engine)
    info = last.value
    assert isinstance(info, ModelInfo)
    assert info.starter
    assert info.own_template
    assert (info.layers, info.context, info.name) == (30, 4096, "SmolLM2 135M Instruct")


@pytest.mark.parametrize("kind", ["missing", "folder", "empty", "text", "truncated", "unknown", "template"])
def test_a_bad_file_is_one_sentence_and_the_worker_lives(bare_engine, tmp_path, kind):
    path = tmp_path / "model.gguf"
    expected = {
        "missing": "ModelMissing",
        "folder": "ModelMissing",
        "empty": "NotAModel",
        "text": "NotAModel",
        "truncated": "ModelTruncated",
        "unknown": "ModelUnsupported",
        "template": "TemplateBroken",
    }[kind]
    match kind:
        case "folder":
            path.mkdir()
        case "empty":
            path.touch()
        case "text":
            path.write_text("Dear diary, today I was no model.\n" * 99)
        case "truncated":
            data = tiny.write(path).read_bytes()
            path.write_bytes(data[: len(data) // 2])
        case "unknown":
            tiny.write(path, architecture="unheard-of")
        case "template":
            tiny.write(path, template="{% for %}")
    pid = bare_engine.pid
    failed = load(bare_engine, str(path))
    assert isinstance(failed, Failed)
    assert failed.error == expected
    assert failed.template.format(**failed.facts).endswith(".")
    assert ask(bare_engine, "Hello?")[-1].error == "NoModel"
    assert isinstance(load(bare_engine, str(tiny.write(tmp_path / "good.gguf"))), Result)
    assert bare_engine.pid == pid


@posix
def test_a_self_test_that_kills_the_worker_is_survived_in_the_safe_profile(tmp_path):
    worker = start(dies_on_its_self_test, tmp_path / "logs")
    path = str(tiny.write(tmp_path / "tiny.gguf"))
    assert load(worker, path) == Died(-signal.SIGSEGV)
    last = load(worker, path, safe=True)
    assert isinstance(last, Result)
    assert last.value.safe
    assert generated(ask(worker, "Hello?"))
    worker.close()


# ---------------------------------------------------------------- answering


def test_an_answer_streams_token_by_token(engine):
    replies = ask(engine, "What is the capital of France?")
    said = generated(replies)
    assert "Paris" in said.text
    assert sum(isinstance(reply, Token) for reply in replies) >= 3
    timings = said.timings
    assert timings.ttft_ms > 0
    assert timings.prompt_tokens == replies[0].split.prompt + replies[0].split.system
    assert timings.tokens_per_s > 0


def test_the_second_turn_reuses_the_first(engine):
    first = generated(ask(engine, "Name one animal of the sea."))
    history = [Turn("user", "Name one animal of the sea."), Turn("assistant", first.text)]
    second = generated(ask(engine, "And another one?", history=history))
    assert second.timings.reused_tokens >= first.timings.prompt_tokens
    assert second.timings.reused_tokens < second.timings.prompt_tokens


def test_greedy_answers_repeat(engine):
    assert generated(ask(engine, "Name three colours.")).text == generated(ask(engine, "Name three colours.")).text


def test_recalled_passages_are_used_and_told(engine):
    passages = [
        Passage("you, 3 May 2025", "My sister is called Jin and lives in Daegu."),
        Passage("book", "tide " * 9000),
    ]
    replies = ask(engine, "What is my sister's name?", recalled=passages)
    assert replies[0].used == (0,)
    assert replies[0].split.recall > 0
    assert "Jin" in generated(replies).text


def test_korean_streams_in_whole_characters(engine):
    """The starter knows no Korean, but it can go on with a list of syllables, each of which takes it three tokens."""
    history = [Turn("user", "가나다"), Turn("assistant", "가나다라마바사")] * 3
    replies = ask(engine, "가나다", history=history, sampling=GREEDY)
    said = generated(replies)
    assert any("가" <= letter <= "힣" for letter in said.text)
    assert not any("\ufffd" in reply.text for reply in replies if isinstance(reply, Token))


def test_a_prompt_that_is_too_long_is_one_sentence(engine):
    failed = ask(engine, "word " * 9000)[-1]
    assert failed.error == "PromptTooLong"
    assert failed.template.format(**failed.facts).startswith("Your text has 90")
    assert generated(ask(engine, "Hello?"))


def test_requests_wait_for_their_turn(engine):
    answers: list[Generated] = []
    threads = [threading.Thread(target=lambda: answers.append(generated(ask(engine, "Say hello.")))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({said.text for said in answers}) == 1
    assert len(answers) == 3


# ---------------------------------------------------------------- stopping


def test_stop_in_a_long_prefill(engine):
    said, seconds = stopped_after(engine, 0.8, f"{time.time()} " + "the tide went out again and " * 490, GREEDY)
    assert (said.finish, said.text, said.timings.generated_tokens) == ("stopped", "", 0)
    assert 2900 < said.timings.prompt_tokens < 3100
    assert seconds < 1.0
    print(f"stopped in {1000 * seconds:.0f} ms")


def test_stop_in_mid_answer_keeps_what_was_said(engine):
    long = Sampling(temperature=1, seed=1, max_tokens=3000, repeat_penalty=1, stop=())
    stop = threading.Event()
    replies = []
    for reply in engine.ask(lambda id: Generate(id, "", (), (), "Tell me a very long story.", long), stop=stop):
        replies.append(reply)
        if sum(isinstance(reply, Token) for reply in replies) == 10:
            stop.set()
    said = generated(replies)
    assert said.finish == "stopped"
    assert said.text


def test_a_cancel_of_another_request_or_a_finished_one_does_nothing(engine):
    engine._send(Cancel(10**6))
    replies = []
    for reply in engine.ask(lambda id: Generate(id, "", (), (), "What is the capital of France?", GREEDY)):
        replies.append(reply)
        engine._send(Cancel(1))
    said = generated(replies)
    assert said.finish == "stop"
    engine._send(Cancel(replies[-1].id))
    assert generated(ask(engine, "Say hello.")).finish == "stop"


def test_a_request_that_is_cancelled_while_it_waits_is_not_begun(engine):
    first = threading.Thread(target=lambda: ask(engine, "Tell me a very long story.", sampling=Sampling(max_tokens=40)))
    first.start()
    time.sleep(0.2)
    stop = threading.Event()
    stop.set()
    said = generated(ask(engine, "Never mind.", stop=stop))
    assert (said.finish, said.timings.prompt_tokens) == ("stopped", 0)
    first.join()


def test_a_load_can_be_cancelled(bare_engine):
    stop = threading.Event()
    stop.set()
    *_, last = bare_engine.ask(LoadModel, stop=stop)
    assert isinstance(last, Failed | Result)  # a small model may be there before the cancel is
    assert isinstance(load(bare_engine), Result)


# ---------------------------------------------------------------- dying


@posix
def test_killed_in_mid_answer_it_comes_back(bare_engine, tmp_path):
    path = str(tiny.write(tmp_path / "tiny.gguf", context=1 << 15))
    load(bare_engine, path)
    replies = []
    long = Sampling(temperature=1, seed=1, max_tokens=20_000)
    for reply in bare_engine.ask(lambda id: Generate(id, "", (), (), "Hello?", long)):
        replies.append(reply)
        if len(replies) == 5:
            os.kill(bare_engine.pid, signal.SIGKILL)
    assert replies[-1] == Died(-signal.SIGKILL)
    assert isinstance(load(bare_engine, path), Result)


OWNER = """
import sys, time
from desktop.worker import Worker
from engine.messages import Cancel, Failed, Generate, LoadModel, LoadOptions, Quit, Result, Sampling
from engine.worker import run
if __name__ == "__main__":
    worker = Worker("owner's engine", run, (sys.argv[1],), last=(Result, Failed), cancel=Cancel, quit=Quit())
    worker.start()
    list(worker.ask(lambda id: LoadModel(id, sys.argv[2], LoadOptions(context=30000))))
    print(worker.pid, flush=True)
    if sys.argv[3] == "idle":
        time.sleep(100)
    prompt = "word " * (4000 if sys.argv[3] == "prefill" else 1)
    long = Sampling(temperature=1, max_tokens=20000)
    for reply in worker.ask(lambda id: Generate(id, "", (), (), prompt, long)):
        print("reply", flush=True)
"""


@posix
@pytest.mark.parametrize("work", ["idle", "prefill", "answer"])
def test_no_orphan_when_the_owner_is_killed(tmp_path, work):
    script = tmp_path / "owner.py"
    script.write_text(OWNER)
    path = tiny.write(tmp_path / "tiny.gguf", context=1 << 15)
    command = [sys.executable, str(script), str(tmp_path / "logs"), str(path), work]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert owner.stdout is not None
    worker = psutil.Process(int(owner.stdout.readline()))
    if work != "idle":
        assert owner.stdout.readline() == "reply\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    psutil.wait_procs([worker], timeout=5)
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


@posix
def test_ctrl_c_in_the_terminal_is_the_owners_business(engine):
    os.kill(engine.pid, signal.SIGINT)
    assert generated(ask(engine, "Say hello."))


def test_quit_ends_the_process(tmp_path):
    worker = start(run, tmp_path / "logs")
    load(worker, str(tiny.write(tmp_path / "tiny.gguf")))
    process = worker._process
    worker.close()
    assert process.exitcode == 0


# ---------------------------------------------------------------- the log


def test_the_log_tells_what_happened_and_nothing_that_was_said(bare_engine, tmp_path):
    load(bare_engine, str(tiny.write(tmp_path / "tiny.gguf", template=None)))
    secret = "marigold"
    for _ in range(2):
        ask(bare_engine, f"My password is {secret}.", recalled=[Passage("l", secret)], sampling=Sampling(max_tokens=5))
    ask(bare_engine, f"{secret} " * 9000)
    ask(bare_engine, f"broken {secret}", sampling=Sampling(seed=secret))  # a bug on our side
    bare_engine.close()
    log = (tmp_path / "logs" / "engine.log").read_text(encoding="utf-8")
    assert "loaded tiny.gguf" in log
    assert "no chat template" in log
    assert "PromptTooLong" in log
    assert "TypeError in" in log
    assert "generation.py" in log
    assert secret not in log


def test_a_bug_fails_the_request_and_names_its_kind(engine):
    failed = ask(engine, "Hello?", sampling=Sampling(seed="seven"))[-1]
    assert (failed.error, failed.facts) == ("EngineBroken", {"reason": "TypeError"})
    assert generated(ask(engine, "Say hello."))


def test_the_pipe_carries_what_it_should():
    """The worker without anything of `desktop` around it: a pipe and a process are enough."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=run, args=(theirs, None))
    process.start()
    theirs.close()
    ours.send(Generate(5, "", (), (), "Hello?"))
    failed = ours.recv()
    assert (failed.id, failed.error) == (5, "NoModel")
    ours.close()
    process.join(10)
    assert process.exitcode == 0
