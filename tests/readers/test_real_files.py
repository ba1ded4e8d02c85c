"""The readers over documents from the test suites of document libraries, when they lie beside the project."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from knowledge.errors import FileEmpty, FileUnreadable
from knowledge.readers import read

EVAL = Path(__file__).parents[3] / "shared" / "eval" / "files"
pytestmark = pytest.mark.skipif(not EVAL.is_dir(), reason="the evaluation files are not beside the project")


@pytest.fixture(autouse=True)
def _no_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading pictures of pages takes seconds each, and the independent reader does not do it."""
    monkeypatch.setattr("knowledge.readers.ocr.languages", lambda: "")


def found(suffix: str) -> dict[str, str]:
    """The text of every file of a kind that has any; the others must end in a sentence."""
    texts = {}
    for path in sorted(EVAL.rglob(f"*{suffix}")):
        try:
            texts[str(path)] = "\n\n".join(section.text for section in read(path).sections)
        except (FileEmpty, FileUnreadable):
            continue
    return texts


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_no_file_breaks_a_reader(suffix: str) -> None:
    texts = found(suffix)
    assert len(texts) > 0.85 * len(list(EVAL.rglob(f"*{suffix}")))
    assert all(text.strip() for text in texts.values())


@pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler-utils, which reads the files independently, is missing"
)
def test_pdf_words_are_those_that_another_reader_finds() -> None:
    all_words = same = 0
    for path, text in found(".pdf").items():
        other = subprocess.run(["pdftotext", path, "-"], capture_output=True, timeout=60, check=False).stdout
        expected = Counter(re.findall(r"\w+", other.decode("utf-8", "replace").lower()))
        ours = Counter(re.findall(r"\w+", text.lower()))
        if "kampo" in path:  # vertical Japanese: pdftotext writes it a sign a line, we write it in lines
            continue
        all_words += expected.total()
        same += (expected & ours).total()
    assert all_words > 100_000
    assert same >= 0.98 * all_words
