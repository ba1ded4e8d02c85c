"""Every reader on real files made on the fly: text, structure, titles; and files that are broken, empty or hostile."""

from __future__ import annotations

import io
import logging
import random
import unicodedata
import zipfile
from pathlib import Path

import docx
import pytest

from knowledge.errors import FileEmpty, FileMissing, FileTypeUnknown, FileUnreadable, KnowledgeError
from knowledge.readers import SUFFIXES, Section, read
from knowledge.readers.html import DEEPEST
from knowledge.readers.pdf import paragraphs

KOREAN = "해마는 기억을 맡은 뇌의 부분이다. 바다에 사는 물고기의 이름이기도 하다.\n둘째 줄에는 값 1,200원이 있다."


def taken(path: Path) -> list[Section]:
    return list(read(path).sections)


def words(path: Path) -> str:
    return "\n\n".join(section.text for section in taken(path))


def written(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp949", "euc-kr"]
)
def test_korean_text_in_its_encodings(tmp_path: Path, encoding: str) -> None:
    text = f"Report 2024\n{KOREAN}"
    assert words(written(tmp_path, "보고서.txt", text.encode(encoding))) == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Fußgänger überqueren die Straße; Äpfel kosten fünf Öre. " * 5, "cp1252"),
        ("Ce café a été ouvert à l'été, où l'on mange des crêpes. " * 5, "latin-1"),
        ("これは日本語の文章です。漢字とかなが混ざっています。" * 5, "shift_jis"),
        ("这是一个中文句子,用来测试编码的识别能力。我们希望它能正确。" * 5, "gbk"),
        ("Il a mangé.", "latin-1"),
        ("Это предложение написано по-русски для проверки кодировки. " * 5, "cp1251"),
    ],
)
def test_other_old_encodings_are_not_taken_for_korean(tmp_path: Path, text: str, encoding: str) -> None:
    assert words(written(tmp_path, "old.txt", text.encode(encoding))) == text.strip()


def test_rare_syllables_of_cp949_are_read(tmp_path: Path) -> None:
    text = "펲시콜라를 마시며 똠방각하를 보았다. " * 3
    assert words(written(tmp_path, "a.txt", text.encode("cp949"))) == text.strip()


def test_text_is_normalised(tmp_path: Path) -> None:
    raw = unicodedata.normalize("NFD", "한글") + "\r\nsoft\u00adhyphen\u200b \x07bell  \r\r\n\n\n\nend\x0cpage\n"
    assert words(written(tmp_path, "a.log", raw)) == "한글\nsofthyphen bell\n\nend\npage"


@pytest.mark.parametrize("content", [b"", b"   \n\t\r\n", b"\xef\xbb\xbf\n", "\ufeff \u200b".encode("utf-16")])
def test_nothing_but_space_is_empty(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FileEmpty):
        taken(written(tmp_path, "a.txt", content))


def test_binary_data_is_no_text(tmp_path: Path) -> None:
    dice = random.Random(1)
    for size in (200, 5000, 100_000):
        for suffix in (".txt", ".md", ".html"):
            with pytest.raises(FileUnreadable, match="binary"):
                taken(written(tmp_path, f"noise{suffix}", dice.randbytes(size)))


def test_a_character_cut_off_at_the_end_costs_only_itself(tmp_path: Path) -> None:
    assert words(written(tmp_path, "a.txt", "바다와 해마".encode()[:-1])) == "바다와 해"
    assert words(written(tmp_path, "b.txt", KOREAN.encode("cp949")[:-1] + b"\xb0")).startswith("해마는 기억을")


# ---------------------------------------------------------------- Markdown


