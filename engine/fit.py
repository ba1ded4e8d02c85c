"""How a model fits this computer: what it will take, and the choices that make the most of what is there.

`plan` predicts from the file's header alone, as llama.cpp will allocate: the weights are what the tensors take, the
cache follows from heads and context (src/llama-kv-cache.cpp, llama-memory-recurrent.cpp), and the scratch memory of
one evaluation from the widest moment of its graph, whose shape was found by letting llama.cpp simulate its allocations
for models of many families (tests/engine/test_fit.py). Where a decision hangs on that last part, `loading.fitted` asks
llama.cpp itself and plans again with a `Correction`. Nothing is loaded here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine.gguf import Block, ModelFacts
from engine.messages import Device, Fit, Hardware, KvType, LoadOptions, Profile
from engine.speculation import MOST_DRAFT

USUAL_CONTEXT = 4096  # tokens; a conversation with recalled passages is cramped in less
GPU_CONTEXT = 16384  # tokens; more is there for the asking
LEAST_CONTEXT = 256  # tokens; llama.cpp rounds up to it anyway
CONTEXT_STEP = 256  # GGML_PAD in llama_context

BATCH = 512  # tokens evaluated at once
BATCHES = (BATCH, 256, 128)  # fewer take less scratch memory, and more time

GPU_MARGIN = (384 << 20, 1 << 30)  # bytes of a GPU left free, for the display and the driver: at least, at most
GPU_MARGIN_SHARE = 0.05  # and in between this share of it
UNIFIED = ("MTL", "Metal")  # how ggml names Apple's GPUs, which count as such though their memory is the main one
MAIN_MARGIN = (512 << 20, 4 << 30)
MAIN_MARGIN_SHARE = 0.1
CACHE_BYTES: dict[KvType, tuple[int, int]] = {"f16": (1, 2), "q8_0": (32, 34), "q4_0": (32, 18)}
"""Numbers in a block, and bytes of it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Scratch memory as llama.cpp simulated it, as multiples of what was predicted."""

    gpu: float = 1.0
    main: float = 1.0


NO_CORRECTION = Correction()


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes that llama.cpp will allocate in one place; its log calls them model, KV or RS, and compute and output."""

    weights: int
    cache: int
    scratch: int

    @property
    def all(self) -> int:
        return self.weights + self.cache + self.scratch


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen for a model and decides what it takes."""

    gpu_layers: int
    context: int
    kv_type: KvType
    batch: int
    full_window: bool = True  # layers with a sliding window keep the whole context too: the way back stays open


@dataclass(frozen=True, slots=True)
class Room:
    """What is free, in bytes, and what of it should be left to others."""

    gpus: tuple[Device, ...]
    shared: bool  # the GPU takes its memory from the main one
    gpu: int
    gpu_margin: int
    main: int
    main_margin: int


def plan(
    facts: ModelFacts,
    hardware: Hardware,
    options: LoadOptions,
    profile: Profile,
    *,
    companions: int = 0,
    correction: Correction = NO_CORRECTION,
) -> Fit:
    """The best way to run the model here; the user's `options` stand, whatever comes of it.

    `companions` are the bytes of the files that are loaded with it: adapters, a draft model, a projector. A verdict of
    "too_large" goes with what the most frugal way would still need.
    """
    space = room(hardware, profile)

    def needed(choice: Choice) -> tuple[int, int]:
        return _needed(facts, choice, len(space.gpus), companions, correction)

    choice: Choice | None
    choice = next((choice for choice in _wishes(facts, options, space) if _fits(needed(choice), space)), None)
    if choice is None:
        choice = _last_resort(facts, options, space)
    if profile == "fewer":
        choice = replace(choice, gpu_layers=choice.gpu_layers // 2)
    on_gpu, in_main = needed(choice)
    layers = len(facts.blocks) + 1
    verdict: Literal["gpu", "partly", "cpu"]
    verdict = "gpu" if choice.gpu_layers == layers else "partly" if choice.gpu_layers else "cpu"
    too_large = on_gpu > space.gpu or in_main + (on_gpu if space.shared else 0) > space.main
    return Fit(
        verdict="too_large" if too_large else verdict,
        layers=layers,
        gpu_layers=choice.gpu_layers,
        context=choice.context,
        kv_type=choice.kv_type,
        batch=choice.batch,
        threads=options.threads or hardware.threads,
        need_gpu=on_gpu,
        have_gpu=space.gpu,
        need_main=in_main,
        have_main=space.main,
        full_window=choice.full_window,
    )


def room(hardware: Hardware, profile: Profile = "fast") -> Room:
    """The devices llama.cpp would use (src/llama.cpp), and what they have left."""
    servers = [device for device in hardware.devices if device.kind == "rpc"]
    own = [device for device in hardware.devices if device.kind == "gpu"]
    integrated = [device for device in hardware.devices if device.kind == "igpu"]
    gpus = () if profile == "cpu" else (*servers, *(own or integrated))
    shared = any(device.kind == "igpu" or device.name.startswith(UNIFIED) for device in gpus)
    free = sum(device.free for device in gpus)
    return Room(
        gpus=gpus,
        shared=shared,
        gpu=min(free, hardware.memory_free) if shared and not servers else free,
        gpu_margin=sum(_margin(device.total, GPU_MARGIN_SHARE, GPU_MARGIN) for device in gpus),
        main=hardware.memory_free,
        main_margin=_margin(hardware.memory_total, MAIN_MARGIN_SHARE, MAIN_MARGIN),
    )


def given_back(hardware: Hardware, fit: Fit, held: int) -> Hardware:
    """The hardware as it will be when the loaded model of this `fit` is gone; `held` bytes of main memory come back.

    Its mapped weights are among what counts as free already.
    """
    gpus = room(hardware).gpus if fit.gpu_layers else ()
    used = {gpu.name: gpu.total - gpu.free for gpu in gpus}
    share = min(1.0, fit.need_gpu / max(1, sum(used.values())))
    return replace(
        hardware,
        devices=tuple(
            replace(device, free=device.free + int(share * used.get(device.name, 0))) for device in hardware.devices
        ),
        memory_free=min(hardware.memory_total, hardware.memory_free + min(held, fit.need_main)),
    )


def _margin(total: int, share: float, bounds: tuple[int, int]) -> int:
    return max(bounds[0], min(bounds[1], int(total * share)))


# ------------------------------------------------------------ choices, best first


def _wishes(facts: ModelFacts, options: LoadOptions, space: Room) -> Iterator[Choice]:
    """All ways worth taking: a whole model on the GPU before a long context, that before a spared KV cache."""
    layers = len(facts.blocks) + 1
    kinds = _caches(facts, options)
    batches = (options.batch,) if options.batch else BATCHES
    wished = _wished_layers(facts, options, space)
    if space.gpus and wished in {None, layers}:
        for kv_type, full_window in kinds:
            for batch in batches:
                for context in _contexts(facts, options, GPU_CONTEXT, USUAL_CONTEXT):
                    yield Choice(layers, context, kv_type, batch, full_window)
    for count in range(layers - 1, 0, -1) if wished is None and space.gpus else [wished or 0]:
        if count:
            for context in _contexts(facts, options, USUAL_CONTEXT, USUAL_CONTEXT):
                yield Choice(count, context, kinds[0][0], batches[0])
    if not wished:
        for kv_type, full_window in kinds:
            for context in _contexts(facts, options, USUAL_CONTEXT, USUAL_CONTEXT):  # a CPU takes long to read more
                yield Choice(0, context, kv_type, batches[0], full_window)
    for context in _contexts(facts, options, USUAL_CONTEXT, LEAST_CONTEXT):
        yield Choice(wished or 0, context, kinds[-1][0], batches[-1], kinds[-1][1])


def _last_resort(facts: ModelFacts, options: LoadOptions, space: Room) -> Choice:
    """The most frugal way that the user's own choices leave, where none fits with something to spare."""
    kv_type, full_window = _caches(facts, options)[-1]
    return Choice(
        gpu_layers=_wished_layers(facts, options, space) or 0,
        context=_contexts(facts, options, LEAST_CONTEXT, LEAST_CONTEXT)[-1],
        kv_type=kv_type,
        batch=options.batch or BATCHES[-1],
        full_window=full_window,
    )


