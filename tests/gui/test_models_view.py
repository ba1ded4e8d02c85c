"""The models in the window, over a real library and a hub on loopback; the engine tells what the real one would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gguf
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from desktop.downloads import Downloads, Wanted
from desktop.engine_process import EngineState
from desktop.models.model_rows import Role
from desktop.views import models_questions
from desktop.views.models_page import ModelsPage
from desktop.views.window import Window
from engine import messages as em
from tests.engine import tiny
from tests.engine.hub_server import COMMIT, HubServer, serving

REPOSITORY = "maker/Tiny-GGUF"
FILE = "Tiny-Q4_K_M.gguf"
SLOWLY = 0.05  # seconds between pieces, so that a download can be caught under way


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model in a folder of the user's own, with Hangul in its path."""
    folder = tmp_path / "내 모델"
    folder.mkdir()
    return tiny.write(folder / "Tiny.gguf")


@pytest.fixture
def hub(home) -> Iterator[HubServer]:
    """A hub with one repository; the settings point at it."""
    with serving() as server:
        home.settings.hub = server.address
        yield server


@pytest.fixture
def page(window: Window, qtbot, monkeypatch, tmp_path) -> ModelsPage:
    """The models, opened; no other program keeps models here."""
    for name in ("HOME", "USERPROFILE", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "APPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "nobody"))
    window.models.open()
    page = window.models._page
    assert page is not None
    qtbot.waitUntil(lambda: bool(rows(page)) and page._shelf.hardware is not None)
    qtbot.waitUntil(lambda: len(page._shelf.fits) == len(page._shelf.models))
    return page


def rows(page: ModelsPage, tab: str = "here") -> list[tuple[str, str, str, str]]:
    """Title, caption, side and badge of each row."""
    model = page._models[tab]
    places = [model.index(row) for row in range(model.rowCount())]
    return [(one.data(), one.data(Role.CAPTION), one.data(Role.SIDE), one.data(Role.BADGE)) for one in places]


def add(page: ModelsPage, qtbot, *paths: Path) -> None:
    with qtbot.waitSignal(page._shelf.added):
        page._shelf.add([str(path) for path in paths])
    qtbot.waitUntil(lambda: len(page._shelf.fits) == len(page._shelf.models))


def ready(path: Path | None, **more: object) -> EngineState:
    info = em.ModelInfo("m", str(path or "starter"), 2048, 30, 0, "CPU", 2, profile="fast", starter=path is None)
    return EngineState("ready", 1.0, info=info, **more)


# ---------------------------------------------------------------- in and out


def test_the_pill_leads_to_the_models_and_escape_back(window, qtbot):
    window.chat.header.model.click()
    assert window.models.is_open
    qtbot.keyClick(window.models._page, Qt.Key.Key_Escape)
    assert not window.models.is_open
    qtbot.keyClick(window, "m", Qt.KeyboardModifier.ControlModifier)
    assert window.models.is_open
    qtbot.keyClick(window, "m", Qt.KeyboardModifier.ControlModifier)
    assert not window.models.is_open


# ---------------------------------------------------------------- on this computer


def test_the_starter_stands_first_with_what_it_is_and_how_it_fits(page):
    ((title, caption, side, _),) = rows(page)
    assert "SmolLM2" in title
    assert caption.startswith("98 MB · Q4_1 · reads up to 8,192 tokens")
    assert "starter" in caption
    assert side == "Runs on the CPU"
    assert not page.local._remove.isVisible(), "the starter stays"


def test_the_one_in_use_is_marked(page, window):
    window.show_engine(EngineState("loading", 0.4))
    assert rows(page)[0][3] == "loading"
    window.show_engine(ready(None))
    assert rows(page)[0][3] == "in use"
    assert page.local._use.isHidden(), "there is nothing to do about the model in use"


def test_a_file_dropped_anywhere_becomes_a_model_and_no_document(window, home, model, qtbot):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(model))])
    dropped = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), *dropped))
    assert window._overlay.accessibleName() == "Drop to add the model"
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *dropped))
    assert window.models.is_open
    page = window.models._page
    qtbot.waitUntil(lambda: page.lists["here"].key == "Tiny")
    assert home.settings.linked_models == [str(model)], "it stays where it is"
    assert home.memory.indexed == []


