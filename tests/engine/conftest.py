"""The starter model, loaded once for all tests that look at it from inside the process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import gguf
from engine.messages import LoadModel, LoadOptions
from engine.model import Model
from engine.starter import starter_model
from engine.template import ChatTemplate
from tests.engine import tiny


def load(path: Path, *, context: int | None = None, interrupted: Callable[[], bool] = lambda: False) -> Model:
    """The model on one thread: llama.cpp's threads spin, and rob each other where something else runs."""
    wish = LoadModel(1, str(path), LoadOptions(context=context, threads=1))
    return Model(gguf.read(path), wish, lambda _fraction: True, interrupted)


def template_of(model: Model) -> ChatTemplate:
    vocabulary = model.vocabulary
    bos, eos = vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos)
    return ChatTemplate(model.facts.chat_template, model=model.facts.name, bos=bos, eos=eos)


@pytest.fixture(scope="session")
def starter() -> Iterator[Model]:
    model = load(starter_model(), context=2048)
    yield model
    model.close()


@pytest.fixture
def tiny_model(tmp_path: Path) -> Iterator[Model]:
    model = load(tiny.write(tmp_path / "tiny.gguf"))
    yield model
    model.close()
