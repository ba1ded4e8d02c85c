"""A model with eyes: its answer depends on the picture, the cache tells pictures apart, and no picture breaks it."""

from __future__ import annotations

import os
import random
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from desktop.worker import Worker
from engine import gguf
from engine.errors import EngineBroken, ImageUnreadable, ProjectorUnsuitable
from engine.generation import generate
from engine.messages import (
    Assembled,
    Cancel,
    Failed,
    Generate,
    LoadModel,
    LoadOptions,
    Prepare,
    Quit,
    Reply,
    Result,
    Sampling,
    Turn,
    Work,
)
from engine.model import Model
from engine.prompt import assemble
from engine.vision import dimensions
from engine.worker import run
from tests.engine import tiny, tiny_eyes
from tests.engine.conftest import template_of

# Logits of these models with random weights have a standard deviation of 6 to 7. A picture moves them by 0.01 to 6,
# and another way to the same tokens (from the cache, in other batches) by less than a thousandth.
SAME, OTHER = 0.002, 0.005


def load(path: Path, *, projector: Path | None = None, interrupted: Callable[[], bool] = lambda: False) -> Model:
    options = LoadOptions(threads=1, projector=None if projector is None else str(projector))
    return Model(gguf.read(path), LoadModel(1, str(path), options), lambda _fraction: True, interrupted)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("eyes")
    tiny_eyes.write_projector(made / "mmproj-tiny-f32.gguf")
    return tiny.write(made / "tiny.gguf").parent


@pytest.fixture(scope="module")
def seeing(folder) -> Iterator[Model]:
    model = load(folder / "tiny.gguf")
    yield model
    model.close()


@pytest.fixture(scope="module")
def mrope(tmp_path_factory) -> Iterator[Model]:
    made = tmp_path_factory.mktemp("mrope")
    tiny_eyes.write_projector(made / "mmproj-vl.gguf", kind="qwen2vl_merger")
    model = load(tiny_eyes.write_qwen2vl(made / "vl.gguf"))
    yield model
    model.close()


@pytest.fixture(scope="module")
def at_once(tmp_path_factory) -> Iterator[Model]:
    made = tmp_path_factory.mktemp("at-once")
    tiny_eyes.write_projector(made / "mmproj.gguf", kind="gemma3")
    model = load(tiny.write(made / "tiny.gguf"))
    yield model
    model.close()


@pytest.fixture(params=["seeing", "at_once", "mrope"])
def model(request) -> Model:
    made: Model = request.getfixturevalue(request.param)
    return made


def laid_out(model: Model, *images: bytes, prompt: str = "What is this?") -> list[int]:
    assert model.eyes is not None
    request = Generate(1, "Be kind.", (), (), prompt, Sampling(max_tokens=8), images=images)
    pictures, _ = model.eyes.look(images)
    layout = assemble(
        request, context=model.context, template=template_of(model), vocabulary=model.vocabulary, pictures=pictures
    )
    return layout.tokens


def logits(model: Model, tokens: list[int], *, reuse: bool = False) -> np.ndarray:
    if not reuse:
        model.cache.clear()
    kept = model.keep_prefix(tokens)
    assert model.evaluate(tokens[kept:])
    assert model.cached == tokens
    pointer = model._llama.llama_get_logits_ith(model._context, -1)
    return np.ctypeslib.as_array(pointer, shape=(model.vocabulary.size,)).copy()


def test_what_it_sees_makes_the_difference(model):
    one, same, other = (logits(model, laid_out(model, tiny_eyes.png(seed))) for seed in (1, 1, 2))
    none = logits(model, laid_out(model))
    assert np.abs(one - same).max() < SAME
    assert np.abs(one - other).max() > OTHER
    assert np.abs(one - none).max() > OTHER


def test_a_jpeg_is_seen_as_well(model):
    one, other = (logits(model, laid_out(model, tiny_eyes.jpeg(seed))) for seed in (1, 2))
    assert np.abs(one - other).max() > OTHER
    png, jpeg = (laid_out(model, image) for image in (tiny_eyes.png(1), tiny_eyes.jpeg(1)))
    assert len(png) == len(jpeg)


