"""The command line as scripts use it: real processes, real workers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Haema, records
from tests.e2e.papers import LEASE, write_pdf

FIELDS = {"kind", "id", "text", "score", "path", "page", "heading", "conversation", "time", "external_ids"}


def test_index_then_recall_then_ask(haema: Haema, tmp_path: Path) -> None:
    papers = tmp_path / "서류"
    papers.mkdir()
    write_pdf(papers / "lease.pdf", LEASE)
    (papers / "회의록.md").write_text("# 회의\n\n다음 회의는 3월 12일 목요일에 부산에서 엽니다.\n", encoding="utf-8")
    (papers / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing more")
    rows = {Path(row["path"]).name: row for row in records(haema("index", str(papers), "--json"))}
    assert (rows["lease.pdf"]["status"], rows["회의록.md"]["status"]) == ("indexed", "indexed")
    assert rows["broken.pdf"]["status"] == "refused"
    assert "broken.pdf" in rows["broken.pdf"]["reason"]

    asked = records(
        haema(
            "recall",
            "-",
            "--kind",
            "documents",
            "--k",
            "3",
            "--json",
            stdin="When does the lease end?\n다음 회의는 언제예요?\n",
        )
    )
    assert [answer["query"] for answer in asked] == ["When does the lease end?", "다음 회의는 언제예요?"]
    assert set(asked[0]["items"][0]) >= FIELDS
    assert (Path(asked[0]["items"][0]["path"]).name, asked[0]["items"][0]["page"]) == ("lease.pdf", 2)
    assert Path(asked[1]["items"][0]["path"]).name == "회의록.md"

    explained = haema("recall", "lease", "--explain")
    assert explained.returncode == 0
    assert "lexical" in explained.stdout or "words" in explained.stdout

    (answer,) = records(
        haema(
            "ask", "When does the lease of the Busan office end?", "--json", "--temperature", "0", "--max-tokens", "40"
        )
    )
    assert Path(answer["sources"][0]["path"]).name == "lease.pdf"
    assert answer["sources"][0]["page"] == 2
    assert set(answer) >= {"answer", "conversation", "sources", "origin", "confidence", "recall", "timings"}
    assert set(answer["timings"]) >= {
        "ttft_ms",
        "prompt_tokens",
        "reused_tokens",
        "generated_tokens",
        "tokens_per_s",
        "recall_ms",
    }
    assert set(answer["recall"]) >= {"decision", "tokens", "why"}

    (again,) = records(haema("index", str(papers / "lease.pdf"), "--json"))
    assert again["status"] == "unchanged"


def test_import_then_recall_the_stored_turns(haema: Haema, tmp_path: Path) -> None:
    export = tmp_path / "conversations.json"
    turns = [
        ("user", "Jin", "I moved to the corner room in September."),
        ("assistant", "Mina", "Then you have the view of the harbour!"),
    ]
    mapping: dict[str, object] = {"root": {"id": "root", "message": None, "parent": None, "children": ["D1:1"]}}
    for n, (role, name, text) in enumerate(turns, start=1):
        mapping[f"D1:{n}"] = {
            "id": f"D1:{n}",
            "parent": f"D1:{n - 1}" if n > 1 else "root",
            "children": [f"D1:{n + 1}"] if n < len(turns) else [],
            "message": {
                "id": f"D1:{n}",
                "author": {"role": role, "name": name},
                "create_time": 1_700_000_000 + n,
                "content": {"content_type": "text", "parts": [text]},
            },
        }
    thread = {"id": "root", "title": "Rooms", "create_time": 1_700_000_000, "mapping": mapping, "current_node": "D1:2"}
    export.write_text(json.dumps([thread]), encoding="utf-8")
    (done,) = records(haema("import", str(export), "--json"))
    assert (done["conversations"], done["messages"]) == (1, 2)
    (again,) = records(haema("import", str(export), "--json"))
    assert again["messages"] == 0
    (found,) = records(
        haema("recall", "Who has the view of the harbour?", "--kind", "conversations", "--tokens", "200", "--json")
    )
    assert {"D1:1", "D1:2"} <= {id for item in found["items"] for id in item["external_ids"]}
    assert any("Jin" in item["text"] for item in found["items"])


def test_doctor_and_the_exit_codes(haema: Haema, folder: Path) -> None:
    (report,) = records(haema("doctor", "--json"))
    assert report["healthy"] is True
    assert report["model"]["starter"] is True
    assert haema("frobnicate").returncode != 0
    assert haema("recall").returncode == 2
    wrong = haema("ask", "hello", "--conversation", "no-such")
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert len(wrong.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="network namespaces are Linux's")
def test_answers_where_there_is_no_network_at_all(folder: Path) -> None:
    probe = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("this machine allows no network namespace")
    command = [
        "unshare",
        "-rn",
        sys.executable,
        "-m",
        "desktop",
        "ask",
        "Say hello.",
        "--home",
        str(folder),
        "--json",
        "--max-tokens",
        "8",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["answer"]
