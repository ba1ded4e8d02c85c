"""`haema documents …` as scripts use it: real processes."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import Haema, records


def test_watch_list_remove_and_unwatch(haema: Haema, tmp_path: Path, folder: Path) -> None:
    papers = tmp_path / "내 논문"
    papers.mkdir()
    for name in ("one", "two", "three"):
        (papers / f"{name}.txt").write_text(f"The word of file {name} is zyqqoval{name}.", encoding="utf-8")
    watch = records(haema("documents", "watch", str(papers), "--collection", "work", "--json"))
    assert {Path(record["path"]).name: record["status"] for record in watch} == dict.fromkeys(
        ["one.txt", "two.txt", "three.txt"], "indexed"
    )
    assert records(haema("documents", "list", "--watched", "--json")) == [
        {"path": str(papers), "collection": "work", "there": True}
    ]
    listed = records(haema("documents", "list", "--json"))
    assert {(Path(each["path"]).name, each["passages"], each["collection"]) for each in listed} == {
        (f"{name}.txt", 1, "work") for name in ("one", "two", "three")
    }
    assert "1 passage" in haema("documents", "list").stdout

    assert haema("documents", "remove", str(papers)).returncode == 2  # three at once are asked about
    gone = records(haema("documents", "remove", str(papers / "one.txt"), "--json"))
    assert gone == [{"path": str(papers / "one.txt"), "status": "forgotten"}]
    assert len(records(haema("documents", "list", "--json"))) == 2
    assert not [file for file in folder.rglob("*") if file.is_file() and b"zyqqovalone" in file.read_bytes()]
    assert [file for file in folder.rglob("*") if file.is_file() and b"zyqqovaltwo" in file.read_bytes()]
    unknown = haema("documents", "remove", str(papers / "one.txt"))
    assert (unknown.returncode, len(unknown.stderr.strip().splitlines())) == (1, 1)

    assert "not watched any more" in haema("documents", "unwatch", str(papers)).stdout
    assert haema("documents", "unwatch", str(papers)).returncode == 1
    assert haema("documents", "watch", str(papers / "two.txt")).returncode == 1
    assert records(haema("documents", "list", "--watched", "--json")) == []
