"""The engine as calls, over the real worker: a self-test that kills it, and a file that is no model."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from desktop import engine_process
from desktop.engine_process import Engine, EngineState
from desktop.errors import Failure
from desktop.settings import Settings
from engine import messages as m
from knowledge.store import Store


def crashing(connection: Connection, log_folder: str) -> None:
    """The real worker on a machine whose fast kernels die at the first decode, as ggml-org/llama.cpp#20824 does."""
    from engine.model import Model
    from engine.worker import run

    works = Model._self_test

    def dies(model: Model) -> None:
        if model.profile == "fast":
            os.kill(os.getpid(), signal.SIGSEGV)
        works(model)

    Model._self_test = dies
    run(connection, log_folder)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    store = Store(tmp_path / "home")
    yield Settings(store)
    store.close()


def open_engine(tmp_path: Path, settings: Settings, model: str | None = None) -> tuple[Engine, list[EngineState]]:
    states: list[EngineState] = []
    engine = Engine(tmp_path, settings, model=model, changed=states.append)
    engine.start()
    return engine, states


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSEGV to send")
def test_a_self_test_that_kills_the_worker_leads_to_the_safe_profile_for_good(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_process, "_work", crashing)
    engine, states = open_engine(tmp_path, settings)
    info = engine.wait()
    assert info is not None
    assert info.safe
    assert states[-1].healed, "the user is told"
    said = list(
        engine.generate(
            system="",
            history=(),
            recalled=(),
            prompt="Say hello.",
            sampling=m.Sampling(max_tokens=5, temperature=0),
            stop=threading.Event(),
        )
    )
    assert isinstance(said[-1], m.Generated)
    assert said[-1].text
    engine.close()

    again, states = open_engine(tmp_path, settings)  # remembered: nothing dies a second time
    info = again.wait()
    assert info is not None
    assert info.safe
    assert not states[-1].healed
    again.close()


def test_a_file_that_is_no_model_is_a_sentence_and_another_can_be_chosen(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "poem.gguf").write_text("Once upon a time")
    engine, _ = open_engine(tmp_path, settings, str(tmp_path / "poem.gguf"))
    with pytest.raises(Failure, match=r"poem\.gguf.*not a GGUF model"):
        engine.wait()
    engine.use(None)
    info = engine.wait()
    assert info is not None
    assert info.starter
    engine.close()
