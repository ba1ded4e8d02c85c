"""Bad input costs one clear sentence and exit code 1, and nothing that was stored."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Haema, folder, haema, records  # noqa: F401 (fixtures)


def one_sentence(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    lines = done.stderr.strip().splitlines()
    assert done.returncode == 1, done.stderr
    assert len(lines) == 1, lines
    assert lines[0].startswith("haema: ")
    assert "Traceback" not in done.stderr
    for part in parts:
        assert part in lines[0]


def test_a_missing_file(haema: Haema) -> None:  # noqa: F811
    one_sentence(haema("index", "/no/such/file.pdf"), "/no/such/file.pdf")
    one_sentence(haema("import", "/no/such/export.zip"), "/no/such/export.zip")
    one_sentence(haema("ask", "hello", "--model", "/no/such/model.gguf"), "/no/such/model.gguf")


def test_an_empty_pdf(haema: Haema, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "empty.pdf").touch()
    one_sentence(haema("index", str(tmp_path / "empty.pdf")), "empty.pdf")


def test_models_that_are_none(haema: Haema, tmp_path: Path) -> None:  # noqa: F811
    for name, content in (("zero.gguf", b""), ("text.gguf", b"once upon a time" * 100)):
        (tmp_path / name).write_bytes(content)
        one_sentence(haema("ask", "hello", "--model", str(tmp_path / name)), name, "GGUF")


def test_a_file_that_is_no_export(haema: Haema, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "conversations.json").write_text("{}")
    one_sentence(haema("import", str(tmp_path / "conversations.json")), "conversations.json")


def mounted(options: str, script: str, place: Path, before: str = "true") -> subprocess.CompletedProcess[str]:
    """Run `script` where `place` is a small file system of its own, in a private mount namespace."""
    if (
        sys.platform != "linux"
        or subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode
    ):
        pytest.skip("this machine allows no mount namespace")
    place.mkdir(parents=True, exist_ok=True)
    quoted = shlex.quote(str(place))
    whole = f"mount -t tmpfs -o {options} tmpfs {quoted} && {before} && {script}"
    environment = {**os.environ, "HAEMA_HOME": str(place)}
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", whole], capture_output=True, text=True, env=environment, timeout=300, check=False
    )


def haema_command(*arguments: str) -> str:
    return shlex.join([sys.executable, "-m", "desktop", *arguments])


def test_a_read_only_data_folder(tmp_path: Path) -> None:
    place = tmp_path / "home"
    one_sentence(mounted("ro", haema_command("ask", "hello"), place), str(place), "write")


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """The disk fills while a folder is indexed: a sentence; with room again, all that was stored is there."""
    place, papers = tmp_path / "home", tmp_path / "papers"
    papers.mkdir()
    (papers / "first.txt").write_text("The heron nests by the old harbour wall.")
    big = tmp_path / "big"
    big.mkdir()
    for n in range(200):
        (big / f"{n}.txt").write_text(f"Report {n}. " + "Nothing happened in the harbour on this day. " * 400)
    kept = tmp_path / "kept.txt"
    script = (
        f"{haema_command('index', str(big))} 2>{shlex.quote(str(kept))}; code=$?; "
        f"mount -o remount,size=400m {shlex.quote(str(place))}; "
        f"{haema_command('recall', 'Where does the heron nest?', '--k', '1', '--json')} && exit $code"
    )
    done = mounted("size=9m", script, place, before=haema_command("index", str(papers)))
    complaint = kept.read_text().strip().splitlines()
    assert done.returncode == 1, (done.returncode, done.stdout, done.stderr, complaint)
    assert len(complaint) == 1, complaint
    assert "full" in complaint[0]
    assert "heron nests" in done.stdout
