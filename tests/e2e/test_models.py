"""A model dropped on the window with the real engine: predicted, loaded with the user's options, and answering."""

from __future__ import annotations

from pathlib import Path

from desktop.models.model_rows import Role
from engine.messages import Fit
from tests.e2e.test_window import PATIENCE, drop, opened
from tests.engine import tiny


def test_a_dropped_model_is_predicted_loaded_and_marked(folder: Path, qtbot, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))  # no other program's models
    model = tiny.write(tmp_path / "Tiny.gguf", context=2048)
    with opened(folder, qtbot) as window:
        engine = window._home.engine
        qtbot.waitUntil(lambda: engine.state.phase == "ready", timeout=PATIENCE)
        drop(window, model)
        assert window.models.is_open
        page = window.models._page
        assert page is not None
        qtbot.waitUntil(lambda: page.lists["here"].key == "Tiny", timeout=PATIENCE)
        qtbot.waitUntil(lambda: isinstance(page._shelf.fits.get(model), Fit), timeout=PATIENCE)
        predicted = page._shelf.fits[model]
        assert predicted.context == 2048, "all that it was trained for: it is tiny"
        assert page.local._verdict.text() in {"Runs on the CPU", "Fits on the GPU"}

        page.local.options._context.setValue(1024)
        qtbot.waitUntil(lambda: page._shelf.fits[model].context == 1024, timeout=PATIENCE)
        assert page._shelf.fits[model].need_main < predicted.need_main
        page.local._use.click()
        qtbot.waitUntil(
            lambda: engine.state.info is not None and engine.state.info.path == str(model), timeout=PATIENCE
        )
        assert engine.state.info.context == 1024
        row = page.lists["here"].currentIndex()
        qtbot.waitUntil(lambda: row.data(Role.BADGE) == "in use", timeout=PATIENCE)
        assert window.chat.header.model.text() in {"Tiny · CPU", "Tiny · GPU"}
