"""Korean is complete, says the same things, and can be chosen while the window is open."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QLabel

import desktop
import engine.errors
import knowledge.errors
from desktop import errors
from desktop.language import ERRORS, say
from desktop.paths import assets
from knowledge.errors import FileMissing

CATALOGUE = assets() / "translations" / "haema_ko.ts"


def messages(catalogue: Path) -> list[tuple[str, str, ET.Element]]:
    return [
        (context.findtext("name"), message.findtext("source"), message.find("translation"))
        for context in ET.parse(catalogue).getroot().iter("context")
        for message in context.iter("message")
    ]


def sentences(module) -> set[str]:
    return {one.sentence for _, one in inspect.getmembers(module, inspect.isclass) if hasattr(one, "sentence")}


def test_every_error_can_be_translated():
    assert set(ERRORS) == sentences(engine.errors) | sentences(knowledge.errors) | {errors.BUG}
    assert len(ERRORS) == len(set(ERRORS))


def test_the_catalogue_has_every_text_of_the_code(tmp_path):
    copy = shutil.copy(CATALOGUE, tmp_path / "haema_ko.ts")
    sources = [str(path) for path in sorted(Path(desktop.__file__).parent.rglob("*.py"))]
    subprocess.run(
        [Path(sys.executable).parent / "pyside6-lupdate", *sources, "-no-obsolete", "-locations", "none", "-ts", copy],
        check=True,
        capture_output=True,
    )
    unfinished = [(context, source) for context, source, korean in messages(copy) if korean.get("type")]
    assert unfinished == []
    assert {entry[:2] for entry in messages(copy)} == {entry[:2] for entry in messages(CATALOGUE)}


@pytest.mark.parametrize(("context", "source", "korean"), messages(CATALOGUE))
def test_gaps_are_the_same(context, source, korean):
    gaps = re.compile(r"\{\w*\}|%\d|%n")
    assert sorted(gaps.findall(source)) == sorted(gaps.findall(korean.text))


def test_korean_is_written_in_korean():
    names = {"GGUF", "Esc", "GPU", "CPU"}
    for context, source, korean in messages(CATALOGUE):
        bare = re.sub(r"\{\w*\}|[\W\d_]", "", korean.text)
        assert not bare or re.search("[가-힣]", bare) or bare in names, (context, source)


def test_an_error_in_both_languages(language):
    assert say(FileMissing(path="a.pdf")) == "There is no file or folder “a.pdf”. Check the name."
    language.choose("ko")
    assert say(FileMissing(path="a.pdf")) == "‘a.pdf’라는 파일이나 폴더가 없어요. 이름을 확인해 주세요."
    assert say(ValueError("secret words")) == "해마 안에서 문제가 생겼어요(ValueError). 자세한 내용은 로그에 있어요."


def test_numbers_follow(language):
    language.choose("ko")
    assert QLocale().language() == QLocale.Language.Korean
    language.choose("en")
    assert QLocale().language() == QLocale.Language.English


def test_the_window_switches_live(qtbot, window):
    window.left.show_counts(1284, 212)
    assert window.left._counts.text() == "1,284 memories, 212 documents"
    window._speak("ko")
    qtbot.waitUntil(lambda: window.left._counts.text() == "기억 1,284개, 문서 212개")
    assert window.chat.composer.prompt.placeholderText() == "무엇이든 물어보세요. 파일을 여기에 놓으세요."
    assert window._home.settings.language == "ko"
    window._speak("en")
    qtbot.waitUntil(lambda: window.left._new.text() == "New conversation")


def test_doubled_text_fits_the_first_screen(qtbot, window, language):
    """Labels that wrap, wrap: nothing on the first screen is cut when its text is twice as long."""
    window._welcome()
    page = window._pages.currentWidget()
    for label in page.findChildren(QLabel):
        if label.text() and label.wordWrap():
            label.setText(f"{label.text()} {label.text()}")
    qtbot.wait(50)
    for label in page.findChildren(QLabel):
        if label.text() and label.wordWrap():
            assert label.height() >= label.heightForWidth(label.width()), label.text()
