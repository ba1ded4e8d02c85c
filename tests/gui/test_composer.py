"""The prompt sends whole text on one Enter, whatever order the input method's events come in."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel

from desktop.theme import Theme
from desktop.views.composer import Composer
from desktop.views.context_meter import short
from desktop.views.prompt import COMMIT_MS, is_hangul
from engine.messages import ContextSplit


class Field:
    """A composer, and what an input method and a keyboard do to it."""

    def __init__(self, qtbot) -> None:
        self.qtbot = qtbot
        self.composer = Composer(Theme("light"), QLabel())
        qtbot.addWidget(self.composer)
        self.composer.show()
        self.sent: list[str] = []
        self.composer.sent.connect(self.sent.append)

    @property
    def prompt(self):
        return self.composer.prompt

    def compose(self, preedit: str, commit: str = "") -> None:
        event = QInputMethodEvent(preedit, [])
        event.setCommitString(commit)
        QApplication.sendEvent(self.prompt, event)

    def enter(self, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        for kind in (QKeyEvent.Type.KeyPress, QKeyEvent.Type.KeyRelease):
            QApplication.sendEvent(self.prompt, QKeyEvent(kind, Qt.Key.Key_Return, modifiers, "\r"))

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(self.prompt, text)

    def settle(self) -> None:
        self.qtbot.wait(4 * COMMIT_MS)


@pytest.fixture
def field(qtbot) -> Field:
    return Field(qtbot)


def test_enter_sends_and_empties(field):
    field.type("hello")
    field.enter()
    assert field.sent == ["hello"]
    assert field.composer.text == ""


def test_shift_enter_breaks_the_line(field):
    field.type("one")
    field.enter(Qt.KeyboardModifier.ShiftModifier)
    field.type("two")
    field.enter()
    assert field.sent == ["one\ntwo"]


def test_blank_is_not_sent(field):
    field.type("   ")
    field.enter()
    assert field.sent == []


# ---------------------------------------------------------------- Korean: one Enter commits and sends


def test_commit_before_the_key(field):
    field.compose("한")
    field.compose("", "한")
    field.enter()
    field.settle()
    assert field.sent == ["한"]


def test_key_while_composing_and_commit_after_it(field):
    field.type("1 ")
    field.compose("한")
    field.enter()
    assert field.sent == [], "half a text was sent"
    field.compose("", "한")
    field.settle()
    assert field.sent == ["1 한"]
    assert field.composer.text == ""


def test_key_forwarded_once_more_after_the_commit(field):
    field.compose("한")
    field.enter()
    field.compose("", "한")
    field.enter()
    field.settle()
    assert field.sent == ["한"]


def test_preedit_changes_between_key_and_commit(field):
    field.compose("하")
    field.enter()
    field.compose("한")
    field.settle_part = field.qtbot.wait(COMMIT_MS // 2)
    assert field.sent == []
    field.compose("", "한")
    field.settle()
    assert field.sent == ["한"]


def test_commit_of_one_syllable_while_the_next_is_composed(field):
    field.compose("한")
    field.enter()
    field.compose("나", "하")
    assert field.sent == []
    field.compose("", "나")
    field.settle()
    assert field.sent == ["하나"]


def test_input_method_that_never_commits(field):
    field.type("a ")
    field.compose("글")
    field.enter()
    field.settle()
    assert field.sent == ["a 글"]
    assert field.composer.text == ""


def test_commit_that_comes_too_late_is_not_doubled(field):
    field.compose("글")
    field.enter()
    field.qtbot.waitUntil(lambda: field.sent == ["글"])
    field.compose("", "글")
    field.settle()
    assert field.sent == ["글"]
    assert field.composer.text == ""


def test_typing_on_sends_first(field):
    field.compose("글")
    field.enter()
    field.type("x")
    field.settle()
    assert field.sent == ["글"]
    assert field.composer.text == "x"


def test_shift_enter_keeps_the_syllable(field):
    field.compose("한")
    field.enter(Qt.KeyboardModifier.ShiftModifier)
    field.compose("", "한")  # the input method's own commit, late
    field.type("a")
    field.settle()
    assert field.composer.text == "한\na"
    assert field.sent == []


# ---------------------------------------------------------------- Japanese and Chinese: Enter only confirms


@pytest.mark.parametrize(("preedit", "commit"), [("にほんご", "日本語"), ("nihao", "你好"), ("日本", "日本")])
def test_conversion_is_only_confirmed(field, preedit, commit):
    field.compose(preedit)
    field.enter()
    field.compose("", commit)
    field.settle()
    assert field.sent == []
    assert field.composer.text == commit
    field.enter()
    assert field.sent == [commit]


def test_hangul():
    assert is_hangul("한ㄱ글")
    assert not is_hangul("")
    assert not is_hangul("한a")
    assert not is_hangul("かな")


# ---------------------------------------------------------------- the card


def test_grows_to_eight_lines(field):
    one = field.prompt.sizeHint().height()
    field.prompt.setPlainText("\n".join("abc"))
    three = field.prompt.sizeHint().height()
    field.prompt.setPlainText("\n".join("abcdefghijkl"))
    twelve = field.prompt.sizeHint().height()
    assert one < three < twelve <= 8 * field.prompt.fontMetrics().lineSpacing() + 2


def test_while_answering_enter_keeps_the_text_and_the_button_stops(field, qtbot):
    stopped = []
    field.composer.stop_wanted.connect(lambda: stopped.append(1))
    field.type("next")
    field.composer.set_answering(True)
    field.enter()
    assert field.sent == []
    assert field.composer.text == "next"
    qtbot.mouseClick(field.composer._button, Qt.MouseButton.LeftButton)
    assert stopped == [1]


def test_pasted_files_are_not_text(field, tmp_path):
    files = []
    field.composer.files.connect(files.extend)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.com/x")])
    field.prompt.insertFromMimeData(mime)
    assert files == [str(tmp_path)]
    assert field.composer.text == ""


def test_pasted_text_is_plain(field):
    mime = QMimeData()
    mime.setHtml("<b>bold</b>")
    mime.setText("bold")
    field.prompt.insertFromMimeData(mime)
    assert field.prompt.document().toPlainText() == "bold"


def test_meter(field):
    field.composer.set_split(ContextSplit(100, 1000, 800, 200, 512, 8192, 3))
    assert field.composer._meter.text() == "context 2.1k of 8k"
    assert "The oldest 3 turns are not in view of the model." in field.composer._meter.toolTip()


@pytest.mark.parametrize(
    ("tokens", "said"), [(0, "0"), (999, "999"), (2100, "2.1k"), (2048, "2k"), (131072, "128k"), (12345, "12k")]
)
def test_short(tokens, said):
    assert short(tokens) == said
