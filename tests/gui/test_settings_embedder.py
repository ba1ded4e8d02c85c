"""The settings' section on the embedder, with the real memory behind it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.background import Background
from desktop.home import open_home
from desktop.views.settings_embedder import EmbedderSection
from knowledge.embedder import BUNDLED_NAME
from knowledge.embedder_catalog import IN_USE, NEXT, known_embedders, named
from tests.desktop.test_embedder_fetch import files_of, publish
from tests.engine.hub_server import COMMIT, serving
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
    for offer, one in zip(section.offers, known_embedders(), strict=True):
        assert one.page in offer.page.text()
        assert offer.page.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    background.close()


def test_a_known_embedder_is_downloaded_and_asked(section, real, qtbot, tmp_path):
    folder = models.word_vectors_of_two_languages(tmp_path / "made")
    offer = next(offer for offer in section.offers if offer.one.name == "granite-embedding-107m-multilingual")
    other = next(other for other in section.offers if other is not offer)
    with real.store.transaction() as db:
        db.execute("INSERT INTO documents (id, path, status, added) VALUES (1, 'doctor.txt', 'indexed', 0)")
        db.execute(
            "INSERT INTO passages (document, ordinal, text, start) VALUES (1, 0, '의사는 밤에 약을 처방한다', 0)"
        )
    real.memory.consolidate()
    assert not real.memory.recall("doctor prescribes medicine", relevant_only=True).items
    with serving() as server:
        real.settings.hub = server.address
        qtbot.waitUntil(lambda: offer.button.text() == "Download (214 MB)" and offer.button.isEnabled())
        assert not server.requests  # nothing connects before it is asked for

        qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "is not on 127.0.0.1" in offer.words.text(), timeout=20_000)
        assert offer.button.text() == "Download (214 MB)"

        publish(server, files_of(folder), offer.one.repository)
        weights = server.paths[f"/{offer.one.repository}/resolve/{COMMIT}/model.safetensors"]
        weights.stalls = 2000
        qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)
        assert offer.button.text() == "Stop"
        assert not other.button.isEnabled()
        qtbot.waitUntil(lambda: " KB of " in offer.words.text(), timeout=20_000)
        section.hide()  # the download outlives the settings' window
        assert section.download.running
        section.show()
        qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: offer.button.text() == "Go on with the download (214 MB)", timeout=20_000)
        assert "Stopped at" in offer.words.text()
        assert named(real.store, NEXT) is None
        assert not Path(offer.folder).exists()

        weights.stalls = None
        qtbot.mouseClick(offer.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: section.state.text() == f"In use: {offer.one.name}", timeout=120_000)
    assert named(real.store, IN_USE) == offer.folder
    assert not offer.button.isVisible()
    found = real.memory.recall("doctor prescribes medicine", relevant_only=True).items
    assert [item.path for item in found] == ["doctor.txt"]
    assert found[0].why == ("meaning",)
