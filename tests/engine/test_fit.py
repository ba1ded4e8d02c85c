"""What a model takes, against what llama.cpp then reports, for families of each kind; and what is chosen from it."""

from __future__ import annotations

import multiprocessing
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from engine import fit, gguf, hardware, llama, loading
from engine.answering import Engine
from engine.errors import ModelMissing, ModelTooLarge, ModelUnsupported, OutOfMemory
from engine.fit import Choice, Correction
from engine.inbox import Inbox
from engine.loading import Place
from engine.messages import (
    Adapter,
    Device,
    Failed,
    Fit,
    Hardware,
    Inspect,
    LoadModel,
    LoadOptions,
    ModelInfo,
    Result,
    Survey,
    Work,
)
from engine.model import Model
from engine.speculation import MOST_DRAFT
from engine.starter import starter_model
from tests.engine import tiny
from tests.engine.shapes import Kind, Shape, write

MIB, GIB = 1 << 20, 1 << 30
NEAR = 0.1  # the promise: within 10 % of what llama.cpp reports
ROUGH = 0.16  # of the scratch memory by itself, without a simulation
UNSIMULATED = 0.25  # of what a GPU takes when few layers are on it
SOFTWARE_WORDS = 65536  # more scores at once than this do not fit in a buffer of software Vulkan
REPORTED = re.compile(r"(\S+) +(model|KV|RS|compute|output) buffer size = +([\d.]+) MiB")

SHAPES = {
    "every head its own keys, 16-bit": Shape("llama", width=1024, heads=16, heads_kv=16, kind=Kind.F16),
    "grouped keys, large vocabulary": Shape("llama", layers=8, width=1024, heads_kv=4, feed=4096, words=128256),
    "tied output, 8-bit": Shape(
        "qwen2", layers=12, width=896, heads=14, heads_kv=2, feed=4864, words=151936, tied=True, kind=Kind.Q8_0
    ),
    "wide heads": Shape("qwen3", width=1024, heads=16, heads_kv=8, head=128, feed=3072, words=50000, tied=True),
    "sliding windows": Shape(
        "gemma3", layers=12, width=768, heads=4, heads_kv=1, head=256, feed=3072, words=65536, tied=True,
        more={"attention.sliding_window": 512},
    ),
    "fused keys and values": Shape("phi3", width=1536, heads=16, heads_kv=16, head=96, feed=4096),
    "mixture of experts": Shape(
        "qwen3moe", width=1024, heads=16, heads_kv=4, feed=3072, words=50000,
        more={"expert_count": 16, "expert_used_count": 4, "expert_feed_forward_length": 512},
    ),
    "experts, sinks and windows, 4-bit floats": Shape(
        "gpt-oss", width=1024, heads=16, heads_kv=4, feed=1024, words=50000, kind=Kind.MXFP4,
        more={
            "expert_count": 8, "expert_used_count": 2, "expert_feed_forward_length": 1024,
            "attention.sliding_window": 128,
        },
    ),
    "one latent key": Shape(
        "deepseek2", width=1024, heads=8, heads_kv=1, head=320, feed=4096, words=50000,
        more={
            "attention.value_length": 256, "attention.kv_lora_rank": 256, "rope.dimension_count": 64,
            "attention.key_length_mla": 192, "attention.value_length_mla": 128, "attention.q_lora_rank": 0,
            "leading_dense_block_count": 0, "expert_count": 8, "expert_used_count": 4,
            "expert_feed_forward_length": 768, "expert_shared_count": 2,
        },
    ),
    "state space": Shape(
        "mamba", layers=8, heads=0, heads_kv=0, head=0, feed=0, words=50280, kind=Kind.F16,
        more={"ssm.conv_kernel": 4, "ssm.inner_size": 2048, "ssm.state_size": 16, "ssm.time_step_rank": 64},
    ),
    "convolutions and attention": Shape(
        "lfm2", layers=6, heads_kv=[0, 0, 8, 0, 8, 0], feed=4096, words=65536, tied=True,
        more={"shortconv.l_cache": 3},
    ),
    "linear and full attention": Shape(
        "qwen35", layers=8, heads=8, heads_kv=2, head=256, feed=3584, words=65536, tied=True,
        more={
            "rope.dimension_count": 64, "rope.dimension_sections": [11, 11, 10, 0], "ssm.conv_kernel": 4,
            "ssm.inner_size": 2048, "ssm.state_size": 128, "ssm.time_step_rank": 16, "ssm.group_count": 16,
        },
    ),
}  # fmt: skip
CHOICES = (
    Choice(0, 4096, "f16", 512),
    Choice(0, 16384, "q8_0", 512),
    Choice(0, 8192, "f16", 256, full_window=False),
    Choice(0, 1024, "q4_0", 128),
)


