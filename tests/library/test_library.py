"""Files and folders into a real store: found, read once, known again, replaced, refused, never read a third time."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge.errors import FileEmpty, FileMissing, FileTooHarmful, FileTypeUnknown, FileUnreadable
from knowledge.library import Library, LibraryStep, excuse
from knowledge.passages import opening
from knowledge.readers import Whole, read
from knowledge.store import Store

ROOT = Path(__file__).parents[2]
EVAL = ROOT.parent / "shared" / "eval" / "files"


def count_words(text: str) -> int:
    return len(text.split())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "home")
    yield store
    store.close()


@pytest.fixture
def library(store: Store) -> Library:
    return Library(store, count_words, 50)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "내 문서 1"
    folder.mkdir()
    return folder


def index(library: Library, *paths: Path, collection: str | None = None) -> list[LibraryStep]:
    """The last step of each file."""
    steps = list(library.index_paths([str(path) for path in paths], collection, lambda: False))
    return [step for step in steps if step.status != "reading"]


def statuses(steps: list[LibraryStep]) -> dict[str, str]:
    return {Path(step.path).name: type(step.error).__name__ if step.error else step.status for step in steps}


def told(store: Store) -> list[tuple[str, int]]:
    """The outbox, emptied."""
    rows = store.db.execute("SELECT change, item FROM outbox ORDER BY seq").fetchall()
    with store.transaction() as db:
        db.execute("DELETE FROM outbox")
    return [(row["change"], row["item"]) for row in rows]


def test_a_file_is_read_once_and_told_to_the_outbox(library: Library, store: Store, folder: Path) -> None:
    path = folder / "편지.md"
    path.write_text("# 편지\n\n진에게.\n\n## 날짜\n\n5월 3일", encoding="utf-8")
    (step,) = index(library, path)
    assert (step.path, step.status, step.passages, step.done, step.total) == (str(path), "indexed", 1, 1, 1)
    (document,) = library.documents()
    assert (document.path, document.title, document.status, document.passages) == (str(path), "편지", "indexed", 1)
    (passage,) = library.passages(document.id)
    assert (passage.text, passage.heading, passage.start) == ("편지\n\n진에게.\n\n날짜\n\n5월 3일", "편지", 0)
    assert told(store) == [("add", passage.id)]
    assert index(library, path)[0].status == "unchanged"
    os.utime(path, (1, 1))
    assert index(library, path)[0].status == "unchanged"
    assert told(store) == []
    assert library.document(document.id) is not None
    assert library.document(99) is None


def test_a_changed_file_replaces_its_passages(library: Library, store: Store, folder: Path) -> None:
    path = folder / "a.txt"
    path.write_text("The code is 41.")
    index(library, path)
    (old,) = library.passages(1)
    told(store)
    path.write_text("The code is now 42.")
    assert index(library, path)[0].status == "indexed"
    (new,) = library.passages(1)
    assert new.text == "The code is now 42."
    assert told(store) == [("remove", old.id), ("add", new.id)]
    path.write_text(" ")
    assert statuses(index(library, path)) == {"a.txt": "FileEmpty"}
    assert library.passages(1) == []
    assert told(store) == [("remove", new.id)]
    assert "no text" in (library.documents()[0].reason or "")


def test_a_renamed_file_is_not_read_again_and_a_copy_is_its_own(library: Library, store: Store, folder: Path) -> None:
    (folder / "old.txt").write_text("The same words.")
    index(library, folder)
    told(store)
    (folder / "old.txt").rename(folder / "new.txt")
    assert statuses(index(library, folder)) == {"new.txt": "unchanged"}
    assert [Path(document.path).name for document in library.documents()] == ["new.txt"]
    assert told(store) == []
    (folder / "copy.txt").write_text("The same words.")
    assert statuses(index(library, folder)) == {"new.txt": "unchanged", "copy.txt": "indexed"}
    assert len(library.documents()) == 2


def test_a_folder_is_searched_through_small_files_first(library: Library, folder: Path, tmp_path: Path) -> None:
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "large.txt").write_text("word " * 200)
    (folder / "deep" / "er" / "small.TXT").write_text("word")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8")
    (folder / ".hidden.txt").write_text("hidden")
    (folder / "~$lock.docx").write_text("lock")
    (folder / ".git").mkdir()
    (folder / ".git" / "inside.txt").write_text("hidden")
    steps = index(library, folder, tmp_path / "nowhere", folder / "large.txt")
    assert statuses(steps) == {
        "nowhere": "FileMissing",
        "picture.jpg": "FileTypeUnknown",
        "small.TXT": "indexed",
        "large.txt": "indexed",
    }
    assert [Path(step.path).name for step in steps][-2:] == ["small.TXT", "large.txt"]
    assert [step.done for step in steps] == [1, 2, 3, 4]
    assert {step.total for step in steps} == {4}
    assert [type(step.error) for step in steps[:2]] in (
        [FileMissing, FileTypeUnknown],
        [FileTypeUnknown, FileMissing],
    )
    assert len(library.documents()) == 2


def test_a_hidden_file_that_was_named_is_read(library: Library, folder: Path) -> None:
    (folder / ".notes.txt").write_text("words")
    assert statuses(index(library, folder / ".notes.txt")) == {".notes.txt": "indexed"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right on Windows")
def test_links_in_a_circle_end_and_a_file_counts_once(library: Library, folder: Path) -> None:
    (folder / "a").mkdir()
    (folder / "a" / "one.txt").write_text("words")
    (folder / "a" / "up").symlink_to(folder, target_is_directory=True)
    (folder / "b").symlink_to(folder / "a", target_is_directory=True)
    (folder / "again.txt").symlink_to(folder / "a" / "one.txt")
    (folder / "nothing.txt").symlink_to(folder / "gone.txt")
    steps = index(library, folder)
    assert sorted(type(step.error).__name__ if step.error else step.status for step in steps) == [
        "FileMissing",
        "indexed",
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_ordinary_file_is_not_waited_for(library: Library, folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    assert statuses(index(library, folder)) == {"pipe.txt": "FileUnreadable"}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_a_name_that_is_no_text_is_refused(library: Library, folder: Path) -> None:
    (folder / os.fsdecode(b"caf\xe9.txt")).write_text("words")
    (step,) = index(library, folder)
    assert isinstance(step.error, FileUnreadable)
    assert step.path.encode() == os.fsencode(folder) + b"/caf?.txt"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is forbidden to this user")
def test_a_locked_file_is_reported_and_what_it_said_stays(library: Library, folder: Path) -> None:
    path = folder / "a.txt"
    path.write_text("first words")
    index(library, path)
    path.write_text("other words now")
    path.chmod(0)
    assert statuses(index(library, path)) == {"a.txt": "FileUnreadable"}
    path.chmod(0o600)
    assert library.passages(1)[0].text == "first words"


def test_our_own_data_folder_is_not_read(library: Library, store: Store) -> None:
    (store.home / "logs.txt").write_text("not a document")
    assert index(library, store.home.parent) == []


def test_broken_and_empty_files_are_kept_with_their_reason(library: Library, folder: Path) -> None:
    (folder / "zero.pdf").write_bytes(b"")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (folder / "fine.txt").write_text("words")
    steps = index(library, folder)
    assert statuses(steps) == {"zero.pdf": "FileEmpty", "broken.pdf": "FileUnreadable", "fine.txt": "indexed"}
    assert isinstance(next(step.error for step in steps if step.path.endswith("zero.pdf")), FileEmpty)
    assert {Path(document.path).name: document.status for document in library.documents()} == {
        "zero.pdf": "refused",
        "broken.pdf": "refused",
        "fine.txt": "indexed",
    }
    assert statuses(index(library, folder)) == statuses(steps) | {"fine.txt": "unchanged"}
    (folder / "zero.pdf").unlink()
    (folder / "broken.pdf").write_bytes(b"")
    assert "FileTooHarmful" not in statuses(index(library, folder)).values()


def test_collections_are_set_and_moved(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text("words")
    index(library, folder, collection="work")
    assert library.documents()[0].collection == "work"
    index(library, folder)
    assert library.documents()[0].collection == "work"
    assert index(library, folder, collection="home")[0].status == "unchanged"
    assert library.documents()[0].collection == "home"


def test_removing_a_document_tells_the_outbox(library: Library, store: Store, folder: Path) -> None:
    (folder / "a.txt").write_text("words")
    index(library, folder)
    passage = library.passages(1)[0].id
    told(store)
    assert library.remove(1)
    assert not library.remove(1)
    assert told(store) == [("remove", passage)]
    assert statuses(index(library, folder)) == {"a.txt": "indexed"}


def test_cancelling_leaves_whole_documents(library: Library, store: Store, folder: Path) -> None:
    for number in range(9):
        (folder / f"{number}.txt").write_text(f"words of {number}")
    steps: list[LibraryStep] = []
    steps.extend(library.index_paths([str(folder)], None, lambda: sum(s.status == "indexed" for s in steps) >= 3))
    assert [step.status for step in steps] == ["reading", "indexed"] * 3
    assert store.db.execute("SELECT count(*) FROM documents WHERE attempts > 0").fetchone()[0] == 0
    assert sorted(step.status for step in index(library, folder)) == ["indexed"] * 6 + ["unchanged"] * 3


def test_cancelling_within_a_document_leaves_no_blame(library: Library, store: Store, folder: Path) -> None:
    (folder / "a.txt").write_text("words")
    calls: list[int] = []

    def after_a_while() -> bool:
        calls.append(1)
        return store.db.execute("SELECT count(*) FROM documents").fetchone()[0] > 0

    for _ in range(4):
        assert [step.status for step in library.index_paths([str(folder)], None, after_a_while)] in (["reading"], [])
    assert statuses(index(library, folder)) == {"a.txt": "indexed"}


def test_a_reading_ended_on_purpose_is_excused(library: Library, store: Store, folder: Path) -> None:
    (folder / "a.txt").write_text("words")
    index(library, folder)
    with store.transaction() as db:
        db.execute("UPDATE documents SET status = 'reading', attempts = 2, size = size + 1")
    excuse(store)
    assert library.documents()[0].status == "waiting"
    assert statuses(index(library, folder)) == {"a.txt": "indexed"}


KILLED = """
import os, signal, sys
from pathlib import Path
import knowledge.library as library
from knowledge.store import Store
real = library.read
def read(path):
    if path.name == "bad.txt":
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return real(path)
library.read = read
for step in library.Library(Store(Path(sys.argv[1])), len, 500).index_paths([sys.argv[2]], None, lambda: False):
    print(type(step.error).__name__ if step.error else step.status, Path(step.path).name, flush=True)
