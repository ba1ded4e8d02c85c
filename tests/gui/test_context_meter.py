"""The context meter: what it says in the composer, in its tooltip, to a screen reader, and when it is opened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from desktop.theme import Theme
from desktop.views.context_meter import ContextMeter, used_of
from engine.messages import ContextSplit

SPLIT = ContextSplit(system=90, history=2900, recall=420, prompt=64, reserve=512, context=8192, dropped_turns=0)
FULL = ContextSplit(
    system=90, history=2900, recall=420, prompt=64, reserve=512, context=4096, dropped_turns=6, summary=110
)


@pytest.fixture
def meter(qtbot) -> ContextMeter:
    made = ContextMeter(Theme("light"))
    qtbot.addWidget(made)
    return made


def words(meter: ContextMeter) -> list[str]:
    """What the opened meter says."""
    popup = next(child for child in meter.children() if child.objectName() == "popup")
    return [label.text() for label in popup.findChildren(QLabel)]


def test_nothing_is_shown_before_the_first_prompt(meter):
    assert meter.isHidden()
    meter.set_split(SPLIT)
    assert not meter.isHidden()
    meter.set_split(None)
    assert meter.isHidden()


def test_it_counts_all_parts_of_the_prompt_and_not_the_room_for_the_answer(meter):
    assert used_of(FULL) == 90 + 110 + 2900 + 420 + 64
    meter.set_split(SPLIT)
    assert meter.text() == "context 3.5k of 8k"
    assert meter.accessibleName() == "context 3.5k of 8k"


def test_its_words_say_each_part_and_they_add_up(meter):
    meter.set_split(SPLIT)
    meter.show_parts()
    title, *rest = words(meter)
    parts = dict(zip(rest[::2], (int(number.replace(",", "")) for number in rest[1::2]), strict=True))
    assert title == "What the model reads, in tokens"
    assert "Summary of what was said before" not in parts
    whole = parts.pop("In all")
    assert sum(parts.values()) == whole == 8192


def test_what_is_summed_up_or_out_of_view_is_said(meter):
    meter.set_split(FULL)
    assert "The oldest turns are summarised" in meter.accessibleDescription()
    assert "The oldest 6 turns are not in view of the model." in meter.toolTip()
    meter.show_parts()
    assert "The oldest 6 turns are not in view of the model." in words(meter)
    assert "110" in words(meter)


def test_one_turn_is_not_turns(meter):
    meter.set_split(ContextSplit(90, 2900, 420, 64, 512, 4096, 1))
    assert "The oldest turn is not in view of the model." in meter.toolTip()
    assert "summarised" not in meter.toolTip()


def test_it_opens_by_key(meter, qtbot):
    meter.set_split(SPLIT)
    meter.show()
    meter.setFocus()
    qtbot.keyClick(meter, Qt.Key.Key_Space)
    assert len(words(meter)) > 5


def test_the_window_shows_the_split_of_the_answer(window, ask):
    ask("When does the lease end?")
    meter = window.chat.composer._meter
    assert meter.isVisible()
    assert "Kept free for the answer 512" in meter.toolTip()