def test_what_is_no_model_is_said_to_be_none(page, tmp_path, qtbot):
    poem = tmp_path / "poem.gguf"
    poem.write_text("Once upon a time")
    with qtbot.waitSignal(page._shelf.failed):
        page._shelf.add([str(poem)])
    assert "poem.gguf” is not a GGUF model" in page.notice.sentence


def test_enter_on_a_row_uses_it_with_its_options(page, home, model, qtbot):
    add(page, qtbot, model)
    page.lists["here"].show_key("Tiny")
    page.local.options._context.setValue(1024)
    qtbot.keyClick(page.lists["here"], Qt.Key.Key_Return)
    assert home.engine.used == [str(model)]
    assert home.engine.options == [em.LoadOptions(context=1024)]
    assert next(row for row in rows(page) if row[0] == "Tiny")[3] == "loading"


def test_the_prediction_follows_the_options(page, home, model, qtbot):
    add(page, qtbot, model)
    page.lists["here"].show_key("Tiny")
    form, detail = page.local.options, page.local
    assert form._context.text() == "Automatic (4,096)"
    assert form._kv.text() == "Automatic (16 bit)"
    assert "needs 2.4 GB, 6.0 GB free" in detail._bars._main.accessibleName()
    home.engine.hardware = em.Hardware((), 2_110_000_000, 8_000_000_000, 4, "cpu")
    form._context.setValue(2048)
    qtbot.waitUntil(lambda: detail._verdict.text() == "Too large: needs 2.2 GB, 2.1 GB free")
    assert home.engine.inspected[-1] == (str(model), em.LoadOptions(context=2048))
    form._kv._pick("q8_0")
    form._context.stepBy(-1)
    qtbot.waitUntil(lambda: detail._verdict.text() == "Runs on the CPU")
    assert home.engine.inspected[-1] == (str(model), em.LoadOptions(context=1024, kv_type="q8_0"))
    form._reset.click()
    assert form._context.number is None
    qtbot.waitUntil(lambda: home.engine.inspected[-1] == (str(model), em.LoadOptions()))


def test_a_field_being_typed_in_is_left_alone(page, qtbot):
    field = page.local.options._context
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "15")
    page._shelf.changed.emit()
    assert field.text() == "15"
    qtbot.keyClicks(field, "36")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.number == 1536
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Backspace)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.number is None


def test_other_options_for_the_model_in_use_load_it_anew(page, window, home):
    window.show_engine(ready(None))
    page.local.options._lookup.setChecked(False)
    assert page.local._use.text() == "Load it anew with these options"
    page.local._use.click()
    assert home.engine.used == [None]
    assert home.engine.options == [em.LoadOptions(lookup=False)]


def test_using_a_model_here_leaves_the_server(page, window, home):
    home.settings.server = {"url": "http://nas.local:8080/v1", "model": "", "key": ""}
    page._shelf.changed.emit()
    assert "not from http://nas.local:8080/v1" in page.local._use.toolTip()
    page.local._use.click()
    assert home.settings.server == {}
    assert home.settings.former_server["url"] == "http://nas.local:8080/v1", "it can be chosen again"
    assert home.engine.used == [None]
    assert window.chat.header._offline.text() == "Offline"


def test_adapters_are_stacked_and_scaled(page, model, qtbot, tmp_path):
    files = [write_part(tmp_path / f"{name}.gguf", "adapter", "llama") for name in ("polite", "short")]
    add(page, qtbot, model, *files)
    assert [row[0] for row in rows(page)][2] == "Adapters and projectors"
    page.lists["here"].show_key("Tiny")
    adapters = page.local.options._adapters
    assert [item.path for item in adapters._offered] == files
    for file in files:
        adapters.add(str(file))
    adapters._rows[0]._slider.setValue(10)
    chosen = (em.Adapter(str(files[0]), 0.5), em.Adapter(str(files[1])))
    assert page.local.options._options.adapters == chosen
    adapters._rows[1]._cross.click()
    assert page.local.options._options.adapters == chosen[:1]


