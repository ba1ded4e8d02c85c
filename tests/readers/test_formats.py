"""Every other format, by small files made here: text in order, structure, titles, Korean; what is locked or hostile."""

from __future__ import annotations

import io
import json
import shutil
import struct
import zipfile
import zlib
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from knowledge.errors import FileEmpty, FileUnreadable, PagesWithoutText, PartsLeftOut
from knowledge.readers import Section, archive, read
from knowledge.readers.numbering import Numbering, Outline, shaped
from knowledge.readers.pdf import ranges
from knowledge.readers.reading import DAMAGED, DISTRIBUTED, OUTDATED, PROTECTED, RIGHTS

KOREAN = "해마는 기억을 맡은 뇌의 부분이다."


def written(tmp_path: Path, name: str, content: bytes | str) -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def taken(path: Path) -> list[Section]:
    return list(read(path).sections)


def words(path: Path) -> str:
    return "\n\n".join(section.text for section in taken(path))


def refused(path: Path, reason: str) -> None:
    with pytest.raises(FileUnreadable) as error:
        taken(path)
    assert error.value.facts["reason"] == reason


# ---------------------------------------------------------------- HWP


def record(tag: int, level: int, data: bytes = b"") -> bytes:
    return struct.pack("<I", tag | level << 10 | min(len(data), 0xFFF) << 20) + (
        struct.pack("<I", len(data)) + data if len(data) >= 0xFFF else data
    )


def counted(text: str) -> bytes:
    return struct.pack("<H", len(text)) + text.encode("utf-16-le")


def anchor(code: int, name: str) -> bytes:
    return struct.pack("<H4s8xH", code, name.encode()[::-1], code)


