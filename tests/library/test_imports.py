"""ChatGPT exports into a real store: branches, what is left out, twice the same, and files that are none."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ExportUnknown, FileMissing, FileUnreadable
from knowledge.history import History
from knowledge.imports import import_conversations
from knowledge.messages import Imported
from knowledge.store import Store


@pytest.fixture
def store(tmp_path: Path):
    store = Store(tmp_path / "home")
    yield store
    store.close()


def node(id: str, parent: str | None, text: str | None, role: str = "user", **more: Any) -> dict[str, Any]:
    """One node of a mapping, as ChatGPT writes it; keyword arguments go into the message."""
    if text is None:
        return {"id": id, "message": None, "parent": parent, "children": []}
    message = {
        "id": id,
        "author": {"role": role, "name": None, "metadata": {}},
        "create_time": 1_700_000_000.5,
        "content": {"content_type": "text", "parts": [text]},
        "status": "finished_successfully",
        "weight": 1.0,
        "metadata": {},
        "recipient": "all",
    }
    return {"id": id, "message": message | more, "parent": parent, "children": []}


def thread(id: str, nodes: list[dict[str, Any]], current: str | None, **more: Any) -> dict[str, Any]:
    mapping = {node["id"]: node for node in nodes}
    whole = {"title": "A talk", "create_time": 1_700_000_000.0, "update_time": 1_700_000_100.0, "mapping": mapping}
    return whole | {"current_node": current, "conversation_id": id, "id": id} | more


def bring(path: Path, store: Store) -> Imported:
    steps = import_conversations(path, store, lambda: False)
    while True:
        try:
            done, total = next(steps)
            assert 0 < done <= total
        except StopIteration as end:
            return end.value


def saved(tmp_path: Path, *threads: dict[str, Any], name: str = "conversations.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(list(threads)), encoding="utf-8")
    return path


def talk(store: Store, place: int = 0) -> list[tuple[str, str]]:
    history = History(store)
    return [(message.role, message.text) for message in history.messages(history.conversations()[place].id)]


def test_a_thread_keeps_its_words_authors_times_and_ids(tmp_path: Path, store: Store) -> None:
    question = node("D1:1", "root", "내 동생 이름은 진이야", author={"role": "user", "name": "민지"})
    answer = node("D1:2", "D1:1", "Noted.", "assistant", create_time=1_700_000_030.0, metadata={"model_slug": "gpt-4o"})
    path = saved(tmp_path, thread("t1", [node("root", None, None), question, answer], "D1:2"))
    assert bring(path, store) == Imported(conversations=1, messages=2, known=0)
    conversation = History(store).conversations()[0]
    assert (conversation.title, conversation.created, conversation.updated) == (
        "A talk",
        1_700_000_000.0,
        1_700_000_030.0,
    )
    first, second = History(store).messages(conversation.id)
    assert (first.text, first.author, first.created, first.parent) == (
        "내 동생 이름은 진이야",
        "민지",
        1_700_000_000.5,
        None,
    )
    assert (second.text, second.model, second.parent, second.state) == ("Noted.", "gpt-4o", first.id, "complete")
    ids = store.db.execute("SELECT external_id FROM messages ORDER BY id").fetchall()
    assert [row[0] for row in ids] == ["D1:1", "D1:2"]
    assert store.db.execute("SELECT count(*) FROM outbox WHERE change = 'add'").fetchone()[0] == 2


def test_the_current_branch_is_shown_and_the_others_are_kept(tmp_path: Path, store: Store) -> None:
    nodes = [
        node("root", None, None),
        node("q", "root", "Name a fruit"),
        node("a1", "q", "Apple", "assistant"),
        node("b1", "a1", "Thanks"),
        node("a2", "q", "Pear", "assistant"),
        node("q2", "root", "Name a tree"),
        node("a3", "q2", "Oak", "assistant"),
    ]
    bring(saved(tmp_path, thread("t", nodes, "b1")), store)
    assert talk(store) == [("user", "Name a fruit"), ("assistant", "Apple"), ("user", "Thanks")]
    parents = store.db.execute(
        "SELECT m.external_id, p.external_id FROM messages m LEFT JOIN messages p ON p.id = m.parent"
    ).fetchall()
    expected = {"q": None, "a1": "q", "b1": "a1", "a2": "q", "q2": None, "a3": "q2"}
    assert {row[0]: row[1] for row in parents} == expected


def test_what_nobody_said_or_saw_is_left_out_and_the_chain_closes_over_it(tmp_path: Path, store: Store) -> None:
    hidden = {"is_visually_hidden_from_conversation": True}
    nodes = [
        node("root", None, None),
        node("sys", "root", "You are a helpful system", "system"),
        node("ctx", "sys", "about the user", metadata=hidden),
        node("q", "ctx", "Plot it"),
        node("think", "q", "", "assistant", content={"content_type": "thoughts", "thoughts": [{"content": "hm"}]}),
        node("call", "think", "", "assistant", recipient="python", content={"content_type": "code", "text": "plot(1)"}),
        node("tool", "call", "<output>", "tool"),
        node("search", "tool", "search('x')", "assistant", recipient="browser"),
        node("old", "search", "stale", "assistant", weight=0.0),
        node("recap", "old", "", "assistant", content={"content_type": "reasoning_recap", "content": "4 s"}),
        node(
            "pic",
            "recap",
            "",
            "assistant",
            content={
                "content_type": "multimodal_text",
                "parts": [{"content_type": "image_asset_pointer"}, "Here it is", None],
            },
        ),
        node("cite", "pic", "It is blue\ue200cite\ue202turn0search1\ue201 and deep【3†source】.", "assistant"),
        node("empty", "cite", "  "),
    ]
    bring(saved(tmp_path, thread("t", nodes, "empty")), store)
    assert talk(store) == [
        ("user", "Plot it"),
        ("assistant", "plot(1)"),
        ("assistant", "Here it is"),
        ("assistant", "It is blue and deep."),
    ]


def test_twice_the_same_makes_no_doubles_and_new_messages_are_added(tmp_path: Path, store: Store) -> None:
    nodes = [node("root", None, None), node("q", "root", "Hello"), node("a", "q", "Hi", "assistant")]
    path = saved(tmp_path, thread("t", nodes, "a"), thread("u", [node("x", None, "Other")], "x"))
    assert bring(path, store) == Imported(2, 3, 0)
    assert bring(path, store) == Imported(0, 0, 3)
    more = [*nodes, node("q3", "a", "Again", create_time=1_800_000_000)]
    assert bring(saved(tmp_path, thread("t", more, "q3")), store) == Imported(1, 1, 2)
    assert talk(store) == [("user", "Hello"), ("assistant", "Hi"), ("user", "Again")]
    assert store.db.execute("SELECT count(*) FROM conversations").fetchone()[0] == 2


def test_the_same_message_id_in_two_threads_is_two_messages(tmp_path: Path, store: Store) -> None:
    path = saved(tmp_path, *(thread(id, [node("root", None, None), node("m1", "root", id)], "m1") for id in "ab"))
    assert bring(path, store).messages == 2


@pytest.mark.parametrize(
    "names", [("conversations.json",), ("export/conversations-000.json", "export/conversations-001.json")]
)
def test_the_zip_as_it_was_downloaded(tmp_path: Path, store: Store, names: tuple[str, ...]) -> None:
    with zipfile.ZipFile(tmp_path / "내보내기 export.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("user.json", "{}")
        package.writestr("shared_conversations.json", '[{"id": "s", "title": "no mapping"}]')
        for number, name in enumerate(names):
            one = thread(f"t{number}", [node("root", None, None), node(f"m{number}", "root", f"안녕 {number}")], None)
            package.writestr(name, json.dumps([one]))
    assert bring(tmp_path / "내보내기 export.zip", store) == Imported(len(names), len(names), 0)


def test_odd_times_titles_and_characters_are_survived(tmp_path: Path, store: Store) -> None:
    nodes = [
        node("root", None, None),
        node("a", "root", "no time", create_time=None),
        node("b", "a", 'NaN, [NaN] and Infinity stay words: "NaN"', create_time=float("nan")),
        node("c", "b", "half \ud83d of a smile", create_time=float("-inf")),
        node("d", "c", "milliseconds", create_time=1_700_000_000_000),
        node("e", "d", "a date", create_time="2024-05-01T10:00:00Z"),
        node("f", "e", "never", create_time="yesterday"),
        node("g", "f", "true", create_time=True),
    ]
    path = saved(tmp_path, thread("t", nodes, "g", title=None, create_time=float("nan")))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert bring(path, store).messages == 7
    history = History(store)
    conversation = history.conversations()[0]
    assert conversation.title == "no time"
    said = {message.text: message.created for message in history.messages(conversation.id)}
    assert 'NaN, [NaN] and Infinity stay words: "NaN"' in said
    assert "half ? of a smile" in said
    assert said["milliseconds"] == 1_700_000_000
    assert said["a date"] == said["never"] == said["true"] == 1_714_557_600
    assert all(time > 0 for time in said.values())


def test_strings_across_blocks_are_not_torn(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.chats.json_stream.BLOCK", 7)
    texts = [f'{n} "mapping": NaN \\ {"x" * n} 해마 -Infinity\n' for n in range(40)]
    nodes = [node("root", None, None)]
    nodes += [node(f"m{n}", "root", text, create_time=float("nan")) for n, text in enumerate(texts)]
    assert bring(saved(tmp_path, thread("t", nodes, "m1")), store).messages == 40
    stored = {row[0] for row in store.db.execute("SELECT text FROM messages")}
    assert stored == {text.strip() for text in texts}


def test_parents_in_a_circle_end_somewhere(tmp_path: Path, store: Store) -> None:
    circle = [node("a", "c", "one"), node("b", "a", "two"), node("c", "b", "three"), node("s", "s", "self")]
    lost = [node("x", "y", None), node("y", "x", None), node("z", "x", "below nothing")]
    twin = node("twin", "a", "one")
    twin["message"]["id"] = "a"
    assert bring(saved(tmp_path, thread("t", [*circle, *lost, twin], "c")), store).messages == 5
    assert talk(store)[-1] == ("user", "three")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b"not json",
        b'[{"title": "no mapping here"}]',
        b'["mapping"]',
        b'{"mapping": 1}',
        b'[{"mapping": 3}]',
        b'[{"uuid": "c", "messages": []}]',
        b"\xff\xfe[\x00",
        b"PK\x03\x04 cut off",
    ],
)
def test_another_file_is_no_export(tmp_path: Path, store: Store, content: bytes) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(content)
    with pytest.raises(ExportUnknown):
        bring(path, store)
    assert store.db.execute("SELECT count(*) FROM conversations").fetchone()[0] == 0


def test_a_file_cut_off_says_so_and_can_be_imported_again(tmp_path: Path, store: Store) -> None:
    threads = [
        thread(f"t{n}", [node("root", None, None), node(f"m{n}", "root", f"word {n}")], f"m{n}") for n in range(20)
    ]
    whole = saved(tmp_path, *threads).read_bytes()
    (tmp_path / "half.json").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ExportUnknown):
        bring(tmp_path / "half.json", store)
    before = store.db.execute("SELECT count(*) FROM messages").fetchone()[0]
    assert bring(tmp_path / "conversations.json", store) == Imported(20 - before, 20 - before, before)


def test_missing_files_and_folders(tmp_path: Path, store: Store) -> None:
    with pytest.raises(FileMissing):
        bring(tmp_path / "nowhere.json", store)
    with pytest.raises((FileUnreadable, ExportUnknown)):
        bring(tmp_path, store)


def test_a_zip_that_unpacks_beyond_measure_is_refused_before_it_is_unpacked(tmp_path: Path, store: Store) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("conversations.json", b'[{"mapping": {"a": "' + b" " * 50_000_000 + b'"}}]')
    with pytest.raises(FileUnreadable):
        bring(tmp_path / "bomb.zip", store)


def test_a_thread_beyond_measure_ends_the_import(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.chats.json_stream.LARGEST_RECORD", 100_000)
    monkeypatch.setattr("knowledge.chats.json_stream.BLOCK", 1000)
    small = thread("s", [node("m", None, "fine")], "m")
    path = saved(tmp_path, small, thread("t", [node("n", None, "word " * 100_000)], "n"))
    with pytest.raises(FileUnreadable):
        bring(path, store)


def test_cancelling_keeps_whole_threads(tmp_path: Path, store: Store) -> None:
    threads = [thread(f"t{n}", [node("root", None, None), node(f"m{n}", "root", "word")], f"m{n}") for n in range(9)]
    seen: list[int] = []
    steps = import_conversations(saved(tmp_path, *threads), store, lambda: len(seen) >= 3)
    with pytest.raises(StopIteration) as end:
        while True:
            seen.append(next(steps)[0])
    assert end.value.value == Imported(3, 3, 0)
    assert store.db.execute("SELECT count(*) FROM messages").fetchone()[0] == 3


def test_mutated_exports_never_break_the_import(tmp_path: Path, store: Store) -> None:
    nodes = [node("root", None, None), node("q", "root", "Hello"), node("a", "q", "Hi", "assistant")]
    good = saved(tmp_path, thread("t", nodes, "a"), thread("u", nodes, "q")).read_bytes()
    dice = random.Random(7)
    pieces = [b"null", b"[", b"{", b'"', b"-1e999", b"\xff", b"true", b"[[[[", b"\\ud800", b"NaN"]
    for _ in range(400):
        at = dice.randrange(len(good))
        path = tmp_path / "mutated.json"
        path.write_bytes(good[:at] + dice.choice(pieces) + good[at + dice.randrange(12) :])
        try:
            bring(path, store)
        except (ExportUnknown, FileUnreadable):
            continue
    for conversation in History(store).conversations():
        History(store).messages(conversation.id)