def test_a_smaller_model_may_guess_and_a_projector_may_see(page, model, qtbot, tmp_path):
    eyes = write_part(tmp_path / "mmproj-Tiny.gguf", "projector", "clip")
    add(page, qtbot, eyes, model)
    page.lists["here"].show_key(page._shelf.models[0].name)
    form = page.local.options
    form._draft._pick(str(model))
    form._projector._pick(str(eyes))
    assert (form._options.draft, form._options.projector) == (str(model), str(eyes))
    page.lists["here"].show_key("Tiny")
    assert [words for _, words in form._draft._options] == ["None", "Choose a file…"], "the starter is larger"


def test_removing_asks_first_and_a_linked_file_stays(page, home, model, qtbot, monkeypatch):
    add(page, qtbot, model)
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(models_questions, "_asked", lambda *words: bool(asked.append(words)))
    page.local._remove.click()
    assert "stays where it is" in asked[0][2]
    assert len(page._shelf.models) == 2, "no means no"
    monkeypatch.setattr(models_questions, "_asked", lambda *words: True)
    page.local._remove.click()
    qtbot.waitUntil(lambda: len(page._shelf.models) == 1)
    assert model.exists()
    assert home.settings.linked_models == []


def test_the_model_in_use_is_not_removed(page, window, home, model, qtbot, monkeypatch):
    add(page, qtbot, model)
    page.local.act()
    monkeypatch.setattr(models_questions, "_asked", lambda *words: True)
    with qtbot.waitSignal(page._shelf.failed):
        page.local._remove.click()
    assert "Tiny" in page.notice.sentence
    assert str(model) in home.settings.linked_models


def test_the_starter_is_checked_against_its_published_hash(page, qtbot):
    with qtbot.waitSignal(page._shelf.verified, timeout=20_000):
        page.local._verify.click()
    assert page.local._checked.text() == "The file is exactly what its publisher published."


def test_a_careful_profile_is_told_with_a_way_back(page, window, home):
    window.show_engine(ready(None, given_up="memory"))
    assert page.notice.sentence == "This model ran out of memory here, so it runs in a more careful, slower way."
    page.notice._button.click()
    assert home.engine.tried_fast == 1


def test_who_has_only_the_starter_is_shown_the_way(page, model, qtbot):
    assert page._hint.isVisible()
    page._hint._way.click()
    assert page.tab == "catalogue"
    assert page.lists["catalogue"].key is not None, "what the first one needs is told at once"
    page.show_tab("here")
    add(page, qtbot, model)
    assert not page._hint.isVisible()


def test_the_options_that_few_need_are_folded_unless_chosen(page, home, model, qtbot):
    add(page, qtbot, model)
    page.lists["here"].show_key("Tiny")
    form = page.local.options
    assert form._context.isVisible()
    assert not form._batch.isVisible()
    form._fold.click()
    assert form._batch.isVisible()
    form._batch.setValue(256)
    page.lists["here"].show_key(page._shelf.models[0].name)
    assert not form._batch.isVisible()
    page.lists["here"].show_key("Tiny")
    assert form._batch.isVisible(), "what was chosen must be seen"


# ---------------------------------------------------------------- the catalogue


def test_the_catalogue_is_narrowed_and_guesses_what_fits(page):
    page.show_tab("catalogue")
    everything = rows(page, "catalogue")
    assert len(everything) > 20
    page.filter._language._pick("ko")
    korean = rows(page, "catalogue")
    assert 0 < len(korean) < len(everything)
    page.filter._fitting.setChecked(True)
    fitting = rows(page, "catalogue")
    assert 0 < len(fitting) < len(korean)
    assert {side for _, _, side, _ in fitting} == {"Should run on the CPU"}
    assert any(side.startswith("Too large: needs") for _, _, side, _ in korean)
    page.filter._words.setText("no such model")
    assert rows(page, "catalogue") == []
    assert page.lists["catalogue"]._empty.isVisible()


def test_a_licence_that_forbids_commercial_use_says_so(page):
    page.show_tab("catalogue")
    entry = next(entry for entry in page._entries if entry.non_commercial)
    page.lists["catalogue"].show_key(entry.id)
    assert "not for commercial use" in page.lists["catalogue"].currentIndex().data(Role.CAPTION)
    assert page.offer._licence.text().endswith("It forbids commercial use.")