def paragraph(level: int, text: bytes | str, style: int = 0, shape: int = 0) -> bytes:
    raw = text.encode("utf-16-le") if isinstance(text, str) else text
    head = struct.pack("<IIHB11x", len(raw) // 2, 0, shape, style)
    return record(66, level, head) + record(67, level + 1, raw + struct.pack("<H", 13))


def control(level: int, name: str, data: bytes = b"") -> bytes:
    return record(71, level, name.encode()[::-1] + data)


def cell(level: int, row: int, column: int, text: str) -> bytes:
    return record(72, level, struct.pack("<HIHHHHH", 1, 0, 0, column, row, 1, 1)) + paragraph(level, text)


def hwp(flags: int = 1) -> bytes:
    """A document with a heading, a table with a caption, a footnote, a header and an equation."""
    styles = record(26, 0, counted("바탕글") + counted("Normal") + bytes(8))
    styles += record(26, 0, counted("개요 1") + counted("Outline 1") + bytes(8))
    numbers = b"".join(struct.pack("<I8x", kind << 5) + counted(form) for kind, form in [(8, "^1."), (0, "(^2)")])
    shapes = record(23, 0, numbers + b"".join(bytes(12) + counted("") for _ in range(5)) + struct.pack("<H", 1))
    shapes += record(25, 0, struct.pack("<I", 0) + bytes(40))
    shapes += record(25, 0, struct.pack("<I", 2 << 23) + bytes(26) + struct.pack("<H", 1) + bytes(10))
    body = paragraph(0, anchor(16, "head") + "임대차 계약서".encode("utf-16-le"), style=1)
    body += control(1, "head") + record(72, 2, bytes(8)) + paragraph(2, "머리말입니다")
    body += paragraph(
        0, "갑과 을은".encode("utf-16-le") + anchor(17, "fn  ") + " 다음과 같이 정한다.".encode("utf-16-le")
    )
    body += control(1, "fn  ") + record(72, 2, bytes(8)) + paragraph(2, "각주입니다")
    body += paragraph(0, anchor(11, "tbl "))
    body += control(1, "tbl ", bytes(40)) + record(72, 2, bytes(8)) + paragraph(2, "표의 제목")
    body += record(77, 2, bytes(20))
    body += b"".join(
        cell(2, row, column, text)
        for row, texts in enumerate((("항목", "금액"), ("보증금", "1,000만 원")))
        for column, text in enumerate(texts)
    )
    body += paragraph(0, "넓이는 ".encode("utf-16-le") + anchor(11, "eqed") + "이다.".encode("utf-16-le"))
    body += control(1, "eqed") + record(88, 2, bytes(4) + counted("a over b"))
    body += paragraph(0, "첫째 조건", shape=1) + paragraph(0, "둘째 조건", shape=1)

    def packed(data: bytes) -> bytes:
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflater.compress(data) + deflater.flush() if flags & 1 else data

    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05000300, flags)
    return compound(
        {"FileHeader": header.ljust(256, b"\0"), "DocInfo": packed(styles + shapes), "BodyText/Section0": packed(body)}
    )


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE 2) of version 3, written by hand: every stream in ordinary sectors of 512 bytes."""
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    data, fat, places = b"", [fat_sector], {}
    for name, content in streams.items():
        padded = content.ljust(
            max(4096, -(-len(content) // 512) * 512), b"\0"
        )  # below 4096 it would be a "mini" stream
        first = len(fat)
        fat += [*range(first + 1, first + len(padded) // 512), end]
        places[name] = (first, max(len(content), 4096))
        data += padded
    folders = sorted({name.split("/")[0] for name in streams if "/" in name})

    def entry(name: str, kind: int, child: int, sibling: int, first: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        links = struct.pack("<BBIII", kind, 1, free, sibling, child)
        return raw.ljust(64, b"\0") + struct.pack("<H", len(raw)) + links + bytes(36) + struct.pack("<IQ", first, size)

    tops = [name for name in streams if "/" not in name] + folders
    entries = [entry("Root Entry", 5, 1, free, end, 0)]
    for number, name in enumerate(tops, start=1):
        sibling = number + 1 if number < len(tops) else free
        entries += [
            entry(name, 2, free, sibling, *places[name])
            if name in places
            else entry(name, 1, len(tops) + 1, sibling, 0, 0)  # the one folder's one stream comes last
        ]
    entries += [entry(name.split("/")[1], 2, free, free, *place) for name, place in places.items() if "/" in name]
    directory = b"".join(entries).ljust(-(-len(entries) // 4) * 512, b"\0")
    start = len(fat)
    fat += [*range(start + 1, start + len(directory) // 512), end]
    assert len(fat) <= 128
    table = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, start, 0, 4096, end, 0, end, 0) + struct.pack("<109I", 0, *[free] * 108)
    return header + table + data + directory


def test_hwp_says_everything_in_order(tmp_path: Path) -> None:
    for flags in (0, 1):
        path = written(tmp_path, "계약서.hwp", hwp(flags))
        assert read(path).title == "임대차 계약서"
        assert words(path) == (
            "임대차 계약서\n\n머리말입니다\n\n갑과 을은 다음과 같이 정한다.\n\n각주입니다\n\n표의 제목\n\n"
            "항목 | 금액\n보증금 | 1,000만 원\n\n넓이는 a over b이다.\n\n가. 첫째 조건\n\n나. 둘째 조건"
        )
        assert {section.heading for section in taken(path)} == {"임대차 계약서"}


def test_locked_and_old_hwp(tmp_path: Path) -> None:
    refused(written(tmp_path, "a.hwp", hwp(1 | 2)), PROTECTED)
    refused(written(tmp_path, "b.hwp", hwp(1 | 4)), DISTRIBUTED)
    refused(written(tmp_path, "c.hwp", hwp(1 | 16)), RIGHTS)
    refused(written(tmp_path, "d.hwp", b"HWP Document File V3.00 \x1a\x01\x02\x03\x04\x05".ljust(500, b"\0")), OUTDATED)


HWPX_HEAD = """<hh:head xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head"><hh:refList>
<hh:numberings><hh:numbering id="1"><hh:paraHead level="1" numFormat="HANGUL_SYLLABLE" start="1">^1.</hh:paraHead>
<hh:paraHead level="2" numFormat="DIGIT" start="1">^1-^2)</hh:paraHead></hh:numbering></hh:numberings>
<hh:paraProperties><hh:paraPr id="0"><hh:heading type="NONE" idRef="0" level="0"/></hh:paraPr>
<hh:paraPr id="1"><hh:heading type="NUMBER" idRef="1" level="0"/></hh:paraPr>
<hh:paraPr id="2"><hh:heading type="NUMBER" idRef="1" level="1"/></hh:paraPr></hh:paraProperties>
<hh:styles><hh:style id="0" name="바탕글" engName="Normal"/>
<hh:style id="1" name="개요 1" engName="Outline 1"/></hh:styles>
</hh:refList></hh:head>"""
HWPX_BODY = """<hs:sec xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section"
xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph">
<hp:p styleIDRef="1" paraPrIDRef="0"><hp:run><hp:secPr outlineShapeIDRef="1"/><hp:t>임대차 계약서</hp:t></hp:run></hp:p>
<hp:p styleIDRef="0" paraPrIDRef="0"><hp:run><hp:t>갑은<hp:tab/>을에게<hp:lineBreak/>준다.</hp:t><hp:ctrl>
<hp:footNote><hp:subList><hp:p><hp:run><hp:t>각주입니다</hp:t></hp:run></hp:p></hp:subList></hp:footNote>
</hp:ctrl></hp:run></hp:p>
<hp:p styleIDRef="0" paraPrIDRef="0"><hp:run><hp:tbl><hp:caption><hp:subList><hp:p><hp:run><hp:t>표 <hp:fwSpace/></hp:t>
<hp:ctrl><hp:autoNum num="1"/></hp:ctrl></hp:run></hp:p></hp:subList></hp:caption>
<hp:tr><hp:tc><hp:subList><hp:p><hp:run><hp:t>항목</hp:t></hp:run></hp:p></hp:subList></hp:tc>
<hp:tc><hp:subList><hp:p><hp:run><hp:t>금액</hp:t></hp:run></hp:p></hp:subList></hp:tc></hp:tr></hp:tbl></hp:run></hp:p>
<hp:p paraPrIDRef="1"><hp:run><hp:t>첫째</hp:t></hp:run></hp:p>
<hp:p paraPrIDRef="2"><hp:run><hp:t>아래</hp:t></hp:run></hp:p>
<hp:p paraPrIDRef="1"><hp:run><hp:t>둘째</hp:t></hp:run></hp:p></hs:sec>"""
HWPX_CONTENT = """<opf:package xmlns:opf="http://www.idpf.org/2007/opf/"><opf:metadata><opf:title>계약</opf:title>
<opf:language>ko</opf:language><opf:meta name="creator" content="text">진</opf:meta>
<opf:meta name="CreatedDate" content="text">2024-05-01T09:30:00Z</opf:meta></opf:metadata>
<opf:manifest><opf:item id="s0" href="Contents/section0.xml"/></opf:manifest>
<opf:spine><opf:itemref idref="s0"/></opf:spine></opf:package>"""


def hwpx(manifest: str = "<m/>") -> bytes:
    return zipped(
        {
            "mimetype": "application/hwp+zip",
            "Contents/content.hpf": HWPX_CONTENT,
            "Contents/header.xml": HWPX_HEAD,
            "Contents/section0.xml": HWPX_BODY,
            "META-INF/manifest.xml": manifest,
        }
    )


def test_hwpx_says_everything_in_order(tmp_path: Path) -> None:
    path = written(tmp_path, "a.hwpx", hwpx())
    whole = read(path)
    assert (whole.title, whole.details.author, whole.details.created) == ("계약", "진", "2024-05-01T09:30:00Z")
    assert whole.details.language == "ko"
    assert words(path) == (
        "임대차 계약서\n\n갑은\t을에게\n준다.\n\n각주입니다\n\n표  1\n\n항목 | 금액\n\n"
        "가. 첫째\n\n가-1) 아래\n\n나. 둘째"
    )
    assert words(written(tmp_path, "wrong name.hwp", hwpx())) == words(path)
    refused(written(tmp_path, "b.hwpx", hwpx("<manifest><encryption-data/></manifest>")), PROTECTED)


def test_numbers_of_paragraphs() -> None:
    assert [shaped(4, kind) for kind in (0, 1, 2, 3, 4, 5, 8, 10, 12, 13)] == list("4④") + ["IV", "iv"] + list(
        "Dd라ㄹ사四"
    )
    assert shaped(21, 12) == "이십일"
    outline = Outline((0, 0), ("^1.", "^1.^2."), (1, 3))
    count = Numbering()
    assert [count.next(outline, "a", level) for level in (0, 1, 1, 0, 1)] == ["1.", "1.3.", "1.4.", "2.", "2.3."]


# ---------------------------------------------------------------- presentations, OpenDocument, spreadsheets

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def relations(*targets: tuple[str, str, str]) -> str:
    inside = "".join(f'<Relationship Id="{id}" Type="{R}/{kind}" Target="{target}"/>' for id, kind, target in targets)
    return f'<Relationships xmlns="{RELS}">{inside}</Relationships>'


def shape(text: str, placeholder: str = "") -> str:
    mark = f'<p:ph type="{placeholder}"/>' if placeholder else ""
    lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("\n"))
    return f"<p:sp><p:nvSpPr><p:cNvPr/><p:nvPr>{mark}</p:nvPr></p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>"


def slide(*shapes: str) -> str:
    tree = f"<p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld>"
    return f'<p:sld xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{R}">{tree}</p:sld>'


def pptx() -> bytes:
    table = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:txBody></a:tc>" for text in row)
        + "</a:tr>"
        for row in (("분기", "매출"), ("1분기", "12억"))
    )
    frame = (
        f"<p:graphicFrame><a:graphic><a:graphicData><a:tbl>{table}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    shown = '<p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r1"/></p:sldIdLst>'
    return zipped(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{R}">{shown}</p:presentation>',
            "ppt/_rels/presentation.xml.rels": relations(
                ("r1", "slide", "slides/slide1.xml"), ("r2", "slide", "/ppt/slides/slide2.xml")
            ),
            "ppt/slides/slide1.xml": slide(shape("끝"), shape("7", "sldNum")),
            "ppt/slides/slide2.xml": slide(
                "<p:grpSp>" + shape("첫째 줄\n둘째 줄") + "</p:grpSp>", shape("올해의 계획", "title"), frame
            ),
            "ppt/slides/_rels/slide2.xml.rels": relations(("r1", "notesSlide", "../notesSlides/notesSlide1.xml")),
            "ppt/notesSlides/notesSlide1.xml": slide(shape("천천히 말할 것", "body"), shape("3", "sldNum")),
            "docProps/core.xml": '<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>진</dc:creator></c>',
        }
    )


def test_pptx_by_slides_as_they_are_shown(tmp_path: Path) -> None:
    path = written(tmp_path, "a.pptx", pptx())
    assert (read(path).title, read(path).details.author) == ("올해의 계획", "진")
    first, last = taken(path)
    assert (first.page, first.heading) == (1, "올해의 계획")
    assert first.text == "올해의 계획\n\n첫째 줄\n둘째 줄\n\n분기 | 매출\n1분기 | 12억\n\n천천히 말할 것"
    assert (last.page, last.text) == (2, "끝")


ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'
)


def odf(body: str, styles: str = "", manifest: str = "<m/>") -> bytes:
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
            f"<office:body>{body}</office:body></office:document-content>",
            "META-INF/manifest.xml": manifest,
        }
    )


def test_odt_with_lists_notes_and_tables(tmp_path: Path) -> None:
    styles = (
        '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1" '
        'style:num-suffix="."/></text:list-style>'
    )
    body = f"""<office:text><text:tracked-changes><text:p>지운 글</text:p></text:tracked-changes>
    <text:h text:outline-level="1">서론</text:h><text:p>{KOREAN}<text:s text:c="2"/>둘<text:note><text:note-citation>1
    </text:note-citation><text:note-body><text:p>각주</text:p></text:note-body></text:note></text:p>
    <text:list text:style-name="L1"><text:list-item><text:p>하나</text:p></text:list-item>
    <text:list-item><text:p>둘</text:p>
    </text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>항목</text:p></table:table-cell>
    <table:table-cell><text:p>값</text:p></table:table-cell></table:table-row></table:table></office:text>"""
    path = written(tmp_path, "a.odt", odf(body, styles))
    assert words(path) == f"서론\n\n{KOREAN}  둘[1]\n\n[1] 각주\n\n1. 하나\n2. 둘\n\n항목 | 값"
    assert taken(path)[0].heading == "서론"
    refused(written(tmp_path, "b.odt", odf(body, manifest="<m><encryption-data/></m>")), PROTECTED)


def test_ods_and_odp(tmp_path: Path) -> None:
    row = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in ("품목", "값"))
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    last = "<table:table-row><table:table-cell><text:p>배</text:p></table:table-cell>"
    last += '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
    sheet = f'<table:table table:name="가격"><table:table-row>{row}</table:table-row>{empty}{last}</table:table>'
    (section,) = taken(written(tmp_path, "a.ods", odf(f"<office:spreadsheet>{sheet}</office:spreadsheet>")))
    assert (section.heading, section.text) == ("가격 › A1:B1048002", "품목 | 값\n배")
    page = f"<draw:frame><draw:text-box><text:p>{KOREAN}</text:p></draw:text-box></draw:frame>"
    page += '<draw:frame presentation:class="title"><draw:text-box><text:p>제목</text:p></draw:text-box></draw:frame>'
    page = f"<draw:page>{page}</draw:page>"
    (only,) = taken(written(tmp_path, "a.odp", odf(f"<office:presentation>{page}</office:presentation>")))
    assert (only.page, only.heading, only.text) == (1, "제목", f"제목\n\n{KOREAN}")


S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def xlsx(rows: str) -> bytes:
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{R}"><sheets>'
            '<sheet name="가격표" sheetId="1" r:id="r1"/>'
            "</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData></worksheet>',
        }
    )


def cells(number: int, *values: str | float) -> str:
    def one(place: int, value: str | float) -> str:
        at = f'r="{"ABCDEF"[place]}{number}"'
        text = isinstance(value, str)
        return f'<c {at} t="inlineStr"><is><t>{value}</t></is></c>' if text else f"<c {at}><v>{value}</v></c>"

    return f'<row r="{number}">' + "".join(one(place, value) for place, value in enumerate(values)) + "</row>"


def test_xlsx_values_go_with_their_columns(tmp_path: Path) -> None:
    rows = cells(1, "품목", "단가") + "".join(cells(n, f"배 {n}호", n * 1000) for n in range(2, 200))
    found = taken(written(tmp_path, "a.xlsx", xlsx(rows)))
    assert found[0].text.startswith("품목 | 단가\n품목: 배 2호 | 단가: 2000\n")
    assert found[0].heading is not None
    assert found[0].heading.startswith("가격표 › A1:B")
    assert found[-1].text.endswith("품목: 배 199호 | 단가: 199000")
    assert all(len(section.text) < 1000 for section in found)


def test_a_sheet_with_one_cell_far_away_is_refused_in_words(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = written(tmp_path, "a.xlsx", xlsx(cells(1, "a", "b") + far))
    from knowledge.readers.sandbox import Limits, Sandbox

    sandbox = Sandbox(Limits(address_space=2 * 1024**3, memory=1024**3))
    with pytest.raises(FileUnreadable):
        sandbox.read(path)
    sandbox.close()


def test_csv_in_old_encodings(tmp_path: Path) -> None:
    text = "이름;나이;도시\n진;41;서울\n민;38;부산\n"
    (section,) = taken(written(tmp_path, "a.csv", text.encode("cp949")))
    assert section.text == "이름 | 나이 | 도시\n이름: 진 | 나이: 41 | 도시: 서울\n이름: 민 | 나이: 38 | 도시: 부산"
    assert section.heading == "A1:C3"
    assert words(written(tmp_path, "b.tsv", "1\t2\n3\t4\n")) == "1 | 2\n3 | 4"


# ---------------------------------------------------------------- books, mail, archives


def epub(locked: bool = False) -> bytes:
    chapters = {
        f"OPS/{n}.xhtml": f"<html><head><title>t</title></head><body><h1>{name}</h1><p>{text}</p></body></html>"
        for n, name, text in ((1, "첫째 장", KOREAN), (2, "둘째 장", "끝이다."))
    }
    items = "".join(f'<item id="c{n}" href="{n}.xhtml" media-type="application/xhtml+xml"/>' for n in (1, 2))
    enc = '<EncryptedData><EncryptionMethod Algorithm="x"/><CipherReference URI="OPS/1.xhtml"/></EncryptedData>'
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfile full-path="OPS/book.opf"/></container>',
            "OPS/book.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>해마</dc:title>'
            f"<dc:creator>진</dc:creator><dc:language>ko</dc:language></metadata><manifest>{items}</manifest>"
            '<spine><itemref idref="c2"/><itemref idref="c1"/></spine></package>',
            **chapters,
            **({"META-INF/encryption.xml": f"<encryption>{enc}</encryption>"} if locked else {}),
        }
    )


def test_epub_in_the_order_of_its_spine(tmp_path: Path) -> None:
    path = written(tmp_path, "a.epub", epub())
    whole = read(path)
    assert (whole.title, whole.details.author, whole.details.language) == ("해마", "진", "ko")
    assert [(section.heading, section.text) for section in whole.sections] == [
        ("둘째 장", "둘째 장\n\n끝이다."),
        ("첫째 장", f"첫째 장\n\n{KOREAN}"),
    ]
    refused(written(tmp_path, "b.epub", epub(locked=True)), RIGHTS)


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "계약서 보냅니다"
    message["From"] = "진 <jin@example.org>"
    message["To"] = "min@example.org"
    message["Date"] = "Wed, 01 May 2024 09:30:00 +0900"
    message.set_content("첨부를 보세요.\n", charset="cp949")
    message.add_alternative("<p>첨부를 보세요.</p>", subtype="html")
    message.add_attachment(hwpx(), maintype="application", subtype="hwp+zip", filename="계약서.hwpx")
    message.add_attachment(b"\x00\x01", maintype="image", subtype="png", filename="a.png")
    return message


def test_mail_with_its_attachments(tmp_path: Path) -> None:
    path = written(tmp_path, "a.eml", letter().as_bytes())
    whole = read(path)
    assert (whole.title, whole.details.created) == ("계약서 보냅니다", "2024-05-01T09:30:00+09:00")
    first, *attached = taken(path)
    assert first.text.startswith("계약서 보냅니다\n\nFrom: 진 <jin@example.org>\nTo: min@example.org\nDate: ")
    assert first.text.endswith("\n\n첨부를 보세요.")
    assert first.text.count("첨부") == 1
    assert attached[0].heading == "계약서.hwpx › 임대차 계약서"


def test_mailbox_message_by_message(tmp_path: Path) -> None:
    one = letter().as_bytes().replace(b"\n.\n", b"\n>From here\n")
    path = written(
        tmp_path, "a.mbox", b"From jin Wed May 1\n" + one + b"\n\nFrom min Thu May 2\nSubject: Hi\n\nBody.\n"
    )
    headings = [section.heading for section in taken(path)]
    assert headings[0] == "계약서 보냅니다"
    assert headings[-1] == "Hi"
    with pytest.raises(FileUnreadable):
        taken(written(tmp_path, "b.mbox", "no mail at all"))


def test_zip_of_everything(tmp_path: Path) -> None:
    inner = zipped(
        {"속/편지.txt": KOREAN, "broken.pdf": b"%PDF-1.4 nothing", "picture.jpg": b"\xff\xd8", ".hidden.txt": "x"}
    )
    path = written(tmp_path, "a.zip", zipped({"안.zip": inner, "b.md": "# 제목\n\n글"}))
    whole = read(path)
    assert [(section.heading, section.text) for section in whole.sections] == [
        ("안.zip › 속/편지.txt", KOREAN),
        ("b.md › 제목", "제목\n\n글"),
    ]
    (note,) = whole.notes
    assert isinstance(note, PartsLeftOut)
    assert note.facts["names"] == "“broken.pdf”"
    with pytest.raises(FileEmpty):
        taken(written(tmp_path, "c.zip", zipped({"picture.jpg": b"\xff\xd8"})))


def test_names_in_a_korean_zip_and_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped({"XXXX.txt": KOREAN}).replace(b"XXXX", "편지".encode("cp949"))
    assert taken(written(tmp_path, "a.zip", data))[0].heading == "편지.txt"
    monkeypatch.setattr(archive, "BOMB_SIZE", 100_000)
    whole = read(written(tmp_path, "b.zip", zipped({"bomb.txt": b"0" * 10_000_000, "b.txt": "fine"})))
    assert [section.text for section in whole.sections] == ["fine"]
    assert whole.notes[0].facts["names"] == "“bomb.txt”"


def test_an_archive_of_itself_comes_to_an_end(tmp_path: Path) -> None:
    data = zipped({"a.txt": "innermost"})
    for depth in range(20):
        data = zipped({f"{depth}.zip": data, f"{depth}.txt": f"text {depth}"})
    whole = read(written(tmp_path, "deep.zip", data))
    texts = [section.text for section in whole.sections]
    assert texts == ["text 16", "text 17", "text 18", "text 19"]
    assert whole.notes


# ---------------------------------------------------------------- text with structure


def test_rtf_with_tables_notes_and_code_pages(tmp_path: Path) -> None:
    korean = "".join(f"\\'{byte:02x}" for byte in "한글".encode("cp949"))
    source = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset129 Batang;}}"
        r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}}{\info{\title The lease}{\author Jin}}"
        r"\pard\s1 Duties\par\pard\f1 " + korean + r"\f0  caf\'e9 \u54644?\u47560?{\*\unknown gone}{\pict 00ff}"
        r"{\footnote A note.}\par\trowd\pard\intbl Item\cell Price\cell\row"
        r"\trowd Rent\cell 12\cell\row\pard After.\par}"
    )
    path = written(tmp_path, "a.rtf", source)
    assert (read(path).title, read(path).details.author) == ("The lease", "Jin")
    assert words(path) == "Duties\n\n한글 café 해마\n\nA note.\n\nItem | Price\nRent | 12\n\nAfter."
    assert taken(path)[0].heading == "Duties"


def test_tex_and_restructuredtext(tmp_path: Path) -> None:
    source = r"""\documentclass{article}\title{해마}\author{Jin}
