"""Conversations in and everything out, from the window: asked once, told as it goes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from desktop.views import port_words
from desktop.views.settings_port import PortSection
from knowledge import messages as m


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([{"mapping": {"a": {"message": None}}, "conversation_id": "t"}]))
    return path


def test_an_export_that_is_dropped_is_asked_about(window, home, export, monkeypatch, qtbot):
    came: list[str] = []

    def arrive(path, stop, project=None):
        came.append(path)
        yield m.Progress(1, 10, 20, "reading")
        yield m.Progress(1, 1, 2)
        yield m.Imported(3, 40, 2, facts=1)

    monkeypatch.setattr(home.memory, "import_conversations", arrive, raising=False)
    answer = QDialog.DialogCode.Accepted
    monkeypatch.setattr(port_words.Question, "exec", lambda question: answer)
    window.add_files([str(export)])
    qtbot.waitUntil(lambda: window.porting.state.phase == "done")
    assert came == [str(export)]
    assert window.chat.notice.sentence == (
        "3 conversations with 40 new messages are here. 2 were here before. 1 facts wait for you in the memory."
    )
    answer = QDialog.DialogCode.Rejected
    attached: list[str] = []
    monkeypatch.setattr(window.attaching, "add", lambda paths, *_: attached.extend(paths))
    window.add_files([str(export)])
    assert attached == [str(export)]
    assert len(came) == 1


def test_everything_goes_out_and_a_backup_is_made_from_the_settings(window, home, tmp_path, qtbot):
    home.history.say(home.history.begin("Talk").id, "user", "Hello", parent=None)
    section = PortSection(home, window.porting.parent())
    qtbot.addWidget(section)
    for begin, name in ((section.porting.export, "all.zip"), (section.porting.back_up, "backup.zip")):
        begin(str(tmp_path / name))
        assert not section.stop.isHidden()
        qtbot.waitUntil(lambda: section.porting.state.phase == "done")
        assert (tmp_path / name).exists()
        assert section.state.text() == f"Everything is in “{name}”."
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").touch()
    section.porting.export(str(tmp_path / "full"))
    qtbot.waitUntil(lambda: section.porting.state.phase == "failed")
    assert "not empty" in section.state.text()
