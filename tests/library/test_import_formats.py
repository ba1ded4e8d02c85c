"""Exports of other programs than the first, and ChatGPT's present one, into a real store."""

from __future__ import annotations

import base64
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from knowledge.errors import ExportUnknown, FileUnreadable
from knowledge.history import History
from knowledge.imports import import_conversations
from knowledge.messages import Imported
from knowledge.store import Store
from tests.library.test_imports import bring, node, saved, store, talk, thread

__all__ = ["store"]  # a fixture

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(40))


def written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
    return path


def zipped(path: Path, files: dict[str, Any]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, value in files.items():
            package.writestr(name, value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False))
    return path


# ---------------------------------------------------------------- ChatGPT as it is now


def test_chatgpt_in_numbered_parts_with_pictures_and_custom_instructions(tmp_path: Path, store: Store) -> None:
    about = {"content_type": "user_editable_context", "user_profile": "```I am a nurse.\n- I live in Busan.```"}
    picture = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_00ab"}
    lost = {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-Gone"}
    heard = {"content_type": "audio_transcription", "text": "말로 물었어요", "direction": "in"}
    nodes = [
        node("root", None, None),
        node("ctx", "root", "", metadata={"is_visually_hidden_from_conversation": True}, content=about),
        node("q", "ctx", "", content={"content_type": "multimodal_text", "parts": [picture, "What is this?", heard]}),
        node("think", "q", "", "assistant", content={"content_type": "thoughts", "thoughts": []}),
        node("a", "think", "", "assistant", content={"content_type": "text", "parts": ["A \ue200entity\ue202"]}),
        node("only", "a", "", content={"content_type": "multimodal_text", "parts": [picture]}),
        node("none", "only", "", content={"content_type": "multimodal_text", "parts": [lost]}),
        node("end", "none", "Thanks"),
    ]
    marked = (
        'It is \ue200entity\ue202["place","Gwangan Bridge","in Busan"]\ue201, \ue203lit at night\ue204'
        "\ue200cite\ue202turn0search1\ue201, see \ue200url\ue202the guide\ue202https://x.org\ue201."
    )
    nodes[4]["message"]["content"]["parts"] = [marked]
    nodes[2]["message"]["metadata"] = {"attachments": [{"id": "file_00ab", "name": "bridge.png"}]}
    path = zipped(
        tmp_path / "export.zip",
        {
            "export_manifest.json": {"logical_files": {}},
            "user.json": {"id": "u", "email": "nobody@example.org"},
            "conversation_asset_file_names.json": {"file_00ab.dat": "bridge.png"},
            "message_feedback.json": [{"id": "m", "rating": "up"}],
            "conversations-000.json": [thread("t0", nodes, "end")],
            "conversations-001.json": [thread("t1", [node("x", None, "Hello", weight=1.0)], "x")],
            "file_00ab.dat": PNG,
            "chat.html": b"<html></html>",
        },
    )
    imported = bring(path, store)
    assert (imported.conversations, imported.messages, imported.facts) == (2, 5, 2)
    assert dict(imported.left_out) == {"files": 1, "hidden": 1, "reasoning": 1}
    conversation = store.db.execute("SELECT id FROM conversations WHERE external_id = 't0'").fetchone()["id"]
    shown = History(store).messages(conversation)
    assert [message.text for message in shown] == [
        "What is this?\n\n말로 물었어요",
        "It is Gwangan Bridge, lit at night, see the guide.",
        "",
        "Thanks",
    ]
    assert [image.name for image in History(store).images(shown[0].id)] == ["bridge.png"]
    assert History(store).images(shown[2].id)[0].data == PNG
    facts = store.db.execute("SELECT text, kind, state, origin FROM facts ORDER BY id").fetchall()
    assert [tuple(fact) for fact in facts] == [
        ("I am a nurse.", "written", "proposed", None),
        ("I live in Busan.", "written", "proposed", None),
    ]
    assert bring(path, store) == Imported(0, 0, 5, 0, 0, imported.left_out)


def test_a_later_export_brings_its_title_unless_the_user_chose_one(tmp_path: Path, store: Store) -> None:
    threads = [thread(id, [node("m", None, "Hello")], "m", title="New chat") for id in "ab"]
    bring(saved(tmp_path, *threads), store)
    mine = store.db.execute("SELECT id FROM conversations WHERE external_id = 'a'").fetchone()["id"]
    History(store).rename(mine, "Mine")
    bring(saved(tmp_path, *({**one, "title": "Greeting"} for one in threads)), store)
    titles = {row[0]: row[1] for row in store.db.execute("SELECT external_id, title FROM conversations")}
    assert titles == {"a": "Mine", "b": "Greeting"}


def test_what_was_not_to_be_remembered_there_is_sealed_here(tmp_path: Path, store: Store) -> None:
    bring(saved(tmp_path, thread("t", [node("m", None, "Secret")], "m", is_do_not_remember=True)), store)
    assert store.db.execute("SELECT sealed FROM conversations").fetchone()["sealed"] == 1


# ---------------------------------------------------------------- Claude


def said(id: str, parent: str | None, sender: str, content: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    when = {"created_at": f"2026-03-07T12:00:{int(id[1:]):02}.551130Z"}
    return {
        "uuid": id,
        "sender": sender,
        "text": "x",
        "content": content,
        "parent_message_uuid": parent,
        **when,
        **more,
    }


def words(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text, "citations": []}


def test_claude_with_branches_thoughts_attachments_projects_and_notes(tmp_path: Path, store: Store) -> None:
    root = "00000000-0000-4000-8000-000000000000"
    attached = [{"file_name": "../rent.txt", "file_type": "txt", "extracted_content": "The rent is 640 euros."}]
    conversation = {
        "uuid": "c1",
        "name": "Rent",
        "created_at": "2026-03-07T12:00:00Z",
        "project_uuid": "p1",
        "chat_messages": [
            said("m1", root, "human", [words("What is my rent?")], attachments=attached),
            said("m2", "m1", "assistant", [words("No idea.")]),
            said(
                "m3",
                "m1",
                "assistant",
                [{"type": "thinking", "thinking": "It says 640."}, {"type": "tool_use", "name": "view"}, words("640.")],
            ),
        ],
    }
    old = {"uuid": "c2", "name": "", "chat_messages": [{"uuid": "m9", "sender": "human", "text": "An old one"}]}
    project = {"uuid": "p1", "name": "Flat", "docs": [{"filename": "rules.md", "content": "No dogs."}]}
    notes = [{"conversations_memory": "Likes tea.", "project_memories": {"p1": "Moves in May.", "p2": "Elsewhere."}}]
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as package:
        package.writestr("data/projects/p1.json", json.dumps(project))
    path = zipped(
        tmp_path / "data-batch-0000.zip",
        {
            "conversations.json": [conversation, old],
            "memories.json": notes,
            "users.json": [{"uuid": "u"}],
            "more.zip": inner.getvalue(),
        },
    )
    imported = bring(path, store)
    assert (imported.conversations, imported.messages, imported.documents) == (2, 4, 4)
    assert dict(imported.left_out) == {"tools": 1, "notes": 1}
    rent = store.db.execute("SELECT id, project FROM conversations WHERE external_id = 'c1'").fetchone()
    assert rent["project"] == "p1"
    shown = History(store).messages(rent["id"])
    assert [(message.text, message.details) for message in shown] == [
        ("What is my rent?", {}),
        ("640.", {"thought": "It says 640."}),
    ]
    documents = store.db.execute(
        "SELECT path, collection, project, text FROM documents JOIN passages ON document = documents.id ORDER BY path"
    ).fetchall()
    assert [tuple(row) for row in documents] == [
        ("claude:/account/What Claude noted.md", "Claude", None, "Likes tea."),
        ("claude:/c1/.._rent.txt", "Claude", "p1", "The rent is 640 euros."),
        ("claude:/p1/What Claude noted.md", "Claude", "p1", "Moves in May."),
        ("claude:/p1/rules.md", "Claude", "p1", "No dogs."),
    ]
    assert store.db.execute("SELECT name FROM projects").fetchone()["name"] == "Flat"
    again = bring(path, store)
    assert (again.messages, again.known, again.documents) == (0, 4, 0)


# ---------------------------------------------------------------- Open WebUI and LibreChat


def test_open_webui_with_reasoning_files_and_the_shown_branch(tmp_path: Path, store: Store) -> None:
    folded = (
        '<details type="reasoning" done="true"><summary>Thought</summary>\n&gt; 15 * 17\n</details>\n'
        '<details type="tool_calls"><summary>Tool</summary>"x"</details>255'
    )
    url = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    files = [
        {"type": "image", "url": url},
        {"type": "file", "name": "sums.txt", "file": {"data": {"content": "Sums of mine"}}},
    ]
    messages = {
        "a": {
            "id": "a",
            "parentId": None,
            "role": "user",
            "content": "15 * 17?",
            "timestamp": 1700000000,
            "files": files,
        },
        "b": {
            "id": "b",
            "parentId": "a",
            "role": "assistant",
            "content": folded,
            "timestamp": 1700000010,
            "model": "r1",
        },
        "c": {"id": "c", "parentId": "a", "role": "assistant", "content": "Not sure", "timestamp": 1700000020},
    }
    chat = {"id": "w", "title": "Sums", "chat": {"history": {"currentId": "b", "messages": messages}}}
    imported = bring(written(tmp_path / "chat-export.json", [{**chat, "created_at": 1700000000}]), store)
    assert (imported.messages, imported.documents, dict(imported.left_out)) == (3, 1, {"tools": 1})
    assert talk(store) == [("user", "15 * 17?"), ("assistant", "255")]
    shown = History(store).messages(History(store).conversations()[0].id)
    assert shown[1].details == {"thought": "15 * 17"}
    assert History(store).images(shown[0].id)[0].data == PNG


@pytest.mark.parametrize("within", [True, False])
def test_librechat_flat_and_one_in_the_other(tmp_path: Path, store: Store, within: bool) -> None:
    def message(id: str, parent: str, mine: bool, text: str, *children: dict[str, Any]) -> dict[str, Any]:
        about = {"messageId": id, "isCreatedByUser": mine, "text": text, "createdAt": f"2024-05-01T16:35:{id[1:]}Z"}
        return {**about, "parentMessageId": parent, "children": list(children)}

    root = "00000000-0000-0000-0000-000000000000"
    two, three = message("m12", "m11", False, "One answer"), message("m13", "m11", False, "")
    three["content"] = [{"type": "think", "think": "hm"}, {"type": "text", "text": {"value": "Another"}}]
    if within:
        export = {"messagesTree": [message("m11", root, True, "A question", two, three)], "recursive": True}
    else:
        export = {"messages": [message("m11", root, True, "A question"), two, three], "recursive": False}
    bring(written(tmp_path / "chat.json", {"conversationId": "l", "title": "Asked", **export}), store)
    assert talk(store) == [("user", "A question"), ("assistant", "Another")]
    assert store.db.execute("SELECT count(*) FROM messages WHERE parent IS NULL").fetchone()[0] == 1


# ---------------------------------------------------------------- whole files


def test_an_import_that_was_stopped_goes_on_where_it_was(tmp_path: Path, store: Store) -> None:
    path = saved(tmp_path, *(thread(f"t{n}", [node(f"m{n}", None, "word")], f"m{n}") for n in range(9)))
    seen: list[int] = []
    with pytest.raises(StopIteration):
        steps = import_conversations(path, store, lambda: len(seen) >= 4)
        while True:
            seen.append(next(steps)[0])
    place = store.db.execute("SELECT place, finished FROM imports").fetchone()
    assert tuple(place) == (4, None)
    with store.transaction() as db:  # what was taken in and is gone meanwhile is not taken in again by going on
        db.execute("DELETE FROM conversations WHERE external_id = 't0'")
    assert bring(path, store) == Imported(5, 5, 0)
    assert bring(path, store) == Imported(1, 1, 8)


def test_all_of_it_may_belong_to_a_project(tmp_path: Path, store: Store) -> None:
    with store.transaction() as db:
        db.execute("INSERT INTO projects (id, name, created) VALUES ('p', 'Work', 1)")
    steps = import_conversations(saved(tmp_path, thread("t", [node("m", None, "x")], "m")), store, bool, project="p")
    for _ in steps:
        pass
    assert store.db.execute("SELECT project FROM conversations").fetchone()["project"] == "p"


@pytest.mark.parametrize("content", ["[" * 200_000, '[{"mapping": ' + '{"a":' * 100_000, '[{"mapping": ' + "9" * 9000])
def test_what_is_nested_or_numbered_beyond_measure_is_no_export(tmp_path: Path, store: Store, content: str) -> None:
    path = tmp_path / "deep.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises((ExportUnknown, FileUnreadable)):
        bring(path, store)


def test_a_zip_of_zips_of_zips_is_not_followed(tmp_path: Path, store: Store) -> None:
    inner = json.dumps([thread("t", [node("m", None, "x")], "m")]).encode()
    for depth in range(4):
        name = "conversations.json" if depth == 0 else "inner.zip"
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as package:
            package.writestr(name, inner)
        inner = held.getvalue()
    (tmp_path / "deep.zip").write_bytes(inner)
    with pytest.raises(ExportUnknown):
        bring(tmp_path / "deep.zip", store)


def test_an_export_of_any_size_is_read_in_bounded_memory(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.chats.json_stream.BLOCK", 50_000)
    path = saved(tmp_path, *(thread(f"t{n}", [node("m", None, "word " * 2000)], "m") for n in range(400)))
    assert path.stat().st_size > 4_000_000
    tracemalloc.start()
    try:
        assert bring(path, store).messages == 400
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1_500_000
