"""The window with real workers: drop a document, ask about it, see the streamed answer and its source."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont, QGuiApplication, QInputMethodEvent, QPainter, QPdfWriter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.background import Background
from desktop.home import open_home
from desktop.inside import Bell, ring, start
from desktop.language import Language
from desktop.theme import Theme
from desktop.views.window import Window
from tests.screen import screen

PATIENCE = 180_000  # ms; two workers start, index and answer on whatever machine this is


def write_lease(path: Path) -> Path:
    """Two pages by Qt's own PDF writer, the second in Korean too."""
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    painter.setFont(QFont("Noto Sans CJK KR", 14))
    painter.drawText(600, 1200, "Lease agreement for the Busan office, between landlord and tenant.")
    writer.newPage()
    painter.drawText(600, 1200, "The lease of the Busan office ends on 31 August 2027.")
    painter.drawText(600, 2200, "부산 사무실의 계약 기간은 2027년 8월 31일에 끝납니다.")
    painter.end()
    return path


def drop(window: QWidget, *paths: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    as_from_the_desktop = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(400, 300), *as_from_the_desktop))
    QApplication.sendEvent(window, QDropEvent(QPointF(400, 300), *as_from_the_desktop))


@contextmanager
def opened(folder: Path, qtbot) -> Iterator[Window]:
    """The app as `desktop.app.run` builds it, without its event loop."""
    with open_home(folder) as home:
        home.settings.welcomed = True
        bell, background = Bell(), Background()
        window = Window(home, Theme("light"), Language("en"), background)
        ring(bell, home, window)
        window.resize(1280, 820)
        window.show()
        qtbot.waitExposed(window)
        start(home, window, [])
        try:
            yield window
        finally:
            background.close()
            window.close()
            window.deleteLater()
            QGuiApplication.processEvents()


def ask(window: Window, qtbot, prompt: str) -> list[str]:
    """Type and send `prompt`; the states of the growing answer as the transcript showed them."""
    shown: list[str] = []
    transcript = window.chat.transcript
    count = len(transcript.turns)
    typed = QInputMethodEvent()
    typed.setCommitString(prompt)
    QApplication.sendEvent(window.chat.composer.prompt, typed)
    QTest.keyClick(window.chat.composer.prompt, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(transcript.turns) == count + 2, timeout=10_000)

    def settled() -> bool:
        turn = transcript.turns[count + 1]
        if turn.text and (not shown or shown[-1] != turn.text):
            shown.append(turn.text)
        return turn.state != "writing"

    qtbot.waitUntil(settled, timeout=PATIENCE)
    return shown


def test_drop_ask_and_see_the_source(qapp: QApplication, qtbot, tmp_path: Path) -> None:
    lease = write_lease(tmp_path / "임대차 계약서.pdf")
    with opened(tmp_path / "해마 자료", qtbot) as window:
        drop(window, lease)
        qtbot.waitUntil(lambda: window.attaching.state.phase == "done", timeout=PATIENCE)
        shown = ask(window, qtbot, "When does the lease of the Busan office end?")
        assert len(shown) > 1, "the answer grows on the screen"
        assert "2027" in shown[-1]
        source = window.right._sources[1]
        assert (Path(source.path or "").name, source.page) == (lease.name, 2)

        window.right.open_requested.emit(source)
        view = window.documents.view
        assert view is not None
        qtbot.waitUntil(lambda: view._pages.knows_marks(2), timeout=PATIENCE)
        assert view.pages.page == 2
        assert any(view._pages.marks(2).matches), "the question's words are marked on the page"
        QTest.keyClick(view, Qt.Key.Key_Escape)

        window.new_conversation()
        ask(window, qtbot, "부산 사무실 계약은 언제 끝나요?")
        assert any(item.page == 2 for item in window.right._sources.values())
    with opened(tmp_path / "해마 자료", qtbot) as window:  # after a restart all of it is there
        assert len(window._home.history.conversations()) == 2


@pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool") and shutil.which("import")),
    reason="needs Xvfb, xdotool and ImageMagick",
)
@pytest.mark.parametrize("language", ["en_GB.UTF-8", "ko_KR.UTF-8"])
def test_two_starts_on_a_real_screen(tmp_path: Path, language: str) -> None:
    """The window comes, a second start hands its file to it and ends, and the picture on the screen is not empty."""
    home, paper = tmp_path / "해마 자료", tmp_path / "회의 메모.txt"
    paper.write_text("The next meeting is on Thursday in Busan.", encoding="utf-8")
    with screen() as display:
        environment = {
            **os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "HAEMA_HOME": str(home),
            "LC_ALL": language, "LANGUAGE": "",
        }  # fmt: skip
        command = [sys.executable, "-m", "desktop"]
        first = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        try:
            search = ["xdotool", "search", "--onlyvisible", "--name", "Haema"]
            assert wait_for(
                lambda: subprocess.run(search, env=environment, capture_output=True, check=False).returncode == 0, 30
            )
            second = subprocess.run(
                [*command, str(paper)], env=environment, timeout=60, capture_output=True, text=True, check=False
            )
            assert second.returncode == 0, second.stderr
            assert wait_for(lambda: indexed(home) == [str(paper)], 120)
            picture = tmp_path / "screen.png"
            subprocess.run(["import", "-window", "root", str(picture)], env=environment, check=True, timeout=60)
            told = subprocess.run(
                ["identify", "-format", "%k", str(picture)], capture_output=True, text=True, check=True
            )
            assert int(told.stdout) > 100, "a window with text has many shades"
        finally:
            first.terminate()
            _, complaints = first.communicate(timeout=30)
    assert "Traceback" not in complaints


def indexed(home: Path) -> list[str]:
    import sqlite3

    db = sqlite3.connect(home / "haema.sqlite")
    try:
        return [path for (path,) in db.execute("SELECT path FROM documents WHERE status = 'indexed'")]
    except sqlite3.OperationalError:
        return []
    finally:
        db.close()


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False