def test_where_a_checksum_comes_from_is_said(page):
    page.show_tab("catalogue")
    for pinned, words in ((True, "that Haema knows"), (False, "the one the hub publishes")):
        entry = next(entry for entry in page._entries if entry.pinned is pinned)
        page.lists["catalogue"].show_key(entry.id)
        assert words in page.offer._checked.text()


# ---------------------------------------------------------------- the hub, and downloads


def publish(hub: HubServer, model: Path, *, slowly: float = 0.0) -> None:
    """A repository with the model as its one file, and a search that finds it."""
    body = model.read_bytes()
    hub.repository(REPOSITORY, {FILE: body})
    hub.paths[f"/{REPOSITORY}/resolve/{COMMIT}/{FILE}"].slowly = slowly
    hub.answers["/api/models"] = [
        {"id": REPOSITORY, "downloads": 1234, "likes": 5, "gated": False, "tags": ["license:apache-2.0"]}
    ]


def big(tmp_path: Path) -> Path:
    """A model of some megabytes, so that a download has a middle."""
    return tiny.write(tmp_path / "big.gguf", layers=60)


def test_a_search_connects_only_on_enter_and_ends_in_a_model(page, home, hub, model, qtbot):
    publish(hub, model)
    page.show_tab("hub")
    qtbot.keyClicks(page.search._words, "tiny gguf")
    qtbot.wait(100)
    assert hub.requests == [], "typing connects to nothing"
    qtbot.keyClick(page.search._words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(rows(page, "hub")) == 1)
    assert rows(page, "hub")[0][:2] == ("Tiny-GGUF", "maker · 1,234 downloads a month · apache-2.0")
    page.lists["hub"].show_key(REPOSITORY)
    qtbot.waitUntil(lambda: page.found._model.rowCount() == 1)
    page.found.list.show_key(FILE)
    assert page.found._get.text().startswith("Download ")
    with qtbot.waitSignal(page._downloads.finished, timeout=20_000):
        page.found._get.click()
    assert not page.panel.isVisible()
    page.show_tab("here")
    qtbot.waitUntil(lambda: len(page._shelf.models) == 2)
    (arrived,) = [item for item in page._shelf.models if not item.starter]
    assert arrived.path == home.folder / "models" / REPOSITORY / FILE
    assert arrived.path.read_bytes() == model.read_bytes()
    page.lists["here"].show_key(arrived.name)
    assert f"From {REPOSITORY}" in page.local._from.text()


def test_a_download_is_paused_told_in_numbers_and_gone_on_with(page, home, hub, qtbot, tmp_path):
    file = big(tmp_path)
    publish(hub, file, slowly=SLOWLY)
    downloads = page._downloads
    downloads.add(Wanted("Tiny", REPOSITORY, FILE))
    qtbot.waitUntil(lambda: downloads.running is not None and arrived_bytes(downloads) > 0, timeout=20_000)
    (line,) = page.panel._lines.values()
    qtbot.waitUntil(lambda: " MB a second" in line._words.text() or " KB a second" in line._words.text())
    assert " of " in line._words.text()
    line._go.click()
    qtbot.waitUntil(lambda: downloads.items[0].phase == "paused")
    assert line._words.text().startswith("Paused · ")
    part = arrived_bytes(downloads)
    assert 0 < part < file.stat().st_size
    before = len(hub.requests)
    qtbot.wait(100)
    assert len(hub.requests) == before, "paused is quiet"
    hub.paths[f"/{REPOSITORY}/resolve/{COMMIT}/{FILE}"].slowly = 0
    with qtbot.waitSignal(downloads.finished, timeout=20_000):
        line._go.click()
    assert hub.requests[-1][1]["range"].startswith("bytes="), "it went on where it stopped"
    assert (home.folder / "models" / REPOSITORY / FILE).read_bytes() == file.read_bytes()


