"""GPU offload without a GPU: the whole engine on Mesa's software Vulkan, against the same engine on the CPU.

`dev.py test` runs what is marked `vulkan` with llama.cpp's libraries built for it.
"""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop.engine_process import Engine
from desktop.load_options import keep_options
from desktop.settings import Settings
from engine import messages as m
from knowledge.store import Store

pytestmark = pytest.mark.vulkan

NOTE = m.Passage("lease.pdf, page 2", "The lease of the boat house ends on 31 August 2027.")
QUESTIONS = ("When does the lease of the boat house end?", "Which building is the lease about?")


def answers(home: Path, layers: int) -> tuple[m.ModelInfo, list[str]]:
    """The starter's greedy answers with so many layers on the GPU (-1: all)."""
    store = Store(home)
    settings = Settings(store)
    keep_options(settings, None, m.LoadOptions(gpu_layers=layers, context=2048))
    engine = Engine(home, settings)
    try:
        engine.start()
        info = engine.wait()
        assert info is not None
        texts = []
        for question in QUESTIONS:
            *_, last = engine.generate(
                system="Answer from the notes, in one sentence.",
                history=(),
                recalled=(NOTE,),
                prompt=question,
                sampling=m.Sampling(max_tokens=32, temperature=0, repeat_penalty=1),
                stop=threading.Event(),
            )
            assert isinstance(last, m.Generated)
            texts.append(last.text)
        assert engine.state.phase == "ready"
    finally:
        engine.close()
        store.close()
    return info, texts


def test_all_layers_on_the_gpu_give_the_answers_of_the_cpu(tmp_path: Path) -> None:
    on_gpu, from_gpu = answers(tmp_path / "gpu", -1)
    on_cpu, from_cpu = answers(tmp_path / "cpu", 0)
    assert on_gpu.fit is not None
    assert on_gpu.gpu_layers == on_gpu.layers + 1  # the output counts as one
    assert (on_gpu.fit.verdict, on_gpu.profile) == ("gpu", "fast")
    assert on_gpu.device != "CPU"
    assert (on_cpu.gpu_layers, on_cpu.device) == (0, "CPU")
    assert "2027" in from_cpu[0]
    assert from_gpu == from_cpu


def test_some_layers_on_the_gpu_give_the_answers_of_the_cpu(tmp_path: Path) -> None:
    on_both, from_both = answers(tmp_path / "both", 12)
    _, from_cpu = answers(tmp_path / "cpu", 0)
    assert on_both.gpu_layers == 12
    assert on_both.fit is not None
    assert on_both.fit.verdict == "partly"
    assert from_both == from_cpu
