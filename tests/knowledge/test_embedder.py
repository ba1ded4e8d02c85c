"""The embedder with models of several kinds: the vectors of the library that made them, and nothing of theirs run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge.embedder import Embedder, bundled_folder, chosen
from knowledge.errors import EmbedderFolderWrong, EmbedderUnsafe, EmbedderUnusable, KnowledgeError
from knowledge.model_folder import looked_at
from tests.knowledge import models

TEXTS = ("the lease ends in august", "a lease", "in the lease the lease ends " * 30, "ends", "a lease")


def bare(folder: Path, texts: tuple[str, ...], prompt: str = "") -> Any:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    return model.encode(list(texts), prompt=prompt, normalize_embeddings=True, show_progress_bar=False)


@pytest.mark.parametrize("mode", ["mean", "cls", "max", "lasttoken"])
def test_vectors_are_those_of_the_library(tmp_path: Path, mode: str) -> None:
    folder = models.random_transformer(tmp_path / "tiny", mode=mode)
    embedder = chosen(tmp_path, folder)
    found = embedder.embed(TEXTS)
    expected = bare(folder, TEXTS)
    assert embedder.dimensions == 24
    for n, one in enumerate(found):
        assert float(one.vectors[0] @ expected[n]) >= 0.9999
    assert len(found[2].vectors) > 1  # what the window does not hold has vectors of its own
    assert (found[1].vectors == found[4].vectors).all()


def test_questions_and_texts_get_the_prompts_of_the_models_configuration(tmp_path: Path) -> None:
    prompts = {"query": "query: ", "passage": "passage: "}
    folder = models.random_transformer(tmp_path / "tiny", prompts=prompts)
    embedder = chosen(tmp_path, folder)
    texts = TEXTS[:2]
    asked, written = bare(folder, texts, "query: "), bare(folder, texts, "passage: ")
    assert float(embedder.query(texts[0]) @ asked[0]) >= 0.9999
    assert float(embedder.embed(texts)[1].vectors[0] @ written[1]) >= 0.9999
    assert float(asked[0] @ written[0]) < 0.9999
    assert embedder.embed(texts)[0].tokens == 5  # the prompt is not part of the text
    assert embedder.window_tokens <= 64 - 2 - 2


def test_word_vectors_of_two_languages_read_both(tmp_path: Path) -> None:
    embedder = chosen(tmp_path, models.word_vectors_of_two_languages(tmp_path / "words"))
    assert embedder.readable("임대차 계약") == 1.0
    assert embedder.readable("lease contract") == 1.0
    assert embedder.readable("unheard of") == 0.0
    korean, english = embedder.embed(["임대차 계약", "lease contract"])
    assert float(korean.vectors[0] @ english.vectors[0]) > 0.999
    assert float(korean.vectors[0] @ embedder.query("seahorse")) < 0.1


def test_the_fingerprint_follows_all_that_changes_vectors(tmp_path: Path) -> None:
    folder = models.random_transformer(tmp_path / "tiny", ("Pooling",))
    first = looked_at(folder, tmp_path / "checked.json").fingerprint
    assert looked_at(folder, tmp_path / "checked.json").fingerprint == first
    settings = folder / "config_sentence_transformers.json"
    settings.write_text(json.dumps({"prompts": {"query": "the lease: "}}), encoding="utf-8")
    assert looked_at(folder, tmp_path / "checked.json").fingerprint != first
    assert chosen(tmp_path, folder).fingerprint != first


def _without_modules(folder: Path) -> None:
    (folder / "modules.json").unlink()


def _with_a_pickle(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def _with_code_of_its_own(folder: Path) -> None:
    (folder / "trap.py").write_text("raise SystemExit('executed')\nclass Trap: ...\n", encoding="utf-8")
    _edit(folder / "modules.json", lambda found: found[0].update(type="trap.Trap"))


def _with_an_installed_module(folder: Path) -> None:
    _edit(folder / "modules.json", lambda found: found[0].update(type="os.system"))


def _with_a_model_class_of_its_own(folder: Path) -> None:
    (folder / "trap.py").write_text("raise SystemExit('executed')\n", encoding="utf-8")
    _edit(folder / "config.json", lambda found: found.update(auto_map={"AutoModel": "trap.Trap"}))


def _from_outside(folder: Path) -> None:
    _edit(folder / "modules.json", lambda found: found[0].update(path="../elsewhere"))


def _with_an_adapter(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{}", encoding="utf-8")


def _with_arguments(folder: Path) -> None:
    _edit(folder / "sentence_bert_config.json", lambda found: found.update(model_args={"attn_implementation": "x/y"}))


def _cut_short(folder: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    (folder / "model.safetensors").write_bytes(data[: len(data) // 2])


def _of_other_sizes(folder: Path) -> None:
    _edit(folder / "config.json", lambda found: found.update(hidden_size=48))


def _of_an_unknown_kind(folder: Path) -> None:
    _edit(folder / "config.json", lambda found: found.update(model_type="no-such-model", architectures=["NoSuchModel"]))


def _edit(file: Path, change: Callable[[Any], None]) -> None:
    found = json.loads(file.read_text(encoding="utf-8"))
    change(found)
    file.write_text(json.dumps(found), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (_without_modules, EmbedderFolderWrong),
        (_with_a_pickle, EmbedderUnsafe),
        (_with_code_of_its_own, EmbedderUnsafe),
        (_with_an_installed_module, EmbedderUnsafe),
        (_with_a_model_class_of_its_own, EmbedderUnsafe),
        (_from_outside, EmbedderUnsafe),
        (_with_an_adapter, EmbedderUnsafe),
        (_with_arguments, EmbedderUnsafe),
        (_cut_short, EmbedderUnusable),
        (_of_other_sizes, EmbedderUnusable),
        (_of_an_unknown_kind, EmbedderUnusable),
    ],
)
def test_a_folder_that_is_no_plain_model_is_one_clear_sentence(
    tmp_path: Path, spoil: Callable[[Path], None], error: type[KnowledgeError]
) -> None:
    folder = models.random_transformer(tmp_path / "tiny", ("Pooling",))
    spoil(folder)
    with pytest.raises(error) as raised:
        chosen(tmp_path, folder)
    assert str(folder) in str(raised.value)


def test_equal_texts_cost_one_pass(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> None:
    rows: list[int] = []
    forward = Embedder._forward

    def counting(self: Embedder, some: Any) -> Any:
        rows.append(len(some))
        return forward(self, some)

    monkeypatch.setattr(Embedder, "_forward", counting)
    found = embedder.embed(["The same line.", "Another line.", "The same line."] * 5)
    assert sum(rows) == 2
    assert (found[0].vectors == found[2].vectors).all()


def test_the_bundled_model_gives_what_the_library_gives(embedder: Embedder) -> None:
    texts = ("The lease ends in August.", "Seahorses keep stories. " * 20, "임대차 계약은 팔월에 끝난다")
    for one, other in zip(embedder.embed(texts[:2]), bare(bundled_folder(), texts[:2]), strict=True):
        assert float(one.vectors[0] @ other) >= 0.999
    assert embedder.readable(texts[0]) > 0.9
    assert embedder.readable(texts[2]) < 0.1