def test_markdown_becomes_text_under_headings(tmp_path: Path) -> None:
    source = """---
title: "The handbook"
---
Before all.

# Install

Run **this** [command](http://example.org/x "t") now.
Second line & more &amp; `code`.

## Linux

- one
- two
  - three

```sh
apt install haema
```

| Port | Use |
|------|-----|
| 22   | SSH |

![a seahorse](http://example.org/x.png)<br>Text <b>bold</b>

# Use
"""
    path = written(tmp_path, "handbook.md", source)
    assert read(path).title == "The handbook"
    sections = taken(path)
    assert [section.heading for section in sections] == [None, "Install", "Install › Linux", "Use"]
    assert sections[1].text == "Install\n\nRun this command now.\nSecond line & more & code."
    assert sections[2].text == (
        "Linux\n\none\ntwo\nthree\n\napt install haema\n\nPort | Use\n22 | SSH\n\na seahorse\nText bold"
    )
    assert read(written(tmp_path, "b.md", "text\n\nTitle\n=====\n")).title == "Title"


# ---------------------------------------------------------------- HTML


def test_html_gives_the_main_text_under_headings(tmp_path: Path) -> None:
    source = """<!doctype html><html><head><title>Sea &amp; horse</title><style>p{}</style>
    <script>document.write("no")</script></head><body><header>Logo</header><nav><a>Menu</a></nav>
    <main><h1>Top<a href="#top">¶</a></h1><p>Hello <b>bo</b>ld<br>line<script>x</script></p>
    <ul><li>one</li><li><p>two</p><ul><li>three</li></ul></li></ul>
    <table><tr><th>Port<th>Use</tr><tr><td><p>22</p></td><td>SSH</td></tr></table>
    <pre>a = 1
      b = 2</pre><h2>Sub</h2>loose text<div>block</div><img alt="a picture" src="http://example.org/p.png">
    <p hidden>secret</p></main>
    <aside>Ads</aside><footer>Imprint</footer></body></html>"""
    path = written(tmp_path, "page.html", source)
    assert read(path).title == "Sea & horse"
    top, sub = taken(path)
    assert top.heading == "Top"
    assert top.text == "Top\n\nHello bold line\n\none\ntwo\nthree\n\nPort | Use\n22 | SSH\n\na = 1\n      b = 2"
    assert (sub.heading, sub.text) == ("Top › Sub", "Sub\n\nloose text\n\nblock\n\na picture")


def test_a_main_part_that_holds_little_is_not_taken_for_the_page(tmp_path: Path) -> None:
    body = "<p>" + "A long story about seahorses. " * 20 + "</p>"
    path = written(tmp_path, "a.htm", f"<body><nav>menu</nav>{body}<article>An advertisement</article></body>")
    assert "long story" in words(path)
    assert "menu" not in words(path)


def test_html_in_the_encoding_it_declares_or_falsely_declares(tmp_path: Path) -> None:
    page = (
        '<html><head><meta http-equiv="Content-Type" content="text/html; charset={}"><title>t</title></head><p>{}</p>'
    )
    line = KOREAN.splitlines()[0]
    for declared, real in (("euc-kr", "cp949"), ("EUC-KR", "utf-8"), ("utf-8", "cp949"), ("nonsense", "utf-8")):
        assert words(written(tmp_path, "k.html", page.format(declared, line).encode(real))) == line
    assert words(written(tmp_path, "u.html", page.format("utf-8", line).encode("utf-16"))) == line


def test_html_nested_beyond_all_measure(tmp_path: Path) -> None:
    assert words(written(tmp_path, "a.html", "<div><b>" * 5000 + "deep")) == "deep"
    with pytest.raises(FileUnreadable):
        taken(written(tmp_path, "b.html", "<div>" * (DEEPEST + 1) + "deep"))


# ---------------------------------------------------------------- PDF


