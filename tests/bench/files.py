"""Real, odd and broken files through the readers' process: what each ends in, when, and whether its words are right.

The words are measured against independent readers (pdftotext, pandoc, LibreOffice …) as far as they are installed.
`python -m tests.bench files` also writes the table that is kept as `tests/bench/files.md`. A word counts as found when
the reading has it as often as the independent reader does; in order are those of the words that both have exactly once
which stand in the same order (the longest ascending run).
"""

from __future__ import annotations

import bisect
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tokenizers import Tokenizer

from knowledge.embedder import bundled_folder
from knowledge.errors import FileEmpty, KnowledgeError
from knowledge.passages import split
from knowledge.readers.reading import FATAL, TOO_HUNGRY, TOO_SLOW
from knowledge.readers.sandbox import Limits, Sandbox
from knowledge.work import PASSAGE_TOKENS
from tests.bench.row import Row

EVAL = Path(__file__).resolve().parents[3] / "shared" / "eval" / "files"
TABLE = Path(__file__).with_suffix(".md")
GOAL = 0.98
SECONDS = 120  # for an independent reader and one file

_WORD = re.compile(r"\w+")
_PANDOC = {
    ".docx": "docx",
    ".epub": "epub",
    ".html": "html",
    ".odt": "odt",
    ".rst": "rst",
    ".rtf": "rtf",
    ".tex": "latex",
}
_BROKEN = {FATAL, TOO_HUNGRY, TOO_SLOW}


@dataclass(slots=True)
class Format:
    """What was measured of the files with one suffix."""

    files: int = 0
    read: int = 0
    passages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    longest: float = 0.0
    reader: str = ""
    expected: int = 0  # words of the independent reader
    found: int = 0
    unique: int = 0  # words that both have once
    ordered: int = 0
    short: list[tuple[int, str]] = field(default_factory=list)  # words missed, by file


def rows() -> Iterator[Row]:
    if not EVAL.is_dir():
        print("the evaluation files are not beside the project", file=sys.stderr)
        return
    files = sorted(path for path in EVAL.rglob("*") if path.is_file())
    measured, deaths, slow = _measured(files)
    ended = sum(format.read + format.reasons.total() for format in measured.values())
    TABLE.write_text(_table(measured), encoding="utf-8")
    yield Row(
        "files",
        "files that end in passages or a reason",
        ended,
        len(files),
        ended / len(files),
        1.0,
        ended == len(files),
    )
    yield Row("files", "ends of the reading process", deaths, 0, None, 0, deaths == 0)
    yield Row("files", "files over the time limit", slow, 0, None, 0, slow == 0)
    for suffix, format in sorted(measured.items()):
        if format.expected:
            share = format.found / format.expected
            yield Row("files", f"words of {format.reader} found, {suffix}", share, 1.0, share, GOAL, share >= GOAL)


def _measured(files: Sequence[Path]) -> tuple[Mapping[str, Format], int, int]:
    """By suffix; how often the process ended, and how many files took too long."""
    tokens = Tokenizer.from_file(str(bundled_folder() / "tokenizer.json"))
    tokens.no_truncation()
    tokens.no_padding()

    def count(text: str) -> int:
        return len(tokens.encode(text, add_special_tokens=False).ids)

    measured: dict[str, Format] = defaultdict(Format)
    sandbox = Sandbox(Limits())
    others = dict(_independent())
    deaths = slow = 0
    for path in files:
        format = measured[path.suffix]
        format.files += 1
        begin, text, ended_empty = time.perf_counter(), "", False
        try:
            whole = sandbox.read(path)
            sections = list(whole.sections)
            format.passages += len(split(sections, count, PASSAGE_TOKENS))
            format.read += 1
            text = "\n".join(section.text for section in sections)
            for note in whole.notes:
                format.reasons["(read in part) " + type(note).__name__] += 0
        except KnowledgeError as error:
            reason = (
                "it has no text" if isinstance(error, FileEmpty) else error.facts.get("reason", type(error).__name__)
            )
            format.reasons[reason] += 1
            deaths += reason in _BROKEN
            slow += reason == TOO_SLOW
        seconds = time.perf_counter() - begin
        format.seconds += seconds
        format.longest = max(format.longest, seconds)
        name, words = others.get(path.suffix, ("", None))
        if words is not None and (text or ended_empty):
            format.reader = name
            _compare(format, f"{path.parent.name}/{path.name}", _words(words(path)), _words(text))
    sandbox.close()
    return measured, deaths, slow


def _compare(format: Format, name: str, expected: Sequence[str], ours: Sequence[str]) -> None:
    there, here = Counter(expected), Counter(ours)
    found = (there & here).total()
    format.expected += len(expected)
    format.found += found
    if found < GOAL * len(expected):
        format.short.append((len(expected) - found, name))
    places = {word: place for place, word in enumerate(ours) if here[word] == 1}
    run: list[int] = []
    for place in (places[word] for word in expected if there[word] == 1 and word in places):
        format.unique += 1
        at = bisect.bisect_left(run, place)
        run[at : at + 1] = [place]
    format.ordered += len(run)


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text.replace("\u00ad", "")).lower())


# ---------------------------------------------------------------- the independent readers