def test_a_picture_takes_its_place_in_the_budget(seeing):
    bare, one, two = (laid_out(seeing, *[tiny_eyes.png(1)] * count) for count in (0, 1, 2))
    patches = (tiny_eyes.SIDE // tiny_eyes.PATCH) ** 2
    assert [sum(token < 0 for token in tokens) for tokens in (bare, one, two)] == [0, patches, 2 * patches]
    assert len(two) - len(one) == patches


def test_reuse_sees_the_same_as_a_fresh_start(model):
    """What is kept of a conversation with pictures: all of it, up to a picture, or up to what comes after it."""
    a, b = tiny_eyes.png(1), tiny_eyes.png(2)
    for before, after in (((a,), (a,)), ((a,), (b,)), ((a, b), (a,)), ((a,), (a, b)), ((a, a), (a,)), ((a,), (a, a))):
        fresh = logits(model, laid_out(model, *after, prompt="And this?"))
        logits(model, laid_out(model, *before))
        again = laid_out(model, *after, prompt="And this?")
        reused = logits(model, again, reuse=True)
        assert np.abs(fresh - reused).max() < SAME, (len(before), len(after))


def test_the_same_picture_is_not_seen_twice(seeing):
    tokens = laid_out(seeing, tiny_eyes.png(1))
    logits(seeing, tokens)
    last = max(index for index, token in enumerate(tokens) if token < 0)
    assert seeing.keep_prefix(laid_out(seeing, tiny_eyes.png(1), prompt="Else")) > last
    logits(seeing, tokens)
    assert seeing.keep_prefix(laid_out(seeing, tiny_eyes.png(2))) == tokens.index(tokens[last])


def test_an_answer_and_the_next_turn(model):
    tokens = laid_out(model, tiny_eyes.png(3))
    sampling = Sampling(max_tokens=12, temperature=0)
    model.cache.clear()
    first = generate(model, tokens, sampling, arrived=0.0, emit=lambda *_: None)
    again = generate(model, tokens, sampling, arrived=0.0, emit=lambda *_: None)
    assert again.text == first.text
    assert again.timings.reused_tokens == len(tokens) - 1
    plain = laid_out(model)
    reused = logits(model, plain, reuse=True)
    assert np.abs(reused - logits(model, plain)).max() < SAME


def test_interrupted_while_it_looks(folder):
    stop = False
    model = load(folder / "tiny.gguf", interrupted=lambda: stop)
    tokens = laid_out(model, tiny_eyes.png(1))
    whole = logits(model, tokens)
    before = next(index for index, token in enumerate(tokens) if token < 0)
    model.cache.clear()
    assert model.evaluate(tokens[:before])
    stop = True
    assert not model.evaluate(tokens[before:])
    assert model.cached == tokens[:before]
    stop = False
    assert np.abs(logits(model, tokens, reuse=True) - whole).max() < SAME
    model.close()


def test_a_large_picture_is_made_smaller(mrope):
    assert mrope.eyes is not None
    ((large,), _) = mrope.eyes.look([tiny_eyes.png(1, width=1400, height=1100)])
    whole = (1400 // 28) * (1100 // 28)
    assert mrope.context // 8 < len(large) <= mrope.context // 4 < whole
    logits(mrope, laid_out(mrope, tiny_eyes.png(1, width=1400, height=1100)))


def test_a_picture_of_another_look_is_not_taken_for_this(seeing):
    tokens = laid_out(seeing, tiny_eyes.png(1))
    laid_out(seeing)
    seeing.cache.clear()
    with pytest.raises(EngineBroken):
        seeing.evaluate(tokens)


# ---------------------------------------------------------------- hostile pictures


@pytest.mark.parametrize(
    "image",
    [
        b"",
        b"not a picture",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"GIF89a\x00\x00\x00\x00",
        b"RIFF\x00\x00\x00\x00WAVEfmt ",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"ID3\x04\x00",
        b"\x00\x00\x00\x20ftypisom",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        tiny_eyes.png_of(50_000, 50_000, b""),
        tiny_eyes.png_of(0, 10, b""),
        tiny_eyes.png_of(2**31, 2**31, b"\0" * 100),
        tiny_eyes.png(1)[:200],
        b"\xff\xd8\xff" + b"\xff" * 1000,
        b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03",
    ],
    ids=range(16),
)
def test_what_is_no_picture_is_one_sentence(seeing, image, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    with pytest.raises(ImageUnreadable, match="Picture 2"):
        seeing.eyes.look([tiny_eyes.png(1), image])


def test_damaged_pictures_are_seen_or_refused(seeing):
    chance = random.Random(3)
    outcomes = set()
    for image in [tiny_eyes.png(1), tiny_eyes.jpeg(1)] * 60:
        damaged = bytearray(image)
        for _ in range(chance.randrange(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            ((tokens,), _) = seeing.eyes.look([bytes(damaged)])
        except ImageUnreadable:
            outcomes.add("refused")
        else:
            outcomes.add("seen")
            seeing.cache.clear()
            assert seeing.evaluate(list(tokens))
    assert outcomes == {"refused", "seen"}


def test_no_program_is_started_for_a_video(folder, tmp_path, monkeypatch):
    """mtmd hands what it does not know to ffmpeg, if there is one."""
    trap = tmp_path / "bin" / "ffmpeg"
    trap.parent.mkdir()
    for name in ("ffmpeg", "ffprobe"):
        program = trap.with_name(name)
        program.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{trap.parent}{os.pathsep}{os.environ['PATH']}")
    model = load(folder / "tiny.gguf")
    broken = tiny_eyes.png(1)[:60] + b"\0" * 400
    assert dimensions(broken) is not None
    with pytest.raises(ImageUnreadable):
        model.eyes.look([broken])
    model.close()
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (640, 480)])
def test_sizes_are_read_from_the_header(size):
    width, height = size
    assert dimensions(tiny_eyes.png(1, width=width, height=height)) == size
    assert dimensions(tiny_eyes.jpeg(1, width=width, height=height)) == size


# ---------------------------------------------------------------- projectors


def test_without_a_projector_there_are_no_eyes(tmp_path):
    model = load(tiny.write(tmp_path / "tiny.gguf"))
    assert model.eyes is None
    model.close()


def test_the_projector_beside_the_model_must_fit_it(tmp_path):
    tiny_eyes.write_projector(tmp_path / "mmproj-wide.gguf", width=2 * tiny.WIDTH)
    (tmp_path / "mmproj-broken.gguf").write_bytes(b"GGUF")
    model = load(tiny.write(tmp_path / "tiny.gguf"))
    assert model.eyes is None
    model.close()
    tiny_eyes.write_projector(tmp_path / "tiny-mmproj.gguf")
    model = load(tmp_path / "tiny.gguf")
    assert model.eyes is not None
    model.close()


def test_a_chosen_projector_must_fit_or_say_so(tmp_path):
    plain = tiny.write(tmp_path / "tiny.gguf")
    wide = tiny_eyes.write_projector(tmp_path / "wide.gguf", width=2 * tiny.WIDTH)
    for path in (wide, plain):
        with pytest.raises(ProjectorUnsuitable):
            load(plain, projector=path)


# ---------------------------------------------------------------- the worker


@pytest.fixture
def worker(tmp_path) -> Iterator[Worker]:
    made = Worker("test-eyes", run, (str(tmp_path / "logs"),), last=(Result, Failed), cancel=Cancel, quit=Quit())
    made.start()
    yield made
    made.close()


def asked(worker: Worker, request: Callable[[int], Work]) -> tuple[list[Reply], Any]:
    *before, last = worker.ask(request)
    return before, last.value if isinstance(last, Result) else last


def test_pictures_through_the_pipe(worker, folder, tmp_path):
    common = {"system": "", "history": (), "recalled": (), "prompt": "And?", "sampling": Sampling(max_tokens=4)}
    _, info = asked(worker, lambda id: LoadModel(id, str(folder / "tiny.gguf"), LoadOptions(threads=1)))
    assert info.sees
    splits = []
    for count in (0, 1, 2):
        images = (tiny_eyes.png(1), tiny_eyes.jpeg(2))[:count]
        before, answer = asked(worker, partial(Generate, **common, images=images))
        assert answer.timings.generated_tokens > 0
        splits += [reply.split for reply in before if isinstance(reply, Assembled)]
    patches = (tiny_eyes.SIDE // tiny_eyes.PATCH) ** 2
    assert [split.prompt // patches - splits[0].prompt // patches for split in splits] == [0, 1, 2]

    histories = []
    for shown in ((), (tiny_eyes.png(1), b"no picture")):  # what was shown before is seen again, if it can be
        talk = (Turn("user", "What is this?", shown), Turn("assistant", "A bird."))
        before, _ = asked(worker, partial(Generate, **(common | {"history": talk})))
        histories += [reply.split.history for reply in before if isinstance(reply, Assembled)]
    assert patches <= histories[1] - histories[0] < 2 * patches
    prepared = partial(Prepare, system="", history=talk, recalled=(), prompt="")
    _, ready = asked(worker, prepared)
    assert ready.tokens > patches
    _, answer = asked(worker, partial(Generate, **(common | {"history": talk})))
    assert answer.timings.reused_tokens >= ready.tokens

    _, failed = asked(worker, partial(Generate, **common, images=(b"no picture",)))
    assert (failed.error, failed.facts) == ("ImageUnreadable", {"number": "1"})
    _, failed = asked(worker, partial(Generate, **common, images=(tiny_eyes.png(1),) * 200))
    assert failed.error == "PromptTooLong"

    _, info = asked(worker, lambda id: LoadModel(id, str(tiny.write(tmp_path / "blind.gguf")), LoadOptions(threads=1)))
    assert not info.sees
    _, failed = asked(worker, partial(Generate, **common, images=(tiny_eyes.png(1),)))
    assert (failed.error, failed.facts) == ("ModelHasNoEyes", {"model": "Tiny"})