def pdf(*pages: str, title: str = "", outline: bool = False) -> bytes:
    """A small PDF, written by hand: a page for each text, a line of Helvetica for each of its lines."""
    objects = ["<< /Type /Catalog /Pages 2 0 R%s >>" % (" /Outlines 5 0 R" if outline else "")]
    kids = " ".join(f"{6 + 3 * n} 0 R" for n in range(len(pages)))
    objects += [f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>"]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    objects += [f"<< /Title ({title}) >>", f"<< /First 8 0 R /Last {5 + 3 * len(pages)} 0 R /Count {len(pages)} >>"]
    fonts = "/Resources << /Font << /F1 3 0 R >> >>"
    for n, page in enumerate(pages):
        lines = " T* ".join(f"({line}) Tj" for line in page.splitlines())
        content = f"BT /F1 11 Tf 14 TL 50 780 Td {lines} ET"
        first = 6 + 3 * n
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 1} 0 R {fonts} >>",
            f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
            f"<< /Title (Chapter {n + 1}) /Parent 5 0 R /Dest [{first} 0 R /Fit]"
            + (f" /Next {first + 5} 0 R" if n + 1 < len(pages) else "")
            + " >>",
        ]
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1"))
    start = out.tell()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode())
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def test_pdf_by_pages_with_title_and_bookmarks(tmp_path: Path) -> None:
    path = written(tmp_path, "바다 sea.pdf", pdf("The first page.", "", "The third page.", title="Sea", outline=True))
    assert read(path).title == "Sea"
    assert [(section.page, section.heading, section.text) for section in taken(path)] == [
        (1, "Chapter 1", "The first page."),
        (3, "Chapter 3", "The third page."),
    ]
    assert read(written(tmp_path, "b.pdf", pdf("x", title="Microsoft Word - draft.doc"))).title is None


def test_lines_of_a_pdf_become_paragraphs() -> None:
    raw = (
        "The hippocampus is a part of the brain that is needed to re\ufffe"
        "member what happened; its \ufb01rst descrip\ufffe\r\ntion is old, and its name means\r\n"
        "seahorse in Greek, for it looks like one when it is seen from the side whole.\r\n"
        "It ends here.\r\n"
        "A new paragraph begins here and goes on for as long as the others went before\r\n"
        "it, then stops.\r\n"
        "1. An item of a list that stands by itself, although the line before is long enough"
    )
    first, second, third = paragraphs(raw).split("\n\n")
    assert first.startswith(
        "The hippocampus is a part of the brain that is needed to remember what happened; its first"
    )
    assert "description is old, and its name means seahorse in Greek" in first
    assert second == "A new paragraph begins here and goes on for as long as the others went before it, then stops."
    assert third.endswith("long enough")


def test_korean_words_broken_at_the_margin_are_whole_again() -> None:
    lines = [
        "해마는 기억을 맡은 뇌의 부분으로서 새로운 것을 배우고 오래 간직하는 ",
        "데에 꼭 필요하며 그 이름은 바다에 사는 물고기에서 왔다고 알려져 있으며 물고",
        "기의 모양을 닮았기 때문에 그렇게 부른다고 하는데 실제로 보면 아주 비슷한 ",
        "모양이라는 것을 누구나 알 수 있고 사진으로 보아도 그 점은 다르지 않아서 ",
        "오늘날까지 그 이름이 그대로 쓰이고 있으며 앞으로도 바뀌지 않을 것이라고 ",
        "사람들은 말한다",
    ]
    text = paragraphs("\r\n".join(lines))
    assert "물고기의 모양을" in text
    assert "간직하는 데에" in text


def test_ligatures_vertical_writing_and_tables_of_numbers() -> None:
    assert paragraphs("e\ufb03cient \ufb02ow") == "efficient flow"
    assert paragraphs("\r\n".join("第二条の項")) == "第二条の項"
    assert paragraphs("1\r\n22\r\n3") == "1\n22\n3"