def _independent() -> Iterator[tuple[str, tuple[str, Callable[[Path], str]]]]:
    """By suffix: the name of a reader that is installed, and what it finds in a file."""
    if shutil.which("pdftotext"):
        yield ".pdf", ("pdftotext", lambda path: _output("pdftotext", str(path), "-"))
    if shutil.which("pandoc"):
        for suffix, format in _PANDOC.items():
            yield (
                suffix,
                (
                    "pandoc",
                    lambda path, format=format: _output(
                        "pandoc", "-f", format, "-t", "plain", "--wrap=none", str(path)
                    ),
                ),
            )
    if shutil.which("soffice"):
        for suffix in (".xlsx", ".xls", ".ods"):
            yield suffix, ("LibreOffice", _office_sheets)
    if importlib.util.find_spec("pptx"):
        yield ".pptx", ("python-pptx", _slides)
    if importlib.util.find_spec("unhwp"):
        for suffix in (".hwp", ".hwpx"):
            yield suffix, ("unhwp", _hangul)


def _output(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace")


def _office_sheets(path: Path) -> str:
    """All sheets as values."""
    options = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        _output("soffice", profile, "--headless", "--convert-to", options, "--outdir", folder, str(path))
        return "\n".join(
            sheet.read_text(encoding="utf-8", errors="replace") for sheet in sorted(Path(folder).glob("*.csv"))
        )


def _slides(path: Path) -> str:
    """What python-pptx gives: texts, tables and notes, no charts and diagrams."""
    import pptx

    def inside(shapes: object) -> Iterator[str]:
        for shape in shapes:  # type: ignore[attr-defined]
            if hasattr(shape, "shapes"):
                yield from inside(shape.shapes)
            elif shape.has_text_frame:
                yield shape.text_frame.text
            elif getattr(shape, "has_table", False):
                yield from (cell.text for row in shape.table.rows for cell in row.cells)

    texts: list[str] = []
    try:
        for slide in pptx.Presentation(str(path)).slides:
            texts += inside(slide.shapes)
            if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
                texts.append(slide.notes_slide.notes_text_frame.text)
    except (KeyError, ValueError, AttributeError):  # this reader's own limits
        return ""
    return "\n".join(texts)


def _hangul(path: Path) -> str:
    import unhwp

    try:
        return str(unhwp.extract_text(str(path)))
    except unhwp.UnhwpError:
        return ""


# ---------------------------------------------------------------- the table


def _table(measured: Mapping[str, Format]) -> str:
    lines = [
        "# Files read: as measured",
        "",
        "Written by `python -m tests.bench files` over the evaluation files (2 cores; Tesseract is installed and",
        "reads pictures of pages). A file ends in passages or in one reason. “Words found” and “in order” are shares",
        "of the words that an independent reader finds in the files that were read or had no text; charts, notes and",
        "text boxes that only Haema finds do not count.",
        "",
        "| format | files | read | passages | reasons | seconds | longest | words found | in order | by |",
        "| --- | ---: | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for suffix, format in sorted(measured.items(), key=lambda item: -item[1].files):
        reasons = "; ".join(f"{count} × {reason}" for reason, count in format.reasons.most_common() if count)
        found = f"{format.found / format.expected:.4f} of {format.expected}" if format.expected else "–"
        ordered = f"{format.ordered / format.unique:.3f}" if format.unique else "–"
        lines.append(
            f"| {suffix} | {format.files} | {format.read} | {format.passages} | {reasons or '–'} "
            f"| {format.seconds:.1f} | {format.longest:.2f} | {found} | {ordered} | {format.reader or '–'} |"
        )
    lines += ["", "## Files below 0.98 of the words, most missed first", ""]
    missed = sorted(((count, name) for format in measured.values() for count, name in format.short), reverse=True)
    for count, name in missed:
        cause = next((cause for part, cause in CAUSES.items() if part in name), "")
        lines.append(f"- {name}: {count} words{' – ' + cause if cause else ''}")
    return "\n".join(lines) + "\n"


CAUSES = {
    "wikipedia": "menus and other page furniture are left out on purpose",
    "test_serp": "menus and other page furniture are left out on purpose",
    "test_blog": "menus and other page furniture are left out on purpose",
    "kampo": "vertical Japanese: the independent reader writes it a sign a line",
    "indirect-rotation": "single letters placed one by one: PDFium and poppler part the words differently",
    "toy.pdf": "single letters placed one by one: poppler does not join them, Haema does",
    "samples__simple": "single letters placed one by one: poppler does not join them, Haema does",
    "inline-ascii85": "letters drawn twice for boldness: PDFium gives both",
    "GeoTopo": "formulas: subscripts are parted from their letters differently",
    "pdfobjref": "a table set letter by letter",
    "equations": "formulas: pandoc writes them as TeX",
    "features.epub": "formulas: pandoc writes MathML as TeX",
    "wasteland": "pandoc gives the notes numbers of its own",
    "writer.rtf": "pandoc drops apostrophes and parts words at changes of style",
    "rtf__formatting": "superscripts: pandoc parts them from their words",
    "rtf__table_nested": "pandoc runs the cells of nested tables together",
    "drop_cap": "a drop cap stands in a frame of its own, as the file has it",
    "habibi": "Arabic: PDFium and poppler part the words differently",
    "sample-5017": "the independent reader loses the old syllable ᄒᆞᆫ",
    "ParaHead": "numbers of paragraphs: the two readers begin to count at different ones; which is right is not known",
    "inline_formatting": "pandoc writes underlining as signs",
    "font-props": "pandoc writes underlining as signs",
    "orderedListHeader": "pandoc numbers the headers of lists, which have no number",
    "listContinue": "pandoc begins anew where the list goes on",
    "odt__formula": "formulas: pandoc writes superscripts as one sign",
    "xlsx-reader__basic": "a pivot table: LibreOffice writes other labels than the file holds",
    "matplotlib": "a figure whose letters are placed one by one",
    "annotations": "letters under a mark: PDFium and poppler part the words differently",
    "__reference.pptx": "the slide's number is its page",
}