@dataclass(frozen=True)
class Report:
    """What llama.cpp's own log lines say, in bytes."""

    weights: float
    cache: float
    scratch: float

    @property
    def all(self) -> float:
        return self.weights + self.cache + self.scratch


GPU_CHOICES = (
    Choice(99, 4096, "f16", 512),
    Choice(99, 8192, "q8_0", 256),
    Choice(3, 4096, "f16", 512),
    Choice(1, 4096, "f16", 512),
)


def as_fit(choice: Choice) -> Fit:
    return Fit(
        verdict="cpu", layers=0, gpu_layers=choice.gpu_layers, context=choice.context, kv_type=choice.kv_type,
        batch=choice.batch, threads=1, need_gpu=0, have_gpu=0, need_main=0, have_main=0,
        full_window=choice.full_window,
    )  # fmt: skip


def reported(facts: gguf.ModelFacts, choice: Choice) -> Report:
    """What llama.cpp says of the buffers of a model that runs in main memory."""
    return _reported(facts, Place(as_fit(choice)))["main"]


def _reported(facts: gguf.ModelFacts, place: Place) -> dict[str, Report]:
    """Load the model in earnest, and read what is said about the buffers on the GPU and in main memory."""
    sizes: dict[tuple[str, str], float] = defaultdict(float)
    with llama.listening() as heard:
        # Without extra buffer types: what is repacked into them is counted twice in the report, once as mapped.
        model = loading.load_model(facts, place, "plain", lambda _fraction: True)
        context = loading.new_context(model, facts, place)
    llama.llama().llama_free(context)
    llama.llama().llama_model_free(model)
    for line in heard:
        if found := REPORTED.search(line):
            main = found[1].startswith("CPU") or found[1].endswith("_Host")
            sizes["main" if main else "gpu", found[2]] += float(found[3]) * MIB
    return {
        side: Report(
            weights=sizes[side, "model"],
            cache=sizes[side, "KV"] + sizes[side, "RS"],
            scratch=sizes[side, "compute"] + sizes[side, "output"],
        )
        for side in ("gpu", "main")
    }


@pytest.mark.parametrize("name", SHAPES)
def test_predictions_are_what_llama_cpp_reports(tmp_path, name):
    facts = gguf.read(write(tmp_path / "model.gguf", SHAPES[name]))
    for choice in CHOICES:
        truth = reported(facts, choice)
        nothing, main = fit.parts(facts, choice)
        assert nothing.all == 0
        assert main.weights == pytest.approx(truth.weights, rel=0.01), choice
        assert main.cache == pytest.approx(truth.cache, rel=0.01, abs=MIB / 50), choice
        assert main.scratch == pytest.approx(truth.scratch, rel=ROUGH), choice
        assert main.all == pytest.approx(truth.all, rel=NEAR), choice


@pytest.mark.parametrize("choice", CHOICES)
def test_the_starters_prediction_is_what_llama_cpp_reports(choice):
    facts = gguf.read(starter_model())
    truth = reported(facts, choice)
    main = fit.parts(facts, choice)[1]
    assert (main.weights, main.cache) == (
        pytest.approx(truth.weights, rel=0.01),
        pytest.approx(truth.cache, rel=0.01),
    )
    assert main.all == pytest.approx(truth.all, rel=NEAR)


@pytest.mark.parametrize("name", SHAPES)
def test_a_simulation_makes_the_prediction_exact(tmp_path, name):
    facts = gguf.read(write(tmp_path / "model.gguf", SHAPES[name]))
    place = loading.fitted(facts, LoadOptions(gpu_layers=0, threads=1), "fast", exact=True)
    choice = Choice(0, place.fit.context, place.fit.kv_type, place.fit.batch, place.fit.full_window)
    rows = fit.score_bytes(facts) * MOST_DRAFT  # which llama.cpp allocates when the first guesses are judged
    assert place.fit.need_main - rows == pytest.approx(reported(facts, choice).all, rel=0.01)


