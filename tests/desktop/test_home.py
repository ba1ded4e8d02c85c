"""Opening a data folder in which the logs cannot be written."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.home import open_home
from knowledge.errors import FolderReadOnly


def test_a_folder_where_no_log_can_be_written_is_a_sentence_and_is_left_unlocked(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    with pytest.raises(FolderReadOnly), open_home(tmp_path):
        pass
    (tmp_path / "logs").unlink()
    with open_home(tmp_path):
        pass
