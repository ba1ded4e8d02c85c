"""Projects and private conversations in the window: where conversations stand, what is said of them, what is kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QMenu

from desktop.models.conversations import Role
from desktop.views import projects_questions
from desktop.views.dialogs import keys
from knowledge import projects
from knowledge.messages import Scope
from knowledge.private import is_private


def rows(window) -> list[str]:
    model = window.left.list.model()
    return [str(model.index(n).data()) for n in range(model.rowCount())]


def menu_of(window, conversation: str | None, project: str | None) -> dict[str, object]:
    """The actions of a row's menu, those of its submenus too."""
    menu = QMenu(window)
    window.left.menu_opening.emit(menu, conversation, project)
    found = {}
    for action in menu.actions():
        inside = action.menu()
        found |= {one.text(): one for one in inside.actions()} if inside is not None else {action.text(): action}
    window._menus = [*getattr(window, "_menus", []), menu]  # as long as its actions are looked at
    return found


@pytest.fixture
def named(monkeypatch):
    """What the user calls a project when asked."""
    names: list[str] = []
    monkeypatch.setattr(projects_questions, "project_name", lambda title, yes, name, parent: names.pop(0))
    return names


def test_a_project_is_made_filled_renamed_and_removed(window, home, ask, named, monkeypatch, qtbot):
    ask("What does the heron eat?")
    conversation = window.chat.current
    named += ["Birds", "Water birds"]
    menu_of(window, conversation, None)["New project…"].trigger()
    assert rows(window) == ["Birds", "What does the heron eat?"]
    assert window.chat.header._place.text() == "Birds"
    (project,) = projects.projects(home.store)
    assert home.style(conversation).scope == Scope(project.id, beyond=True)
    menu_of(window, None, project.id)["Rename project…"].trigger()
    assert rows(window)[0] == "Water birds"
    menu_of(window, conversation, project.id)["No project"].trigger()
    assert rows(window) == ["Water birds", "Today", "What does the heron eat?"]
    assert home.style(conversation).scope == Scope()
    monkeypatch.setattr(projects_questions, "how_to_remove", lambda project, parent: "keep")
    menu_of(window, None, project.id)["Remove project…"].trigger()
    qtbot.waitUntil(lambda: rows(window) == ["Today", "What does the heron eat?"], timeout=5000)


def test_a_conversation_begins_in_a_project(window, home, ask):
    project = projects.add(home.store, "Birds")
    window.refresh()
    assert window.left.list.model().index(0).data(Role.PROJECT) == project.id
    menu_of(window, None, project.id)["New conversation in this project"].trigger()
    assert window.chat.header._place.text() == "Birds"
    ask("What does the heron eat?")
    assert projects.place(home.store, window.chat.current).project == project.id
    assert rows(window) == ["Birds", "What does the heron eat?"]
    assert window.chat.header._place.text() == "Birds"


def test_what_a_conversation_recalls_is_chosen_and_said(window, home, ask):
    ask("What does the heron eat?")
    conversation, panel = window.chat.current, window.chat.options.panel

    def choose(value: str) -> str:
        window.chat.options.toggle()
        panel.recall.choose(value)
        panel.recall.changed.emit()
        panel.hide()
        return str(window.chat.header._place.text())

    assert choose("off") == "recalls nothing"
    assert not home.remembers(conversation)
    assert choose("sealed") == "recalls only itself"
    assert home.remembers(conversation)
    assert home.style(conversation).scope == Scope(conversation=conversation)
    project = projects.add(home.store, "Birds")
    projects.move_conversation(home.store, conversation, project.id)
    assert choose("alone") == "Birds · recalls only this project"
    assert home.style(conversation).scope == Scope(project.id)
    window.chat.options.toggle()
    assert panel.recall.value == "alone"
    panel.hide()
    assert choose("usual") == "Birds"


def test_a_private_conversation_is_in_no_list_and_gone_when_it_is_left(window, home, ask, qtbot):
    window._begin_private()
    assert is_private(window.chat.current)
    assert window.chat.header._place.text() == "nothing of it is kept"
    assert window.chat.header._title.text() == "Private conversation"
    assert window.chat._rule.property("private") == "true"
    ask("What does the heron eat?")
    private = window.chat.current
    assert len(home.history.messages(private)) == 2
    assert home.history.conversations() == []
    assert rows(window) == []
    assert home.engine.asked[-1]["conversation"] is None
    window.add_files([str(home.folder / "paper.txt")])
    assert "private" in window.chat.notice.sentence
    assert window.attaching.state.phase == "idle"
    window.new_conversation()
    assert not window.chat.header._place.text()
    qtbot.waitUntil(lambda: home.history.messages(private) == [], timeout=5000)
    for table in ("messages", "conversations", "images", "sources", "outbox"):
        assert home.store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0


def test_the_list_of_keys_names_the_private_conversation():
    assert "Ctrl+Shift+N" in dict(keys())