\begin{document}\maketitle
% a comment
\section{Memory} The \emph{hippocampus} $x^2$ stores\footnote{Not alone.} much.

\subsection{기억} 둘째 문단.
\begin{tabular}{ll} a & b \\ c & d \end{tabular}
\end{document}"""
    path = written(tmp_path, "a.tex", source)
    assert (read(path).title, read(path).details.author) == ("해마", "Jin")
    headings = [section.heading for section in taken(path)]
    assert headings[-2:] == ["Memory", "Memory › 기억"]
    text = words(path)
    assert "The hippocampus x^2 stores (Not alone.) much." in text
    assert "comment" not in text
    rst = """제목
====

A paragraph with ``code``. [1]_

.. include:: /etc/passwd
.. unknown:: x

   kept text

절
--

- one
- two

+---+---+
| a | b |
+---+---+

.. [1] A note.
"""
    found = taken(written(tmp_path, "a.rst", rst))
    assert [section.heading for section in found] == ["제목", "제목 › 절"]
    assert "root:" not in words(tmp_path / "a.rst")
    assert "kept text" in found[0].text
    assert found[1].text.startswith("절\n\none\ntwo\n\na | b")


def test_json_notebooks_subtitles_and_code(tmp_path: Path) -> None:
    data = {"이름": "진", "주소": {"도시": "서울", "번지": [1, 2]}, "없음": None}
    assert words(written(tmp_path, "a.json", json.dumps(data))) == "이름: 진\n\n주소.도시: 서울\n주소.번지: 1, 2"
    assert words(written(tmp_path, "a.jsonl", '{"a": 1}\n{"a": true}\n')) == "a: 1\n\na: true"
    notebook = {"cells": [{"cell_type": "markdown", "source": ["# 실험"]}, {"cell_type": "code", "source": "x = 1"}]}
    assert words(written(tmp_path, "a.ipynb", json.dumps(notebook))) == "실험\n\nx = 1"
    cues = "1\n00:00:01,000 --> 00:00:03,000\n<i>안녕</i>\n\n2\n00:02:00,000 --> 00:02:02,500\n잘 가\n"
    assert [(s.heading, s.text) for s in taken(written(tmp_path, "a.srt", cues.encode("cp949")))] == [
        ("0:00:01–0:00:03", "안녕"),
        ("0:02:00–0:02:02", "잘 가"),
    ]
    vtt = "WEBVTT\n\nNOTE hidden\n\n00:01.000 --> 00:02.000 align:start\n<v Jin>Hello &amp; bye\n"
    assert words(written(tmp_path, "a.vtt", vtt)) == "Jin: Hello & bye"
    code = 'import os\n\n# what it does\ndef first(x):\n    return x\n\nclass Second:\n    """문서"""\n'
    assert [(s.heading, s.text.split("\n")[0]) for s in taken(written(tmp_path, "a.py", code))] == [
        (None, "import os"),
        ("first", "# what it does"),
        ("Second", "class Second:"),
    ]


def test_a_file_of_another_kind_than_its_name_says(tmp_path: Path) -> None:
    assert "올해의 계획" in words(written(tmp_path, "a.ppt", pptx()))
    assert words(written(tmp_path, "a.doc", r"{\rtf1 Really rich.\par}")) == "Really rich."
    assert words(written(tmp_path, "b.doc", "<html><body><p>A page</p></body></html>")) == "A page"
    refused(written(tmp_path, "a.docx", compound({"EncryptedPackage": b"x" * 5000})), PROTECTED)


def test_org_by_the_reader_of_rarer_formats(tmp_path: Path) -> None:
    found = taken(written(tmp_path, "a.org", f"* 제목\n\n{KOREAN}\n"))
    assert (found[0].heading, found[0].text) == ("제목", f"제목\n\n{KOREAN}")


def test_strange_xml_and_its_bombs(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    body = "<office:text><text:p>&j;fine</text:p></office:text>"
    data = zipped(
        {
            "content.xml": f"{bomb}]><office:document-content {ODF}><office:body>{body}</office:body>"
            "</office:document-content>"
        }
    )
    refused(written(tmp_path, "a.odt", data), DAMAGED)


# ---------------------------------------------------------------- pages with columns, and without text


def drawn(pieces: list[tuple[int, int, str]]) -> bytes:
    """A PDF of one page with pieces of Helvetica at their places, drawn in the order given."""
    content = "BT /F1 10 Tf " + " ".join(f"1 0 0 1 {x} {y} Tm ({text}) Tj" for x, y, text in pieces) + " ET"
    fonts = "<< /Font << /F1 3 0 R >> >>"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources {fonts} >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
    ]
    body = "".join(f"{number} 0 obj\n{text}\nendobj\n" for number, text in enumerate(objects, start=1))
    return f"%PDF-1.7\n{body}trailer << /Size 6 /Root 1 0 R >>\n%%EOF\n".encode()


def test_columns_that_are_drawn_across_are_read_one_after_the_other(tmp_path: Path) -> None:
    title = (50, 790, "A title that runs across both of the columns of this page, and so parts them from what is above")
    lines = [
        (x, 760 - 14 * n, f"The {side} column in its line {n:02} goes on")
        for n in range(10)
        for x, side in ((50, "left"), (320, "right"))
    ]
    text = words(written(tmp_path, "a.pdf", drawn([title, *lines])))
    order = [text.index("A title")]
    order += [text.index(f"The {side} column in its line {n:02}") for side in ("left", "right") for n in range(10)]
    assert order == sorted(order)
    table = [(x, 760 - 14 * n, word) for n in range(10) for x, word in ((50, f"Item {n}"), (320, f"{n},000"))]
    rows = words(written(tmp_path, "b.pdf", drawn(table)))
    assert rows.index("0,000") < rows.index("Item 1") < rows.index("1,000") < rows.index("Item 9")


def test_ranges_of_pages() -> None:
    assert ranges([3, 4, 5, 6, 7, 9, 11, 12]) == "3–7, 9, 11–12"


def scan(text_page: bool, words: str = "HARBOUR LEASE 2024") -> bytes:
    """A PDF whose first page is a picture of `words`, and perhaps a second one with text."""
    from PySide6.QtCore import QRect
    from PySide6.QtGui import QFont, QImage, QPainter, QPdfWriter

    image = QImage(1600, 400, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setFont(QFont("DejaVu Sans", 60))
    painter.drawText(QRect(20, 20, 1560, 360), words)
    painter.end()
    path = Path(scan.folder) / "scan.pdf"  # type: ignore[attr-defined]
    writer = QPdfWriter(str(path))
    page = QPainter(writer)
    page.drawImage(QRect(200, 500, 8000, 2000), image)
    if text_page:
        writer.newPage()
        page.drawText(500, 1000, "A page with text")
    page.end()
    del page, writer
    return path.read_bytes()


def test_pages_that_are_pictures(tmp_path: Path, qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    from knowledge.readers import ocr

    scan.folder = str(tmp_path)  # type: ignore[attr-defined]
    path = written(tmp_path, "a.pdf", scan(text_page=True))
    monkeypatch.setattr(ocr, "languages", lambda: "")
    whole = read(path)
    assert [(section.page, section.text) for section in whole.sections] == [(2, "A page with text")]
    (note,) = whole.notes
    assert isinstance(note, PagesWithoutText)
    assert note.facts["pages"] == "1"
    with pytest.raises(FileEmpty):
        taken(written(tmp_path, "b.pdf", scan(text_page=False)))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_tesseract_reads_a_page_that_is_a_picture(tmp_path: Path, qapp: object) -> None:
    from PySide6.QtGui import QFontDatabase

    if not QFontDatabase.families():
        pytest.skip("no font is installed")
    scan.folder = str(tmp_path)  # type: ignore[attr-defined]
    whole = read(written(tmp_path, "a.pdf", scan(text_page=True)))
    first = next(iter(whole.sections))
    assert first.page == 1
    assert "LEASE" in first.text
