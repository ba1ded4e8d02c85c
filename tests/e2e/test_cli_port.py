"""Everything out, everything back, as scripts do it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import main
from desktop.single import lock_folder
from knowledge.history import History
from knowledge.store import Store


def test_export_and_backup_while_the_window_is_open_and_restore(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def haema(*arguments: str, home: Path = folder) -> tuple[int, Any, str]:
        code = main([*arguments, "--json", "--home", str(home)])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err

    store = Store(folder)
    history = History(store)
    history.say(history.begin("Boat").id, "user", "The boat lies in Tongyeong harbour.", parent=None)
    with lock_folder(folder):  # as an open window holds it
        code, out, _ = haema("export", str(tmp_path / "all.zip"))
        assert (code, out["conversations"], out["messages"]) == (0, 1, 1)
        code, backup, _ = haema("backup", str(tmp_path / "copy.zip"))
        assert (code, backup["size"]) == (0, (tmp_path / "copy.zip").stat().st_size)
        code, _, error = haema("restore", str(tmp_path / "copy.zip"), "--yes")
        assert (code, error.count("\n")) == (1, 1)
        assert "already open" in error
    store.close()
    (tmp_path / "wrong.json").write_text('[{"uuid": 1}]')
    code, _, error = haema("restore", str(tmp_path / "wrong.json"), "--yes")
    assert code == 1
    assert "no backup" in error
    with pytest.raises(SystemExit) as usage:
        haema("export")
    assert usage.value.code == 2
    capsys.readouterr()
    elsewhere = tmp_path / "elsewhere"
    code, back, _ = haema("restore", str(tmp_path / "copy.zip"), "--yes", home=elsewhere)
    assert (code, back["messages"]) == (0, 1)
    assert (elsewhere / "lexicon").is_dir()
    with Store(elsewhere).db as db:
        assert db.execute("SELECT count(*) FROM outbox").fetchone()[0] == 0  # all of it is recallable again