@pytest.mark.vulkan
@pytest.mark.parametrize("name", SHAPES)
def test_on_a_gpu_too_it_is_what_llama_cpp_reports(tmp_path, name):
    shape = replace(SHAPES[name], words=min(SHAPES[name].words, SOFTWARE_WORDS))
    facts = gguf.read(write(tmp_path / "model.gguf", shape))
    for choice in GPU_CHOICES:
        wish = LoadOptions(choice.context, choice.gpu_layers, choice.kv_type, choice.batch, threads=1)
        place = loading.fitted(facts, wish, "fast", exact=True)
        assert place.gpus
        assert place.fit.gpu_layers == min(choice.gpu_layers, len(facts.blocks) + 1)
        truth = _reported(facts, place)
        on_gpu, in_main = fit.parts(facts, replace(choice, gpu_layers=place.fit.gpu_layers))
        assert on_gpu.weights == pytest.approx(truth["gpu"].weights, rel=0.01, abs=MIB / 50), choice
        assert on_gpu.cache == pytest.approx(truth["gpu"].cache, rel=0.01, abs=MIB / 50), choice
        assert in_main.cache == pytest.approx(truth["main"].cache, rel=0.01, abs=MIB / 50), choice
        assert place.fit.need_gpu == pytest.approx(truth["gpu"].all, rel=NEAR), choice
        assert on_gpu.all == pytest.approx(truth["gpu"].all, rel=UNSIMULATED), choice


# ------------------------------------------------------------ choices

BIG = Shape("llama", layers=32, width=4096, heads=32, heads_kv=8, head=128, feed=14336, words=128256, context=131072)


def computer(*gpus: Device, main: int = 32 * GIB) -> Hardware:
    cpu = Device("CPU", "a processor", "cpu", main, main)
    return Hardware((*gpus, cpu), memory_free=main, memory_total=main, threads=8, llama="test")


def card(free: float, number: int = 0) -> Device:
    return Device(f"CUDA{number}", f"card {number}", "gpu", int(free * GIB), int(free * GIB))


def shared(free: float) -> Device:
    return Device("Vulkan0", "in the processor", "igpu", int(free * GIB), int(free * GIB))


@pytest.fixture(scope="session")
def big(tmp_path_factory: pytest.TempPathFactory) -> gguf.ModelFacts:
    """An 8B model of 4.5 GB."""
    return gguf.read(write(tmp_path_factory.mktemp("big") / "model.gguf", BIG))


@pytest.fixture(scope="session")
def windowed(tmp_path_factory: pytest.TempPathFactory) -> gguf.ModelFacts:
    """A 12B model of 6.6 GB, five of six layers with a window of 1024 tokens, which keep 40 KB of a token each."""
    shape = Shape(
        "gemma3", layers=48, width=3840, heads=16, heads_kv=8, head=256, feed=15360, words=262144, tied=True,
        context=131072, more={"attention.sliding_window": 1024},
    )  # fmt: skip
    return gguf.read(write(tmp_path_factory.mktemp("windowed") / "model.gguf", shape))


def test_a_model_that_fits_goes_to_the_gpu_whole_with_a_long_context(big):
    found = fit.plan(big, computer(card(24)), LoadOptions(), "fast")
    assert (found.verdict, found.gpu_layers, found.layers) == ("gpu", 33, 33)
    assert (found.context, found.kv_type, found.batch, found.threads) == (16384, "f16", 512, 8)
    assert found.need_gpu < found.have_gpu


def test_the_context_shrinks_before_the_cache_is_spared_and_that_before_layers_stay_behind(big):
    contexts, kinds, layers = [], [], []
    for free in (24, 6.2, 5.3, 4.9, 4.75, 4, 2):
        found = fit.plan(big, computer(card(free)), LoadOptions(), "fast")
        assert found.need_gpu <= found.have_gpu - fit.GPU_MARGIN[0]
        contexts.append(found.context)
        kinds.append(found.kv_type)
        layers.append(found.gpu_layers)
    assert contexts == sorted(contexts, reverse=True)
    assert contexts[-1] == 4096
    assert "q8_0" in kinds
    assert kinds[0] == "f16"
    assert layers == sorted(layers, reverse=True)
    assert layers[0] == 33
    assert 0 < layers[-1] < 20
    assert all(one == 33 for one, kind in zip(layers, kinds, strict=True) if kind == "q8_0")


