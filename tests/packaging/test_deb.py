"""The Debian package, unpacked into a clean root, answers on a data folder with Hangul and spaces in its name."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

DIST = Path(__file__).resolve().parent.parent.parent / "dist"

pytestmark = pytest.mark.package


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    packages = sorted(DIST.glob("haema_*.deb"))
    if not packages or shutil.which("dpkg-deb") is None:
        pytest.skip("no dist/haema_*.deb: run `python3 packaging/dev.py package` on Debian first")
    prefix = tmp_path_factory.mktemp("설치 폴더")
    subprocess.run(["dpkg-deb", "--extract", packages[-1], prefix], check=True)
    return prefix


@pytest.fixture
def haema(installed, tmp_path):
    """Run the installed program with nothing of this session's environment."""

    def run(*arguments, home=tmp_path / "김해마 님" / "내 기억"):
        variables = {"HAEMA_HOME": str(home), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        return subprocess.run(
            [installed / "usr" / "bin" / "haema", *arguments],
            env=variables,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=300,
        )

    return run


def test_it_brings_what_a_desktop_looks_for(installed):
    share = installed / "usr" / "share"
    entry = (share / "applications" / "haema.desktop").read_text(encoding="utf-8")
    assert "Exec=haema %F" in entry
    assert "Name[ko]=해마" in entry
    for size in (16, 48, 256):
        assert (share / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "haema.png").exists()
    assert (share / "metainfo" / "haema.metainfo.xml").exists()
    assert list((installed / "opt" / "haema" / "_internal" / "licenses").iterdir())


def test_it_answers_a_prompt(haema):
    done = haema("ask", "Say hello.", "--json", "--max-tokens", "16")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answer"].strip()


def test_it_reads_a_document_and_finds_it_again(haema, tmp_path):
    document = tmp_path / "임대차 계약서.md"
    document.write_text("# 임대차 계약\n\n부산 사무실의 임대차 계약은 2027년 8월 31일에 끝난다.\n", encoding="utf-8")
    assert haema("index", str(document)).returncode == 0
    found = haema("recall", "부산 사무실 계약은 언제 끝나요?", "--json")
    assert found.returncode == 0, found.stderr
    assert "2027년 8월 31일" in json.loads(found.stdout)["items"][0]["text"]


def test_a_missing_file_is_a_sentence(haema):
    done = haema("index", "/there/is/no/such/file.pdf")
    assert done.returncode == 1
    assert "/there/is/no/such/file.pdf" in done.stderr
    assert "Traceback" not in done.stderr
