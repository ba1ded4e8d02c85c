"""The settings' section on the embedder, with the real memory behind it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.background import Background
from desktop.home import open_home
from desktop.views.settings_embedder import EmbedderSection
from knowledge.embedder import BUNDLED_NAME
from knowledge.embedder_catalog import IN_USE, NEXT, known_embedders, named
from tests.knowledge import models


@pytest.fixture
def real(tmp_path):
    """An open data folder with its real memory worker."""
    with open_home(tmp_path / "home") as home:
        home.memory.start()
        assert home.memory.wait(180)
        yield home


@pytest.fixture
def section(real, qtbot):
    background = Background()
    made = EmbedderSection(real, background)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()
    background.close()


def test_another_embedder_is_chosen_and_given_back(section, real, qtbot, tmp_path):
    qtbot.waitUntil(lambda: BUNDLED_NAME in section.state.text())
    assert not section.bundled.isVisible()
    section.use(str(tmp_path))
    qtbot.waitUntil(lambda: "modules.json" in section.trouble.text(), timeout=60_000)
    assert named(real.store, NEXT) is None

    folder = models.word_vectors_of_two_languages(tmp_path / "two languages")
    section.use(str(folder))
    assert not section.choose.isEnabled()
    qtbot.waitUntil(lambda: section.state.text().endswith("two languages"), timeout=120_000)
    assert named(real.store, IN_USE) == str(folder)
    assert not section.trouble.isVisible()
    assert not section.bar.isVisible()
    assert section.bundled.isVisible()

    qtbot.mouseClick(section.bundled, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: BUNDLED_NAME in section.state.text() and section.choose.isEnabled(), timeout=120_000)
    assert named(real.store, IN_USE) == ""


def test_the_pages_of_known_embedders_can_be_copied(home, qtbot):
    background = Background()
    section = EmbedderSection(home, background)
    qtbot.addWidget(section)
    for label, one in zip(section.known, known_embedders(), strict=True):
        assert one.page in label.text()
        assert label.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    background.close()