"""


def test_a_file_that_kills_the_process_twice_is_not_read_a_third_time(
    tmp_path: Path, folder: Path, library: Library, store: Store
) -> None:
    def run() -> tuple[int, str]:
        command = [sys.executable, "-c", KILLED, str(tmp_path / "home"), str(folder)]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONUTF8": "1"}
        )
        return done.returncode, done.stdout

    (folder / "a.txt").write_text("a")
    (folder / "bad.txt").write_text("bad file")
    (folder / "large.txt").write_text("a larger file")
    for _ in range(2):
        code, out = run()
        assert code != 0
        assert out.splitlines()[-1] == "reading bad.txt"
    code, out = run()
    assert code == 0
    assert out.splitlines() == [
        "unchanged a.txt",
        "unchanged large.txt",  # read in the second life: what had killed the first came last
        "reading bad.txt",
        "FileTooHarmful bad.txt",
    ]
    assert isinstance(next(step.error for step in index(library, folder / "bad.txt")), FileTooHarmful)
    assert store.db.execute("PRAGMA synchronous").fetchone()[0] == 2
    (folder / "bad.txt").write_text("another text, a new chance")
    assert statuses(index(library, folder / "bad.txt")) == {"bad.txt": "indexed"}


@pytest.mark.parametrize("apart", [True, False])
def test_a_process_killed_while_another_reads_is_not_the_files_fault(store: Store, folder: Path, apart: bool) -> None:
    def in_hand(path: Path, cancelled: object) -> Whole:
        attempts.append(store.db.execute("SELECT status, attempts FROM documents").fetchone())
        return read(path)

    def count(text: str) -> int:
        attempts.append(store.db.execute("SELECT status, attempts FROM documents").fetchone())
        return len(text)

    attempts: list[tuple[str, int]] = []
    (folder / "a.txt").write_text("a word")
    index(Library(store, count, 50, in_hand, apart=apart), folder)
    assert [tuple(each) for each in attempts[:2]] == [("reading", 0 if apart else 1), ("reading", 1)]
    assert store.db.execute("SELECT attempts FROM documents").fetchone()[0] == 0


@pytest.mark.skipif(not EVAL.is_dir(), reason="the evaluation files are not beside the project")
def test_every_real_file_ends_in_passages_or_a_sentence(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.readers.ocr.languages", lambda: "")  # which takes seconds a page
    steps = index(library, EVAL)
    assert len(steps) > 600
    readable = [step for step in steps if not isinstance(step.error, FileTypeUnknown)]
    assert {type(step.error) for step in readable if step.status == "refused"} <= {FileEmpty, FileUnreadable}
    assert sum(step.status == "indexed" for step in readable) > 0.8 * len(readable)
    assert all((step.passages > 0) is (step.status == "indexed") for step in readable)


PARAGRAPHS = [f"Paragraph {n} tells of the {n}th bridge over the river and of all who walked on it." for n in range(60)]


def texts(library: Library) -> dict[int, str]:
    """The passages of the first document by number, in reading order and rightly placed."""
    passages = library.passages(1)
    assert [passage.ordinal for passage in passages] == list(range(len(passages)))
    return {passage.id: passage.text for passage in passages}


@pytest.mark.parametrize("headings", [True, False], ids=["headings", "plain"])
@pytest.mark.parametrize("place", [0, 29, 59])
def test_only_the_passages_that_changed_are_told(
    library: Library, store: Store, folder: Path, headings: bool, place: int
) -> None:
    def written(paragraphs: list[str]) -> str:
        return "\n\n".join(
            f"# Part {n // 10}\n\n{p}" if headings and n % 10 == 0 else p for n, p in enumerate(paragraphs)
        )

    path = folder / ("a.md" if headings else "a.txt")
    path.write_text(written(PARAGRAPHS))
    index(library, path)
    before = texts(library)
    assert len(before) > 15
    told(store)
    changed = list(PARAGRAPHS)
    changed[place] += " And then a sentence of eleven words came to stand there."
    path.write_text(written(changed))
    assert index(library, path)[0].status == "indexed"
    after = texts(library)
    kept = before.keys() & after.keys()
    assert all(before[id] == after[id] for id in kept)
    assert len(before) - 3 <= len(kept) < len(before)
    opened_anew = opening(next(iter(before.values()))) != opening(next(iter(after.values())))
    added = after.keys() if opened_anew else after.keys() - kept  # each is found by the document's first line as well
    assert opened_anew <= (place == 0 and not headings)
    assert sorted(told(store)) == sorted(
        [("remove", id) for id in before.keys() - kept] + [("add", id) for id in added]
    )
    document = " ".join(written(changed).replace("# ", "").split())
    assert " ".join(" ".join(after.values()).split()) == document


def test_passages_that_trade_places_stay_the_same(library: Library, store: Store, folder: Path) -> None:
    parts = [f"# Part {n}\n\n" + "\n\n".join(PARAGRAPHS[n * 4 : n * 4 + 4]) for n in range(8)]
    path = folder / "a.md"
    path.write_text("\n\n".join(parts))
    index(library, path)
    before = texts(library)
    told(store)
    path.write_text("\n\n".join(reversed(parts)))
    assert index(library, path)[0].status == "indexed"
    after = texts(library)
    assert sorted(before) == sorted(after)
    assert list(before) != list(after)
    assert sorted(told(store)) == sorted(("add", id) for id in after)  # another first line, by which each is found
    starts = [passage.start for passage in library.passages(1)]
    assert starts == sorted(starts)


def test_files_wait_in_the_store_until_they_are_read(library: Library, store: Store, folder: Path) -> None:
    for number in range(5):
        (folder / f"{number}.txt").write_text(f"words of {number} " * (number + 1))
    steps = library.index_paths([str(folder)], "work", lambda: False)
    while next(steps).status != "indexed":
        pass
    assert [document.status for document in library.documents()] == ["indexed"] + ["waiting"] * 4
    del steps  # closing it is a cancel: the others are not wanted any more
    assert [document.status for document in library.documents()] == ["indexed"]
    (folder / "0.txt").write_text("other words")
    code = (
        "import os, sys; from pathlib import Path\n"
        "from knowledge.library import Library; from knowledge.store import Store\n"
        "steps = Library(Store(Path(sys.argv[1])), len, 500).index_paths([sys.argv[2]], 'work', lambda: False)\n"
        "while next(steps).status != 'indexed': pass\n"
        "os._exit(9)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(store.home), str(folder)], cwd=ROOT, check=False)
    assert done.returncode == 9
    assert library.waiting() == 4
    (folder / "3.txt").unlink()
    again = [step for step in library.index_waiting(lambda: False) if step.status != "reading"]
    assert statuses(again) == {
        "1.txt": "indexed",
        "2.txt": "indexed",
        "3.txt": "FileMissing",
        "4.txt": "indexed",
    }
    assert library.waiting() == 0
    assert {document.collection for document in library.documents()} == {"work"}
    assert statuses(index(library, folder)) == dict.fromkeys(["0.txt", "1.txt", "2.txt", "4.txt"], "unchanged")


def test_a_changed_file_that_was_not_reached_keeps_what_it_said(library: Library, store: Store, folder: Path) -> None:
    (folder / "a.txt").write_text("first words")
    index(library, folder)
    (folder / "a.txt").write_text("other words now")
    list(
        library.index_paths(
            [str(folder)],
            None,
            lambda: store.db.execute("SELECT 1 FROM documents WHERE status = 'reading'").fetchone() is not None,
        )
    )
    (document,) = library.documents()
    assert (document.status, library.passages(1)[0].text) == ("indexed", "first words")
    assert statuses(index(library, folder)) == {"a.txt": "indexed"}
    assert library.passages(1)[0].text == "other words now"


def test_a_touched_and_a_renamed_file_are_known_while_they_wait(library: Library, store: Store, folder: Path) -> None:
    (folder / "a.txt").write_text("The same words.")
    (folder / "b.txt").write_text("Other words of it.")
    index(library, folder)
    told(store)
    os.utime(folder / "a.txt", (5, 5))
    (folder / "b.txt").rename(folder / "B.txt")
    assert statuses(index(library, folder)) == {"a.txt": "unchanged", "B.txt": "unchanged"}
    assert sorted(Path(document.path).name for document in library.documents()) == ["B.txt", "a.txt"]
    assert told(store) == []
    assert library.waiting() == 0