def test_windows_are_cut_to_size_where_that_brings_the_whole_model_onto_the_gpu(windowed):
    roomy, tight = (fit.plan(windowed, computer(card(free)), LoadOptions(), "fast") for free in (24, 7))
    assert (roomy.verdict, roomy.full_window) == ("gpu", True)
    assert (tight.verdict, tight.full_window) == ("gpu", False)


def test_without_a_gpu_or_with_a_full_one_it_runs_on_the_cpu(big):
    for machine in (computer(), computer(card(0.4))):
        found = fit.plan(big, machine, LoadOptions(), "fast")
        assert (found.verdict, found.gpu_layers, found.need_gpu, found.context) == ("cpu", 0, 0, 4096)


def test_too_large_says_what_it_needs_at_least(big):
    found = fit.plan(big, computer(main=4 * GIB), LoadOptions(), "fast")
    assert found.verdict == "too_large"
    assert found.have_main == 4 * GIB < found.need_main < 6 * GIB
    with pytest.raises(ModelTooLarge, match=r"it needs 4\.\d GB, and 4\.3 GB is free"):
        loading.refuse_too_large(big, found)


def test_what_neither_holds_alone_both_hold_together(big):
    found = fit.plan(big, computer(card(3), main=4 * GIB), LoadOptions(), "fast")
    assert found.verdict == "partly"
    assert found.need_gpu + found.need_main > 4 * GIB


def test_several_gpus_count_together(big):
    one = fit.plan(big, computer(card(3)), LoadOptions(), "fast")
    two = fit.plan(big, computer(card(3), card(3, 1)), LoadOptions(), "fast")
    assert one.gpu_layers < two.gpu_layers
    assert two.have_gpu == 6 * GIB


def test_memory_that_gpu_and_processor_share_counts_once(big):
    roomy = fit.plan(big, computer(shared(16), main=16 * GIB), LoadOptions(), "fast")
    tight = fit.plan(big, computer(shared(6), main=6 * GIB), LoadOptions(), "fast")
    assert roomy.verdict == "gpu"
    assert tight.need_gpu + tight.need_main <= 6 * GIB - fit.MAIN_MARGIN[0]
    none = fit.plan(big, computer(shared(4), main=4 * GIB), LoadOptions(), "fast")
    assert none.verdict == "too_large"


def test_a_card_of_its_own_comes_before_a_shared_one(big):
    machine = computer(shared(16), card(24))
    assert [gpu.name for gpu in fit.room(machine).gpus] == ["CUDA0"]


def test_the_users_choices_stand(big):
    wish = LoadOptions(context=2000, gpu_layers=7, kv_type="q4_0", batch=64, threads=3)
    found = fit.plan(big, computer(card(24)), wish, "fast")
    assert (found.context, found.gpu_layers, found.kv_type) == (2048, 7, "q4_0")
    assert (found.batch, found.threads, found.verdict) == (64, 3, "partly")
    every = fit.plan(big, computer(card(24)), LoadOptions(gpu_layers=-1), "fast")
    assert (every.gpu_layers, every.verdict) == (33, "gpu")
    none = fit.plan(big, computer(card(24)), LoadOptions(gpu_layers=0), "fast")
    assert (none.gpu_layers, none.verdict) == (0, "cpu")
    beyond = fit.plan(big, computer(), LoadOptions(context=10**6), "fast")
    assert beyond.context == 131072  # what it was trained for


def test_too_many_layers_are_refused_with_the_gpus_numbers(big):
    found = fit.plan(big, computer(card(2)), LoadOptions(gpu_layers=-1), "fast")
    assert (found.verdict, found.gpu_layers) == ("too_large", 33)
    with pytest.raises(ModelTooLarge, match=r"it needs 4\.\d GB, and 2\.1 GB is free"):
        loading.refuse_too_large(big, found)


def test_the_profiles_give_up_ever_more(big):
    machine = computer(card(24))
    layers = [
        fit.plan(big, machine, LoadOptions(), profile).gpu_layers for profile in ("fast", "plain", "fewer", "cpu")
    ]
    assert layers == [33, 33, 16, 0]


