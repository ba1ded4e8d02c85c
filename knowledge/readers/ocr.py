"""Text on pictures of pages, by Tesseract when it is installed on this computer: Korean and English if it knows them.

The page goes in and the words come out through pipes; nothing is written to disk.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

PAGE_SECONDS = 60.0  # for one page
WANTED = ("kor", "eng")  # Tesseract's names of languages

_WINDOWS = Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "Tesseract-OCR" / "tesseract.exe"
_NO_WINDOW = 0x08000000 if sys.platform == "win32" else 0


@functools.cache
def program() -> str | None:
    """Where Tesseract is; None when it is not installed."""
    found = shutil.which("tesseract")
    return found or (str(_WINDOWS) if sys.platform == "win32" and _WINDOWS.is_file() else None)


@functools.cache
def languages() -> str:
    """Of the wanted languages those that are installed, as Tesseract takes them ("kor+eng"); "" when none is."""
    tesseract = program()
    if tesseract is None:
        return ""
    listed = subprocess.run(
        [tesseract, "--list-langs"],
        capture_output=True,
        timeout=PAGE_SECONDS,
        check=False,
        env=_environment(),
        creationflags=_NO_WINDOW,
    )
    there = set(listed.stdout.decode("utf-8", "replace").split())
    return "+".join(language for language in WANTED if language in there)


def words(width: int, height: int, grey: bytes) -> str:
    """The text on a picture of `width` × `height` grey pixels, row by row. "" when nothing could be recognised.

    Raises `subprocess.TimeoutExpired` when that takes too long.
    """
    tesseract = program()
    if tesseract is None or not languages():
        return ""
    done = subprocess.run(
        [tesseract, "stdin", "stdout", "-l", languages(), "--psm", "3"],
        input=b"P5 %d %d 255\n" % (width, height) + grey,
        capture_output=True,
        timeout=PAGE_SECONDS,
        check=False,
        env=_environment(),
        creationflags=_NO_WINDOW,
    )
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _environment() -> dict[str, str]:
    """One thread: reading goes on beside other work."""
    return {**os.environ, "OMP_THREAD_LIMIT": "1"}