def _wished_layers(facts: ModelFacts, options: LoadOptions, space: Room) -> int | None:
    layers = len(facts.blocks) + 1
    if not space.gpus:
        return 0
    if options.gpu_layers is None:
        return None
    return layers if options.gpu_layers < 0 else min(options.gpu_layers, layers)


def _caches(facts: ModelFacts, options: LoadOptions) -> list[tuple[KvType, bool]]:
    """KV types, each with whether sliding windows keep the whole context; the best first, the smallest last."""
    kinds: list[KvType] = ["f16"]
    block, _size = CACHE_BYTES["q8_0"]
    if facts.key_length % block == 0 and facts.value_length % block == 0:
        kinds.append("q8_0")
    if options.kv_type is not None:
        kinds = [options.kv_type]
    return [(kind, full) for full in ((True, False) if facts.window else (True,)) for kind in kinds]


def _contexts(facts: ModelFacts, options: LoadOptions, most: int, least: int) -> list[int]:
    """Contexts to try, longest first: halves of `most`, down to `least`, within what the model was trained for."""
    if options.context is not None:
        return [_rounded(min(options.context, facts.context_length))]
    longest = _rounded(min(most, facts.context_length))
    found = [longest]
    while found[-1] // 2 >= least:
        found.append(_rounded(found[-1] // 2))
    return found


def _rounded(context: int) -> int:
    return max(LEAST_CONTEXT, -(-context // CONTEXT_STEP) * CONTEXT_STEP)


def _fits(needed: tuple[int, int], space: Room) -> bool:
    """Whether this leaves enough to everything else."""
    on_gpu, in_main = needed
    main = in_main + (on_gpu if space.shared else 0)
    return on_gpu <= max(0, space.gpu - space.gpu_margin) and main <= space.main - space.main_margin


# ------------------------------------------------------------ bytes


def parts(facts: ModelFacts, choice: Choice, gpus: int = 1) -> tuple[Parts, Parts]:
    """What is allocated on `gpus` graphics devices together, and in main memory."""
    on_gpu = choice.gpu_layers > 0
    first = len(facts.blocks) + 1 - choice.gpu_layers  # llama.cpp fills the GPU from the output back
    above, below = facts.blocks[first:] if on_gpu else (), facts.blocks[:first]
    step = min(choice.batch, choice.context)
    masks, inputs = _mask_bytes(facts, choice, step), step * 4 * facts.embedding_length
    graph = max(step * 4 * _floats(facts) + masks, 4 * _output_floats(facts, step))
    gpu_scratch, main_scratch = 0, graph
    if on_gpu:
        gpu_scratch, main_scratch = (graph - inputs) * max(1, gpus), masks + 2 * inputs
        if below:  # a long prompt is evaluated on the GPU all the same, with the weights brought there bit by bit
            gpu_scratch += max(block.weight_bytes for block in below) // 2
    gpu_weights = sum(block.weight_bytes for block in above) + (facts.output_bytes if on_gpu else 0)
    return (
        Parts(gpu_weights + (facts.tied_bytes if on_gpu else 0), _cache_bytes(facts, above, choice), gpu_scratch),
        Parts(_loaded(facts) - gpu_weights, _cache_bytes(facts, below, choice), main_scratch + score_bytes(facts)),
    )


def score_bytes(facts: ModelFacts) -> int:
    """Of one token's scores, which llama.cpp hands over in main memory."""
    return 4 * facts.vocabulary


def _needed(facts: ModelFacts, choice: Choice, gpus: int, companions: int, correction: Correction) -> tuple[int, int]:
    """Bytes on the GPUs and in main memory, all told."""
    gpu, main = parts(facts, choice, gpus)
    on_gpu = gpu.weights + gpu.cache + int(gpu.scratch * correction.gpu)
    in_main = main.weights + main.cache + int(main.scratch * correction.main)
    in_main += score_bytes(facts) * MOST_DRAFT  # of guessed tokens
    return (on_gpu + companions, in_main) if choice.gpu_layers else (0, in_main + companions)


def _loaded(facts: ModelFacts) -> int:
    """Bytes of all tensors but those of layers that only guess ahead, which are left in the file."""
    return facts.input_bytes + facts.output_bytes + sum(block.weight_bytes for block in facts.blocks)


def _cache_bytes(facts: ModelFacts, blocks: Sequence[Block], choice: Choice) -> int:
    """Keys and values, and the states of recurrent layers."""
    window = _rounded(facts.window + choice.batch)
    block, size = CACHE_BYTES[choice.kv_type]
    total = 0
    for each in blocks:
        tokens = choice.context if choice.full_window or not each.windowed else min(choice.context, window)
        total += tokens * -(-(each.keys + each.values) // block) * size + each.state_bytes
    return total


def _mask_bytes(facts: ModelFacts, choice: Choice, step: int) -> int:
    """Which of the cache's tokens each token sees: one 16-bit number each, for full and for windowed layers."""
    if not any(block.keys for block in facts.blocks):
        return 0
    tokens = choice.context
    if facts.window:
        tokens += choice.context if choice.full_window else min(choice.context, _rounded(facts.window + choice.batch))
    return tokens * step * 2


def _floats(facts: ModelFacts) -> int:
    """Numbers held for each token at the widest moment of a layer, as measured for families of each kind.

    A feed-forward part holds three times its width (two products and what comes of them), beside copies of the layer's
    input and of its queries; experts as much for each that is used, and their outputs where the room of the two
    products does not take them in. Latent attention unpacks its queries in steps.
    """
    width = facts.embedding_length
    widest = 0
    for block in facts.blocks:
        moments = [3 * block.feed + block.queries]
        if block.experts:
            inside, outputs = facts.experts_used * facts.expert_feed, facts.experts_used * width
            moments.append(3 * inside + block.queries + (outputs if outputs > 2 * inside else 0))
        if facts.latent:
            moments.append(block.queries + width + facts.latent)
        if block.state_bytes:
            moments += [3 * facts.channels, 5 * facts.inner]
        widest = max(widest, *moments)
    return widest + 3 * width


def _output_floats(facts: ModelFacts, step: int) -> int:
    """Numbers held when the scores are computed, of at most `MOST_DRAFT` + 1 tokens."""
    return min(step, 1 + MOST_DRAFT) * facts.vocabulary + 2 * step * facts.embedding_length