def test_korean_pdf_of_a_real_writer(tmp_path: Path, qapp: object) -> None:
    from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QPainter, QPdfWriter

    families = QFontDatabase.families(QFontDatabase.WritingSystem.Korean)
    if not families:
        pytest.skip("no font with Hangul is installed")
    path = tmp_path / "한글 문서.pdf"
    writer = QPdfWriter(str(path))
    painter = QPainter(writer)
    painter.setFont(QFont(QFontInfo(QFont(families[0])).family(), 12))
    painter.drawText(500, 1000, "해마는 기억을 맡는다")
    writer.newPage()
    painter.drawText(500, 1000, "둘째 쪽의 비밀번호는 바다")
    painter.end()
    del painter, writer
    assert [(section.page, section.text) for section in taken(path)] == [
        (1, "해마는 기억을 맡는다"),
        (2, "둘째 쪽의 비밀번호는 바다"),
    ]


def test_pdf_without_text_broken_or_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(FileEmpty):
        taken(written(tmp_path, "scan.pdf", pdf("", "")))
    whole = pdf("The first page.", "The second page.")
    for content in (b"%PDF-1.7\n", b"PK\x03\x04", b"hello", b"\x00" * 100):
        with pytest.raises(FileUnreadable):
            taken(written(tmp_path, "broken.pdf", content))
    assert "first page" in words(
        written(tmp_path, "cut.pdf", whole.replace(b"startxref\n", b"startxref\n9"))
    )  # its table of objects is rebuilt


# ---------------------------------------------------------------- DOCX


def word_file(tmp_path: Path, name: str = "문서 one.docx") -> Path:
    document = docx.Document()
    document.core_properties.title = "The contract"
    document.add_paragraph("Foreword")
    document.add_heading("Duties", 1)
    document.add_paragraph("The tenant pays 1,200,000 won.")
    table = document.add_table(2, 3)
    for row, cells in enumerate((("Item", "Price", "When"), ("Rent", "1,200,000", "monthly\non the 5th"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.add_heading("Deadlines", 2)
    document.add_paragraph("세입자는 3월 2일까지 열쇠를 돌려준다.")
    document.save(str(tmp_path / name))
    return tmp_path / name


def repacked(path: Path, part: str, change) -> Path:
    """The package with one part changed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def test_docx_in_body_order_with_tables_and_headings(tmp_path: Path) -> None:
    path = word_file(tmp_path)
    assert read(path).title == "The contract"
    assert [(section.heading, section.text) for section in taken(path)] == [
        (None, "Foreword"),
        (
            "Duties",
            "Duties\n\nThe tenant pays 1,200,000 won.\n\nItem | Price | When\nRent | 1,200,000 | monthly on the 5th",
        ),
        ("Duties › Deadlines", "Deadlines\n\n세입자는 3월 2일까지 열쇠를 돌려준다."),
    ]


def test_docx_keeps_what_python_docx_leaves_out(tmp_path: Path) -> None:
    body = b"""<w:sdt><w:sdtContent><w:p><w:r><w:t>in a content control</w:t></w:r></w:p></w:sdtContent></w:sdt>
    <w:p><w:ins w:id="1" w:author="a"><w:r><w:t xml:space="preserve">inserted </w:t></w:r></w:ins>
    <w:del w:id="2" w:author="a"><w:r><w:delText>deleted</w:delText></w:r></w:del>
    <w:hyperlink><w:r><w:t>linked</w:t></w:r></w:hyperlink><w:r><w:tab/><w:t>tabbed</w:t></w:r>
    <w:r><w:instrText>PAGEREF x</w:instrText></w:r>
    <w:r><w:pict><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"""
    path = repacked(word_file(tmp_path), "word/document.xml", lambda xml: xml.replace(b"<w:body>", b"<w:body>" + body))
    start = words(path).split("Foreword")[0].split("\n\n")
    assert [line.replace("\t", " ").strip() for line in start if line] == [
        "in a content control",
        "inserted linked tabbed",
        "boxed",
    ]


def test_docx_notes_follow_the_paragraph_that_cites_them(tmp_path: Path) -> None:
    path = word_file(tmp_path)
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    note = f"""<w:footnotes xmlns:w="{name}">
    <w:footnote w:type="separator" w:id="0"><w:p><w:r><w:t>separator</w:t></w:r></w:p>
    </w:footnote><w:footnote w:id="2"><w:p><w:r><w:t>Except in August.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    repacked(path, "word/footnotes.xml", lambda _: note.encode())
    reference = b'won.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    repacked(path, "word/document.xml", lambda xml: xml.replace(b"won.</w:t></w:r>", reference))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="footnotes.xml"/></Relationships>'.encode()
    repacked(path, "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", relation))
    assert "The tenant pays 1,200,000 won.[1]\n\n[1] Except in August.\n\nItem | Price" in words(path)
    assert "separator" not in words(path)


def test_docx_fetches_and_expands_nothing(tmp_path: Path) -> None:
    secret = written(tmp_path, "secret.txt", "the secret of another file")
    entities = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY a "{"b" * 1000}"><!ENTITY c "&a;&a;">]>'.encode()
    )

    def hostile(xml: bytes) -> bytes:
        start = xml.index(b"<w:document")
        return xml[:start] + entities + xml[start:].replace(b"Foreword", b"Foreword &x;&c;")

    path = repacked(word_file(tmp_path), "word/document.xml", hostile)
    try:
        text = words(path)
    except FileUnreadable:
        return
    assert "secret" not in text
    assert "bbb" not in text


