"""How a conversation is answered: the panel, presets, what is stored, and what reaches the engine."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop.chat import SYSTEM
from desktop.engine_process import EngineState
from desktop.typing_ahead import PAUSE_MS
from engine.messages import ModelInfo, Sampling

THINKING = ModelInfo("Qwen 4B", "/models/q.gguf", 8192, 36, 0, "CPU", 4, "fast", starter=False, thinks=True)


@pytest.fixture
def panel(window, qtbot):
    """The opened panel of a new conversation."""
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, "j", Qt.KeyboardModifier.ControlModifier)
    made = window.chat.options.panel
    assert made.isVisible()
    return made


def pick(choice, value) -> None:
    """As the user does from its menu."""
    choice._pick(value)


def press(row, words: str) -> None:
    """Choose an action of the preset menu by the beginning of its words."""
    row.more.click()
    menu = row.findChildren(QMenu)[-1]
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()
    menu.close()


def name_it(row, name: str) -> None:
    row.name.setText(name)
    QTest.keyClick(row.name, Qt.Key.Key_Return)


# ---------------------------------------------------------------- the panel


def test_it_opens_above_the_composer_and_closes(window, qtbot, panel):
    button = window.chat.composer.options
    assert panel.geometry().bottom() < button.mapTo(window.chat, button.rect().topLeft()).y()
    assert panel.geometry().top() > window.chat.header.geometry().bottom()
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    window.chat.options.toggle()
    qtbot.mouseClick(window.chat.transcript.viewport(), Qt.MouseButton.LeftButton)
    assert not panel.isVisible()


def test_every_field_has_words(panel):
    for field in panel.fields.values():
        spoken = getattr(field, "box", field)
        assert spoken.accessibleName()
        assert spoken.toolTip()


def test_changes_reach_the_next_answer_of_a_new_conversation(window, ask, home, panel):
    panel.fields["temperature"].setValue(0.9)
    panel.fields["max_tokens"].setValue(64)
    ask("hello")
    assert home.engine.asked[-1]["sampling"] == Sampling(temperature=0.9, max_tokens=64, logprobs=0)
    stored = home.history.options(window.chat.current)
    assert stored == {"preset": "balanced", "sampling": {"temperature": 0.9, "max_tokens": 64}}


def test_each_conversation_has_its_own(window, ask, home):
    ask("first")
    first = window.chat.current
    window.chat.options.toggle()
    panel = window.chat.options.panel
    panel.fields["temperature"].setValue(1.5)
    window.new_conversation()
    assert not panel.isVisible()
    ask("second")
    assert home.engine.asked[-1]["sampling"] == Sampling(logprobs=0)
    window.chat.options.toggle()
    assert panel.fields["temperature"].number == Sampling().temperature
    window.chat.options.toggle()
    window.open_conversation(first)
    assert window.chat.composer.options.property("own") == "true"
    ask("third")
    assert home.engine.asked[-1]["sampling"] == Sampling(temperature=1.5, logprobs=0)


def test_a_persona_joins_the_instructions(window, ask, home, panel):
    panel.persona.setPlainText("Answer like a pirate.")
    panel.hide()
    ask("hello")
    assert home.engine.asked[-1]["system"] == f"{SYSTEM}\n\nAnswer like a pirate."
    assert home.history.options(window.chat.current) == {"persona": "Answer like a pirate."}


def test_thinking_can_be_switched_for_models_that_do(window, ask, home):
    window.chat.options.toggle()
    panel = window.chat.options.panel
    assert panel._think_row.isHidden()
    window.chat.options.toggle()
    window.show_engine(EngineState("ready", 1.0, info=THINKING))
    window.chat.options.toggle()
    assert not panel._think_row.isHidden()
    pick(panel.think, False)
    ask("hello")
    assert home.engine.asked[-1]["think"] is False


def test_numbers_say_what_they_do_at_the_end_of_their_range(panel):
    fields = panel.fields
    assert fields["dry_multiplier"].text() == "off"
    assert fields["seed"].text() == "random"
    assert fields["top_p"].text() == "0.95"
    fields["top_p"].setValue(1.0)
    assert fields["top_p"].text() == "off"
    fields["seed"].setValue(7)
    assert fields["seed"].number == 7
    fields["seed"].lineEdit().setText("")
    fields["seed"].interpretText()
    assert fields["seed"].number is None


def test_stop_words(window, ask, home, panel):
    panel.fields["stop"].setText("END, \\n\\n ,끝")
    panel.fields["stop"].editingFinished.emit()
    ask("hello")
    assert home.engine.asked[-1]["sampling"].stop == ("END", "\n\n", "끝")


def test_a_schema_is_checked_while_it_is_written(window, ask, home, panel):
    schema = panel.fields["schema"]
    schema.switch.setChecked(True)
    assert schema.schema == '{"type": "object"}'
    schema.box.setPlainText('{"type": "object",')
    assert "not JSON yet: line 1" in schema.verdict.text()
    assert schema.schema == '{"type": "object"}'
    schema.box.setPlainText("[1]")
    assert "JSON object" in schema.verdict.text()
    schema.box.setPlainText("[" * 5000)
    assert schema.verdict.text()
    schema.box.setPlainText('{"type": "object", "properties": {"이름": {"type": "string"}}}')
    assert schema.verdict.text() == "The schema is well formed."
    ask("hello")
    assert "이름" in home.engine.asked[-1]["sampling"].schema
    window.chat.options.toggle()
    schema.switch.setChecked(False)
    ask("hello")
    assert home.engine.asked[-1]["sampling"].schema is None


def test_the_caret_stays_where_a_schema_is_written(panel, qtbot):
    box = panel.fields["schema"].box
    panel.fields["schema"].switch.setChecked(True)
    qtbot.keyClicks(box, '{"type": "object"} ')
    qtbot.keyClicks(box, "x")
    assert box.toPlainText() == '{"type": "object"} x'


def test_a_schema_switched_off_is_not_the_next_conversation_s(window, panel):
    schema = panel.fields["schema"]
    schema.switch.setChecked(True)
    schema.box.setPlainText('{"type": "array"}')
    schema.switch.setChecked(False)
    window.new_conversation()
    window.chat.options.toggle()
    schema.switch.setChecked(True)
    assert schema.schema == '{"type": "object"}'


def test_options_of_a_deleted_conversation_are_let_go(window, ask, home):
    ask("hello")
    window.chat.options.toggle()
    window.chat.options.panel.persona.setPlainText("x")
    home.history.delete(window.chat.current)
    window.chat.options.panel.hide()
    window.new_conversation()


# ---------------------------------------------------------------- presets


def test_a_preset_sets_all_and_forgets_what_was_changed(window, ask, home, panel):
    panel.fields["temperature"].setValue(1.9)
    assert panel.presets.choice.text() == "Balanced, changed"
    pick(panel.presets.choice, "precise")
    assert panel.fields["temperature"].number == 0
    assert panel.presets.choice.text() == "Precise"
    ask("hello")
    assert home.engine.asked[-1]["sampling"].temperature == 0
    assert home.history.options(window.chat.current) == {"preset": "precise"}


def test_own_presets_are_saved_renamed_made_usual_and_deleted(window, ask, home, panel):
    row = panel.presets
    panel.fields["temperature"].setValue(1.1)
    press(row, "Save as a new preset")
    name_it(row, "시")
    assert home.settings.presets == {"시": {"temperature": 1.1}}
    assert row.choice.text() == "시"
    press(row, "Rename")
    name_it(row, "Verse")
    assert list(home.settings.presets) == ["Verse"]
    press(row, "Use for new conversations")
    window.new_conversation()
    ask("hello")
    assert home.engine.asked[-1]["sampling"].temperature == 1.1
    window.chat.options.toggle()
    panel.fields["temperature"].setValue(0.2)
    press(row, "Save the changes")
    assert home.settings.presets == {"Verse": {"temperature": 0.2}}
    press(row, "Delete")
    assert home.settings.presets == {}
    assert home.settings.preset == ""
    assert row.choice.value == "balanced"


def test_a_name_is_wanted_and_no_name_twice(panel, home):
    row = panel.presets
    for name, sentence in (("  ", "Give the preset a name."), ("precise", "already"), ("Creative", "already")):
        press(row, "Save as a new preset")
        name_it(row, name)
        assert sentence in row.fault.text()
        assert row.fault.isVisible()
    QTest.keyClick(row.name, Qt.Key.Key_Escape)
    assert row.choice.isVisible()
    assert home.settings.presets == {}


def test_back_to_the_preset(panel):
    panel.fields["top_k"].setValue(3)
    assert panel._back.isVisible()
    panel._back.click()
    assert panel.fields["top_k"].number == Sampling().top_k
    assert not panel._back.isVisible()


# ---------------------------------------------------------------- reading ahead


def test_a_pause_in_typing_prepares_what_is_typed(window, home, qtbot):
    window.show_engine(EngineState("ready", 1.0, info=THINKING))
    assert home.chat.idle.wait(5)
    home.engine.prepared.clear()
    qtbot.keyClicks(window.chat.composer.prompt, "When does the lease end")
    assert home.engine.prepared == []
    qtbot.waitUntil(lambda: len(home.engine.prepared) == 1, timeout=PAUSE_MS + 3000)
    assert home.engine.prepared[0]["prompt"] == "When does the lease end"


def test_an_opened_conversation_is_prepared_with_its_persona(window, ask, home, qtbot):
    window.chat.options.toggle()
    window.chat.options.panel.persona.setPlainText("Be brief.")
    ask("hello")
    conversation = window.chat.current
    window.new_conversation()
    assert home.chat.idle.wait(5)
    home.engine.prepared.clear()
    window.open_conversation(conversation)
    qtbot.waitUntil(lambda: len(home.engine.prepared) > 0)
    assert home.engine.prepared[-1]["system"].endswith("Be brief.")
    assert home.engine.prepared[-1]["conversation"] == conversation
