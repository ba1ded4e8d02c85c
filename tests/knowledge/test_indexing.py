"""The outbox and the indexes: nothing lost, nothing doubled, everything derived can be built again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.embedder import Embedder
from knowledge.words import Words
from tests.knowledge.conftest import Memory


def filled(home: Path, embedder: Embedder, words: Words) -> Memory:
    memory = Memory(home, embedder, words)
    memory.tell("The museum opens at nine.", "고양이 이름은 나비야.", "We parked the car in Elm Street.")
    memory.document("a.txt", "Copper conducts electricity well.", "구리는 전기를 잘 통한다.")
    memory.learn()
    return memory


def agrees(memory: Memory) -> bool:
    stored = {
        "message": {row[0] for row in memory.store.db.execute("SELECT id FROM messages")},
        "passage": {row[0] for row in memory.store.db.execute("SELECT id FROM passages")},
    }
    return all(
        memory.indexes.dense.items(kind) == memory.indexes.lexicons[kind].items() == items
        and len(memory.indexes.lexicons[kind]) == len(items)
        for kind, items in stored.items()
    )


def answers(memory: Memory) -> bool:
    return (
        "Elm Street" in memory.recall("Where is the car?", "conversations")[0].text
        and "나비" in memory.recall("고양이 이름", "conversations")[0].text
        and memory.recall("Does copper conduct?", "documents")[0].text.startswith("Copper")
    )


def test_told_facts_are_recalled_after_reopening(tmp_path: Path, embedder: Embedder, words: Words) -> None:
    filled(tmp_path, embedder, words).close()
    again = Memory(tmp_path, embedder, words)
    assert again.indexer.waiting() == 0
    assert again.indexes.repaired == []
    assert agrees(again)
    assert answers(again)
    again.close()


@pytest.mark.parametrize("folder", ["chroma", "lexicon", "lexicon/messages", "lexicon/documents"])
@pytest.mark.parametrize("harm", ["gone", "emptied", "garbage", "a file", "foreign"])
def test_a_broken_index_is_rebuilt(tmp_path: Path, embedder: Embedder, words: Words, folder: str, harm: str) -> None:
    filled(tmp_path, embedder, words).close()
    place = tmp_path / folder
    if harm == "foreign":
        for marker in place.rglob("haema.json"):
            marker.write_text(marker.read_text().replace('"store": "', '"store": "not'))
    elif harm == "garbage":
        for file in place.rglob("*"):
            if file.is_file() and file.name != "haema.json":
                file.write_bytes(b"\x00garbage" * 50)
    else:
        shutil.rmtree(place)
        if harm == "emptied":
            place.mkdir()
        elif harm == "a file":
            place.write_text("not a folder")
    if folder == "lexicon" and harm == "a file":
        place.unlink()  # its parts are the folders that matter
    again = Memory(tmp_path, embedder, words)
    assert again.indexes.repaired
    again.learn()
    assert agrees(again)
    assert answers(again)
    again.close()


def test_what_an_index_lacks_or_has_too_much_is_mended(tmp_path: Path, embedder: Embedder, words: Words) -> None:
    memory = filled(tmp_path, embedder, words)
    memory.indexes.dense.remove("message", [1])
    memory.indexes.lexicons["passage"].write([], [2])
    with memory.store.transaction() as db:  # behind the triggers' back
        db.execute("DROP TRIGGER message_gone")
        db.execute("DELETE FROM messages WHERE id = 2")
    memory.indexes.check()
    assert memory.indexes.repaired
    memory.learn()
    assert agrees(memory)
    memory.close()


def test_deletion_removes_from_both(memory: Memory) -> None:
    memory.tell("The tulips are in the cellar.", "The ladder is in the shed.")
    gone, _ = memory.tell("The treasure is under the oak.")
    document = memory.document("secret.txt", "The treasure map is in the drawer.")
    memory.learn()
    memory.history.delete(gone)
    with memory.store.transaction() as db:
        db.execute("DELETE FROM documents WHERE id = ?", (document,))
    memory.learn()
    assert agrees(memory)
    assert all("treasure" not in item.text for item in memory.recall("Where is the treasure?"))


def test_a_removed_message_leaves_its_neighbours_windows(memory: Memory) -> None:
    _, said = memory.tell("Hello there.", "The zeppelin landed.", "That was nice.")
    memory.learn()
    lexicon = memory.indexes.lexicons["message"]
    assert len(lexicon.search(memory.recaller._words.of_query("zeppelin"), 10)) == 3
    with memory.store.transaction() as db:
        db.execute("DELETE FROM messages WHERE id = ?", (said[1],))
    memory.learn()
    assert lexicon.search(memory.recaller._words.of_query("zeppelin"), 10) == {}
    assert agrees(memory)


def test_an_edited_message_is_found_by_its_new_words_only(memory: Memory) -> None:
    _, (id,) = memory.tell("I work as a baker.")
    memory.learn()
    memory.history.write(id, "I work as a glazier.", "complete")
    memory.learn()
    assert agrees(memory)
    assert "glazier" in memory.recall("glazier", "conversations")[0].text
    assert memory.indexes.lexicons["message"].search(memory.recaller._words.of_query("baker"), 5) == {}


def test_an_answer_being_written_is_not_recalled(memory: Memory) -> None:
    conversation, (asked,) = memory.tell("Tell me about quasars.")
    answer = memory.history.say(conversation, "assistant", "", parent=asked, state="writing")
    memory.history.write(answer.id, "Quasars are bright", "writing")
    memory.learn()
    assert memory.indexes.dense.items("message") == {asked}
    memory.history.write(answer.id, "Quasars are bright nuclei.", "complete")
    memory.learn()
    assert memory.indexes.dense.items("message") == {asked, answer.id}
