"""A PDF's pages for the eye: pictures, and where words stand on them, as PDFium itself says and as the ink shows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from knowledge.errors import FileMissing, FileUnreadable
from knowledge.readers import sandbox
from knowledge.readers.alignment import NOWHERE, occurrences, places
from knowledge.readers.page_viewer import PageViewer, Share
from knowledge.readers.reading import DAMAGED, FATAL
from knowledge.readers.sandbox import Limits
from tests.e2e.papers import LEASE, write_pdf

SENTENCE = "The lease of the Busan office ends on 31 August 2027. It is renewed by one year"


@pytest.fixture(scope="module")
def viewer() -> Iterator[PageViewer]:
    viewer = PageViewer()
    yield viewer
    viewer.close()


@pytest.fixture
def lease(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "임대차 계약서.pdf", LEASE)


def boxes(path: Path, page: int, words: str) -> list[Share]:
    """Where PDFium's own search finds the words, as shares of the page."""
    document = pypdfium2.PdfDocument(path)
    sheet = document[page - 1]
    wide, high = sheet.get_size()
    text = sheet.get_textpage()
    found = []
    search = text.search(words)
    while (place := search.get_next()) is not None:
        start, count = place
        parts = [text.get_charbox(at) for at in range(start, start + count)]
        left, bottom, right, top = (
            pick(part[side] for part in parts) for side, pick in ((0, min), (1, min), (2, max), (3, max))
        )
        found.append((left / wide, 1 - top / high, right / wide, 1 - bottom / high))
    document.close()
    return found


def covers(mark: Share, box: Share) -> bool:
    slack = 0.004
    return (
        mark[0] <= box[0] + slack
        and mark[1] <= box[1] + slack
        and mark[2] >= box[2] - slack
        and mark[3] >= box[3] - slack
        and mark[2] - mark[0] < box[2] - box[0] + 0.02  # and not much more than that
        and mark[3] - mark[1] < 0.03
    )


def ranges(text: str, *words: str) -> list[tuple[int, int]]:
    return [(text.index(word), text.index(word) + len(word)) for word in words]


def test_sizes_and_pictures(viewer: PageViewer, lease: Path) -> None:
    assert viewer.sizes(lease) == [(595.0, 842.0)] * 3
    picture = viewer.picture(lease, 2, 500)
    assert (picture.width, picture.height) == (500, 708)
    assert len(picture.pixels) == picture.stride * picture.height
    assert 0.7 < picture.pixels.count(255) / len(picture.pixels) < 1, "black words on white paper"


def test_marks_lie_over_the_words(viewer: PageViewer, lease: Path) -> None:
    marks = viewer.marks(lease, 2, SENTENCE, ranges(SENTENCE, "31 August 2027", "renewed"), "busan")
    date, renewed = marks.matches
    assert len(date) == len(renewed) == 1
    assert covers(date[0], boxes(lease, 2, "31 August 2027")[0])
    assert covers(renewed[0], boxes(lease, 2, "renewed")[0])
    assert covers(marks.found[0][0], boxes(lease, 2, "Busan")[0])
    assert len(marks.passage) == 2, "two lines"
    picture = viewer.picture(lease, 2, 1000)

    def ink(share: Share) -> float:
        left, top, right, bottom = (
            round(value * (picture.width if side % 2 == 0 else picture.height)) for side, value in enumerate(share)
        )
        rows = [
            picture.pixels[y * picture.stride + 3 * left : y * picture.stride + 3 * right : 3]
            for y in range(top, bottom)
        ]
        return sum(value < 128 for row in rows for value in row) / max(1, sum(map(len, rows)))

    assert ink(date[0]) > 0.05
    _, top, right, bottom = date[0]
    assert ink((right + 0.05, top, right + 0.2, bottom)) == 0, "nothing stands behind the line's end"


def test_nothing_is_marked_where_the_words_do_not_stand(viewer: PageViewer, lease: Path) -> None:
    marks = viewer.marks(lease, 3, SENTENCE, ranges(SENTENCE, "31 August 2027"), "seahorse")
    assert (marks.passage, marks.matches, marks.found) == ((), ((),), ())


def test_a_word_broken_at_a_lines_end_has_two_places(viewer: PageViewer, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [["The tenant signs this agree-", "ment before the month is over."]])
    text = "The tenant signs this agreement before the month is over."
    [word] = viewer.marks(path, 1, text, ranges(text, "agreement")).matches
    assert len(word) == 2
    assert word[0][1] < word[1][1]
    assert covers(word[1], boxes(path, 1, "ment")[0])


