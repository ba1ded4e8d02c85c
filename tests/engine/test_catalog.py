"""The catalogue says only what it can stand by, and a mistake in it is a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import catalog
from engine.download import plain_name
from engine.errors import CatalogueBroken
from engine.hub import SHARD, quantisation_of

GOOD = {
    "id": '"tiny"',
    "name": '"Tiny"',
    "family": '"Tiny"',
    "parameters": "1.5",
    "repository": '"maker/Tiny-GGUF"',
    "file": '"tiny-Q4_K_M.gguf"',
    "quantisation": '"Q4_K_M"',
    "licence": '"MIT"',
    "licence_url": '"https://example.com"',
    "languages": '["en"]',
    "good_for": '"tests"',
    "good_for_ko": '"시험"',
    "context": "2048",
}


def write(path: Path, *records: dict[str, str]) -> Path:
    tables = ("\n".join(f"{key} = {value}" for key, value in record.items()) for record in records)
    path.write_text("".join(f"[[model]]\n{table}\n" for table in tables), encoding="utf-8")
    return path


def test_every_entry_stands_up() -> None:
    entries = catalog.load()
    assert len({entry.id for entry in entries}) == len(entries) >= 25
    assert {"en", "ko"} <= {language for entry in entries for language in entry.languages}
    assert len([entry for entry in entries if "ko" in entry.languages]) >= 12
    families = {entry.family for entry in entries}
    assert {"Qwen", "Gemma", "Llama", "Phi", "EXAONE", "Kanana", "HyperCLOVA X", "SmolLM", "gpt-oss"} <= families
    assert entries[0].parameters < 1
    assert entries[-1].parameters > 30
    assert len({(entry.repository, entry.file) for entry in entries}) == len(entries)
    hashes = [entry.sha256 for entry in entries if entry.sha256]
    assert len(set(hashes)) == len(hashes)
    for entry in entries:
        assert all(ord("가") <= ord(letter) <= ord("힣") for letter in entry.good_for_ko if letter > "ᄀ")
        assert any("가" <= letter <= "힣" for letter in entry.good_for_ko), entry.id
        assert entry.licence, entry.id
        assert ("NC" in entry.licence) == entry.non_commercial, entry.id
        assert entry.pinned == (entry.revision is not None), entry.id
        assert plain_name(entry.file), entry.id
        named = quantisation_of(entry.file)
        assert named in {entry.quantisation, "Q4_K"}, entry.id  # Q4_K is how its publisher calls Q4_K_M
        assert SHARD.fullmatch(entry.file) is None, entry.id  # a hash is of one file


def test_hashes_look_like_hashes_of_something() -> None:
    """No hash that somebody typed to have one: each has nearly all of the sixteen digits, and none in order."""
    for entry in catalog.load():
        if entry.sha256:
            assert len(set(entry.sha256)) > 10, entry.id
            assert "0123" not in entry.sha256, entry.id
            assert len(set(entry.revision or "")) > 8, entry.id


def test_a_guessed_size_is_near_the_real_one() -> None:
    """The guess from parameters and bits, held against the entries whose size is known."""
    known = [entry for entry in catalog.load() if entry.size and entry.parameters > 1]
    guesses = [entry.parameters * 1e9 * catalog.BITS[entry.quantisation] / 8 / (entry.size or 1) for entry in known]
    assert all(0.85 < guess < 1.15 for guess in guesses), dict(zip([entry.id for entry in known], guesses, strict=True))


def test_a_good_file_is_read(tmp_path: Path) -> None:
    (entry,) = catalog.load(write(tmp_path / "m.toml", GOOD))
    assert (entry.pinned, entry.sees, entry.thinks, entry.non_commercial) == (False, False, False, False)
    assert entry.about_bytes == round(1.5e9 * 4.9 / 8)
    assert catalog.find("TINY", (entry,)) is entry
    pin = {"sha256": f'"{"ab" * 32}"', "revision": f'"{"cd" * 20}"', "size": "1000"}
    (pinned,) = catalog.load(write(tmp_path / "p.toml", GOOD | pin))
    assert (pinned.pinned, pinned.about_bytes) == (True, 1000)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", '"Not Good"'),
        ("name", '""'),
        ("parameters", '"many"'),
        ("parameters", "0"),
        ("context", "true"),
        ("repository", '"../etc"'),
        ("file", '"../../x.gguf"'),
        ("file", '"x.bin"'),
        ("projector", '"/abs/mmproj.gguf"'),
        ("quantisation", '"Q9_Z"'),
        ("licence_url", '"http://example.com"'),
        ("languages", '["english"]'),
        ("languages", "[]"),
        ("sha256", '"abc"'),
        ("sha256", f'"{"ab" * 32}"'),  # without the commit and the size it is of
        ("size", "-1"),
        ("surprise", "1"),
    ],
)
def test_a_mistake_is_a_sentence_with_its_place(tmp_path: Path, field: str, value: str) -> None:
    with pytest.raises(CatalogueBroken, match=field if field != "id" else "Not Good"):
        catalog.load(write(tmp_path / "m.toml", GOOD | {field: value}))


@pytest.mark.parametrize("field", sorted(GOOD))
def test_a_missing_field_is_a_sentence(tmp_path: Path, field: str) -> None:
    with pytest.raises(CatalogueBroken):
        catalog.load(write(tmp_path / "m.toml", {key: value for key, value in GOOD.items() if key != field}))


def test_twice_the_same_id_and_no_file_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(CatalogueBroken, match="tiny × 2"):
        catalog.load(write(tmp_path / "m.toml", GOOD, GOOD))
    with pytest.raises(CatalogueBroken):
        catalog.load(tmp_path / "none.toml")
    (tmp_path / "odd.toml").write_text("model = 3")
    with pytest.raises(CatalogueBroken):
        catalog.load(tmp_path / "odd.toml")