def test_docx_broken_or_a_bomb(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for name, content in {
        "a": b"PK\x03\x04",
        "b": b"plain words",
        "c": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    }.items():
        with pytest.raises(FileUnreadable, match="damaged"):
            taken(written(tmp_path, f"{name}.docx", content))
    path = repacked(word_file(tmp_path), "word/document.xml", lambda xml: xml.replace(b"</w:body>", b"<w:oops>Rent"))
    with caplog.at_level(logging.WARNING), pytest.raises(FileUnreadable):
        taken(path)
    assert "XMLSyntaxError" in caplog.text
    assert "Rent" not in caplog.text
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"<a>" + b" " * (257 * 1024**2))
    with pytest.raises(FileUnreadable, match="too large"):
        taken(tmp_path / "bomb.docx")


# ---------------------------------------------------------------- all of them


def test_what_is_not_there_and_what_nobody_reads(tmp_path: Path) -> None:
    for suffix in SUFFIXES:
        with pytest.raises(FileMissing):
            read(tmp_path / f"nowhere{suffix}")
        with pytest.raises(FileEmpty):
            taken(written(tmp_path, f"zero{suffix.upper()}", b""))
    with pytest.raises(FileTypeUnknown):
        read(written(tmp_path, "a.xyz", "words"))


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html", ".md", ".txt"])
def test_mutated_files_end_in_text_or_in_a_sentence(tmp_path: Path, suffix: str) -> None:
    good = {
        ".pdf": lambda: pdf("The first page.", "The second page.", outline=True),
        ".docx": lambda: word_file(tmp_path).read_bytes(),
        ".html": lambda: b"<html><body><table><tr><td>a<td>b</table><h1>x</h1><ul><li>y</ul></body></html>",
        ".md": lambda: b"---\ntitle: x\n---\n# A\n\n| a | b |\n|---|---|\n| c | d |\n\n- e\n  - <b>f</b>\n",
        ".txt": lambda: KOREAN.encode("cp949"),
    }[suffix]()
    dice = random.Random(3)
    outcomes = set()
    for _ in range(120):
        bad = bytearray(good)
        for _ in range(dice.randrange(1, 8)):
            at = dice.randrange(len(bad))
            if dice.random() < 0.3:
                del bad[at : at + dice.randrange(30)]
            else:
                bad[at : at + 1] = dice.randbytes(dice.randrange(1, 4))
            bad = bad or bytearray(good)
        try:
            taken(written(tmp_path, f"mutated{suffix}", bytes(bad)))
            outcomes.add("read")
        except KnowledgeError as error:
            outcomes.add(type(error).__name__)
    assert outcomes <= {"read", "FileUnreadable", "FileEmpty"}
    assert "read" in outcomes or suffix == ".docx"