def test_cancelling_asks_and_leaves_nothing(page, home, hub, qtbot, tmp_path, monkeypatch):
    publish(hub, big(tmp_path), slowly=SLOWLY)
    page._downloads.add(Wanted("Tiny", REPOSITORY, FILE))
    qtbot.waitUntil(lambda: arrived_bytes(page._downloads) > 0, timeout=20_000)
    (line,) = page.panel._lines.values()
    monkeypatch.setattr(models_questions, "_asked", lambda *words: False)
    line._cancel.click()
    assert page._downloads.items != ()
    monkeypatch.setattr(models_questions, "_asked", lambda *words: True)
    line._cancel.click()
    qtbot.waitUntil(lambda: page._downloads.items == (), timeout=20_000)
    folder = home.folder / "models"
    qtbot.waitUntil(lambda: [path for path in folder.rglob("*") if path.is_file()] == [])
    assert home.settings.downloads == []


def test_several_wait_for_each_other(page, hub, model, qtbot, tmp_path):
    publish(hub, big(tmp_path), slowly=SLOWLY)
    hub.repository("maker/Other-GGUF", {"Other-Q8_0.gguf": model.read_bytes()})
    downloads = page._downloads
    downloads.add(Wanted("Tiny", REPOSITORY, FILE))
    downloads.add(Wanted("Other", "maker/Other-GGUF", "Other-Q8_0.gguf"))
    downloads.add(Wanted("Other", "maker/Other-GGUF", "Other-Q8_0.gguf"))
    assert [one.phase for one in downloads.items] == ["running", "waiting"]
    hub.paths[f"/{REPOSITORY}/resolve/{COMMIT}/{FILE}"].slowly = 0
    qtbot.waitUntil(lambda: [one.phase for one in downloads.items] == ["done", "done"], timeout=20_000)


def test_a_failure_is_a_sentence_with_another_try(page, hub, model, qtbot):
    downloads = page._downloads
    downloads.add(Wanted("Tiny", REPOSITORY, FILE))
    qtbot.waitUntil(lambda: downloads.items[0].phase == "failed", timeout=20_000)
    (line,) = page.panel._lines.values()
    assert REPOSITORY in line._words.text()
    assert line._go.text() == "Try again"
    publish(hub, model)
    with qtbot.waitSignal(downloads.finished, timeout=20_000):
        line._go.click()


def test_what_was_not_finished_waits_for_the_user_next_time(page, window, home, hub, qtbot, tmp_path):
    publish(hub, big(tmp_path), slowly=SLOWLY)
    page._downloads.add(Wanted("Tiny", REPOSITORY, FILE))
    qtbot.waitUntil(lambda: arrived_bytes(page._downloads) > 0, timeout=20_000)
    page._downloads.pause(1)
    qtbot.waitUntil(lambda: page._downloads.items[0].phase == "paused")
    asked = len(hub.requests)
    again = Downloads(home.library, home.settings, window._background, window)
    (one,) = again.items
    assert (one.phase, one.wanted.title) == ("paused", "Tiny")
    qtbot.wait(100)
    assert len(hub.requests) == asked, "nothing connects before the user asks"
    hub.paths[f"/{REPOSITORY}/resolve/{COMMIT}/{FILE}"].slowly = 0
    with qtbot.waitSignal(again.finished, timeout=20_000):
        again.resume(one.id)
    assert home.settings.downloads == []


# ---------------------------------------------------------------- words


def test_the_page_speaks_the_new_language_at_once(page, window, language):
    before = page.header.tabs.button(0).text()
    window._speak("ko")
    assert page.local.options._context.text().endswith("(4,096)")
    language.choose("en")
    assert page.header.tabs.button(0).text() == before


def arrived_bytes(downloads: Downloads) -> int:
    progress = downloads.items[0].progress if downloads.items else None
    return progress.done if progress is not None else 0


def write_part(path: Path, kind: str, architecture: str) -> Path:
    """The smallest GGUF that says it is an adapter or a projector."""
    import numpy as np

    writer = gguf.GGUFWriter(path, architecture)
    writer.add_type("adapter" if kind == "adapter" else "mmproj")
    if kind == "adapter":
        writer.add_string("adapter.type", "lora")
    writer.add_tensor("one.weight", np.zeros((32, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
