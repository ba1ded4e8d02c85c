"""The cards of an answer's sources: what, where, when, why, and the words."""

from __future__ import annotations

import datetime as dt

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QLabel

from desktop.theme import Theme
from desktop.views.excerpt import LINES, Excerpt, ExcerptView, excerpt_of
from desktop.views.quiet_button import QuietButton
from desktop.views.source_card import SourceCard
from desktop.views.sources import SourcesPane
from knowledge.messages import Recalled


def recalled(kind="document", text="The term ends on 31 August 2027.", **fields) -> Recalled:
    start = text.find("31 August")
    matches = ((start, start + 9),) if start >= 0 else ()
    return Recalled(kind, "passage:1", text, 1.0, {}, ("words", "meaning"), matches, 9, **fields)


@pytest.fixture
def pane(qtbot) -> SourcesPane:
    made = SourcesPane(Theme("light"))
    qtbot.addWidget(made)
    made.resize(296, 600)
    made.show()
    return made


def said(widget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def test_an_empty_pane_says_what_will_stand_there(pane):
    pane.set_sources({})
    assert "listed here" in said(pane)
    assert not pane.findChildren(SourceCard)


def test_a_document_says_name_page_heading_and_why(pane):
    pane.set_sources({1: recalled(path="/home/해마/임대차계약서.hwp", page=3, heading="7 Term", title="Lease")})
    words = said(pane)
    assert "임대차계약서.hwp" in words
    assert "page 3, § 7 Term" in words
    assert "words, meaning" in words
    assert "listed here" not in words


def test_a_windows_path_shows_its_file_name(pane):
    pane.set_sources({1: recalled(path="C:\\문서\\계약.hwp")})
    assert "계약.hwp" in said(pane)
    assert "문서" not in said(pane)


def test_what_was_said_names_who_where_and_when(pane):
    QLocale.setDefault(QLocale(QLocale.Language.English))
    when = dt.datetime(2026, 3, 12, 21, 40).timestamp()  # noqa: DTZ001 - shown in local time
    pane.set_sources({2: recalled("conversation", title="Jin's birthday plans", role="user", time=when)})
    words = said(pane)
    assert "You, in “Jin's birthday plans”" in words
    assert "12 March 2026, 21:40" in words


def test_open_asks_for_that_source_by_mouse_and_by_key(pane, qtbot):
    one, two = recalled(path="/a/one.txt"), recalled(path="/a/two.txt")
    pane.set_sources({1: one, 2: two})
    buttons = pane.findChildren(QuietButton)
    assert [button.accessibleName() for button in buttons] == ["Open one.txt", "Open two.txt"]
    with qtbot.waitSignal(pane.open_requested) as opened:
        qtbot.mouseClick(buttons[1], Qt.MouseButton.LeftButton)
    assert opened.args == [two]
    buttons[0].setFocus()
    with qtbot.waitSignal(pane.open_requested) as opened:
        qtbot.keyClick(buttons[0], Qt.Key.Key_Space)
    assert opened.args == [one]


def test_a_pointed_citation_lights_its_card(pane, qtbot):
    pane.set_sources({1: recalled(path="/a"), 2: recalled(path="/b")})
    qtbot.wait(20)
    before = [card.grab().toImage() for card in pane.findChildren(SourceCard)]
    pane.highlight(2)
    after = [card.grab().toImage() for card in pane.findChildren(SourceCard)]
    assert after[0] == before[0]
    assert after[1] != before[1]
    pane.highlight(None)
    assert pane.findChildren(SourceCard)[1].grab().toImage() == before[1]


def test_cards_fit_the_narrow_pane(pane, qtbot):
    long = "아주 긴 이름의 파일이라서 가운데를 줄여야 하는 임대차계약서 최종본 진짜 최종본.hwp"
    pane.set_sources(
        {n: recalled(path=f"/x/{long}", heading=long, text="낱말이 아주 많은 글. " * 80) for n in range(1, 9)}
    )
    qtbot.wait(20)
    for card in pane.findChildren(SourceCard):
        assert 240 <= card.width() <= 296
        assert card.height() < 200


# ---------------------------------------------------------------- excerpts


def test_a_short_text_is_whole():
    assert excerpt_of("Jin asked\n  for the room.", [(0, 3)]) == Excerpt("Jin asked for the room.", ((0, 3),))


def test_an_excerpt_begins_shortly_before_the_thickest_matches():
    text = "filler words " * 60 + "the term ends on 31 August 2027 and is renewed by one year " + "more words " * 60
    at = text.index("31 August 2027"), text.index("renewed")
    made = excerpt_of(text, [(0, 6), (at[0], at[0] + 14), (at[1], at[1] + 7)], 120)
    assert made.text.startswith("…")
    assert made.text.endswith("…")
    assert [made.text[start:end] for start, end in made.matches] == ["31 August 2027", "renewed"]
    assert 0 < made.text.index("31 August") < 40


def test_matches_survive_collapsed_white_space():
    text = "  하나\n\n둘   셋 \t 넷  "
    made = excerpt_of(text, [(text.index("둘"), text.index("셋") + 1), (text.index("넷"), text.index("넷") + 1)])
    assert made.text == "하나 둘 셋 넷"
    assert [made.text[start:end] for start, end in made.matches] == ["둘 셋", "넷"]


def test_odd_ranges_do_no_harm():
    assert excerpt_of("", [(0, 0)]).text == ""
    assert excerpt_of("abc", [(5, 9), (-1, 2), (2, 1)]).matches == ()


@pytest.mark.parametrize("text", ["word " * 200, "가나다라마바사 " * 100, "한" * 900, "🦭🦭 " * 300])
def test_an_excerpt_view_takes_at_most_its_lines(qtbot, text):
    view = ExcerptView(Theme("light"), excerpt_of(text, [(0, 2)]))
    qtbot.addWidget(view)
    for width in (80, 244, 400):
        assert view.heightForWidth(width) <= LINES * 20
        view.resize(width, view.heightForWidth(width))
        assert not view.grab().isNull()