def test_a_turned_and_cut_page(viewer: PageViewer, lease: Path, tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(lease)
    document[1].set_rotation(90)
    document[1].set_cropbox(0, 421, 595, 842)
    turned = tmp_path / "turned.pdf"
    document.save(turned)
    document.close()
    assert viewer.sizes(turned)[1] == (421.0, 595.0)
    left, top, right, bottom = boxes(lease, 2, "31 August 2027")[0]
    [[mark]] = viewer.marks(turned, 2, SENTENCE, ranges(SENTENCE, "31 August 2027")).matches
    # turned to the right: what was at the left is at the top, what was at the top is at the right
    assert mark[1] == pytest.approx(left, abs=0.01)
    assert mark[3] == pytest.approx(right, abs=0.01)
    assert mark[0] == pytest.approx(1 - 2 * bottom, abs=0.02)
    assert mark[2] == pytest.approx(1 - 2 * top, abs=0.02)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n", b"no PDF at all", b"%PDF-1.4\n1 0 obj << /Type /Catalog"])
def test_a_broken_file_costs_one_sentence(viewer: PageViewer, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.pdf"
    path.write_bytes(content)
    with pytest.raises(FileUnreadable) as error:
        viewer.sizes(path)
    assert error.value.facts["reason"] == DAMAGED


def test_a_page_or_a_file_that_is_not_there(viewer: PageViewer, lease: Path, tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable):
        viewer.picture(lease, 4, 100)
    with pytest.raises(FileMissing):
        viewer.picture(tmp_path / "gone.pdf", 1, 100)
    assert viewer.sizes(lease), "the process is still there"


def test_a_changed_file_is_opened_anew(viewer: PageViewer, lease: Path) -> None:
    assert len(viewer.sizes(lease)) == 3
    write_pdf(lease, [["Only one page."]])
    assert len(viewer.sizes(lease)) == 1


# A page-drawing process that was taken over by a hostile document.
LYING = """
import json, os, struct, sys, zlib, base64
def send(frame):
    data = json.dumps(frame).encode()
    os.write(1, struct.pack(">I", len(data)) + data)
sys.stdin.readline()
send({"ready": True})
for line in sys.stdin:
    request = json.loads(line)
    way = os.path.basename(request["path"])
    pixels = lambda count: base64.b64encode(zlib.compress(bytes(count))).decode()
    if way == "dies": os.abort()
    if way == "shape": send({"picture": 5})
    if way == "huge": send({"picture": dict(width=10**6, height=10**6, stride=3 * 10**6, channels=3, pixels=pixels(9))})
    if way == "short": send({"picture": dict(width=10, height=10, stride=30, channels=3, pixels=pixels(9))})
    if way == "bomb": send({"picture": dict(width=10, height=10, stride=30, channels=3, pixels=pixels(10**8))})
    if way == "kind": send({"error": ["SystemExit", {}]})
    if way == "far": send({"marks": {"passage": [[-5, 2, 1e9, "x"]], "matches": [], "found": []}})
"""


@pytest.mark.parametrize("way", ["dies", "shape", "huge", "short", "kind", "far"])
def test_a_process_that_lies_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    script = tmp_path / "lying.py"
    script.write_text(LYING)
    start = sandbox.subprocess.Popen
    monkeypatch.setattr(
        sandbox.subprocess, "Popen", lambda command, **options: start([sys.executable, str(script)], **options)
    )
    viewer = PageViewer(Limits(seconds=20, silent_seconds=20))
    try:
        with pytest.raises(FileUnreadable) as error:
            if way == "far":
                viewer.marks(tmp_path / way, 1, "", ())
            else:
                viewer.picture(tmp_path / way, 1, 100)
        assert error.value.facts["reason"] == FATAL
        bomb = viewer.picture(tmp_path / "bomb", 1, 100)
        assert len(bomb.pixels) == 300, "no more is unpacked than the picture has"
    finally:
        viewer.close()


# ---------------------------------------------------------------- letters


def test_letters_are_found_in_other_lines_hyphens_ligatures_and_order() -> None:
    text = "An efficient office keeps the agreement in order.\n두 번째 단에 있는 계약 기간은 이 년이다."
    page = "두 번째 단에 있는 계약\r\n기간은 이 년이다. "
    page += "An e\ufb03cient o\ufb03ce keeps the agree\ufffe\r\nment in order."
    found = places(text, page)
    for word in ("efficient", "office", "agreement", "계약 기간은"):
        at = text.index(word)
        said = "".join(page[place] for place in found[at : at + len(word)] if place != NOWHERE)
        assert said.replace("\ufb03", "ffi").startswith(word.partition(" ")[0][:3])
        assert found[at] != NOWHERE
        assert found[at + len(word) - 1] != NOWHERE
    assert places("nothing of this is there at all", page) == [NOWHERE] * 31


def test_occurrences_in_whatever_case_and_spaces() -> None:
    text = "The Busan\n office; the BU-\r\nSAN Office; 부산\u00a0사무실"
    assert [text[start:end] for start, end in occurrences("busan  office", text)] == [
        "Busan\n office",
        "BU-\r\nSAN Office",
    ]
    assert [text[start:end] for start, end in occurrences("부산사무실", text)] == ["부산\u00a0사무실"]
    assert occurrences(" ", text) == []


def test_a_short_word_in_a_gap_is_found() -> None:
    text = "It was 12 km to the harbour and back again in the evening."
    page = "It was 12\ufffdkm to\x07 the harbour and back again in the evening."
    at = text.index("12 km")
    assert places(text, page)[at] == page.index("12")
