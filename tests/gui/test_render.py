"""Markdown nobody vouches for: shown as meant, loading nothing, growing without being written anew."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF, QUrl
from PySide6.QtGui import QImage, QPainter, QTextCursor, QTextDocument

from desktop.render import CHIP, SOURCE, MarkdownDocument, may_open, plain_text
from desktop.theme import Theme

SAMPLE = """The lease ends on **31 August 2027** [1].

네, 3월 12일에 진이가 `모퉁이 방`을 쓰고 싶어 한다고 말씀하셨습니다 [2, 3]. [9]

# A heading
- one
- two with *emphasis*
  1. nested
  2. again

> quoted
> words

| Month | Rent |
|---|--:|
| March | 1,200 [1] |

```python
def f(x):
\treturn x  # [1]
```
---
Last words, https://example.org/a_b.
"""


@pytest.fixture
def document(qapp) -> MarkdownDocument:
    return MarkdownDocument(Theme("light"))


def chips(document: MarkdownDocument) -> list[str]:
    """The links of the document's chips, in order."""
    links, cursor = [], QTextCursor(document)
    while not cursor.atEnd():
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        if cursor.charFormat().objectType() == CHIP:
            links.append(cursor.charFormat().anchorHref())
    return links


def links(document: MarkdownDocument) -> set[str]:
    found, cursor = set(), QTextCursor(document)
    while not cursor.atEnd():
        cursor.movePosition(QTextCursor.MoveOperation.NextCharacter)
        if cursor.charFormat().isAnchor():
            found.add(cursor.charFormat().anchorHref())
    return found


def all_words(document: MarkdownDocument) -> str:
    cursor = QTextCursor(document)
    cursor.select(QTextCursor.SelectionType.Document)
    return plain_text(cursor)


def test_citations_among_the_sources_are_chips_and_no_others(document):
    document.set_markdown(SAMPLE, {1, 2, 3})
    assert chips(document) == [f"{SOURCE}:{number}" for number in (1, 2, 3, 1)]
    words = all_words(document)
    assert "말씀하셨습니다 [2][3]. [9]" in words
    assert "return x  # [1]" in words  # in code a bracket is a bracket
    document.set_markdown("As said [1].", ())
    assert chips(document) == []


@pytest.mark.parametrize("size", [1, 3, 17])
def test_a_growing_text_ends_as_the_whole_one(document, size):
    for end in range(0, len(SAMPLE), size):
        document.set_markdown(SAMPLE[:end], {1, 2, 3})
    document.set_markdown(SAMPLE, {1, 2, 3})
    whole = MarkdownDocument(Theme("light"))
    whole.set_markdown(SAMPLE, {1, 2, 3})
    assert document.toHtml() == whole.toHtml()
    for each in (document, whole):
        each.setTextWidth(640)
    assert document.size() == whole.size()


def test_growing_leaves_what_is_settled_untouched(document):
    changed = []
    document.set_markdown("one\n\ntwo\n\nthr", ())
    document.contentsChange.connect(lambda at, _removed, _added: changed.append(at))
    document.set_markdown("one\n\ntwo\n\nthree and more", ())
    assert min(changed) >= len("one\ntwo")


def test_raw_html_stays_text(document):
    document.set_markdown("<b>x</b> <img src='file:///etc/passwd'> <script>alert(1)</script>")
    assert "<b>x</b>" in all_words(document)
    assert "<script>" in all_words(document)


def test_nothing_is_ever_loaded(document, tmp_path):
    picture = tmp_path / "picture.png"
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    assert image.save(str(picture))
    address = QUrl.fromLocalFile(str(picture)).toString()
    document.set_markdown(f"![a picture]({address}) ![another](https://example.org/x.png)")
    assert "<img" not in document.toHtml()
    assert document.resource(QTextDocument.ResourceType.ImageResource.value, QUrl(address)) is None