def test_companions_take_their_share(big):
    alone = fit.plan(big, computer(card(6)), LoadOptions(), "fast")
    together = fit.plan(big, computer(card(6)), LoadOptions(), "fast", companions=2 * GIB)
    assert together.gpu_layers < alone.gpu_layers
    bare, laden = (fit.plan(big, computer(), LoadOptions(), "fast", companions=more) for more in (0, GIB))
    assert laden.need_main == bare.need_main + GIB


def test_a_correction_is_heeded(big):
    plain = fit.plan(big, computer(card(6)), LoadOptions(), "fast")
    wider = fit.plan(big, computer(card(6)), LoadOptions(), "fast", correction=Correction(gpu=8.0))
    assert wider.gpu_layers < plain.gpu_layers or wider.context < plain.context or wider.kv_type != plain.kv_type


def test_odd_heads_leave_the_cache_as_it_is(tmp_path):
    facts = gguf.read(write(tmp_path / "odd.gguf", Shape("llama", width=1200, heads=15, heads_kv=15, head=80)))
    for free in (0.5, 1, 2, 24):
        assert fit.plan(facts, computer(card(free)), LoadOptions(), "fast").kv_type == "f16"


def test_what_a_loaded_model_holds_counts_as_free_again(big):
    full = computer(card(24))
    loaded = fit.plan(big, full, LoadOptions(), "fast")
    used = replace(
        full,
        devices=(replace(card(24), free=24 * GIB - loaded.need_gpu), full.devices[1]),
        memory_free=full.memory_free - GIB,
    )
    again = fit.given_back(used, loaded, held=100 * MIB)
    assert again.devices[0].free == pytest.approx(24 * GIB, rel=0.001)
    assert again.memory_free == full.memory_free - GIB + 100 * MIB


# ------------------------------------------------------------ loading by it

ENDLESS_SHAPE = Shape("llama", width=32, heads=1024, heads_kv=1024, head=1024, feed=32, words=64, context=1 << 23)
ENDLESS = Choice(0, 1 << 23, "f16", 32)


def test_a_model_is_loaded_as_planned(tmp_path):
    path = tiny.write(tmp_path / "tiny.gguf", context=4096)
    wish = LoadModel(1, str(path), LoadOptions(context=1024, kv_type="f16", batch=96, threads=1))
    model = Model(gguf.read(path), wish, lambda _fraction: True, lambda: False)
    lib = llama.llama()
    assert lib.llama_n_ctx(model._context) == model.fit.context == 1024
    assert lib.llama_n_batch(model._context) == lib.llama_n_ubatch(model._context) == model.fit.batch == 96
    assert model.evaluate(model.vocabulary.plain("a long text, word by word " * 20))
    assert (model.fit.verdict, model.device) == ("cpu", "CPU")
    model.close()


def test_the_starter_answers_alike_with_a_spared_cache(tmp_path):
    path = starter_model()
    best = []
    for kv_type in ("f16", "q8_0"):
        wish = LoadModel(1, str(path), LoadOptions(context=512, kv_type=kv_type))
        model = Model(gguf.read(path), wish, lambda _fraction: True, lambda: False)
        assert model.evaluate(model.vocabulary.plain("The capital of France is the city of"))
        logits = llama.llama().llama_get_logits_ith(model._context, -1)[: model.vocabulary.size]
        best.append(logits.index(max(logits)))
        model.close()
    assert best[0] == best[1]


def test_a_cache_that_the_heads_do_not_allow_is_an_error_not_a_crash(tmp_path):
    path = tiny.write(tmp_path / "tiny.gguf")  # heads of 16
    with pytest.raises(ModelUnsupported, match="KV q8_0"):
        Model(gguf.read(path), LoadModel(1, str(path), LoadOptions(kv_type="q8_0")), lambda _: True, lambda: False)


def test_memory_that_is_refused_is_an_error_with_its_own_name(tmp_path):
    _no_memory(tmp_path, Place(as_fit(ENDLESS)))


