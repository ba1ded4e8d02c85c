"""How a conversation is answered: the declared options, presets, and what is stored with a conversation."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from types import SimpleNamespace

import pytest

from desktop import cli_sampling
from desktop.chat import Style
from desktop.errors import Failure
from desktop.manner import Manner, manner_of
from desktop.sampling_options import (
    BY_NAME,
    OPTIONS,
    PRESET_LABELS,
    PRESETS,
    differences,
    preset_values,
    read_values,
    sampling_of,
)
from desktop.settings import DECLARED
from engine.messages import Sampling
from knowledge.errors import FileMissing


class Settings(SimpleNamespace):
    """The two settings a manner looks at."""

    def __init__(self, preset: str = "", **presets: dict[str, object]) -> None:
        super().__init__(preset=preset, presets=presets)


def test_every_option_is_a_field_with_a_default_in_its_range():
    names = {field.name for field in fields(Sampling)}
    for option in OPTIONS:
        assert option.name in names
        assert option.read(option.default) == option.default
        assert option.label
        assert option.help


def test_every_preset_has_a_name_and_values_that_can_be():
    assert set(PRESETS) == set(PRESET_LABELS)
    for values in PRESETS.values():
        assert read_values(values) == values
        sampling_of(values)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("temperature", -0.1),
        ("temperature", float("nan")),
        ("temperature", "warm"),
        ("temperature", True),
        ("temperature", None),
        ("top_k", 1.5),
        ("max_tokens", 0),
        ("seed", -1),
        ("stop", "END"),
        ("stop", [1]),
        ("schema", 7),
        ("schema", "x" * 200_000),
    ],
)
def test_nonsense_is_refused(name, raw):
    with pytest.raises(ValueError, match=name):
        BY_NAME[name].read(raw)


def test_stored_nonsense_is_left_out_and_the_rest_kept():
    stored = {
        "preset": 7,
        "persona": ["x"],
        "think": "yes",
        "sampling": {"temperature": 9, "top_k": 3, "no_such": 1, "stop": ["끝"]},
    }
    assert manner_of(stored) == Manner(changes={"top_k": 3, "stop": ("끝",)})
    assert manner_of({"sampling": "x"}) == Manner()


def test_what_is_stored_comes_back():
    manner = Manner("creative", {"temperature": 1.2, "seed": 7}, "Answer like a pirate.", think=False)
    assert manner_of(manner.as_options()) == manner
    assert Manner().as_options() == {}


def test_own_values_win_over_the_preset_and_the_preset_over_the_default():
    settings = Settings(preset="creative", terse={"max_tokens": 50, "temperature": 0.0})
    assert Manner().sampling(settings).temperature == PRESETS["creative"]["temperature"]
    assert Manner("terse").sampling(settings) == Sampling(max_tokens=50, temperature=0.0)
    assert Manner("terse", {"temperature": 0.5}).sampling(settings) == Sampling(max_tokens=50, temperature=0.5)


def test_a_preset_that_was_deleted_falls_back_to_the_usual_one():
    assert Manner("gone").key(Settings()) == "balanced"
    assert Manner("gone").key(Settings(preset="precise")) == "precise"
    assert Manner("gone").key(Settings(preset="gone too")) == "balanced"


def test_differences_are_what_json_can_hold():
    sampling = Sampling(temperature=0.9, stop=("a", "b"), schema="{}")
    told = differences(sampling, {"temperature": 0.9})
    assert told == {"stop": ["a", "b"], "schema": "{}"}
    assert sampling_of({"temperature": 0.9}, read_values(told)) == sampling


def test_no_preset_of_that_name():
    assert preset_values("mine", {"mine": {"top_k": 5, "temperature": "hot"}}) == {"top_k": 5}
    assert preset_values("mine", {}) is None
    assert preset_values("mine", "not a mapping") is None


def test_the_settings_window_asks_only_for_what_is_declared_whole():
    for name, setting in DECLARED.items():
        if setting.label and setting.kind == "choice":
            assert setting.default in [value for value, _ in setting.choices], name
        if setting.label and setting.kind == "number":
            assert setting.least <= setting.default <= setting.most, name


# ---------------------------------------------------------------- the command line


def drawn(*arguments: str, style: Style | None = None, settings: Settings | None = None) -> Sampling:
    command = argparse.ArgumentParser(exit_on_error=False)
    cli_sampling.declare(command)
    home = SimpleNamespace(style=lambda _: style or Style(), settings=settings or Settings())
    return cli_sampling.sampling(command.parse_args(arguments), home, "c")


def test_an_answer_is_drawn_as_its_conversation_has_it():
    own = Style(Sampling(temperature=0.7, stop=("END",)))
    assert drawn(style=own) == own.sampling
    assert drawn("--top-k", "5", style=own) == Sampling(temperature=0.7, top_k=5, stop=("END",))


def test_a_preset_takes_the_place_of_the_conversation_s_own():
    own = Style(Sampling(temperature=0.7, stop=("END",)))
    assert drawn("--preset", "precise", "--seed", "3", style=own) == sampling_of(PRESETS["precise"], {"seed": 3})
    assert drawn("--preset", "mine", settings=Settings(mine={"min_p": 0.2})) == Sampling(min_p=0.2)
    with pytest.raises(Failure, match=r"nope.*precise, balanced, creative"):
        drawn("--preset", "nope")


def test_stop_words_and_a_schema_from_a_file(tmp_path: Path):
    schema = tmp_path / "형식.json"
    schema.write_text('\ufeff{"type": "object"}', encoding="utf-8")
    assert drawn("--stop", "A", "--stop", "B", "--schema", str(schema)) == Sampling(
        stop=("A", "B"), schema='{"type": "object"}'
    )
    with pytest.raises(FileMissing):
        drawn("--schema", str(tmp_path / "none.json"))


def test_a_wrong_number_is_wrong_usage():
    with pytest.raises(argparse.ArgumentError, match="from 0 to 2"):
        drawn("--temperature", "9")