@pytest.mark.parametrize(
    ("link", "may"),
    [
        ("https://example.org", True),
        ("http://example.org/a?b", True),
        ("mailto:jin@example.org", True),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("data:text/html,x", False),
        ("source:1", False),
        ("smb://host/share", False),
        ("", False),
    ],
)
def test_only_web_and_mail_links_are_links(document, link, may):
    assert may_open(link) is may
    document.set_markdown(f"[words]({link})")
    assert bool(links(document)) is may
    assert "words" in all_words(document)


def test_bare_addresses_are_links_without_the_sentence_end(document):
    document.set_markdown("See https://example.org/a_b. Or (https://x.org/y)!")
    assert links(document) == {"https://example.org/a_b", "https://x.org/y"}


def test_a_list_of_sources_is_shown_not_swallowed_as_definitions(document):
    document.set_markdown("[1]: https://example.org\n[2]: the contract", ())
    assert "[1]: https://example.org" in all_words(document)


@pytest.mark.parametrize("text", ['**"이름"**은 여기', "계약**(안)**을 보면", "그는 **서울(首爾)**에서"])
def test_korean_particles_may_follow_bold_punctuation(document, text):
    document.set_markdown(text)
    assert "*" not in all_words(document)


def test_korean_wraps_between_words(document):
    words = (
        "전대는 임대인의 동의가 있어야 하므로 먼저 동의를 받으셔야 합니다 그리고 석 달 전에 해지하지 않으면 연장됩니다"
    )
    document.set_markdown(words)
    for width in range(120, 400, 20):
        document.setTextWidth(width)
        document.size()
        layout, text = document.begin().layout(), document.begin().text()
        lines = [layout.lineAt(number) for number in range(layout.lineCount())]
        broken = [text[line.textStart() : line.textStart() + line.textLength()].strip() for line in lines]
        assert " ".join(broken) == words
        assert all(part in words.split() for line in broken for part in line.split())


def test_lines_are_evenly_apart_whatever_the_script(document):
    document.set_markdown("Latin words and 한글 그리고 漢字 with `code` and [1]\n\nplain", {1})
    document.setTextWidth(90)
    document.size()
    layout = document.begin().layout()
    assert layout.lineCount() > 3
    pitches = {round(layout.lineAt(n + 1).y() - layout.lineAt(n).y()) for n in range(layout.lineCount() - 1)}
    assert pitches == {24}


def test_a_copy_of_a_selection_reads_as_typed(document):
    document.set_markdown(SAMPLE, {1, 2, 3})
    words = all_words(document)
    assert words.startswith("The lease ends on 31 August 2027 [1].")
    assert "• one\n• two with emphasis\n1. nested\n2. again" in words
    assert "def f(x):\n\treturn x" in words
    assert "\ufffc" not in words
    assert "\u2028" not in words


def test_a_copy_with_emoji_keeps_its_citation(document):
    document.set_markdown("🦭🦭 seal [2] end", {2})
    assert all_words(document) == "🦭🦭 seal [2] end"


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "*" * 20_000,
        "> " * 3_000 + "x",
        "- " * 3_000 + "x",
        "`" * 20_001,
        "|" * 5_000 + "\n" + "|-" * 5_000,
        "![](" * 5_000,
        "x" * 300_000,
        "\0\r\n\ud7ff\uffff",
    ],
)
def test_hostile_text_is_shown_and_painted(document, text):
    document.set_markdown(text, {1})
    document.setTextWidth(640)
    image = QImage(640, 400, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    document.draw_grounds(painter, QRectF(0, 0, 640, 400))
    document.drawContents(painter, QRectF(0, 0, 640, 400))
    painter.end()
    assert not set(all_words(document)) - set(text) - {"•", " ", "\n", "\ufffd"}
    if text.endswith("x"):
        assert all_words(document).endswith("x")  # however deep it stands


def test_a_large_table_is_shown_as_text(document):
    row = "|" + "a|" * 30 + "\n"
    document.set_markdown(row + "|" + "--|" * 30 + "\n" + row)
    assert "a | a" in all_words(document)