def _no_memory(folder: Path, place: Place) -> None:
    """A cache larger than any address, as if the prediction had overlooked it."""
    facts = gguf.read(write(folder / "model.gguf", ENDLESS_SHAPE))
    assert fit.parts(facts, ENDLESS)[1].cache >= 1 << 47
    model = loading.load_model(facts, place, "plain", lambda _fraction: True)
    with pytest.raises(OutOfMemory, match=f"The memory of “{re.escape(place.device)}” ran out"):
        loading.new_context(model, facts, place)
    llama.llama().llama_model_free(model)


def test_a_companion_that_is_missing_is_named(tmp_path):
    facts = gguf.read(tiny.write(tmp_path / "tiny.gguf"))
    for options in (
        LoadOptions(adapters=(Adapter(str(tmp_path / "no.gguf")),)),
        LoadOptions(draft=str(tmp_path / "no.gguf")),
    ):
        with pytest.raises(ModelMissing, match=r"no\.gguf"):
            loading.fitted(facts, options, "fast")


def test_what_llama_cpp_cannot_read_is_told_before_it_is_loaded(tmp_path):
    facts = gguf.read(tiny.write(tmp_path / "new.gguf", architecture="unheard-of"))
    with pytest.raises(ModelUnsupported, match="unheard-of"):
        loading.fitted(facts, LoadOptions(), "fast", exact=True)


def test_a_simulation_takes_no_memory_worth_speaking_of(big):
    import psutil

    before = psutil.Process().memory_info().rss
    loading.fitted(big, LoadOptions(gpu_layers=0, threads=1), "fast", exact=True)
    assert psutil.Process().memory_info().rss - before < 100 * MIB


@pytest.mark.vulkan
def test_more_layers_than_the_gpu_holds_are_an_error_not_a_crash(big):
    with pytest.raises(ModelTooLarge, match=r"it needs 4\.\d GB"):
        wish = LoadModel(1, str(big.path), LoadOptions(gpu_layers=-1))
        Model(big, wish, lambda _fraction: True, lambda: False)


@pytest.mark.vulkan
def test_a_gpu_that_gives_no_memory_is_an_error_with_its_name(tmp_path):
    gpus = fit.room(computer(*hardware.gpus())).gpus
    _no_memory(tmp_path, Place(as_fit(replace(ENDLESS, gpu_layers=1 + ENDLESS_SHAPE.layers)), gpus))


# ------------------------------------------------------------ asked of the worker


@pytest.fixture
def answers() -> Iterator[Callable[[Work], object]]:
    """The engine as the worker has it, in this process: a request in, the value or the failure out."""
    ours, theirs = multiprocessing.Pipe()
    inbox = Inbox(theirs)
    engine = Engine(inbox)

    def ask(request: Work) -> object:
        ours.send(request)
        arrival = inbox.next()
        assert arrival is not None
        engine.answer(arrival)
        while True:
            match ours.recv():
                case Result(value=value):
                    return value
                case Failed() as failed:
                    return failed

    yield ask
    engine.close()
    ours.close()
    theirs.close()


def test_a_file_is_looked_into_without_being_loaded(answers, big):
    found = answers(Inspect(1, str(big.path), LoadOptions(gpu_layers=0, context=8192)))
    assert isinstance(found, Fit)
    assert found.context == 8192
    assert found.need_main == pytest.approx(4309 * MIB + 1024 * MIB, rel=NEAR)
    failed = answers(Inspect(2, str(big.path.with_name("nothing.gguf"))))
    assert isinstance(failed, Failed)
    assert failed.error == "ModelMissing"


def test_a_loaded_model_tells_how_it_fits_and_does_not_stand_in_anothers_way(answers):
    before = answers(Survey(1))
    loaded = answers(LoadModel(2, options=LoadOptions(threads=1)))
    assert isinstance(loaded, ModelInfo)
    assert loaded.fit is not None
    assert (loaded.fit.context, loaded.fit.threads) == (loaded.context, 1)
    meanwhile, inspected = answers(Survey(3)), answers(Inspect(4, options=LoadOptions(threads=1)))
    assert isinstance(before, Hardware)
    assert isinstance(meanwhile, Hardware)
    assert isinstance(inspected, Fit)
    assert meanwhile.memory_free > before.memory_free - 500 * MIB  # others may have taken some
    same = replace(loaded.fit, need_main=0, have_main=0, have_gpu=0, need_gpu=0)
    assert replace(inspected, need_main=0, have_main=0, have_gpu=0, need_gpu=0) == same
